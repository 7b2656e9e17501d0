"""What a kernel does, heard as it works: files opened, folders listed, modules looked for, programs started.

Python tells it; GDAL opens files in C, where Python sees nothing: what pyogrio asks of it is noted on the way.
"""

from __future__ import annotations

import _collections_abc
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import wraps
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, source_from_cache
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

from ect_research.corpus.checked.asked_tables import is_being_read
from ect_research.study.base.files_on_disk import ABSENT, PRESENT, file_state
from ect_research.study.base.result_record import run_of
from ect_research.study.kernels.kernel_environment import ALL_OURS, is_given, value_of, variable_state

Note = Callable[[str | os.PathLike[str]], None]
_PROGRAMS = frozenset(("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.forkpty",
                       "os.startfile"))  # fmt: skip
_NETWORK = frozenset(("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "urllib.Request"))
_LISTINGS = frozenset(("os.listdir", "os.scandir"))
_HERE = ("localhost", "127.0.0.1", "::1")
_STANDARD = os.path.dirname(os.__file__) + os.sep  # noqa: PTH120 - compared with file names of frames
_PACKAGES = (f"{os.sep}site-packages{os.sep}", f"{os.sep}dist-packages{os.sep}")
# Of the system and of nobody's project.
_SYSTEM = tuple(f"{os.sep}{name}{os.sep}" for name in ("proc", "sys", "dev", "etc", "usr", "lib", "run", "System"))
_LIBRARY = str(Path(__file__).resolve().parents[2]) + os.sep
_PACKAGE = "pyogrio"
_READERS = ("read_dataframe", "read_arrow", "open_arrow", "read_info", "read_bounds")


class Witness:
    """Notes what a kernel reads, once, the first time.

    Args:
        root: folder of the project.
        own: folders that are nobody's data: outputs of the run, Python, the library.
        study: folder of the outputs of all the runs.
        run: the run itself.
    """

    def __init__(self, root: str, own: Iterable[str], study: str, run: str = "") -> None:
        self.reads: dict[str, str] = {}
        self.unfollowed: set[str] = set()
        self.variables: dict[str, str] = {}
        self.direct: set[str] = set()
        self._root = f"{root}{os.sep}"
        self._own = tuple(f"{place}{os.sep}" for place in own)
        self._written: set[str] = set()
        self._study = f"{os.path.abspath(study)}{os.sep}"  # noqa: PTH100 - as paths are below
        self._run = run

    def read(self, place: object) -> None:
        """It opens a file, or lists a folder."""
        path = self._path(place)
        if path and not is_being_read(path):
            self.direct.add(path)
            self._touched(path, "relit")
        if path and self.reads.get(path, PRESENT) == PRESENT:
            self.reads[path] = ABSENT  # hashing opens it again
            self.reads[path] = file_state(path)

    def written(self, place: object) -> None:
        """It makes a file or a folder: what it reads there afterwards is its own."""
        path = self._path(place)
        if path:
            self._touched(path, "ecrit")
        if path and self.reads.get(path, ABSENT) in (ABSENT, PRESENT):
            self._written.add(path)

    def looked(self, place: object, *, found: bool) -> None:
        """It asks whether something is there."""
        if path := self._path(place):
            self.reads.setdefault(path, PRESENT if found else ABSENT)

    def _touched(self, path: str, how: str) -> None:
        """Among the outputs, the results of another run are followed: it will be executed before."""
        within = path.removeprefix(self._study)
        if f"{path}{os.sep}".startswith(self._study) and (how != "relit" or run_of(within) in ("", self._run)):
            self.unfollowed.add(how)

    def said(self) -> dict[str, Any]:
        """What was seen up to now, with ``/``."""
        shown = {self._name(path): state for path, state in self.reads.items()}
        return {"lus": dict(sorted(shown.items())), "hors_de_vue": sorted(self.unfollowed), "variables": self.variables,
                "sans_corpus": sorted(map(self._name, self.direct))}  # fmt: skip

    def _name(self, path: str) -> str:
        """Relative to the root, outside it too: where the project stands on this machine is nobody's concern."""
        try:
            return os.path.relpath(path, self._root).replace(os.sep, "/")
        except ValueError:
            return path.replace(os.sep, "/")  # another drive

    def _path(self, place: object) -> str:
        """An absolute path that may be somebody's data; empty otherwise."""
        if not isinstance(place, (str, bytes, os.PathLike)):
            return ""
        path = os.path.abspath(os.fsdecode(place))  # noqa: PTH100 - called at each opening of a file
        if (
            path.startswith(self._own)
            or self._is_own_work(path)
            or f"{os.sep}." in f"{path}{os.sep}".removeprefix(self._root)
        ):
            return ""
        outside = not f"{path}{os.sep}".startswith(self._root)
        return "" if outside and (path.startswith(_SYSTEM) or "ipykernel_" in path) else path

    def _is_own_work(self, path: str) -> bool:
        return bool(self._written) and any(path == made or path.startswith(f"{made}{os.sep}") for made in self._written)


def listen_to_python(witness: Witness, library: str) -> None:
    """Tell a witness what this process does, from now on; what this package looks for itself is in the key."""

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


_PASSING = ("<frozen os>", "<frozen _collections_abc>", os.__file__, _collections_abc.__file__, __file__)


def listen_to_variables(witness: Witness) -> None:
    """`os.environ` says nothing of who asks: it is made to, for what a person may set; as it was given to the kernel."""
    given = dict(os.environ)

    def note(name: str) -> None:
        if name not in witness.variables and isinstance(name, str) and is_given(name) and _is_asked_here():
            witness.variables[name] = variable_state(name, value_of(name, given))

    class Heard(type(os.environ)):  # type: ignore[misc]
        def __getitem__(self, name: str) -> str:
            note(name)
            value: str = super().__getitem__(name)
            return value

        def __iter__(self) -> Iterator[str]:
            note(ALL_OURS)
            names: Iterator[str] = super().__iter__()
            return names

    os.environ.__class__ = Heard


def _is_asked_here() -> bool:
    """Whether a notebook or its helpers ask themselves, and not a library or Python on their behalf."""
    frame: FrameType | None = sys._getframe(3)
    while frame and frame.f_code.co_filename in _PASSING:
        frame = frame.f_back
    name = frame.f_code.co_filename if frame else ""
    return _is_of_the_project(name) and not name.startswith(("<frozen", _STANDARD, _LIBRARY))


def listen_to_gdal(note: Note) -> None:
    """Note each file that GDAL is asked to read, from now on or as soon as it is imported: geopandas does so late."""
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
