"""Projects on communes: old codes followed, nobody lost on the way."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from ect_research.analysis.chance import Refusal
from ect_research.analysis.territory.project_places import SITUATIONS, ProjectPlaces, place_projects
from ect_research.corpus.basemap.basemap_model import Gazetteer

TODAY = {"39300": "39300", "39395": "39043", "39043": "39043", "39198": "39198", "21231": "21231"}
GAZETTEER = Gazetteer(
    today=TODAY,
    names={"39300": "Lons", "39043": "Beaufort-Orbagna", "39016": "Arinthod", "39198": "Dole", "21231": "Dijon"},
    people={"39300": 17_000, "39043": 1_500, "39016": 1_100, "39198": 24_000, "21231": 160_000},
    members={"39300": "ECLA", "39043": "Porte du Jura", "39016": "Terre d’Émeraude"},
    groups=("ECLA", "Porte du Jura", "Terre d’Émeraude"),
    frame=frozenset({"39"}),
)


def _projects(*codes, **columns):
    ids = [f"P{i:02d}" for i in range(len(codes))]
    return pd.DataFrame({"projet_id": ids, "nom": [f"Projet {i}" for i in ids], "commune_insee": codes} | columns)


def test_each_project_is_told_where_it_stands():
    given_codes = ("39300", "39395", "39198", "21231", None, "99999")
    places = place_projects(_projects(*given_codes), GAZETTEER)
    assert places.projects["situation"].tolist() == [
        *("perimetre", "perimetre", "cadre", "hors_cadre", "sans_lieu", "code_inconnu"),
    ]
    assert places.n == 6
    assert places.placed == 3
    assert places.excluded["projet_id"].tolist() == ["P03", "P04", "P05"]
    assert places.excluded["raison"].str.len().min() > 0


def test_an_old_code_counts_for_the_commune_of_today():
    places = place_projects(_projects("39395", "39043", "39300"), GAZETTEER)
    counted = places.communes.set_index("commune")["n"].to_dict()
    assert counted == {"39043": 2, "39300": 1}
    assert places.communes["commune"].tolist() == ["39043", "39300"]


def test_a_group_without_project_is_counted_zero():
    places = place_projects(_projects("39300"), GAZETTEER)
    assert places.groups.to_dict("list") == {
        "groupe": ["ECLA", "Porte du Jura", "Terre d’Émeraude"],
        "communes": [1, 1, 1],
        "population": [17_000, 1_500, 1_100],
        "n": [1, 0, 0],
    }


def test_the_public_name_hides_the_name():
    projects = _projects("39300", "39300", nom_public=["Épicerie A", None])
    places = place_projects(projects, GAZETTEER)
    assert places.communes["projets"].iloc[0] == ("Projet P01", "Épicerie A")


def test_no_place_at_all_is_a_refusal_that_says_why():
    refusal = place_projects(_projects(None, "21231"), GAZETTEER)
    assert isinstance(refusal, Refusal)
    assert "1 : hors du cadre de la carte, 1 : commune non renseignée" in refusal.sentence()
    assert "None of the 2 projects" in refusal.sentence("en")


@given(st.lists(st.sampled_from([*TODAY, "99999", None]), max_size=30))
def test_no_project_is_lost_nor_counted_twice(codes):
    projects = _projects(*codes).astype({"commune_insee": "object"})
    before = projects.copy(deep=True)
    places = place_projects(projects, GAZETTEER)
    pd.testing.assert_frame_equal(projects, before)
    if isinstance(places, ProjectPlaces):
        assert list(places.counts) == list(SITUATIONS)
        assert sum(places.counts.values()) == len(codes)
        assert places.communes["n"].sum() == places.placed
        assert places.groups["n"].sum() == places.counts["perimetre"]
        assert len(places.excluded) + places.placed == len(codes)
