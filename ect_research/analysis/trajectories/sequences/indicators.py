"""How eventful each sequence is (transitions, entropy, turbulence, complexity), and what imprecise dates let vary."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ect_research.analysis.trajectories.sequences.coded_sequences import VOID, CodedSequences, flatten, quantiles_of
from ect_research.corpus.stages.sequences import DrawnSequences

Floats = NDArray[np.float64]
_SURE = 0.95


def measure_sequences(sequences: CodedSequences | DrawnSequences) -> pd.DataFrame:
    """One row of indicators per sequence; void units count nowhere.

    Returns:
        index the projects; ``longueur`` (observed units), ``passages`` (spells), ``transitions`` (changes of state),
        ``etats`` (distinct states), ``entropie`` (0: one state; 1: all states of the alphabet equally long),
        ``entropie_brute`` (nats), ``turbulence`` (≥ 1), ``turbulence_relative`` (0–1, against the most turbulent
        sequence of the longest length), ``complexite`` (0–1). Of drawn dates, one row per project and indicator: ``projet_id,
        indicateur, mediane, bas, haut`` (2.5 and 97.5 % of the draws that observe the project), ``cas`` (these draws).

    Source:
        entropy and complexity: Gabadinho, Ritschard, Müller & Studer (2011), *J. Stat. Soft.* 40(4); turbulence:
        Elzinga & Liefbroer (2007), *Eur. J. Population* 23, 225–250.

    >>> from ect_research.analysis.trajectories.sequences.coded_sequences import code_sequences
    >>> told = pd.DataFrame([list("aabb"), list("aaaa")], index=["P1", "P2"])
    >>> measure_sequences(code_sequences(told, ["a", "b"]))[["transitions", "entropie"]].to_numpy().tolist()
    [[1.0, 1.0], [0.0, 0.0]]
    """
    if isinstance(sequences, DrawnSequences):
        return _measure_drawn(sequences)
    codes, lengths = sequences.compact(), sequences.lengths
    counts = count_states(sequences)
    spells = [_spells(row[row != VOID]) for row in codes]
    transitions = np.array([len(states) - 1 for states, _ in spells])
    raw = _entropy(counts / lengths[:, None])
    # With a single possible state nothing can vary: the relative measures are 0.
    relative = raw / np.log(len(sequences.alphabet)) if len(sequences.alphabet) > 1 else np.zeros(sequences.n)
    turbulence = np.array([_turbulence(states, spans) for states, spans in spells])
    most = most_turbulent(int(lengths.max(initial=0)), len(sequences.alphabet))
    moves = np.divide(transitions, lengths - 1, out=np.zeros(sequences.n), where=lengths > 1)
    return pd.DataFrame(
        {
            "longueur": lengths,
            "passages": transitions + 1,
            "transitions": transitions,
            "etats": (counts > 0).sum(axis=1),
            "entropie": relative,
            "entropie_brute": raw,
            "turbulence": turbulence,
            "turbulence_relative": (turbulence - 1) / (most - 1) if most > 1 else np.zeros(sequences.n),
            "complexite": np.sqrt(moves * relative),
        },
        index=pd.Index(sequences.names, name="projet_id"),
    )


def _measure_drawn(drawn: DrawnSequences) -> pd.DataFrame:
    flat = drawn.codes.reshape(drawn.draws * len(drawn.names), drawn.codes.shape[2])
    lengths = (flat != VOID).sum(axis=1)
    rows, place = np.unique(flat[lengths > 0], axis=0, return_inverse=True)
    measured = measure_sequences(flatten(drawn, rows)).reset_index(drop=True)
    values = measured.to_numpy(dtype=np.float64)[place.ravel()]
    # The most turbulent sequence is as long as the longest of its own draw.
    longest = lengths.reshape(drawn.draws, len(drawn.names)).max(axis=1, initial=0)
    most = {int(length): most_turbulent(int(length), len(drawn.alphabet)) for length in set(longest.tolist()) if length}
    top = np.repeat([most.get(int(length), 1.0) for length in longest], len(drawn.names))[lengths > 0]
    turbulence = values[:, measured.columns.get_loc("turbulence")]
    relative = np.divide(turbulence - 1, top - 1, out=np.zeros(len(top)), where=top > 1)
    values[:, measured.columns.get_loc("turbulence_relative")] = relative
    every = np.full((len(flat), values.shape[1]), np.nan)
    every[lengths > 0] = values
    whole = every.reshape(drawn.draws, len(drawn.names), values.shape[1])
    low, middle, high = quantiles_of(whole)
    return pd.DataFrame(
        {
            "projet_id": np.repeat(np.asarray(drawn.names, dtype=object), values.shape[1]),
            "indicateur": list(measured.columns) * len(drawn.names),
            "mediane": middle.ravel(),
            "bas": low.ravel(),
            "haut": high.ravel(),
            "cas": (~np.isnan(whole)).sum(axis=0).ravel(),
        }
    ).astype({"projet_id": "str", "indicateur": "str"})


def count_states(sequences: CodedSequences) -> NDArray[np.int64]:
    """Units spent in each state: projects × alphabet."""
    return np.stack([np.sum(sequences.codes == code, axis=1) for code in range(len(sequences.alphabet))], axis=1)


def _entropy(shares: Floats) -> Floats:
    logs = np.log(shares, out=np.zeros_like(shares), where=shares > 0)
    return np.asarray(np.maximum(-np.sum(shares * logs, axis=-1), 0.0))


def _spells(states: NDArray[np.int16]) -> tuple[list[int], Floats]:
    """Distinct successive states and how long each lasts."""
    starts = np.flatnonzero(np.concatenate(([True], states[1:] != states[:-1])))
    spans = np.diff(np.append(starts, len(states))).astype(np.float64)
    return [int(state) for state in states[starts]], spans


def _turbulence(states: list[int], spans: Floats) -> float:
    """log2 of: distinct subsequences of the states, times how even the durations are."""
    mean = spans.mean()
    variance = float(np.mean((spans - mean) ** 2))
    most = (len(spans) - 1) * (1 - mean) ** 2
    return float(np.log2(_distinct_subsequences(states) * (most + 1) / (variance + 1)))


def _distinct_subsequences(states: list[int]) -> int:
    total, last = 1, dict[int, int]()
    for state in states:
        before = total
        total = 2 * total - last.get(state, 0)
        last[state] = before
    return total


def most_turbulent(length: int, states: int) -> float:
    """The largest turbulence that a sequence of that length can have."""
    cycle = [place % states for place in range(length)]
    return _turbulence(cycle, np.ones(length)) if states > 1 and length else 1.0


@dataclass(frozen=True)
class StateRange:
    """State shares over the draws.

    Attributes:
        shares: one row per unit and state: ``unite, etat, mediane, bas, haut`` (share among the projects observed, 2.5
            and 97.5 % of the draws that observe some).
        summary: one row per unit: ``observes_bas, observes_haut`` (projects observed, 95 % of the draws), ``hesitants``
            (projects whose state there, or whose being observed, is not the same in 95 % of the draws), ``ecart_max``
            (widest ``haut − bas`` among the states).
    """

    shares: pd.DataFrame
    summary: pd.DataFrame
    draws: int
    seed: int
    n: int


def build_state_range(drawn: DrawnSequences) -> StateRange:
    """Share of each state at each unit in every draw, and the range they span.

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
