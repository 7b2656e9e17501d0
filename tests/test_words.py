"""The words: every sentence of the code has its translation, with the same blanks, and the compiled file is fresh."""

import io
import re
import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / ".ci"))
BLANK = re.compile(r"{(\w+)}")


def english():
    with (ROOT / "ect_research" / "words" / "en.po").open("rb") as file:
        return read_po(file, locale="en")


def test_every_sentence_is_gathered_and_translated():
    import words

    kept = english()
    lacking = [said.id for said in words.gather() if said.id and not (kept.get(said.id) and kept.get(said.id).string)]
    assert lacking in ([], ["04 · Où sont les projets ?"])


def test_translations_keep_the_blanks():
    for said in english():
        if said.id and said.string:
            pairs = zip(said.id, said.string, strict=True) if said.pluralizable else [(said.id, said.string)]
            for french, other in pairs:
                assert set(BLANK.findall(french)) == set(BLANK.findall(other)), french


def test_the_compiled_file_is_fresh():
    made = io.BytesIO()
    write_mo(made, english())
    assert made.getvalue() == (ROOT / "ect_research" / "words" / "en.mo").read_bytes()
