"""The source line of every figure: what the corpus is called, and the day at which one stopped looking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ect_research.figures.page.caption import Caption
from ect_research.figures.page.formats import format_date, typeset

if TYPE_CHECKING:
    from ect_research.corpus.checked.corpus import Corpus
    from ect_research.figures.exhibit.context import Context
    from ect_research.figures.page.theme import Theme


def sourced_caption(corpus: Corpus | Context, theme: Theme, **words: Any) -> Caption:  # noqa: ANN401 - fields of Caption
    """A caption whose source, date and scope come from the corpus, and whose French spaces are right.

    Args:
        corpus: cited as its ``source.toml`` asks.
        theme: gives the language.
        words: the other fields of `Caption`; ``scope`` is the whole corpus unless given.
    """
    language = theme.language
    whole = "corpus entier" if language == "fr" else "whole corpus"
    where = corpus.source.said("territory", language)
    said = {"scope": f"{whole}, {where}" if where else "", **words}
    return Caption(
        **{name: typeset(text, language) for name, text in said.items()},
        source=typeset(corpus.source.said("citation", language).rstrip("."), language),
        date=observed_line(corpus, theme),
    )


def observed_line(corpus: Corpus | Context, theme: Theme) -> str:
    """« état au 31 décembre 2025 »; nothing when nobody said the day."""
    if not getattr(corpus, "known_day", True):
        return ""
    day = format_date(pd.Timestamp(corpus.source.observed_on), "jour", theme.language)
    return f"état au {day}" if theme.language == "fr" else f"as of {day}"
