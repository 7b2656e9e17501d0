"""Flows are arrows as wide as their quantity; what has none is dashed and counted; too few are no map."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import ect_research as ect
from ect_research.errors import EctError
from ect_research.figures.exhibit.context import Context
from ect_research.figures.maps.layers.flows import Flows
from ect_research.figures.page.theme import get_theme

BASEMAP = ect.load_basemap()
PAYS = "pays-ledonien-2020"
WAYS = [
    ("39300", "39198", 40.0),
    ("39300", "39198", 2.0),
    ("39198", "39300", 12.0),
    ("39056", "39300", None),
    ("39056", "39300", 3.0),
    ("39300", "39300", 5.0),
    ("39300", "75056", None),
]


def _flows(rows=WAYS):
    ways = pd.DataFrame(rows, columns=["origine", "destination", "valeur"])
    return Flows(ways, "Matières reprises", "tonnes par an", "fictif", "2026")


def _shown(rows=WAYS, reader="ademe"):
    shown = ect.show_map(_flows(rows), BASEMAP, PAYS, counts="aucune")
    return shown.in_context(Context(get_theme(reader)))


def _texts(shown):
    return [text.get_text() for axes in shown.figure().axes for text in axes.texts if text.get_text()]


def test_quantities_of_one_way_add_up_and_the_two_ways_stay_apart():
    rows = _shown().rows().set_index("code")["valeur"]
    assert rows.to_dict() == {"39300-39198": 42.0, "39198-39300": 12.0, "39056-39300": 3.0}
    assert _shown().words().n == "n = 5 flux"


@pytest.mark.croisement
@pytest.mark.parametrize("reader", ["ademe", "horizons", "revue", "fiche"])
def test_what_has_no_quantity_is_dashed_and_counted_and_what_no_arrow_shows_said(reader):
    texts = _texts(_shown(reader=reader))
    assert "quantité inconnue (1)" in texts
    assert {"1 lien interne à une commune", "1 lien hors de la carte"} <= set(texts)


@pytest.mark.croisement
def test_quantities_may_all_be_unknown():
    texts = _texts(_shown([(one, "39300", None) for one in ("39056", "39198", "39043")]))
    assert "quantité inconnue (3)" in texts and "40" not in texts


def test_old_codes_are_followed_to_the_commune_of_today():
    rows = _shown([("39395", "39300", 1.0), ("39043", "39300", 2.0), ("39056", "39300", 1.0), ("39395", "39043", 1.0)])
    assert rows.rows().set_index("code")["valeur"].to_dict() == {"39043-39300": 3.0, "39056-39300": 1.0}
    assert "1 lien interne à une commune" in _texts(rows)


def test_two_flows_are_a_sentence_and_not_a_map():
    refused = _shown(WAYS[:2]).refused
    assert "2 valeurs à comparer sur cette carte" in refused.sentence().replace("\xa0", " ")


@pytest.mark.parametrize("wrong", [0.0, -1.0, np.inf])
def test_a_quantity_that_is_no_positive_number_is_an_error(wrong):
    with pytest.raises(EctError, match="nombre positif"):
        _flows([("39300", "39198", wrong)])


@pytest.mark.croisement
def test_no_name_covers_the_head_of_an_arrow():
    from ect_research.figures.labelling.point_labels import Box, overlaps
    from ect_research.figures.maps.ground.map_page import plan_page

    theme = get_theme("ademe")
    page = plan_page(BASEMAP, BASEMAP.perimeter(PAYS), theme)
    figure = _shown().figure()
    frame = next(axes for axes in figure.axes if any(text.get_text() == "Dole" for text in axes.texts))
    draw = figure.canvas.get_renderer()
    for text in [text for text in frame.texts if text.get_text() in ("Dole", "Lons-le-Saunier", "Bletterans")]:
        (x0, y0), (x1, y1) = frame.transData.inverted().transform(text.get_window_extent(draw).get_points())
        inner = Box(x0 + 0.3, y0 + 0.9, x1 - 0.3, y1 - 0.9)
        assert not any(overlaps(inner, head) for head in _flows().kept_clear(page))
