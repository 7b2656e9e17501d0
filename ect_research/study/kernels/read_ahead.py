"""What several runs of a study will read is read once, before their kernels are forked.

A child of the zygote reads, and hands over bytes: no open file, thread or lock of a reader comes near the zygote.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from ect_research.study.kernels.kernel_main import die_with_parent
from ect_research.study.kernels.task import Task

_MAP_READER = "ect_research.corpus.basemap.load_basemap"


def shared_inputs(tasks: Sequence[Task]) -> dict[str, list[str]]:
    """Folders read more than once: of corpora under ``corpus``, of the base maps of several tasks under ``carte``."""
    maps = [str(Path(task.root) / "maps" / "fond") for task in tasks if _reaches(task.imports, _MAP_READER)]
    return {
        "corpus": sorted({task.corpus for task in tasks if task.corpus}),
        "carte": sorted({folder for folder in maps if maps.count(folder) > 1}),
    }


def prepare(inputs: dict[str, list[str]]) -> None:
    """Read inputs in a child of this process and remember them here; what cannot be read is left to the notebooks."""
    if not any(inputs.values()):
        return
    reading, writing = os.pipe()
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        with suppress(BaseException):
            os.close(reading)
            die_with_parent(parent)
            _hand_over(inputs, writing)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    from ect_research.corpus.folder.project_paths import keep

    with suppress(pickle.UnpicklingError, EOFError):
        keep(pickle.loads(said))  # noqa: S301 - written by our own child


def _hand_over(inputs: dict[str, list[str]], writing: int) -> None:
    from ect_research.corpus.folder import project_paths

    for kind, folders in inputs.items():
        for folder in folders:
            # Its problems are told by whoever needs it.
            with suppress(Exception):
                _reader(kind)(Path(folder))
    with os.fdopen(writing, "wb") as pipe:
        pickle.dump(project_paths.kept(), pipe)


def _reader(kind: str) -> Any:  # noqa: ANN401 - two functions that take a folder
    if kind == "carte":
        from ect_research.corpus.basemap.load_basemap import keep_basemap

        return keep_basemap
    from ect_research.corpus.checked.load_corpus import load_corpus

    return load_corpus


def _reaches(imports: Iterable[str], module: str) -> bool:
    return any(name == module or name.startswith(f"{module}.") for name in imports)
