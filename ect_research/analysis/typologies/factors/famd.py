"""Factor analysis of mixed data (AFDM): numbers and codes on the same axes, every variable weighing the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ect_research.analysis.typologies.factors.factor import decompose, inertia_rates
from ect_research.analysis.typologies.factors.factor_result import Cloud, FactorAnalysis
from ect_research.analysis.typologies.factors.mca import coded_cells, illustrative_codes
from ect_research.analysis.typologies.factors.projection import (
    Plane,
    code_cloud,
    code_profiles,
    correlations,
    explained_share,
    join_clouds,
    project_cloud,
)
from ect_research.analysis.typologies.tables.answer_table import CODED, ProjectTable
from ect_research.analysis.typologies.tables.indicator import Indicator, set_passive
from ect_research.errors import EctError
from ect_research.words import tell

Floats = NDArray[np.float64]


def build_famd(table: ProjectTable, *, axes: int = 5, passive_below: float = 0.05) -> FactorAnalysis:
    """Factor analysis of mixed data: numbers standardised, codes divided by the root of their share.

    An unknown number is at the mean; codes are passive as in `build_mca`.

    Raises:
        EctError: no numeric or no coded active variable.

    Returns the axes; codes are at the barycentre of their projects, numbers at their correlation with the axes.

    Source:
        Pagès (2004), *Revue de statistique appliquée* 52(4), 93–111.

    >>> from ect_research.analysis.typologies.tables.answer_table import prepare_table
    >>> frame = pd.DataFrame({"age": [1.0, 2.0, 8.0, 9.0], "objet": list("xxyy")}, index=list("ABCD"))
    >>> build_famd(prepare_table(frame, ["age", "objet"])).numeric.round(2).loc["age", 1]
    np.float64(1.0)
    """
    _check_mixed(table)
    inside = table.in_play
    weights = table.weights[inside]
    rows = weights / weights.sum()
    names, numbers = _filled_numbers(table)
    everyone = coded_cells(table)
    codes = set_passive(replace(everyone, cells=everyone.cells[inside]), weights, passive_below)
    share = rows @ codes.cells
    masses = np.where(codes.active, share, 0.0)
    mean = rows @ numbers[inside]
    spread = np.sqrt(rows @ (numbers[inside] - mean) ** 2)
    everything = np.hstack([(numbers - mean) / spread, code_profiles(everyone.cells, share)])
    column_weights = np.concatenate([np.ones(len(mean)), masses])
    found = decompose(everything[inside], rows, column_weights, axes)
    kept = found.eigenvalues[: found.rows.shape[1]]
    plane = Plane(kept, found.rows, rows, float(weights.sum()))
    standard = code_cloud(codes, plane, masses)
    cloud = _at_barycentre(standard, plane, codes, everything[inside] * np.sqrt(column_weights))
    others, extra_eta2 = illustrative_codes(table, plane)
    others = [_scaled(other, plane) for other in others]
    extra = [name for name in table.illustrative.columns if table.kinds[name] not in CODED]
    return FactorAnalysis(
        method="afdm",
        eigenvalues=inertia_rates(found.eigenvalues),
        projects=project_cloud(
            table, plane, (everything * column_weights) @ found.directions, everything**2 @ column_weights
        ),
        codes=join_clouds([cloud, *others]),
        numeric=pd.concat(
            [
                plane.frame(found.columns[: len(mean)], pd.Index(names, name="variable")),
                correlations(table.illustrative.loc[inside, extra], plane),
            ]
        ),
        eta2=pd.concat([explained_share(codes, standard, plane), *extra_eta2]),
        n=table.n,
        q=table.active.shape[1],
    )


def _check_mixed(table: ProjectTable) -> None:
    coded = [name for name in table.active.columns if table.kinds[name] in CODED]
    if not coded or len(coded) == table.active.shape[1]:
        lacking = tell("aucune variable codée") if not coded else tell("aucune variable numérique")
        raise EctError(
            "L’analyse de données mixtes demande des nombres et des codes : {lacking} parmi les variables actives. "
            "Pour des codes seuls, utiliser l’ACM (build_mca).",
            lacking=lacking,
        )


def _filled_numbers(table: ProjectTable) -> tuple[list[str], Floats]:
    """Numeric variables, and their values with the unknown at the mean of the projects in play."""
    names = [name for name in table.active.columns if table.kinds[name] not in CODED]
    numbers = table.active[names].to_numpy(dtype=float)
    hidden = np.isnan(numbers)
    weights = np.where(table.in_play[:, None] & ~hidden, table.weights[:, None], 0.0)
    means = (weights * np.where(hidden, 0.0, numbers)).sum(axis=0) / weights.sum(axis=0)
    return names, np.where(hidden, means, numbers)


def _scaled(cloud: Cloud, plane: Plane) -> Cloud:
    placed = cloud.points.coordinates * np.sqrt(plane.eigenvalues)
    return replace(cloud, points=replace(cloud.points, coordinates=placed))


def _at_barycentre(cloud: Cloud, plane: Plane, codes: Indicator, scaled: Floats) -> Cloud:
    """Codes at the mean of their projects; cos² against the distance of that mean in the whole space."""
    members = (plane.weights[:, None] * codes.cells) / (plane.weights @ codes.cells)
    distance = ((members.T @ scaled) ** 2).sum(axis=1)
    placed = _scaled(cloud, plane)
    cos2 = placed.points.coordinates**2 / np.maximum(distance, 1e-300)[:, None]
    return replace(placed, points=replace(placed.points, cos2=cos2))
