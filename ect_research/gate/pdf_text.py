"""The texts that a PDF made by matplotlib or Typst shows, so that they can be searched; not a general PDF reader.

What neither writes is not read: encryption, compressed object streams, fonts without their table of Unicode.
"""

from __future__ import annotations

import re
import zlib
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_OBJECT = re.compile(rb"(\d+) 0 obj(.*?)endobj", re.DOTALL)
_FONT_NAME = re.compile(rb"/([A-Za-z][\w.-]*) (\d+) 0 R")
_UNICODE_MAP = re.compile(rb"/ToUnicode (\d+) 0 R")
_RANGE = re.compile(rb"<([0-9a-fA-F]+)> <([0-9a-fA-F]+)> (?:\[(.*?)\]|<([0-9a-fA-F]+)>)")
_HEX = re.compile(rb"<([0-9a-fA-F]+)>")
_ONE_BY_ONE = re.compile(rb"beginbfchar(.*?)endbfchar", re.DOTALL)
_PAIR = re.compile(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>")
_WIDE = re.compile(rb"<FEFF([0-9a-fA-F]*)>", re.IGNORECASE)
_RESOURCES = re.compile(rb"/Resources (\d+) 0 R")
_CONTENTS = re.compile(rb"/Contents\s*\[?((?:\s*\d+ 0 R)+)")
_LITERAL = rb"\((?:[^\\()]++|\\.)*+\)"
_SHOWN = re.compile(
    rb"/([A-Za-z][\w.-]*) [\d.]+ Tf|\[((?:[^\[\]()]++|" + _LITERAL + rb")*+)\]\s*TJ|(" + _LITERAL + rb")\s*Tj",
    re.DOTALL,
)
_STRING = re.compile(_LITERAL, re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_CONTROL = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


class _Letters(dict[int, str]):
    """``{code: text}``; a code without a text is that of its letter."""

    def __missing__(self, code: int) -> str:
        return chr(code)


Font = tuple[int, _Letters]


def pdf_texts(data: bytes) -> Iterator[str]:
    """The information strings, then the texts of each page: words parted as drawn, then all joined.

    Args:
        data: the bytes of a PDF whose streams are plain or deflated.
    """
    objects = {int(match[1]): _Object.of(match[2]) for match in _OBJECT.finditer(data)}
    plain = b" ".join(one.head for one in objects.values())
    said = [_info(string) for string in _STRING.findall(plain)]
    yield " ".join(
        [*said, *(bytes.fromhex(text.decode()).decode("utf-16-be", "replace") for text in _WIDE.findall(plain))]
    )
    every = _fonts(plain, objects)
    own = _fonts_by_content(objects)
    for number, one in objects.items():
        stream = one.unpacked()
        if stream.lstrip().startswith(b"<?xpacket"):
            yield re.sub(r"<[^>]*>", " ", stream.decode("utf-8", "replace"))
        if b"Tj" in stream or b"TJ" in stream:
            shown = list(_shown(stream, every | own.get(number, {})))
            yield " ".join(shown)
            yield "".join(shown)


class _Object(NamedTuple):
    """A numbered object: what it says of itself, then its stream as it is written."""

    head: bytes
    stream: bytes = b""

    @classmethod
    def of(cls, body: bytes) -> _Object:
        head, _, rest = body.partition(b"stream")
        return cls(head, rest.rpartition(b"endstream")[0].lstrip(b"\r\n") if rest else b"")

    def unpacked(self) -> bytes:
        """The stream inflated, or as it is when it is not deflated."""
        try:
            return zlib.decompressobj().decompress(self.stream)
        except zlib.error:
            return self.stream


_NOTHING = _Object(b"")


def _fonts_by_content(objects: dict[int, _Object]) -> dict[int, dict[bytes, Font]]:
    """The fonts of each content stream: two pages may give one name to two fonts."""
    found: dict[int, dict[bytes, Font]] = {}
    for number, (head, _) in objects.items():
        linked = _RESOURCES.search(head)
        contents = _CONTENTS.search(head)
        if linked or contents:
            fonts = _fonts(objects.get(int(linked[1]), _NOTHING).head if linked else head, objects)
            shown = [int(one) for one in re.findall(rb"(\d+) 0 R", contents[1])] if contents else [number]
            found |= dict.fromkeys(shown, fonts)
    return found


def _fonts(resources: bytes, objects: dict[int, _Object]) -> dict[bytes, Font]:
    """``{name on the page: (bytes per code, {code: text})}``."""
    fonts: dict[bytes, Font] = {}
    for name, number in _FONT_NAME.findall(resources):
        font = objects.get(int(number), _NOTHING).head
        mapped = _UNICODE_MAP.search(font)
        if mapped:
            width = 2 if b"/Type0" in font else 1
            fonts[name] = width, _unicode_map(objects.get(int(mapped[1]), _NOTHING).unpacked())
    return fonts


def _unicode_map(cmap: bytes) -> _Letters:
    found = _Letters()
    for first, last, several, one in _RANGE.findall(cmap):
        low, high = int(first, 16), min(int(last, 16), int(first, 16) + 65535)
        texts = (
            _HEX.findall(several) if several else [b"%04x" % (int(one, 16) + step) for step in range(high - low + 1)]
        )
        for step, text in enumerate(texts):
            found[low + step] = bytes.fromhex(text.decode()).decode("utf-16-be", "replace")
    for part in _ONE_BY_ONE.findall(cmap):
        for code, text in _PAIR.findall(part):
            found[int(code, 16)] = bytes.fromhex(text.decode()).decode("utf-16-be", "replace")
    return found


def _shown(page: bytes, fonts: dict[bytes, Font]) -> Iterator[str]:
    font: Font = (1, _Letters())
    for name, array, single in _SHOWN.findall(page):
        if name:
            font = fonts.get(name, (1, _Letters()))
        else:
            codes = b"".join(_bytes(string) for string in _STRING.findall(array or single))
            width, texts = font
            numbers = codes if width == 1 else [256 * high + low for high, low in zip(codes[::2], codes[1::2], strict=False)]
            yield "".join(map(texts.__getitem__, numbers))


@lru_cache(maxsize=8192)
def _bytes(literal: bytes) -> bytes:
    def plain(match: re.Match[bytes]) -> bytes:
        said = match[1]
        return bytes([int(said, 8) & 255]) if said[:1].isdigit() else _CONTROL.get(said, said)

    return _ESCAPE.sub(plain, literal[1:-1]) if b"\\" in literal else literal[1:-1]


def _info(literal: bytes) -> str:
    said = _bytes(literal)
    return said.decode("utf-16" if said.startswith((b"\xfe\xff", b"\xff\xfe")) else "latin-1", errors="replace")
