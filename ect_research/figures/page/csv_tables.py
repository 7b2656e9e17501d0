"""A frame as two CSV files: one that a French spreadsheet opens with a double click, one for machines."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from ect_research.corpus.text.raw_table import neutralise

if TYPE_CHECKING:
    from collections.abc import Iterable

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
