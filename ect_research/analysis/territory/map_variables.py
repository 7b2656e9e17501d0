"""What a map shows, typed: a count, a rate or a category, with its source and its date."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import pandas as pd

from ect_research.errors import EctError
from ect_research.words import quoted, tell

Kind = Literal["stock", "taux", "categorie"]
Zone = Literal["commune", "epci"]
KINDS: tuple[Kind, ...] = ("stock", "taux", "categorie")
ZONES: tuple[Zone, ...] = ("commune", "epci")
SMALLEST, LARGEST = 1e-9, 1e12


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
        nothing: what is said of a zone without a value, where that means none (« aucun projet placé »); missing otherwise.
        unknown: codes given that the base map does not know, or that name communes since merged with unequal values.
        outside: how many values lie outside the zones shown.

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
    nothing: str = ""
    unknown: tuple[str, ...] = ()
    outside: int = 0

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

    def located(self, today: Mapping[str, str], shown: Collection[str]) -> MapVariable | None:
        """The same variable on a map: old codes followed, what the map cannot show counted and named.

        ``today``: code, old or of today → code of today; ``shown``: codes of the zones of the map.

        Returns the variable of the zones shown, or None when the map shows no value.

        >>> old = MapVariable(pd.Series({"39395": 1.0, "99999": 2.0}), "stock", "Projets", "registre", "2025", "projets")
        >>> found = old.located({"39395": "39043"}, {"39043"})
        >>> found.known.to_dict(), found.unknown
        ({'39043': 1.0}, ('99999',))
        """
        codes = pd.Series(self.per_zone.index, dtype="str").map(today)
        said = pd.DataFrame({"code": self.per_zone.index, "now": codes, "value": self.per_zone.to_numpy()})
        lost = set(said.loc[said["now"].isna(), "code"])
        known = said.dropna(subset=["now", "value"])
        if known["now"].is_unique:
            merged = known.set_index("now")["value"]
        elif self.kind == "stock":
            merged = known.groupby("now")["value"].sum()
        else:
            unlike = known.groupby("now")["value"].transform("nunique") > 1
            lost |= set(known.loc[unlike, "code"])
            merged = known[~unlike].groupby("now")["value"].first()
        here = merged.index.isin(list(shown))
        hidden = frozenset(today.get(code, code) for code in self.hidden)
        shown_values = merged[here].rename_axis(None)
        if not len(shown_values) or hidden >= set(shown_values.index):
            return None
        gone = int((~here).sum())
        return replace(self, per_zone=shown_values, unknown=tuple(sorted(lost)), outside=gone, hidden=hidden)


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
    largest = float(np.abs(numbers).max())
    if largest and not SMALLEST <= largest <= LARGEST:
        return [
            "des valeurs que l’on ne peut pas écrire sur une carte (trop petites ou trop grandes) : changer d’unité"
        ]
    return []
