"""How often pure noise gives a publishable QCA solution: the table of ``ect_research/analysis/conditions/hasard.md``.

python tests/benchmarks/simulate_conditions.py --draws 2000 --write
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import pandas as pd

from ect_research.analysis.conditions.noise_rate import measure_noise

HERE = Path(__file__).resolve().parent
NOTE = HERE.parent.parent / "ect_research" / "analysis" / "conditions" / "hasard.md"
RESULTS = HERE / "results" / "conditions_noise.csv"
HEAD = "## Part de données"
CASES, CONDITIONS, PREVALENCES = (12, 15, 20, 30, 45, 60, 100), (2, 3, 4, 5, 6), (0.3, 0.5, 0.7)


def simulate(draws: int) -> pd.DataFrame:
    """One row a regime."""
    rows = []
    for prevalence in PREVALENCES:
        for conditions in CONDITIONS:
            for n in CASES:
                found = measure_noise(n, [0.5] * conditions, prevalence, draws=draws).passing
                rows.append((prevalence, conditions, n, draws, found.count, found.estimate, found.low, found.high))
    columns = ["prevalence", "conditions", "n", "tirages", "publiables", "part", "bas", "haut"]
    return pd.DataFrame(rows, columns=columns)


def written(told: pd.DataFrame) -> str:
    """The table in Markdown."""
    lines = [
        "| prévalence | conditions | " + " | ".join(f"n = {n}" for n in CASES) + " |",
        "|---" * (2 + len(CASES)) + "|",
    ]
    for (prevalence, conditions), rows in told.groupby(["prevalence", "conditions"]):
        cells = [f"{100 * row.part:.0f} [{100 * row.bas:.0f}–{100 * row.haut:.0f}]" for row in rows.itertuples()]
        lines.append(f"| {prevalence:.1f} | {conditions} | ".replace(".", ",") + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Simulate, keep the counts, and rewrite the table of the note."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=2000)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    start = time.process_time()
    told = simulate(asked.draws)
    print(written(told))
    print(f"{time.process_time() - start:.1f} s CPU")
    if asked.write:
        told.round(4).to_csv(RESULTS, index=False)
        head, title, _ = NOTE.read_text(encoding="utf-8").partition(HEAD)
        heading = title + _.split("\n", 1)[0]
        NOTE.write_text(f"{head}{heading}\n\n{written(told)}", encoding="utf-8")


if __name__ == "__main__":
    main()
