"""A vector picture inside a page: the same drawing in fewer bytes."""

from __future__ import annotations

import base64
import re

# A hundredth of a point is a tenth of what the finest screen shows; matplotlib writes a millionth.
_PLACES = re.compile(r'(?<= d=")[^"]*(?=")|(?<= [xy]=")[^"]*(?=")|(?<=translate\()[^)]*(?=\))')
_LONG = re.compile(r"(\d+\.\d\d)\d+")
_SPACES = re.compile(r"\s*\n\s*")
_UNSEEN = re.compile(r"<!--.*?-->|<\?xml.*?\?>|<!DOCTYPE.*?>|<metadata>.*?</metadata>", re.DOTALL)


def svg_address(svg: bytes) -> str:
    r"""An address that holds a whole picture.

    Args:
        svg: as matplotlib writes it.

    Returns:
        ``data:image/svg+xml;base64,…``: coordinates to the hundredth of a point, no comment, no metadata.

    >>> kept = svg_address(b'<svg>\n <path d="M 1.234567 2"/><!-- a -->\n</svg>').partition(",")[2]
    >>> base64.b64decode(kept)
    b'<svg>\n<path d="M 1.23 2"/>\n</svg>'
    """
    text = _UNSEEN.sub("", svg.decode("utf-8"))
    text = _PLACES.sub(lambda found: _LONG.sub(r"\1", _SPACES.sub(" ", found[0])), text)
    text = _SPACES.sub("\n", text).strip()
    return f"data:image/svg+xml;base64,{base64.b64encode(text.encode('utf-8')).decode('ascii')}"
