"""Gower's distance, generalised: codes, ranks, shared absences, numbers and several codes per project, with holes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.spatial.distance import cdist

from ect_research.analysis.typologies.distances.comparers import Comparer, comparer_of, row_blocks
from ect_research.analysis.typologies.distances.holes import compared_weights, is_apart, patch_holes
from ect_research.analysis.typologies.tables.answers import answers_of
from ect_research.errors import EctError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from ect_research.analysis.typologies.distances.answer_distances import Ranking
    from ect_research.analysis.typologies.tables.answer_table import ProjectTable

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Distances:
    """How unlike two projects are, from 0 (same known answers) to 1.

    Attributes:
        matrix: symmetric, shape (n, n), projects in play; NaN where two projects have nothing known in common.
        projects: names, in the order of the rows.
        apart: pairs with nothing in common: ``projet_a, projet_b``.
        comparers: the variables, ready to be compared.
    """

    matrix: Floats
    projects: tuple[str, ...]
    apart: pd.DataFrame
    comparers: tuple[Comparer, ...]

    @cached_property
    def comparable(self) -> Floats:
        """Share of the weight of the variables that each pair could compare, shape (n, n)."""
        compared, n = compared_weights(self.comparers), len(self.projects)
        if compared is None:
            return np.broadcast_to(1.0, (n, n))
        share = compared.block(slice(0, n), slice(0, n))
        share /= sum(comparer.weight for comparer in self.comparers)
        return np.where(is_apart(share, 1.0), 0.0, share)

    @cached_property
    def rooted(self) -> Floats:
        """Square roots of the distances, shape (n, n): a Euclidean geometry when every answer is known.

        What Ward's method clusters, and what R's ``ade4::dist.ktab`` gives (its type ``B`` is our ``multiple``).

        Source:
            Gower & Legendre (1986), *Journal of Classification* 3, 5–48; Pavoine et al. (2009), *Oikos* 118, 391–402.

        >>> from ect_research.analysis.typologies.tables.answer_table import prepare_table
        >>> frame = pd.DataFrame({"theme": [("eau",), ("eau", "bois"), ("bois",)]}, index=list("ABC"))
        >>> gower_distances(prepare_table(frame, ["theme"])).rooted[0].round(3)
        array([0.   , 0.707, 1.   ])
        """
        return np.asarray(np.sqrt(self.matrix))

    @cached_property
    def influence(self) -> pd.DataFrame:
        """What each variable really weighs, computed when asked for.

        Returns:
            one row per variable: ``variable, poids, part`` (mean share of the total distance), ``correlation`` (of the
            variable's own distance with the total), ``paires`` (share of pairs compared).
        """
        rows = [_influence(comparer, self) for comparer in self.comparers]
        return pd.DataFrame(rows, columns=["variable", "poids", "part", "correlation", "paires"])


def gower_distances(
    table: ProjectTable, *, weights: Mapping[str, float] | None = None, ranking: Ranking = "podani"
) -> Distances:
    """Gower's distance between the projects in play.

    Nominal: 0 or 1. Asymmetric: as nominal, but two absences are not compared (the first code, or ``0``/``non``, is
    the absence). Numeric: gap over the range of the projects in play. Ordinal: see ``ranking``. Multiple: Jaccard
    distance between the two sets of codes (ade4's type ``B``, blocks of binary columns, before its square root: see
    `Distances.rooted`). Unknown: the variable drops out of that pair.

    Args:
        table: from `prepare_table`.
        weights: weight of a variable when not 1.
        ranking: ordinal codes: ``classic`` (codes as numbers, over their range), ``metric`` (mean ranks, over their
            range) or ``podani`` (ranks with ties corrected).

    Raises:
        EctError: a weight for an unknown variable, or negative.

    Source:
        Gower (1971), *Biometrics* 27, 857–871; Podani (1999), *Taxon* 48, 331–340; Pavoine et al. (2009), *Oikos*
        118, 391–402 for several codes.

    >>> from ect_research.analysis.typologies.tables.answer_table import prepare_table
    >>> frame = pd.DataFrame({"objet": list("xxy"), "age": [0.0, 5.0, 10.0]}, index=list("ABC"))
    >>> gower_distances(prepare_table(frame, ["objet", "age"])).matrix[0]
    array([0.  , 0.25, 1.  ])
    """
    given = _weights(table, weights)
    comparers = tuple(comparer_of(answer, given[answer.name], ranking) for answer in answers_of(table))
    projects = tuple(map(str, table.active.index[table.in_play]))
    values, some_apart = _add_up(comparers, table.n)
    return Distances(
        matrix=values,
        projects=projects,
        apart=_apart(values if some_apart else np.zeros((0, 0)), projects),
        comparers=comparers,
    )


def _add_up(comparers: tuple[Comparer, ...], n: int) -> tuple[Floats, bool]:
    """Distances, and whether some pairs have nothing in common."""
    values = np.empty((n, n))
    compared = compared_weights(comparers)
    patched, excess = patch_holes(comparers)
    numbers, others = _split(patched)
    whole = sum(comparer.weight for comparer in comparers)
    some_apart = False
    for rows in row_blocks(n):
        columns = slice(rows.start, n)
        block = _numbers_apart(numbers, rows, columns)
        _add_others(block, others, rows, columns)
        if excess is not None:
            block -= excess.block(rows, columns)
            np.maximum(block, 0.0, out=block)
        weight = np.full((1, 1), whole) if compared is None else compared.block(rows, columns)
        if (apart := is_apart(weight, whole)).any():
            some_apart = True
            weight[apart] = np.nan
        block /= weight
        values[rows, columns], values[columns, rows] = block, block.T
    np.fill_diagonal(values, 0.0)
    return values, some_apart


def _split(comparers: tuple[Comparer, ...]) -> tuple[Floats, list[Comparer]]:
    """Numbers known for all projects, weighed, side by side, and the other variables."""
    plain = [one for one in comparers if one.answer.kind == "numeric" and one.known is None]
    others = [one for one in comparers if not (one.answer.kind == "numeric" and one.known is None)]
    return np.array([one.places * one.weight for one in plain]).T, others


def _numbers_apart(numbers: Floats, rows: slice, columns: slice) -> Floats:
    if not len(numbers):
        return np.zeros((rows.stop - rows.start, columns.stop - columns.start))
    return np.asarray(cdist(numbers[rows], numbers[columns], "cityblock"))


def _add_others(total: Floats, comparers: list[Comparer], rows: slice, columns: slice) -> None:
    """Add the weighted distances of other variables to a block.

    Codes that differ are counted in small integers, weight by weight, before they are added to the numbers.
    """
    unlike: dict[float, NDArray[np.unsignedinteger]] = {}
    small = np.uint8 if len(comparers) < 256 else np.uint16
    for comparer in comparers:
        own, _ = comparer.compare(rows, columns)
        if own.dtype == bool:
            counted = unlike.setdefault(comparer.weight, np.zeros(total.shape, dtype=small))
            np.add(counted, own.view(np.uint8), out=counted)
        else:
            total += own if comparer.weight == 1.0 else comparer.weight * own
    for weight, times in unlike.items():
        total += times if weight == 1.0 else weight * times


def _apart(values: Floats, projects: tuple[str, ...]) -> pd.DataFrame:
    first, second = np.nonzero(np.isnan(values))
    upper = first < second
    names = np.array(projects, dtype=object)
    return pd.DataFrame({"projet_a": names[first[upper]], "projet_b": names[second[upper]]}, dtype="str")


def require_comparable(distances: Distances) -> Floats:
    """The distances, once sure that every pair can be compared.

    Raises:
        EctError: pairs with no known variable in common, named.
    """
    if len(distances.apart):
        pairs = [f"{a} et {b}" for a, b in distances.apart.itertuples(index=False)]
        rest = f" (et {len(pairs) - 5} autres paires)" if len(pairs) > 5 else ""
        raise EctError(
            f"Aucune variable renseignée en commun : {' ; '.join(pairs[:5])}{rest}. Renseigner ces projets, ou les "
            "déclarer passifs.",
            f"No known variable in common: {'; '.join(pairs[:5])}. Fill these projects or make them passive.",
        )
    return distances.matrix


def _weights(table: ProjectTable, weights: Mapping[str, float] | None) -> dict[str, float]:
    asked = dict(weights or {})
    wrong = [name for name, value in asked.items() if name not in table.active.columns or not value > 0]
    if wrong:
        raise EctError(
            f"Poids de variables impossibles : {', '.join(wrong)} (variable inconnue, ou poids nul ou négatif).",
            f"Impossible weights of variables: {', '.join(wrong)}.",
        )
    return {str(name): float(asked.get(str(name), 1.0)) for name in table.active.columns}


def _influence(comparer: Comparer, distances: Distances) -> tuple[str, float, float, float, float]:
    """Sums over the whole symmetric matrix, whose diagonal is 0: twice those over pairs, but for the counts."""
    n = len(distances.matrix)
    whole = sum(other.weight for other in distances.comparers)
    count = share = total = 0.0
    sums = np.zeros(5)
    for rows in row_blocks(n):
        own, known = comparer.compare(rows, slice(0, n))
        values = np.nan_to_num(distances.matrix[rows])
        weight = whole * distances.comparable[rows]
        own = own.astype(np.float64, copy=False)
        total += float(values.sum())
        share += float(np.divide(own, weight, out=np.zeros_like(own), where=weight > 0).sum())
        there = values if known is None else values * known
        count += there.size if known is None else float(known.sum())
        sums += own.sum(), there.sum(), np.vdot(own, own), np.vdot(there, there), np.vdot(own, there)
    count -= _itself(comparer)
    part = comparer.weight * share / total
    return comparer.answer.name, comparer.weight, part, _correlation(sums, count), count / (n * n - n)


def _itself(comparer: Comparer) -> int:
    """Projects that compare with themselves."""
    known = comparer.answer.known
    return int((known & (comparer.places != 0) if comparer.answer.kind == "asymmetric" else known).sum())


def _correlation(sums: Floats, count: float) -> float:
    if count < 3:
        return float("nan")
    one, other, squares, other_squares, shared = sums / count
    spread = (squares - one**2) * (other_squares - other**2)
    return float((shared - one * other) / np.sqrt(spread)) if spread > 1e-24 else float("nan")
