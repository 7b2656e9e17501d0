"""Maps that would mislead, each with the sentence that refuses it and what to do instead."""

from __future__ import annotations

from collections.abc import Sequence

from ect_research.analysis.chance import Refusal
from ect_research.analysis.territory.classes import Classes
from ect_research.analysis.territory.map_variables import MapVariable
from ect_research.words import Sentence, mark, tell, tell_n

MOST_CATEGORIES = 7
MOST_MAPS = 6
FEWEST_TINTED = {"taux": 8, "categorie": 5}
FEWEST_FLOWS, MOST_FLOWS = 3, 30
FEWEST_ZONES = 12
_KIND_NAMES = {"stock": mark("un effectif (stock)"), "taux": mark("un taux"), "categorie": mark("une catégorie")}
# What each kind of map can bear (Bertin): why the other kinds cannot, and what to do instead.
_BEARS: dict[str, tuple[str, str]] = {
    "choroplethe": ("taux", mark("la carte choroplèthe")),
    "cercles": ("stock", mark("la carte en cercles proportionnels")),
    "typologie": ("categorie", mark("la carte de typologie")),
}
_WHY = {
    ("stock", "taux"): mark(
        "Un effectif peint en aplat fait croire qu’il est répandu sur toute la surface : les grandes communes écrasent"
        " les petites."
    ),
    ("taux", "stock"): mark(
        "Une surface de cercle se lit comme une quantité qui s’ajoute ; un taux ne s’ajoute pas d’une commune à "
        "l’autre."
    ),
    ("categorie", "taux"): mark("Une catégorie n’a pas d’ordre de grandeur : un dégradé en inventerait un."),
    ("categorie", "stock"): mark("Une catégorie ne se mesure pas : aucune taille de cercle ne peut la dire."),
    ("stock", "categorie"): mark("Un effectif est une quantité : des teintes sans ordre le rendraient illisible."),
    ("taux", "categorie"): mark("Un taux est une quantité : des teintes sans ordre le rendraient illisible."),
}
_REMEDY = {
    "stock": mark(
        "le dessiner en cercles proportionnels (Circles), ou le rapporter à une population ou à une surface."
    ),
    "taux": mark("le dessiner en aplats (Choropleth), ou dessiner l’effectif qui est au numérateur."),
    "categorie": mark("la dessiner en typologie (Typology)."),
}


def refuse_pairing(variable: MapVariable, drawing: str) -> Refusal | None:
    """The refusal of a map that would mislead, ``None`` when the kind of map suits the kind of variable.

    ``drawing``: ``choroplethe, cercles`` or ``typologie``.

    Source:
        Bertin (1967), *Sémiologie graphique*: size for quantities, value for ratios, hue for differences.

    >>> import pandas as pd
    >>> people = MapVariable(pd.Series({"39300": 17_000.0}), "stock", "Population", "Insee", "2023", "habitants")
    >>> refuse_pairing(people, "cercles") is None, refuse_pairing(people, "choroplethe") is None
    (True, False)
    """
    wanted, asked = _BEARS[drawing]
    if variable.kind == wanted:
        return None
    return Refusal(
        tell(
            "{map} de « {label} », {kind}", map=tell(asked), label=variable.label, kind=tell(_KIND_NAMES[variable.kind])
        ),
        tell(_WHY[variable.kind, wanted]),
        tell(_REMEDY[variable.kind]),
    )


def refuse_outside(variable: MapVariable, classes: Classes) -> Refusal | None:
    """Classes made for other maps that leave values out."""
    if (classes.assign(variable.known) >= 0).all():  # type: ignore[arg-type]
        return None
    return Refusal(
        tell("la carte de « {label} » dans des classes données", label=variable.label),
        tell("Des valeurs sortent de ces classes : elles seraient dessinées comme absentes."),
        tell("calculer les classes sur toutes les cartes à la fois (classify_together)."),
    )


def refuse_many(label: str, found: int) -> Refusal | None:
    """More categories than the eye tells apart."""
    if found <= MOST_CATEGORIES:
        return None
    return Refusal(
        tell("la carte de « {label} »", label=label),
        tell("{found} catégories : au-delà de {most}, l’œil ne les distingue plus.", found=found, most=MOST_CATEGORIES),
        tell("regrouper les plus rares."),
    )


def refuse_nothing(asked: Sentence, count: int) -> Refusal | None:
    """A map without anything on it."""
    if count:
        return None
    return Refusal(
        asked,
        tell("Rien à dessiner : aucune commune connue du fond de carte."),
        tell("renseigner les codes Insee des communes d’aujourd’hui."),
    )


def refuse_tint(stock: MapVariable, tint: MapVariable) -> Refusal | None:
    """Circles that a second variable may not colour: a count, more hues than the eye parts, too few circles to compare."""
    asked = tell("les cercles de « {stock} », colorés par « {tint} »", stock=stock.label, tint=tint.label)
    if tint.kind == "stock":
        why = tell("Une couleur dit un rapport ou un type ; un effectif se lit à la taille des cercles.")
        return Refusal(asked, why, tell("colorer par un taux ou par une catégorie."))
    if tint.zone != stock.zone:
        why = tell("Les cercles et leur couleur ne sont pas des mêmes zones.")
        return Refusal(asked, why, tell("donner les deux par commune, ou les deux par intercommunalité."))
    circles = stock.known.index[stock.known.astype("float64") > 0]
    both = int(circles.isin(list(tint.known.index)).sum())
    few = refuse_few(asked, both, FEWEST_TINTED[tint.kind], tell("donner la liste des valeurs dans un tableau."))
    return refuse_many(tint.label, len(tint.categories)) or few if tint.kind == "categorie" else few


def refuse_few(asked: Sentence, shown: int, fewest: int, instead: Sentence) -> Refusal | None:
    """A kind of map that so few marks cannot bear."""
    if shown >= fewest:
        return None
    why = tell_n(
        "{n} valeur à comparer sur cette carte ; il en faut {fewest}.",
        "{n} valeurs à comparer sur cette carte ; il en faut {fewest}.",
        shown,
        fewest=fewest,
    )
    return Refusal(asked, why, instead)


def refuse_tangle(asked: Sentence, ways: int) -> Refusal:
    """Arrows too many to be told apart, none wider than another."""
    why = tell("{ways} voies d’égale largeur : au-delà de {most}, on ne les suit plus.", ways=ways, most=MOST_FLOWS)
    return Refusal(asked, why, tell("choisir un périmètre plus petit, ou lire le tableau."))


def refuse_elsewhere(variable: MapVariable) -> Refusal:
    """A variable without a value on the map."""
    return Refusal(
        tell("la carte de « {label} »", label=variable.label),
        tell("Aucune de ses valeurs ne tombe sur une zone de cette carte."),
        tell("choisir un autre périmètre, ou vérifier les codes des zones."),
    )


def refuse_zeros(variable: MapVariable) -> Refusal | None:
    """Circles of nothing: a count that is zero everywhere on the map."""
    if (variable.known.astype("float64") > 0).any():
        return None
    return Refusal(
        tell("la carte de « {label} »", label=variable.label),
        tell_n(
            "Aucune valeur positive sur cette carte : {n} zéro, aucun cercle à dessiner.",
            "Aucune valeur positive sur cette carte : {n} zéros, aucun cercle à dessiner.",
            len(variable.known),
        ),
        tell("choisir un autre périmètre, ou vérifier les codes des communes."),
    )


def refuse_series(kinds: Sequence[str], scales: int, zones: int) -> Refusal | None:
    """Maps side by side that cannot be compared.

    ``scales``: how many different classes or scales they have; ``zones``: how many different sets of zones with data.
    """
    if not 2 <= len(kinds) <= MOST_MAPS or len(set(kinds)) > 1:
        return Refusal(
            tell("une série de cartes"),
            tell(
                "{maps} de {kinds}.",
                maps=tell_n("{n} carte", "{n} cartes", len(kinds)),
                kinds=tell_n("{n} sorte", "{n} sortes", len(set(kinds))),
            ),
            tell("de deux à {most} cartes d’une même sorte.", most=MOST_MAPS),
        )
    if scales > 1:
        return Refusal(
            tell("une série de cartes aux échelles différentes"),
            tell("Une même couleur ou une même taille y dirait deux valeurs différentes selon l’année."),
            tell("donner les mêmes classes à toutes (classify_together), ou la même valeur maximale (largest)."),
        )
    if zones > 1:
        return Refusal(
            tell("une série de cartes de périmètres différents"),
            tell(
                "Les zones renseignées changent d’une année à l’autre : on verrait le périmètre bouger, non la variable."
            ),
            tell("ramener toutes les années aux mêmes communes."),
        )
    return None
