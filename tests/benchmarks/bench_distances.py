"""Cost of the distances and of the date draws: one run, CPU seconds, best of three.

Run by hand: ``python tests/benchmarks/bench_distances.py``. The column TraMineR holds the CPU seconds recorded for
TraMineR 2.2-12 (R 4.2.2) when the references were made, not measured here: a ratio across runs bears the load of both.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from ect_research import build_incidence_range, derive_episodes, draw_durations, load_codebook
from ect_research.analysis.trajectories import kernels_numba
from ect_research.analysis.trajectories.coding import CodedSequences, code_sequences
from ect_research.analysis.trajectories.costs import constant_costs, rate_costs
from ect_research.analysis.trajectories.distances import build_distances

MVAD = Path(__file__).resolve().parents[3] / "shared" / "reference" / "trajectories" / "mvad.csv"
STATES = ["employment", "FE", "HE", "joblessness", "school", "training"]
RECORDED = {("712 × 70 (mvad)", "constant"): 1.10, ("712 × 70 (mvad)", "taux"): 1.16,
            ("2000 × 70, tous différents", "constant"): 18.0, ("2000 × 70, tous différents", "taux"): 17.8}  # fmt: skip


def cpu(work: Callable[[], object], times: int = 3) -> float:
    best = float("inf")
    for _ in range(times):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def jittered(frame: pd.DataFrame, n: int) -> CodedSequences:
    """Resampled rows, four months of each drawn anew: nearly all different."""
    generator = np.random.default_rng(1)
    drawn = frame.iloc[generator.integers(0, len(frame), n)].to_numpy(dtype=object)
    for _ in range(4):
        drawn[np.arange(n), generator.integers(0, frame.shape[1], n)] = generator.choice(STATES, n)
    return code_sequences(pd.DataFrame(drawn), STATES)


def sixty_projects() -> object:
    facts = [
        (f"P{n:02d}-{rank}", f"P{n:02d}", kind, f"{2010 + n % 8 + 2 * rank}-01-01", f"{2010 + n % 8 + 2 * rank}-12-31")
        for n in range(60)
        for rank, kind in enumerate(["idee_captee", "collectif_reuni", "abandon" if n % 3 else "statuts_deposes"])
    ]
    events = pd.DataFrame(facts, columns=["evenement_id", "projet_id", "type_evenement", "low", "high"])
    events["date_debut_min"] = pd.to_datetime(events.pop("low")).astype("datetime64[s]")
    events["date_debut_max"] = pd.to_datetime(events.pop("high")).astype("datetime64[s]")
    return derive_episodes(events, load_codebook().stages, observed_on=pd.Timestamp("2025-12-31"))


def main() -> None:
    engines = ["numpy", *(["numba"] if kernels_numba.numba_installed() else [])]
    cases: dict[str, CodedSequences] = {}
    if MVAD.is_file():
        frame = pd.read_csv(MVAD, dtype="str").loc[:, "Sep.93":"Jun.99"]
        cases = {
            "712 × 70 (mvad)": code_sequences(frame, STATES),
            "500 × 70, tous différents": jittered(frame, 500),
            "1000 × 70, tous différents": jittered(frame, 1000),
            "2000 × 70, tous différents": jittered(frame, 2000),
        }
    print("| séquences | différentes | coûts | moteur | s (CPU) | TraMineR | rapport |\n|---|---|---|---|---|---|---|")
    for name, sequences in cases.items():
        unique = len(np.unique(sequences.codes, axis=0))
        for costs in (constant_costs(sequences), rate_costs(sequences)):
            for engine in engines:
                if engine == "numba":
                    build_distances(code_sequences(frame.head(9), STATES), costs=costs, engine="numba")
                took = cpu(lambda: build_distances(sequences, costs=costs, engine=engine), 3 if unique < 900 else 1)  # noqa: B023
                told = RECORDED.get((name, costs.name))
                ratio = f"{told} | {told / took:.1f}" if told else "– | –"
                print(f"| {name} | {unique} | {costs.name} | {engine} | {took:.3f} | {ratio} |", flush=True)
    episodes = sixty_projects()
    took = cpu(lambda: build_incidence_range(draw_durations(episodes, draws=1000)))  # type: ignore[arg-type]
    print(f"\n1 000 tirages × 60 projets, durées et courbes : {took:.2f} s (CPU)")


if __name__ == "__main__":
    main()
