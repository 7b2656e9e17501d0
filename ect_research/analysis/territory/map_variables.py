"""What a map shows, typed: a count, a rate or a category, with its source and its date."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.errors import EctError
from ect_research.words import mark, quoted, tell

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Kind = Literal["stock", "taux", "categorie"]
Zone = Literal["commune", "epci"]
KINDS: tuple[Kind, ...] = ("stock", "taux", "categorie")
ZONES: tuple[Zone, ...] = ("commune", "epci")
_KIND_NAMES = {"stock": mark("un effectif (stock)"), "taux": mark("un taux"), "categorie": mark("une catégorie")}
# What each kind of map can bear (Bertin): why the other kinds cannot, and what to do instead.
_BEARS: dict[str, tuple[str, str]] = {
    "choroplethe": ("taux", mark("la carte choroplèthe")),
    "cercles": ("stock", mark("la carte en cercles proportionnels")),
    "typologie": ("categorie", mark("la carte de typologie")),
    "dorling": ("stock", mark("le cartogramme de Dorling")),
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


@dataclass(frozen=True)
class MapVariable:
    """A value per zone, and what a reader must know of it.

    Attributes:
        per_zone: indexed by commune code or EPCI SIREN; numbers, or texts for a category; NaN where unknown.
        kind: ``stock`` (adds up), ``taux`` (does not) or ``categorie`` (has no size).
        label: what is measured, as the legend titles it.
        source: who published it; printed under the map.
        date: date of the data, as printed.
        unit: ``"hab./km²"``; empty for a category.
        zone: ``commune`` or ``epci``.
        decimals: of the numbers printed.
        colours: category → ``#rrggbb``, in the order of the legend; by default hues of equal lightness.
        hidden: zones whose value is withheld because it counts too few.
        threshold: the count under which a value is withheld; 0 when nothing is.
        events: how many events a rate counts in all, when it is known; a test may ask for it.

    Raises:
        EctError: a wrong kind, no label, source, date or unit, a value that the kind forbids; all at once.

    >>> MapVariable(pd.Series({"39300": 2290.0}), "taux", "Densité", "Insee", "2023", "hab./km²").kind
    'taux'
    """

    per_zone: pd.Series[float] | pd.Series[str]
    kind: Kind
    label: str
    source: str
    date: str
    unit: str = ""
    zone: Zone = "commune"
    decimals: int = 0
    colours: Mapping[str, str] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    threshold: int = 0
    events: int | None = None

    def __post_init__(self) -> None:
        if faults := [*_faults_of_words(self), *_faults_of_values(self)]:
            raise EctError(
                "Variable « {label} » : {faults}.",
                label=self.label or tell("sans nom"),
                faults=quoted(" ; ".join(faults)),
            )
        typed = self.per_zone.astype("str") if self.kind == "categorie" else self.per_zone.astype("float64")
        object.__setattr__(self, "per_zone", typed.sort_index())

    @property
    def known(self) -> pd.Series[float] | pd.Series[str]:
        """The values that are there and may be shown."""
        shown = self.per_zone[self.per_zone.notna()]
        return shown[~shown.index.isin(list(self.hidden))]

    @property
    def categories(self) -> list[str]:
        """Categories in the order of the legend: that of ``colours``, then the most frequent first."""
        found = self.known.value_counts()
        rest = sorted(set(found.index) - set(self.colours), key=lambda name: (-int(found[name]), name))
        return [name for name in self.colours if name in found.index] + rest

    def within(self, codes: Iterable[str]) -> MapVariable:
        """The same variable for some zones only, classes being then cut on what is shown.

        >>> both = MapVariable(pd.Series({"a": 1.0, "b": 2.0}), "stock", "Projets", "registre", "2025", "projets")
        >>> list(both.within(["b"]).known.index)
        ['b']
        """
        return replace(self, per_zone=self.per_zone[self.per_zone.index.isin(list(codes))])


def refuse_pairing(variable: MapVariable, drawing: str) -> Refusal | None:
    """The refusal of a map that would mislead, ``None`` when the kind of map suits the kind of variable.

    Args:
        variable: to be drawn.
        drawing: ``choroplethe, cercles, typologie`` or ``dorling``.

    Source:
        Bertin (1967), *Sémiologie graphique*: size for quantities, value for ratios, hue for differences.

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


def _faults_of_words(variable: MapVariable) -> list[str]:
    said = {"le libellé (label)": variable.label, "la source": variable.source, "la date": variable.date}
    if variable.kind in ("stock", "taux"):
        said["l’unité (unit)"] = variable.unit
    faults = [f"il manque {name}" for name, words in said.items() if not words.strip()]
    if variable.kind not in KINDS:
        faults.append(f"type « {variable.kind} » inconnu, choisir parmi {', '.join(KINDS)}")
    if variable.zone not in ZONES:
        faults.append(f"zone « {variable.zone} » inconnue, choisir parmi {', '.join(ZONES)}")
    return faults


def _faults_of_values(variable: MapVariable) -> list[str]:
    values = variable.per_zone
    faults = []
    if not values.index.is_unique:
        twice = sorted(set(map(str, values.index[values.index.duplicated()])))
        faults.append(f"deux valeurs pour {', '.join(twice[:5])}")
    if not all(isinstance(code, str) for code in values.index):
        faults.append("les codes des zones doivent être des textes (« 39300 »), pas des nombres")
    if not values.notna().any():
        faults.append("aucune valeur")
    elif variable.kind != "categorie":
        faults += _faults_of_numbers(variable)
    return faults


def _faults_of_numbers(variable: MapVariable) -> list[str]:
    if not pd.api.types.is_numeric_dtype(variable.per_zone):
        return ["des nombres sont attendus"]
    numbers = variable.per_zone.dropna().to_numpy(dtype="float64")
    if not np.isfinite(numbers).all():
        return ["une valeur est infinie (division par zéro ?)"]
    if variable.kind == "stock" and (numbers < 0).any():
        return ["un effectif ne peut pas être négatif"]
    return []
