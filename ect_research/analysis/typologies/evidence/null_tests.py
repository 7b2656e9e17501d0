"""What the nulls of a typology measure: silhouettes, links between variables, and answers foretold by types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from ect_research.analysis.partition import silhouette_widths
from ect_research.analysis.partition.ward import many_types, parts_of, squared_distances
from ect_research.analysis.typologies.coordinates import (
    Route,
    alone,
    coordinates_of,
    many_associations,
    many_planes,
    many_squared,
)
from ect_research.analysis.typologies.evidence.shuffles import Shuffler, tree_dealer_of
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


Law = Literal["normal", "uniform"]
LAWS: tuple[Law, ...] = ("normal", "uniform")
GRADIENTS = 2
_ROUNDS = 14
_PER_ROUND = 8
_MARGIN_ROUNDS = 4
_STRONGEST = 12.0


@dataclass(frozen=True)
class Continuum:
    """A model of projects without types.

    Attributes:
        answers: the real answers, for their margins and their holes.
        route: how projects are placed.
        axes: factor axes kept.
        law: of the scores along a gradient: ``normal`` (projects gather in the middle) or ``uniform`` (they do not).
        loadings: per variable, pull of each code (or number) along each gradient, shape (L, gradients).
        strength: multiplies the pull of each gradient, shape (gradients,).
        target: inertia of the first axes of the real projects, which the model reproduces.
    """

    answers: tuple[Answer, ...]
    route: Route
    axes: int
    law: Law
    loadings: tuple[Floats, ...]
    strength: Floats
    target: Floats

    def draw(self, sets: int, chance: np.random.Generator) -> list[Floats]:
        """Sets of answers with the same margins (in expectation) and the same holes as the real ones.

        The noise is drawn set by set, so that a set does not depend on how many follow it.

        Returns for each variable, shape (sets, n), or (sets, n, L) for several codes.
        """
        noise = [_noise(self, chance) for _ in range(sets)]
        scores = np.array([own for own, _ in noise])
        pulls = [scores @ (loading * self.strength).T for loading in self.loadings]
        added = [np.array([own[place] for _, own in noise]) for place in range(len(self.answers))]
        return [_answered(*told) for told in zip(self.answers, pulls, added, strict=True)]

    def draw_planes(self, sets: int, chance: np.random.Generator) -> Floats:
        """Coordinates of sets of answers on the first axes, shape (sets, n, gradients)."""
        return many_planes(self.answers, self.draw(sets, chance), self.route, self.axes, len(self.strength))


def fit_continuum(
    answers: tuple[Answer, ...], route: Route, axes: int, law: Law, chance: np.random.Generator
) -> Continuum:
    """Gradients whose first axes carry on average as much inertia as those of the real projects.

    Codes follow from the scores by a multinomial logit, numbers by a linear model whose ranks are
    given the real values. The strength of each gradient is found by stochastic approximation.

    ``route``: how projects are placed, as in `coordinates_of`; ``law``: of the scores.
    """
    points = coordinates_of(answers, route, axes)[:, :GRADIENTS]
    target = points.var(axis=0)
    scores = points / np.sqrt(np.maximum(target, 1e-12))
    loadings = tuple(_loadings(answer, scores) for answer in answers)
    model = Continuum(answers, route, axes, law, loadings, np.ones(points.shape[1]), target)
    log_strength = np.zeros(points.shape[1])
    path = []
    for step in range(_ROUNDS):
        model = replace(model, strength=np.exp(log_strength))
        seen = model.draw_planes(_PER_ROUND, chance).var(axis=1).mean(axis=0)
        path.append(log_strength.copy())
        log_strength = log_strength + (1.5 / (1 + step / 4)) * np.log(target / np.maximum(seen, 1e-12))
        log_strength = np.clip(log_strength, -4.0, np.log(_STRONGEST))
    return replace(model, strength=np.exp(np.mean(path[_ROUNDS // 2 :], axis=0)))


def _loadings(answer: Answer, scores: Floats) -> Floats:
    known = answer.known
    if answer.kind == "numeric":
        gaps = answer.values[known] - answer.values[known].mean()
        spread = np.sqrt((gaps**2).mean())
        return np.asarray(gaps @ scores[known] / known.sum() / (spread if spread > 0 else 1.0))[None, :]
    cells = answer.bits[known]
    counts = cells.sum(axis=0)
    return np.asarray(cells.T @ scores[known] / np.maximum(counts, 1)[:, None])


def _noise(model: Continuum, chance: np.random.Generator) -> tuple[Floats, list[Floats]]:
    """Scores of one set, and what chance adds to each known answer."""
    shape = len(model.answers[0].values), len(model.strength)
    edge = np.sqrt(3.0)
    scores = chance.standard_normal(shape) if model.law == "normal" else chance.uniform(-edge, edge, shape)
    added = []
    for answer in model.answers:
        known = int(answer.known.sum())
        if answer.kind == "numeric":
            added.append(chance.standard_normal(known))
        elif answer.kind == "multiple":
            added.append(chance.random((known, len(answer.levels))))
        else:
            added.append(chance.gumbel(size=(known, len(answer.levels))))
    return scores, added


def _answered(answer: Answer, pull: Floats, noise: Floats) -> Floats:
    known = answer.known
    values = np.full((len(pull), *answer.values.shape), np.nan)
    if answer.kind == "numeric":
        order = np.argsort(pull[:, known, 0] + noise, axis=1)
        placed = np.empty(order.shape)
        np.put_along_axis(placed, order, np.sort(answer.values[known])[None], axis=1)
        values[:, known] = placed
        return values
    if answer.kind == "multiple":
        values[:, known] = _several(answer.values[known].mean(axis=0), pull[:, known], noise)
        return values
    share = answer.bits[known].mean(axis=0)
    used = share > 0
    utility = np.where(used, np.log(np.where(used, share, 1.0)) + pull[:, known], -np.inf)
    for _ in range(_MARGIN_ROUNDS):
        chances = softmax(utility, axis=-1).mean(axis=1, keepdims=True)
        utility = utility + np.log(np.where(used, share / np.maximum(chances, 1e-12), 1.0))
    values[:, known] = (utility + noise).argmax(axis=2)
    return values


def _several(borne: Floats, pull: Floats, noise: Floats) -> NDArray[np.bool_]:
    """Codes of each project, at least one, shape (sets, n, L)."""
    share = np.clip(borne, 0.02, 0.98)
    odds = np.log(share / (1 - share)) + pull
    for _ in range(_MARGIN_ROUNDS):
        odds += np.log(share / (1 - share)) - _logit((1 / (1 + np.exp(-odds))).mean(axis=1, keepdims=True))
    bits = noise < 1 / (1 + np.exp(-odds))
    likeliest = odds.argmax(axis=2)[:, :, None] == np.arange(len(borne))
    return np.asarray(bits | (~bits.any(axis=2, keepdims=True) & likeliest))


def _logit(share: Floats) -> Floats:
    inner = np.clip(share, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(inner / (1 - inner)))
