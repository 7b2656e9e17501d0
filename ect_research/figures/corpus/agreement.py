"""Agreement of coders: what chance gives beside what they gave, view by view, and what is left to discuss."""

from __future__ import annotations

from functools import partial
from math import isnan
from typing import Any, Literal

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ect_research.analysis.chance import Refusal
from ect_research.analysis.corpus.agreement.coding_agreement import CodingAgreement
from ect_research.figures.exhibit.exhibit import Exhibit, Finding, Strength, view_of
from ect_research.figures.page.canvas import add_box, add_line, add_text, shorten
from ect_research.figures.page.caption import Caption
from ect_research.figures.page.legends import LegendEntry, legend_height_mm, new_page
from ect_research.figures.page.theme import HAIRLINE, MUTED, Theme
from ect_research.figures.signs.share_scale import RateColumn, draw_interval, draw_scale, draw_scale_labels
from ect_research.words import mark, tell

View = Literal["variables", "coefficients", "confusion", "desaccords"]
_TITLES: dict[str, str] = {
    "variables": mark("Les codeurs donnent-ils le même code, et plus que par hasard ?"),
    "coefficients": mark("Les coefficients d’accord, variable par variable"),
    "confusion": mark("Quel code l’un donne quand l’autre en donne un autre"),
    "desaccords": mark("Les désaccords à discuter"),
}
_READINGS: dict[str, str] = {
    "variables": mark(
        "Point : part des paires de codeurs qui donnent le même code. Bande : la même part quand les codes de chacun sont "
        "rebattus entre les projets. α : 1 est l’accord parfait, 0 le hasard. * : accord élevé et coefficient bas, parce "
        "qu’un code domine ; lire l’AC1."
    ),
    "coefficients": mark(
        "α tient compte de l’ordre des codes, et des codes communs quand il y en a plusieurs ; κ et AC1 comptent tout code "
        "différent pour un désaccord. Intervalles à 95 %, un projet ôté à son tour."
    ),
    "confusion": mark("Une ligne par paire de codes, la plus fréquente d’abord ; les mêmes codes compris."),
    "desaccords": mark(
        "Relire les deux passages, se mettre d’accord, écrire le code retenu, qui l’a retenu (un code, jamais un nom) et "
        "pourquoi : « ect codages --formulaire », puis « ect codages --arbitrages »."
    ),
}
_NAMES, _ROW, _SAID = 54.0, 8.4, 46.0
_COEFFICIENTS = {
    "accord": mark("même code (part)"),
    "cohen": mark("κ de Cohen"),
    "fleiss": mark("κ de Fleiss"),
    "ac1": mark("AC1 de Gwet"),
    "alpha": mark("α de Krippendorff"),
}
_KINDS = {"nominal": mark("un code"), "ordinal": mark("codes en ordre"), "multiple": mark("plusieurs codes")}


def show_agreement(agreement: CodingAgreement | Refusal, view: View = "variables") -> Exhibit[CodingAgreement]:
    """One view of the agreement of coders.

    Args:
        agreement: from `build_agreement`.
        view: ``variables`` (the figure), ``coefficients``, ``confusion`` or ``desaccords``.

    Raises:
        EctError: no such view.
    """
    views = {"variables": _variables, "coefficients": _coefficients, "confusion": _confusion, "desaccords": _apart}
    rows = view_of(view, views)
    return Exhibit(
        _nothing_apart(agreement) if view == "desaccords" else agreement,
        rows,
        partial(_words, view=view),
        _draw if view == "variables" else None,
        finding_of=_find_apart if view == "desaccords" else _find,
        title=_TITLES[view],
        reads=("codages",),
        place="annexe" if view in ("confusion", "coefficients") else "corps",
    )


def _nothing_apart(agreement: CodingAgreement | Refusal) -> CodingAgreement | Refusal:
    if isinstance(agreement, Refusal) or len(agreement.disagreements):
        return agreement
    return Refusal(tell("la liste des désaccords"), tell("Les codeurs sont d’accord partout : il n’y en a aucun."))


def _variables(shown: Exhibit[CodingAgreement]) -> pd.DataFrame:
    lines = _lines(shown.told)
    said = [_variable_said(shown, line["unite_table"], line["variable"]) for line in lines]
    keep = ["n", "accord", "bas", "haut", "hasard", "hasard_bas", "hasard_haut"]
    return pd.DataFrame(
        [{"variable": name, **{key: line[key] for key in keep}} for name, line in zip(said, lines, strict=True)]
    )


def _coefficients(shown: Exhibit[CodingAgreement]) -> pd.DataFrame:
    theme, told = shown.theme, shown.told
    kinds = {(row["unite_table"], row["variable"]): row["nature"] for row in told.variables.to_dict("records")}
    rows = []
    for place, group in told.coefficients.groupby(["unite_table", "variable"], sort=False):
        table, name = map(str, place)
        kind = theme.say(_KINDS[kinds[table, name]]) if name else ""
        line = {"variable": _variable_said(shown, table, name), "nature": kind, "n": int(group["n"].iloc[0])}
        for row in group.to_dict("records"):
            line[theme.say(_COEFFICIENTS[row["coefficient"]])] = _value_said(row, theme)
        rows.append(line)
    return pd.DataFrame(rows).fillna("–")


def _confusion(shown: Exhibit[CodingAgreement]) -> pd.DataFrame:
    counts = shown.told.confusion.sort_values(
        ["unite_table", "variable", "n"], ascending=[True, True, False], kind="stable"
    )
    columns = ["variable", "codeur_a", "code_a", "codeur_b", "code_b", "n"]
    return _worded(shown, counts)[columns].reset_index(drop=True)


def _apart(shown: Exhibit[CodingAgreement]) -> pd.DataFrame:
    apart = _worded(shown, shown.told.disagreements)
    apart["projet"] = [shown.names.get(unit, unit) for unit in apart["unite_id"]]
    columns = ["codeur_a", "code_a", "passage_a", "codeur_b", "code_b", "passage_b", "regle", "unite_id"]
    return apart[["projet", "variable", *columns]]


def _worded(shown: Exhibit[CodingAgreement], table: pd.DataFrame) -> pd.DataFrame:
    places = list(zip(table["unite_table"], table["variable"], strict=True))
    return table.assign(
        variable=[_variable_said(shown, *place) for place in places],
        **{name: [_code_said(shown, *place, code) for place, code in zip(places, table[name], strict=True)]
           for name in ("code_a", "code_b")},
    )  # fmt: skip


def _words(shown: Exhibit[CodingAgreement], view: str) -> Caption:
    told, theme = shown.told, shown.theme
    return shown.context.caption(
        title=theme.say(_TITLES[view]),
        n=theme.say("n = {units} codés par {coders}", units=_units(told, theme), coders=theme.join(told.coders)),
        missing=_left_out(shown),
        reading=theme.say(_READINGS[view]),
    )


def _units(told: CodingAgreement, theme: Theme) -> str:
    if set(told.variables["unite_table"]) == {"projets"}:
        return theme.say_n("{n} projet", "{n} projets", told.n)
    return theme.say_n("{n} ligne", "{n} lignes", told.n)


def _left_out(shown: Exhibit[CodingAgreement]) -> str:
    if not shown.told.left_out:
        return ""
    table = str(shown.told.variables["unite_table"].iloc[0])
    names = [_variable_said(shown, table, name) for name in shown.told.left_out]
    return shown.theme.say("trop peu codées deux fois : {names}", names=shown.theme.join(names))


def _find(shown: Exhibit[CodingAgreement]) -> Finding:
    told, theme = shown.told, shown.theme
    lines = _lines(told)
    whole, worst = lines[-1], lines[0]
    beyond = mark(
        "Deux codeurs donnent le même code {share} du temps [{interval}], contre {chance} par hasard (n = {n})"
    )
    as_chance = mark(
        "Deux codeurs donnent le même code {share} du temps [{interval}] : ce n’est pas plus que le hasard ({chance}, n = {n})"
    )
    parts = [
        theme.say(
            beyond if told.beyond else as_chance,
            share=theme.percent(whole["accord"]),
            interval=theme.percents(whole["bas"], whole["haut"]),
            chance=theme.percent(whole["hasard"]),
            n=told.n,
        )
    ]
    if len(lines) > 2:
        name = _variable_said(shown, worst["unite_table"], worst["variable"])
        said = _coefficient_said(told, worst, theme)
        parts.append(theme.say("le moins sûr : {name} ({said})", name=name, said=said))
    hidden = [_variable_said(shown, line["unite_table"], line["variable"]) for line in lines if line["paradoxe"]]
    if hidden:
        low = mark("pour {names}, κ est bas bien que les codeurs soient d’accord, parce qu’un code domine")
        parts.append(theme.say(low, names=theme.join(hidden)))
    return Finding(theme.say(" ; ").join(parts) + ".", Strength.BEYOND_CHANCE if told.beyond else Strength.AS_CHANCE)


def _find_apart(shown: Exhibit[CodingAgreement]) -> str:
    apart, theme = shown.told.disagreements, shown.theme
    open_ = int((apart["regle"] == "").sum())
    said = theme.say_n("{n} désaccord entre codeurs", "{n} désaccords entre codeurs", len(apart))
    rest = theme.say_n("{n} reste à discuter", "{n} restent à discuter", open_)
    return theme.say("{said} ; {rest}.", said=said, rest=rest)


def _draw(shown: Exhibit[CodingAgreement]) -> Figure:
    """One line a variable, the least reliable first, all together last."""
    theme, lines = shown.theme, _lines(shown.told)
    column = RateColumn(left=_NAMES + 2, width=theme.width_mm - _NAMES - _SAID - 8)
    entries = [
        LegendEntry(theme.say("accord des codeurs, intervalle à 95 %"), kind="whisker"),
        LegendEntry(
            theme.say("ce que donnent les mêmes codes rebattus entre les projets"), face=HAIRLINE, edge=HAIRLINE
        ),
    ]
    top = legend_height_mm(entries, theme.base_pt - 1, theme.width_mm - 4) + 4.0
    bottom = top + _ROW * len(lines)
    with new_page(theme, bottom + 6, entries, theme.base_pt - 1) as (figure, canvas):
        draw_scale(canvas, column, (top, bottom))
        for rank, line in enumerate(lines):
            _draw_line(canvas, column, top + _ROW * (rank + 0.5), line, shown)
        if len(lines) > 1:
            y = bottom - _ROW
            add_line(canvas, ((3, y), (theme.width_mm - 2, y)), color=MUTED, linewidth=0.5)
        draw_scale_labels(canvas, column, bottom, theme)
    return figure


def _draw_line(
    canvas: Axes, column: RateColumn, y: float, line: dict[str, float], shown: Exhibit[CodingAgreement]
) -> None:
    theme, pt = shown.theme, shown.theme.base_pt
    name = shorten(_variable_said(shown, str(line["unite_table"]), str(line["variable"])), pt, _NAMES - 4)
    add_text(canvas, _NAMES - 2, y, name, pt, ha="right", fontweight="normal" if line["variable"] else "bold")
    left, right = column.x(line["hasard_bas"]), column.x(line["hasard_haut"])
    add_box(canvas, (left, y - 2.4, max(right - left, 0.6), 4.8), facecolor=HAIRLINE, edgecolor="none", zorder=1.5)
    draw_interval(canvas, column, y, (line["accord"], line["bas"], line["haut"]))
    where = column.left + column.width + 4
    said = theme.say("{share}, n = {n}", share=theme.percent(line["accord"]), n=int(line["n"]))
    add_text(canvas, where, y - 1.7, said + (" *" if line["paradoxe"] else ""), pt, fontweight="bold")
    add_text(canvas, where, y + 1.8, _coefficient_said(shown.told, line, theme), pt - 1, color=MUTED)


def _variable_said(shown: Exhibit[CodingAgreement], table: str, name: str) -> str:
    """A column as the reader says it; the whole where it has no name."""
    if not name:
        return shown.theme.say("Ensemble")
    known = shown.context.codebook.variables
    return known[table, name].labels[shown.theme.language] if (table, name) in known else name


def _code_said(shown: Exhibit[CodingAgreement], table: str, name: str, answer: str) -> str:
    """One code, or several, as the reader says them."""
    variable = shown.context.codebook.variables.get((table, name))
    if variable is None or not variable.list_name:
        return answer
    labels = shown.labels(variable.list_name)
    codes = answer.split() if variable.is_multiple else [answer]
    return " + ".join(labels.get(code, code) for code in codes)


def _lines(told: CodingAgreement) -> list[dict[str, Any]]:
    """One line per variable, the smallest α first, then the whole."""
    variables = told.variables
    found = told.coefficients.set_index(["coefficient", "unite_table", "variable"])
    alpha = [found["valeur"]["alpha", table, name]
             for table, name in zip(variables["unite_table"], variables["variable"], strict=True)]  # fmt: skip
    lines = variables.assign(alpha=alpha).sort_values("alpha", kind="stable").to_dict("records")
    whole = found.xs("accord").xs("", level="variable").iloc[0]
    last = {"unite_table": "", "variable": "", "accord": whole["valeur"], "bas": whole["bas"], "haut": whole["haut"],
            "n": told.n, "paradoxe": False, **told.whole_chance}  # fmt: skip
    return [*({str(key): value for key, value in line.items()} for line in lines), last]


def _coefficient_said(told: CodingAgreement, line: dict[str, Any], theme: Theme) -> str:
    """« α = 0,72 [0,51 ; 0,86] », the coefficient that fits every kind of variable."""
    rows = told.coefficients
    where = (rows["unite_table"] == line["unite_table"]) & (rows["variable"] == line["variable"])
    return f"α = {_value_said(rows[where & (rows['coefficient'] == 'alpha')].iloc[0], theme)}"


def _value_said(row: Any, theme: Theme) -> str:  # noqa: ANN401 - a row, as a dictionary or a Series
    """« 0,72 [0,51 ; 0,86] »; a dash where the coefficient does not exist, no interval where there is none."""
    value, low, high = (theme.number(row[part], 2) for part in ("valeur", "bas", "haut"))
    return value if isnan(row["bas"]) else f"{value} [{low}{theme.say(' ; ')}{high}]"
