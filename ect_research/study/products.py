"""What is made of all runs together: the manifest, the page, and what the study asks for besides."""

from __future__ import annotations

import hashlib
import json
import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ect_research
from ect_research.study.changes import declared_corrections
from ect_research.study.folder import MANIFEST, OutputFolder, write_json
from ect_research.study.key import KeyMaker, corpus_digest
from ect_research.study.manifest import build_manifest
from ect_research.study.record import sha256_of
from ect_research.study.versions import package_versions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ect_research.corpus.model import Corpus
    from ect_research.study.closure import Library
    from ect_research.study.engine import PlannedRun
    from ect_research.study.file import Study

RECORD = "produits.json"
PAGE = "index.html"
REPORT = "rapport.pdf"
SHEETS = "fiches"


class Products:
    """The products of a study, made again only when one of their causes changed.

    Args:
        study: the study.
        place: its folder of outputs.
        library: sources of the library.
    """

    def __init__(self, study: Study, place: OutputFolder, library: Library) -> None:
        self._study = study
        self._place = place
        self._corpus: Corpus | None = None
        self._library = library
        self._files = KeyMaker(study, library).corpus()

    @property
    def page(self) -> Path:
        """The page to open."""
        return self._place.path / PAGE

    def check_corpus(self) -> Corpus:
        """The corpus of the study, checked.

        Raises:
            CorpusError: it cannot be used as it is.
        """
        from ect_research.corpus.load import load_corpus

        if self._corpus is None:
            named = self._study.root / "surveys" / self._study.corpus
            self._corpus = load_corpus(named if named.is_dir() else self._study.root / self._study.corpus)
        return self._corpus

    def are_outdated(self, planned: Sequence[PlannedRun]) -> bool:
        """Whether something must be made again: a cause changed, a file was retouched or has gone."""
        written = self._recorded()
        if written.get("cle") != self._key(planned):
            return True
        return any(_sha256(self._place.path / name) != digest for name, digest in written["fichiers"].items())

    def write(self, planned: Sequence[PlannedRun]) -> None:
        """Write the products, those on disk replaced."""
        from ect_research.corpus.public import without_persons
        from ect_research.study.page import build_page

        records, folder = self._place.records(), self._place.path
        corpus, digest = self.check_corpus(), corpus_digest(self._files)
        stale = {one.run.id: one.causes for one in planned}
        (folder / RECORD).unlink(missing_ok=True)
        write_json(folder / MANIFEST, build_manifest(self._study, digest, records, declared_corrections(corpus)))
        page = build_page(self._study, corpus.source, digest, records, folder, stale)
        self.page.write_text(page, encoding="utf-8", newline="\n")
        written = [MANIFEST, PAGE, *self._write_documents(without_persons(corpus))]
        write_json(folder / RECORD, {"cle": self._key(planned), "fichiers": {n: _sha256(folder / n) for n in written}})

    def _write_documents(self, corpus: Corpus) -> Iterator[str]:
        """The report and the sheets, where the study asks for them; those of before go."""
        folder = self._place.path
        shutil.rmtree(folder / SHEETS, ignore_errors=True)
        (folder / REPORT).unlink(missing_ok=True)
        if self._study.has_report:
            from ect_research.study.report import build_report

            (folder / REPORT).write_bytes(build_report(self._study, corpus, self._place.records(), folder))
            yield REPORT
        if self._study.has_sheets:
            from ect_research.study.sheets import build_sheets

            (folder / SHEETS).mkdir()
            for name, sheet in build_sheets(corpus, self._study.language):
                (folder / SHEETS / name).write_bytes(sheet)
                yield f"{SHEETS}/{name}"

    def _key(self, planned: Sequence[PlannedRun]) -> dict[str, Any]:
        closure = self._library.closure(self._makers())
        assets = sorted((Path(ect_research.__file__).parent / "study" / "assets").iterdir())
        return {
            "etude": [
                self._study.title,
                self._study.has_report,
                self._study.has_sheets,
                self._study.language,
                self._study.reader,
            ],
            "executions": [*(f"{one.run.id} {one.run.title}" for one in planned)],
            "carnets": [one.run.notebook.digest for one in planned],
            "perimes": [list(one.causes) for one in planned],
            "resultats": {run: sha256_of(repr(record).encode()) for run, record in self._place.records().items()},
            "corpus": self._files,
            "bibliotheque": closure.modules | {path.name: _sha256(path) for path in assets},
            "versions": package_versions(closure.packages),
        }

    def _makers(self) -> list[str]:
        modules = ["page", "manifest", *["report"] * self._study.has_report, *["sheets"] * self._study.has_sheets]
        return [f"import ect_research.study.{name}" for name in modules]

    def _recorded(self) -> dict[str, Any]:
        with suppress(OSError, ValueError):
            said: dict[str, Any] = json.loads((self._place.path / RECORD).read_text(encoding="utf-8"))
            return said
        return {}


def _sha256(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
