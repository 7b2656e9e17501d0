"""How far the distances depend on choices, and whether they go with traits of the projects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.analysis.partition import measure_discrepancy
from ect_research.analysis.trajectories.distances.sequence_distances import compare_distances

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ect_research.analysis.trajectories.distances.sequence_distances import Distances


def describe_distances(distances: Sequence[Distances]) -> pd.DataFrame:
    """One row per way of measuring, the first one being the reference.

    Args:
        distances: of the same projects.

    Returns:
        ``methode, couts, norme, n, differentes`` (distinct sequences), ``lien_longueur`` (correlation of the distance with
        the difference in observed length: far from 0, the distance tells who was followed longest), ``accord``
        (correlation with the reference: near 1, the choice hardly matters), ``triangle`` (three states whose detour costs
        less than the direct change, "" when there are none).

    Raises:
        EctError: distances between different projects.

    >>> from ect_research.analysis.trajectories.sequences.coded_sequences import code_sequences
    >>> from ect_research.analysis.trajectories.distances.sequence_distances import build_distances
    >>> rows = [list("aabb"), ["a", "b", None, None], list("abbb")]
    >>> told = code_sequences(pd.DataFrame(rows, index=["P1", "P2", "P3"]), ["a", "b"])
    >>> describe_distances([build_distances(told), build_distances(told, method="LCS")])["methode"].tolist()
    ['OM', 'LCS']
    """
    agreement = compare_distances(distances).to_numpy()[0]
    return pd.DataFrame(
        {
            "methode": [one.method for one in distances],
            "couts": [one.costs for one in distances],
            "norme": [one.norm for one in distances],
            "n": [one.n for one in distances],
            "differentes": [one.unique for one in distances],
            "lien_longueur": [one.length_correlation for one in distances],
            "accord": agreement,
            "triangle": [" → ".join(one.triangle_broken or ()) for one in distances],
        }
    )


def explain_distances(
    distances: Distances | Refusal,
    projects: pd.DataFrame,
    traits: Sequence[str],
    *,
    permutations: int = 999,
    seed: int = 20160,
) -> pd.DataFrame | Refusal:
    """Share of the discrepancy between trajectories that each trait of the projects explains (pseudo-R²).

    Args:
        distances: between the trajectories; a refusal is handed back.
        projects: table ``projets``.
        traits: its columns, each with one value per project.
        permutations: shuffles of each trait between projects.
        seed: of the shuffles.

    Returns:
        one row per trait: ``trait, n`` (projects whose value is known), ``sans_valeur, r2`` (0–1), ``r2_hasard`` (mean over
        the shuffles: what a trait without bearing gets), ``p``, ``refus`` and ``refus_en`` (why the share is not computed,
        "" when it is). Several traits are several tests: read the smallest ``p`` accordingly.

    Source:
        as `measure_discrepancy`.

    >>> from ect_research.analysis.trajectories.sequences.coded_sequences import code_sequences
    >>> told = code_sequences(pd.DataFrame([list("aabb"), list("abbb"), list("aaab")] * 2, index=list("ABCDEF")), ["a", "b"])
    >>> from ect_research.analysis.trajectories.distances.sequence_distances import build_distances
    >>> traits = pd.DataFrame({"projet_id": list("ABCDEF"), "accompagne": ["oui", "non"] * 3})
    >>> explain_distances(build_distances(told), traits, ["accompagne"], permutations=9)[["n", "refus"]].values.tolist()
    [[6, '']]
    """
    if isinstance(distances, Refusal):
        return distances
    table = projects.set_index("projet_id").reindex(list(distances.names))
    lines = []
    for trait in traits:
        found = measure_discrepancy(distances.matrix, table[trait], permutations=permutations, seed=seed)
        known = int(table[trait].notna().sum())
        line: dict[str, object] = {"trait": trait, "n": known, "sans_valeur": len(table) - known}
        if isinstance(found, Refusal):
            line |= {"r2": np.nan, "r2_hasard": np.nan, "p": np.nan}
            line |= {"refus": str(found.reason), "refus_en": found.reason.sentence("en")}
        else:
            line |= {"r2": found.r2, "r2_hasard": found.expected_r2, "p": found.p_value, "refus": "", "refus_en": ""}
        lines.append(line)
    return pd.DataFrame(lines)
