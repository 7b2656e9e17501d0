"""Variables that command one another: copies, regroupings, filters and their follow-ups, looked for before any type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ect_research.analysis.typologies.tables.answer_table import ProjectTable
from ect_research.analysis.typologies.tables.answers import (
    UNKNOWN,
    Answer,
    answers_of,
    corrected_v,
    count_pairs,
    states_of,
)
from ect_research.words import Sentence, tell

Floats = NDArray[np.float64]
Labels = NDArray[np.intp]
Link = Literal["filtre", "lies", "code"]
TIED = 0.7
SAME_CODE = 0.9
FILTERED = 0.97
FEWEST_BEARERS = 3
FEWEST_ON_A_SIDE = 6


@dataclass(frozen=True)
class Block:
    """Variables of which one tells most of the others.

    Attributes:
        variables: in the order of the table.
        kept: the one that stands for them where one is enough: the filter, else the best known, else the best tied.
        followups: variables that make sense for some codes of ``kept`` only.
    """

    variables: tuple[str, ...]
    kept: str
    followups: tuple[str, ...]


@dataclass(frozen=True)
class Dependence:
    """Which active variables say the same thing.

    Attributes:
        pairs: one row per tied pair: ``premiere, seconde, v`` (bias-corrected V of Cramér, 0–1), ``lien`` (``filtre``: the
            second makes sense for some codes of the first only; ``lies``: V of 0.7 at least; ``code``: a code of one is
            that of the other, φ of 0.9 at least).
        blocks: tied variables together, two at least in each.
        kept: one variable per block, and those that are tied to none, in the order of the table.
    """

    pairs: pd.DataFrame
    blocks: tuple[Block, ...]
    kept: tuple[str, ...]

    @property
    def followups(self) -> tuple[str, ...]:
        """Follow-ups of a filter, all blocks together."""
        return tuple(name for block in self.blocks for name in block.followups)

    def told(self, names: Mapping[str, str] | None = None) -> Sentence | None:
        """The blocks in one sentence, None when there are none.

        >>> block = Block(("aide", "montant", "source"), "aide", ("montant", "source"))
        >>> print(Dependence(pd.DataFrame(), (block,), ("aide",)).told())
        3 variables se commandent : filtre « aide », suites montant, source
        """
        called = dict(names or {})
        said = []
        for block in self.blocks:
            listed = tuple(called.get(name, name) for name in block.variables)
            if block.followups:
                follow = tuple(called.get(name, name) for name in block.followups)
                said.append(
                    tell(
                        "{n} variables se commandent : filtre « {kept} », suites {follow}",
                        n=len(listed),
                        kept=called.get(block.kept, block.kept),
                        follow=follow,
                    )
                )
            else:
                said.append(tell("{n} variables se commandent : {listed}", n=len(listed), listed=listed))
        return tell("{blocks}", blocks=tuple(said)) if len(said) > 1 else said[0] if said else None


def find_dependence(table: ProjectTable, *, insisted: Sequence[str] = ()) -> Dependence:
    """The active variables that command one another, among the projects in play.

    ``insisted``: variables that the reader holds to be facts of their own: never put in a block.

    >>> from ect_research.analysis.typologies.tables.answer_table import prepare_table
    >>> aid = ["oui"] * 10 + ["non"] * 6
    >>> source = ["etat", "region"] * 5 + ["sans_objet"] * 6
    >>> frame = pd.DataFrame({"aide": aid, "source": source}, index=[f"p{row}" for row in range(16)])
    >>> find_dependence(prepare_table(frame, ["aide", "source"])).followups
    ('source',)
    """
    answers = [answer for answer in answers_of(table) if answer.name not in insisted]
    states = {answer.name: states_of(answer) for answer in answers}
    rows = []
    for first, second in combinations(answers, 2):
        v = float(corrected_v(count_pairs(states[first.name], states[second.name])))
        for one, other in ((first, second), (second, first)):
            if _filters(states[one.name], states[other.name]):
                rows.append((one.name, other.name, v, "filtre"))
                break
        else:
            if v >= TIED or _share_a_code(first, second):
                rows.append((first.name, second.name, v, "lies" if v >= TIED else "code"))
    pairs = pd.DataFrame(rows, columns=["premiere", "seconde", "v", "lien"])
    blocks = _blocks(pairs, answers)
    lost = {name for block in blocks for name in block.variables if name != block.kept}
    return Dependence(pairs, blocks, tuple(str(name) for name in table.active.columns if name not in lost))


def _filters(first: Labels, second: Labels) -> bool:
    """Whether some codes of the first leave one state, or nothing, to the second, which varies under the others."""
    told = first != UNKNOWN
    counts = count_pairs(first[told], second[told] + 1)
    bearers = counts.sum(axis=1)
    empty = np.divide(counts[:, 0], bearers, out=np.zeros(len(bearers)), where=bearers > 0)
    if _splits(empty >= FILTERED, bearers, empty):
        return not (count_pairs(first, second).sum(axis=0) > 0).sum() < 2
    counts = counts[:, 1:]
    bearers = counts.sum(axis=1)
    for column in range(counts.shape[1]):
        share = np.divide(counts[:, column], bearers, out=np.zeros(len(bearers)), where=bearers > 0)
        if not _splits(share >= FILTERED, bearers, share):
            continue
        asked = np.delete(counts[share < FILTERED], column, axis=1)
        if (asked.sum(axis=0) >= 2).sum() >= 2 and corrected_v(asked) < TIED:
            return True
    return False


def _splits(closed: NDArray[np.bool_], bearers: Floats, share: Floats) -> bool:
    """Whether codes are either nearly always or nearly never followed, each side borne by six projects at least."""
    shut, asked = bearers[closed].sum(), bearers[~closed].sum()
    inside = float((share * bearers)[~closed].sum()) / max(float(asked), 1.0)
    return bool(shut >= FEWEST_ON_A_SIDE and asked >= FEWEST_ON_A_SIDE and inside <= 1 - FILTERED)


def _share_a_code(first: Answer, second: Answer) -> bool:
    """Whether a code of one is borne by the very projects that bear a code of the other, but for a few."""
    both = first.known & second.known
    if both.sum() < FEWEST_BEARERS:
        return False
    ours, theirs = (answer.bits[both] for answer in (first, second))
    n = len(ours)
    ours, theirs = (
        bits[:, np.minimum(bits.sum(axis=0), n - bits.sum(axis=0)) >= FEWEST_BEARERS] for bits in (ours, theirs)
    )
    ours, theirs = ((bits - bits.mean(axis=0)) / bits.std(axis=0) for bits in (ours, theirs))
    return bool((ours.T @ theirs / n >= SAME_CODE).any())


def _blocks(pairs: pd.DataFrame, answers: Sequence[Answer]) -> tuple[Block, ...]:
    group = {answer.name: place for place, answer in enumerate(answers)}
    known = {answer.name: int(answer.known.sum()) for answer in answers}
    for first, second in zip(pairs["premiere"], pairs["seconde"], strict=True):
        gone, stays = group[second], group[first]
        group = {name: stays if place == gone else place for name, place in group.items()}
    found = []
    for place in dict.fromkeys(group.values()):
        inside = tuple(name for name in group if group[name] == place)
        if len(inside) < 2:
            continue
        own = pairs[pairs["premiere"].isin(inside)]
        filters = own[own["lien"] == "filtre"]["premiere"].value_counts()
        tied = {name: own.loc[(own["premiere"] == name) | (own["seconde"] == name), "v"].sum() for name in inside}
        kept = max(inside, key=lambda name: (filters.get(name, 0), known[name], round(tied[name], 9)))
        follow = own[(own["lien"] == "filtre") & (own["premiere"] == kept)]["seconde"]
        found.append(Block(inside, kept, tuple(name for name in inside if name in set(follow))))
    return tuple(found)
