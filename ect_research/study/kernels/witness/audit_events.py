"""What Python says of itself as it works: files opened, folders listed, modules looked for, programs started."""

from __future__ import annotations

import os
import sys
from functools import wraps
from importlib.abc import MetaPathFinder
from importlib.util import source_from_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from importlib.machinery import ModuleSpec
    from types import FrameType, ModuleType

    from ect_research.study.kernels.witness.first_reads import Witness

_PROGRAMS = frozenset(("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.forkpty",
                       "os.startfile"))  # fmt: skip
_NETWORK = frozenset(("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "urllib.Request"))
_LISTINGS = frozenset(("os.listdir", "os.scandir"))
_HERE = ("localhost", "127.0.0.1", "::1")
_STANDARD = os.path.dirname(os.__file__) + os.sep  # noqa: PTH120 - compared with file names of frames
_PACKAGES = (f"{os.sep}site-packages{os.sep}", f"{os.sep}dist-packages{os.sep}")


def listen_to_python(witness: Witness, library: str) -> None:
    """Tell a witness what this process does, from now on.

    Args:
        witness: told.
        library: folder of this package: what it looks for on its own account is in the key of the run.
    """

    def hook(event: str, given: tuple[Any, ...]) -> None:
        if event == "open":
            _opened(witness, given)
        elif event in _LISTINGS:
            if _asker(library):
                witness.read("." if given[0] is None else given[0])
        elif event == "os.mkdir":
            witness.written(given[0])
        elif event == "sqlite3.connect":
            witness.read(_database(given[0]))
        elif event in _PROGRAMS:
            if "matplotlib" not in (asker := _asker(library)) and asker:
                witness.unfollowed.add("programme")
        elif event in _NETWORK and _is_far(event, given):
            witness.unfollowed.add("reseau")

    sys.addaudithook(hook)
    sys.meta_path.append(_NotFound(witness, library))
    _listen_to_stat(witness, library)


def _opened(witness: Witness, given: tuple[Any, ...]) -> None:
    path, mode, flags = given
    if not isinstance(path, (str, bytes)):
        return
    if isinstance(mode, str):
        reads = "r" in mode
    else:
        reads = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_CREAT | os.O_TRUNC) == 0
    if not reads:
        witness.written(path)
    elif isinstance(path, str) and path.endswith(".pyc"):
        try:
            witness.read(source_from_cache(path))
        except ValueError:
            witness.read(path)
    else:
        witness.read(path)


def _asker(library: str) -> str:
    """File of the code that asks, Python's own left out; empty when it is the library or the search of a module."""
    frame: FrameType | None = sys._getframe(2)
    while frame:
        name = frame.f_code.co_filename
        if name.startswith(("<frozen importlib", library)):
            return ""
        if not name.startswith("<frozen") and (
            not name.startswith(_STANDARD) or any(part in name for part in _PACKAGES)
        ):
            return name
        frame = frame.f_back
    return ""


def _is_of_the_project(asker: str) -> bool:
    return bool(asker) and not any(part in asker for part in _PACKAGES)


def _database(given: object) -> object:
    """The file of a database, of which SQLite may be given an address."""
    if isinstance(given, str) and given.startswith("file:"):
        from urllib.parse import unquote, urlsplit

        return unquote(urlsplit(given).path)
    return None if given in ("", b"", ":memory:", b":memory:") else given


def _is_far(event: str, given: tuple[Any, ...]) -> bool:
    address = given[1] if event == "socket.connect" else given[0]
    host = address[0] if isinstance(address, tuple) else address
    if event == "urllib.Request":
        return not str(host).startswith("file:")
    if event == "socket.connect" and not isinstance(address, tuple):
        return False  # a socket of this machine
    return host not in (None, "", *_HERE, *(name.encode() for name in _HERE))


class _NotFound(MetaPathFinder):
    """The last finder: a module that a notebook or its helpers looked for and that is nowhere."""

    def __init__(self, witness: Witness, library: str) -> None:
        self._witness, self._library = witness, library

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:  # noqa: ARG002
        """Nothing; where it would have been is noted."""
        if path is None and _is_of_the_project(_importer(self._library)):
            for place in sys.path:
                for file in (f"{name}.py", f"{name}{os.sep}__init__.py"):
                    self._witness.looked(os.path.join(place, file), found=False)  # noqa: PTH118 - called at each import
        return None


def _importer(library: str) -> str:
    frame: FrameType | None = sys._getframe(2)
    while frame and frame.f_code.co_filename.startswith(("<frozen", _STANDARD)):
        frame = frame.f_back
    name = frame.f_code.co_filename if frame else ""
    return "" if name.startswith(library) else name


def _listen_to_stat(witness: Witness, library: str) -> None:
    """`os.stat`, through which Python asks whether a file is there, says nothing of itself: it is made to."""
    real: Callable[..., os.stat_result] = os.stat

    @wraps(real)
    def stat(path: Any, *given: Any, **named: Any) -> os.stat_result:  # noqa: ANN401 - its own signature
        try:
            found = real(path, *given, **named)
        except (FileNotFoundError, NotADirectoryError):
            if _is_of_the_project(_asker(library)):
                witness.looked(path, found=False)
            raise
        if _is_of_the_project(_asker(library)):
            witness.looked(path, found=True)
        return found

    for family in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks):
        if real in family:
            family.add(stat)
    os.stat = stat
