"""Cost of the network, CPU seconds, one thread: rewirings of the public register, 400 actors × 150 projects in full.

    OPENBLAS_NUM_THREADS=1 python tests/benchmarks/bench_ecosystem.py

writes ``tests/benchmarks/results/ecosystem_speed.csv``. The rivals of the same run: swaps of two crosses of the table, as many
as trades, for the rewirings; networkx for betweenness and constraint.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import networkx as nx
import numpy as np
import pandas as pd

import ect_research as ect
from ect_research.analysis.ecosystem.cohesion import rewire
from ect_research.analysis.ecosystem.sector_mixing import betweenness, burt_constraint, newman_weights
from ect_research.analysis.ecosystem.two_mode import two_mode

if TYPE_CHECKING:
    from collections.abc import Callable

RESULTS = Path(__file__).parent / "results" / "ecosystem_speed.csv"
SECTORS = ("public", "prive", "ess", "citoyen", "recherche")


def seconds(work: Callable[[], object]) -> float:
    """CPU seconds of one call."""
    start = time.process_time()
    work()
    return time.process_time() - start


def crosses(table: np.ndarray, draws: int) -> None:
    """The plain way: pick two participations, swap their actors where that is allowed, as often as trades are made."""
    chance = np.random.default_rng(1)
    rows, columns = np.nonzero(table)
    known = set(zip(rows.tolist(), columns.tolist(), strict=True))
    pairs = list(known)
    for _ in range(draws * 5 * len(rows)):
        one, other = chance.integers(len(pairs), size=2)
        (a, b), (c, d) = pairs[one], pairs[other]
        if (a, d) not in known and (c, b) not in known:
            known -= {(a, b), (c, d)}
            known |= {(a, d), (c, b)}
            pairs[one], pairs[other] = (a, d), (c, b)


def invented(actors: int = 400, projects: int = 150) -> dict[str, pd.DataFrame]:
    """A register of that size, the first actor its intermediary."""
    chance = np.random.default_rng(0)
    known = chance.pareto(1.5, actors) + 0.3
    rows = [
        (f"P{project}", f"A{actor}")
        for project in range(projects)
        for actor in {0, *chance.choice(actors, 1 + chance.poisson(5), replace=False, p=known / known.sum()).tolist()}
    ]
    frame = pd.DataFrame(rows, columns=["projet_id", "acteur_id"])
    frame = frame.assign(
        role="partenaire", certitude="2_declare", dispositif=None, date_debut_min=pd.NaT, date_debut_max=pd.NaT
    )
    people = pd.DataFrame({"acteur_id": [f"A{k}" for k in range(actors)]})
    people = people.assign(est_intermediaire=["oui", *[None] * (actors - 1)], secteur_source="dit",
                           secteur=[SECTORS[k % 5] for k in range(actors)])  # fmt: skip
    ties = pd.DataFrame(columns=["acteur_a", "acteur_b", "mise_en_relation", "mediateur_id"], dtype="object")
    return {"participations": frame, "projets": pd.DataFrame({"projet_id": [f"P{k}" for k in range(projects)]}),
            "acteurs": people, "liens": ties, "ressources": pd.DataFrame(columns=["ressource_id", "projet_id"])}  # fmt: skip


def main() -> None:
    """Measure, print, write."""
    study = ect.open_study("pays-ledonien")
    register = two_mode(study.table("participations"), study.table("projets")["projet_id"]).without(["A-clusterjura"])
    large = invented()
    ties = newman_weights(two_mode(large["participations"], large["projets"]["projet_id"]).without(["A0"]).table)
    graph = nx.from_numpy_array((ties > 0).astype(int))
    stages = pd.DataFrame(columns=["projet_id", "etape"])
    rows = [
        ("1 000 tables redistribuées, registre public", seconds(lambda: list(rewire(register.table, 1000, seed=1))),
         seconds(lambda: crosses(register.table, 100)) * 10),
        ("400 acteurs × 150 projets, en entier (999 tirages)", seconds(lambda: ect.build_ecosystem(large, stages)), np.nan),
        ("intermédiarité, 399 acteurs", seconds(lambda: betweenness(ties > 0)),
         seconds(lambda: nx.betweenness_centrality(graph))),
        ("contrainte, 399 acteurs", seconds(lambda: burt_constraint((ties > 0).astype(float))),
         seconds(lambda: nx.constraint(graph))),
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["quoi", "secondes", "rival"]).round(3)
    frame["rapport"] = (frame["rival"] / frame["secondes"].clip(lower=1e-3)).round(1)
    frame.to_csv(RESULTS, index=False)
    print(frame.to_string(index=False))


if __name__ == "__main__":
    main()
