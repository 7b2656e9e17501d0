"""The passage table: every code and name borne since 1943, and the commune of today that holds it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from ect_research.corpus.basemap.basemap_extent import Extent

COLUMNS = ["ancien_code", "ancien_nom", "code", "date", "motif"]
_OWN_RIGHT = "commune-actuelle"

Record = dict[str, Any]


def live_communes(communes: list[Record], extent: Extent) -> dict[str, Record]:
    """Communes of their own right of an extent, by code.

    >>> from ect_research.corpus.basemap.basemap_extent import BFC
    >>> lons = {"code": "39300", "type": "commune-actuelle", "region": "27"}
    >>> list(live_communes([lons, {"code": "39395", "type": "commune-deleguee", "region": "27"}], BFC))
    ['39300']
    """
    return {c["code"]: c for c in communes if c["type"] == _OWN_RIGHT and extent.holds(c)}


def successors(communes: list[Record]) -> dict[str, str]:
    """Code abolished → code that absorbed it, from the ``anciensCodes`` of a list of communes.

    >>> successors([{"code": "39576", "type": "commune-actuelle", "anciensCodes": ["39064", "39474"]}])
    {'39064': '39576', '39474': '39576'}
    """
    return {old: c["code"] for c in communes if c["type"] == _OWN_RIGHT for old in c.get("anciensCodes", ())}


class Lineage:
    """Follows a code from merger to merger until a commune of today.

    Args:
        latest: the list of communes of the last year.
        history: the events of the official geographic code, as published with the list of 2019.
    """

    def __init__(self, latest: list[Record], history: list[Record]) -> None:
        self._live = {c["code"] for c in latest if c["type"] == _OWN_RIGHT}
        self._absorbed = successors(latest)
        self._event = {event["id"]: event for event in history}
        self._ended = {
            event["code"]: event["dateFin"] for event in history if event["type"] == "COM" and "dateFin" in event
        }
        self._last = {event["code"]: event for event in history if event["type"] == "COM"}

    def today(self, code: str) -> str | None:
        """The code today of the commune that bore ``code``; ``None`` when it cannot be followed."""
        seen: set[str] = set()
        while code not in self._live:
            if code in seen:
                return None
            seen.add(code)
            code = self._absorbed.get(code) or self._next(code) or code
        return code

    def merged_on(self, date: str) -> set[str]:
        """Codes of today of the communes that took in another on a day (ISO) before the last event of the history."""
        gone = [
            code for code, ended in self._ended.items() if ended == date and self._last[code].get("dateFin") == date
        ]
        return {today for code in gone if (today := self.today(code)) is not None and today != code}

    def _next(self, code: str) -> str | None:
        event = self._last.get(code)
        if event is None or "successeur" not in event:
            return None
        heir = self._event[event["successeur"]]
        return str(self._event[heir["pole"]]["code"] if "pole" in heir else heir["code"])


def passage_table(lists: dict[int, list[Record]], history: list[Record], extent: Extent) -> pd.DataFrame:
    """Old code or name → code of the last year, for the communes of an extent.

    Args:
        lists: communes of each year, as published.
        history: events 1943–2019.
        extent: which communes of today.

    Returns:
        one row per (old code, old name) that is not a commune of today under that name: ``ancien_code``,
        ``ancien_nom``, ``code``, ``date`` (last change, ISO) and ``motif``. Sorted by code, then name.
    """
    latest = lists[max(lists)]
    lineage, names = Lineage(latest, history), {k: c["nom"] for k, c in live_communes(latest, extent).items()}
    rows = [*_from_history(history), *_from_lists(lists, extent)]
    table = pd.DataFrame(rows, columns=["ancien_code", "ancien_nom", "date", "motif"]).astype("str")
    table["code"] = table["ancien_code"].map(lineage.today).astype("str")
    same = table["ancien_nom"] == table["ancien_code"].map(names)
    table = table[table["code"].isin(names) & ~same]
    table = table.sort_values(["ancien_code", "ancien_nom", "date"], kind="stable")
    return table.drop_duplicates(["ancien_code", "ancien_nom"], keep="last")[COLUMNS].reset_index(drop=True)


def _from_history(history: list[Record]) -> list[tuple[str, str, str, str]]:
    return [
        (event["code"], event["nom"], event["dateFin"], event["raisonFin"])
        for event in history
        if event["type"] == "COM" and "dateFin" in event
    ]


def _from_lists(lists: dict[int, list[Record]], extent: Extent) -> list[tuple[str, str, str, str]]:
    """What changed between two yearly lists: exact to the year, so dated 1 January of the second."""
    rows = []
    years = sorted(lists)
    for year, following in pairwise(years):
        after = live_communes(lists[following], extent)
        for code, commune in live_communes(lists[year], extent).items():
            if code not in after:
                rows.append((code, commune["nom"], f"{following}-01-01", "fusion"))
            elif after[code]["nom"] != commune["nom"]:
                rows.append((code, commune["nom"], f"{following}-01-01", "changement de nom"))
    return rows
