"""Text that a spreadsheet would run as a formula, made harmless in the files that people open."""

from __future__ import annotations

# The last four are what East Asian keyboards type, which spreadsheets run too (OWASP, *CSV injection*).
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def neutralise(cell: str) -> str:
    """A text that no spreadsheet runs: an apostrophe before what would be a formula.

    >>> neutralise("=1+1"), neutralise("libre")
    ("'=1+1", 'libre')
    """
    return f"'{cell}" if cell.startswith(_STARTS) else cell


def neutralise_text(cell: str) -> str:
    """The same for a cell that may also be a number, which is left alone.

    >>> neutralise_text("-1,5"), neutralise_text("- un tiret")
    ('-1,5', "'- un tiret")
    """
    plain = cell[1:].replace(",", ".", 1)
    return cell if cell[:1] in "+-" and plain.replace(".", "", 1).isdecimal() else neutralise(cell)
