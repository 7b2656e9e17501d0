"""Cost of the typologies, CPU seconds, best of several, one thread: evidence, MCA, Gower.

    OPENBLAS_NUM_THREADS=1 python tests/benchmarks/bench_typologies.py

writes ``tests/benchmarks/results/typologies_speed.csv``. prince is measured when it is installed, R (FactoMineR,
cluster) when ``Rscript`` is there: the ratio is then of one and the same run. Elsewhere the column R holds what was
recorded with FactoMineR 2.7 and OpenBLAS, cluster 2.1.4, R 4.2.2: an order of magnitude, across machines and loads.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
import tracemalloc
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pandas as pd

from ect_research.analysis.typologies.coordinates import answer_distances, mean_distance
from ect_research.analysis.typologies.evidence.sensitivity import leave_one_out
from ect_research.analysis.typologies.evidence.shuffles import shuffler_of
from ect_research.analysis.typologies.evidence.stability import assess_stability
from ect_research.analysis.typologies.evidence.verdicts import judge_structure, silhouettes
from ect_research.analysis.typologies.mca import build_mca
from ect_research.analysis.typologies.tables.answer_table import prepare_table
from ect_research.analysis.typologies.tables.answers import answers_of
from ect_research.analysis.typologies.type_study import build_type_study

RESULTS = Path(__file__).parent / "results" / "typologies_speed.csv"
RECORDED = {("acm", 300): 0.019, ("acm", 3000): 0.081, ("acm", 20000): 0.794,
            ("gower", 300): 0.014, ("gower", 3000): 1.08}  # fmt: skip
IN_R = {
    "acm": "suppressMessages(library(FactoMineR)); work <- function() MCA(x, ncp = 5, graph = FALSE)",
    "gower": "library(cluster); work <- function() daisy(x, metric = 'gower')",
}
TIMED_IN_R = """x <- read.csv('{file}', row.names = 1, stringsAsFactors = TRUE)
{work}
cat(min(sapply(1:{times}, function(i) {{ gc(); sum(system.time(work())[1:2]) }})))"""
rows: list[tuple[str, int, str, float, float | None, str]] = []


def cpu(work, times: int = 5) -> float:
    best = float("inf")
    for _ in range(times):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def peak(work) -> float:
    tracemalloc.start()
    work()
    found = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return found


def tell(what: str, n: int, who: str, took: float, recorded: float | None = None, note: str = "") -> None:
    rows.append((what, n, who, round(took, 5), recorded, note))
    ratio = f"{recorded / took:.1f} fois" if recorded else ""
    print(f"{what:28} n = {n:6} {who:12} {took:.4f} s {ratio} {note}", flush=True)


def seconds_of_r(what: str, frame: pd.DataFrame, recorded: float) -> float:
    """CPU seconds of the same work in R, now; what was recorded where R or its packages are absent."""
    if shutil.which("Rscript") is None:
        return recorded
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.csv"
        frame.to_csv(path)
        code = TIMED_IN_R.format(file=path.as_posix(), work=IN_R[what], times=3)
        done = subprocess.run(["Rscript", "-e", code], capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"R : {done.stderr.strip()}")
    return recorded if done.returncode else float(done.stdout)


def mixed(n: int, nominal: int = 10, numeric: int = 10, seed: int = 0) -> pd.DataFrame:
    chance = np.random.default_rng(seed)
    frame = {f"v{place}": pd.Categorical(chance.choice(list("abcd"), n)) for place in range(nominal)}
    frame |= {f"x{place}": chance.normal(size=n) for place in range(numeric)}
    return pd.DataFrame(frame, index=[f"p{row}" for row in range(n)])


def evidence() -> None:
    from planted_registers import plant

    for n in (15, 30, 60):
        table = plant("types_moyens", n, 12, np.random.default_rng(1))
        shuffler = shuffler_of(answers_of(table), "gower")

        def shuffled(shuffler=shuffler) -> None:
            chance = np.random.default_rng(0)
            silhouettes(shuffler.squared(np.array([shuffler.deal(chance) for _ in range(99)])), (2, 3, 4, 5, 6))

        held = assess_stability(table, 3, shuffles=30)
        parts = {
            "99 permutations × 5 k": shuffled,
            "31 × 50 tirages": lambda table=table: assess_stability(table, 3, shuffles=30),
            "retrait de chaque projet": lambda held=held: leave_one_out(held.typology),
        }
        took = {name: cpu(work) for name, work in parts.items()}
        for name, seconds in took.items():
            tell(name, n, "ect", seconds)
        tell("panneau de preuves", n, "ect", sum(took.values()), note="les trois lignes qui précèdent, sous 1 s voulu")
        tell("trois verdicts", n, "ect", cpu(lambda table=table: judge_structure(table), 3), note="dont 324 gradients")
        tell(
            "étude entière, k de 2 à 6", n, "ect", cpu(lambda table=table: build_type_study(table, 3, route="gower"), 1)
        )


def mca() -> None:
    try:
        import prince
    except ImportError:
        prince = None
        print("prince n’est pas installé : rapport non mesuré")
    for n in (300, 3000, 20000):
        frame = mixed(n, 20, 0)
        table = prepare_table(frame, list(frame))
        r = seconds_of_r("acm", frame, RECORDED["acm", n])
        tell("acm, p = 20", n, "ect", cpu(lambda table=table: build_mca(table, passive_below=0)), r)
        reading = cpu(lambda frame=frame: build_mca(prepare_table(frame, list(frame)), passive_below=0))
        tell("acm, lecture comprise", n, "ect", reading, r)
        if prince is None:
            continue

        def fitted(frame=frame):
            return prince.MCA(n_components=5, engine="scipy").fit(frame)

        def everything(frame=frame) -> None:
            model = fitted(frame)
            model.row_coordinates(frame), model.column_coordinates(frame)
            _ = model.row_contributions_, model.column_contributions_
            model.row_cosine_similarities(frame), model.column_cosine_similarities(frame)

        tell("acm, p = 20", n, "prince", cpu(fitted, 3), note="sans les sorties")
        tell("acm, p = 20", n, "prince", cpu(everything, 3), note="avec les mêmes sorties, v-test et η² exceptés")


def gower() -> None:
    for n in (300, 3000):
        frame = mixed(n)
        holes = frame.mask(np.random.default_rng(1).random(frame.shape) < 0.1)
        for what, own in (("gower, 10 + 10", frame), ("gower, 10 + 10, 10 % de trous", holes)):
            table = prepare_table(own, list(own))

            def measured(table=table):
                return mean_distance(answer_distances(answer) for answer in answers_of(table))

            took, memory = cpu(measured, 3), peak(measured) / 1e6
            r = seconds_of_r("gower", own, RECORDED["gower", n])
            tell(what, n, "ect", took, r, f"pic {memory:.0f} Mo, résultat {8 * n * n / 1e6:.0f} Mo")


if __name__ == "__main__":
    evidence()
    mca()
    gower()
    columns = ["mesure", "n", "qui", "secondes_cpu", "secondes_cpu_r", "note"]
    pd.DataFrame(rows, columns=columns).to_csv(RESULTS, index=False)
