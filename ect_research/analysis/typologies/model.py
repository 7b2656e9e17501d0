"""What a factor analysis hands over: clouds of projects and of codes, on the same axes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pandas as pd

if TYPE_CHECKING:
    from ect_research.analysis.typologies.indicator import Missing

ACTIVE = "actif"
PASSIVE = "passif"
ILLUSTRATIVE = "illustratif"


@dataclass(frozen=True)
class Cloud:
    """Points on the axes: columns of every frame are the axes, from 1.

    Attributes:
        coordinates: principal coordinates.
        contributions: share of the axis due to the point, in %; NaN for a point that does not weigh.
        cos2: quality of representation on each axis, 0–1.
        v_tests: test-values (about normal(0, 1) if the code were dealt at random); empty for projects.
        sizes: number of projects (weighted) of a code, weight of a project.
        roles: ``actif``, ``passif`` (of an active variable, does not weigh) or ``illustratif``.
    """

    coordinates: pd.DataFrame
    contributions: pd.DataFrame
    cos2: pd.DataFrame
    v_tests: pd.DataFrame
    sizes: pd.Series
    roles: pd.Series


@dataclass(frozen=True)
class FactorAnalysis:
    """Result of a multiple correspondence analysis (``acm``) or of a factor analysis of mixed data (``afdm``).

    Attributes:
        method: ``acm`` or ``afdm``.
        eigenvalues: one row per axis with inertia: ``axe, valeur_propre, taux, cumul, taux_benzecri,
            taux_greenacre`` (rates in %; adjusted ones NaN where they have no meaning).
        projects: index ``projet_id``.
        codes: index ``(variable, code)``.
        numeric: correlation of each numeric variable with each axis; index ``variable``.
        eta2: share of each axis explained by each coded variable, 0–1; index ``variable``.
        n: projects in play.
        q: active variables.
        missing: treatment of the unknown.
    """

    method: Literal["acm", "afdm"]
    eigenvalues: pd.DataFrame
    projects: Cloud
    codes: Cloud
    numeric: pd.DataFrame
    eta2: pd.DataFrame
    n: int
    q: int
    missing: Missing


def describe_axis(analysis: FactorAnalysis, axis: int) -> pd.DataFrame:
    """The codes of one axis, the largest contributions first, then those that do not weigh.

    Returns:
        ``variable, code, role, effectif, coordonnee, contribution, cos2, valeur_test, au_dessus`` (whether the
        contribution is above the mean of the codes that weigh).
    """
    codes = analysis.codes
    contribution = codes.contributions[axis]
    frame = pd.DataFrame(
        {
            "role": codes.roles,
            "effectif": codes.sizes,
            "coordonnee": codes.coordinates[axis],
            "contribution": contribution,
            "cos2": codes.cos2[axis],
            "valeur_test": codes.v_tests[axis],
            "au_dessus": contribution > 100 / max(int(contribution.notna().sum()), 1),
        }
    )
    return frame.sort_values("contribution", ascending=False, kind="stable", na_position="last").reset_index()
