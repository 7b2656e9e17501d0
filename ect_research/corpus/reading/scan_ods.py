"""What an .ods hides: formulas, errors, merged cells, hidden rows, dates shown as a month, tabs and line breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ect_research.corpus.reading.hidden import (
    LARGE_UNIT,
    SheetScan,
    Suspicious,
    by_local_name,
    chunks_of,
    parse_xml,
    shown_by,
)
from ect_research.words import Told

if TYPE_CHECKING:
    import zipfile

_MOST_REPEATED = 50_000
_WIDEST = 2000
_CELLS = ("table-cell", "covered-table-cell")
_SAYS_NOTHING = {"style-name", "number-columns-repeated", "number-matrix-columns-spanned", "content-validation-name"}
_BREAKS = {"tab": "\t", "line-break": "\n"}


def scan_ods(archive: zipfile.ZipFile) -> dict[str, SheetScan]:
    """What each sheet hides."""
    reader = _ContentReader()
    for part in ("styles.xml", "content.xml"):
        if part in archive.namelist():
            parse_xml(chunks_of(archive, part), reader.start, reader.end, reader.text)
    for scan in reader.sheets.values():
        scan.refuse_far_cell()
    return reader.sheets


class _Styles:
    """What each cell style shows of a date; date styles, then the cell styles that use them, come before the sheets."""

    def __init__(self) -> None:
        self.parts: dict[str, set[str]] = {}
        self.cells: dict[str, tuple[str, str]] = {}
        self.struck: dict[str, bool] = {}
        self.name = ""
        self.open: set[str] = set()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        said = by_local_name(attributes)
        if name.endswith("-style") or name == "style":
            self.open = set()
        if name in ("date-style", "percentage-style", "number-style", "currency-style"):
            self.open = self.parts[said.get("name", "")] = {name}
        elif name == "style":
            self.name = said.get("name", "")
            self.cells[self.name] = said.get("data-style-name", ""), said.get("parent-style-name", "")
        elif name == "text-properties" and (
            line := said.get("text-line-through-style") or said.get("text-line-through-type")
        ):
            self.struck[self.name] = line != "none"
        else:
            self.open |= {name, *(("divided",) if "display-factor" in said else ())}

    def text(self, text: str) -> None:
        if self.open and LARGE_UNIT.search(text):
            self.open.add("large")

    def shown(self, style: str) -> str:
        """What a cell style shows, by its own format or that of the style it derives from; ``barre`` when it is struck."""
        data, struck = "", None
        for _ in range(len(self.cells)):
            if style not in self.cells:
                break
            struck = self.struck.get(style) if struck is None else struck
            own, style = self.cells[style]
            data = data or own
        return f"{self._number(self.parts.get(data, set()))} {'barre' if struck else ''}".strip()

    def _number(self, parts: set[str]) -> str:
        if "percentage-style" in parts:
            return "pourcent"
        if "large" in parts and "divided" not in parts:
            return "milliers"
        return shown_by("year" in parts, "month" in parts, "day" in parts)


class _ContentReader:
    def __init__(self) -> None:
        self.sheets: dict[str, SheetScan] = {}
        self.scan = SheetScan()
        self.styles = _Styles()
        self.shown: dict[str, str] = {}
        self.defaults: list[str] = []
        self.line, self.column, self.lines = 1, 0, 1
        self.hidden = self.inside = False
        self.folded = 0
        self.cell: dict[str, str] | None = None
        self.depth, self.skipped = 0, ""
        self.pieces: list[str] = []
        self.breaks = False
        self.written: list[tuple[dict[str, str], int, str]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self.cell is not None:
            self.depth += 1
            self.say(name, attributes)
        elif name == "table":
            self.inside = True
            self.scan = self.sheets[by_local_name(attributes).get("name", "")] = SheetScan()
            self.line, self.defaults, self.folded = 1, [], 0
        elif not self.inside:
            self.styles.start(name, attributes)
        elif name == "table-column-group":
            self.folded += 1
        elif name == "table-column":
            self.band(by_local_name(attributes))
        elif name == "table-row":
            said = by_local_name(attributes)
            self.lines, self.column = int(said.get("number-rows-repeated", "1")), 0
            self.hidden = said.get("visibility", "visible") != "visible"
            self.written = []
        elif name in _CELLS:
            self.open_cell(attributes)

    def end(self, name: str) -> None:
        if self.cell is not None:
            if self.depth:
                self.depth -= 1
                return
            self.close_cell(self.cell)
        elif name == "table-row":
            self.close_row()
        elif name == "table-column-group":
            self.folded -= 1
        elif name == "table":
            self.inside = False

    def text(self, text: str) -> None:
        if self.pieces and self.depth and not self.skipped:
            self.pieces.append(text)
        elif not self.inside:
            self.styles.text(text)
        elif (self.skipped or self.cell is None) and self.skipped != "annotation" and text.strip():
            self.scan.boxes += 1
            self.skipped = self.skipped and "annotation"  # counted once

    def open_cell(self, attributes: dict[str, str]) -> None:
        kinds = [value for name, value in attributes.items() if name.endswith("value-type")]
        self.cell = by_local_name(attributes) | {"value-type": "error" if "error" in kinds else "".join(kinds[:1])}
        self.depth, self.pieces, self.breaks, self.skipped = 0, [], False, ""

    def say(self, name: str, attributes: dict[str, str]) -> None:
        """The texts of a cell: its own paragraphs, not those of a comment or a drawing on it."""
        if self.depth == 1:
            self.skipped = "" if name == "p" else name
            if name == "annotation":
                self.scan.notes.append((self.line, self.column))
            if not self.skipped:
                self.pieces.append("\n" if self.pieces else "")
        elif not self.skipped and name in _BREAKS:
            self.breaks = True
            self.pieces.append(_BREAKS[name])
        elif not self.skipped and name == "s":
            self.pieces.append(" " * int(by_local_name(attributes).get("c", "1")))
        elif not self.skipped and name == "span" and self.cell is not None:
            self.cell["spans"] = f"{self.cell.get('spans', '')} {by_local_name(attributes).get('style-name', '')}"

    def band(self, said: dict[str, str]) -> None:
        width = min(int(said.get("number-columns-repeated", "1")), _WIDEST)
        if said.get("visibility", "visible") != "visible" and not self.folded:
            self.scan.hidden_columns += range(len(self.defaults), len(self.defaults) + width)
        self.defaults += [said.get("default-cell-style-name", "")] * width

    def close_cell(self, cell: dict[str, str]) -> None:
        count = int(cell.get("number-columns-repeated", "1"))
        if self.pieces or cell.keys() - _SAYS_NOTHING - {"value-type"} or cell["value-type"]:
            self.written.append((cell, self.column, "".join(self.pieces)))
            if self.pieces:
                cell["breaks" if self.breaks else "written"] = "oui"
        self.column += count
        self.cell, self.pieces = None, []

    def close_row(self) -> None:
        filled = [one for one in self.written if one[0]["value-type"] or one[2]]
        for cell, _, _ in filled:
            if (times := max(self.lines, int(cell.get("number-columns-repeated", "1")))) > _MOST_REPEATED:
                raise Suspicious(Told("une cellule remplie répétée {times} fois", times=times))
        lines = range(self.line, self.line + (self.lines if filled else min(self.lines, _MOST_REPEATED)))
        if self.hidden and self.written:
            self.scan.hidden_lines += lines
        for cell, column, text in self.written:
            for at in ((line, column + step) for line in lines for step in range(_count(cell))):
                self.note(cell, at, text)
        self.line += self.lines

    def note(self, cell: dict[str, str], at: tuple[int, int], text: str) -> None:
        scan, kind = self.scan, cell["value-type"]
        rows, columns = (int(cell.get(f"number-{way}-spanned", "1")) for way in ("rows", "columns"))
        if rows > 1 or columns > 1:
            scan.merged.append((at, (at[0] + rows - 1, at[1] + columns - 1)))
        formula = "formula" in cell
        if not (kind or text or formula):
            return
        scan.last = max(scan.last[0], at[0]), max(scan.last[1], at[1])
        if (kind in ("", "error", "string") and not text.strip()) or formula or kind == "error":
            scan.perhaps += 1
        else:
            scan.filled += 1
        if "breaks" in cell and kind == "string":
            scan.values[at] = text
        if kind == "error":
            scan.errors[at] = text
        elif formula:
            computed = kind or cell.keys() & {"written", "breaks"}  # ="" shows nothing
            (scan.computed if computed else scan.uncomputed).append(at)
        self.note_style(cell, at, kind)

    def note_style(self, cell: dict[str, str], at: tuple[int, int], kind: str) -> None:
        style = cell.get("style-name") or (self.defaults[at[1]] if at[1] < len(self.defaults) else "")
        for name in (style, *cell.get("spans", "").split()):
            if name not in self.shown:
                self.shown[name] = self.styles.shown(name)
            if self.shown[name].endswith("barre"):
                self.scan.struck.append(at)
        if kind in ("date", "percentage", "float", "currency"):
            self.scan.formatted(at, self.shown[style].removesuffix("barre").strip())


def _count(cell: dict[str, str]) -> int:
    return min(int(cell.get("number-columns-repeated", "1")), _MOST_REPEATED)
