"""The ends in words: counted, in French and in English."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_FRENCH = {
    "creation": ("aucune création", "création", "créations"),
    "abandon": ("aucun abandon", "abandon", "abandons"),
    "absorption": ("aucune absorption", "absorption", "absorptions"),
}
_ENGLISH = {
    "creation": ("no creation", "creation", "creations"),
    "abandon": ("no abandonment", "abandonment", "abandonments"),
    "absorption": ("no absorption", "absorption", "absorptions"),
}


def count_ends(ends: Mapping[str, int], language: str = "fr") -> str:
    """« 4 créations, aucun abandon, 1 absorption ».

    >>> count_ends({"creation": 4, "abandon": 0, "absorption": 1})
    '4 créations, aucun abandon, 1 absorption'
    """
    words = _FRENCH if language == "fr" else _ENGLISH
    return ", ".join(_counted(count, words.get(name), name) for name, count in ends.items())


def _counted(count: int, words: tuple[str, str, str] | None, name: str) -> str:
    if words is None:
        return f"{name} : {count}"
    none, one, many = words
    return none if count == 0 else f"{count} {one if count == 1 else many}"
