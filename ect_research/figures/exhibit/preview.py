"""What a notebook shows of an exhibit that nobody saved: the same gate, the same words, no file."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING

import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.figures.page.caption import Caption, add_caption
from ect_research.figures.page.csv_tables import html_table, write_text
from ect_research.figures.page.figure_bytes import png_bytes
from ect_research.figures.page.theme import Theme
from ect_research.gate.gate import pass_frame, refuse_names
from ect_research.gate.leaks import texts_of_figure
from ect_research.gate.shown_values import ShownRefusal, ShownTable

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def preview(
    rows: pd.DataFrame | Refusal,
    words: Caption,
    figure: Callable[[], Figure | Refusal] | None,
    *,
    counts: str | None,
    finding: str,
    theme: Theme,
) -> dict[str, str]:
    """What Jupyter shows of a result that nobody saved.

    Args:
        rows: the rows behind the marks, or the table itself.
        words: title, n, source, how to read.
        figure: draws it; None for a table.
        counts: what its numbers count, for the gate.
        finding: what it says, in one sentence.
        theme: the reader's preset and language.
    """
    said = [words.title, words.n, words.reading]
    if isinstance(rows, Refusal):
        return _refusal(rows, theme)
    passed = pass_frame(rows, "apercu", counts, said, printed=False, drawn=figure is not None)
    if isinstance(passed, Refusal):
        return _refusal(passed, theme)
    if figure is None:
        machine = write_text(passed.frame, "machine")
        html = html_table(machine, numeric=machine.numeric, caption=f"{words.title} ({words.n})", limit=20)
        shown = ShownTable(html, finding, words.reading)
        return {"text/html": shown._repr_html_(), "text/plain": finding}
    drawn = figure()
    if isinstance(drawn, Refusal):
        return _refusal(drawn, theme)
    refuse_names(texts_of_figure(drawn), "apercu")
    png = png_bytes(add_caption(drawn, words, theme), theme, words.title)
    return {"text/html": _picture(png, finding), "text/plain": finding}


def _refusal(refusal: Refusal, theme: Theme) -> dict[str, str]:
    shown = ShownRefusal(refusal.sentence(theme.language))
    return {"text/html": shown._repr_html_(), "text/plain": repr(shown)}


def _picture(png: bytes, finding: str) -> str:
    picture = b64encode(png).decode("ascii")
    return (
        f'<figure><img alt="{escape(finding)}" src="data:image/png;base64,{picture}" style="max-width:100%">'
        f"<figcaption>{escape(finding)}</figcaption></figure>"
    )
