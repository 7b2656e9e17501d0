"""The form on which people write what a project sheet says wrong: one line per cell, the present value already there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from ect_research.codebook.codebook import Codebook, Language, Variable
from ect_research.codebook.load_codebook import load_codebook
from ect_research.corpus.checked.load_corpus import read_text
from ect_research.corpus.checks.check_table import Row
from ect_research.corpus.folder.project_paths import corpus_folder
from ect_research.corpus.forms.entry_workbook import new_workbook
from ect_research.corpus.text.parse_cell import Bad, Known, parse_cell
from ect_research.corpus.text.raw_table import fold
from ect_research.errors import EctError
from ect_research.words import Told, catalogue, in_language, mark

_TABLES = ("projets", "evenements", "participations", "ressources", "indicateurs")
_NOT_ASKED = {"source_id", "passage", "citation", "certitude", "note", "cog_millesime", "ordre", "conflit_avec"}
_WIDTHS = {
    "table": 13,
    "cle": 10,
    "colonne": 20,
    "se lit": 46,
    "ancienne": 34,
    "nouvelle": 34,
    "qui": 18,
    "pourquoi": 40,
}
_KNOWN = list(_WIDTHS).index("nouvelle")
_HELP = (
    Told(
        "Une ligne par case de la fiche. Ne remplir que les lignes à corriger : nouvelle valeur, qui le dit, pourquoi."
    ),
    Told("Laisser « nouvelle » vide, avec qui et pourquoi, efface la valeur. Ne pas changer les autres colonnes."),
    Told("Puis, dans le dossier du projet : ect fiches --corrections ce-fichier.xlsx"),
)


def save_correction_form(
    path: Path | str, corpus: Path | str, project: str | None = None, language: Language = "fr"
) -> Path:
    """Write the form of a corpus, to send with the sheets; the same corpus gives the same bytes.

    ``project``: the only one whose cells are in it, so that it can be sent to its people; all when None. ``language``: that
    of what is read on it; the names of its columns are those that are read back.
    """
    target = new_form(path)
    folder = corpus_folder(corpus)
    codebook = load_codebook(folder)
    rows = read_text(folder, codebook)
    names = {row.text.get("projet_id", ""): row.text.get("nom", "") for row in rows.get("projets", ())}
    if project is not None:
        known_project(project, list(names))
        rows["projets"] = [row for row in rows["projets"] if row.text.get("projet_id") == project]
    lines = list(form_lines(rows, codebook, language))
    if project is not None:
        refuse_others(project, names, ((f"{line[0]} {line[1]}, {line[2]}", line[4]) for line in lines))
    target.write_bytes(form_bytes(lines, language=language))
    return target


def known_project(code: str, known: list[str]) -> str:
    """The code of a project, once it is known to be one."""
    if code not in known:
        raise EctError(
            "Aucun projet n’a le code « {code} » (choisir parmi {known}).", code=code, known=", ".join(known)
        )
    return code


def refuse_others(project: str, names: Mapping[str, str], texts: Iterable[tuple[str, str]]) -> None:
    """Refuse what would go to the people of one project and names another (``texts``: where each is, and itself)."""
    own = fold(names[project])
    others = {fold(name): name for code, name in names.items() if code != project and fold(name) not in own}
    found = [
        f"« {name} » ({where})"
        for where, text in texts
        for plain, name in others.items()
        if plain and re.search(rf"(?<!\w){re.escape(plain)}(?!\w)", fold(text))
    ]
    if found:
        raise EctError(
            "Rien n’est écrit : ce qui partirait à « {project} » nomme d’autres projets, {found}. Corriger ces textes dans "
            "le classeur, ou envoyer un extrait relu à la main.",
            project=project,
            found=", ".join(dict.fromkeys(found)),
        )


def new_form(path: Path | str) -> Path:
    """The path of a form, once it is known that it can be written."""
    target = Path(path)
    if target.suffix.lower() != ".xlsx":
        raise EctError("Le formulaire « {name} » doit finir par .xlsx.", name=target.name)
    if target.exists():
        raise EctError("« {target} » existe déjà et n’est jamais écrasé : choisir un autre nom.", target=target)
    return target


def form_lines(rows: dict[str, list[Row]], codebook: Codebook, language: Language = "fr") -> Iterator[tuple[str, ...]]:
    """``table, cle, colonne, se lit, ancienne`` of each cell that a sheet shows, project by project.

    Columns that hold what identifies a person are left out.
    """
    for project in (row.text.get("projet_id", "") for row in rows.get("projets", ())):
        for table in _TABLES:
            for row in rows.get(table, ()):
                if row.text.get("projet_id") == project:
                    yield from _cells(table, row, codebook, language)


def _cells(table: str, row: Row, codebook: Codebook, language: Language) -> Iterator[tuple[str, ...]]:
    key = codebook.key_of(table)
    said, blank = catalogue(language).gettext(mark("{label} : {meaning}")), catalogue(language).gettext(mark("(vide)"))
    for variable in codebook.columns(table):
        name = variable.name
        if name in (key, "projet_id") or name in _NOT_ASKED or name not in row.text or variable.pii == "direct":
            continue
        present = row.text[name]
        yield (
            table,
            row.text.get(key, ""),
            name,
            said.format(
                label=variable.labels[language], meaning=meaning_of(present, variable, codebook, language) or blank
            ),
            present,
        )


def meaning_of(text: str, variable: Variable, codebook: Codebook, language: Language = "fr") -> str:
    """The labels of the codes of a cell, whether codes or labels were typed; a cell that cannot be read is as typed."""
    if not (text and variable.list_name):
        return text
    read = parse_cell(text, variable, Known(codebook, variable.list_name))
    if isinstance(read, Bad):
        return text
    codes = read.value if isinstance(read.value, tuple) else (read.value,)
    return ", ".join(codebook.label(variable.list_name, str(code), language) for code in codes)


def form_bytes(lines: list[tuple[str, ...]], said: tuple[str, ...] = _HELP, *, language: Language = "fr") -> bytes:
    """The bytes of the workbook: cells of `_WIDTHS` in order, blank or proposed where people write."""
    memory, workbook = new_workbook("Corrections des fiches")
    style = {"font_name": "Arial", "font_size": 10, "valign": "top", "num_format": "@", "text_wrap": True}
    head = workbook.add_format({**style, "bold": True, "bg_color": "#dbe8eb"})
    known = workbook.add_format({**style, "font_color": "#5a5a5a"})
    asked = workbook.add_format({**style, "bg_color": "#fff8dc", "border": 1, "border_color": "#d9d6cf"})
    sheet = workbook.add_worksheet("corrections")
    sheet.freeze_panes(1, 3)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    for column, (name, width) in enumerate(_WIDTHS.items()):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, name, head)
    for number, line in enumerate(lines, 1):
        for column in range(len(_WIDTHS)):
            text = line[column] if column < len(line) else ""
            written = known if column < _KNOWN else asked
            sheet.write_string(number, column, text, written) if text else sheet.write_blank(
                number, column, None, written
            )
    sheet.autofilter(0, 0, len(lines), len(_WIDTHS) - 1)
    notice = workbook.add_worksheet("Read me" if language == "en" else "Lisez-moi")
    notice.set_column(0, 0, 110)
    for number, sentence in enumerate(said):
        notice.write_string(number, 0, in_language(sentence, language), workbook.add_format(style))
    workbook.close()
    return memory.getvalue()
