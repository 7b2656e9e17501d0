"""Widths added letter by letter are those that matplotlib sets, or labels would overlap."""

import pytest
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from ect_research.figures.page.letter_widths import line_size

WORDS = (
    "A", "AV", "Té", "L’année", "coefficient", "différents", "staff,", "« fin »", "2\u202f500", "Clus’Ter", "y.", "f", " ",
    "où:", "P08;P09", "“sauf”", "→", "œuf", "T.", "fl", "100\u00a0%", "−0,5", "[4–62]", "Öa", "(R25)",
)  # fmt: skip


@pytest.mark.parametrize("weight", ["normal", "bold"])
@pytest.mark.parametrize("slant", ["normal", "italic"])
def test_a_word_is_as_wide_as_matplotlib_sets_it(weight, slant):
    font = FontProperties(family="DejaVu Sans", weight=weight, style=slant, size=9)
    for word in WORDS:
        expected = text_to_path.get_text_width_height_descent(word, font, ismath=False)
        assert line_size(word, font) == pytest.approx(expected, abs=1e-9), word


def test_a_line_is_as_wide_as_matplotlib_sets_it():
    font = FontProperties(family="DejaVu Sans", size=8)
    for line in ("Trois projets sur quatre : l’affluence", "Un été → deux hivers, (fin) 12\u202f%"):
        expected = text_to_path.get_text_width_height_descent(line, font, ismath=False)
        assert line_size(line, font) == pytest.approx(expected, abs=1e-9), line
