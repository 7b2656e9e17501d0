"""An officer alone: an empty folder, the workbook typed with slips, four commands, no text file, a page.

``data/classeur_drome.json``: 28 invented projects of the Drôme, as a person types them in the blank workbook.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

import ect_research

DATA = Path(__file__).parent / "data" / "classeur_drome.json"
OWN = {
    "étude": {(5, 2): "Rien : tout vient de documents publics", (6, 2): "Projets inventés pour un essai."},
    "listes": {(4, 1): "La Fabrique", (4, 2): "fabrique", (5, 1): "Fonds d’essai", (5, 2): "fonds_essai"},
}
# Sheet, row, head of the column, what a hurried hand types, what the message must say to do.
SLIPS = [
    ("evenements", 7, "Date", "12/03/24", "12/03/2024"),
    ("evenements", 42, "Projet", "P99", "l’ajouter à « projets » ou le corriger"),
    ("evenements", 43, "Date", "30/02/2024", "02/2024"),
    ("projets", 5, "Thématique", "Mobilitée", "Mobilité"),
    ("projets", 9, "Statut juridique", "Asso 1901", "Association loi 1901"),
]


def type_cells(path: Path, cells: list[tuple[str, int, str, object]]) -> None:
    """Type values in the workbook as a spreadsheet would keep them."""
    workbook = openpyxl.load_workbook(path)
    for sheet, row, head, value in cells:
        heads = [cell.value for cell in workbook[sheet][1]]
        workbook[sheet].cell(row, heads.index(head) + 1).value = value
    workbook.save(path)


def type_workbook(path: Path) -> list[tuple[str, int, str, object]]:
    """Type the invented corpus, the answers of the sheet « étude » and the programmes; the cells that the slips will spoil."""
    typed = json.loads(DATA.read_text("utf-8"))
    cells = [
        (sheet, row, head, value)
        for sheet, told in typed.items()
        for row, line in enumerate(told["lignes"], 2)
        for head, value in zip(told["tete"], line, strict=True)
        if value != ""
    ]
    type_cells(path, cells)
    workbook = openpyxl.load_workbook(path)
    for sheet, answers in OWN.items():
        for (row, column), value in answers.items():
            workbook[sheet].cell(row, column).value = value
    workbook.save(path)
    typed_at = {(sheet, row, head): value for sheet, row, head, value in cells}
    return [(sheet, row, head, typed_at.get((sheet, row, head))) for sheet, row, head, *_ in SLIPS]


@pytest.mark.croisement
def test_four_commands_no_text_file_and_every_slip_says_where_what_and_what_to_do(tmp_path):
    library = str(Path(ect_research.__file__).resolve().parent.parent)
    environment = {**os.environ, "PYTHONPATH": library, "CI": "1", "COLUMNS": "100"}
    said: list[str] = []

    def ect(*words: str, at: Path = tmp_path) -> int:
        words = [sys.executable, "-m", "ect_research", *words]
        done = subprocess.run(words, cwd=at, env=environment, capture_output=True, text=True, check=False)
        said.append(re.sub("[\u00a0\u202f]", " ", done.stdout + done.stderr))
        assert "Traceback" not in said[-1]
        return done.returncode

    assert ect("nouveau", "drome", "--departement", "26", "--date", "2026-11-30") == 0
    folder = tmp_path / "drome"
    workbook = folder / "surveys/drome/drome.xlsx"
    texts = {path: path.read_bytes() for path in folder.rglob("*") if path.suffix in (".toml", ".csv", ".md")}
    right = type_workbook(workbook)
    type_cells(workbook, [slip[:4] for slip in SLIPS])
    assert ect("check", "drome", at=folder) == 1
    paragraphs = [" ".join(part.split()) for part in said[-1].split("\n\n")]
    for sheet, row, head, value, remedy in SLIPS:
        (told,) = [
            part
            for part in paragraphs
            if f"feuille {sheet}, ligne {row}, « {head} »" in part and f"« {value} »" in part
        ]
        assert "que faire : " in told and remedy in told.partition("que faire : ")[2], told
    assert f"Erreurs : {len(SLIPS)}" in said[-1]
    type_cells(workbook, right)
    assert ect("check", "drome", at=folder) == 0, said[-1]
    assert ect("run", at=folder) == 0, said[-1][-3000:]
    page = (folder / "outputs/drome/index.html").read_text("utf-8")
    assert "Légumerie de la vallée" in page and len(said) == 4
    assert {path: path.read_bytes() for path in texts} == texts, "no text file was written by hand"
