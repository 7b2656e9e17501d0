"""The sheets of the entry workbook beside its tables: « Lisez-moi », « codes », and one’s own « étude », « listes »."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from ect_research.codebook.codebook import Codebook, Language
from ect_research.codebook.load_codebook import LISTS, OPEN_LISTS, SHEETS, STUDY, list_heads
from ect_research.corpus.checked.corpus import Corpus
from ect_research.corpus.folder.corpus_source import NEEDED, PROTECTIONS, QUESTIONS, CorpusSource
from ect_research.corpus.forms.entry_sheet import COLOURS, FONT, MISSING, TWICE, sheet_name
from ect_research.corpus.forms.entry_words import dates, texts
from ect_research.corpus.reading.header_rows import letters
from ect_research.errors import typeset
from ect_research.words import catalogue

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
    """Write the questions of sheet « étude », and the answers that are known, in the language of the workbook."""
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


def write_codes(workbook: xlsxwriter.Workbook, codebook: Codebook, language: Language) -> dict[str, str]:
    """Write the sheet of codes; return ``{list: range of its labels}`` for the drop-down lists.

    The lists that one completes are in sheet « listes ».
    """
    said = texts(language)
    sheet = workbook.add_worksheet(said["codes"])
    head = workbook.add_format({**_font(11), "bold": True, "bg_color": COLOURS["required"][0], "font_color": "#ffffff"})
    first = workbook.add_format({**_font(11), "top": 1, "top_color": "#9fb8bf"})
    plain = workbook.add_format(_font(11))
    other: Language = "en" if language == "fr" else "fr"
    for index, (name, width) in enumerate(
        (("list", 24), ("code", 26), ("label", 52), ("other_label", 46), ("used_in", 60))
    ):
        sheet.set_column(index, index, width)
        sheet.write_string(0, index, said[name], head)
    sheet.freeze_panes(1, 0)
    ranges, line = {}, 1
    for name, columns in _lists_used(codebook).items():
        start = line
        others = codebook.labels(name, other)
        for code, label in codebook.labels(name, language).items():
            look = first if line == start else plain
            for index, text in enumerate((name, code, label, others[code], columns if line == start else "")):
                sheet.write_string(line, index, text, look)
            line += 1
        ranges[name] = f"={said['codes']}!$C${start + 1}:$C${line}"
    sheet.autofilter(0, 0, line - 1, 4)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    return ranges


def _lists_used(codebook: Codebook) -> dict[str, str]:
    """``{list: columns that use it}`` in the order of the columns."""
    used: dict[str, list[str]] = {}
    for variable in codebook.variables.values():
        if variable.list_name and variable.list_name not in OPEN_LISTS:
            used.setdefault(variable.list_name, []).append(f"{variable.table}.{variable.name}")
    return {name: ", ".join(columns[:4]) + ("…" if len(columns) > 4 else "") for name, columns in used.items()}


def write_readme(
    workbook: xlsxwriter.Workbook, sheet: Worksheet, codebook: Codebook, corpus: Corpus | None, language: Language
) -> None:
    """Write the first sheet: how to fill the workbook, on one screen and a half."""
    page = _Page(workbook, sheet, language)
    said = texts(language)
    page.title(said["title"] if corpus is None else f"{said['title']} – {corpus.source.said('title', language)}")
    page.text(said["intro"])
    if corpus is not None:
        aside = int((corpus.log["nature"] == "protection").sum())
        page.text(said["prefilled"].format(name=corpus.name, aside=said["aside"].format(count=aside) if aside else ""))
    page.heading(said["steps"])
    for number in range(1, 5):
        page.text(f"{number}.  {said[f'step{number}']}")
    page.heading(said["sheets"])
    _list_sheets(page, codebook, corpus, language)
    page.heading(said["colours"])
    for kind in COLOURS:
        page.swatch(COLOURS[kind], said["column"], said[kind])
    page.swatch((MISSING, "#000000"), "", said["orange"])
    page.swatch((TWICE, "#000000"), "P01", said["red"])
    page.heading(said["dates"])
    for typed, means in dates(language):
        page.row(typed, means)
    page.heading(said["answers"])
    for name in ("answer1", "answer2", "answer3", "folded", "answer4"):
        page.text(said[name])
    page.heading(said["people"])
    page.text(said["people1"])
    page.text(said["people2"])


def _list_sheets(page: _Page, codebook: Codebook, corpus: Corpus | None, language: Language) -> None:
    said = texts(language)
    for own in (STUDY, LISTS):
        name = own_sheet_name(own, language)
        page.link(name, name.capitalize(), said["about_study" if own == STUDY else "about_lists"])
    for row in codebook.tables.to_dict("records"):
        about = row[f"hint::{language}"] or row[f"label::{language}"]
        needed = f" ({said['needed']})" if row["required"] == "oui" else ""
        count = "" if corpus is None else f" – {len(corpus.tables.get(row['table'], ()))} {said['rows']}"
        page.link(
            sheet_name(codebook, row["table"], language),
            row[f"label::{language}"],
            f"{about.rstrip('.')}{needed}{count}",
        )


def _font(size: float) -> dict[str, Any]:
    return {"font_name": FONT, "font_size": size, "valign": "top", "text_wrap": True}


class _Page:
    """A page written from the top down, in three columns: a margin, a word, what it means."""

    def __init__(self, workbook: xlsxwriter.Workbook, sheet: Worksheet, language: Language) -> None:
        self.workbook, self.sheet, self.language, self.line = workbook, sheet, language, 1
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 3)
        sheet.set_column(1, 1, 34)
        sheet.set_column(2, 2, 104)
        sheet.set_portrait()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        self.plain = workbook.add_format(_font(11))
        self.word = workbook.add_format({**_font(11), "bold": True})
        self.linked = workbook.add_format({**_font(11), "underline": 1, "font_color": COLOURS["required"][0]})
        self.wide = workbook.add_format({**_font(11), "text_wrap": False})
        self.head = workbook.add_format(
            {
                **_font(13),
                "text_wrap": False,
                "bold": True,
                "font_color": COLOURS["required"][0],
                "bottom": 1,
                "bottom_color": "#9fb8bf",
            }
        )

    def set_right(self, text: str) -> str:
        return typeset(text) if self.language == "fr" else text

    def write(self, column: int, text: str, look: Format) -> None:
        self.sheet.write_string(self.line, column, self.set_right(text), look)

    def title(self, text: str) -> None:
        self.sheet.set_row(self.line, 30)
        look = self.workbook.add_format({**_font(20), "bold": True, "text_wrap": False})
        self.write(1, text, look)
        self.line += 1

    def heading(self, text: str) -> None:
        self.line += 1
        self.sheet.set_row(self.line, 22)
        self.write(1, text, self.head)
        self.sheet.write_blank(self.line, 2, None, self.head)
        self.line += 1

    def text(self, text: str) -> None:
        self.write(1, text, self.wide)
        self.line += 1

    def row(self, word: str, text: str) -> None:
        self.write(1, word, self.word)
        self.write(2, text, self.plain)
        self.line += 1

    def link(self, table: str, label: str, text: str) -> None:
        self.sheet.write_url(self.line, 1, f"internal:'{table}'!A2", self.linked, self.set_right(label))
        self.write(2, text, self.plain)
        self.line += 1

    def swatch(self, colours: tuple[str, str], shown: str, text: str) -> None:
        back, front = colours
        look = self.workbook.add_format({**_font(11), "bold": back not in (MISSING, TWICE), "bg_color": back,
                                         "font_color": front, "border": 1, "border_color": "#ffffff"})  # fmt: skip
        self.sheet.write_string(self.line, 1, shown, look)
        self.write(2, text, self.plain)
        self.line += 1
