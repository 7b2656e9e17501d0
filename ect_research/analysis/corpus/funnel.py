"""From ideas to creations, as documents publish it: counts of one subject, one reach and one document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from ect_research.analysis.chance import Refusal, wilson_interval
from ect_research.analysis.readable import Readable
from ect_research.codebook.codebook import code_for, families, roles, stages_playing
from ect_research.errors import EctError
from ect_research.words import mark, tell

RANKS = {code: ("idees", "projets", "aboutis").index(place) for code, place in families("indicateur").items()}
"""Published counts that a rate may link, by place in the chain. Every other count is another unit."""

_PUSH = {code: {"plancher": 1, "plafond": -1, "exact": 0}[role] for code, role in roles("approximation").items()}
_NO_COUNT = mark("ce n’est pas un effectif entier")
_NO_VALUE = mark("valeur absente")
_STATE = mark("état à une date")
_NO_CHAIN = mark("aucun autre chiffre du même sujet ne s’y relie")
_BEATEN = mark("une lecture plus sûre existe")
_TORN = mark("deux valeurs pour un même chiffre")
_REASONS = {
    "non_retenue": mark("lecture concurrente, non retenue"),
    "perdue": mark("valeur perdue à l’extraction"),
    "prevue": mark("prévu, pas constaté"),
}
_WHY_NOT = {code: _REASONS[role] for code, role in (roles("lecture") | roles("cumul")).items()}


@dataclass(frozen=True)
class PublishedFunnel(Readable):
    """The chains of counts that one document gives for one subject and one reach in time.

    Attributes:
        steps: one row per count of a chain: ``chaine`` (number), ``sujet`` (code of the actor, programme or
            project the count is about), ``cumul, date, indicateur, valeur, approximation, lecture``, then,
            from the second count on, ``denominateur, sur`` (indicator divided by), ``taux, bas, haut`` (Wilson
            interval at ``confidence``, 0–1; blank where the count before is smaller or nought) and ``borne``
            (``exact``; ``plafond`` or ``plancher``: the true rate is at most, at least that; ``approche``);
            ``indicateur_id, source_id``.
        aside: counts in other units or without a denominator of the same reach, of subjects that have a chain: same
            first columns, and ``unite``.
        excluded: counts that are not drawn, with ``raison``; steps, aside and excluded hold every count given.
        n: counts linked in a chain.
        confidence: level of the intervals.
    """

    exhibits = ("show_funnel", "publie")

    steps: pd.DataFrame
    aside: pd.DataFrame
    excluded: pd.DataFrame
    n: int
    confidence: float


def build_published_funnel(indicators: pd.DataFrame | None, *, confidence: float = 0.95) -> PublishedFunnel | Refusal:
    """Link the published counts that share a subject, a reach in time and a document.

    « Plus de 130 idées » makes a rate an upper bound; a cumulative count is never divided by a yearly one;
    competing, lost and planned figures are listed and not used.

    Args:
        indicators: the table ``indicateurs``, or None.
        confidence: level of the Wilson intervals.

    >>> frame = pd.DataFrame({
    ...     "indicateur_id": ["K1", "K2"], "acteur_id": ["CTJ", "CTJ"],
    ...     "indicateur": ["idees_captees", "projets_amorces"],
    ...     "valeur": [130.0, 22.0], "approximation": ["au_moins", "exact"], "unite": ["nombre", "nombre"],
    ...     "cumul": ["cumule", "cumule"], "lecture": ["sure", "sure"], "source_id": [("AG",), ("AG",)]})
    >>> last = build_published_funnel(frame).steps.iloc[-1]
    >>> f"{last['taux']:.3f}", last["borne"]
    ('0.169', 'plafond')
    """
    asked = tell("l’entonnoir des chiffres publiés")
    if indicators is None or indicators.empty:
        return Refusal(asked, tell("La table « indicateurs » est vide."))
    rows = _tidy(indicators)
    reason = rows["lecture"].map(_WHY_NOT).fillna(rows["cumul"].map(_WHY_NOT))
    reason = reason.fillna(rows["valeur"].isna().map({True: _NO_VALUE, False: None}))
    reason = reason.fillna((_is_chainable(rows) & ~_is_count(rows["valeur"])).map({True: _NO_COUNT, False: None}))
    usable = rows[reason.isna()]
    excluded = rows.assign(raison=reason)[reason.notna()]
    usable, doubled = _set_conflicts_apart(usable)
    chains = _find_chains(usable)
    if not chains:
        return Refusal(
            asked,
            tell("Aucun document ne donne deux chiffres du même sujet et de même portée qu’un taux puisse relier."),
            tell("saisir dans « indicateurs » le nombre d’idées captées et celui des projets qui en sont nés."),
        )
    steps = pd.concat(
        [_rates(chain, number, confidence) for number, chain in enumerate(chains, start=1)], ignore_index=True
    )
    beside = usable[~usable["indicateur_id"].isin(steps["indicateur_id"])]
    lone = (~beside["sujet"].isin(steps["sujet"])).map({True: _NO_CHAIN, False: None})
    reason = (beside["cumul"] == "instant").map({True: _STATE, False: None}).fillna(lone)
    aside = beside[reason.isna()].reset_index(drop=True)
    excluded = pd.concat([excluded, doubled, beside.assign(raison=reason)[reason.notna()]], ignore_index=True)
    return PublishedFunnel(steps.drop(columns="unite"), aside, excluded, len(steps), confidence)


def _tidy(indicators: pd.DataFrame) -> pd.DataFrame:
    """Plain columns, with the subject of each count in one of them."""
    rows = pd.DataFrame(index=indicators.index)
    rows["sujet"] = ""
    for column in ("dispositif", "acteur_id", "projet_id"):
        if column in indicators:
            rows["sujet"] = rows["sujet"].where(rows["sujet"] != "", indicators[column].astype("str").fillna(""))
    for column in ("cumul", "date", "indicateur", "approximation", "lecture", "unite", "indicateur_id"):
        known = indicators[column].astype("str").fillna("") if column in indicators else ""
        rows[column] = known
    rows["valeur"] = indicators["valeur"].astype("float64")
    rows["source_id"] = indicators["source_id"]
    return rows.reset_index(drop=True)


def _is_chainable(rows: pd.DataFrame) -> pd.Series:
    """Counts of the chain, in numbers: a percentage is no denominator."""
    return rows["indicateur"].isin(RANKS) & rows["unite"].isin(["", "nombre"])


def _is_count(values: pd.Series) -> pd.Series:
    return (values >= 0) & (values == values.round())


def _set_conflicts_apart(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two values for one count in one document settle nothing: the likelier reading wins, equals both go."""
    key = ["sujet", "cumul", "date", "indicateur", "unite", "source_id"]
    chainable = rows[_is_chainable(rows)]
    sure = chainable.groupby(key, observed=True, dropna=False)["lecture"].transform(lambda said: (said == "sure").any())
    beaten = chainable[sure & (chainable["lecture"] != "sure")]
    left = chainable.drop(index=beaten.index)
    values = left.groupby(key, observed=True, dropna=False)["valeur"].transform("nunique")
    torn = left[values > 1]
    apart = pd.concat([beaten.assign(raison=_BEATEN), torn.assign(raison=_TORN)])
    return rows.drop(index=apart.index), apart


def _find_chains(rows: pd.DataFrame) -> list[pd.DataFrame]:
    chainable = rows[_is_chainable(rows)]
    chains = []
    for _, group in chainable.groupby(["sujet", "cumul", "date", "source_id"], sort=True, dropna=False):
        chain = group.drop_duplicates("indicateur").assign(rang=group["indicateur"].map(RANKS))
        chain = chain.sort_values(["rang", "indicateur"], kind="stable")
        if chain["rang"].iloc[0] < chain["rang"].iloc[-1]:
            chains.append(chain)
    return sorted(chains, key=lambda chain: (-float(chain["valeur"].max()), str(chain["sujet"].iloc[0])))


def _rates(chain: pd.DataFrame, number: int, confidence: float) -> pd.DataFrame:
    """The counts of a chain, each divided by the last count of the rank before."""
    lines = []
    for _, step in chain.iterrows():
        line = {"chaine": number, **step.drop("rang").to_dict()}
        before = chain[chain["rang"] < step["rang"]]
        if not before.empty and before["valeur"].iloc[-1] >= max(step["valeur"], 1):
            over = before.iloc[-1]
            rate = wilson_interval(int(step["valeur"]), int(over["valeur"]), confidence=confidence)
            line |= {"denominateur": rate.n, "sur": over["indicateur"], "taux": rate.estimate}
            line |= {"bas": rate.low, "haut": rate.high}
            line["borne"] = _bound(str(step["approximation"]), str(over["approximation"]))
        lines.append(line)
    frame = pd.DataFrame(lines).reindex(columns=[*_STEP_COLUMNS, "unite"])
    return frame.astype({"denominateur": "Int64", "taux": "float64", "bas": "float64", "haut": "float64"})


_STEP_COLUMNS = [
    *("chaine", "sujet", "cumul", "date", "indicateur", "valeur", "approximation", "lecture"),
    *("denominateur", "sur", "taux", "bas", "haut", "borne", "indicateur_id", "source_id"),
]


def _bound(count: str, total: str) -> str:
    """What an approximate count makes of a rate (« au moins » in the total: the rate is at most that)."""
    if count not in _PUSH or total not in _PUSH:
        return "approche"
    pushes = {_PUSH[count], -_PUSH[total]} - {0}
    if len(pushes) > 1:
        return "approche"
    return {1: "plancher", -1: "plafond"}[pushes.pop()] if pushes else "exact"


_ENDED = tuple(roles("devenir_idee"))


@dataclass(frozen=True)
class RegisterFunnel(Readable):
    """How many projects of the register reached a step, as far as documents say: a lower bound.

    Attributes:
        steps: one row per step: ``etape, constate`` (projects), ``date, sans_date`` (with a dated fact,
            without), ``deduit`` (known only by inference), ``n, taux, bas, haut`` (0–1).
        projects: one row per project and step established: ``projet_id, etape, datee, deduite``.
        ideas: ``devenir, effectif, n, taux, bas, haut``; empty when every registered idea became a project:
            such a list is no denominator.
        n_ideas: ideas registered.
        n: projects.
        confidence: level of the intervals.
    """

    exhibits = ("show_funnel", "registre")

    steps: pd.DataFrame
    projects: pd.DataFrame
    ideas: pd.DataFrame
    n_ideas: int
    n: int
    confidence: float


def build_register_funnel(
    tables: Mapping[str, pd.DataFrame],
    stages: pd.DataFrame,
    *,
    steps: tuple[str, ...] | None = None,
    confidence: float = 0.95,
) -> RegisterFunnel | Refusal:
    """Count the projects for which a fact opens each step, out of all registered projects.

    Args:
        tables: frames of the corpus; reads ``projets, evenements`` and, when it is there, ``idees``.
        stages: the codebook's stages: which events open which.
        steps: stages looked for, each out of all projects (a step may be skipped): pilot and creation by default.
        confidence: level of the Wilson intervals.

    Raises:
        EctError: no step, or one that is not a stage.

    >>> from ect_research import load_corpus
    >>> corpus = load_corpus("pays-ledonien")
    >>> funnel = build_register_funnel(corpus.tables, corpus.codebook.stages)
    >>> funnel.n == len(corpus.tables["projets"]), funnel.steps["etape"].tolist()
    (True, ['e4_experimentation', 'e5_creation'])
    """
    projects = list(tables["projets"]["projet_id"])
    if not projects:
        return Refusal(tell("l’entonnoir du registre"), tell("Aucun projet à compter."))
    opens = {name: set(types.split()) for name, types in zip(stages["name"], stages["opens"], strict=True)}
    steps = tuple(stages_playing(stages, "experimentation", "creation")) if steps is None else steps
    strange = [step for step in steps if step not in opens]
    if strange or not steps:
        raise EctError(
            "Étapes inconnues : {strange}. Choisir parmi {opens}.",
            strange=strange or tell("aucune donnée"),
            opens=list(opens),
        )
    events = tables["evenements"]
    events = events[events["projet_id"].isin(projects)]
    found = pd.concat([_projects_at(events, step, opens[step]) for step in steps], ignore_index=True)
    lines = []
    for step in steps:
        here = found[found["etape"] == step]
        rate = wilson_interval(len(here), len(projects), confidence=confidence)
        dated, deduced = int(here["datee"].sum()), int(here["deduite"].sum())
        lines.append((step, len(here), dated, len(here) - dated, deduced, rate.n, rate.estimate, rate.low, rate.high))
    names = ["etape", "constate", "date", "sans_date", "deduit", "n", "taux", "bas", "haut"]
    ideas = tables.get("idees")
    return RegisterFunnel(
        steps=pd.DataFrame(lines, columns=names),
        projects=found,
        ideas=_ideas(ideas, confidence),
        n_ideas=0 if ideas is None else len(ideas),
        n=len(projects),
        confidence=confidence,
    )


def _projects_at(events: pd.DataFrame, step: str, opening: set[str]) -> pd.DataFrame:
    facts = events[events["type_evenement"].astype("str").isin(opening)]
    dated = facts["date_debut_min"].notna() | facts["date_debut_max"].notna()
    deduced = facts["certitude"].astype("str") == code_for("certitude", "deduit")
    frame = pd.DataFrame({"projet_id": facts["projet_id"], "datee": dated, "deduite": deduced})
    found = frame.groupby("projet_id", sort=True).agg(datee=("datee", "any"), deduite=("deduite", "all"))
    return found.reset_index().assign(etape=step)[["projet_id", "etape", "datee", "deduite"]]


def _ideas(ideas: pd.DataFrame | None, confidence: float) -> pd.DataFrame:
    names = ["devenir", "effectif", "n", "taux", "bas", "haut"]
    known = None if ideas is None else ideas["devenir"].dropna()
    if known is None or known.empty or not known.isin(_ENDED).any():
        return pd.DataFrame(columns=names)
    lines = []
    counts = known.value_counts(sort=False)
    for code, count in counts[counts > 0].items():
        rate = wilson_interval(int(count), len(known), confidence=confidence)
        lines.append((str(code), int(count), len(known), rate.estimate, rate.low, rate.high))
    return pd.DataFrame(lines, columns=names)
