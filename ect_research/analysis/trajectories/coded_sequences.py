"""Sequences as small integers: void (not observed) has no code, an unknown state has its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ect_research.corpus.stages.sequences import DrawnSequences, Sequences
from ect_research.errors import EctError

Codes = NDArray[np.int16]
Floats = NDArray[np.float64]
Blank = Literal["vide", "inconnu"]
VOID = -1
UNKNOWN = "*"


_SHARES = [0.025, 0.5, 0.975]


@dataclass(frozen=True)
class CodedSequences:
    """Sequences ready to be counted and compared.

    Attributes:
        codes: projects × units; the rank of the state in ``alphabet``, or ``VOID`` where nothing was observed.
        names: projects, in the order of the rows.
        units: labels of the units of time, in order.
        alphabet: every possible state, in order; ``"*"`` comes last when some observed state is unknown.
        weights: weight of each project, 1 by default.
        clock: ``calendrier`` or ``age``; blank when the frame did not come from `derive_sequences`.
        unit: ``mois, trimestre`` or ``annee``; blank likewise.
        sources: documents of the facts behind it.
    """

    codes: Codes
    names: tuple[str, ...]
    units: tuple[str, ...]
    alphabet: tuple[str, ...]
    weights: Floats
    clock: str = ""
    unit: str = ""
    sources: tuple[object, ...] = ()

    @property
    def n(self) -> int:
        """Number of sequences."""
        return len(self.names)

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Observed units of each sequence."""
        return np.asarray(np.sum(self.codes != VOID, axis=1))

    @property
    def has_unknown(self) -> bool:
        """Whether some observed state is unknown."""
        return self.alphabet[-1] == UNKNOWN

    def compact(self) -> Codes:
        """Observed states only, pushed to the left: void has no position."""
        order = np.argsort(self.codes == VOID, axis=1, kind="stable")
        width = int(self.lengths.max(initial=0))
        return np.take_along_axis(self.codes, order, axis=1)[:, :width]


def code_sequences(
    frame: pd.DataFrame | Sequences,
    alphabet: Sequence[str] = (),
    *,
    before: Blank = "vide",
    within: Blank = "inconnu",
    after: Blank = "vide",
    weights: Sequence[float] | None = None,
) -> CodedSequences:
    """Code a frame of states; say what a blank means before, within and after the observed part.

    Args:
        frame: from `derive_sequences`, whose clock, unit and alphabet it keeps; or a frame of one's own: rows projects
            (index), columns units of time in order, values states, blank (NaN) as told by the three next arguments.
        alphabet: the states of a frame of one's own, in order; states that never occur stay in it.
        before: a blank before the first observed state is ``vide`` (no position) or ``inconnu`` (the state ``*``).
        within: the same for a blank between two observed states.
        after: the same after the last one: a censored end must be ``vide``.
        weights: one weight per row.

    Raises:
        EctError: an alphabet that repeats a state or holds ``*``, a state outside it, a repeated project, an empty row, or
            weights of another length, negative, missing or all zero.

    >>> coded = code_sequences(pd.DataFrame([["a", "a", None], ["b", None, "a"]], index=["P1", "P2"]), ["a", "b"])
    >>> coded.codes.tolist(), coded.alphabet, coded.lengths.tolist()
    ([[0, 0, -1], [1, 2, 0]], ('a', 'b', '*'), [2, 3])
    """
    clock = unit = ""
    sources: tuple[object, ...] = ()
    if isinstance(frame, Sequences):
        clock, unit, sources = frame.clock, frame.unit, frame.sources
        alphabet, frame = frame.alphabet, frame.frame
    blank = frame.isna().to_numpy(dtype=bool)
    _demand(frame, blank, alphabet, weights)
    rank = {state: number for number, state in enumerate(alphabet)}
    ranks = [rank.get(str(state), VOID) for row in frame.to_numpy() for state in row]
    codes = np.array(ranks, dtype=np.int16).reshape(frame.shape)
    seen = np.logical_or.accumulate(~blank, axis=1)
    coming = np.logical_or.accumulate(~blank[:, ::-1], axis=1)[:, ::-1]
    places = {"before": blank & ~seen, "within": blank & seen & coming, "after": blank & ~coming}
    meanings = {"before": before, "within": within, "after": after}
    for place, mask in places.items():
        codes[mask] = len(alphabet) if meanings[place] == "inconnu" else VOID
    unknown = (UNKNOWN,) if (codes == len(alphabet)).any() else ()
    return CodedSequences(
        codes=codes,
        names=tuple(str(name) for name in frame.index),
        units=tuple(str(unit) for unit in frame.columns),
        alphabet=(*alphabet, *unknown),
        weights=np.ones(len(frame)) if weights is None else np.asarray(weights, dtype=np.float64),
        clock=clock,
        unit=unit,
        sources=sources,
    )


def _demand(
    frame: pd.DataFrame, blank: NDArray[np.bool_], alphabet: Sequence[str], weights: Sequence[float] | None
) -> None:
    if UNKNOWN in alphabet:
        raise EctError("« * » est l’état inconnu : l’alphabet ne peut pas en faire un autre état, le nommer autrement.")
    repeated = sorted({state for state in alphabet if list(alphabet).count(state) > 1})
    if repeated:
        raise EctError("États répétés dans l’alphabet : {repeated}.", repeated=", ".join(repeated))
    met = {str(state) for state in frame.to_numpy()[~blank]}
    strange = sorted(met - set(alphabet))
    if strange:
        raise EctError(
            "États hors de l’alphabet : {strange}. Les ajouter à l’alphabet ou corriger les séquences.",
            strange=", ".join(strange),
        )
    if not frame.index.is_unique:
        twice = sorted({str(name) for name in frame.index[frame.index.duplicated()]})
        raise EctError("Un projet n’a qu’une séquence ; répétés : {twice}.", twice=", ".join(twice))
    empty = [str(name) for name, row in zip(frame.index, blank, strict=True) if row.all()]
    if empty:
        raise EctError(
            "Séquences sans aucun état observé : {empty}. Les retirer et les compter à part.", empty=", ".join(empty)
        )
    if weights is None:
        return
    heavy = np.asarray(weights, dtype=np.float64)
    if len(heavy) != len(frame):
        raise EctError("{n_heavy} poids pour {n_frame} séquences.", n_heavy=len(heavy), n_frame=len(frame))
    if not np.all(np.isfinite(heavy) & (heavy >= 0)) or not heavy.sum() > 0:
        raise EctError("Les poids doivent être connus, positifs ou nuls, et pas tous nuls.")


def keep_order(sequences: CodedSequences) -> CodedSequences:
    """The successive states without their durations: one unit per spell.

    >>> keep_order(code_sequences(pd.DataFrame([list("aabba")]), ["a", "b"])).codes.tolist()
    [[0, 1, 0]]
    """
    codes = sequences.compact()
    repeated = np.zeros(codes.shape, dtype=bool)
    repeated[:, 1:] = codes[:, 1:] == codes[:, :-1]
    thinned = replace(sequences, codes=np.where(repeated, VOID, codes).astype(np.int16)).compact()
    ranks = tuple(str(rank + 1) for rank in range(thinned.shape[1]))
    return replace(sequences, codes=thinned, units=ranks, clock="", unit="")


def flatten(drawn: DrawnSequences, codes: NDArray[np.int8]) -> CodedSequences:
    """Rows of drawn codes as sequences of their own; rows without any observed unit are left out."""
    kept = codes[(codes != VOID).any(axis=1)].astype(np.int16)
    names = tuple(str(number) for number in range(len(kept)))
    return CodedSequences(kept, names, drawn.units, drawn.alphabet, np.ones(len(kept)))


def quantiles_of(values: Floats) -> tuple[Floats, Floats, Floats]:
    """2.5, 50 and 97.5 % along the draws, NaN where no draw knows a value."""
    known = ~np.isnan(values).all(axis=0)
    told = np.full((3, *values.shape[1:]), np.nan)
    told[:, known] = np.nanquantile(values[:, known], _SHARES, axis=0)
    return told[0], told[1], told[2]
