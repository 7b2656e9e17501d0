"""An exhibit: one result as it is published, made from one analysis: figure or table, words, rows, finding."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, TypeVar

from ect_research.analysis.chance import Refusal
from ect_research.errors import EctError
from ect_research.figures.exhibit.context import Context
from ect_research.figures.page.canvas import shorten_apart
from ect_research.figures.page.caption import Caption
from ect_research.figures.page.formats import NO_BREAK, typeset
from ect_research.figures.page.theme import Theme
from ect_research.words import tell

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


T = TypeVar("T")
_CLAUSE, _LONGEST_TITLE = re.compile(r"(\s?; )"), 150
_TOGETHER = re.compile(r"\[[^\]]{1,24}\]|n = \d+")
Place = Literal["corps", "annexe"]


class Strength(StrEnum):
    """What a finding can bear."""

    COUNTED = "compté"
    BEYOND_CHANCE = "au-delà du hasard"
    AS_CHANCE = "le hasard fait aussi bien"
    REFUSED = "refusé"


STRENGTHS = {"compte": Strength.COUNTED, "au_dela": Strength.BEYOND_CHANCE, "hasard": Strength.AS_CHANCE}


@dataclass(frozen=True)
class Finding:
    """What an exhibit says, in one sentence, and what the sentence can bear."""

    sentence: str
    strength: Strength = Strength.COUNTED

    def __str__(self) -> str:
        return f"{self.sentence} [{self.strength}]"


_NO_DRAWING = Refusal(tell("une figure"), tell("C’est un tableau."))


@dataclass(frozen=True, repr=False)
class Exhibit(Generic[T]):
    """One result as it is published. Nothing is drawn before somebody looks.

    Attributes:
        result: the result of an analysis, or the refusal that takes its place everywhere below.
        rows_of: the rows behind the marks, or the table itself.
        words_of: title, n, source, how to read.
        draw: the drawing; None for a table.
        page: the interactive page, for what is explored on a screen; None otherwise.
        finding_of: what it says, in one sentence: its title; a sentence alone is counted.
        stamp_of: what must be read over it where the finding is another exhibit's (a verdict): its subtitle.
        title: title of the refusal, in French, or made for its reader; what was asked when blank.
        reads: tables of the corpus whose documents stand behind it.
        sources: identifiers of other documents behind it.
        counts: what its numbers count, for the gate: ``personnes, organisations, projets``, or ``aucune``.
        place: ``corps`` or ``annexe`` of the report.
        context: to whom it is told; a plain one until ``open_study`` says better.
    """

    passes_the_gate: ClassVar[bool] = True

    result: T | Refusal
    rows_of: Callable[[Exhibit[T]], pd.DataFrame | Refusal]
    words_of: Callable[[Exhibit[T]], Caption | Refusal]
    draw: Callable[[Exhibit[T]], Figure | Refusal] | None = None
    page: Callable[[Exhibit[T]], Any] | None = None
    finding_of: Callable[[Exhibit[T]], Finding | str] | None = None
    stamp_of: Callable[[Exhibit[T]], str] | None = None
    title: str | Callable[[Theme], str] = ""
    reads: tuple[str, ...] = ()
    sources: tuple[object, ...] = ()
    counts: str | None = "projets"
    place: Place = "corps"
    context: Context = field(default_factory=Context)

    def in_context(self, context: Context) -> Exhibit[T]:
        """The same, told to another reader, or from another corpus."""
        return replace(self, context=context)

    def in_annex(self) -> Exhibit[T]:
        """The same, for the annex of the report."""
        return replace(self, place="annexe")

    @property
    def theme(self) -> Theme:
        """The reader's preset and language."""
        return self.context.theme

    @property
    def refused(self) -> Refusal | None:
        """Why there is no result, where there is none."""
        return self.result if isinstance(self.result, Refusal) else None

    @property
    def told(self) -> T:
        """The result, for the parts: they are asked only when there is one."""
        assert not isinstance(self.result, Refusal)  # noqa: S101 - `_ask` saw to it
        return self.result

    @cached_property
    def names(self) -> dict[str, str]:
        """``{projet_id: name to print}``."""
        return self.context.names()

    def named(self, project: str) -> str:
        """The name of a project to print, its code where there is none."""
        return self.names.get(project, project)

    def short_names(self, projects: Iterable[str], size_pt: float, width_mm: float) -> dict[str, str]:
        """``{projet_id: name}`` of some projects, cut to a width, told apart where they would read alike."""
        short = shorten_apart(map(self.named, projects := list(projects)), size_pt, width_mm)
        return {project: short[self.named(project)] for project in projects}

    def labels(self, list_name: str) -> dict[str, str]:
        """``{code: words}`` of a list of the codebook, in the reader's language."""
        return self.context.codebook.labels(list_name, self.theme.language)

    def label(self, list_name: str, code: str) -> str:
        """The words of one code."""
        return self.context.codebook.label(list_name, code, self.theme.language)

    def column(self, table: str, name: str) -> str:
        """The words of a column of the codebook."""
        return self.context.codebook.variable_label(table, name, self.theme.language)

    def worded(self, table: pd.DataFrame, *columns: str, **lists: str) -> pd.DataFrame:
        """A table with words in place of its codes: of ``columns`` named as their list, of others whose list is told."""
        for column, list_name in {**dict(zip(columns, columns, strict=True)), **lists}.items():
            labels = self.labels(list_name)
            table = table.assign(**{column: [labels.get(code, code) for code in table[column].astype("object")]})
        return table

    def figure(self) -> Figure | Refusal:
        """A new drawing, without its words."""
        drawn: Figure | Refusal = self._ask(self.draw) if self.draw else _NO_DRAWING
        return drawn

    def rows(self) -> pd.DataFrame | Refusal:
        """The rows behind the marks."""
        rows: pd.DataFrame | Refusal = self._ask(self.rows_of)
        return rows

    def words(self) -> Caption:
        """Title, n, source, how to read; the title alone for a refusal."""
        said: Caption | Refusal = self._ask(self.words_of)
        return Caption(self.heading(), "", "") if isinstance(said, Refusal) else said

    def headed(self, words: Caption) -> Caption:
        """These words under what was found, the question below it; a reviewer keeps the question."""
        words = replace(words, documents=self.context.main_documents(self.cited()))
        if self.stamp_of and not self.refused:
            return replace(words, subtitle=_sentences(self.stamp_of(self), words.subtitle))
        if self.finding_of is None or self.theme.name == "revue":
            return words
        found, more = _title_and_more(_held(typeset(self.finding().sentence.rstrip("."), self.theme.language)))
        question = "" if found.startswith(words.title) else words.title
        return replace(words, title=found, subtitle=_sentences(more, question, words.subtitle))

    def heading(self) -> str:
        """The title of what was refused, where the result gives none."""
        if callable(self.title):
            return self.title(self.theme)
        return self.theme.say(self.title) if self.title else ""

    def finding(self) -> Finding:
        """What it says, and what that can bear."""
        if self.refused:
            return Finding(self.refused.sentence(self.theme.language), Strength.REFUSED)
        if self.finding_of is None:
            words = self.words()
            return Finding(f"{words.title} ({words.n})")
        return self._found

    @cached_property
    def _found(self) -> Finding:
        """Asked for the title, the record and the page, and found once."""
        found: Finding | str = self._ask(self.finding_of)  # type: ignore[arg-type]
        return Finding(found) if isinstance(found, str) else found

    def documents(self) -> list[object]:
        """Identifiers of the documents behind it: those its result knows, else those of the tables it reads."""
        known = getattr(self.result, "sources", ()) or self.context.documents(self.reads)
        return [*known, *self.sources]

    def cited(self) -> tuple[str, ...]:
        """The same, each once, the most cited of the corpus first."""
        return self.context.by_weight(self.documents())

    def _ask(self, part: Callable[[Exhibit[T]], Any]) -> Any:  # noqa: ANN401 - what the part gives
        """The one place where a refusal takes the place of a figure, a caption or a table."""
        return self.refused or part(self)

    def __repr__(self) -> str:
        return str(self.finding())

    def _repr_mimebundle_(self, **_kinds: object) -> dict[str, str]:
        """What Jupyter shows: under the same rules as what is saved."""
        from ect_research.figures.exhibit.preview import preview

        return preview(
            self.rows(),
            self.headed(self.words()),
            self.figure if self.draw else None,
            counts=self.counts,
            finding=str(self.finding()),
            theme=self.theme,
        )


def _held(title: str) -> str:
    """A title that never parts an interval nor its n.

    >>> _held("17 % [11 à 24 %] (n = 27)").count(NO_BREAK)
    5
    """
    return _TOGETHER.sub(lambda found: found[0].replace(" ", NO_BREAK), title)


def _title_and_more(said: str) -> tuple[str, str]:
    """As many clauses of a sentence as a title holds, one at least, and the others, a capital first.

    >>> _title_and_more("Court ; et net")
    ('Court ; et net', '')
    >>> _title_and_more("Un début " * 12 + "; une suite " * 12)[1][:10]
    'Une suite '
    """
    first, *others = _CLAUSE.split(said)
    title = first
    while others and len(title) + len(others[0]) + len(others[1]) <= _LONGEST_TITLE:
        title += others.pop(0) + others.pop(0)
    more = "".join(others[1:])
    return title, more[:1].upper() + more[1:]


def _sentences(*parts: str) -> str:
    """Parts that follow one another, each with its end."""
    told = [part if part.endswith(("?", "!", ".")) else f"{part}." for part in parts if part]
    return " ".join(told).removesuffix(".")


def place_for(told: T | Refusal, readable: Callable[[T], bool]) -> Place:
    """The body for a result that a reader can read, and for a refusal; the annex for another."""
    return "corps" if isinstance(told, Refusal) or readable(told) else "annexe"


def table(  # noqa: PLR0913 - a table says all it must
    told: T | Refusal,
    rows: Callable[[Exhibit[T]], pd.DataFrame | Refusal],
    *,
    title: str,
    n: Callable[[Exhibit[T]], str],
    note: str | Callable[[Exhibit[T]], str] = "",
    reads: tuple[str, ...] = (),
    counts: str | None = "projets",
    finding: Callable[[Exhibit[T]], Finding | str] | None = None,
) -> Exhibit[T]:
    """An exhibit without a drawing.

    Args:
        told: a result, or its refusal.
        rows: the table that a reader reads.
        title: what it says, marked for translation.
        n: number of cases it speaks of, in words.
        note: how to read it, what it leaves out: marked for translation, or said.
        reads: tables of the corpus it comes from.
        counts: what its numbers count, for the gate.
        finding: what it says, in one sentence.
    """

    def words(shown: Exhibit[T]) -> Caption:
        reading = note(shown) if callable(note) else shown.theme.say(note) if note else ""
        return Caption(shown.theme.say(title), n(shown), "", reading=reading)

    return Exhibit(told, rows, words, finding_of=finding, title=title, reads=reads, counts=counts)


def view_of(view: str, views: Mapping[str, T]) -> T:
    """What makes this view.

    Raises:
        EctError: no such view; those there are.
    """
    if view not in views:
        raise EctError("Vue « {view} » inconnue : choisir parmi {views}.", view=view, views=", ".join(views))
    return views[view]
