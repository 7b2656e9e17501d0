"""Which named perimeter of the base map holds the projects of a corpus: what a new study draws its maps on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ect_research.errors import BasemapError, EctError

if TYPE_CHECKING:
    from pathlib import Path

    from ect_research.corpus.basemap.basemap_model import Basemap

_ALIKE = 1.25
"""Two perimeters whose numbers of communes differ by less are taken for one territory at two dates."""


@dataclass(frozen=True)
class StudyPlace:
    """Where the maps of a study are drawn.

    Attributes:
        perimeter: its name in ``territoires.toml``; empty when no perimeter holds any project.
        centre: Insee code of its most populous commune.
        why: a French sentence for the study file.
    """

    perimeter: str
    centre: str
    why: str


def find_place(root: Path, corpus: str) -> StudyPlace | None:
    """The perimeter that holds most projects: the smallest of those that hold as many, or its latest boundaries.

    Args:
        root: folder of the project.
        corpus: name of a folder of ``surveys/``.

    Returns:
        the place; None when there is no base map, or when the corpus cannot be read yet or says no commune.
    """
    from ect_research.corpus.basemap.load_basemap import load_basemap
    from ect_research.corpus.checked.load_corpus import load_corpus

    try:
        projects = load_corpus(root / "surveys" / corpus).tables["projets"]
        basemap = load_basemap(root / "maps" / "fond")
    except EctError:
        return None
    codes = projects["commune_insee"].dropna().astype("str").tolist() if "commune_insee" in projects else []
    return _best(basemap, codes) if codes else None


def _best(basemap: Basemap, codes: list[str]) -> StudyPlace:
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
        return StudyPlace("", "", "")
    fullest = [(size, name) for count, size, name in found if count == min(found)[0]]
    alike = [(-basemap.perimeter(name).year, size, name) for size, name in fullest if size <= _ALIKE * min(fullest)[0]]
    held, (_, _, name) = min(found)[0], min(alike)
    people = basemap.people().loc[list(basemap.perimeter(name).members)]
    return StudyPlace(
        name, str(people.idxmax()), f"le plus petit périmètre qui a {-held} des {len(codes)} projets situés"
    )
