"""Days as positions: decimal years, months counted from the year 0, and the middle of an interval."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def decimal_years(days: pd.Series) -> pd.Series:
    """Days as years: 2025.5 is the middle of 2025; a year is 365 or 366 equal parts; NaN for NaT.

    >>> import pandas as pd
    >>> decimal_years(pd.Series(pd.to_datetime(["2024-01-01", "2024-07-02", None]))).tolist()
    [2024.0, 2024.5, nan]
    """
    import pandas as pd

    lengths = days.dt.is_leap_year.map({True: 366.0, False: 365.0})
    return pd.Series(days.dt.year + (days.dt.day_of_year - 1) / lengths, dtype="float64")


def month_number(day: Any) -> int:  # noqa: ANN401 - Timestamp
    """The month of a day, counted from January of the year 0.

    >>> import pandas as pd
    >>> month_number(pd.Timestamp("2025-03-31")) - month_number(pd.Timestamp("2024-12-01"))
    3
    """
    return int(day.year) * 12 + int(day.month) - 1


def middles(low: pd.Series, high: pd.Series) -> pd.Series:
    """The day in the middle of each interval; the known bound where the other is open.

    >>> import pandas as pd
    >>> low, high = pd.to_datetime(["2025-01-01", None]), pd.to_datetime(["2025-01-04", "2015-12-31"])
    >>> middles(pd.Series(low), pd.Series(high)).dt.strftime("%Y-%m-%d").tolist()
    ['2025-01-02', '2015-12-31']
    """
    return (low + (high - low) / 2).fillna(low).fillna(high).dt.normalize()
