"""How the report is laid out for each kind of reader; the results are the same, what stands first is not."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Layout:
    """One way of setting the report.

    Attributes:
        size: size of the text, points.
        margins: left and right margins of the text, mm; a wide one leaves a column.
        figure_margins: left and right margins of the figures, mm: wide enough for the size at which they are drawn.
        annex: whether what is there to verify is printed too, with tables and the method of each result.
        method_first: whether the method comes before the results.
        numbered: whether the parts are numbered.
        alone: whether each figure has its own page, its title in large.
    """

    size: float
    margins: tuple[float, float]
    figure_margins: tuple[float, float]
    annex: bool = True
    method_first: bool = False
    numbered: bool = False
    alone: bool = False

    def data(self) -> dict[str, Any]:
        """Plain data for the template."""
        return asdict(self)


# Elected people read a column; a funder, everything, numbered; a reviewer, the method first; an assembly, one figure a page.
LAYOUTS = {
    "horizons": Layout(11.0, (50.0, 20.0), (20.0, 20.0), annex=False),
    "ademe": Layout(10.5, (20.0, 20.0), (20.0, 20.0), numbered=True),
    "revue": Layout(10.0, (28.0, 28.0), (17.5, 17.5), method_first=True, numbered=True),
    "fiche": Layout(12.0, (20.0, 20.0), (15.0, 15.0), annex=False, alone=True),
}
