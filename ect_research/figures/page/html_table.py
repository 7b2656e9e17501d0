"""A written table as HTML, with French numbers, for notebooks and for the page."""

from __future__ import annotations

import math
import re
from base64 import b64encode
from hashlib import sha256
from html import escape
from typing import TYPE_CHECKING

from ect_research.words import say

if TYPE_CHECKING:
    from ect_research.figures.page.csv_tables import TextTable
    from ect_research.figures.page.formats import Language

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
