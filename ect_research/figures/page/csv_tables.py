"""A frame as two CSV files: one that a French spreadsheet opens with a double click, one for machines."""

from __future__ import annotations

import csv
import io
import math
import re
from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from ect_research.corpus.text.raw_table import neutralise
from ect_research.words import say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ect_research.figures.page.formats import Language


Flavour = Literal["fr", "machine"]
_SIGNIFICANT = 12


@dataclass(frozen=True)
class TextTable:
    """A table whose every cell is already written.

    Attributes:
        header: column names.
        rows: cells, as many per row as there are names.
        numeric: names of the columns that hold numbers.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[str, ...]


def write_text(frame: pd.DataFrame, flavour: Flavour) -> TextTable:
    """Write every cell of a frame for one kind of reader; a named or labelled index becomes columns.

    Args:
        frame: any frame; tuples are joined with `` | ``, missing values are empty.
        flavour: ``fr`` (decimal comma, ``oui``/``non``, JJ/MM/AAAA) or ``machine`` (point,
            ``true``/``false``, ISO dates).

    >>> table = write_text(pd.DataFrame({"étape": ["idée"], "part": [0.25], "vu": [True]}), "fr")
    >>> table.rows, table.numeric
    ((('idée', '0,25', 'oui'),), ('part',))
    """
    flat = _with_index_as_columns(frame)
    names = tuple(_name(label) for label in flat.columns)
    numeric = tuple(
        name
        for name, position in zip(names, range(flat.shape[1]), strict=True)
        if _holds_numbers(flat.iloc[:, position])
    )
    columns = [
        [_cell(value, flavour) for value in flat.iloc[:, position].tolist()] for position in range(flat.shape[1])
    ]
    rows = tuple(zip(*columns, strict=True)) if columns else ()
    return TextTable(names, rows, numeric)


def csv_bytes(frame: pd.DataFrame, flavour: Flavour) -> bytes:
    r"""The bytes of the CSV file of one flavour.

    The French file (UTF-8 with BOM, ``;``, decimal comma) neutralises text that a spreadsheet would run.

    >>> csv_bytes(pd.DataFrame({"nom": ["=1+1"], "valeur": [-1.5]}), "fr").decode("utf-8-sig")
    "nom;valeur\n'=1+1;-1,5\n"
    """
    table = write_text(frame, flavour)
    if flavour == "machine":
        return _joined((table.header, *table.rows), ",").encode("utf-8")
    is_text = [name not in table.numeric for name in table.header]
    safe = [[neutralise(cell) if text else cell for cell, text in zip(row, is_text, strict=True)] for row in table.rows]
    return _joined(([neutralise(name) for name in table.header], *safe), ";").encode("utf-8-sig")


def read_machine(data: bytes) -> TextTable:
    """The cells of a machine CSV as they are written in it; `TextTable.numeric` is left empty."""
    rows = list(csv.reader(io.StringIO(data.decode("utf-8"))))
    return TextTable(tuple(rows[0]), tuple(tuple(row) for row in rows[1:]), ())


def _joined(rows: Iterable[Iterable[str]], delimiter: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _with_index_as_columns(frame: pd.DataFrame) -> pd.DataFrame:
    index = frame.index
    if isinstance(index, pd.RangeIndex) and index.name is None:
        return frame
    return frame.reset_index()


def _name(label: object) -> str:
    if isinstance(label, tuple):
        return " · ".join(str(part) for part in label if str(part))
    return str(label)


def _holds_numbers(column: pd.Series[Any]) -> bool:
    if pd.api.types.is_bool_dtype(column.dtype):
        return False
    if pd.api.types.is_numeric_dtype(column.dtype):
        return True
    known = [value for value in column.tolist() if not _is_missing(value)]
    return bool(known) and column.dtype == object and all(_is_number(value) for value in known)


def _is_number(value: object) -> bool:
    return pd.api.types.is_number(value) and not pd.api.types.is_bool(value)


def _is_missing(value: Any) -> bool:  # noqa: ANN401 - whatever a frame holds
    return value is None or (pd.api.types.is_scalar(value) and bool(pd.isna(value)))


def _cell(value: Any, flavour: Flavour) -> str:  # noqa: ANN401 - whatever a frame holds
    if _is_missing(value):
        return ""
    if pd.api.types.is_bool(value):
        return ("non", "oui")[bool(value)] if flavour == "fr" else ("false", "true")[bool(value)]
    if pd.api.types.is_number(value):
        return str(int(value)) if pd.api.types.is_integer(value) else _decimal(value, flavour)
    if isinstance(value, pd.Timestamp):
        return _date(value, flavour)
    if isinstance(value, (tuple, list)):
        return " | ".join(_cell(part, flavour) for part in value)
    return str(value)


def _decimal(number: Any, flavour: Flavour) -> str:  # noqa: ANN401 - any of numpy's and Python's floats
    value = float(number)
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    written = f"{value + 0.0:.{_SIGNIFICANT}g}"
    return written.replace(".", ",") if flavour == "fr" else written


def _date(value: pd.Timestamp, flavour: Flavour) -> str:
    midnight = value == value.normalize()
    if flavour == "fr":
        return value.strftime("%d/%m/%Y" if midnight else "%d/%m/%Y %H:%M:%S")
    return value.strftime("%Y-%m-%d" if midnight else "%Y-%m-%dT%H:%M:%S")


_THIN_SPACE = "\u202f"
_DAY = re.compile(r"^(\d{4})-(\d\d)-(\d\d)$")
_MINUS = "\u2212"


def page_policy(script: str = "") -> str:
    """The element by which a page forbids itself everything but its own style, its pictures and one script that it holds.

    >>> "script-src 'none'" in page_policy(), "sha256-" in page_policy("let a=1;")
    (True, True)
    """
    digest = b64encode(sha256(script.encode("utf-8")).digest()).decode("ascii")
    scripts = f"'sha256-{digest}'" if script else "'none'"
    allowed = f"script-src {scripts}; style-src 'unsafe-inline'; img-src 'self' file: data:; font-src data:"
    said = f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"
    return f'<meta http-equiv="Content-Security-Policy" content="{said}">'


def html_table(
    table: TextTable, *, numeric: tuple[str, ...], caption: str = "", limit: int = 200, language: Language = "fr"
) -> str:
    """The table as ``<table>``, its first ``limit`` rows only, followed by a line that says what is left out.

    Args:
        table: cells of the machine flavour.
        numeric: columns to align right and to write as a reader does.
        caption: text of ``<caption>``, none when empty.
        limit: greatest number of rows written.
        language: ``fr`` or ``en``.
    """
    is_number = [name in numeric for name in table.header]
    head = "".join(
        f'<th scope="col"{_class(number)}>{escape(name)}</th>'
        for name, number in zip(table.header, is_number, strict=True)
    )
    body = "".join(f"<tr>{_cells(row, is_number, language)}</tr>\n" for row in table.rows[:limit])
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    left_out = len(table.rows) - limit
    more = f'<p class="left-out">{_left_out(limit, len(table.rows), language)}</p>' if left_out > 0 else ""
    return f"<table>{title}<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody></table>{more}"


def _left_out(limit: int, count: int, language: Language) -> str:
    whole = written_number(str(count), language)
    return say("{n} premières lignes sur {whole}.", language).format(n=limit, whole=whole)


def written_number(written: str, language: Language = "fr") -> str:
    """A number of the machine flavour as a reader writes it, to four significant decimals.

    >>> written_number("-1234567.891", "en"), written_number("0.16923", "en")
    ('−1,234,567.9', '0.1692')
    """
    french = french_number(written)
    return french.replace(",", ".").replace(_THIN_SPACE, ",") if language == "en" and french != written else french


def french_number(written: str) -> str:
    """A number of the machine flavour as a French reader writes it, to four significant decimals.

    Years and other integers below 10 000 keep their digits together.

    >>> french_number("-1234567.891"), french_number("0.16923"), french_number("2025"), french_number("")
    ('−1\u202f234\u202f567,9', '0,1692', '2025', '')
    """
    try:
        value = float(written)
    except ValueError:
        return written
    if not math.isfinite(value):
        return written
    is_whole = "." not in written and "e" not in written
    digits = f"{abs(value):.0f}" if is_whole else _rounded(abs(value))
    whole, _, decimals = digits.partition(".")
    if len(whole) > 4:
        whole = f"{int(whole):,}".replace(",", _THIN_SPACE)
    sign = _MINUS if value < 0 and digits.strip("0.") else ""
    return sign + whole + (f",{decimals}" if decimals else "")


def _rounded(value: float) -> str:
    """At most four significant digits, but never fewer than the integer part, and never a bare exponent."""
    if value >= 1000:
        return f"{value:.1f}"
    text = f"{value:.4g}"
    return f"{value:.8f}".rstrip("0") if "e" in text else text


def read_cell(cell: str, language: Language) -> str:
    """A cell of the machine flavour as a reader writes it.

    >>> read_cell("true", "fr"), read_cell("2025-03-12", "fr"), read_cell("2025-03", "en")
    ('oui', '12/03/2025', '2025-03')
    """
    if cell in ("true", "false"):
        return {"fr": ("oui", "non"), "en": ("yes", "no")}[language][cell == "false"]
    return _DAY.sub(r"\3/\2/\1", cell) if language == "fr" else cell


def _cells(row: tuple[str, ...], is_number: list[bool], language: Language) -> str:
    return "".join(
        f"<td{_class(number)}>{escape(written_number(cell, language) if number else read_cell(cell, language))}</td>"
        for cell, number in zip(row, is_number, strict=True)
    )


def _class(number: bool) -> str:  # noqa: FBT001 - a flag read from the column
    return ' class="nombre" style="text-align:right"' if number else ""
