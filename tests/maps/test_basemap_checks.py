"""What a sound base map must satisfy; each check would have caught a damaged edition of the source."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd
import pytest
import shapely

from ect_research.corpus.basemap.load_basemap import load_basemap
from ect_research.corpus.folder.project_paths import project_root

FOND = project_root() / "maps" / "fond"
REFERENCE = Path(__file__).parent / "data" / "pays_ledonien_communes.csv"
PAYS_2026 = {"200071116": 32, "200069615": 54, "200072056": 21, "200090579": 92}


@pytest.fixture(scope="module")
def basemap():
    return load_basemap()


def test_the_communes_share_their_edges_without_gap_or_overlap(basemap):
    shapes = basemap.communes.geometry.to_numpy()
    assert shapely.coverage_is_valid(shapes)
    assert shapely.is_valid(shapes).all()
    assert not shapely.is_empty(shapes).any()


def test_the_region_is_one_piece_without_hole(basemap):
    region = shapely.coverage_union_all(basemap.communes.geometry.to_numpy())
    parts = shapely.get_parts(region)
    assert len(parts) == 1
    assert shapely.get_num_interior_rings(parts).tolist() == [0]


def test_the_region_and_the_jura_have_the_communes_of_2026(basemap):
    assert len(basemap.communes) == 3685
    assert (basemap.communes["dep"] == "39").sum() == 492
    assert basemap.communes["code"].is_unique


def test_the_intercommunalities_of_2026_are_counted_right(basemap):
    communes = basemap.communes
    assert communes["epci"].nunique() == 116
    assert communes.loc[communes["dep"] == "39", "epci"].nunique() == 14
    counts = communes["epci"].value_counts()
    assert {siren: counts[siren] for siren in PAYS_2026} == PAYS_2026


def test_the_jura_has_its_population_and_its_area(basemap):
    jura = basemap.communes[basemap.communes["dep"] == "39"].set_index("code")
    assert jura["pop"].sum() == 257_973
    areas = basemap.areas_km2[jura.index]
    assert areas.sum() == pytest.approx(5039.5, abs=0.5)
    assert areas["39300"] == pytest.approx(7.656, abs=0.01)


def test_every_label_point_lies_inside_its_commune(basemap):
    points = shapely.points(basemap.communes["px"], basemap.communes["py"])
    assert shapely.contains(basemap.communes.geometry.to_numpy(), points).all()
    assert basemap.communes["pt_src"].value_counts().to_dict() == {"mairie": 3495, "intérieur": 190}


def test_every_old_code_leads_to_a_commune_of_today(basemap):
    live = set(basemap.communes["code"])
    assert {code for _, _, code, _ in basemap.index.passages} <= live
    assert set(basemap.membership["commune"]) <= set(basemap.code_today)
    assert basemap.code_today["39395"] == "39043"
    assert basemap.code_today["39474"] == "39576"
    assert basemap.code_today["39548"] == "39434"


def test_populations_of_every_census_cover_every_commune(basemap):
    table = basemap.populations.set_index("code")
    assert list(table.columns) == ["pop_2016", "pop_2019", "pop_2020", "pop_2022", "pop_2023"]
    assert not table.drop(columns="pop_2016").isna().any(axis=None)
    jura = table[table.index.str.startswith("39")].sum()
    assert jura["pop_2019"] == 259_199
    assert jura["pop_2020"] == 258_798
    assert jura["pop_2022"] == 258_405
    assert (table["pop_2023"] == basemap.communes.set_index("code")["pop"]).all()


def test_a_census_that_counts_only_one_of_the_merged_communes_is_left_missing(basemap):
    table = basemap.populations.set_index("code")
    missing = table.index[table["pop_2016"].isna()]
    assert len(missing) == 23
    assert {"39043", "39137", "39199", "39378"} <= set(missing)
    growth = (table["pop_2019"] / table["pop_2016"]).dropna()
    assert growth.max() < 1.7


def test_an_intercommunality_without_merger_keeps_its_population_of_2016(basemap):
    members = pd.Series(basemap.perimeter("pays-ledonien-2019").members)
    people = basemap.populations.set_index("code")["pop_2016"].groupby(members)
    assert people.sum()[people.apply(lambda held: held.notna().all())].to_dict() == {
        "200071116": 34_407,
        "243900719": 6_091,
        "243901071": 5_757,
    }


@pytest.mark.parametrize(
    ("name", "communes", "people"),
    [("pays-ledonien-2019", 185, 81_529), ("pays-ledonien-2020", 199, 87_885), ("jura", 492, 257_973)],
)
def test_a_named_perimeter_holds_its_communes_and_people(basemap, name, communes, people):
    members = basemap.perimeter(name).members
    assert len(members) == communes
    assert basemap.populations.set_index("code").loc[list(members), "pop_2023"].sum() == people


def test_the_pays_ledonien_agrees_with_the_list_made_apart(basemap):
    reference = pd.read_csv(REFERENCE, dtype="str")
    for year, count in (("2019", 186), ("2026", 200)):
        listed = reference[reference[f"pays_ledonien_{year}"] == "1"]
        assert len(listed) == count
        ours = basemap.perimeter("pays-ledonien-2019" if year == "2019" else "pays-ledonien-2020")
        assert {basemap.code_today[code] for code in listed["code_2019"]} == set(ours.members)


def test_jura_sud_joined_in_2020_and_three_communes_left(basemap):
    before, after = (set(basemap.perimeter(f"pays-ledonien-{year}").members) for year in (2019, 2020))
    names = basemap.communes.set_index("code")["nom"]
    assert sorted(names[code] for code in before - after) == ["Le Frasnois", "Marigny", "Saffloz"]
    assert len(after - before) == 17


def test_the_committed_files_are_those_that_were_built():
    for line in (FOND / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        digest, name = line.split(maxsplit=1)
        assert hashlib.sha256((FOND / name).read_bytes()).hexdigest() == digest


def test_the_base_map_weighs_little_more_than_one_megabyte():
    assert sum(path.stat().st_size for path in FOND.iterdir()) < 1_400_000


def test_no_column_of_the_base_map_speaks_of_a_person(basemap):
    columns = {column for frame in (basemap.communes, basemap.epci_names) for column in frame}
    assert not [column for column in columns if any(w in column for w in ("maire_", "elu", "mail", "tel", "adresse"))]
