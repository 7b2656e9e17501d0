"""Whether a vague date falls in a year: surely, perhaps, or not."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from ect_research.corpus.stages.episodes import Episodes

FIRST, LAST = "01-01", "12-31"


def surely_in(low: pd.Series, high: pd.Series, year: int) -> pd.Series:
    """Dates whose whole interval lies in the year; an open one never does.

    >>> day = pd.to_datetime
    >>> low, high = pd.Series(day(["2025-01-01", "2024-12-01", None])), pd.Series(day(["2025-12-31", "2025-01-31", "2025-06-30"]))
    >>> surely_in(low, high, 2025).tolist(), perhaps_in(low, high, 2025).tolist()
    ([True, False, False], [True, True, True])
    """
    return (low >= pd.Timestamp(f"{year}-{FIRST}")) & (high <= pd.Timestamp(f"{year}-{LAST}"))


def perhaps_in(low: pd.Series, high: pd.Series, year: int) -> pd.Series:
    """Dates whose interval meets the year; « avant 08/2025 » meets 2025, and every year before. Undated ones do not."""
    first, last = pd.Timestamp(f"{year}-{FIRST}"), pd.Timestamp(f"{year}-{LAST}")
    told = low.notna() | high.notna()
    return told & ~(low > last) & ~(high < first)


def holds(codes: object, code: str) -> bool:
    """Whether a cell of several codes holds one.

    >>> holds(("a", "b"), "a"), holds(None, "a")
    (True, False)
    """
    return isinstance(codes, (tuple, list)) and code in codes


def members(projects: pd.DataFrame, programme: str) -> list[str]:
    """Projects of a programme; every project when it is blank."""
    if not programme or "dispositif" not in projects:
        return [] if programme else projects["projet_id"].tolist()
    return projects.loc[[holds(codes, programme) for codes in projects["dispositif"]], "projet_id"].tolist()


def of_programme(rows: pd.DataFrame, projects: Iterable[str], programme: str) -> pd.DataFrame:
    """Rows of a programme or of one of its projects; every row when it is blank."""
    if not programme:
        return rows
    return rows[(rows["dispositif"].astype("str") == programme) | rows["projet_id"].isin(list(projects))]


def opened(episodes: Episodes, role: str) -> pd.DataFrame:
    """Openings of the stages that play a role: ``projet_id, ouverture_min, ouverture_max``."""
    playing = episodes.stages.loc[episodes.stages["role"] == role, "name"]
    return episodes.frame[episodes.frame["etape"].isin(playing)]


def ended(episodes: Episodes) -> set[str]:
    """Projects whose story is over: what they have become does not wait for the end of their follow-up."""
    over = episodes.stages.loc[episodes.stages["kind"] == "fin", "name"]
    last = episodes.states.drop_duplicates("projet_id", keep="last")
    return set(last.loc[last["etape"].isin(over), "projet_id"])
