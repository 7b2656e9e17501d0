"""A Python file beside the notebooks that takes the name of a module of Python: whoever imports that module gets it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_OF_A_STUDY = ("ect_research", "geopandas", "ipykernel", "matplotlib", "numpy", "pandas", "papermill", "scipy",
               "shapely", "statsmodels")  # fmt: skip


def shadowing(folder: Path) -> Iterator[str]:
    """One French sentence per file or folder that hides a module of Python or of a library of the studies."""
    hidden = {*sys.stdlib_module_names, *_OF_A_STUDY}
    for path in sorted(folder.iterdir()):
        module = path.suffix == ".py" or (path / "__init__.py").is_file()
        if module and path.stem in hidden:
            yield (
                f"« {folder.name}/{path.name} » porte le nom d’un module de Python (« {path.stem} ») et le cacherait "
                "aux carnets : le renommer."
            )
