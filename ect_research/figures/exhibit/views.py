"""One of the views of a result, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from ect_research.errors import EctError

if TYPE_CHECKING:
    from collections.abc import Mapping

T = TypeVar("T")


def view_of(view: str, views: Mapping[str, T]) -> T:
    """What makes this view.

    Raises:
        EctError: no such view; those there are.
    """
    if view not in views:
        raise EctError("Vue « {view} » inconnue : choisir parmi {views}.", view=view, views=", ".join(views))
    return views[view]
