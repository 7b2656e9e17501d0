"""From a line of ``territoires.toml`` to the communes of today that a perimeter holds."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from ect_research.corpus.basemap_model import Epci, Perimeter
from ect_research.errors import BasemapError

if TYPE_CHECKING:
    from ect_research.corpus.basemap_model import Basemap

_KEYS = {"nom", "precision", "annee", "cadre", "reperes", "epci", "departements"}


def build_perimeter(basemap: Basemap, name: str) -> Perimeter:
    """A named perimeter (see `Basemap.perimeter`)."""
    if name not in basemap.territories:
        close = difflib.get_close_matches(name, basemap.territories, n=1)
        hint = f" Voulait-on écrire « {close[0]} » ?" if close else ""
        raise BasemapError(
            f"Périmètre « {name} » inconnu.{hint} Périmètres connus : {', '.join(sorted(basemap.territories))}."
        )
    entry = basemap.territories[name]
    _check_entry(name, entry)
    then = basemap.epci_of_year(entry["annee"])
    if "departements" in entry:
        return _of_departements(basemap, name, entry, then)
    wanted = {e["siren"]: e.get("couleur", "") for e in entry["epci"]}
    members = {code: siren for code, siren in sorted(then.items()) if siren in wanted}
    empty = sorted(set(wanted) - set(members.values()))
    if empty:
        raise BasemapError(
            f"territoires.toml, « {name} » : aucun EPCI {', '.join(empty)} en {entry['annee']}."
            " Vérifier le SIREN et l’année (epci_communes.csv)."
        )
    names = basemap.epci_names.set_index("siren")["nom"]
    listed = tuple(Epci(siren, str(names[siren]), colour) for siren, colour in wanted.items())
    return _perimeter(name, entry, listed, members)


def _of_departements(basemap: Basemap, name: str, entry: dict[str, Any], then: dict[str, str]) -> Perimeter:
    inside = basemap.communes.loc[basemap.communes["dep"].isin(entry["departements"]), "code"]
    members = {code: then[code] for code in sorted(inside) if code in then}  # four islands belong to none
    names = basemap.epci_names.set_index("siren")["nom"]
    listed = tuple(Epci(siren, str(names[siren])) for siren in sorted(set(members.values())))
    if not members:
        raise BasemapError(f"territoires.toml, « {name} » : aucune commune dans {', '.join(entry['departements'])}.")
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
    faults += [f"clé inconnue {', '.join(unknown)}"] if unknown else []
    if ("epci" in entry) == ("departements" in entry):
        faults.append("il faut soit « epci », soit « departements »")
    if faults:
        raise BasemapError(f"territoires.toml, « {name} » : {' ; '.join(faults)}.")
