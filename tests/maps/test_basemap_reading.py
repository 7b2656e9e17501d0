"""Reading the base map: places by any name, perimeters, and what a mistake gets in return."""

from __future__ import annotations

import shutil

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from ect_research.corpus.basemap.code_index import plain_name
from ect_research.corpus.basemap.load_basemap import load_basemap
from ect_research.corpus.folder.project_paths import project_root
from ect_research.errors import BasemapError

FOND = project_root() / "maps" / "fond"
BASEMAP = load_basemap()


@pytest.mark.parametrize("written", ["39395", "Orbagna", "orbagna", "39043", "Beaufort-Orbagna", "BEAUFORT ORBAGNA"])
def test_old_and_new_codes_and_names_give_the_commune_of_today(written):
    assert (BASEMAP.code_today.get(written) or BASEMAP.index.find(written)) == "39043"


def test_saint_may_be_abbreviated():
    assert BASEMAP.name_of(BASEMAP.index.find("St Amour")) == "Saint-Amour"


def test_a_misspelt_name_is_answered_with_the_right_one():
    assert "Voulait-on écrire : Lons-le-Saunier" in BASEMAP.index.find("Lons le Saulnier").remedy


def test_a_code_of_another_region_is_refused_with_the_reason():
    assert "« 75056 » inconnu du fond de carte" in BASEMAP.index.trouble("75056").problem


def test_a_code_that_had_ceased_that_year_is_refused_with_its_heir():
    assert BASEMAP.index.trouble("39474", 2024) is None
    said = BASEMAP.index.trouble("39474", 2026).problem
    assert "n’est pas celui d’une commune en 2026" in said and "Val-Sonnette (39576)" in said


def test_a_name_shared_by_several_communes_asks_for_the_code():
    shared = BASEMAP.communes["nom"].map(plain_name)
    name = BASEMAP.communes.loc[shared.duplicated(), "nom"].iloc[0]
    assert "désigne plusieurs communes" in BASEMAP.index.find(name).problem


@given(st.sampled_from(sorted(BASEMAP.code_today)))
def test_every_known_code_is_placed_inside_its_region(code):
    assert BASEMAP.index.trouble(code) is None
    commune = BASEMAP.communes.set_index("code").loc[BASEMAP.code_today[code]]
    west, south, east, north = shapely.total_bounds(BASEMAP.communes["geometry"])
    assert west < commune["px"] < east
    assert south < commune["py"] < north


def test_an_unknown_perimeter_is_answered_with_the_nearest():
    with pytest.raises(BasemapError, match=r"Voulait-on écrire «\spays-ledonien-2020\s»"):
        BASEMAP.perimeter("pays-ledonien-2002")


def test_an_intercommunality_keeps_its_communes_of_the_year():
    then = BASEMAP.epci_of_year(2019)
    assert then["39154"] == "243900719"
    assert BASEMAP.epci_of_year(2020)["39154"] == "200090579"
    assert set(then) == set(BASEMAP.communes["code"])


def test_a_year_without_list_is_refused():
    with pytest.raises(BasemapError, match="le fond connaît 2019 à 2026"):
        BASEMAP.epci_of_year(2016)


def test_outlines_have_the_area_of_their_communes():
    members = BASEMAP.perimeter("pays-ledonien-2020").members
    outlines = BASEMAP.outlines(members)
    areas = shapely.area([*outlines.values()]).sum() / 1e6
    assert areas == pytest.approx(BASEMAP.areas_km2[list(members)].sum())
    assert list(outlines) == sorted(set(members.values()))


def test_the_credits_name_every_producer_and_the_licence():
    for language in ("fr", "en"):
        line = BASEMAP.mentions.line(language)
        for needed in ("IGN", "Insee", "DGCL", "Natural Earth", "Licence Ouverte 2.0", "2154"):
            assert needed in line


def _copy(target):
    return shutil.copytree(FOND, target / "fond")


def test_a_damaged_file_is_named(tmp_path):
    folder = _copy(tmp_path)
    with (folder / "populations.csv").open("a", encoding="utf-8") as table:
        table.write("39300,1,1,1,1,1\n")
    with pytest.raises(BasemapError, match=r"populations\.csv n’est pas celui qui a été construit"):
        load_basemap(folder)


def test_an_absent_base_map_says_how_to_get_it(tmp_path):
    with pytest.raises(BasemapError, match=r"SOURCES\.md"):
        load_basemap(tmp_path)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("annee = 2020", r"il manque annee"),
        ('siren = "200071116"', r"aucun EPCI 999999999 en 2020"),
    ],
)
def test_a_faulty_perimeter_is_explained(tmp_path, line, sentence):
    folder = _copy(tmp_path)
    path = folder / "territoires.toml"
    replacement = 'siren = "999999999"' if "siren" in line else ""
    path.write_text(path.read_text(encoding="utf-8").replace(line, replacement, 1), encoding="utf-8")
    with pytest.raises(BasemapError, match=sentence):
        load_basemap(folder).perimeter("pays-ledonien-2020")
