"""Firms met, and what came of it: a synergy, a project, or nothing that a document tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ect_research.codebook.roles import roles
from ect_research.corpus.stages.project_story import ANNOUNCED

if TYPE_CHECKING:
    from collections.abc import Mapping

_FIRMS = frozenset(roles("categorie_acteur"))
_KINDS = roles("type_evenement")
_COLUMNS = ("acteur_id", "rencontres", "derniere", "dite", "synergies", "projets", "pas")


def find_met_firms(
    tables: Mapping[str, pd.DataFrame], synergies: pd.DataFrame, programme: str, observed_on: pd.Timestamp
) -> pd.DataFrame:
    """Firms that a fact of no project names, what came of it beside them; those of which nothing is told come first.

    ``tables``: ``acteurs, evenements, participations``; ``programme``: code of a programme, to keep its facts; blank
    for all. ``observed_on``: last day observed; a date that goes beyond it is cut there.
    """
    facts = tables["evenements"]
    facts = facts[~facts["type_evenement"].astype("str").isin(ANNOUNCED)]
    met: dict[str, list[Any]] = {}
    projects: dict[str, set[str]] = {}
    for row in facts.to_dict("records"):
        for actor in row["acteur_ids"] if isinstance(row["acteur_ids"], (tuple, list)) else ():
            if isinstance(row["projet_id"], str):
                projects.setdefault(actor, set()).add(row["projet_id"])
            elif row["dispositif"] == programme if programme else _is_met(row):
                met.setdefault(actor, []).append((min(row["date_debut_max"], observed_on), row["date_debut"]))
    parts = tables["participations"]
    for actor, project in zip(parts["acteur_id"], parts["projet_id"], strict=True):
        if isinstance(project, str):
            projects.setdefault(actor, set()).add(project)
    lines = [_line(firm, met[firm], projects.get(firm, set()), synergies) for firm in _firms(tables["acteurs"], met)]
    firms = pd.DataFrame(lines, columns=list(_COLUMNS))
    told = (firms["synergies"].map(len) + firms["projets"].map(len)) > 0
    order = firms.assign(told=told).sort_values(["told", "derniere", "acteur_id"], kind="stable").index
    return firms.loc[order].reset_index(drop=True)


def _is_met(row: Mapping[Any, Any]) -> bool:
    """Whether a fact of no project is a visit, or a fact of some programme."""
    return isinstance(row["dispositif"], str) or _KINDS.get(row["type_evenement"]) == "visite"


def _firms(actors: pd.DataFrame, met: Mapping[str, object]) -> list[str]:
    """Organisations met that are firms, the intermediary apart."""
    category = actors.get("categorie", pd.Series(index=actors.index, dtype="str")).astype("str")
    itself = actors.get("est_intermediaire", pd.Series(index=actors.index, dtype="str")).astype("str") == "oui"
    one = actors["nature"].astype("str") == "organisation"
    return sorted(set(actors.loc[category.isin(_FIRMS) & one & ~itself, "acteur_id"]) & set(met))


def _line(firm: str, days: list[Any], projects: set[str], synergies: pd.DataFrame) -> dict[str, Any]:
    own = synergies[(synergies["detenteur_id"] == firm) | (synergies["preneur_id"] == firm)]
    last, said = max((one for one in days if pd.notna(one[0])), default=(pd.NaT, ""), key=lambda one: one[0])
    step = own["pas"].iloc[0] if len(own) else ""
    return {"acteur_id": firm, "rencontres": len(days), "derniere": last, "dite": said,
            "synergies": tuple(own["ressource_id"]), "projets": tuple(sorted(projects)), "pas": step}  # fmt: skip
