"""One place decides what a text loses to be carried; a check says which sign, where, and what will stand in its place."""

import json
import re

import pytest

from ect_research.cli import main
from ect_research.corpus.checked.load_corpus import load_corpus
from ect_research.corpus.reporting.plain_console import PlainConsole
from ect_research.figures.page.canvas import text_width_mm, wrap_text
from ect_research.figures.page.figure_bytes import _drawn
from ect_research.figures.page.theme import get_theme
from ect_research.study.documents.document_words import _carried
from ect_research.words.carried_text import PLAIN_SIGNS, breakable, carried, uncarried

NAME = "Ferme 🌾 du\u202e Bois\x07, 漢 5 $"
SHOWN = "Ferme □ du□ Bois□, □ 5 $"


def test_a_sign_is_replaced_the_same_way_by_all_that_carry_it():
    assert carried(NAME) == SHOWN and _carried({"nom": [NAME, 3]}) == {"nom": [SHOWN, 3]}
    assert "".join(wrap_text(SHOWN, 8, 500)) == SHOWN and text_width_mm(NAME, 8) == text_width_mm(SHOWN, 8)
    assert carried("L’été\u202f: 5 m² → 3 €, « œuvre »\nsuite") == "L’été\u202f: 5 m² → 3 €, « œuvre »\nsuite"
    assert carried("👩\u200d🌾\ufe0f") == "□□" and carried(carried(NAME)) == carried(NAME)


def test_what_an_axis_writes_as_it_is_drawn_is_carried_too():
    theme = get_theme("ademe")
    figure = theme.new_figure(60)
    axes = figure.add_axes((0.1, 0.1, 0.8, 0.8))
    axes.set_xticks([0, 1], [NAME, "漢"])
    axes.set_xlim(0, 1)
    svg, _ = _drawn(figure, theme, "")
    assert SHOWN in svg and ">□<" in svg and not re.search("[🌾漢\u202e\x07]", svg)


@pytest.mark.parametrize("sign", ["🌾", "漢", "\u202e", "\x1b", "\udcff"])
def test_a_sign_is_named_by_its_number(sign):
    assert uncarried(f"a{sign}b{sign}") == [f"U+{ord(sign):04X}"]


def test_a_check_names_the_sheet_the_row_the_column_the_sign_and_what_will_stand_there(make_corpus, tables, capsys):
    folder = make_corpus(projets=tables["projets"].replace("Le Four commun", NAME.replace("\x07", "")))
    alerts = load_corpus(folder).warnings
    (alert,) = alerts[alerts["probleme"].str.contains("U+1F33E", regex=False)].to_dict("records")
    assert (alert["feuille"], alert["ligne"], alert["colonne"], alert["niveau"]) == ("projets", 2, "nom", "alerte")
    assert "U+1F33E, U+202E, U+6F22" in alert["probleme"] and SHOWN.replace("□,", ",") in alert["suggestion"]
    assert main(["check", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "U+1F33E" in said and not re.search("[🌾漢\u202e]", said)
    assert json.loads(json.dumps(alert)) == alert


def test_a_control_sign_alone_among_plain_letters_is_named_too(make_corpus, tables):
    alerts = load_corpus(make_corpus(projets=tables["projets"].replace("Le Four commun", "Four\x07"))).warnings
    assert alerts["probleme"].str.contains("U+0007", regex=False).sum() == 1


@pytest.mark.parametrize(("encoding", "shown"), [
    ("cp1252", "« été » : 5 € -> ok + x ? œ…\u00a0; >= 3e"), ("ascii", "\" ete \" : 5 EUR -> ok + x ? oe... ; >= 3e"),
    ("utf-8", "« été » : 5 € → ok ✓ ✗ □ œ…\u202f; ≥ 3ᵉ"),
])  # fmt: skip
def test_a_console_without_a_sign_writes_the_nearest_one(encoding, shown):
    assert "« été » : 5 € → ok ✓ ✗ □ œ…\u202f; ≥ 3ᵉ".encode(encoding, PLAIN_SIGNS).decode(encoding) == shown


def test_what_rich_would_drop_is_a_square_as_elsewhere(capsys):
    console = PlainConsole(width=200)
    console.print("a\x07b\x0bc\x08d")
    console.say("e\x0cf")
    assert capsys.readouterr().out.split() == ["a□b□c□d", "e□f"]


LONG = "Intercommunalisation" * 8


def test_a_word_that_no_line_holds_breaks_where_the_line_is_full_and_a_long_address_does_not():
    pieces = wrap_text(f"Le {LONG} du Bois", 8, 40)
    assert "".join(pieces).replace(" ", "") == f"Le{LONG}duBois" and all(text_width_mm(one, 8) <= 40 for one in pieces)
    kept = "https://exemple.fr/une-page 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    assert breakable(kept) == kept and breakable(LONG).replace("\u200b", "") == LONG


@pytest.mark.croisement
def test_a_name_on_two_lines_is_read_on_one_and_a_free_text_keeps_its_paragraphs(make_corpus, tables):
    told = tables["projets"].splitlines()
    head, cells = f"{told[0]};resume", told[1].split(";")
    name = told[0].split(";").index("nom")
    row = ";".join([*cells[:name], '"Le four\n\tcommun"', *cells[name + 1 :], '"Un.\n\nDeux."'])
    corpus = load_corpus(make_corpus(projets="\n".join([head, row, *(f"{line};" for line in told[2:])]) + "\n"))
    first = corpus.tables["projets"].set_index("projet_id").loc[cells[told[0].split(";").index("projet_id")]]
    assert first["nom"] == "Le four commun" and first["resume"] == "Un.\n\nDeux."
