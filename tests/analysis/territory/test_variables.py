"""Typed variables: what a map may show of them, and what is said otherwise."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ect_research.analysis.territory.map_limits import refuse_pairing
from ect_research.analysis.territory.map_variables import MapVariable
from ect_research.errors import EctError

NUMBERS = pd.Series({"39300": 2.0, "39056": 1.0})
KINDS = {
    "stock": MapVariable(NUMBERS, "stock", "Projets", "registre", "2025", "projets"),
    "taux": MapVariable(NUMBERS, "taux", "Densité", "Insee", "2023", "hab./km²"),
    "categorie": MapVariable(NUMBERS.map({2.0: "ville", 1.0: "bourg"}), "categorie", "Type", "Insee", "2023"),
}
SUITS = {"choroplethe": "taux", "cercles": "stock", "typologie": "categorie"}


@pytest.mark.parametrize("drawing", SUITS)
@pytest.mark.parametrize("kind", KINDS)
def test_each_map_takes_its_kind_of_variable_and_refuses_the_others(kind, drawing):
    refused = refuse_pairing(KINDS[kind], drawing)
    assert (refused is None) == (SUITS[drawing] == kind)
    if refused is not None:
        assert KINDS[kind].label in refused.sentence()
        assert "Pour lever ce refus" in refused.sentence()
        assert "To lift this refusal" in refused.sentence("en")


def test_a_count_in_a_choropleth_is_refused_with_the_reason():
    assert "les grandes communes écrasent les petites" in str(refuse_pairing(KINDS["stock"], "choroplethe"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"source": ""}, "la source"),
        ({"date": " "}, "la date"),
        ({"unit": ""}, "unité"),
        ({"kind": "ratio"}, "type « ratio » inconnu"),
        ({"zone": "canton"}, "zone « canton » inconnue"),
        ({"per_zone": pd.Series({"39300": -1.0})}, "ne peut pas être négatif"),
        ({"per_zone": pd.Series({"39300": np.inf})}, "infinie"),
        ({"per_zone": pd.Series({"39300": np.nan})}, "aucune valeur"),
        ({"per_zone": pd.Series({39300: 1.0})}, "doivent être des textes"),
        ({"per_zone": pd.Series([1.0, 2.0], index=["39300", "39300"])}, "deux valeurs pour 39300"),
    ],
)
def test_a_faulty_variable_is_refused_in_french(change, said):
    given = {"per_zone": NUMBERS, "kind": "stock", "label": "Projets", "source": "R", "date": "2025", "unit": "projets"}
    with pytest.raises(EctError) as caught:
        MapVariable(**{**given, **change})
    assert said in caught.value.fr.replace("\xa0", " ")


def test_all_the_faults_are_said_at_once():
    with pytest.raises(EctError) as caught:
        MapVariable(NUMBERS, "stock", "", "", "", "")
    assert all(said in caught.value.fr for said in ("label", "source", "date", "unité"))


def test_what_is_withheld_is_not_known():
    variable = MapVariable(
        NUMBERS, "stock", "Projets", "R", "2025", "projets", hidden=frozenset({"39056"}), threshold=3
    )
    assert list(variable.known.index) == ["39300"]


def test_the_variable_given_is_not_changed():
    given = pd.Series({"b": 1, "a": 2})
    MapVariable(given, "stock", "Projets", "R", "2025", "projets")
    assert list(given.index) == ["b", "a"]
    assert given.dtype == "int64"
