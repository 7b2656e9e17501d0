"""Whatever the values, a map is right or refused in a sentence; its key never says one thing for two."""

from __future__ import annotations

import io
import math
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ect_research as ect
from ect_research.analysis.territory.classes import Classes, classify
from ect_research.errors import EctError
from ect_research.figures.maps.ground.furniture import scale_length_km
from ect_research.figures.maps.ground.map_frame import MapFrame
from ect_research.figures.maps.ground.symbols import key_number
from ect_research.figures.maps.layers.links import Links
from ect_research.figures.maps.legend import palettes
from ect_research.figures.maps.legend.map_key import class_words
from ect_research.figures.page.theme import get_theme

BASEMAP = ect.load_basemap()
PAYS = "pays-ledonien-2020"
MEMBERS = list(BASEMAP.perimeter(PAYS).members)
THEME = get_theme()


def _variable(values, kind="taux", unit="%", decimals=1):
    return ect.MapVariable(values, kind, "Essai", "fictif", "2026", unit, decimals=decimals)


def _shown(layer):
    return ect.show_map(layer, BASEMAP, PAYS, closeup=True, counts="aucune")


def _texts(layer):
    return [text.get_text() for axes in _shown(layer).figure().axes for text in axes.texts if text.get_text()]


def _classes(texts):
    return [text for text in texts if re.match(r"de \S+ à \S+ \(", text)]


def test_a_rate_that_is_often_zero_has_a_class_of_zeros():
    values = pd.Series(0.0, index=MEMBERS)
    values.iloc[:30] = np.linspace(1, 9, 30)
    classes = classify(values, "quantile", 5)
    assert classes.alone and classes.counts[0] == 169 and len(classes) == 5
    texts = _texts(ect.Choropleth(_variable(values), "quantile", 5))
    assert "0,0 (169)" in texts
    assert sum(int(text.split("(")[1].rstrip(")")) for text in _classes(texts)) == 30


def test_a_quantile_cut_that_collapses_says_so():
    values = pd.Series([1.0] * 10 + [2.0] * 180 + [3.0] * 9, index=MEMBERS)
    texts = _texts(ect.Choropleth(_variable(values), "quantile", 5))
    assert "5 demandées, trop de valeurs égales" in " ".join(texts)
    told = " ".join(_texts(ect.Choropleth(_variable(values), "quantile")))
    assert "demandée" not in told and "trop de valeurs égales pour en faire 5" in told


def test_values_of_both_signs_are_in_two_hues_and_say_where_they_part():
    values = pd.Series(np.linspace(-4, 6, len(MEMBERS)), index=MEMBERS)
    signed, one_hue = ect.Choropleth(_variable(values)), ect.Choropleth(_variable(values), centre=math.nan)
    below, above = signed.styles(get_theme())[0], signed.styles(get_theme())[-1]
    assert below["facecolor"] == palettes.diverging(2, 2, get_theme())[0]["facecolor"] != above["facecolor"]
    assert "hatch" in signed.styles(get_theme("revue"))[0]
    assert "de part et d’autre de 0" in " ".join(_texts(signed))
    assert one_hue.styles(get_theme())[0]["facecolor"] == palettes.sequential(5, get_theme())[0]
    assert "de part et d’autre" not in " ".join(_texts(one_hue))
    positive = ect.Choropleth(_variable(values + 4))
    assert positive.styles(get_theme()) == one_hue.styles(get_theme())


def test_circles_of_nothing_are_refused():
    refused = _shown(ect.Circles(_variable(pd.Series(0.0, index=MEMBERS), "stock", "nb", 0))).refused
    assert "Aucune valeur positive sur cette carte : 199 zéros" in refused.sentence().replace("\xa0", " ")


@pytest.mark.croisement
@pytest.mark.parametrize("method", ["fisher", "quantile", "q6", "egal", "ecart_type", "geometrique"])
def test_a_constant_is_one_class_with_one_number(method):
    texts = _texts(ect.Choropleth(_variable(pd.Series(3.0, index=MEMBERS)), method))
    assert "3,0 (199)" in texts and not _classes(texts)


def test_bounds_that_differ_are_written_with_digits_that_differ():
    values = pd.Series(np.linspace(0.00011, 0.00019, len(MEMBERS)), index=MEMBERS)
    told = [
        text.split(" (")[0] for text in _classes(_texts(ect.Choropleth(_variable(values, decimals=2), "quantile", 5)))
    ]
    assert len(set(told)) == len(told) == 5


@pytest.mark.croisement
def test_the_key_of_small_fractions_writes_them_whole():
    values = pd.Series(np.linspace(0.001, 0.4, len(MEMBERS)), index=MEMBERS)
    texts = _texts(ect.Circles(_variable(values, "stock", "M€", 3)))
    key = texts[texts.index("M€") + 1 :][:3]
    assert key == ["0,4", "0,1", "0,02"]


def test_codes_that_the_map_does_not_know_are_named_and_old_ones_followed():
    values = pd.Series([1.0, 2.0, 3.0, 4.0], index=["39300", "99999", "39395", "75056"])
    shown = _shown(ect.Choropleth(_variable(values)))
    assert shown.rows()["code"].tolist() == ["39043", "39300"]
    texts = " ".join(text.get_text() for axes in shown.figure().axes for text in axes.texts)
    assert "2 codes sans place au fond de carte\xa0: 75056, 99999" in texts


def test_counts_of_merged_communes_add_up_and_rates_do_not():
    codes = ["39395", "39043"]
    counts = _shown(ect.Circles(_variable(pd.Series([1.0, 2.0], codes), "stock", "nb"))).rows()
    assert counts["valeur"].tolist() == [3.0]
    rates = _variable(pd.Series([1.0, 2.0, 5.0], [*codes, "39300"]))
    assert _shown(ect.Choropleth(rates)).rows()["code"].tolist() == ["39300"]


@pytest.mark.croisement
def test_a_value_elsewhere_is_counted_and_a_map_of_nothing_refused():
    around = _variable(pd.Series([1.0, 2.0], ["39300", "39478"]))
    assert "1 valeur hors de la carte" in _texts(ect.Choropleth(around))
    refused = _shown(ect.Choropleth(_variable(pd.Series([2.0], ["39478"])))).refused
    assert "Aucune de ses valeurs ne tombe" in refused.sentence()


def test_a_service_area_around_no_commune_is_an_error_in_french():
    with pytest.raises(EctError, match="75056 n’est pas au fond de carte"):
        _shown(ect.ServiceAreas(["75056"], 5, "Lieux", "fictif", "2026"))


def test_the_middle_of_the_scale_is_written_whole():
    frame = MapFrame(0, 0, 0.0045, 110, 160)
    assert scale_length_km(frame) == 5
    assert key_number(5 / 2, THEME) == "2,5"


NUMBERS = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True, width=64),
    st.floats(0, 10),
    st.sampled_from([0.0, 1.0, -1.0, 1e-12, 5e-324, 1e300, 0.1, 3.0]),
)
VALUES = st.lists(NUMBERS, min_size=1, max_size=40)
METHODS = ["fisher", "quantile", "q6", "egal", "ecart_type", "geometrique"]


def _drawn_or_said(make):
    """The exhibit of a map that is drawn; None where a sentence refuses it."""
    try:
        shown = _shown(make())
        drawn = shown.figure()
    except EctError as said:
        assert str(said).strip()
        return None
    if isinstance(drawn, ect.Refusal):
        assert drawn.sentence("fr") and drawn.sentence("en")
        return None
    return drawn, shown


@pytest.mark.croisement
@settings(suppress_health_check=[HealthCheck.too_slow])
@given(VALUES, st.sampled_from(METHODS), st.integers(0, 2))
def test_any_rate_is_drawn_right_or_refused_in_a_sentence(numbers, method, decimals):
    values = pd.Series(numbers, index=MEMBERS[: len(numbers)])
    found = _drawn_or_said(lambda: ect.Choropleth(_variable(values, decimals=decimals), method))
    if found is None:
        return
    (layer,) = found[1].told
    cut, known = layer.cut, values.dropna()
    assert sum(cut.counts) == len(known)
    words = class_words(cut, decimals, THEME)
    assert len(set(words)) == len(words) == len(layer.styles(THEME))
    assert not known.ne(0).all() or not any(re.fullmatch(r"0(,0+)?", word) for word in words)
    ranks = cut.assign(known)
    assert (np.diff(ranks[np.argsort(known.to_numpy(), kind="stable")]) >= 0).all() and (ranks >= 0).all()


@pytest.mark.croisement
@settings(suppress_health_check=[HealthCheck.too_slow])
@given(VALUES)
def test_any_count_is_drawn_right_or_refused_in_a_sentence(numbers):
    values = pd.Series(numbers, index=MEMBERS[: len(numbers)])
    found = _drawn_or_said(lambda: ect.Circles(_variable(values, "stock", "nb")))
    if found is None:
        return
    found[0].savefig(io.BytesIO(), format="png", dpi=30)
    (layer,) = found[1].told
    largest = float(values.max())
    key = layer.key_values
    assert key == sorted(set(key), reverse=True) and all(0 < value <= largest * (1 + 1e-9) for value in key)
    assert key[0] >= 0.65 * largest
    told = [key_number(value, THEME) for value in key]
    assert len(set(told)) == len(told) and not any(
        float(said.replace(",", ".").replace("\u202f", "")) == 0 for said in told
    )


@pytest.mark.parametrize("bad", [math.inf, -1.0, math.nan, 0.0])
def test_a_tie_that_is_no_positive_number_is_refused(bad):
    ties = pd.DataFrame([("39300", "39056", bad)], columns=["origine", "destination", "valeur"])
    with pytest.raises(EctError, match="nombre positif"):
        Links(ties, "Liens", "nombre", "fictif", "2026")


@pytest.mark.parametrize("kind", [Links, ect.Flows])
@pytest.mark.parametrize("extreme", [5e-324, 1e308])
def test_a_tie_too_small_or_too_large_to_be_written_is_refused(kind, extreme):
    ties = pd.DataFrame([("39300", "39056", extreme)], columns=["origine", "destination", "valeur"])
    with pytest.raises(EctError, match="trop petite ou trop grande"):
        kind(ties, "Liens", "nombre", "fictif", "2026")


def test_a_class_of_one_value_is_one_number_and_a_tiny_end_is_not_zero():
    assert class_words(Classes("fisher", (1.0, 2.0, 2.0), (3, 4)), 1, THEME)[1] == "2,0"
    tiny = pd.Series([1e-9 * (rank + 1) for rank in range(len(MEMBERS))], index=MEMBERS)
    texts = [text.replace("\u202f", "") for text in _texts(ect.Choropleth(_variable(tiny), histogram=True))]
    assert "0,000000001" in texts


def test_circles_of_many_zones_of_one_size_leave_the_map_to_be_seen():
    many = ect.Circles(_variable(pd.Series(5e6, index=MEMBERS), "stock"))
    few = ect.Circles(_variable(pd.Series(5e6, index=MEMBERS[:20]), "stock"))
    assert sum(many.radius(5e6) ** 2 for _ in MEMBERS) == pytest.approx(25 * few.radius(5e6) ** 2)
    assert many.radius(5e6) / many.radius(1.25e6) == pytest.approx(2)
