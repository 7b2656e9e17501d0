"""The names that no output may hold when corpora are read together, and the search for them in what leaves.

What one corpus allows, another may protect.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from ect_research.errors import EctError
from ect_research.gate.known_names import KnownNames
from ect_research.gate.leaks import Leak, leaks_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path


def shared_names(told: Sequence[tuple[Iterable[str], Iterable[str]]]) -> tuple[list[str], tuple[str, ...]]:
    """The names of all corpora, and the texts that may be written although they are names.

    Args:
        told: the names and the allowed texts of each corpus.

    Returns:
        a text that one corpus allows is not allowed where it names somebody of another.

    >>> shared_names([(["Lucie Durand"], ["Lucie Durand"]), (["Durand Lucie"], [])])
    (['Lucie Durand', 'Durand Lucie'], ())
    """
    each = [(list(names), tuple(allowed)) for names, allowed in told]
    kept = [
        text
        for own in each
        for text in own[1]
        if not any(KnownNames.of(*other).within(text) for other in each if other is not own)
    ]
    return [name for names, _ in each for name in names], tuple(kept)


def search_files(folders: Iterable[Path], files: Iterable[tuple[str, Path | bytes]]) -> list[Leak]:
    """What must not leave, in some files, and the family names alone, to be read.

    Args:
        folders: those of the corpora whose names are looked for.
        files: name shown and place, or content, of each.
    """
    from ect_research.corpus.people.direct_names import direct_names
    from ect_research.corpus.people.waivers_csv import ANYWHERE, read_waivers

    told = [
        (direct_names(folder), [one.cell for one in read_waivers(folder)[0] if one.result == ANYWHERE])
        for folder in folders
    ]
    names, allowed = shared_names(told)
    known = KnownNames.of(names, allowed, _pseudonyms(names))
    return [
        leak
        for name, file in files
        for leak in leaks_of(file if isinstance(file, bytes) else file.read_bytes(), known, allowed, shown=name)
    ]


def _pseudonyms(names: list[str]) -> list[str]:
    """The keyed pseudonyms of some names, where the key is at hand."""
    from ect_research.corpus.people.pseudonyms import pseudonym, read_key

    with suppress(EctError):
        key = read_key() if names else b""
        return [pseudonym(name, key) for name in names]
    return []
