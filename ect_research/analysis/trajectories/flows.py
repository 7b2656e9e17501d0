"""Where projects stand at a few chosen moments, and who goes from where to where; those not observed stay counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ect_research.analysis.chance import Refusal
from ect_research.analysis.readable import Readable
from ect_research.analysis.trajectories.coded_sequences import (
    UNKNOWN,
    VOID,
    CodedSequences,
    flatten,
    quantiles_of,
)
from ect_research.corpus.stages.sequences import DrawnSequences
from ect_research.errors import EctError
from ect_research.words import tell, tell_n

NOT_YET = "pas_encore_observe"
NO_MORE = "fin_observation"
_ROUND_AGES = (0, 6, 12, 24, 36, 60, 84, 120)
FEWEST_PROJECTS, FEWEST_OBSERVED, MOST_MOMENTS = 5, 10, 4


@dataclass(frozen=True)
class Flows(Readable):
    """Projects by state at each moment, and between two moments.

    Attributes:
        nodes: ``moment, etat, effectif``: every moment adds up to ``n``; ``etat`` is a state of ``order``.
        links: ``de_moment, vers_moment, de, vers, effectif, projets`` (tuple of ids): every pair of successive moments
            adds up to ``n``.
        moments: labels of the units chosen, in the order of the clock.
        order: states from first to last: `NOT_YET`, the alphabet, `NO_MORE`.
        observed: projects observed at each moment.
        n: projects.
        clock: ``calendrier`` or ``age``, as the sequences; blank when they do not know.
        unit: ``mois, trimestre`` or ``annee``, likewise.
        sources: documents of the facts behind it.
    """

    exhibits = ("show_flows",)

    nodes: pd.DataFrame
    links: pd.DataFrame
    moments: tuple[str, ...]
    order: tuple[str, ...]
    observed: tuple[int, ...]
    n: int
    clock: str = ""
    unit: str = ""
    sources: tuple[object, ...] = ()


def build_flows(sequences: CodedSequences, moments: Sequence[str | int] | None = None) -> Flows | Refusal:
    """Follow every project from one moment to the next; one that is not observed is counted as such, never dropped.

    Too few projects, or a moment that the clock does not hold, give a refusal.

    Before its first observed unit a project is `NOT_YET`; after its last one it is `NO_MORE`; between the two, a void is
    the unknown state.

    Args:
        sequences: the sequences, on either clock.
        moments: two units of the clock or more, in any order: ``[0, 12, 24]``, ``["2020", "2025"]``; four at most,
            evenly among those at which ten projects are observed, when None.

    Raises:
        EctError: fewer than two distinct moments.

    >>> from ect_research.analysis.trajectories.coded_sequences import code_sequences
    >>> told = pd.DataFrame([list("aab")] * 4 + [["a", None, None]], index=["P1", "P2", "P3", "P4", "P5"])
    >>> flows = build_flows(code_sequences(told, ["a", "b"]), [0, 2])
    >>> flows.links[["de", "vers", "effectif"]].to_numpy().tolist()
    [['a', 'b', 4], ['a', 'fin_observation', 1]]
    """
    wanted = _well_observed(sequences) if moments is None else list(dict.fromkeys(str(moment) for moment in moments))
    if moments is not None and len(wanted) < 2:
        raise EctError("Il faut au moins deux moments distincts.")
    if sequences.n < FEWEST_PROJECTS:
        return Refusal(
            tell("les flux d’un moment à l’autre"),
            tell_n(
                "{n} trajectoire datée ; il en faut {fewest}.",
                "{n} trajectoires datées ; il en faut {fewest}.",
                sequences.n,
                fewest=FEWEST_PROJECTS,
            ),
            tell("dater une étape d’autres projets."),
        )
    if len(wanted) < 2:
        return _refuse_unobserved()
    if strange := [moment for moment in wanted if moment not in sequences.units]:
        return _refuse_moments(sequences, strange)
    places = sorted(sequences.units.index(moment) for moment in wanted)
    chosen = tuple(sequences.units[place] for place in places)
    order = (NOT_YET, *dict.fromkeys((*sequences.alphabet, UNKNOWN)), NO_MORE)
    states = pd.DataFrame({unit: _states(sequences, place) for unit, place in zip(chosen, places, strict=True)})
    states.index = pd.Index(sequences.names)
    seen = tuple(int((~states[unit].isin([NOT_YET, NO_MORE])).sum()) for unit in chosen)
    return Flows(
        _nodes(states, order), _links(states, order), chosen, order, seen, sequences.n,
        sequences.clock, sequences.unit, sequences.sources,
    )  # fmt: skip


def _well_observed(sequences: CodedSequences) -> list[str]:
    """The first and the last unit at which ten projects are observed, and two between them."""
    observed = (sequences.codes >= 0).sum(axis=0)
    places = [place for place, count in enumerate(observed) if count >= FEWEST_OBSERVED]
    if (sequences.clock, sequences.unit) == ("age", "mois"):
        places = [place for place in places if place in _ROUND_AGES]
    if not places:
        return []
    chosen: list[int] = np.linspace(0, len(places) - 1, min(MOST_MOMENTS, len(places))).round().astype(int).tolist()
    return [str(sequences.units[places[rank]]) for rank in chosen]


def _refuse_unobserved() -> Refusal:
    return Refusal(
        tell("les flux d’un moment à l’autre"),
        tell("Aucun couple de moments où {fewest} projets sont observés.", fewest=FEWEST_OBSERVED),
        tell("suivre les projets plus longtemps, ou dater des étapes plus anciennes."),
    )


def _refuse_moments(sequences: CodedSequences, strange: list[str]) -> Refusal:
    first, last = sequences.units[0], sequences.units[-1]
    return Refusal(
        tell("les flux d’un moment à l’autre"),
        tell(
            "Moments hors de l’horloge : {strange} ; elle va de {first} à {last}.",
            strange=strange,
            first=first,
            last=last,
        ),
        tell("choisir des moments de {first} à {last}.", first=first, last=last),
    )


def _states(sequences: CodedSequences, place: int) -> list[str]:
    told = sequences.codes != VOID
    first = np.argmax(told, axis=1)
    last = told.shape[1] - 1 - np.argmax(told[:, ::-1], axis=1)
    states = []
    for row, code in enumerate(sequences.codes[:, place]):
        if code != VOID:
            states.append(sequences.alphabet[code])
        elif place < first[row]:
            states.append(NOT_YET)
        else:
            states.append(NO_MORE if place > last[row] else UNKNOWN)
    return states


def _nodes(states: pd.DataFrame, order: tuple[str, ...]) -> pd.DataFrame:
    lines = [
        (str(moment), state, int((states[moment] == state).sum()))
        for moment in states.columns
        for state in order
        if (states[moment] == state).any()
    ]
    return pd.DataFrame(lines, columns=["moment", "etat", "effectif"]).astype({"moment": "str", "etat": "str"})


def _links(states: pd.DataFrame, order: tuple[str, ...]) -> pd.DataFrame:
    lines = []
    for one, other in zip(states.columns[:-1], states.columns[1:], strict=True):
        moved: dict[tuple[str, str], list[str]] = {}
        for name, source, target in zip(states.index, states[one], states[other], strict=True):
            moved.setdefault((source, target), []).append(str(name))
        lines += [
            (str(one), str(other), *move, len(moved[move]), tuple(moved[move]))
            for move in product(order, order)
            if move in moved
        ]
    columns = ["de_moment", "vers_moment", "de", "vers", "effectif", "projets"]
    return pd.DataFrame(lines, columns=columns).astype(dict.fromkeys(columns[:4], "str"))


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

    >>> from ect_research.analysis.trajectories.coded_sequences import code_sequences
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
