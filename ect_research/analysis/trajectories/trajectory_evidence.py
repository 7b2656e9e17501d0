"""How far the distances depend on choices, whether they go with traits, and how often the finding on types is right.

``trajectory_rates.csv`` is remade by ``python tests/benchmarks/simulate_trajectories.py --repeats 200 --write``, which also
says what is planted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import pandas as pd

from ect_research.analysis.chance import Proportion, Refusal, wilson_interval
from ect_research.analysis.partition import measure_discrepancy
from ect_research.analysis.readable import Readable
from ect_research.analysis.trajectories.sequence_distances import Distances, compare_distances

_LEVEL = 0.05
WITH_TYPES = ("types", "types_moyens")


@dataclass(frozen=True)
class TraitShares(Readable):
    """Share of the discrepancy between trajectories that goes with each trait of the projects.

    Attributes:
        table: one row per trait: ``trait, n`` (projects whose value is known), ``sans_valeur, r2`` (0–1), ``r2_hasard``
            (mean over the shuffles: what a trait without bearing gets), ``p``, ``refus`` (a sentence: why the share is not
            computed; "" when it is), ``controle`` (``duree_observee`` when projects were not observed equally long: a
            distance follows that, which is taken off distances and trait; "" else).
        permutations: shuffles of each trait between projects.
        seed: of the shuffles.
        n: projects.
    """

    exhibits = ("show_trajectory_table", "traits")

    table: pd.DataFrame
    permutations: int
    seed: int
    n: int

    @property
    def tests(self) -> int:
        """Traits whose share is computed."""
        return int(self.table["p"].notna().sum())

    @property
    def closest(self) -> pd.Series | None:
        """The trait of the smallest ``p``, the first among equals; None when none is computed."""
        return self.table.sort_values("p", kind="stable").iloc[0] if self.tests else None

    @property
    def beyond_chance(self) -> bool:
        """Whether the smallest ``p`` is 5 % at most once multiplied by the number of tests (Bonferroni)."""
        return bool(self.tests and self.table["p"].min() * self.tests <= _LEVEL)


def describe_distances(distances: Sequence[Distances | Refusal]) -> pd.DataFrame | Refusal:
    """One row per way of measuring, the first one being the reference.

    Args:
        distances: of the same projects; the first refusal is handed back.

    Returns:
        ``methode, couts, norme, n, differentes`` (distinct sequences), ``lien_longueur`` (correlation of the distance with
        the difference in observed length: far from 0, the distance tells who was followed longest), ``accord``
        (correlation with the reference: near 1, the choice hardly matters), ``triangle`` (three states whose detour costs
        less than the direct change, "" when there are none).

    Raises:
        EctError: distances between different projects.

    >>> from ect_research.analysis.trajectories.coded_sequences import code_sequences
    >>> from ect_research.analysis.trajectories.sequence_distances import build_distances
    >>> rows = [list("aabb"), ["a", "b", None, None], list("abbb")]
    >>> told = code_sequences(pd.DataFrame(rows, index=["P1", "P2", "P3"]), ["a", "b"])
    >>> describe_distances([build_distances(told), build_distances(told, method="LCS")])["methode"].tolist()
    ['OM', 'LCS']
    """
    found: list[Distances] = []
    for one in distances:
        if isinstance(one, Refusal):
            return one
        found.append(one)
    return pd.DataFrame(
        {
            "methode": [one.method for one in found],
            "couts": [one.costs for one in found],
            "norme": [one.norm for one in found],
            "n": [one.n for one in found],
            "differentes": [one.unique for one in found],
            "lien_longueur": [one.length_correlation for one in found],
            "accord": compare_distances(found).to_numpy()[0],
            "triangle": [" → ".join(one.triangle_broken or ()) for one in found],
        }
    )


def explain_distances(
    distances: Distances | Refusal,
    projects: pd.DataFrame,
    traits: Sequence[str],
    *,
    permutations: int = 999,
    seed: int = 20160,
) -> TraitShares | Refusal:
    """Share of the discrepancy between trajectories that each trait of the projects explains (pseudo-R²).

    Args:
        distances: between the trajectories; a refusal is handed back.
        projects: table ``projets``.
        traits: its columns, each with one value per project.
        permutations: shuffles of each trait between projects.
        seed: of the shuffles.

    Several traits are several tests: read the smallest ``p`` accordingly.

    Source:
        as `measure_discrepancy`.

    >>> from ect_research.analysis.trajectories.coded_sequences import code_sequences
    >>> told = code_sequences(pd.DataFrame([list("aabb"), list("abbb"), list("aaab")] * 2, index=list("ABCDEF")), ["a", "b"])
    >>> from ect_research.analysis.trajectories.sequence_distances import build_distances
    >>> traits = pd.DataFrame({"projet_id": list("ABCDEF"), "accompagne": ["oui", "non"] * 3})
    >>> explain_distances(build_distances(told), traits, ["accompagne"], permutations=9).table[["n", "refus"]].values.tolist()
    [[6, '']]
    """
    if isinstance(distances, Refusal):
        return distances
    table = projects.set_index("projet_id").reindex(list(distances.names))
    lines = []
    unequal = bool(np.ptp(distances.lengths) > 0)
    for trait in traits:
        found = measure_discrepancy(
            distances.matrix,
            table[trait],
            control=distances.lengths if unequal else None,
            permutations=permutations,
            seed=seed,
        )
        known = int(table[trait].notna().sum())
        line: dict[str, object] = {"trait": trait, "n": known, "sans_valeur": len(table) - known}
        if isinstance(found, Refusal):
            line |= {"r2": np.nan, "r2_hasard": np.nan, "p": np.nan}
            line |= {"refus": found.reason}
        else:
            line |= {"r2": found.r2, "r2_hasard": found.expected_r2, "p": found.p_value, "refus": ""}
        line["controle"] = "duree_observee" if unequal else ""
        lines.append(line)
    return TraitShares(pd.DataFrame(lines), permutations, seed, distances.n)


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
    with (files("ect_research.analysis.trajectories") / "trajectory_rates.csv").open(encoding="utf-8") as stream:
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
