"""Before any analysis: how often pure noise passes, at this number of cases, of conditions, and this prevalence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ect_research.analysis.chance import Proportion, wilson_interval
from ect_research.analysis.conditions.memberships import HALF, TOLERANCE, Memberships
from ect_research.analysis.conditions.solving.minimal_covers import find_covers, find_primes
from ect_research.analysis.conditions.solving.set_relations import Sufficiency, measure_sufficiency
from ect_research.analysis.conditions.solving.truth_table import (
    CONTRADICTION,
    NEGATIVE,
    POSITIVE,
    Cutoffs,
    TruthTable,
    build_truth_table,
)

PASSING_COVERAGE = 0.5
_MODELS_READ = 50


@dataclass(frozen=True)
class NoiseRate:
    """Share of pure noise that gives a solution one would publish.

    Attributes:
        passing: share of the draws with a parsimonious model that reaches the consistency cutoff and covers half of the
            outcome, with its interval.
        n: cases of each draw.
        conditions: conditions of each draw.
        consistency: the cutoff.
    """

    passing: Proportion
    n: int
    conditions: int
    consistency: float
    draws: int
    seed: int


def measure_noise(
    n: int,
    shares: Sequence[float],
    prevalence: float,
    *,
    cutoffs: Cutoffs | None = None,
    draws: int = 500,
    seed: int = 20160,
) -> NoiseRate:
    """Draw conditions and outcome independently, and count what passes.

    ``shares``: share of cases in which each condition is present.

    Source:
        Marx & Duşa (2011), *Methodological Innovations* 6, 103–142, who make a rule of it; Thiem & Mkrtchyan (2023) dispute
        the rule. It is information here, not a gate.

    >>> measure_noise(15, [0.5] * 5, 0.5, draws=40).passing.estimate > 0.8
    True
    """
    cut = cutoffs or Cutoffs()
    cut = replace(cut, exclude=())
    rng = np.random.default_rng(seed)
    cases, names = tuple(map(str, range(n))), tuple(f"C{place}" for place in range(len(shares)))
    passed = 0
    for _ in range(draws):
        scores = (rng.random((n, len(shares))) < shares).astype(float)
        outcome = (rng.random(n) < prevalence).astype(float)
        data = Memberships(cases, names, (2,) * len(shares), scores, outcome, "Y")
        fit = best_fit(build_truth_table(data, cut))
        passed += fit is not None and passes(fit, cut)
    return NoiseRate(wilson_interval(passed, draws), n, len(shares), cut.consistency, draws, seed)


def noise_of(data: Memberships, cutoffs: Cutoffs, *, draws: int = 500, seed: int = 20160) -> NoiseRate:
    """The same at the number of cases, the shares and the prevalence of an analysis; several levels count as present or not."""
    shares = [float((data.literal(place, 0) < HALF).mean()) for place in range(len(data.conditions))]
    return measure_noise(
        len(data.cases), shares, float((data.outcome > HALF).mean()), cutoffs=cutoffs, draws=draws, seed=seed
    )


def best_fit(table: TruthTable) -> Sufficiency | None:
    """Fit of the parsimonious model that an analyst would like best; None when there is nothing to minimise."""
    held = (NEGATIVE,) if table.cutoffs.include_contradictions else (NEGATIVE, CONTRADICTION)
    positive, negative = table.coded(POSITIVE), table.coded(*held)
    if not len(positive) or not len(negative):
        return None
    models = find_covers(find_primes(positive, negative), positive, most=_MODELS_READ, steps=5_000).models
    fits = [measure_sufficiency(table.data.model(model), table.data.outcome) for model in models]
    return max(fits, key=lambda fit: (passes(fit, table.cutoffs), score(fit)))


def passes(fit: Sufficiency, cutoffs: Cutoffs) -> bool:
    """Would one publish it: consistent enough, and half of the outcome covered?"""
    return fit.consistency + TOLERANCE > cutoffs.consistency and fit.coverage + TOLERANCE > PASSING_COVERAGE


def score(fit: Sufficiency | None) -> float:
    """Consistency × coverage: 1 when the solution and the outcome are one set; 0 without a solution."""
    return fit.consistency * fit.coverage if fit else 0.0


def write_r(data: Memberships, cutoffs: Cutoffs, expected: Iterable[str] = ()) -> str:
    """A script that R runs as it is: data written inside, truth table, three solutions, necessity, for both outcomes.

    Returns the text of the script, for the R package QCA (3.23 or later).
    """
    negated = data.outcome_name.startswith("~")
    outcome = _r_name(data.outcome_name.removeprefix("~"))
    columns = [_column(_r_name(name), data.scores[:, place].tolist()) for place, name in enumerate(data.conditions)]
    columns.append(_column(outcome, (1 - data.outcome if negated else data.outcome).tolist()))
    lines = [
        "library(QCA)",
        "d <- data.frame(",
        ",\n".join([*columns, f"  row.names = {_strings(data.cases)}"]),
        ")",
        f"conditions <- {_strings(map(_r_name, data.conditions))}",
    ]
    own, other = (f"~{outcome}", outcome) if negated else (outcome, f"~{outcome}")
    wanted = ", ".join(_renamed(data, word) for word in expected)
    return (
        "\n".join([*lines, *_analysis("tt", own, cutoffs, wanted), *_analysis("tt_absent", other, cutoffs, "")]) + "\n"
    )


def _analysis(table: str, outcome: str, cutoffs: Cutoffs, expected: str) -> list[str]:
    inclusion = f"{cutoffs.consistency!r}"
    if cutoffs.contradiction is not None:
        inclusion = f"c({inclusion}, {cutoffs.contradiction!r})"
    excluded = f", exclude = c({', '.join(map(str, cutoffs.exclude))})" if cutoffs.exclude else ""
    asked = f"incl.cut = {inclusion}, pri.cut = {cutoffs.pri!r}, n.cut = {cutoffs.cases}{excluded}"
    told = "details = TRUE, show.cases = TRUE" + ", all.sol = TRUE" * cutoffs.irredundant
    usable = "?, C" if cutoffs.include_contradictions else "?"
    alone = ', include = "C"' if cutoffs.include_contradictions else ""
    lines = [
        "",
        f'{table} <- truthTable(d, outcome = "{outcome}", conditions = conditions, {asked}, show.cases = TRUE, dcc = TRUE)',
        f"print({table})",
        f"minimize({table}{alone}, {told})",
        f'minimize({table}, include = "{usable}", {told})',
        f'superSubset(d, outcome = "{outcome}", conditions = conditions, incl.cut = 0.9, ron.cut = 0.5)',
    ]
    return [*lines, f'minimize({table}, include = "{usable}", dir.exp = "{expected}", {told})'] if expected else lines


def _r_name(name: str) -> str:
    plain = "".join(letter if letter.isascii() and letter.isalnum() else "." for letter in name)
    return plain if plain[:1].isalpha() else f"X{plain}"


def _renamed(data: Memberships, word: str) -> str:
    for name in sorted(data.conditions, key=len, reverse=True):
        word = word.replace(name, _r_name(name))
    return word


def _column(name: str, values: list[float]) -> str:
    return f"  {name} = c({', '.join(f'{value:.15g}' for value in values)})"


def _strings(words: Iterable[str]) -> str:
    quoted = (word.replace("\\", "\\\\").replace('"', '\\"') for word in words)
    return "c(" + ", ".join(f'"{word}"' for word in quoted) + ")"
