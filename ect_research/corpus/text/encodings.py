"""Bytes → text: which of the encodings that offices produce, told by their French letters."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from ect_research.words import Told

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
NAMES = {
    "cp1252": "Windows-1252",
    "iso8859-15": "ISO-8859-15",
    "mac_roman": "Mac Roman",
    "cp850": "DOS 850",
    "utf-16-le": "UTF-16 sans marque",
    "utf-16-be": "UTF-16 sans marque",
}
_FRENCH = set("àâäçéèêëîïôöùûüÿœæÀÂÇÉÈÊËÎÏÔÙÛÜŒ’‘“”«»–—…€°·²\u00a0\u202f")
_SAMPLE = 200_000
# UTF-8 read as cp1252 then saved again: é → Ã©, ’ → â€™.
_DAMAGED = re.compile("Ã[\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€[™œ\u009d“”¦]|\ufffd")


@dataclass(frozen=True)
class Decoded:
    """A text and how it was read.

    Attributes:
        text: of the whole file.
        encoding: a key of `NAMES` when nothing in the file says it.
        foreign: numbers of the lines that are not in the encoding of the others.
    """

    text: str
    encoding: str
    foreign: tuple[int, ...] = ()


def decode(data: bytes) -> Decoded | str:
    """The text of a file, or why it is not a text, in French.

    >>> decode("Matériauthèque".encode("mac_roman"))
    Decoded(text='Matériauthèque', encoding='mac_roman', foreign=())
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strictly(data, encoding)
    if b"\x00" in data:
        return _with_nulls(data)
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        return _mostly_utf8(data) or _by_letters(data)


def damaged(text: str) -> bool:
    """Whether accents were lost before this file was written (``Ã©`` for ``é``).

    >>> damaged("RÃ©emploi"), damaged("Réemploi")
    (True, False)
    """
    return _DAMAGED.search(text) is not None


def _strictly(data: bytes, encoding: str) -> Decoded | str:
    try:
        return Decoded(data.decode(encoding), encoding)
    except UnicodeDecodeError as error:
        return Told("texte {encoding} coupé ou abîmé (octet {start})", encoding=encoding.upper(), start=error.start)


def _with_nulls(data: bytes) -> Decoded | str:
    """UTF-16 without its mark has a null at every other byte of a plain text; anything else with nulls is no text."""
    for encoding, nulls in (("utf-16-le", data[1::2]), ("utf-16-be", data[0::2])):
        if nulls.count(0) > 0.8 * len(nulls):
            return _strictly(data, encoding)
    line = data[: data.index(0)].count(b"\n") + 1
    return Told("octets nuls (le premier ligne {line}) : ce n’est pas un texte", line=line)


def _mostly_utf8(data: bytes) -> Decoded | None:
    """A file whose accents are UTF-8 but for some lines, pasted from another file: never read as another alphabet.

    A line of another encoding may be valid UTF-8 by chance (Mac Roman « l’é »): what it then says is not French.
    """
    lines, foreign, french = [], [], False
    for number, line in enumerate(data.splitlines(keepends=True), 1):
        try:
            lines.append(line.decode("utf-8"))
            french |= not lines[-1].isascii() and {sign for sign in lines[-1] if sign > "\x7f"} <= _FRENCH
        except UnicodeDecodeError:
            lines.append(line.decode("cp1252", "replace"))
            foreign.append(number)
    return Decoded("".join(lines), "utf-8", tuple(foreign)) if french else None


def _by_letters(data: bytes) -> Decoded | str:
    """The encoding whose reading has the most French letters and the fewest others; cp1252 when all are equal."""
    best: tuple[int, str] | None = None
    sample = data[:_SAMPLE] if any(byte > 127 for byte in data[:_SAMPLE]) else data
    for encoding in ("cp1252", "iso8859-15", "mac_roman", "cp850"):
        try:
            signs = [sign for sign in sample.decode(encoding) if sign > "\x7f"]
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        score = sum(1 if sign in _FRENCH else -2 for sign in signs)
        if best is None or score > best[0]:
            best = (score, encoding)
    return (
        Told("codage inconnu (octet {place})", place=_first_odd(data))
        if best is None
        else Decoded(data.decode(best[1]), best[1])
    )


def _first_odd(data: bytes) -> int:
    return next((position for position, byte in enumerate(data) if byte > 127), 0)
