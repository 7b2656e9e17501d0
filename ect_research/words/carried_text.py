"""What a text must lose to be carried by a figure, a PDF, a page or a terminal: the one place that decides it.

The signs of others (a corpus, a file name, an archive) reach matplotlib, typst, HTML and the terminal. What the font of the
figures has no glyph for, and what a page would obey instead of showing, is an empty square everywhere; what only joins or
varies its neighbours is left out.
"""

from __future__ import annotations

import codecs
import re
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from unicodedata import category, combining, normalize

NO_GLYPH = "□"
# Direction: a text that turns those around it.
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Latin letters, the raised « er », punctuation, arrows and the lines of tables, of which no sign is in doubt.
_DOUBTFUL = re.compile(
    "[^\t\n\r -~\u00a0-\u00ac\u00ae-\u024f\u02b3\u1d49\u2010-\u2027\u202f\u2030-\u203a"
    "\u20ac\u2190-\u2193\u2212\u2264\u2265\u2500-\u257f□]"
)


def carried(text: str) -> str:
    r"""The text as every page shows it.

    >>> carried("Ferme 🌾 du Bois, 5 $ \u202eici"), carried("a\x1b[2Jb"), carried("👩‍🌾")
    ('Ferme □ du Bois, 5 $ □ici', 'a□[2Jb', '□□')
    """
    return _DOUBTFUL.sub(lambda found: _drawn(found[0]), text)


def uncarried(text: str) -> list[str]:
    """The signs of a text that a page shows as an empty square, as they are named.

    >>> uncarried("Ferme 🌾 du Bois"), uncarried("L’été, 5 m² → 3 €")
    (['U+1F33E'], [])
    """
    return [f"U+{ord(sign):04X}" for sign in dict.fromkeys(_DOUBTFUL.findall(text)) if _drawn(sign) == NO_GLYPH]


LONG_WORD = re.compile(r"[^\W\d_]{31,}")
_SYLLABLES = re.compile(r"(.{15})(?=.)")


def breakable(text: str) -> str:
    """The text, its words that no line holds made to break where a line is full (an empty space, which nothing shows).

    >>> [len(part) for part in breakable("x" * 40).split("\u200b")], breakable("anticonstitutionnellement")
    ([15, 15, 10], 'anticonstitutionnellement')
    """
    return LONG_WORD.sub(lambda found: _SYLLABLES.sub("\\1\u200b", found[0]), text)


PLAIN_SIGNS = "ect-signes-simples"
_PLAIN = {"\u202f": "\u00a0", "✓": "+", "✗": "x", "→": "->", "≤": "<=", "≥": ">=", "−": "-", "’": "'", "«": '"', "»": '"',
          "–": "-", "—": "-", "…": "...", "•": "-", "·": "-", "œ": "oe", "Œ": "OE", "€": "EUR", "\u00a0": " "}  # fmt: skip


def _in_plain_signs(error: UnicodeError) -> tuple[str, int]:
    """What a console writes for the signs that its encoding does not have: the nearest ones, « ? » where there is none."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    signs = error.object[error.start : error.end]
    return "".join(_plain_sign(sign, error.encoding) for sign in signs), error.end


def _plain_sign(sign: str, encoding: str) -> str:
    for _ in range(2):
        sign = _PLAIN.get(sign) or "".join(one for one in normalize("NFKD", sign) if not combining(one))
        try:
            sign.encode(encoding)
        except UnicodeEncodeError:
            continue
        return sign
    return "?"


codecs.register_error(PLAIN_SIGNS, _in_plain_signs)


@lru_cache(maxsize=4096)
def _drawn(sign: str) -> str:
    if category(sign) in ("Cc", "Cs", "Zl", "Zp") or sign in _TURNS:
        return NO_GLYPH
    if category(sign) == "Cf" or "\ufe00" <= sign <= "\ufe0f":
        return ""
    return sign if ord(sign) in _glyphs() else NO_GLYPH


@lru_cache(maxsize=1)
def _glyphs() -> frozenset[int]:
    """Those of the font of the figures, which matplotlib carries; it is read without it."""
    from fontTools.ttLib import TTFont

    (place,) = find_spec("matplotlib").submodule_search_locations  # type: ignore[union-attr,misc]
    with TTFont(Path(place) / "mpl-data/fonts/ttf/DejaVuSans.ttf", lazy=True) as font:
        return frozenset(font.getBestCmap())
