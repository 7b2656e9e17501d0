"""The tables of trajectories, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ect_research.figures.exhibit.views import view_of
from ect_research.figures.trajectories.sequence_tables import (
    show_distances,
    show_indicators,
    show_sequences,
    show_traits,
)
from ect_research.figures.trajectories.trajectory_tables import show_stage_durations, show_undated

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from ect_research.figures.exhibit.exhibit import Exhibit

_VIEWS: dict[str, Callable[..., Exhibit[Any]]] = {
    "etats": show_sequences,
    "indicateurs": show_indicators,
    "distances": show_distances,
    "traits": show_traits,
    "durees": show_stage_durations,
    "sans_date": show_undated,
}


def show_trajectory_table(result: Any, about: str, ranged: pd.DataFrame | None = None) -> Exhibit[Any]:  # noqa: ANN401 - six results
    """One table of trajectories.

    Args:
        result: for ``etats`` (period by period), from ``derive_sequences``; ``indicateurs``, from ``measure_sequences``;
            ``distances``, from ``describe_distances``; ``traits``, from ``explain_distances``; ``durees`` (time in each stage),
            from ``build_stage_durations``; ``sans_date`` (facts without a date), from ``derive_episodes``.
        about: its name.
        ranged: for ``indicateurs``, the same measured on drawn dates.

    Raises:
        EctError: no such table.
    """
    show = view_of(about, _VIEWS)
    return show(result) if ranged is None else show(result, ranged)
