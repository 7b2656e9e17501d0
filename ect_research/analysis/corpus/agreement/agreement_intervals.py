"""Intervals of a coefficient of agreement that hold with fewer than thirty units: each unit is left out in turn.

The share of agreement is bounded as Wilson does, with the number of independent units that would give the variance found by
leaving units out; chance is then taken off. Where codes are at graded distances, the ratio of disagreements is bounded on its
logarithm. What they cover: ``accord.md``, beside, remade by ``simulate_agreement.py``; a bootstrap of the same units covers less.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import norm, t

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ect_research.analysis.corpus.agreement.coefficients import Disagreement

_NONE = 1e-12


def agreement_interval(
    whole: Disagreement, without: Sequence[Disagreement], *, graded: bool = False, confidence: float = 0.95
) -> tuple[float, float]:
    """Bounds of a coefficient.

    Args:
        whole: what all units give.
        without: the same without each unit in turn; at least two.
        graded: whether codes are at graded distances (ordinal, MASI), where agreement is no share of units.
        confidence: level.

    Returns:
        low and high; NaN where the coefficient does not exist.

    Source:
        Wilson bounds on the equivalent number of units: Korn & Graubard (1998), *Survey Methodology* 24, 193–201; leaving
        units out: Efron & Stein (1981), *Annals of Statistics* 9, 586–596.

    >>> from ect_research.analysis.corpus.agreement.coefficients import Disagreement
    >>> left = [Disagreement(x, 0.5) for x in (0.11, 0.11, 0.0) + (0.11,) * 7]
    >>> [round(bound, 2) for bound in agreement_interval(Disagreement(0.1, 0.5), left)]
    [0.16, 0.97]
    """
    n = len(without)
    if not whole.expected > 0 or n < 2:
        return float("nan"), float("nan")
    if graded and whole.observed > 0 and min(one.observed for one in without) > 0:
        return _ratio_bounds(whole, without, confidence)
    left = np.array([one.coefficient for one in without])
    spread = _leave_out_variance(left[np.isfinite(left)], n) * whole.expected**2
    same = 1 - whole.observed
    units = same * (1 - same) / spread if spread > _NONE and 0 < same < 1 else n
    z = float(norm.ppf((1 + confidence) / 2))
    centre = (same + z * z / (2 * units)) / (1 + z * z / units)
    half = z / (1 + z * z / units) * math.sqrt(same * (1 - same) / units + z * z / (4 * units**2))
    low, high = (1 - (1 - min(max(bound, 0.0), 1.0)) / whole.expected for bound in (centre - half, centre + half))
    return max(low, -1.0), min(high, 1.0)


def _ratio_bounds(whole: Disagreement, without: Sequence[Disagreement], confidence: float) -> tuple[float, float]:
    logs = np.log([one.observed / one.expected for one in without])
    half = float(t.ppf((1 + confidence) / 2, len(without) - 1)) * math.sqrt(_leave_out_variance(logs, len(without)))
    middle = math.log(whole.observed / whole.expected)
    return max(1 - math.exp(middle + half), -1.0), 1 - math.exp(middle - half)


def _leave_out_variance(values: np.ndarray[tuple[int], np.dtype[np.float64]], n: int) -> float:
    return (n - 1) / n * float(((values - values.mean()) ** 2).sum())
