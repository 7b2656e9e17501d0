"""What is looked for in a workbook, whatever its format."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

Cell = tuple[int, int]
BUILT_IN = {9: "0%", 10: "0.00%", 14: "m/d/yyyy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy"}
ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}


class Suspicious(Exception):  # noqa: N818 - not an error of ours: what the file is, in French
    """A workbook that must not be opened; its text says why."""


@dataclass
class SheetScan:
    """What one sheet hides, cells as ``(row from 1, column from 0)``.

    Attributes:
        computed: formulas whose computed value was saved.
        uncomputed: formulas without value: what they showed is lost.
        errors: cells in error, with the error where the file says it.
        merged: first and last cell of each merged range.
        undayed: cells shown as a month or a year without a day (``mars-25``), with ``mois`` or ``annee``.
        unyeared: cells shown as a day without a year (``12/03``): the spreadsheet added the year of that day.
        percents: numbers shown as a percentage: 40 % is kept as 0.4.
        hidden_lines: lines hidden by hand or by a filter.
        hidden_columns: hidden columns, from 0.
        values: computed texts that the reader of .xls is known to lose.
    """

    computed: list[Cell] = field(default_factory=list)
    uncomputed: list[Cell] = field(default_factory=list)
    errors: dict[Cell, str] = field(default_factory=dict)
    merged: list[tuple[Cell, Cell]] = field(default_factory=list)
    undayed: dict[Cell, str] = field(default_factory=dict)
    unyeared: list[Cell] = field(default_factory=list)
    percents: list[Cell] = field(default_factory=list)
    hidden_lines: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    values: dict[Cell, str] = field(default_factory=dict)

    def formatted(self, cell: Cell, shown: str) -> None:
        """Note a number whose format shows only a part of a date (`shown_of`)."""
        if shown in ("mois", "annee"):
            self.undayed[cell] = shown
        elif shown == "jour_mois":
            self.unyeared.append(cell)
        elif shown == "pourcent":
            self.percents.append(cell)


@dataclass
class WorkbookScan:
    """What a workbook hides: by sheet, and its macros; ``known`` is False when its format could not be looked into."""

    sheets: dict[str, SheetScan] = field(default_factory=dict)
    macros: bool = False
    known: bool = True


def shown_of(code: str) -> str:
    """What a number format shows other than what is kept: ``mois`` (and year), ``annee``, ``jour_mois``, ``pourcent``.

    >>> shown_of("mmm-yy"), shown_of("yyyy"), shown_of("d mmmm"), shown_of("dd/mm/yyyy"), shown_of("0.0%")
    ('mois', 'annee', 'jour_mois', '', 'pourcent')
    """
    first = re.sub(r'\[[^\]]*\]|"[^"]*"|\\.|_.|\*.', "", code).lower().partition(";")[0]
    signs = set(first)
    if "%" in signs:
        return "pourcent"
    if signs & set("hs0#?@") or "general" in first or "standard" in first:
        return ""
    if "y" in signs and "d" not in signs:
        return "mois" if "m" in signs else "annee"
    return "jour_mois" if {"d", "m"} <= signs and "y" not in signs else ""
