"""Truth table: which configurations are seen, which lead to the outcome, which remainders no solution should assume."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ect_research.analysis.conditions.memberships import HALF, TOLERANCE, Memberships, Vector
from ect_research.analysis.conditions.solving.set_relations import row_fits
from ect_research.analysis.conditions.solving.terms import Model, Rows, Space, covered_by, in_order
from ect_research.errors import EctError

POSITIVE, NEGATIVE, CONTRADICTION, REMAINDER = "1", "0", "C", "?"


@dataclass(frozen=True)
class Cutoffs:
    """What a row must reach to be said to lead to the outcome, and what a solution may use.

    Args:
        consistency: least consistency of a positive row.
        pri: least PRI of a positive row.
        cases: least number of cases of a row; with fewer, it is a logical remainder.
        contradiction: a row that misses the first cutoffs but reaches this consistency is a contradiction.
        exclude: numbers of remainders that no solution may use.
        include_contradictions: may a solution cover contradictory rows, as it may cover remainders? They are negative else.
        irredundant: is every model of which no term can be dropped asked for, rather than those with the fewest terms?

    Raises:
        EctError: cutoffs that contradict each other.
    """

    consistency: float = 0.8
    pri: float = 0.5
    cases: int = 1
    contradiction: float | None = None
    exclude: tuple[int, ...] = ()
    include_contradictions: bool = False
    irredundant: bool = False

    def __post_init__(self) -> None:
        """Check what is asked."""
        if not (0 < self.consistency <= 1 and 0 <= self.pri <= 1 and self.cases >= 1):
            raise EctError(
                "Seuils impossibles : cohérence {consistency} (entre 0 et 1), PRI {pri} (entre 0 et 1), {cases} cas (1 au "
                "moins).",
                consistency=self.consistency,
                pri=self.pri,
                cases=self.cases,
            )
        if self.contradiction is not None and not 0 <= self.contradiction <= self.consistency:
            raise EctError(
                "Le seuil de contradiction, {second}, doit être sous le seuil de cohérence, {first}.",
                second=self.contradiction,
                first=self.consistency,
            )


@dataclass(frozen=True)
class TruthTable:
    """The observed rows of a truth table.

    Attributes:
        data: the memberships it was made from.
        space: its conditions and their levels.
        cutoffs: what its codes were made with.
        rows: levels of the observed rows, shape (rows, conditions), sorted by number.
        numbers: numbers of the rows, from 1; the first condition is the most significant digit.
        n: cases of each row.
        consistency: of each row.
        pri: of each row.
        codes: ``1`` leads to the outcome, ``0`` does not, ``C`` contradiction, ``?`` too few cases.
        row_of: position in ``rows`` of the row of each case; −1 for a case that is 0.5 in a condition.
        members: membership of each case in each row, shape (rows, cases).
    """

    data: Memberships
    space: Space
    cutoffs: Cutoffs
    rows: Rows
    numbers: NDArray[np.int64]
    n: NDArray[np.int64]
    consistency: Vector
    pri: Vector
    codes: tuple[str, ...]
    row_of: NDArray[np.int64]
    members: NDArray[np.float64]

    def coded(self, *codes: str) -> Rows:
        """Rows that bear one of the codes."""
        return self.rows[np.isin(self.codes, codes)]

    def cases(self, position: int) -> tuple[str, ...]:
        """Cases of a row."""
        return tuple(self.data.cases[case] for case in np.flatnonzero(self.row_of == position))

    def deviant(self, position: int) -> tuple[str, ...]:
        """Cases of a row that are not in the outcome."""
        out = (self.row_of == position) & (self.data.outcome < HALF)
        return tuple(self.data.cases[case] for case in np.flatnonzero(out))

    def why(self, position: int) -> str:
        """Why a row bears its code: ``effectif``, ``coherence``, ``pri``, ``contradiction``, ``atteints``, ``exclue``."""
        if self.codes[position] == REMAINDER:
            return "effectif"
        if self.codes[position] == CONTRADICTION:
            return "contradiction"
        if self.codes[position] == POSITIVE:
            return "atteints"
        return "pri" if reaches(self.consistency[position], self.cutoffs.consistency) else "coherence"

    def recoded(self, cutoffs: Cutoffs) -> TruthTable:
        """The same rows under other cutoffs."""
        return replace(self, cutoffs=cutoffs, codes=_codes(self.n, self.consistency, self.pri, cutoffs))

    def with_outcome(self, outcome: Vector) -> TruthTable:
        """The same conditions, another outcome of the same name."""
        consistency, pri = row_fits(self.members, outcome)
        codes = _codes(self.n, consistency, pri, self.cutoffs)
        data = self.data.with_outcome(outcome, self.data.outcome_name)
        return replace(self, data=data, consistency=consistency, pri=pri, codes=codes)

    def remainders(self) -> Rows:
        """Rows that no observation codes and that no cutoff excludes."""
        free = np.ones(self.space.size, dtype=bool)
        free[self.numbers[np.array(self.codes) != REMAINDER] - 1] = False
        free[np.array(self.cutoffs.exclude, dtype=int) - 1] = False
        return self.space.all_rows()[free]

    def excluded(self) -> Rows:
        """Remainders that no solution may use."""
        known = set(self.numbers[np.array(self.codes) != REMAINDER].tolist())
        return self.space.all_rows()[[number - 1 for number in self.cutoffs.exclude if number not in known]]


def reaches(value: float, cutoff: float) -> bool:
    """At or above a cutoff, up to rounding."""
    return bool(value + TOLERANCE > cutoff)


def build_truth_table(data: Memberships, cutoffs: Cutoffs) -> TruthTable:
    """Place each case in its row, measure each row, code it.

    Raises:
        EctError: an excluded row that does not exist.

    Source:
        Ragin (2008), *Redesigning Social Inquiry*, ch. 7; Duşa (2019), *QCA with R*.

    >>> import pandas as pd
    >>> from ect_research.analysis.conditions.memberships import take_memberships
    >>> table = pd.DataFrame({"A": [1, 1, 0, 0], "B": [1, 0, 1, 0], "Y": [1, 1, 0, 0]}, index=list("pqrs"))
    >>> found = build_truth_table(take_memberships(table, "Y", ["A", "B"]), Cutoffs())
    >>> found.numbers.tolist(), found.codes
    ([1, 2, 3, 4], ('0', '0', '1', '1'))
    """
    space = Space(data.conditions, data.levels)
    beyond = [number for number in cutoffs.exclude if not 1 <= number <= space.size]
    if beyond:
        raise EctError("Il n’y a pas de ligne {row} : la table de vérité en a {n}.", row=beyond[0], n=space.size)
    graded = np.array(data.levels) == 2
    placed = np.where(graded, data.scores > HALF, data.scores).astype(np.int16)
    numbers = np.where(data.at_half(), 0, space.numbers(placed))
    seen, first, row_of = np.unique(numbers, return_index=True, return_inverse=True)
    skip = int(len(seen) > 0 and seen[0] == 0)
    rows, row_of = placed[first[skip:]], row_of - skip
    members = np.ones((len(rows), len(data.cases)))
    for place, level_count in enumerate(data.levels):
        literals = np.stack([data.literal(place, level) for level in range(level_count)])
        np.minimum(members, literals[rows[:, place]], out=members)
    consistency, pri = row_fits(members, data.outcome)
    n = np.bincount(row_of[row_of >= 0], minlength=len(rows))
    codes = _codes(n, consistency, pri, cutoffs)
    return TruthTable(data, space, cutoffs, rows, seen[skip:], n, consistency, pri, codes, row_of, members)


def _codes(n: NDArray[np.int64], consistency: Vector, pri: Vector, cutoffs: Cutoffs) -> tuple[str, ...]:
    codes = np.full(len(n), NEGATIVE)
    if cutoffs.contradiction is not None:
        codes[consistency + TOLERANCE > cutoffs.contradiction] = CONTRADICTION
    codes[(consistency + TOLERANCE > cutoffs.consistency) & (pri + TOLERANCE > cutoffs.pri)] = POSITIVE
    codes[n < cutoffs.cases] = REMAINDER
    return tuple(codes.tolist())


def simultaneous_rows(one: TruthTable, other: TruthTable) -> tuple[int, ...]:
    """Observed rows that lead to the outcome and to its absence at once: numbers of rows."""
    both = (np.array(one.codes) == POSITIVE) & (np.array(other.codes) == POSITIVE)
    return tuple(one.numbers[both].tolist())


def rows_without(table: TruthTable, necessary: Iterable[str], rows: Rows) -> tuple[int, ...]:
    """Rows that lack something said to be necessary: numbers of rows.

    ``necessary``: each a condition, a conjunction or a disjunction: ``["A", "B + ~C"]``.

    Raises:
        EctError: a condition that is not in the analysis.
    """
    lacks = np.zeros(len(rows), dtype=bool)
    for said in necessary:
        lacks |= ~covered_by(table.space.read(said), rows)
    return tuple(table.space.numbers(rows[lacks]).tolist())


def excluding(table: TruthTable, numbers: Iterable[int]) -> TruthTable:
    """The same table, where no solution may use some of its remainders; numbers of observed rows are ignored."""
    seen = set(table.numbers[np.array(table.codes) != REMAINDER].tolist())
    kept = {*table.cutoffs.exclude, *numbers} - seen
    return table.recoded(replace(table.cutoffs, exclude=tuple(sorted(kept))))


ONLY, SHARED, DEVIANT, UNCOVERED, OUTSIDE = "seul", "partage", "deviant", "non_couvert", "dehors"


def case_paths(table: TruthTable, model: Model, left_out: pd.DataFrame | None = None) -> pd.DataFrame:
    """Where each case stands in a solution.

    Returns ``cas, resultat`` (membership), ``chemins`` (written terms), ``place``: ``seul`` (one path explains it),
    ``partage`` (several do), ``deviant`` (a path, without the outcome), ``non_couvert`` (the outcome, without a
    path), ``dehors`` (neither); ``demi`` (0.5 in a condition: in no row); ``perdus`` (paths lost without it).

    >>> from ect_research.analysis.conditions.memberships import take_memberships
    >>> from ect_research.analysis.conditions.solving.truth_table import Cutoffs, build_truth_table
    >>> cases = pd.DataFrame({"A": [1, 1, 0], "Y": [1, 0, 1]}, index=["p", "q", "r"])
    >>> case_paths(build_truth_table(take_memberships(cases, "Y", ["A"]), Cutoffs()), (((0, 1),),))["place"].tolist()
    ['seul', 'deviant', 'non_couvert']
    """
    data = table.data
    terms = in_order(model)
    inside = np.stack([data.term(term) > HALF for term in terms]) if terms else np.zeros((0, len(data.cases)), bool)
    held = inside.sum(axis=0)
    reached = data.outcome > HALF
    place = np.select(
        [reached & (held == 1), reached & (held > 1), ~reached & (held > 0), reached],
        [ONLY, SHARED, DEVIANT, UNCOVERED],
        default=OUTSIDE,
    )
    lost = (
        dict(zip(left_out["sans"], left_out["perdus"], strict=True)) if left_out is not None and len(left_out) else {}
    )
    return pd.DataFrame(
        {
            "cas": data.cases,
            "resultat": data.outcome,
            "chemins": [tuple(table.space.write(term) for term, own in zip(terms, column, strict=True) if own)
                        for column in inside.T] if terms else [()] * len(data.cases),
            "place": place,
            "demi": data.at_half(),
            "perdus": [lost.get(case, ()) for case in data.cases],
        }
    )  # fmt: skip
