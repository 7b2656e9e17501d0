"""Pilots: who paid, how many tests, and what followed after six, twelve and twenty-four months."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.analysis.corpus.year.spans import ended, holds, members, opened
from ect_research.analysis.readable import Readable
from ect_research.codebook.codebook import roles
from ect_research.corpus.stages.episodes import Episodes
from ect_research.words import tell

AFTER = (0, 6, 12, 24)
"""Months after the start of a pilot."""
_KINDS = roles("type_evenement")
_A_YEAR = 12
_DAYS_OF_A_MONTH = 365.25 / 12


@dataclass(frozen=True)
class Pilots(Readable):
    """Every dated pilot.

    Attributes:
        table: one row per pilot: ``projet_id, debut`` (middle of its date), ``debut_min, debut_max, fonds`` (programmes or
            actors that paid, codes), ``montants`` (amounts told, in euros, each apart), ``jalons`` (pilots and tests told),
            ``suivi`` (months from its start to the end of the follow-up).
        after: one row per pilot and month of `AFTER` observed: ``rang`` (row of ``table``), ``mois, etape`` (blank: the
            follow-up says nothing). A month that lies beyond the follow-up has no row: it is censored.
        funds: one row per payer of a pilot, those of most pilots first (blank: nobody told), a pilot of two payers under
            each: ``fonds, n, rangs`` (rows of ``table``), ``montants`` (pilots of which an amount is told), ``suivis,
            crees`` (pilots observed a year after; of which with a body created), ``sans_debut`` (projects it paid of which no
            document dates the start of a pilot).
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
            tell("choisir un code de la feuille projets, ou laisser vide."),
        )
    facts = tables["evenements"].assign(role=tables["evenements"]["type_evenement"].astype("str").map(_KINDS))
    starts = opened(episodes, "experimentation")
    starts = starts[starts["projet_id"].isin(named)]
    dated = starts[starts["ouverture_min"].notna()].sort_values(["ouverture", "projet_id"], kind="stable")
    if dated.empty:
        return Refusal(
            tell("les expérimentations et leurs suites"),
            tell("Aucune expérimentation datée."),
            tell("dater dans evenements le début d’une expérimentation, même à l’année près."),
        )
    lines, after = [], []
    for rank, row in enumerate(dated.to_dict("records")):
        own = facts[facts["projet_id"] == row["projet_id"]]
        span = [row[f"ouverture{end}"] for end in ("", "_min", "_max")]
        lines.append({"projet_id": row["projet_id"], "debut": span[0], "debut_min": span[1], "debut_max": span[2],
                      "fonds": _payers(own), "montants": _amounts(own),
                      "jalons": int((own["role"] == "jalon").sum()),
                      "suivi": (episodes.horizons[row["projet_id"]] - span[0]).days / _DAYS_OF_A_MONTH})  # fmt: skip
        after += [{"rang": rank, **told} for told in _after(str(row["projet_id"]), span[0], episodes)]
    undated = tuple(sorted(set(starts["projet_id"]) - set(dated["projet_id"])))
    known = facts[facts["projet_id"].isin(dated["projet_id"]) & facts["role"].isin(["financement", "jalon"])]
    table, stages = pd.DataFrame(lines), pd.DataFrame(after, columns=["rang", "mois", "etape"])
    made = set(episodes.stages.loc[episodes.stages["role"] == "creation", "name"])
    sources = tuple(dict.fromkeys(known["source_id"]))
    bare = facts[facts["projet_id"].isin(named - set(dated["projet_id"]))]
    silent = {str(name): _payers(own) for name, own in bare.groupby("projet_id", observed=True)}
    return Pilots(table, stages, _funds(table, stages, made, silent), undated, sources, len(lines))


def _funds(
    table: pd.DataFrame, after: pd.DataFrame, made: set[str], silent: Mapping[str, tuple[str, ...]]
) -> pd.DataFrame:
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
                     "suivis": len(own), "crees": int(own["etape"].isin(made).sum()),
                     "sans_debut": tuple(name for name, codes in silent.items() if code and code in codes)})  # fmt: skip
    return pd.DataFrame(told)


def _payers(facts: pd.DataFrame) -> tuple[str, ...]:
    """Codes of the programmes, else of the actors, that a fact of funding names."""
    paid = facts[facts["role"] == "financement"]
    found: list[str] = []
    for row in paid.to_dict("records"):
        actors = row["acteur_ids"] if isinstance(row["acteur_ids"], (tuple, list)) else ()
        found += [row["dispositif"]] if isinstance(row["dispositif"], str) else list(actors)
    return tuple(dict.fromkeys(found))


def _amounts(facts: pd.DataFrame) -> tuple[float, ...]:
    """Amounts that facts of funding tell; never added up: two documents may tell the same one."""
    paid = facts[facts["role"] == "financement"]
    return tuple(paid["montant"].dropna()) if "montant" in paid else ()


def _after(name: str, start: pd.Timestamp, episodes: Episodes) -> list[dict[str, Any]]:
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
        told.append({"mois": months, "etape": at["etape"].iloc[-1] if len(at) else ""})
    return told
