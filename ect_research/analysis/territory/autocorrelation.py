"""Do neighbours look alike? Moran's I and its local version, for rates of communes and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from ect_research.analysis.chance import Refusal
from ect_research.analysis.territory.map_variables import MapVariable
from ect_research.words import Sentence, tell, tell_n

Floats = NDArray[np.float64]


LEAST_COMMUNES = 50
LEAST_EVENTS = 100
_EQUAL = 1e-12
_QUADRANTS = ("haut-haut", "bas-haut", "bas-bas", "haut-bas")


@dataclass(frozen=True)
class Neighbours:
    """Who touches whom.

    Attributes:
        codes: zones, sorted.
        weights: sparse matrix, rows summing to 1 (0 for a zone without neighbour), shape (zones, zones).
        links: number of directed pairs.
    """

    codes: tuple[str, ...]
    weights: Any
    links: int


@dataclass(frozen=True)
class Moran:
    """Spatial autocorrelation of a rate.

    Attributes:
        index: Moran's I.
        expected: its mean if values were shuffled, −1 / (n − 1).
        p: probability of so extreme an index on either side if values were shuffled: twice the smaller tail, itself
            (1 + as extreme or more) / (1 + permutations).
        n: communes.
        isolated: communes left out because none of their neighbours has a value.
        local: one row per commune: ``code, valeur, voisinage`` (mean of the neighbours, centred and scaled),
            ``indice, p`` (as above, the values of the others being shuffled), ``p_fdr, quadrant`` and ``retenu``
            (p_fdr ≤ 0.05).
    """

    index: float
    expected: float
    p: float
    n: int
    isolated: int
    local: pd.DataFrame
    permutations: int
    seed: int


def contiguity(outlines: pd.Series[Any]) -> Neighbours:
    """Zones that share a border or a corner (queen contiguity).

    Args:
        outlines: code → polygon of a clean coverage.

    >>> import shapely
    >>> squares = pd.Series({"a": shapely.box(0, 0, 1, 1), "b": shapely.box(1, 0, 2, 1), "c": shapely.box(5, 5, 6, 6)})
    >>> contiguity(squares).links
    2
    """
    from scipy.sparse import csr_array

    ordered = outlines.sort_index()
    shapes = ordered.to_numpy(dtype=object)
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    apart = first != second
    first, second = first[apart], second[apart]
    degree = np.bincount(first, minlength=len(shapes))
    weights = csr_array((1.0 / degree[first], (first, second)), shape=(len(shapes), len(shapes)))
    return Neighbours(tuple(map(str, ordered.index)), weights, len(first))


def measure_autocorrelation(
    variable: MapVariable, neighbours: Neighbours | pd.Series[Any], *, permutations: int = 999, seed: int = 0
) -> Moran | Refusal:
    """Moran's I and local indices of a commune-level rate, by permutation, false discovery rate controlled.

    Args:
        variable: a ``taux`` by commune; ``events`` tells how many events it counts.
        neighbours: code → polygon of a clean coverage (zones that share a border or a corner), or from `contiguity`.
        permutations: shuffles, of all values for I, of the others for each local index.
        seed: of the shuffles.

    Returns:
        the measure, or a `Refusal` of counts, of intercommunalities, of too few communes or events.

    Source:
        Moran (1950); Anselin (1995), *Geographical Analysis* 27, 93–115; Benjamini & Hochberg (1995). Why the
        refusals: ``tests/benchmarks/simulate_territory.py``.

    >>> import shapely
    >>> grid = pd.Series({f"{n:02d}": shapely.box(n % 8, n // 8, n % 8 + 1, n // 8 + 1) for n in range(64)})
    >>> rate = MapVariable(pd.Series(range(64), grid.index), "taux", "Taux", "essai", "2026", "‰", events=900)
    >>> found = measure_autocorrelation(rate, grid, permutations=99)
    >>> found.index > 0.5, found.p
    (True, 0.02)
    """
    if (refused := _refused(variable)) is not None:
        return refused
    from scipy.stats import false_discovery_control

    beside = neighbours if isinstance(neighbours, Neighbours) else contiguity(neighbours)
    values, weights, codes, isolated = _joined(variable, beside)
    if len(codes) < LEAST_COMMUNES:
        return _too_few_communes(variable, len(codes))
    if values.std() == 0:
        return _constant(variable)
    z = (values - values.mean()) / values.std()
    n = len(z)
    random = np.random.default_rng(seed)
    lag = weights @ z
    index = float(z @ lag / weights.sum())
    shuffled = random.permuted(np.tile(z, (permutations, 1)), axis=1)
    draws = np.einsum("pi,pi->p", shuffled, (weights @ shuffled.T).T) / weights.sum()
    local = pd.DataFrame({"code": codes, "valeur": values, "voisinage": lag, "indice": z * lag})
    local["p"] = _local_p(z, weights, lag, permutations, random)
    local["p_fdr"] = false_discovery_control(local["p"])  # Benjamini–Hochberg
    local["quadrant"] = np.array(_QUADRANTS)[np.where(z >= 0, np.where(lag >= 0, 0, 3), np.where(lag >= 0, 1, 2))]
    local["retenu"] = local["p_fdr"] <= 0.05
    expected = -1 / (n - 1)
    return Moran(index, expected, _tail(draws, index), n, isolated, local, permutations, seed)


def _joined(variable: MapVariable, neighbours: Neighbours) -> tuple[Floats, Any, list[str], int]:
    """Values and row-standardised weights of the communes that have both a value and a neighbour with one."""
    from scipy.sparse import csr_array, diags_array

    known = variable.known.reindex(list(neighbours.codes)).to_numpy(dtype=np.float64)
    kept = np.flatnonzero(~np.isnan(known))
    while True:
        links = csr_array(neighbours.weights[kept][:, kept] > 0).astype("float64")
        degree = np.asarray(links.sum(axis=1)).ravel()
        if (degree > 0).all():
            break
        kept = kept[degree > 0]
    weights = diags_array(1 / degree) @ links
    codes = [neighbours.codes[i] for i in kept]
    return (
        np.asarray(known[kept], dtype=np.float64),
        csr_array(weights),
        codes,
        int((~np.isnan(known)).sum()) - len(kept),
    )


def _local_p(z: Floats, weights: Any, lag: Floats, permutations: int, random: np.random.Generator) -> Floats:  # noqa: ANN401
    """For each commune, its neighbours drawn again among the others: how often they are as extreme."""
    n = len(z)
    degrees = np.diff(weights.indptr)
    draws = np.argsort(random.random((permutations, n - 1)), axis=1)[:, : int(degrees.max())]
    p = np.empty(n)
    for i in range(n):
        others = np.delete(z, i)
        p[i] = _tail(others[draws[:, : degrees[i]]].mean(axis=1), float(lag[i]))
    return p


def _tail(draws: Floats, seen: float) -> float:
    """Twice the smaller tail; a draw that equals what was seen is as extreme on both sides."""
    above, below = int((draws >= seen - _EQUAL).sum()), int((draws <= seen + _EQUAL).sum())
    return min(1.0, 2 * (1 + min(above, below)) / (1 + len(draws)))


def _asked(variable: MapVariable) -> Sentence:
    return tell("l’autocorrélation spatiale de « {label} »", label=variable.label)


def _refused(variable: MapVariable) -> Refusal | None:
    asked = _asked(variable)
    if variable.zone != "commune":
        return Refusal(
            asked,
            tell_n(
                "{n} intercommunalité : avec si peu de zones et de voisins, aucun indice d’autocorrélation n’a de "
                "sens, "
                "quelle que soit la variable.",
                "{n} intercommunalités : avec si peu de zones et de voisins, aucun indice d’autocorrélation n’a de "
                "sens, "
                "quelle que soit la variable.",
                len(variable.known),
            ),
            tell("travailler sur un taux par commune, ou poser une question précise (test_focus)."),
        )
    if variable.kind != "taux":
        return Refusal(
            asked,
            tell(
                "Sur un effectif, l’indice de Moran retrouve la répartition de la population : sans aucun effet, il "
                "sonne l’alarme 18 à 58 fois sur cent pour 20 à 100 projets."
            ),
            tell("rapporter l’effectif à une population, ou poser une question précise (test_focus)."),
        )
    if variable.events is None:
        return Refusal(
            asked,
            tell(
                "Rien ne dit combien d’évènements ce taux compte ; il en faut {least_events}.",
                least_events=LEAST_EVENTS,
            ),
            tell("le dire à la variable (events=…) ; pour une densité, le nombre d’habitants."),
        )
    if variable.events < LEAST_EVENTS:
        return Refusal(
            asked,
            tell(
                "Ce taux compte {events} événements : sous {least_events}, un foyer qui attire trois fois plus passe "
                "inaperçu neuf fois sur dix.",
                events=variable.events,
                least_events=LEAST_EVENTS,
            ),
            tell("poser une question précise, écrite avant de regarder (test_focus)."),
        )
    return None


def _too_few_communes(variable: MapVariable, count: int) -> Refusal:
    return Refusal(
        _asked(variable),
        tell_n(
            "{n} commune a une valeur, et une voisine qui en a une : il en faut {fewest}.",
            "{n} communes ont une valeur, et une voisine qui en a une : il en faut {fewest}.",
            count,
            fewest=LEAST_COMMUNES,
        ),
        tell("élargir le périmètre."),
    )


def _constant(variable: MapVariable) -> Refusal:
    return Refusal(
        _asked(variable),
        tell("Toutes les communes ont la même valeur."),
    )
