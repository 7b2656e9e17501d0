"""The two-mode table: projects × actors, as participations tell it, and how far projects reach one another through it."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components, shortest_path

Table = NDArray[np.bool_]
Counts = NDArray[np.intp]


@dataclass(frozen=True)
class TwoMode:
    """Projects × actors.

    Attributes:
        projects: identifiers of every project, those without an actor too.
        actors: identifiers of the actors met, in order.
        table: (projects, actors), whether the actor is in the project.
    """

    projects: tuple[str, ...]
    actors: tuple[str, ...]
    table: Table

    def without(self, actors: Collection[str]) -> TwoMode:
        """The same, some actors removed."""
        kept = [place for place, actor in enumerate(self.actors) if actor not in actors]
        return replace(self, actors=tuple(self.actors[place] for place in kept), table=self.table[:, kept])


def two_mode(participations: pd.DataFrame, projects: Iterable[str]) -> TwoMode:
    """The two-mode table of the participations in a project; those in a programme are left aside.

    Args:
        participations: table ``participations``, columns ``acteur_id, projet_id``.
        projects: every project of the corpus.

    >>> rows = pd.DataFrame({"acteur_id": ["A", "B", "B"], "projet_id": ["P", "P", "Q"]})
    >>> met = two_mode(rows, ["P", "Q", "R"])
    >>> met.table.astype(int).tolist(), int(pairs_reached(met.table)), int(pairs_met(met.table))
    ([[1, 1], [0, 1], [0, 0]], 1, 1)
    """
    names = tuple(dict.fromkeys(str(project) for project in projects))
    rows = participations[participations["projet_id"].isin(names)]
    actors = tuple(sorted(set(rows["acteur_id"].astype(str))))
    table = np.zeros((len(names), len(actors)), dtype=bool)
    lines = pd.Index(names).get_indexer(pd.Index(rows["projet_id"]))
    table[lines, pd.Index(actors).get_indexer(pd.Index(rows["acteur_id"]))] = True
    return TwoMode(names, actors, table)


def pairs_of(n: int) -> int:
    """Pairs among n."""
    return n * (n - 1) // 2


def pairs_met(tables: Table) -> Counts:
    """Pairs of projects that have an actor in common, shape (…), of tables (…, projects, actors)."""
    return _pairs(_products(_shared(tables)) > 0)


def actors_met_again(tables: Table) -> Counts:
    """Pairs of actors that are together in two projects or more, shape (…), of tables (…, projects, actors)."""
    return _pairs(_products(_shared(tables).mT) > 1)


def pairs_reached(tables: Table) -> Counts:
    """Pairs of projects joined by a chain of projects and actors, shape (…), of tables (…, projects, actors)."""
    met = _shared(tables)
    (projects, actors), several = met.shape[-2:], math.prod(met.shape[:-2])
    at, row, column = met.reshape(several, projects, actors).nonzero()
    n = several * projects
    labels = _components(n + several * actors, at * projects + row, n + at * actors + column)[:n]
    others = np.bincount(labels)[labels] - 1
    return np.asarray(others.reshape(tables.shape[:-1]).sum(axis=-1) // 2)


def clustering(tables: Table) -> NDArray[np.float64]:
    """Share of the paths actor–project–actor–project that close: Robins & Alexander's bipartite clustering, 0–1.

    Args:
        tables: (…, projects, actors).

    Returns:
        shape (…); 0 where there is no such path.

    Source:
        Robins & Alexander (2004), *Computational & Mathematical Organization Theory* 10, 69–94.
    """
    met = _shared(tables)
    together = _products(met.mT)
    closed = (together * (together - 1)).sum(axis=(-2, -1), dtype=float)
    each, among = met.sum(axis=-2), tables.sum(axis=-1)
    closed -= (each * (each - 1)).sum(axis=-1)
    paths = (met * (among - 1)[..., :, None] * (each - 1)[..., None, :]).sum(axis=(-2, -1))
    return np.asarray(closed / np.maximum(paths, 1))


def component_sizes(n_projects: int, edges: Iterable[tuple[NDArray[np.intp], NDArray[np.intp]]]) -> NDArray[np.intp]:
    """Projects in each component of a graph whose first ``n_projects`` nodes are projects, largest first."""
    found = list(edges)
    starts = np.concatenate([start for start, _ in found]) if found else np.array([], dtype=int)
    ends = np.concatenate([end for _, end in found]) if found else np.array([], dtype=int)
    labels = _components(max(n_projects, int(max(starts.max(initial=-1), ends.max(initial=-1))) + 1), starts, ends)
    sizes = np.bincount(labels[:n_projects])
    return np.sort(sizes[sizes > 0])[::-1]


def reached(sizes: NDArray[np.intp]) -> int:
    """Pairs of projects that reach one another, from the sizes of the components."""
    return int((sizes * (sizes - 1) // 2).sum())


def _components(size: int, starts: NDArray[np.intp], ends: NDArray[np.intp]) -> NDArray[np.int32]:
    """The component of each node of a graph."""
    graph = coo_array((np.ones(len(starts)), (starts, ends)), shape=(size, size)).tocsr()
    return np.asarray(connected_components(graph, directed=False)[1])


def _shared(tables: Table) -> Table:
    """The same without the actors that are in one project at most of each table: they join nobody."""
    several = tables.sum(axis=-2) > 1
    return tables[..., several.any(axis=tuple(range(several.ndim - 1)))]


def _pairs(met: Table) -> Counts:
    """Pairs among those of symmetric tables."""
    return np.asarray((met.sum(axis=(-2, -1)) - np.trace(met, axis1=-2, axis2=-1)) // 2)


def _products(tables: Table) -> NDArray[np.float32]:
    """What each pair of rows has in common."""
    numbers = tables.astype(np.float32)
    return numbers @ numbers.mT


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
