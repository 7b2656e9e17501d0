"""Any table about to leave, held to the thresholds: which of its columns are counts, which numbers must be hidden.

A table is read as its categories (texts, years) and its numbers. Whole numbers are counts of units; the others (shares,
means, bounds) are hidden with the counts of their row. Totals are known even where they are not printed: hiding leaves
them out of what protects, and linear programming judges the whole, together with the tables that left before
(`Ledger`), whenever they cross or sum the same categories.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ect_research.analysis.chance import Refusal
from ect_research.analysis.disclosure.suppression import (
    DOMINANCE,
    Key,
    PrintedTable,
    Sums,
    complete,
    find_unanimous,
    possible_range,
)
from ect_research.analysis.disclosure.table_shapes import (
    SHARE_OF_FIRST,
    TOTALS,
    Shape,
    find_parts,
    flatten,
    fold_label,
    hides_numbers,
    is_running,
    no_count,
    read_shape,
    row_names,
    unprotectable,
)

HIDDEN = "s"
Place = tuple[int, int]


@dataclass
class Ledger:
    """What has left already from the same units: the numbers known, the numbers hidden, and their sums.

    Attributes:
        numbers: ``{categories: number}``; a hidden one is kept to be protected again, never written.
        hidden: those hidden.
        sums: each sum as ``{categories: coefficient}``.
    """

    numbers: dict[Key, float] = field(default_factory=dict)
    hidden: set[Key] = field(default_factory=set)
    sums: list[dict[Key, float]] = field(default_factory=list)


@dataclass(frozen=True)
class HeldFrame:
    """A table that may leave.

    Attributes:
        frame: the table, its index as columns, ``s`` in place of what is hidden.
        hidden: ``(row, column)`` of the numbers hidden, by position.
        proof: one row per hidden count: ``cellule, minimum, maximum``, what the printed numbers leave possible.
        unanimous: rows of which every unit gave the same answer, to be told.
        printed: what a reader knows of it, to be put beside other tables; None when it holds no count.
    """

    frame: pd.DataFrame
    hidden: tuple[Place, ...]
    proof: pd.DataFrame
    unanimous: tuple[str, ...] = ()
    printed: PrintedTable | None = None


def hold_frame(
    frame: pd.DataFrame,
    *,
    threshold: int,
    ledger: Ledger | None = None,
    waived: Callable[[str], bool] = lambda _cell: False,
    units: Callable[[Key], int | None] = lambda _key: None,
) -> HeldFrame | Refusal:
    """Hide what is under the threshold and what would give it away.

    ``frame``: the table, any index; ``threshold``: fewest units a number may speak of; ``ledger``: what has left
    already; it grows by this table. ``waived``: whether a row, told by its categories joined with `` | ``, may be
    shown whatever its counts; ``units``: the most units of whom the count of some categories may speak, when they are
    fewer than the rows counted (three waves of one person); None when it is not known.

    Returns:
        the table, or a `Refusal` when hiding cannot protect it or when nothing tells on how many units a number rests.

    >>> counts = pd.DataFrame({"avis": ["oui", "non", "nsp"], "personnes": [12, 9, 2]})
    >>> hold_frame(counts, threshold=5).frame["personnes"].tolist()
    [12, 's', 's']
    """
    flat = flatten(frame)
    shape = read_shape(frame, flat)
    named = row_names(flat, shape.categories)
    written = [
        str(flat.columns[at])
        for at in shape.categories
        if hides_numbers(flat.iloc[:, at], names_rows=at in named, threshold=threshold)
    ]
    if not shape.counts or written:
        return no_count(written)
    cells = _Cells(flat, shape)
    books = ledger if ledger is not None else Ledger()
    hidden = cells.hide(threshold, books, waived, units)
    if hidden is None:
        return unprotectable(threshold)
    places = {place for key in hidden for place in cells.places.get(key, ())}
    places |= {(row, at) for row, _ in list(places) for at in shape.others}
    places |= set(_dominated(flat, shape))
    shown = _hide(flat, places)
    proof = pd.DataFrame(list(cells.bounds(hidden, books)), columns=["cellule", "minimum", "maximum"])
    return HeldFrame(shown, tuple(sorted(places)), proof, tuple(cells.unanimous()), cells.printed(hidden))


class _Cells:
    """The counts of a table, each named by its categories, with the sums between them."""

    def __init__(self, flat: pd.DataFrame, shape: Shape) -> None:
        self._flat, self._shape = flat, shape
        self._content: NDArray[np.object_] = flat.to_numpy(dtype="object")
        self.numbers: dict[Key, float] = {}
        self.places: dict[Key, list[Place]] = {}
        self.sums: list[dict[Key, float]] = []
        self._rows: list[Key] = []
        self._inner: list[Key] = []
        self._labels: dict[Key, str] = {}
        self._known: set[Key] = set()
        self._together: dict[Key, Key] = {}
        self._read_cells()
        self._add_sums()
        self._add_parts()
        self._add_steps()

    def _read_cells(self) -> None:
        flat, shape = self._flat, self._shape
        names = [(at, str(flat.columns[at])) for at in row_names(flat, shape.categories)]
        for row in range(len(flat)):
            said = [(name, str(self._content[row, at])) for at, name in names]
            own = frozenset((name, text) for name, text in said if fold_label(text) not in TOTALS)
            label = " | ".join(str(self._content[row, at]) for at in shape.categories) or str(row + 1)
            self._rows.append(own)
            for at in [*shape.counts, *([] if shape.total is None else [shape.total])]:
                value = self._content[row, at]
                if pd.isna(value):
                    continue
                key = own if at == shape.total else own | self._column_key(at)
                if len(own) == len(names) and at != shape.total and key in self.numbers:
                    key |= {("ligne", str(row))}
                self.numbers[key] = float(value)
                self.places.setdefault(key, []).append((row, at))
                self._labels[key] = label
                if len(own) == len(names) and at != shape.total:
                    self._inner.append(key)

    def _column_key(self, at: int) -> Key:
        shape = self._shape
        if len(shape.counts) == 1 and not shape.crossed:
            return frozenset()
        return frozenset({(shape.crossed or "colonne", str(self._flat.columns[at]))})

    def _add_sums(self) -> None:
        """Each category and, over all, each column: what its cells add up to is a number, printed or not."""
        parts: dict[Key, list[Key]] = {}
        for key in self._inner:
            for one in key:
                if len(key) > 1:
                    parts.setdefault(frozenset({one}), []).append(key)
            parts.setdefault(frozenset(), []).append(key)
        for whole, several in parts.items():
            self._add_sum(whole, several)
        grand: Key = frozenset()
        separate = len(self._shape.counts) > 1 and not self._shape.crossed and self._shape.total is None
        if separate:
            self._known |= {self._column_key(at) for at in self._shape.counts} & self.numbers.keys()
        else:
            self._known |= {grand} & self.numbers.keys()

    def _add_sum(self, whole: Key, parts: list[Key]) -> None:
        total = sum(self.numbers[part] for part in parts)
        if whole in self.numbers and self.numbers[whole] != total:
            return  # printed, of another population: no sum ties them
        self.numbers.setdefault(whole, total)
        self.sums.append({**dict.fromkeys(parts, 1.0), whole: -1.0})

    def _add_parts(self) -> None:
        """The counts that a share or a column of all gives away, each with what is left of its whole."""
        at_place = {place: key for key, places in self.places.items() for place in places}
        for at, of, counts in find_parts(self._flat, self._shape):
            name = str(self._flat.columns[at])
            for row, count in enumerate(counts):
                whole = at_place.get((row, of))
                if whole is None or np.isnan(count):
                    continue
                part = at_place.get((row, at)) or whole | {("part", name)}
                rest = whole | {("reste", name)}
                for key, number in ((part, count), (rest, self.numbers[whole] - count)):
                    self.numbers.setdefault(key, number)
                    self.places.setdefault(key, []).append((row, at))
                    self._labels.setdefault(key, self._labels[whole])
                self.sums.append({part: 1.0, rest: 1.0, whole: -1.0})
                self._together |= {part: rest, rest: part}
            self._sum_parts(name)

    def _add_steps(self) -> None:
        """Between two ages of those at risk are those who left, between two sums so far those added: counts given away."""
        at_place = {place: key for key, places in self.places.items() for place in places}
        for row, at in ((row, at) for at in self._shape.counts for row in range(1, len(self._flat))):
            before, after, name = at_place.get((row - 1, at)), at_place.get((row, at)), str(self._flat.columns[at])
            if before is None or after is None or not is_running(name):
                continue
            less, more = sorted((before, after), key=lambda key: self.numbers[key])
            step = after | {("pas", name)}
            self.numbers[step], self._labels[step] = self.numbers[more] - self.numbers[less], self._labels[after]
            self.sums.append({less: 1.0, step: 1.0, more: -1.0})

    def _sum_parts(self, name: str) -> None:
        """Where totals are printed too, the parts of the rows add up to those of the totals."""
        for mark in (("part", name), ("reste", name)):
            keys = [key for key in self.numbers if mark in key]
            wholes = [key for key in keys if any(key < other for other in keys)]
            for whole in wholes:
                self._add_sum(whole, [key for key in keys if whole < key and key not in wholes])

    def hide(
        self, threshold: int, ledger: Ledger, waived: Callable[[str], bool], units: Callable[[Key], int | None]
    ) -> set[Key] | None:
        """The counts to hide, not printed sums included; None when hiding cannot protect. The ledger grows."""
        agreed = all(ledger.numbers.get(key, value) == value for key, value in self.numbers.items())
        books = ledger if agreed else Ledger()
        everything = {**books.numbers, **self.numbers}
        keys = list(everything)
        at = {key: number for number, key in enumerate(keys)}
        numbers = np.array([everything[key] for key in keys])
        allowed = {key for key, label in self._labels.items() if waived(label)}
        fewest = {
            key: min(n, least if (least := units(key)) is not None else n) for key, n in everything.items() if n > 0
        }
        small = np.array([fewest.get(key, threshold) < threshold and key not in allowed for key in keys])
        primary = np.array([key in books.hidden for key in keys]) | (
            small & np.array([k in self.numbers for k in keys])
        )
        nested = set() if agreed else self._nested(ledger, threshold)
        primary |= np.array([key in nested and key not in allowed for key in keys])
        # A part and what is left of its whole are one secret.
        primary |= np.array([key in self._together and bool(primary[at[self._together[key]]]) for key in keys])
        left = np.array([key in books.numbers and key not in books.hidden for key in keys])
        locked = left | np.array([key in self._known or key in allowed for key in keys])
        if (primary & locked).any():
            return None
        rows = [{at[key]: sign for key, sign in one.items()} for one in [*books.sums, *self.sums]]
        dear = np.array([key not in self._inner and key not in self._together for key in keys])
        done = complete(numbers, Sums.of(rows, len(keys)), primary, dear=dear, locked=locked)
        if done is None:
            return None
        hidden = {key for key, gone in zip(keys, done, strict=True) if gone}
        if agreed:
            ledger.numbers.update(self.numbers)
            ledger.hidden |= hidden
            ledger.sums += self.sums
        return hidden & self.numbers.keys()

    def _nested(self, ledger: Ledger, threshold: int) -> set[Key]:
        """Of a table that lies inside one that left, the counts all but equal to its own, and those that it hid."""
        gaps = {key: ledger.numbers[key] - self.numbers[key] for key in self._inner if key in ledger.numbers}
        inside = len(gaps) == len(self._inner) and (min(gaps.values()) >= 0 or max(gaps.values()) <= 0)
        told = {key for key, gap in gaps.items() if gap == 0 and key in ledger.hidden}
        near = {key for key, gap in gaps.items() if 0 < abs(gap) < threshold and key not in ledger.hidden}
        return told | near if inside else told

    def bounds(self, hidden: set[Key], ledger: Ledger) -> Iterator[tuple[str, float, float]]:
        """What the printed numbers leave possible for each hidden count of the table."""
        known = ledger if self.numbers.keys() <= ledger.numbers.keys() else Ledger(self.numbers, hidden, self.sums)
        keys = list(known.numbers)
        at = {key: number for number, key in enumerate(keys)}
        mask = np.array([key in known.hidden for key in keys])
        sums = Sums.of([{at[key]: sign for key, sign in one.items()} for one in known.sums], len(keys))
        low, high = possible_range(np.array([known.numbers[key] for key in keys]), sums, mask)
        for key in self.places:
            if key in hidden:
                yield self._labels[key], float(low[at[key]]), float(high[at[key]])

    def printed(self, hidden: set[Key]) -> PrintedTable:
        """What a reader knows: the numbers printed, and the sums."""
        numbers = {
            key: None if key in hidden or key not in self.places else value for key, value in self.numbers.items()
        }
        return PrintedTable(numbers, frozenset(hidden & self.places.keys()), tuple(self.sums))

    def unanimous(self) -> Iterator[str]:
        """Rows of several counts of which one alone is not zero."""
        if len(self._shape.counts) < 2:
            return
        inside = self._flat.iloc[:, self._shape.counts].fillna(0)
        names = [" | ".join(str(row[at]) for at in self._shape.categories) for row in self._content]
        yield from find_unanimous(inside.set_axis(names))


def _dominated(flat: pd.DataFrame, shape: Shape) -> Iterator[Place]:
    """The sums of the rows of which one unit makes more than 85 %."""
    for name in flat.columns:
        if fold_label(name) == SHARE_OF_FIRST:
            for row, share in enumerate(flat[name].astype("float64").tolist()):
                if share > DOMINANCE:
                    yield from ((row, other) for other in shape.others)


def _hide(flat: pd.DataFrame, places: set[Place]) -> pd.DataFrame:
    """Text in the columns that hide something: their numbers, and ``s``."""
    shown = flat.copy()
    for at in sorted({column for _, column in places}):
        hidden = {row for row, column in places if column == at}
        said = np.array([None] * len(flat), dtype="object")
        said[:] = [HIDDEN if row in hidden else value for row, value in enumerate(flat.iloc[:, at].tolist())]
        shown.isetitem(at, said)
    return shown
