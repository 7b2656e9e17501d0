"""Whether the distances go with a trait known beforehand: share of discrepancy explained, and what chance gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ect_research.analysis.chance import Refusal, demand_draws
from ect_research.analysis.partition.partition import as_matrix, as_weights
from ect_research.analysis.partition.partition_quality import discrepancy
from ect_research.words import tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FEWEST_PER_GROUP = 3


@dataclass(frozen=True)
class Discrepancy:
    """A trait set against distances.

    Attributes:
        groups: one row per value of the trait: ``valeur, n, variance`` (mean distance to the centre of the group).
        variance: mean distance to the centre of all cases.
        r2: pseudo-R², share of the discrepancy that the trait explains, 0–1.
        pseudo_f: pseudo-F.
        p_value: share of the permutations at least as strong, the observed one included.
        expected_r2: mean pseudo-R² of the permutations: what a trait without any bearing gets at this n.
        permutations: number of permutations.
        seed: of the permutations.
        n: cases with a known value.
        excluded: cases whose value is unknown.
    """

    groups: pd.DataFrame
    variance: float
    r2: float
    pseudo_f: float
    p_value: float
    expected_r2: float
    permutations: int
    seed: int
    n: int
    excluded: int


def measure_discrepancy(
    distances: Any,  # noqa: ANN401 - any square array
    trait: Sequence[object] | pd.Series,
    *,
    weights: Sequence[float] | Floats | None = None,
    permutations: int = 999,
    seed: int = 20160,
) -> Discrepancy | Refusal:
    """Share of the discrepancy between cases that a trait explains, with a permutation test.

    Args:
        distances: cases × cases.
        trait: one value per case; missing values leave their case out.
        weights: of the cases; each keeps its weight when the trait is shuffled.
        permutations: shuffles of the trait between cases.
        seed: of the shuffles.

    Returns:
        the analysis, or a refusal when some value has fewer than three cases, when there is one value only, or when the
        cases do not differ at all.

    Raises:
        EctError: no shuffle, a matrix that holds no distances, or weights in another number.

    Source:
        Studer, Ritschard, Gabadinho & Müller (2011), *Sociological Methods & Research* 40(3), 471–510.

    >>> gaps = np.abs(np.subtract.outer([0, 1, 2, 10, 11, 12], [0, 1, 2, 10, 11, 12]))
    >>> found = measure_discrepancy(gaps, list("aaabbb"), permutations=99)
    >>> round(found.r2, 2), found.n
    (0.84, 6)
    """
    demand_draws(permutations)
    values = pd.Series(list(trait))
    known = np.flatnonzero(values.notna())
    labels = values.iloc[known].astype("str")
    sizes = labels.value_counts().sort_index()
    if len(sizes) < 2 or int(sizes.min()) < FEWEST_PER_GROUP:
        return _too_few(sizes)
    matrix = as_matrix(distances)[np.ix_(known, known)]
    weighing = as_weights(weights, len(values))[known]
    codes, names = pd.factorize(labels, sort=True)
    total, n, k = discrepancy(matrix, weighing), float(weighing.sum()), len(names)
    if total <= 0 or min(float(weighing[codes == group].sum()) for group in range(k)) <= 0:
        return _nothing_to_explain()
    within = _within(matrix, codes, weighing, k)
    r2 = 1 - within / total
    generator = np.random.default_rng(seed)
    shuffled = np.array(
        [1 - _within(matrix, generator.permutation(codes), weighing, k) / total for _ in range(permutations)]
    )
    return Discrepancy(
        groups=_groups(matrix, codes, names, weighing),
        variance=total / n,
        r2=float(r2),
        pseudo_f=float((total - within) / (k - 1) / (within / (n - k))) if within > 0 and n > k else float("nan"),
        p_value=float((1 + np.sum(shuffled >= r2 - 1e-12)) / (1 + permutations)),
        expected_r2=float(shuffled.mean()),
        permutations=permutations,
        seed=seed,
        n=len(known),
        excluded=len(values) - len(known),
    )


def _too_few(sizes: pd.Series) -> Refusal:
    found = ", ".join(f"{value} : {size}" for value, size in sizes.items()) or tell("aucun")
    return Refusal(
        tell("la comparaison des trajectoires selon un trait des projets"),
        tell(
            "Chaque valeur du trait doit avoir au moins {fewest_per_group} projets comparables (ici {sizes}).",
            fewest_per_group=FEWEST_PER_GROUP,
            sizes=found,
        ),
        tell("documenter le trait pour d’autres projets, ou réunir des valeurs proches."),
    )


def _nothing_to_explain() -> Refusal:
    return Refusal(
        tell("la comparaison des trajectoires selon un trait des projets"),
        tell("Tous les cas comparés sont semblables, ou une valeur du trait ne pèse rien : il n’y a rien à expliquer."),
    )


def _within(matrix: Floats, codes: NDArray[np.intp], weights: Floats, k: int) -> float:
    members = np.eye(k)[codes] * weights[:, None]
    totals = np.einsum("ig,ij,jg->g", members, matrix, members, optimize=True)
    return float(np.sum(totals / (2 * members.sum(axis=0))))


def _groups(matrix: Floats, codes: NDArray[np.intp], names: pd.Index, weights: Floats) -> pd.DataFrame:
    lines = []
    for number, name in enumerate(names):
        rows = np.flatnonzero(codes == number)
        spread = discrepancy(matrix[np.ix_(rows, rows)], weights[rows]) / weights[rows].sum()
        lines.append({"valeur": str(name), "n": len(rows), "variance": float(spread)})
    return pd.DataFrame(lines)
