"""What an .ods hides: formulas, errors, merged cells, hidden rows, dates shown as a month, tabs and line breaks."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from ect_research.corpus.reading.hidden import (
    LARGE_UNIT,
    SheetScan,
    Suspicious,
    by_local_name,
    parse_trees,
    shown_by,
)
from ect_research.words import Told

if TYPE_CHECKING:
    import zipfile
    from xml.etree.ElementTree import Element

    from ect_research.corpus.reading.hidden import Cell

_MOST_REPEATED = 50_000
_WIDEST = 2000
_FORMATS = {"date-style", "percentage-style", "number-style", "currency-style"}
_TREES = {*_FORMATS, "style", "shapes", "table-column", "table-column-group", "table-row"}
_CELLS = ("table-cell", "covered-table-cell")
_SAYS_NOTHING = {"style-name", "number-columns-repeated", "number-matrix-columns-spanned", "content-validation-name"}
_BREAKS = {"tab": "\t", "line-break": "\n"}


def scan_ods(archive: zipfile.ZipFile) -> dict[str, SheetScan]:
    """What each sheet hides; date styles, then the cell styles that use them, come before the sheets."""
    reader = _Reader()
    for part in ("styles.xml", "content.xml"):
        if part in archive.namelist():
            parse_trees(archive.read(part), _TREES, reader.found, reader.opened)
    for scan in reader.sheets.values():
        scan.refuse_far_cell()
    return reader.sheets


def _format_shows(style: Element) -> str:
    """What a format shows of what is kept (`shown_of`)."""
    if style.tag == "percentage-style":
        return "pourcent"
    divided = any(name.endswith("display-factor") for part in style.iter() for name in part.attrib)
    if not divided and any(map(LARGE_UNIT.search, style.itertext())):
        return "milliers"
    parts = {part.tag for part in style.iter()}
    return shown_by("year" in parts, "month" in parts, "day" in parts)


def _struck(style: Element) -> bool | None:
    """Whether a style strikes the text through, None when it does not say."""
    for part in style.iter("text-properties"):
        said = by_local_name(part.attrib)
        if line := said.get("text-line-through-style") or said.get("text-line-through-type"):
            return line != "none"
    return None


def _text_of(element: Element) -> Iterator[str]:
    yield _BREAKS.get(element.tag) or (element.text or "")
    if element.tag == "s":
        yield " " * int(by_local_name(element.attrib).get("c", "1"))
    for inside in element:
        yield from _text_of(inside)
        yield inside.tail or ""


class _Cell:
    """A cell, and those it stands for: its own paragraphs, not those of a comment or a drawing on it."""

    def __init__(self, cell: Element) -> None:
        self.said = by_local_name(cell.attrib)
        kinds = [value for name, value in cell.attrib.items() if name.endswith("value-type")]
        self.kind = "error" if "error" in kinds else "".join(kinds[:1])
        paragraphs = cell.findall("p")
        self.text = "\n".join("".join(_text_of(one)) if len(one) else one.text or "" for one in paragraphs)
        self.written = bool(paragraphs)
        beside = [part for part in cell if part.tag != "p"] if len(cell) > len(paragraphs) else []
        self.notes = sum(part.tag == "annotation" for part in beside)
        self.boxes = sum(part.tag != "annotation" and _speaks(part) for part in beside)
        inside = [part for one in paragraphs if len(one) for part in one.iter()]
        self.breaks = any(part.tag in _BREAKS for part in inside)
        self.spans = [by_local_name(part.attrib).get("style-name", "") for part in inside if part.tag == "span"]
        self.repeated = int(self.said.get("number-columns-repeated", "1"))
        self.matters = bool(self.written or self.kind or self.said.keys() - _SAYS_NOTHING)


class _Reader:
    def __init__(self) -> None:
        self.sheets: dict[str, SheetScan] = {}
        self.scan = SheetScan()
        self.formats: dict[str, str] = {}
        self.styles: dict[str, tuple[str, str, bool | None]] = {}  # format, style it derives from, whether struck
        self.shown = cache(self.shown_by_style)
        self.defaults: list[str] = []
        self.line = 1

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table":
            self.scan = self.sheets[by_local_name(attributes).get("name", "")] = SheetScan()
            self.line, self.defaults = 1, []

    def found(self, tree: Element) -> None:
        said = by_local_name(tree.attrib)
        if tree.tag == "table-row":
            self.row(tree, said)
        elif tree.tag == "shapes":
            self.scan.boxes += sum(map(_speaks, tree))
        elif tree.tag == "style":
            data, parent = said.get("data-style-name", ""), said.get("parent-style-name", "")
            self.styles[said.get("name", "")] = data, parent, _struck(tree)
        elif tree.tag in _FORMATS:
            self.formats[said.get("name", "")] = _format_shows(tree)
        else:
            for column in tree.iter("table-column"):
                self.band(by_local_name(column.attrib), folded=tree.tag == "table-column-group")

    def shown_by_style(self, style: str) -> tuple[str, bool]:
        """What a cell style shows, by its own format or that of the style it derives from, and whether it is struck."""
        data, struck = "", None
        for _ in range(len(self.styles)):
            if style not in self.styles:
                break
            own, style, line = self.styles[style]
            data, struck = data or own, line if struck is None else struck
        return self.formats.get(data, ""), bool(struck)

    def band(self, said: dict[str, str], *, folded: bool) -> None:
        """Columns of one look; a folded group shows its + sign."""
        width = min(int(said.get("number-columns-repeated", "1")), _WIDEST)
        if said.get("visibility", "visible") != "visible" and not folded:
            self.scan.hidden_columns += range(len(self.defaults), len(self.defaults) + width)
        self.defaults += [said.get("default-cell-style-name", "")] * width

    def row(self, row: Element, said: dict[str, str]) -> None:
        repeated, column = int(said.get("number-rows-repeated", "1")), 0
        written: list[tuple[_Cell, int]] = []
        for element in row:
            if element.tag in _CELLS:
                cell = _Cell(element)
                self.scan.notes += [(self.line, column)] * cell.notes
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
            for line in lines:
                for step in range(min(cell.repeated, _MOST_REPEATED)):
                    self.note(cell, (line, first + step))
        self.line += repeated

    def note(self, cell: _Cell, at: Cell) -> None:
        scan, kind, text = self.scan, cell.kind, cell.text
        rows, columns = int(cell.said.get("number-rows-spanned", 1)), int(cell.said.get("number-columns-spanned", 1))
        if rows > 1 or columns > 1:
            scan.merged.append((at, (at[0] + rows - 1, at[1] + columns - 1)))
        formula = "formula" in cell.said
        if not (kind or text or formula):
            return
        scan.last = max(scan.last[0], at[0]), max(scan.last[1], at[1])
        if (kind in ("", "error", "string") and not text.strip()) or formula or kind == "error":
            scan.perhaps += 1
        else:
            scan.filled += 1
        if cell.breaks and kind == "string":
            scan.values[at] = text
        if kind == "error":
            scan.errors[at] = text
        elif formula:
            (scan.computed if kind or cell.written else scan.uncomputed).append(at)  # ="" shows nothing
        style = cell.said.get("style-name") or (self.defaults[at[1]] if at[1] < len(self.defaults) else "")
        shown, struck = self.shown(style)
        if struck or any(self.shown(name)[1] for name in cell.spans):
            scan.struck.append(at)
        if shown and kind in ("date", "percentage", "float", "currency"):
            scan.shown[at] = shown


def _speaks(drawing: Element) -> bool:
    return any(text.strip() for text in drawing.itertext())
