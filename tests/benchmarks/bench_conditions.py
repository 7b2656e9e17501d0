"""Speed of the QCA engine, against R QCA in the same run where ``Rscript`` and the package are there.

    python tests/benchmarks/bench_conditions.py

Asked: the parsimonious solution 100, 100 and 30 times as fast as R at k = 5, 10, 14 and n = 30; the noise benchmark (1,000
sets, n = 30, k = 4) under 10 s of processor; the map of cutoffs of the Lipset data under 0.1 s.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from ect_research.analysis.conditions.cutoff_map import sensitivity_map
from ect_research.analysis.conditions.memberships import Memberships, take_memberships
from ect_research.analysis.conditions.noise_rate import measure_noise
from ect_research.analysis.conditions.solving.minimal_covers import find_covers, find_primes
from ect_research.analysis.conditions.solving.truth_table import Cutoffs, build_truth_table

DATA = Path(__file__).resolve().parent.parent / "analysis" / "conditions" / "data"
RESULTS = Path(__file__).with_name("results") / "conditions_speed.csv"
# Seconds of R 4.2.2, QCA 3.23, quiet machine, median of 3: read beside ours where R is not installed, not a rival run.
PUBLISHED = {(5, 30): 0.128, (10, 30): 0.653, (14, 30): 2.462}
_R = """library(QCA); d <- read.csv("{path}")
tt <- truthTable(d, outcome = "Y", incl.cut = 0.8)
s <- sapply(1:3, function(i) system.time(minimize(tt, include = "?"))["elapsed"]); cat(median(s))"""


def seconds(work: Callable[[], object], times: int = 7) -> float:
    """Median time of a few runs."""
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        spent.append(time.perf_counter() - start)
    return statistics.median(spent)


def drawn(k: int, n: int) -> Memberships:
    """Crisp cases with two planted paths and a little noise."""
    chance = np.random.default_rng(k * 1000 + n)
    scores = chance.integers(0, 2, (n, k)).astype(float)
    outcome = np.maximum(scores[:, 0] * scores[:, 1], scores[:, 2] * (1 - scores[:, 3]))
    flipped = chance.random(n) < 0.05
    outcome[flipped] = 1 - outcome[flipped]
    names = tuple(f"C{place}" for place in range(k))
    return Memberships(tuple(map(str, range(n))), names, (2,) * k, scores, outcome, "Y")


def parsimonious(data: Memberships) -> Callable[[], object]:
    """The parsimonious solution from its truth table, every model."""
    table = build_truth_table(data, Cutoffs(0.8, 0))
    positive, negative = table.coded("1"), table.coded("0")
    return lambda: find_covers(find_primes(positive, negative), positive)


def r_seconds(data: Memberships) -> float | None:
    """The same in R; None where R is not there."""
    if shutil.which("Rscript") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "d.csv"
        pd.DataFrame(data.scores, columns=list(data.conditions)).assign(Y=data.outcome).to_csv(path, index=False)
        done = subprocess.run(["Rscript", "-e", _R.format(path=path)], capture_output=True, text=True, check=False)
    return float(done.stdout.split()[-1]) if done.returncode == 0 and done.stdout else None


def main() -> None:
    """One row a measure, printed and kept."""
    rows: list[tuple[str, float, float | None, str]] = []
    for k, n in PUBLISHED:
        data = drawn(k, n)
        own, rival = seconds(parsimonious(data)), r_seconds(data)
        origin = "same run" if rival else "published, not this run"
        rows.append((f"parsimonious k={k} n={n}", own, rival or PUBLISHED[k, n], origin))
    start = time.process_time()
    measure_noise(30, [0.5] * 4, 0.5, draws=1000)
    rows.append(("noise, 1,000 sets, n=30 k=4 (CPU)", time.process_time() - start, None, ""))
    lipset = pd.read_csv(DATA / "LF.csv", index_col="case")
    names = [name for name in lipset if name != "SURV"]
    table = build_truth_table(take_memberships(lipset, "SURV", names), Cutoffs(0.8, 0))
    rows.append(("map of cutoffs, LF", seconds(lambda: sensitivity_map(table, names)), None, ""))
    told = pd.DataFrame(rows, columns=["measure", "seconds", "r_seconds", "r_from"]).round(4)
    told["times"] = (told["r_seconds"] / told["seconds"]).round(0)
    print(told.to_string(index=False))
    told.to_csv(RESULTS, index=False)


if __name__ == "__main__":
    main()
