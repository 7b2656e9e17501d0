"""Answers grouped until every number is that of nobody or of enough persons.

Hiding a small number beside a printed n protects nobody: neighbouring answers are counted together instead, as little as
will do, and the whole line is withheld where nothing less does. So nothing is left to subtract within a question, and the
gate of publication (`ect_research.gate.gate`), which judges the tables together, has nothing to hide.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np
import pandas as pd

from ect_research.codebook.codebook import Codebook, Variable

Kind = Literal["echelle", "code", "codes", "nombre", "date", "texte"]
PERSON, WAVE = "repondant_id", "vague"
_SILENT = "sans_avis"
_NOT_ANSWERS = {PERSON, WAVE, "langue", "passage", "certitude"}


@dataclass(frozen=True)
class Question:
    """One column that persons answered.

    Attributes:
        name: its column.
        kind: ``echelle`` (one code of a list in order), ``code`` (one code), ``codes`` (several), ``nombre``, ``date``,
            ``texte``.
        codes: its answers, in order; none for numbers, dates and texts.
        silent: those that take no side (role ``sans_avis`` of the list: « ne sait pas »).
    """

    name: str
    kind: Kind
    codes: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()

    @property
    def scale(self) -> tuple[str, ...]:
        """Its answers without those that take no side."""
        return tuple(code for code in self.codes if code not in self.silent)


def read_questions(codebook: Codebook, table: str) -> list[Question]:
    """The questions of a table, in the order of the codebook; what names a row, a person or a document is none.

    Raises:
        CodebookError: no such table.

    >>> from ect_research.codebook.load_codebook import load_codebook
    >>> asked = read_questions(load_codebook(), "maturite")
    >>> asked[2].name, asked[2].kind, asked[2].scale, asked[2].silent
    ('raison_etre_1', 'echelle', ('1', '2', '3', '4'), ('nsp',))
    """
    asked = [item for item in codebook.columns(table) if not item.key and item.name not in _NOT_ANSWERS]
    return [_question(item, codebook) for item in asked if item.pii not in ("direct", "consent")]


def _question(item: Variable, codebook: Codebook) -> Question:
    if not item.list_name:
        kinds: dict[str, Kind] = {"integer": "nombre", "decimal": "nombre", "date": "date"}
        return Question(item.name, kinds.get(item.type, "texte"))
    rows = codebook.choices(item.list_name)
    silent = tuple(rows.loc[rows["role"] == _SILENT, "name"]) if "role" in rows else ()
    ordered = codebook.is_ordinal(item.list_name)
    kind: Kind = "codes" if item.is_multiple else "echelle" if ordered else "code"
    return Question(item.name, kind, tuple(rows["name"]), silent)


def last_answers(answers: pd.DataFrame) -> pd.DataFrame:
    """One row a person and wave, her last one; each row is a person where the table names nobody."""
    if PERSON not in answers:
        return answers
    dated = answers.sort_values("date_max", kind="stable", na_position="first") if "date_max" in answers else answers
    keys = [PERSON, WAVE] if WAVE in answers else [PERSON]
    return dated.drop_duplicates(keys, keep="last").sort_index()


@dataclass(frozen=True)
class Group:
    """Answers counted together.

    Attributes:
        codes: the answers.
        side: −1 below the middle of a scale, or all but what is above; 1 above, or all but what is below; 0 on the middle; None
            for those that take no side.
        persons: who gave one of them; None for « nearly all »: all but one to ``least - 1``.
    """

    codes: tuple[str, ...]
    side: int | None
    persons: int | None


def group_scale(
    counts: Mapping[str, int], scale: Sequence[str], silent: Sequence[str] = (), *, least: int
) -> tuple[Group, ...]:
    """The finest grouping of a scale of which no number is between 1 and ``least - 1``.

    Where there is none, the part of the scale that nearly all are on, without its number; else nothing.

    ``counts``: persons by answer; ``scale``: answers in order; ``silent``: answers that take no side; ``least``:
    fewest persons of a number; 0 when nobody is protected.

    >>> [(one.codes, one.persons) for one in group_scale({"1": 2, "2": 6, "3": 9, "4": 7}, "1234", least=5)]
    [(('1', '2'), 8), (('3',), 9), (('4',), 7)]
    >>> group_scale({"1": 1, "2": 2, "3": 9, "4": 7}, "1234", least=5)
    (Group(codes=('3', '4'), side=1, persons=None),)
    """
    for groups in scale_groupings(counts, tuple(scale), tuple(silent)):
        if all(not 0 < (group.persons or 0) < least for group in groups):
            return groups
    total = sum(counts.values())
    for codes, side in zip(_thirds(tuple(scale)), (-1, 0, 1), strict=True):
        if total >= 2 * least and total - sum(counts.get(code, 0) for code in codes) < least:
            return (Group(codes, side, None),)
    return ()


def _thirds(scale: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    half = len(scale) // 2
    return scale[:half], scale[half : len(scale) - half], scale[len(scale) - half :]


def scale_groupings(
    counts: Mapping[str, int], scale: tuple[str, ...], silent: tuple[str, ...]
) -> Iterator[tuple[Group, ...]]:
    """Every way of counting neighbouring answers together, the finest first."""
    for grouping in _groupings(scale, silent):
        yield tuple(Group(codes, side, sum(counts.get(code, 0) for code in codes)) for codes, side in grouping)


def _groupings(scale: tuple[str, ...], silent: tuple[str, ...]) -> Iterator[list[tuple[tuple[str, ...], int | None]]]:
    low, middle, high = _thirds(scale)
    apart = {side: [((code,), side) for code in part] for side, part in ((-1, low), (0, middle), (1, high))}
    mute: list[tuple[tuple[str, ...], int | None]] = [(silent, None)] if silent else []
    for below in (apart[-1], [(low, -1)]):
        for above in (apart[1], [(high, 1)]):
            yield [*below, *apart[0], *above, *mute]
    for above in (apart[1], [(high, 1)]):
        yield [((*low, *middle, *silent), -1), *above]
    yield [(low, -1), ((*middle, *high, *silent), 1)]


def group_codes(counts: Mapping[str, int], *, least: int) -> tuple[Group, ...]:
    """Answers without order, the most given first; those given by too few are counted together, with the next if need be.

    >>> [(one.codes, one.persons) for one in group_codes({"a": 9, "b": 7, "c": 3, "d": 1}, least=5)]
    [(('a',), 9), (('b', 'c', 'd'), 11)]
    """
    given = sorted(((code, n) for code, n in counts.items() if n), key=lambda one: -one[1])
    kept = [code for code, n in given if n >= least]
    small = [code for code, n in given if n < least]
    while kept and 0 < sum(counts[code] for code in small) < least:
        small.insert(0, kept.pop())
    together = sum(counts[code] for code in small)
    if small and (not kept or together < least):
        return ()
    groups = [Group((code,), None, counts[code]) for code in kept]
    return (*groups, Group(tuple(small), None, together)) if small else tuple(groups)


def group_numbers(values: pd.Series[float], *, least: int, classes: int = 4) -> tuple[Group, ...]:
    """Numbers in classes of about as many persons; a class is ``("", "15")`` (up to), ``("15", "18")`` or ``("18", "")``.

    The ends are open: the smallest and the greatest number are those of one person.

    >>> told = group_numbers(pd.Series([12, 13, 14, 15, 16, 17, 18, 19]), least=4)
    >>> [(one.codes, one.persons) for one in told]
    [(('', '15'), 4), (('15', ''), 4)]
    """
    known = np.sort(values.dropna().to_numpy(dtype="float64"))
    for asked in range(classes if len(known) else 0, 1, -1):
        cuts = np.unique(np.quantile(known, np.arange(1, asked) / asked, method="lower"))
        bounds = [-np.inf, *cuts, np.inf]
        sizes = [int(((known > low) & (known <= high)).sum()) for low, high in pairwise(bounds)]
        if min(sizes) >= max(least, 1):
            return tuple(
                Group((_written(low), _written(high)), None, size)
                for (low, high), size in zip(pairwise(bounds), sizes, strict=True)
            )
    return ()


def _written(bound: float) -> str:
    return "" if np.isinf(bound) else np.format_float_positional(bound, trim="-")


def answer_groups(one: Question, own: pd.DataFrame, least: int) -> tuple[Group, ...]:
    """What may be told of one question; nothing where nothing may.

    ``one``: a question, not an open one; ``own``: one row a person; ``least``: fewest persons of a number. Where
    several answers can be ticked, each is told or not by itself.
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
