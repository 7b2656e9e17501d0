"""Places in a network of actors: Gould & Fernandez's brokerage roles, Burt's constraint, betweenness, Newman's weights."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Matrix = NDArray[np.float64]


ROLES = ("w_I", "w_O", "b_IO", "b_OI", "b_O")
"""Coordinator, itinerant (consultant), representative, gatekeeper, liaison: the names of R's sna."""


def newman_weights(table: NDArray[np.bool_]) -> Matrix:
    """Actors × actors: the sum, over the projects they share, of 1 / (actors of the project − 1); no self tie.

    A plain projection counts a project of twelve actors as sixty-six ties, one of two as a single tie; here each actor
    brings one in all to each project.

    ``table``: (projects, actors), whether the actor is in the project.

    Source:
        Newman (2001), *Physical Review E* 64, 016132.

    >>> newman_weights(np.array([[1, 1, 1], [1, 1, 0]], dtype=bool)).tolist()
    [[0.0, 1.5, 0.5], [1.5, 0.0, 0.5], [0.5, 0.5, 0.0]]
    """
    numbers = table.astype(np.float64)
    size = numbers.sum(axis=1, keepdims=True)
    shared = numbers.T @ (numbers / np.maximum(size - 1, 1))
    np.fill_diagonal(shared, 0.0)
    return np.asarray(shared)


def gould_fernandez(ties: NDArray[np.bool_], groups: Sequence[object]) -> pd.DataFrame:
    """How often each actor stands between two others that have no tie, by their groups.

    Actor b brokers from a to c when a → b and b → c and not a → c. ``w_I``: all of one group (coordinator); ``w_O``: a and
    c of one group, b of another (itinerant); ``b_IO``: a of the group of b, c of another (representative); ``b_OI``: c of
    the group of b, a of another (gatekeeper); ``b_O``: three groups (liaison).

    ``ties``: (actors, actors), whether there is a tie from the row to the column; the diagonal is not read.

    Returns:
        one row per actor, counts: ``w_I, w_O, b_IO, b_OI, b_O, t`` (their sum), as R's ``sna::brokerage`` gives them.

    Source:
        Gould & Fernandez (1989), *Sociological Methodology* 19, 89–126.

    >>> chain = np.array([[0, 1, 0], [0, 0, 1], [0, 0, 0]], dtype=bool)
    >>> gould_fernandez(chain, ["public", "ess", "public"]).loc[1].to_dict()
    {'w_I': 0, 'w_O': 1, 'b_IO': 0, 'b_OI': 0, 'b_O': 0, 't': 1}
    """
    plain = ties.copy()
    np.fill_diagonal(plain, val=False)
    codes = pd.factorize(pd.Series(list(groups), dtype="object"))[0]
    counts = np.zeros((len(codes), len(ROLES)), dtype=np.int64)
    for broker in range(len(codes)):
        sources, targets = np.flatnonzero(plain[:, broker]), np.flatnonzero(plain[broker])
        open_pairs = ~plain[np.ix_(sources, targets)] & (sources[:, None] != targets[None, :])
        mine = codes[broker]
        a, c = codes[sources][:, None], codes[targets][None, :]
        inside, outside = a == mine, c == mine
        kinds = (
            inside & outside,
            (a == c) & ~inside,
            inside & ~outside,
            ~inside & outside,
            ~inside & ~outside & (a != c),
        )
        counts[broker] = [int((kind & open_pairs).sum()) for kind in kinds]
    return pd.DataFrame(counts, columns=list(ROLES)).assign(t=counts.sum(axis=1))


def burt_constraint(ties: Matrix) -> Matrix:
    """How much of an actor's relations go back to the same ones, shape (actors,); NaN for an isolate.

    ``ties``: (actors, actors) weights; only their sum in both directions counts.

    Source:
        Burt (1992), *Structural Holes*, ch. 2: Σⱼ (pᵢⱼ + Σq pᵢq pqⱼ)² over the actors j tied to i.

    >>> star = np.array([[0, 1, 1], [1, 0, 0], [1, 0, 0]], dtype=float)
    >>> burt_constraint(star).round(2).tolist()
    [0.5, 1.0, 1.0]
    """
    both = ties + ties.T
    np.fill_diagonal(both, 0.0)
    total = both.sum(axis=1, keepdims=True)
    shares = np.divide(both, total, out=np.zeros_like(both), where=total > 0)
    through = shares + shares @ shares
    constraint = np.where(both > 0, through**2, 0.0).sum(axis=1)
    return np.where(total[:, 0] > 0, constraint, np.nan)


def betweenness(ties: NDArray[np.bool_]) -> Matrix:
    """Share of the shortest paths between two others that pass by each actor, shape (actors,), between 0 and 1.

    ``ties``: (actors, actors), symmetric.

    Source:
        Brandes (2001), *Journal of Mathematical Sociology* 25, 163–177.

    >>> path = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], dtype=bool)
    >>> betweenness(path).tolist()
    [0.0, 1.0, 0.0]
    """
    n = len(ties)
    near = ties.astype(np.float64)
    np.fill_diagonal(near, 0.0)
    total = np.zeros(n)
    for source in range(n):
        total += _dependencies(near, source)
    return total / ((n - 1) * (n - 2)) if n > 2 else total


def _dependencies(near: Matrix, source: int) -> Matrix:
    """What each node is worth to the shortest paths from one source, ring by ring."""
    paths = np.zeros(len(near))
    paths[source] = 1.0
    rings, seen = [paths.copy()], paths > 0
    while True:
        ahead = np.where(seen, 0.0, rings[-1] @ near)
        if not ahead.any():
            break
        seen |= ahead > 0
        rings.append(ahead)
    worth = np.zeros(len(near))
    for before, ring in zip(reversed(rings[:-1]), reversed(rings[1:]), strict=True):
        given = np.divide(1 + worth, ring, out=np.zeros_like(ring), where=ring > 0)
        worth += before * (near @ given)
    worth[source] = 0.0
    return worth
