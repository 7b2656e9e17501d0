"""How far projects reach one another with and without the intermediary: five definitions of a tie, side by side."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ect_research.analysis.chance import Refusal
from ect_research.analysis.ecosystem.two_mode import TwoMode, component_sizes, pairs_met, pairs_of, reached, two_mode
from ect_research.codebook.codebook import code_for
from ect_research.words import tell

Edges = list[tuple[str, str]]


LEAST_TOLD, LEAST_TIES = 0.8, 30
TABLES = ("toutes", "non_deduites", "sans_financeurs")
"""Definitions that are a table projects × actors, hence can be dealt again at random."""


def tables_by_definition(participations: pd.DataFrame, projects: Collection[str]) -> dict[str, TwoMode]:
    """The two-mode table of each definition of `TABLES`.

    ``participations``: table ``participations``; ``certitude`` and ``role`` are read.
    """
    deduced = participations["certitude"] == code_for("certitude", "deduit")
    funders = participations["role"] == code_for("role", "finance")
    kept = {"toutes": participations, "non_deduites": participations[~deduced.fillna(value=False)],
            "sans_financeurs": participations[~funders.fillna(value=False)]}  # fmt: skip
    return {name: two_mode(rows, projects) for name, rows in kept.items()}


def compare_definitions(tables: Mapping[str, pd.DataFrame], hubs: Collection[str]) -> pd.DataFrame:
    """Share of the pairs of projects that reach one another, with and without the intermediary, by definition of a tie.

    ``toutes``: any participation; ``non_deduites``: those that a source says; ``sans_financeurs``: those that are not
    funding alone; ``avec_liens``: participations and ties between actors; ``dispositif``: a shared programme, and the
    actors of that programme, count too.

    ``tables``: ``participations, projets, liens`` of a corpus; ``hubs``: intermediaries, the actors removed.

    Returns:
        one row per definition: ``definition, lignes`` (project–actor pairs), ``acteurs, paires`` (pairs of projects),
        ``avec, sans`` (share that reach one another, 0–1), ``directes_avec, directes_sans`` (pairs with an actor in
        common), ``groupes_avec, groupes_sans`` (separate groups of projects), ``seuls_sans`` (projects in a group of one).
    """
    projects = [str(code) for code in tables["projets"]["projet_id"]]
    met = tables_by_definition(tables["participations"], projects)
    edges = {name: _edges(table) for name, table in met.items()}
    ties = tables["liens"]
    between = [(f"A:{a}", f"A:{b}") for a, b in zip(ties["acteur_a"], ties["acteur_b"], strict=True)]
    edges["avec_liens"] = edges["toutes"] + between
    edges["dispositif"] = edges["toutes"] + _programmes(tables["projets"], tables["participations"])
    removed = {f"A:{hub}" for hub in hubs}
    lines = []
    for name, known in edges.items():
        table = met.get(name, met["toutes"])
        left = [edge for edge in known if not removed & set(edge)]
        sizes = {"avec": _sizes(known, projects), "sans": _sizes(left, projects)}
        line = {"definition": name, "lignes": int(table.table.sum()), "acteurs": len(table.actors)}
        line |= {"paires": pairs_of(len(projects))}
        line |= {side: reached(found) / max(1, pairs_of(len(projects))) for side, found in sizes.items()}
        line |= {"directes_avec": pairs_met(table.table), "directes_sans": pairs_met(table.without(hubs).table)}
        line |= {f"groupes_{side}": len(found) for side, found in sizes.items()}
        lines.append(line | {"seuls_sans": int((sizes["sans"] == 1).sum())})
    return pd.DataFrame(lines)


def remove_brokered(ties: pd.DataFrame, hubs: Collection[str]) -> dict[str, float] | Refusal:
    """Share of the pairs of actors that reach one another by ties: all, without the intermediary, without what it brokered.

    ``ties``: table ``liens``; `« mise_en_relation »` and ``mediateur_id`` say who put whom in touch.

    Returns ``{"avec", "sans", "sans_ses_liens"}``, shares 0–1; a refusal where fewer than 80 % of the ties say how
    they were made, or there are fewer than 30.
    """
    brokered = ties["mise_en_relation"] == code_for("mise_en_relation", "mediation")
    brokered = brokered.fillna(value=False)
    told = int((ties["mediateur_id"].notna() | (ties["mise_en_relation"].notna() & ~brokered)).sum())
    asked = tell("l’ensemble sans les liens que l’intermédiaire a noués")
    if told < LEAST_TOLD * len(ties) or len(ties) < LEAST_TIES:
        return Refusal(
            asked,
            tell(
                "On ne sait qui a mis en relation que pour {told} des {n} liens (« Médiateur ») ; il en faut {share} %, "
                "sur {least} liens au moins.",
                told=told,
                n=len(ties),
                share=round(100 * LEAST_TOLD),
                least=LEAST_TIES,
            ),
            tell(
                "remplir, dans la feuille « liens », « Mise en relation » (comment A et B se sont connus) et, s’ils l’ont été "
                "par un tiers, « Médiateur » (son code) ; le demander aux deux, pas au seul intermédiaire."
            ),
        )
    pairs = list(zip(ties["acteur_a"], ties["acteur_b"], strict=True))
    actors = sorted({actor for pair in pairs for actor in pair} - set(hubs))
    mine = ties["mediateur_id"].isin(hubs).tolist()
    free = [pair for pair in pairs if not set(pair) & set(hubs)]
    own = [pair for pair, by_hub in zip(pairs, mine, strict=True) if not by_hub and not set(pair) & set(hubs)]
    every = max(1, pairs_of(len(actors)))
    sides = {"avec": pairs, "sans": free, "sans_ses_liens": own}
    return {side: reached(_sizes(known, actors)) / every for side, known in sides.items()}


def _edges(table: TwoMode) -> Edges:
    rows, columns = np.nonzero(table.table)
    return [(table.projects[row], f"A:{table.actors[column]}") for row, column in zip(rows, columns, strict=True)]


def _programmes(projects: pd.DataFrame, participations: pd.DataFrame) -> Edges:
    """A project and its programmes, a programme and its actors."""
    known = projects[projects["dispositif"].notna()] if "dispositif" in projects else projects.iloc[:0]
    mine = [
        (str(project), f"D:{code}")
        for project, codes in zip(known["projet_id"], known.get("dispositif", []), strict=True)
        for code in ((codes,) if isinstance(codes, str) else codes)
    ]
    theirs = participations[participations["dispositif"].notna()]
    return mine + [(f"A:{a}", f"D:{d}") for a, d in zip(theirs["acteur_id"], theirs["dispositif"], strict=True)]


def _sizes(edges: Edges, first: Collection[str]) -> NDArray[np.intp]:
    """Sizes of the components, counted in the nodes named ``first``."""
    names = list(dict.fromkeys([*first, *(node for edge in edges for node in edge)]))
    place = pd.Index(names)
    starts = place.get_indexer(pd.Index([start for start, _ in edges]))
    ends = place.get_indexer(pd.Index([end for _, end in edges]))
    return component_sizes(len(first), [(starts, ends)])
