"""Whether the distances go with a trait known beforehand: share of discrepancy explained, and what chance gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ect_research.analysis.chance import Refusal, demand_draws
from ect_research.analysis.partition.partition_quality import as_matrix, as_weights, discrepancy
from ect_research.words import tell

Floats = NDArray[np.float64]
FEWEST_PER_GROUP = 3


@dataclass(frozen=True)
class Discrepancy:
    """A trait set against distances.

    Attributes:
        groups: one row per value of the trait: ``valeur, n, variance`` (mean distance to the centre of the group).
        variance: mean distance to the centre of all cases.
        r2: pseudo-R², share of the discrepancy that the trait explains, 0–1; of what the control leaves, when there is one.
        pseudo_f: pseudo-F.
        p_value: share of the permutations at least as strong, the observed one included.
        expected_r2: mean pseudo-R² of the permutations: what a trait without any bearing gets at this n.
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
    control: Sequence[float] | NDArray[np.number] | None = None,
    permutations: int = 999,
    seed: int = 20160,
) -> Discrepancy | Refusal:
    """Share of the discrepancy between cases that a trait explains, with a permutation test.

    ``distances``: cases × cases; ``trait``: one value per case; missing values leave their case out. ``weights``: of
    the cases; each keeps its weight when the trait is shuffled. ``control``: a number per case that the distances owe
    something to, such as how long it was observed: its level, its square and its rank are taken off distances and
    trait; without weights.

    Returns the analysis, or a refusal when some value has fewer than three cases, when there is one value only, or
    when the cases do not differ at all.

    Raises:
        EctError: no shuffle, a matrix that holds no distances, or weights in another number.

    Source:
        Studer, Ritschard, Gabadinho & Müller (2011), *Sociological Methods & Research* 40(3), 471–510; with a control:
        McArdle & Anderson (2001), *Ecology* 82, 290–297, residuals permuted.

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
    generator = np.random.default_rng(seed)
    freedom = n - k
    if control is None:
        r2, shuffled = _shares(matrix, codes, weighing, (permutations, generator))
    else:
        left, basis = _controlled(matrix, np.asarray(control, dtype=np.float64)[known], codes)
        total, freedom = float(np.trace(left)), n - np.linalg.matrix_rank(basis[0]) - basis[1].shape[1]
        if total <= 1e-12 or not basis[1].shape[1]:
            return _nothing_to_explain()
        r2, shuffled = _shares_left(left, basis, (permutations, generator))
    return Discrepancy(
        groups=_groups(matrix, codes, names, weighing),
        variance=total / n,
        r2=float(r2),
        pseudo_f=float(r2 / (k - 1) / ((1 - r2) / freedom)) if r2 < 1 and freedom > 0 else float("nan"),
        p_value=float((1 + np.sum(shuffled >= r2 - 1e-12)) / (1 + permutations)),
        expected_r2=float(shuffled.mean()),
        permutations=permutations,
        seed=seed,
        n=len(known),
        excluded=len(values) - len(known),
    )


def _shares(
    matrix: Floats, codes: NDArray[np.intp], weights: Floats, chance: tuple[int, np.random.Generator]
) -> tuple[float, Floats]:
    (permutations, generator), k = chance, int(codes.max()) + 1
    total = discrepancy(matrix, weights)
    shuffled = [1 - _within(matrix, generator.permutation(codes), weights, k) / total for _ in range(permutations)]
    return 1 - _within(matrix, codes, weights, k) / total, np.array(shuffled)


def _controlled(matrix: Floats, control: Floats, codes: NDArray[np.intp]) -> tuple[Floats, tuple[Floats, Floats]]:
    """Inner products of the cases without what follows the control, and bases of the control and of what it leaves."""
    n = len(matrix)
    rank = np.argsort(np.argsort(control, kind="stable"), kind="stable") if len(set(control)) == n else control
    told = np.column_stack([np.ones(n), control, control**2, rank])
    scaled = told / np.maximum(np.abs(told).max(axis=0), 1e-300)
    first, sizes, _ = np.linalg.svd(scaled, full_matrices=False)
    known = first[:, sizes > 1e-9 * sizes[0]]
    apart = np.eye(n) - known @ known.T
    centre = np.eye(n) - 1 / n
    left = apart @ (-centre @ matrix @ centre / 2) @ apart
    traits, spreads, _ = np.linalg.svd(apart @ np.eye(int(codes.max()) + 1)[codes], full_matrices=False)
    return left, (known, traits[:, spreads > 1e-6])


def _shares_left(
    left: Floats, basis: tuple[Floats, Floats], chance: tuple[int, np.random.Generator]
) -> tuple[float, Floats]:
    """Shuffled, what was left of the trait follows the control again: it is taken off once more, at the same rank."""
    (known, traits), (permutations, generator) = basis, chance
    total = np.trace(left)

    def share(order: NDArray[np.intp]) -> float:
        moved = np.linalg.qr(traits[order] - known @ (known.T @ traits[order]))[0]
        return float(np.einsum("ig,ij,jg->", moved, left, moved, optimize=True) / total)

    cases = np.arange(len(left))
    return share(cases), np.array([share(generator.permutation(cases)) for _ in range(permutations)])


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
