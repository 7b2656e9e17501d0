"""Stage episodes laid on a clock: what is known, until when, and with what doubt."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.analysis.readable import Readable
from ect_research.corpus.stages.episodes import Episodes
from ect_research.corpus.stages.outcomes import OUTCOMES, derive_outcomes, undated_stages
from ect_research.corpus.stages.project_story import ANNOUNCED
from ect_research.corpus.text.dates import decimal_years, middles
from ect_research.errors import EctError
from ect_research.words import tell, tell_n

Clock = Literal["calendrier", "age"]
DAYS_PER_MONTH = 365.25 / 12


@dataclass(frozen=True)
class Timelines(Readable):
    """Where each project stood on a clock.

    Positions are decimal years on the calendar (2025.5 is the middle of 2025), and months since the first
    dated fact on the age clock.

    Attributes:
        clock: ``calendrier`` or ``age``.
        projects: one row per project with a dated fact, by outcome, then first fact first: ``projet_id, premier_fait,
            dernier_fait, horizon`` (dates), ``x_premier, x_dernier, x_horizon`` (positions), ``faits`` (distinct days
            on which a fact is placed), ``issue`` (of `derive_outcomes`; blank without a stage). Those with a fact since
            ``since`` only.
        bars: one row per spell: ``projet_id, etape, rang`` (1st, 2nd time in that stage), ``debut, fin``
            (dates), ``debut_date, fin_date`` (whether a document dates them), ``x_debut, x_fin, x_connu``
            (position of the last dated fact, within the spell: beyond it nothing is known), ``censure``.
        doubts: one row per opening that is not known to the day: ``projet_id, etape, x_min, x_max`` (NaN when
            open-ended), ``x``, and the dates ``ouverture, ouverture_min, ouverture_max``.
        markers: one row per dated fact that opens or closes nothing: ``projet_id, type_evenement, x``.
        seen: one row per project and stage for which a fact is known: ``projet_id, etape, ouvertures`` (times
            opened), ``datee``.
        ordered: stages whose order alone is known: ``projet_id, etape, rang, place``.
        undated: projects without any dated fact, in the order of the register; none since a date.
        n: projects shown.
        n_projects: projects of the register.
        since: position the clock is read from; the first fact when None.
        sources: documents of the facts behind it.
    """

    exhibits = ("show_trajectories",)

    clock: Clock
    projects: pd.DataFrame
    bars: pd.DataFrame
    doubts: pd.DataFrame
    markers: pd.DataFrame
    seen: pd.DataFrame
    ordered: pd.DataFrame
    undated: tuple[str, ...]
    n: int
    n_projects: int
    since: float | None = None
    sources: tuple[object, ...] = ()


def build_timelines(
    episodes: Episodes,
    events: pd.DataFrame,
    projects: pd.DataFrame,
    *,
    clock: Clock = "calendrier",
    since: float | None = None,
) -> Timelines | Refusal:
    """Lay the stages of every project on the calendar, or on its age since its first dated fact.

    Args:
        episodes: from ``derive_episodes``.
        events: table ``evenements``: the last dated fact of a project is the end of what is known.
        projects: table ``projets``: those without a dated fact are counted and named.
        clock: ``calendrier`` or ``age``.
        since: read the clock from there on (decimal year, or months), with the projects that have a fact since; refused
            where none has.

    Raises:
        EctError: no such clock.

    >>> from ect_research import derive_episodes, load_corpus
    >>> corpus = load_corpus("pays-ledonien")
    >>> events, projects = corpus.tables["evenements"], corpus.tables["projets"]
    >>> episodes = derive_episodes(events, corpus.codebook.stages, observed_on=corpus.observed_on)
    >>> lines = build_timelines(episodes, events, projects)
    >>> lines.n + len(lines.undated) == len(projects)
    True
    """
    if clock not in ("calendrier", "age"):
        raise EctError("Horloge « {clock} » inconnue : choisir « calendrier » ou « age ».", clock=clock)
    everyone = [str(project) for project in projects["projet_id"]]
    facts = _dated_facts(events, episodes)
    if facts.empty:
        return Refusal(
            tell("la frise des trajectoires"),
            tell_n("Aucun fait daté ({n} projet).", "Aucun fait daté ({n} projets).", len(everyone)),
            tell("dater des évènements, même à l’année près."),
        )
    spans = _spans(facts, episodes, derive_outcomes(episodes, projects).set_index("projet_id")["issue"])
    place = _Placer(clock, spans["premier_fait"])
    for name, fact in (("x_premier", "premier_fait"), ("x_dernier", "dernier_fait"), ("x_horizon", "horizon")):
        spans[name] = place(spans["projet_id"], spans[fact])
    dated = set(spans["projet_id"])
    if since is not None:
        spans = spans[spans["x_dernier"] >= since]
        if spans.empty:
            return _refuse_since(since, clock)
    return Timelines(
        clock=clock,
        projects=spans,
        bars=_bars(episodes, spans, place),
        doubts=_doubts(episodes, place),
        markers=_markers(episodes, place),
        seen=_seen(episodes),
        ordered=_ordered(episodes, dated),
        undated=() if since is not None else tuple(project for project in everyone if project not in dated),
        n=len(spans),
        n_projects=len(everyone),
        since=since,
        sources=episodes.sources,
    )


def _refuse_since(since: float, clock: Clock) -> Refusal:
    start = f"{since:g}" if clock == "calendrier" else tell("{age} mois", age=f"{since:g}")
    return Refusal(
        tell("la frise des trajectoires depuis {start}", start=start),
        tell("Aucun projet n’a de fait daté depuis {start}.", start=start),
        tell("choisir un début plus ancien."),
    )


def build_stage_durations(episodes: Episodes, timelines: Timelines | Refusal) -> pd.DataFrame | Refusal:
    """Time spent in each stage along the state lines, as far as dates allow.

    Args:
        episodes: from ``derive_episodes``.
        timelines: from ``build_timelines``; a refusal is handed back.

    Returns:
        one row per stage met, in codebook order: ``etape, passages, projets, finis`` (both ends dated),
        ``en_cours`` (still open at the horizon), ``sans_date``; in months, ``mediane`` of the finished spells
        with ``mediane_min, mediane_max`` (each date at the end of its interval that shortens, that lengthens
        most; ``mediane_max`` is NaN when half of the spells or more have no longest length, a date being
        open-ended); ``observe_min, observe_max``: months spent so far in the open ones, to the last dated fact and
        to the horizon.

    >>> from ect_research import derive_episodes, load_corpus
    >>> corpus = load_corpus("pays-ledonien")
    >>> facts, projects = corpus.tables["evenements"], corpus.tables["projets"]
    >>> told = derive_episodes(facts, corpus.codebook.stages, observed_on=corpus.observed_on)
    >>> table = build_stage_durations(told, build_timelines(told, facts, projects))
    >>> bool((table["finis"] + table["en_cours"] + table["sans_date"] == table["passages"]).all())
    True
    """
    if isinstance(timelines, Refusal):
        return timelines
    spells = timelines.bars
    starts, ends = (_bounds(spells, episodes, side) for side in ("debut", "fin"))
    dated = spells["debut_date"] & spells["fin_date"]
    done, running = dated & ~spells["censure"], dated & spells["censure"]
    known = spells["projet_id"].map(timelines.projects["dernier_fait"])
    known = known.where(known > spells["debut"], spells["debut"])
    measured = pd.DataFrame(
        {
            "etape": spells["etape"],
            "projet_id": spells["projet_id"],
            "finis": done,
            "en_cours": running,
            "sans_date": ~dated,
            "mediane": _months(spells["fin"] - spells["debut"]).where(done),
            "mediane_min": _months(ends["min"] - starts["max"]).clip(lower=0).fillna(0.0).where(done),
            "mediane_max": _months(ends["max"] - starts["min"]).fillna(math.inf).where(done),
            "observe_min": _months(known - spells["debut"]).where(running),
            "observe_max": _months(spells["fin"] - spells["debut"]).where(running),
        }
    )
    stages = measured.groupby("etape", sort=False)
    table = pd.concat(
        [
            stages.size().rename("passages"),
            stages["projet_id"].nunique().rename("projets"),
            stages[["finis", "en_cours", "sans_date"]].sum(),
            stages[["mediane", "mediane_min", "mediane_max"]].median().replace(math.inf, float("nan")),
            stages[["observe_min", "observe_max"]].sum(),
        ],
        axis=1,
    )
    order = [name for name in episodes.stages["name"] if name in table.index]
    return table.loc[order].reset_index()


def _bounds(spells: pd.DataFrame, episodes: Episodes, side: str) -> pd.DataFrame:
    """Earliest and latest dates of the fact that starts or ends each spell; the date itself when it is sure."""
    frame = episodes.frame
    facts = pd.concat(
        [
            frame[["projet_id", end, f"{end}_min", f"{end}_max"]].set_axis(["projet_id", side, "min", "max"], axis=1)
            for end in ("ouverture", "fermeture")
        ]
    )
    facts = facts.dropna(subset=[side]).drop_duplicates(["projet_id", side])
    return spells[["projet_id", side]].merge(facts, on=["projet_id", side], how="left").set_index(spells.index)


class _Placer:
    """Dates → positions on the clock."""

    def __init__(self, clock: Clock, first: pd.Series) -> None:
        self.clock = clock
        self.first = first

    def __call__(self, projects: pd.Series, dates: pd.Series) -> pd.Series:
        if self.clock == "age":
            origins = projects.map(self.first)
            return _months(dates - origins)
        return decimal_years(dates)


def _months(lengths: pd.Series) -> pd.Series:
    return pd.Series(lengths.dt.total_seconds() / 86400 / DAYS_PER_MONTH, dtype="float64")


def _dated_facts(events: pd.DataFrame, episodes: Episodes) -> pd.DataFrame:
    """Every dated fact of a project up to its horizon; a fact dated twice counts as the episodes settled it."""
    middle = middles(events["date_debut_min"], events["date_debut_max"])
    told = pd.DataFrame({"projet_id": events["projet_id"], "date": middle})
    if "conflit_avec" in events:
        told = told[events["conflit_avec"].isna()]
    told = told[~events["type_evenement"].astype("str").isin(ANNOUNCED).reindex(told.index)]
    frame = episodes.frame
    settled = [
        frame[["projet_id", "ouverture"]].set_axis(["projet_id", "date"], axis=1),
        frame[["projet_id", "fermeture"]].set_axis(["projet_id", "date"], axis=1),
        _happened(episodes)[["projet_id", "date"]],
    ]
    facts = pd.concat([told, *settled], ignore_index=True).dropna()
    facts["date"] = facts["date"].dt.normalize()
    if facts.empty:
        return facts
    return facts[facts["date"] <= facts["projet_id"].map(episodes.horizons)].drop_duplicates()


def _happened(episodes: Episodes) -> pd.DataFrame:
    markers = episodes.markers
    return markers[markers["date"].notna() & ~markers["type_evenement"].isin(ANNOUNCED)]


def _spans(facts: pd.DataFrame, episodes: Episodes, issues: pd.Series) -> pd.DataFrame:
    dates = facts.groupby("projet_id", sort=True)["date"]
    spans = pd.DataFrame({"premier_fait": dates.min(), "dernier_fait": dates.max(), "faits": dates.size()})
    spans["issue"] = issues.reindex(spans.index).fillna("")
    spans["rang_issue"] = spans["issue"].map(OUTCOMES.index)
    spans = spans.sort_values(["rang_issue", "premier_fait", "dernier_fait"], kind="stable").reset_index()
    spans = spans.drop(columns="rang_issue")
    spans["horizon"] = spans["projet_id"].map(episodes.horizons)
    return spans.set_index(pd.Index(spans["projet_id"], name=None))


def _bars(episodes: Episodes, spans: pd.DataFrame, place: _Placer) -> pd.DataFrame:
    """Spells of dated projects; a start or an end that no document dates is said so, and drawn as an order."""
    states = episodes.states[episodes.states["projet_id"].isin(spans["projet_id"])]
    bars = states[states["debut"].notna() | states["fin"].notna()].reset_index(drop=True)
    bars["rang"] = bars.groupby(["projet_id", "etape"]).cumcount() + 1
    bars["debut_date"], bars["fin_date"] = bars["debut"].notna(), bars["fin"].notna()
    following = bars.groupby("projet_id")["debut"].shift(-1)
    bars["fin"] = bars["fin"].fillna(following).fillna(bars["projet_id"].map(spans["horizon"]))
    bars["x_debut"] = place(bars["projet_id"], bars["debut"])
    bars["x_fin"] = place(bars["projet_id"], bars["fin"])
    known = bars["projet_id"].map(spans["x_dernier"])
    bars["x_connu"] = known.clip(lower=bars["x_debut"], upper=bars["x_fin"])
    columns = ["projet_id", "etape", "rang", "debut", "fin", "debut_date", "fin_date"]
    return bars[[*columns, "x_debut", "x_fin", "x_connu", "censure"]]


def _doubts(episodes: Episodes, place: _Placer) -> pd.DataFrame:
    frame = episodes.frame
    unsure = frame["ouverture"].notna() & ~(frame["ouverture_min"] == frame["ouverture_max"])
    frame = frame[unsure]
    return pd.DataFrame(
        {
            "projet_id": frame["projet_id"],
            "etape": frame["etape"],
            "x_min": place(frame["projet_id"], frame["ouverture_min"]),
            "x_max": place(frame["projet_id"], frame["ouverture_max"]),
            "x": place(frame["projet_id"], frame["ouverture"]),
            "ouverture": frame["ouverture"],
            "ouverture_min": frame["ouverture_min"],
            "ouverture_max": frame["ouverture_max"],
        }
    ).reset_index(drop=True)


def _markers(episodes: Episodes, place: _Placer) -> pd.DataFrame:
    markers = _happened(episodes)
    return pd.DataFrame(
        {
            "projet_id": markers["projet_id"],
            "type_evenement": markers["type_evenement"],
            "x": place(markers["projet_id"], markers["date"]),
        }
    ).reset_index(drop=True)


def _seen(episodes: Episodes) -> pd.DataFrame:
    """Stages that a fact opens, dated or not."""
    opened = episodes.frame.assign(datee=episodes.frame["ouverture"].notna())
    opened = opened.groupby(["projet_id", "etape"], sort=True).agg(ouvertures=("etape", "size"), datee=("datee", "any"))
    stages = episodes.stages.loc[episodes.stages["kind"] == "etape", "name"].tolist()
    lines = [
        (project, stage) for project, told in undated_stages(episodes).items() for stage in told if stage in stages
    ]
    undated = pd.DataFrame(lines, columns=["projet_id", "etape"], dtype="str").assign(ouvertures=1, datee=False)
    both = pd.concat([opened.reset_index(), undated], ignore_index=True)
    return both.drop_duplicates(["projet_id", "etape"]).sort_values(["projet_id", "etape"]).reset_index(drop=True)


def _ordered(episodes: Episodes, dated: set[str]) -> pd.DataFrame:
    lines = episodes.states[episodes.states["debut"].isna() & ~episodes.states["projet_id"].isin(dated)]
    lines = lines.assign(
        rang=lines.groupby(["projet_id", "etape"]).cumcount() + 1, place=lines.groupby("projet_id").cumcount()
    )
    return lines[["projet_id", "etape", "rang", "place"]].reset_index(drop=True)
