"""The last look at what leaves: names of persons, e-mails, telephones and home folders in every file under outputs/.

Names are found by exact comparison with the known ones, folded for case, accents, order and entities: a statistical
reader of names cannot prove an absence, this can, for the names it knows. What is drawn only as pixels cannot be read
back: the words of a figure are looked at before it is drawn (`texts_of_figure`).
"""

from __future__ import annotations

import base64
import gzip
import html
import io
import itertools
import json
import re
import zipfile
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from ect_research.corpus.text.encodings import decode
from ect_research.gate.known_names import KnownNames, folded_words
from ect_research.gate.pdf_text import pdf_texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    import pandas as pd
    from matplotlib.figure import Figure

COLUMNS = ("fichier", "nature", "extrait")
_TAG = re.compile(r"<[^>]*>")
_MAIL = re.compile(r"[\w.+-]+(?:@|\s?[\[(](?:@|at|a|à|arobase)[\])]\s?)[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}", re.IGNORECASE)
_PHONE = re.compile(
    # The first sign first: a set to search for, where a look behind at every place took ten times as long.
    r"(?:0(?<![\d.,]0)[1-9](?:([ .\-/\u00a0\u202f])"
    r"(?:\d\d(?:\1\d\d){3}|\d{3}\1\d{3}\1\d\d|\d\d\1\d{3}\1\d{3}|\d{4}\1\d{4})|\d{8})"
    r"|(?:\+(?<![\d.,]\+)|00(?<![\d.,]00))(?:33|41)[ .\-/\u00a0\u202f]?"
    r"(?:\(0\)[ .\-/\u00a0\u202f]?)?[1-9](?:[ .\-/\u00a0\u202f]?\d){8})"
    r"(?![.,]?\d|[^\W\d_])"
)
_HOME = re.compile(r"(?:/home/|/Users/|\\+Users\\+)(?!runner\b|Public\b)[^\s/\\\"'<>]+")
# With what a text must hold for the pattern to be worth trying.
_PATTERNS = (
    ("courriel", ("@", "(a", "[a", "(A", "[A"), _MAIL),
    ("téléphone", ("0", "+"), _PHONE),
    ("dossier personnel", ("/home/", "Users"), _HOME),
)
_EMBEDDED = re.compile(r"data:([\w./+-]+)(?:;[\w=-]+)*;base64,([A-Za-z0-9+/=]+)")
_ESCAPED = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2}))")
_CUT = re.compile(r"(?<=[^\W\d_])-\r?\n(?=[^\W\d_])")
_UNREADABLE = (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
_DEEPEST, _LARGEST = 3, 256 * 2**20
_QUOTED = re.compile(r"%[0-9a-fA-F]{2}")
_FILE_ENDINGS = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".pdf", ".css", ".js")
_NO_LINES = (b"PK\x03\x04", b"\x89PNG", b"%PDF")
_PICTURES = ("image/png", "image/jpeg", "application/pdf")


def scan_outputs(folder: Path, names: Iterable[str], allowed: Iterable[str] = ()) -> pd.DataFrame:
    r"""Every leak under a folder: ``fichier, nature, extrait``, names masked; empty when it is clean.

    Args:
        folder: looked into with its subfolders; nothing is changed.
        names: names of persons to look for (`ect_research.corpus.people.direct_names.direct_names`).
        allowed: names, e-mails or telephones that may be published.

    Example:
        >>> import tempfile, pathlib
        >>> folder = pathlib.Path(tempfile.mkdtemp())
        >>> _ = (folder / "a.csv").write_text("nom;n\nDURAND Lucie;3\n", encoding="utf-8")
        >>> scan_outputs(folder, ["Lucie Durand"]).iloc[0].tolist()
        ['a.csv', 'nom de personne', 'D… L…']
    """
    import pandas as pd

    waived = tuple(allowed)
    known = KnownNames.of(names, waived)
    rows = []
    for path in sorted(item for item in folder.rglob("*") if item.is_file()):
        shown = path.relative_to(folder).as_posix()
        rows += [(shown, nature, extract) for nature, extract in leaks_of(path, known, waived, shown=shown)]
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype="str")


def leaks_of(path: Path, known: KnownNames, waived: tuple[str, ...] = (), *, shown: str = "") -> list[tuple[str, str]]:
    """The leaks of one file, each once: nature and masked extract; its name (``shown``) is read too."""
    said = itertools.chain((shown.replace("/", " . "),), texts_of(path))
    found: dict[tuple[str, str], None] = {}
    try:
        for text in said:
            found.update(dict.fromkeys(_leaks(text, known, waived)))
    except _UNREADABLE as error:
        found["archive illisible, à ouvrir et à lire", type(error).__name__] = None
    return list(found)


def families_of(path: Path, known: KnownNames) -> list[tuple[str, int]]:
    """Family names alone in one file, masked, each with the first line where it stands (0 where a file has no lines)."""
    found: dict[str, None] = {}
    if not known.families:
        return []
    with suppress(*_UNREADABLE):
        found.update(dict.fromkeys(name for text in texts_of(path) for name in known.families_alone(text)))
    data = path.read_bytes() if found else b""
    lines = [] if data.startswith(_NO_LINES) else data.decode("utf-8", "replace").splitlines()
    return [
        (name, next((at for at, line in enumerate(lines, 1) if name in known.families_alone(line)), 0))
        for name in found
    ]


def texts_of_figure(figure: Figure) -> list[str]:
    """Every text drawn on a figure, ticks included, then all of them as one (a name may be cut between two)."""
    from matplotlib.text import Text

    said = [artist.get_text() for artist in figure.findobj(Text) if isinstance(artist, Text)]
    return [*said, " ".join(said)]


def _leaks(text: str, known: KnownNames, waived: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    words = folded_words(text) if known.by_first_word or known.pseudonyms else []
    for name in known.among(words, text):
        yield "nom de personne", name
    if not known.pseudonyms.isdisjoint(words):
        yield "pseudonyme d’une personne", "lignes de personnes montrées"
    for nature, signs, pattern in _PATTERNS:
        if any(sign in text for sign in signs):
            for match in pattern.finditer(text):
                if match[0] not in waived and not _innocent(nature, match[0]):
                    yield nature, f"{match[0][:3]}…"


def _innocent(nature: str, found: str) -> bool:
    """What only looks like an address or a number: ``git@…``, ``logo@2x.png``, a list of weeks (« 01 12 24 36 48 »)."""
    if nature == "courriel":
        return found.startswith("git@") or found.lower().endswith(_FILE_ENDINGS)
    pairs = [int(pair) for pair in re.findall(r"\d\d", found)] if re.fullmatch(r"0\d(?:\D\d\d){4}", found) else []
    if not pairs:
        return False
    steps = [after - before for before, after in itertools.pairwise(pairs)]
    # Weeks or months told one after the other (« 06 12 18 24 30 »); no number of a place has 0 after its region.
    counted = len(set(steps[1:])) == 1 and steps[1] > 0 and pairs[1] % steps[1] == 0 and pairs[0] <= steps[1]
    return counted or (pairs[0] <= 5 and pairs[1] < 10 and min(steps) > 0)


def texts_of(path: Path) -> Iterator[str]:
    r"""The readings of one file: those of its format, and each again without ``%C3%A9``, ``\u00e9`` and cut words."""
    yield from _readings(path.read_bytes(), path.name)


def _readings(data: bytes, name: str, depth: int = 0) -> Iterator[str]:
    for text in _read(data, name, depth):
        yield text
        if "\\" in text and _ESCAPED.search(text):
            yield _ESCAPED.sub(lambda found: chr(int(found[1] or found[2], 16)), text)
        if "%" in text and _QUOTED.search(text):
            yield unquote(unquote(text.replace("+", " ")))
        if "-\n" in text or "-\r\n" in text:
            yield _CUT.sub("", text)


def _read(data: bytes, name: str, depth: int) -> Iterator[str]:
    """As it is, without tags and entities, its strings once unescaped, its hidden parts."""
    if data.startswith(b"PK\x03\x04"):
        yield from _zipped(data, depth)
    elif data.startswith(b"\x1f\x8b"):
        yield from _gzipped(data, name, depth)
    elif data.startswith(b"\x89PNG"):
        yield from _png(data)
    elif data.startswith(b"%PDF"):
        yield from pdf_texts(data)
    else:
        decoded = decode(data)
        text = data.decode("utf-8", "replace") if isinstance(decoded, str) else decoded.text
        if name.lower().endswith((".html", ".htm", ".xhtml", ".svg", ".xml", ".rels")):
            yield from markup_texts(text)
        elif name.lower().endswith((".ipynb", ".json", ".geojson", ".jsonl")):
            yield from _json(text)
        else:
            yield text


def markup_texts(page: str) -> Iterator[str]:
    """Tags become spaces, then nothing (a name may be cut by a tag); comments, attributes and pictures are kept apart."""
    for kind, data in set(_EMBEDDED.findall(page)):
        yield from _embedded(kind, data)
    text = _EMBEDDED.sub(" ", page)
    yield html.unescape(_TAG.sub(" ", text))
    yield html.unescape(_TAG.sub("", text))
    for part in re.findall(r"<!--(.*?)-->", text, re.DOTALL):
        yield html.unescape(part)
    for _, value in re.findall(
        r"\s(?:title|alt|aria-label|placeholder|label|content|id|href|src|value|data-[\w-]+)\s*=\s*([\"']?)((?<=[\"']).*?|[^\s\"'>]+)(?(1)\1)",
        text,
        re.DOTALL,
    ):
        yield html.unescape(value)


def _embedded(kind: str, data: str) -> Iterator[str]:
    """The readings of a picture held in a page."""
    try:
        content = base64.b64decode(data)
    except ValueError:
        return
    if kind == "image/png":
        yield from _png(content)
    elif kind == "image/svg+xml":
        yield from markup_texts(content.decode("utf-8", "replace"))


def _json(text: str) -> Iterator[str]:
    for line in [text] if _parses(text) else text.splitlines():
        for said in _strings(json.loads(line)) if _parses(line) else [line]:
            yield from markup_texts(said) if "<" in said else (said,)


def _parses(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _strings(value: Any) -> Iterator[str]:  # noqa: ANN401 - whatever JSON holds
    """Every text of a JSON value; the lines of a notebook cell or output are read as one."""
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
        for key, item in value.items():
            yield str(key)
            if key == "image/png":
                yield from _embedded(key, "".join(item))
            elif not key.startswith(_PICTURES):
                yield from _strings(item)


def _zipped(data: bytes, depth: int) -> Iterator[str]:
    """The names of what an archive holds, and its content: a workbook, a document, a folder put together."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for member in archive.infolist():
            yield member.filename
            if depth < _DEEPEST and member.file_size < _LARGEST:
                yield from _readings(archive.read(member), member.filename, depth + 1)


def _gzipped(data: bytes, name: str, depth: int) -> Iterator[str]:
    with gzip.open(io.BytesIO(data)) as packed:
        yield from _readings(packed.read(_LARGEST), name.removesuffix(".gz"), depth + 1)


def _png(data: bytes) -> Iterator[str]:
    """The text chunks of a PNG: keyword, then plain or compressed text."""
    at = 8
    while at + 8 <= len(data):
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        chunk = data[at + 8 : at + 8 + size]
        if kind == b"tEXt":
            yield chunk.decode("latin-1").replace("\0", " ")
        elif kind == b"zTXt":
            yield _unpacked(chunk.partition(b"\0")[2][1:]).decode("latin-1")
        elif kind == b"iTXt":
            keyword, _, rest = chunk.partition(b"\0")
            text = rest[2:].split(b"\0", 2)[-1]
            plain = _unpacked(text) if rest[0] else text
            yield f"{keyword.decode('latin-1')} {plain.decode('utf-8', 'replace')}"
        at += size + 12


def _unpacked(data: bytes) -> bytes:
    try:
        return zlib.decompress(data)
    except zlib.error:
        return b""
