"""How often the badge and the three verdicts are right, measured on planted registers.

Remade by ``python tests/benchmarks/simulate_typologies.py --write``: 7 nominal, 2 ordinal and 2 numeric variables and
one with several codes, route ``gower``, types sought in three; three types of 50, 30 and 20 % (``types``: answers
drawn from the type alone; ``types_moyens``: one answer in five drawn from all), one or two gradients, or nothing.
"""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd


class Measure(NamedTuple):
    """Shares of the planted registers, 0–1.

    Attributes:
        n: projects.
        truth: what was planted.
        repeats: planted registers.
        accord: mean adjusted Rand index with the planted types.
        classe_solide: types called ``solide``.
        une_solide: registers with at least one of them.
        classe_fragile: types called ``fragile``.
        seuil_075: registers with a type above the usual threshold (Jaccard 0.75), which ignores chance.
        aucune_structure: verdicts.
        continuum: verdicts.
        types: verdicts.
    """

    n: int
    truth: str
    repeats: int
    accord: float | None
    classe_solide: float | None
    une_solide: float | None
    classe_fragile: float | None
    seuil_075: float | None
    aucune_structure: float | None
    continuum: float | None
    types: float | None


MEASURED: tuple[Measure, ...] = (
    Measure(15, "types", 40, 0.872, 0.492, 0.7, 0.192, 1.0, 0.025, 0.75, 0.225),
    Measure(15, "types_moyens", 40, 0.535, 0.2, 0.35, 0.108, 0.85, 0.375, 0.575, 0.05),
    Measure(15, "gradient_1", 40, None, 0.325, 0.675, 0.133, 1.0, 0.0, 0.975, 0.025),
    Measure(15, "gradient_2", 40, None, 0.258, 0.5, 0.142, 0.925, 0.0, 1.0, 0.0),
    Measure(15, "rien", 40, None, 0.033, 0.1, 0.025, 0.75, 0.95, 0.05, 0.0),
    Measure(30, "types", 40, 0.959, 0.95, 1.0, 0.017, 1.0, 0.0, 0.275, 0.725),
    Measure(30, "types_moyens", 40, 0.685, 0.5, 0.775, 0.092, 0.925, 0.025, 0.7, 0.275),
    Measure(30, "gradient_1", 40, None, 0.583, 0.975, 0.033, 1.0, 0.0, 0.95, 0.05),
    Measure(30, "gradient_2", 40, None, 0.6, 0.8, 0.075, 0.85, 0.0, 1.0, 0.0),
    Measure(30, "rien", 40, None, 0.017, 0.025, 0.017, 0.125, 0.95, 0.05, 0.0),
    Measure(60, "types", 40, 0.945, 0.975, 1.0, 0.0, 1.0, 0.0, 0.15, 0.85),
    Measure(60, "types_moyens", 40, 0.745, 0.817, 0.975, 0.067, 0.975, 0.0, 0.45, 0.55),
    Measure(60, "gradient_1", 40, None, 0.65, 0.975, 0.133, 0.975, 0.0, 0.975, 0.025),
    Measure(60, "gradient_2", 40, None, 0.817, 0.975, 0.092, 0.975, 0.0, 1.0, 0.0),
    Measure(60, "rien", 40, None, 0.0, 0.0, 0.05, 0.0, 0.975, 0.025, 0.0),
)


def measured_rates() -> pd.DataFrame:
    """The simulation table: one row per size and planted truth, columns as `Measure`."""
    return pd.DataFrame(list(MEASURED), columns=list(Measure._fields))
