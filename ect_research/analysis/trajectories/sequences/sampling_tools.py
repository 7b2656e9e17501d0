"""From drawn sequences to plain ones, and quantiles along the draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ect_research.analysis.trajectories.sequences.coded_sequences import VOID, CodedSequences

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ect_research.corpus.stages.sampled_sequences import DrawnSequences

    Floats = NDArray[np.float64]

_SHARES = [0.025, 0.5, 0.975]


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
