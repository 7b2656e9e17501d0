"""Write a questionnaire as the workbook that KoboToolbox and ODK take."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ect_research.codebook.forms.form_check import find_form_problems
from ect_research.codebook.forms.xlsform import CHOICES, SURVEY, form_markdown, limesurvey_codes
from ect_research.errors import CodebookError, EctError
from ect_research.words import quoted, tell_n

if TYPE_CHECKING:
    from ect_research.codebook.forms.xlsform import Form

_CREATED = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_WIDTHS = {"type": 30, "name": 26, "required": 14}


def save_form(path: Path | str, form: Form) -> Path:
    """Write a sound form, and beside it the same one in Markdown for git and its codes for LimeSurvey (``.codes.csv``).

    Raises:
        CodebookError: the form has errors; all are listed.
        EctError: a file of this name exists, or it does not end in .xlsx.
    """
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
    codes.write_text(_codes_csv(form), encoding="utf-8-sig")
    return target


def _codes_csv(form: Form) -> str:
    text = io.StringIO()
    rows = limesurvey_codes(form)
    writer = csv.DictWriter(text, list(rows[0]), delimiter=";", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def form_bytes(form: Form) -> bytes:
    """The bytes of the workbook; the same form gives the same bytes."""
    import xlsxwriter

    memory = io.BytesIO()
    workbook = xlsxwriter.Workbook(memory, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    workbook.set_properties({"title": form.settings["form_title"], "created": _CREATED})
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
