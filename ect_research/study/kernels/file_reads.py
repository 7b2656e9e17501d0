"""What a kernel saw of itself: what it read, as it was when it opened it; what nobody can follow; its packages, its memory.

The kernel writes it after each cell in the folder of its outputs, for a kernel that is killed says nothing more.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ect_research.corpus.checked.asked_tables import asked_tables, parts_asked
from ect_research.corpus.checked.corpus import loaded_corpora
from ect_research.corpus.people.secret_key import KEY_VARIABLE
from ect_research.errors import LANGUAGE_VARIABLE
from ect_research.figures.exhibit.missing_fonts import listen_to_fonts
from ect_research.study.base.result_record import OUTPUT_VARIABLE, ROOT_VARIABLE
from ect_research.study.base.run_settings import package_versions
from ect_research.study.definition.notebook import FONT
from ect_research.study.kernels.audit_events import Witness, listen_to_gdal, listen_to_python, listen_to_variables
from ect_research.study.kernels.kernel_environment import key_state

WITNESS = "temoin.json"
# They open files in C, where nothing is heard.
_UNHEARD = (
    "duckdb",
    "fiona",
    "h5py",
    "netCDF4",
    "polars",
    "pyarrow.csv",
    "pyarrow.dataset",
    "pyarrow.parquet",
    "rasterio",
)


@dataclass(frozen=True)
class Seen:
    """What a kernel saw."""

    # state (`ect_research.study.base.files_on_disk`) of each file and folder when it was first opened, listed or looked
    # for; relative to the root of the project, outside it too
    reads: dict[str, str] = field(default_factory=dict)
    # what it did that nobody can follow (`ect_research.study.definition.notebook.unfollowed`)
    unfollowed: tuple[str, ...] = ()
    packages: tuple[tuple[str, str], ...] = ()  # version of each package imported
    memory_mb: float = 0.0  # peak of resident memory, megabytes; 0 when unknown
    # the files among them that it opened itself, rather than to read a corpus or to guard its names
    direct: tuple[str, ...] = ()
    # what it asked of each corpus it read, with what that held, by ``corpus/table``; None when unknown
    tables: dict[str, str] | None = None
    # state of each variable that it asked for, and of the secret key where its pseudonyms hang on it
    variables: dict[str, str] = field(default_factory=dict)


def watch(events: Any) -> None:  # noqa: ANN401 - IPython has no types for it
    """Be the witness of this kernel, from now on; nothing outside a run of the runner."""
    root, outputs = os.environ.get(ROOT_VARIABLE), os.environ.get(OUTPUT_VARIABLE)
    if not root or not outputs:
        return
    before = set(sys.modules)
    fonts = listen_to_fonts(os.environ.get(LANGUAGE_VARIABLE, "fr"))
    packages = (place for place in sys.path if Path(place).name in ("site-packages", "dist-packages"))
    witness = Witness(
        root,
        (outputs, sys.prefix, sys.base_prefix, *packages, _library()),
        str(Path(outputs).parents[1]),
        Path(outputs).name,
    )

    def write(*_: object) -> None:
        new = set(sys.modules) - before
        modules = sorted({name.partition(".")[0] for name in new})
        if any(corpus.is_keyed for corpus in loaded_corpora()):
            witness.variables.setdefault(KEY_VARIABLE, key_state())
        witness.unfollowed |= {f"{FONT}{name}" for name in fonts.missing}
        witness.unfollowed |= {name for name in _UNHEARD if name in new}
        told = {**witness.said(), "modules": modules, "memoire_mo": _peak_mb(), "tables": _tables()}
        Path(outputs, WITNESS).write_text(json.dumps(told), encoding="utf-8", errors="surrogateescape")

    listen_to_python(witness, _library())
    listen_to_gdal(witness.read)
    listen_to_variables(witness)
    events.register("post_run_cell", write)


def testimony(outputs: Path, imported: Iterable[str] = ()) -> Seen:
    """What the kernel of a run saw, but for its outputs and for the packages it was given already imported."""
    with suppress(OSError, ValueError):
        said = json.loads((outputs / WITNESS).read_text(encoding="utf-8"))
        packages = package_versions({*said["modules"], *imported})
        known, direct = tuple(sorted(packages.items())), tuple(said["sans_corpus"])
        seen = Seen(said["lus"], tuple(said["hors_de_vue"]), known, said["memoire_mo"], direct, said["tables"])
        return replace(seen, variables=said["variables"])
    return Seen()


def _tables() -> dict[str, str]:
    asked = asked_tables()
    return {
        f"{corpus.folder.name}/{name}": digest
        for corpus in loaded_corpora()
        for name, digest in parts_asked(corpus.parts, asked.get(corpus.folder, ())).items()
    }


def _library() -> str:
    return str(Path(__file__).resolve().parents[2])


def _peak_mb() -> float:
    if sys.platform == "win32":
        return 0.0
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (2**20 if sys.platform == "darwin" else 2**10), 1)
