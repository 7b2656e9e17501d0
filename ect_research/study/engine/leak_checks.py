"""Around a study: what must not be kept any longer stops it, and what must not have left fails it.

The outputs are searched file by file; what was found clean with the same names is not searched again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ect_research.corpus.folder.project_paths import PRIVATE, WAIVERS, files_of_corpus
from ect_research.errors import EctError
from ect_research.study.base.files_on_disk import read_json, write_json
from ect_research.study.outputs.owner import LOCK, MARK
from ect_research.study.running.parallel import Errand, Here, do_all, processors
from ect_research.words import Told, joined

if TYPE_CHECKING:
    from ect_research.gate.leaks import Leak
    from ect_research.study.definition.study_file import Study
    from ect_research.study.running.parallel import Aside

RECORD = ".fuites.json"
_NAMES = "noms.txt"
# To be raised when the search learns to find more: what was clean is searched again.
_SEARCH = 7
_MANY = 64


class Safeguards:
    """The checks around one study and its outputs; ``aside`` reads the corpora and searches, this process when None."""

    def __init__(self, study: Study, folder: Path, aside: Aside | None = None) -> None:
        self._folder = folder
        self._aside = aside or Here()
        self._corpora = study.corpora()

    def refuse_overdue(self, today: date) -> None:
        """Stop a study whose corpora hold what should be gone: a waiver that is over, an interview past its date."""
        for corpus in self._corpora:
            if not (corpus / WAIVERS).is_file():
                continue
            from ect_research.corpus.checked.side_files import read_waivers, refuse_expired

            waivers, problems = read_waivers(corpus)
            if problems:
                raise EctError(
                    "derogations.csv, ligne {ligne} : {probleme}.",
                    ligne=problems[0].place.ligne,
                    probleme=problems[0].probleme,
                )
            refuse_expired(waivers, today)
        over = {code: day for code, day in self._facts["conservation"].items() if date.fromisoformat(day) < today}
        if over:
            said = joined(
                ", ",
                (
                    Told("{code} (jusqu’au {day:%d/%m/%Y})", code=code, day=date.fromisoformat(day))
                    for code, day in over.items()
                ),
            )
            raise EctError(
                "Durée de conservation dépassée : {said}. Supprimer ou rendre anonymes ces entretiens, puis relancer.",
                said=said,
            )

    def leaks(self) -> list[Leak]:
        """Every leak in the outputs; nothing of them is changed, and what was clean is remembered."""
        known = self._recorded.get("propres", {}) if self._recorded.get("cle") == self._key else {}
        files = {path.relative_to(self._folder).as_posix(): path for path in self._files()}
        digests = {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()}
        found = self._search({name: files[name] for name, digest in digests.items() if known.get(name) != digest})
        guilty = {leak.file for leak in found}
        clean = {name: digest for name, digest in digests.items() if name not in guilty}
        record = {"cle": self._key, "conservation": self._facts["conservation"], "propres": clean}
        if record != self._recorded:
            write_json(self._folder / RECORD, record)
        return found

    def recoverable(self) -> list[str]:
        """Hidden numbers that the tables of all notebooks, put together, give back; in French, one sentence each."""
        paths = sorted((*self._folder.glob("tables/*/*.masque.json"), *self._folder.glob("figures/*/*.masque.json")))
        if len({path.parent.name for path in paths}) < 2:
            return []  # the tables of one notebook were protected together
        named = {path.relative_to(self._folder).as_posix().removesuffix(".masque.json"): path for path in paths}
        return self._aside.do(given_back, named)

    def _search(self, files: dict[str, Path]) -> list[Leak]:
        """Search files, in several processes when they are many; the leaks in the order of the files."""
        if not files:
            return []
        from ect_research.gate.leaks import search_files

        parts = processors() if len(files) > _MANY else 1
        shares = [list(files.items())[part::parts] for part in range(parts)]
        errands = [Errand(search_files, (self._corpora, share)) for share in shares if share]
        found = [leak for leaks in do_all(self._aside, errands, parts) for leak in leaks]
        places = list(files)
        return sorted(found, key=lambda leak: places.index(leak.file))

    def _files(self) -> Iterator[Path]:
        for path in sorted(self._folder.rglob("*")):
            if path.is_file() and path.name not in (RECORD, LOCK, MARK):
                yield path

    @cached_property
    def _recorded(self) -> dict[str, Any]:
        said = read_json(self._folder / RECORD)
        whole = all(isinstance(said.get(part), dict) for part in ("conservation", "propres"))
        return said if whole else {}

    @cached_property
    def _key(self) -> str:
        """What the names depend on; keyed by nothing secret, and not undone by trying names: whole files are hashed."""
        total = hashlib.sha256(str(_SEARCH).encode())
        for corpus in self._corpora:
            listed = corpus / PRIVATE / _NAMES
            for name, path in {**files_of_corpus(corpus), _NAMES: listed}.items():
                if path.is_file():
                    total.update(name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
        return total.hexdigest()

    @cached_property
    def _facts(self) -> dict[str, dict[str, str]]:
        if self._recorded.get("cle") == self._key:
            return {"conservation": self._recorded.get("conservation", {})}
        return {"conservation": self._aside.do(retention, self._corpora)}


def given_back(files: dict[str, Path]) -> list[str]:
    """Hidden numbers that protected tables give back together (`ect_research.analysis.disclosure.suppression`)."""
    from ect_research.analysis.disclosure.suppression import PrintedTable, find_recoverable

    tables = {name: PrintedTable.of_json(json.loads(path.read_text(encoding="utf-8"))) for name, path in files.items()}
    return [
        Told("{name} : la valeur masquée de « {cell} »", name=name, cell=cell)
        for name, cell in find_recoverable(tables)
    ]


def retention(corpora: list[Path]) -> dict[str, str]:
    """Last day (ISO) that each interview of some corpora may be kept, by code."""
    return {code: day for corpus in corpora for code, day in _retention(corpus)}


def _retention(corpus: Path) -> Iterator[tuple[str, str]]:
    """Code and last day of each interview that has one, in the corpus and in its private folder."""
    from ect_research.codebook.load_codebook import load_codebook
    from ect_research.corpus.reading.header_rows import column_words
    from ect_research.corpus.reading.sheet_to_table import read_folder
    from ect_research.corpus.text.dates import FuzzyDate, parse_date
    from ect_research.corpus.text.raw_table import fold

    codebook = load_codebook(corpus)
    words = column_words(codebook, "entretiens")
    for place in (corpus, corpus / PRIVATE):
        if not place.is_dir():
            continue
        raw = read_folder(place, codebook, private=place.name == PRIVATE).tables.get("entretiens")
        for _, cells in raw.rows if raw else ():
            row = {
                words.get(fold(head), ""): cell for head, cell in zip(raw.header if raw else (), cells, strict=False)
            }
            until = parse_date(row.get("conservation_jusqu_au", ""))
            if isinstance(until, FuzzyDate) and until.high:
                yield row.get("entretien_id", ""), until.high.isoformat()
