"""The words of the legends of thematic maps: source, method, bounds of the classes."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from ect_research.figures.maps.ground.map_words import MOST_DECIMALS, needed_decimals
from ect_research.figures.page.formats import format_number, typeset
from ect_research.words import mark

if TYPE_CHECKING:
    from ect_research.analysis.territory.classes import Classes
    from ect_research.analysis.territory.map_variables import MapVariable
    from ect_research.figures.page.theme import Theme

_MOST_NAMED = 5
_METHODS = {
    "fisher": mark("Seuils naturels (Fisher)"),
    "quantile": mark("Quantiles (effectifs égaux)"),
    "q6": mark("Quantiles 5, 25, 50, 75 et 95 %"),
    "egal": mark("Amplitudes égales"),
    "ecart_type": mark("Moyenne et écart-type"),
    "geometrique": mark("Progression géométrique"),
    "fixe": mark("Bornes fixées"),
}


def source_line(source: str, date: str, theme: Theme) -> str:
    """« Données : Insee, 2023. »."""
    return typeset(theme.say("Données : {source}, {date}.", source=source.rstrip(". "), date=date), theme.language)


def between_line(zone: str, theme: Theme) -> str:
    """What the numbers in brackets count."""
    if zone == "commune":
        return theme.say("entre parenthèses, nombre de communes")
    return theme.say("entre parenthèses, nombre d’intercommunalités")


def dots_line(theme: Theme) -> str:
    """What a scattered sign is not."""
    return theme.say(
        "Un signe par projet, placé au hasard dans sa commune pour être lisible : ce n’est pas une adresse, et cela"
        " n’anonymise pas."
    )


def method_line(classes: Classes, theme: Theme) -> str:
    """The method and the number of classes.

    >>> from ect_research.analysis.territory.classes import Classes
    >>> from ect_research.figures.page.theme import get_theme
    >>> method_line(Classes("fisher", (0.0, 1.0, 2.0), (1, 1)), get_theme())
    'Seuils naturels (Fisher), 2 classes'
    """
    counted = theme.say_n("{n} classe", "{n} classes", len(classes))
    if classes.method == "quantile" and not math.isnan(classes.centre):
        return theme.say("Quantiles de part et d’autre de 0, {classes}", classes=counted)
    if classes.asked > len(classes):
        fewer = theme.say("{asked} demandées, trop de valeurs égales", asked=classes.asked)
        counted = f"{counted} ({fewer})"
    return f"{typeset(theme.say(_METHODS[classes.method]), theme.language)}, {counted}"


def left_off_lines(variable: MapVariable, theme: Theme) -> list[str]:
    """Values that the map does not show: codes it does not know, named, and zones elsewhere, counted."""
    lines = []
    if unknown := len(variable.unknown):
        counted = theme.say_n("{n} code sans place au fond de carte", "{n} codes sans place au fond de carte", unknown)
        named = ", ".join(variable.unknown[:_MOST_NAMED]) + (", …" if unknown > _MOST_NAMED else "")
        lines.append(typeset(theme.say("{counted} : {named}", counted=counted, named=named), theme.language))
    if variable.outside:
        lines.append(theme.say_n("{n} valeur hors de la carte", "{n} valeurs hors de la carte", variable.outside))
    return lines


def class_words(classes: Classes, decimals: int, theme: Theme) -> list[str]:
    """« de 13 à 25 » for each class, the lowest first; one number for a class that holds one value only.

    Bounds typed by a person are written whole; computed ones with the decimals of the variable, and more when two would
    be written alike, or one that is not zero as zero.

    >>> from ect_research.analysis.territory.classes import Classes
    >>> from ect_research.figures.page.theme import get_theme
    >>> class_words(Classes("fixe", (0.0, 12.5, 30.0), (1, 1)), 0, get_theme())
    ['de 0,0 à 12,5', 'de 12,5 à 30,0']
    >>> class_words(Classes("quantile", (0.0, 1.0, 3.0), (9, 1), alone=True), 0, get_theme())
    ['0', 'de 1 à 3']
    """
    bounds = classes.bounds
    digits = max(decimals, *map(needed_decimals, bounds)) if classes.method == "fixe" else decimals
    told = [_bound(bound, digits, theme) for bound in bounds]
    while len(set(told)) < len(set(bounds)) and digits < MOST_DECIMALS:
        digits += 1
        told = [_bound(bound, digits, theme) for bound in bounds]
    words = [theme.say("de {low} à {high}", low=low, high=high) for low, high in pairwise(told)]
    if classes.alone or bounds[0] == bounds[1]:
        words[0] = told[0]
    return words


def _bound(bound: float, digits: int, theme: Theme) -> str:
    """A bound as written; what is not zero never reads as zero."""
    if bound and not round(bound, digits):
        digits = math.ceil(-math.log10(abs(bound)))
    return format_number(bound, digits, theme.language)
