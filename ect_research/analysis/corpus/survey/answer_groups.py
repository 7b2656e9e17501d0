"""The answers of persons to one question, grouped as its type allows until no number is small."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ect_research.analysis.corpus.survey.coarse_counts import (
    Group,
    group_codes,
    group_numbers,
    group_scale,
    scale_groupings,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ect_research.analysis.corpus.survey.questions import Question


def answer_groups(one: Question, own: pd.DataFrame, least: int) -> tuple[Group, ...]:
    """What may be told of one question; nothing where nothing may.

    Args:
        one: a question, not an open one.
        own: one row a person.
        least: fewest persons of a number. Where several answers can be ticked, each is told or not by itself.
    """
    if one.kind in ("nombre", "date"):
        return group_numbers(numbers_of(one, own), least=least)
    given = own[one.name].dropna()
    if one.kind == "codes":
        ticked = Counter(code for several in given for code in set(several))
        return tuple(
            Group((code,), None, None if 0 < min(ticked[code], len(given) - ticked[code]) < least else ticked[code])
            for code in (one.codes if len(given) >= max(least, 1) else ())
        )
    counts = Counter(given.astype("str"))
    if one.kind == "echelle":
        return group_scale(counts, one.scale, one.silent, least=least)
    return group_codes(counts, least=least)


def groupings(one: Question, own: pd.DataFrame, least: int) -> Iterator[tuple[Group, ...]]:
    """Ways of counting the answers to a question together, the finest first; none cuts across what `answer_groups` tells."""
    if one.kind in ("nombre", "date"):
        told = answer_groups(one, own, least)
        yield told
        half = len(told) // 2
        if half:
            yield tuple(
                Group((part[0].codes[0], part[-1].codes[1]), None, sum(group.persons or 0 for group in part))
                for part in (told[:half], told[half:])
            )
        return
    counts = Counter(own[one.name].dropna().astype("str"))
    if one.kind == "echelle":
        yield from scale_groupings(counts, one.scale, one.silent)
    elif one.kind == "code":
        given = [code for code, _ in counts.most_common()]
        for kept in range(len(given), 0, -1):
            alone = [Group((code,), None, counts[code]) for code in given[:kept]]
            rest = given[kept:]
            yield (*alone, Group(tuple(rest), None, sum(counts[code] for code in rest))) if rest else tuple(alone)


def numbers_of(one: Question, own: pd.DataFrame) -> pd.Series[float]:
    """The numbers, or the years of dates that are within one."""
    if one.kind == "nombre":
        return own[one.name].astype("float64")
    first, last = own[f"{one.name}_min"].dt.year, own[f"{one.name}_max"].dt.year
    years: pd.Series[float] = first.where(first == last).astype("float64")
    return years


def place_of(one: Question, groups: Sequence[Group], own: pd.DataFrame) -> pd.Series[Any]:
    """The place, among the groups of a question with one answer, of what each person answered; missing for nothing."""
    if one.kind in ("nombre", "date"):
        cuts = [float(group.codes[1]) for group in groups[:-1]]
        numbers = numbers_of(one, own)
        return pd.Series(np.searchsorted(cuts, numbers, side="left"), index=own.index).where(numbers.notna())
    place = {code: at for at, group in enumerate(groups) for code in group.codes}
    return own[one.name].astype("object").map(place)
