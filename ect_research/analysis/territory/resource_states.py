"""States of the territory's resources, from latent to governed: what is told, in which order, and when."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.analysis.readable import Readable
from ect_research.codebook.codebook import code_for
from ect_research.corpus.text.dates import decimal_years
from ect_research.words import tell, tell_n

LOST = code_for("etat_ressource", "perdue")
FEWEST_MOVES = 10
DEDUCED = code_for("certitude", "deduit")


@dataclass(frozen=True)
class ResourceStates(Readable):
    """What is told of each resource.

    Attributes:
        resources: one row per resource, by type, then by first date, undated last: ``ressource_id, libelle, projet_id,
            type_ressource, etats`` (states told), ``dates`` (of which dated), ``dernier`` (last state told).
        states: one row per state told, in the order of the resource's story: ``ressource_id, etat, rang`` (1, 2 …),
            ``date`` (as typed), ``date_min, date_max, precision, x_min, x_max`` (decimal years, the second at the end of
            the last day; NaN when open-ended or undated), ``datee``, ``deduit`` (whether the coder deduces it).
        moves: one row per passage from a state to the next one told: ``ressource_id, de, vers, ordre`` (``date`` when
            both are dated and their intervals do not overlap, else ``deduit``: the order of the states is assumed),
            ``mois_min, mois_max`` (NaN unless both are dated, and where the dates contradict the order assumed).
        by_type: types × last state told, resources.
        alphabet: states in order, ``0_perdue`` last.
        n: resources.
    """

    exhibits = ("show_resources", "etats", "types")

    resources: pd.DataFrame
    states: pd.DataFrame
    moves: pd.DataFrame
    by_type: pd.DataFrame
    alphabet: tuple[str, ...]
    n: int


def build_resource_states(resources: pd.DataFrame | None) -> ResourceStates | Refusal:
    """Put the states told of each resource in order: by their dates when all are dated, else by the order of states.

    A state that nobody tells is not filled in: a resource told mobilised has been revealed, but nobody says when.

    Args:
        resources: table ``ressources``, one row per change of state.

    >>> from ect_research import load_corpus
    >>> told = build_resource_states(load_corpus("pays-ledonien").tables["ressources"])
    >>> told.n == told.resources["ressource_id"].nunique() and len(told.states) >= told.n
    True
    """
    if resources is None or resources.empty:
        return Refusal(
            tell("les états des ressources"),
            tell("La table « ressources » est vide."),
            tell("saisir une ligne par ressource et par changement d’état."),
        )
    order = _alphabet(resources["etat"])
    rank = {state: place for place, state in enumerate(order)}
    states = _stories(resources, rank)
    lines = _lines(resources, states)
    kinds = [str(kind) for kind in dict.fromkeys(lines["type_ressource"])]
    by_type = pd.crosstab(lines["type_ressource"], lines["dernier"]).reindex(index=kinds, columns=list(order))
    return ResourceStates(
        resources=lines,
        states=states,
        moves=_moves(states),
        by_type=by_type.fillna(0).astype("int64"),
        alphabet=order,
        n=len(lines),
    )


@dataclass(frozen=True)
class ResourceMoves(Readable):
    """Passages of the resources from a state to the next one told.

    Attributes:
        told: the resources.
        counted: ``de, vers, ressources, dates`` (of which the order is dated); or why they are too few to be counted, and
            are told one by one.
        n: resources.
    """

    exhibits = ("show_resources", "passages")

    told: ResourceStates
    counted: pd.DataFrame | Refusal
    n: int


def build_resource_moves(told: ResourceStates | Refusal, *, fewest: int = FEWEST_MOVES) -> ResourceMoves | Refusal:
    """How many resources pass from each state to the next one told; told one by one when too few are known twice.

    Args:
        told: from ``build_resource_states``; a refusal is handed back.
        fewest: resources known in two states from which passages are counted.

    >>> from ect_research import load_corpus
    >>> resources = build_resource_states(load_corpus("pays-ledonien").tables["ressources"])
    >>> list(build_resource_moves(resources, fewest=0).counted.columns)
    ['de', 'vers', 'ressources', 'dates']
    """
    if isinstance(told, Refusal):
        return told
    counted = _count_moves(told, fewest)
    if isinstance(counted, Refusal) and told.moves.empty:
        return counted
    return ResourceMoves(told, counted, told.n)


def _count_moves(told: ResourceStates, fewest: int) -> pd.DataFrame | Refusal:
    known = int(told.moves["ressource_id"].nunique())
    if known < fewest:
        return Refusal(
            tell("les passages des ressources d’un état au suivant"),
            tell_n(
                "{n} ressource sur {total} est connue à deux états au moins ; il en faut {fewest}.",
                "{n} ressources sur {total} sont connues à deux états au moins ; il en faut {fewest}.",
                known,
                total=told.n,
                fewest=fewest,
            ),
            tell_n(
                "raconter un second état, même sans date, de {n} ressource de plus.",
                "raconter un second état, même sans date, de {n} ressources de plus.",
                fewest - known,
            ),
        )
    moves = told.moves.assign(dated=told.moves["ordre"] == "date")
    counted = moves.groupby(["de", "vers"], sort=True).agg(
        ressources=("ressource_id", "nunique"), dates=("dated", "sum")
    )
    return counted.reset_index().astype({"ressources": "int64", "dates": "int64"})


def _alphabet(states: pd.Series) -> tuple[str, ...]:
    known = list(states.cat.categories) if isinstance(states.dtype, pd.CategoricalDtype) else sorted(set(states))
    return (*(str(state) for state in known if state != LOST), *((LOST,) if LOST in known else ()))


def _stories(rows: pd.DataFrame, rank: dict[str, int]) -> pd.DataFrame:
    low, high = rows["date_min"], rows["date_max"]
    datee = low.notna() | high.notna()
    states = pd.DataFrame(
        {
            "ressource_id": rows["ressource_id"],
            "etat": rows["etat"].astype("str"),
            "date": rows["date"],
            "date_min": low,
            "date_max": high,
            "precision": rows["date_precision"].astype("str"),
            "x_min": decimal_years(low),
            "x_max": decimal_years(high + pd.Timedelta(days=1)),
            "datee": datee,
            "deduit": rows["certitude"].astype("str") == DEDUCED,
        }
    )
    place, sure = states["etat"].map(rank), datee.groupby(rows["ressource_id"]).transform("all")
    keys = ["ressource_id", "when", "place"]
    states = states.assign(when=low.fillna(high).where(sure), place=place).sort_values(keys, ignore_index=True)
    states.insert(2, "rang", states.groupby("ressource_id").cumcount() + 1)
    return states.drop(columns=["when", "place"])


def _lines(resources: pd.DataFrame, states: pd.DataFrame) -> pd.DataFrame:
    first = resources.groupby("ressource_id", sort=True)[["libelle", "projet_id", "type_ressource"]].first()
    told = states.groupby("ressource_id", sort=True).agg(
        etats=("etat", "size"), dates=("datee", "sum"), dernier=("etat", "last"), x=("x_min", "min")
    )
    lines = first.join(told)
    kinds = resources["type_ressource"]
    ordered = kinds.cat.categories if isinstance(kinds.dtype, pd.CategoricalDtype) else sorted(set(kinds))
    lines["kind"] = lines["type_ressource"].map({kind: place for place, kind in enumerate(ordered)}).astype("int64")
    lines["type_ressource"] = lines["type_ressource"].astype("str")
    lines = lines.reset_index().sort_values(["kind", "x", "ressource_id"], kind="stable", ignore_index=True)
    return lines.drop(columns=["kind", "x"]).astype({"dates": "int64"})


def _moves(states: pd.DataFrame) -> pd.DataFrame:
    columns = ["ressource_id", "de", "vers", "ordre", "mois_min", "mois_max"]
    lines = []
    for name, rows in states.groupby("ressource_id", sort=True):
        records = rows.to_dict("records")
        for one, other in pairwise(records):
            apart = other["x_min"] >= one["x_max"]
            nearest, farthest = 12 * (other["x_min"] - one["x_max"]), 12 * (other["x_max"] - one["x_min"])
            order = "date" if apart else "deduit"
            lines.append((str(name), one["etat"], other["etat"], order, max(nearest, 0.0), farthest))
    frame = pd.DataFrame(lines, columns=columns)
    frame["mois_max"] = frame["mois_max"].where(frame["mois_max"] >= 0)
    frame["mois_min"] = frame["mois_min"].where(frame["mois_max"].notna())
    return frame.astype({**dict.fromkeys(columns[:4], "str"), "mois_min": "float64", "mois_max": "float64"})
