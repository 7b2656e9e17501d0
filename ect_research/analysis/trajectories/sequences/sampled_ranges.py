"""What imprecise dates alone let vary in the states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ect_research.analysis.trajectories.sequences.coded_sequences import VOID
from ect_research.analysis.trajectories.sequences.sampling_tools import quantiles_of

if TYPE_CHECKING:
    from ect_research.corpus.stages.sampled_sequences import DrawnSequences

_SURE = 0.95


@dataclass(frozen=True)
class StateRange:
    """State shares over the draws.

    Attributes:
        shares: one row per unit and state: ``unite, etat, mediane, bas, haut`` (share among the projects observed, 2.5
            and 97.5 % of the draws that observe some).
        summary: one row per unit: ``observes_bas, observes_haut`` (projects observed, 95 % of the draws), ``hesitants``
            (projects whose state there, or whose being observed, is not the same in 95 % of the draws), ``ecart_max``
            (widest ``haut − bas`` among the states).
        draws: number of draws.
        seed: of the draws.
        n: projects.
    """

    shares: pd.DataFrame
    summary: pd.DataFrame
    draws: int
    seed: int
    n: int


def build_state_range(drawn: DrawnSequences) -> StateRange:
    """Share of each state at each unit in every draw, and the range they span.

    Args:
        drawn: from `sample_sequences`.

    >>> import ect_research as ect
    >>> corpus = ect.load_corpus("pays-ledonien")
    >>> facts, stages = corpus.tables["evenements"], corpus.codebook.stages
    >>> episodes = ect.derive_episodes(facts, stages, observed_on=corpus.observed_on)
    >>> drawn = ect.sample_sequences(ect.sample_stories(episodes, draws=20), clock="age")
    >>> int(build_state_range(drawn).summary["hesitants"].max()) <= len(drawn.names)
    True
    """
    size = len(drawn.alphabet)
    counts = np.stack([(drawn.codes == state).sum(axis=1) for state in range(size)], axis=2)
    observed = counts.sum(axis=2)
    shares = np.divide(counts, observed[:, :, None], out=np.full(counts.shape, np.nan), where=observed[:, :, None] > 0)
    low, middle, high = quantiles_of(shares)
    met = np.stack([(drawn.codes == state).sum(axis=0) for state in range(VOID, size)])
    hesitant = (met.max(axis=0) < _SURE * drawn.draws).sum(axis=0)
    seen = np.quantile(observed, [0.025, 0.975], axis=0)
    units = pd.Index(drawn.units, name="unite")
    summary = pd.DataFrame(
        {
            "observes_bas": seen[0],
            "observes_haut": seen[1],
            "hesitants": hesitant,
            "ecart_max": np.nan_to_num(high - low).max(axis=1, initial=0.0),
        },
        index=units,
    )
    table = pd.DataFrame(
        {
            "unite": np.repeat(np.asarray(drawn.units, dtype=object), size),
            "etat": list(drawn.alphabet) * len(drawn.units),
            "mediane": middle.ravel(),
            "bas": low.ravel(),
            "haut": high.ravel(),
        }
    ).astype({"unite": "str", "etat": "str"})
    return StateRange(
        table[table["haut"] > 0].reset_index(drop=True), summary, drawn.draws, drawn.seed, len(drawn.names)
    )
