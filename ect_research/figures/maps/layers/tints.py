"""The colours of circles: a rate in at most four classes, or a category."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ect_research.analysis.territory.classes import Classes, classify
from ect_research.figures.maps.legend import map_key, palettes
from ect_research.figures.maps.legend.key_words import class_words, left_off_lines, method_line

if TYPE_CHECKING:
    from ect_research.analysis.territory.map_variables import MapVariable
    from ect_research.figures.maps.ground.panel import Column
    from ect_research.figures.page.theme import Theme

_MOST_CLASSES = 4


def tint_styles(tint: MapVariable, theme: Theme) -> dict[str, dict[str, Any]]:
    """Code → fill of its circle, for the zones whose value is known."""
    if tint.kind == "categorie":
        styles = palettes.qualitative(tint.categories, theme, dict(tint.colours))
        return {str(code): styles[str(value)] for code, value in tint.known.items()}
    cut = _cut(tint)
    colours = palettes.sequential(len(cut), theme)
    ranks = cut.assign(tint.known)  # type: ignore[arg-type]
    return {str(code): {"facecolor": colours[rank]} for code, rank in zip(tint.known.index, ranks, strict=True)}


def write_tint(column: Column, tint: MapVariable, circled: MapVariable) -> None:
    """A box per class or category with its number of circles, then the circles of unknown colour."""
    theme = column.theme
    map_key.write_heading(column, tint.label, tint.unit)
    circles = circled.known.index[circled.known.astype("float64") > 0]
    known = tint.known[tint.known.index.isin(list(circles))]
    if tint.kind == "categorie":
        counts = known.value_counts()
        for name, style in palettes.qualitative(tint.categories, theme, dict(tint.colours)).items():
            map_key.write_swatch(column, style, name, int(counts.get(name, 0)))
            column.skip(0.5)
    else:
        cut = _cut(tint)
        ranks = cut.assign(known).tolist()  # type: ignore[arg-type]
        styles = [{"facecolor": colour} for colour in palettes.sequential(len(cut), theme)]
        counted = [ranks.count(rank) for rank in range(len(cut))]
        map_key.write_classes(column, styles, class_words(cut, tint.decimals, theme), counted)
        map_key.write_note(column, method_line(cut, theme))
    if unknown := len(circles) - len(known):
        map_key.write_swatch(column, palettes.missing_style(theme), theme.say("donnée absente"), unknown)
        column.skip(0.9)
    map_key.write_note(column, theme.say("entre parenthèses, nombre de cercles"))
    for line in left_off_lines(tint, theme):
        map_key.write_note(column, line)


def _cut(tint: MapVariable) -> Classes:
    values = tint.known.astype("float64")
    return classify(values, "quantile", min(_MOST_CLASSES, values.nunique()))
