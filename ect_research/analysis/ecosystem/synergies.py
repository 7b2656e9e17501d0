"""Synergies: what one organisation could give and another take, how far each went, flows by unit, what came of the firms met."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.analysis.readable import Readable
from ect_research.codebook.codebook import code_for, families, roles
from ect_research.corpus.stages.project_story import ANNOUNCED
from ect_research.words import tell

STEPS = ("detectee", "etudiee", "testee", "active", "arretee")
"""How far a synergy went, as the last state told of its resource says."""
_SHOWN = ("active", "testee", "etudiee", "detectee", "arretee")
_STEP_OF = families("etat_ressource")
_MATERIAL = code_for("type_ressource", "matiere")
_ENDS = ("detenteur_id", "preneur_id")
_TOLD = (*_ENDS, "flux", "unite", "lieu_insee", "libelle", "projet_id", "type_ressource")
_FIRMS = frozenset(roles("categorie_acteur"))
_KINDS = roles("type_evenement")
_WHOLE, _SHARES = families("unite_flux"), {"millieme": 0.001}
_SHARE_OF = {unit: _SHARES[role] for unit, role in roles("unite_flux").items()}
_COLUMNS = ("acteur_id", "rencontres", "derniere", "dite", "synergies", "projets", "pas")
OTHERS, UNTOLD = "+", ""
MOST_NAMED = 12
_NAMED_AT_MOST = 5


@dataclass(frozen=True)
class Synergies(Readable):
    """Resources that one organisation gives and another takes, or could.

    Attributes:
        table: one row per synergy: ``ressource_id, libelle, projet_id, flux`` (category of material), ``detenteur_id,
            preneur_id, quantite, unite`` (last told, kilograms in tonnes), ``unite_dite`` (as told), ``pas`` (of `STEPS`),
            ``plus_loin`` (the furthest ever told),
            ``depuis_min, depuis_max`` (date of the last state dated), ``epci`` (of the place of the resource, else of the
            holder, else of the taker), ``commune_de, commune_vers`` (of the holder, of the taker), ``etats`` (rows read).
        firms: one row per firm met, the longest without news first: ``acteur_id, rencontres`` (visits and facts of a
            programme that name it and no project), ``derniere, dite`` (latest day of the last dated one, and as typed),
            ``synergies, projets`` (codes), ``pas`` (furthest step of its synergies).
        flows: from giver to taker, by unit (`find_flows`), or why there is none.
        observed_on: last day observed.
        sources: documents.
        n: synergies.
    """

    exhibits = ("show_synergies", "epci", "echanges", "entreprises")

    table: pd.DataFrame
    firms: pd.DataFrame
    flows: pd.DataFrame | Refusal
    observed_on: pd.Timestamp
    sources: tuple[object, ...]
    n: int


def build_synergies(
    tables: Mapping[str, pd.DataFrame], epci_of: Mapping[str, str], *, observed_on: pd.Timestamp, programme: str = ""
) -> Synergies | Refusal:
    """Gather the synergies that the resources tell of, and the firms met.

    A synergy is a resource of material, or one of which a flow, a holder or a taker is told.

    Args:
        tables: ``ressources, acteurs, projets, evenements, participations``.
        epci_of: code of a commune → name of its EPCI (``Basemap.epci_of``).
        observed_on: last day observed.
        programme: code of a programme, to keep its projects' resources and its facts; blank for all.

    >>> import ect_research as ect
    >>> study = ect.open_study("pays-ledonien")
    >>> names = ("ressources", "acteurs", "projets", "evenements", "participations")
    >>> tables = {name: study.table(name) for name in names}
    >>> told = build_synergies(tables, {}, observed_on=study.context.observed_on)
    >>> bool(told.n), int(told.table["quantite"].notna().sum())
    (True, 0)
    """
    asked = tell("les gisements et les synergies")
    rows = _rows_of(tables, programme)
    if rows is None:
        return Refusal(
            tell("le dispositif « {code} »", code=programme),
            tell("Aucune ligne de projets ni d’evenements ne porte ce dispositif."),
            tell("choisir un code de la liste dispositif, ou laisser vide."),
        )
    if rows.empty:
        return Refusal(
            asked,
            tell("Aucune ligne de « ressources » ne dit un gisement, un flux, un détenteur ou un preneur."),
            tell(
                "saisir dans « ressources » une ligne par gisement repéré : libellé, flux de matière, détenteur, état, date."
            ),
        )
    table = _table(rows, tables["acteurs"], epci_of)
    firms = find_met_firms(tables, table, programme, observed_on)
    sources = tuple(dict.fromkeys(rows["source_id"]))
    return Synergies(table, firms, find_flows(table), observed_on, sources, len(table))


def _rows_of(tables: Mapping[str, pd.DataFrame], programme: str) -> pd.DataFrame | None:
    """Rows of the synergies; None for a programme that nobody has."""
    rows = tables["ressources"].reindex(
        columns=list(dict.fromkeys([*tables["ressources"].columns, *_TOLD, "quantite"]))
    )
    said = rows[["flux", *_ENDS]].notna().any(axis=1) | (rows["type_ressource"].astype("str") == _MATERIAL)
    found = rows[rows["ressource_id"].isin(rows.loc[said, "ressource_id"])]
    if not programme:
        return found
    projects = [
        name
        for name, codes in zip(tables["projets"]["projet_id"], tables["projets"]["dispositif"], strict=True)
        if isinstance(codes, (tuple, list)) and programme in codes
    ]
    if not projects and not (tables["evenements"]["dispositif"].astype("str") == programme).any():
        return None
    return found[found["projet_id"].isin(projects)]


def _table(rows: pd.DataFrame, actors: pd.DataFrame, epci_of: Mapping[str, str]) -> pd.DataFrame:
    towns = dict(zip(actors["acteur_id"], actors["commune_insee"], strict=True)) if "commune_insee" in actors else {}
    lines = [_line(str(name), story) for name, story in rows.groupby("ressource_id", sort=True)]
    table = pd.DataFrame(lines)
    for end, place in zip(_ENDS, ("commune_de", "commune_vers"), strict=True):
        table[place] = table[end].map(towns)
    where = table["lieu_insee"].fillna(table["commune_de"]).fillna(table["commune_vers"])
    table["epci"] = where.map(epci_of).astype("str")
    rank = table["pas"].map(_SHOWN.index)
    order = table.assign(rang=rank).sort_values(["rang", "libelle"], kind="stable").index
    return table.loc[order].drop(columns="lieu_insee").reset_index(drop=True)


def _line(name: str, story: pd.DataFrame) -> dict[str, Any]:
    """The last value told of each column, by date when every row has one, else in the order of the sheet.

    The last state too, else by its rank.
    """
    day = story["date_max"].fillna(story["date_min"])
    if day.notna().all():
        story = story.loc[day.sort_values(kind="stable").index]
    last = {column: _last(story[column]) for column in _TOLD}
    told = last["unite"]
    last |= {"unite": _WHOLE.get(told, told), "unite_dite": told}
    quantity = story["quantite"].dropna() * _SHARE_OF.get(told, 1.0)
    steps = story["etat"].astype("str").map(_STEP_OF)
    placed = story.assign(pas=steps, jour=day, rang=steps.map(STEPS.index))
    placed = placed.sort_values(["jour", "rang"] if day.notna().all() else ["rang", "jour"], kind="stable")
    dated = placed[placed["jour"].notna()]
    low, high = (dated[end].iloc[-1] if len(dated) else pd.NaT for end in ("date_min", "date_max"))
    reached = [step for step in steps if step != "arretee"]
    return {"ressource_id": name, **last, "quantite": float(quantity.iloc[-1]) if len(quantity) else float("nan"),
            "pas": placed["pas"].iloc[-1], "plus_loin": max(reached, key=STEPS.index, default="arretee"),
            "depuis_min": low, "depuis_max": high, "etats": tuple(story["etat_id"])}  # fmt: skip


def _last(column: pd.Series) -> Any:  # noqa: ANN401 - a text, or nothing
    told = column.dropna()
    return str(told.iloc[-1]) if len(told) else None


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
    lines = [
        _firm_line(firm, met[firm], projects.get(firm, set()), synergies) for firm in _firms(tables["acteurs"], met)
    ]
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


def _firm_line(firm: str, days: list[Any], projects: set[str], synergies: pd.DataFrame) -> dict[str, Any]:
    own = synergies[(synergies["detenteur_id"] == firm) | (synergies["preneur_id"] == firm)]
    last, said = max((one for one in days if pd.notna(one[0])), default=(pd.NaT, ""), key=lambda one: one[0])
    step = own["pas"].iloc[0] if len(own) else ""
    return {"acteur_id": firm, "rencontres": len(days), "derniere": last, "dite": said,
            "synergies": tuple(own["ressource_id"]), "projets": tuple(sorted(projects)), "pas": step}  # fmt: skip


"""In place of the code of an actor: those that are not named, and one that nobody tells."""


def find_flows(synergies: pd.DataFrame) -> pd.DataFrame | Refusal:
    """Flows that are not stopped and of which an end is told; at most twelve ends keep their name.

    Returns one row per flow, the widest unit first, then the largest quantity: ``unite`` (blank when no quantity is
    told), ``de, vers`` (code of an actor, `OTHERS` or `UNTOLD`), ``quantite, pas, ressource_id``; or a refusal when
    no synergy tells both its ends.

    >>> told = pd.DataFrame({"ressource_id": ["R"], "detenteur_id": ["A"], "preneur_id": ["B"], "quantite": [3.0],
    ...     "unite": ["t_an"], "pas": ["active"], "libelle": ["Palettes"]})
    >>> find_flows(told)[["unite", "de", "vers", "quantite"]].to_numpy().tolist()
    [['t_an', 'A', 'B', 3.0]]
    """
    ends = synergies[["detenteur_id", "preneur_id"]].notna()
    live = synergies["pas"] != "arretee"
    if not (ends.all(axis=1) & live).any():
        some = synergies.loc[live, "libelle"].tolist()
        end = "…" if len(some) > _NAMED_AT_MOST else "."
        return Refusal(
            tell("les flux du détenteur au preneur"),
            tell("Aucun gisement ne dit à la fois qui le détient et qui le reprend."),
            tell("remplir « Détenteur » et « Preneur » dans « ressources », puis la quantité et son unité : {names}",
                 names=", ".join(some[:_NAMED_AT_MOST]) + end),
        )  # fmt: skip
    drawn = synergies[ends.any(axis=1) & live]
    known = drawn["quantite"].notna() & drawn["unite"].notna()
    flows = pd.DataFrame(
        {
            "unite": drawn["unite"].where(known, "").astype("str"),
            "de": drawn["detenteur_id"].fillna(UNTOLD).astype("str"),
            "vers": drawn["preneur_id"].fillna(UNTOLD).astype("str"),
            "quantite": drawn["quantite"].where(known),
            "pas": drawn["pas"],
            "ressource_id": drawn["ressource_id"],
        }
    )
    flows["rang"] = flows["unite"].map(flows["unite"].value_counts()) * (flows["unite"] != "")
    order = flows.sort_values(["rang", "unite", "quantite", "ressource_id"], ascending=[False, True, False, True])
    return _named(order.drop(columns="rang").reset_index(drop=True))


def _named(flows: pd.DataFrame) -> pd.DataFrame:
    """Ends beyond the twelve that weigh most in their panel are told together."""
    weight = flows["quantite"] / flows.groupby("unite")["quantite"].transform("sum")
    weight = weight.fillna(1 / flows.groupby("unite")["unite"].transform("size"))
    ends = pd.concat([
        pd.DataFrame({"unite": flows["unite"], "bout": end, "acteur": flows[end], "part": weight}) for end in ("de", "vers")
    ])  # fmt: skip
    heavy = ends[ends["acteur"] != UNTOLD].groupby(["unite", "bout", "acteur"])["part"].sum()
    kept = set(heavy.sort_values(ascending=False, kind="stable").index[:MOST_NAMED])
    for end in ("de", "vers"):
        flows[end] = [
            actor if actor == UNTOLD or (unit, end, actor) in kept else OTHERS
            for unit, actor in zip(flows["unite"], flows[end], strict=True)
        ]
    return flows
