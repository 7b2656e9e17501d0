"""Which named perimeter of the base map holds some projects, when nobody says which to take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ect_research.errors import BasemapError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ect_research.corpus.basemap.basemap_model import Basemap

_ALIKE = 1.25
"""Two perimeters whose numbers of communes differ by less are taken for one territory at two dates."""


def holding_perimeter(basemap: Basemap, codes: Sequence[str]) -> tuple[str, int]:
    """The smallest perimeter among those that hold most of some communes, or its latest boundaries.

    Args:
        basemap: the base map.
        codes: commune of each project, codes of any year.

    Returns:
        its name in ``territoires.toml``, blank when none holds any, and how many of the codes it holds.

    >>> from ect_research import load_basemap
    >>> holding_perimeter(load_basemap(), ["39300", "39162"])
    ('pays-ledonien-2020', 2)
    """
    today = [basemap.code_today.get(code, "") for code in codes]
    found: list[tuple[int, int, str]] = []
    for name in basemap.territories:
        try:
            members = basemap.perimeter(name).members
        except BasemapError:
            continue
        held = sum(code in members for code in today)
        if held:
            found.append((-held, len(members), name))
    if not found:
        return "", 0
    fullest = [(size, name) for count, size, name in found if count == min(found)[0]]
    alike = [(-basemap.perimeter(name).year, size, name) for size, name in fullest if size <= _ALIKE * min(fullest)[0]]
    return min(alike)[2], -min(found)[0]
