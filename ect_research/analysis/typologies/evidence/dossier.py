"""Every number of types side by side, so that people choose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ect_research.analysis.partition import measure_quality, measure_rank_agreement
from ect_research.analysis.partition.agreement import adjusted_rand
from ect_research.analysis.partition.ward import squared_distances
from ect_research.analysis.typologies.evidence.sensitivity import leave_one_out
from ect_research.analysis.typologies.evidence.stability import assess_stability, settle_badges
from ect_research.analysis.typologies.types.hierarchy import build_hierarchy, cut_types, project_points

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ect_research.analysis.typologies.evidence.stability import Stability
    from ect_research.analysis.typologies.evidence.verdicts import Verdict
    from ect_research.analysis.typologies.factors.coordinates import Route
    from ect_research.analysis.typologies.tables.answer_table import ProjectTable

NUMBERS_OF_TYPES = (2, 3, 4, 5, 6)


@dataclass(frozen=True)
class Dossier:
    """What each number of types gives.

    Attributes:
        numbers: one row per k: ``k, effectifs`` (tuple, largest first), ``inertie`` (share between types, 0–1),
            ``gain`` (of the last cut), ``solides, stables, fragiles, hasard`` (types by badge), ``moins_stable`` (lowest mean
            Jaccard), ``consolidation`` (adjusted Rand index between the cut and the consolidated types),
            ``deplaces_max`` (projects moved by the most influential one), and the quality indices ``ASW, PBC, HG,
            HGSD, HC, CH, R2`` on the distances between projects.
        stabilities: by k.
        n: projects.
    """

    numbers: pd.DataFrame
    stabilities: dict[int, Stability]
    n: int


def build_dossier(
    table: ProjectTable,
    *,
    route: Route = "gower",
    numbers: Sequence[int] = NUMBERS_OF_TYPES,
    verdict: Verdict = "continuum",
    seed: int = 20160,
) -> Dossier:
    """Put the numbers of types side by side; none is chosen.

    Args:
        table: from `prepare_table`.
        route: how projects are placed, as in `project_points`.
        numbers: numbers of types; those above n − 1 or above the number of different profiles are left out.
        verdict: of `judge_structure`, which badges need; without it no type is called ``solide``.
        seed: of the draws.

    Raises:
        EctError: as `project_points`.
    """
    points = project_points(table, route=route)
    tree = build_hierarchy(points)
    squared = squared_distances(points.to_numpy())
    rows, stabilities = [], {}
    for k in [k for k in numbers if 2 <= k < len(points) and k <= tree.profiles]:
        typology = cut_types(tree, k)
        held = settle_badges(assess_stability(table, k, route=route, seed=seed), verdict)
        stabilities[k] = held
        labels = typology.types.to_numpy() - 1
        quality = measure_quality(np.sqrt(squared), labels) | measure_rank_agreement(np.sqrt(squared), labels)
        badges = held.types["badge"].value_counts()
        rows.append(
            {
                "k": k,
                "effectifs": tuple(sorted(np.bincount(labels).tolist(), reverse=True)),
                "inertie": typology.explained,
                "gain": float(tree.gains[k - 2]),
                "solides": int(badges.get("solide", 0)),
                "stables": int(badges.get("stable", 0)),
                "fragiles": int(badges.get("fragile", 0)),
                "hasard": int(badges.get("hasard", 0)),
                "moins_stable": float(held.types["jaccard"].min()),
                "consolidation": adjusted_rand(labels, typology.tree_types.to_numpy() - 1),
                "deplaces_max": int(leave_one_out(typology).projects["deplaces"].max()),
                **{name: quality[name] for name in ("ASW", "PBC", "HG", "HGSD", "HC", "CH", "R2")},
            }
        )
    return Dossier(pd.DataFrame(rows), stabilities, len(points))
