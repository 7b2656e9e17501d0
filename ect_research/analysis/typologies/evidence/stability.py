"""What is left of each type when projects are drawn anew, and whether it foretells answers that did not make it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ect_research.analysis.chance import demand_draws
from ect_research.analysis.partition.partition_stability import many_jaccard, resample_types
from ect_research.analysis.partition.ward import many_types, parts_of
from ect_research.analysis.typologies.coordinates import Route, many_squared, squared_of
from ect_research.analysis.typologies.evidence.shuffles import Shuffler, shuffler_of, tree_dealer_of
from ect_research.analysis.typologies.evidence.verdicts import Verdict
from ect_research.analysis.typologies.hierarchy import Typology, build_hierarchy, cut_types, project_points
from ect_research.analysis.typologies.tables.answer_table import ProjectTable
from ect_research.analysis.typologies.tables.answers import answers_of, corrected_v, count_pairs, states_of, told_of

Floats = NDArray[np.float64]
Labels = NDArray[np.intp]
Bits = NDArray[np.bool_]
STABLE = 0.75
PATTERN = 0.60
LEVEL = 0.05


@dataclass(frozen=True)
class Stability:
    """How each type and each project holds.

    Attributes:
        typology: the types tested.
        types: one row per type: ``type, effectif, jaccard`` (mean over the draws, 0–1), ``hasard_median,
            hasard_95`` (the same for types of that size rank among answers tied in pairs only), ``p_rang`` (share of these
            registers where it is as large), ``v_predit`` (mean V of Cramér between each variable and the type made without it,
            0–1), ``p_predit`` (share of these registers where likeness times V is as large), ``badge`` (see
            `settle_badges`).
        projects: one row per project: ``projet_id, type, certitude`` (share of the draws where it stays with its
            type), ``certitude_hasard`` (mean on answers tied in pairs only).
        draws: bootstrap draws.
        shuffles: null data sets.
        seed: of both.
        n: projects.
    """

    typology: Typology
    types: pd.DataFrame
    projects: pd.DataFrame
    draws: int
    shuffles: int
    seed: int
    n: int


def assess_stability(
    table: ProjectTable, k: int, *, route: Route = "gower", draws: int = 50, shuffles: int = 39, seed: int = 20160
) -> Stability:
    """Draw the projects with replacement, make the types again, and say which types chance would not give.

    Places do not change between draws: only the projects do, each drawn one counting once. The null deals the answers
    anew so that variables stay as tied in pairs as they are (`TreeDealer`): same n, k, margins, holes, copies and filters.

    A type must come back and foretell: made again without each variable in turn, it goes with that variable. Its likeness
    times that link is read against the type of the same size rank in these registers, of which 5 % at most may reach it:
    copies, filters and scales give types that come back as well, and foretell as well. Then ``stable`` from a likeness of
    0.75, ``fragile`` from 0.60; else ``hasard``: not to be told from chance. Slices of a gradient are stable too: only
    `settle_badges`, which knows the verdict of `judge_structure`, says ``solide``.

    ``route``: how projects are placed, as in `project_points`; ``draws``: bootstrap draws per data set; ``shuffles``:
    null data sets; 39 is the fewest that can reach 5 % with a margin.

    Raises:
        EctError: as `project_points` and `cut_types`, or no draw or shuffle.

    Source:
        Hennig (2007), *Computational Statistics & Data Analysis* 52, 258–271; null and badge: this package, error
        rates in `measured_rates`.
    """
    return assess_stabilities(table, [k], route=route, draws=draws, shuffles=shuffles, seed=seed)[k]


def assess_stabilities(
    table: ProjectTable,
    numbers: Sequence[int],
    *,
    route: Route = "gower",
    draws: int = 50,
    shuffles: int = 39,
    seed: int = 20160,
) -> dict[int, Stability]:
    """`assess_stability` for several numbers of types: on the same draws and the same registers, whose trees are made once."""
    demand_draws(min(draws, shuffles))
    points = project_points(table, route=route)
    typologies = [cut_types(build_hierarchy(points), k) for k in numbers]
    chance, n = np.random.default_rng(seed), len(points)
    labels = [typology.types.to_numpy()[None] - 1 for typology in typologies]
    answers = answers_of(table)
    shuffler, dealer = shuffler_of(answers, route), tree_dealer_of(answers, told_of(table))
    kept = resample_types(squared_of(answers, route)[None], labels, numbers, _draw_projects(n, draws, chance)[None])
    linked = _foretold(shuffler, labels, numbers, np.tile(np.arange(n), (1, len(answers), 1)))
    dealt = [(dealer.deal(chance), _draw_projects(n, draws, chance)) for _ in range(shuffles)]
    null, null_stays = [np.empty((2, shuffles, k)) for k in numbers], np.empty((len(numbers), shuffles))
    for part in parts_of(shuffles, n):
        deals = np.array([one for one, _ in dealt[part]])
        squared = shuffler.squared(deals)
        bases = many_types(squared, numbers)
        found = resample_types(squared, bases, numbers, np.array([drawn for _, drawn in dealt[part]]))
        foretold = _foretold(shuffler, bases, numbers, deals)
        for at, k in enumerate(numbers):
            ranks = _by_size(bases[at], k)
            null[at][0, part] = np.take_along_axis(found[at][0], ranks, axis=1)
            null[at][1, part] = np.take_along_axis(foretold[at], ranks, axis=1)
            null_stays[at, part] = found[at][1].mean(axis=1)
    return {
        k: Stability(
            typology=typologies[at],
            types=_types(labels[at][0], k, (kept[at][0][0], linked[at][0]), null[at]),
            projects=pd.DataFrame(
                {
                    "projet_id": points.index.astype(str),
                    "type": labels[at][0] + 1,
                    "certitude": kept[at][1][0],
                    "certitude_hasard": float(null_stays[at].mean()),
                }
            ),
            draws=draws,
            shuffles=shuffles,
            seed=seed,
            n=n,
        )
        for at, k in enumerate(numbers)
    }


def settle_badges(stability: Stability, verdict: Verdict) -> Stability:
    """The badges once the verdict on the whole is known.

    A ``stable`` type becomes ``solide`` when the verdict is ``types``, and stays ``stable`` when a continuum explains
    the projects as well: it may be a slice of a gradient. The verdict alone gives no badge. Where there is no structure,
    every badge is ``hasard``.

    ``verdict``: of `judge_structure`.
    """
    words = {"types": {"stable": "solide"}, "aucune_structure": {"stable": "hasard", "fragile": "hasard"}}
    badge = stability.types["badge"].replace(words.get(verdict, {}))
    return replace(stability, types=stability.types.assign(badge=badge))


def _draw_projects(n: int, draws: int, chance: np.random.Generator) -> Bits:
    """Projects drawn with replacement: who is there at least once, shape (draws, n)."""
    there = np.zeros((draws, n), dtype=bool)
    there[np.arange(draws)[:, None], chance.integers(0, n, (draws, n))] = True
    return there


def _by_size(labels: Labels, k: int) -> Labels:
    """Types of each set, the largest first, shape (sets, k)."""
    sizes = (labels[:, :, None] == np.arange(k)).sum(axis=1)
    return np.argsort(-sizes, axis=1, kind="stable")


def _foretold(shuffler: Shuffler, bases: Sequence[Labels], numbers: Sequence[int], deals: Labels) -> list[Floats]:
    """For each number k of types, mean V between each variable and each type made again without it, shape (sets, k)."""
    stack, totals = shuffler.dealt(deals), [np.zeros((len(deals), k)) for k in numbers]
    for left, answer in enumerate(shuffler.answers if len(shuffler.answers) > 1 else ()):
        rest = [place for place in range(len(shuffler.answers)) if place != left]
        others = tuple(shuffler.answers[place] for place in rest)
        again = many_types(many_squared(others, [stack[place] for place in rest], shuffler.route), numbers)
        states = states_of(answer)[deals[:, left]][:, None]
        for at, k in enumerate(numbers):
            _, best = many_jaccard(bases[at], again[at], k)
            inside = (again[at][:, None] == best[:, :, None]).astype(np.intp)
            totals[at] += corrected_v(count_pairs(inside, states))
    return [total / len(shuffler.answers) for total in totals]


def _types(labels: Labels, k: int, found: tuple[Floats, Floats], null: Floats) -> pd.DataFrame:
    """Null columns are in order of size: each type is read against its own rank."""
    rank = np.empty(k, dtype=np.intp)
    rank[_by_size(labels[None], k)[0]] = np.arange(k)
    (likeness, link), (own, own_link) = found, null[:, :, rank]
    p_rank, p_both = (
        (1 + (drawn >= real - 1e-12).sum(axis=0)) / (1 + len(drawn))
        for real, drawn in ((likeness, own), (likeness * link, own * own_link))
    )
    held = np.where(likeness >= STABLE, "stable", np.where(likeness >= PATTERN, "fragile", "hasard"))
    badge = np.where(p_both <= LEVEL, held, "hasard")
    return pd.DataFrame(
        {
            "type": np.arange(1, k + 1),
            "effectif": np.bincount(labels, minlength=k),
            "jaccard": likeness,
            "hasard_median": np.quantile(own, 0.5, axis=0),
            "hasard_95": np.quantile(own, 0.95, axis=0),
            "p_rang": p_rank,
            "v_predit": link,
            "p_predit": p_both,
            "badge": pd.Series(badge, dtype="str"),
        }
    )
