"""Where the dates of one project fall on a line of years: a point is a day, a bar is all that a vague date allows."""

from __future__ import annotations

from typing import Any

import pandas as pd

_DAYS = 366
_TICKS = 6


class TimeStrip:
    """A line from the first year of some events to the last day observed.

    Args:
        events: rows with ``date_debut_min, date_debut_max`` (NaT where open) and ``ordre``.
        observed_on: last day observed.
    """

    def __init__(self, events: list[dict[str, Any]], observed_on: pd.Timestamp) -> None:
        known = [day for row in events for day in _span(row) if day is not None]
        first = min([*known, observed_on]).year
        self._start = pd.Timestamp(year=first, month=1, day=1)
        self._end = pd.Timestamp(year=max([*known, observed_on]).year, month=12, day=31)

    def years(self) -> list[list[Any]]:
        """``[place from 0 to 1, year]`` of the first days of years to write, at most about six."""
        first, last = self._start.year, self._end.year
        step = max(1, -(-(last - first + 1) // _TICKS))
        return [
            [self._place(pd.Timestamp(year=year, month=1, day=1)), str(year)] for year in range(first, last + 1, step)
        ]

    def mark(self, row: dict[str, Any]) -> dict[str, Any] | None:
        """``from`` and ``to`` from 0 to 1, and whether each end is open; None without a date."""
        low, high = _span(row)
        if low is None and high is None:
            return None
        return {
            "from": self._place(low or self._start),
            "to": self._place(high or self._end),
            "open": [low is None, high is None],
        }

    def rank(self, row: dict[str, Any]) -> tuple[int, float, str]:
        """Order of the story: its rank where the source tells it, else its date; undated last."""
        low, high = _span(row)
        day = low or high
        order = row.get("ordre")
        if order is not None and not pd.isna(order):
            return 0, float(order), str(row["evenement_id"])
        return (1, day.timestamp(), str(row["evenement_id"])) if day else (2, 0.0, str(row["evenement_id"]))

    def place(self, day: Any, *, last: bool = False) -> float:  # noqa: ANN401 - a day or NaT
        """Place of a day, from 0 to 1; the first one for a day unknown, or the last one."""
        if pd.isna(day):
            return 1.0 if last else 0.0
        return self._place(day)

    def _place(self, day: pd.Timestamp) -> float:
        whole = (self._end - self._start).days
        return round(min(max((day - self._start).days / whole, 0.0), 1.0), 4)


def _span(row: dict[str, Any]) -> tuple[pd.Timestamp | None, pd.Timestamp | None]:
    low, high = row.get("date_debut_min"), row.get("date_debut_max")
    return (None if pd.isna(low) else low), (None if pd.isna(high) else high)
