"""What an axis opposes: the numbers, the variables and the codes most tied to it (dimdesc)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from ect_research.analysis.typologies.factors.factor_result import FactorAnalysis
from ect_research.analysis.typologies.tables.answer_table import CODED, ProjectTable
from ect_research.analysis.typologies.tables.indicator import UNKNOWN, build_indicator
from ect_research.errors import EctError

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class AxisDescription:
    """One axis against every variable, the strongest tie first.

    Attributes:
        axis: its number.
        numbers: ``variable, correlation, p_value``: from the most positive to the most negative.
        variables: ``variable, r2`` (share of the axis that its codes explain, 0–1), ``p_value`` (F test).
        codes: ``variable, code, ecart`` (mean coordinate of the code less the mean of those of the codes of its
            variable), ``p_value`` (t test of the projects of the code against the others).
        n: projects.

    p-values ignore that active variables made the axis; the unknown, several-codes variables, and those that nobody
    answers, are left out.
    """

    axis: int
    numbers: pd.DataFrame
    variables: pd.DataFrame
    codes: pd.DataFrame
    n: int


def describe_dimension(analysis: FactorAnalysis, table: ProjectTable, axis: int = 1) -> AxisDescription:
    """Numbers, variables and codes tied to an axis, projects of equal weight.

    Args:
        analysis: from `build_mca` or `build_famd`.
        table: the same table, active and illustrative variables.
        axis: number of the axis, from 1.

    Raises:
        EctError: the axis does not exist, or weights are not equal.

    Source:
        Husson, Lê & Pagès (2017), *Exploratory Multivariate Analysis by Example Using R*, 2nd ed., § 3.3.

    >>> from ect_research.analysis.typologies.factors.mca import build_mca
    >>> from ect_research.analysis.typologies.tables.answer_table import prepare_table
    >>> frame = pd.DataFrame({"portage": list("aabbab"), "objet": list("xxyyxy")}, index=list("ABCDEF"))
    >>> table = prepare_table(frame, ["portage", "objet"])
    >>> describe_dimension(build_mca(table), table).variables["r2"].round(6).tolist()
    [1.0, 1.0]
    """
    scores = analysis.projects.coordinates
    if axis not in scores.columns:
        raise EctError(
            "Axe {axis} inconnu : cette analyse garde les axes 1 à {shape}.", axis=axis, shape=scores.shape[1]
        )
    if np.ptp(table.weights) > 0:
        raise EctError("La description d’un axe ne connaît pas les poids : les retirer.")
    inside = table.in_play
    values = scores.loc[inside, axis].to_numpy(dtype=float)
    everything = pd.concat([table.active, table.illustrative], axis=1).loc[inside]
    numbers, variables, codes = [], [], []
    for name in everything.columns[everything.notna().any()]:
        kind = table.kinds[str(name)]
        if kind not in CODED:
            numbers.append((str(name), *_correlation(everything[name].to_numpy(dtype=float), values)))
        elif kind != "multiple":
            indicator = build_indicator(everything[[name]], {str(name): kind})
            known = [place for place, (_, code) in enumerate(indicator.columns) if code != UNKNOWN]
            bits = indicator.cells[:, known] > 0
            answers = bits.any(axis=1)
            variables.append((str(name), *_explained(bits[answers], values[answers])))
            found = _codes(bits[answers], values[answers])
            codes += [(*indicator.columns[place], *row) for place, row in zip(known, found, strict=True)]
    return AxisDescription(
        axis=axis,
        numbers=_sorted(numbers, ["variable", "correlation", "p_value"], ["correlation"]),
        variables=_sorted(variables, ["variable", "r2", "p_value"], ["r2"]),
        codes=_sorted(codes, ["variable", "code", "ecart", "p_value"], ["ecart"]),
        n=int(inside.sum()),
    )


def _sorted(rows: Sequence[tuple[object, ...]], columns: list[str], by: list[str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=columns)
    return frame.sort_values(by, ascending=False, kind="stable").reset_index(drop=True)


def _correlation(numbers: Floats, scores: Floats) -> tuple[float, float]:
    known = np.isfinite(numbers)
    if known.sum() < 3 or np.ptp(numbers[known]) == 0:
        return float("nan"), float("nan")
    found = stats.pearsonr(numbers[known], scores[known])
    return float(found.statistic), float(found.pvalue)


def _explained(bits: NDArray[np.bool_], scores: Floats) -> tuple[float, float]:
    """η² and the p-value of the one-way analysis of variance."""
    sizes = bits.sum(axis=0)
    means = scores @ bits / np.maximum(sizes, 1)
    between = float(sizes @ (means - scores.mean()) ** 2)
    whole = float(((scores - scores.mean()) ** 2).sum())
    free, left = int((sizes > 0).sum()) - 1, len(scores) - int((sizes > 0).sum())
    if free < 1 or left < 1 or whole <= 0:
        return float("nan"), float("nan")
    share = between / whole
    ratio = (share / free) / max((1 - share) / left, 1e-300)
    return share, float(stats.f.sf(ratio, free, left))


def _codes(bits: NDArray[np.bool_], scores: Floats) -> list[tuple[float, float]]:
    sizes = bits.sum(axis=0)
    means = scores @ bits / np.maximum(sizes, 1)
    middle = means[sizes > 0].mean()
    return [(float(means[place] - middle), _explained(_against_others(bits, place), scores)[1])
            for place in range(bits.shape[1])]  # fmt: skip


def _against_others(bits: NDArray[np.bool_], place: int) -> NDArray[np.bool_]:
    return np.column_stack([bits[:, place], ~bits[:, place]])
