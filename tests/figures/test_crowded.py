"""Forty-eight projects of long names, an address as a source, ten shocks: what is written stays legible, or is counted."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

import ect_research as ect
from ect_research.analysis.time.lexis import MOST_LINES as MOST_LIVES
from ect_research.analysis.trajectories.flows import Transitions
from ect_research.figures.exhibit.context import Context
from ect_research.figures.page.canvas import mm_canvas, shorten_apart, text_width_mm
from ect_research.figures.page.caption import Caption, add_caption
from ect_research.figures.page.legends import LegendEntry, draw_legend
from ect_research.figures.page.theme import get_theme
from ect_research.figures.trajectories.lexis import LexisGrid, place_line_names
from ect_research.figures.trajectories.trajectory_tables import MOST_LINES
from ect_research.figures.typologies.type_style import list_unnamed

NAME = "Plateforme intercommunale de réemploi, de formation et de mutualisation des équipements n°{}"
COUNT = 48


@pytest.fixture(scope="module")
def crowd():
    """Forty-eight projects, a stage every few months, and a shock now and then."""
    known = ect.load_corpus("pays-ledonien")
    codes = [f"P{place:02d}" for place in range(COUNT)]
    facts = ("idee_captee", "atelier_tenu", "collectif_reuni", "etude_opportunite", "debut_experimentation",
             "statuts_deposes", "abandon")  # fmt: skip
    lines = [
        (code, fact, pd.Timestamp(2014, 1, 5) + pd.DateOffset(months=int(2 * place + 4 * rank)), place % 7 == rank)
        for place, code in enumerate(codes)
        for rank, fact in enumerate(facts[: 2 + place % 6])
    ]
    events = pd.DataFrame(lines, columns=["projet_id", "type_evenement", "date_debut_min", "shocked"])
    events["date_debut_min"] = events["date_debut_min"].astype("datetime64[s]")
    events["date_debut_max"] = events["date_debut_min"]
    events["evenement_id"] = [f"E{rank}" for rank in range(len(events))]
    events["choc_externe"] = events.pop("shocked").map({True: "oui", False: "non"})
    events["certitude"] = "2_declare"
    projects = pd.DataFrame({"projet_id": codes, "nom": [NAME.format(place) for place in range(COUNT)]})
    return replace(known, tables={**known.tables, "projets": projects, "evenements": events})


@pytest.fixture(scope="module")
def episodes(crowd):
    return ect.derive_episodes(crowd.tables["evenements"], crowd.codebook.stages, observed_on=crowd.observed_on)


def test_names_that_would_be_cut_alike_keep_their_end():
    short = shorten_apart([NAME.format(place) for place in range(COUNT)], 6, 40)
    assert len(set(short.values())) == COUNT
    assert all(text_width_mm(text, 6) <= 40 for text in short.values())
    assert shorten_apart(["Un seul très long nom de projet", "Four"], 6, 20)["Four"] == "Four"


@pytest.mark.croisement
def test_every_line_of_a_crowded_figure_has_its_own_name(crowd, episodes, reading, told_to):
    events = crowd.tables["evenements"]
    lines = ect.build_timelines(episodes, events, crowd.tables["projets"])
    shocks = ect.list_shocks(events, [[2020.2, 2021.4, "Covid-19"]])
    shown = told_to(ect.show_trajectories(lines, shocks=shocks), "revue", corpus=crowd)
    figure, theme = shown.figure(), shown.theme
    names = [word for word in reading.words(figure) if word.startswith("Plateforme")]
    assert len(set(names)) == len(names) == MOST_LINES < lines.n
    assert f"{lines.n - MOST_LINES} projets au dernier fait plus ancien" in shown.words().missing
    assert shown.rows()["projet_id"].nunique() == lines.bars["projet_id"].nunique() > MOST_LINES
    heads = {
        text.get_text(): text for text in figure.axes[0].texts if text.get_text() in ("Covid-19", "étapes attestées")
    }
    with theme.applied():
        boxes = [text.get_window_extent(figure.canvas.get_renderer()) for text in heads.values()]
    assert len(boxes) == 2
    assert not boxes[0].overlaps(boxes[1])


@pytest.mark.crossed("reader")
@pytest.mark.parametrize("reader", ["ademe", "horizons"])
def test_a_crowded_lexis_diagram_writes_what_fits_and_counts_the_rest(crowd, episodes, reader, reading, told_to):
    lexis = ect.build_lexis(episodes, crowd.tables["evenements"])
    shown = told_to(ect.show_lexis(lexis), reader, corpus=crowd)
    figure = shown.figure()
    with shown.theme.applied():
        assert reading.outside(figure) == []
    drawn = int((lexis.lines["x_fin"] - lexis.lines["x_debut"] >= lexis.shortest).sum())
    written = sum(word.startswith("Plateforme") for word in reading.words(figure))
    assert 0 < written <= drawn <= MOST_LIVES
    assert written == drawn or any(word.startswith(f"{drawn - written} ligne") for word in reading.words(figure))


def test_a_name_along_a_line_covers_neither_a_name_nor_another_line():
    grid = LexisGrid(2014, 2026, 12, 12.0, 150.0)
    births = {f"P{place}": 2014 + place**2 / 90 for place in range(25)}
    lines = [{"projet_id": name, "x_debut": born, "x_fin": 2026.0, "couloir": 0.0} for name, born in births.items()]
    names = place_line_names(lines, {}, grid, get_theme())
    across = {name.text: (name.x + name.y) / np.sqrt(2) for name in names}
    strokes = {name: (grid.x(born) + grid.bottom) / np.sqrt(2) for name, born in births.items()}
    assert 0 < len(across) < len(lines)
    assert all(second - first > 1 for first, second in pairwise(sorted(across.values())))
    assert all(
        abs(place - strokes[other]) > 0.8 for name, place in across.items() for other in strokes if other != name
    )


@pytest.mark.crossed("reader")
@pytest.mark.parametrize("reader", ["horizons", "revue"])
def test_counts_and_names_of_many_stages_stay_apart(crowd, reader, reading, told_to):
    stages = [code for code in crowd.codebook.stages["name"] if code != "s_entre_deux"]
    pairs = [(a, b) for place, a in enumerate(stages) for b in stages[place + 1 : place + 3]]
    pairs += [(b, a) for a, b in pairwise(stages[:4])]
    counts = {"effectif": 12, "projets": 12, "sur": 30, "taux": 0.4, "effectif_bas": 10.0, "effectif_haut": 14.0}
    moves = Transitions(pd.DataFrame(pairs, columns=["de", "vers"]).assign(**counts), COUNT, draws=60)
    shown = told_to(ect.show_transitions(moves), reader, corpus=crowd)
    figure = shown.figure()
    with shown.theme.applied():
        assert reading.outside(figure) == []
        assert reading.overlapping(figure) == []


@pytest.mark.croisement
def test_the_numbers_under_thin_bars_stay_apart(crowd, episodes, reading, told_to):
    told = ect.code_sequences(ect.derive_sequences(episodes, clock="age", unit="trimestre"))
    shown = told_to(ect.show_states(ect.build_state_distribution(told)), "horizons", corpus=crowd)
    with shown.theme.applied():
        assert reading.overlapping(shown.figure()) == []


@pytest.mark.crossed("language")
@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_address_longer_than_the_page_is_cut_and_stays_on_it(language):
    theme = get_theme("ademe", language)
    figure = theme.new_figure(30)
    add_caption(figure, Caption("Titre" * 40, "n = 3", "https://exemple.fr/" + "a" * 400), theme)
    width = figure.get_size_inches()[0] * figure.dpi
    with theme.applied():
        boxes = [text.get_window_extent(figure.canvas.get_renderer()) for text in figure.texts]
    assert max(box.x1 for box in boxes) <= width
    assert "".join(text.get_text() for text in figure.texts).count("a" * 20) > 5


def test_a_start_after_the_end_of_the_observation_is_refused_and_an_axis_is_never_empty(crowd, reading, told_to):
    day = pd.Timestamp(2025, 1, 1)
    events = crowd.tables["evenements"].iloc[:1].assign(date_debut_min=day, date_debut_max=day)
    events = events.astype({"date_debut_min": "datetime64[s]", "date_debut_max": "datetime64[s]"})
    told = ect.derive_episodes(events, crowd.codebook.stages, observed_on=day)
    projects = crowd.tables["projets"].iloc[:1]
    for clock in ("calendrier", "age"):
        shown = told_to(ect.show_trajectories(ect.build_timelines(told, events, projects, clock=clock)), corpus=crowd)
        assert "Plateforme" in " ".join(reading.words(shown.figure()))
    refused = ect.build_timelines(told, events, projects, since=2026)
    assert isinstance(refused, ect.Refusal) and "2026" in str(refused.reason)


def test_a_label_longer_than_the_page_is_cut_in_a_legend():
    theme = get_theme("ademe")
    canvas = mm_canvas(theme.new_figure(20))
    draw_legend(canvas, [LegendEntry("très long " * 40)], (2, 1), theme.width_mm - 4, 8)
    assert text_width_mm(canvas.texts[-1].get_text(), 8) < theme.width_mm - 4


def test_a_single_project_is_written_in_the_singular(crowd, told_to):
    projects, events = crowd.tables["projets"].iloc[:1], crowd.tables["evenements"].iloc[:1]
    told = ect.derive_episodes(events, crowd.codebook.stages, observed_on=crowd.observed_on)
    theme = get_theme("horizons")
    lines = told_to(ect.show_trajectories(ect.build_timelines(told, events, projects)), "horizons", corpus=crowd)
    assert lines.headed(lines.words()).title.startswith("0 projet créé, sur 1 ")
    alone = replace(crowd, tables={**crowd.tables, "projets": projects, "evenements": events})
    reached = ect.build_register_funnel({"projets": projects, "evenements": events}, crowd.codebook.stages)
    funnel = ect.show_funnel(reached, "registre").in_context(Context(theme, alone))
    assert "pour 0 projet sur 1" in funnel.headed(funnel.words()).title


@pytest.mark.crossed("language")
@pytest.mark.parametrize("language", ["fr", "en"])
def test_names_that_a_plane_has_no_room_for_are_listed_within_the_page(language):
    theme = get_theme("ademe", language)
    names = [(f"P{place}", NAME.format(place), -0.5, 1.25, 1.0, 0.0) for place in range(COUNT)]
    lines = list_unnamed(names, 6.5, theme)
    assert max(text_width_mm(line, 6.5) for line in lines) <= theme.width_mm - 4
    assert all(f"n°{place} (" in " ".join(lines) for place in range(COUNT))
