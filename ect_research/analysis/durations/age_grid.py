"""Aalen–Johansen curves of many draws at once, on a grid of ages; and whole months between drawn days."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
NEVER = np.iinfo(np.int64).max


def grid_incidence(place: Counts, cause: Counts, kinds: int, entry: Counts | None = None) -> tuple[Floats, Floats]:
    """Shares that have met each end by the end of each cell of the grid.

    ``place``: draws × projects, cell where the project ends or is censored; negative when the draw knows no duration.
    ``cause``: draws × projects, 0 when censored, else 1 + the rank of the end; ``entry``: draws × projects, first
    cell under observation; 0 by default.

    Returns draws × cells × kinds shares (0–1), 0 until somebody is always followed (`Durations.start`), and draws ×
    cells projects at risk.

    >>> curves, risk = grid_incidence(np.array([[0, 1]]), np.array([[1, 2]]), 2)
    >>> curves.tolist(), risk.tolist()
    ([[[0.5, 0.0], [0.5, 0.5]]], [[2.0, 1.0]])
    """
    draws, cells = len(place), int(place.max(initial=0)) + 1
    known = place >= 0
    draw = np.broadcast_to(np.arange(draws)[:, None], place.shape)[known]
    counts = np.zeros((draws, cells, kinds + 1))
    np.add.at(counts, (draw, place[known], cause[known]), 1.0)
    entered = np.zeros((draws, cells))
    late = np.zeros(place.shape, dtype=np.int64) if entry is None else np.clip(entry, 0, cells - 1)
    np.add.at(entered, (draw, late[known]), 1.0)
    left = counts.sum(axis=2)
    risk = entered.cumsum(axis=1) - left.cumsum(axis=1) + left
    ends = counts[:, :, 1:]
    broken = (risk - left == 0) & (np.cumsum(risk[:, ::-1], axis=1)[:, ::-1] - risk > 0)
    over = np.cumsum(broken[:, ::-1], axis=1)[:, ::-1] > 0
    hazards = np.divide(
        ends, risk[:, :, None], out=np.zeros(ends.shape), where=(risk > 0)[:, :, None] & ~over[:, :, None]
    )
    alive = np.cumprod(1 - hazards.sum(axis=2), axis=1)
    before = np.concatenate([np.ones((draws, 1)), alive[:, :-1]], axis=1)
    return np.cumsum(before[:, :, None] * hazards, axis=1), risk


def months_between(first: Counts, last: Counts) -> Floats:
    """Whole months between two days (days since 1970), never negative; infinite when the second never comes.

    >>> months_between(np.array([0, 0]), np.array([40, NEVER])).tolist()
    [1.0, inf]
    """
    known = np.where(last == NEVER, 0, last)
    begun = np.where(first == NEVER, 0, first)
    months = [days.astype("datetime64[D]").astype("datetime64[M]").astype(np.float64) for days in (begun, known)]
    return np.where(last == NEVER, np.inf, np.maximum(months[1] - months[0], 0.0))
