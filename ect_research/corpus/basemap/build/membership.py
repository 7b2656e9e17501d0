"""Which EPCI each commune belonged to, year by year, and how many people lived there."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pandas as pd

from ect_research.corpus.basemap.build.passage import live_communes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ect_research.corpus.basemap.build.passage import Lineage
    from ect_research.corpus.basemap.basemap_extent import Extent

_KIND = re.compile(r"^(CC|CA|CU|Métropole|Met\.?)\s+")
_ARTICLE = re.compile(r"^(du |de la |de l['’]|des |de |d['’])(?=[A-ZÀ-Ý])")

Record = dict[str, Any]


def epci_intervals(epci: dict[int, list[Record]], communes: dict[int, list[Record]], extent: Extent) -> pd.DataFrame:
    """Membership as intervals of years, for the communes of an extent.

    Args:
        epci: EPCI of each year with their members.
        communes: communes of each year (the list of 2020 is that of 2019).
        extent: which communes.

    Returns:
        ``commune`` (code of those years), ``siren``, ``premiere_annee``, ``derniere_annee``; one row
        per unbroken stay of a commune in an EPCI.
    """
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
    """The last official name of each EPCI kept, its name without the legal kind, and that kind.

    Returns:
        ``siren``, ``nom_officiel``, ``nom``, ``type`` (CC, CA, CU, METRO), sorted by ``siren``.
    """
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
    """Municipal populations of several censuses, on the communes of the last year.

    Args:
        lists: communes of each year, as published.
        census: year of the list → year of the census it prints.
        lineage: follows old codes.
        extent: which communes.

    A list prints, for a commune that took in others on the very 1 January of the list, the census of the one that gave
    its code and of nobody else: the population of that census is then left missing.

    Returns:
        ``code`` and one Int64 column ``pop_<year>`` per census, sorted by code.
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
