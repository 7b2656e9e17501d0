"""The words: every sentence of the code has its translation, with the same blanks, and the compiled file is fresh."""

import io
import re
import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from ect_research.codebook.load_codebook import load_codebook

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / ".ci"))
BLANK = re.compile(r"{(\w+(?::[^}]*)?)}")


# Function words and letters of French; codes of parameters and tables, quoted or in brackets, stay as they are typed.
FRENCH = re.compile(r"[àâèêîôûç’]n?’|[àâèêîôûç«»]|\b(le|la|les|une|est|dans|pour|avec|qui|sont|sur)\b")
QUOTED = re.compile(r"[\w.]+\.(?:csv|toml)|\w+_\w+|--\w+|“[^”]*”|après [0-9]")


def english():
    with (ROOT / "ect_research" / "words" / "en.po").open("rb") as file:
        return read_po(file, locale="en")


def is_translated(said) -> bool:
    return bool(said and not said.fuzzy and (all(said.string) if said.pluralizable else said.string))


def test_every_sentence_is_gathered_and_translated():
    import words

    kept = english()
    assert [said.id for said in words.gather() if said.id and not is_translated(kept.get(said.id))] == []


def test_nothing_is_translated_that_nobody_says():
    import words

    said = words.gather()
    assert [kept.id for kept in english() if kept.id and not said.get(kept.id)] == []


def test_no_english_holds_french():
    for said in english():
        for text in said.string if said.pluralizable else [said.string]:
            assert not FRENCH.search(QUOTED.sub("", text)), text


def test_translations_keep_the_blanks():
    for said in english():
        if said.id and said.string:
            pairs = zip(said.id, said.string, strict=True) if said.pluralizable else [(said.id, said.string)]
            for french, other in pairs:
                assert set(BLANK.findall(french)) == set(BLANK.findall(other)), french


def test_sentences_name_the_columns_of_the_workbook_by_their_headers():
    columns = {name for _, name in load_codebook().variables if "_" in name}
    outputs = {"duree_min"}  # a column of a published table too
    for said in english():
        if any(place.startswith("ect_research") for place, _ in said.locations):
            for text in said.id if said.pluralizable else [said.id]:
                assert not {*re.findall(r"(?<![{\w])\w+_\w+", text)} & (columns - outputs), text


def test_the_compiled_file_is_fresh():
    made = io.BytesIO()
    write_mo(made, english())
    assert made.getvalue() == (ROOT / "ect_research" / "words" / "en.mo").read_bytes()


def test_the_two_pages_on_people_say_the_same_rows():
    def shape(name: str) -> tuple[list[str], set[str]]:
        text = (ROOT / "surveys" / name).read_text("utf-8")
        kinds = [re.match(r"#+ |\| |\|-|- |\*\*|", line).group() for line in text.splitlines()]
        return kinds, {code for code in re.findall(r"`([\w./\"=%\\]+)`", text) if code != "README.md"}

    assert shape("LISEZMOI.md") == shape("README.md")


def test_gathering_prints_what_is_left_to_translate_guesses_too():
    import words
    from babel.messages.catalog import Catalog

    found = Catalog(locale="en")
    found.add("fait", "done")
    found.add("à faire", "")
    found.add("deviné", "guessed", flags=["fuzzy"])
    found.add(("{n} mois", "{n} mois"), ("", ""))
    told = words.untranslated(found)
    assert [line.split("  ← ")[0] for line in told] == ["à faire", "deviné", "{n} mois"]
    assert "guess" in told[1] and words.untranslated(english()) == []
