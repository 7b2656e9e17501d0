"""What a person should know of a notebook that its results do not show: what is undone, left out, or followed by nobody."""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from ect_research.words import tell

if TYPE_CHECKING:
    from ect_research.words import Sentence

SKIPPED = "skip-execution"
_CLOCKS = {"now", "today", "utcnow", "localtime", "gmtime", "ctime"}


_KNOWN = {
    "programme": tell("ce carnet lance un programme : rien ne le suit"),
    "reseau": tell("ce carnet va sur le réseau : rien ne le suit"),
    "heure": tell("ce carnet lit l’heure : rien ne la suit"),
}


def unfollowed(what: str) -> Sentence:
    """What is said of something that nobody can follow: ``programme, reseau, heure``, or a package that reads in C."""
    package = tell(
        "ce carnet emploie {name}, qui ouvre des fichiers sans qu’on le voie : les déclarer par lit", name=what
    )
    return _KNOWN.get(what, package)


def python_of(cell: str) -> str:
    """The code of a cell without Jupyter's own lines."""
    return "\n".join("" if line.lstrip().startswith(("%", "!", "?")) else line for line in cell.splitlines())


def remarks_on(cells: Iterable[tuple[str, tuple[str, ...]]], parameters: Iterable[str], tag: str) -> Iterator[Sentence]:
    """What a notebook's code calls for, from the source and tags of each code cell that is not empty, in order."""
    known, given, clock = set(parameters), False, False
    for number, (source, tags) in enumerate(cells, 1):
        if SKIPPED in tags:
            yield tell(
                "la cellule de code n° {number} porte l’étiquette « {tag} » : elle n’est pas exécutée",
                number=number,
                tag=SKIPPED,
            )
            continue
        for name in sorted(known & _assigned(source)) if given else ():
            yield tell(
                "la cellule de code n° {number} change le paramètre {name} : la valeur donnée par l’étude n’y sert plus",
                number=number,
                name=name,
            )
        given = given or tag in tags
        clock = clock or _reads_the_clock(source)
    if clock:
        yield _KNOWN["heure"]


def _assigned(cell: str) -> set[str]:
    """Names that a cell gives a value to, those of its functions left out."""
    with suppress(SyntaxError, ValueError):
        return {
            one.get_name() for one in symtable.symtable(python_of(cell), "", "exec").get_symbols() if one.is_assigned()
        }
    return set()


def _reads_the_clock(cell: str) -> bool:
    with suppress(SyntaxError, ValueError):
        for node in ast.walk(ast.parse(python_of(cell))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                owner = node.func.value
                module = owner.id if isinstance(owner, ast.Name) else ""
                if node.func.attr in _CLOCKS or (node.func.attr, module) == ("time", "time"):
                    return True
    return False
