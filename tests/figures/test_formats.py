import re

import pandas as pd
import pytest
from babel.dates import format_date as babel_date
from babel.numbers import format_decimal
from babel.numbers import format_percent as babel_percent
from hypothesis import given
from hypothesis import strategies as st

from ect_research.figures.page.figure_bytes import image_bytes
from ect_research.figures.page.formats import (
    NO_BREAK,
    format_count,
    format_date,
    format_number,
    format_percent,
    format_range,
    join_words,
    sort_key,
    typeset,
)
from ect_research.figures.page.theme import get_theme

LOCALES = {"fr": "fr_FR", "en": "en_GB"}


def plain(text: str) -> str:
    return text.replace("\u2212", "-").replace("\u202f", " ").replace("\xa0", " ")


@pytest.mark.parametrize("language", ["fr", "en"])
@given(value=st.integers(-(10**9), 10**9))
def test_numbers_are_written_as_the_language_writes_them(language, value):
    assert plain(format_number(value, 0, language)) == plain(format_decimal(value, locale=LOCALES[language]))


@pytest.mark.parametrize("language", ["fr", "en"])
@given(share=st.integers(0, 100))
def test_percentages_are_written_as_the_language_writes_them(language, share):
    written = babel_percent(share / 100, locale=LOCALES[language])
    assert plain(format_percent(share / 100, 0, language)) == plain(written)


@given(day=st.dates(pd.Timestamp("1990-01-01").date(), pd.Timestamp("2040-12-31").date()))
def test_days_are_written_as_french_and_english_write_them(day):
    stamp = pd.Timestamp(day)
    assert plain(format_date(stamp, "jour", "en")) == plain(babel_date(day, "d MMMM y", locale="en_GB"))
    french = babel_date(day, "d MMMM y", locale="fr_FR")
    assert plain(format_date(stamp)) == (french.replace("1 ", "1er ", 1) if day.day == 1 else french)


def test_a_missing_value_is_a_dash_and_nought_has_no_sign():
    assert format_number(float("nan")) == "–"
    assert format_number(-0.2) == "0"
    assert format_date(pd.NaT) == "non daté"


def test_half_an_interval_is_not_repeated():
    assert format_range(3.04, 2.96, 1) == "3,0"


def test_french_counts_nought_as_singular_and_english_does_not():
    assert (format_count(0, "projet"), format_count(0, "project", language="en")) == ("0 projet", "0 projects")


def test_lists_say_how_many_are_left_out():
    assert join_words(["a", "b", "c"], most=2) == "a, b et 1 autre"
    assert join_words([], "en") == ""
    assert join_words(["A, b", "C"], comma=" ; ") == "A, b et C"


def test_accents_do_not_move_a_name_to_the_end():
    assert sorted(["Zone", "Écla", "Eau"], key=sort_key) == ["Eau", "Écla", "Zone"]


def test_no_french_line_can_start_with_a_high_sign():
    assert " :" not in typeset("n : 3 ; « quoi » ?")
    assert f"«{NO_BREAK}quoi{NO_BREAK}»" in typeset("« quoi »")


@pytest.mark.parametrize(("language", "held"), [("fr", True), ("en", False)])
def test_every_word_drawn_on_a_french_figure_keeps_its_signs_beside_it(language, held):
    theme = get_theme("ademe", language)
    figure = theme.new_figure(30)
    figure.add_axes((0.2, 0.2, 0.6, 0.6)).set_ylabel("lu « tel quel » : 2 500 %")
    figure.text(0.1, 0.9, "dit « oui » ; et non ?")
    drawn = image_bytes(figure, theme, title="t", description="d")["svg"].decode()
    words = "".join(re.findall(r"<text[^>]*>([^<]*)<", drawn))
    assert "oui" in words and "tel quel" in words
    assert (re.search(r" [»:;!?%]|« |\d \d", words) is None) is held
