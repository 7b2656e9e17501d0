"""The views of a programme and of its cohorts, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ect_research.figures.corpus.cohort.cohort_ages import show_cohort_ages
from ect_research.figures.corpus.cohort.pilots import show_pilots
from ect_research.figures.corpus.cohort.programme import show_programme_board, show_programme_steps
from ect_research.figures.exhibit.views import view_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from ect_research.analysis.chance import Refusal
    from ect_research.analysis.corpus.cohort.cohort_ages import CohortAges
    from ect_research.analysis.corpus.cohort.pilots import Pilots
    from ect_research.analysis.corpus.cohort.programme import Programme
    from ect_research.figures.exhibit.exhibit import Exhibit

_VIEWS: dict[str, Callable[[Any], Exhibit[Any]]] = {
    "parcours": show_programme_board,
    "pas": show_programme_steps,
    "ages": show_cohort_ages,
    "pilotes": show_pilots,
}


def show_cohort(cohort: Programme | CohortAges | Pilots | Refusal, view: str = "parcours") -> Exhibit[Any]:
    """One view of a programme.

    Args:
        cohort: from ``build_programme`` for ``parcours`` (one line a project: planned course, facts, silence) and ``pas`` (named
            at each step, beside what is published); from ``build_cohort_ages`` for ``ages`` (candidates, admitted, at 3, 6, 9 and
            12 months); from ``build_pilots`` for ``pilotes`` (who paid, and what followed).
        view: its name.

    Raises:
        EctError: no such view.
    """
    return view_of(view, _VIEWS)(cohort)
