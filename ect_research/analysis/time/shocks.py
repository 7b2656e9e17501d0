"""Windows of the calendar when something from outside weighed on the projects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from ect_research.corpus.text.dates import decimal_years
from ect_research.errors import EctError

Shock = tuple[float, float, str]
"""First and last moment (decimal years) and name; an empty name is written « choc externe » by the figures."""


def list_shocks(events: pd.DataFrame, windows: Iterable[Sequence[float | str]] = ()) -> tuple[Shock, ...]:
    """The windows to mark on a calendar: those given, and those of the facts that a source ascribes to a shock.

    Facts flagged ``choc_externe`` whose intervals overlap make one window, without a name; a window that a given one
    already covers is not repeated.

    Args:
        events: table ``evenements``.
        windows: ``(start, end, name)`` in decimal years, e.g. ``(2020.21, 2021.38, "Covid-19")``.

    Raises:
        EctError: a window that is not two years and a name, or whose end is not after its start.

    >>> facts = pd.DataFrame({"choc_externe": ["oui", "oui", "non"],
    ...     "date_debut_min": pd.to_datetime(["2020-05-01", "2020-05-12", "2018-01-01"]),
    ...     "date_debut_max": pd.to_datetime(["2020-05-31", "2020-05-12", "2018-01-01"])})
    >>> [(round(start, 2), round(end, 2), name) for start, end, name in list_shocks(facts)]
    [(2020.33, 2020.42, '')]
    >>> list_shocks(facts, [[2020.2, 2021.4, "Covid-19"]])
    ((2020.2, 2021.4, 'Covid-19'),)
    """
    given = [_read_window(window) for window in windows]
    told = [
        (start, end, "")
        for start, end in _merged(_flagged(events))
        if not any(low <= start and end <= high for low, high, _ in given)
    ]
    return tuple(sorted([*given, *told]))


def _read_window(window: Sequence[float | str]) -> Shock:
    try:
        start, end, name = window
        shock = (float(start), float(end), str(name))
    except (TypeError, ValueError) as error:
        raise EctError(
            'Fenêtre illisible : {window}. Écrire [début, fin, nom] en années décimales : [2020.21, 2021.38, "Covid-19"].',
            window=window,
        ) from error
    if not shock[1] > shock[0]:
        raise EctError(
            "La fenêtre « {name} » finit avant de commencer : écrire [début, fin, nom] en années décimales.", name=name
        )
    return shock


def _flagged(events: pd.DataFrame) -> list[tuple[float, float]]:
    if "choc_externe" not in events:
        return []
    rows = events[events["choc_externe"].astype("str") == "oui"]
    low = rows["date_debut_min"].fillna(rows["date_debut_max"])
    high = rows["date_debut_max"].fillna(rows["date_debut_min"])
    if "date_fin_max" in rows:
        high = rows["date_fin_max"].fillna(high)
    dated = low.notna()
    starts, ends = decimal_years(low[dated]), decimal_years(high[dated] + pd.Timedelta(days=1))
    return sorted(zip(starts.tolist(), ends.tolist(), strict=True))


def _merged(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    merged: list[tuple[float, float]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
