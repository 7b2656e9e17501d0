"""Maps that would mislead, each with the sentence that refuses it and what to do instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ect_research.analysis.chance import Refusal, plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ect_research.analysis.territory.classes import Classes
    from ect_research.analysis.territory.map_variables import MapVariable

MOST_CATEGORIES = 7
MOST_MAPS = 6
_KIND_FR = {"stock": "un effectif (stock)", "taux": "un taux", "categorie": "une catégorie"}
_KIND_EN = {"stock": "a count", "taux": "a rate", "categorie": "a category"}
# What each kind of map can bear (Bertin): why the other kinds cannot, and what to do instead.
_BEARS: dict[str, tuple[str, str]] = {
    "choroplethe": ("taux", "la carte choroplèthe"),
    "cercles": ("stock", "la carte en cercles proportionnels"),
    "typologie": ("categorie", "la carte de typologie"),
}
_WHY_FR = {
    ("stock", "taux"): (
        "Un effectif peint en aplat fait croire qu’il est répandu sur toute la surface : les grandes communes écrasent"
        " les petites."
    ),
    ("taux", "stock"): (
        "Une surface de cercle se lit comme une quantité qui s’ajoute ; un taux ne s’ajoute pas d’une commune à l’autre."
    ),
    ("categorie", "taux"): "Une catégorie n’a pas d’ordre de grandeur : un dégradé en inventerait un.",
    ("categorie", "stock"): "Une catégorie ne se mesure pas : aucune taille de cercle ne peut la dire.",
    ("stock", "categorie"): "Un effectif est une quantité : des teintes sans ordre le rendraient illisible.",
    ("taux", "categorie"): "Un taux est une quantité : des teintes sans ordre le rendraient illisible.",
}
_REMEDY_FR = {
    "stock": "le dessiner en cercles proportionnels (Circles), ou le rapporter à une population ou à une surface.",
    "taux": "le dessiner en aplats (Choropleth), ou dessiner l’effectif qui est au numérateur.",
    "categorie": "la dessiner en typologie (Typology).",
}
_REMEDY_EN = {
    "stock": "draw it as proportional circles, or divide it by a population or an area.",
    "taux": "draw it as a choropleth, or draw the count above the line.",
    "categorie": "draw it as a typology.",
}


def refuse_pairing(variable: MapVariable, drawing: str) -> Refusal | None:
    """The refusal of a map that would mislead, ``None`` when the kind of map suits the kind of variable.

    Args:
        variable: to be drawn.
        drawing: ``choroplethe, cercles`` or ``typologie``.

    Source:
        Bertin (1967), *Sémiologie graphique*: size for quantities, value for ratios, hue for differences.

    >>> import pandas as pd
    >>> from ect_research.analysis.territory.map_variables import MapVariable
    >>> people = MapVariable(pd.Series({"39300": 17_000.0}), "stock", "Population", "Insee", "2023", "habitants")
    >>> refuse_pairing(people, "cercles") is None, refuse_pairing(people, "choroplethe") is None
    (True, False)
    """
    wanted, asked = _BEARS[drawing]
    if variable.kind == wanted:
        return None
    return Refusal(
        f"{asked} de « {variable.label} », {_KIND_FR[variable.kind]}",
        _WHY_FR[variable.kind, wanted],
        f"This map shows {_KIND_EN[wanted]}; “{variable.label}” is {_KIND_EN[variable.kind]}.",
        _REMEDY_FR[variable.kind],
        _REMEDY_EN[variable.kind],
    )


def refuse_outside(variable: MapVariable, classes: Classes) -> Refusal | None:
    """Classes made for other maps that leave values out."""
    if (classes.assign(variable.known) >= 0).all():  # type: ignore[arg-type]
        return None
    return Refusal(
        f"la carte de « {variable.label} » dans des classes données",
        "Des valeurs sortent de ces classes : elles seraient dessinées comme absentes.",
        "Some values lie outside the classes given: they would be drawn as missing.",
        "calculer les classes sur toutes les cartes à la fois (classify_together).",
        "compute the classes on all maps at once (classify_together).",
    )


def refuse_many(label: str, found: int) -> Refusal | None:
    """More categories than the eye tells apart."""
    if found <= MOST_CATEGORIES:
        return None
    return Refusal(
        f"la carte de « {label} »",
        f"{found} catégories : au-delà de {MOST_CATEGORIES}, l’œil ne les distingue plus.",
        f"{found} categories: beyond {MOST_CATEGORIES} the eye cannot tell them apart.",
        "regrouper les plus rares.",
        "merge the rarest.",
    )


def refuse_nothing(asked: str, count: int) -> Refusal | None:
    """A map without anything on it."""
    if count:
        return None
    return Refusal(
        asked,
        "Rien à dessiner : aucune commune connue du fond de carte.",
        "Nothing to draw: no commune that the base map knows.",
        "renseigner les codes Insee des communes d’aujourd’hui.",
        "fill in the Insee codes of the communes of today.",
    )


def refuse_elsewhere(variable: MapVariable) -> Refusal:
    """A variable without a value on the map."""
    return Refusal(
        f"la carte de « {variable.label} »",
        "Aucune de ses valeurs ne tombe sur une zone de cette carte.",
        "None of its values falls on a zone of this map.",
        "choisir un autre périmètre, ou vérifier les codes des zones.",
        "choose another perimeter, or check the codes of the zones.",
    )


def refuse_zeros(variable: MapVariable) -> Refusal | None:
    """Circles of nothing: a count that is zero everywhere on the map."""
    if (variable.known.astype("float64") > 0).any():
        return None
    return Refusal(
        f"la carte de « {variable.label} »",
        f"Aucune valeur positive sur cette carte : {plural(len(variable.known), 'zéro')}, aucun cercle à dessiner.",
        f"No positive value on this map: {len(variable.known)} zeros, no circle to draw.",
        "choisir un autre périmètre, ou vérifier les codes des communes.",
        "choose another perimeter, or check the codes of the communes.",
    )


def refuse_series(kinds: Sequence[str], scales: int, zones: int) -> Refusal | None:
    """Maps side by side that cannot be compared.

    Args:
        kinds: kind of each map.
        scales: how many different classes or scales they have.
        zones: how many different sets of zones with data.
    """
    if not 2 <= len(kinds) <= MOST_MAPS or len(set(kinds)) > 1:
        return Refusal(
            "une série de cartes",
            f"{plural(len(kinds), 'carte')} de {plural(len(set(kinds)), 'sorte')}.",
            f"{len(kinds)} maps of {len(set(kinds))} kinds.",
            f"de deux à {MOST_MAPS} cartes d’une même sorte.",
            f"two to {MOST_MAPS} maps of one kind.",
        )
    if scales > 1:
        return Refusal(
            "une série de cartes aux échelles différentes",
            "Une même couleur ou une même taille y dirait deux valeurs différentes selon l’année.",
            "One colour or one size would mean two values from one year to the next.",
            "donner les mêmes classes à toutes (classify_together), ou la même valeur maximale (largest).",
            "give all of them the same classes (classify_together) or the same largest value.",
        )
    if zones > 1:
        return Refusal(
            "une série de cartes de périmètres différents",
            "Les zones renseignées changent d’une année à l’autre : on verrait le périmètre bouger, non la variable.",
            "The zones with data change from one year to the next.",
            "ramener toutes les années aux mêmes communes.",
            "bring every year to the same communes.",
        )
    return None
