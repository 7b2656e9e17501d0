"""What the intermediary does, by the stage that projects have reached; and the network year by year."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ect_research.analysis.ecosystem.two_mode import pairs_of, pairs_reached, two_mode

if TYPE_CHECKING:
    from collections.abc import Collection

NO_STAGE = ""


def count_roles(
    projects: pd.DataFrame, participations: pd.DataFrame, episodes: pd.DataFrame, hubs: Collection[str]
) -> pd.DataFrame:
    """Projects by role of the intermediary and last stage opened.

    ``projects``: table ``projets``: ``role_intermediaire``, codes of what it did; ``participations``: table
    ``participations``: the roles of the intermediary itself; ``episodes``: ``frame`` of `derive_episodes`:
    ``projet_id, etape, rang``, in order.

    Returns:
        ``origine`` (``role_intermediaire, role``: the list of the code), ``code, etape`` (``""`` where no dated fact opens
        one), ``projets`` (their identifiers, sorted), ``n``.
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

    Returns:
        ``annee, nouvelles`` (participations that begin in that year, whatever their date leaves open within it),
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
