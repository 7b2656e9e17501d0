"""Where the projects stand at each unit of time, and how long they stay: always with the number observed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ect_research.analysis.chance import FEWEST_OF_A_SHARE, Proportion, Refusal, wilson_interval
from ect_research.analysis.readable import Readable
from ect_research.analysis.trajectories.coded_sequences import VOID, CodedSequences, flatten, quantiles_of
from ect_research.corpus.stages.sequences import DrawnSequences
from ect_research.errors import EctError
from ect_research.words import tell

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

    >>> from ect_research.analysis.trajectories.coded_sequences import code_sequences
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


"""Under that number of projects a unit of time is shown in grey."""
_MEASURES = ("moyenne", "variance", "ecart_type", "erreur_type")


class Fullest(NamedTuple):
    """A unit of time, its most common state, and the share of the projects observed there that are in it."""

    unit: str
    state: str
    share: Proportion


@dataclass(frozen=True)
class StateDistribution(Readable):
    """Shares of the states among the projects observed at each unit.

    Attributes:
        shares: units × states, 0–1, weighted; each row of an observed unit adds up to 1.
        counts: units × states, projects.
        summary: one row per unit: ``observes`` (projects), ``poids`` (their weight), ``entropie`` (0–1),
            ``etat_modal`` (first in the alphabet's order among equals, "" when nothing is observed), ``part_modale``,
            ``lisible`` (at least ``FEWEST_OF_A_SHARE`` projects).
        alphabet: states, in order.
        n: projects.
        ranged: the shares over draws of the imprecise dates, when they were given.
        clock: ``calendrier`` or ``age``, as the sequences; blank when they do not know.
        unit: ``mois, trimestre`` or ``annee``, likewise.
        sources: documents of the facts behind it.
    """

    exhibits = ("show_states",)

    shares: pd.DataFrame
    counts: pd.DataFrame
    summary: pd.DataFrame
    alphabet: tuple[str, ...]
    n: int
    ranged: StateRange | None = None
    clock: str = ""
    unit: str = ""
    sources: tuple[object, ...] = ()

    @property
    def fullest(self) -> Fullest:
        """The unit of time at which most projects are observed, the latest among equals, and its most common state."""
        observed = self.summary["observes"].to_numpy()
        place = len(observed) - 1 - int(observed[::-1].argmax())
        line = self.summary.iloc[place]
        state = str(line["etat_modal"])
        share = wilson_interval(int(self.counts.iloc[place][state]), int(line["observes"]))
        return Fullest(str(self.summary.index[place]), state, share)


def build_state_distribution(
    sequences: CodedSequences, *, drawn: DrawnSequences | None = None
) -> StateDistribution | Refusal:
    """States of the projects observed at each unit of time.

    Args:
        sequences: the sequences.
        drawn: the same over draws of their dates (`sample_sequences`): the range then comes along.

    Raises:
        EctError: draws on another clock or in another unit of time.

    Source:
        Gabadinho et al. (2011), *J. Stat. Soft.* 40(4), transversal state distributions.

    >>> from ect_research.analysis.trajectories.coded_sequences import code_sequences
    >>> told = code_sequences(pd.DataFrame([list("aab"), ["b", None, None]], index=["P1", "P2"]), ["a", "b"])
    >>> build_state_distribution(told).summary["observes"].tolist()
    [2, 1, 1]
    """
    if drawn is not None and sequences.clock and (drawn.clock, drawn.unit) != (sequences.clock, sequences.unit):
        raise EctError(
            "Les tirages sont à l’horloge « {clock} », par {unit} ; les états, à l’horloge « {clock2} », par {unit2} "
            ": les tirer de la même façon.",
            clock=drawn.clock,
            unit=drawn.unit,
            clock2=sequences.clock,
            unit2=sequences.unit,
        )
    if not sequences.n:
        return Refusal(
            tell("la part de chaque étape au fil du temps"),
            tell("Aucun projet n’a d’étape datée."),
            tell("dater une étape, même à l’année près."),
        )
    size = len(sequences.alphabet)
    here = sequences.codes[None, :, :] == np.arange(size)[:, None, None]
    counts = here.sum(axis=1).T
    weighted = np.tensordot(here, sequences.weights, axes=([1], [0])).T
    total = weighted.sum(axis=1)
    shares = np.divide(weighted, total[:, None], out=np.zeros(weighted.shape), where=total[:, None] > 0)
    logs = np.log(shares, out=np.zeros_like(shares), where=shares > 0)
    modal = np.argmax(np.round(shares, 12), axis=1)
    observed = counts.sum(axis=1)
    units = pd.Index(sequences.units, name="unite")
    summary = pd.DataFrame(
        {
            "observes": observed,
            "poids": total,
            "entropie": np.maximum(-(shares * logs).sum(axis=1), 0) / np.log(size) if size > 1 else 0.0,
            "etat_modal": [
                sequences.alphabet[state] if seen else "" for state, seen in zip(modal, observed, strict=True)
            ],
            "part_modale": shares[np.arange(len(shares)), modal],
            "lisible": observed >= FEWEST_OF_A_SHARE,
        },
        index=units,
    )
    columns = list(sequences.alphabet)
    return StateDistribution(
        shares=pd.DataFrame(shares, index=units, columns=columns),
        counts=pd.DataFrame(counts, index=units, columns=columns),
        summary=summary,
        alphabet=sequences.alphabet,
        n=sequences.n,
        ranged=None if drawn is None else build_state_range(drawn),
        clock=sequences.clock,
        unit=sequences.unit,
        sources=sequences.sources,
    )
