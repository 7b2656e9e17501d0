"""Ecosystem or juxtaposition: the whole reading of a register's network, its refusals, roles and years."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.analysis.ecosystem.cohesion import Cohesion, find_hinges, judge_cohesion
from ect_research.analysis.ecosystem.definitions import compare_definitions, remove_brokered, tables_by_definition
from ect_research.analysis.ecosystem.sector_mixing import (
    SectorMixing,
    betweenness,
    build_sector_mixing,
    burt_constraint,
    gould_fernandez,
    newman_weights,
)
from ect_research.analysis.ecosystem.two_mode import TwoMode, lay_out, pairs_of, pairs_reached, two_mode
from ect_research.analysis.readable import Readable
from ect_research.codebook.codebook import code_for, roles
from ect_research.words import tell, tell_n

FEWEST_PROJECTS = 10
NO_STAGE = ""


@dataclass(frozen=True)
class Ecosystem(Readable):
    """Projects and actors of a register, with and without the intermediary, beside chance.

    Attributes:
        network: projects × actors, by every participation kept.
        hubs: intermediaries: the actors that the register says are one.
        definitions: share of pairs of projects that reach one another, with and without, by definition of a tie.
        brokered: the same without the ties that the intermediary made, or why this cannot be said.
        cohesion: verdict and measures beside chance, by definition that is a table.
        again: pairs of actors together in two projects or more, without the intermediary: ``a, b, projets``.
        shared: what else projects have in common: ``lien`` (``ressource``: pairs of projects with one resource;
            ``concurrence``: ties told as competition or tension), ``compte, connus`` (rows that say), ``lignes``.
        sectors: ties within and across sectors, or a refusal.
        actors: one row per actor, the most central first: ``acteur_id, projets, intermediaire, intermediarite``
            (betweenness), ``contrainte`` (NaN: meets nobody), ``w_I, w_O, b_IO, b_OI, b_O, t``.
        layout: where to draw each node, the same with and without.
        years: the network year by year.
        undated: participations in a project that no year holds.
        roles: projects by role of the intermediary and last stage opened.
        cells: ``projet_id, acteur_id, deduit`` (whether every row that says it is deduced).
        left_out: participations below the certainty asked.
        draws: tables dealt at random.
        seed: of the lots.
        sources: documents of the participations kept.
        n: projects.
    """

    exhibits = ("show_ecosystem", "dessin", "definitions", "hasard", "secteurs", "roles", "acteurs")

    network: TwoMode
    hubs: tuple[str, ...]
    definitions: pd.DataFrame
    brokered: dict[str, float] | Refusal
    cohesion: dict[str, Cohesion]
    again: pd.DataFrame
    shared: pd.DataFrame
    sectors: SectorMixing | Refusal
    actors: pd.DataFrame
    layout: pd.DataFrame
    years: pd.DataFrame
    undated: int
    roles: pd.DataFrame
    cells: pd.DataFrame
    left_out: int
    draws: int
    seed: int
    sources: tuple[object, ...]
    n: int

    @property
    def without(self) -> TwoMode:
        """The network, the intermediary removed."""
        return self.network.without(self.hubs)


def build_ecosystem(
    tables: Mapping[str, pd.DataFrame], episodes: pd.DataFrame, *, certainty: str = "", draws: int = 999, seed: int = 0
) -> Ecosystem | Refusal:
    """Read the network of a register: who is in which project, what holds without the intermediary, what chance gives.

    Args:
        tables: ``participations, projets, acteurs, liens, ressources`` of a corpus.
        episodes: ``frame`` of the episodes of its projects (`derive_episodes`).
        certainty: least certainty of a participation (list ``certitude``); all when blank.
        draws: tables dealt at random, margins kept.
        seed: of the lots.

    Returns:
        the reading; a refusal below ten projects with an actor, or where no actor is said to be the intermediary.

    Raises:
        EctError: no draw.

    >>> import ect_research as ect
    >>> study = ect.open_study("pays-ledonien")
    >>> told = build_ecosystem(study.corpus.tables, study.episodes().frame, draws=19)
    >>> told.n, told.hubs
    (28, ('A-clusterjura',))
    """
    rows = tables["participations"]
    rows = rows[rows["projet_id"].notna()]
    kept = rows[rows["certitude"].isna() | (rows["certitude"].astype("str") >= certainty)] if certainty else rows
    hubs = _intermediaries(tables["acteurs"])
    refusal = _refuse(kept, hubs)
    if refusal:
        return refusal
    projects = [str(code) for code in tables["projets"]["projet_id"]]
    programme = tables["participations"]["projet_id"].isna()
    known = {**tables, "participations": pd.concat([kept, tables["participations"][programme]])}
    met = tables_by_definition(kept, projects)
    whole, without = met["toutes"], met["toutes"].without(hubs)
    judged = {name: judge_cohesion(table, table.without(hubs), draws=draws, seed=seed) for name, table in met.items()}
    judged["toutes"] = find_hinges(whole, without, judged["toutes"], seed=seed)
    undated = int(kept["date_debut_max"].isna().sum()) if "date_debut_max" in kept else len(kept)
    return Ecosystem(
        network=whole,
        hubs=hubs,
        definitions=compare_definitions(known, hubs),
        brokered=remove_brokered(tables["liens"], hubs),
        cohesion=judged,
        again=_met_again(without),
        shared=_shared(tables),
        sectors=build_sector_mixing(without, tables["acteurs"], draws=draws, seed=seed),
        actors=_places(whole, tables["acteurs"], hubs),
        layout=lay_out(without),
        years=follow_years(kept, projects, hubs),
        undated=undated,
        roles=count_roles(tables["projets"], kept, episodes, hubs),
        cells=_cells(kept),
        left_out=len(rows) - len(kept),
        draws=draws,
        seed=seed,
        sources=tuple(kept["source_id"]) if "source_id" in kept else (),
        n=len(projects),
    )


def _intermediaries(actors: pd.DataFrame) -> tuple[str, ...]:
    if "est_intermediaire" not in actors:
        return ()
    return tuple(actors.loc[(actors["est_intermediaire"] == "oui").fillna(value=False), "acteur_id"].astype(str))


def _refuse(rows: pd.DataFrame, hubs: Collection[str]) -> Refusal | None:
    asked, found = tell("l’écosystème des projets"), rows["projet_id"].nunique()
    if found < FEWEST_PROJECTS:
        return Refusal(
            asked,
            tell_n("{n} projet a un acteur connu, il en faut {least}.", "{n} projets ont un acteur connu, il en faut {least}.",
                   found, least=FEWEST_PROJECTS),
            tell("saisir dans « participations » une ligne par acteur de chaque projet, sans s’arrêter à ceux que "
                 "l’intermédiaire a amenés."),
        )  # fmt: skip
    if not hubs:
        return Refusal(
            asked,
            tell("Aucun acteur n’est dit l’intermédiaire : rien à retirer."),
            tell("écrire « oui » dans « Intermédiaire territorial » de la feuille « acteurs »."),
        )
    return None


def _cells(rows: pd.DataFrame) -> pd.DataFrame:
    deduced = (rows["certitude"] == code_for("certitude", "deduit")).fillna(value=False)
    known = rows.assign(deduit=deduced.astype(bool))
    return known.groupby(["projet_id", "acteur_id"], sort=True)["deduit"].all().reset_index()


def _met_again(network: TwoMode) -> pd.DataFrame:
    """Pairs of actors together in two projects or more, those most often together first."""
    busy = [place for place in range(len(network.actors)) if network.table[:, place].sum() > 1]
    lines = []
    for a, b in combinations(busy, 2):
        both = np.flatnonzero(network.table[:, a] & network.table[:, b])
        if len(both) > 1:
            names = tuple(network.projects[place] for place in both)
            lines.append({"a": network.actors[a], "b": network.actors[b], "projets": names})
    frame = pd.DataFrame(lines, columns=["a", "b", "projets"])
    return frame.iloc[sorted(range(len(frame)), key=lambda place: -len(frame["projets"].iloc[place]))].reset_index(
        drop=True
    )


def _shared(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    resources, ties = tables["ressources"], tables["liens"]
    owners = resources.dropna(subset=["projet_id"]).drop_duplicates(["ressource_id", "projet_id"])
    each = owners.groupby("ressource_id")["projet_id"].nunique()
    hard = {code for code, role in roles("valence").items() if role == "conflit"}
    valence = ties["valence"] if "valence" in ties else pd.Series(index=ties.index, dtype="object")
    return pd.DataFrame(
        {
            "lien": ["ressource", "concurrence"],
            "compte": [int((each * (each - 1) // 2).sum()), int(valence.isin(hard).sum())],
            "connus": [len(owners), int(valence.notna().sum())],
            "lignes": [len(resources.drop_duplicates(["ressource_id", "projet_id"])), len(ties)],
        }
    )


def _places(network: TwoMode, actors: pd.DataFrame, hubs: Collection[str]) -> pd.DataFrame:
    ties = newman_weights(network.table) > 0
    sector = actors.set_index("acteur_id").get("secteur", pd.Series(dtype="object"))
    groups = sector.reindex(list(network.actors)).astype("str").fillna("")
    frame = pd.DataFrame(
        {
            "acteur_id": list(network.actors),
            "projets": network.table.sum(axis=0),
            "intermediaire": [actor in hubs for actor in network.actors],
            "intermediarite": betweenness(ties),
            "contrainte": burt_constraint(ties.astype(float)),
        }
    )
    frame = pd.concat([frame, gould_fernandez(ties, list(groups))], axis=1)
    return frame.sort_values(["intermediarite", "projets", "acteur_id"], ascending=[False, False, True]).reset_index(
        drop=True
    )


def count_roles(
    projects: pd.DataFrame, participations: pd.DataFrame, episodes: pd.DataFrame, hubs: Collection[str]
) -> pd.DataFrame:
    """Projects by role of the intermediary and last stage opened.

    ``projects``: table ``projets``: ``role_intermediaire``, codes of what it did; ``participations``: table
    ``participations``: the roles of the intermediary itself; ``episodes``: ``frame`` of `derive_episodes`:
    ``projet_id, etape, rang``, in order.

    Returns ``origine`` (``role_intermediaire, role``: the list of the code), ``code, etape`` (``""`` where no dated
    fact opens one), ``projets`` (their identifiers, sorted), ``n``.
    """
    stage = episodes.groupby("projet_id")["etape"].last()
    lines = []
    if "role_intermediaire" in projects:
        for project, codes in projects.set_index("projet_id")["role_intermediaire"].dropna().items():
            lines += [("role_intermediaire", code, project) for code in ((codes,) if isinstance(codes, str) else codes)]
    mine = participations[participations["acteur_id"].isin(hubs) & participations["projet_id"].notna()]
    lines += [("role", str(role), str(project)) for role, project in zip(mine["role"], mine["projet_id"], strict=True)]
    told = pd.DataFrame(lines, columns=["origine", "code", "projet"]).drop_duplicates()
    told["etape"] = told["projet"].map(stage).astype("object").fillna(NO_STAGE)
    grouped = told.groupby(["origine", "code", "etape"], sort=True)["projet"]
    lines_of = [(*key, tuple(sorted(known))) for key, known in grouped]
    frame = pd.DataFrame(lines_of, columns=["origine", "code", "etape", "projets"])
    return frame.assign(n=[len(names) for names in frame["projets"]])


def follow_years(participations: pd.DataFrame, projects: Collection[str], hubs: Collection[str]) -> pd.DataFrame:
    """The network year by year: what begins in each year, and all that has begun by its end.

    ``participations``: table ``participations``: ``date_debut_min, date_debut_max``; undated rows are in no year.

    Returns ``annee, nouvelles`` (participations that begin in that year, whatever their date leaves open within it),
    ``cumul`` (begun by its end for sure), ``projets, acteurs`` (met by then), ``avec, sans`` (share of pairs of all
    projects that reach one another through what has begun). No row without a date.
    """
    rows = participations[participations["projet_id"].notna()]
    if "date_debut_max" not in rows or rows["date_debut_max"].notna().sum() == 0:
        return pd.DataFrame(columns=["annee", "nouvelles", "cumul", "projets", "acteurs", "avec", "sans"])
    known = rows[rows["date_debut_max"].notna()]
    last = known["date_debut_max"].dt.year
    within = (known["date_debut_min"].dt.year == last).fillna(value=False)
    lines = []
    for year in range(int(last.min()), int(last.max()) + 1):
        met = two_mode(known[last <= year], projects)
        every = max(1, pairs_of(len(met.projects)))
        lines.append(
            {
                "annee": year,
                "nouvelles": int((within & (last == year)).sum()),
                "cumul": int((last <= year).sum()),
                "projets": int(met.table.any(axis=1).sum()),
                "acteurs": len(met.actors),
                "avec": pairs_reached(met.table) / every,
                "sans": pairs_reached(met.without(hubs).table) / every,
            }
        )
    return pd.DataFrame(lines)
