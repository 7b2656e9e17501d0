"""Cooperative maturity, one wave a page: answers by statement, moves, a comparison, and a sheet to discuss."""

from __future__ import annotations

from functools import partial
from typing import Any, Literal

import pandas as pd
from matplotlib.figure import Figure

from ect_research.analysis.chance import Refusal
from ect_research.analysis.corpus.survey.maturity import DOWN, SAME, TABLE, UP, Maturity
from ect_research.codebook.xlsform import PARTS
from ect_research.figures.corpus.survey.scale_bars import Scale, ScaleLine, draw_scale_lines, listed_scale, segments_of
from ect_research.figures.exhibit.exhibit import Exhibit, Finding, Strength, view_of
from ect_research.figures.page.caption import Caption
from ect_research.figures.page.theme import Theme
from ect_research.words import mark, tell, tell_n

View = Literal["reponses", "changements", "groupes", "discuter"]
Shown = Exhibit["Maturity"]
_TITLES: dict[str, str] = {
    "reponses": mark("Ce que chacun répond, énoncé par énoncé"),
    "changements": mark("Qui a bougé depuis la vague d’avant"),
    "groupes": mark("Les mêmes réponses, groupe par groupe"),
    "discuter": mark("À discuter ensemble"),
}
_READINGS: dict[str, str] = {
    "reponses": mark(
        "À droite du trait, les personnes qui répondent « plutôt » ou « tout à fait » ; à gauche, les autres. Chaque nombre "
        "est un nombre de personnes. Des réponses voisines sont comptées ensemble quand l’une d’elles est donnée par moins de "
        "{least} personnes ; « presque toutes » : moins de {least} ailleurs. Aucune moyenne."
    ),
    "changements": mark(
        "Une personne monte quand elle répond plus haut sur plus d’énoncés qu’elle ne répond plus bas. Test des signes exact, "
        "corrigé pour {components} composantes (Holm) ; p est le plus grand que permettent les nombres montrés. Ceux qui "
        "montent ne sont pas de meilleurs élèves : une réponse peut baisser parce qu’on y voit plus clair."
    ),
    "groupes": mark(
        "En accord : « plutôt » ou « tout à fait ». Un groupe de moins de {twice} personnes n’est pas comparé ; un énoncé "
        "où l’un des nombres serait trop petit n’est pas montré."
    ),
    "discuter": mark(
        "Ce n’est pas un score. Les énoncés les plus partagés, les moins partagés et ceux qui divisent, pour se demander "
        "ensemble : qu’est-ce qui nous fait dire cela, et que ferions-nous autrement ?"
    ),
}
_MOVES = {
    DOWN: mark("répond plus bas"),
    SAME: mark("autant plus haut que plus bas, ou pareil"),
    UP: mark("répond plus haut"),
}
_MOVE_COLOURS = {DOWN: "#e08214", SAME: "#ececec", UP: "#4393c3"}
_TO_DISCUSS = 3


def show_maturity(maturity: Maturity | Refusal, view: View = "reponses") -> Exhibit[Maturity]:
    """One view of a wave of the cooperative-maturity survey.

    Args:
        maturity: from `build_maturity`.
        view: ``reponses`` (bars around the middle of the scale), ``changements`` (moves of those who answered the wave before
            too), ``groupes`` (a table), ``discuter`` (a sheet to talk about).

    Raises:
        EctError: no such view.
    """
    views: dict[str, Any]
    views = {"reponses": _counts, "changements": _moves, "groupes": _groups, "discuter": _to_discuss}
    rows = view_of(view, views)
    draw = {"reponses": _draw_counts, "changements": _draw_moves}.get(view)
    return Exhibit(
        _refused(maturity, view),
        rows,
        partial(_words, view=view),
        draw,
        finding_of=_find if view == "reponses" else _find_moves if view == "changements" else None,
        title=_TITLES[view],
        reads=(TABLE,),
        counts="personnes",
        place="annexe" if view == "groupes" else "corps",
    )


def _refused(told: Maturity | Refusal, view: str) -> Maturity | Refusal:
    if isinstance(told, Refusal):
        return told
    least = 2 * told.least
    if view == "changements" and not told.before:
        return Refusal(
            tell("les changements d’une vague à l’autre"),
            tell("Il n’y a pas de vague avant {wave}.", wave=told.wave),
            tell("faire répondre les mêmes personnes une seconde fois, sous le même pseudonyme."),
        )
    if view == "changements" and not len(told.moves):
        return Refusal(
            tell("les changements d’une vague à l’autre"),
            tell_n(
                "{n} personne a répondu aux deux vagues ; il en faut {least}.",
                "{n} personnes ont répondu aux deux vagues ; il en faut {least}.",
                told.both,
                least=least,
            ),
            tell("faire répondre les mêmes personnes, sous le même pseudonyme."),
        )
    if view == "groupes" and not len(told.groups):
        return Refusal(
            tell("une comparaison de groupes"),
            tell(
                "Moins de deux groupes ont {least} personnes, ou chaque énoncé montrerait la réponse de quelques-unes.",
                least=least,
            ),
            tell("choisir une colonne aux groupes plus grands (paramètre comparer), ou regrouper ses codes."),
        )
    return told


def _label(shown: Shown, name: str) -> str:
    return shown.column(TABLE, name)


def _component(name: str, theme: Theme) -> str:
    french, english = PARTS.get(name, (name, name))
    return french if theme.language == "fr" else english


def _answers(shown: Shown) -> Scale:
    """The scale of the statements."""
    first = str(shown.told.counts["enonce"].iloc[0])
    return listed_scale(shown, shown.context.codebook.variables[TABLE, first].list_name)


def _move_scale(shown: Shown) -> Scale:
    return Scale({code: shown.theme.say(said) for code, said in _MOVES.items()}, "", _MOVE_COLOURS, shown.told.least)


def _draw_counts(shown: Shown) -> Figure:
    by_statement = {str(name): rows for name, rows in shown.told.counts.groupby("enonce", sort=False)}
    lines = []
    for component, rows in shown.told.counts.groupby("composante", sort=False):
        lines.append(ScaleLine(_component(str(component), shown.theme)))
        for name in dict.fromkeys(rows["enonce"]):
            own = by_statement[name]
            lines.append(ScaleLine(_label(shown, name), int(own["n"].iloc[0]), segments_of(own)))
    return draw_scale_lines([(_answers(shown), lines)], shown.theme)


def _draw_moves(shown: Shown) -> Figure:
    told, theme = shown.told, shown.theme
    chances = told.tests.set_index("composante")["p_holm"]
    lines = []
    for component, rows in told.moves.groupby("composante", sort=False):
        p = max(chances[component], 0.001)
        said = theme.say("p ≤ {p}", p=theme.number(p, 3 if p < 0.1 else 2))
        lines.append(ScaleLine(_component(str(component), theme), int(rows["n"].iloc[0]), segments_of(rows), said))
    return draw_scale_lines([(_move_scale(shown), lines)], theme)


def _counts(shown: Shown) -> pd.DataFrame:
    told, scale = shown.told, _answers(shown)
    rows = told.counts.assign(
        vague=told.wave,
        composante=[_component(name, shown.theme) for name in told.counts["composante"]],
        enonce=[_label(shown, name) for name in told.counts["enonce"]],
        reponse=[_codes_said(codes, scale) for codes in told.counts["reponses"]],
    )
    return rows[["vague", "composante", "enonce", "reponse", "personnes"]]


def _codes_said(codes: tuple[str, ...], scale: Scale) -> str:
    return " + ".join(dict.fromkeys(scale.labels.get(code, scale.silent) for code in codes))


def _moves(shown: Shown) -> pd.DataFrame:
    told, scale = shown.told, _move_scale(shown)
    rows = told.moves.assign(
        vagues=f"{told.before} → {told.wave}",
        composante=[_component(name, shown.theme) for name in told.moves["composante"]],
        sens=[_codes_said(codes, scale) for codes in told.moves["reponses"]],
    )
    return rows[["vagues", "composante", "sens", "personnes"]]


def _groups(shown: Shown) -> pd.DataFrame:
    told, theme = shown.told, shown.theme
    names = [name for name in told.groups.columns if name not in ("enonce", "accord")]
    known = shown.names
    labels: dict[str, str] = {}
    for variable in shown.context.codebook.columns(TABLE):
        if variable.list_name and set(names) <= set(shown.context.codebook.codes(variable.list_name)):
            labels = shown.labels(variable.list_name)
    agree, apart = theme.say("en accord"), theme.say("pas en accord, ou sans avis")
    frame = told.groups.assign(
        vague=told.wave,
        enonce=[_label(shown, name) for name in told.groups["enonce"]],
        reponse=[agree if one else apart for one in told.groups["accord"]],
    ).drop(columns="accord")
    wide = frame.set_index(["vague", "enonce", "reponse"]).rename(
        columns=lambda name: labels.get(name) or known.get(name, name)
    )
    return wide.rename_axis(columns=theme.say("groupe"))


def _agreeing(shown: Shown) -> list[tuple[str, int, int]]:
    """Statements whose upper side is counted, the most agreed first: name, persons who agree, n."""
    counts = shown.told.counts
    whole = counts[counts["cote"] == 1]
    scale = _answers(shown)
    high = set(list(scale.labels)[(len(scale.labels) + 1) // 2 :])
    told = []
    for name, rows in whole.groupby("enonce", sort=False):
        if rows["personnes"].notna().all() and all(set(codes) <= high for codes in rows["reponses"]):
            told.append((str(name), int(rows["personnes"].sum()), int(rows["n"].iloc[0])))
    return sorted(told, key=lambda one: -one[1] / one[2])


def _nearly_all(shown: Shown, side: int) -> list[str]:
    counts = shown.told.counts
    return list(counts.loc[counts["personnes"].isna() & (counts["cote"] == side), "enonce"])


def _to_discuss(shown: Shown) -> pd.DataFrame | Refusal:
    theme, agreeing = shown.theme, _agreeing(shown)
    divided = sorted(agreeing, key=lambda one: abs(one[1] / one[2] - 0.5))[:_TO_DISCUSS]
    picked: list[tuple[str, tuple[str, int | None, int | None]]]
    picked = [(theme.say("partagé par presque toutes"), (name, None, None)) for name in _nearly_all(shown, 1)]
    picked += [(theme.say("le plus partagé"), one) for one in agreeing[:_TO_DISCUSS]]
    picked += [(theme.say("qui divise le plus"), one) for one in divided if one not in agreeing[:_TO_DISCUSS]]
    least = [one for one in agreeing[::-1][:_TO_DISCUSS] if one not in [told for _, told in picked]]
    picked += [(theme.say("le moins partagé"), one) for one in least]
    picked += [(theme.say("partagé par presque personne"), (name, None, None)) for name in _nearly_all(shown, -1)]
    rows = [(shown.told.wave, why, _label(shown, str(one[0])), *one[1:]) for why, one in picked]
    columns = ["vague", "pourquoi", "enonce", "en_accord", "personnes"]
    return pd.DataFrame(rows, columns=columns).astype({"en_accord": "Int64", "personnes": "Int64"})


def _words(shown: Shown, view: str) -> Caption:
    told, theme = shown.told, shown.theme
    waves = shown.labels("vague")
    missing = []
    if told.withheld and view == "reponses":
        missing.append(theme.say("masqués : {names}", names=_quoted(shown, list(told.withheld))))
    if view == "reponses":
        missing.append(theme.say_some("{n} énoncé sans aucune réponse, posé ou non",
                                      "{n} énoncés sans aucune réponse, posés ou non", len(told.unanswered)))  # fmt: skip
    if view == "changements":
        asked = {*told.counts["composante"], *(name.rpartition("_")[0] for name in told.withheld)}
        hidden = [_component(name, theme) for name in PARTS if name in asked - {*told.moves["composante"]}]
        missing.append(
            theme.say("non montré, trop peu de personnes : {names}", names=theme.join(hidden)) if hidden else ""
        )
        left, joined = told.n_before - told.both, told.n - told.both
        missing += [theme.say_n("{n} personne partie", "{n} personnes parties", left),
                    theme.say_n("{n} personne arrivée", "{n} personnes arrivées", joined)]  # fmt: skip
    missing.append(theme.say_some("{n} réponse remplacée par une plus récente de la même personne",
                                  "{n} réponses remplacées par une plus récente de la même personne", told.twice))  # fmt: skip
    if view == "groupes":
        missing += [theme.say_some("{n} énoncé masqué", "{n} énoncés masqués", told.unsafe),
                    theme.say_some("{n} groupe trop petit", "{n} groupes trop petits", len(told.small))]  # fmt: skip
    n = told.both if view == "changements" else told.n
    return shown.context.caption(
        title=theme.say(_TITLES[view]),
        n=theme.say_n("n = {n} personne", "n = {n} personnes", n),
        missing=missing,
        reading=theme.say(_READINGS[view], least=told.least, twice=2 * told.least, components=len(told.tests)),
        subtitle=f"{waves[told.before]} → {waves[told.wave]}" if view == "changements" else waves[told.wave],
    )


def _find(shown: Shown) -> str:
    theme, agreeing, all_ = shown.theme, _agreeing(shown), _nearly_all(shown, 1)
    parts = []
    none = _nearly_all(shown, -1)
    if all_:
        parts.append(theme.say("Presque toutes sont d’accord : {names}", names=_quoted(shown, all_)))
    elif agreeing:
        parts.append(theme.say("Le plus partagé : {name}", name=_alike(shown, agreeing[0])))
    if none:
        parts.append(theme.say("presque aucune ne l’est : {names}", names=_quoted(shown, none)))
    elif agreeing and (all_ or agreeing[-1][1:] != agreeing[0][1:]):
        parts.append(theme.say("le moins partagé : {name}", name=_alike(shown, agreeing[-1])))
    said = theme.say(" ; ").join(parts)
    said = said[:1].upper() + said[1:]
    return (said or theme.say("Aucun énoncé ne peut être montré sans désigner quelqu’un")) + "."


def _quoted(shown: Shown, names: list[str]) -> str:
    theme = shown.theme
    return theme.join([theme.say("« {said} »", said=_label(shown, name).rstrip(".")) for name in names], most=2)


def _alike(shown: Shown, one: tuple[str, int, int]) -> str:
    """A statement, those that as many share, and how many that is."""
    tied = [name for name, *counts in _agreeing(shown) if counts == [*one[1:]]]
    return shown.theme.say("{name} ({k} sur {n})", name=_quoted(shown, tied), k=one[1], n=one[2])


def _find_moves(shown: Shown) -> Finding:
    told, theme = shown.told, shown.theme
    beyond = told.tests[told.tests["p_holm"] < 0.05]
    if not len(beyond):
        said = theme.say("De {before} à {wave}, aucune composante ne bouge plus que le hasard ne le ferait (n = {n})",
                         before=told.before.upper(), wave=told.wave.upper(), n=told.both)  # fmt: skip
        return Finding(f"{said}.", Strength.AS_CHANCE)
    parts, holds = [], beyond[beyond["tient"]]
    for component in (holds if len(holds) else beyond)["composante"]:
        rows = told.moves[told.moves["composante"] == component]
        single = next(
            row
            for row in rows.fillna({"personnes": told.both}).to_dict("records")
            if row["reponses"] in ((UP,), (DOWN,)) and row["personnes"]
        )
        name, up = _component(component, theme), single["reponses"] == (UP,)
        if len(rows) == len(_MOVES):
            up = int(rows["personnes"].iloc[-1]) > int(rows["personnes"].iloc[0])
        rise, fall = mark("{name} : les réponses montent"), mark("{name} : les réponses baissent")
        parts.append(theme.say(rise if up else fall, name=name))
    alone = mark("{said}, plus que le hasard ne le ferait (n = {n})")
    together = mark(
        "{said}, plus que le hasard si chacun changeait seul, mais les membres d’un projet changent ensemble (n = {n})"
    )
    said = theme.say(alone if len(holds) else together, said=theme.join(parts), n=told.both)
    return Finding(f"{said}.", Strength.BEYOND_CHANCE if len(holds) else Strength.AS_CHANCE)
