"""Cost of the distances and of the date draws: one run, CPU seconds, best of several, stored in results/trajectories.csv.

Run by hand: ``python tests/benchmarks/bench_distances.py``; with numba installed it measures both engines. The column
traminer_s holds the CPU seconds recorded for TraMineR 2.2-12 (R 4.2.2) when the references were made, not measured here:
a ratio across runs bears the load of both.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from ect_research import (
    build_incidence_range,
    derive_episodes,
    derive_sequences,
    measure_sequences,
    sample_durations,
    sample_sequences,
    sample_stories,
)
from ect_research.analysis.durations.stage_reach import build_stage_reach_range
from ect_research.analysis.trajectories import kernels_numba
from ect_research.analysis.trajectories.coded_sequences import CodedSequences, code_sequences
from ect_research.analysis.trajectories.costs import constant_costs, rate_costs
from ect_research.analysis.trajectories.flows import build_transition_range
from ect_research.analysis.trajectories.sequence_distances import build_distances
from ect_research.analysis.trajectories.states import build_state_range
from ect_research.codebook.load_codebook import load_codebook
from ect_research.corpus.stages.episodes import Episodes

MVAD = Path(__file__).resolve().parents[3] / "shared" / "reference" / "trajectories" / "mvad.csv"
RESULTS = Path(__file__).with_name("results") / "trajectories.csv"
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


def sixty_projects() -> Episodes:
    facts = [
        (f"P{n:02d}-{rank}", f"P{n:02d}", kind, f"{2010 + n % 8 + 2 * rank}-01-01", f"{2010 + n % 8 + 2 * rank}-12-31")
        for n in range(60)
        for rank, kind in enumerate(["idee_captee", "collectif_reuni", "abandon" if n % 3 else "statuts_deposes"])
    ]
    events = pd.DataFrame(facts, columns=["evenement_id", "projet_id", "type_evenement", "low", "high"])
    events["date_debut_min"] = pd.to_datetime(events.pop("low")).astype("datetime64[s]")
    events["date_debut_max"] = pd.to_datetime(events.pop("high")).astype("datetime64[s]")
    return derive_episodes(events, load_codebook().stages, observed_on=pd.Timestamp("2025-12-31"))


def distances(frame: pd.DataFrame) -> Iterator[dict[str, object]]:
    """One line per set, costs and engine; the work per pair of distinct sequences should not grow."""
    engines = ["numpy", *(["numba"] if kernels_numba.numba_installed() else [])]
    cases = {"712 × 70 (mvad)": code_sequences(frame, STATES)}
    cases |= {f"{n} × 70, tous différents": jittered(frame, n) for n in (250, 500, 1000, 2000)}
    few = code_sequences(frame.head(9), STATES)
    for name, sequences in cases.items():
        unique = len(np.unique(sequences.codes, axis=0))
        for kind, costs in (("constant", constant_costs(sequences)), ("taux", rate_costs(sequences))):
            for engine in engines:
                build_distances(few, costs=rate_costs(few) if kind == "taux" else constant_costs(few), engine=engine)
                took = cpu(lambda: build_distances(sequences, costs=costs, engine=engine), 9 if unique < 600 else 2)  # noqa: B023
                told = RECORDED.get((name, kind))
                yield {
                    "travail": f"OM, coûts {kind}",
                    "donnees": name,
                    "differentes": unique,
                    "moteur": engine,
                    "secondes_cpu": round(took, 3),
                    "us_par_paire_differente": round(2e6 * took / unique**2, 2),
                    "traminer_s": told,
                    "rapport": round(told / took, 1) if told else None,
                }


def draws() -> Iterator[dict[str, object]]:
    episodes = sixty_projects()
    stories = sample_stories(episodes, draws=1000)
    two_hundred = sample_stories(episodes, draws=200)
    ages = sample_sequences(stories, clock="age", unit="trimestre")
    works: dict[str, Callable[[], object]] = {
        "1 000 tirages, récits": lambda: sample_stories(episodes, draws=1000),
        "1 000 tirages, récits, durées et courbes": lambda: build_incidence_range(
            sample_durations(sample_stories(episodes, draws=1000))  # type: ignore[arg-type]
        ),
        "1 000 tirages, entonnoir": lambda: build_stage_reach_range(stories),
        "200 tirages, suites mensuelles": lambda: sample_sequences(two_hundred, clock="age", unit="mois"),
        "1 000 tirages, suites mensuelles": lambda: sample_sequences(stories, clock="age", unit="mois"),
        "1 000 tirages, parts des états": lambda: build_state_range(ages),
        "1 000 tirages, transitions": lambda: build_transition_range(ages),
        "1 000 tirages, indicateurs": lambda: measure_sequences(ages),
        "1 tirage par le chemin ordinaire": lambda: derive_sequences(sixty_projects(), clock="age", unit="mois"),
    }
    for name, work in works.items():
        yield {"travail": name, "donnees": "60 projets", "moteur": "numpy", "secondes_cpu": round(cpu(work), 3)}


def main() -> None:
    lines: list[dict[str, object]] = []
    if MVAD.is_file():
        lines += distances(pd.read_csv(MVAD, dtype="str").loc[:, "Sep.93":"Jun.99"])
    table = pd.DataFrame([*lines, *draws()])
    table.to_csv(RESULTS, index=False)
    print(table.to_string(index=False, na_rep="–"))


if __name__ == "__main__":
    main()
