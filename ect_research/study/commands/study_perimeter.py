"""Which named perimeter of the base map holds the projects of a corpus: what a new study draws its maps on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ect_research.corpus.basemap.holding_perimeter import holding_perimeter
from ect_research.errors import EctError
from ect_research.study.definition.variants import slug

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


def departement_place(fond: Path, code: str) -> StudyPlace | None:
    """The perimeter of a département, added to ``territoires.toml`` when nobody named it; None off the base map.

    Args:
        fond: folder of the base map, whose ``territoires.toml`` may be completed.
        code: Insee code of the département.
    """
    from ect_research.corpus.basemap.departement_names import DEPARTEMENT_NAMES
    from ect_research.corpus.basemap.load_basemap import load_basemap

    basemap = load_basemap(fond)
    people = basemap.people()
    largest = people[people.index.str.startswith(code)].sort_values(ascending=False).index[:10].tolist()
    if not largest:
        return None
    named = DEPARTEMENT_NAMES[code]
    known = [name for name, said in basemap.territories.items() if said.get("departements") == [code]]
    name = known[0] if known else slug(named)
    if not known:
        year = int(basemap.membership["derniere_annee"].max())
        quoted = ", ".join(f'"{one}"' for one in largest)
        added = (
            f'\n[{name}]\nnom.fr = "{named}"\nnom.en = "{named}"\nprecision.fr = "département, intercommunalités de {year}"\n'
            f'precision.en = "département, inter-municipal bodies of {year}"\nannee = {year}\ncadre = ["{code}"]\n'
            f'departements = ["{code}"]\nreperes = [{quoted}]\n'
        )
        with (fond / "territoires.toml").open("a", encoding="utf-8", newline="\n") as file:
            file.write(added)
    return StudyPlace(name, str(largest[0]), f"le département choisi : {named}")


def _best(basemap: Basemap, codes: list[str]) -> StudyPlace:
    name, held = holding_perimeter(basemap, codes)
    if not name:
        return StudyPlace("", "", "")
    people = basemap.people().loc[list(basemap.perimeter(name).members)]
    return StudyPlace(
        name, str(people.idxmax()), f"le plus petit périmètre qui a {held} des {len(codes)} projets situés"
    )
