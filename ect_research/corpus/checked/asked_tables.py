"""Which tables of a corpus are asked for, and what each holds: what a result depends on, rather than a whole workbook."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ect_research.codebook.codebook import Codebook
from ect_research.corpus.folder.corpus_source import CorpusSource
from ect_research.corpus.folder.project_paths import files_of_corpus
from ect_research.corpus.reading.header_rows import Words

if TYPE_CHECKING:
    import pandas as pd


WHOLE = "*"


"""What is asked by whoever goes through all the tables."""
CITED = "source_id"
"""What is asked by whoever only counts the rows that cite each document."""
REST = ""
"""What a result depends on whatever it asks: what the corpus is, its codebook, its waivers and withdrawals."""
_CORRECTIONS = "corrections.csv"

_asked: dict[Path, set[str]] = defaultdict(set)
_reading: list[Path] = []


class AskedTables(Mapping[str, "pd.DataFrame"]):
    """The tables of a corpus that was read; which of them are asked for is noted.

    >>> import pandas as pd
    >>> from pathlib import Path
    >>> tables = AskedTables(Path("essai"), {"projets": pd.DataFrame(), "liens": pd.DataFrame()})
    >>> _ = tables["projets"]
    >>> sorted(asked_tables()[Path("essai")])
    ['projets']
    """

    def __init__(self, folder: Path, tables: Mapping[str, pd.DataFrame]) -> None:
        self.folder, self._tables = folder, dict(tables)

    def __getitem__(self, name: str) -> pd.DataFrame:
        note(self.folder, name)
        return self._tables[name]

    def __contains__(self, name: object) -> bool:
        note(self.folder, str(name))
        return name in self._tables

    def __iter__(self) -> Iterator[str]:
        note(self.folder, WHOLE)
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)

    def __or__(self, others: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
        return {**self, **others}

    def cited(self) -> Counter[str]:
        """Rows that cite each document."""
        note(self.folder, CITED)
        return self._cited.copy()

    @cached_property
    def _cited(self) -> Counter[str]:
        return count_cited(self._tables)


def note(folder: Path, what: str) -> None:
    """Something is asked of the corpus of a folder."""
    _asked[folder].add(what)


def asked_tables() -> dict[Path, frozenset[str]]:
    """What has been asked of each corpus that this process read."""
    return {folder: frozenset(names) for folder, names in _asked.items()}


@contextmanager
def reading(folder: Path) -> Iterator[None]:
    """Files of a corpus are opened for its tables, or to guard its names: not for what somebody makes of them."""
    _reading.append(folder)
    try:
        yield
    finally:
        _reading.pop()


def is_being_read(path: str) -> bool:
    """Whether a file is opened because its corpus is being read."""
    return any(path.startswith(f"{folder}/") for folder in _reading)


def count_cited(tables: Mapping[str, pd.DataFrame]) -> Counter[str]:
    """Rows of some tables that cite each document."""
    each = (source for frame in tables.values() if CITED in frame for source in frame[CITED])
    return Counter(
        name for cell in each for name in ((cell,) if isinstance(cell, str) else cell or ()) if isinstance(name, str)
    )


def digest_parts(
    tables: Mapping[str, pd.DataFrame], codebook: Codebook, source: CorpusSource, folder: Path
) -> dict[str, str]:
    """sha256 of each table, of the citations (`CITED`) and of the rest (`REST`) of a corpus."""
    parts = {name: digest_frame(frame) for name, frame in tables.items()}
    meaning = (getattr(codebook, one.name) for one in fields(codebook))
    words = Words(codebook)
    others = (
        f"{name} {hashlib.sha256(path.read_bytes()).hexdigest()}"
        for name, path in files_of_corpus(folder).items()
        if path.suffix.lower() in (".csv", ".toml", ".txt") and name != _CORRECTIONS and words.table(path.stem) is None
    )
    rest = [*map(_written, meaning), repr(source), *others]
    return {**parts, CITED: _digest(repr(sorted(count_cited(tables).items()))), REST: _digest("\n".join(rest))}


def digest_frame(frame: pd.DataFrame) -> str:
    """sha256 of the cells, the columns and the types of a frame."""
    return _digest(_written(frame))


def parts_asked(parts: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    """The digests of what was asked, and of the rest; empty for a table that the corpus does not have."""
    return {name: parts.get(name, "") for name in sorted({*names, REST})}


def _written(thing: Any) -> str:  # noqa: ANN401 - a frame, or plain data
    if not hasattr(thing, "to_csv"):
        return repr(thing)
    kinds = " ".join(f"{name}:{kind}" for name, kind in thing.dtypes.astype("str").items())
    return f"{kinds}\n{thing.to_csv(na_rep=chr(0))}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()
