"""Answers dealt anew between the projects, without types: each variable alone, or with what it owes to another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ect_research.analysis.typologies.coordinates import Route, answer_distances, many_squared, mean_distance
from ect_research.analysis.typologies.tables.answers import (
    UNKNOWN,
    Answer,
    corrected_information,
    count_pairs,
    deal,
    states_of,
)

Floats = NDArray[np.float64]
Labels = NDArray[np.intp]


@dataclass(frozen=True)
class Shuffler:
    """Deals each variable's known answers anew among those who answer: same margins, same holes, no types.

    Attributes:
        answers: the real ones.
        route: how projects are placed.
        axes: factor axes kept.
        blocks: distances of each variable, computed once; none on the factor routes.
    """

    answers: tuple[Answer, ...]
    route: Route
    axes: int
    blocks: tuple[Floats, ...]

    def dealt(self, deals: Labels) -> list[Floats]:
        """The answers of each variable under each deal, shape (deals, n) or (deals, n, L)."""
        return [answer.values[deals[:, place]] for place, answer in enumerate(self.answers)]

    def deal(self, chance: np.random.Generator) -> Labels:
        """Whose answer each project gets, for each variable, shape (variables, n)."""
        return np.array([deal(answer, chance) for answer in self.answers])

    def squared(self, deals: Labels) -> Floats:
        """Squared distances under each deal, shape (deals, n, n)."""
        if self.route != "gower":
            return many_squared(self.answers, self.dealt(deals), self.route, self.axes)
        return mean_distance(
            [
                block[own[:, :, None], own[:, None, :]]
                for block, own in zip(self.blocks, deals.swapaxes(0, 1), strict=True)
            ]
        )


def shuffler_of(answers: tuple[Answer, ...], route: Route, axes: int = 5) -> Shuffler:
    """What deals the answers anew."""
    blocks = tuple(answer_distances(answer) for answer in answers) if route == "gower" else ()
    return Shuffler(answers, route, axes, blocks)


@dataclass(frozen=True)
class TreeDealer:
    """Deals answers anew so that pairs of variables stay as tied as they are, and nothing else does.

    Each variable owes something to one other at most (the tree that keeps most information): it is dealt among the
    projects that have the same state of that other variable. Copies, regroupings, filters and scales are such trees; types
    are not, as soon as a third variable tells more than the second.

    Attributes:
        states: of each variable, shape (n,), −1 when unknown.
        order: each variable and the one that it owes something to (None for the first), that one before it.
        asked: variables handed back, the first ones; what comes after them only has its place in the tree.

    Source:
        Chow & Liu (1968), *IEEE Transactions on Information Theory* 14, 462–467.
    """

    states: tuple[Labels, ...]
    order: tuple[tuple[int, int | None], ...]
    asked: int

    def deal(self, chance: np.random.Generator) -> Labels:
        """Whose answer each project gets, for each variable, shape (variables, n); unknown answers stay unknown."""
        n = len(self.states[0])
        own: dict[int, Labels] = {}
        found = np.empty((len(self.states), n), dtype=np.intp)
        for variable, owed in self.order:
            states = self.states[variable]
            known = np.flatnonzero(states != UNKNOWN)
            donors = np.empty(n, dtype=np.intp)
            given = np.zeros(n, dtype=np.intp) if owed is None else own[owed]
            theirs = np.zeros(len(known), dtype=np.intp) if owed is None else self.states[owed][known]
            for state in np.unique(given):
                places, alike = np.flatnonzero(given == state), known[theirs == state]
                pool = chance.permutation(alike if len(alike) else known)
                donors[places] = chance.permutation(np.resize(pool, len(places)))
            own[variable] = states[donors]
            found[variable] = np.where(states == UNKNOWN, np.arange(n), donors)
        return found[: self.asked]


def tree_dealer_of(answers: tuple[Answer, ...], told: tuple[Answer, ...] = ()) -> TreeDealer:
    """The tree of the variables that keeps most information, first the one that tells most of the others.

    ``told``: what only has its place in the tree: how the projects were documented (`told_of`).
    """
    states = tuple(states_of(answer) for answer in (*answers, *told))
    size = len(states)
    shared = np.zeros((size, size))
    for first in range(size):
        for second in range(first):
            pair = corrected_information(count_pairs(states[first], states[second]))
            shared[first, second] = shared[second, first] = pair
    order: list[tuple[int, int | None]] = [(int(shared.sum(axis=1).argmax()), None)]
    while len(order) < size:
        inside = [place for place, _ in order]
        rest = [place for place in range(size) if place not in inside]
        best = shared[np.ix_(inside, rest)]
        owed, new = np.unravel_index(int(best.argmax()), best.shape)
        order.append((rest[int(new)], inside[int(owed)]))
    return TreeDealer(states, tuple(order), len(answers))
