"""What holds without the intermediary: by definition of a tie, all together; and beside chance, with the verdict in words."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ect_research.analysis.chance import Refusal
from ect_research.analysis.ecosystem.cohesion import FEWEST_DRAWS, ISLANDS, JUXTAPOSED, OPEN, Cohesion
from ect_research.analysis.ecosystem.ecosystem import Ecosystem
from ect_research.figures.ecosystem import network_words as network
from ect_research.figures.exhibit.exhibit import Exhibit, Finding, Strength
from ect_research.figures.page.canvas import add_box, add_line, add_lines, add_text, wrap_text
from ect_research.figures.page.caption import Caption
from ect_research.figures.page.legends import LegendEntry, legend_height_mm, new_page
from ect_research.figures.page.theme import HAIRLINE, INK, MUTED, PAPER, Theme
from ect_research.figures.signs.share_scale import RateColumn, draw_scale, draw_scale_labels
from ect_research.words import mark

MEASURES = {
    "directes": mark("Paires de projets qui ont un acteur en commun"),
    "rejointes": mark("Part des paires de projets qui se rejoignent"),
    "retrouvees": mark("Paires d’acteurs qui se retrouvent dans deux projets ou plus"),
    "fermeture": mark("Fermeture : deux acteurs d’un projet sont aussi ensemble dans un autre"),
}
_SHARES = ("rejointes", "fermeture")
_LABEL, _ROW, _HEAD, _NUMBERS = 52.0, 5.0, 7.0, 50.0
_NAMED = 3
_TIE, _PAIR, _SHARES_SAID = 58.0, 8.0, 34.0


def show_network_chance(ecosystem: Ecosystem | Refusal) -> Exhibit[Ecosystem]:
    """Four measures of what holds without the intermediary, each beside the same participations dealt again.

    >>> import ect_research as ect
    >>> study = ect.open_study("pays-ledonien")
    >>> told = ect.build_ecosystem(study.corpus.tables, study.episodes().frame, draws=19)
    >>> len(show_network_chance(told).in_context(study.context).rows())
    12
    """
    return Exhibit(ecosystem, _rows, _words, _draw, finding_of=_finding, reads=("participations",))


def _draw(shown: Exhibit[Ecosystem]) -> Figure:
    told, theme = shown.told, shown.theme
    entries = [
        LegendEntry(theme.say("observé sans {hub}", hub=network.hub_names(shown)), kind="mark", face=INK),
        LegendEntry(theme.say("95 % des tirages, et leur milieu"), face=HAIRLINE, edge=HAIRLINE),
    ]
    top = legend_height_mm(entries, theme.base_pt - 1, theme.width_mm - 4) + 3
    block = _HEAD + _ROW * len(told.cohesion) + 4
    with new_page(theme, top + block * len(MEASURES) + 1, entries, theme.base_pt - 1) as (figure, canvas):
        for number, measure in enumerate(MEASURES):
            _draw_measure(canvas, shown, measure, top + number * block)
    return figure


def _draw_measure(canvas: Axes, shown: Exhibit[Ecosystem], measure: str, top: float) -> None:
    told, theme = shown.told, shown.theme
    rows = {name: judged.measure(measure) for name, judged in told.cohesion.items()}
    largest = max(max(row["haut"], row["observe"]) for row in rows.values()) or 1.0
    left, width = _LABEL + 3, theme.width_mm - _LABEL - _NUMBERS - 5
    add_text(canvas, 2, top + 3, theme.say(MEASURES[measure]), theme.base_pt, fontweight="bold")
    add_line(canvas, ((2, top + 6), (theme.width_mm - 2, top + 6)), color=HAIRLINE)
    foot = top + _HEAD + _ROW * len(rows)
    add_line(canvas, ((left, top + _HEAD), (left, foot)), color=MUTED, linewidth=0.5)
    add_text(canvas, left, foot + 1.4, "0", theme.base_pt - 2, ha="center", color=MUTED)
    for number, (name, row) in enumerate(rows.items()):
        y = top + _HEAD + (number + 0.5) * _ROW
        add_text(canvas, _LABEL, y, theme.say(network.DEFINITIONS[name]), theme.base_pt - 1, ha="right")
        low, middle, high, seen = (left + width * row[part] / largest for part in ("bas", "milieu", "haut", "observe"))
        add_box(canvas, (low, y - 1.4, max(high - low, 0.4), 2.8), facecolor=HAIRLINE, zorder=2)
        add_line(canvas, ((middle, y - 1.4), (middle, y + 1.4)), color=MUTED, linewidth=0.9, zorder=3)
        canvas.plot([seen], [y], marker="o", markersize=4.6, color=INK, markeredgecolor=PAPER, zorder=5)
        add_text(canvas, left + width + 4, y, _numbers(measure, row, theme), theme.base_pt - 1)


def _numbers(measure: str, row: dict[str, float], theme: Theme) -> str:
    """« 14,3 % ; hasard 17,5 à 40,7 % »."""
    found, low, high = (_number(measure, row[part], theme) for part in ("observe", "bas", "haut"))
    if low == high:
        return theme.say("{found} ; hasard {low}", found=found, low=low)
    return theme.say("{found} ; hasard {low} à {high}", found=found, low=low, high=high)


def _number(measure: str, value: float, theme: Theme) -> str:
    if measure in _SHARES:
        return theme.percent(value, 1)
    return theme.number(float(np.round(value)))


def _words(shown: Exhibit[Ecosystem]) -> Caption:
    told, theme = shown.told, shown.theme
    first = _first(told)
    again = first.measure("retrouvees")
    same = sum(judged.verdict == first.verdict for judged in told.cohesion.values())
    resources, competition = told.shared.iloc[0], told.shared.iloc[1]
    missing = [
        _hinges(shown, first),
        theme.say("même réponse pour {same} définitions sur {all}", same=same, all=len(told.cohesion)),
        theme.say_n(
            "{n} lien sur {total} dit s’il est de coopération ou de concurrence",
            "{n} liens sur {total} disent s’ils sont de coopération ou de concurrence",
            int(competition["connus"]),
            total=int(competition["lignes"]),
        ),
        theme.say_n(
            "{n} paire de projets a une ressource en commun",
            "{n} paires de projets ont une ressource en commun",
            int(resources["compte"]),
        ),
    ]
    return network.network_caption(
        shown,
        theme.say("Écosystème, ou juxtaposition ?"),
        missing=missing,
        reading=theme.say(
            "{n} paires d’acteurs se retrouvent dans deux projets ou plus ; les participations redistribuées au hasard en "
            "donnent de {low} à {high} ({draws} tirages). Chaque projet y garde son nombre d’acteurs, et chaque acteur son "
            "nombre de projets.",
            n=_number("retrouvees", again["observe"], theme),
            low=_number("retrouvees", again["bas"], theme),
            high=_number("retrouvees", again["haut"], theme),
            draws=theme.number(told.draws),
        ),
    )


def _change(judged: Cohesion, theme: Theme) -> str:
    """What would change the verdict."""
    if judged.draws < FEWEST_DRAWS:
        return theme.say("il faut {least} tirages au moins pour conclure", least=FEWEST_DRAWS)
    bridges = judged.bridges if judged.verdict in (ISLANDS, JUXTAPOSED) else 0
    if bridges and judged.hinges:
        return theme.say_n(
            "une participation de plus, ou un acteur de moins, changerait la réponse",
            "{n} participations de plus, ou un acteur de moins, changeraient la réponse",
            bridges,
        )
    if judged.hinges:
        return theme.say("un acteur de moins changerait la réponse")
    if bridges:
        return theme.say_n(
            "une seule participation de plus changerait la réponse",
            "{n} participations de plus changeraient la réponse",
            bridges,
        )
    return theme.say("aucun acteur de moins ne change la réponse")


def _hinges(shown: Exhibit[Ecosystem], judged: Cohesion) -> str:
    """« Sans BGE ou sans Coopilote, la réponse change »."""
    theme, names = shown.theme, network.actor_names(shown.context)
    if not judged.hinges:
        return ""
    if network.protects(shown.context, "organisations"):
        return theme.say_n(
            "{n} acteur dont l’absence change la réponse",
            "{n} acteurs dont l’absence change la réponse",
            len(judged.hinges),
        )
    told = theme.join([names.get(hinge, hinge) for hinge in judged.hinges], most=_NAMED)
    return theme.say("réponse autre sans l’un d’eux : {names}", names=told)


def _finding(shown: Exhibit[Ecosystem]) -> Finding:
    told, theme = shown.told, shown.theme
    first = _first(told)
    reach = first.measure("rejointes")
    said = theme.say(
        "Sans {hub}, {verdict} : {share} des paires de projets se rejoignent, {interval} au hasard ; {change}.",
        hub=network.hub_names(shown),
        verdict=_verdict(first, theme),
        share=theme.percent(reach["observe"]),
        interval=theme.percents(reach["bas"], reach["haut"]),
        change=_change(first, theme),
    )
    return Finding(said, _strength(first))


def _verdict(judged: Cohesion, theme: Theme) -> str:
    """The verdict, to be confirmed where one actor makes it."""
    said = theme.say(network.VERDICTS[_word(judged)])
    return theme.say("{verdict}, à confirmer", verdict=said) if judged.hinges and judged.verdict != OPEN else said


def _word(judged: Cohesion) -> str:
    """The verdict; without one, chance is not said to do as well where it does not reach as many pairs, or reaches more."""
    reach = judged.measure("rejointes")
    within = reach["bas"] <= reach["observe"] <= reach["haut"]
    told = within or judged.verdict != OPEN or judged.draws < FEWEST_DRAWS
    return judged.verdict if told else "autre"


def _strength(judged: Cohesion) -> Strength:
    """Counted only, where one actor makes the verdict, or where there is none though chance does otherwise."""
    if _word(judged) == OPEN:
        return Strength.AS_CHANCE
    return Strength.COUNTED if judged.hinges or judged.verdict == OPEN else Strength.BEYOND_CHANCE


def _first(told: Ecosystem) -> Cohesion:
    return next(iter(told.cohesion.values()))


def _rows(shown: Exhibit[Ecosystem]) -> pd.DataFrame:
    told, theme = shown.told, shown.theme
    parts = [
        judged.measures.assign(
            definition=theme.say(network.DEFINITIONS[name]),
            mesure=[theme.say(MEASURES[measure]) for measure in judged.measures["mesure"]],
            verdict=theme.say(network.VERDICTS[_word(judged)]),
        )
        for name, judged in told.cohesion.items()
    ]
    frame = pd.concat(parts, ignore_index=True).round(
        {"p_bas": 3, "p_haut": 3, "observe": 4, "bas": 4, "milieu": 4, "haut": 4}
    )
    return frame[["definition", "mesure", "observe", "bas", "milieu", "haut", "p_bas", "p_haut", "verdict"]]


def show_definitions(ecosystem: Ecosystem | Refusal) -> Exhibit[Ecosystem]:
    """Share of the pairs of projects that reach one another, with and without the intermediary, five definitions of a tie.

    >>> import ect_research as ect
    >>> study = ect.open_study("pays-ledonien")
    >>> told = ect.build_ecosystem(study.corpus.tables, study.episodes().frame, draws=19)
    >>> len(show_definitions(told).in_context(study.context).rows())
    6
    """
    return Exhibit(ecosystem, _definition_rows, _definition_words, _draw_definitions, finding_of=_find_definitions,
                   reads=("participations",))  # fmt: skip


def _draw_definitions(shown: Exhibit[Ecosystem]) -> Figure:
    told, theme = shown.told, shown.theme
    entries = [
        LegendEntry(theme.say("avec {hub}", hub=network.hub_names(shown)), kind="mark", face=INK),
        LegendEntry(theme.say("sans"), kind="mark", face=PAPER),
    ]
    top = legend_height_mm(entries, theme.base_pt - 1, theme.width_mm - 4) + 4
    column = RateColumn(_TIE + 3, theme.width_mm - _TIE - _SHARES_SAID - 6)
    bottom = top + _PAIR * len(told.definitions)
    refused = _refused_lines(shown)
    height = bottom + 6 + (4.0 * len(refused) + 3 if refused else 0)
    with new_page(theme, height, entries, theme.base_pt - 1) as (figure, canvas):
        draw_scale(canvas, column, (top, bottom))
        for number, row in enumerate(told.definitions.to_dict("records")):
            label = theme.say(network.DEFINITIONS[str(row["definition"])])
            pair = (label, float(row["avec"]), float(row["sans"]))
            _draw_pair(canvas, column, top + (number + 0.5) * _PAIR, pair, theme)
        draw_scale_labels(canvas, column, bottom, theme)
        for number, line in enumerate(refused):
            add_text(canvas, 2, bottom + 8 + 4.0 * number, line, theme.base_pt - 1, color=MUTED)
    return figure


def _draw_pair(canvas: Axes, column: RateColumn, y: float, row: tuple[str, float, float], theme: Theme) -> None:
    label, whole, left = row
    lines = wrap_text(label, theme.base_pt, _TIE - 2)
    add_lines(canvas, _TIE, y, lines, size_pt=theme.base_pt, pitch=3.4, ha="right")
    add_line(canvas, ((column.x(left), y), (column.x(whole), y)), color=INK, linewidth=1.2)
    canvas.plot([column.x(whole)], [y], marker="o", markersize=5.5, color=INK, zorder=6)
    canvas.plot([column.x(left)], [y], marker="o", markersize=5.5, markerfacecolor=PAPER, markeredgecolor=INK, zorder=7)
    said = " → ".join(theme.percent(share, 1) for share in (whole, left))
    add_text(canvas, column.left + column.width + 4, y, said, theme.base_pt, fontweight="bold")


def _refused_lines(shown: Exhibit[Ecosystem]) -> list[str]:
    """The sixth way, or why it is refused."""
    told, theme = shown.told, shown.theme
    if isinstance(told.brokered, Refusal):
        said = told.brokered.sentence(theme.language)
    else:
        said = theme.say(
            "Liens entre acteurs : {whole} des paires d’acteurs se rejoignent, {left} sans lui, {own} sans les liens qu’il a "
            "noués.",
            whole=theme.percent(told.brokered["avec"]),
            left=theme.percent(told.brokered["sans"]),
            own=theme.percent(told.brokered["sans_ses_liens"]),
        )
    return wrap_text(said, theme.base_pt - 1, theme.width_mm - 4)


def _definition_words(shown: Exhibit[Ecosystem]) -> Caption:
    told, theme = shown.told, shown.theme
    first = told.definitions.iloc[0]
    return network.network_caption(
        shown,
        theme.say("Combien de projets se rejoignent, avec et sans l’intermédiaire ?"),
        reading=theme.say(
            "{whole} des {pairs} paires de projets se rejoignent par une chaîne d’acteurs communs ; {left} sans {hub}. "
            "La définition d’un lien décide du nombre.",
            whole=theme.percent(float(first["avec"]), 1),
            left=theme.percent(float(first["sans"]), 1),
            pairs=int(first["paires"]),
            hub=network.hub_names(shown),
        ),
    )


def _find_definitions(shown: Exhibit[Ecosystem]) -> str:
    told, theme = shown.told, shown.theme
    first, low, high = told.definitions.iloc[0], told.definitions["sans"].min(), told.definitions["sans"].max()
    said = theme.say(
        "Sans {hub}, {left} des paires de projets se rejoignent, contre {whole} avec",
        hub=network.hub_names(shown),
        left=theme.percent(float(first["sans"])),
        whole=theme.percent(float(first["avec"])),
    )
    span = theme.percents(float(low), float(high))
    return said + (theme.say(" ; de {span} selon la définition d’un lien", span=span) if low < high else "") + "."


def _definition_rows(shown: Exhibit[Ecosystem]) -> pd.DataFrame:
    told, theme = shown.told, shown.theme
    names = [theme.say(network.DEFINITIONS[name]) for name in told.definitions["definition"]]
    frame = told.definitions.assign(definition=names)
    last: dict[str, object] = {"definition": theme.say("Sans les liens que l’intermédiaire a noués (paires d’acteurs)")}
    if isinstance(told.brokered, Refusal):
        last["refus"] = told.brokered.cause(theme.language)
    else:
        last |= {"avec": told.brokered["avec"], "sans": told.brokered["sans_ses_liens"]}
    return pd.concat([frame, pd.DataFrame([last])], ignore_index=True).astype(
        dict.fromkeys(frame.select_dtypes("integer").columns, "Int64")
    )
