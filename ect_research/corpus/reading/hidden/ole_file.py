"""The streams of an OLE compound file, the container of .xls ([MS-CFB], Microsoft's open specification)."""

from __future__ import annotations

import struct

_FREE = 0xFFFFFFFA  # this and above: no further sector
_HEAD, _ENTRY = 512, 128


def read_streams(data: bytes) -> dict[str, bytes]:
    """``{name: content}`` of every stream of a compound file, at any depth.

    Raises:
        ValueError: damaged: a chain of sectors turns on itself or leaves the file.
    """
    if len(data) < _HEAD:
        raise ValueError("tronqué")
    shift, mini_shift = struct.unpack_from("<HH", data, 30)
    first, _, cutoff, mini_first = struct.unpack_from("<IIII", data, 48)
    if shift not in (9, 12) or mini_shift != 6:
        raise ValueError("tailles de secteur inconnues")
    file = _Sectors(data, 1 << shift)
    directory = file.chain(first)
    mini_table = _numbers(file.chain(mini_first))
    entries = [directory[at : at + _ENTRY] for at in range(0, len(directory), _ENTRY)]
    root = next((entry for entry in entries if entry[66] == 5), b"")
    mini = file.chain(struct.unpack_from("<I", root, 116)[0]) if root else b""
    found = {}
    for entry in (entry for entry in entries if len(entry) == _ENTRY and entry[66] == 2):
        name = entry[: max(0, struct.unpack_from("<H", entry, 64)[0] - 2)].decode("utf-16-le", "replace")
        start, size = struct.unpack_from("<II", entry, 116)
        whole = file.chain(start) if size >= cutoff else _mini_chain(mini, mini_table, start)
        found[name] = whole[:size]
    return found


class _Sectors:
    def __init__(self, data: bytes, size: int) -> None:
        self.data, self.size = data, size
        places = list(struct.unpack_from("<109I", data, 76))
        following, most = struct.unpack_from("<I", data, 68)[0], len(data) // size + 1
        while following < _FREE and len(places) < most + 109:
            block = _numbers(self.sector(following))
            places += block[:-1]
            following = block[-1]
        self.table = [number for place in places if place < _FREE for number in _numbers(self.sector(place))]

    def sector(self, number: int) -> bytes:
        at = (number + 1) * self.size
        if at >= len(self.data):
            raise ValueError("secteur hors du fichier")
        return self.data[at : at + self.size].ljust(self.size, b"\0")

    def chain(self, start: int) -> bytes:
        return b"".join(self.sector(number) for number in _chain(self.table, start))


def _mini_chain(mini: bytes, table: list[int], start: int) -> bytes:
    return b"".join(mini[number * 64 : number * 64 + 64] for number in _chain(table, start))


def _chain(table: list[int], start: int) -> list[int]:
    found: list[int] = []
    while start < _FREE:
        if start >= len(table) or len(found) > len(table):
            raise ValueError("chaîne de secteurs abîmée")
        found.append(start)
        start = table[start]
    return found


def _numbers(block: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(block) // 4}I", block[: len(block) // 4 * 4]))
