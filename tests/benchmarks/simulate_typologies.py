"""Plant types, gradients or nothing, and count what the badge and the three verdicts say.

    python tests/benchmarks/simulate_typologies.py --repeats 60 --write

rewrites ``ect_research/analysis/typologies/measured.py``, the table that the method note quotes.
"""

import argparse
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from ect_research.analysis.typologies.agreement import adjusted_rand
from ect_research.analysis.typologies.stability import assess_stability
from ect_research.analysis.typologies.table import ProjectTable, prepare_table
from ect_research.analysis.typologies.verdicts import judge_structure

TARGET = Path(__file__).resolve().parents[2] / "ect_research" / "analysis" / "typologies" / "measured.py"
SHARES = (0.5, 0.3, 0.2)
STRENGTHS = {"types": 1.0, "types_moyens": 0.8, "gradient_1": 1.0, "gradient_2": 1.0, "rien": 0.0}
NOMINAL, ORDINAL, NUMERIC, THEMES = 7, 2, 2, 5
BEGIN, END = "MEASURED: tuple[Measure, ...] = (\n", ")\n"


class World:
    """A truth and the answers it gives: 7 nominal, 2 ordinal, 2 numeric variables and one with several codes."""

    def __init__(self, n: int, truth: str, chance: np.random.Generator):
        self.n, self.truth, self.chance, self.strength = n, truth, chance, STRENGTHS[truth]
        sizes = np.round(np.array(SHARES[:2]) * n).astype(int)
        self.types = chance.permutation(np.repeat([0, 1, 2], [*sizes, n - sizes.sum()]))
        self.scores = None
        if truth.startswith("gradient"):
            self.scores = chance.uniform(-1.7, 1.7, (n, 1)) if truth == "gradient_1" else chance.normal(size=(n, 2))
        if truth == "rien" or self.scores is not None:
            self.types = np.zeros(n, dtype=int)

    def codes(self, levels: int) -> np.ndarray:
        base = self.chance.dirichlet(np.full(levels, 3.0))
        if self.scores is not None:
            chances = base * np.exp(self.scores @ self.chance.normal(size=(self.scores.shape[1], levels)) * 2.2)
            chances /= chances.sum(axis=1, keepdims=True)
        else:
            own = self.chance.dirichlet(np.full(levels, 0.35), size=3)[self.types]
            chances = self.strength * own + (1 - self.strength) * base
        drawn = (chances.cumsum(axis=1) < self.chance.random(self.n)[:, None]).sum(axis=1).clip(0, levels - 1)
        return drawn if len(np.unique(drawn)) > 1 else self.codes(levels)

    def number(self) -> np.ndarray:
        if self.scores is not None:
            pull = self.scores @ self.chance.normal(size=self.scores.shape[1])
            return pull + 0.7 * self.chance.normal(size=self.n)
        return 1.5 * self.strength * self.chance.normal(size=3)[self.types] + self.chance.normal(size=self.n)

    def themes(self) -> list[tuple[str, ...]]:
        base = self.chance.uniform(0.15, 0.5, THEMES)
        if self.scores is not None:
            pull = self.scores @ self.chance.normal(size=(self.scores.shape[1], THEMES)) * 2
            chances = 1 / (1 + (1 - base) / base * np.exp(-pull))
        else:
            own = self.chance.beta(0.4, 0.8, (3, THEMES))[self.types]
            chances = self.strength * own + (1 - self.strength) * base
        bears = self.chance.random((self.n, THEMES)) < chances
        bears[~bears.any(axis=1), 0] = True
        found = [tuple(f"t{place}" for place in np.flatnonzero(row)) for row in bears]
        return found if len(set(found)) > 1 else self.themes()

    def table(self) -> ProjectTable:
        columns = {f"v{place}": self.codes(int(self.chance.integers(3, 6))).astype(str) for place in range(NOMINAL)}
        for place in range(ORDINAL):
            columns[f"o{place}"] = pd.Categorical(self.codes(4).astype(str), ordered=True)
        columns |= {f"x{place}": self.number() for place in range(NUMERIC)} | {"themes": self.themes()}
        return prepare_table(pd.DataFrame(columns, index=[f"p{row:03d}" for row in range(self.n)]), list(columns))


def one_run(n: int, truth: str, repeat: int) -> dict[str, float]:
    """What one planted register gets, types sought in three."""
    world = World(n, truth, np.random.default_rng([n, list(STRENGTHS).index(truth), repeat]))
    table = world.table()
    held = assess_stability(table, 3, seed=repeat)
    found = judge_structure(table, seed=repeat)
    badges = held.types["badge"]
    return {
        "accord": adjusted_rand(world.types, held.typology.types.to_numpy() - 1)
        if truth.startswith("types")
        else np.nan,
        "classe_solide": (badges == "solide").mean(),
        "une_solide": (badges == "solide").any(),
        "classe_fragile": (badges == "fragile").mean(),
        "seuil_075": (held.types["jaccard"] >= 0.75).any(),
        "aucune_structure": found.verdict == "aucune_structure",
        "continuum": found.verdict == "continuum",
        "types": found.verdict == "types",
    }


def rows(sizes: list[int], truths: list[str], repeats: int) -> Iterator[tuple[object, ...]]:
    """One row per size and truth."""
    for n in sizes:
        for truth in truths:
            started = time.process_time()
            runs = pd.DataFrame([one_run(n, truth, repeat) for repeat in range(repeats)]).astype(float)
            means = [None if np.isnan(mean) else round(float(mean), 3) for mean in runs.mean()]
            print(n, truth, means, f"{(time.process_time() - started) / repeats:.2f} s", flush=True)
            yield (n, truth, repeats, *means)


def main() -> None:
    """Run, print, and with ``--write`` store."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--repeats", type=int, default=60)
    asked.add_argument("--sizes", type=int, nargs="+", default=[15, 30, 60])
    asked.add_argument("--truths", nargs="+", default=list(STRENGTHS), choices=list(STRENGTHS))
    asked.add_argument("--write", action="store_true")
    options = asked.parse_args()
    found = list(rows(options.sizes, options.truths, options.repeats))
    if options.write:
        text = TARGET.read_text(encoding="utf-8")
        head, rest = text.split(BEGIN)
        tail = rest.split(END, 1)[1] if rest.startswith(END) else rest.split("\n" + END, 1)[1]
        body = "".join(f"    Measure{row!r},\n" for row in found)
        TARGET.write_text(head + BEGIN + body + END + tail, encoding="utf-8")


if __name__ == "__main__":
    main()
