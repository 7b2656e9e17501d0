"""The views of the resources, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ect_research.analysis.chance import Refusal
from ect_research.analysis.territory.resource_states import ResourceMoves, ResourceStates
from ect_research.figures.exhibit.exhibit import Exhibit, view_of
from ect_research.figures.resources.resources import show_resource_moves, show_resource_states, show_resource_types

_VIEWS: dict[str, Callable[[Any], Exhibit[Any]]] = {
    "etats": show_resource_states,
    "types": show_resource_types,
    "passages": show_resource_moves,
}


def show_resources(told: ResourceStates | ResourceMoves | Refusal, view: str = "etats") -> Exhibit[Any]:
    """One view of the resources of the territory.

    Args:
        told: from ``build_resource_states``; from ``build_resource_moves`` for ``passages``.
        view: ``etats`` (one line a resource, and when), ``types`` (last state told, by type) or ``passages`` (from a state to the
            next).

    Raises:
        EctError: no such view.
    """
    return view_of(view, _VIEWS)(told)
