"""The words around a figure: title above; n, missing, source, scope and reading below."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ect_research.figures.page.canvas import cut_long_words, wrap_text
from ect_research.figures.page.formats import typeset
from ect_research.figures.page.svg_text import CAPTION
from ect_research.figures.page.theme import INK, MUTED, Theme

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_MARGIN_IN = 0.08
_LEADING = 1.28
# In letters: what a reader reads under a figure; beyond, it is method.
_SHORT = 200
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-ZÀ-Ý«\d])")


@dataclass(frozen=True)
class Caption:
    """What a reader must know to believe a figure.

    Attributes:
        title: the question or the finding.
        n: the number of cases drawn, in words (``"n = 31 projets"``).
        source: the documents behind the figure, and their date.
        subtitle: unit, place, period.
        missing: what is not drawn, and why (``"12 projets sans date"``).
        scope: the population the figure speaks of.
        reading: one sentence that reads one mark aloud.
        date: date of the data, already written for the reader.
        documents: the main documents behind it, named, and how many more.
    """

    title: str
    n: str
    source: str
    subtitle: str = ""
    missing: str = ""
    scope: str = ""
    reading: str = ""
    date: str = ""
    documents: str = ""

    def lines_below(self, theme: Theme) -> list[str]:
        """Three paragraphs under the figure: how to read it, what it counts, where it comes from."""
        counts = theme.say(" ; ").join(part for part in (self.n, short_and_rest(self.missing)[0].rstrip(".")) if part)
        counts += "." + (theme.say(" Champ : ") + f"{self.scope}." if self.scope else "")
        source = theme.say("Source : ") + (self.source or theme.say("non dite, donc non publiable"))
        source += f", {self.date}." if self.date else "."
        source += theme.say(" Documents : ") + f"{self.documents}." if self.documents else ""
        reading = short_and_rest(self.reading)[0] if theme.shows_reading else ""
        said = theme.say("Lecture : ") + reading if reading else ""
        return [typeset(line, theme.language) for line in (said, counts, source) if line]


def short_and_rest(text: str) -> tuple[str, str]:
    """The first sentences of a text, as many as a tired reader reads (one at least), and the others.

    >>> short_and_rest("Un point est un projet. " + "Le reste est de la méthode, " * 8 + "dit plus loin.")[0]
    'Un point est un projet.'
    """
    first, *others = _SENTENCE.split(text)
    while others and len(first) + len(others[0]) < _SHORT:
        first = f"{first} {others.pop(0)}"
    return first, " ".join(others)


@dataclass(frozen=True)
class _Block:
    """Lines of one size, colour and weight, already broken to the width of the page."""

    lines: list[str]
    size: float
    colour: str
    weight: str = "normal"

    @property
    def height(self) -> float:
        """Height in inches."""
        return len(self.lines) * self.size * _LEADING / 72


def add_caption(figure: Figure, caption: Caption, theme: Theme) -> Figure:
    """Write the caption around a figure, by growing the page: what was drawn keeps its size.

    Args:
        figure: as returned by a ``draw_*`` function, with no layout engine and no caption yet.
        caption: the words.
        theme: the reader's preset.

    Returns:
        the same figure, taller.
    """
    width, body = (float(side) for side in figure.get_size_inches())
    room = width - 2 * _MARGIN_IN
    title = _Block(_wrap(caption.title, theme.title_pt, "bold", room), theme.title_pt, INK, "bold")
    subtitle = _Block(_wrap(caption.subtitle, theme.base_pt + 1, "normal", room), theme.base_pt + 1, MUTED)
    small = theme.base_pt - 1
    lines = [part for line in caption.lines_below(theme) for part in _wrap(line, small, "normal", room)]
    below = _Block(lines, small, MUTED)
    head = title.height + subtitle.height + 2 * _MARGIN_IN
    foot = below.height + 2 * _MARGIN_IN
    _grow(figure, body, head, foot)
    total = body + head + foot
    _write(figure, title, total - _MARGIN_IN)
    _write(figure, subtitle, total - _MARGIN_IN - title.height)
    _write(figure, below, foot - _MARGIN_IN)
    return figure


def _wrap(text: str, size: float, weight: str, room: float) -> list[str]:
    """Break a text into lines no wider than ``room`` inches; an address longer than a line is cut."""
    width = 25.4 * room
    paragraphs = text.split("\n") if text else []
    return [
        line
        for said in paragraphs
        for line in wrap_text(cut_long_words(said, size, width, weight), size, width, weight)
    ]


def _grow(figure: Figure, body: float, head: float, foot: float) -> None:
    """Make the page taller and keep every axes, text and legend where it is on paper."""
    total = body + head + foot
    for legend in figure.legends:
        box = legend.get_bbox_to_anchor().transformed(figure.transFigure.inverted())
        legend.set_bbox_to_anchor(
            (box.x0, (box.y0 * body + foot) / total, box.width, box.height * body / total), figure.transFigure
        )
    for axes in figure.axes:
        box = axes.get_position(original=True)
        axes.set_position((box.x0, (box.y0 * body + foot) / total, box.width, box.height * body / total))
    for text in figure.texts:
        x, y = text.get_position()
        text.set_position((x, (y * body + foot) / total))
    figure.set_size_inches(figure.get_size_inches()[0], total)


def _write(figure: Figure, block: _Block, top: float) -> None:
    """Print a block downwards from ``top`` inches above the bottom of the page."""
    width, total = (float(side) for side in figure.get_size_inches())
    for number, line in enumerate(block.lines):
        y = (top - number * block.size * _LEADING / 72) / total
        figure.text(
            _MARGIN_IN / width,
            y,
            line,
            fontsize=block.size,
            color=block.colour,
            fontweight=block.weight,
            fontfamily="DejaVu Sans",
            va="top",
            ha="left",
            parse_math=False,
            gid=f"{CAPTION}-{len(figure.texts)}",
        )
