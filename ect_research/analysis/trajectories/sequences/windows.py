"""What to compare when projects were not observed equally long: a common window, or the order of the states alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ect_research.analysis.chance import Refusal
from ect_research.analysis.trajectories.sequences.coded_sequences import VOID, CodedSequences
from ect_research.words import tell, tell_n

FEWEST_COMPARED = 3


def keep_common_window(sequences: CodedSequences, units: int) -> CodedSequences | Refusal:
    """The first ``units`` observed units of the projects observed that long; the others are left out.

    >>> import pandas as pd
    >>> from ect_research.analysis.trajectories.sequences.coded_sequences import code_sequences
    >>> rows = [list("aab"), list("abb"), list("bbb"), ["a", None, None]]
    >>> told = code_sequences(pd.DataFrame(rows, index=["P1", "P2", "P3", "P4"]), ["a", "b"])
    >>> keep_common_window(told, 3).names
    ('P1', 'P2', 'P3')
    """
    kept = np.flatnonzero(sequences.lengths >= units)
    if units < 1 or len(kept) < FEWEST_COMPARED:
        return Refusal(
            tell("la comparaison sur les {units} premières unités", units=units),
            tell_n(
                "{n} projet est observé aussi longtemps, sur {total} ; il en faut {fewest}.",
                "{n} projets sont observés aussi longtemps, sur {total} ; il en faut {fewest}.",
                len(kept),
                total=sequences.n,
                fewest=FEWEST_COMPARED,
            ),
            tell("choisir une fenêtre plus courte."),
        )
    return replace(
        sequences,
        codes=sequences.compact()[kept, :units],
        names=tuple(sequences.names[row] for row in kept),
        units=tuple(str(unit) for unit in range(units)),
        weights=sequences.weights[kept],
        clock="age",
    )


def keep_order(sequences: CodedSequences) -> CodedSequences:
    """The successive states without their durations: one unit per spell.

    >>> import pandas as pd
    >>> from ect_research.analysis.trajectories.sequences.coded_sequences import code_sequences
    >>> keep_order(code_sequences(pd.DataFrame([list("aabba")]), ["a", "b"])).codes.tolist()
    [[0, 1, 0]]
    """
    codes = sequences.compact()
    repeated = np.zeros(codes.shape, dtype=bool)
    repeated[:, 1:] = codes[:, 1:] == codes[:, :-1]
    thinned = replace(sequences, codes=np.where(repeated, VOID, codes).astype(np.int16)).compact()
    ranks = tuple(str(rank + 1) for rank in range(thinned.shape[1]))
    return replace(sequences, codes=thinned, units=ranks, clock="", unit="")
