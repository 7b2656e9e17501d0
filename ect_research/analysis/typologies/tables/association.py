"""How far two coded variables go together: states, counts, bias-corrected V of Cramér, mutual information."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ect_research.analysis.typologies.tables.answers import Answer

    Floats = NDArray[np.float64]
    Labels = NDArray[np.intp]

UNKNOWN = -1
_THIRDS = (1 / 3, 2 / 3)
_FEWEST_ALIKE = 3


def states_of(answer: Answer) -> Labels:
    """One state per project, shape (n,), −1 when unknown: codes, thirds of a number, sets of codes.

    Sets of codes that fewer than three projects bear are one state together.

    >>> from ect_research.analysis.typologies.tables.answers import Answer
    >>> states_of(Answer("age", "numeric", np.array([1.0, 2.0, 3.0, np.nan]), ()))
    array([ 0,  1,  2, -1])
    """
    found = np.full(len(answer.values), UNKNOWN, dtype=np.intp)
    known = answer.known
    values = answer.values[known]
    if answer.kind == "numeric":
        found[known] = np.searchsorted(np.quantile(values, _THIRDS), values, side="left") if len(values) else 0
    elif answer.kind == "multiple":
        _, which, counts = np.unique(values, axis=0, return_inverse=True, return_counts=True)
        rare = counts < _FEWEST_ALIKE
        number = np.where(rare, (~rare).sum(), np.cumsum(~rare) - 1)
        found[known] = number[which.ravel()]
    else:
        found[known] = values.astype(np.intp)
    return found


def count_pairs(first: Labels, second: Labels) -> Floats:
    """Projects in each pair of states, among those known of both, shape (…, states of the first, of the second).

    Args:
        first: shape (…, n).
        second: shape (…, n).
    """
    ours = (first[..., None] == np.arange(int(first.max(initial=0)) + 1)).astype(float)
    theirs = (second[..., None] == np.arange(int(second.max(initial=0)) + 1)).astype(float)
    return np.asarray(ours.swapaxes(-1, -2) @ theirs)


def corrected_v(counts: Floats) -> Floats:
    """Cramér's V without the bias of few projects, 0–1, shape (…): 0 when one of the two does not vary.

    Args:
        counts: shape (…, rows, columns).

    Source:
        Bergsma (2013), *Journal of the Korean Statistical Society* 42, 323–328.

    >>> corrected_v(np.array([[[10.0, 0], [0, 10]], [[5, 5], [5, 5]]])).round(2)
    array([1., 0.])
    """
    n = np.maximum(counts.sum(axis=(-1, -2)), 2.0)
    rows, columns = counts.sum(axis=-1), counts.sum(axis=-2)
    expected = rows[..., :, None] * columns[..., None, :] / n[..., None, None]
    gaps = np.divide((counts - expected) ** 2, expected, out=np.zeros_like(expected), where=expected > 0)
    r, c = (rows > 0).sum(axis=-1), (columns > 0).sum(axis=-1)
    phi = np.maximum(gaps.sum(axis=(-1, -2)) / n - (r - 1) * (c - 1) / (n - 1), 0.0)
    least = np.minimum(r - (r - 1) ** 2 / (n - 1), c - (c - 1) ** 2 / (n - 1)) - 1
    return np.asarray(np.sqrt(np.minimum(np.divide(phi, least, out=np.zeros_like(phi), where=least > 1e-9), 1.0)))


def corrected_information(counts: Floats) -> float:
    """Mutual information of two variables in nats, less what chance gives at this n (Miller–Madow)."""
    kept = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    if not kept.size:
        return 0.0
    share = kept / kept.sum()
    expected = share.sum(axis=1, keepdims=True) * share.sum(axis=0)
    told = float((share * np.log(np.where(share > 0, share / expected, 1.0))).sum())
    return float(told - (kept.shape[0] - 1) * (kept.shape[1] - 1) / (2 * kept.sum()))
