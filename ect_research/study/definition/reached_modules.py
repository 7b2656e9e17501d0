"""What a notebook reaches in the library: the modules it can execute, and what makes each of them another program.

Nothing is imported: the sources are parsed, imports inside functions included, those for type checkers left out.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import cache_from_source, resolve_name
from pathlib import Path
from typing import Any

from ect_research.study.definition.notebook import python_of

LIBRARY = "ect_research"
_NOT_PACKAGES = frozenset((LIBRARY, *sys.stdlib_module_names))
_DATA = (".csv", ".css", ".typ", ".json", ".toml", ".mo")
_FOR_CHECKERS = ("TYPE_CHECKING", "typing.TYPE_CHECKING")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_DOCUMENTED = (ast.Module, ast.ClassDef, *_FUNCTIONS)


@dataclass(frozen=True)
class Closure:
    """What a program reaches."""

    # digest by path relative to the library (``analysis/corpus/funnel.py``), its data files included
    modules: dict[str, str]
    packages: tuple[str, ...]  # top-level names of the other packages imported, sorted; the standard library left out
    # dotted names of what is worth importing before the program, sorted: everything but the packages that only a
    # function imports, which it does because few of its callers get there
    ahead: tuple[str, ...]


@dataclass(frozen=True)
class _Parsed:
    own: str
    digest: str
    imports: tuple[str, ...]
    within_functions: frozenset[str]


class Library:
    """The sources of the library, parsed at most once per content.

    Args:
        folder: folder of the package.
        memory: file that remembers what was parsed, with the sha256 of each source; nothing is remembered when None.
    """

    def __init__(self, folder: Path, memory: Path | None = None) -> None:
        self._folder = folder
        self._memory = memory
        self._known = _remembered(memory)
        self._written = dict(self._known)
        self._read: dict[Path, _Parsed] = {}
        self._places: dict[str, list[Path]] = {}
        self._data: dict[str, str] = {}
        self._own = _files_under(folder)
        self._homes = _homes(folder / "__init__.py")
        # What was parsed otherwise, or when names lived elsewhere, is not remembered.
        self._reading = Path(__file__).read_bytes() + repr(self._homes).encode()

    def closure(self, sources: Iterable[str], beside: Path | None = None) -> Closure:
        """What some programs (code of cells, or ``import`` lines) reach together.

        Modules beside a notebook are looked into for what they import; what they say counts when a kernel reads them.
        """
        top, deferred = Program(program_of(sources), "", self._homes).imported()
        pending, ahead = [*top, *deferred], set(top)
        modules: dict[str, str] = {}
        packages: set[str] = set()
        known: set[str] = set()
        seen: set[Path] = set()
        while pending:
            name = pending.pop()
            if name in known:
                continue
            known.add(name)
            files = self._files(name, beside)
            if files:
                ahead.add(name)
            elif name.split(".")[0] not in _NOT_PACKAGES:
                packages.add(name.split(".")[0])
            for path in files:
                if path not in seen:
                    seen.add(path)
                    parsed = self._parse(path)
                    if parsed.own:
                        modules[parsed.own] = parsed.digest
                    pending += parsed.imports
                    ahead |= {*parsed.imports} - parsed.within_functions
        modules |= self._data_of(modules)
        return Closure(dict(sorted(modules.items())), tuple(sorted(packages)), tuple(sorted(ahead)))

    def remember(self) -> None:
        """Write what was parsed, for the next time; where nothing may be written, it will be parsed again."""
        if self._memory is None or self._known == self._written:
            return
        whole = self._memory.with_name(f"{self._memory.name}.{os.getpid()}")
        with suppress(OSError):
            self._memory.parent.mkdir(parents=True, exist_ok=True)
            whole.write_text(json.dumps(self._known, sort_keys=True), encoding="utf-8", newline="\n")
            whole.replace(self._memory)
            self._written = dict(self._known)

    def _files(self, name: str, beside: Path | None) -> list[Path]:
        """The file of a module, and those of the packages it lives in; none if it is not ours."""
        parts = name.split(".")
        if parts[0] != LIBRARY:
            return self._local_files(parts[0], beside) if beside else []
        if name not in self._places:
            self._places[name] = self._own_files(parts)
        return self._places[name]

    def _local_files(self, name: str, beside: Path) -> list[Path]:
        key = f"{beside}/{name}"
        if key not in self._places:
            path = beside / f"{name}.py"
            self._places[key] = [path] if path.is_file() else []
        return self._places[key]

    def _own_files(self, parts: list[str]) -> list[Path]:
        found = []
        for depth in range(2, len(parts) + 1):
            stem = "/".join(parts[1:depth])
            found += [self._folder / path for path in (f"{stem}.py", f"{stem}/__init__.py") if path in self._own]
        return found

    def _parse(self, path: Path) -> _Parsed:
        if path not in self._read:
            data = path.read_bytes()
            own = path.relative_to(self._folder).as_posix() if path.is_relative_to(self._folder) else ""
            name, content = own or path.name, hashlib.sha256(self._reading + data).hexdigest()
            if self._known.get(name, [""])[0] != content:
                package = ".".join((LIBRARY, *own.split("/")[:-1])) if own else ""
                program = Program(ast.parse(data), package, self._homes)
                self._known[name] = [content, program.digest(), *program.imported()]
            _, digest, top, deferred = self._known[name]
            self._read[path] = _Parsed(own, digest, (*top, *deferred), frozenset(deferred))
        return self._read[path]

    def _data_of(self, modules: Iterable[str]) -> dict[str, str]:
        """Data files of the package that stand beside reached modules."""
        folders = {name.rpartition("/")[0] for name in modules}
        return {name: self._data_digest(name) for name in sorted(self._own)
                if name.endswith(_DATA) and name.rpartition("/")[0] in folders}  # fmt: skip

    def _data_digest(self, name: str) -> str:
        if name not in self._data:
            self._data[name] = hashlib.sha256((self._folder / name).read_bytes()).hexdigest()
        return self._data[name]


def installed_library() -> Library:
    """The sources of the library that runs; what was parsed is remembered beside what Python compiles of them."""
    compiled = Path(cache_from_source(__file__))
    return Library(Path(__file__).resolve().parents[2], compiled.with_suffix(".memoire"))


def _files_under(folder: Path) -> frozenset[str]:
    """Paths relative to a folder, with ``/``, of its sources and data files."""
    start = len(str(folder)) + 1
    return frozenset(
        f"{place}/{name}"[start:].replace(os.sep, "/")
        for place, _, names in os.walk(folder)
        for name in names
        if name.endswith((".py", *_DATA))
    )


def _remembered(memory: Path | None) -> dict[str, list[Any]]:
    try:
        read = json.loads(memory.read_text(encoding="utf-8")) if memory else {}
    except (OSError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}


def _homes(init: Path) -> dict[str, str]:
    """``{public name: module}`` as the package declares it."""
    for statement in ast.parse(init.read_bytes()).body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "_BY_QUESTION":
            questions: dict[str, dict[str, str]] = ast.literal_eval(statement.value)
            return {name: f"{LIBRARY}.{home}" for homes in questions.values() for name, home in homes.items()}
    return {}


class Program:
    """One walk through a syntax tree, the longest part of a first plan: what it says and what it imports.

    Relative imports start from ``package``; ``homes`` gives the module of each public name of the library.
    """

    def __init__(self, tree: ast.Module, package: str, homes: dict[str, str]) -> None:
        self._tree = tree
        self._package = package
        self._homes = homes
        self._said: list[str] = []
        self._top = set[str]()
        self._deferred = set[str]()
        self._aliases = set[str]()
        self._walk(tree, self._top)

    def digest(self) -> str:
        """sha256 of the tree without docstrings and places."""
        return hashlib.sha256("\n".join(self._said).encode("utf-8", "surrogatepass")).hexdigest()

    def imported(self) -> tuple[list[str], list[str]]:
        """Dotted names it imports, and those it imports within functions only; ``ect.f`` is the module of ``f``."""
        top = self._top | set(_through_the_package(self._tree, self._aliases, self._homes))
        return sorted(top), sorted(self._deferred - top)

    def _walk(self, node: ast.AST, found: set[str]) -> None:
        """Note a node and what is under it; what it imports goes where it is told."""
        self._said.append(type(node).__name__)
        if isinstance(node, (ast.Import, ast.ImportFrom, ast.Call)):
            found |= self._names(node)
        elif isinstance(node, _FUNCTIONS):
            found = found if found is not self._top else self._deferred
        documented = isinstance(node, _DOCUMENTED) and _is_docstring(node.body[:1])
        for name in node._fields:
            value = getattr(node, name, None)
            if isinstance(value, list):
                checked = name == "body" and isinstance(node, ast.If) and ast.unparse(node.test) in _FOR_CHECKERS
                self._said.append("[")
                for item in value[1:] if documented and name == "body" else value:
                    self._note(item, set() if checked else found)
                self._said.append("]")
            else:
                self._note(value, found)

    def _note(self, value: object, found: set[str]) -> None:
        if isinstance(value, ast.AST):
            self._walk(value, found)
        else:
            self._said.append(repr(value))

    def _names(self, node: ast.Import | ast.ImportFrom | ast.Call) -> set[str]:
        if isinstance(node, ast.Import):
            self._aliases |= {alias.asname or LIBRARY for alias in node.names if alias.name == LIBRARY}
            return {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            inside = "." * node.level + (node.module or "")
            module = resolve_name(inside, self._package) if node.level else inside
            homes = self._homes if module == LIBRARY else {}
            return {homes.get(alias.name) or f"{module}.{alias.name}" for alias in node.names}
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        first = node.args[0] if node.args else None
        called = name == "import_module" and isinstance(first, ast.Constant) and isinstance(first.value, str)
        return {first.value} if called else set()  # type: ignore[union-attr]


def _is_docstring(first: list[ast.stmt]) -> bool:
    said = first[0].value if first and isinstance(first[0], ast.Expr) else None
    return isinstance(said, ast.Constant) and isinstance(said.value, str)


def _through_the_package(tree: ast.AST, aliases: set[str], homes: dict[str, str]) -> Iterator[str]:
    """``ect.f`` → the module of ``f``; any other use of ``ect`` may reach everything."""
    if not aliases:
        return
    nodes = list(ast.walk(tree))
    attributes = {
        id(node.value): node.attr
        for node in nodes
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    for node in nodes:
        if isinstance(node, ast.Name) and node.id in aliases:
            attribute = attributes.get(id(node), "")
            if attribute in homes:
                yield homes[attribute]
            elif not attribute.startswith("__"):
                yield from homes.values()


def program_of(cells: Iterable[str]) -> ast.Module:
    """Cells as one program; a cell that is no Python fails in its notebook and imports nothing."""
    body: list[ast.stmt] = []
    for cell in cells:
        with suppress(SyntaxError, ValueError):
            body += ast.parse(python_of(cell)).body
    return ast.Module(body=body, type_ignores=[])
