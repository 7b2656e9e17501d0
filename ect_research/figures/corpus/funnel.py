"""The funnel drawn: counts of one chain as bars, their rates as intervals, every other unit apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ect_research.analysis.chance import Refusal
from ect_research.analysis.corpus.funnel import PublishedFunnel
from ect_research.figures.exhibit.exhibit import Exhibit
from ect_research.figures.page.canvas import add_box, add_line, add_text, shorten_inside, text_width_mm, wrap_text
from ect_research.figures.page.caption import Caption
from ect_research.figures.page.legends import new_page
from ect_research.figures.page.theme import HAIRLINE, MUTED, Theme
from ect_research.figures.signs.share_scale import RateColumn, draw_rate, draw_scale, draw_scale_labels
from ect_research.figures.signs.time_axis import say_typed_date
from ect_research.words import mark

_ABOUT = {
    "exact": "{number}",
    "au_moins": mark("au moins {number}"),
    "presque": mark("près de {number}"),
    "environ": mark("environ {number}"),
}
_BOUNDS = {
    "exact": "{share}",
    "plafond": mark("{share} au plus"),
    "plancher": mark("{share} au moins"),
    "approche": mark("environ {share}"),
}
_ROW, _HEAD, _LABEL, _BAR, _APART = 7.0, 8.5, 42.0, 34.0, 4.4
# How much wider a bold text is.
_BOLD = 1.15


@dataclass(frozen=True)
class _Apart:
    """Counts of one subject, reach and document that no rate links."""

    titles: list[str]
    lines: list[tuple[str, str]]

    @property
    def height(self) -> float:
        return _APART * (len(self.lines) + len(self.titles)) + 2.5


def show_published_funnel(funnel: PublishedFunnel | Refusal) -> Exhibit[PublishedFunnel]:
    """Each chain of published counts with its rates; jobs, workshops and actors below, as plain counts.

    >>> import ect_research as ect
    >>> study = ect.open_study("pays-ledonien")
    >>> shown = show_published_funnel(ect.build_published_funnel(study.table("indicateurs")))
    >>> round(shown.in_context(study.context).figure().get_size_inches()[0] * 25.4)
    170
    """
    return Exhibit(funnel, _rows, _words, _draw, finding_of=_finding, reads=("sources",))


def _draw(shown: Exhibit[PublishedFunnel]) -> Figure:
    funnel, theme = shown.told, shown.theme
    chains = [chain for _, chain in funnel.steps.groupby("chaine", sort=True)]
    aside = _in_two(_aside(shown))
    top = 5.0
    below = top + sum(_HEAD + _ROW * len(chain) for chain in chains) + 8
    height = below + 6 + max((sum(block.height for block in column) for column in aside), default=-6)
    left = _LABEL + _BAR + 26
    column = RateColumn(left=left, width=theme.width_mm - left - 38)
    with new_page(theme, height) as (figure, canvas):
        add_text(canvas, _LABEL, 3, theme.say("Chiffre publié"), theme.base_pt - 0.5, color=MUTED)
        add_text(canvas, column.left, 3, theme.say("Part de l’étape précédente"), theme.base_pt - 0.5, color=MUTED)
        y = top
        for chain in chains:
            y = _draw_chain(canvas, chain, y, column, shown)
        draw_scale_labels(canvas, column, y, theme)
        _draw_aside(canvas, aside, below, theme)
    return figure


def _words(shown: Exhibit[PublishedFunnel]) -> Caption:
    funnel, theme = shown.told, shown.theme
    return shown.context.caption(
        title=theme.say("Des idées aux créations : ce que publient les documents"),
        n=theme.say(
            "n = {counts} reliés en {chains}",
            counts=theme.say_n("{n} chiffre", "{n} chiffres", funnel.n),
            chains=theme.say_n("{n} chaîne", "{n} chaînes", int(funnel.steps["chaine"].max())),
        ),
        missing=_left_out(shown),
        reading=_reading(shown),
    )


def _left_out(shown: Exhibit[PublishedFunnel]) -> str:
    """« 47 chiffres non tracés : état à une date (19) ; prévu, pas constaté (9)… »."""
    theme, excluded = shown.theme, shown.told.excluded
    reasons = excluded["raison"].value_counts(sort=False).sort_values(ascending=False, kind="stable")
    return theme.say_some(
        "{n} chiffre non tracé, que le tableau donne : {reasons}",
        "{n} chiffres non tracés, que le tableau donne : {reasons}",
        len(excluded),
        reasons=theme.say(" ; ").join(f"{theme.say(str(reason))} ({count})" for reason, count in reasons.items()),
    )


def _finding(shown: Exhibit[PublishedFunnel]) -> str:
    funnel, theme = shown.told, shown.theme
    rate = _first_rate(shown)
    if rate is not None:
        return theme.say("{count} pour {total} : {share}", **rate) + "."
    return theme.say_n(
        "{n} chiffre publié est relié à un autre, aucun taux n’en sort.",
        "{n} chiffres publiés sont reliés, aucun taux n’en sort.",
        funnel.n,
    )


def _rows(shown: Exhibit[PublishedFunnel]) -> pd.DataFrame:
    """Every published count with its fate: linked, apart, or left out and why."""
    funnel, theme = shown.told, shown.theme
    reasons = [theme.say(reason) for reason in funnel.excluded["raison"]]
    parts = [
        funnel.steps.assign(usage=theme.say("relié"), raison=""),
        funnel.aside.assign(usage=theme.say("autre unité"), raison=""),
        funnel.excluded.assign(usage=theme.say("non tracé"), raison=reasons),
    ]
    table = pd.concat([part for part in parts if len(part)], ignore_index=True)
    names = subject_names(shown)
    table["sujet"] = table["sujet"].map(lambda code: names.get(code, code))
    table = shown.worded(table, "indicateur", "cumul", "approximation", "lecture")
    columns = ["usage", "sujet", "indicateur", "valeur", "approximation", "cumul", "date", "lecture", "raison"]
    return table[[*columns, "denominateur", "taux", "bas", "haut", "borne", "indicateur_id", "source_id"]]


def subject_names(shown: Exhibit[Any]) -> dict[str, str]:
    """What to call a programme, an actor or a project a count is about."""
    names, actors = shown.labels("dispositif"), shown.context.tables.get("acteurs")
    if actors is not None:
        names = names | dict(zip(actors["acteur_id"], actors["nom"], strict=True))
    return names | shown.names


def _draw_chain(
    canvas: Axes, chain: pd.DataFrame, y: float, column: RateColumn, shown: Exhibit[PublishedFunnel]
) -> float:
    theme, largest = shown.theme, float(chain["valeur"].max())
    size = theme.base_pt
    title = shorten_inside(_chain_title(chain, shown), size, (theme.width_mm - 4) / _BOLD)
    add_text(canvas, 2, y + _HEAD - 3.4, title, size, fontweight="bold")
    line = y + _HEAD - 0.6
    add_line(canvas, ((2, line), (theme.width_mm - 2, line)), color=HAIRLINE)
    y += _HEAD
    draw_scale(canvas, column, (y, y + _ROW * len(chain)))
    for _, step in chain.iterrows():
        middle = y + _ROW / 2
        label = shown.label("indicateur", str(step["indicateur"]))
        add_text(canvas, _LABEL - 2, middle, label, size, ha="right")
        length = _BAR * float(step["valeur"]) / largest
        add_box(canvas, (_LABEL, middle - 1.8, length, 3.6), facecolor=theme.tone)
        add_text(canvas, _LABEL + length + 1, middle, say_value(step, theme), size, fontweight="bold")
        if step["taux"] == step["taux"]:
            rate = (step["taux"], step["bas"], step["haut"], step["denominateur"])
            draw_rate(canvas, column, middle, rate, _bounded(step, theme), theme)
        y += _ROW
    return y


def _chain_title(chain: pd.DataFrame, shown: Exhibit[PublishedFunnel]) -> str:
    first, language = chain.iloc[0], shown.theme.language
    subject = subject_names(shown).get(first["sujet"], first["sujet"])
    reach = shown.label("cumul", str(first["cumul"])).lower()
    date = f", {say_typed_date(first['date'], language)}" if first["date"] else ""
    return f"{subject}, {reach}{date} ({', '.join(first['source_id'])})"


def say_value(step: pd.Series | Mapping[Any, Any], theme: Theme) -> str:
    """« au moins 130 »; one decimal where there is one."""
    value = float(step["valeur"])
    number = theme.number(value, int(value != round(value)))
    said = theme.say(_ABOUT[str(step["approximation"])], number=number)
    likely = theme.say("lecture probable")
    return f"{said} ({likely})" if step["lecture"] == "probable" else said


def _aside(shown: Exhibit[PublishedFunnel]) -> list[_Apart]:
    """Counts in other units of the subjects that have a chain: one block per subject, reach in time and document."""
    blocks, theme, labels = [], shown.theme, shown.labels("indicateur")
    for _, group in shown.told.aside.groupby(["sujet", "cumul", "date", "source_id"], sort=False):
        lines = [(say_value(step, theme), labels[str(step["indicateur"])]) for _, step in group.iterrows()]
        title = wrap_text(_chain_title(group, shown), theme.base_pt - 0.5, theme.width_mm / 2 - 6)
        blocks.append(_Apart(title, lines))
    return blocks


def _in_two(blocks: list[_Apart]) -> list[list[_Apart]]:
    """Two columns of near-equal height, blocks whole and in order."""
    heights = [block.height for block in blocks]
    cuts = range(1, len(blocks) + 1)
    cut = min(cuts, key=lambda place: max(sum(heights[:place]), sum(heights[place:])), default=0)
    return [column for column in (blocks[:cut], blocks[cut:]) if column]


def _draw_aside(canvas: Axes, columns: list[list[_Apart]], top: float, theme: Theme) -> None:
    if not columns:
        return
    size = theme.base_pt - 0.5
    add_text(canvas, 2, top, theme.say("Autres unités, sans taux possible"), theme.base_pt, fontweight="bold")
    add_line(canvas, ((2, top + 2.8), (theme.width_mm - 2, top + 2.8)), color=HAIRLINE)
    width = (theme.width_mm - 4) / 2
    for number, blocks in enumerate(columns):
        left, y = 2 + number * width, top + 6.5
        numbers = max(text_width_mm(value, size, "bold") for block in blocks for value, _ in block.lines)
        for block in blocks:
            for row, title in enumerate(block.titles):
                add_text(canvas, left, y + _APART * row, title, size, color=MUTED)
            for row, (value, label) in enumerate(block.lines, start=len(block.titles)):
                add_text(canvas, left + numbers, y + _APART * row, value, size, ha="right", fontweight="bold")
                add_text(canvas, left + numbers + 2, y + _APART * row, label, size)
            y += block.height


def _reading(shown: Exhibit[PublishedFunnel]) -> str:
    rate, theme = _first_rate(shown), shown.theme
    if rate is None:
        return ""
    ceiling = theme.say("Le total étant donné « au moins », le vrai taux est plus bas ou égal.")
    said = theme.say("{count} pour {total} ; entre crochets, l’intervalle de Wilson à 95 %.", **rate)
    return f"{said} {ceiling}" if rate["bound"] == "plafond" else said


def _first_rate(shown: Exhibit[PublishedFunnel]) -> dict[str, str] | None:
    """The first rate, in words: ``count``, ``total``, ``share``, and its ``bound``."""
    funnel, theme = shown.told, shown.theme
    rated = funnel.steps[funnel.steps["taux"].notna()]
    if rated.empty:
        return None
    step = rated.iloc[0]
    chain = funnel.steps[funnel.steps["chaine"] == step["chaine"]]
    before = chain[chain["indicateur"] == step["sur"]].iloc[0]
    labels = shown.labels("indicateur")
    count, total = (f"{say_value(line, theme)} {labels[str(line['indicateur'])].lower()}" for line in (step, before))
    share = _bounded(step, theme, (step["bas"], step["haut"]))
    return {"count": count, "total": total, "share": share, "bound": str(step["borne"])}


def _bounded(step: pd.Series, theme: Theme, bounds: tuple[float, float] | None = None) -> str:
    """« 17 % au plus »."""
    n = float(step["denominateur"])
    share = theme.share(step["taux"] * n, n, bounds)
    return theme.say(_BOUNDS[str(step["borne"])], share=share)
