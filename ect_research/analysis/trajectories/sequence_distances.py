"""How far apart two trajectories are: optimal matching, common subsequence, Hamming and its dynamic variant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ect_research.analysis.chance import Refusal
from ect_research.analysis.trajectories import kernels, kernels_numba
from ect_research.analysis.trajectories.coded_sequences import VOID, CodedSequences, keep_order
from ect_research.analysis.trajectories.costs import Costs, constant_costs, dynamic_costs
from ect_research.errors import EctError
from ect_research.words import tell

Floats = NDArray[np.float64]


Method = Literal["OM", "LCS", "HAM", "DHD"]
Norm = Literal["aucune", "auto", "maxlength", "gmean", "maxdist", "YujianBo"]
Engine = Literal["auto", "numpy", "numba"]
_WORTH_COMPILING = 1e9
"""Cells of the alignment tables from which compiling (about two seconds) pays."""


@dataclass(frozen=True)
class Distances:
    """Distances between projects, with what one must know to trust them.

    Attributes:
        matrix: projects × projects, symmetric, zero diagonal.
        method: ``OM``, ``LCS``, ``HAM`` or ``DHD``.
        norm: as applied (``auto`` resolved).
        costs: how the costs were set.
        length_correlation: correlation of the distance with the difference of observed lengths; NaN when all lengths
            are equal. Near 1, the distance only says who has been followed longer.
        triangle_broken: a state, a detour and another state reached at less cost than directly, or None: with them,
            the distance is not a metric.
        lengths: observed units of each project, shape (n,).
        unique: number of different sequences; the cost of the computation grows with its square.
    """

    matrix: Floats
    names: tuple[str, ...]
    method: str
    norm: str
    costs: str
    length_correlation: float
    triangle_broken: tuple[str, str, str] | None
    lengths: NDArray[np.int64]
    unique: int
    n: int


def build_distances(
    sequences: CodedSequences,
    *,
    method: Method = "OM",
    costs: Costs | None = None,
    norm: Norm = "aucune",
    engine: Engine = "auto",
    order_only: bool = False,
) -> Distances | Refusal:
    """Distance of every pair of sequences; void units have no position.

    Args:
        sequences: the sequences; identical ones are compared once.
        method: ``OM`` (optimal matching), ``LCS`` (common subsequence; costs ignored), ``HAM`` (same unit, same state;
            1 per difference unless costs are given), ``DHD`` (dynamic Hamming, costs from the transitions of each unit).
        costs: costs of ``OM`` and ``HAM``; substitution 2 and indel 1 by default for ``OM``.
        norm: how lengths are discounted; ``auto`` is ``gmean`` for ``LCS`` and ``maxlength`` for the others.
        engine: ``auto`` uses numba when it is installed and the work is long; both give the same distances.
        order_only: compare the successive states without their durations, one unit per spell.

    Returns:
        the distances, or a refusal for ``HAM`` and ``DHD`` on sequences of unequal lengths, for ``DHD`` on one unit of time, and
        for fewer than two.

    Raises:
        EctError: unknown method, a norm the method has not, or numba asked and not installed.

    Source:
        Studer & Ritschard (2016), *JRSS A* 179(2), 481–511; Elzinga (2007) for LCS; Yujian & Bo (2007), *IEEE PAMI* 29.

    >>> from ect_research.analysis.trajectories.coded_sequences import code_sequences
    >>> told = code_sequences(pd.DataFrame([list("aabb"), list("abbb")], index=["P1", "P2"]), ["a", "b"])
    >>> build_distances(told).matrix.tolist(), build_distances(told, method="HAM").matrix.tolist()
    ([[0.0, 2.0], [2.0, 0.0]], [[0.0, 1.0], [1.0, 0.0]])
    """
    norm = _resolve(method, norm)
    sequences = keep_order(sequences) if order_only else sequences
    if sequences.n < 2:
        return Refusal(tell("les distances entre trajectoires"), tell("Il faut deux projets datés."))
    if method in ("HAM", "DHD") and _unequal(sequences):
        return _refuse_unequal(sequences, method)
    if method == "DHD" and len(sequences.units) < 2:
        return Refusal(
            tell("les distances entre trajectoires"),
            tell("DHD compte les passages d’une unité de temps à la suivante, et il n’y a qu’une unité."),
            tell("choisir HAM, ou une horloge plus fine."),
        )
    costs = costs or constant_costs(sequences, substitution=1.0 if method == "HAM" else 2.0)
    codes = sequences.codes if method in ("HAM", "DHD") else sequences.compact()
    unique, place = np.unique(codes, axis=0, return_inverse=True)
    raw = _raw(sequences, unique, method, costs, engine)
    lengths = (unique != VOID).sum(axis=1).astype(np.float64)
    indel = 1.0 if method == "LCS" else costs.indel
    highest = costs.substitution if method == "OM" else None
    matrix = _normalise(raw, lengths, (indel, highest), norm)[np.ix_(place, place)]
    broken = costs.breaks_triangle if method in ("OM", "HAM") else None
    return Distances(
        matrix=matrix,
        names=sequences.names,
        method=method,
        norm=norm,
        costs={"LCS": "sans", "DHD": "dynamiques"}.get(method, costs.name),
        length_correlation=_length_correlation(matrix, sequences.lengths),
        triangle_broken=None if broken is None else _named(broken, sequences.alphabet),
        lengths=sequences.lengths,
        unique=len(unique),
        n=sequences.n,
    )


def compare_distances(distances: Sequence[Distances]) -> pd.DataFrame:
    """How much the distances change with the method and the costs: Pearson correlation of each pair of matrices.

    Returns square frame, rows and columns ``method/costs/norm``; NaN for distances that are all equal.

    Raises:
        EctError: distances between different projects.

    >>> from ect_research.analysis.trajectories.coded_sequences import code_sequences
    >>> told = code_sequences(pd.DataFrame([list("aabb"), list("abbb"), list("aaab")], index=["P1", "P2", "P3"]), ["a", "b"])
    >>> compare_distances([build_distances(told), build_distances(told, method="HAM")]).round(2).values.tolist()[0]
    [1.0, 1.0]
    """
    if len({one.names for one in distances}) > 1:
        raise EctError("Ces distances ne portent pas sur les mêmes projets.")
    labels = [f"{one.method}/{one.costs}/{one.norm}" for one in distances]
    pairs = np.tril_indices(distances[0].n, -1)
    # Distances that are all equal correlate with nothing.
    with np.errstate(invalid="ignore", divide="ignore"):
        agreement = np.corrcoef([one.matrix[pairs] for one in distances])
    return pd.DataFrame(agreement, index=labels, columns=labels)


def _resolve(method: str, norm: str) -> Any:  # noqa: ANN401 - one of Norm
    known: dict[str, tuple[str, ...]] = {
        "OM": ("maxlength", "gmean", "maxdist", "YujianBo"),
        "LCS": ("gmean", "maxlength", "maxdist", "YujianBo"),
        "HAM": ("maxlength",),
        "DHD": ("maxlength",),
    }
    if method not in known:
        raise EctError("Distance « {method} » inconnue : choisir parmi {known}.", method=method, known=", ".join(known))
    if norm == "auto":
        return known[method][0]
    if norm not in ("aucune", *known[method]):
        raise EctError(
            "La norme « {norm} » n’existe pas pour {method} : aucune, auto, {known}.",
            norm=norm,
            method=method,
            known=", ".join(known[method]),
        )
    return norm


def _unequal(sequences: CodedSequences) -> bool:
    return bool(np.any((sequences.codes == VOID) != (sequences.codes[:1] == VOID)))


def _refuse_unequal(sequences: CodedSequences, method: str) -> Refusal:
    low, high = int(sequences.lengths.min()), int(sequences.lengths.max())
    return Refusal(
        tell("la distance {method} entre trajectoires", method=method),
        tell(
            "Elle compare unité par unité, or les {n} projets ne sont pas observés aux mêmes unités (de {low} à "
            "{high} unités observées).",
            n=sequences.n,
            low=low,
            high=high,
        ),
        tell("choisir OM ou LCS, ou une fenêtre commune."),
    )


def _raw(sequences: CodedSequences, unique: NDArray[np.int16], method: str, costs: Costs, engine: Engine) -> Floats:
    if method == "DHD":
        return kernels.position_distances(*_observed(unique, dynamic_costs(sequences)))
    if method == "HAM":
        single = np.broadcast_to(costs.substitution, (unique.shape[1], *costs.substitution.shape))
        return kernels.position_distances(*_observed(unique, single))
    engine_used: Any = kernels_numba if _uses_numba(unique, engine) else kernels
    if method == "LCS" or costs.never_substitutes:
        lengths = (unique != VOID).sum(axis=1)
        edits = lengths[:, None] + lengths[None, :] - 2 * engine_used.common_lengths(unique)
        return np.asarray(edits * (1.0 if method == "LCS" else costs.indel), dtype=np.float64)
    return np.asarray(engine_used.aligned_distances(unique, costs.substitution, costs.indel), dtype=np.float64)


def _observed(codes: NDArray[np.int16], costs: Floats) -> tuple[NDArray[np.int16], Floats]:
    """The units that every sequence has: with equal voids, those of the first."""
    kept = codes[0] != VOID
    return codes[:, kept], costs[kept]


def _uses_numba(unique: NDArray[np.int16], engine: Engine) -> bool:
    if engine == "numba" and not kernels_numba.numba_installed():
        raise EctError("numba n’est pas installé : pip install 'ect_research[fast]'.")
    cells = len(unique) ** 2 / 2 * unique.shape[1] ** 2
    return engine == "numba" or (engine == "auto" and cells > _WORTH_COMPILING and kernels_numba.numba_installed())


def _longest(lengths: Floats, indel: float, substitution: Floats | None) -> Floats:
    """Largest distance two sequences of these lengths can have."""
    dearest = 2 * indel if substitution is None else min(float(substitution.max()), 2 * indel)
    shorter = np.minimum(lengths[:, None], lengths[None, :])
    return np.asarray(np.abs(lengths[:, None] - lengths[None, :]) * indel + dearest * shorter)


def _normalise(raw: Floats, lengths: Floats, costs: tuple[float, Floats | None], norm: str) -> Floats:
    indel, substitution = costs
    if norm == "aucune":
        return raw
    if norm == "maxlength":
        return np.asarray(raw / np.maximum(lengths[:, None], lengths[None, :]))
    if norm == "maxdist":
        longest = _longest(lengths, indel, substitution)
        return np.divide(raw, longest, out=np.zeros_like(raw), where=longest > 0)
    if norm == "YujianBo":
        whole = (lengths[:, None] + lengths[None, :]) * indel
        return np.asarray(2 * raw / (raw + whole))
    whole = (lengths[:, None] + lengths[None, :]) * indel
    alike = (whole - raw) / (2 * indel * np.sqrt(lengths[:, None] * lengths[None, :]))
    result = 1.0 - alike
    np.fill_diagonal(result, 0.0)
    return np.asarray(result)


def _length_correlation(matrix: Floats, lengths: NDArray[np.int64]) -> float:
    if np.ptp(lengths) == 0:
        return float("nan")
    pairs = np.tril_indices(len(lengths), -1)
    gaps = np.abs(lengths[:, None] - lengths[None, :])[pairs].astype(np.float64)
    apart = matrix[pairs]
    if np.ptp(gaps) == 0 or np.ptp(apart) == 0:
        return float("nan")
    return float(np.corrcoef(gaps, apart)[0, 1])


def _named(states: tuple[int, int, int], alphabet: tuple[str, ...]) -> tuple[str, str, str]:
    first, detour, last = states
    return alphabet[first], alphabet[detour], alphabet[last]
