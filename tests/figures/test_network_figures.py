"""Figures of the network: every reader, both languages; names apart; the bias of the register on each."""

from dataclasses import replace

import pytest
from matplotlib.text import Text

import ect_research as ect
from ect_research.errors import EctError
from ect_research.figures.page.caption import add_caption

SHOWS = ("matrice", "dessin", "definitions", "hasard", "secteurs", "roles")
BIAS = {"fr": "presque partout par construction", "en": "nearly everywhere in it by construction"}


@pytest.fixture(scope="module")
def told():
    study = ect.open_study("pays-ledonien")
    return ect.build_ecosystem(study.corpus.tables, study.episodes().frame, draws=39, seed=1)


def shown(told, kind, reader="ademe", language="fr"):
    return ect.show_ecosystem(told, kind).in_context(ect.open_study("pays-ledonien", reader, language).context)


@pytest.mark.croisement
@pytest.mark.parametrize("kind", SHOWS)
@pytest.mark.parametrize(("reader", "language"), [("ademe", "fr"), ("revue", "en")])
def test_a_figure_says_who_keeps_the_register_and_its_texts_stay_on_the_page_apart(
    told, kind, reader, language, reading
):
    exhibit = shown(told, kind, reader, language)
    figure = exhibit.figure()
    with exhibit.theme.applied():
        assert reading.overlapping(figure) == []
        add_caption(figure, exhibit.headed(exhibit.words()), exhibit.theme)
    said = " ".join(text.get_text() for text in figure.findobj(Text)).replace("\xa0", " ")
    assert BIAS[language] in " ".join(said.split())


@pytest.mark.croisement
@pytest.mark.parametrize("kind", SHOWS)
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("reader", ["horizons", "ademe", "revue", "fiche"])
def test_every_reader_in_both_languages(told, kind, reader, language, reading):
    exhibit = shown(told, kind, reader, language)
    with exhibit.theme.applied():
        assert reading.overlapping(exhibit.figure()) == []
    assert exhibit.finding().sentence


@pytest.mark.croisement
def test_both_drawings_put_every_node_at_the_same_place(told):
    lines = shown(told, "dessin").figure().axes[0].lines
    squares = [line for line in lines if line.get_marker() == "s" and len(line.get_xdata()) == told.n]
    assert len(squares) == 2
    first, second = squares
    assert (first.get_xdata() == second.get_xdata()).all()
    assert len({round(float(b - a), 6) for a, b in zip(first.get_ydata(), second.get_ydata(), strict=True)}) == 1


@pytest.mark.croisement
def test_a_name_that_finds_no_room_is_named_under_the_drawing(told):
    exhibit = shown(told, "dessin")
    rows = exhibit.rows()
    several = rows[(rows["genre"] == "projet") & ~rows["nomme"]]["nom"]
    foot = (
        " ".join(text.get_text() for text in exhibit.figure().findobj(Text)).replace("\xa0", " ").replace("\u202f", " ")
    )
    assert all(name in foot for name in several)


def test_the_matrix_marks_each_participation_drawn_hollow_where_it_is_deduced(told):
    exhibit = shown(told, "matrice")
    rows = exhibit.rows()
    assert len(rows) == 120 and rows["deduit"].sum() == 12


def test_the_finding_and_the_refusal_of_the_definitions_are_the_result(told):
    exhibit = shown(told, "definitions")
    assert "14\u202f% des paires de projets se rejoignent, contre 86" in exhibit.finding().sentence
    assert "0 des 51 liens" in exhibit.rows()["refus"].dropna().item()


def test_the_verdict_says_what_would_change_it(told):
    said = shown(told, "hasard").finding()
    assert "une juxtaposition, à confirmer" in said.sentence
    assert "une participation de plus, ou un acteur de moins, changerait la réponse" in said.sentence
    assert said.strength.value == "compté" and "Coopilote" in shown(told, "hasard").words().missing


def test_a_verdict_that_no_single_actor_makes_is_beyond_chance(told):
    first = replace(told.cohesion["toutes"], hinges=())
    firm = replace(told, cohesion={**told.cohesion, "toutes": first})
    said = shown(firm, "hasard").finding()
    assert said.strength.value == "au-delà du hasard" and "à confirmer" not in said.sentence


@pytest.mark.parametrize(("about", "least"), [("acteurs", 76), ("annees", 10), ("retrouvailles", 3)])
def test_tables_hold_what_they_name_and_say_who_keeps_the_register(told, about, least):
    exhibit = ect.show_ecosystem(told, about).in_context(ect.open_study("pays-ledonien").context)
    assert len(exhibit.rows()) == least and BIAS["fr"] in exhibit.words().n and exhibit.finding().sentence


def test_an_unknown_view_or_table_names_those_there_are(told):
    with pytest.raises(EctError, match="matrice"):
        ect.show_ecosystem(told, view="graphe")
    with pytest.raises(EctError, match="retrouvailles"):
        ect.show_ecosystem(told, "tout")


def test_a_refusal_takes_the_place_of_each_figure():
    no = ect.Refusal(ect.tell("l’écosystème des projets"), ect.tell("La table « indicateurs » est vide."))
    for view in SHOWS:
        exhibit = shown(no, view)
        assert exhibit.figure() is no and exhibit.finding().strength.value == "refusé"


def test_a_network_too_large_to_read_is_refused_as_a_drawing_and_kept_as_a_matrix(told, monkeypatch):
    monkeypatch.setattr("ect_research.figures.ecosystem.network._MOST_NODES", 50)
    refused = shown(told, "dessin").figure()
    assert "103 projets et acteurs" in refused.sentence() and "matrice" in refused.sentence()
    assert len(shown(told, "matrice").rows()) == 120


@pytest.mark.parametrize(("kept", "said"), [("organisations", "Clus’Ter"), ("projets", "Ensemble Bi’Eau")])
def test_what_a_corpus_protects_is_named_by_no_title_note_or_mark_that_may_leave(told, kept, said):
    context = ect.open_study("pays-ledonien").context
    source = replace(context.corpus.source, more={"protection": {"protege": [kept], "pourquoi": "essai"}})
    guarded = replace(context, corpus=replace(context.corpus, source=source))
    assert guarded.corpus.protection.protected == (kept,)
    for kind in ("definitions", "hasard", "secteurs"):
        exhibit = ect.show_ecosystem(told, kind).in_context(guarded)
        words = exhibit.words()
        texts = [text.get_text() for text in exhibit.figure().findobj(Text)]
        assert said not in " ".join([*texts, exhibit.finding().sentence, words.title, words.missing, words.reading])
    again = ect.show_ecosystem(told, "retrouvailles").in_context(guarded)
    assert ("lesquels" in again.rows()) == (kept != "projets")


def test_fewer_draws_than_can_tell_give_no_verdict_and_say_so():
    study = ect.open_study("pays-ledonien")
    told = ect.build_ecosystem(study.corpus.tables, study.episodes().frame, draws=19)
    said = ect.show_ecosystem(told, "hasard").in_context(study.context).finding()
    assert "39 tirages au moins" in said.sentence and said.strength.value == "le hasard fait aussi bien"
