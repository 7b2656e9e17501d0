"""The words and the tables that go with the lines of stages, with the labels of the codebook."""

from __future__ import annotations

import pandas as pd
from pandas._libs.tslibs.nattype import NaTType

from ect_research.analysis.chance import Refusal
from ect_research.analysis.time.timelines import Timelines
from ect_research.corpus.stages.episodes import Episodes
from ect_research.figures.exhibit.exhibit import Exhibit, table
from ect_research.figures.page.caption import Caption
from ect_research.figures.page.formats import format_date
from ect_research.figures.page.theme import Theme
from ect_research.words import mark

_READS = ("evenements",)
MOST_LINES = 45


def show_stage_durations(durations: pd.DataFrame | Refusal) -> Exhibit[pd.DataFrame]:
    """Time spent in each stage, in months, along the lines of the figure.

    ``mediane`` bears on finished spells only; it is no typical duration: finished spells are the shortest and the best told.
    """
    return table(
        durations,
        _stage_duration_rows,
        title=mark("Temps passé dans chaque étape (mois)"),
        n=lambda shown: shown.theme.say_n("n = {n} projet", "n = {n} projets", len(shown.context.tables["projets"])),
        note=mark("Passages le long des lignes de la figure ; sans_date : un bout du passage n’est daté par personne."),
        reads=_READS,
        finding=_find_stage_durations,
    ).in_annex()


def show_undated(episodes: Episodes) -> Exhibit[Episodes]:
    """Facts without a date nor a rank: each one found moves a bar of the figures."""

    def finding(shown: Exhibit[Episodes]) -> str:
        rows, theme = _undated_rows(shown), shown.theme
        said = theme.say(
            "Sans date, ni rang qui les place, donc sur aucune figure : {facts} de {projects}.",
            facts=theme.say_n("{n} fait", "{n} faits", len(rows)),
            projects=theme.say_n("{n} projet", "{n} projets", rows["projet_id"].nunique()),
        )
        return said if len(rows) else theme.say("Tous les faits ont une date ou un rang.")

    return table(
        episodes,
        _undated_rows,
        title=mark("Évènements de projets sans date"),
        n=lambda shown: shown.theme.say_n("n = {n} fait", "n = {n} faits", len(_undated_rows(shown))),
        reads=_READS,
        finding=finding,
    ).in_annex()


def shown_lines(told: Timelines) -> pd.DataFrame:
    """The projects to draw, in their order: when there are too many to read, those whose last fact is the most recent."""
    kept = told.projects["x_dernier"].sort_values(ascending=False, kind="stable").index[:MOST_LINES]
    return told.projects[told.projects.index.isin(kept)]


def timeline_words(shown: Exhibit[Timelines]) -> Caption:
    """The words around the lines: how many, who is missing, and one line read aloud."""
    told, theme, since = shown.told, shown.theme, shown.told.since
    who = theme.join(list(map(shown.named, told.undated)), 12, theme.say(" ; "))
    undated = theme.say_some(
        "{n} projet sans fait daté ({names})", "{n} projets sans fait daté ({names})", len(told.undated), names=who
    )
    older = theme.say_some(
        "{n} projet au dernier fait plus ancien, dans le tableau",
        "{n} projets au dernier fait plus ancien, dans le tableau",
        told.n - len(shown_lines(told)),
    )
    question = (
        theme.say("Trajectoires des projets au calendrier")
        if told.clock == "calendrier"
        else theme.say("Trajectoires des projets depuis leur premier fait daté")
    )
    return shown.context.caption(
        title=question if since is None else question + theme.say(", depuis {since}", since=f"{since:g}"),
        subtitle="" if since is None else theme.say("Ce qui précède {since} n’est pas montré", since=f"{since:g}"),
        n=theme.say_n("n = {n} projet", "n = {n} projets", told.n),
        missing=(older, undated),
        reading=_reading(shown),
    )


def timeline_finding(shown: Exhibit[Timelines]) -> str:
    """How many projects the lines tell of; since a date, how many have a fact since; by age, how long facts tell of them."""
    told, theme = shown.told, shown.theme
    if told.clock == "age":
        years = told.projects["x_dernier"] / 12
        return theme.say(
            "Du premier fait daté au dernier : {half} an ou moins pour la moitié des projets, {most} au plus ; n = {n}.",
            half=theme.number(float(years.median()), 1),
            most=theme.number(float(years.max()), 1),
            n=told.n,
        )
    if told.since is None:
        return _said_outcomes(told, theme)
    return theme.say(
        "Un fait est daté depuis {since} pour {projects} sur {n}.",
        since=f"{told.since:g}",
        projects=theme.say_n("{n} projet", "{n} projets", told.n),
        n=told.n_projects,
    )


def timeline_rows(shown: Exhibit[Timelines]) -> pd.DataFrame:
    """The spells behind the lines: project, stage, dates, last dated fact, and what is censored."""
    bars, theme = shown.told.bars, shown.theme
    yes_no = {True: theme.say("oui"), False: theme.say("non")}
    told = bars.assign(
        projet=bars["projet_id"].map(shown.names),
        libelle=bars["etape"].map(shown.labels("etape")),
        passage=bars["rang"],
        dernier_fait_connu=_days(bars["projet_id"].map(shown.told.projects["dernier_fait"])),
        **{name: _days(bars[name]) for name in ("debut", "fin")},
        **{name: bars[name].map(yes_no) for name in ("debut_date", "censure")},
    )
    columns = ["projet_id", "projet", "etape", "libelle", "passage", "debut", "fin", "dernier_fait_connu"]
    return told[[*columns, "debut_date", "censure"]]


def _said_outcomes(told: Timelines, theme: Theme) -> str:
    """How many are created, and when the younger half of the stories begins."""
    created = int(told.projects["issue"].isin(["cree_actif", "cree_cesse"]).sum())
    return theme.say(
        "{created}, sur {n} dont un fait est daté ; la moitié de leurs histoires ne commence qu’en {year} ou après.",
        created=theme.say_n("{n} projet créé", "{n} projets créés", created),
        n=told.n,
        year=int(told.projects["x_premier"].median()),
    )


def _reading(shown: Exhibit[Timelines]) -> str:
    """One bar read aloud, among those the figure shows."""
    told, theme = shown.told, shown.theme
    dated = told.bars[told.bars["debut_date"]]
    dated = dated if told.since is None else dated[dated["x_debut"] >= told.since]
    if dated.empty:
        return ""
    project = next(code for code in told.projects["projet_id"] if code in set(dated["projet_id"]))
    bar = dated[dated["projet_id"] == project].iloc[-1]
    last = pd.Timestamp(str(told.projects["dernier_fait"][project]))
    doubt = told.doubts[(told.doubts["projet_id"] == project) & (told.doubts["ouverture"] == bar["debut"])]
    early = doubt["ouverture_min"].iloc[0] if len(doubt) else bar["debut"]
    late = doubt["ouverture_max"].iloc[0] if len(doubt) else bar["debut"]
    return theme.say(
        "{project} : étape « {stage} » ouverte {opened} ; dernier fait connu {last}. Une bande pâle ne dit pas que l’étape "
        "dure encore : aucun document ne dit plus rien du projet.",
        project=shown.named(project),
        stage=shown.label("etape", str(bar["etape"])),
        opened=_when(early, late, theme),
        last=_when(early, late, theme) if last == bar["debut"] else _when(last, last, theme),
    )


def _when(early: pd.Timestamp | NaTType, late: pd.Timestamp | NaTType, theme: Theme) -> str:
    """« en 2020 », « entre 2018 et 2021 », « avant 2016 », « après 2017 »."""
    first, last = (format_date(day, "annee", theme.language) for day in (early, late))
    if pd.isna(early):
        return theme.say("avant {year}", year=last)
    if pd.isna(late):
        return theme.say("après {year}", year=first)
    if first == last:
        return theme.say("en {year}", year=first)
    return theme.say("entre {first} et {last}", first=first, last=last)


def _days(dates: pd.Series) -> pd.Series:
    return pd.Series(dates.dt.strftime("%Y-%m-%d"), dtype="str")


def _find_stage_durations(shown: Exhibit[pd.DataFrame]) -> str:
    told, theme = shown.told, shown.theme
    return theme.say(
        "{spells} par une étape, dont {finished} des deux bouts et {running} encore à la fin de l’observation.",
        spells=theme.say_n("{n} passage", "{n} passages", int(told["passages"].sum())),
        finished=theme.say_n("{n} daté", "{n} datés", int(told["finis"].sum())),
        running=theme.say_n("{n} qui dure", "{n} qui durent", int(told["en_cours"].sum())),
    )


def _stage_duration_rows(shown: Exhibit[pd.DataFrame]) -> pd.DataFrame:
    """Time spent in each stage, with the labels of the codebook (months, one decimal)."""
    told, labels = shown.told, shown.labels("etape")
    rows = told.assign(libelle=told["etape"].map(labels)).round(1)
    return rows[["etape", "libelle", *(name for name in told.columns if name != "etape")]]


def _undated_rows(shown: Exhibit[Episodes]) -> pd.DataFrame:
    """Facts of projects that could not be placed: stage facts and others, without any date."""
    episodes = shown.told
    parts = [episodes.undated, episodes.markers.loc[episodes.markers["date"].isna(), episodes.undated.columns]]
    undated = pd.concat(parts, ignore_index=True).sort_values(["projet_id", "evenement_id"], kind="stable")
    events = shown.context.tables["evenements"].set_index("evenement_id")
    return pd.DataFrame(
        {
            "projet_id": undated["projet_id"],
            "projet": undated["projet_id"].map(shown.names),
            "evenement_id": undated["evenement_id"],
            "evenement": undated["type_evenement"].map(shown.labels("type_evenement")),
            "description": undated["evenement_id"].map(events["description"]),
            "source_id": undated["evenement_id"].map(events["source_id"]),
        }
    ).reset_index(drop=True)
