"""Whether a likelihood has one finite maximum, asked before it is climbed: small numbers often have none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ect_research.analysis.durations.models.partial_likelihood import PartialLikelihood

    Floats = NDArray[np.float64]

Flaw = Literal["", "redondance", "separation"]
_CLOSE = 1e-9


def find_flaw(gaps: Floats) -> Flaw:
    """What keeps the coefficients from one finite best value: ``""`` when nothing does.

    Args:
        gaps: rows × coefficients: the likelihood rises or stays along a direction when no gap falls along it
            (`binary_gaps`, `cox_gaps`).

    Returns:
        ``redondance`` (a direction changes nothing: constant or collinear columns) or ``separation`` (a direction never
        lowers the likelihood and never stops raising it, complete or quasi-complete).

    Source:
        Albert & Anderson (1984), *Biometrika* 71, 1–10, as a linear program.

    >>> find_flaw(binary_gaps(np.array([[1.0, 0], [1, 0], [1, 1], [1, 1]]), np.array([0, 1, 1, 1])))
    'separation'
    >>> find_flaw(binary_gaps(np.array([[1.0, 0], [1, 0], [1, 1], [1, 1]]), np.array([0, 1, 0, 1])))
    ''
    """
    from scipy.optimize import linprog

    scale = np.abs(gaps).max(axis=0, initial=0.0)
    if (scale == 0).any():
        return "redondance"
    rows = np.unique(gaps / scale, axis=0)
    if np.linalg.matrix_rank(rows, tol=_CLOSE * len(rows)) < rows.shape[1]:
        return "redondance"
    ahead = linprog(
        -rows.sum(axis=0),
        A_ub=np.vstack([-rows, rows]),
        b_ub=np.concatenate([np.zeros(len(rows)), np.ones(len(rows))]),
        bounds=(None, None),
        method="highs",
    )
    return "separation" if ahead.status != 0 or -ahead.fun > _CLOSE * len(rows) else ""


def binary_gaps(design: Floats, outcome: NDArray[np.int64] | Floats) -> Floats:
    """Gaps of a binary model: the row itself where the event occurs, its opposite elsewhere.

    Args:
        design: rows × coefficients, constant included.
        outcome: 0 or 1 per row.
    """
    return np.where(np.asarray(outcome)[:, None] > 0, design, -design)


def cox_gaps(likelihood: PartialLikelihood) -> Floats:
    """Gaps of a partial likelihood: who ends less each project that is still at risk then.

    With exact ties, those who end together are not weighed against each other.
    """
    design = likelihood.design
    parts = [np.zeros((0, design.shape[1]))]
    for risk, ends in likelihood.sets:
        others = risk & ~ends if likelihood.ties == "exact" else risk
        parts += [design[case] - design[others] for case in np.flatnonzero(ends)]
    gaps = np.concatenate(parts)
    return gaps[np.abs(gaps).max(axis=1, initial=0.0) > 0] if len(gaps) else gaps
