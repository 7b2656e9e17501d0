"""What a kernel saw of itself: the files of the project it opened, the packages it imported, its peak of memory.

The kernel writes it after each cell in the folder of its outputs, for a kernel that is killed says nothing more.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ect_research.study.base.result_record import OUTPUT_VARIABLE
from ect_research.study.base.versions import package_versions
from ect_research.study.kernels.gdal_reads import listen_to_gdal

if TYPE_CHECKING:
    from collections.abc import Iterable

WITNESS = "temoin.json"
ROOT_VARIABLE = "ECT_PROJET"
# Sources and what Python makes of them: the import closure of the key knows them better.
_SOURCES = (".py", ".pyc", ".pyi", ".so")


@dataclass(frozen=True)
class Seen:
    """What a kernel saw.

    Attributes:
        reads: files of the project opened to be read, relative to its root, sorted: from Python, or by GDAL through
            pyogrio, as geopandas does. What another library opens in C is not seen.
        packages: version of each package imported.
        memory_mb: peak of resident memory, megabytes; 0 when unknown.
    """

    reads: tuple[str, ...] = ()
    packages: tuple[tuple[str, str], ...] = ()
    memory_mb: float = 0.0


def watch(events: Any) -> None:  # noqa: ANN401 - IPython has no types for it
    """Be the witness of this kernel, from now on; nothing outside a run of the runner."""
    root, outputs = os.environ.get(ROOT_VARIABLE), os.environ.get(OUTPUT_VARIABLE)
    if not root or not outputs:
        return
    opened: set[str] = set()
    before = set(sys.modules)
    elsewhere = tuple(f"{place}{os.sep}" for place in (outputs, sys.prefix, sys.base_prefix, _library()))
    inside = f"{root}{os.sep}"

    def note(place: str | bytes | os.PathLike[str]) -> None:
        path = os.path.abspath(os.fsdecode(place))  # noqa: PTH100 - called at each opening of a file
        if path.startswith(inside) and not path.startswith(elsewhere) and not path.endswith(_SOURCES):
            opened.add(path[len(inside) :].replace(os.sep, "/"))

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(arguments[0], (str, bytes)) and _reads(arguments):
            note(arguments[0])

    def write(*_: object) -> None:
        modules = sorted({name.partition(".")[0] for name in set(sys.modules) - before})
        said = {"lus": sorted(opened), "modules": modules, "memoire_mo": _peak_mb()}
        Path(outputs, WITNESS).write_text(json.dumps(said), encoding="utf-8")

    sys.addaudithook(hook)
    listen_to_gdal(note)
    events.register("post_run_cell", write)


def testimony(outputs: Path, imported: Iterable[str] = ()) -> Seen:
    """What the kernel of a run saw.

    Args:
        outputs: folder of its outputs.
        imported: packages that it was given already imported.
    """
    with suppress(OSError, ValueError):
        said = json.loads((outputs / WITNESS).read_text(encoding="utf-8"))
        packages = package_versions({*said["modules"], *imported})
        hidden = (path for path in said["lus"] if not any(part.startswith(".") for part in path.split("/")))
        return Seen(tuple(hidden), tuple(sorted(packages.items())), said["memoire_mo"])
    return Seen()


def _reads(arguments: tuple[Any, ...]) -> bool:
    _, mode, flags = arguments
    if isinstance(mode, str):
        return "r" in mode or "+" in mode
    return isinstance(flags, int) and flags & (os.O_WRONLY | os.O_CREAT) == 0


def _library() -> str:
    return str(Path(__file__).resolve().parents[2])


def _peak_mb() -> float:
    if sys.platform == "win32":
        return 0.0
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (2**20 if sys.platform == "darwin" else 2**10), 1)
