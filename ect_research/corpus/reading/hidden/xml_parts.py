"""One real parse of the XML parts of a workbook, whatever prefix, quotes or order of attributes wrote them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.parsers import expat

from ect_research.corpus.reading.hidden.scan_model import Suspicious

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Callable, Iterable, Iterator

    Start = Callable[[str, dict[str, str]], None]

_CHUNK = 1 << 16


def chunks_of(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """A part as it is unpacked; read to its end, so that a size that lies is found by its checksum."""
    with archive.open(part) as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def parse_xml(
    chunks: Iterable[bytes],
    start: Start,
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Tell each element of a part by its local name, as it is unpacked; no element is kept.

    Args:
        chunks: the part, in pieces.
        start: called with the local name and the attributes (their names as written) of each element that opens.
        end: called with the local name of each element that closes.
        text: called with the texts, in whole pieces.

    Raises:
        Suspicious: it declares entities, which is how a small file unpacks into gigabytes.
        ExpatError: not XML.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_entities
    local = _Local()
    parser.StartElementHandler = lambda name, attributes: start(local[name], attributes)
    if end is not None:
        closed = end
        parser.EndElementHandler = lambda name: closed(local[name])
    if text is not None:
        parser.CharacterDataHandler = text
    for chunk in chunks:
        parser.Parse(chunk, False)  # noqa: FBT003 - expat takes it by place only
    parser.Parse(b"", True)  # noqa: FBT003


def elements_of(archive: zipfile.ZipFile, part: str) -> list[tuple[str, dict[str, str]]]:
    """Local name and attributes, by local name too, of every element of a small part, in order."""
    found: list[tuple[str, dict[str, str]]] = []
    parse_xml(chunks_of(archive, part), lambda name, attributes: found.append((name, by_local_name(attributes))))
    return found


def by_local_name(attributes: dict[str, str]) -> dict[str, str]:
    """Attributes without their prefixes.

    >>> by_local_name({"r:id": "rId1", "name": "projets"})
    {'id': 'rId1', 'name': 'projets'}
    """
    return {name.rpartition(":")[2]: value for name, value in attributes.items()}


class _Local(dict[str, str]):
    def __missing__(self, name: str) -> str:
        self[name] = name.rpartition(":")[2]
        return self[name]


def _refuse_entities(*_: object) -> None:
    raise Suspicious("classeur piégé : il déclare des entités XML")
