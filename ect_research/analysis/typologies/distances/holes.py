"""What unknown answers change in sums of distances, by products of small matrices instead of pair by pair."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ect_research.analysis.typologies.distances.comparers import Comparer

    Floats = NDArray[np.float64]

_NOTHING = 1e-12


@dataclass(frozen=True)
class Product:
    """A matrix of pairs of projects kept as the product of two thin ones.

    Attributes:
        left: shape (n, few).
        right: same shape.
    """

    left: Floats
    right: Floats

    def block(self, rows: slice, columns: slice) -> Floats:
        """The pairs of some projects with others, shape (rows, columns)."""
        return np.asarray(self.left[rows] @ self.right[columns].T)


def compared_weights(comparers: tuple[Comparer, ...]) -> Product | None:
    """Weight of the variables that each pair of projects can compare; None when every pair compares all of them.

    A pair compares what both know, but for the absences that both share of an asymmetric variable.

    >>> from ect_research.analysis.typologies.tables.answers import Answer
    >>> from ect_research.analysis.typologies.distances.comparers import comparer_of
    >>> age = comparer_of(Answer("age", "numeric", np.array([4.0, 8.0, np.nan]), ()), 2.0, "podani")
    >>> compared_weights((age,)).block(slice(0, 1), slice(0, 3))
    array([[2., 2., 0.]])
    """
    asymmetric = [one for one in comparers if one.answer.kind == "asymmetric"]
    if not asymmetric and all(one.known is None for one in comparers):
        return None
    known = np.array([one.answer.known for one in comparers], dtype=float).T
    absent = np.array([one.places == 0 for one in asymmetric], dtype=float).reshape(len(asymmetric), len(known)).T
    weights = np.array([one.weight for one in (*comparers, *asymmetric)])
    weights[len(comparers) :] *= -1
    both = np.hstack([known, absent])
    return Product(both * weights, both)


def is_apart(compared: Floats, whole: float) -> NDArray[np.bool_]:
    """Whether pairs that compare this weight, out of the whole, compare nothing, rounding aside."""
    return np.asarray(compared < _NOTHING * whole)


def patch_holes(comparers: tuple[Comparer, ...]) -> tuple[tuple[Comparer, ...], Product | None]:
    """The variables as if numbers and nominal codes were all known, and what that adds to each pair (None: nothing).

    An unknown number is put at the lowest one, an unknown code is a code of its own. When only one of two projects
    knows, the pair is then further apart by what the other answers: a product of what one ignores and the other knows.

    >>> from ect_research.analysis.typologies.tables.answers import Answer
    >>> from ect_research.analysis.typologies.distances.comparers import comparer_of
    >>> age = comparer_of(Answer("age", "numeric", np.array([4.0, 8.0, np.nan]), ()), 1.0, "podani")
    >>> patched, excess = patch_holes((age,))
    >>> patched[0].places, excess.block(slice(1, 2), slice(0, 3))
    (array([0., 1., 0.]), array([[0., 0., 1.]]))
    """
    holed = [one for one in comparers if one.known is not None and one.answer.kind in ("numeric", "nominal")]
    if not holed:
        return comparers, None
    patched = {one.answer.name: _patch(one) for one in holed}
    adds = [patched[one.answer.name].places if one.answer.kind == "numeric" else one.answer.known for one in holed]
    known = np.array([one.answer.known for one in holed], dtype=float).T
    excess = np.array(adds, dtype=float).T * known * [one.weight for one in holed]
    return (
        tuple(patched.get(one.answer.name, one) for one in comparers),
        Product(np.hstack([1 - known, excess]), np.hstack([excess, 1 - known])),
    )


def _patch(comparer: Comparer) -> Comparer:
    if comparer.answer.kind == "nominal":
        return replace(comparer, known=None)
    return replace(comparer, places=np.nan_to_num(comparer.places - np.nanmin(comparer.places)), known=None)
