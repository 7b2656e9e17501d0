"""One sheet of the entry workbook: headers, drop-down lists, checks that guide without blocking, rows already known."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from ect_research.codebook.codebook import Codebook, Language, Variable
from ect_research.corpus.checked.corpus import Corpus
from ect_research.corpus.checks.check_references import NAME, codes_by_name, named_tables
from ect_research.corpus.forms.entry_words import header_comment, texts
from ect_research.corpus.reading.header_rows import letters
from ect_research.errors import EctError

PROVENANCE = ("source_id", "passage", "citation", "certitude", "note")
COLOURS = {
    "required": ("#0b5563", "#ffffff"),
    "conditional": ("#6a9aa6", "#ffffff"),
    "optional": ("#dbe8eb", "#17323a"),
    "provenance": ("#f1e7d0", "#4a3b12"),
}
MISSING, TWICE = "#fde3c8", "#f6b8b8"
FONT = "Arial"
SPARE_ROWS = 1000
_KEYS_SEARCHED = 5000
_LONGEST = 32767
_LINES_SHOWN = 4
_TITLE, _MESSAGE = 32, 255
_BOUNDS = re.compile(r"\. (>=?) (\d+)(?: and \. <= (\d+))?")


def write_table(
    workbook: xlsxwriter.Workbook,
    sheet: Worksheet,
    what: tuple[Codebook, str, Language],
    ranges: dict[str, str],
    corpus: Corpus | None,
) -> None:
    """Write one table (``what``: codebook, table, language), blank or with the rows of a corpus.

    ``ranges``: ``{list: range of its labels}`` in sheets « codes » and « listes ».
    """
    codebook, table, language = what
    frame = corpus.tables.get(table) if corpus else None
    variables, formats = ordered(codebook, table), _formats(workbook)
    last = SPARE_ROWS + (0 if frame is None else len(frame))
    sheet.set_row(0, 47)
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    needed = codebook.tables.set_index("table")["required"][table] == "oui"
    sheet.set_tab_color(COLOURS["required" if needed else "optional"][0])
    for index, variable in enumerate(variables):
        _write_head(sheet, index, variable, what, formats)
        add_check(sheet, (index, last), variable, what, ranges)
        add_marks(workbook, sheet, (index, last), variable, len(variables))
    if len(codebook.shown(table)) < len(variables):
        sheet.set_column(len(variables), len(variables), None, None, {"collapsed": True})
    if corpus is not None and frame is not None:
        _write_rows(sheet, frame, variables, corpus, language)
    sheet.autofilter(0, 0, last, len(variables) - 1)


def _write_head(
    sheet: Worksheet, index: int, variable: Variable, what: tuple[Codebook, str, Language], formats: dict[str, Format]
) -> None:
    """The header of a column, its width, what its comment says; folded unless it is one of those shown."""
    codebook, table, language = what
    labels = codebook.labels(variable.list_name, language) if variable.list_name else {}
    folded = {} if variable.name in codebook.shown(table) else {"level": 1, "hidden": True}
    look = formats["number" if _is_number(variable) else "text"]
    sheet.set_column(index, index, _width(variable, list(labels.values())), look, folded)
    sheet.write_string(0, index, variable.labels[language], formats[kind_of(variable)])
    blank = labels.get(codebook.defaults(table).get(variable.name, ""), "")
    comment = header_comment(codebook, variable, list(labels.values()), language, blank)
    sheet.write_comment(0, index, comment, _comment_box(comment))


def ordered(codebook: Codebook, table: str) -> list[Variable]:
    """The columns of a table as its sheet has them: those shown first, then those folded behind a + sign.

    >>> from ect_research.codebook.load_codebook import load_codebook
    >>> [variable.name for variable in ordered(load_codebook(), "evenements")][:4]
    ['evenement_id', 'projet_id', 'type_evenement', 'date_debut']
    """
    first = codebook.shown(table)
    rest = [variable for variable in codebook.columns(table) if variable.name not in first]
    return [*(codebook.variables[table, name] for name in first), *rest]


def sheet_name(codebook: Codebook, table: str, language: Language) -> str:
    """What a workbook calls the sheet of a table: its code in French, its label in English.

    >>> from ect_research.codebook.load_codebook import load_codebook
    >>> sheet_name(load_codebook(), "maturite", "fr"), sheet_name(load_codebook(), "maturite", "en")
    ('maturite', 'Cooperative maturity')
    """
    return codebook.sheet(table).sentence(language)


def kind_of(variable: Variable) -> str:
    """The colour of a header: ``required, conditional, provenance`` or ``optional``."""
    if variable.required:
        return "required" if variable.required == "oui" else "conditional"
    return "provenance" if variable.name in PROVENANCE else "optional"


def _formats(workbook: xlsxwriter.Workbook) -> dict[str, Format]:
    cell = {"font_name": FONT, "font_size": 10, "valign": "top"}
    formats = {
        kind: workbook.add_format(
            {**cell, "bold": True, "text_wrap": True, "bg_color": back, "font_color": front, "valign": "vcenter",
             "border": 1, "border_color": "#ffffff"}
        )
        for kind, (back, front) in COLOURS.items()
    }  # fmt: skip
    formats["text"] = workbook.add_format({**cell, "num_format": "@", "text_wrap": True})
    formats["number"] = workbook.add_format({**cell, "num_format": "General"})
    return formats


def _is_number(variable: Variable) -> bool:
    return variable.type in ("integer", "decimal")


def _width(variable: Variable, answers: list[str]) -> int:
    if variable.pii == "texte_libre":
        return 46
    if variable.type == "select_multiple":
        return 34
    if answers:
        return min(34, max(16, max(len(answer) for answer in answers) + 4))
    if variable.key or _is_number(variable):
        return 17
    return {"date": 18}.get(variable.type, 18 if variable.constraint else 30)


def _comment_box(text: str) -> dict[str, Any]:
    lines = sum(1 + len(line) // 46 for line in text.splitlines())
    return {"width": 330, "height": max(60, 19 * lines + 14), "font_size": 10, "color": "#fffbe6"}


def add_marks(
    workbook: xlsxwriter.Workbook, sheet: Worksheet, span: tuple[int, int], variable: Variable, columns: int
) -> None:
    """What is coloured while typing in a column, down to a last row: a required cell left blank, a key typed twice."""
    index, last = span
    if variable.required == "oui":
        own, end = letters(index), letters(columns - 1)
        formula = f'=AND(COUNTA($A2:${end}2)>0,${own}2="")'
        look = workbook.add_format({"bg_color": MISSING})
        sheet.conditional_format(1, index, last, index, {"type": "formula", "criteria": formula, "format": look})
    if variable.key == "cle":
        look = workbook.add_format({"bg_color": TWICE})
        sheet.conditional_format(1, index, last, index, {"type": "duplicate", "format": look})


def add_check(
    sheet: Worksheet,
    span: tuple[int, int],
    variable: Variable,
    what: tuple[Codebook, str, Language],
    ranges: dict[str, str],
) -> None:
    """The drop-down list of a column, or what is checked while typing in it, from the second row to a last one.

    ``ranges`` also has ``{"table.column": "'sheet'!$A"}`` where keys stand elsewhere than in a blank workbook.
    """
    index, last = span
    options = _check(variable, what, ranges, letters(index))
    if options:
        title = variable.labels[what[2]][:_TITLE]
        options = {**options, "input_title": title, "error_title": title}
        for part in ("input_message", "error_message"):
            if part in options:
                options[part] = options[part][:_MESSAGE]
        sheet.data_validation(1, index, last, index, options)


def _check(
    variable: Variable, what: tuple[Codebook, str, Language], ranges: dict[str, str], column: str
) -> dict[str, Any]:
    french = what[2] == "fr"
    said, hint = texts(what[2]), variable.hint if french else variable.hint_en
    rule = variable.constraint_message if french else variable.constraint_message_en
    if variable.type == "select_multiple":
        return {"validate": "list", "source": ranges[variable.list_name], "show_error": False,
                "input_message": _joined(hint, said["several"])}  # fmt: skip
    if variable.list_name:
        return {"validate": "list", "source": ranges[variable.list_name], "error_message": said["list_error"],
                **({"input_message": hint} if hint else {})}  # fmt: skip
    if variable.target:
        return _reference_check(variable, what, said, ranges)
    if variable.type == "date":
        # A date ending in « /25 » has a slash as its third sign from the end; longer texts are left alone.
        formula = f'=OR(LEN({column}2)>8,MID({column}2,MAX(1,LEN({column}2)-2),1)<>"/")'
        return {"validate": "custom", "value": formula, "error_type": "warning",
                "input_message": said["date"], "error_message": said["date_error"]}  # fmt: skip
    if _is_number(variable):
        return _number_check(variable, said, hint, rule)
    told = _joined(hint, rule)
    return {"validate": "any", "input_message": told} if told else {}


def _reference_check(
    variable: Variable, what: tuple[Codebook, str, Language], said: dict[str, str], ranges: dict[str, str]
) -> dict[str, Any]:
    target, key = variable.target or ("", "")
    named = target in named_tables(what[0]) and not variable.is_multiple
    shown = NAME if named else key
    table = sheet_name(what[0], target, what[2])
    usual = letters([column.name for column in ordered(what[0], target)].index(shown))
    at = ranges.get(f"{target}.{shown}", f"'{table}'!${usual}")
    keys = f"{at}$2:{at.partition('!')[2]}${_KEYS_SEARCHED}"
    source = f"=OFFSET({at}$2,0,0,MAX(1,COUNTA({keys})),1)"
    if variable.is_multiple:
        return {"validate": "list", "source": source, "show_error": False,
                "input_message": said["references"].format(table=table)}  # fmt: skip
    if named:
        return {"validate": "list", "source": source, "show_error": False,
                "input_message": said["named"].format(table=table)}  # fmt: skip
    return {"validate": "list", "source": source, "error_type": "warning",
            "input_message": said["reference"].format(table=table),
            "error_message": said["reference_error"].format(table=table)}  # fmt: skip


def _number_check(variable: Variable, said: dict[str, str], hint: str, rule: str) -> dict[str, Any]:
    bounds = _BOUNDS.fullmatch(variable.constraint)
    low = -1e12 if bounds is None else float(bounds[2])
    high = 1e12 if bounds is None or bounds[3] is None else float(bounds[3])
    rule = rule or said["whole" if variable.type == "integer" else "number"]
    return {"validate": variable.type, "criteria": "between", "minimum": low, "maximum": high, "error_type": "warning",
            "input_message": _joined(hint, rule), "error_message": said["number_error"].format(rule=rule)}  # fmt: skip


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _write_rows(
    sheet: Worksheet, frame: pd.DataFrame, variables: list[Variable], corpus: Corpus, language: Language
) -> None:
    lines_of_text = [1] * len(frame)
    for index, variable in enumerate(variables):
        labels = corpus.codebook.labels(variable.list_name, language) if variable.list_name else {}
        width = _width(variable, list(labels.values()))
        if variable.target and not variable.is_multiple:
            labels = _own_names(corpus, variable.target[0])
        for line, value in enumerate(frame[variable.name].tolist()):
            written = cell_value(value, variable, labels)
            if isinstance(written, str):
                _refuse_long(written, variable, line + 2)
                if written:
                    sheet.write_string(line + 1, index, written)
                    needed = sum(1 + int(len(part) / (1.12 * width)) for part in written.split("\n"))
                    lines_of_text[line] = max(lines_of_text[line], needed)
            else:
                sheet.write_number(line + 1, index, written)
    for line, needed in enumerate(lines_of_text):
        if needed > 1:
            sheet.set_row(line + 1, 13.5 * min(needed, _LINES_SHOWN) + 1.5)


def _own_names(corpus: Corpus, table: str) -> dict[str, str]:
    """``{code: name}`` of the rows of a table that one may call by their name; ``{}`` when its rows have none."""
    if (table, NAME) not in corpus.codebook.variables or table not in corpus.tables:
        return {}
    named = corpus.tables[table].set_index(corpus.codebook.key_of(table))[NAME].dropna()
    return {
        code: named[code] for code in codes_by_name((str(code), str(name)) for code, name in named.items()).values()
    }


def _refuse_long(text: str, variable: Variable, line: int) -> None:
    if len(text) > _LONGEST:
        raise EctError(
            "{table}, ligne {line}, {name} : {n_text} signes, une cellule en tient {longest}. Raccourcir le texte.",
            table=variable.table,
            line=line,
            name=variable.name,
            n_text=len(text),
            longest=_LONGEST,
        )


def cell_value(value: object, variable: Variable, labels: dict[str, str]) -> str | float:
    """A value of a frame as a person types it: labels for codes, several answers separated by « ; »."""
    if isinstance(value, tuple):
        return " ; ".join(labels[code] for code in value) if labels else " ".join(value)
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and value != value):  # noqa: PLR0124 - NaN
        return ""
    if _is_number(variable) and isinstance(value, int | float):
        return value
    return labels.get(str(value), str(value))
