"""Plant types, gradients or nothing, and count what the badge and the three verdicts say.

    python tests/benchmarks/simulate_typologies.py --repeats 23 --write

simulates, adds every run to ``tests/benchmarks/results/typologies_runs.csv`` and rewrites the table of
``ect_research/analysis/typologies/evidence/error_rates.py``, which the figures quote, and that of ``mesures.md`` above it.
``--minutes`` stops earlier, after a whole round of repeats; runs already in the file are not made again;
``--repeats 0 --write`` only reads the file.
"""

import argparse
import time
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

from ect_research.analysis.chance import wilson_interval
from ect_research.analysis.partition.agreement import adjusted_rand
from ect_research.analysis.typologies.evidence import error_rates
from ect_research.analysis.typologies.evidence.error_rates import Measure
from ect_research.analysis.typologies.evidence.stability import assess_stability
from ect_research.analysis.typologies.evidence.verdicts import judge_structure, verdict_of
from ect_research.analysis.typologies.tables.answer_table import ProjectTable, prepare_table

TARGET = Path(error_rates.__file__)
PAGE = TARGET.parents[1] / "mesures.md"
RUNS = Path(__file__).parent / "results" / "typologies_runs.csv"
SHARES = (0.5, 0.3, 0.2)
STRENGTHS = {"types": 1.0, "types_moyens": 0.8, "gradient_1": 1.0, "gradient_2": 1.0, "rien": 0.0}
MADE_OF = {("gower", 12): (7, 2, 2), ("gower", 6): (3, 1, 1), ("acm", 12): (9, 2, 0), ("acm", 6): (4, 1, 0),
           ("acm", 4): (3, 0, 0)}  # fmt: skip
SIZES, THEMES = (15, 30, 60), 5
BEGIN, END = "MEASURED: tuple[Measure, ...] = (\n", ")\n"
TABLE = "## Les mesures"
PLANTED = {"types": "types nets", "types_moyens": "types moyens", "gradient_1": "un gradient",
           "gradient_2": "deux gradients", "rien": "rien"}  # fmt: skip
KEYS = ["route", "variables", "n", "truth", "repeat"]


class World:
    """A truth and the answers it gives: nominal, ordinal and numeric variables, and one with several codes."""

    def __init__(self, n: int, truth: str, chance: np.random.Generator, made_of: tuple[int, int, int] = (7, 2, 2)):
        self.n, self.truth, self.chance, self.strength = n, truth, chance, STRENGTHS[truth]
        self.made_of = made_of
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
        nominal, ordinal, numeric = self.made_of
        columns = {f"v{place}": self.codes(int(self.chance.integers(3, 6))).astype(str) for place in range(nominal)}
        for place in range(ordinal):
            columns[f"o{place}"] = pd.Categorical(self.codes(4).astype(str), ordered=True)
        columns |= {f"x{place}": self.number() for place in range(numeric)} | {"themes": self.themes()}
        return prepare_table(pd.DataFrame(columns, index=[f"p{row:03d}" for row in range(self.n)]), list(columns))


def one_run(route: str, variables: int, n: int, truth: str, repeat: int) -> dict[str, object]:
    """What one planted register gets, types sought in three."""
    seed = [n, list(STRENGTHS).index(truth), variables, route == "acm", repeat]
    world = World(n, truth, np.random.default_rng(seed), MADE_OF[route, variables])
    table = world.table()
    held = assess_stability(table, 3, route=route, seed=repeat)
    found = judge_structure(table, route=route, seed=repeat)
    badges = held.types["badge"]
    planted = adjusted_rand(world.types, held.typology.types.to_numpy() - 1) if "types" in truth else np.nan
    return {
        **dict(zip(KEYS, (route, variables, n, truth, repeat), strict=True)),
        "accord": round(planted, 4),
        "stables": int((badges == "stable").sum()),
        "fragiles": int((badges == "fragile").sum()),
        "plus_stable": round(float(held.types["jaccard"].max()), 4),
        "p_structure": round(found.p_structure, 4),
        "p_types": round(found.p_types, 4),
    }


def simulate(cells: list[tuple[str, int, int, str]], repeats: int, minutes: float) -> None:
    """Add the missing runs to the file, one round of all cells after the other."""
    done = set(map(tuple, pd.read_csv(RUNS)[KEYS].to_numpy().tolist())) if RUNS.is_file() else set()
    started = time.monotonic()
    for repeat in range(repeats):
        todo = [cell for cell in cells if (*cell, repeat) not in done]
        if todo and time.monotonic() - started > 60 * minutes:
            print(f"{repeat} rounds in {minutes:g} minutes")
            break
        runs = pd.DataFrame([one_run(*cell, repeat) for cell in todo])
        runs.to_csv(RUNS, mode="a", header=not RUNS.is_file(), index=False)
        print(repeat, f"{time.process_time():.0f} s", flush=True)


def summarise(runs: pd.DataFrame) -> list[tuple[object, ...]]:
    """One row per route, number of variables, size and truth: the present rules applied to the runs."""
    verdicts = [verdict_of(*row) for row in runs[["p_structure", "p_types"]].itertuples(index=False)]
    found = runs.assign(verdict=verdicts)
    found["stables"] = found["stables"].where(found["verdict"] != "aucune_structure", 0)
    found["fragiles"] = found["fragiles"].where(found["verdict"] != "aucune_structure", 0)
    found["solides"] = found["stables"].where(found["verdict"] == "types", 0)
    rows = []
    for cell, own in found.groupby(KEYS[:4], sort=False):
        shares = [own["solides"].mean() / 3, (own["solides"] > 0).mean(), (own["stables"] > 0).mean(),
                  own["fragiles"].mean() / 3, (own["plus_stable"] >= 0.75).mean()]  # fmt: skip
        shares += [(own["verdict"] == word).mean() for word in ("aucune_structure", "continuum", "types")]
        means = [None if pd.isna(mean) else round(float(mean), 3) for mean in (own["accord"].mean(), *shares)]
        rows.append((*cell, len(own), *means))
    return rows


def share(value: object, repeats: int) -> str:
    """A share and its Wilson interval, in %: ``5 [1–16]``."""
    found = wilson_interval(round(float(value) * repeats), repeats)
    return f"{100 * found.estimate:.0f} [{100 * found.low:.0f}–{100 * found.high:.0f}]"


def write_page(rows: list[tuple[object, ...]]) -> None:
    """Rewrite the table of the page, under its last title."""
    columns = ["chemin", "variables", "n", "ce qui est planté", "registres", "accord", "aucune structure", "continuum"]
    columns += ["types", "un type solide", "un groupe stable", "Jaccard ≥ 0,75"]
    lines = [f"| {' | '.join(columns)} |", "|" + "---|" * len(columns)]
    for row in rows:
        cell = dict(zip(Measure._fields, row, strict=True))
        agreement = "–" if cell["accord"] is None else f"{cell['accord']:.2f}".replace(".", ",")
        told = [share(cell[name], cell["repeats"]) for name in
                ("aucune_structure", "continuum", "types", "une_solide", "une_stable", "seuil_075")]  # fmt: skip
        lines.append(f"| {cell['route']} | {cell['variables']} | {cell['n']} | {PLANTED[cell['truth']]} | "
                     f"{cell['repeats']} | {agreement} | {' | '.join(told)} |")  # fmt: skip
    head = PAGE.read_text(encoding="utf-8").split(TABLE)[0]
    PAGE.write_text(head + TABLE + "\n\n" + "\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Simulate, and with ``--write`` store the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--repeats", type=int, default=40)
    asked.add_argument("--minutes", type=float, default=float("inf"))
    asked.add_argument("--write", action="store_true")
    options = asked.parse_args()
    cells = [(*setting, n, truth) for setting, n, truth in product(MADE_OF, SIZES, STRENGTHS)]
    simulate(cells, options.repeats, options.minutes)
    rows = summarise(pd.read_csv(RUNS))
    for row in rows:
        print(*row)
    if options.write:
        text = TARGET.read_text(encoding="utf-8")
        head, rest = text.split(BEGIN)
        tail = rest.split(END, 1)[1] if rest.startswith(END) else rest.split("\n" + END, 1)[1]
        body = "".join(f"    Measure{row!r},\n".replace("'", '"') for row in rows)
        TARGET.write_text(head + BEGIN + body + END + tail, encoding="utf-8")
        write_page(rows)


if __name__ == "__main__":
    main()
