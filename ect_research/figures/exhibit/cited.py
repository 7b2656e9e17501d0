"""The documents behind an exhibit: which, in what order, and the two to name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ect_research.figures.page.formats import join_words, typeset

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ect_research.figures.exhibit.context import Context

_NAMED, _LETTERS = 2, 34


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


def by_weight(cited: Iterable[object], context: Context) -> tuple[str, ...]:
    """These documents, those that most rows of the corpus cite first."""
    rows = context.corpus.cited() if context.corpus else Counter[str]()
    return tuple(sorted(source_ids(cited), key=lambda name: -rows[name]))


def main_documents(cited: Sequence[str], context: Context) -> str:
    """The two most cited documents by name, and how many more; blank where the corpus names none."""
    sources = context.tables.get("sources")
    if sources is None or not cited:
        return ""
    references = dict(zip(sources["source_id"], sources["reference"], strict=True))
    language = context.theme.language
    named = [
        f"{short_reference(references[name])} ({name})" if references.get(name) else name for name in cited[:_NAMED]
    ]
    return typeset(join_words([*named, *cited[_NAMED:]], language, _NAMED, " ; "), language)


def short_reference(reference: str) -> str:
    """A reference cut at a word, its quotation marks closed."""
    if len(reference) <= _LETTERS:
        return reference
    cut = f"{reference[:_LETTERS].rsplit(' ', 1)[0].rstrip(',;« ')}…"
    return f"{cut} »" if cut.count("«") > cut.count("»") else cut
