"""A page in millimetres, and how wide a text is once printed: labels kept apart without a layout engine."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any

from ect_research.figures.page.letter_widths import FONT_SCALE, face_of
from ect_research.figures.page.theme import FAMILY, INK, MUTED
from ect_research.words.carried_text import LONG_WORD, carried

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Text

Box = tuple[float, float, float, float]
"""Left, top, width, height."""
MM_PER_POINT = 25.4 / 72
_WORDS = re.compile(r"(?<!«) (?![»:;!?%]|\([\d\u202f]+\))")


def text_width_mm(text: str, size_pt: float, weight: str = "normal") -> float:
    """Width in millimetres of one line set in the font of the figures.

    >>> 10 < text_width_mm("Clus’Ter Jura", 8) < 25
    True
    """
    if not text:
        return 0.0
    return face_of((FAMILY,), "normal", weight).width(carried(text)) * (size_pt / FONT_SCALE) * MM_PER_POINT


def wrap_text(text: str, size_pt: float, width_mm: float, weight: str = "normal") -> list[str]:
    """Lines no wider than ``width_mm``; a single word wider than that stays whole, unless no line could hold it.

    A high sign, or a count in brackets, stays with the word before it.

    >>> len(wrap_text("Structure existante (intraprise)", 7, 20)), wrap_text("dit « oui » ? Non (12)", 7, 1)
    (3, ['dit', '« oui » ?', 'Non (12)'])
    """
    text = LONG_WORD.sub(lambda found: cut_long_words(found[0], size_pt, width_mm, weight), text)
    lines: list[str] = []
    line = ""
    for word in _WORDS.split(text):
        candidate = f"{line} {word}" if line else word
        if line and text_width_mm(candidate, size_pt, weight) > width_mm:
            lines.append(line)
            line = word
        else:
            line = candidate
    return [*lines, line]


def shorten(text: str, size_pt: float, width_mm: float) -> str:
    """The text, cut with an ellipsis when it is wider than ``width_mm``.

    >>> shorten("Plateforme de réemploi inter-entreprises", 7, 20).endswith("…")
    True
    """
    if text_width_mm(text, size_pt) <= width_mm:
        return text
    kept = _most([f"{text[:count]}…" for count in range(1, len(text) + 1)], size_pt, width_mm)
    return f"{text[:kept].rstrip(' ,(')}…"


def _most(parts: Sequence[str], size_pt: float, width_mm: float, weight: str = "normal") -> int:
    """How many of some longer and longer texts fit, found by halves."""
    return bisect_left(parts, x=True, key=lambda part: text_width_mm(part, size_pt, weight) > width_mm)


def shorten_apart(texts: Iterable[str], size_pt: float, width_mm: float) -> dict[str, str]:
    """Each text cut to the width; those that would then read alike keep their end, the ellipsis inside.

    >>> names = [f"Plateforme intercommunale de réemploi n°{rank}" for rank in (1, 2)]
    >>> [short[-3:] for short in shorten_apart(names, 7, 30).values()]
    ['n°1', 'n°2']
    """
    short = {text: shorten(text, size_pt, width_mm) for text in dict.fromkeys(texts)}
    alike = Counter(short.values())
    return {text: shorten_inside(text, size_pt, width_mm) if alike[cut] > 1 else cut for text, cut in short.items()}


def shorten_inside(text: str, size_pt: float, width_mm: float) -> str:
    """The text; when it is too wide, two fifths of the width for its end, the rest for its beginning.

    >>> shorten_inside("Plateforme intercommunale de réemploi, cumul depuis l’origine (R25)", 7, 50).endswith("(R25)")
    True
    """
    if text_width_mm(text, size_pt) <= width_mm:
        return text
    tail = _most([text[-count:] for count in range(1, len(text) + 1)], size_pt, 0.4 * width_mm)
    end = text[len(text) - tail :].lstrip()
    head = shorten(text, size_pt, width_mm - text_width_mm(end, size_pt))
    return f"{head}{end}"


def cut_long_words(text: str, size_pt: float, width_mm: float, weight: str = "normal") -> str:
    """The text with a space inside each word wider than a line (an address), where that line is full.

    >>> cut_long_words("un mot", 8, 100)
    'un mot'
    >>> len(cut_long_words("x" * 200, 8, 100).split(" "))
    4
    """
    words = []
    for word in text.split(" "):
        rest = word
        while len(rest) > 1 and text_width_mm(rest, size_pt, weight) > width_mm:
            kept = max(_most([rest[:count] for count in range(1, len(rest) + 1)], size_pt, width_mm, weight), 1)
            words.append(rest[:kept])
            rest = rest[kept:]
        words.append(rest)
    return " ".join(words)


def mm_canvas(figure: Figure) -> Axes:
    """Axes over the whole figure, in millimetres from its top left corner, downwards: what is placed stays placed.

    >>> from ect_research.figures.page.theme import get_theme
    >>> canvas = mm_canvas(get_theme().new_figure(50))
    >>> canvas.get_xlim(), canvas.get_ylim()
    ((np.float64(0.0), np.float64(170.0)), (np.float64(50.0), np.float64(0.0)))
    """
    from matplotlib.ticker import NullLocator

    width, height = (round(float(side) * 25.4, 6) for side in figure.get_size_inches())
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_xlim(0.0, width)
    axes.set_ylim(height, 0.0)
    axes.axis("off")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(
            NullLocator()
        )  # whoever looks for the texts of a figure makes the ticks that nobody sees
    return axes


def add_box(axes: Axes, box: Box, **style: object) -> None:
    """A rectangle: by default the tone of a filled mark, without an edge."""
    from matplotlib.patches import Rectangle

    settings: dict[str, Any] = {"facecolor": INK, "edgecolor": "none", "linewidth": 0.5, "zorder": 2, **style}
    x, y, width, height = box
    axes.add_artist(Rectangle((x, y), width, height, **settings))


def add_boxes(axes: Axes, boxes: Iterable[Box], **style: object) -> None:
    """Rectangles of one look, drawn as one mark: a hatch is drawn once, not once a box."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    corners = [[(x, y), (x + w, y), (x + w, y + h), (x, y + h), (x, y)] for x, y, w, h in boxes]
    if corners:
        path = Path.make_compound_path(*(Path(corner, closed=True) for corner in corners))
        axes.add_artist(PathPatch(path, **{"edgecolor": "none", "linewidth": 0.0, "zorder": 2, **style}))


def add_text(axes: Axes, x: float, y: float, text: str, size_pt: float, **style: object) -> Text:
    """A text centred on a height, starting at ``x`` unless told otherwise; dollar signs are not mathematics."""
    from matplotlib.font_manager import FontProperties

    settings: dict[str, Any] = {"ha": "left", "va": "center_baseline", "color": INK, "zorder": 5, **style}
    look = (settings.pop("fontstyle", "normal"), settings.pop("fontweight", "normal"))
    font = FontProperties(family=[FAMILY], style=look[0], weight=look[1], size=size_pt, fname=_file_of(*look))
    return axes.text(x, y, text, fontproperties=font, parse_math=False, **settings)


@cache
def _file_of(style: Any, weight: str) -> str:  # noqa: ANN401 - one of three words
    """The file of a font: matplotlib looks for it again at each size."""
    from matplotlib.font_manager import FontProperties, findfont

    return str(findfont(FontProperties(family=[FAMILY], style=style, weight=weight)))


def add_lines(
    axes: Axes, x: float, y: float, lines: Sequence[str], *, size_pt: float, pitch: float, **style: object
) -> None:
    """Lines of a text, centred together on a height."""
    for row, line in enumerate(lines):
        add_text(axes, x, y + pitch * (row - (len(lines) - 1) / 2), line, size_pt, **style)


def add_line(axes: Axes, points: tuple[tuple[float, float], ...], **style: object) -> None:
    """A broken line through points."""
    from matplotlib.lines import Line2D

    settings: dict[str, Any] = {"color": MUTED, "linewidth": 0.6, "zorder": 3, "solid_capstyle": "butt", **style}
    axes.add_artist(Line2D([x for x, _ in points], [y for _, y in points], **settings))
