"""From ideas to creations: the views of the funnels, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ect_research.figures.corpus.funnel import show_published_funnel
from ect_research.figures.corpus.register_funnel import show_register_funnel
from ect_research.figures.durations.duration_tables import show_creation_rates
from ect_research.figures.durations.stage_reach import show_stage_reach
from ect_research.figures.exhibit.views import view_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from ect_research.analysis.chance import Refusal
    from ect_research.analysis.corpus.funnel import PublishedFunnel
    from ect_research.analysis.corpus.register_funnel import RegisterFunnel
    from ect_research.analysis.durations.creation_rates import CreationRates
    from ect_research.analysis.durations.curves.stage_reach import StageReach
    from ect_research.figures.exhibit.exhibit import Exhibit

_VIEWS: dict[str, Callable[[Any], Exhibit[Any]]] = {
    "publie": show_published_funnel,
    "registre": show_register_funnel,
    "age": show_stage_reach,
    "taux": show_creation_rates,
}


def show_funnel(
    funnel: PublishedFunnel | RegisterFunnel | StageReach | CreationRates | Refusal, view: str
) -> Exhibit[Any]:
    """One view of what becomes of ideas.

    Args:
        funnel: from ``build_published_funnel`` for ``publie``; ``build_register_funnel`` for ``registre`` (what can be named);
            ``build_stage_reach`` for ``age`` (those old enough to be seen); ``build_creation_rates`` for ``taux`` (the three
            rates of creation, and why they differ).
        view: its name.

    Raises:
        EctError: no such view.
    """
    return view_of(view, _VIEWS)(funnel)
