"""A typology with everything that supports it, every number of types side by side, or the refusal in its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.analysis.partition import measure_quality, measure_rank_agreement
from ect_research.analysis.partition.partition_stability import adjusted_rand
from ect_research.analysis.partition.ward import squared_distances
from ect_research.analysis.readable import Readable
from ect_research.analysis.typologies.catdes import TypeDescription, describe_types
from ect_research.analysis.typologies.coordinates import Route, squared_of
from ect_research.analysis.typologies.evidence.dependence import find_dependence
from ect_research.analysis.typologies.evidence.sensitivity import (
    LeaveOneOut,
    NearTies,
    compare_routes,
    count_near_ties,
    leave_one_out,
)
from ect_research.analysis.typologies.evidence.stability import (
    Stability,
    assess_stabilities,
    assess_stability,
    settle_badges,
)
from ect_research.analysis.typologies.evidence.verdicts import (
    NUMBERS_OF_TYPES,
    StructureVerdict,
    Verdict,
    judge_structure,
    knows_something,
)
from ect_research.analysis.typologies.factor_result import FactorAnalysis
from ect_research.analysis.typologies.hierarchy import (
    Hierarchy,
    Typology,
    build_hierarchy,
    project_points,
)
from ect_research.analysis.typologies.mca import build_famd, build_mca
from ect_research.analysis.typologies.tables.answer_table import CODED, ProjectTable
from ect_research.analysis.typologies.tables.answers import answers_of
from ect_research.analysis.typologies.tables.missing_answers import MissingAudit, audit_missing
from ect_research.words import Sentence, tell


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

    ``route``: how projects are placed, as in `project_points`; ``numbers``: numbers of types; those above n − 1 or
    above the number of different profiles are left out. ``verdict``: of `judge_structure`, which badges need; without
    it no type is called ``solide``.

    Raises:
        EctError: as `project_points`.
    """
    points = project_points(table, route=route)
    tree = build_hierarchy(points)
    squared = squared_distances(points.to_numpy())
    rows, stabilities = [], {}
    possible = [k for k in numbers if 2 <= k < len(points) and k <= tree.profiles]
    for k, stability in assess_stabilities(table, possible, route=route, seed=seed).items():
        typology = stability.typology
        held = stabilities[k] = settle_badges(stability, verdict)
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


@dataclass(frozen=True)
class TypeStudy(Readable):
    """A typology and its evidence.

    Attributes:
        table: the projects and variables.
        route: how projects are placed.
        analysis: axes of the codes (with the numbers when there are some).
        hierarchy: the tree.
        stability: the types, their badges, the certainty of the projects.
        verdict: no structure, continuum or types, in a sentence, and the variables that command one another.
        followups: variables that make sense for some codes of an active one only: described, but without a part in the types.
        dossier: other numbers of types.
        influence: projects that hold the typology.
        ties: other partitions almost as good, or why they were not counted.
        routes: agreement with other routes, and without each variable.
        audit: types against holes.
        description: what sets each type apart.
    """

    exhibits = ("show_type_study", "verdict", "mots", "controles")

    table: ProjectTable
    route: Route
    analysis: FactorAnalysis
    hierarchy: Hierarchy
    stability: Stability
    verdict: StructureVerdict
    followups: tuple[str, ...]
    dossier: Dossier
    influence: LeaveOneOut
    ties: NearTies | Refusal
    routes: pd.DataFrame
    audit: MissingAudit
    description: TypeDescription

    @property
    def typology(self) -> Typology:
        """The types."""
        return self.stability.typology

    @property
    def passive(self) -> pd.DataFrame:
        """Projects placed afterwards, axes 1 and 2; none on route ``gower``, or when they know nothing."""
        places = self.analysis.projects.coordinates
        answered = self.table.known.any(axis=1) & ~self.table.in_play
        shown = places.loc[answered.to_numpy(), [axis for axis in (1, 2) if axis in places.columns]]
        return shown.iloc[:0] if self.route == "gower" else shown

    @property
    def n(self) -> int:
        """Projects in play."""
        return self.stability.n


def build_type_study(
    table: ProjectTable | Refusal,
    k: int,
    *,
    route: Route = "acm",
    numbers: Sequence[int] = NUMBERS_OF_TYPES,
    insisted: Sequence[str] = (),
    seed: int = 20160,
) -> TypeStudy | Refusal:
    """Make k types and everything that says what they can bear.

    Args:
        table: from `choose_documented` or `prepare_table`, with at least one coded active variable; a refusal is handed
            back.
        k: number of types, chosen by people: see ``dossier``.
        route: how projects are placed, as in `project_points`.
        numbers: numbers of types set side by side.
        insisted: variables that stay active, as facts of their own, although another commands them; else the follow-ups of
            a filter are never active together with it, and a project that knows nothing else has no part in the types.
        seed: of everything drawn.

    Returns:
        the study, or a refusal when a filter and its follow-ups are all there is, or there are fewer profiles than types.

    Raises:
        EctError: as `project_points` and `cut_types`; so are unequal weights, which the evidence does not know: each
            project counts for one in the draws, the shuffles and the gradients.
    """
    if isinstance(table, Refusal):
        return table
    followups = find_dependence(table, insisted=insisted).followups
    if followups and table.active.shape[1] - len(followups) < 2:
        kept = ", ".join(str(name) for name in table.active.columns if name not in followups)
        return _refused(
            tell(
                "« {kept} » commande toutes les autres variables actives ({followups}) : les types en seraient les codes.",
                kept=kept,
                followups=tuple(followups),
            )
        )
    only_followups = table.known.any(axis=1).to_numpy() & ~knows_something(table, followups)
    table = replace(table, in_play=table.in_play & ~only_followups)
    verdict = judge_structure(table, route=route, insisted=insisted, seed=seed)
    followups = verdict.dependence.followups
    table = replace(
        table,
        active=table.active.drop(columns=list(followups)),
        illustrative=pd.concat([table.illustrative, table.active[list(followups)]], axis=1),
    )
    tree = build_hierarchy(project_points(table, route=route))
    if tree.profiles < k:
        return _refused(tell("{n} profils différents de projets pour {k} types.", n=tree.profiles, k=k))
    numeric = any(table.kinds[name] not in CODED for name in table.active.columns)
    dossier = build_dossier(table, route=route, numbers=numbers, verdict=verdict.verdict, seed=seed)
    stability = dossier.stabilities.get(k) or settle_badges(
        assess_stability(table, k, route=route, seed=seed), verdict.verdict
    )
    names = stability.typology.points.index
    distances = pd.DataFrame(np.sqrt(squared_of(answers_of(table), route)), index=names, columns=names)
    return TypeStudy(
        table=table,
        route=route,
        analysis=build_famd(table) if numeric else build_mca(table),
        hierarchy=tree,
        stability=stability,
        verdict=verdict,
        followups=followups,
        dossier=dossier,
        influence=leave_one_out(stability.typology),
        ties=count_near_ties(distances, k),
        routes=compare_routes(table, k, route=route),
        audit=audit_missing(table, stability.typology.types),
        description=describe_types(table, stability.typology.types),
    )


def _refused(why: Sentence) -> Refusal:
    remedy = tell("ajouter des variables qui ont un sens pour tous les projets.")
    return Refusal(tell("la typologie des projets"), why, remedy)
