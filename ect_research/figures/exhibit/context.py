"""To whom a result is told, and from what: names, labels, source and day of a corpus, in one reader's preset and language."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from ect_research.figures.page.theme import Theme, get_theme

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    import pandas as pd

    from ect_research.codebook.codebook import Codebook
    from ect_research.corpus.checked.corpus import Corpus


@dataclass(frozen=True)
class Source:
    """Where data come from, when no corpus says it.

    Attributes:
        citation: how to cite them under a figure; nothing is published without it.
        territory: the territory studied.
        day: last day observed, ``2026-06-30``; today when blank.
    """

    citation: str = ""
    territory: str = ""
    day: str = ""

    @property
    def observed_on(self) -> pd.Timestamp:
        """Last day observed."""
        import pandas as pd

        return pd.Timestamp(self.day) if self.day else pd.Timestamp.now().normalize()

    def said(self, what: str, language: str = "fr") -> str:  # noqa: ARG002 - said in one language only
        """``citation`` or ``territory``, as written."""
        return str(getattr(self, what))


@dataclass(frozen=True)
class Context:
    """What every exhibit is told with. Made once, by ``open_study``; nothing has to repeat it.

    Attributes:
        theme: the reader's preset and language.
        corpus: the corpus read; None for plain data.
        plain: the source of plain data.
        given: names of projects, when no corpus gives them.
    """

    theme: Theme = field(default_factory=get_theme)
    corpus: Corpus | None = None
    plain: Source = Source()
    given: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def codebook(self) -> Codebook:
        """The corpus's codebook, or the one shipped."""
        from ect_research.codebook.load_codebook import load_codebook

        return self.corpus.codebook if self.corpus else load_codebook()

    @property
    def source(self) -> Source:
        """What to cite."""
        return self.corpus.source if self.corpus else self.plain  # type: ignore[return-value]

    @property
    def observed_on(self) -> pd.Timestamp:
        """Last day observed."""
        return self.source.observed_on if self.corpus is None else self.corpus.observed_on

    @property
    def known_day(self) -> date | None:
        """Last day observed, when somebody said it."""
        return self.observed_on.date() if self.corpus or self.plain.day else None

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """The tables of the corpus; none for plain data."""
        return self.corpus.tables if self.corpus else {}

    def names(self) -> dict[str, str]:
        """``{projet_id: name to print}``."""
        return self.corpus.names() if self.corpus else dict(self.given)

    def documents(self, tables: Iterable[str]) -> list[object]:
        """Identifiers of the documents that the rows of some tables cite."""
        read = (self.tables[name] for name in tables if name in self.tables)
        return [table["source_id"] for table in read if "source_id" in table]
