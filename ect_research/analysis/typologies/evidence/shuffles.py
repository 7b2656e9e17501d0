"""Answers dealt anew between the projects: same margins, same holes, no types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ect_research.analysis.typologies.factors.coordinates import many_squared
from ect_research.analysis.typologies.tables.answers import deal
from ect_research.analysis.typologies.tables.gower import answer_distances, mean_distance

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ect_research.analysis.typologies.factors.coordinates import Route
    from ect_research.analysis.typologies.tables.answers import Answer

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

    def deal(self, chance: np.random.Generator) -> Labels:
        """Whose answer each project gets, for each variable, shape (variables, n)."""
        return np.array([deal(answer, chance) for answer in self.answers])

    def squared(self, deals: Labels) -> Floats:
        """Squared distances under each deal, shape (deals, n, n)."""
        if self.route != "gower":
            stack = [answer.values[deals[:, place]] for place, answer in enumerate(self.answers)]
            return many_squared(self.answers, stack, self.route, self.axes)
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
