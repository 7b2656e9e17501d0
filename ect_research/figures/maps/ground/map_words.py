"""The words printed on maps, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ect_research.figures.page.formats import format_count, format_number, typeset

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ect_research.figures.page.formats import Language

WORDS = {
    "fr": {
        "departement": "limite de département",
        "member": "intercommunalité du territoire",
        "other": "autre intercommunalité",
        "commune": "commune",
        "landmark": "ville repère",
        "circles": "Projets par commune (nombre)",
        "listing": "Projets placés",
        "more": "et {n} autres communes",
        "all_placed": "tous les projets ont un lieu",
        "france": "France",
        "unplaced": "Sans lieu connu",
        "title": "Où sont les projets ? {known} sur {n} ont un lieu connu",
        "subtitle": "Projets par commune, {}",
        "n": "n = {}, dont {} sur la carte",
        "reading": "À {}, {} : {}. La surface d’un cercle est proportionnelle au nombre de projets.",
    },
    "en": {
        "departement": "département boundary",
        "member": "inter-municipal body of the territory",
        "other": "other inter-municipal body",
        "commune": "commune",
        "landmark": "reference town",
        "circles": "Projects per commune (number)",
        "listing": "Projects placed",
        "more": "and {n} more communes",
        "all_placed": "every project has a place",
        "france": "France",
        "unplaced": "No known place",
        "title": "Where are the projects? {known} of {n} have a known place",
        "subtitle": "Projects per commune, {}",
        "n": "n = {}, of which {} on the map",
        "reading": "In {}, {}: {}. The area of a circle is proportional to the number of projects.",
    },
}
_ABSENT = {
    "fr": {
        "sans_lieu": ("projet sans lieu connu", "projets sans lieu connu"),
        "code_inconnu": (
            "projet dont la commune n’est pas au fond de carte",
            "projets dont la commune n’est pas au fond de carte",
        ),
        "hors_cadre": ("projet hors de la carte", "projets hors de la carte"),
    },
    "en": {
        "sans_lieu": ("project without a known place", "projects without a known place"),
        "code_inconnu": (
            "project whose commune is not on the base map",
            "projects whose commune is not on the base map",
        ),
        "hors_cadre": ("project outside the map", "projects outside the map"),
    },
}


def semicolon_list(names: Sequence[str], most: int, language: Language) -> str:
    """Names that may hold commas and « et », so separated by semicolons; beyond ``most``, how many are left.

    >>> semicolon_list(["Lieu, café", "Recyclerie"], 0, "en"), semicolon_list(["a", "b", "c"], 1, "en")
    ('Lieu, café; Recyclerie', 'a; 2 more')
    """
    told = list(names[:most]) if most and len(names) > most + 1 else list(names)
    if left := len(names) - len(told):
        told.append(f"{left} autres" if language == "fr" else f"{left} more")
    return typeset(" ; ".join(told), language) if language == "fr" else "; ".join(told)


def absent_lines(counts: dict[str, int], language: Language) -> list[str]:
    """What the map does not show, one line per reason; never an empty list.

    >>> absent_lines({"sans_lieu": 2, "code_inconnu": 0, "hors_cadre": 1}, "fr")
    ['2 projets sans lieu connu', '1 projet hors de la carte']
    """
    lines = [
        format_count(counts.get(key, 0), one, many, language)
        for key, (one, many) in _ABSENT[language].items()
        if counts.get(key, 0)
    ]
    return lines or [WORDS[language]["all_placed"]]


def size_line(communes: int, people: int, language: Language) -> str:
    """How large a group of communes is.

    >>> size_line(32, 34043, "en")
    '32 communes, 34,043 inhabitants'
    """
    noun = "habitants" if language == "fr" else "inhabitants"
    return f"{format_count(communes, 'commune', language=language)}, {format_number(people, 0, language)} {noun}"
