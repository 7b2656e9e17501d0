"""Programmes side by side at the same age: from candidates to admitted, then what is known after so many months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ect_research.analysis.chance import Refusal, wilson_interval
from ect_research.analysis.corpus.portfolio import ended, entries, holds, last_published, members, opened
from ect_research.analysis.corpus.silences import DAYS_A_MONTH
from ect_research.analysis.readable import Readable
from ect_research.codebook.codebook import code_for, roles
from ect_research.corpus.stages.episodes import Episodes
from ect_research.corpus.stages.outcomes import told_without_date, undated_stages
from ect_research.corpus.stages.project_story import ANNOUNCED
from ect_research.words import tell

MONTHS = (0, 3, 6, 9, 12)
"""Months after the entry in a programme."""
STEPS = ("nouvelles", "experimentation", "creation")
"""News after that month, from the third; a pilot, a body created by that month."""
FEWEST = 10
"""Projects observed at an age, from which points of two ages may be joined."""
_ENTRY = code_for("type_evenement", "entree")
_CANDIDATES = code_for("indicateur", "candidatures")


@dataclass(frozen=True)
class CohortAges(Readable):
    """Programmes, each at the same ages.

    Attributes:
        intake: one row per programme: ``code, candidats`` (published, else ideas of the programme; NaN when neither is
            told), ``admis, dates`` (of which the entry is dated within bounds), ``mois`` (months since its latest entry).
        ages: one row per programme, month of `MONTHS` and step of `STEPS`: ``code, mois, pas, n`` (projects that entered
            long enough ago), ``surs`` (surely reached), ``au_plus`` (counted in: dates that leave a doubt, and projects that
            still ran when they ceased to be followed), ``taux`` (of ``surs``), ``bas, haut`` (from the lower bound of
            ``surs`` to the upper one of ``au_plus``, Wilson, 95 %). An age that nobody has reached has no row.
        sources: documents.
        n: projects.
    """

    exhibits = ("show_cohort", "ages")

    intake: pd.DataFrame
    ages: pd.DataFrame
    sources: tuple[object, ...]
    n: int


def build_cohort_ages(
    tables: Mapping[str, pd.DataFrame], episodes: Episodes, programmes: Sequence[str], *, observed_on: pd.Timestamp
) -> CohortAges | Refusal:
    """Follow the projects of some programmes from the day each entered.

    Args:
        tables: ``projets, evenements, indicateurs, idees``.
        episodes: stages of the projects.
        programmes: codes; blank ones are left out, all the programmes that projects entered when none is left.
        observed_on: last day observed.
    """
    events = tables["evenements"]
    ends = ["date_debut_min", "date_debut_max"]
    entered = events[(events["type_evenement"].astype("str") == _ENTRY) & events[ends].notna().all(axis=1)]
    asked = list(dict.fromkeys(code for code in programmes if code)) or _entered(tables["projets"], entered)
    known = {code for name in ("projets", "evenements") for cell in tables[name]["dispositif"].dropna()
             for code in ((cell,) if isinstance(cell, str) else cell)}  # fmt: skip
    unknown = [code for code in asked if code not in known]
    if unknown or not asked:
        return Refusal(
            tell("les cohortes au même âge"),
            tell("Aucune ligne ne porte ce dispositif : {codes}.", codes=unknown) if unknown
            else tell("Aucun projet d’un dispositif n’a de date d’entrée."),
            tell("choisir parmi {codes}.", codes=sorted(known)) if unknown and known
            else tell("saisir, pour chaque projet, l’évènement « Entrée dans un parcours d’accompagnement », daté.")
            if known
            else tell("remplir la colonne « Dispositifs » de la feuille « projets »."),
        )  # fmt: skip
    intake, ages, sources = [], [], []
    for code in asked:
        named = members(tables["projets"], code)
        own = entries(entered, named, code)
        youngest = own["date_debut_max"].max()
        intake.append({"code": code, "candidats": _candidates(tables, code), "admis": len(named), "dates": len(own),
                       "mois": (observed_on - youngest).days / DAYS_A_MONTH if len(own) else float("nan")})  # fmt: skip
        ages += [{"code": code, **row} for row in _ages(own, events, episodes, observed_on)]
        sources += events.loc[events["projet_id"].isin(named), "source_id"].tolist()
    columns = ["code", "mois", "pas", "n", "surs", "au_plus", "taux", "bas", "haut"]
    table = pd.DataFrame(intake)
    return CohortAges(
        table, pd.DataFrame(ages, columns=columns), tuple(dict.fromkeys(sources)), int(table["admis"].sum())
    )


def _entered(projects: pd.DataFrame, entered: pd.DataFrame) -> list[str]:
    """Programmes of the projects that have a dated entry."""
    cells = projects.loc[projects["projet_id"].isin(entered["projet_id"]), "dispositif"].dropna()
    return sorted({code for cell in cells for code in cell})


def _candidates(tables: Mapping[str, pd.DataFrame], code: str) -> float:
    told = tables["indicateurs"]
    kept = told[(told["dispositif"].astype("str") == code) & (told["indicateur"].astype("str") == _CANDIDATES)]
    kept = kept[kept["valeur"].notna() & ~kept["lecture"].astype("str").isin(roles("lecture"))]
    if len(kept):
        return last_published(kept)
    ideas = tables["idees"]
    said = 0 if ideas.empty else sum(cell == code or holds(cell, code) for cell in ideas["dispositif"])
    return float(said) if said else float("nan")


def _ages(
    own: pd.DataFrame, events: pd.DataFrame, episodes: Episodes, observed_on: pd.Timestamp
) -> list[dict[str, Any]]:
    facts = events[~events["type_evenement"].astype("str").isin(ANNOUNCED)]
    first = {step: opened(episodes, step).drop_duplicates("projet_id").set_index("projet_id") for step in STEPS[1:]}
    playing = {step: episodes.stages.loc[episodes.stages["role"] == step, "name"] for step in STEPS[1:]}
    unsaid = {step: told_without_date(undated_stages(episodes), names) for step, names in playing.items()}
    running = episodes.horizons.mask(episodes.horizons.index.isin(ended(episodes)))
    starts = dict(zip(own["projet_id"], zip(own["date_debut_min"], own["date_debut_max"], strict=True), strict=True))
    told = []
    for months in MONTHS:
        aged = {name: [day + pd.DateOffset(months=months) for day in ends] for name, ends in starts.items()}
        aged = {name: ends for name, ends in aged.items() if ends[1] <= observed_on}
        for step in (STEPS if months else STEPS[1:]) if aged else ():
            pairs = [
                _news(facts[facts["projet_id"] == name], *ends)
                if step == "nouvelles"
                else (False, True)
                if name in unsaid[step]
                else _by(first[step], name, ends, running.get(name))
                for name, ends in aged.items()
            ]
            sure, most = (sum(pair[end] for pair in pairs) for end in (0, 1))
            low, high = wilson_interval(sure, len(aged)), wilson_interval(most, len(aged))
            told.append({"mois": months, "pas": step, "n": len(aged), "surs": sure, "au_plus": most,
                         "taux": low.estimate, "bas": low.low, "haut": high.high})  # fmt: skip
    return told


def _news(facts: pd.DataFrame, low: pd.Timestamp, high: pd.Timestamp) -> tuple[bool, bool]:
    """Whether a fact is surely, or perhaps, dated at that age or later."""
    start, end = facts["date_debut_min"], facts["date_debut_max"]
    return bool((start >= high).any()), bool(((end >= low) | (start.notna() & end.isna())).any())


def _by(first: pd.DataFrame, name: str, age: list[Any], last: Any) -> tuple[bool, bool]:  # noqa: ANN401 - a day, or none
    """Whether a stage has surely, or perhaps, opened by that age; ``last``: until when a project that still ran is followed."""
    low, high = age
    if name not in first.index:
        return False, bool(last is not None and last < high)
    told: dict[Any, Any] = first.loc[name].to_dict()
    start, end = told["ouverture_min"], told["ouverture_max"]
    return bool(pd.notna(end) and end <= low), bool(pd.isna(start) or start <= high)
