"""The gate of publication: what a notebook saves is held here to the protection of every corpus it has read.

Nothing has to be remembered. The corpora read in this process say what is protected (everything when they do not); a
table whose author did not say what it counts is held to the strictest of their thresholds. A number that must not leave
is hidden with those that would give it away; what hiding cannot protect becomes a refusal; a name of a person is an
error, before anything is drawn.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.analysis.disclosure.protected_frames import HIDDEN, Ledger, hold_frame
from ect_research.analysis.disclosure.suppression import PrintedTable
from ect_research.analysis.disclosure.table_shapes import flatten
from ect_research.corpus.checked.asked_tables import reading
from ect_research.corpus.checked.corpus import Corpus, loaded_corpora
from ect_research.corpus.checked.side_files import ANYWHERE, Waiver, read_waivers, refuse_expired
from ect_research.corpus.folder.project_paths import PRIVATE
from ect_research.corpus.people.direct_names import direct_names
from ect_research.corpus.people.protection_rules import RESPONDENT, UNITS, person_tables
from ect_research.errors import EctError
from ect_research.gate.known_names import KnownNames, shared_names
from ect_research.gate.persons_counted import PersonsCounted
from ect_research.words import Sentence, mark, quoted, tell

NOBODY = "aucune"
_UNITS_REFUSED = {
    "personnes": (
        mark("un tableau où figure une personne"),
        mark("Le corpus « {corpus} » protège les personnes, et une ligne en désigne une."),
    ),
    "organisations": (
        mark("un tableau où figure une organisation"),
        mark("Le corpus « {corpus} » protège les organisations, et une ligne en désigne une."),
    ),
    "projets": (
        mark("un tableau où figure un projet"),
        mark("Le corpus « {corpus} » protège les projets, et une ligne en désigne un."),
    ),
}
_SAID = mark("montrer des effectifs par catégorie, ou inscrire une dérogation dans derogations.csv.")
_UNSAID = mark(
    "répondre à « Qu’est-ce qui est protégé ? » dans la feuille « étude » du classeur (ou [protection] de source.toml) : "
    "sans réponse, tout l’est ; sinon, montrer des effectifs par catégorie, ou inscrire une dérogation dans derogations.csv."
)
_HIDDEN = {
    "personnes": mark("{sign} : masqué (moins de {threshold} personnes, ou protège une autre valeur)"),
    "organisations": mark("{sign} : masqué (moins de {threshold} organisations, ou protège une autre valeur)"),
    "projets": mark("{sign} : masqué (moins de {threshold} projets, ou protège une autre valeur)"),
    None: mark("{sign} : masqué (moins de {threshold} unités protégées, ou protège une autre valeur)"),
}
_LEDGERS: dict[str, Ledger] = {}


@dataclass(frozen=True)
class Passed:
    """What may leave."""

    frame: pd.DataFrame  # the table, with ``s`` in place of what is hidden
    asked: pd.DataFrame  # the table before that
    notes: tuple[Sentence, ...] = ()  # what a reader must be told: what is hidden and why, the waivers applied
    hides: bool = False  # whether anything is hidden
    # what a reader knows of a protected table, to be put beside those of the other notebooks
    printed: PrintedTable | None = None


def pass_frame(
    frame: pd.DataFrame, name: str, unit: str | None, words: Iterable[str], *, printed: bool = True, drawn: bool = False
) -> Passed | Refusal:
    """Hold a table to what the corpora read protect.

    Args:
        frame: the table, or the data behind a figure.
        name: the name under which it is saved.
        unit: what it counts (``personnes, organisations, projets``, or ``aucune`` when it speaks of nobody); the
            strictest of what is protected when None.
        words: title, n, notes, and whatever else is written with it.
        printed: whether it leaves; what is only looked at gives nothing away to the tables that follow.
        drawn: whether it leaves as a drawing, whose marks would show what the table must hide: whole or not at all.

    Returns:
        the table that may leave and what to write under it, or a `Refusal`.

    Raises:
        EctError: an unknown unit, a name of a person, an expired waiver.
    """
    if unit not in (None, NOBODY, *UNITS):
        raise EctError("unit = « {unit} » n’existe pas : choisir parmi {units}.", unit=unit, units=(*UNITS, NOBODY))
    corpora = loaded_corpora()
    refuse_names([*words, *_texts(frame)], name)
    guarded = [corpus for corpus in corpora if corpus.protection.protected]
    waivers = _agreed(corpora, guarded)
    unit = "personnes" if any(_tells_of_persons(frame, corpus) for corpus in guarded) else unit
    whole = [waiver for waiver in waivers if waiver.covers(name)]
    if whole:
        return Passed(frame, frame, tuple(waiver.sentence() for waiver in whole))
    refusal = next((found for corpus in guarded if (found := _refuse_rows(frame, corpus))), None)
    if refusal is not None:
        return refusal
    threshold = 0 if unit == NOBODY else max((corpus.protection.threshold(unit) for corpus in guarded), default=0)
    if threshold == 0:
        return Passed(frame, frame)
    ledger = deepcopy(_LEDGERS.get(unit or "", Ledger()))
    persons = PersonsCounted(guarded) if unit == "personnes" else None
    passed = _held(frame, (name, unit, threshold), ledger, waivers, persons)
    if drawn and isinstance(passed, Passed) and passed.hides:
        return _undrawable(passed)
    if printed:
        _LEDGERS[unit or ""] = ledger
    return passed


def _undrawable(passed: Passed) -> Refusal:
    return Refusal(
        tell("une figure dont des nombres sont à masquer"),
        tell("Ses marques les montreraient ({note}).", note=passed.notes[0]),
        tell("regrouper des catégories, enregistrer le tableau, ou inscrire une dérogation dans derogations.csv."),
    )


def refuse_names(texts: Iterable[str], name: str) -> None:
    """Refuse a result on which a person known to the corpora read is named; names are masked."""
    known = known_names()
    if known is None:
        return
    found = dict.fromkeys(masked for text in texts for masked in known.within(text))
    if found:
        said = ", ".join(found)
        raise EctError(
            "« {name} » nomme une personne ({said}) : rien n’est enregistré. Retirer le nom, ou montrer le pseudonyme.",
            name=name,
            said=said,
        )


def known_names() -> KnownNames | None:
    """The names that no result may hold; None when the corpora read know nobody."""
    corpora = loaded_corpora()
    told = [
        (_names(corpus.folder, repr(corpus.parts)) if _knows_persons(corpus) else (),
         [waiver.cell for waiver in _waivers(corpus.folder) if waiver.result == ANYWHERE])
        for corpus in corpora
    ]  # fmt: skip
    names, allowed = shared_names(told)
    return KnownNames.of(names, allowed) if names else None


def _held(
    frame: pd.DataFrame,
    asked: tuple[str, str | None, int],
    ledger: Ledger,
    waivers: list[Waiver],
    persons: PersonsCounted | None,
) -> Passed | Refusal:
    name, unit, threshold = asked
    rows = [waiver for waiver in waivers if waiver.result == name and waiver.cell]
    used: dict[Sentence, None] = {}

    def waived(cell: str) -> bool:
        found = [waiver.sentence() for waiver in rows if waiver.covers(name, cell)]
        used.update(dict.fromkeys(found))
        return bool(found)

    units = persons.most if persons else lambda _key: None
    held = hold_frame(frame, threshold=threshold, ledger=ledger, waived=waived, units=units)
    if isinstance(held, Refusal):
        return held
    notes = [*used]
    if held.hidden:
        notes.insert(0, tell(_HIDDEN[unit], sign=HIDDEN, threshold=threshold))
    if held.unanimous:
        notes.append(tell("Réponse unanime, donc connue de chacun : {rows}", rows=" ; ".join(held.unanimous)))
    return Passed(held.frame if held.hidden else frame, frame, tuple(notes), bool(held.hidden), held.printed)


def _refuse_rows(frame: pd.DataFrame, corpus: Corpus) -> Refusal | None:
    """A row per protected unit is a count of one."""
    known, unsaid = _identifiers(corpus), "protection" not in corpus.source.more
    for text in _texts(frame):
        for unit in corpus.protection.protected:
            if text in known[unit]:
                asked, reason = _UNITS_REFUSED[unit]
                return Refusal(tell(asked), tell(reason, corpus=corpus.name), tell(_UNSAID if unsaid else _SAID))
    return None


def _identifiers(corpus: Corpus) -> dict[str, set[str]]:
    """Codes and names of each kind of unit, as tables write them."""
    found: dict[str, set[str]] = {unit: set() for unit in UNITS}
    tables = corpus.tables
    if "acteurs" in tables:
        actors = tables["acteurs"]
        people = actors["nature"] == "personne"
        for unit, rows in (
            ("personnes", actors[people]),
            ("organisations", actors[actors["nature"] == "organisation"]),
        ):
            found[unit] |= _values(rows, ("acteur_id", "nom", "pseudonyme"))
    for table in person_tables(corpus.codebook):
        if table in tables:
            found["personnes"] |= _values(tables[table], (corpus.codebook.key_of(table), RESPONDENT))
    found["projets"] |= _values(tables["projets"], ("projet_id", "nom", "nom_public"))
    return found


def _values(frame: pd.DataFrame, columns: Iterable[str]) -> set[str]:
    return {str(value) for name in columns if name in frame for value in frame[name].dropna() if str(value)}


def _tells_of_persons(frame: pd.DataFrame, corpus: Corpus) -> bool:
    """Whether a table has a column that only the tables of persons have, whatever its author says it counts."""
    variables, persons = corpus.codebook.variables, person_tables(corpus.codebook)
    others = {column for table, column in variables if table not in persons}
    # A number may bear the name of another (a length in minutes, the least of a length); an answer does not.
    answers = {key for key, item in variables.items() if item.type.startswith("select") or item.pii or item.key}
    own = {column for table, column in answers if table in persons} - others
    said = {str(label) for label in (*frame.columns, *frame.index.names, *frame.columns.names)}
    return bool(own & said)


def _texts(frame: pd.DataFrame) -> list[str]:
    """Every text of a table, headers included, each once."""
    flat = flatten(frame)
    found: dict[str, None] = {str(label): None for label in flat.columns}
    for at in range(flat.shape[1]):
        column = flat.iloc[:, at]
        if column.dtype.kind in "biufM":
            continue
        for value in column.dropna().unique() if column.dtype != object else column.dropna():
            parts = value if isinstance(value, (tuple, list)) else (value,)
            found.update({str(part): None for part in parts})
    return list(found)


def _knows_persons(corpus: Corpus) -> bool:
    """A corpus that says it protects nobody was refused when it held a person (`ect_research.corpus.people.protection_rules`)."""
    return "personnes" in corpus.protection.protected or (corpus.folder / PRIVATE).is_dir()


@cache
def _names(folder: Path, digest: str) -> tuple[str, ...]:  # noqa: ARG001 - the digest says when to read again
    with reading(folder):
        return tuple(direct_names(folder))


def _agreed(corpora: Iterable[Corpus], guarded: Iterable[Corpus]) -> list[Waiver]:
    """The waivers that every corpus that protects somebody grants: one does not lift the protection of another."""
    granted = [_waivers(corpus.folder) for corpus in guarded]
    return [
        waiver
        for corpus in corpora
        for waiver in _waivers(corpus.folder)
        if all(any(one.covers(waiver.result, waiver.cell) for one in own) for own in granted)
    ]


def _waivers(folder: Path) -> list[Waiver]:
    with reading(folder):
        waivers, problems = read_waivers(folder)
    if problems:
        raise EctError(
            "derogations.csv : {probleme} (ligne {ligne}).",
            probleme=quoted(problems[0].probleme),
            ligne=problems[0].place.ligne,
        )
    refuse_expired(waivers, date.today())  # noqa: DTZ011 - the day where the officer is
    return waivers
