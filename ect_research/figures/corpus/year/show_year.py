"""The views of a year, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ect_research.figures.corpus.year.agenda import show_agenda
from ect_research.figures.corpus.year.key_figures import show_key_figures, show_year_counts
from ect_research.figures.corpus.year.membership import show_membership
from ect_research.figures.corpus.year.portfolio import show_portfolio
from ect_research.figures.exhibit.views import view_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from ect_research.analysis.corpus.year.year_review import YearReview
    from ect_research.figures.exhibit.exhibit import Exhibit

_VIEWS: dict[str, tuple[str, Callable[[Any], Exhibit[Any]]]] = {
    "chiffres": ("figures", show_key_figures),
    "comptes": ("counts", show_year_counts),
    "societariat": ("membership", show_membership),
    "calendrier": ("agenda", show_agenda),
    "portefeuille": ("portfolio", show_portfolio),
}


def show_year(year: YearReview, view: str) -> Exhibit[Any]:
    """One view of a year.

    Args:
        year: from ``build_year``.
        view: ``chiffres`` (published, with their reach), ``comptes`` (beside what the register counts), ``societariat`` (members,
            staff, board), ``calendrier`` (what was held) or ``portefeuille`` (who was followed each quarter).

    Raises:
        EctError: no such view.
    """
    part, show = view_of(view, _VIEWS)
    return show(getattr(year, part))
