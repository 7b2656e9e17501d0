"""The views of any questionnaire, by kind of question."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any, Literal

import pandas as pd
from matplotlib.figure import Figure

from ect_research.analysis.chance import FEWEST_OF_A_SHARE, Refusal
from ect_research.analysis.corpus.survey.survey import Survey
from ect_research.figures.corpus.survey.answer_rows import answers_said, draw_answers, draw_crossings, question_said
from ect_research.figures.corpus.survey.scale_bars import ScaleLine, draw_scale_lines, listed_scale, segments_of
from ect_research.figures.exhibit.exhibit import Exhibit, Finding, Strength, view_of
from ect_research.figures.page.caption import Caption
from ect_research.words import mark, tell

View = Literal["echelles", "codes", "choix", "nombres", "textes", "croisements", "croises"]
Shown = Exhibit["Survey"]
_KINDS = {
    "echelles": ("echelle",),
    "codes": ("code",),
    "choix": ("codes",),
    "nombres": ("nombre", "date"),
    "textes": ("texte",),
}
_MOST = 60
_TITLES: dict[str, str] = {
    "echelles": mark("Les questions à échelle"),
    "codes": mark("Les questions à une réponse"),
    "choix": mark("Les questions à plusieurs réponses"),
    "nombres": mark("Les nombres et les dates"),
    "textes": mark("Les réponses libres, à coder"),
    "croisements": mark("Les croisements demandés, et ce que donne le hasard"),
    "croises": mark("Les mêmes réponses, groupe par groupe"),
}
_SHARES = mark(
    "Point : part des personnes qui ont répondu à la question ; trait : intervalle à 95 % (Wilson). Les réponses de moins de "
    "{least} personnes sont réunies, ou masquées."
)
_TOGETHER = mark("intervalles de {times} fois moins de personnes : les membres d’un projet répondent ensemble")
_ALONE = mark("la table ne dit pas qui est d’un même projet : chacun est supposé répondre seul")
_READINGS: dict[str, str] = {
    "echelles": mark(
        "À droite du trait, le haut de l’échelle ; à gauche, le bas ; chaque nombre compte des personnes. Des réponses "
        "voisines sont réunies quand l’une d’elles est donnée par moins de {least} personnes. Aucune moyenne."
    ),
    "codes": _SHARES,
    "choix": mark(
        "Part des personnes qui ont coché au moins une case ; une personne en coche plusieurs, les parts ne font pas 100 %. "
        "Une case cochée, ou laissée, par moins de {least} personnes est masquée. Intervalles à 95 %."
    ),
    "nombres": mark(
        "Classes d’à peu près autant de personnes, ouvertes aux deux bouts ; les dates par année. Intervalles à 95 %."
    ),
    "textes": mark(
        "Une réponse libre ne se publie pas : elle se code, dans la table codages, à deux (« ect codages --textes {table} "
        "a_coder.csv », puis 12_codages). Les thèmes codés sont comptés ici."
    ),
    "croisements": mark(
        "Force : 0, rien ; 1, le groupe dit la réponse. p : part des {draws} tirages où des groupes rebattus entre les personnes "
        "font aussi fort, corrigée pour les croisements éprouvés (Holm) ; sans lien aucun, un sur vingt passerait 5 % sans "
        "correction. Un croisement est éprouvé sur les nombres montrés, et sur eux seuls. Dit au-delà du hasard s’il tient aussi "
        "(5 %) avec des groupes rebattus entre projets entiers, et dans les projets où ils diffèrent."
    ),
    "croises": mark(
        "Les mêmes nombres que ceux du test ; un croisement où l’un d’eux serait trop petit n’est pas montré."
    ),
}


def show_survey(survey: Survey | Refusal, view: View) -> Exhibit[Survey]:
    """One view of a questionnaire.

    Args:
        survey: from `build_survey`.
        view: ``echelles`` (bars around the middle), ``codes``, ``choix`` (several answers), ``nombres`` (numbers and dates),
            ``textes`` (a table), ``croisements`` (tests), ``croises`` (their counts, a table).

    Raises:
        EctError: no such view.
    """
    title = view_of(view, _TITLES)
    rows, draw, find = _OWN.get(view) or (
        partial(_answers, view=view),
        partial(_draw, view=view),
        partial(_find, view=view),
    )
    return Exhibit(
        _refused(survey, view),
        rows,
        partial(_words, view=view),
        draw,
        finding_of=find,
        title=title,
        reads=() if isinstance(survey, Refusal) else (survey.table,),
        counts="personnes",
        place="annexe" if view == "croises" else "corps",
    )


def _refused(told: Survey | Refusal, view: str) -> Survey | Refusal:
    if isinstance(told, Refusal):
        return told
    asked = tell(_TITLES[view])
    if view in ("croisements", "croises"):
        if not len(told.crossings):
            return Refusal(
                asked,
                tell("Aucun croisement n’est demandé."),
                tell("en écrire un (paramètre croisements), choisi avant de regarder."),
            )
        if not len(told.crossed):
            return Refusal(
                asked,
                tell("Chaque croisement montrerait la réponse de quelques personnes."),
                tell("regrouper des codes, ou choisir des groupes plus grands."),
            )
        return told
    if view == "textes" and len(told.texts):
        return told
    lines = int(told.answers["nature"].isin(_KINDS[view]).sum())
    if not lines:
        return Refusal(
            asked,
            tell("La table {table} n’a pas de telle question, ou aucune n’a assez de réponses.", table=told.table),
        )
    if lines > _MOST and view != "echelles":
        return Refusal(
            asked,
            tell("{n} lignes ne tiennent pas sur une page.", n=lines),
            tell("choisir des questions (paramètre questions)."),
        )
    return told


def _of(shown: Shown, view: str) -> pd.DataFrame:
    return shown.told.answers[shown.told.answers["nature"].isin(_KINDS[view])]


def _draw(shown: Shown, view: str) -> Figure:
    return draw_answers(shown, _of(shown, view))


def _draw_scales(shown: Shown) -> Figure:
    """One block a list of answers."""
    codebook, theme, told = shown.context.codebook, shown.theme, shown.told
    rows = _of(shown, "echelles")
    lists = [codebook.variables[told.table, name].list_name for name in rows["question"]]
    blocks = []
    for name, block in rows.groupby(lists, sort=False):
        lines = [
            ScaleLine(question_said(shown, str(one)), int(own["n"].iloc[0]), segments_of(own))
            for one, own in block.groupby("question", sort=False)
        ]
        blocks.append((listed_scale(shown, str(name)), lines))
    return draw_scale_lines(blocks, theme)


def _answers(shown: Shown, view: str) -> pd.DataFrame:
    rows = _of(shown, view)
    said = rows.assign(
        question=[question_said(shown, name) for name in rows["question"]],
        reponse=[
            answers_said(shown, name, codes) for name, codes in zip(rows["question"], rows["reponses"], strict=True)
        ],
    )
    columns = ["question", "reponse", "personnes"]
    return said[columns if view == "echelles" else [*columns, "n", "part", "bas", "haut"]].reset_index(drop=True)


def _texts(shown: Shown) -> pd.DataFrame:
    told, theme = shown.told, shown.theme
    themes = _of(shown, "textes")
    lines = [
        (question_said(shown, one["question"]), theme.say("réponses écrites"), one["personnes"])
        for one in told.texts.to_dict("records")
    ]
    lines += [
        (question_said(shown, one["question"]), f"→ {one['reponses'][0]}", one["personnes"])
        for one in themes.to_dict("records")
    ]
    return pd.DataFrame(lines, columns=["question", "theme", "personnes"]).astype({"personnes": "Int64"})


def _tests(shown: Shown, told: pd.DataFrame | None = None) -> pd.DataFrame:
    told = shown.told.crossings if told is None else told
    return told.assign(**{of: [question_said(shown, one) for one in told[of]] for of in ("question", "groupe")})


def _crossed(shown: Shown) -> pd.DataFrame:
    told = shown.told.crossed
    groups = [answers_said(shown, by, codes) for by, codes in zip(told["groupe"], told["modalite"], strict=True)]
    given = [answers_said(shown, name, codes) for name, codes in zip(told["question"], told["reponses"], strict=True)]
    return _tests(shown, told).assign(reponse=given, modalite=groups)[
        ["question", "reponse", "groupe", "modalite", "personnes"]
    ]


def _words(shown: Shown, view: str) -> Caption:
    told, theme = shown.told, shown.theme
    hidden = [name for name, kind in told.withheld.items() if kind in _KINDS.get(view, ())]
    silent = sum(kind in _KINDS.get(view, ()) for kind in told.unanswered.values())
    shares = view in ("codes", "choix", "nombres")
    weighted, together = (told.why_weights, told.alike > 1) if shares else ("", False)
    missing = [
        theme.say("masquées : {names}", names=_named(shown, hidden)) if hidden else "",
        theme.say_some("{n} question sans aucune réponse, posée ou non",
                       "{n} questions sans aucune réponse, posées ou non", silent),
        theme.say_some("{n} réponse remplacée par une plus récente de la même personne",
                       "{n} réponses remplacées par une plus récente de la même personne", told.twice),
        theme.say_some("{n} réponse sans vague, non comptée", "{n} réponses sans vague, non comptées", told.unwaved),
        theme.say(_ALONE) if (view == "croisements" or shares) and not told.within else "",
        theme.say(_TOGETHER, times=theme.number(told.alike, 1)) if together else "",
        theme.say("parts pondérées : {why}", why=weighted.rstrip(".")) if weighted else "",
    ]  # fmt: skip
    return shown.context.caption(
        title=theme.say(_TITLES[view]),
        n=theme.say_n("n = {n} personne", "n = {n} personnes", told.n),
        missing=missing,
        reading=theme.say(_READINGS[view], least=told.least, draws=told.draws, table=told.table),
        subtitle=shown.context.codebook.table_label(told.table, theme.language),
    )


def _find(shown: Shown, view: str) -> str:
    """The answer that most persons give, of those that take a side."""
    rows, theme = _of(shown, view), shown.theme
    told = rows[rows["personnes"].notna() & ~((rows["nature"] == "echelle") & rows["cote"].isna())]
    if not len(told):
        return theme.say("Aucune réponse ne peut être montrée sans désigner quelqu’un.")
    most = told.sort_values("part", ascending=False, kind="stable").iloc[0]
    share = f", {theme.percent(most['part'])} [{theme.percents(most['bas'], most['haut'])}]"
    said = theme.say_n(
        "{question} : {answer}, {n} personne sur {all}{share}",
        "{question} : {answer}, {n} personnes sur {all}{share}",
        int(most["personnes"]),
        question=question_said(shown, most["question"]).rstrip(" ?."),
        answer=answers_said(shown, most["question"], most["reponses"]),
        all=int(most["n"]),
        share=share if most["n"] >= FEWEST_OF_A_SHARE else "",
    )
    return f"{said}."


def _find_scales(shown: Shown) -> str:
    """The question with most persons on the upper side."""
    codebook, theme, told = shown.context.codebook, shown.theme, shown.told
    high = []
    for name, own in _of(shown, "echelles").groupby("question", sort=False):
        above = own[own["cote"] == 1]
        scale = listed_scale(shown, codebook.variables[told.table, str(name)].list_name)
        if len(above) and above["personnes"].notna().all() and not any(map(scale.is_rest, above["reponses"])):
            high.append((float(above["part"].sum()), int(above["personnes"].sum()), int(own["n"].iloc[0]), str(name)))
    rows = _of(shown, "echelles")
    whole = rows.loc[rows["personnes"].isna() & (rows["cote"] == 1), "question"]
    if len(whole):
        return theme.say("En haut de l’échelle, presque toutes : {names}.", names=_named(shown, whole))
    if not high:
        return theme.say("Aucune réponse ne peut être montrée sans désigner quelqu’un.")
    most = max(high)
    names = _named(shown, [name for *counts, name in high if counts == [*most[:3]]])
    return theme.say("Le plus haut : {name}, {k} personnes sur {n}.", name=names, k=most[1], n=most[2])


def _named(shown: Shown, questions: Iterable[str]) -> str:
    """Two questions, and how many others."""
    names = [question_said(shown, str(name)).rstrip(".") for name in questions]
    return shown.theme.join([shown.theme.say("« {name} »", name=name) for name in names], most=2)


def _find_texts(shown: Shown) -> str:
    told, theme = shown.told.texts, shown.theme
    known = told[told["codees"].fillna(0) > 0]
    said = theme.say_n("{n} question ouverte", "{n} questions ouvertes", len(told))
    rest = theme.say_n("{n} est codée", "{n} sont codées", len(known))
    return theme.say("{said} ; {rest}.", said=said, rest=rest)


def _find_crossings(shown: Shown) -> Finding:
    told, theme = shown.told.crossings, shown.theme
    alone = told[told["p_holm"] < 0.05]
    beyond = held if len(held := alone[alone["tient"].astype("bool")]) else alone
    shown_n = int(told["p"].notna().sum())
    if not len(beyond):
        said = theme.say_n("{n} croisement éprouvé : il ne se distingue pas du hasard.",
                           "{n} croisements éprouvés : aucun ne se distingue du hasard.", shown_n)  # fmt: skip
        return Finding(said, Strength.AS_CHANCE)
    names = [
        theme.say("« {question} » selon « {by} » (p = {p})", question=question_said(shown, row["question"]),
                  by=question_said(shown, row["groupe"]), p=theme.number(row["p_holm"], 3))
        for row in beyond.to_dict("records")
    ]  # fmt: skip
    holds = bool(beyond["tient"].all())
    together = mark(
        "Au-delà du hasard si chacun répondait seul, mais non par projets entiers : {names}, sur {k} éprouvés"
    )
    sure = mark("Au-delà du hasard : {names}, sur {k} croisements éprouvés")
    said = theme.say(sure if holds else together, names=theme.join(names), k=shown_n) + "."
    return Finding(said, Strength.BEYOND_CHANCE if holds else Strength.AS_CHANCE)


_OWN: dict[str, Any] = {
    "echelles": (partial(_answers, view="echelles"), _draw_scales, _find_scales),
    "croisements": (_tests, draw_crossings, _find_crossings),
    "croises": (_crossed, None, None),
    "textes": (_texts, None, _find_texts),
}
