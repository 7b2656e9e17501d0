"""k-anonymity by generalisation: no row of an extract is told apart from fewer than k rows by what outsiders know.

Source: Sweeney (2002), *k-anonymity: a model for protecting privacy*; the greedy choice is that of Datafly (the column
with the most distinct values is generalised first; the few rows that resist are removed).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

Ladder = Sequence[tuple[str, "pd.Series[str]"]]


_MOST_REMOVED = 0.05


@dataclass(frozen=True)
class Anonymous:
    """A table whose rows hide in classes of at least k.

    Attributes:
        frame: the table, its quasi-identifiers generalised, its index fresh.
        levels: ``{column: level reached}``.
        removed: number of rows removed.
        smallest: size of the smallest class; 0 when no row is left.
        unanimous: for each other column, number of rows whose class gives one same answer (known to who knows the class).
    """

    frame: pd.DataFrame
    levels: dict[str, str]
    removed: int
    smallest: int
    unanimous: dict[str, int]


def make_anonymous(
    frame: pd.DataFrame, ladders: Mapping[str, Ladder], k: int, persons: pd.Series[str] | None = None
) -> Anonymous:
    """Generalise the quasi-identifiers of a table until every class holds at least ``k`` persons.

    ``frame``: one row per person, or several; ``ladders``: for each quasi-identifier, its levels from the finest to
    the coarsest: a name, and the column so written (same index as ``frame``; missing values are a value). ``k``:
    smallest class; ``persons``: who each row is about (same index): the class of a person is then all that her rows
    say together, so that waves put end to end tell nobody apart. Each row is a person when None.

    Returns:
        the table; rows are removed when at most one in twenty resists, or when the coarsest levels do not suffice.

    >>> table = pd.DataFrame({"date": ["3/2024", "5/2024", "1/2024"], "avis": ["oui", "oui", "non"]})
    >>> year = pd.Series(["2024"] * 3)
    >>> made = make_anonymous(table, {"date": [("mois", table["date"]), ("année", year)]}, 3)
    >>> made.levels, made.smallest, made.removed
    ({'date': 'année'}, 3, 0)
    """
    people = pd.Series(range(len(frame)), index=frame.index) if persons is None else persons
    at = dict.fromkeys(ladders, 0)
    while True:
        table = frame.assign(**{name: ladder[at[name]][1] for name, ladder in ladders.items()})
        sizes = _class_sizes(table, list(ladders), people)
        small = sizes < k
        finer = [name for name, ladder in ladders.items() if at[name] + 1 < len(ladder)]
        if small.sum() <= _MOST_REMOVED * len(table) or not finer:
            break
        widest = max(finer, key=lambda name: (_told(table, [name], people).nunique(), -list(ladders).index(name)))
        at[widest] += 1
    kept = table[~small].reset_index(drop=True)
    left = sizes[~small]
    levels = {name: ladders[name][level][0] for name, level in at.items()}
    smallest = int(left.min()) if len(left) else 0
    return Anonymous(kept, levels, int(small.sum()), smallest, _unanimous(kept, list(ladders)))


def _told(table: pd.DataFrame, quasi: list[str], people: pd.Series) -> pd.Series[str]:
    """By person, all that her rows say in these columns."""
    written = table[quasi].astype("str").fillna("").agg("\x1f".join, axis="columns")
    return written.groupby(people).agg(lambda rows: "\x1e".join(sorted(rows)))


def _class_sizes(table: pd.DataFrame, quasi: list[str], people: pd.Series) -> pd.Series[int]:
    if not quasi or table.empty:
        return pd.Series(people.nunique(), index=table.index)
    told = _told(table, quasi, people)
    return people.map(told.map(told.value_counts()))


def _unanimous(table: pd.DataFrame, quasi: list[str]) -> dict[str, int]:
    if table.empty or not quasi:
        return {}
    classes = table[quasi].astype("str").fillna("").agg("\x1f".join, axis="columns")
    found = {}
    for name in table.columns.difference(quasi, sort=False):
        answers = table[name].astype("str").where(table[name].notna(), "")
        alone = answers.groupby(classes).transform("nunique").eq(1) & answers.ne("")
        if alone.any():
            found[str(name)] = int(alone.sum())
    return found
