"""Every text that a file holds, shown or not: in a page, a notebook, a workbook, an archive, a picture, whatever else.

Of a PDF, what matplotlib and Typst write; what neither writes is not read: encryption, compressed object streams, fonts
without their table of Unicode.
"""

from __future__ import annotations

import base64
import bz2
import gzip
import html
import io
import json
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from typing import Any, NamedTuple

from ect_research.corpus.text.raw_table import decode

UNREADABLE = (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, RuntimeError,
              OSError)  # fmt: skip
NO_LINES = (b"PK\x03\x04", b"\x89PNG", b"%PDF", b"\xd0\xcf\x11\xe0")
_TAG = re.compile(r"<[^>]*>")
_CONTROL = re.compile(rb"[\0-\x08]")
_SAID = re.compile(r"[^\0-\x1f\x7f-\x9f\ufffd]{5,}")
_EMBEDDED = re.compile(r"data:([\w./+-]*)(?:;[\w=-]+)*;base64,([A-Za-z0-9+/=]+)")
# Of what a drawing is made, not what it says.
_VALUE = re.compile(
    r"\s(?!(?:d|points|transform|[xy][12]?|width|height)\s*=)[\w:.-]+\s*=\s*"
    r"(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))"
)
_HEADER_CODE = re.compile(r"&amp;(?:&quot;.*?&quot;|\"[^\"]*\"|[A-Z]|\d+)")
_STRINGS = "xl/sharedStrings.xml"
_ITEM = re.compile(r"<(?:\w+:)?si\b[^>]*>(.*?)</(?:\w+:)?si>", re.DOTALL)
_POINTER = re.compile(r"\bt=[\"']s[\"'][^>]*>\s*<(?:\w+:)?v>(\d+)</(?:\w+:)?v>")
_PACKED: dict[bytes, Any] = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ": lzma.open}
_CLOSED = (b"7z\xbc\xaf\x27\x1c", b"Rar!")
_DEEPEST, _LARGEST = 3, 256 * 2**20
_BINARY_BUNDLE = ("image/png", "image/jpeg", "application/pdf")


def texts_of(data: bytes, name: str) -> Iterator[str]:
    """The texts of one file, as they are written (`ect_research.gate.known_names.respelt` reads them again).

    The ending of its name tells a page from a plain text; an archive that cannot be opened raises one of `UNREADABLE`.
    """
    yield from _read(data, name)


def markup_texts(page: str) -> Iterator[str]:
    """Tags become spaces, then nothing (a name may be cut by a tag); comments, attributes and pictures are kept apart."""
    for kind, data in set(_EMBEDDED.findall(page)):
        if not kind.startswith("font/"):
            yield from _embedded(data)
    text = _EMBEDDED.sub(" ", page)
    if "oddHeader" in text or "oddFooter" in text:
        text = _HEADER_CODE.sub(" ", text)
    yield html.unescape(_TAG.sub(" ", text))
    yield html.unescape(_TAG.sub("", text))
    for part in re.findall(r"<!--(.*?)-->", text, re.DOTALL):
        yield html.unescape(part)
    yield html.unescape("\n.\n".join(dict.fromkeys("".join(said) for said in _VALUE.findall(text))))


def _read(data: bytes, name: str, depth: int = 0) -> Iterator[str]:
    """As it is, without tags and entities, its strings once unescaped, its hidden parts."""
    if data.startswith(_CLOSED):
        raise NotImplementedError("archive 7z ou rar")
    opened = next((open_ for sign, open_ in _PACKED.items() if data.startswith(sign)), None)
    if opened and depth < _DEEPEST:
        with opened(io.BytesIO(data)) as packed:
            yield from _read(packed.read(_LARGEST), name.rpartition(".")[0], depth + 1)
    elif data.startswith(b"PK\x03\x04"):
        yield from _zipped(data, depth)
    elif data.startswith(b"\x89PNG"):
        yield from _png(data)
    elif data.startswith(b"%PDF"):
        yield from pdf_texts(data)
    else:
        decoded = decode(data)
        text = data.decode("utf-8", "replace") if isinstance(decoded, str) else decoded.text
        ending = name.lower()
        if ending.endswith((".html", ".htm", ".xhtml", ".svg", ".xml", ".rels", ".vml")):
            yield from markup_texts(text)
        elif ending.endswith((".ipynb", ".json", ".geojson", ".jsonl")):
            yield from _json(text)
        else:
            yield text
        if isinstance(decoded, str) or _CONTROL.search(data):
            yield from _binary(data)


def _binary(data: bytes) -> Iterator[str]:
    """What is no text may hold texts of one, two or four bytes a sign."""
    for plain in (data, data.replace(b"\0", b""), re.sub(rb"\0\0+", b" ", data).replace(b"\0", b"")):
        for encoding in ("utf-8", "latin-1"):
            yield "\n.\n".join(_SAID.findall(plain.decode(encoding, "replace")))


def _embedded(data: str | list[str]) -> Iterator[str]:
    """The readings of a file held in a page or a notebook."""
    with suppress(ValueError):
        content = base64.b64decode("".join(data))
        yield from _read(content, ".svg" if content.lstrip().startswith(b"<") else "", _DEEPEST)


def _json(text: str) -> Iterator[str]:
    whole = _parsed(text)
    for value in text.splitlines() if whole is text else [whole]:
        for said in _strings(_parsed(value) if whole is text else value):
            yield from markup_texts(said) if "<" in said else (said,)


def _parsed(text: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    """The value that a text says, the text itself when it says none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _strings(value: Any) -> Iterator[str]:  # noqa: ANN401 - whatever JSON holds
    """Every text of a JSON value; the lines of a notebook cell, the values of one record are read as one."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        if value and all(isinstance(item, str) for item in value):
            yield "".join(value)
            yield " ".join(value)
        else:
            for item in value:
                yield from _strings(item)
    elif isinstance(value, dict):
        yield " ".join(item for item in value.values() if isinstance(item, str) and len(item) < 100)
        for key, item in value.items():
            yield str(key)
            if key in _BINARY_BUNDLE:
                yield from _embedded(item)
            else:
                yield from _strings(item)


def _zipped(data: bytes, depth: int) -> Iterator[str]:
    """The names of what an archive holds, and its content: a workbook, a document, a folder put together."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = set(archive.namelist())
        strings = _ITEM.findall(archive.read(_STRINGS).decode("utf-8", "replace")) if _STRINGS in names else []
        for member in archive.infolist():
            yield member.filename
            if depth < _DEEPEST and member.file_size < _LARGEST:
                content = archive.read(member)
                yield from _read(content, member.filename, depth + 1)
                if strings and member.filename.startswith("xl/worksheets/"):
                    yield from _rows(content.decode("utf-8", "replace"), strings)


def _rows(sheet: str, strings: list[str]) -> Iterator[str]:
    """A sheet with its texts in their cells: a name may be cut between two."""
    known = dict(enumerate(strings))
    yield from markup_texts(_POINTER.sub(lambda cell: known.get(int(cell[1]), ""), sheet))


def _png(data: bytes) -> Iterator[str]:
    """What a PNG says beside its pixels: its chunks of text, plain or compressed, and what follows its end."""
    at, kind = 8, b""
    while at + 8 <= len(data) and kind != b"IEND":
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        chunk = data[at + 8 : at + 8 + size]
        if kind not in (b"IHDR", b"PLTE", b"IDAT", b"IEND"):
            keyword, _, rest = chunk.partition(b"\0")
            packed = rest[1:] if kind == b"zTXt" else rest[2:].split(b"\0", 2)[-1]
            for part in (chunk, keyword + b" " + _unpacked(packed)):
                yield from _binary(part)
        at += size + 12
    yield from _binary(data[at:])


def _unpacked(data: bytes) -> bytes:
    try:
        return zlib.decompress(data)
    except zlib.error:
        return b""


_OBJECT = re.compile(rb"(\d+) 0 obj")
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
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


class _Texts(dict[int, str]):
    """What codes say; a code that a font does not explain says itself."""

    def __missing__(self, code: int) -> str:
        return chr(code)


Font = tuple[int, _Texts]
_UNKNOWN: Font = (1, _Texts())


def pdf_texts(data: bytes) -> Iterator[str]:
    """The information strings, then the texts of each page: words parted as drawn, then all joined."""
    bodies = data.split(b"endobj")[:-1]
    begun = ((_OBJECT.search(body), body) for body in bodies)
    objects = {int(begins[1]): _Object.of(body[begins.end() :]) for begins, body in begun if begins}
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


def _unicode_map(cmap: bytes) -> _Texts:
    found = _Texts()
    for first, last, several, one in _RANGE.findall(cmap):
        low, high = int(first, 16), min(int(last, 16), int(first, 16) + 65535)
        texts = (
            _HEX.findall(several) if several else [b"%04x" % (int(one, 16) + step) for step in range(high - low + 1)]
        )
        found |= {
            low + step: bytes.fromhex(text.decode()).decode("utf-16-be", "replace") for step, text in enumerate(texts)
        }
    for part in _ONE_BY_ONE.findall(cmap):
        for code, text in _PAIR.findall(part):
            found[int(code, 16)] = bytes.fromhex(text.decode()).decode("utf-16-be", "replace")
    return found


def _shown(page: bytes, fonts: dict[bytes, Font]) -> Iterator[str]:
    font, known = _UNKNOWN, dict[tuple[int, bytes], str]()
    for name, array, single in _SHOWN.findall(page):
        if name:
            font = fonts.get(name, _UNKNOWN)
            continue
        place = id(font), array or single
        if place not in known:  # a letter a time is how Typst writes: the same few come back
            known[place] = _decoded(b"".join(map(_bytes, _STRING.findall(place[1]))), *font)
        yield known[place]


def _decoded(codes: bytes, width: int, texts: _Texts) -> str:
    numbers = codes if width == 1 else struct.unpack(f">{len(codes) // 2}H", codes[: len(codes) // 2 * 2])
    return "".join(map(texts.__getitem__, numbers))


@lru_cache(maxsize=8192)
def _bytes(literal: bytes) -> bytes:
    def plain(match: re.Match[bytes]) -> bytes:
        said = match[1]
        return bytes([int(said, 8) & 255]) if said[:1].isdigit() else _ESCAPES.get(said, said)

    return _ESCAPE.sub(plain, literal[1:-1]) if b"\\" in literal else literal[1:-1]


def _info(literal: bytes) -> str:
    said = _bytes(literal)
    return said.decode("utf-16" if said.startswith((b"\xfe\xff", b"\xff\xfe")) else "latin-1", errors="replace")
