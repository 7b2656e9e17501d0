"""A figure in pixels alone, for what is shown and not saved: no SVG is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.backend_bases import RendererBase

from ect_research.figures.page.figure_bytes import DPI
from ect_research.figures.page.formats import typeset
from ect_research.figures.page.letter_widths import FONT_SCALE, LineSize, face_of_font, line_size
from ect_research.figures.page.renderers import Pixels
from ect_research.words.carried_text import carried

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

    from ect_research.figures.page.theme import Theme

_Given = Any  # what matplotlib passes from a figure to a renderer


def picture_of(figure: Figure, theme: Theme, title: str) -> bytes:
    """The PNG of a figure, the same pixels as those of the PNG that is saved."""
    from matplotlib.text import Text

    for written in figure.findobj(Text):
        written.set_parse_math(False)
        written.set_text(typeset(written.get_text(), theme.language))
    usual = figure.dpi
    with theme.applied():
        figure.dpi = 72
        width, height = (float(side) for side in figure.get_size_inches())
        page = _Page(72 * width, 72 * height)
        figure.draw(page)
    figure.dpi = usual
    return page.pixels.png(title)


class _Page(RendererBase):
    """A page in points, laid down in pixels."""

    def __init__(self, width: float, height: float) -> None:
        super().__init__()
        self.width, self.height = width, height
        self.pixels = Pixels(width, height, DPI)
        self._text2path = _Outlines()  # type: ignore[assignment]

    def draw_path(self, *given: _Given, rgbFace: _Given = None) -> None:  # noqa: N803 - its own
        """Draw a line or a shape."""
        self.pixels.path(*given[:3], *(given[3:] or (rgbFace,)))

    def draw_markers(self, *given: _Given, rgbFace: _Given = None) -> None:  # noqa: N803 - its own
        """Draw one sign at each place of a path."""
        self.pixels.markers(*given[:5], *(given[5:] or (rgbFace,)))

    def draw_path_collection(self, *given: _Given, **named: _Given) -> None:
        """Draw many shapes."""
        self.pixels.collection(*given, **named)

    def draw_image(self, *given: _Given, **_named: _Given) -> None:
        """Draw a picture."""
        self.pixels.image(*given[:4])

    def draw_text(self, gc: _Given, x: float, y: float, s: str, prop: FontProperties, angle: float, *_given: _Given,
                  **_named: _Given) -> None:  # fmt: skip
        """Write a line."""
        self.pixels.text(gc, x, y, carried(s), prop, angle)

    def get_image_magnification(self) -> float:
        """Pixels in a point: a picture is asked for as fine as the page."""
        return DPI / 72

    def get_canvas_width_height(self) -> tuple[float, float]:
        """Width and height, points."""
        return self.width, self.height

    def get_text_width_height_descent(self, s: str, prop: FontProperties, ismath: object) -> LineSize:  # noqa: ARG002
        """Width, height and descent of a text, points."""
        return line_size(carried(s), prop)


class _Outlines:
    """The outlines of a line, as matplotlib asks for them around a text with a halo."""

    FONT_SCALE = FONT_SCALE

    def get_text_path(self, prop: FontProperties, s: str, **_named: _Given) -> tuple[_Given, _Given]:
        """Corners and codes."""
        drawn = face_of_font(prop).outline(carried(s))
        return drawn.vertices, drawn.codes
