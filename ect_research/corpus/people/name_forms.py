"""What a person is called in the texts where the name would be a leak: without the title and the function beside it."""

from __future__ import annotations

import re

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
_SEVERAL = re.compile(r"\s*(?:;|/|&|\n|\bet\b)\s*")


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
