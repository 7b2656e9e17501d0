"""From one state to the next: counts and rates, over the whole clock or unit by unit."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ect_research.analysis.chance import Refusal
from ect_research.analysis.readable import Readable
from ect_research.analysis.trajectories.sequences.coded_sequences import VOID, CodedSequences, flatten, quantiles_of
from ect_research.corpus.stages.sequences import DrawnSequences
from ect_research.words import tell

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Transitions(Readable):
    """The transitions that occur, with their counts and rates.

    Attributes:
        table: ``de, vers, effectif`` (unit-to-unit transitions, unweighted), ``projets`` (projects that make it at least
            once), ``sur`` (transitions out of ``de`` counted below the bar), ``taux`` (0–1, weighted); over draws of the
            dates, also ``effectif_bas, effectif_haut`` (95 % of the draws).
        n: projects.
        clock: ``calendrier`` or ``age``, as the sequences; blank when they do not know.
        unit: ``mois, trimestre`` or ``annee``, likewise.
        sources: documents of the facts behind it.
        draws: number of draws of the dates; 0 without.
        seed: of the draws.
    """

    exhibits = ("show_transitions",)

    table: pd.DataFrame
    n: int
    clock: str = ""
    unit: str = ""
    sources: tuple[object, ...] = ()
    draws: int = 0
    seed: int = 0


def build_transitions(
    sequences: CodedSequences, *, self_loops: bool = True, drawn: DrawnSequences | None = None
) -> Transitions | Refusal:
    """Count the transitions from one state to the next; without any, a refusal.

    Args:
        sequences: the sequences.
        self_loops: keep the units that stay in the same state, which weigh in the rates. Without them a rate is the
            share of the *exits* of a state that go to another.
        drawn: the same sequences over draws of their dates (`sample_sequences`): the count then comes with its range.

    >>> from ect_research.analysis.trajectories.sequences.coded_sequences import code_sequences
    >>> told = code_sequences(pd.DataFrame([list("aab"), list("abb")], index=["P1", "P2"]), ["a", "b"])
    >>> build_transitions(told, self_loops=False).table.to_numpy().tolist()
    [['a', 'b', 2, 2, 2, 1.0]]
    """
    by_project = count_by_project(sequences)
    counts = by_project.sum(axis=0)
    weighted = np.tensordot(sequences.weights, by_project, axes=1)
    if not self_loops:
        for table in (counts, weighted):
            np.fill_diagonal(table, 0)
    rates = _share(weighted)
    lines = [
        {
            "de": sequences.alphabet[origin],
            "vers": sequences.alphabet[target],
            "effectif": int(counts[origin, target]),
            "projets": int(np.sum(by_project[:, origin, target] > 0)),
            "sur": int(counts[origin].sum()),
            "taux": float(rates[origin, target]),
        }
        for origin, target in np.argwhere(counts > 0)
    ]
    table = pd.DataFrame(lines, columns=["de", "vers", "effectif", "projets", "sur", "taux"]).astype(
        {"de": "str", "vers": "str", "effectif": "int64", "projets": "int64", "sur": "int64", "taux": "float64"}
    )
    if table.empty:
        return Refusal(
            tell("le graphe des transitions"),
            tell("Aucun changement d’étape n’est daté."),
            tell("dater l’ouverture d’au moins deux étapes d’un projet."),
        )
    known = Transitions(table, sequences.n, sequences.clock, sequences.unit, sequences.sources)
    if drawn is None:
        return known
    ranged = build_transition_range(drawn, self_loops=self_loops)[["de", "vers", "effectif_bas", "effectif_haut"]]
    table = table.merge(ranged, on=["de", "vers"], how="left").fillna({"effectif_bas": 0.0, "effectif_haut": 0.0})
    return replace(known, table=table, draws=drawn.draws, seed=drawn.seed)


def build_transition_range(drawn: DrawnSequences, *, self_loops: bool = True) -> pd.DataFrame:
    """Transitions counted in every draw.

    ``self_loops``: as in `build_transitions`.

    Returns ``de, vers, effectif_mediane, effectif_bas, effectif_haut, taux_mediane, taux_bas, taux_haut`` (2.5 and
    97.5 % of the draws; rates over the draws that leave ``de``), one row per transition met in some draw.
    """
    size = len(drawn.alphabet)
    counts = np.zeros((drawn.draws, size, size))
    for draw, codes in enumerate(drawn.codes):
        counts[draw] = count_by_project(flatten(drawn, codes)).sum(axis=0)
    if not self_loops:
        counts[:, np.arange(size), np.arange(size)] = 0
    leaving = counts.sum(axis=2, keepdims=True)
    rates = np.divide(counts, leaving, out=np.full(counts.shape, np.nan), where=leaving > 0)
    columns = {"effectif": np.quantile(counts, [0.025, 0.5, 0.975], axis=0), "taux": np.stack(quantiles_of(rates))}
    pairs = np.argwhere(counts.max(axis=0) > 0)
    table = pd.DataFrame(
        {"de": [drawn.alphabet[a] for a, _ in pairs], "vers": [drawn.alphabet[b] for _, b in pairs]}, dtype="str"
    )
    for name, values in columns.items():
        for part, quantile in zip(("bas", "mediane", "haut"), values, strict=True):
            table[f"{name}_{part}"] = quantile[pairs[:, 0], pairs[:, 1]]
    return table


def transition_counts(sequences: CodedSequences, *, lag: int = 1) -> Floats:
    """Weighted transitions from each state to each state ``lag`` units later: alphabet × alphabet."""
    return np.asarray(np.tensordot(sequences.weights, count_by_project(sequences, lag), axes=1), dtype=np.float64)


def transition_rates(sequences: CodedSequences, *, lag: int = 1) -> Floats:
    """Transition rates, alphabet × alphabet; a state never left has a row of zeros."""
    return _share(transition_counts(sequences, lag=lag))


def transition_rates_by_unit(sequences: CodedSequences) -> Floats:
    """Rates from each unit to the next: (units − 1) × alphabet × alphabet."""
    size = len(sequences.alphabet)
    origin, target = sequences.codes[:, :-1], sequences.codes[:, 1:]
    counts = np.zeros((origin.shape[1], size, size))
    known = (origin != VOID) & (target != VOID)
    rows, steps = np.nonzero(known)
    np.add.at(counts, (steps, origin[known], target[known]), sequences.weights[rows])
    return _share(counts)


def count_by_project(sequences: CodedSequences, lag: int = 1) -> NDArray[np.int64]:
    """Transitions of each project, unweighted: projects × alphabet × alphabet."""
    size = len(sequences.alphabet)
    codes = sequences.compact()
    origin, target = codes[:, :-lag], codes[:, lag:]
    known = (origin != VOID) & (target != VOID)
    counts = np.zeros((sequences.n, size, size), dtype=np.int64)
    rows, _ = np.nonzero(known)
    np.add.at(counts, (rows, origin[known], target[known]), 1)
    return counts


def _share(counts: NDArray[np.floating] | NDArray[np.int64]) -> Floats:
    total = counts.sum(axis=-1, keepdims=True)
    return np.asarray(np.divide(counts, total, out=np.zeros(counts.shape), where=total > 0))
