"""What a run's results depend on: its key, in parts that can be compared one by one and told to a person."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ect_research.corpus.checked.asked_tables import WHOLE
from ect_research.corpus.folder.project_paths import files_of_corpus
from ect_research.errors import LANGUAGE_VARIABLE, EctError
from ect_research.study.base.files_on_disk import file_state
from ect_research.study.base.run_settings import SETTINGS, package_versions
from ect_research.study.definition.parameters import plain
from ect_research.study.definition.reached_modules import Closure, Library
from ect_research.study.definition.study_file import Run, Study

Key = dict[str, Any]
BASE_MAP_READER = "corpus/basemap/load_basemap.py"
_INDEX_READER = "corpus/basemap/code_index.py"
_INDEX_FILES = ("fond/communes_passage.csv", "fond/epci_communes.csv", "fond/mentions.toml", "fond/populations.csv")


class KeyMaker:
    """Makes the keys of the runs of one study; each file is read once."""

    def __init__(self, study: Study, library: Library) -> None:
        self._study = study
        self._library = library
        self._hashes: dict[Path, dict[str, str]] = {}
        self._closures: dict[Path, Closure] = {}

    def key(self, run: Run) -> Key:
        """The key of one run, but for what only its last execution knows that it reads (``lectures, variables``).

        Returns:
            plain data: ``carnet`` (digest of each cell), ``parametres``, ``corpus`` and ``carte`` (sha256 by file),
            ``bibliotheque`` (digest by module), ``versions``, ``reglages`` and ``variables`` (of the environment).
        """
        closure = self.closure(run)
        key = {
            "carnet": list(run.notebook.digests),
            "parametres": {name: _ordered(value) for name, value in run.all_parameters().items()},
            "corpus": self.corpus(run),
            "carte": self._base_map(closure),
            "bibliotheque": closure.modules,
            "versions": package_versions(closure.packages),
            "reglages": SETTINGS,
            "variables": {LANGUAGE_VARIABLE: self._study.language},
        }
        # As it will read back from a record: a tuple is a list there.
        plain: Key = json.loads(json.dumps(key))
        return plain

    def closure(self, run: Run) -> Closure:
        """What the notebook of a run reaches in the library."""
        path = run.notebook.path
        if path not in self._closures:
            self._closures[path] = self._library.closure(run.notebook.code, beside=path.parent)
        return self._closures[path]

    def corpus(self, run: Run | None = None) -> dict[str, str]:
        """sha256 of the files of the corpora of a run, and of the study's; by ``corpus/file``."""
        found: dict[str, str] = {}
        for folder in corpora_of(self._study, run):
            found |= self._folder(folder, f"{folder.name}/")
        return found

    def _base_map(self, closure: Closure) -> dict[str, str]:
        """What a program reads of ``maps/``: all of it, or what the communes of a corpus are checked against."""
        maps = self._study.root / "maps"
        if BASE_MAP_READER in closure.modules:
            return self._folder(maps, "")
        named = _INDEX_FILES if _INDEX_READER in closure.modules else ()
        return file_digests(maps, (name for name in named if (maps / name).is_file()))

    def _folder(self, folder: Path, prefix: str) -> dict[str, str]:
        if folder not in self._hashes:
            self._hashes[folder] = corpus_files(folder) if prefix else _files(folder, sorted(folder.rglob("*")))
        return {f"{prefix}{name}": digest for name, digest in self._hashes[folder].items()}


def _ordered(value: Any) -> Any:  # noqa: ANN401 - of a parameter
    """As text where it holds a table, whose order a notebook may follow and a record does not keep."""
    return repr(plain(value)) if isinstance(value, (dict, list, tuple)) and "{" in repr(value) else value


def corpora_of(study: Study, run: Run | None) -> list[Path]:
    """Folders of the corpora of a study and of one of its runs."""
    return sorted({*study.corpora_of(), *study.corpora_of(run)})


def tables_read(seen: Mapping[str, str] | None, direct: Iterable[str], key: Key) -> dict[str, str] | None:
    """What a run asked of its corpora, by ``corpus/table``; None where only the files it opened itself are known.

    >>> key = {"corpus": {"essai/projets.csv": "0"}}
    >>> tables_read({"essai/projets": "1", "autre/projets": "2"}, [], key)
    {'essai/projets': '1'}
    >>> tables_read({"essai/projets": "1"}, ["surveys/essai/projets.csv"], key) is None
    True
    """
    files = tuple(key["corpus"])
    if seen is None or any(name.endswith(tuple(f"/{file}" for file in files)) for name in direct):
        return None
    if any(name.endswith(f"/{WHOLE}") for name in seen):
        return None
    corpora = {file.partition("/")[0] for file in files}
    return {name: digest for name, digest in seen.items() if name.partition("/")[0] in corpora}


def tables_now(known: Mapping[str, str], folders: Iterable[Path]) -> dict[str, str] | None:
    """What is now in the tables that a run asked of its corpora; None when one cannot be read."""
    from ect_research.corpus.checked.load_corpus import load_corpus

    found: dict[str, str] = {}
    for folder in folders:
        try:
            parts = load_corpus(folder).parts
        except (EctError, OSError):
            return None
        found |= {name: parts.get(name.rpartition("/")[2], "") for name in known if name.startswith(f"{folder.name}/")}
    return found


def file_digests(root: Path, names: Iterable[str]) -> dict[str, str]:
    """sha256 of files named relative to a folder; empty for one that is not there."""
    places = {name: root / name for name in sorted(names)}
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "" for name, path in places.items()
    }


def reads_now(root: Path, known: dict[str, str]) -> dict[str, str]:
    """The state of now (`ect_research.study.base.files_on_disk`) of what had a state before, relative to a folder or absolute."""
    return {name: file_state(root / name, like=state) for name, state in sorted(known.items())}


def undeclared(read: dict[str, str], key: Key, corpora: Iterable[Path], root: Path) -> dict[str, str]:
    """State of what a run read, by path relative to the root, and that its key did not know as corpus or base map.

    >>> key = {"corpus": {"essai/projets.csv": "0"}, "carte": {}}
    >>> read = {"surveys/essai/projets.csv": "0", "notebooks/a.csv": "1"}
    >>> from pathlib import Path
    >>> undeclared(read, key, [Path("/p/surveys/essai")], Path("/p"))
    {'notebooks/a.csv': '1'}
    """
    known = {f"maps/{name}" for name in key["carte"]}
    for corpus in corpora:
        if corpus.is_relative_to(root):
            known |= {(corpus.parent / name).relative_to(root).as_posix() for name in key["corpus"]}
    return {name: state for name, state in read.items() if name not in known}


def corpus_files(folder: Path) -> dict[str, str]:
    """sha256 by name of the files that make a corpus."""
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files_of_corpus(folder).items()}


def corpus_digest(files: dict[str, str]) -> str:
    """The digest that `ect_research.corpus.checked.corpus.Corpus` gives itself, from the hashes of its files."""
    total = hashlib.sha256()
    for name, digest in files.items():
        total.update(name.encode() + b"\0" + bytes.fromhex(digest))
    return total.hexdigest()


def _files(folder: Path, paths: Iterable[Path]) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in paths
        if path.is_file()
    }
