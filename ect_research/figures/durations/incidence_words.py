"""What the curves of competing ends say: title, n, how to read them, and their finding."""

from __future__ import annotations

import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.analysis.durations.aalen_johansen import Incidence
from ect_research.figures.exhibit.exhibit import Exhibit
from ect_research.figures.page.caption import Caption
from ect_research.figures.page.theme import Theme
from ect_research.words import mark

ENDS = {"creation": mark("Création"), "abandon": mark("Abandon"), "absorption": mark("Absorption")}


def incidence_finding(shown: Exhibit[Incidence]) -> str:
    """The first end at the last readable age, of the first group; how many ended when nothing is readable."""
    told, theme = shown.told, shown.theme
    point = _last_readable(told)
    if point is None:
        return _said_n(told, theme)
    cause = told.causes[0]
    return theme.say(
        "{end} : {share} des projets {age} après leur début [{interval}] ; n = {n}, dont {ends}.{start}",
        end=theme.say(ENDS.get(cause, cause)),
        share=theme.percent(point["part"]),
        age=_age(point, told, theme),
        interval=theme.percents(point["bas"], point["haut"]),
        n=told.n,
        ends=_ended(told, theme),
        start=_started(told, theme),
    )


def incidence_words(shown: Exhibit[Incidence]) -> Caption:
    """The words around the curves."""
    told, corpus, theme = shown.told, shown.context, shown.theme
    return corpus.caption(
        title=theme.say("Création, abandon, absorption : ce qui arrive aux projets, et quand")
        if set(told.causes) <= set(ENDS)
        else theme.say("Ce qui arrive aux projets, et quand"),
        n=_said_n(told, theme),
        missing=said_left_out(told.excluded, theme),
        reading=_reading(told, theme) + _started(told, theme) + _supposed(told, theme),
    )


def said_left_out(excluded: pd.DataFrame, theme: Theme) -> str:
    """How many projects are not drawn, and why; nothing when all are."""
    reasons = ", ".join(
        theme.say("{reason} : {n}", reason=theme.say(str(reason)), n=size)
        for reason, size in excluded["raison"].value_counts().sort_index().items()
    )
    if not reasons:
        return ""
    return theme.say_n(
        "{n} projet hors de la figure ({reasons})",
        "{n} projets hors de la figure ({reasons})",
        len(excluded),
        reasons=reasons,
    )


def _said_n(told: Incidence, theme: Theme) -> str:
    return theme.say_n(
        "n = {n} projet, dont {ends} ; {running} encore en cours",
        "n = {n} projets, dont {ends} ; {running} encore en cours",
        told.n,
        ends=_ended(told, theme),
        running=told.n - _ends(told),
    )


def _ended(told: Incidence, theme: Theme) -> str:
    return theme.say_n("{n} projet arrivé à une fin", "{n} projets arrivés à une fin", _ends(told))


def _ends(told: Incidence) -> int:
    return int(told.groups[list(told.causes)].to_numpy().sum())


def _last_readable(told: Incidence) -> pd.Series | None:
    """The first end of the first group, at the last age where enough projects are followed."""
    group = told.groups.iloc[0]
    curve = told.curves[(told.curves["groupe"] == group["groupe"]) & (told.curves["fin"] == told.causes[0])]
    kept = curve[curve["temps"] <= float(group["dernier_lisible"])]
    return None if kept.empty else kept.iloc[-1]


def _age(point: pd.Series, told: Incidence, theme: Theme) -> str:
    age = float(point["temps"])
    if told.unit != "mois":
        return f"{theme.number(age, 1 if age % 1 else 0)} {told.unit}"
    return theme.say("{years} ans", years=theme.number(age / 12, 1))


def _started(told: Incidence, theme: Theme) -> str:
    """That the curves begin late, when they do: they tell of the projects still going on then."""
    if told.start <= 0:
        return ""
    return theme.say(
        " Courbe des projets encore en cours à {age} {unit} : à cet âge, personne n’était suivi depuis le début.",
        age=theme.number(told.start, 1),
        unit=told.unit,
    )


def _supposed(told: Incidence, theme: Theme) -> str:
    """That some projects are supposed followed from their first fact, and what the other extreme would give."""
    if not told.supposed:
        return ""
    said = theme.say_n(
        " {n} projet sans « Suivi depuis » : suivi supposé depuis son premier fait.",
        " {n} projets sans « Suivi depuis » : suivis supposés depuis leur premier fait.",
        told.supposed,
    )
    here, other = _last_readable(told), told.otherwise
    if here is None:
        return said
    there = None if other is None or isinstance(other, Refusal) else _at(other, float(here["temps"]))
    if there is None or isinstance(other, Refusal) or other is None:
        said += theme.say(" Suivis seulement depuis leur dernier fait avant leur fin, rien ne pourrait être dit.")
    else:
        said += theme.say(
            " Suivis seulement depuis leur dernier fait avant leur fin : {share} au même âge [{interval}]{among}.",
            share=theme.percent(there["part"]),
            interval=theme.percents(there["bas"], there["haut"]),
            among=theme.say(
                ", parmi les projets encore en cours à {age} {unit}", age=theme.number(other.start, 1), unit=other.unit
            )
            if other.start > 0
            else "",
        )
    return said


def _at(told: Incidence, age: float) -> pd.Series | None:
    """The first end of the first group at an age; None when the curve begins later."""
    curve = told.curves[
        (told.curves["groupe"] == told.groups.iloc[0]["groupe"]) & (told.curves["fin"] == told.causes[0])
    ]
    kept = curve[curve["temps"] <= age]
    return None if kept.empty else kept.iloc[-1]


def _reading(told: Incidence, theme: Theme) -> str:
    point = _last_readable(told)
    if point is None:
        return ""
    said = {
        "share": theme.percent(point["part"]),
        "age": _age(point, told, theme),
        "interval": theme.percents(point["bas"], point["haut"]),
    }
    if told.causes[0] == "creation":
        return theme.say(
            "{share} des projets sont créés au plus tard {age} après leur premier fait daté (intervalle à 95 % : {interval}).",
            **said,
        )
    return theme.say(
        "{share} des projets ont connu la fin « {end} » au plus tard {age} après leur début (intervalle à 95 % : {interval}).",
        end=told.causes[0],
        **said,
    )
