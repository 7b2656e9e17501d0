"""Doors of 0.1.0 over exhibits, until every notebook publishes them."""

from __future__ import annotations

from typing import Any

from ect_research.analysis.chance import Refusal
from ect_research.figures.exhibit.context import Context
from ect_research.figures.exhibit.exhibit import Exhibit
from ect_research.figures.exhibit.own_data import show_table
from ect_research.figures.page.caption import Caption
from ect_research.figures.page.theme import get_theme
from ect_research.study.publishing.publish import save_exhibit


def save_figure(
    figure: Any, name: str, caption: Any, *, data: Any, sources: Any = (), theme: Any = None, unit: Any = None
) -> Any:
    """As before."""
    result = next((part for part in (figure, caption, data) if isinstance(part, Refusal)), data)
    words = caption if isinstance(caption, Caption) else Caption("", "", "")
    told = Exhibit(result, lambda shown: shown.told, lambda _: words, lambda _: figure, title=words.title,
                   sources=tuple(sources), counts=unit, context=Context(theme or get_theme()))  # fmt: skip
    return save_exhibit(told, name)


def save_table(
    frame: Any, name: str, *, title: str, n: Any, sources: Any = (), note: str = "", unit: Any = None
) -> Any:
    """As before."""
    said = f"n = {n}" if isinstance(n, int) else n
    return save_exhibit(show_table(frame, title=title, n=said, note=note, sources=tuple(sources), counts=unit), name)


def save_page(page: Any, name: str, *, sources: Any = (), unit: Any = None) -> Any:
    """As before."""
    told = Exhibit(page, lambda shown: shown.told, lambda _: Caption("", "", ""), page=lambda _: page,
                   sources=tuple(sources), counts=unit)  # fmt: skip
    return save_exhibit(told, name)
