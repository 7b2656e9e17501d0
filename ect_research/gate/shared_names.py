"""The names that no output may hold when several corpora are read together: what one allows, another may protect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ect_research.gate.known_names import KnownNames

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


def names_of_folders(folders: Iterable[Path]) -> tuple[list[str], tuple[str, ...]]:
    """The same (`shared_names`), read in the folders of corpora."""
    from ect_research.corpus.people.direct_names import direct_names
    from ect_research.corpus.people.waivers_csv import ANYWHERE, read_waivers

    return shared_names(
        [
            (direct_names(folder), [one.cell for one in read_waivers(folder)[0] if one.result == ANYWHERE])
            for folder in folders
        ]
    )
