"""Where the projects stand at each unit of time, and how long they stay: always with the number observed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ect_research.analysis.chance import FEWEST_OF_A_SHARE, Proportion, Refusal, wilson_interval
from ect_research.analysis.readable import Readable
from ect_research.analysis.trajectories.sequences.coded_sequences import CodedSequences
from ect_research.analysis.trajectories.sequences.indicators import StateRange, build_state_range
from ect_research.corpus.stages.sequences import DrawnSequences
from ect_research.errors import EctError
from ect_research.words import tell

Floats = NDArray[np.float64]


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

    >>> from ect_research.analysis.trajectories.sequences.coded_sequences import code_sequences
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
