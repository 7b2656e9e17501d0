"""The views of the synergies, by name."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from ect_research.figures.ecosystem.synergy_board import show_synergy_board
from ect_research.figures.ecosystem.synergy_flows import show_synergy_flows, show_synergy_map
from ect_research.figures.ecosystem.synergy_tables import show_met_firms
from ect_research.figures.exhibit.views import view_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from ect_research.analysis.chance import Refusal
    from ect_research.analysis.ecosystem.synergies import Synergies
    from ect_research.figures.exhibit.exhibit import Exhibit

_VIEWS: dict[str, Callable[..., Exhibit[Any]]] = {
    "epci": show_synergy_board,
    "flux": partial(show_synergy_board, by="flux"),
    "echanges": show_synergy_flows,
    "carte": show_synergy_map,
    "entreprises": show_met_firms,
}


def show_synergies(synergies: Synergies | Refusal, view: str = "epci", *where: Any, unit: str = "") -> Exhibit[Any]:  # noqa: ANN401 - what a map asks
    """One view of the flows of materials between firms.

    Args:
        synergies: from ``build_synergies``.
        view: ``epci`` or ``flux`` (one line a synergy, by place or by material, from detected to running), ``echanges`` (giver
            to taker, a panel for each unit), ``carte`` (the same between communes), ``entreprises`` (firms met).
        where: for ``carte``: the base map, the name of the perimeter, the ``context`` of the study.
        unit: for ``carte``: code of the only unit drawn; blank for that of most flows.

    Raises:
        EctError: no such view.
        BasemapError: no such perimeter.
    """
    return view_of(view, _VIEWS)(synergies, *where, **({"unit": unit} if unit else {}))
