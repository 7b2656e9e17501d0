"""Colours that mean what they show: lightness for order, two hues around a centre, equal lightness for differences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ect_research.analysis.territory.map_limits import MOST_CATEGORIES
from ect_research.figures.maps.ground.ground_layers import GREY_TEXTURES
from ect_research.figures.page.theme import INK, MISSING, OKABE_ITO, PAPER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ect_research.figures.page.theme import Theme

# Ends and middle of the ramps; what lies between is interpolated in OKLab, so that lightness falls evenly.
_SEQUENTIAL = ("#f4f1dc", "#74b3a2", "#0f4a57")
_GREYS = ("#efefef", "#a6a6a6", "#2b2b2b")
_LOW_SIDE, _HIGH_SIDE, _CENTRE = "#8c4a12", "#1f5f6b", "#f3f0e6"
_GREY_SIDE = "#3c3c3c"
_GREY_SIGN = "#9a9a9a"
# Seven hues of one lightness (CIELAB L* = 84): a difference is not an order.
QUALITATIVE = ("#f7c9a4", "#c7d8a4", "#decbec", "#a8dcd6", "#b2d6f1", "#e5d093", "#f3c7cb")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
# Sides that give shapes about the same surface.
EVEN_SIDE = {"s": 0.9, "^": 1.18, "v": 1.18, "D": 0.86}
_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def sequential(count: int, theme: Theme) -> list[str]:
    """From light to dark, evenly.

    >>> from ect_research.figures.page.theme import get_theme
    >>> sequential(3, get_theme("revue"))
    ['#efefef', '#a6a6a6', '#2b2b2b']
    """
    anchors = _GREYS if theme.greyscale else _SEQUENTIAL
    return [_mix(anchors, share) for share in np.linspace(0, 1, count)]


def diverging(below: int, above: int, theme: Theme, *, neutral: bool = True) -> list[dict[str, Any]]:
    """Styles of ``below`` classes under a centre, one that holds it (``neutral``), ``above`` over it.

    Without colour, what is under the centre is hatched and what is over it is plain.

    >>> from ect_research.figures.page.theme import get_theme
    >>> len(diverging(2, 1, get_theme()))
    4
    """
    if theme.greyscale:
        centre, low, high = "#fafafa", _GREY_SIDE, _GREY_SIDE
    else:
        centre, low, high = _CENTRE, _LOW_SIDE, _HIGH_SIDE
    longest = max(below, above, 2)
    under = [{"facecolor": _mix((centre, low), rank / longest * 0.8)} for rank in range(below, 0, -1)]
    over = [{"facecolor": _mix((centre, high), rank / longest * 0.8)} for rank in range(1, above + 1)]
    if theme.greyscale:
        under = [style | {"hatch": "////", "edgecolor": "#ffffff"} for style in under]
    return [*under, *([{"facecolor": centre}] if neutral else []), *over]


def qualitative(names: Sequence[str], theme: Theme, given: dict[str, str] | None = None) -> dict[str, dict[str, Any]]:
    """Name → fill: hues of equal lightness, or tones and textures in greyscale."""
    styles: dict[str, dict[str, Any]] = {}
    for rank, name in enumerate(names):
        if theme.greyscale:
            tone, texture = GREY_TEXTURES[rank % len(GREY_TEXTURES)]
            styles[name] = {"facecolor": tone, "edgecolor": "#b4b4b4", "hatch": texture or None}
        else:
            styles[name] = {"facecolor": (given or {}).get(name) or QUALITATIVE[rank % len(QUALITATIVE)]}
    return styles


def markers(names: Sequence[str], theme: Theme) -> dict[str, tuple[str, str]]:
    """Name → (shape, colour): told apart by shape as well as by colour.

    >>> from ect_research.figures.page.theme import get_theme
    >>> markers(["Scic", "association"], get_theme())["association"]
    ('s', '#d55e00')
    """
    dark = [OKABE_ITO[rank] for rank in (0, 5, 2, 3, 7, 1, 4)]
    greys = (INK, PAPER, _GREY_SIGN, INK, PAPER, _GREY_SIGN, INK)
    colours = greys if theme.greyscale else dark
    return {name: (MARKERS[rank], colours[rank]) for rank, name in enumerate(names[:MOST_CATEGORIES])}


def edge_of(colour: str) -> str:
    """Edge of a sign: light around any colour, so that it stands out of the darkest class; dark around white and grey.

    >>> edge_of("#1a1a1a"), edge_of("#ffffff")
    ('#ffffff', '#1a1a1a')
    """
    return INK if colour in (PAPER, _GREY_SIGN) else PAPER


def missing_style(theme: Theme) -> dict[str, Any]:
    """« Donnée absente »: never the lowest class."""
    return {"facecolor": "#ffffff" if theme.greyscale else MISSING, "edgecolor": "#bdbdbd", "hatch": "/////"}


def hidden_style(theme: Theme) -> dict[str, Any]:
    """« n < k »: withheld, which is not the same as unknown."""
    return {"facecolor": "#ffffff" if theme.greyscale else MISSING, "edgecolor": "#8a8a8a", "hatch": "xxxxx"}


def _mix(anchors: Sequence[str], share: float) -> str:
    place = share * (len(anchors) - 1)
    first = min(int(place), len(anchors) - 2)
    one, other = _oklab(anchors[first]), _oklab(anchors[first + 1])
    return _hex(one + (other - one) * (place - first))


def _oklab(colour: str) -> NDArray[np.float64]:
    coded = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4)
    return np.asarray(_TO_LAB @ np.cbrt(_TO_LMS @ linear))


def _hex(lab: NDArray[np.float64]) -> str:
    linear = np.clip(np.linalg.solve(_TO_LMS, np.linalg.solve(_TO_LAB, lab) ** 3), 0, 1)
    coded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return "#" + "".join(f"{round(float(part) * 255):02x}" for part in coded)
