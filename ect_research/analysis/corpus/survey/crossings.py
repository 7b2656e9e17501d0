"""Answers by group of persons, when somebody asks for it: what chance gives as well, and how many were asked for.

A crossing is told where no number of it is small, persons without a group included; it is tested as it is told, so that the
test gives nothing else away.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ect_research.analysis.chance import holm
from ect_research.analysis.corpus.survey.coarse_counts import Group, Question, answer_groups, groupings, place_of
from ect_research.errors import EctError

Places = NDArray[np.intp]
TESTED = ["question", "groupe", "n", "force", "hasard", "p", "p_holm", "tient"]
_LEVEL = 0.05
CROSSED = ["question", "groupe", "modalite", "reponses", "personnes"]
OTHERS = -1
UNSAID = ""
"""Persons whose group is unknown, or too small to be compared: their place, and the code they are told by."""
_ORDERED = ("echelle", "nombre", "date")


def cross_answers(
    own: pd.DataFrame, asked: Sequence[Question], pairs: Sequence[Sequence[str]], chance: tuple[int, int],
    *, least: int, within: str,
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:  # fmt: skip
    """Test and count the crossings asked for.

    ``own``: one row a person; ``pairs``: a question (one code, a scale, a number, a date) and the groups to compare
    (one code); ``least``: fewest persons of a number; ``within``: column of what several persons are members of.

    Returns rows of `TESTED` (force: Cramér's V for codes, the square root of the share of ranks that groups explain
    for answers in order; hasard: the force that 95 % of the draws stay under; p: share of draws as strong; p_holm:
    corrected for all the crossings told; tient: whether it is still below 5 % when the groups are dealt among whole projects,
    and inside those where they differ) and rows of `CROSSED`. A crossing that cannot be told has no force.

    Raises:
        EctError: a pair that cannot be crossed.
    """
    known = {one.name: one for one in asked}
    draws, seed = chance
    random = np.random.default_rng(seed)
    members = own[within].astype("object").where(own[within].notna(), own.index) if within else own.index.to_series()
    tested: list[dict[str, Any]] = []
    by_project: list[float] = []
    crossed: list[dict[str, Any]] = []
    for question, by in (_pair(pair) for pair in pairs):
        one, group = known.get(question), known.get(by)
        if one is None or group is None or one.kind in ("codes", "texte") or group.kind not in ("code", "echelle"):
            raise EctError(
                "« {question} » et « {by} » ne se croisent pas : il faut une question à une réponse, et des groupes à un code.",
                question=question, by=by,
            )  # fmt: skip
        line: dict[str, Any] = {"question": question, "groupe": by, "n": int(own[question].notna().sum())}
        told = _told(one, group, own, least)
        if told is None:
            tested.append(line)
            continue
        labels, named, groups, places = told
        line["n"], strengths, apart = _strengths(one, groups, (places, named, members), (draws, random))
        tested.append(line | {"force": strengths[0], "hasard": float(np.quantile(strengths[1:], 0.95)),
                              "p": float((strengths >= strengths[0] - 1e-12).mean())})  # fmt: skip
        by_project.append(float((apart >= apart[0] - 1e-12).mean()))
        crossed += [
            {"question": question, "groupe": by, "modalite": codes, "reponses": answer.codes,
             "personnes": int(((places == at) & (named == name)).sum())}
            for name, codes in labels.items() for at, answer in enumerate(groups)
        ]  # fmt: skip
    strong = [line for line in tested if "p" in line]
    for line, corrected, held in zip(strong, holm(line["p"] for line in strong), holm(by_project), strict=True):
        line |= {"p_holm": corrected, "tient": max(corrected, held) < _LEVEL}
    return tested, crossed


def _pair(pair: Sequence[str]) -> tuple[str, str]:
    if len(pair) != 2:
        raise EctError("« {pair} » n’est pas un croisement : écrire une question, puis les groupes.", pair=list(pair))
    return pair[0], pair[1]


def _told(
    one: Question, group: Question, own: pd.DataFrame, least: int
) -> tuple[dict[int, tuple[str, ...]], pd.Series[int], tuple[Group, ...], pd.Series[Any]] | None:
    """Codes of the groups, group of each person, answers and answer of each person: the finest of which no number is small."""
    among = answer_groups(group, own, least)
    places = place_of(group, among, own).fillna(OTHERS).astype("int64")
    named = places.where(places.map(places.value_counts()) >= max(2 * least, 2), OTHERS)
    sizes = named[named != OTHERS].value_counts()
    if len(sizes) < 2:
        return None
    smallest = int(sizes.index[-1])
    labels = {int(name): among[name].codes for name in sorted(sizes.index)}
    apart = {**labels, OTHERS: (UNSAID,)} if (named == OTHERS).any() else labels
    joined = {**labels, smallest: (*labels[smallest], UNSAID)}
    for told, of in ((apart, named), (joined, named.replace(OTHERS, smallest))):
        for groups in groupings(one, own, least):
            answers = place_of(one, groups, own)
            counts = pd.crosstab(of, answers)
            if counts.shape[1] > 1 and not ((counts > 0) & (counts < least)).to_numpy().any():
                return told, of, groups, answers
    return None


def _strengths(
    one: Question, groups: tuple[Group, ...], read: tuple[pd.Series[Any], ...], chance: tuple[int, np.random.Generator]
) -> tuple[int, NDArray[np.float64], NDArray[np.float64]]:
    """Persons compared; the strength found, then that of each draw: groups dealt again among persons, then among projects."""
    places, named, members = read
    mute = {at for at, group in enumerate(groups) if one.kind == "echelle" and group.side is None}
    kept = places.notna() & (named != OTHERS) & ~places.isin(mute)
    answers = np.unique(places[kept].to_numpy(dtype=np.intp), return_inverse=True)[1]
    of = np.unique(named[kept].to_numpy(), return_inverse=True)[1]
    project = pd.factorize(members[kept])[0]
    draws, random = chance
    alone = [of, *(random.permutation(of) for _ in range(draws))]
    shared = len(project) > project.max() + 1
    apart = [of, *_dealt_by_project(of, project, (draws, random.spawn(1)[0]))] if shared else alone
    strength = _of_ranks if one.kind in _ORDERED else _of_codes
    found, held = (np.array([strength(answers, deal) for deal in deals]) for deals in (alone, apart))
    return len(of), found, held


def _dealt_by_project(of: Places, project: Places, chance: tuple[int, np.random.Generator]) -> Iterator[Places]:
    """Groups dealt again among the projects of one group, and among the members of each of the others."""
    draws, random = chance
    order, first = np.argsort(project, kind="stable"), np.unique(project, return_index=True)[1]
    whole = np.bincount(project, weights=of != of[first][project]) == 0
    for _ in range(draws):
        dealt, own = np.empty_like(of), of[first]
        dealt[order] = of[np.lexsort((random.random(len(of)), project))]
        own[whole] = random.permutation(own[whole])
        yield np.where(whole[project], own[project], dealt)


def _of_codes(answers: Places, of: Places) -> float:
    """Cramér's V (1946), *Mathematical Methods of Statistics*, § 21.9."""
    counts = np.zeros((of.max() + 1, answers.max() + 1))
    np.add.at(counts, (of, answers), 1)
    expected = counts.sum(1, keepdims=True) * counts.sum(0) / len(of)
    if min(counts.shape) < 2:
        return 0.0
    return float(np.sqrt((((counts - expected) ** 2) / expected).sum() / (len(of) * (min(counts.shape) - 1))))


def _of_ranks(answers: Places, of: Places) -> float:
    """Square root of the share of the ranks' variance that groups explain (Kruskal & Wallis 1952: H / (n − 1))."""
    met = np.bincount(answers)
    ranks = (np.cumsum(met) - (met - 1) / 2)[answers]
    centred = ranks - ranks.mean()
    whole = float((centred**2).sum())
    sizes = np.bincount(of)
    between = float((np.bincount(of, weights=centred) ** 2 / sizes).sum())
    return float(np.sqrt(between / whole)) if whole else 0.0
