"""The words and the tables that go with the lines of stages, with the labels of the codebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.figures.exhibit.sourced_caption import sourced_caption, title_for
from ect_research.figures.page.formats import format_count, format_date, join_words
from ect_research.figures.signs.trajectory_words import WORDS

if TYPE_CHECKING:
    from pandas._libs.tslibs.nattype import NaTType

    from ect_research.analysis.time.timelines import Timelines
    from ect_research.corpus.checked.corpus import Corpus
    from ect_research.corpus.stages.episodes import Episodes
    from ect_research.figures.page.caption import Caption
    from ect_research.figures.page.theme import Language, Theme


def caption_trajectories(
    timelines: Timelines | Refusal, corpus: Corpus, theme: Theme, *, since: float | None = None
) -> Caption | Refusal:
    """The words around the lines: how many, who is missing, and one line read aloud.

    Args:
        timelines: from ``build_timelines``; a refusal is handed back.
        corpus: names, labels and source.
        theme: the reader's preset.
        since: the same as in ``draw_trajectories``.
    """
    if isinstance(timelines, Refusal):
        return timelines
    language, words = theme.language, WORDS[theme.language]
    names = corpus.names()
    noun = "projet" if language == "fr" else "project"
    missing = ""
    if timelines.undated:
        who = join_words(
            [names.get(code, code) for code in timelines.undated], language, 12, " ; " if language == "fr" else "; "
        )
        missing = words["missing"].format(format_count(len(timelines.undated), noun, "", language), who)
    window = "" if since is None else words["window"].format(f"{since:g}")
    return sourced_caption(
        corpus,
        theme,
        title=title_for(
            theme,
            words["title_calendar" if timelines.clock == "calendrier" else "title_age"] + window,
            words["finding"].format(format_count(timelines.n, noun, "", language), timelines.n_projects),
        ),
        subtitle="" if since is None else words["since"].format(f"{since:g}"),
        n=words["n"].format(format_count(timelines.n, noun, "", language)),
        missing=missing,
        reading=_reading(timelines, corpus, theme, since),
    )


def tabulate_trajectories(timelines: Timelines | Refusal, corpus: Corpus, theme: Theme) -> pd.DataFrame | Refusal:
    """The spells behind the lines: project, stage, dates, last dated fact, and what is censored."""
    if isinstance(timelines, Refusal):
        return timelines
    bars = timelines.bars
    labels = corpus.codebook.labels("etape", theme.language)
    last = bars["projet_id"].map(timelines.projects["dernier_fait"])
    return pd.DataFrame(
        {
            "projet_id": bars["projet_id"],
            "projet": bars["projet_id"].map(corpus.names()),
            "etape": bars["etape"],
            "libelle": bars["etape"].map(labels),
            "passage": bars["rang"],
            "debut": _days(bars["debut"]),
            "fin": _days(bars["fin"]),
            "dernier_fait_connu": _days(last),
            "debut_date": _yes_no(bars["debut_date"], theme),
            "censure": _yes_no(bars["censure"], theme),
        }
    )


def tabulate_stage_durations(durations: pd.DataFrame | Refusal, corpus: Corpus, theme: Theme) -> pd.DataFrame | Refusal:
    """Time spent in each stage, with the labels of the codebook (months, one decimal)."""
    if isinstance(durations, Refusal):
        return durations
    labels = corpus.codebook.labels("etape", theme.language)
    table = durations.assign(libelle=durations["etape"].map(labels)).round(1)
    return table[["etape", "libelle", *(name for name in durations.columns if name != "etape")]]


def tabulate_undated(episodes: Episodes, corpus: Corpus, theme: Theme) -> pd.DataFrame:
    """Facts of projects that could not be placed: stage facts and others, without any date."""
    parts = [episodes.undated, episodes.markers.loc[episodes.markers["date"].isna(), episodes.undated.columns]]
    undated = pd.concat(parts, ignore_index=True).sort_values(["projet_id", "evenement_id"], kind="stable")
    events = corpus.tables["evenements"].set_index("evenement_id")
    labels = corpus.codebook.labels("type_evenement", theme.language)
    return pd.DataFrame(
        {
            "projet_id": undated["projet_id"],
            "projet": undated["projet_id"].map(corpus.names()),
            "evenement_id": undated["evenement_id"],
            "evenement": undated["type_evenement"].map(labels),
            "description": undated["evenement_id"].map(events["description"]),
            "source_id": undated["evenement_id"].map(events["source_id"]),
        }
    ).reset_index(drop=True)


def _reading(timelines: Timelines, corpus: Corpus, theme: Theme, since: float | None) -> str:
    """One bar read aloud, among those the figure shows."""
    dated = timelines.bars[timelines.bars["debut_date"]]
    dated = dated if since is None else dated[dated["x_debut"] >= since]
    if dated.empty:
        return ""
    language = theme.language
    project = next(code for code in timelines.projects["projet_id"] if code in set(dated["projet_id"]))
    bar = dated[dated["projet_id"] == project].iloc[-1]
    last = pd.Timestamp(str(timelines.projects["dernier_fait"][project]))
    doubts = timelines.doubts
    doubt = doubts[(doubts["projet_id"] == project) & (doubts["ouverture"] == bar["debut"])]
    early = doubt["ouverture_min"].iloc[0] if len(doubt) else bar["debut"]
    late = doubt["ouverture_max"].iloc[0] if len(doubt) else bar["debut"]
    return WORDS[language]["reading"].format(
        corpus.names().get(project, project),
        corpus.codebook.label("etape", str(bar["etape"]), language),
        _when(early, late, language),
        _when(early, late, language) if last == bar["debut"] else _when(last, last, language),
    )


def _when(early: pd.Timestamp | NaTType, late: pd.Timestamp | NaTType, language: Language) -> str:
    """« en 2020 », « entre 2018 et 2021 », « avant 2016 », « après 2017 »."""
    first, last = (format_date(day, "annee", language) for day in (early, late))
    if pd.isna(early):
        return f"avant {last}" if language == "fr" else f"before {last}"
    if pd.isna(late):
        return f"après {first}" if language == "fr" else f"after {first}"
    if first == last:
        return f"en {first}" if language == "fr" else f"in {first}"
    return f"entre {first} et {last}" if language == "fr" else f"between {first} and {last}"


def _days(dates: pd.Series) -> pd.Series:
    return pd.Series(dates.dt.strftime("%Y-%m-%d"), dtype="str")


def _yes_no(flags: pd.Series, theme: Theme) -> pd.Series:
    return flags.map({True: "oui", False: "non"} if theme.language == "fr" else {True: "yes", False: "no"})
