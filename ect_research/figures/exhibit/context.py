"""To whom a result is told, and from what: names, labels, source, documents and day of a corpus, for one reader."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from ect_research.figures.page.caption import Caption
from ect_research.figures.page.formats import format_date, join_words, typeset
from ect_research.figures.page.theme import Theme, get_theme

if TYPE_CHECKING:
    import pandas as pd

    from ect_research.codebook.codebook import Codebook
    from ect_research.corpus.checked.corpus import Corpus


_NAMED, _LETTERS = 2, 34


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

    def by_weight(self, cited: Iterable[object]) -> tuple[str, ...]:
        """These documents, those that most rows of the corpus cite first."""
        rows = self.corpus.cited() if self.corpus else Counter[str]()
        return tuple(sorted(source_ids(cited), key=lambda name: -rows[name]))

    def main_documents(self, cited: Sequence[str]) -> str:
        """The two most cited documents by name, and how many more; blank where the corpus names none."""
        sources = self.tables.get("sources")
        if sources is None or not cited:
            return ""
        references = dict(zip(sources["source_id"], sources["reference"].astype("object").fillna(""), strict=True))
        named = [
            f"{short_reference(references[name])} ({name})" if references.get(name) else name for name in cited[:_NAMED]
        ]
        language = self.theme.language
        return typeset(join_words([*named, *cited[_NAMED:]], language, _NAMED, " ; "), language)

    def caption(self, *, title: str, n: str, missing: str | Iterable[str] = "", **words: str) -> Caption:
        """A caption whose source, date and scope come from the corpus, and whose French spaces are right.

        Args:
            title: the question.
            n: the number of cases drawn, in words.
            missing: what is not drawn, and why; its parts, of which the blank ones are passed over.
            words: the other fields of `Caption`; ``scope`` is the whole corpus unless given.
        """
        language = self.theme.language
        parts = [missing] if isinstance(missing, str) else missing
        whole = "corpus entier" if language == "fr" else "whole corpus"
        where = self.source.said("territory", language)
        said = {"title": title, "n": n, "missing": self.theme.say(" ; ").join(part for part in parts if part),
                "scope": f"{whole}, {where}" if where else "", **words}  # fmt: skip
        return Caption(
            **{name: typeset(text, language) for name, text in said.items()},
            source=typeset(self.source.said("citation", language).rstrip("."), language),
            date=self._observed_line(),
        )

    def _observed_line(self) -> str:
        """« état au 31 décembre 2025 »; nothing when nobody said the day."""
        if not self.known_day:
            return ""
        day = format_date(self.observed_on, "jour", self.theme.language)
        return f"état au {day}" if self.theme.language == "fr" else f"as of {day}"


def source_ids(sources: Iterable[object]) -> tuple[str, ...]:
    """Identifiers out of strings, tuples of strings, or a column of either: the most cited first, each once.

    >>> source_ids([("R25", "INT"), None, "AG", "R25"])
    ('R25', 'AG', 'INT')
    """
    cited = Counter(_each_id(sources))
    return tuple(sorted(cited, key=lambda name: (-cited[name], name)))


def _each_id(sources: Iterable[object]) -> Iterator[str]:
    for item in [sources] if isinstance(sources, str) else sources:
        if isinstance(item, str):
            yield from [item] if item else []
        elif isinstance(item, Iterable):
            yield from _each_id(item)


def short_reference(reference: str) -> str:
    """A reference cut at a word, its quotation marks closed."""
    if len(reference) <= _LETTERS:
        return reference
    cut = f"{reference[:_LETTERS].rsplit(' ', 1)[0].rstrip(',;« ')}…"
    return f"{cut} »" if cut.count("«") > cut.count("»") else cut
