"""What a notebook reaches in the library: the modules it can execute, and what makes each of them another program.

Nothing is imported: the sources are parsed, imports inside functions included, those for type checkers left out. A
module's digest is that of its syntax tree without docstrings (R ``targets`` hashes deparsed functions for the same
reason): a comment, a docstring or a line break makes no result stale.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import resolve_name
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LIBRARY = "ect_research"
_PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
_NOT_PACKAGES = frozenset((LIBRARY, *sys.stdlib_module_names))
_DATA = (".csv", ".css", ".typ", ".json", ".toml")


@dataclass(frozen=True)
class Closure:
    """What a program reaches.

    Attributes:
        modules: digest by path relative to the library (``analysis/funnel.py``), its data files included.
        packages: top-level names of the other packages imported, sorted; the standard library left out.
        imports: dotted names of everything imported, sorted: what may be imported ahead.
    """

    modules: dict[str, str]
    packages: tuple[str, ...]
    imports: tuple[str, ...]


@dataclass(frozen=True)
class _Parsed:
    digest: str
    imports: tuple[str, ...]


class Library:
    """The sources of the library, parsed at most once per content.

    Args:
        folder: folder of the package.
        memory: file that remembers what was parsed, by sha256 of the source; nothing is remembered when None.
    """

    def __init__(self, folder: Path, memory: Path | None = None) -> None:
        self._folder = folder
        self._memory = memory
        self._known = _remembered(memory)
        self._written = dict(self._known)
        self._used: dict[str, list[Any]] = {}
        self._read: dict[Path, _Parsed] = {}
        self._places: dict[str, list[Path]] = {}
        self._data: dict[str, str] = {}
        self._own = _files_under(folder)
        self._homes = _homes(folder / "__init__.py")

    def closure(self, sources: Iterable[str], beside: Path | None = None) -> Closure:
        """What some programs reach together.

        Args:
            sources: code of the cells, or ``import`` lines.
            beside: folder of the notebook, whose own modules count too.
        """
        pending = list(_imported(_program(sources), "", self._homes))
        modules: dict[str, str] = {}
        packages: set[str] = set()
        imports: set[str] = set()
        seen: set[Path] = set()
        while pending:
            name = pending.pop()
            if name in imports:
                continue
            files = self._files(name, beside)
            if not files and name.split(".")[0] not in _NOT_PACKAGES:
                packages.add(name.split(".")[0])
            imports.add(name)
            for path in files:
                if path not in seen:
                    seen.add(path)
                    parsed = self._parse(path)
                    modules[self._shown(path)] = parsed.digest
                    pending += parsed.imports
        modules |= self._data_of(seen)
        return Closure(dict(sorted(modules.items())), tuple(sorted(packages)), tuple(sorted(imports)))

    def remember(self) -> None:
        """Write what was parsed, for the next time; the same bytes for the same sources."""
        if self._memory and self._used != self._written:
            self._memory.parent.mkdir(parents=True, exist_ok=True)
            self._memory.write_text(json.dumps(self._used, sort_keys=True), encoding="utf-8", newline="\n")

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
            name = self._module_name(path)
            key = f"{_PYTHON} {name} {hashlib.sha256(data).hexdigest()}"
            if key not in self._known:
                tree = _without_docstrings(ast.parse(data))
                digest = hashlib.sha256(ast.dump(tree).encode()).hexdigest()
                self._known[key] = [digest, sorted(set(_imported(tree, name, self._homes)))]
            self._used[key] = self._known[key]
            digest, imports = self._known[key]
            self._read[path] = _Parsed(digest, tuple(imports))
        return self._read[path]

    def _module_name(self, path: Path) -> str:
        """The package that relative imports of this file start from."""
        if not path.is_relative_to(self._folder):
            return ""
        return ".".join((LIBRARY, *path.relative_to(self._folder).parent.parts))

    def _shown(self, path: Path) -> str:
        return path.relative_to(self._folder).as_posix() if path.is_relative_to(self._folder) else path.name

    def _data_of(self, modules: set[Path]) -> dict[str, str]:
        """Data files of the package that stand beside reached modules."""
        folders = {self._shown(path).rpartition("/")[0] for path in modules if path.is_relative_to(self._folder)}
        return {name: self._data_digest(name) for name in sorted(self._own)
                if name.endswith(_DATA) and name.rpartition("/")[0] in folders}  # fmt: skip

    def _data_digest(self, name: str) -> str:
        if name not in self._data:
            self._data[name] = hashlib.sha256((self._folder / name).read_bytes()).hexdigest()
        return self._data[name]


def installed_library(memory: Path) -> Library:
    """The sources of the library that runs; ``memory`` remembers what was parsed."""
    return Library(Path(__file__).resolve().parent.parent, memory)


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
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "_HOME_OF":
            homes: dict[str, str] = ast.literal_eval(statement.value)
            return {name: f"{LIBRARY}.{home}" for name, home in homes.items()}
    return {}


def _program(cells: Iterable[str]) -> ast.Module:
    """Cells as one program; a cell that is no Python fails in its notebook and imports nothing."""
    body: list[ast.stmt] = []
    for cell in cells:
        # Jupyter's own lines.
        lines = ["" if line.lstrip().startswith(("%", "!", "?")) else line for line in cell.splitlines()]
        with suppress(SyntaxError):
            body += ast.parse("\n".join(lines)).body
    return ast.Module(body=body, type_ignores=[])


def _without_docstrings(tree: ast.AST) -> ast.AST:
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and type(first.value.value) is str:
                node.body = node.body[1:]
    return tree


def _imported(tree: ast.AST, package: str, homes: dict[str, str]) -> Iterator[str]:
    """Dotted names a program imports; ``ect.load_corpus`` counts as the module that holds it."""
    aliases = set[str]()
    for node in _executed(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name
                if alias.name == LIBRARY:
                    aliases.add(alias.asname or LIBRARY)
        elif isinstance(node, ast.ImportFrom):
            module = resolve_name("." * node.level + (node.module or ""), package) if node.level else node.module or ""
            for alias in node.names:
                known = homes.get(alias.name) if module == LIBRARY else None
                yield known or f"{module}.{alias.name}"
        elif isinstance(node, ast.Call) and _is_import_module(node):
            yield node.args[0].value  # type: ignore[attr-defined]
    yield from _through_the_package(tree, aliases, homes)


def _is_import_module(node: ast.Call) -> bool:
    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    first = node.args[0] if node.args else None
    return name == "import_module" and isinstance(first, ast.Constant) and isinstance(first.value, str)


def _through_the_package(tree: ast.AST, aliases: set[str], homes: dict[str, str]) -> Iterator[str]:
    """``ect.f`` → the module of ``f``; any other use of ``ect`` may reach everything."""
    if not aliases:
        return
    attributes = {
        id(node.value): node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in aliases:
            attribute = attributes.get(id(node), "")
            if attribute in homes:
                yield homes[attribute]
            elif not attribute.startswith("__"):
                yield from homes.values()


def _executed(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node but those under ``if TYPE_CHECKING:``."""
    pending = [tree]
    while pending:
        node = pending.pop()
        yield node
        if isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING"):
            pending += node.orelse
        else:
            pending += ast.iter_child_nodes(node)
