"""How often pure noise gives a publishable QCA solution: the table of ``ect_research/analysis/conditions/hasard.md``.

python tests/benchmarks/simulate_conditions.py --draws 2000 --write
"""

from __future__ import annotations

import time
from pathlib import Path

import pandas as pd
import simulation_notes as notes

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
    rows = [
        [
            f"{prevalence:.1f}".replace(".", ","),
            conditions,
            *(notes.share(row.publiables, row.tirages) for row in own.itertuples()),
        ]
        for (prevalence, conditions), own in told.groupby(["prevalence", "conditions"])
    ]
    return notes.table(["prévalence", "conditions", *(f"n = {n}" for n in CASES)], rows) + "\n"


def main() -> None:
    """Simulate, keep the counts, and rewrite the table of the note."""
    asked = notes.options(__doc__, draws=2000).parse_args()
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
