"""A folder → a checked corpus, or one error that carries every problem."""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from itertools import compress
from pathlib import Path

import pandas as pd

from ect_research.codebook.codebook import Codebook
from ect_research.codebook.load_codebook import CODEBOOK, load_codebook
from ect_research.corpus.checked.asked_tables import AskedTables, digest_frame, digest_parts, reading
from ect_research.corpus.checked.corpus import Corpus, build_frame, remember
from ect_research.corpus.checked.side_files import apply_corrections, check_side_files
from ect_research.corpus.checks.check_facts import (
    check_doubles,
    check_ends,
    check_flows,
    check_indicators,
    check_ranks,
    check_story,
    check_ties,
)
from ect_research.corpus.checks.check_references import (
    check_extent,
    check_places,
    check_references,
    find_index,
    read_names,
    suggest_codes,
)
from ect_research.corpus.checks.check_table import CheckedTable, Row, check_table
from ect_research.corpus.checks.name_columns import name_columns
from ect_research.corpus.folder.corpus_source import CorpusSource, read_source
from ect_research.corpus.folder.project_paths import (
    PRIVATE,
    corpus_folder,
    digest_of,
    files_of_corpus,
    keep_copy,
    recall,
)
from ect_research.corpus.people.consent import (
    find_spellings,
    find_unknown_withdrawals,
    protect,
    read_withdrawals,
    with_pseudonyms,
)
from ect_research.corpus.people.protection_rules import check_protection, placed, read_protection
from ect_research.corpus.people.secret_key import key_fingerprint
from ect_research.corpus.reading.header_rows import Words
from ect_research.corpus.reading.sheet_to_table import find_open, find_unread, read_folder
from ect_research.corpus.text.raw_table import Place, Problem, RawTable, problems_frame
from ect_research.errors import CorpusError
from ect_research.words import Told, tell_n


@dataclass(frozen=True)
class _Draft:
    folder: Path
    codebook: Codebook
    source: CorpusSource | None
    tables: dict[str, CheckedTable]
    log: list[dict[str, str]]
    problems: list[Problem]
    withdrawn: list[str]
    is_keyed: bool


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Rows and cells by the hundred thousand make no cycle: looking for some takes a third of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def load_corpus(corpus: Path | str) -> Corpus:
    """Read and check a corpus.

    Args:
        corpus: a folder, or its name under ``surveys/``.

    Returns:
        the frozen corpus.

    Raises:
        CorpusError: it cannot be used as it is; ``problems`` holds every problem at once.
        CodebookError: the corpus's own codebook files contradict themselves.
        EctError: there is no such folder, or a person needs a pseudonym and there is no key.

    >>> corpus = load_corpus("pays-ledonien")
    >>> set(corpus.tables) >= {"sources", "projets", "evenements"}
    True
    """
    folder = corpus_folder(corpus)
    with reading(folder):
        before = _inputs(folder)
        read: Corpus | None = recall(folder, before)
        if read is None:
            read = _read(folder)
            # Bytes of what is private lie nowhere but in the objects of who asked for it.
            if not (folder / PRIVATE).is_dir() and _inputs(folder) == before:
                keep_copy(folder, before, read)
    read = replace(read, tables=AskedTables(folder, read.tables))
    remember(read)
    return read


@_without_collecting()
def _read(folder: Path) -> Corpus:
    draft = _draft(folder)
    errors = [problem for problem in draft.problems if problem.niveau == "erreur"]
    if errors or draft.source is None:
        frame = problems_frame(draft.problems)
        said = tell_n(
            "Le corpus « {name} » a {n} erreur à corriger avant toute analyse.",
            "Le corpus « {name} » a {n} erreurs à corriger avant toute analyse.",
            len(errors),
            name=draft.folder.name,
        )
        raise CorpusError(said, frame)
    frames = {
        name: build_frame(draft.tables[name], draft.codebook)
        for name in draft.codebook.table_names
        if name in draft.tables
    }
    frames, set_aside = protect(frames, draft.codebook, draft.withdrawn)
    log, warnings = _log_frame([*draft.log, *set_aside]), problems_frame(draft.problems)
    parts = digest_parts(frames, draft.codebook, draft.source, draft.folder)
    return Corpus(
        name=draft.folder.name,
        folder=draft.folder,
        tables=frames,
        codebook=draft.codebook,
        source=draft.source,
        log=log,
        warnings=warnings,
        digest=_digest(draft.folder),
        parts={**parts, "log": digest_frame(log), "warnings": digest_frame(warnings)},
        is_keyed=draft.is_keyed,
    )


@_without_collecting()
def check_corpus(corpus: Path | str, *, corrections: Path | None = None) -> pd.DataFrame:
    """Every problem of a corpus, one row each, as `problems_frame` has them; empty when there is none.

    ``corrections``: a file to take for its ``corrections.csv``, to try it before it is put there.

    >>> check_corpus("pays-ledonien").query("niveau == 'erreur'").empty
    True
    """
    draft = _draft(corpus, corrections)
    beside = check_side_files(draft.folder, date.today())  # noqa: DTZ011 - the day where the officer is
    return problems_frame([*draft.problems, *beside, *find_open(draft.folder)])


def read_text(folder: Path, codebook: Codebook) -> dict[str, list[Row]]:
    """The rows of a corpus as text, by table, its declared corrections applied; nothing is checked."""
    rows, _, _ = _text_rows(read_folder(folder, codebook).tables, codebook)
    apply_corrections(folder / "corrections.csv", rows, codebook)
    return rows


def _draft(corpus: Path | str, corrections: Path | None = None) -> _Draft:
    folder = corpus_folder(corpus)
    codebook = load_codebook(folder)
    read = read_folder(folder, codebook)
    problems = [*read.problems, *find_unread(folder, Words(codebook))]
    rows, columns, header_problems = _text_rows(read.tables, codebook)
    header_problems += _add_private(folder, rows, columns, codebook)
    log, correction_problems = apply_corrections(corrections or folder / "corrections.csv", rows, codebook)
    for line in log:
        columns[line["table"]] = list(dict.fromkeys([*columns[line["table"]], line["colonne"]]))
    problems += [*header_problems, *correction_problems]
    log += read_names(rows, codebook)
    source, source_problems = read_source(folder)
    protection, protection_problems = read_protection(source.more if source else {})
    protection_problems += check_protection(protection, rows, codebook, has_private=(folder / PRIVATE).is_dir())
    problems += placed(protection_problems, source.place) if source else protection_problems
    problems += find_spellings(rows)
    named, rows = rows, with_pseudonyms(rows, codebook)
    is_keyed = any(old is not new for name in rows for old, new in zip(named[name], rows[name], strict=True))
    tables: dict[str, CheckedTable] = {}
    for name in rows:
        tables[name], found = check_table(name, rows[name], columns[name], codebook)
        problems += found
        log += _repair_lines(codebook.key_of(name), tables[name])
    problems += check_references(tables, codebook, read.broken)
    if (index := find_index()) is not None:
        problems = [*suggest_codes(problems, index), *check_places(tables.values(), index)]
        problems += check_extent(tables.values(), index)
    if "evenements" in tables:
        problems += check_story(tables["evenements"], codebook, source.observed_on if source else None)
        problems += check_ranks(tables["evenements"], codebook)
    for name in ("participations", "liens"):
        problems += check_ties(tables[name], source.observed_on if source else None) if name in tables else ()
    problems += check_ends(tables["liens"]) if "liens" in tables else ()
    problems += check_doubles(tables)
    problems += check_flows(tables["ressources"]) if "ressources" in tables else ()
    problems += check_indicators(tables["indicateurs"]) if "indicateurs" in tables else ()
    problems += _missing_tables(folder, tables.keys() | read.broken, codebook)
    withdrawn, withdrawal_problems = read_withdrawals(folder / "retraits.csv")
    withdrawal_problems += find_unknown_withdrawals(withdrawn, rows, codebook)
    problems += [*source_problems, *withdrawal_problems]
    return _Draft(folder, codebook, source, tables, log, problems, withdrawn, is_keyed)


def _text_rows(
    raw: dict[str, RawTable], codebook: Codebook
) -> tuple[dict[str, list[Row]], dict[str, list[str]], list[Problem]]:
    rows, columns, problems = {}, {}, []
    for table, sheet in raw.items():
        names, found = name_columns(sheet, table, codebook)
        problems += found
        if not sheet.rows and table not in _required_tables(codebook):
            continue  # a sheet of the entry workbook that nobody filled
        columns[table] = [name for name in names if name]
        lost, whole, blank = _lost_columns(sheet, names), all(names), dict.fromkeys(columns[table], "")
        rows[table] = [
            Row(
                Place(sheet.place.fichier, sheet.place.feuille, number),
                _filled(blank, cells if whole else compress(cells, names)),
                lost.get(number, frozenset()),
            )
            for number, cells in sheet.rows
        ]
    return rows, columns, problems


def _filled(blank: dict[str, str], cells: Iterable[str]) -> dict[str, str]:
    """A row by column, from one of its size: a third faster than one that grows."""
    text = blank.copy()
    text.update(zip(blank, cells))  # noqa: B905 - one cell per column, or the table would have been refused
    return text


def _add_private(
    folder: Path, rows: dict[str, list[Row]], columns: dict[str, list[str]], codebook: Codebook
) -> list[Problem]:
    """Add the rows of the tables of ``private/`` to those of the corpus; say what is wrong with them."""
    private = folder / PRIVATE
    if not private.is_dir():
        return []
    read = read_folder(private, codebook, private=True)
    more_rows, more_columns, problems = _text_rows(read.tables, codebook)
    for table, several in more_rows.items():
        placed = (replace(row, place=replace(row.place, fichier=f"{PRIVATE}/{row.place.fichier}")) for row in several)
        rows[table] = [*rows.get(table, []), *placed]
        columns[table] = list(dict.fromkeys([*columns.get(table, []), *more_columns[table]]))
    if "acteurs" in more_rows:
        columns["acteurs"] = list(dict.fromkeys([*columns["acteurs"], "pseudonyme"]))
    return [*read.problems, *problems]


def _lost_columns(sheet: RawTable, names: list[str | None]) -> dict[int, frozenset[str]]:
    lost: dict[int, frozenset[str]] = {}
    for line, index in sheet.lost:
        name = names[index] if index < len(names) else None
        if name:
            lost[line] = lost.get(line, frozenset()) | {name}
    return lost


def _missing_tables(folder: Path, present: Collection[str], codebook: Codebook) -> list[Problem]:
    return [
        Problem(
            Place(folder.name, name),
            "",
            "",
            "table obligatoire absente",
            Told("{name}.csv, ou une feuille « {name} »", name=name),
        )
        for name in _required_tables(codebook)
        if name not in present
    ]


def _required_tables(codebook: Codebook) -> list[str]:
    return list(codebook.tables.loc[codebook.tables["required"] == "oui", "table"])


def _repair_lines(key: str, checked: CheckedTable) -> Iterator[dict[str, str]]:
    codes = {row.place: row.text.get(key, "") for row in checked.rows} if checked.repairs else {}
    for place, column, before, after in checked.repairs:
        yield {"nature": "reparation" if before else "defaut", "table": checked.name, "cle": codes[place], "colonne": column,
               "ancienne": before, "nouvelle": after, "qui": "lecture",
               "pourquoi": f"{place.fichier}, ligne {place.ligne}"}  # fmt: skip


def _log_frame(lines: list[dict[str, str]]) -> pd.DataFrame:
    columns = ["nature", "table", "cle", "colonne", "ancienne", "nouvelle", "qui", "pourquoi"]
    return pd.DataFrame(lines, columns=columns, dtype="str")


def _digest(folder: Path) -> str:
    return digest_of(files_of_corpus(folder))


def _inputs(folder: Path) -> str:
    """Digest of all that a corpus is made from: its files, the package's codebook, the key of the pseudonyms."""
    codebook = {path.name: path for path in sorted(CODEBOOK.glob("*.csv"))}
    return f"{_digest(folder)} {digest_of(codebook)} {key_fingerprint()}"
