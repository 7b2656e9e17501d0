"""An SVG whose letters are text, as matplotlib writes it, made fit to travel: light, named, its fonts inside."""

from __future__ import annotations

import re
from base64 import b64encode
from functools import lru_cache
from html import escape
from importlib.resources import files

FAMILY = "DejaVu Sans"
# Part of the id of each text written around a drawing: a page leaves it out and says it itself.
CAPTION = "legende"
# Advances of letters as the font gives them: rounded to the pixel of a screen, long lines overflow.
_ROOT = "stroke-linejoin:round;stroke-linecap:butt;text-rendering:geometricPrecision"
_PLACES = re.compile(r'(?<= [xy]=")[^"]*(?=")|(?<=translate\()[^)]*(?=\))')
_LONG = re.compile(r"(?<=\d\.\d\d)\d+")
_SPACES = re.compile(r"\s*\n\s*")
_UNSEEN = re.compile(
    r"<!--.*?-->|<\?xml.*?\?>|<!DOCTYPE.*?>|<metadata>.*?</metadata>|<title>.*?</title>|<style .*?</style>"
    r'| transform="rotate\(-0 [^)]*\)"',
    re.DOTALL,
)
_ID = re.compile(r' id="([^"]*)"')
_ADDRESS = re.compile(r"(?:href=\"|url\()#([^)\"]*)")
_STYLE = re.compile(r'<t(?:ext|span)\b[^>]*? style="([^"]*)"')
_CAPTIONED = re.compile(rf'<g id="{CAPTION}-\d+">.*?</g>', re.DOTALL)


def lighten(svg: str) -> str:
    r"""The same drawing in fewer bytes: places to the hundredth of a point, no comment, no metadata, no unused id.

    >>> lighten('<svg>\n <g id="patch_1">\n<text x="1.234567"/></g><!-- a -->\n</svg>')
    '<svg>\n<g>\n<text x="1.23"/></g>\n</svg>'
    """
    text = _UNSEEN.sub("", svg)
    text = _PLACES.sub(lambda found: _LONG.sub("", found[0]), text)
    used = set(_ADDRESS.findall(text))
    text = _ID.sub(lambda found: found[0] if found[1] in used or found[1].startswith(CAPTION) else "", text)
    return _SPACES.sub("\n", text).strip()


def stand_alone(svg: str, title: str, description: str, language: str) -> str:
    """A lightened picture that is right everywhere: its fonts inside, a name and a description that screen readers speak."""
    named = f'<title id="titre">{escape(title, quote=False)}</title>\n'
    named += f'<desc id="description">{escape(description, quote=False)}</desc>\n'
    faces = "\n".join(font_face(name) for name in faces_of(svg))
    opening, rest = svg.split(">", 1)
    opening += f' role="img" aria-labelledby="titre description" lang="{language}" style="{_ROOT}">\n'
    return f'<?xml version="1.0" encoding="utf-8"?>\n{opening}{named}<style>{faces}</style>{rest}\n'


def inside_page(svg: str, name: str, layout: tuple[float, ...], alternative: str) -> str:
    """The drawing of a saved picture as an element of a page, which says its title and notes itself and has the fonts.

    Args:
        svg: as saved.
        name: what makes its ids unique in the page.
        layout: width, head, body and foot, inches; the whole picture when it is another.
        alternative: what it shows, for whoever does not see it.
    """
    inner = svg[svg.index("</style>") + len("</style>") : svg.rindex("</svg>")]
    inner = without_caption(inner)
    inner = _ID.sub(rf' id="{name}-\1"', inner)
    inner = re.sub(r"(href=\"|url\()#", rf"\1#{name}-", inner)
    left, top, width, height = _view(svg, layout)
    return (
        f'<svg role="img" aria-label="{escape(alternative)}" viewBox="{left:g} {top:g} {width:g} {height:g}"'
        f' style="{_ROOT};--ratio:{width / height:.4f}">{inner.strip()}</svg>'
    )


def without_caption(svg: str) -> str:
    """A drawing without the title and the notes written around it, for a page that says them itself.

    >>> without_caption('<svg><g id="legende-1"><text>A</text></g><text>B</text></svg>')
    '<svg><text>B</text></svg>'
    """
    return _CAPTIONED.sub("", svg)


def _view(svg: str, layout: tuple[float, ...]) -> tuple[float, float, float, float]:
    if len(layout) == 4:
        width, head, body, _ = layout
        return 0.0, round(72 * head, 2), round(72 * width, 2), round(72 * body, 2)
    found = re.search(r'viewBox="([^"]*)"', svg)
    left, top, width, height = (float(side) for side in found[1].split()) if found else (0.0, 0.0, 1.0, 1.0)
    return left, top, width, height


def letter_sizes(svg: str) -> list[float]:
    """Size of each text, in points, from the smallest; one for each text.

    >>> letter_sizes('<text style="font-size: 8px">a</text><text style="font-size: 6.5px">b</text>')
    [6.5, 8.0]
    """
    sizes = (re.search(r"font-size: ([\d.]+)px", style) for style in _STYLE.findall(svg))
    return sorted(float(size[1]) for size in sizes if size)


def faces_of(svg: str) -> list[str]:
    """The faces that the texts of a picture are set in, among `FACES`."""
    return sorted({_face(style) for style in _STYLE.findall(svg) if FAMILY in style})


def _face(style: str) -> str:
    weight = re.search(r"font-weight: (\w+)", style)
    bold = weight is not None and (weight[1] == "bold" or (weight[1].isdigit() and int(weight[1]) >= 600))
    return FACE_OF[bold, "italic" in style or "oblique" in style]


FACE_OF = {
    (False, False): "normal",
    (True, False): "bold",
    (False, True): "italic",
    (True, True): "bold-italic",
}


@lru_cache(maxsize=4)
def font_face(name: str) -> str:
    """The rule of a style sheet that holds a face, cut down to the signs of figures (``.ci/faces.py``)."""
    data = b64encode((files("ect_research.figures.page") / "faces" / f"{name}.woff2").read_bytes()).decode("ascii")
    weight, slant = "bold" if "bold" in name else "normal", "italic" if "italic" in name else "normal"
    return (
        f'@font-face{{font-family:"{FAMILY}";font-weight:{weight};font-style:{slant};'
        f'src:url(data:font/woff2;base64,{data}) format("woff2")}}'
    )
