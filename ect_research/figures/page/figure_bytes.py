"""A figure as SVG, PDF and PNG; bytes depend on the drawing alone. Matplotlib draws once, typst makes the PDF of the SVG."""

from __future__ import annotations

import io
import json
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ect_research.figures.page.formats import typeset
from ect_research.figures.page.svg_text import lighten, stand_alone
from ect_research.words.carried_text import carried

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from matplotlib.backend_bases import RendererBase
    from matplotlib.figure import Figure

    from ect_research.figures.page.theme import Theme


# Archivable, and tagged for screen readers: every picture must say in words what it shows.
_ARCHIVABLE = ["a-2a"]


def make_pdf(sources: Mapping[str, bytes], *, dated: bool = True) -> bytes:
    """The PDF of a document, always the same bytes.

    Args:
        sources: ``main`` and what it reads, by name.
        dated: whether ``main`` gives its day; without one a PDF cannot be a PDF/A-2a.
    """
    return _compiled(sources, format="pdf", timestamp=0, **({"pdf_standards": _ARCHIVABLE} if dated else {}))


def query(sources: Mapping[str, bytes], label: str) -> str:
    """The value that a document labels, as JSON."""
    import typst

    said: str = typst.query(dict(sources), label, field="value", one=True, font_paths=_fonts())
    return said


def _compiled(sources: Mapping[str, bytes], **options: Any) -> bytes:  # noqa: ANN401 - those of typst
    import typst

    made: bytes = typst.compile(dict(sources), font_paths=_fonts(), **options)
    return made


@lru_cache(maxsize=1)
def _fonts() -> Any:  # noqa: ANN401 - a class of typst
    import typst
    from matplotlib import get_data_path

    return typst.Fonts(include_system_fonts=False, font_paths=[str(Path(get_data_path()) / "fonts" / "ttf")])


DPI = 200
_PAGE = b"""#let d = json("d.json")
#set document(title: d.title, description: d.description, author: "ect_research",
  date: if d.day != none { datetime(year: d.day.at(0), month: d.day.at(1), day: d.day.at(2)) })
#set text(lang: d.language)
#set page(width: d.width * 1in, height: d.height * 1in, margin: 0pt)
#image("f.svg", width: 100%, height: 100%, alt: d.title + ". " + d.description)
"""


def image_bytes(
    figure: Figure, theme: Theme, *, title: str, description: str, day: date | None = None
) -> dict[str, bytes]:
    """The three files of a figure, keyed by extension.

    Args:
        figure: drawn and captioned.
        theme: the preset under which it is written.
        title: short text that stands for the picture.
        description: longer text for a reader who cannot see it.
        day: the last day observed, which dates the PDF; a PDF without it is not a PDF/A-2a.
    """
    svg, png = _drawn(figure, theme, title)
    words = {"title": title, "description": description, "language": theme.language}
    return {
        "svg": stand_alone(svg, title, description, theme.language).encode("utf-8"),
        "pdf": make_pdf(_sources(svg, words, _size(figure), day), dated=day is not None),
        "png": png,
    }


def png_bytes(figure: Figure, theme: Theme, title: str) -> bytes:
    """The PNG alone, for what is shown and not saved."""
    from ect_research.figures.page.renderers import Pixels

    pixels = Pixels(*_size(figure), DPI)
    _draw(figure, theme, pixels, DPI)
    return pixels.png(title)


def _drawn(figure: Figure, theme: Theme, title: str) -> tuple[str, bytes]:
    """The SVG and the PNG of a figure, drawn once."""
    from ect_research.figures.page.renderers import Page

    told = io.StringIO()
    page = Page(*_size(figure), told, DPI)
    _draw(figure, theme, page, 72)
    page.finalize()  # type: ignore[no-untyped-call]
    return lighten(told.getvalue()), page.pixels.png(title)


def _draw(figure: Figure, theme: Theme, renderer: RendererBase, dots_per_inch: int) -> None:
    from matplotlib.text import Text

    for written in figure.findobj(Text):
        written.set_parse_math(False)
        written.set_text(carried(typeset(written.get_text(), theme.language)))
    usual = figure.dpi
    with theme.applied():
        figure.dpi = dots_per_inch
        figure.draw(renderer)
    figure.dpi = usual


def _size(figure: Figure) -> tuple[float, float]:
    width, height = (float(side) for side in figure.get_size_inches())
    return width, height


def _sources(
    svg: str, words: Mapping[str, str], size: tuple[float, float], day: date | None = None
) -> dict[str, bytes]:
    said = {**words, "width": size[0], "height": size[1], "day": [day.year, day.month, day.day] if day else None}
    return {"main": _PAGE, "d.json": json.dumps(said).encode(), "f.svg": svg.encode("utf-8")}
