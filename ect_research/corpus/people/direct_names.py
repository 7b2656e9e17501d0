"""The names of persons that a corpus knows, in every form they are written in, to be looked for in what leaves.

Never printed, never saved.
"""

from __future__ import annotations

import re
from pathlib import Path

from ect_research.codebook.codebook import Codebook
from ect_research.codebook.load_codebook import load_codebook
from ect_research.corpus.folder.project_paths import NAMES_FILE, PRIVATE, corpus_folder
from ect_research.corpus.reading.header_rows import column_words
from ect_research.corpus.reading.sheet_to_table import read_folder
from ect_research.corpus.text.parse_cell import Known
from ect_research.corpus.text.raw_table import RawTable, decode, fold
from ect_research.errors import EctError
from ect_research.words import Told

_TITLES = {
    "M.": ("M.", "M", "Mr", "Monsieur"),
    "Mme": ("Mme", "Madame"),
    "Mlle": ("Mlle", "Mademoiselle"),
    "Dr": ("Dr", "Dr.", "Docteur", "Docteure"),
    "Pr": ("Pr", "Pr.", "Professeur", "Professeure"),
    "Me": ("Me", "Maître"),
}
_SHORT = {word.casefold(): short for short, words in _TITLES.items() for word in words}
_PARTICLES = {"de", "du", "des", "la", "le", "les", "van", "von", "der", "ben", "el", "al", "y", "da", "dos"}
_LIST_MARK = re.compile(r"^\s*(?:[-–—*•·▪◦‣]\s+|[•▪◦‣]|\d{1,3}\s*[.)°]\s*)")
_MAIL = re.compile(r"[\w.+-]+@[\w.-]+\.\w+")
_HEADS = {
    "nom",
    "noms",
    "prenom",
    "prenoms",
    "nom de famille",
    "nom et prenom",
    "prenom et nom",
    "fonction",
    "structure",
    "mail",
}
_SEVERAL = re.compile(r"\s*(?:;|/|&|\n|\bet\b)\s*")


def direct_names(corpus: Path | str) -> list[str]:
    """Names of persons in the files of a corpus, before any protection, sorted, each once.

    They come from the columns that the codebook marks ``direct`` (for the table of actors, from persons only, with their
    other names), from those of ``private/``, respondents included, and from the lines of ``private/noms.txt``, where a
    name that is in no table can be added.

    >>> direct_names("pays-ledonien")
    []
    """
    folder = corpus_folder(corpus)
    codebook = load_codebook(folder)
    found: set[str] = set()
    for table, raw in read_folder(folder, codebook).tables.items():
        found |= _names(table, raw, codebook)
    private = folder / PRIVATE
    if private.is_dir():
        for table, raw in read_folder(private, codebook, private=True).tables.items():
            found |= _names(table, raw, codebook, also=("repondant_id",))
    listed = private / NAMES_FILE
    if listed.is_file():
        found |= {name for line in _lines(listed) if not line.startswith("#") for name in names_of_line(line)}
    # As typed too: the pseudonyms are made from it.
    return sorted({form for name in found for form in (name, *name_forms(name))} - {""})


def _lines(path: Path) -> list[str]:
    """The lines of a text in any of the usual encodings."""
    said = decode(path.read_bytes())
    if not isinstance(said, str) and said.text.startswith("{\\rtf"):
        said = Told("c’est un document : l’enregistrer en texte brut")
    if isinstance(said, str):
        raise EctError("« {fichier} » : {pourquoi}.", fichier=path.name, pourquoi=said)
    return [line.strip() for line in said.text.splitlines()]


def names_of_line(line: str) -> list[str]:
    """The names that a line lists: the mark of a list goes, an address stands alone, and columns may be in either order.

    >>> names_of_line("2. Lucie Durand <lucie@exemple.fr>"), names_of_line("Durand;Lucie;maire"), names_of_line("Nom;Prénom")
    (['lucie@exemple.fr', 'Lucie Durand'], ['Durand Lucie', 'Lucie Durand'], [])
    >>> names_of_line("Lucie Durand, Paul Ferrand, Zoé Rey")
    ['Lucie Durand', 'Paul Ferrand', 'Zoé Rey']
    """
    bare = _LIST_MARK.sub("", line)
    mails = _MAIL.findall(bare)
    cells = [cell.strip(" \"'<>") for cell in re.split("[\t;]", _MAIL.sub("", bare).strip(" <>,"))]
    cells = [cell for cell in cells if cell]
    if all(fold(cell) in _HEADS for cell in cells):
        return mails
    several = [part.strip() for part in cells[0].split(",")]
    if len(cells) == 1:
        listed = len(several) > 2 and all(len(part.split()) > 1 and part.istitle() for part in several)
        return [*mails, *(several if listed else cells)]
    if all(" " in cell for cell in cells):
        return [*mails, *cells]
    return [*mails, f"{cells[0]} {cells[1]}", f"{cells[1]} {cells[0]}"]


def _names(table: str, raw: RawTable, codebook: Codebook, also: tuple[str, ...] = ()) -> set[str]:
    words = column_words(codebook, table)
    columns = [words.get(fold(cell), "") for cell in raw.header]
    direct = {variable.name for variable in codebook.columns(table) if variable.pii == "direct"} | set(also)
    if table == "acteurs":
        direct.add("alias")
    nature = columns.index("nature") if table == "acteurs" and "nature" in columns else None
    natures = Known(codebook, "nature_acteur")
    return {
        name.strip()
        for _, cells in raw.rows
        for at, column in enumerate(columns)
        if column in direct and (nature is None or natures.get(fold(cells[nature])) == "personne")
        if not (column == "enqueteur" and _is_code(cells[at]))
        for name in (cells[at].split(";") if column == "alias" else [cells[at]])
    }


def _is_code(text: str) -> bool:
    """Whether an interviewer is told by a code (``ENQ-1``, ``CSA``), as the codebook asks, and not by a name."""
    one = len(text.split()) == 1 and "@" not in text
    return one and (any(sign.isdigit() for sign in text) or (text.isupper() and len(text) <= 4))


def name_forms(text: str) -> list[str]:
    """The names to look for in what leaves, for one cell that names a person; ``[]`` when it is blank.

    Titles, functions, comments and commas go; a family name also stands with its title, as people write it. What is not
    understood is looked for as it is.

    >>> name_forms("Mme Lucie Durand, maire")
    ['Lucie Durand', 'Mme Durand', 'Madame Durand']
    >>> name_forms("LEFÈVRE, Éloïse (maire)"), name_forms("lucie@exemple.fr")
    (['Éloïse LEFÈVRE'], ['lucie@exemple.fr'])
    """
    plain = re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", text.replace("\u00a0", " ").replace("\u202f", " "))
    if "@" in plain or not plain.strip():
        return [text.strip()] * bool(text.strip())
    parts = [part for part in _SEVERAL.split(plain) if part.strip()]
    if len(parts) > 1 and len(_words(parts[-1])) > 1:  # « Lucie et Paul Durand »
        shared = " ".join(_words(parts[-1])[1:])
        parts = [part if len(_words(part)) > 1 else f"{part} {shared}" for part in parts]
    return list(dict.fromkeys(form for part in parts for form in _forms(part))) or [text.strip()]


def name_parts(name: str) -> list[str]:
    """The other ways to write a name of several words: family name after a title, initial, half of a compound, no particle.

    >>> name_parts("Zoé de Lefèvre-Rey")[-3:]
    ['Zoé Lefèvre-Rey', 'Zoé Lefèvre', 'Zoé Rey']
    >>> name_parts("Durand"), name_parts("ENQ 12")
    ([], [])
    """
    given, family, bare = _given_and_family(name)
    if not bare:
        return []
    families = dict.fromkeys((family, bare))
    titles = [word for words in _TITLES.values() for word in words if word not in ("M", "Me", "Dr.", "Pr.")]
    told = [f"{title} {said}" for title in titles for said in families]
    initial = f"{given[0]}."
    told += [said for one in families for said in (f"{initial} {one}", f"{one} {initial}")]
    halves = [half for half in bare.split("-") if len(half) > 2] if "-" in bare else []
    return [*told, *dict.fromkeys(f"{given} {one}" for one in (bare, *halves) if one != family)]


def family_name(name: str) -> str:
    """The family name of a name of several words, without its particle; blank when it is not said.

    >>> family_name("Anaïs d’Aubigné"), family_name("Lucie Durand"), family_name("ENQ 12")
    ('Aubigné', 'Durand', '')
    """
    return _given_and_family(name)[2]


def _given_and_family(name: str) -> tuple[str, str, str]:
    """First name, family name and family name without its particle; blank when the name does not say them."""
    title, words = _without_title(name.split())
    if title or len(words) < 2 or "@" in name or any(sign.isdigit() for sign in name):
        return "", "", ""
    at = next((at for at, word in enumerate(words) if at and _is_particle(word)), len(words) - 1)
    bare = re.sub(r"^d['’]", "", " ".join(word for word in words[at:] if word.casefold() not in _PARTICLES))
    return (words[0], " ".join(words[at:]), bare) if len(bare) > 2 else ("", "", "")


def _is_particle(word: str) -> bool:
    return word.casefold() in _PARTICLES or word.casefold().startswith(("d'", "d’"))


def _forms(text: str) -> list[str]:
    title, words = _without_title(_words(_in_order(text)))
    words = _named(words)
    if not words:
        return []
    if not title:
        return [" ".join(words)]
    family = words[
        next((at for at, word in enumerate(words) if at and word.casefold() in _PARTICLES), len(words) - 1) :
    ]
    spoken = [
        f"{word} {' '.join(family)}"
        for word in dict.fromkeys((title, *_TITLES[title]))
        if "." not in word or word == title
    ]
    whole = [" ".join(words)] if len(words) > 1 else []
    return [*whole, *(said for said in spoken if len(said.split()[0]) > 1)]


def _in_order(text: str) -> str:
    """« LEFÈVRE, Éloïse » as it is said; after another comma comes a function."""
    first, comma, rest = text.partition(",")
    given = rest.partition(",")[0].split()
    family = _without_title(_words(first))[1]
    called = 0 < len(given) < 3 and all(word[:1].isupper() for word in given)
    return f"{' '.join(given)} {first}" if comma and called and (len(family) == 1 or first.strip().isupper()) else first


def _words(text: str) -> list[str]:
    return text.replace(" - ", ", ").partition(", ")[0].split() if text.strip() else []


def _without_title(words: list[str]) -> tuple[str, list[str]]:
    title = ""
    while words and words[0].casefold() in _SHORT:
        title, words = title or _SHORT[words[0].casefold()], words[1:]
    small = next((at for at, word in enumerate(words) if not word.islower()), 0)
    return title, words[small:] if set(words[:small]) - _PARTICLES else words


def _named(words: list[str]) -> list[str]:
    """The words of a name: what follows the first word in small letters that is no particle is a function."""
    end = next(
        (
            at
            for at, word in enumerate(words)
            if word[:1].islower() and word not in _PARTICLES and not set("'’") & set(word)
        ),
        len(words),
    )
    named = words[:end]
    while named and named[-1].casefold() in _PARTICLES:
        named = named[:-1]
    return named
