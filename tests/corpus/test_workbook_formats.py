"""Spreadsheet formats: what a cell shows of a date, what a formula gave, what is hidden, in xlsx, xlsb, xls and ods."""

import io
import shutil
import struct
import zipfile
from pathlib import Path

import pytest

from ect_research import check_corpus, load_corpus
from ect_research.corpus.reading.hidden.ole_file import read_streams
from ect_research.corpus.reading.workbook_file import read_workbook

FORMATS = Path(__file__).parent / "formats"
HEAD = ["evenement_id", "projet_id", "type_evenement", "date_debut", "source_id", "certitude", "description"]


@pytest.fixture
def opened(make_corpus):
    def open_(name):
        folder = make_corpus(evenements=None)
        shutil.copy(FORMATS / name, folder / f"evenements{Path(name).suffix}")
        return folder

    return open_


@pytest.mark.parametrize("name", ["formats.xlsx", "formats.ods", "formats.xls"])
def test_each_date_is_read_as_the_sheet_shows_it_and_what_it_hides_is_told(opened, name):
    problems = check_corpus(opened(name))
    errors = problems[problems["niveau"] == "erreur"]
    told = {(line, column): text for line, column, text in errors[["ligne", "colonne", "probleme"]].to_numpy().tolist()}
    lost = {
        "formats.xls": {(2, "description")},
        "formats.ods": {(4, "description")},
        "formats.xlsx": {(4, "description")},
    }
    assert set(told) == {(3, "description"), (5, "description")} | lost[name]
    assert all("sans valeur calculée" in told[cell] for cell in lost[name])
    alerts = problems.loc[problems["niveau"] == "alerte", ["ligne", "valeur", "probleme"]].to_numpy().tolist()
    for line, cell, words in (
        (2, "D2", "3 date(s) affichées sans jour et enregistrées au premier"),
        (6, "D6", "enregistrées à un jour précis"),
        (7, "D7", "affichées sans année"),
        (4, "", "1 ligne(s) masquées"),
        (1, "", "colonne F masquée"),
        (6, "G6:G7", "fusionnées"),
    ):
        assert any(row[:2] == [line, cell] and words in row[2] for row in alerts), words


@pytest.mark.parametrize("name", ["formats.xlsx", "formats.ods", "formats.xls"])
def test_a_month_in_a_date_cell_is_a_month_in_the_corpus(opened, name):
    folder = opened(name)
    reading = read_workbook(folder / f"evenements{Path(name).suffix}")
    dates = [cells[3] for _, cells in reading.tables[0].rows]
    assert dates == ["03/2025", "04/2025", "2024", "2025-03-01", "2025-03-15", "2025-03-12"]
    head = ";".join(HEAD[:6])
    rows = "".join(f"E{n};P1;atelier_tenu;{text};S1;2_declare\n" for n, text in enumerate(dates))
    (folder / f"evenements{Path(name).suffix}").unlink()
    (folder / "evenements.csv").write_text(f"{head}\n{rows}", encoding="utf-8")
    precision = load_corpus(folder).tables["evenements"]["date_debut_precision"].astype("str").tolist()
    assert precision == ["mois", "mois", "annee", "jour", "jour", "jour"]


def record(kind, body=b""):
    one = bytes([kind]) if kind < 128 else bytes([kind & 127 | 128, kind >> 7])
    size, length = b"", len(body)
    while True:
        size += bytes([length & 127 | (128 if length > 127 else 0)])
        length >>= 7
        if not length:
            return one + size + body


def wide(text):
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def xlsb(rows) -> bytes:
    """A minimal .xlsb; a cell is a text, a (number, style), or (kind, body) of a formula or an error."""
    sheet = record(129) + record(148, struct.pack("<IIII", 0, len(rows) - 1, 0, 6)) + record(145)
    for line, cells in enumerate(rows):
        sheet += record(0, struct.pack("<IIHBBBI", line, 0, 300, 0, 0, 0, 0))
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                sheet += record(6, struct.pack("<II", column, 0) + wide(cell)) if cell else b""
            elif isinstance(cell[1], bytes):
                sheet += record(cell[0], struct.pack("<II", column, 0) + cell[1])
            else:
                sheet += record(5, struct.pack("<IId", column, cell[1], cell[0]))
    sheet += (
        record(146) + record(177, struct.pack("<I", 1)) + record(176, struct.pack("<IIII", 4, 5, 6, 6)) + record(178)
    )
    styles = (
        record(278)
        + record(615, struct.pack("<I", 1))
        + record(44, struct.pack("<H", 164) + wide("mm/yyyy"))
        + record(616)
    )
    styles += record(617, struct.pack("<I", 3))
    styles += b"".join(record(47, struct.pack("<HHHHHHHH", 0, number, 0, 0, 0, 0, 0, 0)) for number in (0, 164, 14))
    styles += record(618) + record(279)
    book = (
        record(131)
        + record(143)
        + record(156, struct.pack("<II", 0, 1) + wide("r1") + wide("evenements"))
        + record(144)
    )
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    link = f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{kind}/%s" Target="%s"/>'
    link += "%s</Relationships>"
    more = f'<Relationship Id="r2" Type="{kind}/styles" Target="styles.bin"/>'
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        archive.writestr("[Content_Types].xml", f'<Types xmlns="{package}/content-types"/>')
        archive.writestr("_rels/.rels", link % ("officeDocument", "xl/workbook.bin", ""))
        archive.writestr("xl/workbook.bin", book + record(132))
        archive.writestr("xl/_rels/workbook.bin.rels", link % ("worksheet", "worksheets/sheet1.bin", more))
        archive.writestr("xl/styles.bin", styles)
        archive.writestr("xl/worksheets/sheet1.bin", sheet + record(130))
    return memory.getvalue()


def test_an_xlsb_is_looked_into_as_an_xlsx_is(make_corpus):
    folder = make_corpus(evenements=None)
    end = struct.pack("<H", 0) + struct.pack("<I", 0)
    on_load = struct.pack("<dH", 0.0, 2) + struct.pack("<I", 0)
    rows = [
        HEAD,
        ["E1", "P1", "atelier_tenu", (45717.0, 1), "S1", "2_declare", (8, wide("un texte") + end)],
        ["E2", "P1", "atelier_tenu", (45717.0, 2), "S1", "2_declare", (9, on_load)],
        ["E3", "P1", "atelier_tenu", "2024", "S1", "2_declare", (11, b"\x07" + end)],
        ["E4", "P1", "atelier_tenu", "2024", "S1", "2_declare", (3, b"\x2a")],
    ]
    (folder / "evenements.xlsb").write_bytes(xlsb(rows))
    reading = read_workbook(folder / "evenements.xlsb")
    assert [cells[3] for _, cells in reading.tables[0].rows] == ["03/2025", "2025-03-01", "2024", "2024"]
    assert [cells[6] for _, cells in reading.tables[0].rows] == ["un texte", "", "", ""]
    problems = check_corpus(folder)
    errors = problems[problems["niveau"] == "erreur"]
    assert errors[["ligne", "valeur"]].to_numpy().tolist() == [[3, "G3"], [4, "#DIV/0!"], [5, "#N/A"]]
    alerts = problems.loc[problems["niveau"] == "alerte", "valeur"].tolist()
    assert {"G2", "D2", "G5:G6"} <= set(alerts)


def test_a_damaged_xls_is_told_and_never_crashes(tmp_path):
    data = (FORMATS / "formats.xls").read_bytes()
    path = tmp_path / "evenements.xls"
    for step in range(0, len(data), 97):
        path.write_bytes(data[:step] + bytes([data[step] ^ 0xFF]) + data[step + 1 :])
        reading = read_workbook(path)
        assert reading.tables or reading.problems
    for end in range(8, len(data), 397):
        path.write_bytes(data[:end])
        reading = read_workbook(path)
        assert reading.tables or reading.problems


def test_a_locked_xls_is_said_to_be_locked(tmp_path):
    data = (FORMATS / "formats.xls").read_bytes()
    book = read_streams(data)["Workbook"]
    second = 4 + struct.unpack_from("<H", book, 2)[0]
    place = data.index(book[second : second + 40])
    path = tmp_path / "projets.xls"
    path.write_bytes(data[:place] + struct.pack("<H", 0x2F) + data[place + 2 :])
    assert "mot de passe" in read_workbook(path).problems[0].probleme
