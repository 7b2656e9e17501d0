"""Three verdicts: no structure, structure that a gradient explains as well, or types beyond a gradient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from ect_research.analysis.chance import demand_draws
from ect_research.analysis.partition import silhouette_widths
from ect_research.analysis.partition.ward import many_types, parts_of, squared_distances
from ect_research.analysis.typologies.evidence.continuum import GRADIENTS, LAWS, fit_continuum
from ect_research.analysis.typologies.evidence.shuffles import shuffler_of
from ect_research.analysis.typologies.factors.coordinates import squared_of
from ect_research.analysis.typologies.tables.answers import answers_of
from ect_research.analysis.typologies.types.hierarchy import project_points
from ect_research.errors import EctError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ect_research.analysis.typologies.factors.coordinates import Route
    from ect_research.analysis.typologies.tables.answer_table import ProjectTable

    Floats = NDArray[np.float64]

Verdict = Literal["aucune_structure", "continuum", "types"]
NUMBERS_OF_TYPES = (2, 3, 4, 5, 6)
LEVEL = 0.05


@dataclass(frozen=True)
class StructureVerdict:
    """What the silhouettes of the projects say against two nulls.

    Attributes:
        verdict: ``aucune_structure`` (shuffled answers do as well), ``continuum`` (more than shuffled answers, not
            more than gradients as strong) or ``types`` (more than both).
        curve: one row per number of types: ``k, silhouette`` (mean width, −1 to 1), ``hasard_bas, hasard_median,
            hasard_haut`` (2.5, 50, 97.5 % of shuffled answers).
        plane_curve: same on the two gradients, against ``continuum_bas, continuum_median, continuum_haut``.
        p_structure: share of the shuffles whose best silhouette over k is as large, the observed one included.
        p_types: share of the gradients whose best silhouette on the plane is as large, the observed one included: the
            larger of two, for normal and for uniform scores.
        inertia: first two axes (0, 1): ``axe, observee, normal, uniform`` (mean under each law): how well the nulls are
            calibrated.
        horseshoe: share of axis 2 that the square of axis 1 explains, 0–1: above 0.5, an effet Guttman.
        shuffles: shuffled data sets; half as many gradients of each law.
        seed: of both.
        n: projects.
    """

    verdict: Verdict
    curve: pd.DataFrame
    plane_curve: pd.DataFrame
    p_structure: float
    p_types: float
    inertia: pd.DataFrame
    horseshoe: float
    shuffles: int
    seed: int
    n: int


def judge_structure(
    table: ProjectTable,
    *,
    route: Route = "gower",
    numbers: Sequence[int] = NUMBERS_OF_TYPES,
    shuffles: int = 99,
    seed: int = 20160,
) -> StructureVerdict:
    """Set the projects against shuffled answers, then against gradients calibrated on their first two axes.

    The statistic is the best mean silhouette over the numbers of types: in the whole space against shuffled answers,
    on the first two axes against gradients. A rejection of the first null says that variables go together, not that
    there are types; only the second speaks of types.

    Args:
        table: from `prepare_table`, weights all equal.
        route: how projects are placed, as in `project_points`.
        numbers: numbers of types looked at; those above n − 1 are left out.
        shuffles: shuffled data sets; half as many gradients of each law.
        seed: of everything drawn.

    Raises:
        EctError: as `project_points`, no shuffle, or no number of types that the projects allow.

    Source:
        This package; error rates in `measured_rates`. Silhouette: Rousseeuw (1987).
    """
    demand_draws(shuffles)
    points = project_points(table, route=route).to_numpy()
    ks = [k for k in numbers if 2 <= k < len(points)]
    if not ks:
        raise EctError(
            "Aucun nombre de types possible pour {n_points} projets : en donner entre 2 et {n_points2}.",
            n_points=len(points),
            n_points2=len(points) - 1,
        )
    chance = np.random.default_rng(seed)
    answers = answers_of(table)
    shuffler = shuffler_of(answers, route)
    observed = silhouettes(squared_of(answers, route)[None], ks)[0]
    on_plane = silhouettes(squared_distances(points[None, :, :GRADIENTS]), ks)[0]
    deals = np.array([shuffler.deal(chance) for _ in range(shuffles)])
    null = np.vstack([silhouettes(shuffler.squared(deals[part]), ks) for part in parts_of(shuffles, len(points))])
    models = [fit_continuum(answers, route, 5, law, chance) for law in LAWS]
    smooth = [silhouettes(squared_distances(model.draw_planes((shuffles + 1) // 2, chance)), ks) for model in models]
    p_structure, p_types = _p(observed, null), max(_p(on_plane, drawn) for drawn in smooth)
    return StructureVerdict(
        verdict=verdict_of(p_structure, p_types),
        curve=_curve(ks, observed, null, "hasard"),
        plane_curve=_curve(ks, on_plane, np.vstack(smooth), "continuum"),
        p_structure=p_structure,
        p_types=p_types,
        inertia=pd.DataFrame({"observee": models[0].target})
        .assign(**{model.law: model.reached for model in models})
        .rename_axis("axe")
        .reset_index(),
        horseshoe=_horseshoe(points),
        shuffles=shuffles,
        seed=seed,
        n=len(points),
    )


def verdict_of(p_structure: float, p_types: float) -> Verdict:
    """The verdict that two shares of draws lead to, at 5 %: no route measured needs a stricter level for types.

    >>> verdict_of(0.01, 0.4), verdict_of(0.2, 0.01)
    ('continuum', 'aucune_structure')
    """
    if p_structure > LEVEL:
        return "aucune_structure"
    return "types" if p_types <= LEVEL else "continuum"


def silhouettes(squared: Floats, numbers: Sequence[int]) -> Floats:
    """Mean silhouette of the consolidated Ward types of many sets of projects, shape (sets, numbers of types).

    Args:
        squared: squared distances between projects, shape (sets, n, n).
        numbers: numbers of types.
    """
    found = np.empty((len(squared), len(numbers)))
    types = many_types(squared, numbers)
    for part in parts_of(len(squared), squared.shape[1]):
        distances = np.sqrt(squared[part])
        for place, labels in enumerate(types):
            found[part, place] = silhouette_widths(distances, labels[part]).mean(axis=-1)
    return found


def _p(observed: Floats, null: Floats) -> float:
    return float((1 + np.sum(null.max(axis=1) >= observed.max() - 1e-12)) / (1 + len(null)))


def _curve(numbers: Sequence[int], observed: Floats, null: Floats, name: str) -> pd.DataFrame:
    low, middle, high = np.quantile(null, [0.025, 0.5, 0.975], axis=0)
    return pd.DataFrame(
        {
            "k": list(numbers),
            "silhouette": observed,
            f"{name}_bas": low,
            f"{name}_median": middle,
            f"{name}_haut": high,
        }
    )


def _horseshoe(points: Floats) -> float:
    if points.shape[1] < 2 or len(points) < 4:
        return 0.0
    bent = (points[:, 0] - points[:, 0].mean()) ** 2
    if bent.std() == 0 or points[:, 1].std() == 0:
        return 0.0
    return float(np.corrcoef(bent, points[:, 1])[0, 1] ** 2)
