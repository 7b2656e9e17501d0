"""Bertin's matrix drawn: a mark where a project bears a code, a hatch where nobody knows, the order beside chance."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ect_research.analysis.chance import Refusal
from ect_research.analysis.typologies.bertin import BertinMatrix
from ect_research.codebook.codebook import code_for
from ect_research.figures.exhibit.exhibit import Exhibit, Finding, Strength, place_for
from ect_research.figures.page.canvas import (
    MM_PER_POINT,
    Box,
    add_box,
    add_boxes,
    add_line,
    add_text,
    shorten,
    shorten_apart,
    text_width_mm,
)
from ect_research.figures.page.caption import Caption
from ect_research.figures.page.legends import LegendEntry, legend_height_mm, new_page
from ect_research.figures.page.theme import HAIRLINE, INK, MUTED, PAPER, Theme
from ect_research.words import mark

_TITLE, _GAP, _LARGEST_CELL, _SMALLEST_CELL, _LONGEST_HEAD = 3.0, 0.6, 4.6, 2.1, 46.0
DEDUCED = code_for("certitude", "deduit")


_VERDICTS = {
    Strength.BEYOND_CHANCE: (
        mark("Les projets se rangent mieux que le hasard ne les rangerait"),
        mark("L’ordre dépasse ce que donne le hasard."),
    ),
    Strength.COUNTED: (
        mark("Des variables qui se commandent suffisent à ranger les projets"),
        mark(
            "Avec une seule des variables qui se commandent, l’ordre ne se distingue pas du hasard : n’y lire aucun type."
        ),
    ),
    Strength.AS_CHANCE: (
        mark("Rien ne permet encore de ranger les projets par types"),
        mark("L’ordre ne se distingue pas du hasard : n’y lire aucun type."),
    ),
}


@dataclass(frozen=True)
class _Band:
    """Variables drawn side by side: their columns, the width of a cell and of the names, the height of the head."""

    columns: list[tuple[str, str, int]]
    names: float
    cell: float
    head: float
    size: float

    def starts(self) -> list[float]:
        """Left side of each column; the upright name of a variable stands before its codes."""
        places, x, before = [], self.names, ""
        for variable, _, _ in self.columns:
            x += _GAP + _TITLE if variable != before else 0.0
            places.append(x)
            x, before = x + self.cell, variable
        return places


def show_bertin(matrix: BertinMatrix | Refusal) -> Exhibit[BertinMatrix]:
    """One line per project, one column per code, as many bands of columns as the page needs; the order beside chance.

    >>> import ect_research as ect
    >>> study = ect.open_study("pays-ledonien")
    >>> matrix = ect.build_bertin_matrix(study.table("projets"), ["objet"], study.corpus.codebook, permutations=9)
    >>> round(show_bertin(matrix).in_context(study.context).figure().get_size_inches()[0] * 25.4)
    170
    """
    place = place_for(matrix, lambda told: _strength(told) is Strength.BEYOND_CHANCE)
    return Exhibit(matrix, _rows, _words, _draw, finding_of=_finding, reads=("projets",), place=place)


def _draw(shown: Exhibit[BertinMatrix]) -> Figure:
    matrix, theme = shown.told, shown.theme
    bands = _bands(shown)
    row, entries = _row_mm(matrix), _entries(theme)
    legend = legend_height_mm(entries, theme.base_pt - 1, theme.width_mm - 4) + 2
    band_height = [band.head + row * matrix.n + 7 for band in bands]
    with new_page(theme, legend + sum(band_height), entries, theme.base_pt - 1) as (figure, canvas):
        top = legend
        for band, height in zip(bands, band_height, strict=True):
            _draw_heads(canvas, band, top, shown)
            _draw_rows(canvas, band, (top + band.head, row), shown)
            top += height
    return figure


def _words(shown: Exhibit[BertinMatrix]) -> Caption:
    matrix, theme = shown.told, shown.theme
    cells = matrix.cells.drop_duplicates(["projet_id", "variable"])
    blank = theme.percent(float((cells["code"] == "").mean()))
    missing = [theme.say("{share} des cases projet × variable non renseignées", share=blank)]
    if matrix.unknown:
        unknown = [shown.column("projets", name).lower() for name in matrix.unknown]
        missing.append(theme.say("sans aucune valeur, donc non tracé : {variables}", variables=theme.join(unknown)))
    return shown.context.caption(
        title=theme.say("Projets et codages, rangés pour que les semblables se suivent"),
        n=theme.say_n("n = {n} projet", "n = {n} projets", matrix.n),
        missing=missing,
        reading=_reading(shown),
    )


def _reading(shown: Exhibit[BertinMatrix]) -> str:
    matrix, theme = shown.told, shown.theme
    low, _, high = matrix.null
    order = theme.say(
        "deux projets voisins partagent {share} de leurs codages connus ; des codages mélangés au hasard puis "
        "rangés de même en donneraient {interval} (95 % des {draws} tirages)",
        share=theme.percent(matrix.likeness),
        interval=theme.percents(low, high),
        draws=theme.number(matrix.permutations),
    )
    verdict = theme.say(_VERDICTS[_strength(matrix)][1])
    side = theme.say("Seul un ordre meilleur compte : épreuve d’un seul côté, au seuil de 2,5 %.")
    titles = {name: shown.column("projets", name) for name in matrix.columns["variable"]}
    tied = matrix.dependence.told(titles)
    said = f"{order}. {verdict} {side}"
    return f"{said} {tied.sentence(theme.language)}." if tied else said


def _strength(matrix: BertinMatrix) -> Strength:
    """Whether neighbours are more alike than in 97.5 % of the shuffles, and still are when tied variables count once."""
    if matrix.likeness <= matrix.null[2]:
        return Strength.AS_CHANCE
    return Strength.BEYOND_CHANCE if not matrix.dependence.blocks or matrix.p_between <= 0.025 else Strength.COUNTED


def _finding(shown: Exhibit[BertinMatrix]) -> Finding:
    matrix, theme = shown.told, shown.theme
    low, _, high = matrix.null
    said = theme.say_n(
        "{headline} : deux voisins partagent {share} de leurs codages, contre {interval} au hasard (n = {n} projet).",
        "{headline} : deux voisins partagent {share} de leurs codages, contre {interval} au hasard (n = {n} projets).",
        matrix.n,
        headline=theme.say(_VERDICTS[_strength(matrix)][0]),
        share=theme.percent(matrix.likeness),
        interval=theme.percents(low, high),
    )
    return Finding(said, _strength(matrix))


def _rows(shown: Exhibit[BertinMatrix]) -> pd.DataFrame:
    """The codings in the order of the matrix, with labels and certainty."""
    matrix = shown.told
    rank = {project: place for place, project in enumerate(matrix.rows, start=1)}
    cells = matrix.cells.assign(rang=matrix.cells["projet_id"].map(rank))
    cells["projet"] = cells["projet_id"].map(shown.names)
    cells["libelle"] = [
        _label(shown, variable, code) if code else ""
        for variable, code in zip(cells["variable"], cells["code"], strict=True)
    ]
    cells["variable"] = [shown.column("projets", name) for name in cells["variable"]]
    columns = ["rang", "projet_id", "projet", "variable", "code", "libelle", "certitude"]
    return cells.sort_values(["rang", "variable"], kind="stable")[columns].reset_index(drop=True)


def _row_mm(matrix: BertinMatrix) -> float:
    return 3.6 if matrix.n <= 60 else 2.9


def _bands(shown: Exhibit[BertinMatrix]) -> list[_Band]:
    """Whole variables in each band, with cells as wide as the page allows."""
    matrix, theme = shown.told, shown.theme
    columns = [(str(v), str(c), int(k)) for v, c, k in matrix.columns.itertuples(index=False)]
    variables = list(dict.fromkeys(variable for variable, _, _ in columns))
    size = min(theme.base_pt - 1, _row_mm(matrix) * 1.75)
    names = min(57.0, max(text_width_mm(name, size) for name in shown.names.values()) + 5)
    room = theme.width_mm - names - 2
    cell, groups = 0.0, [columns]
    for count in range(1, len(variables) + 1):
        groups = _split(columns, variables, count)
        cell = min((room - (_GAP + _TITLE) * len({v for v, _, _ in group})) / len(group) for group in groups)
        if cell >= _SMALLEST_CELL:
            break
    cell = min(cell, _LARGEST_CELL)
    head_pt = min(theme.base_pt - 1.5, 0.88 * cell / MM_PER_POINT)
    return [_Band(group, names, cell, _head_mm(group, head_pt, shown), head_pt) for group in groups]


def _split(columns: list[tuple[str, str, int]], variables: list[str], count: int) -> list[list[tuple[str, str, int]]]:
    """Consecutive variables in ``count`` groups, the widest group as narrow as can be."""
    widths = {variable: sum(1 for v, _, _ in columns if v == variable) for variable in variables}
    target = max(widths.values())
    while True:
        groups: list[list[str]] = [[]]
        for variable in variables:
            if groups[-1] and sum(widths[v] for v in groups[-1]) + widths[variable] > target:
                groups.append([])
            groups[-1].append(variable)
        if len(groups) <= count:
            return [[column for column in columns if column[0] in group] for group in groups]
        target += 1


def _head_mm(columns: list[tuple[str, str, int]], size: float, shown: Exhibit[BertinMatrix]) -> float:
    labels = [text_width_mm(_label(shown, v, c), size) for v, c, _ in columns]
    titles = [text_width_mm(shown.column("projets", v), size, "bold") for v, _, _ in columns]
    return min(max(*labels, *titles), _LONGEST_HEAD) + 3.0


def _draw_heads(canvas: Axes, band: _Band, top: float, shown: Exhibit[BertinMatrix]) -> None:
    """Codes upright above their column; the name of the variable, in bold, before them."""
    base = top + band.head - 1.2
    before = ""
    for x, (variable, code, _) in zip(band.starts(), band.columns, strict=True):
        if variable != before:
            middle = x - _TITLE / 2
            title = shorten(shown.column("projets", variable), band.size * 1.1, _LONGEST_HEAD)
            upright = {"rotation": 90, "ha": "center", "va": "bottom"}
            add_text(canvas, middle, base, title, band.size, fontweight="bold", **upright)
            before = variable
        label = shorten(_label(shown, variable, code), band.size, _LONGEST_HEAD)
        add_text(canvas, x + band.cell / 2, base, label, band.size, rotation=90, ha="center", va="bottom")


def _draw_rows(canvas: Axes, band: _Band, place: tuple[float, float], shown: Exhibit[BertinMatrix]) -> None:
    matrix, theme, (top, row) = shown.told, shown.theme, place
    starts = band.starts()
    size = min(theme.base_pt - 1, row * 1.75)
    known = {(project, variable, code): sure for project, variable, code, sure in matrix.cells.itertuples(index=False)}
    right = starts[-1] + band.cell
    told = [shown.named(project) for project in matrix.rows]
    short = shorten_apart(told, size, band.names - 4)
    unknown, empty = list[Box](), list[Box]()
    for number, project in enumerate(matrix.rows):
        y = top + row * (number + 0.5)
        add_line(canvas, ((2, y + row / 2), (right, y + row / 2)), color=HAIRLINE, linewidth=0.3, zorder=1)
        add_text(canvas, band.names - 1, y, short[told[number]], size, ha="right")
        for x, (variable, code, _) in zip(starts, band.columns, strict=True):
            box = (x + 0.2, y - row / 2 + 0.25, band.cell - 0.4, row - 0.5)
            if (project, variable, "") in known:
                unknown.append(box)
            elif (project, variable, code) in known:
                _draw_mark(canvas, box, known[project, variable, code])
            else:
                empty.append(box)
    add_boxes(canvas, unknown, facecolor=PAPER, edgecolor="#c4c4c4", hatch="//////")
    add_boxes(canvas, empty, facecolor="#f3f3f3")
    bottom = top + row * matrix.n + 2.2
    add_text(canvas, band.names - 1, bottom, theme.say("projets"), size, ha="right", color=MUTED)
    widest = max(text_width_mm(str(count), band.size) for _, _, count in band.columns)
    count_pt = band.size * min(1.0, (band.cell - 0.3) / widest)
    for x, (_, _, count) in zip(starts, band.columns, strict=True):
        add_text(canvas, x + band.cell / 2, bottom, str(count), count_pt, ha="center", color=MUTED)


def _draw_mark(canvas: Axes, box: tuple[float, float, float, float], certainty: str) -> None:
    """Full where the source says it; hollow where the coder inferred it."""
    hollow = certainty == DEDUCED
    x, y, width, height = box
    inset = 0.3 if hollow else 0.0
    inner = (x + inset, y + inset, width - 2 * inset, height - 2 * inset)
    add_box(canvas, inner, facecolor=PAPER if hollow else INK, edgecolor=INK, linewidth=1.0 if hollow else 0.0)


def _label(shown: Exhibit[BertinMatrix], variable: str, code: str) -> str:
    return shown.label(shown.context.codebook.variables["projets", variable].list_name, code)


def _entries(theme: Theme) -> list[LegendEntry]:
    return [
        LegendEntry(theme.say("dit par la source"), face=INK, edge=INK),
        LegendEntry(theme.say("déduit par le codeur")),
        LegendEntry(theme.say("non renseigné"), edge="#c4c4c4", hatch="//////"),
    ]
