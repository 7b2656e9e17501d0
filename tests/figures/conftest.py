"""Reading a figure back: its words, and those that overlap or leave the page."""

from types import SimpleNamespace

import pytest

import ect_research as ect
from ect_research.figures.exhibit.context import Context
from ect_research.figures.page.theme import get_theme


def _words(figure) -> list[str]:
    return [text.get_text() for axes in figure.axes for text in axes.texts if text.get_text()]


def _boxes(figure):
    renderer = figure.canvas.get_renderer()
    texts = [text for axes in figure.axes for text in axes.texts if text.get_text().strip()]
    return [(text.get_text(), text.get_window_extent(renderer)) for text in texts]


def _overlapping(figure) -> list[tuple[str, str]]:
    placed = _boxes(figure)
    return [
        (one, other)
        for place, (one, first) in enumerate(placed)
        for other, second in placed[place + 1 :]
        if first.shrunk(0.96, 0.6).overlaps(second.shrunk(0.96, 0.6))
    ]


def _outside(figure) -> list[str]:
    width, height = figure.get_size_inches() * figure.dpi
    return [
        text for text, box in _boxes(figure) if box.x0 < -1 or box.y0 < -1 or box.x1 > width + 1 or box.y1 > height + 1
    ]


@pytest.fixture(scope="session")
def reading() -> SimpleNamespace:
    """``words``, ``overlapping`` and ``outside`` of a figure."""
    return SimpleNamespace(words=_words, overlapping=_overlapping, outside=_outside)


@pytest.fixture(scope="session")
def corpus():
    """The public register."""
    return ect.load_corpus("pays-ledonien")


@pytest.fixture(scope="session")
def told_to(corpus):
    """An exhibit told to a reader, from the public register or from another corpus."""

    def told(exhibit, reader="ademe", language="fr", corpus=corpus):
        return exhibit.in_context(Context(get_theme(reader, language), corpus))

    return told
