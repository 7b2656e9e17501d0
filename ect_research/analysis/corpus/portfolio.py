"""The portfolio of one year: which projects were followed each quarter, and at which stage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.analysis.readable import Readable
from ect_research.codebook.codebook import code_for
from ect_research.corpus.stages.episodes import Episodes
from ect_research.words import tell

FIRST, LAST = "01-01", "12-31"
_ENTRY, _STAFF = code_for("type_evenement", "entree"), code_for("indicateur", "equipe_etp")


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


def entries(events: pd.DataFrame, projects: Iterable[str], programme: str) -> pd.DataFrame:
    """The first entry of each project in a programme: one that names it, else one that names none.

    >>> day = pd.to_datetime(["2024-03-01", "2023-03-01", "2022-03-01"])
    >>> told = pd.DataFrame({"projet_id": "P", "type_evenement": _ENTRY, "dispositif": ["b", None, "a"],
    ...     "date_debut_min": day, "date_debut_max": day})
    >>> entries(told, ["P"], "b")["date_debut_min"].dt.year.tolist(), entries(told, ["P"], "c")["date_debut_min"].dt.year.tolist()
    ([2024], [2023])
    """
    own = events[(events["type_evenement"].astype("str") == _ENTRY) & events["projet_id"].isin(list(projects))]
    own = own[(own["dispositif"].astype("str") == programme) | own["dispositif"].isna()]
    order = own.assign(unnamed=own["dispositif"].isna())
    order = order.sort_values(["unnamed", "date_debut_max", "date_debut_min"], kind="stable")
    return own.loc[order.index].drop_duplicates("projet_id")


def last_published(rows: pd.DataFrame) -> float:
    """The value of the latest date; NaN where there is none, or several.

    >>> day = pd.to_datetime(["2025-12-31", "2024-12-31", None])
    >>> last_published(pd.DataFrame({"valeur": [3.0, 4.0, 9.0], "date_max": day}))
    3.0
    """
    dated = rows[rows["date_max"] == rows["date_max"].max()]
    values = (dated if len(dated) else rows)["valeur"].dropna().unique()
    return float(values[0]) if len(values) == 1 else float("nan")


def opened(episodes: Episodes, role: str) -> pd.DataFrame:
    """Openings of the stages that play a role: ``projet_id, ouverture_min, ouverture_max``."""
    playing = episodes.stages.loc[episodes.stages["role"] == role, "name"]
    return episodes.frame[episodes.frame["etape"].isin(playing)]


def ended(episodes: Episodes) -> set[str]:
    """Projects whose story is over: what they have become does not wait for the end of their follow-up."""
    over = episodes.stages.loc[episodes.stages["kind"] == "fin", "name"]
    last = episodes.states.drop_duplicates("projet_id", keep="last")
    return set(last.loc[last["etape"].isin(over), "projet_id"])


QUARTERS = (1, 2, 3, 4)
_ENDS = ("03-31", "06-30", "09-30", "12-31")


@dataclass(frozen=True)
class Portfolio(Readable):
    """Projects followed in a year.

    Attributes:
        table: one row per project and quarter: ``projet_id, trimestre`` (1–4), ``etape`` (at the end of the quarter).
        moves: one row per project: ``projet_id, entre`` (its first stage opens in the year, for sure), ``cree`` (creation
            opens in the year, for sure), ``sorti`` (its follow-up, or its last stage, ends in the year).
        unplaced: supported projects whose follow-up reaches the year and of which no stage is known then.
        over: supported projects whose follow-up does not reach the year.
        ftes: full-time equivalents of the intermediary, published for that year; NaN when they are not, or several.
        year: the year.
        n: projects.
    """

    exhibits = ("show_year", "portefeuille")

    table: pd.DataFrame
    moves: pd.DataFrame
    unplaced: tuple[str, ...]
    over: tuple[str, ...]
    ftes: float
    year: int
    n: int


def build_portfolio(
    tables: Mapping[str, pd.DataFrame], episodes: Episodes, year: int, programme: str
) -> Portfolio | Refusal:
    """Say the stage of each supported project at the end of each quarter that its follow-up reaches.

    ``tables``: ``projets, indicateurs``; ``episodes``: stages of the projects; where a date is vague, its middle
    places the project.
    """
    projects = tables["projets"]
    supported = projects[~projects["accompagne"].astype("str").eq("non")]["projet_id"]
    followed = [name for name in supported if name in set(members(projects, programme))]
    first = pd.Timestamp(f"{year}-01-01")
    reached = [name for name in followed if episodes.horizons.get(name, pd.NaT) >= first]
    states = episodes.states[episodes.states["projet_id"].isin(reached)]
    lines = [
        state
        for quarter, end in zip(QUARTERS, _ENDS, strict=True)
        for state in _at(states, pd.Timestamp(f"{year}-{end}"), quarter, episodes)
    ]
    if not lines:
        return Refusal(
            tell("le portefeuille de {year}", year=year),
            tell("Aucun projet accompagné n’a d’étape connue en {year}.", year=year),
            tell("dater dans « evenements » au moins un fait par projet."),
        )
    table = pd.DataFrame(lines)
    named = list(dict.fromkeys(table["projet_id"]))
    unplaced = tuple(name for name in reached if name not in named)
    over = tuple(name for name in followed if name not in reached)
    ftes = published_ftes(tables["indicateurs"], year)
    return Portfolio(table, _moves(named, episodes, year), unplaced, over, ftes, year, len(named))


def _at(states: pd.DataFrame, day: pd.Timestamp, quarter: int, episodes: Episodes) -> list[dict[str, object]]:
    """The stage of each project on a day, or on the last day of its follow-up in the quarter before it."""
    told = []
    for name, story in states.groupby("projet_id", sort=True):
        last = min(day, episodes.horizons[name])
        if last <= day - pd.DateOffset(months=3):
            continue
        present = story[(story["debut"] <= last) & ((story["fin"] >= last) | story["censure"])]
        if len(present):
            told.append({"projet_id": name, "trimestre": quarter, "etape": present["etape"].iloc[-1]})
    return told


def _moves(named: list[str], episodes: Episodes, year: int) -> pd.DataFrame:
    first = episodes.frame.drop_duplicates("projet_id").set_index("projet_id")
    entered = surely_in(first["ouverture_min"], first["ouverture_max"], year)
    created = opened(episodes, "creation").drop_duplicates("projet_id").set_index("projet_id")
    made = surely_in(created["ouverture_min"], created["ouverture_max"], year)
    ends = set(episodes.stages.loc[episodes.stages["kind"] == "fin", "name"])
    last = episodes.states.drop_duplicates("projet_id", keep="last").set_index("projet_id")
    left = [
        bool(last["etape"][name] in ends and last["debut"][name].year == year)
        or episodes.horizons[name] < min(max(episodes.horizons), pd.Timestamp(f"{year}-12-31"))
        for name in named
    ]
    flags = {"entre": [bool(entered.get(n, default=False)) for n in named],
             "cree": [bool(made.get(n, default=False)) for n in named]}  # fmt: skip
    return pd.DataFrame({"projet_id": named, **flags, "sorti": left})


def published_ftes(indicators: pd.DataFrame, year: int) -> float:
    """FTE of an organisation, published for that very year: one value, else none."""
    posts = indicators[indicators["indicateur"].astype("str").eq(_STAFF) & indicators["acteur_id"].notna()]
    values = posts.loc[surely_in(posts["date_min"], posts["date_max"], year), "valeur"].dropna().unique()
    return float(values[0]) if len(values) == 1 else float("nan")
