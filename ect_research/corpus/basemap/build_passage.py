"""The passage table: every code and name borne since 1943; which EPCI held each commune, how many people, year by year."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from ect_research.corpus.basemap.perimeters import Extent

COLUMNS = ["ancien_code", "ancien_nom", "code", "date", "motif"]
_OWN_RIGHT = "commune-actuelle"

Record = dict[str, Any]
_KIND = re.compile(r"^(CC|CA|CU|Métropole|Met\.?)\s+")
_ARTICLE = re.compile(r"^(du |de la |de l['’]|des |de |d['’])(?=[A-ZÀ-Ý])")


def live_communes(communes: list[Record], extent: Extent) -> dict[str, Record]:
    """Communes of their own right of an extent, by code.

    >>> from ect_research.corpus.basemap.perimeters import BFC
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
    """Follows a code from merger to merger until a commune of today."""

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

    One row per (old code, old name) that is not a commune of today under that name: ``ancien_code, ancien_nom, code``,
    ``date`` (last change, ISO) and ``motif``. Sorted by code, then name.
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


def epci_intervals(epci: dict[int, list[Record]], communes: dict[int, list[Record]], extent: Extent) -> pd.DataFrame:
    """``commune, siren, premiere_annee, derniere_annee``: one row per unbroken stay of a commune in an EPCI."""
    of_region = {code for year in communes for code in live_communes(communes[year], extent)}
    stays = sorted(
        (member["code"], group["code"], year)
        for year, groups in epci.items()
        for group in groups
        for member in group["membres"]
        if member["code"] in of_region
    )
    rows = []
    for (commune, siren), seen in groupby(stays, key=lambda stay: stay[:2]):
        rows += [(commune, siren, first, last) for first, last in _runs([stay[2] for stay in seen])]
    return pd.DataFrame(rows, columns=["commune", "siren", "premiere_annee", "derniere_annee"])


def epci_names(epci: dict[int, list[Record]], kept: pd.Series[str]) -> pd.DataFrame:
    """``siren, nom_officiel, nom, type`` (CC, CA, CU, METRO) of each EPCI kept, as last published."""
    latest = {group["code"]: group for year in sorted(epci) for group in epci[year]}
    rows = [
        (siren, _typographic(latest[siren]["nom"]), display_name(latest[siren]["nom"]), latest[siren]["type"])
        for siren in sorted(set(kept))
    ]
    return pd.DataFrame(rows, columns=["siren", "nom_officiel", "nom", "type"])


def display_name(official: str) -> str:
    """The name a reader uses: without the legal kind nor the article.

    >>> [display_name(name) for name in ("CC du Val d'Amour", "CC la Grandvallière", "CA du Grand Dole")]
    ['Val d’Amour', 'La Grandvallière', 'Grand Dole']
    """
    name = _ARTICLE.sub("", _KIND.sub("", " ".join(official.split())))
    return _typographic(name[:1].upper() + name[1:]).replace("Coeur", "Cœur")


def populations(
    lists: dict[int, list[Record]], census: dict[int, int], lineage: Lineage, extent: Extent
) -> pd.DataFrame:
    """``code`` and the Int64 ``pop_<year>`` of each census, on the communes of the last year.

    A list prints, for a commune that took in others on the very 1 January of the list, the census of the one that gave
    its code and of nobody else: the population of that census is then left missing.
    """
    columns = {}
    for year, vintage in sorted(census.items()):
        people = {code: commune["population"] for code, commune in live_communes(lists[year], extent).items()}
        counts = pd.Series(people, dtype="Int64")
        summed = counts.groupby([lineage.today(code) for code in counts.index]).sum()
        columns[f"pop_{vintage}"] = summed.mask(summed.index.isin(list(lineage.merged_on(f"{year}-01-01"))))
    table = pd.DataFrame(columns).reindex(sorted(live_communes(lists[max(lists)], extent)))
    return table.rename_axis("code").reset_index()


def _runs(years: list[int]) -> Iterator[tuple[int, int]]:
    """Unbroken runs of a sorted list of years."""
    for _, run in groupby(enumerate(years), key=lambda pair: pair[1] - pair[0]):
        members = [year for _, year in run]
        yield members[0], members[-1]


def _typographic(name: str) -> str:
    return " ".join(name.split()).replace("'", "’")
