"""How often the verdict and the badges are right, measured on planted registers, and what of it may stand beside a study.

``error_rates.csv`` is remade by ``python tests/benchmarks/simulate_typologies.py --repeats 200 --write``; what is planted is
told in ``tests/benchmarks/planted_registers.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import pandas as pd

from ect_research.analysis.chance import Proportion, wilson_interval
from ect_research.analysis.typologies.coordinates import Route

WITH_TYPES = ("types", "types_moyens")
GRADIENTS = ("gradient_1", "gradient_2", "gradient_3", "exponentiel", "lognormal")
HOLES = ((0.02, ""), (0.2, "trous_20"), (0.4, "trous_40"))


@dataclass(frozen=True)
class QuotedRates:
    """How often such findings are right, on planted registers.

    Attributes:
        route: how the projects of the simulated registers were placed: as in the study.
        variables: active variables of the simulated registers: those of the study, or the nearest below.
        n: projects of the simulated registers: those of the study, or the nearest below.
        holes: share of unknown answers in the simulated registers, 0–1: that of the study, or the nearest above.
        false_types: registers without types of projects (nothing, gradients, tied variables, documents, twins) where the
            verdict announces types.
        true_types: registers of clear types where it does.
        medium_types: registers of medium types where it does.
        false_badge: registers without types where at least one type is called ``solide``.
        true_badge: registers of clear types where at least one is.
        gradient_stable: registers of a gradient, of those whose badges were made, where at least one type is stable.
    """

    route: str
    variables: int
    n: int
    holes: float
    false_types: Proportion
    true_types: Proportion
    medium_types: Proportion
    false_badge: Proportion
    true_badge: Proportion
    gradient_stable: Proportion


@cache
def measured_rates() -> pd.DataFrame:
    """The simulation table: one row per route, number of variables, size, planted truth and holes.

    Returns ``route, variables, n, truth, holes, registres`` (planted), and counts of registers: ``aucune_structure,
    continuum, types`` (verdicts), ``une_solide`` (at least one type called so), ``une_stable`` (at least one that
    holds, where there is structure; empty where badges were not made). Cells of at least 200 registers only.

    >>> set(measured_rates()["route"]) == {"acm", "gower"}
    True
    """
    path = files("ect_research.analysis.typologies.evidence") / "error_rates.csv"
    with path.open(encoding="utf-8") as stream:
        return pd.read_csv(stream, keep_default_na=False, na_values={"une_stable": ""})


def quote_rates(n: int, route: Route, variables: int, holes: float = 0.0) -> QuotedRates | None:
    """The rates measured in the regime of a study, or None: nothing is quoted from another one.

    ``n``: projects of the study; ``route``: how they are placed; ``variables``: active variables; ``holes``: share of
    unknown answers, 0–1.

    >>> quoted = quote_rates(47, "acm", 9)
    >>> quoted.n, quoted.variables, quoted.holes
    (30, 8, 0.0)
    >>> quote_rates(47, "afdm", 9) is None, quote_rates(47, "acm", 9, holes=0.6) is None
    (True, True)
    """
    rates = measured_rates()
    level = next(((most, name) for most, name in HOLES if holes <= most), None)
    if level is None:
        return None
    rates = rates[(rates["route"] == route) & (rates["holes"] == level[1])]
    for column, wanted in (("variables", variables), ("n", n)):
        rates = rates[rates[column] == rates.loc[rates[column] <= wanted, column].max()]
    gradients, without = rates["truth"].isin(GRADIENTS), ~rates["truth"].isin(WITH_TYPES)
    pools = {name: rates[rates["truth"] == name] for name in WITH_TYPES}
    if any(rows.empty for rows in (*pools.values(), rates[gradients])):
        return None
    return QuotedRates(
        route=route,
        variables=int(rates["variables"].iloc[0]),
        n=int(rates["n"].iloc[0]),
        holes=level[0] if level[1] else 0.0,
        false_types=_pooled(rates[without], "types"),
        true_types=_pooled(pools["types"], "types"),
        medium_types=_pooled(pools["types_moyens"], "types"),
        false_badge=_pooled(rates[without], "une_solide"),
        true_badge=_pooled(pools["types"], "une_solide"),
        gradient_stable=_pooled(rates[gradients & rates["une_stable"].notna()], "une_stable"),
    )


def _pooled(rates: pd.DataFrame, what: str) -> Proportion:
    return wilson_interval(int(rates[what].sum()), int(rates["registres"].sum()))
