"""From places to types: the tree, the partition, the projects that stand for each, the ellipse around each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import gammaincinv

from ect_research.analysis.partition.partition_quality import explained_share
from ect_research.analysis.partition.ward import consolidate, cut_tree, squared_distances, ward_tree
from ect_research.analysis.typologies.coordinates import ROUTES, Route, coordinates_of
from ect_research.analysis.typologies.tables.answer_table import CODED, ProjectTable, name_some, weights_of
from ect_research.analysis.typologies.tables.answers import answers_of
from ect_research.errors import EctError

Floats = NDArray[np.float64]
FEWEST = 3
FEWEST_OUTLINED = 5


@dataclass(frozen=True)
class Hierarchy:
    """Ward's tree of the projects.

    Attributes:
        points: coordinates, index ``projet_id``, columns the axes.
        weights: of the projects, shape (n,).
        merges: n − 1 merges in scipy's form.
        gains: inertia gained by the cut into 2, 3, … types, shape (n − 1,).
    """

    points: pd.DataFrame
    weights: Floats
    merges: Floats
    gains: Floats

    @property
    def n(self) -> int:
        """Number of projects."""
        return len(self.points)

    @property
    def profiles(self) -> int:
        """Number of different places: no more types than that make sense."""
        return len(self.points.round(9).drop_duplicates())


@dataclass(frozen=True)
class Typology:
    """A partition of the projects into k types, numbered 1 … k along the first axis.

    Attributes:
        k: number of types.
        points: coordinates, index ``projet_id``.
        types: type of each project once consolidated.
        tree_types: type of each project when the tree is cut: what the dendrogram shows.
        moved: projects that consolidation moved.
        explained: share of inertia between the types, 0–1, once consolidated.
        paragons: ``type, rang, projet_id, distance`` to the centre of the type, nearest first.
        specifics: same, distance to the nearest other centre, furthest first.
        outlines: ellipses on the first two axes, as `outline_types`.
    """

    k: int
    points: pd.DataFrame
    types: pd.Series
    tree_types: pd.Series
    moved: tuple[str, ...]
    explained: float
    paragons: pd.DataFrame
    specifics: pd.DataFrame
    outlines: pd.DataFrame

    @property
    def n(self) -> int:
        """Number of projects."""
        return len(self.types)


def project_points(table: ProjectTable, *, route: Route = "gower", axes: int = 5) -> pd.DataFrame:
    """Where the projects in play stand, each with weight 1.

    ``route``: ``acm`` (codes only, unknown and rare codes passive), ``afdm`` (codes and numbers), or ``gower``
    (anything, several codes included: root of Gower's distance, unknown answers left out pair by pair); ``axes``:
    factor axes kept; without effect on ``gower``.

    Raises:
        EctError: unknown route, ``acm`` with numbers, unequal weights, or fewer than 3 projects.

    >>> from ect_research.analysis.typologies.tables.answer_table import prepare_table
    >>> frame = pd.DataFrame({"objet": list("xxy")}, index=list("ABC"))
    >>> project_points(prepare_table(frame, ["objet"])).abs().round(3)[1].tolist()
    [0.333, 0.333, 0.667]
    """
    if route not in ROUTES:
        raise EctError("Chemin « {route} » inconnu : choisir parmi {routes}.", route=route, routes=", ".join(ROUTES))
    numeric = [name for name in table.active.columns if table.kinds[name] not in CODED]
    if route == "acm" and numeric:
        raise EctError(
            "Variables numériques sur le chemin « acm » : {numeric}. Prendre « afdm » ou « gower ».",
            numeric=name_some(numeric),
        )
    if np.ptp(table.weights) > 0:
        raise EctError(
            "Ici chaque projet compte pour un : retirer les poids, ou partir de build_mca puis build_hierarchy."
        )
    if table.n < 3:
        raise EctError("{n} projets : il en faut au moins 3 pour un arbre.", n=table.n)
    values = coordinates_of(answers_of(table), route, axes)
    names = pd.RangeIndex(1, values.shape[1] + 1, name="axe")
    return pd.DataFrame(values, index=table.active.index[table.in_play], columns=names)


def build_hierarchy(points: pd.DataFrame, *, weights: Sequence[float] | None = None) -> Hierarchy:
    """Ward's tree of projects placed in a space.

    ``weights``: one per project; equal when omitted.

    Raises:
        EctError: fewer than 3 projects, an unknown coordinate, weights in another number or not above 0.

    >>> tree = build_hierarchy(pd.DataFrame({1: [0.0, 1.0, 5.0, 6.0]}, index=list("ABCD")))
    >>> tree.gains.round(3)
    array([6.25 , 0.125, 0.125])
    """
    if len(points) < 3:
        raise EctError("{n_points} projets : il en faut au moins 3 pour un arbre.", n_points=len(points))
    lost = points.index[~np.isfinite(points.to_numpy(dtype=float)).all(axis=1)]
    if len(lost):
        raise EctError("Coordonnées inconnues pour : {lost}. Retirer ces projets.", lost=name_some(lost))
    masses = weights_of(points.index, weights)
    merges = ward_tree(squared_distances(points.to_numpy(dtype=float)), masses)
    return Hierarchy(points, masses, merges, merges[::-1, 2] ** 2 / (2 * len(points)))


def cut_types(hierarchy: Hierarchy, k: int, *, consolidated: bool = True) -> Typology:
    """Cut the tree into k types and, unless told otherwise, move projects to nearer centres.

    No k is chosen for you: compare several with `build_dossier`.

    ``k``: number of types, from 2 to n − 1; ``consolidated``: whether projects may change type after the cut; both
    partitions are reported.

    Raises:
        EctError: k out of range, or above the number of different profiles.

    >>> tree = build_hierarchy(pd.DataFrame({1: [0.0, 1.0, 5.0, 6.0]}, index=list("ABCD")))
    >>> cut_types(tree, 2).types.to_dict()
    {'A': 1, 'B': 1, 'C': 2, 'D': 2}
    """
    if not 2 <= k < hierarchy.n:
        raise EctError(
            "{k} types pour {n} projets : choisir un nombre entre 2 et {n2}.", k=k, n=hierarchy.n, n2=hierarchy.n - 1
        )
    if k > hierarchy.profiles:
        raise EctError(
            "{k} types pour {profiles} profils différents : des projets semblables seraient séparés au hasard.",
            k=k,
            profiles=hierarchy.profiles,
        )
    values = hierarchy.points.to_numpy(dtype=float)
    squared = squared_distances(values)
    cut = _along_first_axis(values, cut_tree(hierarchy.merges, k))
    final = consolidate(squared, cut, hierarchy.weights) if consolidated else cut
    index = hierarchy.points.index
    gaps = _to_centres(values, final, hierarchy.weights)
    own = gaps[np.arange(len(final)), final]
    others = gaps.copy()
    others[np.arange(len(final)), final] = np.inf
    return Typology(
        k=k,
        points=hierarchy.points,
        types=pd.Series(final + 1, index=index, name="type"),
        tree_types=pd.Series(cut + 1, index=index, name="type"),
        moved=tuple(str(name) for name in index[cut != final]),
        explained=explained_share(squared, final, hierarchy.weights)[0],
        paragons=_ranked(index, final, own),
        specifics=_ranked(index, final, others.min(axis=1), furthest=True),
        outlines=outline_types(hierarchy.points, pd.Series(final + 1, index=index)),
    )


def _along_first_axis(values: Floats, labels: NDArray[np.intp]) -> NDArray[np.intp]:
    """Types numbered by the place of their centre on the first axis, so that numbers stay put between runs."""
    centres = np.bincount(labels, values[:, 0]) / np.bincount(labels)
    return np.asarray(np.argsort(np.argsort(centres, kind="stable"))[labels])


def _to_centres(values: Floats, labels: NDArray[np.intp], weights: Floats) -> Floats:
    members = (labels == np.arange(labels.max() + 1)[:, None]) * weights
    centres = members @ values / members.sum(axis=1, keepdims=True)
    return np.asarray(np.sqrt(((values[:, None] - centres) ** 2).sum(axis=2)))


def _ranked(index: pd.Index, labels: NDArray[np.intp], distances: Floats, *, furthest: bool = False) -> pd.DataFrame:
    frame = pd.DataFrame({"type": labels + 1, "projet_id": index.astype(str), "distance": distances})
    frame = frame.sort_values(["type", "distance"], ascending=[True, not furthest], kind="stable")
    frame.insert(1, "rang", frame.groupby("type").cumcount() + 1)
    return frame.reset_index(drop=True)


def outline_types(points: pd.DataFrame, types: pd.Series) -> pd.DataFrame:
    """Ellipse that would hold half of the projects of a type, were they normal, on the first two axes.

    ``points``: projects × axes.

    Returns ``type, x, y``; types of fewer than 5 projects, or without extent on one axis, have none.
    """
    large = types.groupby(types).transform("size") >= FEWEST_OUTLINED
    if points.shape[1] < 2 or not large.any():
        return pd.DataFrame({"type": [], "x": [], "y": []})
    return confidence_ellipses(points, types[large], level=0.5, of_centre=False)


def confidence_ellipses(
    coordinates: pd.DataFrame,
    types: pd.Series,
    *,
    axes: Sequence[int] = (1, 2),
    level: float = 0.95,
    of_centre: bool = True,
    points: int = 100,
) -> pd.DataFrame:
    """Outline of the normal ellipse of each type: of its centre, or of its projects.

    ``coordinates``: projects × axes; ``level``: share covered if the projects of a type were normal; ``of_centre``:
    around the mean (variance divided by the number of projects) or around the projects.

    Returns ``type, x, y``; types of fewer than 3 projects, or without extent on one axis, have no ellipse.

    >>> cloud = pd.DataFrame({1: [0.0, 2, 1, 1], 2: [1.0, 1, 0, 2]}, index=list("ABCD"))
    >>> len(confidence_ellipses(cloud, pd.Series(1, index=list("ABCD"))))
    100
    """
    angles = np.linspace(0, 2 * np.pi, points)
    radius = np.sqrt(2 * gammaincinv(1, level))
    frames = []
    for label, members in types.groupby(types):
        cloud = coordinates.loc[members.index, list(axes)].to_numpy(dtype=float)
        if len(cloud) < FEWEST:
            continue
        spread = cloud.std(axis=0, ddof=1)
        if (spread == 0).any():
            continue
        link = float(np.corrcoef(cloud.T)[0, 1])
        scale = spread / (np.sqrt(len(cloud)) if of_centre else 1.0)
        lean = np.arccos(np.clip(link, -1.0, 1.0)) / 2
        outline = cloud.mean(axis=0) + radius * scale * np.column_stack((np.cos(angles + lean), np.cos(angles - lean)))
        frames.append(pd.DataFrame({"type": label, "x": outline[:, 0], "y": outline[:, 1]}))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=["type", "x", "y"])
