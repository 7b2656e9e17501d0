"""A figure as SVG, PDF and PNG; bytes depend on the drawing alone. Matplotlib draws one SVG, typst makes the others of it."""

from __future__ import annotations

import io
import json
import struct
import zlib
from typing import TYPE_CHECKING

from ect_research.figures.page.canvas import drawable
from ect_research.figures.page.svg_text import lighten, stand_alone
from ect_research.figures.page.typesetting import make_pdf, make_png

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from matplotlib.figure import Figure

    from ect_research.figures.page.theme import Theme

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
    svg = _svg(figure, theme)
    sources = _sources(figure, svg, {"title": title, "description": description, "language": theme.language}, day)
    return {
        "svg": stand_alone(svg, title, description, theme.language).encode("utf-8"),
        "pdf": make_pdf(sources, dated=day is not None),
        "png": _described(make_png(sources, DPI), title),
    }


def png_bytes(figure: Figure, theme: Theme, title: str) -> bytes:
    """The PNG alone, for what is shown and not saved."""
    words = {"title": title, "description": "", "language": theme.language}
    return _described(make_png(_sources(figure, _svg(figure, theme), words, None), DPI), title)


def _svg(figure: Figure, theme: Theme) -> str:
    from matplotlib.text import Text

    buffer = io.BytesIO()
    for written in figure.findobj(Text):
        written.set_parse_math(False)
        written.set_text(drawable(written.get_text()))
    with theme.applied():
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    return lighten(buffer.getvalue().decode("utf-8"))


def _sources(figure: Figure, svg: str, words: Mapping[str, str], day: date | None) -> dict[str, bytes]:
    width, height = (float(side) for side in figure.get_size_inches())
    said = {**words, "width": width, "height": height, "day": [day.year, day.month, day.day] if day else None}
    return {"main": _PAGE, "d.json": json.dumps(said).encode(), "f.svg": svg.encode("utf-8")}


def _described(png: bytes, title: str) -> bytes:
    """Its title and its scale, without which a word processor places it at the size of a screen."""
    per_metre = round(DPI / 0.0254)
    scale = struct.pack(">IIB", per_metre, per_metre, 1)
    named = b"Title\0\0\0\0\0" + title.encode("utf-8")
    after_header = 33
    return png[:after_header] + _chunk(b"pHYs", scale) + _chunk(b"iTXt", named) + png[after_header:]


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
