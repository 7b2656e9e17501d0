"""Exhibits of one's own: a table or a drawing that no analysis of the library made, published under the same rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ect_research.analysis.chance import Refusal
from ect_research.figures.exhibit.exhibit import Exhibit
from ect_research.figures.page.caption import Caption
from ect_research.figures.page.theme import Theme

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


def show_table(
    frame: pd.DataFrame | Refusal,
    *,
    title: str,
    n: str,
    note: str = "",
    sources: Sequence[object] = (),
    counts: str | None = None,
) -> Exhibit[pd.DataFrame]:
    """A table of one's own.

    Args:
        frame: one row per line of the table, or the refusal that takes its place.
        title: what the table says.
        n: number of cases it speaks of, in words (``"n = 31 projets"``).
        note: how to read it, what it leaves out.
        sources: identifiers of the documents used: strings, or a ``source_id`` column.
        counts: what it counts: ``personnes, organisations, projets``, or ``aucune`` when it speaks of nobody; the strictest
            of what the corpora read protect when None.

    >>> import pandas as pd
    >>> told = show_table(pd.DataFrame({"annee": [2024], "projets": [3]}), title="Projets par année", n="n = 3 projets")
    >>> told.finding().sentence
    'Projets par année (n = 3 projets)'
    """
    words = Caption(title, n, "", reading=note)
    return Exhibit(frame, lambda shown: shown.told, lambda _: words, title=title, sources=tuple(sources), counts=counts)


def show_figure(
    draw: Callable[[Theme], Figure],
    rows: pd.DataFrame | Refusal,
    words: Caption,
    *,
    sources: Sequence[object] = (),
    counts: str | None = None,
) -> Exhibit[pd.DataFrame]:
    """A drawing of one's own.

    Args:
        draw: makes the figure for a reader's preset, each time somebody looks (``theme.new_figure(height_mm)``).
        rows: the rows behind the marks, or the refusal that takes the place of the figure.
        words: title, n and source are required.
        sources: identifiers of the documents used: strings, or a ``source_id`` column.
        counts: as for `show_table`.

    >>> import pandas as pd
    >>> told = show_figure(lambda theme: theme.new_figure(60), pd.DataFrame({"x": [1]}), Caption("Un trait", "n = 1", "Moi"))
    >>> round(told.figure().get_size_inches()[1] * 25.4)
    60
    """
    return Exhibit(
        rows,
        lambda shown: shown.told,
        lambda _: words,
        lambda shown: draw(shown.theme),
        title=words.title,
        sources=tuple(sources),
        counts=counts,
    )
