"""What the sheets of an .ods hide: formulas, errors, merged cells, hidden rows, notes, dates shown as a month, tabs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import product
from typing import TYPE_CHECKING

from ect_research.corpus.reading.sheet_scan import ALL, Look, SheetScan, Suspicious, trees
from ect_research.words import Told

if TYPE_CHECKING:
    import zipfile
    from xml.etree.ElementTree import Element

    from ect_research.corpus.reading.sheet_scan import Cell

_MOST_REPEATED = 50_000
_FORMATS = {"date-style", "percentage-style", "number-style", "currency-style"}
_CODES = {"year": "y", "month": "m", "day": "d", "hours": "h", "seconds": "s", "number": "0", "scientific-number": "0"}
_TREES = {*_FORMATS, "style", "config-item", "shapes", "table-column", "table-column-group", "table-row"}
_CELLS = ("table-cell", "covered-table-cell")
_SAYS_NOTHING = {"style-name", "number-columns-repeated", "number-matrix-columns-spanned", "content-validation-name"}
_BREAKS = {"tab": "\t", "line-break": "\n"}
_LOOKS = ("data-style-name", "background-color", "color", "use-window-font-color", "text-line-through-style",
          "text-line-through-type")  # fmt: skip


def scan_ods(archive: zipfile.ZipFile) -> dict[str, SheetScan]:
    """What each sheet hides; formats, then the cell styles that use them, come before the sheets."""
    reader = _Reader()
    for part in ("settings.xml", "styles.xml", "content.xml"):
        for tree in trees(archive.read(part), _TREES, {"table"}) if part in archive.namelist() else ():
            reader.found(tree, _plain(tree.attrib))
    for scan in reader.sheets.values():
        scan.refuse_far_cell()
    return reader.sheets


def _plain(attributes: dict[str, str]) -> dict[str, str]:
    """Attributes without their namespaces."""
    return {name.rpartition("}")[2]: value for name, value in attributes.items()}


def _code_of(style: Element) -> str:
    """A number format as an .xlsx writes it."""
    code = "%" * (style.tag == "percentage-style")
    for part in style:
        divided = any(name.endswith("display-factor") for name in part.attrib)
        code += (_CODES.get(part.tag) or f'"{part.text or ""}"') + "," * divided
    return code


def _text_of(element: Element) -> Iterator[str]:
    yield _BREAKS.get(element.tag) or (element.text or "")
    if element.tag == "s":
        yield " " * int(_plain(element.attrib).get("c", "1"))
    for inside in element:
        yield from _text_of(inside)
        yield inside.tail or ""


class _Cell:
    """A cell, and those it stands for: its own paragraphs, not those of a comment or a drawing on it."""

    def __init__(self, cell: Element) -> None:
        self.said = _plain(cell.attrib)
        kinds = [value for name, value in cell.attrib.items() if name.endswith("value-type")]
        self.kind = "error" if "error" in kinds else "".join(kinds[:1])
        paragraphs = cell.findall("p")
        shown = "\n".join("".join(_text_of(one)) if len(one) else one.text or "" for one in paragraphs)
        self.text = shown or self.said.get("string-value", "")
        self.written, self.formula = bool(paragraphs), "formula" in self.said
        beside = [part for part in cell if part.tag != "p"]
        self.notes = sum(part.tag == "annotation" for part in beside)
        self.boxes = sum(part.tag != "annotation" and bool("".join(part.itertext()).strip()) for part in beside)
        inside = [part for one in paragraphs if len(one) for part in one.iter()]
        self.spans = [_plain(part.attrib).get("style-name", "") for part in inside if part.tag == "span"]
        self.repeated, self.rows, self.columns = (
            int(self.said.get(f"number-{name}", "1"))
            for name in ("columns-repeated", "rows-spanned", "columns-spanned")
        )
        self.matters = bool(self.written or self.kind or self.said.keys() - _SAYS_NOTHING)
        text = "text" if self.text.strip() else "perhaps" if self.written or self.kind else ""
        sort = {"": text, "string": text, "error": "error"}.get(self.kind, "number")
        self.content = sort, self.text
        # What a format that shows nothing leaves in the file, and what the reader gives without its tabs and breaks.
        self.unseen = self.written and not shown.strip() and (sort == "number" or bool(self.text))
        self.kept = self.kind == "string" and (self.unseen or any(part.tag in _BREAKS for part in inside))


class _Reader:
    def __init__(self) -> None:
        self.sheets: dict[str, SheetScan] = {}
        self.scan = SheetScan()
        self.formats: dict[str, str] = {}
        self.styles: dict[str, tuple[str, dict[str, str]]] = {}  # the style each derives from, and what it says
        self.look = cache(self.look_of)
        self.defaults: list[str] = []
        self.line, self.zeros = 1, ""  # the sign of the zeros where sheets show none

    def found(self, tree: Element, said: dict[str, str]) -> None:
        """One element of the file, in its order."""
        name = said.get("name", "")
        if tree.tag == "table":
            self.scan = self.sheets[name] = SheetScan()
            self.line, self.defaults = 1, []
        elif tree.tag == "table-row":
            self.row(tree, said)
        elif tree.tag == "shapes":
            self.scan.boxes += sum(bool("".join(drawing.itertext()).strip()) for drawing in tree)
        elif tree.tag == "style":
            parts = [_plain(part.attrib).items() for part in tree.iter()]
            told = {key: value for part in parts for key, value in part if key in _LOOKS}
            self.styles[name] = said.get("parent-style-name", ""), told
        elif tree.tag in _FORMATS:
            self.formats[name] = _code_of(tree)
        elif tree.tag == "config-item":
            self.zeros += "0" * (name == "ShowZeroValues" and tree.text == "false")
        else:
            for column in tree.iter("table-column"):
                self.band(_plain(column.attrib), folded=tree.tag == "table-column-group")

    def look_of(self, style: str, span: str = "") -> Look:
        """What a style does, and that of a part of a text in it, by their words or those of the styles they derive from."""
        said: dict[str, str] = {}
        for name in (span, style):
            for _ in range(len(self.styles)):
                name, own = self.styles.get(name, ("", {}))  # noqa: PLW2901 - from parent to parent
                said = own | said
        line = said.get("text-line-through-style") or said.get("text-line-through-type") or "none"
        ink = "" if said.get("use-window-font-color") == "true" else said.get("color", "")
        ink, ground = (colour.lstrip("#").upper() for colour in (ink, said.get("background-color", "")))
        code = self.formats.get(said.get("data-style-name", ""), "")
        return Look.of(code, ink, ground.replace("TRANSPARENT", ""), struck=line != "none")

    def band(self, said: dict[str, str], *, folded: bool) -> None:
        """Columns of one look; a folded group shows its + sign."""
        width = min(int(said.get("number-columns-repeated", "1")), 2000)  # beyond, nothing is typed
        if said.get("visibility", "visible") != "visible" and not folded:
            self.scan.hidden_columns += range(len(self.defaults), len(self.defaults) + width)
        self.defaults += [said.get("default-cell-style-name", "")] * width

    def row(self, row: Element, said: dict[str, str]) -> None:
        repeated, column = int(said.get("number-rows-repeated", "1")), 0
        written: list[tuple[_Cell, int]] = []
        for element in row:
            if element.tag in _CELLS:
                cell = _Cell(element)
                self.scan.cells["note"] += [(self.line, column)] * cell.notes
                self.scan.boxes += cell.boxes
                if cell.matters:
                    written.append((cell, column))
                column += cell.repeated
        filled = [cell for cell, _ in written if cell.kind or cell.text]
        if filled and (times := max(repeated, *(cell.repeated for cell in filled))) > _MOST_REPEATED:
            raise Suspicious(Told("une cellule remplie répétée {times} fois", times=times))
        lines = range(self.line, self.line + min(repeated, _MOST_REPEATED))
        if written and said.get("visibility", "visible") != "visible":
            self.scan.hidden_lines += lines
        for cell, first in written:
            for at in product(lines, range(first, first + min(cell.repeated, _MOST_REPEATED))):
                self.note(cell, at)
        self.line += repeated

    def note(self, cell: _Cell, at: Cell) -> None:
        if cell.rows > 1 or cell.columns > 1:
            self.scan.merged.append((at, (at[0] + cell.rows - 1, at[1] + cell.columns - 1)))
        if not (cell.kind or cell.text or cell.formula):
            return
        if cell.kept:
            self.scan.values[at] = cell.text
        style = cell.said.get("style-name") or (self.defaults[at[1]] if at[1] < len(self.defaults) else "")
        looks = [self.look(style), *(self.look(style, span) for span in cell.spans)]
        unseen = ALL if cell.unseen else self.zeros + "".join(look.unseen for look in looks)
        look = replace(looks[0], struck=any(look.struck for look in looks), unseen=unseen)
        self.scan.note(at, cell.content, look, formula=cell.formula)
