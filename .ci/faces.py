"""Cut the four faces of the figures down to the signs of French, its neighbours and the figures: what each SVG carries.

From the DejaVu fonts that matplotlib ships (free licence, LICENSE_DEJAVU beside them). Needs ``fonttools[woff]``:
``python .ci/faces.py``. To be run again when matplotlib brings another DejaVu.
"""

from pathlib import Path

import matplotlib as mpl
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

FACES = {
    "normal": "DejaVuSans.ttf",
    "bold": "DejaVuSans-Bold.ttf",
    "italic": "DejaVuSans-Oblique.ttf",
    "bold-italic": "DejaVuSans-BoldOblique.ttf",
}
SIGNS = (
    {*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x2010, 0x2027), *range(0x2190, 0x2194), *range(0x2080, 0x208A)}
    | set(map(ord, "ƒʳᵉˆ˜‰′″‹›⁰⁴⁵⁶⁷⁸⁹⁻₋€™−√∞≈≠≤≥■□▲△▸▶▼◂◆◇○●★✓✗⤢\u202f"))
    | set(map(ord, "αβγδεηθκλμνπρστφχω ΔΣΩ"))
)
HOME = Path(__file__).parents[1] / "ect_research" / "figures" / "page" / "faces"


def main() -> None:
    """Write the faces."""
    HOME.mkdir(exist_ok=True)
    for name, file in FACES.items():
        font = TTFont(Path(mpl.get_data_path()) / "fonts" / "ttf" / file, recalcTimestamp=False)
        options = Options(hinting=False, layout_features=["kern", "liga"], flavor="woff2", desubroutinize=True)
        cutter = Subsetter(options)
        cutter.populate(unicodes=SIGNS)
        cutter.subset(font)
        font.flavor = "woff2"
        font.save(HOME / f"{name}.woff2")


if __name__ == "__main__":
    main()
