"""GDAL opens files in C, where Python sees nothing: what pyogrio, hence geopandas, asks of it is noted on the way."""

from __future__ import annotations

import os
import sys
from functools import wraps
from importlib.abc import MetaPathFinder
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

    Note = Callable[[str | os.PathLike[str]], None]

_PACKAGE = "pyogrio"
_READERS = ("read_dataframe", "read_arrow", "open_arrow", "read_info", "read_bounds")


def listen_to_gdal(note: Note) -> None:
    """Note each file that GDAL is asked to read, from now on or as soon as it is imported: geopandas does so late.

    Args:
        note: called with the path of each file that exists; neither with an address nor with bytes.
    """
    if _PACKAGE in sys.modules:
        _listen(sys.modules[_PACKAGE], note)
    else:
        sys.meta_path.insert(0, _AtImport(note))


class _AtImport(MetaPathFinder):
    """Gives way to the other finders, once, to be there when the module is complete."""

    def __init__(self, note: Note) -> None:
        self._note = note

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:  # noqa: ARG002
        """Where the module is, with a listener set at the end of its import."""
        if name != _PACKAGE:
            return None
        sys.meta_path.remove(self)
        spec = find_spec(name)
        loader: Any = spec.loader if spec else None
        if loader is not None:
            execute = loader.exec_module

            def execute_and_listen(module: ModuleType) -> None:
                execute(module)
                _listen(module, self._note)

            loader.exec_module = execute_and_listen
        return spec


def _listen(module: ModuleType, note: Note) -> None:
    for name in _READERS:
        reader = getattr(module, name, None)
        if reader is not None:
            setattr(module, name, _noting(reader, note))


def _noting(reader: Callable[..., Any], note: Note) -> Callable[..., Any]:
    @wraps(reader)
    def read(*given: Any, **named: Any) -> Any:  # noqa: ANN401 - pyogrio's
        place = given[0] if given else named.get("path_or_buffer")
        if isinstance(place, (str, os.PathLike)) and Path(place).exists():
            # A shapefile is several files.
            parts = (
                Path(place).parent.glob(f"{Path(place).stem}.*") if Path(place).suffix.lower() == ".shp" else [place]
            )
            for part in parts:
                note(part)
        return reader(*given, **named)

    return read
