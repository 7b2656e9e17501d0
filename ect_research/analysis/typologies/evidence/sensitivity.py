"""Which projects hold the typology, how many other partitions do as well, and whether other routes agree."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ect_research.analysis.chance import Refusal
from ect_research.analysis.partition import partition_around_medoids
from ect_research.analysis.partition.partition_quality import in_order_of_appearance
from ect_research.analysis.partition.partition_stability import adjusted_rand, every_set, matched
from ect_research.analysis.partition.ward import cut_tree, many_types, squared_distances, ward_tree, ward_types
from ect_research.analysis.typologies.coordinates import Route, squared_of
from ect_research.analysis.typologies.hierarchy import Typology
from ect_research.analysis.typologies.tables.answer_table import CODED, ProjectTable
from ect_research.analysis.typologies.tables.answers import answers_of
from ect_research.errors import EctError
from ect_research.words import tell

Floats = NDArray[np.float64]
Labels = NDArray[np.intp]
MOST_SETS = 60_000


@dataclass(frozen=True)
class LeaveOneOut:
    """The typology made again without each project in turn.

    Attributes:
        links: one row per project that moves: ``retire`` (project left out), ``deplace`` (project that changes type).
        projects: one row per project, the most influential first: ``projet_id, type, deplaces`` (others that move
            when it goes), ``part`` (of the others, 0–1), ``deplacements`` (times it moves itself).
    """

    links: pd.DataFrame
    projects: pd.DataFrame
    n: int


@dataclass(frozen=True)
class NearTies:
    """Other ways to choose k central projects that represent all projects almost as well.

    Attributes:
        partitions: different partitions within the tolerance, the best one included.
        tolerance: relative excess of the mean distance to the central project.
        worst_agreement: lowest adjusted Rand index between one of them and the best; 1 when there is only one.
        medoids: central projects of the best partition.
    """

    partitions: int
    tolerance: float
    worst_agreement: float
    medoids: tuple[str, ...]
    n: int


def leave_one_out(typology: Typology) -> LeaveOneOut:
    """Leave each project out, make the types again at the same places, and see who changes type.

    This shows which projects hold the typology; it does not prove types: noise makes types that hold too.

    >>> from ect_research.analysis.typologies.hierarchy import build_hierarchy, cut_types
    >>> points = pd.DataFrame({1: [0.0, 1.0, 5.0, 6.0]}, index=list("ABCD"))
    >>> leave_one_out(cut_types(build_hierarchy(points), 2)).links.empty
    True
    """
    squared = squared_distances(typology.points.to_numpy(dtype=float))
    labels = typology.types.to_numpy() - 1
    names = typology.points.index.astype(str).to_numpy(dtype=object)
    n = len(labels)
    links = []
    without = many_types(squared[None], [typology.k], ~np.eye(n, dtype=bool), np.zeros(n, dtype=np.intp))[0]
    for left, types in enumerate(without):
        rest = np.delete(np.arange(n), left)
        again = matched(labels[rest], types[rest])
        links += [(names[left], names[row]) for row in rest[again != labels[rest]]]
    frame = pd.DataFrame(links, columns=["retire", "deplace"], dtype="str")
    caused, undergone = frame["retire"].value_counts(), frame["deplace"].value_counts()
    projects = pd.DataFrame({"projet_id": names.astype(str), "type": labels + 1})
    projects["deplaces"] = projects["projet_id"].map(caused).fillna(0).astype(int)
    projects["part"] = projects["deplaces"] / (n - 1)
    projects["deplacements"] = projects["projet_id"].map(undergone).fillna(0).astype(int)
    projects = projects.sort_values(["deplaces", "deplacements", "projet_id"], ascending=[False, False, True])
    return LeaveOneOut(frame, projects.reset_index(drop=True), n)


def count_near_ties(distances: pd.DataFrame, k: int, *, tolerance: float = 0.02) -> NearTies | Refusal:
    """Try every set of k central projects and count the partitions almost as good as the best.

    ``distances``: projects × projects, named; ``tolerance``: relative excess of the mean distance to the central
    project.

    Returns the count, or a refusal when there are more than 60 000 sets to try.

    Raises:
        EctError: k out of range, or distances that are not known.

    >>> names = list("ABCD")
    >>> gaps = pd.DataFrame([[0, 1, 9, 9], [1, 0, 9, 9], [9, 9, 0, 1], [9, 9, 1, 0.0]], index=names, columns=names)
    >>> count_near_ties(gaps, 2).partitions
    1
    """
    n = len(distances)
    if not 1 <= k <= n or not np.isfinite(distances.to_numpy(dtype=float)).all():
        raise EctError(
            "{k} types pour {n} projets, ou des distances inconnues : choisir entre 1 et {n} types, et compléter les "
            "réponses des projets que rien ne permet de comparer.",
            k=k,
            n=n,
        )
    if comb(n, k) > MOST_SETS:
        return Refusal(
            tell("le compte des partitions presque aussi bonnes"),
            tell(
                "{k} choix de {k2} projets centraux parmi {n} : au plus {most_sets} sont essayés un par un.",
                k=comb(n, k),
                k2=k,
                n=n,
                most_sets=MOST_SETS,
            ),
            tell("réduire le nombre de types."),
        )
    matrix = distances.to_numpy(dtype=float)
    costs, sets = _all_costs(matrix, k)
    best = int(costs.argmin())
    optimum = _nearest(matrix, sets[best])
    seen: dict[bytes, Labels] = {}
    for row in np.flatnonzero(costs <= costs[best] * (1 + tolerance) + 1e-12):
        labels = _nearest(matrix, sets[row])
        seen.setdefault(labels.tobytes(), labels)
    return NearTies(
        partitions=len(seen),
        tolerance=tolerance,
        worst_agreement=min(adjusted_rand(optimum, labels) for labels in seen.values()),
        medoids=tuple(str(distances.index[row]) for row in sets[best]),
        n=n,
    )


def compare_routes(table: ProjectTable, k: int, *, route: Route = "gower") -> pd.DataFrame:
    """Agreement of the types with those of other routes, and without each variable.

    ``route``: the reference.

    Returns ``chemin`` (``acm``, ``afdm``, ``gower``, ``sans_consolidation``, ``medoides`` or ``sans_variable``),
    ``variable`` (the one left out, else ``""``), ``accord`` (adjusted Rand index with the reference).
    """
    answers = answers_of(table)
    squared = squared_of(answers, route)
    reference = ward_types(squared, k)
    numeric = sum(table.kinds[name] not in CODED for name in table.active.columns)
    possible: list[Route] = ["gower", "acm"] if not numeric else ["gower"]
    if 0 < numeric < len(answers):
        possible.append("afdm")
    rows: list[tuple[str, str, NDArray[np.integer]]] = [
        (other, "", ward_types(squared_of(answers, other), k)) for other in possible if other != route
    ]
    rows.append(("sans_consolidation", "", cut_tree(ward_tree(squared), k)))
    rows.append(("medoides", "", partition_around_medoids(np.sqrt(squared), k).labels))
    for place, answer in enumerate(answers if len(answers) > 2 else ()):
        rest = answers[:place] + answers[place + 1 :]
        rows.append(("sans_variable", answer.name, ward_types(squared_of(rest, route), k)))
    return pd.DataFrame(
        [(name, variable, adjusted_rand(reference, labels)) for name, variable, labels in rows],
        columns=["chemin", "variable", "accord"],
    )


def _all_costs(matrix: Floats, k: int) -> tuple[Floats, Labels]:
    tried = [(nearest.mean(axis=1), sets) for sets, nearest in every_set(matrix, k)]
    costs, sets = (np.concatenate(parts) for parts in zip(*tried, strict=True))
    order = np.lexsort(sets.T[::-1])
    return costs[order], sets[order]


def _nearest(matrix: Floats, medoids: Labels) -> Labels:
    """Types numbered in the order of their first project."""
    nearest = matrix[:, medoids].argmin(axis=1)
    nearest[medoids] = np.arange(len(medoids))
    return in_order_of_appearance(nearest)
