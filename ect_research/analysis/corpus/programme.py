"""One programme: a line a project with its planned course, and how far documents name what is published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ect_research.analysis.chance import Refusal, wilson_interval
from ect_research.analysis.corpus.portfolio import ended, entries, holds, last_published, members, opened
from ect_research.analysis.corpus.silences import DAYS_A_MONTH, last_facts
from ect_research.analysis.readable import Readable
from ect_research.codebook.codebook import roles
from ect_research.corpus.stages.episodes import Episodes
from ect_research.corpus.stages.outcomes import undated_stages
from ect_research.corpus.stages.project_story import ANNOUNCED
from ect_research.words import tell

STEPS = ("experimentation", "creation", "embauche")
"""What a programme hopes for, in order: a pilot, a body created, a first hire."""
_COUNTS = roles("indicateur")
_KINDS = roles("type_evenement")


@dataclass(frozen=True)
class Programme(Readable):
    """The projects of one programme.

    Attributes:
        board: one row per project: ``projet_id, entree_min, entree_max`` (when it entered; blank when no document says),
            ``dernier_fait`` (latest day of its last dated fact, as `last_facts`), ``mois_silence`` (from that day to the last
            observed),
            ``experimentation, creation, embauche`` (whether a document tells it, dated or not).
        facts: dated facts of these projects, from their entry on: ``projet_id, type_evenement, low, high``.
        steps: one row per step: ``pas`` (of `STEPS`), ``nommes, n, taux, bas, haut`` (Wilson, 95 %), ``publie``
            (published for the programme; blank when it is not), ``qui`` (projects named).
        months: planned length of the course, in months; NaN when it is not published.
        code: code of the programme.
        observed_on: last day observed.
        sources: documents.
        n: projects.
    """

    exhibits = ("show_cohort", "parcours", "pas")

    board: pd.DataFrame
    facts: pd.DataFrame
    steps: pd.DataFrame
    months: float
    code: str
    observed_on: pd.Timestamp
    sources: tuple[object, ...]
    n: int


def build_programme(
    tables: Mapping[str, pd.DataFrame], episodes: Episodes, programme: str, *, observed_on: pd.Timestamp
) -> Programme | Refusal:
    """Put the projects of a programme side by side.

    Args:
        tables: ``projets, evenements, indicateurs``.
        episodes: stages of the projects.
        programme: its code; blank for the programme that most projects have entered.
        observed_on: last day observed.

    >>> import ect_research as ect
    >>> study = ect.open_study("pays-ledonien")
    >>> tables = {name: study.table(name) for name in ("projets", "evenements", "indicateurs")}
    >>> told = build_programme(tables, study.episodes(), "crepite_2024", observed_on=study.context.observed_on)
    >>> told.n, told.months
    (7, 10.0)
    """
    projects, events = tables["projets"], tables["evenements"]
    code = programme or _largest(projects)
    named = members(projects, code) if code else []
    if not named:
        return Refusal(
            tell("la cohorte du dispositif « {code} »", code=code) if code else tell("la cohorte d’un dispositif"),
            tell("Aucune ligne de « projets » ne porte ce dispositif."),
            tell("choisir parmi {codes}.", codes=sorted(set(_codes(projects))))
            if _codes(projects)
            else tell("remplir la colonne « Dispositifs » de la feuille « projets »."),
        )
    told = events[events["projet_id"].isin(named) & ~events["type_evenement"].astype("str").isin(ANNOUNCED)]
    told = told.rename(columns={"date_debut_min": "low", "date_debut_max": "high"})
    reached = _reached(episodes, told, named)
    published = _published(tables["indicateurs"], code)
    board = pd.DataFrame({"projet_id": named})
    first = entries(events, named, code).set_index("projet_id")
    last = last_facts(events, projects, observed_on=observed_on).set_index("projet_id")["jour"]
    board["entree_min"], board["entree_max"], board["dernier_fait"] = (
        days.reindex(named).to_numpy() for days in (first["date_debut_min"], first["date_debut_max"], last)
    )
    board["mois_silence"] = (observed_on - board["dernier_fait"]).dt.days / DAYS_A_MONTH
    board = board.assign(**{step: board["projet_id"].isin(reached[step]) for step in STEPS})
    steps = pd.DataFrame([_step(step, reached[step], len(named), published.get(step)) for step in STEPS])
    sources = tuple(dict.fromkeys(told["source_id"]))
    dated = told.loc[told["high"].notna(), ["projet_id", "type_evenement", "low", "high"]].reset_index(drop=True)
    return Programme(board, dated, steps, published.get("duree", float("nan")), code, observed_on, sources, len(named))


def _codes(projects: pd.DataFrame) -> list[str]:
    return [code for cell in projects["dispositif"].dropna() for code in cell]


def _largest(projects: pd.DataFrame) -> str:
    codes = _codes(projects)
    return max(sorted(set(codes)), key=codes.count, default="")


def _reached(episodes: Episodes, told: pd.DataFrame, named: list[str]) -> dict[str, set[str]]:
    """Projects of which a document tells each step, whatever its date."""
    roles_of = dict(zip(episodes.stages["name"], episodes.stages["role"], strict=True))
    pairs = list(zip(episodes.frame["projet_id"], episodes.frame["etape"], strict=True))
    pairs += [(name, stage) for name, stages in undated_stages(episodes).items() for stage in stages]
    found = {step: {name for name, stage in pairs if roles_of[stage] == step and name in named} for step in STEPS}
    kinds = told["type_evenement"].astype("str").map(_KINDS)
    return found | {"embauche": set(told.loc[kinds == "embauche", "projet_id"])}


def _published(indicators: pd.DataFrame, code: str) -> dict[str, float]:
    """What is published last of the programme, by step; the length of its course, be it planned."""
    rows = indicators[(indicators["dispositif"].astype("str") == code) & indicators["valeur"].notna()]
    rows = rows[~rows["lecture"].astype("str").isin(roles("lecture"))]
    return {str(kind): last_published(own) for kind, own in rows.groupby(rows["indicateur"].astype("str").map(_COUNTS))}


def _step(step: str, named: set[str], n: int, published: float | None) -> dict[str, Any]:
    rate = wilson_interval(len(named), n)
    told = {"pas": step, "nommes": len(named), "n": n, "taux": rate.estimate, "bas": rate.low, "haut": rate.high}
    return told | {"publie": float("nan") if published is None else published, "qui": tuple(sorted(named))}


AFTER = (0, 6, 12, 24)
"""Months after the start of a pilot."""

_A_YEAR = 12


@dataclass(frozen=True)
class Pilots(Readable):
    """Every dated pilot.

    Attributes:
        table: one row per pilot: ``projet_id, debut`` (middle of its date), ``debut_min, debut_max, fonds`` (programmes or
            actors that paid, codes), ``montants`` (amounts told, in euros, each apart), ``jalons`` (pilots and tests told),
            ``suivi`` (months from its start to the end of the follow-up).
        after: one row per pilot and month of `AFTER` observed: ``rang`` (row of ``table``), ``mois, etape`` (blank: the
            follow-up says nothing), ``cree`` (a body was created by then, whatever became of it). A month that lies beyond
            the follow-up has no row: it is censored.
        funds: one row per payer of a pilot, those of most pilots first (blank: nobody told), a pilot of two payers under
            each: ``fonds, n, rangs`` (rows of ``table``), ``montants`` (pilots of which an amount is told), ``suivis,
            crees`` (pilots observed a year after; of which with a body created by then), ``sans_debut`` (projects it paid of
            which no document dates the start of a pilot).
        undated: projects of which a pilot is told without a date.
        sources: documents.
        n: pilots.
    """

    exhibits = ("show_cohort", "pilotes")

    table: pd.DataFrame
    after: pd.DataFrame
    funds: pd.DataFrame
    undated: tuple[str, ...]
    sources: tuple[object, ...]
    n: int


def build_pilots(tables: Mapping[str, pd.DataFrame], episodes: Episodes, programme: str = "") -> Pilots | Refusal:
    """Follow each pilot from its start; what is not observed yet is censored, never « nothing happened ».

    Args:
        tables: ``projets, evenements``.
        episodes: stages of the projects; where a date is vague, its middle starts the pilot.
        programme: code of a programme, or of a fund; blank for every pilot.
    """
    paid = tables["evenements"][["projet_id", "dispositif", "acteur_ids"]].to_dict("records") if programme else []
    payer = {row["projet_id"] for row in paid if row["dispositif"] == programme or holds(row["acteur_ids"], programme)}
    named = {*members(tables["projets"], programme), *payer}
    if programme and not named:
        return Refusal(
            tell("les expérimentations de « {code} »", code=programme),
            tell("Aucune ligne de projets ni d’evenements ne porte ce dispositif, ni ce financeur."),
            tell("choisir un code de la feuille « projets », ou laisser vide."),
        )
    facts = tables["evenements"].assign(role=tables["evenements"]["type_evenement"].astype("str").map(_KINDS))
    starts = opened(episodes, "experimentation")
    starts = starts[starts["projet_id"].isin(named)]
    dated = starts[starts["ouverture_min"].notna()].sort_values(["ouverture", "projet_id"], kind="stable")
    if dated.empty:
        return Refusal(
            tell("les expérimentations et leurs suites"),
            tell("Aucune expérimentation datée."),
            tell("dater dans « evenements » le début d’une expérimentation, même à l’année près."),
        )
    lines, after, created = [], [], opened(episodes, "creation")
    for rank, row in enumerate(dated.to_dict("records")):
        own = facts[facts["projet_id"] == row["projet_id"]]
        span = [row[f"ouverture{end}"] for end in ("", "_min", "_max")]
        lines.append({"projet_id": row["projet_id"], "debut": span[0], "debut_min": span[1], "debut_max": span[2],
                      "fonds": _payers(own), "montants": _amounts(own),
                      "jalons": int((own["role"] == "jalon").sum()),
                      "suivi": (episodes.horizons[row["projet_id"]] - span[0]).days / DAYS_A_MONTH})  # fmt: skip
        made = created.loc[created["projet_id"] == row["projet_id"], "ouverture"].min()
        after += [{"rang": rank, **told} for told in _after(str(row["projet_id"]), span[0], made, episodes)]
    undated = tuple(sorted(set(starts["projet_id"]) - set(dated["projet_id"])))
    known = facts[facts["projet_id"].isin(dated["projet_id"]) & facts["role"].isin(["financement", "jalon"])]
    table, stages = pd.DataFrame(lines), pd.DataFrame(after, columns=["rang", "mois", "etape", "cree"])
    sources = tuple(dict.fromkeys(known["source_id"]))
    bare = facts[facts["projet_id"].isin(named - set(dated["projet_id"]))]
    silent = {str(name): _payers(own) for name, own in bare.groupby("projet_id", observed=True)}
    return Pilots(table, stages, _funds(table, stages, silent), undated, sources, len(lines))


def _funds(table: pd.DataFrame, after: pd.DataFrame, silent: Mapping[str, tuple[str, ...]]) -> pd.DataFrame:
    payers: dict[str, list[int]] = {}
    for rank, codes in enumerate(table["fonds"]):
        for code in codes or ("",):
            payers.setdefault(code, []).append(rank)
    year = after[after["mois"] == _A_YEAR]
    told = []
    for code, ranks in sorted(payers.items(), key=lambda one: (one[0] == "", -len(one[1]), one[0])):
        own = year[year["rang"].isin(ranks)]
        told.append({"fonds": code, "n": len(ranks), "rangs": tuple(ranks),
                     "montants": sum(bool(told) for told in table.loc[ranks, "montants"]),
                     "suivis": len(own), "crees": int(own["cree"].sum()),
                     "sans_debut": tuple(name for name, codes in silent.items() if code and code in codes)})  # fmt: skip
    return pd.DataFrame(told)


def _payers(facts: pd.DataFrame) -> tuple[str, ...]:
    """Codes of the programmes, else of the actors, that a fact of funding names."""
    paid = facts[facts["role"] == "financement"]
    found: list[str] = []
    for programme, actors in zip(paid["dispositif"], paid["acteur_ids"], strict=True):
        found += [programme] if isinstance(programme, str) else actors if isinstance(actors, (tuple, list)) else []
    return tuple(dict.fromkeys(found))


def _amounts(facts: pd.DataFrame) -> tuple[float, ...]:
    """Amounts that facts of funding tell; never added up: two documents may tell the same one."""
    paid = facts[facts["role"] == "financement"]
    return tuple(paid["montant"].dropna()) if "montant" in paid else ()


def _after(name: str, start: pd.Timestamp, made: pd.Timestamp, episodes: Episodes) -> list[dict[str, Any]]:
    """The stage at each month that the follow-up of the project reaches; a project that has ended needs none any more."""
    story = episodes.states[episodes.states["projet_id"] == name]
    last = episodes.horizons.max() if name in ended(episodes) else episodes.horizons[name]
    told = []
    for months in AFTER:
        day = start + pd.DateOffset(months=months)
        if day > last:
            break
        day = min(day, episodes.horizons[name])
        at = story[(story["debut"] <= day) & ((story["fin"] > day) | (story["censure"] & (story["fin"] >= day)))]
        told.append({"mois": months, "etape": at["etape"].iloc[-1] if len(at) else "", "cree": bool(made <= day)})
    return told
