"""A figure as SVG, PDF and PNG whose bytes depend on the drawing alone: no date, no version, no chance."""

from __future__ import annotations

import io
from contextlib import contextmanager
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.figure import Figure

    from ect_research.figures.page.theme import Theme

DPI = 200
_AUTHOR = "ect_research"
# What a text engine reads to lay out text. In a PDF the glyphs are already placed: nobody reads it, and cutting it down
# to the glyphs of a figure takes more than half of the time that embedding a font takes.
_LAYOUT_TABLES = ("BASE", "GDEF", "GPOS", "GSUB", "kern")
# zlib's own middle: on flat colours, faster than its default and a tenth smaller.
_PNG_LEVEL = 3


def image_bytes(figure: Figure, theme: Theme, *, title: str, description: str) -> dict[str, bytes]:
    """The three files of a figure, keyed by extension.

    Args:
        figure: drawn and captioned.
        theme: the preset under which it is written.
        title: short text that stands for the picture.
        description: longer text for a reader who cannot see it.
    """
    with theme.applied():
        svg = _saved(figure, "svg", {"Date": None, "Creator": _AUTHOR, "Title": title})
        with _fonts_without_layout():
            pdf = _saved(
                figure,
                "pdf",
                {
                    "CreationDate": None,
                    "ModDate": None,
                    "Producer": None,
                    "Creator": _AUTHOR,
                    "Title": title,
                    "Subject": description,
                },
            )
        png = _saved(figure, "png", {"Software": None, "Title": _latin(title)})
    return {"svg": _accessible(svg, title, description, theme.language), "pdf": pdf, "png": png}


def _saved(figure: Figure, kind: str, metadata: dict[str, str | None]) -> bytes:
    buffer = io.BytesIO()
    options: dict[str, Any] = {"pil_kwargs": {"compress_level": _PNG_LEVEL}} if kind == "png" else {}
    figure.savefig(buffer, format=kind, dpi=DPI, metadata=metadata, **options)
    return buffer.getvalue()


@contextmanager
def _fonts_without_layout() -> Iterator[None]:
    """Embed fonts without the tables that lay out text; with them where fontTools has changed."""
    from fontTools.subset import Options

    before = getattr(Options, "_drop_tables_default", None)
    if before is not None:
        Options._drop_tables_default = [*before, *_LAYOUT_TABLES]
    try:
        yield
    finally:
        if before is not None:
            Options._drop_tables_default = before


def _latin(text: str) -> str:
    """PNG text chunks are Latin-1 only."""
    return text.replace("’", "'").encode("latin-1", "replace").decode("latin-1")


def _accessible(svg: bytes, title: str, description: str, language: str) -> bytes:
    """Give the picture a name and a description that screen readers speak."""
    text = svg.decode("utf-8")
    name, words = escape(title, quote=False), escape(description, quote=False)
    named = f'<title id="titre">{name}</title>\n <desc id="description">{words}</desc>'
    start, end = text.index("<title>"), text.index("</title>") + len("</title>")
    text = text[:start] + named + text[end:]
    role = f'<svg role="img" aria-labelledby="titre description" lang="{language}" '
    return text.replace("<svg ", role, 1).encode("utf-8")
