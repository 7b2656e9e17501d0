"""A workbook says the same whoever spelt its XML: prefix, quotes, order of attributes, addresses left out."""

import io
import runpy
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

import pytest

from ect_research.corpus.reading.scan_xlsx import column_of
from ect_research.corpus.reading.workbook_file import read_workbook

HERE = Path(__file__).parent
RED_TEAM = runpy.run_path(str(HERE / "test_red_team.py"))
ods, xlsx = RED_TEAM["ods"], RED_TEAM["xlsx"]
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def write(element: ET.Element, names: dict[str, str], *, quote: str, backwards: bool, root: bool = True) -> str:
    """An element as text, with the prefixes, quotes and order of attributes asked."""

    def named(name: str) -> str:
        space, _, local = name.removeprefix("{").rpartition("}")
        prefix = names.setdefault(space, f"n{len(names)}") if space else ""
        return f"{prefix}:{local}" if prefix else local

    def quoted(text: str) -> str:
        return quoteattr(text) if quote == '"' else f"'{escape(text, {chr(39): '&apos;', chr(10): '&#10;'})}'"

    attributes = [f"{named(name)}={quoted(value)}" for name, value in element.attrib.items()]
    inside = "".join(write(child, names, quote=quote, backwards=backwards, root=False) for child in element)
    tag, said = named(element.tag), escape(element.text or "")
    if root:
        attributes += [
            f"xmlns{prefix and ':' + prefix}={quoted(space)}" for space, prefix in names.items() if prefix != "xml"
        ]
    attributes = attributes[::-1] if backwards else attributes
    return f"<{' '.join([tag, *attributes])}>{said}{inside}</{tag}>{escape(element.tail or '') if not root else ''}"


def without_addresses(root: ET.Element) -> None:
    """Rows and cells without ``r``, the blank ones between them written."""
    for data in root.iter(f"{MAIN}sheetData"):
        rows, data[:] = list(data), []
        for row in rows:
            while len(data) + 1 < int(row.attrib.pop("r", len(data) + 1)):
                ET.SubElement(data, f"{MAIN}row")
            data.append(row)
            cells, row[:] = list(row), []
            for cell in cells:
                place = cell.attrib.pop("r", "").rstrip("0123456789")
                while place and len(row) < column_of(place):
                    ET.SubElement(row, f"{MAIN}c")
                row.append(cell)


def respelt(data: bytes, how: str) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "content.xml" or name.startswith("xl/worksheets/sheet") or name == "xl/styles.xml":
                names = {"http://www.w3.org/XML/1998/namespace": "xml"}
                spaces = ET.iterparse(io.BytesIO(content), ["start-ns"])  # noqa: S314
                names |= {space: prefix for _, (prefix, space) in spaces}
                names |= {space: "x" for space, prefix in names.items() if how == "préfixe" and not prefix}
                root = ET.fromstring(content)  # noqa: S314 - written by these tests
                if how == "sans adresses":
                    without_addresses(root)
                content = write(
                    root, names, quote="'" if how == "guillemets" else '"', backwards=how == "ordre"
                ).encode()
            target.writestr(name, content)
    return memory.getvalue()


def readable(data: bytes) -> bool:
    """A workbook whose XML can be rewritten: the others are refused before any spelling counts."""
    try:
        return bool(respelt(data, "ordre"))
    except (zipfile.BadZipFile, ET.ParseError, EOFError, KeyError, ValueError):
        return False


BOOKS = {
    case: (name, data)
    for case, (name, data, _) in RED_TEAM["REPORTED"].items()
    if name[-4:] in ("xlsx", ".ods", "xlsm")
}
BOOKS |= {case: ("projets.xlsx", data) for case, data in RED_TEAM["READ_RIGHT_IN_A_WORKBOOK"].items()}
BOOKS |= {
    str(path.name): (path.name, path.read_bytes())
    for path in (*HERE.glob("formats/*.[xo]*s*"), *HERE.glob("dirty/*.[xo]*s*"))
}
NOT_REWRITTEN = (
    "bombe zip",
    "zip qui ment sur sa taille",
    "entités xml",
    "entités dans un ods",
    "ligne pleine répétée un million de fois",
)
BOOKS = {case: book for case, book in BOOKS.items() if case not in NOT_REWRITTEN and readable(book[1])}


def told(path: Path) -> tuple[object, object]:
    reading = read_workbook(path)
    return reading.problems, [(table.place, table.header, table.rows, table.lost) for table in reading.tables]


@pytest.mark.parametrize("how", ["préfixe", "guillemets", "ordre", "sans adresses"])
@pytest.mark.parametrize("case", BOOKS)
def test_another_spelling_says_the_same(tmp_path: Path, case: str, how: str):
    name, data = BOOKS[case]
    if how == "sans adresses" and (not name.endswith(("xlsx", "xlsm")) or case == "cellule au bout du monde"):
        return  # an .ods has no addresses; a million blank rows need not be written
    for folder, content in (("avant", data), ("apres", respelt(data, how))):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_bytes(content)
    assert told(tmp_path / "apres" / name) == told(tmp_path / "avant" / name)


def test_a_spelling_that_the_reader_does_not_know_is_refused_and_not_read_as_blank(tmp_path: Path):
    path = tmp_path / "projets.ods"
    data = ods([["projet_id", "nom"], ["P1", "Four"]])
    for before, after in ((b"table:table", b"t:table"), (b"xmlns:table", b"xmlns:t")):
        data = RED_TEAM["with_part"](data, "content.xml", before, after)
    path.write_bytes(data)
    reading = read_workbook(path)
    assert reading.broken and not reading.tables
