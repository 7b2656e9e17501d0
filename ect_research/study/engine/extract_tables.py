"""What of a corpus a student may take away: tables without identities, without unread text, generalised, k-anonymous."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from ect_research.analysis.disclosure.anonymity import make_anonymous
from ect_research.corpus.checked.side_files import free_texts, is_free_text, read_reviews
from ect_research.corpus.people.consent import drop_hanging

if TYPE_CHECKING:
    from ect_research.codebook.codebook import Variable
    from ect_research.corpus.checked.corpus import Corpus
    from ect_research.gate.leaks import Leak

    Ladder = list[tuple[str, pd.Series[str]]]

_DERIVED = ("_min", "_max", "_precision")
# One row per person: what an outsider may know of her, besides what the codebook marks `quasi`.
_QUASI = {
    "maturite": ("vague", "date", "projet_id", "categorie_acteur", "langue"),
    "entretiens": ("date", "duree_min", "modalite", "projet_ids", "acteur_id"),
}
_SAME_PERSON = {"maturite": ("repondant_id", "R"), "codages": ("codeur", "C")}
# Whom a row is about, over waves, and the letter of its new number.
_PERSON = {"maturite": ("repondant_id", "Q"), "entretiens": ("acteur_id", "N")}
_NEVER = ("enqueteur", "consentement", "consentement_citation", "conservation_jusqu_au", "relecture_narration")
# One row per project, when projects are protected.
_QUASI_PROJECT = ("thematique", "statut_juridique", "commune_insee", "portage_actuel")
_COMMUNES = ("commune_insee", "lieu_insee")
_LABELS = ("lieu_dit", "passage", "intitule", "libelle")
_NAMES_OF = {"projets": ("nom", "nom_public", "siren", "lieu_dit"), "organisations": ("nom", "siren", "alias")}


@dataclass(frozen=True)
class Extract:
    """What may be handed over."""

    tables: dict[str, pd.DataFrame]  # text and codes, one frame per table, references still standing
    removed: pd.DataFrame  # one row per thing taken out or generalised: ``table, colonne, quoi, combien, pourquoi``
    k: int  # smallest class asked for
    to_read: tuple[Leak, ...] = ()  # where a known family name stands alone


@dataclass
class _Draft:
    corpus: Corpus
    k: int
    groups: Callable[[], Mapping[str, str]]
    tables: dict[str, pd.DataFrame]
    lines: list[tuple[str, str, str, int, str]] = field(default_factory=list)

    def say(self, table: str, column: str, what: str, count: int, why: str) -> None:
        if count:
            self.lines.append((table, column, what, count, why))


def build_extract(corpus: Corpus, k: int, groups: Callable[[], Mapping[str, str]]) -> Extract:
    """Take out of a checked corpus what would tell on someone: the tables, and what was removed and why.

    ``k``: the smallest class of people told apart; ``groups``, Insee code → intercommunality, asked only when needed.
    """
    draft = _Draft(corpus, k, groups, dict(corpus.tables))
    published = draft.tables["sources"]["diffusable"] == "oui"
    _drop_rows(draft, "sources", published, "une source non diffusable, ou la ligne dont elles dépendent")
    if "acteurs" in draft.tables:  # a network of persons cannot be made anonymous by classes
        others = draft.tables["acteurs"]["nature"] != "personne"
        _drop_rows(draft, "acteurs", others, "elles désignent une personne, que ses liens feraient reconnaître")
    texts = _reviewed_texts(draft)
    for table in draft.tables:
        _drop_columns(draft, table, texts)
    for table in draft.tables:
        draft.tables[table] = _anonymous(draft, table)
    before = {table: len(frame) for table, frame in draft.tables.items()}
    draft.tables = drop_hanging(_with_all_columns(draft), corpus.codebook)
    after = {table: len(frame) for table, frame in draft.tables.items()}
    _renumber(draft)
    kept = {table: _kept_columns(draft, table, frame) for table, frame in draft.tables.items() if len(frame)}
    for table, count in before.items():
        draft.say(table, "", "lignes retirées", count - after[table], "elles se rapportaient à une ligne retirée")
    heads = ["table", "colonne", "quoi", "combien", "pourquoi"]
    return Extract(kept, pd.DataFrame(draft.lines, columns=heads), k)


def _drop_rows(draft: _Draft, table: str, kept: pd.Series[bool], why: str) -> None:
    """Take rows out of a table, with what hangs on them."""
    before = {name: len(frame) for name, frame in draft.tables.items()}
    draft.tables[table] = draft.tables[table][kept]
    draft.tables = drop_hanging(draft.tables, draft.corpus.codebook)
    for name, count in before.items():
        draft.say(name, "", "lignes retirées", count - len(draft.tables[name]), why)


def _reviewed_texts(draft: _Draft) -> dict[tuple[str, str], dict[str, str]]:
    """``{(table, column): {key: text}}`` of the texts read as they are today, for the rows that stay."""
    reviews = read_reviews(draft.corpus.folder)
    standing = {
        (table, str(code))
        for table, frame in draft.tables.items()
        for code in frame[draft.corpus.codebook.key_of(table)]
    }
    kept: dict[tuple[str, str], dict[str, str]] = {}
    missing: dict[tuple[str, str, str], int] = {}
    for text in free_texts(draft.corpus):
        table, code, column = text.cell
        if (table, code) not in standing:
            continue
        if reviews.get(text.cell) == text.print:
            kept.setdefault((table, column), {})[code] = text.text
        else:
            why = "le texte a changé depuis sa relecture" if text.cell in reviews else "texte libre non relu"
            missing[table, column, why] = missing.get((table, column, why), 0) + 1
    for (table, column, why), count in missing.items():
        draft.say(table, column, "cellules vidées", count, why)
    return kept


def _drop_columns(draft: _Draft, table: str, texts: dict[tuple[str, str], dict[str, str]]) -> None:
    frame, codebook = draft.tables[table], draft.corpus.codebook
    protected = draft.corpus.protection.protected
    derived = [f"{item.name}{end}" for item in codebook.columns(table) if item.type == "date" for end in _DERIVED]
    frame = frame.drop(columns=[name for name in derived if name in frame])
    for item in codebook.columns(table):
        if item.name not in frame:
            continue
        if is_free_text(draft.corpus, item):
            read = texts.get((table, item.name), {})
            frame = frame.assign(**{item.name: frame[codebook.key_of(table)].astype("object").map(read).astype("str")})
            if not read:
                frame = frame.drop(columns=item.name)
                if item.required == "oui":  # an extract is read again as a corpus
                    frame[item.name] = frame[codebook.key_of(table)] + " (référence non relue)"
        elif why := _identifies(table, item, protected):
            draft.say(table, item.name, "colonne retirée", int(frame[item.name].notna().sum()), why)
            frame = frame.drop(columns=item.name)
    if table == "projets" and "projets" not in protected and "nom_public" in frame and "nom" in frame:
        borrowed = frame["nom_public"].notna() & (frame["nom_public"] != frame["nom"])
        draft.say(table, "nom", "cellules remplacées", int(borrowed.sum()), "le projet a un nom d’emprunt")
        frame = frame.assign(nom=frame["nom_public"].where(borrowed, frame["nom"]))
    draft.tables[table] = _with_plain_codes(frame, table)


def _identifies(table: str, item: Variable, protected: tuple[str, ...]) -> str:
    """Why a column cannot leave; empty when it can."""
    if item.pii in ("direct", "consent") and table != "acteurs":
        return "elle identifie une personne, ou dit son accord"
    if item.name in _NEVER:
        return "elle identifie une personne, ou dit son accord"
    kind = {"projets": "projets", "acteurs": "organisations"}.get(table, "")
    if kind in protected and item.name in _NAMES_OF[kind]:
        return f"le corpus protège les {kind}"
    return ""


def _anonymous(draft: _Draft, table: str) -> pd.DataFrame:
    """The rows of a table of persons (or of protected projects), generalised until each hides among k.

    When projects or organisations are protected, what dates and places them in any table is made coarser first.
    """
    quasi = _QUASI.get(
        table, _QUASI_PROJECT if table == "projets" and "projets" in draft.corpus.protection.protected else ()
    )
    if {"projets", "organisations"} & set(draft.corpus.protection.protected):
        draft.tables[table] = _coarser(draft, table, quasi)
    frame = draft.tables[table]
    if not quasi or frame.empty:
        return frame
    columns = [name for name in quasi if name in frame and frame[name].notna().any()]
    ladders = {name: _ladder(draft, table, name) for name in columns}
    k = draft.k if table in _QUASI else max(draft.corpus.protection.threshold("projets"), 2)
    made = make_anonymous(frame, ladders, k, _persons(draft, table))
    for name in columns:
        level = made.levels[name]
        if level != "telle quelle":
            draft.say(
                table,
                name,
                f"colonne généralisée : {level}",
                len(frame),
                f"chaque personne se confond avec {k - 1} autres"
                if table in _PERSON
                else f"chaque ligne se confond avec {k - 1} autres",
            )
    draft.say(
        table,
        "",
        "lignes retirées",
        made.removed,
        f"moins de {k} {'personnes' if table in _PERSON else 'lignes'} leur ressemblent",
    )
    for column, count in made.unanimous.items():
        if column not in (*_SAME_PERSON.get(table, ()), draft.corpus.codebook.key_of(table)):
            why = "à savoir : qui connaît la classe d’une personne connaît sa réponse"
            draft.say(table, column, "réponses unanimes dans leur classe (laissées)", count, why)
    return made.frame


def _persons(draft: _Draft, table: str) -> pd.Series[str] | None:
    """Who each row of a table of persons is about; a row that says nobody is a person of its own."""
    if table not in _PERSON:
        return None
    codes = draft.tables[table][draft.corpus.codebook.key_of(table)]
    whole = draft.corpus.tables[table].set_index(draft.corpus.codebook.key_of(table))
    return codes.map(whole[_PERSON[table][0]]).fillna(codes)


def _renumber(draft: _Draft) -> None:
    """The key of a row of a table of persons is that of the tool that collected it, or a name: it gets a number, in no order."""
    for table, (_, letter) in _PERSON.items():
        frame, key = draft.tables.get(table), draft.corpus.codebook.key_of(table)
        if frame is None or frame.empty:
            continue
        mixed = sorted(frame[key], key=lambda code: hashlib.sha256(f"{draft.corpus.digest} {code}".encode()).digest())
        numbers = {code: f"{letter}{rank:03d}" for rank, code in enumerate(mixed, 1)}
        draft.tables[table] = frame.assign(**{key: frame[key].map(numbers)}).sort_values(key, ignore_index=True)
        draft.say(table, key, "codes renumérotés", len(frame), "ils rejoindraient l’export de l’outil, ou un nom")
        if "codages" in draft.tables:
            codings = draft.tables["codages"]
            new = codings["unite_id"].map(numbers).where(codings["unite_table"] == table, codings["unite_id"])
            draft.tables["codages"] = codings.assign(unite_id=new)


def _coarser(draft: _Draft, table: str, quasi: tuple[str, ...]) -> pd.DataFrame:
    """Days become years, municipalities their group, and short labels go; ``quasi`` have ladders of their own."""
    frame = draft.tables[table]
    for item in draft.corpus.codebook.columns(table):
        if item.name in quasi or item.name not in frame or not frame[item.name].notna().any() or table == "sources":
            continue
        if item.name in _LABELS:
            draft.say(table, item.name, "colonne retirée", int(frame[item.name].notna().sum()), "elle situe le fait")
            frame = frame.drop(columns=item.name)
        elif item.type == "date" or item.name in _COMMUNES:
            level, values = _ladder(draft, table, item.name)[0]
            draft.say(table, item.name, f"colonne généralisée : {level}", len(frame), "elle situe le fait")
            frame = frame.assign(**{item.name: values})
    return frame


def _with_plain_codes(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """The same person keeps one number in the extract, which is not her pseudonym."""
    column, letter = _SAME_PERSON.get(table, ("", ""))
    if column not in frame:
        return frame
    numbers = {name: f"{letter}{rank:03d}" for rank, name in enumerate(sorted(frame[column].dropna().unique()), 1)}
    return frame.assign(**{column: frame[column].map(numbers)})


def _ladder(draft: _Draft, table: str, name: str) -> Ladder:
    frame = draft.tables[table]
    blank = ("retirée", pd.Series(pd.NA, index=frame.index, dtype="str"))
    kind = draft.corpus.codebook.variables[table, name].type
    column = frame[name]
    if kind == "date":
        key = draft.corpus.codebook.key_of(table)
        whole = draft.corpus.tables[table].set_index(key)
        said = map(_years, whole[f"{name}_min"], whole[f"{name}_max"])
        return [("année", frame[key].map(dict(zip(whole.index, said, strict=True))).astype("str")), blank]
    if name in _COMMUNES:
        named = column.map(draft.groups()).astype("str") if column.notna().any() else column
        return [("intercommunalité", named), blank]
    if kind == "integer":
        bands = (
            (column.astype("Float64") // 30 * 30)
            .map(lambda low: f"{int(low)}-{int(low) + 29}", na_action="ignore")
            .astype("str")
        )
        return [("tranches de 30", bands), blank]
    text = column.map(_joined, na_action="ignore").astype("str")
    return [("telle quelle", text), blank]


def _years(low: Any, high: Any) -> str | None:  # noqa: ANN401 - a day, or NaT
    """The year of an interval of days; its years when it spans several, or the one that bounds it, as they are typed.

    >>> _years(pd.Timestamp("2022-03-12"), pd.Timestamp("2022-03-12")), _years(pd.NaT, pd.Timestamp("2015-05-31"))
    ('2022', 'avant 2016')
    """
    if pd.isna(low):
        return None if pd.isna(high) else f"avant {high.year + 1}"
    if pd.isna(high):
        return f"après {low.year - 1}"
    return str(low.year) if low.year == high.year else f"entre {low.year} et {high.year}"


def _joined(value: Any) -> str:  # noqa: ANN401 - a code, or a tuple of codes
    return " ".join(value) if isinstance(value, tuple) else str(value)


def _with_all_columns(draft: _Draft) -> dict[str, pd.DataFrame]:
    """References that were taken out are blank for `drop_hanging`, which asks for every column of the codebook."""
    whole = {}
    for table, frame in draft.tables.items():
        wider = frame.copy()
        for item in draft.corpus.codebook.columns(table):
            if item.target and item.name not in frame:
                wider[item.name] = None
        whole[table] = wider
    return whole


def _kept_columns(draft: _Draft, table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Columns that hold something, several codes joined as they are typed."""
    names = [item.name for item in draft.corpus.codebook.columns(table) if item.name in frame]
    kept = frame[[name for name in names if frame[name].notna().any()]]
    several = [str(name) for name in kept if kept[name].map(lambda value: isinstance(value, tuple)).any()]
    return kept.assign(**{name: kept[name].map(_joined, na_action="ignore") for name in several})
