"""Multiple correspondence analysis (ACM), plain or specific, with everything that only illustrates."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ect_research.analysis.typologies.factor_result import (
    ILLUSTRATIVE,
    Cloud,
    Directions,
    FactorAnalysis,
    decompose,
    decompose_scaled,
    inertia_rates,
    principal_directions,
)
from ect_research.analysis.typologies.projection import (
    Moments,
    Plane,
    code_cloud,
    code_profiles,
    correlations,
    explained_share,
    join_clouds,
    project_cloud,
    share_explained_by_answers,
)
from ect_research.analysis.typologies.tables.answer_table import CODED, ProjectTable, name_some
from ect_research.analysis.typologies.tables.answers import Indicator, build_indicator, keep_columns, set_passive
from ect_research.errors import EctError
from ect_research.words import tell

Floats = NDArray[np.float64]


def build_mca(
    table: ProjectTable,
    *,
    axes: int = 5,
    passive_below: float = 0.05,
    passive_codes: Collection[tuple[str, str]] = (),
) -> FactorAnalysis:
    """Multiple correspondence analysis of the coded variables of a table.

    A project with several codes in a variable shares its presence between them (fuzzy coding), so that every
    variable weighs the same. Signs of the axes follow FactoMineR's rule.

    The unknown, codes of a share under ``passive_below`` (0 keeps every code active) or borne by one project, and
    ``passive_codes``, each ``(variable, code)``, are passive; illustrative variables and passive projects are placed,
    without weight.

    Raises:
        EctError: a numeric active variable, no code left, or a code that only a passive project bears.

    Source:
        Le Roux & Rouanet (2004), *Geometric Data Analysis*; Lebart, Morineau & Piron (2006) for test-values.

    >>> from ect_research.analysis.typologies.tables.answer_table import prepare_table
    >>> frame = pd.DataFrame({"portage": list("aabb"), "objet": list("xxyy")}, index=list("ABCD"))
    >>> build_mca(prepare_table(frame, ["portage", "objet"])).eigenvalues["valeur_propre"].round(9).tolist()
    [1.0]
    """
    _refuse_numbers(table)
    weights = table.weights[table.in_play]
    everyone = coded_cells(table)
    inside = everyone if table.in_play.all() else replace(everyone, cells=everyone.cells[table.in_play])
    inside = set_passive(inside, weights, passive_below, passive_codes)
    rows = weights / weights.sum()
    burt = _cross_products(inside.cells, rows)
    share = rows @ inside.cells
    masses = np.where(inside.active, share, 0.0) / inside.q
    if not masses.any():
        raise EctError("Aucune modalité assez fréquente pour faire un axe.")
    found = _directions(inside.cells, rows, (share, masses, burt), axes)
    pulls = found.right * _scale(share, masses)[:, None]
    coordinates = everyone.cells @ pulls - share @ pulls
    scores = coordinates if table.in_play.all() else coordinates[table.in_play]
    plane = Plane(found.eigenvalues[: scores.shape[1]], scores, rows, float(weights.sum()))
    moments = Moments(share, np.diagonal(burt), burt @ pulls - np.outer(share, share @ pulls))
    codes = code_cloud(inside, plane, masses, moments=moments)
    others, extra_eta2 = illustrative_codes(table, plane)
    eta2 = explained_share(inside, codes, plane)
    every = len(masses) if inside.active.all() else 0
    return FactorAnalysis(
        method="acm",
        eigenvalues=inertia_rates(found.eigenvalues, inside.q, every),
        projects=project_cloud(table, plane, coordinates, _squared_distances(everyone, share, masses)),
        codes=join_clouds([codes, *others]),
        numeric=_numbers(table, plane),
        eta2=pd.concat([eta2, *extra_eta2]) if extra_eta2 else eta2,
        n=table.n,
        q=inside.q,
    )


def _cross_products(cells: Floats, rows: Floats) -> Floats:
    """The Burt table in shares: weight of the projects that bear both codes of a pair, shape (J, J)."""
    if rows.min() == rows.max():
        return np.asarray(cells.T @ cells * rows[0])
    scaled = cells * np.sqrt(rows)[:, None]
    return np.asarray(scaled.T @ scaled)


def _scale(share: Floats, masses: Floats) -> Floats:
    return np.divide(np.sqrt(masses), share, out=np.zeros_like(share), where=masses > 0)


def _directions(cells: Floats, rows: Floats, margins: tuple[Floats, Floats, Floats], axes: int) -> Directions:
    """Axes of the codes: from the Burt table, or from the projects when they are few."""
    share, masses, burt = margins
    scale = _scale(share, masses)
    if len(cells) > 2 * len(share):
        return principal_directions((burt - np.outer(share, share)) * np.outer(scale, scale), axes)
    return decompose_scaled(np.sqrt(rows)[:, None] * (cells - share) * scale, axes)


def _squared_distances(everyone: Indicator, share: Floats, masses: Floats) -> Floats:
    """Of every project to the average one, in the metric of the axes."""
    scale = _scale(share, masses)
    squares = everyone.cells if everyone.whole else everyone.cells**2
    return np.asarray(squares @ scale**2 - 2 * (everyone.cells @ (scale**2 * share)) + masses.sum())


def coded_cells(table: ProjectTable) -> Indicator:
    """The disjunctive table of the coded active variables, every project; a code that none in play bears is passive."""
    names = [name for name in table.active.columns if table.kinds[name] in CODED]
    coded = table.active if len(names) == table.active.shape[1] else table.active[names]
    indicator = build_indicator(coded, dict(table.kinds), table.in_play)
    weights = np.where(table.in_play, table.weights, 0.0)
    return replace(indicator, active=indicator.active & (weights @ indicator.cells > 0))


def illustrative_codes(table: ProjectTable, plane: Plane) -> tuple[list[Cloud], list[pd.DataFrame]]:
    """Codes of the illustrative variables on the axes, and the η² of these variables; the unknown is left out."""
    names = [name for name in table.illustrative.columns if table.kinds[name] in CODED]
    if not names:
        return [], []
    indicator = build_indicator(table.illustrative.loc[table.in_play, names], dict(table.kinds))
    indicator = keep_columns(indicator, ~indicator.unknown)
    cloud = code_cloud(indicator, plane, np.zeros(len(indicator.names)), ILLUSTRATIVE)
    return [cloud], [share_explained_by_answers(indicator, plane)]


def _numbers(table: ProjectTable, plane: Plane) -> pd.DataFrame:
    names = [name for name in table.illustrative.columns if table.kinds[name] not in CODED]
    if not names:
        return plane.frame(np.empty((0, len(plane.eigenvalues))), pd.Index([], dtype="str", name="variable"))
    return correlations(table.illustrative.loc[table.in_play, names], plane)


def _refuse_numbers(table: ProjectTable) -> None:
    numeric = [name for name in table.active.columns if table.kinds[name] not in CODED]
    if numeric:
        raise EctError(
            "Variables numériques dans une ACM : {numeric}. Les mettre en variables illustratives, ou utiliser "
            "l’analyse factorielle de données mixtes (build_famd).",
            numeric=name_some(numeric),
        )


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
