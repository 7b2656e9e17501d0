"""Typst, offline and in memory, with the fonts that matplotlib ships: none of the machine's."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

# Archivable, and tagged for screen readers: every picture must say in words what it shows.
_ARCHIVABLE = ["a-2a"]


def make_pdf(sources: Mapping[str, bytes], *, dated: bool = True) -> bytes:
    """The PDF of a document, always the same bytes.

    Args:
        sources: ``main`` and what it reads, by name.
        dated: whether ``main`` gives its day; without one a PDF cannot be a PDF/A-2a.
    """
    return _compiled(sources, format="pdf", timestamp=0, **({"pdf_standards": _ARCHIVABLE} if dated else {}))


def make_png(sources: Mapping[str, bytes], dots_per_inch: float) -> bytes:
    """The picture of a document of one page."""
    return _compiled(sources, format="png", ppi=dots_per_inch)


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
