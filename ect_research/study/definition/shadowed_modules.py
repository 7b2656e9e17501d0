"""A Python file beside the notebooks that takes the name of a module of Python: whoever imports that module gets it."""

from __future__ import annotations

import sys
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING

from ect_research.words import Told

if TYPE_CHECKING:
    from collections.abc import Iterator


def shadowing(folder: Path) -> Iterator[str]:
    """One French sentence per file or folder that hides a module of Python or of an installed package."""
    elsewhere = [
        place for place in sys.path if place and folder not in (Path(place).resolve(), *Path(place).resolve().parents)
    ]
    for path in sorted(folder.iterdir()):
        module = path.suffix == ".py" or (path / "__init__.py").is_file()
        if module and (path.stem in sys.stdlib_module_names or _is_installed(path.stem, elsewhere)):
            yield Told("« {place} » porte le nom d’un module de Python (« {name} ») et le cacherait aux carnets : le renommer.",
                place=f"{folder.name}/{path.name}", name=path.stem)  # fmt: skip


def _is_installed(name: str, places: list[str]) -> bool:
    """Whether a module of this name is found; a folder without a program is not one."""
    found = PathFinder.find_spec(name, places)
    return found is not None and found.origin is not None
