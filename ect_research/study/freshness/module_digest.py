"""One program: what it says, docstrings and places left out, and what it imports. Nothing is executed.

R ``targets`` hashes deparsed functions for the same reason: a comment, a docstring or a line break makes no result stale.
"""

from __future__ import annotations

import ast
import hashlib
from contextlib import suppress
from importlib.util import resolve_name
from typing import TYPE_CHECKING

from ect_research.study.definition.remarks import python_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LIBRARY = "ect_research"
_FOR_CHECKERS = ("TYPE_CHECKING", "typing.TYPE_CHECKING")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_DOCUMENTED = (ast.Module, ast.ClassDef, *_FUNCTIONS)


class Program:
    """One walk through a syntax tree, the longest part of a first plan: what it says and what it imports.

    Args:
        tree: the program.
        package: from which its relative imports start.
        homes: module of each public name of the library.
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
