"""State sequences on a clock for every draw of the imprecise dates: array operations, no loop over the draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ect_research.corpus.stages.sampled_stories import NEVER
from ect_research.corpus.stages.sequences import MONTHS, check_clock, unit_label

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ect_research.corpus.stages.sampled_stories import DrawnStories
    from ect_research.corpus.stages.sequences import Clock, Unit

    Months = NDArray[np.int64]

VOID = -1


@dataclass(frozen=True)
class DrawnSequences:
    """One state per draw, project and unit of time.

    Attributes:
        codes: draws × projects × units: rank of the state in ``alphabet``, ``VOID`` where nothing is observed; a project
            whose first fact falls after the horizon in a draw has an empty row there.
        names: projects.
        units: labels of the units, those of `derive_sequences` (a longer clock when some draw asks for it).
        alphabet: stage codes, in order.
        clock: ``calendrier`` or ``age``.
        unit: ``mois, trimestre`` or ``annee``.
        order: ``recit`` or ``libre``, as drawn.
        draws: number of draws.
        seed: of the draws.
    """

    codes: NDArray[np.int8]
    names: tuple[str, ...]
    units: tuple[str, ...]
    alphabet: tuple[str, ...]
    clock: Clock
    unit: Unit
    order: str
    draws: int
    seed: int


def sample_sequences(stories: DrawnStories, *, clock: Clock = "calendrier", unit: Unit = "trimestre") -> DrawnSequences:
    """The sequences that `derive_sequences` would give for each draw, all at once.

    Args:
        stories: from `sample_stories`.
        clock: ``calendrier`` or ``age``.
        unit: ``mois, trimestre`` or ``annee``.

    Raises:
        EctError: unknown clock or unit.

    >>> from ect_research import derive_episodes, sample_stories, load_corpus
    >>> corpus = load_corpus("pays-ledonien")
    >>> facts, stages = corpus.tables["evenements"], corpus.codebook.stages
    >>> told = derive_episodes(facts, stages, observed_on=corpus.observed_on)
    >>> sample_sequences(sample_stories(told, draws=3), clock="age", unit="annee").codes.shape[0]
    3
    """
    check_clock(clock, unit)
    span = MONTHS[unit]
    lines = [stories.lines[name] for name in stories.names]
    months = [[(line.rows, _months(line.days), line.states) for line in told] for told in lines]
    until = _months(stories.horizons)
    first = np.full((stories.draws, len(stories.names)), NEVER)
    for place, told in enumerate(months):
        for rows, when, _ in told:
            if when.shape[1]:
                first[rows, place] = when[:, 0]
    begun = first[first != NEVER]
    if clock == "age":
        latest = np.where(first == NEVER, -1, (until[None, :] - np.minimum(first, until[None, :])) // span)
        low, count = 0, int(latest.max(initial=-1)) + 1
    else:
        low = int(begun.min()) // span if len(begun) else 0
        count = int(until.max(initial=-1)) // span - low + 1 if len(begun) else 0
    starts = (low + np.arange(count)) * span
    codes = np.full((stories.draws, len(stories.names), count), VOID, dtype=np.int8)
    for place, told in enumerate(months):
        for rows, when, states in told:
            shift = when[:, :1] if clock == "age" and when.shape[1] else 0
            codes[rows, place] = _states(when, states, starts[None, :] + shift, (span, int(until[place])))
    labels = tuple(str(k) if clock == "age" else str(unit_label(int(starts[k]), unit)) for k in range(count))
    return DrawnSequences(
        codes,
        stories.names,
        labels,
        stories.alphabet,
        clock,
        unit,
        stories.order,
        stories.draws,
        stories.seed,
    )


def _states(when: Months, states: NDArray[np.int8], starts: Months, limits: tuple[int, int]) -> NDArray[np.int8]:
    """State at the end of each unit, or at the horizon within it: draws × units."""
    span, until = limits
    ends = np.minimum(starts + span - 1, until)
    shape = (len(when), starts.shape[1])
    last = np.zeros(shape, dtype=np.int64)
    for number in range(when.shape[1]):
        last = np.where(when[:, number, None] <= ends, number + 1, last)
    known = np.concatenate([[VOID], states]).astype(np.int8)
    return np.asarray(np.where(starts <= until, known[last], VOID), dtype=np.int8)


def _months(days: Months) -> Months:
    """Months since the year 0, as the clocks count them."""
    known = np.where(days == NEVER, 0, days).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return np.where(days == NEVER, NEVER, known + 1970 * 12)
