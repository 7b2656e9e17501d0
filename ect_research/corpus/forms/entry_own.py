"""The sheets « étude » and « listes » of the entry workbook: what the study is, and the answers that are one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ect_research.codebook.forms.own_sheets import LISTS, OPEN_LISTS, SHEETS, list_heads
from ect_research.corpus.folder.study_sheet import NEEDED, PROTECTIONS, QUESTIONS
from ect_research.corpus.forms.entry_sheet import COLOURS, FONT, MISSING
from ect_research.corpus.forms.entry_words import texts
from ect_research.corpus.reading.header_rows import letters
from ect_research.words import catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping

    import xlsxwriter
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from ect_research.codebook.codebook import Codebook, Language
    from ect_research.corpus.folder.source_toml import CorpusSource

_SPARE = 200
_WIDTHS = (38, 58, 78)


def own_sheet_name(which: str, language: Language) -> str:
    """What a workbook of one language calls a sheet of one's own.

    >>> own_sheet_name("étude", "fr"), own_sheet_name("étude", "en")
    ('étude', 'study')
    """
    return SHEETS[which][-1 if language == "en" else 0]


def write_study(
    workbook: xlsxwriter.Workbook, sheet: Worksheet, answers: Mapping[str, str], language: Language
) -> None:
    """Write the questions of sheet « étude », and the answers that are known.

    Args:
        workbook: for the formats.
        sheet: its sheet.
        answers: ``{key of the question: answer}``, in the language of the workbook.
        language: of the questions.
    """
    said, look = catalogue(language).gettext, _looks(workbook)
    for index, (head, width) in enumerate(zip(("question", "answer", "help"), _WIDTHS, strict=True)):
        sheet.set_column(index, index, width)
        sheet.write_string(0, index, texts(language)[f"study_{head}"], look["head"])
    sheet.set_row(0, 24)
    sheet.freeze_panes(1, 0)
    _fit(sheet)
    for line, question in enumerate(QUESTIONS, 1):
        sheet.set_row(line, 32, None, {"level": 1, "hidden": True} if question.key.endswith("_en") else {})
        sheet.write_string(line, 0, said(question.asked), look["needed" if question.key in NEEDED else "asked"])
        sheet.write_string(line, 1, answers.get(question.key, ""), look["answer"])
        sheet.write_string(line, 2, said(question.help), look["help"])
        if question.answers:
            sheet.data_validation(
                line, 1, line, 1,
                {"validate": "list", "source": [said(answer) for answer in question.answers],
                 "error_type": "stop" if question.closed else "information", "error_message": texts(language)["list_error"]},
            )  # fmt: skip
    sheet.set_tab_color(COLOURS["required"][0])


def study_answers(source: CorpusSource, language: Language) -> dict[str, str]:
    """What a corpus is, as the answers of its sheet « étude »; what only ``source.toml`` can say is left to it."""
    said = catalogue(language).gettext
    french = {
        "titre": source.title,
        "territoire": source.territory,
        "citation": source.citation,
        "nature": source.nature,
    }
    names = {"title": "titre", "territory": "territoire", "citation": "citation", "nature": "nature"}
    answers = {**french, "licence": source.licence, "date_observation": f"{source.observed_on:%d/%m/%Y}"}
    answers |= {f"{names[name]}_en": text for name, text in source.english.items()}
    told = source.more.get("protection", {})
    for text, units in PROTECTIONS.items():
        if set(units) == set(told.get("protege", "")) and "protege" in told:
            answers |= {"protege": said(text), "pourquoi": told.get("pourquoi", "")}
    return answers


def write_lists(
    workbook: xlsxwriter.Workbook, sheet: Worksheet, codebook: Codebook, language: Language
) -> dict[str, str]:
    """Write sheet « listes », where one adds answers under those that are there; return ``{list: range for drop-downs}``."""
    look, ranges = _looks(workbook), {}
    other: Language = "en" if language == "fr" else "fr"
    sheet.freeze_panes(1, 0)
    sheet.set_row(0, 30)
    _fit(sheet)
    for rank, name in enumerate(OPEN_LISTS):
        first = 3 * rank
        others = codebook.labels(name, other)
        for index, (head, width) in enumerate(zip(list_heads(name, language), (44, 24, 44), strict=True)):
            sheet.set_column(
                first + index, first + index, width, look["answer"], {"level": 1, "hidden": True} if index else {}
            )
            sheet.write_string(0, first + index, head, look["optional" if index else "head"])
        for line, (code, label) in enumerate(codebook.labels(name, language).items(), 1):
            for index, text in enumerate((label, code, others[code])):
                sheet.write_string(line, first + index, text, look["answer"])
        at, where = letters(first), own_sheet_name(LISTS, language)
        ranges[name] = f"=OFFSET({where}!${at}$2,0,0,MAX(1,COUNTA({where}!${at}$2:${at}${_SPARE})),1)"
        told = {
            "validate": "any",
            "input_title": list_heads(name, language)[0],
            "input_message": texts(language)["list_help"],
        }
        sheet.data_validation(1, first, _SPARE, first, told)
    sheet.set_tab_color(COLOURS["optional"][0])
    return ranges


def _fit(sheet: Worksheet) -> None:
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _looks(workbook: xlsxwriter.Workbook) -> dict[str, Format]:
    cell: dict[str, Any] = {"font_name": FONT, "font_size": 10, "valign": "vcenter", "text_wrap": True}
    heads = {"head": COLOURS["required"], "optional": COLOURS["optional"]}
    looks = {name: workbook.add_format({**cell, "bold": True, "bg_color": back, "font_color": front, "border": 1,
                                        "border_color": "#ffffff"}) for name, (back, front) in heads.items()}  # fmt: skip
    looks["needed"] = workbook.add_format({**cell, "bold": True, "bg_color": MISSING})
    looks["asked"] = workbook.add_format({**cell, "bold": True})
    looks["answer"] = workbook.add_format({**cell, "num_format": "@", "border": 1, "border_color": "#9fb8bf"})
    looks["help"] = workbook.add_format({**cell, "font_color": "#52666c"})
    return looks
