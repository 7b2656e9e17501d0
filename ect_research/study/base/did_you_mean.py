"""« vouliez-vous « … » ? »: the nearest known name, for whoever mistyped one."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from ect_research.words import Told

if TYPE_CHECKING:
    from collections.abc import Iterable


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """The end of a French sentence: the nearest known name, else all of them.

    >>> did_you_mean("teritoire", ["corpus", "territoire"])
    ', vouliez-vous « territoire » ?'
    >>> did_you_mean("xyz", ["corpus", "territoire"])
    ' (possibles : corpus, territoire).'
    """
    names = sorted(known)
    near = get_close_matches(given, names, n=1, cutoff=0.6)
    if near:
        return Told(", vouliez-vous « {near} » ?", near=near[0])
    return Told(" (possibles : {names}).", names=names) if names else Told(" (aucun n’est attendu).")
