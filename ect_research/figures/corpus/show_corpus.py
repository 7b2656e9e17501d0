"""The views of what a corpus holds, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ect_research.figures.corpus.completeness import show_completeness
from ect_research.figures.corpus.corpus_tables import (
    show_analyses,
    show_counts,
    show_project_sources,
    show_source_support,
)
from ect_research.figures.exhibit.views import view_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from ect_research.analysis.chance import Refusal
    from ect_research.analysis.corpus.completeness import Completeness, SourceSupport
    from ect_research.corpus.checked.corpus import Corpus
    from ect_research.figures.exhibit.exhibit import Exhibit

_VIEWS: dict[str, Callable[[Any], Exhibit[Any]]] = {
    "completude": show_completeness,
    "lignes": show_counts,
    "documents": show_source_support,
    "projets": show_project_sources,
    "analyses": show_analyses,
}


def show_corpus(told: Completeness | SourceSupport | Corpus | Refusal, view: str = "completude") -> Exhibit[Any]:
    """One view of what a corpus holds and of which document supports what.

    Args:
        told: from ``build_completeness`` for ``completude`` (one bar a column: filled, missing, without object) and ``lignes``
            (of each table); from ``build_source_support`` for ``documents`` (what each supports) and ``projets`` (what each rests
            on); the corpus for ``analyses`` (what it opens, and what would open the others).
        view: its name.

    Raises:
        EctError: no such view.
    """
    return view_of(view, _VIEWS)(told)
