"""Where to draw projects and actors: groups as they stand without the intermediary, packed round it; one layout for both."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, shortest_path

from ect_research.analysis.ecosystem.two_mode import TwoMode

_ROUNDS, _GAP, _STEP, _CENTRE = 120, 0.9, 0.35, 1.6
_SHORT, _LONG = 0.8, 1.6


def lay_out(without: TwoMode, *, stretch: float = 1.7) -> pd.DataFrame:
    """Places of the nodes of a network, the intermediary being at the origin.

    Each group is laid out by the distances between its nodes (stress majorisation, from a circle: no lot is drawn; the tie of
    a node that has no other is half as long), then groups are packed round the origin, the largest first.

    ``without``: the two-mode table, the intermediary removed; ``stretch``: width of the drawing over its height.

    Returns one row per node: ``noeud, genre`` (``projet, acteur``), ``x, y, groupe`` (number, 0 the largest).

    Source:
        Gansner, Koren & North (2004), *Graph Drawing*, 239–250.

    >>> from ect_research.analysis.ecosystem.two_mode import two_mode
    >>> rows = pd.DataFrame({"acteur_id": ["A", "A", "B"], "projet_id": ["P", "Q", "R"]})
    >>> lay_out(two_mode(rows, "PQR"))["groupe"].tolist()
    [0, 0, 1, 0, 1]
    """
    n = len(without.projects)
    size = n + len(without.actors)
    near = np.zeros((size, size))
    near[:n, n:] = without.table
    near += near.T
    _, labels = connected_components(csr_array(near), directed=False)
    sizes = np.bincount(labels)
    order = sorted(range(len(sizes)), key=lambda group: (-sizes[group], group))
    spots = np.zeros((size, 2))
    placed: list[tuple[float, float, float]] = [(0.0, 0.0, _CENTRE)]
    for group in order:
        members = np.flatnonzero(labels == group)
        shape = _stress(near[np.ix_(members, members)])
        radius = float(np.hypot(*shape.T).max()) + _GAP
        x, y = _free_spot(placed, radius, stretch)
        placed.append((x, y, radius))
        spots[members] = shape + np.array([x, y])
    rank = {group: place for place, group in enumerate(order)}
    return pd.DataFrame(
        {
            "noeud": [*without.projects, *without.actors],
            "genre": ["projet"] * n + ["acteur"] * len(without.actors),
            "x": spots[:, 0].round(4),
            "y": spots[:, 1].round(4),
            "groupe": [rank[label] for label in labels],
        }
    )


def _stress(near: NDArray[np.float64]) -> NDArray[np.float64]:
    """Places whose distances are as near as can be to those of the graph, centred."""
    n = len(near)
    if n == 1:
        return np.zeros((1, 2))
    alone = near.sum(axis=1) < 2
    wanted = shortest_path(csr_array(near * np.where(alone[:, None] | alone[None, :], _SHORT, _LONG)), directed=False)
    weights = np.divide(1.0, wanted**2, out=np.zeros_like(wanted), where=wanted > 0)
    laplacian = np.diag(weights.sum(axis=1)) - weights
    inverse = np.linalg.pinv(laplacian)
    turns = 2 * np.pi * np.arange(n) / n
    spots = np.column_stack([np.cos(turns), np.sin(turns)]) * max(1.0, n / 6)
    for _ in range(_ROUNDS):
        gaps = spots[:, None, :] - spots[None, :, :]
        apart = np.hypot(gaps[..., 0], gaps[..., 1])
        pull = np.divide(weights * wanted, apart, out=np.zeros_like(apart), where=apart > 1e-9)
        spots = inverse @ (np.diag(pull.sum(axis=1)) - pull) @ spots
    return np.asarray(spots - (spots.max(axis=0) + spots.min(axis=0)) / 2)


def _free_spot(placed: list[tuple[float, float, float]], radius: float, stretch: float) -> tuple[float, float]:
    """The first place of a widening spiral where a circle touches no other."""
    x0, y0, r0 = np.array(placed).T
    turn = 0.0
    while True:
        far = _STEP * turn / (2 * np.pi)
        x, y = far * np.cos(turn) * np.sqrt(stretch), far * np.sin(turn) / np.sqrt(stretch)
        if (np.hypot(x - x0, y - y0) >= radius + r0).all():
            return float(x), float(y)
        turn += 0.25
