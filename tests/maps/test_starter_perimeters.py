"""The perimeters that a rebuilt base map begins with."""

import tomllib

from ect_research.corpus.basemap.load_basemap import load_basemap
from ect_research.corpus.basemap.perimeters import BFC, Extent
from ect_research.corpus.basemap.write_basemap import write_starter_perimeters

BASEMAP = load_basemap()
DEPARTEMENTS = BASEMAP.departements


def built(*codes):
    return {"communes": BASEMAP.communes[BASEMAP.communes["dep"].isin(codes)], "departements": DEPARTEMENTS}


KEPT = '# tenu à la main\n\n[pays]\nnom.fr = "Pays"\n'


def test_the_new_extent_is_added_to_the_perimeters_kept_by_hand(tmp_path):
    target = tmp_path / "territoires.toml"
    target.write_text(KEPT, encoding="utf-8")
    extent = Extent(departements=("39",))
    write_starter_perimeters(tmp_path, built("39"), 2026, extent)
    text = target.read_text("utf-8")
    assert text.startswith(KEPT.rstrip()) and list(tomllib.loads(text)) == ["pays", "departement-39"]
    write_starter_perimeters(tmp_path, built("39"), 2026, extent)
    assert target.read_text("utf-8") == text


def test_the_base_map_of_the_project_keeps_its_own_perimeters(tmp_path):
    (tmp_path / "territoires.toml").write_text(KEPT, encoding="utf-8")
    write_starter_perimeters(tmp_path, built("39"), 2026, BFC)
    assert (tmp_path / "territoires.toml").read_text("utf-8") == KEPT


def test_several_departements_are_called_by_their_names(tmp_path):
    write_starter_perimeters(tmp_path, built("21", "39"), 2026, Extent(departements=("21", "39")))
    entries = tomllib.loads((tmp_path / "territoires.toml").read_text("utf-8"))
    assert list(entries) == ["departement-21", "departement-39", "departement-21-39"]
    assert entries["departement-39"]["departements"] == ["39"] and entries["departement-39"]["reperes"][0] != "21231"
    entry = entries["departement-21-39"]
    assert "Jura" in entry["nom"]["fr"] and "Côte-d" in entry["nom"]["fr"]


def test_a_perimeter_that_already_holds_the_same_departements_is_not_added_again(tmp_path):
    target = tmp_path / "territoires.toml"
    target.write_text(KEPT + 'departements = ["39"]\n', encoding="utf-8")
    write_starter_perimeters(tmp_path, built("21", "39"), 2026, Extent(departements=("21", "39")))
    assert list(tomllib.loads(target.read_text("utf-8"))) == ["pays", "departement-21", "departement-21-39"]
