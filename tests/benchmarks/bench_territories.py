"""Cost of comparing territories of 150 projects: 10 and 30 of them, CPU seconds, in one process and in a whole study.

    OPENBLAS_NUM_THREADS=1 python tests/benchmarks/bench_territories.py            # reading and comparing, one process
    OPENBLAS_NUM_THREADS=1 python tests/benchmarks/bench_territories.py --study    # a notebook each and the comparison, here
    OPENBLAS_NUM_THREADS=1 python tests/benchmarks/bench_territories.py --cluster  # the same on two dask workers

adds to ``tests/benchmarks/results/territories.csv`` (other sizes: ``--cluster 5 15``). The ratio of a row is its cost over that
of the fewest territories of the same run: linear when it is the ratio of their numbers. The CPU of a study is that of all its
processes.
"""

from __future__ import annotations

import resource
import shutil
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd

import ect_research as ect
from ect_research.corpus.checked.side_by_side import join_corpora, load_corpora
from ect_research.study.engine.engine import run_study
from ect_research.study.running.cluster import Cluster
from ect_research.study.running.parallel import Workers

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
from tests import invented  # noqa: E402 - the tests are no package of ours

RESULTS = Path(__file__).parent / "results" / "territories.csv"
PROJECTS = 150
HEAD = (
    'titre = "Territoires"\ncorpus = [{corpora}]\n[[execution]]\nid = "territoires"\ncarnet = "16_territoires.ipynb"\n'
)
EACH = '[[execution]]\nid = "cohorte"\ncarnet = "10_cohorte.ipynb"\nvariantes = {{ corpus = [{corpora}] }}\n'


def write_territory(folder: Path, seed: int) -> Path:
    """A register of 150 projects of one département."""
    chance, observed = np.random.default_rng(seed), pd.Timestamp("2025-12-31")
    projects = [invented.coded(f"P{n:03d}", chance, holes=0.2) for n in range(PROJECTS)]
    for row in projects:
        row |= {
            "commune_insee": str(chance.choice(invented.communes())),
            "cog_millesime": "2026",
            "suivi_debut": "2012",
        }
    events = [
        fact for row in projects for fact in invented.course(row["projet_id"], chance, observed, start=(2012, 2024))
    ]
    return invented.save(folder / f"t{seed:02d}", observed, {"projets": projects, "evenements": events})


def cpu() -> float:
    """CPU seconds of this process and of those it has ended."""
    return sum(
        used.ru_utime + used.ru_stime
        for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def compare_here(folders: list[Path]) -> dict[str, float]:
    """CPU seconds of each part, in this process."""
    marks = [cpu()]
    corpora = load_corpora(folders)
    marks.append(cpu())
    join_corpora(corpora)
    marks.append(cpu())
    told = ect.build_territories(corpora, ect.load_basemap(), draws=1999)
    marks.append(cpu())
    for view in ("etapes", "issues", "creation"):
        shown = ect.show_territories(told, view)  # type: ignore[arg-type]
        shown.figure()
        shown.rows()
    marks.append(cpu())
    parts = dict(zip(("lire", "joindre", "comparer", "dessiner"), np.diff(marks), strict=True))
    return {**parts, "en tout": marks[-1] - marks[0]}


def run_whole(root: Path, folders: list[Path], executor: object) -> dict[str, float]:
    """CPU and wall seconds of a study: a notebook for each territory, and the comparison."""
    names = ", ".join(f'"{folder.name}"' for folder in folders)
    path = root / "notebooks" / f"compare-{len(folders)}.toml"
    path.write_text(HEAD.format(corpora=names) + EACH.format(corpora=names), encoding="utf-8")
    used, clock = cpu(), time.perf_counter()
    report = run_study(path, executor=executor)  # type: ignore[arg-type]
    assert report.succeeded, [one.cause for one in report.reports]
    return {"processeur": cpu() - used, "horloge": time.perf_counter() - clock}


def main() -> None:
    asked = [word for word in sys.argv[1:] if word.startswith("--")]
    sizes = [int(word) for word in sys.argv[1:] if word not in asked] or [10, 30]
    ect.load_basemap()
    rows = []
    with tempfile.TemporaryDirectory() as aside:
        root = Path(aside)
        for part in ("maps", "notebooks"):
            shutil.copytree(ROOT / part, root / part)
        # What is imported or read once is not counted twice: each measure has territories of its own.
        folders = iter([write_territory(root / "surveys", seed) for seed in range(2 + sum(sizes))])
        compare_here(list(islice(folders, 2)))
        first: dict[str, float] = {}
        for size in sizes:
            here = list(islice(folders, size))
            if asked:
                where = "deux ouvriers dask" if asked == ["--cluster"] else "deux noyaux"
                executor = Cluster(jobs=2) if asked == ["--cluster"] else Workers(jobs=2)
                costs = run_whole(root, here, executor)
            else:
                where, costs = "un processus", compare_here(here)
            first = first or costs
            rows += [
                {"ou": where, "territoires": size, "projets": size * PROJECTS, "mesure": name, "secondes": round(cost, 2),
                 "rapport": round(cost / first[name], 2)}
                for name, cost in costs.items()
            ]  # fmt: skip
            print(pd.DataFrame(rows).to_string(), flush=True)
    table = pd.DataFrame(rows)
    if RESULTS.is_file():
        known = pd.read_csv(RESULTS)
        table = pd.concat([known[~known["ou"].isin(table["ou"])], table], ignore_index=True)
    table.to_csv(RESULTS, index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
