"""How far a base map goes (départements, regions, France), and the communes of each perimeter of ``territoires.toml``."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from ect_research.errors import BasemapError
from ect_research.words import Told, quoted, tell

if TYPE_CHECKING:
    import pandas as pd

REGION_NAMES = {
    "11": "Île-de-France",
    "24": "Centre-Val de Loire",
    "27": "Bourgogne-Franche-Comté",
    "28": "Normandie",
    "32": "Hauts-de-France",
    "44": "Grand Est",
    "52": "Pays de la Loire",
    "53": "Bretagne",
    "75": "Nouvelle-Aquitaine",
    "76": "Occitanie",
    "84": "Auvergne-Rhône-Alpes",
    "93": "Provence-Alpes-Côte d’Azur",
    "94": "Corse",
}
_NAMES = """01 Ain;02 Aisne;03 Allier;04 Alpes-de-Haute-Provence;05 Hautes-Alpes;06 Alpes-Maritimes;07 Ardèche;
08 Ardennes;09 Ariège;10 Aube;11 Aude;12 Aveyron;13 Bouches-du-Rhône;14 Calvados;15 Cantal;16 Charente;
17 Charente-Maritime;18 Cher;19 Corrèze;2A Corse-du-Sud;2B Haute-Corse;21 Côte-d’Or;22 Côtes-d’Armor;23 Creuse;
24 Dordogne;25 Doubs;26 Drôme;27 Eure;28 Eure-et-Loir;29 Finistère;30 Gard;31 Haute-Garonne;32 Gers;33 Gironde;
34 Hérault;35 Ille-et-Vilaine;36 Indre;37 Indre-et-Loire;38 Isère;39 Jura;40 Landes;41 Loir-et-Cher;42 Loire;
43 Haute-Loire;44 Loire-Atlantique;45 Loiret;46 Lot;47 Lot-et-Garonne;48 Lozère;49 Maine-et-Loire;50 Manche;
51 Marne;52 Haute-Marne;53 Mayenne;54 Meurthe-et-Moselle;55 Meuse;56 Morbihan;57 Moselle;58 Nièvre;59 Nord;
60 Oise;61 Orne;62 Pas-de-Calais;63 Puy-de-Dôme;64 Pyrénées-Atlantiques;65 Hautes-Pyrénées;
66 Pyrénées-Orientales;67 Bas-Rhin;68 Haut-Rhin;69 Rhône;70 Haute-Saône;71 Saône-et-Loire;72 Sarthe;73 Savoie;
74 Haute-Savoie;75 Paris;76 Seine-Maritime;77 Seine-et-Marne;78 Yvelines;79 Deux-Sèvres;80 Somme;81 Tarn;
82 Tarn-et-Garonne;83 Var;84 Vaucluse;85 Vendée;86 Vienne;87 Haute-Vienne;88 Vosges;89 Yonne;
90 Territoire de Belfort;91 Essonne;92 Hauts-de-Seine;93 Seine-Saint-Denis;94 Val-de-Marne;95 Val-d’Oise;
971 Guadeloupe;972 Martinique;973 Guyane;974 La Réunion;976 Mayotte"""
DEPARTEMENT_NAMES = {code: name for code, _, name in (part.strip().partition(" ") for part in _NAMES.split(";"))}
"""``{Insee code: name}``."""


@dataclass(frozen=True)
class Extent:
    """Regions and départements of a base map, by their Insee codes."""

    regions: tuple[str, ...] = ()  # every commune of these regions
    departements: tuple[str, ...] = ()  # every commune of these départements
    france: bool = False  # all of metropolitan France; the two others are then empty

    def holds(self, commune: Mapping[str, Any]) -> bool:
        """Whether a commune, as published (``region``, ``departement``), is part of the base map.

        >>> Extent(departements=("39",)).holds({"region": "27", "departement": "39"})
        True
        """
        region, departement = commune.get("region"), commune.get("departement")
        if self.france:
            return region in REGION_NAMES
        return region in self.regions or departement in self.departements

    def name(self) -> str:
        """What a sentence calls it.

        >>> Extent(("27",)).name(), Extent(departements=("01", "39")).name()
        ('Bourgogne-Franche-Comté', 'départements 01, 39')
        """
        if self.france:
            return "France métropolitaine"
        regions = [REGION_NAMES[code] for code in self.regions]
        many = "s" if len(self.departements) > 1 else ""
        listed = [f"département{many} {', '.join(self.departements)}"] if self.departements else []
        return " ; ".join([*regions, *listed])

    def key(self) -> str:
        """Name of the perimeter that holds all of it.

        >>> Extent(("27",)).key(), Extent(departements=("01", "39")).key()
        ('region-27', 'departement-01-39')
        """
        if self.france:
            return "france"
        parts = [*(("region", *self.regions) if self.regions else ())]
        return "-".join([*parts, *(("departement", *self.departements) if self.departements else ())])

    def table(self) -> dict[str, Any]:
        """As written in ``mentions.toml``."""
        if self.france:
            return {"france": True}
        return {"regions": list(self.regions), "departements": list(self.departements)}


BFC = Extent(regions=("27",))


def build_extent(
    regions: Sequence[str], departements: Sequence[str], *, france: bool, known: Iterable[Mapping[str, Any]]
) -> Extent:
    """The extent asked for; Bourgogne-Franche-Comté when nothing is; départements of a region asked for are left out.

    >>> build_extent(["27"], ["39", "01"], france=False, known=[
    ...     {"code": "01", "region": "84"}, {"code": "39", "region": "27"}]).departements
    ('01',)
    """
    if france and (regions or departements):
        raise BasemapError("--france comprend déjà toutes les régions et tous les départements : le donner seul.")
    if france:
        return Extent(france=True)
    region_of = {str(d["code"]): str(d["region"]) for d in known if d["region"] in REGION_NAMES}
    wrong = [code for code in regions if code not in REGION_NAMES]
    wrong += [code for code in departements if code.upper() not in region_of]
    if wrong:
        listed = " ; ".join(f"{code} : {name}" for code, name in REGION_NAMES.items())
        raise BasemapError(
            "Code inconnu en métropole : {wrong}. Un département s’écrit sur deux caractères (01, 2A, 39) ; les "
            "régions sont {listed}.",
            wrong=", ".join(wrong),
            listed=listed,
        )
    apart = {code.upper() for code in departements if region_of[code.upper()] not in regions}
    asked = Extent(tuple(sorted(set(regions))), tuple(sorted(apart)))
    return asked if asked.regions or asked.departements else BFC


Language = Literal["fr", "en"]
_KEYS = {"nom", "precision", "annee", "cadre", "reperes", "epci", "departements"}


@dataclass(frozen=True)
class Epci:
    """An EPCI of a perimeter."""

    siren: str  # its identifier
    name: str  # the name printed
    colour: str = ""  # ``#rrggbb``; empty when the perimeter has too many to be told apart by colour


@dataclass(frozen=True)
class Perimeter:
    """A named territory, expressed in communes of today."""

    key: str  # ``pays-ledonien-2020``…
    names: dict[str, str]  # language → name printed
    details: dict[str, str]  # language → what the name means
    year: int  # year of the EPCI membership
    epci: tuple[Epci, ...]  # the EPCI, in the order of the file
    members: dict[str, str]  # code of today → SIREN that year, for every commune inside
    frame: tuple[str, ...]  # départements that the map shows: those asked for, and those of every commune inside
    landmarks: tuple[str, ...]  # codes of the reference towns, the most important first

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
    communes: pd.DataFrame,
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
        frame=tuple(dict.fromkeys([*entry["cadre"], *sorted({code[:2] for code in members})])),
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
