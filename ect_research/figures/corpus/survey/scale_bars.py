"""Bars around the middle of a scale: what is below to the left, what is above to the right, n beside each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ect_research.figures.exhibit.exhibit import Exhibit
from ect_research.figures.page.canvas import add_box, add_line, add_lines, add_text, text_width_mm, wrap_text
from ect_research.figures.page.legends import LegendEntry, draw_legend, legend_height_mm, new_page
from ect_research.figures.page.theme import HAIRLINE, INK, MISSING, MUTED, PAPER, Theme
from ect_research.figures.signs.stage_signs import ink_on

_BETWEEN = 3.0
_HEADING, _NUMBERS, _SHARE_NAMES = 6.0, 27.0, 0.44
_LOW, _HIGH = "#b35806", "#2166ac"


@dataclass(frozen=True)
class Segment:
    """Answers counted together (`ect_research.analysis.corpus.survey.coarse_counts.Group`), as drawn."""

    codes: tuple[str, ...]
    side: int | None
    persons: int | None


@dataclass(frozen=True)
class ScaleLine:
    """One bar, or a heading when it has no n.

    Attributes:
        name: beside it.
        n: who answered; None for a heading.
        segments: from the lowest answers to the highest; none when nothing can be shown.
        said: after n.
    """

    name: str
    n: int | None = None
    segments: tuple[Segment, ...] = ()
    said: str = ""


@dataclass(frozen=True)
class Scale:
    """The answers of a figure, in order.

    Attributes:
        labels: words of each answer that takes a side.
        silent: words of those that take none, together; blank when there are none.
        colours: of each answer; shades of two colours where one lacks.
        least: fewest persons of a number.
    """

    labels: Mapping[str, str]
    silent: str = ""
    colours: Mapping[str, str] | None = None
    least: int = 5

    def is_rest(self, codes: tuple[str, ...]) -> bool:
        """Whether answers counted together are on both sides, or take none."""
        half, ranks = len(self.labels) / 2, [list(self.labels).index(code) for code in codes if code in self.labels]
        return len(codes) > 1 and (len(ranks) < len(codes) or not (max(ranks) < half or min(ranks) >= half))

    def face(self, codes: tuple[str, ...], theme: Theme) -> str:
        """The colour of answers counted together: between theirs."""
        if self.is_rest(codes):
            return PAPER
        given, order = {} if theme.greyscale else self.colours or {}, list(self.labels)
        shades = [
            given.get(code) or _shade(order.index(code), len(order), grey=theme.greyscale)
            for code in codes
            if code in order
        ]
        return _between(shades) if shades else MISSING

    def entry(self, codes: tuple[str, ...], theme: Theme) -> LegendEntry:
        """Its line in the legend."""
        if self.is_rest(codes):
            said = theme.say("les autres réponses, ensemble")
            return LegendEntry(said, face=PAPER, edge=MUTED, hatch="////")
        label = " + ".join(self.labels[code] for code in codes)
        low = theme.greyscale and list(self.labels).index(codes[0]) < (len(self.labels) - 1) / 2
        return LegendEntry(label, face=self.face(codes, theme), edge=MUTED, hatch="...." if low else "")


def listed_scale(shown: Exhibit[Any], list_name: str) -> Scale:
    """The scale of a list of answers, in the reader's words."""
    codebook, theme = shown.context.codebook, shown.theme
    choices = codebook.choices(list_name)
    sides = choices[choices["role"] != "sans_avis"]
    labels = dict(zip(sides["name"], sides[f"label::{theme.language}"], strict=True))
    return Scale(labels, theme.say("sans avis"), codebook.colours(list_name), shown.told.least)


def persons_said(persons: Any) -> int | None:  # noqa: ANN401 - a number or NA
    """A number of persons; None where it is not told."""
    return None if persons is None or str(persons) in ("<NA>", "nan") else int(persons)


def segments_of(rows: pd.DataFrame) -> tuple[Segment, ...]:
    """Rows of answers counted together, as drawn."""
    return tuple(
        Segment(row["reponses"], persons_said(row["cote"]), persons_said(row["personnes"]))
        for row in rows.to_dict("records")
    )


def draw_scale_lines(blocks: Sequence[tuple[Scale, Sequence[ScaleLine]]], theme: Theme) -> Figure:
    """One bar a line, headings between; the answers that take no side are counted beside n.

    Args:
        blocks: each scale, and its lines in order; all are drawn around one middle, to one measure.
        theme: the reader's preset.
    """
    pt, names = theme.base_pt, theme.width_mm * _SHARE_NAMES
    places = _fit([line for _, lines in blocks for line in lines], names, theme.width_mm - _NUMBERS)
    legends = [_legend(scale, lines, theme) for scale, lines in blocks]
    room = theme.width_mm - 4
    tops = [legend_height_mm(entries, pt - 1, room) + 4 for entries in legends]
    wrapped = [
        [wrap_text(line.name, pt, names - 4, "normal" if line.n is not None else "bold") for line in lines]
        for _, lines in blocks
    ]
    heights = [[_height(line, text, pt) for line, text in zip(lines, texts, strict=True)]
               for (_, lines), texts in zip(blocks, wrapped, strict=True)]  # fmt: skip
    with new_page(theme, sum(tops) + sum(map(sum, heights)) + _BETWEEN * len(blocks)) as (figure, canvas):
        y = 0.0
        for block, (scale, lines) in enumerate(blocks):
            draw_legend(canvas, legends[block], (2, y + 1), room, pt - 1)
            y += tops[block]
            middle = places[0]
            add_line(canvas, ((middle, y), (middle, y + sum(heights[block]))), color=INK, linewidth=0.7, zorder=1.5)
            for line, text, height in zip(lines, wrapped[block], heights[block], strict=True):
                if line.n is None:
                    add_text(canvas, 2, y + height - 2.6, line.name, pt, fontweight="bold")
                    add_line(canvas, ((2, y + height - 0.4), (theme.width_mm - 2, y + height - 0.4)), color=HAIRLINE)
                else:
                    add_lines(canvas, names - 2, y + height / 2, text, size_pt=pt, pitch=pt * 0.45, ha="right")
                    _draw_bar(canvas, line, (*places, y, height), scale, theme)
                y += height
            y += _BETWEEN
    return figure


def _legend(scale: Scale, lines: Sequence[ScaleLine], theme: Theme) -> list[LegendEntry]:
    drawn = [one for line in lines for one in line.segments if one.side is not None and one.persons != 0]
    met = sorted(dict.fromkeys(one.codes for one in drawn), key=lambda codes: _rank(codes, scale))
    return list(dict.fromkeys(scale.entry(codes, theme) for codes in met))


def _height(line: ScaleLine, text: list[str], pt: float) -> float:
    return _HEADING if line.n is None else max(len(text) * pt * 0.45, pt * 0.62) + 1.6


def _rank(codes: tuple[str, ...], scale: Scale) -> tuple[bool, float, int]:
    order = list(scale.labels)
    ranks = [order.index(code) for code in codes if code in order]
    return scale.is_rest(codes), sum(ranks) / max(len(ranks), 1), len(codes)


def _width(line: ScaleLine, one: Segment) -> float:
    """Share of n; nearly all is drawn as all."""
    return 1.0 if one.persons is None or not line.n else one.persons / line.n


def _extents(line: ScaleLine) -> tuple[float, float]:
    """Shares of n to the left and to the right of the middle."""
    left = right = 0.0
    for one in line.segments:
        share = _width(line, one)
        if one.side == 0:
            left, right = left + share / 2, right + share / 2
        elif one.side is not None:
            left, right = (left + share, right) if one.side < 0 else (left, right + share)
    return left, right


def _fit(lines: Sequence[ScaleLine], start: float, end: float) -> tuple[float, float]:
    """Where the middle is, and the length of all: every bar holds between two places."""
    ends = [_extents(line) for line in lines]
    left, right = max((one[0] for one in ends), default=0), max((one[1] for one in ends), default=0)
    unit = (end - start - 2) / max(left + right, 0.5)
    return start + left * unit, unit


def _draw_bar(
    canvas: Axes, line: ScaleLine, place: tuple[float, float, float, float], scale: Scale, theme: Theme
) -> None:
    middle, unit, y, height = place
    x = middle - _extents(line)[0] * unit
    thick, pt = min(height - 1.4, 5.2), theme.base_pt
    for one in line.segments:
        if one.side is None or one.persons == 0:
            continue
        width = _width(line, one) * unit
        entry = scale.entry(one.codes, theme)
        box = (x, y + (height - thick) / 2, width, thick)
        add_box(canvas, box, facecolor=entry.face, edgecolor=MUTED, hatch=entry.hatch or None)
        said = str(one.persons) if one.persons is not None else theme.say("presque toutes")
        colour = INK if entry.hatch else ink_on(entry.face)
        if entry.hatch:
            wide = text_width_mm(said, pt - 1) + 1.4
            add_box(canvas, (x + (width - wide) / 2, box[1] + 0.6, wide, thick - 1.2), facecolor=PAPER, zorder=3)
        add_text(canvas, x + width / 2, y + height / 2, said, pt - 1, ha="center", color=colour)
        x += width
    if not line.segments:
        add_text(canvas, middle + 2, y + height / 2, theme.say("masqué"), pt - 1, color=MUTED, fontstyle="italic")
    silent = sum(one.persons or 0 for one in line.segments if one.side is None)
    right = theme.width_mm - _NUMBERS + 2
    more = line.said or (theme.say("dont {n} {silent}", n=silent, silent=scale.silent) if silent else "")
    add_text(canvas, right, y + height / 2 - (1.4 if more else 0), f"n = {line.n}", pt - 1)
    if more:
        add_text(canvas, right, y + height / 2 + 1.5, more, pt - 2, color=MUTED)


def _shade(rank: int, size: int, *, grey: bool) -> str:
    """From one colour to another through a pale middle, by the place on a scale; from pale to dark in grey."""
    place = 2 * rank / max(size - 1, 1) - 1
    if grey:
        return "#" + f"{round(245 - 160 * (place + 1) / 2):02x}" * 3
    if place == 0:
        return MISSING
    end = _LOW if place < 0 else _HIGH
    strength = 0.25 + 0.75 * abs(place)
    return "#" + "".join(f"{round(255 + strength * (int(end[at : at + 2], 16) - 255)):02x}" for at in (1, 3, 5))


def _between(shades: Sequence[str]) -> str:
    channels = [sum(int(one[at : at + 2], 16) for one in shades) / len(shades) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(channel):02x}" for channel in channels)
