"""How often the verdict « ecosystem or juxtaposition » finds what was planted, at 15, 28 and 40 projects.

``python tests/benchmarks/simulate_ecosystem.py [registers]`` writes ``results/ecosystem.csv`` (one row per register drawn) and
the table at the end of ``ect_research/analysis/ecosystem/mesures.md``. Fixed seeds: the same numbers each time.

Whether one actor makes the verdict is asked of the first twenty registers of each kind and size.

Planted, the intermediary being in nine projects of ten: ``ecosysteme`` (five projects a neighbourhood, three partners drawn
among its six, one project of three borrows one elsewhere), ``ilots`` (three projects with two partners of their own),
``etoile`` (partners of one project only, but for two) and ``hasard`` (as many participations as the public register tells,
dealt at random among as many actors).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import simulation_notes as notes

import ect_research as ect
from ect_research.analysis.ecosystem.cohesion import find_hinges, judge_cohesion
from ect_research.analysis.ecosystem.two_mode import two_mode

if TYPE_CHECKING:
    from collections.abc import Callable

HUB, DRAWS, SIZES, ASKED_AGAIN = "hub", 199, (15, 28, 40), 20
VERDICTS = ("ecosysteme", "ilots", "juxtaposition", "indistinct")
RESULTS = Path(__file__).parent / "results" / "ecosystem.csv"
NOTE = Path(ect.__file__).parent / "analysis" / "ecosystem" / "mesures.md"
MARK = "<!-- table -->"
Rows = list[tuple[int, str]]


def ecosystem(n: int, chance: np.random.Generator) -> Rows:
    """Neighbourhoods whose partners meet again, some lent to one another."""
    places = max(2, n // 5)
    rows: Rows = []
    for project in range(n):
        here = project % places
        rows += [(project, f"{here}-{k}") for k in chance.choice(6, 3, replace=False)]
        if chance.random() < 1 / 3:
            rows.append((project, f"{chance.integers(places)}-{chance.integers(6)}"))
        rows += [(project, f"own-{project}-{k}") for k in range(int(chance.integers(0, 3)))]
    return rows


def islands(n: int, chance: np.random.Generator) -> Rows:
    """Groups of three projects that two partners of their own hold together."""
    rows = [(project, f"{project // 3}-{k}") for project in range(n) for k in range(2)]
    return rows + [(project, f"own-{project}-{k}") for project in range(n) for k in range(int(chance.integers(0, 3)))]


def star(n: int, chance: np.random.Generator) -> Rows:
    """Partners of one project only, but for two that are in two."""
    rows = [(project, f"own-{project}-{k}") for project in range(n) for k in range(int(chance.integers(1, 5)))]
    return rows + [(int(project), f"met-{k}") for k in range(2) for project in chance.choice(n, 2, replace=False)]


def random(n: int, chance: np.random.Generator) -> Rows:
    """Participations as numerous as in the public register, each actor as likely as it is known (few are, most are not)."""
    actors = int(2.7 * n)
    known = chance.pareto(1.5, actors) + 0.3
    sizes = 1 + chance.poisson(2.4, n)
    return [
        (project, f"a{actor}")
        for project in range(n)
        for actor in chance.choice(actors, min(actors, int(sizes[project])), replace=False, p=known / known.sum())
    ]


PLANTED: dict[str, Callable[[int, np.random.Generator], Rows]] = {
    "ecosysteme": ecosystem, "ilots": islands, "etoile": star, "hasard": random,
}  # fmt: skip


def draw(planted: str, n: int, seed: int) -> tuple[str, str]:
    """The verdict on one register drawn, and whether one actor makes it (blank where that was not asked)."""
    chance = np.random.default_rng(seed)
    rows = PLANTED[planted](n, chance)
    rows += [(project, HUB) for project in range(n) if chance.random() < 0.9]
    frame = pd.DataFrame(rows, columns=["projet_id", "acteur_id"]).drop_duplicates()
    frame["projet_id"] = [f"P{project}" for project in frame["projet_id"]]
    whole = two_mode(frame, [f"P{project}" for project in range(n)])
    judged = judge_cohesion(whole, whole.without([HUB]), draws=DRAWS, seed=seed)
    if seed >= ASKED_AGAIN:
        return judged.verdict, ""
    return judged.verdict, "oui" if find_hinges(whole, whole.without([HUB]), judged, seed=seed).hinges else "non"


def line(group: pd.DataFrame) -> list[object]:
    """What was planted, and the shares of the verdicts, in %, with their Wilson intervals."""
    settled = group[(group["verdict"] != "indistinct") & (group["a_confirmer"] != "")]
    unsure = f"{int((settled['a_confirmer'] == 'oui').sum())} sur {len(settled)}" if len(settled) else "–"
    shares = [notes.share(int((group["verdict"] == verdict).sum()), len(group)) for verdict in VERDICTS]
    return [*group.iloc[0][["plante", "projets"]], len(group), *shares, unsure]


def main(registers: int) -> None:
    """Draw, write the rows and the table of the note."""
    rows = []
    for planted in PLANTED:
        for n in SIZES:
            rows += [
                {"plante": planted, "projets": n, "graine": seed, "verdict": verdict, "a_confirmer": unsure}
                for seed in range(registers)
                for verdict, unsure in [draw(planted, n, seed)]
            ]
            pd.DataFrame(rows).to_csv(RESULTS, index=False)
            print(*line(pd.DataFrame(rows[-registers:])), flush=True)
    heads = ["ce qui est planté", "projets", "registres", "écosystème", "îlots", "juxtaposition", "rien au-delà du hasard",
             "dont à confirmer"]  # fmt: skip
    groups = pd.DataFrame(rows).groupby(["plante", "projets"], sort=False)
    notes.rewrite(NOTE, notes.table(heads, (line(group) for _, group in groups)), title=MARK)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
