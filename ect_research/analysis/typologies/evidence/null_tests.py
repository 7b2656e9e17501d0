"""What the nulls of a typology measure: silhouettes, links between variables, and answers foretold by types."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ect_research.analysis.partition import silhouette_widths
from ect_research.analysis.partition.ward import many_types, parts_of, squared_distances
from ect_research.analysis.typologies.evidence.continuum import GRADIENTS, LAWS, fit_continuum
from ect_research.analysis.typologies.evidence.shuffles import Shuffler, tree_dealer_of
from ect_research.analysis.typologies.factors.coordinates import alone, many_associations, many_planes, many_squared
from ect_research.analysis.typologies.tables.answers import Answer, corrected_v, count_pairs, states_of

Floats = NDArray[np.float64]
Labels = NDArray[np.intp]
FORETELLING = 3
_SAME_PLACE = 1e-9


def silhouettes(squared: Floats, numbers: Sequence[int]) -> Floats:
    """Mean silhouette of the consolidated Ward types of many sets of projects, shape (sets, numbers of types).

    NaN where the number of types reaches that of the different places: each type would be one profile, however far apart.

    ``squared``: squared distances between projects, shape (sets, n, n).
    """
    found = np.empty((len(squared), len(numbers)))
    types = many_types(squared, numbers)
    for part in parts_of(len(squared), squared.shape[1]):
        distances = np.sqrt(squared[part])
        for place, labels in enumerate(types):
            found[part, place] = silhouette_widths(distances, labels[part]).mean(axis=-1)
    found[np.array(numbers) >= _profiles(squared)[:, None]] = np.nan
    return found


def _profiles(squared: Floats) -> Labels:
    """Different places of each set, shape (sets,)."""
    same = squared <= _SAME_PLACE * squared.max(axis=(1, 2), keepdims=True)
    return np.asarray(squared.shape[1] - np.tril(same, -1).any(axis=2).sum(axis=1))


def p_of(observed: Floats, null: Floats) -> float:
    """Share of the draws whose best value is as large, the observed one included; 1 where nothing could be measured."""
    if np.isnan(observed).all():
        return 1.0
    best = np.where(np.isnan(null), -np.inf, null).max(axis=1)
    return float((1 + np.sum(best >= np.nanmax(observed) - 1e-12)) / (1 + len(null)))


def against_gradients(
    asked: Shuffler, ks: Sequence[int], sets: int, chance: np.random.Generator
) -> tuple[Floats, list[Floats]]:
    """Silhouettes on the first two axes, and those of gradients of each law calibrated on these axes."""
    models = [fit_continuum(asked.answers, asked.route, asked.axes, law, chance) for law in LAWS]
    drawn = [model.draw_planes(sets, chance) for model in models]
    own = many_planes(asked.answers, alone(asked.answers), asked.route, asked.axes, GRADIENTS)
    return silhouettes(squared_distances(own), ks)[0], [silhouettes(squared_distances(planes), ks) for planes in drawn]


def p_together(shuffler: Shuffler, deals: Labels) -> float:
    """Share of the deals whose variables go together as much; 1 for a variable alone."""
    if len(shuffler.answers) < 2:
        return 1.0
    observed = many_associations(shuffler.answers, alone(shuffler.answers))[0]
    return p_of(observed[None], many_associations(shuffler.answers, shuffler.dealt(deals))[:, None])


def p_pairs(asked: Shuffler, told: tuple[Answer, ...], sets: int, chance: np.random.Generator) -> float:
    """Share of the registers dealt with their ties in pairs whose types foretell as well what did not make them.

    ``told``: what else variables may owe something to, from `told_of`.
    """
    if len(asked.answers) < 3:
        return 1.0
    dealer = tree_dealer_of(asked.answers, told)
    deals = np.array([dealer.deal(chance) for _ in range(sets)])
    real = np.tile(np.arange(deals.shape[2]), (1, len(asked.answers), 1))
    return p_of(_foretold(asked, real), _foretold(asked, deals)[:, None])


def _foretold(asked: Shuffler, deals: Labels) -> Floats:
    """Mean V between each variable and the types made without it, shape (deals,)."""
    stack, total = asked.dealt(deals), np.zeros(len(deals))
    for left, answer in enumerate(asked.answers):
        rest = [place for place in range(len(asked.answers)) if place != left]
        squared = many_squared(
            tuple(asked.answers[place] for place in rest), [stack[place] for place in rest], asked.route
        )
        types = many_types(squared, [min(FORETELLING, squared.shape[1] - 1)])[0]
        total += corrected_v(count_pairs(types, states_of(answer)[deals[:, left]]))
    return np.asarray(total / len(asked.answers))
