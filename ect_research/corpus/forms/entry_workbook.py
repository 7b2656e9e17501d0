"""The workbook that an officer fills: written from the codebook, read back without loss."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ect_research.codebook.forms.own_sheets import LISTS, STUDY
from ect_research.corpus.forms.entry_cover import (
    own_sheet_name,
    study_answers,
    write_codes,
    write_lists,
    write_readme,
    write_study,
)
from ect_research.corpus.forms.entry_sheet import sheet_name, write_table
from ect_research.corpus.forms.entry_words import texts
from ect_research.errors import EctError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ect_research.codebook.codebook import Codebook, Language
    from ect_research.corpus.checked.corpus import Corpus

# A fixed date, so that the same codebook gives the same bytes.
_CREATED = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)


def save_workbook(
    path: Path | str,
    codebook: Codebook,
    *,
    corpus: Corpus | None = None,
    language: Language = "fr",
    study: Mapping[str, str] | None = None,
) -> Path:
    """Write an entry workbook: one sheet per table, drop-down lists, checks while typing, comments that explain.

    Args:
        path: the file to write, ending in ``.xlsx``; never overwritten.
        codebook: tables, columns and answers.
        corpus: a corpus to fill it with; empty when None. Rows and names protected at reading are not written.
        language: of the labels and messages; both are understood when read back.
        study: answers of its sheet « étude » (``titre, territoire, date_observation`` …), those of the corpus when None.

    Returns:
        the path written.

    Raises:
        EctError: the file exists, its name does not end in .xlsx, or its folder does not exist.
    """
    target = Path(path)
    if target.suffix.lower() != ".xlsx":
        raise EctError("Le classeur « {name} » doit finir par .xlsx.", name=target.name)
    if target.exists():
        raise EctError("« {target} » existe déjà et n’est jamais écrasé : choisir un autre nom.", target=target)
    if not target.absolute().parent.is_dir():
        raise EctError("Le dossier « {parent} » n’existe pas.", parent=target.parent)
    target.write_bytes(workbook_bytes(codebook, corpus=corpus, language=language, study=study))
    return target


def workbook_bytes(
    codebook: Codebook,
    *,
    corpus: Corpus | None = None,
    language: Language = "fr",
    study: Mapping[str, str] | None = None,
) -> bytes:
    """The bytes of the entry workbook; the same codebook and corpus give the same bytes.

    >>> from ect_research.codebook.load_codebook import load_codebook
    >>> workbook_bytes(load_codebook())[:2]
    b'PK'
    """
    import xlsxwriter

    memory = io.BytesIO()
    workbook = xlsxwriter.Workbook(memory, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    said = texts(language)
    workbook.set_properties({"title": said["title"], "created": _CREATED})
    workbook.set_size(2400, 1400)
    readme = workbook.add_worksheet(said["readme"])
    answers = study if study is not None else study_answers(corpus.source, language) if corpus else {}
    write_study(workbook, workbook.add_worksheet(own_sheet_name(STUDY, language)), answers, language)
    lists = workbook.add_worksheet(own_sheet_name(LISTS, language))
    sheets = {table: workbook.add_worksheet(sheet_name(codebook, table, language)) for table in codebook.table_names}
    ranges = write_codes(workbook, codebook, language) | write_lists(workbook, lists, codebook, language)
    for table, sheet in sheets.items():
        write_table(workbook, sheet, (codebook, table, language), ranges, corpus)
    write_readme(workbook, readme, codebook, corpus, language)
    readme.activate()
    workbook.close()
    return memory.getvalue()
