"""The other ways to read one text: escaped, encoded, cut, spaced or damaged as programs and people do it.

Each is tried where its sign stands; what it gives is searched like the text itself.
"""

from __future__ import annotations

import base64
import html
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_ESCAPED = re.compile(r"\\(?:u\{?([0-9a-fA-F]{2,5})\}?|x([0-9a-fA-F]{2}))")
_OCTAL = re.compile(r"(?:\\[0-3][0-7]{2})+")
_RTF = re.compile(r"\\'([0-9a-f]{2})")
_LATEX = re.compile(r"\{?\\[`'^\"]\{?([A-Za-z])\}{0,2}")
_PRINTABLE = re.compile(r"=([0-9A-F]{2})")
_CODE = re.compile(r"%[0-9A-Fa-f]{2}")
_CUT = re.compile(r"(?<=[^\W\d_])-\r?\n(?=[^\W\d_])")
_SPACED = re.compile(r"(?<![^\W_])(?:[^\W\d_][ .\-_·]{1,3}){4,}[^\W\d_](?![^\W_])")
_BASE64 = re.compile(r"(?<![A-Za-z0-9+/])(?:[A-Za-z0-9+/]{60,76}\r?\n)*[A-Za-z0-9+/]{12,}={0,2}")
# « Mesdames », « Me », « Mme la maire » : one title, right before the name.
_TITLE = re.compile(
    r"\b(?:Mme|Madame|Mesdames|Mmes|Mlle|M\.|MM\.|Monsieur|Messieurs|Dr|Me|Maître)\s"
    r"(?:(?:la |le |l['’])[\w-]+\s)?(?=[^\W\d_a-zà-ÿ])"
)


def respelt(text: str) -> Iterator[str]:
    r"""The other readings of a text, those that differ from it.

    >>> list(respelt(r"\u00c9lo\u00efse")), list(respelt("L u c i e D u r a n d"))
    (['Éloïse'], ['LucieDurand'])
    """
    for sign, read in _READINGS:
        if sign in text and (said := read(text)) != text:
            yield said
    yield from _decoded(text)


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(min(int(found[1] or found[2], 16), 0xFFFFF)), text)


def _octal(text: str) -> str:
    return _OCTAL.sub(
        lambda said: bytes(int(one, 8) for one in said[0][1:].split("\\")).decode("utf-8", "replace"), text
    )


def _rtf(text: str) -> str:
    return _RTF.sub(lambda said: bytes.fromhex(said[1]).decode("cp1252", "replace"), text)


def _unquoted(text: str) -> str:
    """`unquote` cuts a text at each accent before it looks for a code."""
    return unquote(text) if _CODE.search(text) else text


def _undamaged(text: str) -> str:
    """UTF-8 read as another alphabet, read again: ``Ã©`` was é."""
    return " ".join(text.encode(wrong, "ignore").decode("utf-8", "ignore") for wrong in ("cp1252", "latin-1"))


def _decoded(text: str) -> Iterator[str]:
    for run in _BASE64.findall(text):
        if run.isalpha() and (run.islower() or run.isupper()):
            continue
        with_end = "".join(run.split())
        try:
            said = base64.b64decode(with_end + "=" * (-len(with_end) % 4)).decode("utf-8")
        except ValueError:
            continue
        if said.replace("\n", " ").isprintable():
            yield said


_READINGS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("\\", _unescaped),
    ("\\", _octal),
    ("\\'", _rtf),
    ("\\", lambda text: _LATEX.sub(r"\1", text)),
    ("%", lambda text: _unquoted(_unquoted(text.replace("+", " ")))),
    ("=", lambda text: _unquoted(_PRINTABLE.sub(r"%\1", text.replace("=\n", "")))),
    ("&", lambda text: html.unescape(html.unescape(text))),
    ("Ã", _undamaged),
    ("-", lambda text: _CUT.sub("", text)),
    ("", lambda text: _SPACED.sub(lambda said: re.sub(r"[\W_]", "", said[0]), text)),
    ("M", lambda text: _TITLE.sub("Mme ", text)),
)
