"""Gower's distance, generalised: codes, ranks, shared absences, numbers and several codes per project, with holes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ect_research.analysis.typologies.answers import answers_of
from ect_research.analysis.typologies.measures import Ranking, answer_distances
from ect_research.errors import EctError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from ect_research.analysis.typologies.answers import Answer
    from ect_research.analysis.typologies.table import ProjectTable

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Distances:
    """How unlike two projects are, from 0 (same known answers) to 1.

    Attributes:
        matrix: symmetric, shape (n, n), projects in play; NaN where two projects have nothing known in common.
        projects: names, in the order of the rows.
        comparable: share of the weight of the variables that each pair could compare, shape (n, n).
        influence: one row per variable: ``variable, poids, part`` (mean share of the total distance),
            ``correlation`` (of the variable's own distance with the total), ``paires`` (share of pairs compared).
        apart: pairs with nothing in common: ``projet_a, projet_b``.
    """

    matrix: Floats
    projects: tuple[str, ...]
    comparable: Floats
    influence: pd.DataFrame
    apart: pd.DataFrame


def gower_distances(
    table: ProjectTable, *, weights: Mapping[str, float] | None = None, ranking: Ranking = "podani"
) -> Distances:
    """Gower's distance between the projects in play.

    Nominal: 0 or 1. Asymmetric: as nominal, but two absences are not compared (the first code, or ``0``/``non``, is
    the absence). Numeric: gap over the range of the projects in play. Ordinal: see ``ranking``. Multiple: Jaccard
    distance between the two sets of codes. Unknown: the variable drops out of that pair.

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

    >>> from ect_research.analysis.typologies.table import prepare_table
    >>> frame = pd.DataFrame({"objet": list("xxy"), "age": [0.0, 5.0, 10.0]}, index=list("ABC"))
    >>> gower_distances(prepare_table(frame, ["objet", "age"])).matrix[0]
    array([0.  , 0.25, 1.  ])
    """
    given = _weights(table, weights)
    answers = answers_of(table)
    total, weight = np.zeros((table.n, table.n)), np.zeros((table.n, table.n))
    for answer in answers:
        known, filled = _known_and_filled(answer_distances(answer, ranking))
        total += given[answer.name] * filled
        weight += given[answer.name] * known
    values = np.divide(total, weight, out=np.full(total.shape, np.nan), where=weight > 0)
    np.fill_diagonal(values, 0.0)
    projects = tuple(map(str, table.active.index[table.in_play]))
    return Distances(
        matrix=values,
        projects=projects,
        comparable=weight / sum(given.values()),
        influence=_influence(answers, given, (values, weight), ranking),
        apart=_apart(values, projects),
    )


def _known_and_filled(block: Floats) -> tuple[Floats | float, Floats]:
    """Which pairs compare (1 or 0; plain 1 when all do), and their distances with 0 elsewhere."""
    known = np.isfinite(block)
    if known.all():
        return 1.0, block
    block[~known] = 0.0
    return known.astype(float), block


def _apart(values: Floats, projects: tuple[str, ...]) -> pd.DataFrame:
    first, second = np.nonzero(np.triu(np.isnan(values), 1))
    names = np.array(projects, dtype=object)
    return pd.DataFrame({"projet_a": names[first], "projet_b": names[second]}, dtype="str")


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


def _influence(
    answers: tuple[Answer, ...], weights: Mapping[str, float], reached: tuple[Floats, Floats], ranking: Ranking
) -> pd.DataFrame:
    """Sums over the whole symmetric matrix, whose diagonal is 0: twice those over pairs, but for the counts."""
    values, weight = np.nan_to_num(reached[0]), reached[1]
    pairs = float(weight.size - len(weight))
    per_weight = np.divide(1.0, weight, out=np.zeros_like(weight), where=weight > 0)
    rows = []
    for answer in answers:
        known, own = _known_and_filled(answer_distances(answer, ranking))
        count = pairs if isinstance(known, float) else float(known.sum() - np.trace(known))
        whole = values if isinstance(known, float) else values * known
        part = weights[answer.name] * float(np.vdot(own, per_weight)) / float(values.sum())
        rows.append((answer.name, weights[answer.name], part, _correlation(own, whole, count), count / pairs))
    return pd.DataFrame(rows, columns=["variable", "poids", "part", "correlation", "paires"])


def _correlation(first: Floats, second: Floats, count: float) -> float:
    if count < 3:
        return float("nan")
    one, other = float(first.sum()) / count, float(second.sum()) / count
    spread = (np.vdot(first, first) / count - one**2) * (np.vdot(second, second) / count - other**2)
    shared = np.vdot(first, second) / count - one * other
    return float(shared / np.sqrt(spread)) if spread > 1e-24 else float("nan")
