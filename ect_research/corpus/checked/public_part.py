"""The part of a corpus that may leave: rows of sources that may be published, and what still makes sense without the rest."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ect_research.corpus.people.dangling_rows import drop_hanging
from ect_research.corpus.people.protection_rules import person_tables

if TYPE_CHECKING:
    import pandas as pd

    from ect_research.corpus.checked.corpus import Corpus


@dataclass(frozen=True)
class PublicPart:
    """A corpus without what may not be published.

    Attributes:
        corpus: the tables without the rows and columns removed.
        removed: one row per table: ``table, lignes_avant, lignes_apres, colonnes_retirees`` (joined with « ; »).
    """

    corpus: Corpus
    removed: pd.DataFrame


def keep_public(corpus: Corpus) -> PublicPart:
    """Remove the rows of sources marked « diffusable : non », the rows that hang on them, and free text and direct names.

    A row goes when any of its sources may not be published, because its passage and quotation may come from that one.
    A row whose required reference went goes too; an optional reference to a row that went is blanked. Columns of direct
    identifiers keep the names of organisations only; columns of free text (``ect_pii`` = ``texte_libre``) go whole.

    Example:
        >>> from ect_research import load_corpus
        >>> part = keep_public(load_corpus("pays-ledonien"))
        >>> "note" in part.corpus.tables["projets"].columns
        False
    """
    import pandas as pd

    tables = dict(corpus.tables)
    codebook = corpus.codebook
    sources = tables["sources"]
    tables["sources"] = sources[sources["diffusable"] == "oui"]
    lines, public = [], {}
    for name, frame in drop_hanging(tables, codebook).items():
        columns = [variable.name for variable in codebook.columns(name) if variable.pii in ("texte_libre", "consent")]
        public[name] = _without_people(name, frame).drop(columns=columns)
        lines.append((name, len(corpus.tables[name]), len(frame), " ; ".join(columns)))
    heads = ["table", "lignes_avant", "lignes_apres", "colonnes_retirees"]
    return PublicPart(replace(corpus, tables=public), pd.DataFrame(lines, columns=heads))


def without_persons(corpus: Corpus) -> Corpus:
    """The corpus as pages about one project may show it: no person, even under a pseudonym, where it protects them.

    Persons among the actors leave with what hangs on them, and so do interviews and answers.

    Example:
        >>> from ect_research import load_corpus
        >>> corpus = load_corpus("pays-ledonien")
        >>> without_persons(corpus) is corpus  # it says that it protects nobody
        True
    """
    if "personnes" not in corpus.protection.protected:
        return corpus
    persons = person_tables(corpus.codebook)
    tables = {name: frame for name, frame in corpus.tables.items() if name not in persons}
    if "acteurs" in tables:
        tables["acteurs"] = tables["acteurs"][tables["acteurs"]["nature"] != "personne"]
    return replace(corpus, tables=drop_hanging(tables, corpus.codebook))


def _without_people(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    if name == "acteurs":
        person = frame["nature"] == "personne"
        return frame.assign(nom=frame["nom"].mask(person, frame["pseudonyme"]), alias=frame["alias"].mask(person))
    if name == "entretiens":
        return frame.drop(columns="enqueteur")
    return frame
