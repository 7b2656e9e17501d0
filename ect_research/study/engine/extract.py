"""``ect extract``: a folder that a student may take away, with its codebook and the list of what was taken out of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from ect_research.codebook.load_codebook import load_codebook
from ect_research.corpus.checked.load_corpus import load_corpus
from ect_research.corpus.checked.side_files import REVIEW_COLUMNS, free_texts, read_reviews
from ect_research.corpus.folder.project_paths import PRIVATE
from ect_research.corpus.people.protection_rules import person_tables
from ect_research.errors import EctError
from ect_research.figures.page.csv_tables import csv_bytes
from ect_research.study.engine.extract_tables import Extract, build_extract
from ect_research.words import catalogue, mark

if TYPE_CHECKING:
    from ect_research.codebook.codebook import Codebook, Language, Variable
    from ect_research.corpus.checked.corpus import Corpus
    from ect_research.gate.leaks import Leak

NOTICE, REMOVED, DICTIONARY = "LISEZMOI.txt", "retire.csv", "dictionnaire.csv"
TO_REVIEW = "a_relire.csv"
_TYPES = {
    "text": mark("texte"),
    "integer": mark("nombre entier"),
    "decimal": mark("nombre"),
    "date": mark("date, même imprécise"),
    "select_one": mark("un code de la liste"),
    "select_multiple": mark("plusieurs codes de la liste"),
}


def save_extract(corpus: Path | str, folder: Path, *, k: int | None = None) -> Extract:
    """Write the student extract of a corpus in an empty folder, or over an extract of before; always the same bytes.

    ``k``: the smallest class of people told apart; the threshold of the corpus for persons when None, never less.
    Nothing is left of it when a person is named in it.
    """
    read = load_corpus(corpus)
    least = read.protection.thresholds["personnes"]
    if k is not None and k < least:
        raise EctError("k = {k} : le corpus demande au moins {least} personnes par classe.", k=k, least=least)
    if folder.exists() and not (folder.is_dir() and (not any(folder.iterdir()) or (folder / NOTICE).is_file())):
        raise EctError(
            "« {folder} » contient autre chose qu’un extrait : choisir un dossier vide ou nouveau.", folder=folder
        )
    extract = build_extract(read, k or least, _intercommunalities)
    files = _files(read, extract)
    to_read = _refuse_leaks(read, files)
    whole = folder.with_name(f".{folder.name}.partiel")
    shutil.rmtree(whole, ignore_errors=True)
    whole.mkdir(parents=True)
    try:
        for name, data in files.items():
            (whole / name).write_bytes(data)
        if folder.exists():
            shutil.rmtree(folder)
        whole.rename(folder)
    finally:
        shutil.rmtree(whole, ignore_errors=True)
    return replace(extract, to_read=to_read)


def save_to_review(corpus: Path | str) -> tuple[Path, int]:
    """List, in ``private/``, the free texts that nobody has read as they are today; how many."""
    read = load_corpus(corpus)
    reviews = read_reviews(read.folder)
    rows = [
        (*text.cell, text.print, "", "", text.text) for text in free_texts(read) if reviews.get(text.cell) != text.print
    ]
    path = read.folder / PRIVATE / TO_REVIEW
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(csv_bytes(pd.DataFrame(rows, columns=[*REVIEW_COLUMNS, "texte"], dtype="str"), "fr"))
    return path, len(rows)


def _intercommunalities() -> Mapping[str, str]:
    from ect_research.corpus.basemap.load_basemap import load_basemap

    basemap = load_basemap()
    year = int(basemap.membership["derniere_annee"].max())
    return basemap.epci_of_year(year)


def _files(corpus: Corpus, extract: Extract) -> dict[str, bytes]:

    files = {f"{table}.csv": csv_bytes(frame, "fr") for table, frame in extract.tables.items()}
    words = build_dictionary(corpus.codebook)
    kept = [table in extract.tables and column in extract.tables[table] for table, column in
            zip(words["table"], words["colonne"], strict=True)]  # fmt: skip
    files[DICTIONARY] = csv_bytes(words[kept].reset_index(drop=True), "fr")
    files[REMOVED] = csv_bytes(extract.removed, "fr")
    files["source.toml"] = _source(corpus).encode("utf-8")
    files |= _own_codes(corpus)
    files[NOTICE] = _notice(corpus, extract).encode("utf-8")
    return dict(sorted(files.items()))


def _own_codes(corpus: Corpus) -> dict[str, bytes]:
    """The answers that the lists of the corpus have and those of the package have not, without which no row is read."""
    shipped = load_codebook().choices_table[["list_name", "name"]].agg(".".join, axis=1)
    choices = corpus.codebook.choices_table
    own = choices[~choices[["list_name", "name"]].agg(".".join, axis=1).isin(shipped)]
    return {"choices.csv": csv_bytes(own.reset_index(drop=True), "fr")} if len(own) else {}


def _source(corpus: Corpus) -> str:
    """What `ect_research.corpus.checked.load_corpus` asks of a corpus; TOML's texts are those of JSON."""
    source = corpus.source
    said = {
        "titre": f"{source.title} — extrait",
        "citation": f"{source.citation} (extrait)",
        "nature": source.nature,
        "territoire": source.territory,
        "licence": source.licence,
    }
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in said.items()]
    protection = json.dumps(list(corpus.protection.protected), ensure_ascii=False)
    why = json.dumps(corpus.protection.why or "extrait généralisé", ensure_ascii=False)
    lines += [f"date_observation = {source.observed_on.isoformat()}", "", "[protection]"]
    return "\n".join([*lines, f"protege = {protection}", f"pourquoi = {why}", ""])


def _notice(corpus: Corpus, extract: Extract) -> str:
    source, counts = (
        corpus.source,
        "\n".join(f"- {name} : {len(frame)} lignes" for name, frame in extract.tables.items()),
    )
    protected = ", ".join(corpus.protection.protected) or "aucune unité (documents publics)"
    people = any(table in extract.tables for table in person_tables(corpus.codebook))
    hides = (
        f" Chaque personne se confond avec au moins {extract.k - 1} autres, toutes ses réponses mises bout à bout."
        if people
        else ""
    )
    return f"""{source.title} — extrait
{source.citation}
Licence : {source.licence}. Observation arrêtée au {source.observed_on:%d/%m/%Y}.
Corpus d’origine : {corpus.digest[:16]} (empreinte).

Tables
{counts}

Ce qui est protégé : {protected}.{hides}
Ce qui a été retiré ou généralisé, et pourquoi : {REMOVED}. Ce que veulent dire les colonnes et les codes : {DICTIONARY}.
Un texte libre n’est là que si quelqu’un l’a relu, mot pour mot.

À respecter : ne pas chercher à reconnaître quelqu’un, ne pas croiser avec un autre fichier de personnes, ne pas
rediffuser l’extrait, signaler une personne reconnue par accident. Deux réponses très particulières peuvent encore
désigner quelqu’un qui les connaît : l’anonymat porte sur ce qu’un étranger sait (date, projet, catégorie), pas sur ce
qu’un proche devine.
"""


def _refuse_leaks(corpus: Corpus, files: dict[str, bytes]) -> tuple[Leak, ...]:
    """The family names alone, to be read; anything else that must not leave is refused, masked."""
    from ect_research.gate.leaks import search_files

    leaks = tuple(search_files([corpus.folder], files.items()))
    if found := [leak.sentence() for leak in leaks if leak.fails]:
        raise EctError(
            "Rien n’est remis, l’extrait nommerait quelqu’un : {said}. Corriger la cellule dans le corpus, ou "
            "inscrire le texte permis dans derogations.csv (resultat = *).",
            said=" ; ".join(found),
        )
    return leaks


def build_dictionary(codebook: Codebook, language: Language = "fr") -> pd.DataFrame:
    """One row per column of every table: ``table, colonne, libelle, type, obligatoire, valeurs, aide, exemple``.

    >>> from ect_research.codebook.load_codebook import load_codebook
    >>> dictionary = build_dictionary(load_codebook())
    >>> dictionary.loc[dictionary["colonne"] == "diffusable", "valeurs"].item()
    'oui (Oui) ; non (Non)'
    """
    rows = [_row(codebook, variable, language) for variable in codebook.variables.values()]
    return pd.DataFrame(rows, dtype="str")


def _row(codebook: Codebook, variable: Variable, language: Language) -> dict[str, str]:
    values = ""
    if variable.list_name:
        labels = codebook.labels(variable.list_name, language)
        values = " ; ".join(f"{code} ({label})" for code, label in labels.items())
    elif variable.target:
        values = "→ " + ".".join(variable.target)
    return {
        "table": variable.table,
        "colonne": variable.name,
        "libelle": variable.labels[language],
        "type": catalogue(language).gettext(_TYPES[variable.type]),
        "obligatoire": catalogue(language).gettext(mark("oui")) if variable.required == "oui" else variable.required,
        "valeurs": values,
        "aide": variable.hint_en if language == "en" else variable.hint,
        "exemple": variable.example,
    }
