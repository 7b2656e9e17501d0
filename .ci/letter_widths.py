"""Measure the letters of French and its neighbours in the four faces of the figures, as matplotlib sets them.

Widths, heights and descents, then what two letters that follow one another are drawn closer by, in 1/64 of a point at
100 points: ``python .ci/letter_widths.py``. To be run again when matplotlib brings another DejaVu.
"""

import json
from itertools import product
from pathlib import Path

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

LETTERS = [*map(chr, (*range(0x20, 0x7F), *range(0xA0, 0x100))), *"Œœ’…–−\u202f"]
FACES = {
    "normal": ("normal", "normal"),
    "bold": ("bold", "normal"),
    "italic": ("normal", "italic"),
    "bold-italic": ("bold", "italic"),
}
WRITTEN = Path(__file__).parents[1] / "ect_research" / "figures" / "page" / "faces" / "widths.json"


def measured(weight: str, slant: str) -> dict[str, dict[str, object]]:
    """One face."""
    font = FontProperties(family="DejaVu Sans", weight=weight, style=slant, size=text_to_path.FONT_SCALE)

    def size(text: str) -> list[int]:
        return [round(64 * side) for side in text_to_path.get_text_width_height_descent(text, font, ismath=False)]

    letters = {letter: size(letter) for letter in LETTERS}
    closer = {
        one + other: gap
        for one, other in product(LETTERS, LETTERS)
        if one + other != "ff" and (gap := size(one + other)[0] - letters[one][0] - letters[other][0])
    }
    return {"letters": letters, "closer": closer}


if __name__ == "__main__":
    faces = {name: measured(*face) for name, face in FACES.items()}
    WRITTEN.write_text(json.dumps(faces, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
