"""The words of the legends of thematic maps, in both languages."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from ect_research.figures.page.formats import format_count, format_number, typeset

if TYPE_CHECKING:
    from ect_research.analysis.territory.classes import Classes
    from ect_research.analysis.territory.map_variables import MapVariable
    from ect_research.figures.page.formats import Language

KEY_WORDS = {
    "fr": {
        "data": "Données : {}, {}.",
        "missing": "donnée absente",
        "withheld": "n < {}, ou en protège un",
        "gathered": "autres communes, moins de {} chacune, réunies par intercommunalité",
        "zones": {"commune": "commune", "epci": "intercommunalité"},
        "between": "entre parenthèses, nombre de {}s",
        "common": "mêmes classes sur toutes les cartes",
        "mean": "moyenne : {}",
        "unnamed": "Nom non écrit, faute de place : ",
        "unnamed_many": "Noms non écrits, faute de place : ",
        "dots": "Un signe par projet, placé au hasard dans sa commune pour être lisible : ce n’est pas une adresse, et"
        " cela n’anonymise pas.",
        "dorling": "Surface du cercle proportionnelle à la valeur ; cercles écartés pour ne pas se couvrir.",
        "inside": "{} lien interne à une commune",
        "inside_many": "{} liens internes à une commune",
        "lost": "{} lien hors de la carte",
        "lost_many": "{} liens hors de la carte",
        "crow": "à vol d’oiseau",
        "service": "{} km autour de {}",
        "services": "{} km autour de chaque lieu",
        "served": "{}\u202f% des habitants du périmètre vivent dans une commune dont le point d’étiquette est à portée",
    },
    "en": {
        "data": "Data: {}, {}.",
        "missing": "no data",
        "withheld": "n < {}, or protects one",
        "gathered": "other communes, fewer than {} each, taken together",
        "zones": {"commune": "commune", "epci": "inter-municipal body"},
        "between": "in brackets, number of {}s",
        "common": "same classes on every map",
        "mean": "mean: {}",
        "unnamed": "Name not written for want of room: ",
        "unnamed_many": "Names not written for want of room: ",
        "dots": "One sign per project, scattered inside its commune to be readable: not an address, and no anonymity.",
        "dorling": "Area of the circle proportional to the value; circles moved apart.",
        "inside": "{} link within one commune",
        "inside_many": "{} links within one commune",
        "lost": "{} link outside the map",
        "lost_many": "{} links outside the map",
        "crow": "as the crow flies",
        "service": "{} km around {}",
        "services": "{} km around each place",
        "served": "{}% of the people of the perimeter live in a commune whose label point is within reach",
    },
}
_MOST_DECIMALS = 4
_METHODS = {
    "fr": {
        "fisher": "Seuils naturels (Fisher)",
        "quantile": "Quantiles (effectifs égaux)",
        "q6": "Quantiles 5, 25, 50, 75 et 95 %",
        "egal": "Amplitudes égales",
        "ecart_type": "Moyenne et écart-type",
        "geometrique": "Progression géométrique",
        "fixe": "Bornes fixées",
    },
    "en": {
        "fisher": "Natural breaks (Fisher)",
        "quantile": "Quantiles (equal counts)",
        "q6": "Quantiles 5, 25, 50, 75 and 95%",
        "egal": "Equal widths",
        "ecart_type": "Mean and standard deviation",
        "geometrique": "Geometric progression",
        "fixe": "Fixed bounds",
    },
}


def source_line(variable: MapVariable, language: Language) -> str:
    """« Données : Insee, 2023. »."""
    said = variable.source.rstrip(". ")
    return typeset(KEY_WORDS[language]["data"].format(said, variable.date), language)  # type: ignore[attr-defined]


def method_line(classes: Classes, language: Language) -> str:
    """The method and the number of classes.

    >>> from ect_research.analysis.territory.classes import Classes
    >>> method_line(Classes("fisher", (0.0, 1.0, 2.0), (1, 1)), "fr")
    'Seuils naturels (Fisher), 2 classes'
    """
    noun = "classe" if language == "fr" else "class"
    return f"{typeset(_METHODS[language][classes.method], language)}, {format_count(len(classes), noun, 'classes', language)}"


def class_words(classes: Classes, decimals: int, language: Language) -> list[str]:
    """« de 13 à 25 » for each class, the lowest first.

    Bounds typed by a person are written whole; computed ones with the decimals of the variable, and more only when
    two would be written alike.

    >>> from ect_research.analysis.territory.classes import Classes
    >>> class_words(Classes("fixe", (0.0, 12.5, 30.0), (1, 1)), 0, "fr")
    ['de 0,0 à 12,5', 'de 12,5 à 30,0']
    """
    digits = decimals
    if classes.method == "fixe":
        digits = max(digits, *(needed_decimals(bound) for bound in classes.bounds))
    told = [format_number(bound, digits, language) for bound in classes.bounds]
    while len(set(told)) < len(told) and digits < _MOST_DECIMALS and len(set(classes.bounds)) == len(told):
        digits += 1
        told = [format_number(bound, digits, language) for bound in classes.bounds]
    form = "de {} à {}" if language == "fr" else "{} to {}"
    return [form.format(low, high) for low, high in pairwise(told)]


def needed_decimals(number: float) -> int:
    """How many decimals write a number whole, four at most.

    >>> needed_decimals(12.5), needed_decimals(40.0)
    (1, 0)
    """
    return next((digits for digits in range(4) if abs(round(number, digits) - number) < 1e-9), _MOST_DECIMALS)
