"""From a line of ``territoires.toml`` to the communes of today that a perimeter holds."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from ect_research.errors import BasemapError
from ect_research.words import Told, quoted, tell

if TYPE_CHECKING:
    from collections.abc import Callable

    import geopandas as gpd
    import pandas as pd

Language = Literal["fr", "en"]
_KEYS = {"nom", "precision", "annee", "cadre", "reperes", "epci", "departements"}


@dataclass(frozen=True)
class Epci:
    """An EPCI of a perimeter.

    Attributes:
        siren: its identifier.
        name: the name printed.
        colour: ``#rrggbb``; empty when the perimeter has too many to be told apart by colour.
    """

    siren: str
    name: str
    colour: str = ""


@dataclass(frozen=True)
class Perimeter:
    """A named territory, expressed in communes of today.

    Attributes:
        key: ``pays-ledonien-2020``…
        names: language → name printed.
        details: language → what the name means.
        year: year of the EPCI membership.
        epci: the EPCI, in the order of the file.
        members: code of today → SIREN that year, for every commune inside.
        frame: départements that the map shows.
        landmarks: codes of the reference towns, the most important first.
    """

    key: str
    names: dict[str, str]
    details: dict[str, str]
    year: int
    epci: tuple[Epci, ...]
    members: dict[str, str]
    frame: tuple[str, ...]
    landmarks: tuple[str, ...]

    def name(self, language: Language = "fr") -> str:
        """The name in the reader's language."""
        return self.names.get(language, self.names["fr"])

    def full_name(self, language: Language = "fr") -> str:
        """The name and what it means, for whatever is counted inside.

        >>> from ect_research.corpus.basemap.load_basemap import load_basemap
        >>> load_basemap().perimeter("pays-ledonien-2019").full_name()
        'Pays Lédonien de 2019 (six intercommunalités, périmètre de 2019)'
        """
        return f"{self.name(language)} ({self.details.get(language, self.details['fr'])})"


def build_perimeter(
    name: str,
    territories: dict[str, dict[str, Any]],
    communes: gpd.GeoDataFrame,
    epci_names: pd.DataFrame,
    epci_of_year: Callable[[int], dict[str, str]],
) -> Perimeter:
    """A named perimeter (see `Basemap.perimeter`)."""
    if name not in territories:
        close = difflib.get_close_matches(name, territories, n=1)
        hint = tell(" Voulait-on écrire « {close} » ?", close=close[0]) if close else ""
        raise BasemapError(
            "Périmètre « {name} » inconnu.{hint} Périmètres connus : {known}.",
            name=name,
            hint=hint,
            known=sorted(territories),
        )
    entry = territories[name]
    _check_entry(name, entry)
    then = epci_of_year(entry["annee"])
    names = epci_names.set_index("siren")["nom"]
    if "departements" in entry:
        inside = communes.loc[communes["dep"].isin(entry["departements"]), "code"]
        held = {code: then[code] for code in sorted(inside) if code in then}  # four islands belong to none
        cut = {siren for code, siren in then.items() if code not in held}
        return _of_departements(name, entry, held, names.mask(names.index.isin(list(cut)), names + " (partie)"))
    wanted = {e["siren"]: e.get("couleur", "") for e in entry["epci"]}
    members = {code: siren for code, siren in sorted(then.items()) if siren in wanted}
    empty = sorted(set(wanted) - set(members.values()))
    if empty:
        raise BasemapError(
            "territoires.toml, « {name} » : aucun EPCI {empty} en {year}. Vérifier le SIREN et l’année "
            "(epci_communes.csv).",
            name=name,
            empty=", ".join(empty),
            year=entry["annee"],
        )
    listed = tuple(Epci(siren, str(names[siren]), colour) for siren, colour in wanted.items())
    return _perimeter(name, entry, listed, members)


def _of_departements(name: str, entry: dict[str, Any], members: dict[str, str], names: pd.Series[str]) -> Perimeter:
    listed = tuple(Epci(siren, str(names[siren])) for siren in sorted(set(members.values())))
    if not members:
        raise BasemapError(
            "territoires.toml, « {name} » : aucune commune dans {places}.",
            name=name,
            places=", ".join(entry["departements"]),
        )
    return _perimeter(name, entry, listed, members)


def _perimeter(name: str, entry: dict[str, Any], epci: tuple[Epci, ...], members: dict[str, str]) -> Perimeter:
    return Perimeter(
        key=name,
        names=dict(entry["nom"]),
        details=dict(entry["precision"]),
        year=entry["annee"],
        epci=epci,
        members=members,
        frame=tuple(entry["cadre"]),
        landmarks=tuple(entry["reperes"]),
    )


def _check_entry(name: str, entry: dict[str, Any]) -> None:
    """Refuse a hand-written perimeter that lacks a key or holds an unknown one."""
    missing = sorted(_KEYS - {"epci", "departements"} - set(entry))
    unknown = sorted(set(entry) - _KEYS)
    faults = [f"il manque {', '.join(missing)}"] if missing else []
    faults += [Told("clé inconnue {names}", names=", ".join(unknown))] if unknown else []
    if ("epci" in entry) == ("departements" in entry):
        faults.append(Told("il faut soit « epci », soit « departements »"))
    if faults:
        raise BasemapError("territoires.toml, « {name} » : {faults}.", name=name, faults=quoted(" ; ".join(faults)))
