"""Gather the French sentences of the code and the notebooks into ``<language>.po``; compile them.

``python .ci/words.py gather`` keeps every translation, marks as fuzzy what changed by a few letters, drops what is gone, and
prints what is left to translate.
``python .ci/words.py compile`` writes the ``.mo`` that the package reads; a test checks that both were done.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from ect_research.study.definition.notebook import plain_text, read_notebook

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
DAY = datetime(2026, 1, 1, tzinfo=UTC)
HOME = ROOT / "ect_research" / "words"
ERRORS = ("EctError", "CodebookError", "CorpusError", "BasemapError", "StudyError")
CALLS = {
    "say": None,
    "say_n": (1, 2),
    "say_some": (1, 2),
    "mark": None,
    "tell": None,
    "tell_n": (1, 2),
    "Told": None,
    **dict.fromkeys(ERRORS),
}
# What takes French texts as they are: those who hear them say them in their language.
LISTENERS = {"Problem", "FormProblem", "DateProblem", "Bad", "Trouble", "Suspicious", "_warn", "_alert", "_break", "_problem",
             "_report_quote", "_row", "_failed", "append", "add_parser", "add_argument", "SpeakingParser", "said"}  # fmt: skip
A_SENTENCE = re.compile(r"[a-zà-ÿ’)}]{2,} [a-zà-ÿ«{(]|^[A-ZÉ]{3,}$|^l’\w+$")
# The rooms where they are heard; the others have their own words.
HEARD_IN = ("codebook", "corpus", "study")


SAID_IN_CELLS = ("title", "n", "note")


def said_in_notebook(path: Path) -> Iterator[str]:
    """What a notebook says: title, question, paragraphs, meaning of its parameters, and what its cells say themselves."""
    notebook = read_notebook(path)
    yield from (notebook.title, notebook.question)
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        parts = "".join(cell["source"]).split("\n\n") if cell["cell_type"] == "markdown" else []
        yield from (part for part in parts if plain_text(part) != notebook.question and not part.startswith("# "))
    yield from (parameter.description for parameter in notebook.parameters.values())
    for call in (node for code in notebook.code for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)):
        for word in call.keywords:
            if word.arg in SAID_IN_CELLS and isinstance(word.value, ast.Constant) and isinstance(word.value.value, str):
                yield word.value.value
        if getattr(call.func, "attr", "") == "tell" and call.args and isinstance(call.args[0], ast.Constant):
            yield str(call.args[0].value)


def said_to_listeners(code: ast.AST) -> Iterator[tuple[int, str]]:
    """The plain sentences among the arguments of `LISTENERS`."""
    for call in (node for node in ast.walk(code) if isinstance(node, ast.Call)):
        if (getattr(call.func, "attr", "") or getattr(call.func, "id", "")) in LISTENERS:
            for given in [*call.args, *(word.value for word in call.keywords)]:
                for part in (given, *([given.body, given.orelse] if isinstance(given, ast.IfExp) else ())):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str) and A_SENTENCE.search(part.value):
                        yield part.lineno, part.value


def gather() -> Catalog:
    """Every sentence to translate, with where it is said."""
    found = Catalog(project="ect_research", charset="utf-8")
    code = extract_from_dir(ROOT / "ect_research", [("**.py", "python")], {}, CALLS, ("Pour traduire :",))
    for path, line, said, comments, _ in code:
        if isinstance(said, str) and said.isspace():
            continue
        found.add(said, locations=[(f"ect_research/{path}", line)], auto_comments=comments)
    heard = [
        ROOT / "ect_research/cli.py",
        *(p for room in HEARD_IN for p in (ROOT / "ect_research" / room).rglob("*.py")),
    ]
    for path in sorted(heard):
        for line, said in said_to_listeners(ast.parse(path.read_text(encoding="utf-8"))):
            found.add(said, locations=[(path.relative_to(ROOT).as_posix(), line)])
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        for said in filter(None, said_in_notebook(path)):
            found.add(said, locations=[(f"notebooks/{path.name}", 1)])
    return found


def untranslated(catalogue: Catalog) -> list[str]:
    """What nobody translated yet, and guesses that nobody confirmed, as lines of a terminal."""
    return [
        f"{said.id[0] if said.pluralizable else said.id}  ← {'guess to confirm' if said.fuzzy else 'to translate'}"
        for said in catalogue
        if said.id and (said.fuzzy or not (all(said.string) if said.pluralizable else said.string))
    ]


def update(path: Path) -> Catalog:
    """The catalogue of one language with every sentence of today."""
    kept = read_po(path.open("rb"), locale=path.stem) if path.is_file() else Catalog(locale=path.stem, charset="utf-8")
    kept.update(gather())
    # The same bytes whenever it is made, and no placeholder of a person or an address.
    kept.creation_date = kept.revision_date = DAY
    kept.project, kept.version, kept.copyright_holder = "ect_research", "", "ect_research"
    kept.fuzzy = False
    kept.msgid_bugs_address, kept.last_translator, kept.language_team = "", "", path.stem
    kept.header_comment = "# English of the sentences of ect_research; gathered and compiled by .ci/words.py."
    return kept


if __name__ == "__main__":
    for po in [HOME / "en.po"] if sys.argv[1] == "gather" else HOME.glob("*.po"):
        catalogue = update(po) if sys.argv[1] == "gather" else read_po(po.open("rb"), locale=po.stem)
        if sys.argv[1] == "gather":
            write_po(po.open("wb"), catalogue, width=0, ignore_obsolete=True, sort_by_file=True)
            sys.stdout.writelines(f"{line}\n" for line in untranslated(catalogue))
        else:
            write_mo(po.with_suffix(".mo").open("wb"), catalogue)
