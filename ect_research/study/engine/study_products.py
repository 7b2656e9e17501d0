"""What is made of all runs together: the manifest, the page, and what the study asks for besides."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ect_research
from ect_research.study.base.files_on_disk import read_json, write_json, write_whole
from ect_research.study.base.result_record import sha256_of
from ect_research.study.base.run_settings import package_versions
from ect_research.study.definition.run_key import corpus_digest
from ect_research.study.engine.changes import declared_corrections
from ect_research.study.outputs.output_folder import build_manifest
from ect_research.study.outputs.own_files import ESSENTIALS, PAGE, PRODUCTS, REPORT, SHEETS, remove
from ect_research.study.outputs.owner import MANIFEST
from ect_research.study.running.parallel import Errand, do_all, processors
from ect_research.words.carried_text import carried

if TYPE_CHECKING:
    from ect_research.corpus.checked.corpus import Corpus
    from ect_research.study.definition.study_file import Study
    from ect_research.study.engine.plan import Plan
    from ect_research.study.outputs.output_folder import RunRecord
    from ect_research.study.running.parallel import Aside
    from ect_research.words import Sentence


class Products:
    """The products of a study, made again only when one of their causes changed."""

    def __init__(self, plan: Plan, aside: Aside) -> None:
        self._study = plan.study
        self._place = plan.place
        self._library = plan.library
        self._files = plan.corpus
        self._aside = aside

    @property
    def page(self) -> Path:
        """The page to open."""
        return self._place.path / PAGE

    def check_corpus(self) -> None:
        """Refuse a corpus from which nothing can be made."""
        self._aside.do(check_corpus, self._study)

    def are_outdated(self, planned: Plan) -> bool:
        """Whether something must be made again: a cause changed, a file was retouched or has gone."""
        written = read_json(self._place.path / PRODUCTS)
        if written.get("cle") != self._key(planned):
            return True
        files = self._written()
        return not files or any(_sha256(self._place.path / n) != digest for n, digest in files.items())

    def write(self, planned: Plan) -> None:
        """Write the products, those on disk replaced; what was written before and no longer is goes."""
        folder, records, before = self._place.path, self._place.records(), self._written()
        # Without a key, they are to be made again; what was written is still known to be ours.
        write_json(folder / PRODUCTS, {"fichiers": before})
        stale = {one.run.id: one.causes for one in planned}
        errands = [Errand(write_page, (self._study, folder, records, corpus_digest(self._files), stale))]
        if self._study.has_report:
            errands.append(Errand(write_report, (self._study, folder, records)))
        if self._study.has_sheets:
            errands.append(Errand(write_sheets, (self._study, folder)))
        written = [name for names in do_all(self._aside, errands, processors()) for name in names]
        remove(folder, before.keys() - set(written))
        if not self._study.has_sheets:
            with suppress(OSError):
                (folder / SHEETS).rmdir()
        write_json(
            folder / PRODUCTS, {"cle": self._key(planned), "fichiers": {n: _sha256(folder / n) for n in written}}
        )

    def _written(self) -> dict[str, str]:
        """sha256 of each product, as it was last written."""
        files = read_json(self._place.path / PRODUCTS).get("fichiers")
        return files if isinstance(files, dict) else {}

    def _key(self, planned: Plan) -> dict[str, Any]:
        closure = self._library.closure(self._makers())
        self._library.remember()
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
            "carnets": [[one.run.notebook.path.name, one.run.notebook.digest] for one in planned],
            "perimes": [list(map(str, one.causes)) for one in planned],
            "resultats": {
                run: sha256_of(repr(record).encode("utf-8", "backslashreplace"))
                for run, record in self._place.records().items()
            },
            "corpus": self._files,
            "bibliotheque": closure.modules | {path.name: _sha256(path) for path in assets},
            "versions": package_versions(closure.packages),
        }

    def _makers(self) -> list[str]:
        report, sheets = self._study.has_report, self._study.has_sheets
        modules = [
            "ect_research.study.documents.page",
            "ect_research.study.outputs.output_folder",
            *["ect_research.study.documents.report"] * report,
            *["ect_research.study.documents.sheet_page"] * sheets,
        ]
        return [f"import {name}" for name in modules]


def corpus_of(study: Study) -> Corpus:
    """The corpus of a study, checked; all of them as one when it compares several."""
    from ect_research.corpus.checked.side_by_side import join_corpora, load_corpora

    return join_corpora(load_corpora(study.corpora_of() or [study.corpus]))


def check_corpus(study: Study) -> None:
    """Refuse a study whose corpus cannot be used (`corpus_of`)."""
    corpus_of(study)


def write_page(
    study: Study, folder: Path, records: dict[str, RunRecord], digest: str, stale: dict[str, tuple[Sentence, ...]]
) -> list[str]:
    """Write the manifest, the page and the essentials of a study; their names."""
    from ect_research.study.documents.essentials import essentials_markdown, essentials_to_paste
    from ect_research.study.documents.page import build_page

    corpus = corpus_of(study)
    write_json(folder / MANIFEST, build_manifest(study, digest, records, declared_corrections(corpus)))
    page = build_page(study, corpus, digest, records, folder, stale)
    write_whole(folder / PAGE, carried(page).encode())
    for name, write in zip(ESSENTIALS, (essentials_markdown, essentials_to_paste), strict=True):
        write_whole(folder / name, carried(write(study, corpus, records, stale)).encode())
    return [MANIFEST, PAGE, *ESSENTIALS]


def write_report(study: Study, folder: Path, records: dict[str, RunRecord]) -> list[str]:
    """Write the report; its name."""
    from ect_research.study.documents.report import build_report

    write_whole(folder / REPORT, build_report(study, corpus_of(study), records, folder))
    return [REPORT]


def write_sheets(study: Study, folder: Path) -> list[str]:
    """Write the sheets of the projects; their names."""
    from ect_research.corpus.checked.corpus import without_persons
    from ect_research.study.documents.sheet_page import build_sheets

    made = dict(build_sheets(without_persons(corpus_of(study)), study.language))
    for name, sheet in made.items():
        write_whole(folder / SHEETS / name, sheet)
    return [f"{SHEETS}/{name}" for name in made]


def _sha256(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
