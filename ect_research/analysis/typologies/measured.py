"""How often the badge and the three verdicts are right, measured on planted registers.

Remade by ``python tests/benchmarks/simulate_typologies.py --repeats 40 --write``: 12, 6 or 4 variables, one of
them with several codes, the others nominal or ordinal, and numeric on route ``gower``; types sought in three; three
types of 50, 30 and 20 % (``types``: answers drawn from the type alone; ``types_moyens``: one answer in five drawn from
all), one or two gradients, or nothing. Every run is in ``tests/benchmarks/results/typologies_runs.csv``.
"""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd


class Measure(NamedTuple):
    """Shares of the planted registers, 0–1.

    Attributes:
        route: how projects were placed.
        variables: active variables.
        n: projects.
        truth: what was planted.
        repeats: planted registers.
        accord: mean adjusted Rand index with the planted types.
        classe_solide: types called ``solide``.
        une_solide: registers with at least one of them.
        une_stable: registers with at least one type that holds, whatever the verdict but ``aucune_structure``.
        classe_fragile: types called ``fragile``.
        seuil_075: registers with a type above the usual threshold (Jaccard 0.75), which ignores chance.
        aucune_structure: verdicts.
        continuum: verdicts.
        types: verdicts.
    """

    route: str
    variables: int
    n: int
    truth: str
    repeats: int
    accord: float | None
    classe_solide: float
    une_solide: float
    une_stable: float
    classe_fragile: float
    seuil_075: float
    aucune_structure: float
    continuum: float
    types: float


MEASURED: tuple[Measure, ...] = (
    Measure("gower", 12, 15, "types", 9, 0.832, 0.222, 0.222, 0.667, 0.111, 0.889, 0.0, 0.778, 0.222),
    Measure("gower", 12, 15, "types_moyens", 9, 0.662, 0.0, 0.0, 0.444, 0.148, 0.889, 0.111, 0.889, 0.0),
    Measure("gower", 12, 15, "gradient_1", 9, None, 0.0, 0.0, 0.556, 0.148, 1.0, 0.0, 1.0, 0.0),
    Measure("gower", 12, 15, "gradient_2", 9, None, 0.0, 0.0, 0.778, 0.148, 0.889, 0.0, 1.0, 0.0),
    Measure("gower", 12, 15, "rien", 9, None, 0.0, 0.0, 0.0, 0.0, 0.556, 1.0, 0.0, 0.0),
    Measure("gower", 12, 30, "types", 9, 0.96, 1.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0),
    Measure("gower", 12, 30, "types_moyens", 9, 0.71, 0.074, 0.222, 0.889, 0.148, 1.0, 0.0, 0.778, 0.222),
    Measure("gower", 12, 30, "gradient_1", 9, None, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0),
    Measure("gower", 12, 30, "gradient_2", 9, None, 0.0, 0.0, 0.889, 0.111, 1.0, 0.0, 1.0, 0.0),
    Measure("gower", 12, 30, "rien", 9, None, 0.0, 0.0, 0.111, 0.0, 0.222, 0.889, 0.111, 0.0),
    Measure("gower", 12, 60, "types", 9, 0.926, 0.889, 0.889, 1.0, 0.0, 1.0, 0.0, 0.111, 0.889),
    Measure("gower", 12, 60, "types_moyens", 9, 0.774, 0.444, 0.444, 1.0, 0.148, 1.0, 0.0, 0.556, 0.444),
    Measure("gower", 12, 60, "gradient_1", 9, None, 0.0, 0.0, 1.0, 0.037, 1.0, 0.0, 1.0, 0.0),
    Measure("gower", 12, 60, "gradient_2", 9, None, 0.0, 0.0, 0.889, 0.111, 0.889, 0.0, 1.0, 0.0),
    Measure("gower", 12, 60, "rien", 9, None, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0),
    Measure("gower", 6, 15, "types", 9, 0.544, 0.0, 0.0, 0.444, 0.037, 0.889, 0.333, 0.667, 0.0),
    Measure("gower", 6, 15, "types_moyens", 9, 0.319, 0.0, 0.0, 0.222, 0.074, 0.889, 0.556, 0.444, 0.0),
    Measure("gower", 6, 15, "gradient_1", 9, None, 0.0, 0.0, 0.222, 0.111, 0.889, 0.444, 0.556, 0.0),
    Measure("gower", 6, 15, "gradient_2", 9, None, 0.0, 0.0, 0.222, 0.074, 1.0, 0.111, 0.889, 0.0),
    Measure("gower", 6, 15, "rien", 9, None, 0.0, 0.0, 0.0, 0.037, 0.667, 0.778, 0.222, 0.0),
    Measure("gower", 6, 30, "types", 9, 0.572, 0.0, 0.0, 0.444, 0.0, 0.778, 0.333, 0.667, 0.0),
    Measure("gower", 6, 30, "types_moyens", 9, 0.464, 0.0, 0.0, 0.111, 0.037, 0.889, 0.556, 0.444, 0.0),
    Measure("gower", 6, 30, "gradient_1", 9, None, 0.0, 0.0, 0.333, 0.185, 1.0, 0.0, 1.0, 0.0),
    Measure("gower", 6, 30, "gradient_2", 9, None, 0.0, 0.0, 0.333, 0.185, 0.889, 0.0, 1.0, 0.0),
    Measure("gower", 6, 30, "rien", 9, None, 0.0, 0.0, 0.0, 0.0, 0.444, 1.0, 0.0, 0.0),
    Measure("gower", 6, 60, "types", 9, 0.545, 0.0, 0.0, 0.778, 0.111, 0.889, 0.222, 0.778, 0.0),
    Measure("gower", 6, 60, "types_moyens", 9, 0.342, 0.0, 0.0, 0.222, 0.074, 0.778, 0.333, 0.667, 0.0),
    Measure("gower", 6, 60, "gradient_1", 9, None, 0.0, 0.0, 0.556, 0.185, 0.778, 0.111, 0.889, 0.0),
    Measure("gower", 6, 60, "gradient_2", 9, None, 0.0, 0.0, 0.444, 0.037, 0.889, 0.0, 1.0, 0.0),
    Measure("gower", 6, 60, "rien", 9, None, 0.0, 0.0, 0.0, 0.0, 0.333, 1.0, 0.0, 0.0),
    Measure("acm", 12, 15, "types", 9, 0.906, 0.148, 0.333, 0.667, 0.185, 1.0, 0.111, 0.444, 0.444),
    Measure("acm", 12, 15, "types_moyens", 9, 0.565, 0.0, 0.0, 0.0, 0.111, 0.778, 0.667, 0.333, 0.0),
    Measure("acm", 12, 15, "gradient_1", 9, None, 0.0, 0.0, 0.444, 0.222, 1.0, 0.333, 0.667, 0.0),
    Measure("acm", 12, 15, "gradient_2", 9, None, 0.0, 0.0, 0.111, 0.222, 1.0, 0.333, 0.667, 0.0),
    Measure("acm", 12, 15, "rien", 9, None, 0.0, 0.0, 0.0, 0.037, 0.333, 0.889, 0.111, 0.0),
    Measure("acm", 12, 30, "types", 9, 0.992, 0.889, 0.889, 1.0, 0.0, 1.0, 0.0, 0.111, 0.889),
    Measure("acm", 12, 30, "types_moyens", 9, 0.859, 0.333, 0.333, 0.556, 0.037, 0.889, 0.444, 0.222, 0.333),
    Measure("acm", 12, 30, "gradient_1", 9, None, 0.111, 0.111, 0.556, 0.074, 0.889, 0.333, 0.556, 0.111),
    Measure("acm", 12, 30, "gradient_2", 9, None, 0.0, 0.0, 0.444, 0.111, 1.0, 0.444, 0.556, 0.0),
    Measure("acm", 12, 30, "rien", 9, None, 0.0, 0.0, 0.0, 0.0, 0.0, 0.889, 0.111, 0.0),
    Measure("acm", 12, 60, "types", 9, 0.988, 1.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0),
    Measure("acm", 12, 60, "types_moyens", 9, 0.84, 0.519, 0.556, 0.889, 0.037, 1.0, 0.111, 0.333, 0.556),
    Measure("acm", 12, 60, "gradient_1", 9, None, 0.0, 0.0, 1.0, 0.037, 1.0, 0.0, 1.0, 0.0),
    Measure("acm", 12, 60, "gradient_2", 9, None, 0.0, 0.0, 0.667, 0.074, 0.667, 0.0, 1.0, 0.0),
    Measure("acm", 12, 60, "rien", 9, None, 0.0, 0.0, 0.0, 0.074, 0.0, 0.778, 0.222, 0.0),
    Measure("acm", 6, 15, "types", 9, 0.633, 0.037, 0.111, 0.444, 0.148, 0.889, 0.444, 0.444, 0.111),
    Measure("acm", 6, 15, "types_moyens", 9, 0.414, 0.0, 0.0, 0.0, 0.0, 0.889, 1.0, 0.0, 0.0),
    Measure("acm", 6, 15, "gradient_1", 9, None, 0.0, 0.0, 0.222, 0.074, 0.889, 0.333, 0.667, 0.0),
    Measure("acm", 6, 15, "gradient_2", 9, None, 0.0, 0.0, 0.222, 0.074, 0.889, 0.333, 0.667, 0.0),
    Measure("acm", 6, 15, "rien", 9, None, 0.0, 0.0, 0.0, 0.0, 0.444, 0.889, 0.111, 0.0),
    Measure("acm", 6, 30, "types", 9, 0.732, 0.222, 0.222, 0.556, 0.037, 1.0, 0.444, 0.333, 0.222),
    Measure("acm", 6, 30, "types_moyens", 9, 0.575, 0.0, 0.0, 0.222, 0.037, 0.778, 0.778, 0.222, 0.0),
    Measure("acm", 6, 30, "gradient_1", 9, None, 0.0, 0.0, 1.0, 0.074, 1.0, 0.0, 1.0, 0.0),
    Measure("acm", 6, 30, "gradient_2", 9, None, 0.0, 0.0, 0.556, 0.111, 1.0, 0.333, 0.667, 0.0),
    Measure("acm", 6, 30, "rien", 9, None, 0.0, 0.0, 0.0, 0.0, 0.111, 0.889, 0.111, 0.0),
    Measure("acm", 6, 60, "types", 9, 0.775, 0.111, 0.111, 0.556, 0.0, 1.0, 0.444, 0.444, 0.111),
    Measure("acm", 6, 60, "types_moyens", 9, 0.515, 0.0, 0.0, 0.333, 0.148, 0.778, 0.556, 0.444, 0.0),
    Measure("acm", 6, 60, "gradient_1", 9, None, 0.074, 0.111, 0.889, 0.074, 1.0, 0.111, 0.778, 0.111),
    Measure("acm", 6, 60, "gradient_2", 9, None, 0.0, 0.0, 0.667, 0.111, 0.778, 0.111, 0.889, 0.0),
    Measure("acm", 6, 60, "rien", 9, None, 0.0, 0.0, 0.0, 0.037, 0.0, 0.889, 0.111, 0.0),
    Measure("acm", 4, 15, "types", 9, 0.558, 0.0, 0.0, 0.0, 0.0, 1.0, 0.778, 0.222, 0.0),
    Measure("acm", 4, 15, "types_moyens", 9, 0.316, 0.0, 0.0, 0.0, 0.0, 0.778, 1.0, 0.0, 0.0),
    Measure("acm", 4, 15, "gradient_1", 9, None, 0.0, 0.0, 0.111, 0.185, 0.778, 0.444, 0.556, 0.0),
    Measure("acm", 4, 15, "gradient_2", 9, None, 0.0, 0.0, 0.222, 0.111, 1.0, 0.556, 0.444, 0.0),
    Measure("acm", 4, 15, "rien", 9, None, 0.0, 0.0, 0.0, 0.0, 0.111, 1.0, 0.0, 0.0),
    Measure("acm", 4, 30, "types", 9, 0.417, 0.0, 0.0, 0.111, 0.074, 0.333, 0.444, 0.556, 0.0),
    Measure("acm", 4, 30, "types_moyens", 9, 0.292, 0.0, 0.0, 0.0, 0.0, 0.556, 0.778, 0.222, 0.0),
    Measure("acm", 4, 30, "gradient_1", 9, None, 0.0, 0.0, 0.778, 0.148, 1.0, 0.0, 1.0, 0.0),
    Measure("acm", 4, 30, "gradient_2", 9, None, 0.0, 0.0, 0.556, 0.111, 0.889, 0.333, 0.667, 0.0),
    Measure("acm", 4, 30, "rien", 9, None, 0.0, 0.0, 0.0, 0.0, 0.333, 1.0, 0.0, 0.0),
    Measure("acm", 4, 60, "types", 9, 0.592, 0.111, 0.111, 0.778, 0.074, 0.889, 0.111, 0.778, 0.111),
    Measure("acm", 4, 60, "types_moyens", 9, 0.235, 0.0, 0.0, 0.111, 0.037, 0.333, 0.556, 0.444, 0.0),
    Measure("acm", 4, 60, "gradient_1", 9, None, 0.0, 0.0, 0.889, 0.074, 1.0, 0.111, 0.889, 0.0),
    Measure("acm", 4, 60, "gradient_2", 9, None, 0.0, 0.0, 0.556, 0.111, 0.778, 0.0, 1.0, 0.0),
    Measure("acm", 4, 60, "rien", 9, None, 0.0, 0.0, 0.0, 0.0, 0.0, 0.889, 0.111, 0.0),
)


def measured_rates() -> pd.DataFrame:
    """The simulation table: one row per route, number of variables, size and planted truth, columns as `Measure`."""
    return pd.DataFrame(list(MEASURED), columns=list(Measure._fields))
