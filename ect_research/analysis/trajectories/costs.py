"""What it costs to turn one state into another, and whether the costs make a distance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ect_research.analysis.trajectories.coded_sequences import UNKNOWN, CodedSequences
from ect_research.analysis.trajectories.flows import transition_rates, transition_rates_by_unit
from ect_research.errors import EctError

Floats = NDArray[np.float64]


_TOLERANCE = 1e-12


@dataclass(frozen=True)
class Costs:
    """Costs of the operations that align two sequences.

    Attributes:
        substitution: alphabet × alphabet, symmetric, zero diagonal.
        indel: cost of inserting or deleting one unit.
        name: how they were set: ``constant``, ``taux`` (TRATE), ``etapes`` or ``donnes``.

    Raises:
        EctError: costs that are asymmetric, negative or unknown, a state that costs something against itself, or an indel
            that is not above 0.
    """

    substitution: Floats
    indel: float
    name: str

    def __post_init__(self) -> None:
        _demand_costs(self.substitution)
        if not self.indel > 0:
            raise EctError("Le coût d’une insertion doit être plus grand que zéro.")

    @property
    def breaks_triangle(self) -> tuple[int, int, int] | None:
        """Three states whose detour costs less than the direct change, or None when there are none."""
        direct = self.substitution[:, None, :]
        detour = self.substitution[:, :, None] + self.substitution[None, :, :]
        worst = np.argwhere(direct > detour + _TOLERANCE)
        return None if len(worst) == 0 else (int(worst[0][0]), int(worst[0][1]), int(worst[0][2]))

    @property
    def never_substitutes(self) -> bool:
        """Whether every substitution costs at least a deletion and an insertion: only common states then matter."""
        off = self.substitution[~np.eye(len(self.substitution), dtype=bool)]
        return bool(np.all(off >= 2 * self.indel - _TOLERANCE))


def constant_costs(sequences: CodedSequences, *, substitution: float = 2.0, indel: float = 1.0) -> Costs:
    """The same cost for every change of state.

    >>> from ect_research.analysis.trajectories.coded_sequences import code_sequences
    >>> constant_costs(code_sequences(pd.DataFrame([["a", "b"]]), ["a", "b"])).substitution.tolist()
    [[0.0, 2.0], [2.0, 0.0]]
    """
    size = len(sequences.alphabet)
    return Costs(substitution * (1.0 - np.eye(size)), indel, "constant")


def rate_costs(sequences: CodedSequences, *, highest: float = 2.0, indel: float | None = 1.0) -> Costs:
    """Costs that fall as transitions between two states are more frequent (TRATE): ``highest − p(i→j) − p(j→i)``.

    With stable states they stay close to ``highest``: a sensitivity check rather than a default. The unknown state
    ``*`` costs ``highest`` to replace.

    Args:
        sequences: where the rates are counted, with their weights.
        highest: cost between states that no transition links.
        indel: half the largest substitution cost when None.

    >>> from ect_research.analysis.trajectories.coded_sequences import code_sequences
    >>> told = code_sequences(pd.DataFrame([list("aabb"), list("abbb"), list("aaab")], index=["P1", "P2", "P3"]), ["a", "b"])
    >>> rate_costs(told).substitution.round(2).tolist()
    [[0.0, 1.5], [1.5, 0.0]]
    """
    rates = transition_rates(sequences)
    costs = highest - rates - rates.T
    if sequences.has_unknown:
        costs[-1, :] = costs[:, -1] = highest
    np.fill_diagonal(costs, 0.0)
    return Costs(costs, float(costs.max()) / 2 if indel is None else indel, "taux")


def stage_costs(
    sequences: CodedSequences, places: Mapping[str, float], *, highest: float = 2.0, indel: float = 1.0
) -> Costs:
    """Costs that grow with the distance between stages on a scale that the researcher gives.

    Args:
        sequences: gives the alphabet.
        places: position of each state of the alphabet (``*`` excepted) on the scale, e.g. its rank.
        highest: cost between the two furthest states, and of replacing the unknown state.
        indel: cost of inserting or deleting.

    Raises:
        EctError: a state without a position.

    >>> from ect_research.analysis.trajectories.coded_sequences import code_sequences
    >>> told = code_sequences(pd.DataFrame([list("aabb"), list("abbb"), list("aaab")], index=["P1", "P2", "P3"]), ["a", "b"])
    >>> stage_costs(told, {"a": 0, "b": 1}).substitution.tolist()
    [[0.0, 2.0], [2.0, 0.0]]
    """
    known = [state for state in sequences.alphabet if state != UNKNOWN]
    absent = [state for state in known if state not in places]
    if absent:
        raise EctError("Sans position sur l’échelle des étapes : {absent}.", absent=", ".join(absent))
    scale = np.array([float(places[state]) for state in known])
    gaps = np.abs(scale[:, None] - scale[None, :])
    costs = np.full((len(sequences.alphabet),) * 2, highest)
    costs[: len(known), : len(known)] = highest * gaps / gaps.max() if gaps.max() > 0 else 0.0
    np.fill_diagonal(costs, 0.0)
    return Costs(costs, indel, "etapes")


def given_costs(sequences: CodedSequences, table: pd.DataFrame, *, indel: float = 1.0) -> Costs:
    """Costs read from a square table, states in rows and columns.

    Raises:
        EctError: a state missing, an asymmetric table, a negative cost or a diagonal that is not zero.

    >>> from ect_research.analysis.trajectories.coded_sequences import code_sequences
    >>> told = code_sequences(pd.DataFrame([list("aabb"), list("abbb"), list("aaab")], index=["P1", "P2", "P3"]), ["a", "b"])
    >>> given_costs(told, pd.DataFrame([[0, 1.5], [1.5, 0]], index=["a", "b"], columns=["a", "b"])).name
    'donnes'
    """
    states = list(sequences.alphabet)
    absent = [state for state in states if state not in table.index or state not in table.columns]
    if absent:
        raise EctError("Coûts absents pour : {absent}.", absent=", ".join(absent))
    costs = table.loc[states, states].to_numpy(dtype=np.float64)
    return Costs(costs, indel, "donnes")


def dynamic_costs(sequences: CodedSequences, *, highest: float = 4.0) -> Floats:
    """Costs of each unit of time, from the transitions into and out of it: units × alphabet × alphabet.

    The unknown state ``*`` costs ``highest`` to replace, whatever the unit.

    Source:
        Lesnard (2010), *Sociological Methods & Research* 38(3), 389–419; the single transition of the first and last
        units counts twice.
    """
    rates = transition_rates_by_unit(sequences)
    both = rates + rates.transpose(0, 2, 1)
    costs = highest - (np.concatenate([both[:1], both]) + np.concatenate([both, both[-1:]]))
    if sequences.has_unknown:
        costs[:, -1, :] = costs[:, :, -1] = highest
    costs[:, np.arange(costs.shape[1]), np.arange(costs.shape[1])] = 0.0
    _demand_costs(costs)
    return np.asarray(costs)


def _demand_costs(costs: Floats) -> None:
    """Of one alphabet, or of each unit of time."""
    even = np.allclose(costs, np.swapaxes(costs, -1, -2), rtol=0, atol=_TOLERANCE)
    own = np.diagonal(costs, axis1=-2, axis2=-1)
    if not even or np.any(own != 0) or not np.all(np.isfinite(costs) & (costs >= -_TOLERANCE)):
        raise EctError("Les coûts doivent être symétriques, positifs, et nuls pour un état comparé à lui-même.")


def build_costs(
    sequences: CodedSequences,
    method: Literal["constant", "taux", "etapes"] = "constant",
    *,
    places: Mapping[str, float] | None = None,
    highest: float = 2.0,
    indel: float = 1.0,
) -> Costs:
    """What changing a state costs: the same everywhere, less between states that often follow, or more between far stages.

    Args:
        sequences: their alphabet, and for ``taux`` their transitions.
        method: ``constant``, ``taux`` (TRATE) or ``etapes`` (by place on a scale).
        places: for ``etapes``, position of each state on the scale, e.g. its rank.
        highest: cost between the two states furthest apart.
        indel: cost of inserting or deleting.

    Raises:
        EctError: no such method, or a state without a position.

    >>> import pandas as pd
    >>> from ect_research.analysis.trajectories.coded_sequences import code_sequences
    >>> told = code_sequences(pd.DataFrame([list("aabb"), list("abbb"), list("aaab")], index=["P1", "P2", "P3"]), ["a", "b"])
    >>> build_costs(told, "taux").substitution.round(2).tolist()
    [[0.0, 1.5], [1.5, 0.0]]
    """
    if method == "etapes":
        return stage_costs(sequences, places or {}, highest=highest, indel=indel)
    if method == "taux":
        return rate_costs(sequences, highest=highest, indel=indel)
    if method == "constant":
        return constant_costs(sequences, substitution=highest, indel=indel)
    raise EctError(
        "Méthode « {method} » inconnue : choisir parmi {methods}.", method=method, methods="constant, taux, etapes"
    )
