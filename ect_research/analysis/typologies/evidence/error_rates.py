"""How often the badge and the three verdicts are right, measured on planted registers.

Remade by ``python tests/benchmarks/simulate_typologies.py --repeats 23 --write``: 12, 6 or 4 variables, one of
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
    Measure("gower", 12, 15, "types", 23, 0.855, 0.261, 0.261, 0.783, 0.087, 0.913, 0.043, 0.696, 0.261),
    Measure("gower", 12, 15, "types_moyens", 23, 0.637, 0.043, 0.043, 0.391, 0.159, 0.913, 0.217, 0.696, 0.087),
    Measure("gower", 12, 15, "gradient_1", 23, None, 0.043, 0.043, 0.609, 0.159, 1.0, 0.0, 0.957, 0.043),
    Measure("gower", 12, 15, "gradient_2", 23, None, 0.0, 0.0, 0.739, 0.087, 0.957, 0.0, 1.0, 0.0),
    Measure("gower", 12, 15, "rien", 23, None, 0.0, 0.0, 0.0, 0.0, 0.522, 0.957, 0.043, 0.0),
    Measure("gower", 12, 30, "types", 23, 0.984, 0.913, 0.913, 1.0, 0.0, 1.0, 0.0, 0.087, 0.913),
    Measure("gower", 12, 30, "types_moyens", 23, 0.687, 0.174, 0.261, 0.826, 0.13, 0.957, 0.043, 0.696, 0.261),
    Measure("gower", 12, 30, "gradient_1", 23, None, 0.0, 0.0, 0.957, 0.072, 0.957, 0.0, 1.0, 0.0),
    Measure("gower", 12, 30, "gradient_2", 23, None, 0.0, 0.0, 0.957, 0.087, 1.0, 0.0, 1.0, 0.0),
    Measure("gower", 12, 30, "rien", 23, None, 0.0, 0.0, 0.043, 0.0, 0.087, 0.957, 0.043, 0.0),
    Measure("gower", 12, 60, "types", 23, 0.951, 0.913, 0.913, 1.0, 0.0, 1.0, 0.0, 0.087, 0.913),
    Measure("gower", 12, 60, "types_moyens", 23, 0.76, 0.464, 0.478, 0.957, 0.203, 1.0, 0.0, 0.478, 0.522),
    Measure("gower", 12, 60, "gradient_1", 23, None, 0.0, 0.0, 0.957, 0.087, 0.957, 0.0, 1.0, 0.0),
    Measure("gower", 12, 60, "gradient_2", 23, None, 0.0, 0.0, 0.87, 0.13, 0.87, 0.0, 1.0, 0.0),
    Measure("gower", 12, 60, "rien", 23, None, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0),
    Measure("gower", 6, 15, "types", 23, 0.539, 0.0, 0.0, 0.304, 0.043, 0.957, 0.391, 0.609, 0.0),
    Measure("gower", 6, 15, "types_moyens", 23, 0.271, 0.0, 0.0, 0.087, 0.043, 0.739, 0.739, 0.261, 0.0),
    Measure("gower", 6, 15, "gradient_1", 23, None, 0.0, 0.0, 0.261, 0.058, 0.957, 0.348, 0.652, 0.0),
    Measure("gower", 6, 15, "gradient_2", 23, None, 0.072, 0.087, 0.391, 0.101, 1.0, 0.174, 0.739, 0.087),
    Measure("gower", 6, 15, "rien", 23, None, 0.0, 0.0, 0.0, 0.014, 0.739, 0.913, 0.087, 0.0),
    Measure("gower", 6, 30, "types", 23, 0.62, 0.058, 0.087, 0.609, 0.087, 0.913, 0.13, 0.783, 0.087),
    Measure("gower", 6, 30, "types_moyens", 23, 0.455, 0.0, 0.0, 0.13, 0.014, 0.783, 0.609, 0.391, 0.0),
    Measure("gower", 6, 30, "gradient_1", 23, None, 0.0, 0.0, 0.478, 0.13, 1.0, 0.043, 0.957, 0.0),
    Measure("gower", 6, 30, "gradient_2", 23, None, 0.0, 0.0, 0.522, 0.174, 0.957, 0.043, 0.957, 0.0),
    Measure("gower", 6, 30, "rien", 23, None, 0.0, 0.0, 0.0, 0.0, 0.435, 0.957, 0.043, 0.0),
    Measure("gower", 6, 60, "types", 23, 0.66, 0.087, 0.087, 0.739, 0.101, 0.957, 0.087, 0.826, 0.087),
    Measure("gower", 6, 60, "types_moyens", 23, 0.388, 0.043, 0.043, 0.391, 0.087, 0.826, 0.261, 0.696, 0.043),
    Measure("gower", 6, 60, "gradient_1", 23, None, 0.0, 0.0, 0.565, 0.116, 0.826, 0.043, 0.957, 0.0),
    Measure("gower", 6, 60, "gradient_2", 23, None, 0.014, 0.043, 0.609, 0.087, 0.87, 0.0, 0.957, 0.043),
    Measure("gower", 6, 60, "rien", 23, None, 0.0, 0.0, 0.0, 0.0, 0.261, 0.957, 0.043, 0.0),
    Measure("acm", 12, 15, "types", 23, 0.9, 0.101, 0.174, 0.478, 0.087, 0.957, 0.348, 0.435, 0.217),
    Measure("acm", 12, 15, "types_moyens", 23, 0.684, 0.087, 0.087, 0.13, 0.087, 0.87, 0.652, 0.217, 0.13),
    Measure("acm", 12, 15, "gradient_1", 23, None, 0.0, 0.0, 0.348, 0.13, 0.957, 0.391, 0.609, 0.0),
    Measure("acm", 12, 15, "gradient_2", 23, None, 0.0, 0.0, 0.174, 0.232, 0.913, 0.348, 0.652, 0.0),
    Measure("acm", 12, 15, "rien", 23, None, 0.0, 0.0, 0.0, 0.014, 0.261, 0.957, 0.043, 0.0),
    Measure("acm", 12, 30, "types", 23, 0.959, 0.739, 0.739, 1.0, 0.014, 1.0, 0.0, 0.261, 0.739),
    Measure("acm", 12, 30, "types_moyens", 23, 0.759, 0.217, 0.261, 0.522, 0.043, 0.913, 0.435, 0.304, 0.261),
    Measure("acm", 12, 30, "gradient_1", 23, None, 0.043, 0.043, 0.739, 0.072, 0.957, 0.217, 0.739, 0.043),
    Measure("acm", 12, 30, "gradient_2", 23, None, 0.0, 0.0, 0.609, 0.058, 0.913, 0.261, 0.739, 0.0),
    Measure("acm", 12, 30, "rien", 23, None, 0.0, 0.0, 0.0, 0.0, 0.043, 0.957, 0.043, 0.0),
    Measure("acm", 12, 60, "types", 23, 0.987, 0.957, 0.957, 1.0, 0.0, 1.0, 0.0, 0.043, 0.957),
    Measure("acm", 12, 60, "types_moyens", 23, 0.824, 0.507, 0.522, 0.826, 0.014, 1.0, 0.174, 0.304, 0.522),
    Measure("acm", 12, 60, "gradient_1", 23, None, 0.101, 0.13, 1.0, 0.058, 1.0, 0.0, 0.87, 0.13),
    Measure("acm", 12, 60, "gradient_2", 23, None, 0.0, 0.0, 0.783, 0.101, 0.783, 0.0, 1.0, 0.0),
    Measure("acm", 12, 60, "rien", 23, None, 0.0, 0.0, 0.0, 0.029, 0.043, 0.826, 0.13, 0.043),
    Measure("acm", 6, 15, "types", 23, 0.654, 0.014, 0.043, 0.261, 0.101, 0.826, 0.609, 0.348, 0.043),
    Measure("acm", 6, 15, "types_moyens", 23, 0.416, 0.0, 0.0, 0.043, 0.0, 0.783, 0.957, 0.043, 0.0),
    Measure("acm", 6, 15, "gradient_1", 23, None, 0.0, 0.0, 0.174, 0.101, 0.87, 0.478, 0.522, 0.0),
    Measure("acm", 6, 15, "gradient_2", 23, None, 0.0, 0.0, 0.217, 0.101, 0.826, 0.391, 0.609, 0.0),
    Measure("acm", 6, 15, "rien", 23, None, 0.0, 0.0, 0.0, 0.0, 0.609, 0.913, 0.087, 0.0),
    Measure("acm", 6, 30, "types", 23, 0.726, 0.13, 0.174, 0.565, 0.101, 1.0, 0.304, 0.522, 0.174),
    Measure("acm", 6, 30, "types_moyens", 23, 0.5, 0.0, 0.0, 0.217, 0.058, 0.739, 0.696, 0.261, 0.043),
    Measure("acm", 6, 30, "gradient_1", 23, None, 0.0, 0.0, 0.652, 0.087, 0.957, 0.261, 0.739, 0.0),
    Measure("acm", 6, 30, "gradient_2", 23, None, 0.0, 0.0, 0.522, 0.13, 0.957, 0.261, 0.739, 0.0),
    Measure("acm", 6, 30, "rien", 23, None, 0.0, 0.0, 0.043, 0.014, 0.217, 0.913, 0.087, 0.0),
    Measure("acm", 6, 60, "types", 23, 0.838, 0.391, 0.391, 0.783, 0.014, 1.0, 0.174, 0.435, 0.391),
    Measure("acm", 6, 60, "types_moyens", 23, 0.519, 0.043, 0.043, 0.391, 0.058, 0.783, 0.565, 0.391, 0.043),
    Measure("acm", 6, 60, "gradient_1", 23, None, 0.029, 0.043, 0.957, 0.058, 1.0, 0.043, 0.913, 0.043),
    Measure("acm", 6, 60, "gradient_2", 23, None, 0.0, 0.0, 0.87, 0.087, 0.913, 0.043, 0.957, 0.0),
    Measure("acm", 6, 60, "rien", 23, None, 0.0, 0.0, 0.043, 0.014, 0.043, 0.87, 0.13, 0.0),
    Measure("acm", 4, 15, "types", 23, 0.5, 0.0, 0.0, 0.043, 0.014, 0.957, 0.652, 0.348, 0.0),
    Measure("acm", 4, 15, "types_moyens", 23, 0.32, 0.0, 0.0, 0.0, 0.0, 0.739, 0.913, 0.087, 0.0),
    Measure("acm", 4, 15, "gradient_1", 23, None, 0.0, 0.0, 0.261, 0.101, 0.913, 0.478, 0.522, 0.0),
    Measure("acm", 4, 15, "gradient_2", 23, None, 0.0, 0.0, 0.087, 0.101, 1.0, 0.522, 0.478, 0.0),
    Measure("acm", 4, 15, "rien", 23, None, 0.0, 0.0, 0.0, 0.0, 0.391, 1.0, 0.0, 0.0),
    Measure("acm", 4, 30, "types", 23, 0.543, 0.0, 0.0, 0.435, 0.101, 0.609, 0.304, 0.696, 0.0),
    Measure("acm", 4, 30, "types_moyens", 23, 0.354, 0.0, 0.0, 0.174, 0.058, 0.652, 0.696, 0.304, 0.0),
    Measure("acm", 4, 30, "gradient_1", 23, None, 0.0, 0.0, 0.696, 0.116, 0.913, 0.13, 0.87, 0.0),
    Measure("acm", 4, 30, "gradient_2", 23, None, 0.0, 0.0, 0.565, 0.13, 0.87, 0.217, 0.783, 0.0),
    Measure("acm", 4, 30, "rien", 23, None, 0.0, 0.0, 0.0, 0.0, 0.304, 1.0, 0.0, 0.0),
    Measure("acm", 4, 60, "types", 23, 0.577, 0.087, 0.087, 0.652, 0.043, 0.739, 0.13, 0.783, 0.087),
    Measure("acm", 4, 60, "types_moyens", 23, 0.261, 0.0, 0.0, 0.13, 0.058, 0.348, 0.652, 0.348, 0.0),
    Measure("acm", 4, 60, "gradient_1", 23, None, 0.0, 0.0, 0.826, 0.058, 0.957, 0.087, 0.913, 0.0),
    Measure("acm", 4, 60, "gradient_2", 23, None, 0.0, 0.0, 0.522, 0.145, 0.783, 0.043, 0.957, 0.0),
    Measure("acm", 4, 60, "rien", 23, None, 0.0, 0.0, 0.043, 0.0, 0.087, 0.87, 0.13, 0.0),
)


def measured_rates() -> pd.DataFrame:
    """The simulation table: one row per route, number of variables, size and planted truth, columns as `Measure`.

    >>> bool(measured_rates().query("truth == 'rien'")["types"].mean() < 0.05)
    True
    """
    return pd.DataFrame(list(MEASURED), columns=list(Measure._fields))
