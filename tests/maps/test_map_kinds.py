"""Kinds of map for questions that a plain fill does not answer; each refuses what too few zones cannot bear."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from matplotlib.patches import Circle, Rectangle

import ect_research as ect
from ect_research.analysis.territory.project_places import protect_map_counts
from ect_research.errors import EctError
from ect_research.figures.exhibit.context import Context
from ect_research.figures.exhibit.exhibit import Exhibit
from ect_research.figures.labelling.point_labels import Box, overlaps
from ect_research.figures.maps.ground.map_page import plan_page
from ect_research.figures.maps.layers.links import Links
from ect_research.figures.maps.protected_map import ProtectedCircles
from ect_research.figures.page.canvas import text_width_mm
from ect_research.figures.page.theme import get_theme

BASEMAP = ect.load_basemap()
PAYS = "pays-ledonien-2020"
MEMBERS = list(BASEMAP.perimeter(PAYS).members)
READERS = ("ademe", "horizons", "revue", "fiche")


def _variable(values, kind="taux", unit="%"):
    return ect.MapVariable(values, kind, "Essai", "fictif", "2026", "" if kind == "categorie" else unit, decimals=1)


RATE = _variable(pd.Series(np.linspace(0, 9, len(MEMBERS)), index=MEMBERS))
STOCK = _variable(BASEMAP.people().astype("float64")[MEMBERS], "stock", "habitants")


def _shown(layer, reader="ademe", language="fr"):
    shown = ect.show_map(layer, BASEMAP, PAYS, closeup=True, counts="aucune")
    return shown.in_context(Context(get_theme(reader, language)))


def _plain(shown):
    texts = [text.get_text() for axes in shown.figure().axes for text in axes.texts]
    return " ".join(texts).replace("\u202f", " ").replace("\xa0", " ")


def _refused(layer):
    return _shown(layer).refused.sentence().replace("\xa0", " ").replace("\u202f", " ")


@pytest.mark.croisement
@pytest.mark.parametrize("reader", READERS)
def test_the_key_shows_how_values_spread_over_their_classes(reader):
    shown = _shown(ect.Choropleth(RATE, "egal", 3, histogram=True), reader)
    fills = {fill["facecolor"] for fill in shown.told[0].styles(shown.theme)}
    boxes = [patch for patch in shown.figure().axes[0].patches if isinstance(patch, Rectangle)]
    bars = [box for box in boxes if box.get_height() <= 12 and box.get_width() < 2.5]
    assert 20 <= len(bars) <= 28 and len(fills) == 3


@pytest.mark.croisement
def test_values_far_apart_are_on_a_logarithmic_scale_that_is_said():
    values = pd.Series(np.geomspace(1, 2000, len(MEMBERS)), index=MEMBERS)
    assert "échelle logarithmique" in _plain(_shown(ect.Choropleth(_variable(values), "q6", histogram=True)))
    assert "échelle logarithmique" not in _plain(_shown(ect.Choropleth(RATE, "q6", histogram=True)))


def test_few_or_equal_values_have_no_histogram():
    few, equal = RATE.within(MEMBERS[:19]), _variable(pd.Series(3.0, index=MEMBERS))
    for variable in (few, equal):
        said = "pas d’histogramme sous 20 valeurs différentes"
        assert said in _plain(_shown(ect.Choropleth(variable, histogram=True)))


@pytest.mark.croisement
@pytest.mark.parametrize("reader", READERS)
def test_circles_take_the_colour_of_a_rate_and_keep_their_size(reader):
    shown = _shown(ect.Circles(STOCK, tint=RATE), reader)
    text = _plain(shown)
    assert "Quantiles (effectifs égaux), 4 classes" in text and "entre parenthèses, nombre de cercles" in text
    plain = _shown(ect.Circles(STOCK), reader)
    sizes = [
        sorted(patch.radius for patch in one.figure().axes[1].patches if isinstance(patch, Circle))
        for one in (shown, plain)
    ]
    assert sizes[0][::2] == sizes[1]
    assert shown.rows()["couleur"].tolist() == RATE.known.tolist()


@pytest.mark.croisement
def test_a_circle_without_a_rate_is_said_missing_and_sources_are_both_cited():
    tint = replace(RATE.within(MEMBERS[:150]), date="2019-2023")
    shown = _shown(ect.Circles(STOCK, tint=tint))
    assert "donnée absente (49)" in _plain(shown)
    for said in (shown.words().source, _plain(shown)):
        assert "fictif, 2026 ; fictif, 2019-2023" in said.replace("\xa0", " ").replace("\u202f", " ")


@pytest.mark.croisement
def test_a_category_colours_circles_too():
    kinds = pd.Series(["Scic" if rank % 2 else "association" for rank in range(len(MEMBERS))], index=MEMBERS)
    text = _plain(_shown(ect.Circles(STOCK, tint=_variable(kinds, "categorie"))))
    assert "association (100)" in text and "Scic (99)" in text


@pytest.mark.parametrize("reader", ["ademe", "revue"])
def test_intercommunalities_keep_their_colours_on_circles_and_tones_where_a_texture_is_too_fine(reader):
    names = BASEMAP.epci_names.set_index("siren")["nom"]
    kinds = pd.Series(BASEMAP.epci_of_year(2020)).map(names)[MEMBERS]
    typed = _variable(kinds, "categorie")
    page = plan_page(BASEMAP, BASEMAP.perimeter(PAYS), get_theme(reader), closeup=True)
    circled = ect.Circles(STOCK, tint=typed).faces(page)
    filled = ect.Typology(typed).styles(page)
    same = all(circled[code] == filled[kind] for code, kind in kinds.items())
    assert same if reader == "ademe" else not any(face.get("hatch") for face in circled.values())
    assert len({face["facecolor"] for face in circled.values()}) == 4


def test_too_few_circles_are_not_coloured():
    assert "7 valeurs à comparer sur cette carte ; il en faut 8" in _refused(
        ect.Circles(STOCK.within(MEMBERS[:7]), tint=RATE)
    )
    assert "une couleur dit un rapport ou un type" in _refused(ect.Circles(STOCK, tint=STOCK)).lower()


@pytest.mark.croisement
@pytest.mark.parametrize("reader", READERS)
def test_the_widest_breaks_between_neighbours_are_drawn_and_the_others_counted(reader):
    values = pd.Series(0.0, index=MEMBERS)
    values["39300"] = 9.0
    shown = _shown(ect.Discontinuities(_variable(values)), reader)
    rows = shown.rows()
    assert len(rows) and rows["zone"].str.contains("Lons-le-Saunier").all() and (rows["valeur"] == 9).all()
    assert "limites communes, d’écart moindre, sans trait" in _plain(shown)


def test_a_quarter_of_the_borders_break_and_a_tenth_most():
    shown = _shown(ect.Discontinuities(_variable(STOCK.known)))
    layer = shown.told[0]
    page = plan_page(BASEMAP, BASEMAP.perimeter(PAYS), shown.theme, closeup=True)
    kept, _ = layer.drawn(page)
    every = layer.gaps(page)
    assert len(kept) == pytest.approx(len(every) / 4, abs=2)
    assert (kept["rang"] == 1).sum() == pytest.approx(len(every) / 10, abs=2)
    assert kept["ecart"].min() >= every["ecart"].drop(kept.index).max()


@pytest.mark.parametrize("reader", ["ademe", "revue"])
def test_names_of_areas_leave_the_breaks_free(reader):
    shown = _shown(ect.Discontinuities(_variable(STOCK.known)), reader)
    page = plan_page(BASEMAP, BASEMAP.perimeter(PAYS), shown.theme, closeup=True)
    strokes, figure = shown.told[0].covered(page), shown.figure()
    axes = figure.axes[1]
    named = [text for text in axes.texts if text.get_fontstyle() == "italic"]
    for text in named:
        across, up = (
            text_width_mm(text.get_text().split("\n")[0], text.get_fontsize(), "bold"),
            text.get_fontsize() * 0.3,
        )
        x, y = text.get_position()
        lines = text.get_text().count("\n") + 1
        box = Box(x - across / 2, y - lines * up / 2, x + across / 2, y + lines * up / 2)
        assert not any(overlaps(box, stroke) for stroke in strokes)
    assert strokes and len(named) == 4


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ([6, 3, 3], [6, 3]),
        ([3, 3, 3], [3]),
        ([9, 2, 1], [9, 3, 1]),
        ([5000, 900, 20], [5000, 1000, 200]),
        ([0.4, 0.39, 0.38], [0.4, 0.1, 0.02]),
    ],
)
def test_the_key_has_no_circle_smaller_than_those_drawn(values, key):
    drawn = ect.Circles(_variable(pd.Series(values, index=MEMBERS[:3], dtype="float64"), "stock", "projets"))
    assert drawn.key_values == key
    shared = replace(drawn, largest=max(values))
    assert shared.key_values[-1] <= key[-1]


def test_equal_zones_have_no_break_and_few_zones_no_map():
    assert len(_shown(ect.Discontinuities(_variable(pd.Series(2.0, index=MEMBERS)))).rows()) == 0
    assert "11 valeurs à comparer sur cette carte ; il en faut 12" in _refused(
        ect.Discontinuities(RATE.within(MEMBERS[:11]))
    )


NUMBERS = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True, width=64),
    st.floats(0, 10),
    st.sampled_from([0.0, 1.0, -1.0, 1e-12, 5e-324, 1e300, 0.1, 3.0]),
)
SIX = ["39300", "39056", "39043", "39013", "39333", "39397"]


def _typed(values):
    return _variable(values.map(lambda value: f"{value:.0f}" if np.isfinite(value) else None), "categorie")


def _ties(values):
    ends = {"origine": [SIX[rank % 6] for rank in range(len(values))]}
    ends["destination"] = [SIX[(rank // 6 + 1 + rank) % 6] for rank in range(len(values))]
    return pd.DataFrame(ends | {"valeur": values.to_numpy()})


def _whole(values):
    """Counts: what is no number counts nothing, what is large counts nine."""
    return values.abs().clip(upper=9).replace([np.inf], 9).fillna(0).astype("int64")


def _placed(values):
    codes = [code for code, count in _whole(values).items() for _ in range(count)]
    names = [f"P{rank}" for rank in range(len(codes) + 2)]
    given = pd.DataFrame(
        {"projet_id": names, "nom": names, "commune_insee": pd.Series([*codes, None, None], dtype="str")}
    )
    return ect.place_projects(given, BASEMAP.gazetteer(PAYS))


def _dots(values):
    places = _placed(values)
    if isinstance(places, ect.Refusal):
        return places
    kinds = pd.Series(
        [f"type {rank % 5}" for rank in range(len(values))], index=[f"P{rank}" for rank in range(len(values))]
    )
    return ect.Dots(places, kinds, "Essai", "fictif", "2026")


def _protected(values):
    counts = protect_map_counts(_whole(values), BASEMAP.perimeter(PAYS).members)
    return ProtectedCircles(counts, "Essai", "nombre", "fictif", "2026")


def _series(values):
    layers = {"2019": ect.Choropleth(_variable(values)), "2023": ect.Choropleth(_variable(values * 2))}
    return ect.show_map_series(layers, BASEMAP, PAYS, closeup=True, counts="aucune")


def _by_group(values):
    sirens = sorted(set(BASEMAP.perimeter(PAYS).members.values()))
    held = pd.Series(values.to_numpy()[: len(sirens)], index=sirens[: len(values)])
    return ect.Circles(ect.MapVariable(held, "stock", "Essai", "fictif", "2026", "nb", zone="epci"))


KINDS = {
    "choroplethe": lambda values: ect.Choropleth(_variable(values), "egal"),
    "cercles": lambda values: ect.Circles(_variable(values, "stock")),
    "cercles-epci": _by_group,
    "points": _dots,
    "liens": lambda values: Links(_ties(values), "Liens", "nombre", "fictif", "2026"),
    "toile": lambda values: Links(_ties(values).assign(origine="39300"), "Membres", "nombre", "fictif", "2026"),
    "aires": lambda values: ect.ServiceAreas(SIX[:2], float(values.iloc[0]), "Lieux", "fictif", "2026"),
    "proteges": _protected,
    "couches": lambda values: [ect.Choropleth(_variable(values)), ect.Circles(_variable(values, "stock"))],
    "multiples": _series,
    "situation": lambda values: ect.show_places(_placed(values), BASEMAP),
    "histogramme": lambda values: ect.Choropleth(_variable(values), histogram=True),
    "teinte": lambda values: ect.Circles(STOCK, tint=_variable(values)),
    "teinte-type": lambda values: ect.Circles(STOCK, tint=_typed(values)),
    "typologie": lambda values: ect.Typology(_typed(values)),
    "ruptures": lambda values: ect.Discontinuities(_variable(values)),
    "flux": lambda values: ect.Flows(_ties(values), "Flux", "t", "fictif", "2026"),
}


@pytest.mark.croisement
@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.one_of(st.lists(NUMBERS, min_size=1, max_size=40), st.builds(lambda v, n: [v] * n, NUMBERS, st.integers(1, 199)))
)
def test_any_values_are_drawn_right_or_refused_in_a_sentence(kind, numbers):
    _drawn_right_or_refused(kind, numbers)


@pytest.mark.croisement
@pytest.mark.parametrize("numbers", [[0.0], [3.0] * 25, [np.nan] * 9, [-1.0, 2.0], [1e-12, 2e-12], [np.inf, 1.0]])
@pytest.mark.parametrize("kind", KINDS)
def test_hard_values_are_drawn_right_or_refused_in_a_sentence(kind, numbers):
    _drawn_right_or_refused(kind, numbers)


def _drawn_right_or_refused(kind, numbers):
    values = pd.Series(numbers, index=MEMBERS[: len(numbers)])
    try:
        made = KINDS[kind](values)
        shown = made if isinstance(made, Exhibit) else _shown(made)
        if shown.refused:
            assert shown.refused.sentence("fr") and shown.refused.sentence("en")
            return
        shown.figure().savefig(io.BytesIO(), format="png", dpi=20)
    except EctError as said:
        assert str(said).strip()
        return
    assert "nan" not in _plain(shown).lower().split() and "inf" not in _plain(shown).lower().split()
