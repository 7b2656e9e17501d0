"""Which named perimeter of the base map holds the projects of a corpus: what a new study draws its maps on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ect_research.corpus.basemap.holding_perimeter import holding_perimeter
from ect_research.errors import EctError

if TYPE_CHECKING:
    from pathlib import Path

    from ect_research.corpus.basemap.basemap_model import Basemap


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
    name, held = holding_perimeter(basemap, codes)
    if not name:
        return StudyPlace("", "", "")
    people = basemap.people().loc[list(basemap.perimeter(name).members)]
    return StudyPlace(
        name, str(people.idxmax()), f"le plus petit périmètre qui a {held} des {len(codes)} projets situés"
    )
