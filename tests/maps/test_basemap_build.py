"""The builder, on a world of five square communes: repair, mergers, label points, intervals, equal bytes."""

from __future__ import annotations

import zipfile
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from ect_research.cli import main
from ect_research.corpus.basemap.build_basemap import Lists, assemble, save
from ect_research.corpus.basemap.build_geometry import read_source, restore_communes
from ect_research.corpus.basemap.build_packages import FINGERPRINTS, WHEEL, check_packages
from ect_research.corpus.basemap.load_basemap import check_basemap, load_basemap
from ect_research.corpus.basemap.perimeters import Extent, build_extent
from ect_research.errors import BasemapError

SIDE = 1000
X0, Y0 = 900_000, 6_600_000


def _square(column, row, shift=0):
    x, y = X0 + column * SIDE + shift, Y0 + row * SIDE
    return shapely.box(x, y, x + SIDE, y + SIDE)


def _commune(code, name, population, old=()):
    return {
        "code": code,
        "nom": name,
        "type": "commune-actuelle",
        "departement": code[:2],
        "region": "27",
        "population": population,
        "anciensCodes": list(old),
    }


def _group(siren, name, codes):
    return {"code": siren, "nom": name, "type": "CC", "membres": [{"code": code} for code in codes]}


@pytest.fixture
def lists():
    before = [_commune(*c) for c in (("39001", "Un", 10), ("39002", "Deux", 20), ("39003", "Trois", 30))]
    before += [_commune("25001", "L'Autre", 5)]
    after = [_commune("39001", "Un", 11), _commune("39003", "Trois-Deux", 52, ["39002"])]
    after += [_commune("25001", "L'Autre", 5)]
    history = [
        {
            "id": "COM-39009@1943",
            "type": "COM",
            "code": "39009",
            "nom": "Neuf",
            "successeur": "COMP-39009@1972",
        }
        | {"dateFin": "1972-01-01", "raisonFin": "fusion simple"},
        {"id": "COMP-39009@1972", "type": "COMP", "code": "39009", "nom": "Neuf", "pole": "COM-39002@1972"},
        {"id": "COM-39002@1972", "type": "COM", "code": "39002", "nom": "Deux"},
    ]
    atlas = {
        "transform": {"scale": [1, 1], "translate": [6, 46]},
        "arcs": [[[0, 0], [1, 0], [0, 1], [-1, 0], [0, -1]]],
        "objects": {"countries": {"geometries": [{"type": "Polygon", "id": "756", "arcs": [[0]]}]}},
    }
    epci_before = [
        _group("1", "CC du Val d'Un", ["39001", "39002", "39003"]),
        _group("2", "CC Deux", ["25001"]),
    ]
    epci_after = [_group("1", "CC du Val d'Un", ["39001"]), _group("2", "CC Deux", ["25001", "39003"])]
    return Lists(
        communes={2024: before, 2025: after, 2026: after},
        epci={2024: epci_before, 2025: epci_after, 2026: epci_after},
        departements=[{"code": d, "nom": n, "region": "27"} for d, n in (("25", "Doubs"), ("39", "Jura"))],
        history=history,
        atlas=atlas,
        census={2024: 2022, 2026: 2023},
    )


@pytest.fixture
def source(tmp_path):
    """An IGN-like GeoPackage: a 4 m gap between two communes, one seat inside and one far outside."""
    communes = gpd.GeoDataFrame(
        {"INSEE_COM": ["39001", "39002", "39003", "25001", "97101"]},
        geometry=[_square(0, 0), _square(1, 0, shift=4), _square(1, 1), _square(0, 1), _square(5, 5)],
        crs=2154,
    )
    seats = gpd.GeoDataFrame(
        {"INSEE_COM": ["39001", "39003"]},
        geometry=[shapely.Point(X0 + 200, Y0 + 300), shapely.Point(0, 0)],
        crs=2154,
    )
    path = tmp_path / "ADMIN-EXPRESS.gpkg"
    communes.to_file(path, layer="COMMUNE", driver="GPKG")
    seats.to_file(path, layer="CHFLIEU_COMMUNE", driver="GPKG")
    return path


@pytest.fixture
def fond(source, lists):
    return assemble(read_source(source), lists)


def test_an_ign_geopackage_gives_a_clean_coverage_of_the_communes_of_today(fond):
    layer = fond.layers["communes_bfc"]
    assert layer["code"].tolist() == ["25001", "39001", "39003"]
    assert layer["nom"].tolist() == ["L’Autre", "Un", "Trois-Deux"]
    assert shapely.coverage_is_valid(layer.geometry.to_numpy())
    union = shapely.coverage_union_all(layer.geometry.to_numpy())
    assert union.geom_type == "Polygon"
    assert len(union.interiors) == 0
    assert union.area == pytest.approx(4 * SIDE**2, rel=0.005)


def test_a_seat_outside_its_commune_is_replaced_by_an_inner_point(fond):
    layer = fond.layers["communes_bfc"].set_index("code")
    assert layer.loc["39001", ["px", "py", "pt_src"]].tolist() == [X0 + 200, Y0 + 300, "chef-lieu"]
    assert layer.loc["39003", "pt_src"] == "intérieur"
    assert layer.geometry["39003"].contains(shapely.Point(layer.loc["39003", "px"], layer.loc["39003", "py"]))


def test_old_codes_follow_merger_after_merger(fond):
    passage = fond.tables["communes_passage"].set_index(["ancien_code", "ancien_nom"])["code"]
    assert passage.to_dict() == {
        ("39002", "Deux"): "39003",
        ("39003", "Trois"): "39003",
        ("39009", "Neuf"): "39003",
    }


def test_a_merged_commune_keeps_its_population(fond):
    table = fond.tables["populations"].set_index("code")
    assert table.loc["39003"].to_dict() == {"pop_2022": 50, "pop_2023": 52}


def test_a_commune_merged_on_the_day_of_the_list_has_no_population_that_year(source, lists):
    ended = {"dateFin": "2024-01-01", "raisonFin": "fusion", "successeur": "COMD-39002@2024"}
    gone = [
        {"id": "COM-39002@1972", "type": "COM", "code": "39002", "nom": "Deux", **ended},
        {"id": "COMD-39002@2024", "type": "COMD", "code": "39002", "nom": "Deux", "pole": "COM-39003@2024"},
        {"id": "COM-39003@2024", "type": "COM", "code": "39003", "nom": "Trois-Deux"},
    ]
    kept = [event for event in lists.history if event["code"] != "39002"]
    history = [*kept, *gone]
    table = assemble(read_source(source), replace(lists, history=history)).tables["populations"].set_index("code")
    assert pd.isna(table.loc["39003", "pop_2022"])
    assert table.loc["39003", "pop_2023"] == 52
    assert table.loc["39001", "pop_2022"] == 10


def test_membership_is_told_by_intervals(fond):
    rows = fond.tables["epci_communes"].to_records(index=False).tolist()
    assert ("39003", "1", 2024, 2024) in rows
    assert ("39003", "2", 2025, 2026) in rows
    assert ("25001", "2", 2024, 2026) in rows
    assert fond.tables["epci"]["nom"].tolist() == ["Val d’Un", "Deux"]


def test_an_etalab_geojson_gives_the_same_communes(source, lists, tmp_path, fond):
    path = tmp_path / "communes-50m.geojson"
    frame = gpd.read_file(source, layer="COMMUNE").rename(columns={"INSEE_COM": "code"}).to_crs(4326)
    frame.to_file(path, driver="GeoJSON")
    again = assemble(read_source(path), lists).layers["communes_bfc"]
    assert again["code"].tolist() == fond.layers["communes_bfc"]["code"].tolist()
    assert np.allclose(again.area, fond.layers["communes_bfc"].area, rtol=0.01)


def test_a_tolerance_generalises_without_breaking_shared_edges(source, lists):
    layer = assemble(read_source(source), lists, tolerance_m=200).layers["communes_bfc"]
    assert shapely.coverage_is_valid(layer.geometry.to_numpy())


def test_two_builds_write_the_same_bytes_and_are_readable(fond, tmp_path):
    for name in ("un", "deux"):
        save(fond, tmp_path / name, {"fr": "IGN, essai", "en": "IGN, test"}, 2023)
    for path in sorted((tmp_path / "un").iterdir()):
        assert path.read_bytes() == (tmp_path / "deux" / path.name).read_bytes()
    (tmp_path / "un" / "territoires.toml").write_text("", encoding="utf-8")
    read = load_basemap(tmp_path / "un")
    assert read.name_of(read.index.find("Neuf")) == "Trois-Deux"
    assert "IGN, essai, communes au 1er janvier 2026" in read.mentions.line()
    with zipfile.ZipFile(tmp_path / "un" / "fond.gpkg.zip") as archive:
        assert archive.infolist()[0].date_time == (1980, 1, 1, 0, 0, 0)


def test_a_commune_without_polygon_stops_the_build(source, lists):
    raw = read_source(source)
    truncated = type(raw)(raw.codes[1:], raw.polygons[1:], raw.seats, raw.seat_label)
    with pytest.raises(BasemapError, match=r"sans polygone \(1\)\s: 39001"):
        assemble(truncated, lists)


def test_a_file_without_code_column_is_explained(tmp_path):
    path = tmp_path / "fichier.geojson"
    gpd.GeoDataFrame({"nom": ["Un"]}, geometry=[shapely.box(5, 46, 6, 47)], crs=4326).to_file(path, driver="GeoJSON")
    with pytest.raises(BasemapError, match="pas de colonne de codes de communes"):
        read_source(path)


def test_absent_or_different_packages_are_all_named(tmp_path):
    (tmp_path / WHEEL).write_bytes(b"autre chose")
    with pytest.raises(BasemapError) as caught:
        check_packages(tmp_path)
    assert f"{WHEEL}\u00a0: empreinte" in caught.value.fr
    assert caught.value.fr.count("absent\n") == len(FINGERPRINTS) - 1
    assert "maps/fond/SOURCES.md" in caught.value.fr


def test_the_command_asks_for_the_credit_of_a_source(tmp_path, capsys):
    status = main(["maps", "build", "--packages", str(tmp_path), "--source", str(tmp_path / "x.gpkg")])
    assert status == 1
    assert "--edition" in capsys.readouterr().err


def _listed(codes):
    return [{"code": code, "region": region} for code, region in codes.items()]


def test_a_departement_alone_keeps_its_communes_tables_and_neighbours(source, lists, tmp_path):
    extent = Extent(departements=("39",))
    fond = assemble(read_source(source), lists, extent=extent)
    assert fond.layers["communes"]["code"].tolist() == ["39001", "39003"]
    assert fond.layers["departements"]["dep"].tolist() == ["25", "39"]
    assert set(fond.tables["populations"]["code"]) == {"39001", "39003"}
    assert set(fond.tables["epci_communes"]["commune"]) == {"39001", "39002", "39003"}
    save(fond, tmp_path, {"fr": "IGN, essai", "en": "IGN, test"}, 2023)
    read = load_basemap(tmp_path)
    assert read.extent == extent
    held = read.perimeter("departement-39")
    assert (held.name(), sorted(held.members), held.landmarks[0]) == ("Jura", ["39001", "39003"], "39003")
    assert "inconnu du fond de carte (département 39" in read.index.trouble("25001").problem


def test_an_extent_across_two_regions_follows_old_codes_of_both(source, lists):
    elsewhere = [{**c, "region": "84"} if c["code"] == "25001" else c for c in lists.communes[2026]]
    history = [*lists.history, {"id": "COM-25009@1943", "type": "COM", "code": "25009", "nom": "Ancien"}]
    history[-1] |= {"successeur": "COM-25001@1970", "dateFin": "1970-01-01", "raisonFin": "fusion"}
    history += [{"id": "COM-25001@1970", "type": "COM", "code": "25001", "nom": "L'Autre"}]
    there = replace(lists, communes=lists.communes | {2026: elsewhere}, history=history)
    both = assemble(read_source(source), there, extent=Extent(("27", "84")))
    assert both.layers["communes"]["code"].tolist() == ["25001", "39001", "39003"]
    assert both.tables["communes_passage"].set_index("ancien_code")["code"]["25009"] == "25001"
    one = assemble(read_source(source), there, extent=Extent(("84",)))
    assert one.layers["communes"]["code"].tolist() == ["25001"]
    whole = assemble(read_source(source), there, extent=Extent(france=True))
    assert len(whole.layers["communes"]) == 3


def test_a_starter_perimeter_never_replaces_one_written_by_hand(fond, tmp_path):
    (tmp_path / "territoires.toml").write_text("# à moi\n", encoding="utf-8")
    save(fond, tmp_path, {"fr": "IGN, essai", "en": "IGN, test"}, 2023)
    assert (tmp_path / "territoires.toml").read_text(encoding="utf-8") == "# à moi\n"


def test_a_hole_inside_another_departement_is_explained(source, lists, tmp_path):
    ring = [_square(x, y) for x in range(3) for y in range(3) if (x, y) != (1, 1)]
    codes = [f"390{rank:02d}" for rank in range(1, 9)]
    communes = gpd.GeoDataFrame({"code": [*codes, "25001"]}, geometry=[*ring, _square(1, 1)], crs=2154)
    communes.to_file(tmp_path / "anneau.gpkg", layer="commune", driver="GPKG")
    listed = [_commune(code, code, 10) for code in codes] + [_commune("25001", "Dedans", 5)]
    epci = [_group("1", "CC Anneau", [*codes, "25001"])]
    there = replace(lists, communes={2026: listed}, epci={2026: epci}, census={2026: 2023}, history=[])
    fond = assemble(read_source(tmp_path / "anneau.gpkg"), there, extent=Extent(departements=("39",)))
    save(fond, tmp_path / "fond", {"fr": "IGN, essai", "en": "IGN, test"}, 2023)
    basemap = load_basemap(tmp_path / "fond")
    holes = check_basemap(basemap).set_index("controle").loc["trous que rien n’explique"]
    assert holes["conforme"]
    emptied = replace(basemap, departements=basemap.departements[basemap.departements["dep"] == "39"])
    assert not check_basemap(emptied).set_index("controle").loc["trous que rien n’explique", "conforme"]


def test_a_commune_created_again_is_taken_out_of_the_one_that_held_it():
    whole = np.array([_square(0, 0).union(_square(1, 0)), _square(0, 1)], dtype=object)
    shapes = restore_communes(whole, np.array([_square(1, 0)], dtype=object))
    assert [shape.bounds for shape in shapes] == [_square(*place).bounds for place in ((0, 0), (0, 1), (1, 0))]


def test_unknown_or_contradictory_extents_say_what_to_write():
    known = _listed({"01": "84", "39": "27", "971": "01"})
    assert build_extent([], [], france=False, known=known) == Extent(("27",))
    assert build_extent(["84"], ["01", "39"], france=False, known=known) == Extent(("84",), ("39",))
    for wrong in (([], ["971"]), (["26"], []), ([], ["1"])):
        with pytest.raises(BasemapError, match="Code inconnu en métropole"):
            build_extent(*wrong, france=False, known=known)
    with pytest.raises(BasemapError, match="--france comprend déjà"):
        build_extent(["27"], [], france=True, known=known)
