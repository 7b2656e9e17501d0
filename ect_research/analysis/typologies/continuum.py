"""Projects strung along one or two gradients, without types, that look as associated as the real ones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from ect_research.analysis.typologies.spaces import plane_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ect_research.analysis.typologies.answers import Answer
    from ect_research.analysis.typologies.spaces import Route

    Floats = NDArray[np.float64]

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
        reached: mean inertia of the first axes under the model.
    """

    answers: tuple[Answer, ...]
    route: Route
    axes: int
    law: Law
    loadings: tuple[Floats, ...]
    strength: Floats
    target: Floats
    reached: Floats

    def draw(self, chance: np.random.Generator) -> tuple[Answer, ...]:
        """One set of answers: same margins (in expectation) and same holes as the real ones."""
        return _draw(self, chance)

    def draw_plane(self, chance: np.random.Generator) -> Floats:
        """Coordinates of one set of answers on the first axes, shape (n, gradients)."""
        return plane_of(self.draw(chance), self.route, self.axes, len(self.strength))


def fit_continuum(
    answers: tuple[Answer, ...], route: Route, axes: int, law: Law, chance: np.random.Generator
) -> Continuum:
    """Gradients whose first axes carry on average as much inertia as those of the real projects.

    Codes follow from the scores by a multinomial logit, numbers by a linear model whose ranks are
    given the real values. The strength of each gradient is found by stochastic approximation.

    Args:
        answers: the real ones.
        route: how projects are placed, as in `coordinates_of`.
        axes: factor axes kept.
        law: of the scores.
        chance: generator.
    """
    points = plane_of(answers, route, axes, GRADIENTS)
    target = points.var(axis=0)
    scores = points / np.sqrt(np.maximum(target, 1e-12))
    loadings = tuple(_loadings(answer, scores) for answer in answers)
    model = Continuum(answers, route, axes, law, loadings, np.ones(points.shape[1]), target, target)
    log_strength = np.zeros(points.shape[1])
    path = []
    for step in range(_ROUNDS):
        model = replace(model, strength=np.exp(log_strength))
        seen = np.mean([_inertia(model.draw_plane(chance), len(target)) for _ in range(_PER_ROUND)], axis=0)
        path.append((log_strength.copy(), seen))
        log_strength = log_strength + (1.5 / (1 + step / 4)) * np.log(target / np.maximum(seen, 1e-12))
        log_strength = np.clip(log_strength, -4.0, np.log(_STRONGEST))
    late = path[_ROUNDS // 2 :]
    strength = np.exp(np.mean([place for place, _ in late], axis=0))
    return replace(model, strength=strength, reached=np.mean([seen for _, seen in late], axis=0))


def _inertia(points: Floats, kept: int) -> Floats:
    found = points.var(axis=0)
    return np.pad(found, (0, kept - len(found)))


def _loadings(answer: Answer, scores: Floats) -> Floats:
    known = answer.known
    if answer.kind == "numeric":
        gaps = answer.values[known] - answer.values[known].mean()
        spread = np.sqrt((gaps**2).mean())
        return np.asarray(gaps @ scores[known] / known.sum() / (spread if spread > 0 else 1.0))[None, :]
    cells = answer.values[known] if answer.kind == "multiple" else _bits(answer)[known]
    counts = cells.sum(axis=0)
    return np.asarray(cells.T @ scores[known] / np.maximum(counts, 1)[:, None])


def _bits(answer: Answer) -> Floats:
    return np.asarray(answer.values[:, None] == np.arange(len(answer.levels)), dtype=float)


def _draw(model: Continuum, chance: np.random.Generator) -> tuple[Answer, ...]:
    n = len(model.answers[0].values)
    shape = n, len(model.strength)
    edge = np.sqrt(3.0)
    scores = chance.standard_normal(shape) if model.law == "normal" else chance.uniform(-edge, edge, shape)
    drawn = []
    for answer, loading in zip(model.answers, model.loadings, strict=True):
        pull = scores @ (loading * model.strength).T
        drawn.append(replace(answer, values=_answered(answer, pull, chance)))
    return tuple(drawn)


def _answered(answer: Answer, pull: Floats, chance: np.random.Generator) -> Floats:
    known = answer.known
    values = np.full(answer.values.shape, np.nan)
    if answer.kind == "numeric":
        order = np.argsort(pull[known, 0] + chance.standard_normal(int(known.sum())))
        placed = np.empty(int(known.sum()))
        placed[order] = np.sort(answer.values[known])
        values[known] = placed
        return values
    if answer.kind == "multiple":
        share = np.clip(answer.values[known].mean(axis=0), 0.02, 0.98)
        odds = np.log(share / (1 - share)) + pull[known]
        for _ in range(_MARGIN_ROUNDS):
            odds += np.log(share / (1 - share)) - _logit((1 / (1 + np.exp(-odds))).mean(axis=0))
        bits = chance.random(odds.shape) < 1 / (1 + np.exp(-odds))
        empty = ~bits.any(axis=1)
        bits[empty, odds[empty].argmax(axis=1)] = True
        values[known] = bits
        return values
    share = _bits(answer)[known].mean(axis=0)
    used = share > 0
    utility = np.where(used, np.log(np.where(used, share, 1.0)) + pull[known], -np.inf)
    for _ in range(_MARGIN_ROUNDS):
        chances = _softmax(utility)
        utility = utility + np.log(np.where(used, share / np.maximum(chances.mean(axis=0), 1e-12), 1.0))
    values[known] = (utility + chance.gumbel(size=utility.shape)).argmax(axis=1)
    return values


def _softmax(utility: Floats) -> Floats:
    raised = np.exp(utility - utility.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def _logit(share: Floats) -> Floats:
    inner = np.clip(share, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(inner / (1 - inner)))
