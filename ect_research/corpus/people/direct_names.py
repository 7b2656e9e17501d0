"""The names of persons that a corpus knows, so that they can be looked for in what leaves. Never printed, never saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ect_research.codebook.load_codebook import load_codebook
from ect_research.corpus.cells.parse_cell import Known
from ect_research.corpus.folder.project_paths import NAMES_FILE, PRIVATE, corpus_folder
from ect_research.corpus.people.name_forms import name_forms
from ect_research.corpus.reading.column_synonyms import column_words
from ect_research.corpus.reading.sheet_to_table import read_folder
from ect_research.corpus.text.encodings import decode
from ect_research.corpus.text.raw_table import fold
from ect_research.errors import EctError

if TYPE_CHECKING:
    from pathlib import Path

    from ect_research.codebook.codebook import Codebook
    from ect_research.corpus.text.raw_table import RawTable


def direct_names(corpus: Path | str) -> list[str]:
    """Names of persons in the files of a corpus, before any protection, sorted, each once.

    They come from the columns that the codebook marks ``direct`` (for the table of actors, from persons only, with their
    other names), from those of ``private/``, respondents included, and from the lines of ``private/noms.txt``, where a
    name that is in no table can be added.

    >>> direct_names("pays-ledonien")
    []
    """
    folder = corpus_folder(corpus)
    codebook = load_codebook(folder)
    found: set[str] = set()
    for table, raw in read_folder(folder, codebook).tables.items():
        found |= _names(table, raw, codebook)
    private = folder / PRIVATE
    if private.is_dir():
        for table, raw in read_folder(private, codebook, private=True).tables.items():
            found |= _names(table, raw, codebook, also=("repondant_id",))
    listed = private / NAMES_FILE
    if listed.is_file():
        found |= {line for line in _lines(listed) if not line.startswith("#")}
    # As typed too: the pseudonyms are made from it.
    return sorted({form for name in found for form in (name, *name_forms(name))} - {""})


def _lines(path: Path) -> list[str]:
    """The lines of a text in any of the usual encodings.

    Raises:
        EctError: it is no text.
    """
    said = decode(path.read_bytes())
    if isinstance(said, str):
        raise EctError("« {fichier} » : {pourquoi}.", fichier=path.name, pourquoi=said)
    return [line.strip() for line in said.text.splitlines()]


def _names(table: str, raw: RawTable, codebook: Codebook, also: tuple[str, ...] = ()) -> set[str]:
    words = column_words(codebook, table)
    columns = [words.get(fold(cell), "") for cell in raw.header]
    direct = {variable.name for variable in codebook.columns(table) if variable.pii == "direct"} | set(also)
    if table == "acteurs":
        direct.add("alias")
    nature = columns.index("nature") if table == "acteurs" and "nature" in columns else None
    natures = Known(codebook, "nature_acteur")
    return {
        name.strip()
        for _, cells in raw.rows
        for at, column in enumerate(columns)
        if column in direct and (nature is None or natures.get(fold(cells[nature])) == "personne")
        if not (column == "enqueteur" and _is_code(cells[at]))
        for name in (cells[at].split(";") if column == "alias" else [cells[at]])
    }


def _is_code(text: str) -> bool:
    """Whether an interviewer is told by a code (``ENQ-1``, ``CSA``), as the codebook asks, and not by a name."""
    one = len(text.split()) == 1 and "@" not in text
    return one and (any(sign.isdigit() for sign in text) or (text.isupper() and len(text) <= 4))
