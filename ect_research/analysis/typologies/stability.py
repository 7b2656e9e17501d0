"""What is left of each type when projects are drawn anew, read against what chance gives at the same n, k and margins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from ect_research.analysis.typologies.agreement import jaccard_to_best
from ect_research.analysis.typologies.answers import answers_of
from ect_research.analysis.typologies.spaces import shuffler_of, squared_of
from ect_research.analysis.typologies.types import build_hierarchy, cut_types, project_points
from ect_research.analysis.typologies.ward import type_labels

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ect_research.analysis.typologies.spaces import Route
    from ect_research.analysis.typologies.table import ProjectTable
    from ect_research.analysis.typologies.types import Typology

    Floats = NDArray[np.float64]
    Labels = NDArray[np.intp]

Badge = Literal["solide", "fragile", "hasard"]
STABLE = 0.75
PATTERN = 0.60
LEVEL = 0.05


@dataclass(frozen=True)
class Stability:
    """How each type and each project holds.

    Attributes:
        typology: the types tested.
        types: one row per type: ``type, effectif, jaccard`` (mean over the draws, 0–1), ``hasard_median,
            hasard_95`` (the same for types of that size rank among shuffled answers), ``p_rang`` (against that
            rank), ``p_famille`` (against the best type of each shuffle), ``badge``.
        projects: one row per project: ``projet_id, type, certitude`` (share of the draws where it stays with its
            type), ``certitude_hasard`` (mean on shuffled answers).
        draws: bootstrap draws.
        shuffles: null data sets.
        seed: of both.
        n: projects.
        twins: projects with the very same answers as another: they hold each other, and inflate every figure here.
    """

    typology: Typology
    types: pd.DataFrame
    projects: pd.DataFrame
    draws: int
    shuffles: int
    seed: int
    n: int
    twins: tuple[str, ...]


def assess_stability(
    table: ProjectTable, k: int, *, route: Route = "gower", draws: int = 50, shuffles: int = 39, seed: int = 20160
) -> Stability:
    """Draw the projects with replacement, make the types again, and say which types chance would not give.

    Places do not change between draws: only the projects do, each drawn one counting once. The null deals the known
    answers of each variable anew among the projects that know it: same n, k, margins and holes.

    A type is ``solide`` when its mean Jaccard likeness reaches 0.75 and at most 5 % of the shuffles have any type that
    holds as well; ``fragile`` when it reaches 0.60 and at most 5 % of the shuffles have a type of that size rank that
    holds as well; else ``hasard``: not to be told from chance. A gradient without types also passes: see
    `judge_structure`.

    Args:
        table: from `prepare_table`, weights all equal.
        k: number of types.
        route: how projects are placed, as in `project_points`.
        draws: bootstrap draws per data set.
        shuffles: null data sets; 39 is the fewest that can reach 5 % with a margin.
        seed: of everything drawn.

    Raises:
        EctError: as `project_points` and `cut_types`.

    Source:
        Hennig (2007), *Computational Statistics & Data Analysis* 52, 258–271; null and badge: this package, error
        rates in `measured_rates`.
    """
    points = project_points(table, route=route)
    typology = cut_types(build_hierarchy(points), k)
    chance = np.random.default_rng(seed)
    labels = typology.types.to_numpy() - 1
    answers = answers_of(table)
    squared, shuffler = squared_of(answers, route), shuffler_of(answers, route)
    likeness, stays = _resampled(squared, labels, k, draws, chance)
    null, null_stays = np.empty((shuffles, k)), np.empty(shuffles)
    for row in range(shuffles):
        shuffled = shuffler.draw(chance)
        grouped = type_labels(shuffled, k)
        found, kept = _resampled(shuffled, grouped, k, draws, chance)
        null[row] = found[_by_size(grouped, k)]
        null_stays[row] = np.nanmean(kept)
    return Stability(
        typology=typology,
        types=_types(labels, k, likeness, null),
        projects=pd.DataFrame(
            {
                "projet_id": points.index.astype(str),
                "type": labels + 1,
                "certitude": stays,
                "certitude_hasard": float(null_stays.mean()),
            }
        ),
        draws=draws,
        shuffles=shuffles,
        seed=seed,
        n=len(points),
        twins=_twins(points),
    )


def _resampled(
    squared: Floats, labels: Labels, k: int, draws: int, chance: np.random.Generator
) -> tuple[Floats, Floats]:
    """Mean likeness of each type, and share of the draws where each project stays with its type."""
    n = len(squared)
    likeness, met = np.zeros(k), np.zeros(k)
    stayed, drawn = np.zeros(n), np.zeros(n)
    for _ in range(draws):
        rows = np.flatnonzero(np.bincount(chance.integers(0, n, n), minlength=n))
        if len(rows) <= k:
            continue
        again = type_labels(squared[rows[:, None], rows], k)
        found, best = jaccard_to_best(labels[rows], again, k)
        some = np.isfinite(found)
        likeness[some] += found[some]
        met += some
        drawn[rows] += 1
        stayed[rows] += again == best[labels[rows]]
    return likeness / np.maximum(met, 1), stayed / np.maximum(drawn, 1)


def _by_size(labels: Labels, k: int) -> Labels:
    return np.argsort(-np.bincount(labels, minlength=k), kind="stable")


def _types(labels: Labels, k: int, likeness: Floats, null: Floats) -> pd.DataFrame:
    """Null columns are in order of size: each type is read against its own rank."""
    rank = np.empty(k, dtype=np.intp)
    rank[_by_size(labels, k)] = np.arange(k)
    own = null[:, rank]
    p_rank = (1 + (own >= likeness - 1e-12).sum(axis=0)) / (1 + len(null))
    p_family = (1 + (null.max(axis=1)[:, None] >= likeness - 1e-12).sum(axis=0)) / (1 + len(null))
    solid = (likeness >= STABLE) & (p_family <= LEVEL)
    weak = (likeness >= PATTERN) & (p_rank <= LEVEL)
    badge = np.where(solid, "solide", np.where(weak, "fragile", "hasard"))
    return pd.DataFrame(
        {
            "type": np.arange(1, k + 1),
            "effectif": np.bincount(labels, minlength=k),
            "jaccard": likeness,
            "hasard_median": np.quantile(own, 0.5, axis=0),
            "hasard_95": np.quantile(own, 0.95, axis=0),
            "p_rang": p_rank,
            "p_famille": p_family,
            "badge": pd.Series(badge, dtype="str"),
        }
    )


def _twins(points: pd.DataFrame) -> tuple[str, ...]:
    same = points.round(9).duplicated(keep=False)
    return tuple(str(name) for name in points.index[same])
