"""The ends in words, counted."""

from __future__ import annotations

from collections.abc import Mapping

from ect_research.analysis.chance import Refusal
from ect_research.words import Sentence, tell, tell_n


def count_ends(ends: Mapping[str, int]) -> list[Sentence]:
    """« 4 créations, aucun abandon, 1 absorption ».

    >>> str(tell("({ends})", ends=count_ends({"creation": 4, "abandon": 0, "absorption": 1})))
    '(4 créations, aucun abandon, 1 absorption)'
    """
    return [_counted(name, count) for name, count in ends.items()]


def refuse_small_groups(asked: Sentence, sizes: Mapping[str, int], fewest: int) -> Refusal | None:
    """A refusal unless there are two groups at least, none smaller than that: « ici a : 12 ; b : 3 »."""
    if len(sizes) > 1 and min(sizes.values()) >= fewest:
        return None
    told = " ; ".join(f"{name} : {size}" for name, size in sizes.items())
    return Refusal(
        asked, tell("Il faut deux groupes d’au moins {fewest} projets (ici {sizes}).", fewest=fewest, sizes=told)
    )


def _counted(name: str, count: int) -> Sentence:
    said = {
        "creation": (tell("aucune création"), tell_n("{n} création", "{n} créations", count)),
        "abandon": (tell("aucun abandon"), tell_n("{n} abandon", "{n} abandons", count)),
        "absorption": (tell("aucune absorption"), tell_n("{n} absorption", "{n} absorptions", count)),
    }
    none, some = said.get(name, (tell("{name} : {n}", name=name, n=count),) * 2)
    return some if count else none
