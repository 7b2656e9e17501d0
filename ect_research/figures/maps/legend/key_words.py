"""The words of the legends of thematic maps: source, method, bounds of the classes."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from ect_research.figures.page.formats import format_number, typeset
from ect_research.words import mark

if TYPE_CHECKING:
    from ect_research.analysis.territory.classes import Classes
    from ect_research.figures.page.theme import Theme

_MOST_DECIMALS = 4
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


def left_out_lines(inside: int, lost: int, theme: Theme) -> list[str]:
    """Ties that no curve shows."""
    lines = []
    if inside:
        lines.append(theme.say_n("{n} lien interne à une commune", "{n} liens internes à une commune", inside))
    if lost:
        lines.append(theme.say_n("{n} lien hors de la carte", "{n} liens hors de la carte", lost))
    return lines


def method_line(classes: Classes, theme: Theme) -> str:
    """The method and the number of classes.

    >>> from ect_research.analysis.territory.classes import Classes
    >>> from ect_research.figures.page.theme import get_theme
    >>> method_line(Classes("fisher", (0.0, 1.0, 2.0), (1, 1)), get_theme())
    'Seuils naturels (Fisher), 2 classes'
    """
    counted = theme.say_n("{n} classe", "{n} classes", len(classes))
    return f"{typeset(theme.say(_METHODS[classes.method]), theme.language)}, {counted}"


def class_words(classes: Classes, decimals: int, theme: Theme) -> list[str]:
    """« de 13 à 25 » for each class, the lowest first.

    Bounds typed by a person are written whole; computed ones with the decimals of the variable, and more only when
    two would be written alike.

    >>> from ect_research.analysis.territory.classes import Classes
    >>> from ect_research.figures.page.theme import get_theme
    >>> class_words(Classes("fixe", (0.0, 12.5, 30.0), (1, 1)), 0, get_theme())
    ['de 0,0 à 12,5', 'de 12,5 à 30,0']
    """
    digits, language = decimals, theme.language
    if classes.method == "fixe":
        digits = max(digits, *(needed_decimals(bound) for bound in classes.bounds))
    told = [format_number(bound, digits, language) for bound in classes.bounds]
    while len(set(told)) < len(told) and digits < _MOST_DECIMALS and len(set(classes.bounds)) == len(told):
        digits += 1
        told = [format_number(bound, digits, language) for bound in classes.bounds]
    return [theme.say("de {low} à {high}", low=low, high=high) for low, high in pairwise(told)]


def needed_decimals(number: float) -> int:
    """How many decimals write a number whole, four at most.

    >>> needed_decimals(12.5), needed_decimals(40.0)
    (1, 0)
    """
    return next((digits for digits in range(4) if abs(round(number, digits) - number) < 1e-9), _MOST_DECIMALS)
