"""The corpora that this process has read: what leaves it is held to the protection of all of them.

Nobody has to remember to tell the gate of publication which corpus a table comes from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from ect_research.corpus.checked.corpus import Corpus

_LOADED: dict[Path, Corpus] = {}


def remember(corpus: Corpus) -> None:
    """Add a corpus to those read, in place of an older reading of the same folder."""
    _LOADED[corpus.folder] = corpus


def loaded_corpora() -> list[Corpus]:
    """The corpora read so far, in the order of their folders.

    >>> from ect_research import load_corpus
    >>> _ = load_corpus("pays-ledonien")
    >>> [corpus.name for corpus in loaded_corpora() if corpus.name == "pays-ledonien"]
    ['pays-ledonien']
    """
    return [_LOADED[folder] for folder in sorted(_LOADED)]


def forget_corpora() -> None:
    """Forget them all (another study begins in the same process)."""
    _LOADED.clear()
