"""Several territories side by side: which view is asked, its words, and the same small drawing for each, on one scale."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, Literal

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ect_research.analysis.chance import Refusal
from ect_research.analysis.corpus.territories import UNKNOWN, Territories
from ect_research.figures.corpus import territory_tables as tables
from ect_research.figures.exhibit.exhibit import Exhibit, view_of
from ect_research.figures.page.canvas import add_box, add_line, add_lines, add_text, wrap_text
from ect_research.figures.page.caption import Caption
from ect_research.figures.page.formats import NO_BREAK, format_date
from ect_research.figures.page.legends import new_page
from ect_research.figures.page.theme import HAIRLINE, INK, MUTED, Theme
from ect_research.figures.signs.share_scale import RateColumn, draw_scale, draw_scale_labels
from ect_research.words import mark, tell

View = Literal["etapes", "issues", "creation", "taux", "comparabilite", "ecarts"]
_TITLES = {
    "etapes": mark("Jusqu’où vont les projets de chaque territoire"),
    "issues": mark("Ce que deviennent les projets de chaque territoire"),
    "creation": mark("Combien de temps jusqu’à la création, territoire par territoire"),
    "taux": mark("Les territoires rapportés à une même base"),
    "comparabilite": mark("Ce qui se compare d’un registre à l’autre, et ce qui ne se compare pas"),
    "ecarts": mark("Les écarts entre territoires, et ce que fait le hasard"),
}
_NOTES = {
    "etapes": mark(
        "Part des projets dont un document établit l’étape, effectif à droite ; le trait est l’intervalle de Wilson à 95 %. Ce "
        "qu’aucun document ne dit n’est pas compté : ce sont des planchers."
    ),
    "issues": mark(
        "Part des projets du registre, effectif à droite ; le trait est l’intervalle de Wilson à 95 %. « Inconnue » : aucun "
        "document ne place le projet à une étape."
    ),
    "creation": mark(
        "Part créée à chaque âge depuis le premier fait (Aalen–Johansen), en années ; la bande est l’intervalle à 95 %. La "
        "courbe s’arrête quand moins de cinq projets sont encore suivis."
    ),
    "taux": mark(
        "Intervalles exacts de Poisson à 95 % (Garwood 1936). Un taux sans base est laissé vide, et dit pourquoi. Un projet "
        "qui a embauché n’est pas un emploi : les emplois publiés ne s’additionnent pas d’un document à l’autre."
    ),
    "comparabilite": mark(
        "Projets : de durée connue (duree_connue), de début de suivi dit (suivi_connu), non accompagnés (temoins). Faits, en % : "
        "datés au mois ou mieux (dates_precises_pct), déduits ou incertains (faits_incertains_pct). Deux parts qui diffèrent "
        "de plus de 25 points font une réserve."
    ),
}
_MOST_SAID = 3
_TABLES: dict[str, Any] = {
    "taux": (tables.rate_rows, None, tables.rate_finding),
    "comparabilite": (tables.register_rows, None, tables.register_finding),
    "ecarts": (tables.difference_rows, None, tables.difference_finding),
}
_MOST_PANELS = 12
"""Territories drawn; the others are in the rows."""
_ACROSS, _ROW, _FOOT, _GAP = 3, 6.0, 8.0, 7.0
_PLOT = 34.0
_STEPS = (1, 2, 5, 10, 20)
Panel = Callable[["Axes", str, RateColumn, float], None]


def show_territories(territories: Territories | Refusal, view: View) -> Exhibit[Territories]:
    """Several territories, seen one way.

    Args:
        territories: from ``build_territories``.
        view: ``etapes, issues, creation`` (small multiples on one scale), ``taux`` (rates for 10 000 inhabitants, one FTE,
            100 project-years), ``comparabilite`` (what the registers do not share) or ``ecarts`` (tests).

    Raises:
        EctError: no such view.

    >>> from ect_research import build_territories, load_corpus
    >>> show_territories(build_territories([load_corpus("pays-ledonien")]), "taux").finding().strength.value
    'refusé'
    """
    title, told = view_of(view, _TITLES), _refused(territories, view)

    rows, draw, find = _TABLES.get(view) or (
        partial(_panel_rows, view=view),
        partial(_draw, view=view),
        _curve_sentence if view == "creation" else partial(_share_sentence, view=view),
    )
    words = partial(_words, view=view)
    return Exhibit(told, rows, words, draw, finding_of=find, title=title, reads=("evenements",))


def _refused(territories: Territories | Refusal, view: str) -> Territories | Refusal:
    if isinstance(territories, Refusal):
        return territories
    if view == "ecarts" and isinstance(territories.differences, Refusal):
        return territories.differences
    if view == "creation" and len(territories.refusals) == len(territories.names):
        why = tell("Aucun territoire n’a assez de fins datées : il en faut dix dans un territoire pour une courbe.")
        return Refusal(tell("la courbe de chaque territoire"), why, tell("dater les créations et les abandons."))
    return territories


def _labels(shown: Exhibit[Territories], view: str) -> dict[str, str]:
    """``{code: words}`` of a view, in order; without the outcomes that nobody has."""
    shares = shown.told.shares[shown.told.shares["vue"] == view]
    met = shares.groupby("code", sort=False)["effectif"].sum()
    book, language = shown.context.codebook, shown.theme.language
    words = book.labels("etape" if view == "etapes" else "issue", language) | {UNKNOWN: shown.theme.say("Inconnue")}
    return {str(code): words.get(str(code), str(code)) for code, count in met.items() if count or view == "etapes"}


def _headings(shown: Exhibit[Territories]) -> dict[str, str]:
    told, theme = shown.told, shown.theme
    sizes = told.registers.set_index("territoire")["projets"]
    names = tables.named(told, theme)
    return {key: _heading(names[key], int(sizes[key]), theme) for key in list(names)[:_MOST_PANELS]}


def _draw(shown: Exhibit[Territories], view: str) -> Figure:
    told, theme = shown.told, shown.theme
    if view == "creation":
        refused = {key: why.reason.sentence(theme.language) for key, why in told.refusals.items()}
        return _draw_curves(told.curves, refused, _headings(shown), theme)
    return _draw_shares(told.shares[told.shares["vue"] == view], _headings(shown), _labels(shown, view), theme)


def _panel_rows(shown: Exhibit[Territories], view: str) -> pd.DataFrame:
    told, theme = shown.told, shown.theme
    names = tables.named(told, theme)
    if view == "creation":
        table = told.curves.assign(territoire=told.curves["territoire"].map(names))
        return table[["territoire", "temps", "a_risque", "part", "bas", "haut"]]
    labels = _labels(shown, view)
    table = told.shares[(told.shares["vue"] == view) & told.shares["code"].isin(list(labels))]
    table = table.assign(territoire=table["territoire"].map(names), libelle=table["code"].map(labels))
    return table[["territoire", "libelle", "effectif", "n", "part", "bas", "haut"]].reset_index(drop=True)


def _words(shown: Exhibit[Territories], view: str) -> Caption:
    told, theme = shown.told, shown.theme
    n = theme.say(
        "n = {projects} de {territories}",
        projects=theme.say_n("{n} projet", "{n} projets", told.n),
        territories=theme.say_n("{n} territoire", "{n} territoires", len(told.names)),
    )
    said = shown.context.caption(
        title=theme.say(_TITLES[view]),
        n=n,
        missing=_missing(shown, view),
        reading=tables.difference_note(told, theme) if view == "ecarts" else theme.say(_NOTES[view]),
        scope=theme.say("tous les projets de chaque registre"),
    )
    return replace(said, date=_observed(told, theme))


def _missing(shown: Exhibit[Territories], view: str) -> list[str]:
    told, theme = shown.told, shown.theme
    more = 0 if view in _TABLES else max(len(told.names) - _MOST_PANELS, 0)
    reserves = 0 if view == "comparabilite" else len(told.reserves)
    return [
        theme.say_some("{n} territoire de plus dans les données", "{n} territoires de plus dans les données", more),
        theme.say_some("comparaison sous {n} réserve, voir « ce qui se compare »",
                       "comparaison sous {n} réserves, voir « ce qui se compare »", reserves),
    ]  # fmt: skip


def _observed(told: Territories, theme: Theme) -> str:
    first, last = (
        format_date(day, "jour", theme.language) for day in (min(told.observed.values()), max(told.observed.values()))
    )
    if first == last:
        return theme.say("état au {day}", day=first)
    return theme.say("états du {first} au {last}", first=first, last=last)


def _share_sentence(shown: Exhibit[Territories], view: str) -> str:
    """The territories where most and fewest projects reach creation, or whose outcome is unknown."""
    told, theme = shown.told, shown.theme
    book = shown.context.codebook
    created = book.stages.loc[book.stages["role"] == "creation", "name"].iloc[0]
    code = created if view == "etapes" else UNKNOWN
    rows = told.shares[(told.shares["vue"] == view) & (told.shares["code"] == code)].sort_values("part", kind="stable")
    names = tables.named(told, theme)
    low, high = (_share(one, theme) for one in (rows.iloc[0], rows.iloc[-1]))
    blanks = {
        "low": low,
        "high": high,
        "here": names[rows["territoire"].iloc[0]],
        "there": names[rows["territoire"].iloc[-1]],
    }
    if view == "etapes":
        return theme.say(
            "Une création est attestée, au moins, pour {high} dans « {there} », pour {low} dans « {here} ».", **blanks
        )
    return theme.say("L’issue reste inconnue pour {high} dans « {there} », pour {low} dans « {here} ».", **blanks)


def _share(row: pd.Series, theme: Theme) -> str:
    return theme.say("{share} des projets", share=theme.share(row["effectif"], row["n"], (row["bas"], row["haut"])))


def _curve_sentence(shown: Exhibit[Territories]) -> str:
    """The share created at the greatest age that all curves reach: in each territory, or in the two that differ most."""
    told, theme = shown.told, shown.theme
    names = tables.named(told, theme)
    age = told.curves.groupby("territoire")["temps"].max().min()
    at = told.curves[told.curves["temps"] <= age].groupby("territoire", sort=False).tail(1).sort_values("part")
    at = at if len(at) <= _MOST_SAID else at.iloc[[0, -1]]
    said = [
        theme.say("{share} [{interval}] dans « {name} »", share=theme.percent(row["part"]),
                  interval=theme.percents(row["bas"], row["haut"]), name=names[row["territoire"]])
        for _, row in at.iterrows()
    ]  # fmt: skip
    years = theme.number(float(age) / 12, 1)
    each = theme.join(said)
    return theme.say("À {years} ans, part des projets créés : {each}.", years=years, each=each)


def _draw_shares(table: pd.DataFrame, names: dict[str, str], labels: dict[str, str], theme: Theme) -> Figure:
    """One panel per territory, one row per code: a bar, its interval, its count."""
    cells = {(row["territoire"], row["code"]): row for row in table.to_dict("records")}
    tone = "#9a9a9a" if theme.greyscale else "#9fc9e6"

    def panel(canvas: Axes, key: str, column: RateColumn, top: float) -> None:
        draw_scale(canvas, column, (top, top + _ROW * len(labels)))
        for rank, code in enumerate(labels):
            y = top + _ROW * (rank + 0.5)
            if (key, code) not in cells:
                add_text(canvas, column.left + column.width + 1, y, "–", theme.base_pt - 0.5, color=MUTED)
                continue
            row = cells[key, code]
            add_box(canvas, (column.left, y - 1.7, column.width * row["part"], 3.4), facecolor=tone)
            add_line(canvas, ((column.x(row["bas"]), y), (column.x(row["haut"]), y)), color=INK, linewidth=1.1)
            canvas.plot([column.x(row["part"])], [y], marker="o", markersize=3.2, color=INK, zorder=6)
            add_text(canvas, column.left + column.width + 1.2, y, str(row["effectif"]), theme.base_pt - 0.5)
        draw_scale_labels(canvas, column, top + _ROW * len(labels), theme)

    return _draw_grid(names, panel, (_ROW * len(labels), labels), theme)


def _draw_curves(curves: pd.DataFrame, refused: dict[str, str], names: dict[str, str], theme: Theme) -> Figure:
    """One panel per territory: the share created by age with its bounds, or why there is no curve."""
    years = max(1.0, float(curves["temps"].max()) / 12)
    step = next((one for one in _STEPS if years / one <= 6), _STEPS[-1])
    tone = "#d5d5d5" if theme.greyscale else "#cfe3f2"

    def panel(canvas: Axes, key: str, column: RateColumn, top: float) -> None:
        for share in (0.0, 1.0) if key in refused else (0.0, 0.5, 1.0):
            y = top + _PLOT * (1 - share)
            ends = ((column.left, y), (column.left + column.width, y))
            add_line(canvas, ends, color=HAIRLINE, linewidth=0.4, zorder=1)
            said = theme.percent(share)
            add_text(canvas, column.left - 1, y, said, theme.base_pt - 1.5, ha="right", color=MUTED)
        for year in range(0, int(years) + 1, step):
            said = str(year) if year + step <= years else theme.say_n("{n} an", "{n} ans", year)
            x = column.x(year / years)
            add_text(canvas, x, top + _PLOT + 2.5, said, theme.base_pt - 1.5, ha="center", color=MUTED)
        if key in refused:
            lines, size = wrap_text(refused[key], theme.base_pt - 1, column.width - 4)[:6], theme.base_pt - 1
            add_lines(canvas, column.left + 2, top + _PLOT / 2, lines, size_pt=size, pitch=3.6, color=MUTED)
            return
        told = curves[curves["territoire"] == key]
        ages = [column.left, *(column.x(age / 12 / years) for age in told["temps"])]
        low, high, middle = ([top + _PLOT, *(top + _PLOT * (1 - told[name]))] for name in ("bas", "haut", "part"))
        canvas.fill_between(ages, low, high, step="post", color=tone, linewidth=0, zorder=2)
        canvas.step(ages, middle, where="post", color=INK, linewidth=1.4, zorder=5)
        said = theme.percent(float(told["part"].iloc[-1]))
        add_text(canvas, ages[-1] - 0.5, middle[-1] - 2.2, said, theme.base_pt - 0.5, ha="right", fontweight="bold")

    return _draw_grid(names, panel, (_PLOT + 3, {}), theme)


def _draw_grid(names: dict[str, str], panel: Panel, body: tuple[float, dict[str, str]], theme: Theme) -> Figure:
    """Panels in rows, their headings above, the words of their rows once at the left of each row of panels."""
    height, labels = body
    left = 44.0 if labels else 9.0
    across = min(_ACROSS, len(names))
    pitch = (theme.width_mm - left - 2) / across
    lines = {key: wrap_text(name, theme.base_pt, pitch - 5, "bold") for key, name in names.items()}
    line = theme.base_pt * 0.43
    head = 2.5 + line * max(map(len, lines.values()))
    rows = -(-len(names) // across)
    each = head + height + _FOOT
    with new_page(theme, each * rows) as (figure, canvas):
        for place, key in enumerate(names):
            top = each * (place // across) + head
            column = RateColumn(left + pitch * (place % across), pitch - _GAP - (2 if labels else 4))
            for rank, words in enumerate(reversed(lines[key])):
                add_text(canvas, column.left, top - 2.6 - line * rank, words, theme.base_pt, fontweight="bold")
            panel(canvas, key, column, top)
            if place % across == 0:
                size = theme.base_pt - 0.5
                for rank, label in enumerate(labels.values()):
                    y, told = top + _ROW * (rank + 0.5), wrap_text(label, size, left - 4)[:2]
                    add_lines(canvas, left - 2, y, told, size_pt=size, pitch=2.8, ha="right")
    return figure


def _heading(name: str, n: int, theme: Theme) -> str:
    """« Pays Lédonien (n = 28) »."""
    return f"{name} (n{NO_BREAK}={NO_BREAK}{theme.number(n)})"
