"""The workbooks that people are given: the one an officer fills, and the questionnaire that KoboToolbox and ODK take."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import xlsxwriter

from ect_research.codebook.codebook import Codebook, Language
from ect_research.codebook.form_check import find_form_problems
from ect_research.codebook.load_codebook import LISTS, STUDY
from ect_research.codebook.xlsform import CHOICES, SURVEY, Form, form_markdown, limesurvey_codes
from ect_research.corpus.checked.corpus import Corpus
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
from ect_research.corpus.text.raw_table import csv_text
from ect_research.errors import CodebookError, EctError
from ect_research.words import quoted, tell_n

# A fixed date, so that the same codebook gives the same bytes.
_CREATED = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_WIDTHS = {"type": 30, "name": 26, "required": 14}


def new_workbook(title: str) -> tuple[io.BytesIO, xlsxwriter.Workbook]:
    """A workbook to fill, and where its bytes go once it is closed; nothing written in it is run as a formula."""
    memory = io.BytesIO()
    workbook = xlsxwriter.Workbook(memory, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    workbook.set_properties({"title": title, "created": _CREATED})
    return memory, workbook


def save_workbook(
    path: Path | str,
    codebook: Codebook,
    *,
    corpus: Corpus | None = None,
    language: Language = "fr",
    study: Mapping[str, str] | None = None,
) -> Path:
    """Write an entry workbook: one sheet per table, drop-down lists, checks while typing, comments that explain.

    Filled with a corpus if one is given, but for rows and names protected at reading; both languages are understood
    when read back. ``study``: answers of its sheet « étude », those of the corpus when None.
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
    said = texts(language)
    memory, workbook = new_workbook(said["title"])
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


def save_form(path: Path | str, form: Form) -> Path:
    """Write a sound form, and beside it the same one in Markdown for git and its codes for LimeSurvey (``.codes.csv``)."""
    target = Path(path)
    if target.suffix.lower() != ".xlsx":
        raise EctError("Le questionnaire « {name} » doit finir par .xlsx.", name=target.name)
    mirror = target.with_suffix(".md")
    codes = target.with_suffix(".codes.csv")
    for taken in (target, mirror, codes):
        if taken.exists():
            raise EctError("« {taken} » existe déjà et n’est jamais écrasé : choisir un autre nom.", taken=taken)
    errors = [problem for problem in find_form_problems(form) if problem.niveau == "erreur"]
    if errors:
        said = "\n- ".join(f"{error.feuille}, ligne {error.ligne}, {error.nom} : {error.probleme}" for error in errors)
        raise CodebookError(
            tell_n(
                "Le questionnaire a {n} erreur :\n- {said}", "Le questionnaire a {n} erreurs :\n- {said}", len(errors),
                said=quoted(said),
            )
        )  # fmt: skip
    target.write_bytes(form_bytes(form))
    mirror.write_text(form_markdown(form), encoding="utf-8")
    codes.write_text(csv_text(limesurvey_codes(form)), encoding="utf-8-sig")
    return target


def form_bytes(form: Form) -> bytes:
    """The bytes of the workbook; the same form gives the same bytes."""
    memory, workbook = new_workbook(form.settings["form_title"])
    head = workbook.add_format({"bold": True, "bg_color": "#dbe8eb", "font_name": "Arial", "font_size": 10})
    plain = workbook.add_format({"num_format": "@", "font_name": "Arial", "font_size": 10, "valign": "top"})
    for name, columns, rows in (
        ("survey", SURVEY, form.survey),
        ("choices", CHOICES, form.choices),
        ("settings", tuple(form.settings), (form.settings,)),
    ):
        sheet = workbook.add_worksheet(name)
        sheet.freeze_panes(1, 2)
        for index, column in enumerate(columns):
            sheet.set_column(index, index, _WIDTHS.get(column, 40), plain)
            sheet.write_string(0, index, column, head)
            for line, row in enumerate(rows, 1):
                if row[column]:
                    sheet.write_string(line, index, row[column], plain)
    workbook.close()
    return memory.getvalue()
