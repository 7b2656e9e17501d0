"""How often the finding on types of trajectories is right, measured on planted registers.

``trajectory_rates.csv`` is remade by ``python tests/benchmarks/simulate_trajectories.py --repeats 200 --write``, which also
says what is planted.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import pandas as pd

from ect_research.analysis.chance import wilson_interval

if TYPE_CHECKING:
    from ect_research.analysis.chance import Proportion

WITH_TYPES = ("types", "types_moyens")


@dataclass(frozen=True)
class TrajectoryRates:
    """How often types are announced, on planted registers.

    Attributes:
        n: projects of these registers: those of the study, or the nearest below.
        false_types: registers without types (passages, regular stays, speeds) where types are announced, fragile ones included.
        true_types: same, where three clear ways are planted.
        medium_types: same, where the three ways are blurred.
    """

    n: int
    false_types: Proportion
    true_types: Proportion
    medium_types: Proportion


@cache
def _measured() -> pd.DataFrame:
    with (files("ect_research.analysis.trajectories.types") / "trajectory_rates.csv").open(encoding="utf-8") as stream:
        return pd.read_csv(stream)


def quote_trajectory_rates(n: int) -> TrajectoryRates | None:
    """The rates measured with as many projects, or the nearest number below; None under 30, where types are refused.

    >>> quote_trajectory_rates(45).n, quote_trajectory_rates(29) is None
    (30, True)
    """
    told = _measured()
    told = told[told["refus"] == 0]
    sizes = told.loc[told["n"] <= n, "n"]
    if sizes.empty:
        return None
    told = told[told["n"] == sizes.max()]
    without = ~told["truth"].isin(WITH_TYPES)
    return TrajectoryRates(
        int(sizes.max()), _pooled(told[without]), *(_pooled(told[told["truth"] == name]) for name in WITH_TYPES)
    )


def _pooled(rows: pd.DataFrame) -> Proportion:
    return wilson_interval(int(rows[["fragiles", "types"]].to_numpy().sum()), int(rows["registres"].sum()))
