"""How a stage looks: its colour or grey, its hatch, and the number or letter that names it without colour."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

from ect_research.codebook.codebook import Codebook
from ect_research.figures.page.legends import LegendEntry
from ect_research.figures.page.theme import INK, MUTED, PAPER, Theme


@dataclass(frozen=True)
class StageSign:
    """How one stage is printed."""

    code: str
    label: str
    sign: str
    face: str
    hatch: str
    ink: str
    ghost: str

    def entry(self) -> LegendEntry:
        """Its line in a legend."""
        return LegendEntry(
            self.label,
            face=self.face,
            edge=MUTED,
            hatch=self.hatch,
            text=self.sign,
            text_colour=INK if self.hatch else self.ink,
        )


def stage_signs(codebook: Codebook, theme: Theme) -> dict[str, StageSign]:
    """The sign of every stage, in the codebook's order; grey and hatched when the reader has no colour."""
    stages = codebook.stages
    signs = {}
    for row in stages.to_dict("records"):
        code = str(row["name"])
        face = _grey(row) if theme.greyscale else str(row["colour"]) or PAPER
        signs[code] = StageSign(
            code=code,
            label=str(row[f"label::{theme.language}"]),
            sign=str(row["sign"] or row["order"]),
            face=face,
            hatch=str(row["hatch"]) if theme.greyscale else "",
            ink=ink_on(face),
            ghost=_blend(face, 0.75),
        )
    return signs


def stages_met(signs: dict[str, StageSign], codes: Iterable[str]) -> list[StageSign]:
    """The signs of the stages that occur, in order."""
    met = set(codes)
    return [sign for code, sign in signs.items() if code in met]


def ink_on(face: str) -> str:
    """White or ink, whichever is read on that colour.

    >>> ink_on("#000000"), ink_on("#ffffff")
    ('#ffffff', '#1a1a1a')
    """
    return PAPER if _darkness(face) > 0.55 else INK


def _grey(row: Mapping[Hashable, str]) -> str:
    """The grey that the codebook gives, else that of the stage's colour."""
    if row["grey"] or not row["colour"]:
        return row["grey"] or PAPER
    return "#" + f"{round(255 * (1 - _darkness(row['colour']))):02x}" * 3


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _darkness(colour: str) -> float:
    red, green, blue = _channels(colour)
    return 1 - (0.299 * red + 0.587 * green + 0.114 * blue) / 255


def _blend(colour: str, white: float) -> str:
    """The colour mixed with that share of white."""
    return "#" + "".join(f"{round(255 * white + channel * (1 - white)):02x}" for channel in _channels(colour))
