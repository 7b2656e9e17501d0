"""Tables that left apart, put side by side as a reader can: does one give back what another hides?

Only what is printed is used, so that the check can be made, and its files kept, by anybody. Tables are linked by the names
of their categories; two whose common numbers differ are of two populations, and are not put together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ect_research.analysis.disclosure.suppression import Sums, possible_range

Key = frozenset[tuple[str, str]]
_CLOSE = 1e-6


@dataclass(frozen=True)
class PrintedTable:
    """What a reader knows of a table that hides something.

    Attributes:
        numbers: ``{categories: number}``; None where it is hidden, or not printed at all.
        hidden: those hidden.
        sums: sums known between them, as ``{categories: coefficient}``, that give zero.
    """

    numbers: dict[Key, float | None]
    hidden: frozenset[Key]
    sums: tuple[dict[Key, float], ...]

    def to_json(self) -> dict[str, Any]:
        """Plain data, in a fixed order.

        >>> a = frozenset({("avis", "oui")})
        >>> table = PrintedTable({a: None}, frozenset({a}), ({a: 1.0},))
        >>> PrintedTable.of_json(table.to_json()) == table
        True
        """
        keys = sorted(self.numbers, key=sorted)
        at = {key: number for number, key in enumerate(keys)}
        return {
            "cases": [[sorted(map(list, key)), self.numbers[key], key in self.hidden] for key in keys],
            "sommes": [sorted([at[key], sign] for key, sign in one.items()) for one in self.sums],
        }

    @classmethod
    def of_json(cls, said: Mapping[str, Any]) -> PrintedTable:
        """The inverse of `to_json`."""
        keys = [frozenset((str(name), str(value)) for name, value in cell[0]) for cell in said["cases"]]
        numbers = {key: cell[1] for key, cell in zip(keys, said["cases"], strict=True)}
        hidden = frozenset(key for key, cell in zip(keys, said["cases"], strict=True) if cell[2])
        return cls(numbers, hidden, tuple({keys[at]: sign for at, sign in one} for one in said["sommes"]))


def find_recoverable(tables: Mapping[str, PrintedTable]) -> list[tuple[str, str]]:
    """The hidden numbers that the tables, read together, leave a single possible value.

    Returns ``(table, categories)`` of each, in order; none when the tables protect each other.

    >>> total, a, b = frozenset(), frozenset({("avis", "oui")}), frozenset({("avis", "non")})
    >>> sums = ({a: 1.0, b: 1.0, total: -1.0},)
    >>> one = PrintedTable({a: None, b: None, total: 9.0}, frozenset({a, b}), sums)
    >>> find_recoverable({"une": one})
    []
    >>> find_recoverable({"une": one, "deux": PrintedTable({a: 2.0}, frozenset(), ())})
    [('une', 'non'), ('une', 'oui')]
    """
    found = []
    for group in _same_population(tables):
        known: dict[Key, float] = {}
        for name in group:
            known |= {key: value for key, value in tables[name].numbers.items() if value is not None}
        keys = sorted({key for name in group for key in tables[name].numbers}, key=sorted)
        recovered = _recovered(keys, known, [one for name in group for one in tables[name].sums])
        for name in group:
            given_back = tables[name].hidden & recovered
            found += [(name, " | ".join(value for _, value in sorted(key))) for key in given_back]
    return sorted(found)


def _same_population(tables: Mapping[str, PrintedTable]) -> list[list[str]]:
    groups: list[tuple[list[str], dict[Key, float]]] = []
    for name, table in tables.items():
        printed = {key: value for key, value in table.numbers.items() if value is not None}
        for members, known in groups:
            if all(known.get(key, value) == value for key, value in printed.items()):
                members.append(name)
                known.update(printed)
                break
        else:
            groups.append(([name], printed))
    return [members for members, _ in groups]


def _recovered(keys: list[Key], known: Mapping[Key, float], sums: list[dict[Key, float]]) -> set[Key]:
    """Numbers printed elsewhere, or with a single possible value; none when the sums contradict each other."""
    at = {key: number for number, key in enumerate(keys)}
    unknown = np.array([key not in known for key in keys])
    values = np.array([known.get(key, 0.0) for key in keys])
    matrix = Sums.of([{at[key]: sign for key, sign in one.items()} for one in sums], len(keys))
    for least in (1.0, 0.0):
        low, high = possible_range(values, matrix, unknown, least=least)
        if np.isfinite(low).all():
            return {key for key, number in at.items() if high[number] - low[number] < _CLOSE}
    return set(known)
