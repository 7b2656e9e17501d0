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
    Measure("gower", 12, 15, "types", 16, 0.828, 0.25, 0.25, 0.75, 0.104, 0.875, 0.062, 0.688, 0.25),
    Measure("gower", 12, 15, "types_moyens", 16, 0.686, 0.062, 0.062, 0.562, 0.167, 0.938, 0.062, 0.875, 0.062),
    Measure("gower", 12, 15, "gradient_1", 16, None, 0.0, 0.0, 0.625, 0.188, 1.0, 0.0, 1.0, 0.0),
    Measure("gower", 12, 15, "gradient_2", 16, None, 0.0, 0.0, 0.812, 0.083, 0.938, 0.0, 1.0, 0.0),
    Measure("gower", 12, 15, "rien", 16, None, 0.0, 0.0, 0.0, 0.0, 0.562, 0.938, 0.062, 0.0),
    Measure("gower", 12, 30, "types", 16, 0.978, 0.875, 0.875, 1.0, 0.0, 1.0, 0.0, 0.125, 0.875),
    Measure("gower", 12, 30, "types_moyens", 16, 0.705, 0.167, 0.25, 0.875, 0.104, 1.0, 0.062, 0.688, 0.25),
    Measure("gower", 12, 30, "gradient_1", 16, None, 0.0, 0.0, 0.938, 0.021, 0.938, 0.0, 1.0, 0.0),
    Measure("gower", 12, 30, "gradient_2", 16, None, 0.0, 0.0, 0.938, 0.083, 1.0, 0.0, 1.0, 0.0),
    Measure("gower", 12, 30, "rien", 16, None, 0.0, 0.0, 0.062, 0.0, 0.125, 0.938, 0.062, 0.0),
    Measure("gower", 12, 60, "types", 16, 0.946, 0.938, 0.938, 1.0, 0.0, 1.0, 0.0, 0.062, 0.938),
    Measure("gower", 12, 60, "types_moyens", 16, 0.762, 0.417, 0.438, 0.938, 0.188, 1.0, 0.0, 0.5, 0.5),
    Measure("gower", 12, 60, "gradient_1", 16, None, 0.0, 0.0, 0.938, 0.062, 0.938, 0.0, 1.0, 0.0),
    Measure("gower", 12, 60, "gradient_2", 16, None, 0.0, 0.0, 0.938, 0.125, 0.938, 0.0, 1.0, 0.0),
    Measure("gower", 12, 60, "rien", 16, None, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0),
    Measure("gower", 6, 15, "types", 16, 0.512, 0.0, 0.0, 0.375, 0.021, 0.938, 0.375, 0.625, 0.0),
    Measure("gower", 6, 15, "types_moyens", 16, 0.313, 0.0, 0.0, 0.125, 0.042, 0.75, 0.688, 0.312, 0.0),
    Measure("gower", 6, 15, "gradient_1", 16, None, 0.0, 0.0, 0.25, 0.062, 0.938, 0.312, 0.688, 0.0),
    Measure("gower", 6, 15, "gradient_2", 16, None, 0.042, 0.062, 0.312, 0.104, 1.0, 0.125, 0.812, 0.062),
    Measure("gower", 6, 15, "rien", 16, None, 0.0, 0.0, 0.0, 0.021, 0.75, 0.875, 0.125, 0.0),
    Measure("gower", 6, 30, "types", 16, 0.582, 0.0, 0.0, 0.5, 0.042, 0.875, 0.188, 0.812, 0.0),
    Measure("gower", 6, 30, "types_moyens", 16, 0.452, 0.0, 0.0, 0.062, 0.021, 0.812, 0.75, 0.25, 0.0),
    Measure("gower", 6, 30, "gradient_1", 16, None, 0.0, 0.0, 0.375, 0.167, 1.0, 0.0, 1.0, 0.0),
    Measure("gower", 6, 30, "gradient_2", 16, None, 0.0, 0.0, 0.438, 0.167, 0.938, 0.062, 0.938, 0.0),
    Measure("gower", 6, 30, "rien", 16, None, 0.0, 0.0, 0.0, 0.0, 0.438, 0.938, 0.062, 0.0),
    Measure("gower", 6, 60, "types", 16, 0.613, 0.062, 0.062, 0.625, 0.125, 0.938, 0.125, 0.812, 0.062),
    Measure("gower", 6, 60, "types_moyens", 16, 0.375, 0.062, 0.062, 0.312, 0.042, 0.75, 0.375, 0.562, 0.062),
    Measure("gower", 6, 60, "gradient_1", 16, None, 0.0, 0.0, 0.562, 0.167, 0.75, 0.062, 0.938, 0.0),
    Measure("gower", 6, 60, "gradient_2", 16, None, 0.0, 0.0, 0.5, 0.062, 0.875, 0.0, 1.0, 0.0),
    Measure("gower", 6, 60, "rien", 16, None, 0.0, 0.0, 0.0, 0.0, 0.188, 0.938, 0.062, 0.0),
    Measure("acm", 12, 15, "types", 16, 0.869, 0.146, 0.25, 0.5, 0.125, 0.938, 0.312, 0.375, 0.312),
    Measure("acm", 12, 15, "types_moyens", 16, 0.666, 0.0, 0.0, 0.062, 0.062, 0.812, 0.75, 0.25, 0.0),
    Measure("acm", 12, 15, "gradient_1", 16, None, 0.0, 0.0, 0.375, 0.167, 1.0, 0.375, 0.625, 0.0),
    Measure("acm", 12, 15, "gradient_2", 16, None, 0.0, 0.0, 0.25, 0.25, 1.0, 0.312, 0.688, 0.0),
    Measure("acm", 12, 15, "rien", 16, None, 0.0, 0.0, 0.0, 0.021, 0.25, 0.938, 0.062, 0.0),
    Measure("acm", 12, 30, "types", 16, 0.947, 0.688, 0.688, 1.0, 0.021, 1.0, 0.0, 0.312, 0.688),
    Measure("acm", 12, 30, "types_moyens", 16, 0.813, 0.25, 0.312, 0.5, 0.042, 0.938, 0.5, 0.188, 0.312),
    Measure("acm", 12, 30, "gradient_1", 16, None, 0.062, 0.062, 0.688, 0.104, 0.938, 0.25, 0.688, 0.062),
    Measure("acm", 12, 30, "gradient_2", 16, None, 0.0, 0.0, 0.625, 0.062, 0.938, 0.25, 0.75, 0.0),
    Measure("acm", 12, 30, "rien", 16, None, 0.0, 0.0, 0.0, 0.0, 0.0, 0.938, 0.062, 0.0),
    Measure("acm", 12, 60, "types", 16, 0.988, 1.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0),
    Measure("acm", 12, 60, "types_moyens", 16, 0.84, 0.417, 0.438, 0.812, 0.021, 1.0, 0.188, 0.375, 0.438),
    Measure("acm", 12, 60, "gradient_1", 16, None, 0.042, 0.062, 1.0, 0.062, 1.0, 0.0, 0.938, 0.062),
    Measure("acm", 12, 60, "gradient_2", 16, None, 0.0, 0.0, 0.75, 0.083, 0.75, 0.0, 1.0, 0.0),
    Measure("acm", 12, 60, "rien", 16, None, 0.0, 0.0, 0.0, 0.042, 0.062, 0.812, 0.125, 0.062),
    Measure("acm", 6, 15, "types", 16, 0.653, 0.021, 0.062, 0.375, 0.125, 0.812, 0.5, 0.438, 0.062),
    Measure("acm", 6, 15, "types_moyens", 16, 0.415, 0.0, 0.0, 0.0, 0.0, 0.812, 1.0, 0.0, 0.0),
    Measure("acm", 6, 15, "gradient_1", 16, None, 0.0, 0.0, 0.125, 0.042, 0.875, 0.625, 0.375, 0.0),
    Measure("acm", 6, 15, "gradient_2", 16, None, 0.0, 0.0, 0.188, 0.125, 0.875, 0.375, 0.625, 0.0),
    Measure("acm", 6, 15, "rien", 16, None, 0.0, 0.0, 0.0, 0.0, 0.562, 0.875, 0.125, 0.0),
    Measure("acm", 6, 30, "types", 16, 0.732, 0.146, 0.188, 0.625, 0.062, 1.0, 0.375, 0.438, 0.188),
    Measure("acm", 6, 30, "types_moyens", 16, 0.488, 0.0, 0.0, 0.188, 0.062, 0.75, 0.688, 0.25, 0.062),
    Measure("acm", 6, 30, "gradient_1", 16, None, 0.0, 0.0, 0.75, 0.104, 0.938, 0.188, 0.812, 0.0),
    Measure("acm", 6, 30, "gradient_2", 16, None, 0.0, 0.0, 0.562, 0.083, 1.0, 0.312, 0.688, 0.0),
    Measure("acm", 6, 30, "rien", 16, None, 0.0, 0.0, 0.062, 0.021, 0.188, 0.875, 0.125, 0.0),
    Measure("acm", 6, 60, "types", 16, 0.823, 0.375, 0.375, 0.688, 0.021, 1.0, 0.25, 0.375, 0.375),
    Measure("acm", 6, 60, "types_moyens", 16, 0.515, 0.062, 0.062, 0.312, 0.083, 0.75, 0.625, 0.312, 0.062),
    Measure("acm", 6, 60, "gradient_1", 16, None, 0.042, 0.062, 0.938, 0.062, 1.0, 0.062, 0.875, 0.062),
    Measure("acm", 6, 60, "gradient_2", 16, None, 0.0, 0.0, 0.812, 0.083, 0.875, 0.062, 0.938, 0.0),
    Measure("acm", 6, 60, "rien", 16, None, 0.0, 0.0, 0.062, 0.021, 0.062, 0.875, 0.125, 0.0),
    Measure("acm", 4, 15, "types", 16, 0.498, 0.0, 0.0, 0.0, 0.0, 1.0, 0.75, 0.25, 0.0),
    Measure("acm", 4, 15, "types_moyens", 16, 0.331, 0.0, 0.0, 0.0, 0.0, 0.75, 0.938, 0.062, 0.0),
    Measure("acm", 4, 15, "gradient_1", 16, None, 0.0, 0.0, 0.25, 0.125, 0.875, 0.438, 0.562, 0.0),
    Measure("acm", 4, 15, "gradient_2", 16, None, 0.0, 0.0, 0.125, 0.125, 1.0, 0.5, 0.5, 0.0),
    Measure("acm", 4, 15, "rien", 16, None, 0.0, 0.0, 0.0, 0.0, 0.375, 1.0, 0.0, 0.0),
    Measure("acm", 4, 30, "types", 16, 0.49, 0.0, 0.0, 0.312, 0.083, 0.5, 0.312, 0.688, 0.0),
    Measure("acm", 4, 30, "types_moyens", 16, 0.32, 0.0, 0.0, 0.125, 0.0, 0.625, 0.75, 0.25, 0.0),
    Measure("acm", 4, 30, "gradient_1", 16, None, 0.0, 0.0, 0.75, 0.146, 1.0, 0.062, 0.938, 0.0),
    Measure("acm", 4, 30, "gradient_2", 16, None, 0.0, 0.0, 0.438, 0.125, 0.812, 0.25, 0.75, 0.0),
    Measure("acm", 4, 30, "rien", 16, None, 0.0, 0.0, 0.0, 0.0, 0.312, 1.0, 0.0, 0.0),
    Measure("acm", 4, 60, "types", 16, 0.625, 0.125, 0.125, 0.75, 0.062, 0.875, 0.062, 0.812, 0.125),
    Measure("acm", 4, 60, "types_moyens", 16, 0.25, 0.0, 0.0, 0.125, 0.062, 0.438, 0.625, 0.375, 0.0),
    Measure("acm", 4, 60, "gradient_1", 16, None, 0.0, 0.0, 0.812, 0.083, 1.0, 0.062, 0.938, 0.0),
    Measure("acm", 4, 60, "gradient_2", 16, None, 0.0, 0.0, 0.5, 0.146, 0.812, 0.062, 0.938, 0.0),
    Measure("acm", 4, 60, "rien", 16, None, 0.0, 0.0, 0.062, 0.0, 0.062, 0.875, 0.125, 0.0),
)


def measured_rates() -> pd.DataFrame:
    """The simulation table: one row per route, number of variables, size and planted truth, columns as `Measure`."""
    return pd.DataFrame(list(MEASURED), columns=list(Measure._fields))
