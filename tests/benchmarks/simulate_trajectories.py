"""Plant types of trajectories, speeds, regular stays, ways that part or plain passages, and count what the finding says.

    python tests/benchmarks/simulate_trajectories.py --repeats 200 --write

adds every run to ``results/trajectory_types_runs.csv`` and rewrites the table that the figure quotes
(``ect_research/analysis/trajectories/trajectory_rates.csv``) and that of ``mesures.md`` beside it. ``--minutes`` stops
earlier, ``--cells 30 vitesses`` keeps the cells that hold these words; runs already in the file are not made again;
``--repeats 0 --write`` only reads the file.
"""

from __future__ import annotations

import zlib
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import simulation_notes as notes

from ect_research.analysis.chance import Refusal
from ect_research.analysis.trajectories.coded_sequences import CodedSequences, code_sequences
from ect_research.analysis.trajectories.trajectory_types import build_trajectory_types

if TYPE_CHECKING:
    from collections.abc import Callable

    Chance = np.random.Generator

ROOM = Path(__file__).resolve().parents[2] / "ect_research" / "analysis" / "trajectories"
TARGET, PAGE = ROOM / "trajectory_rates.csv", ROOM / "mesures.md"
RUNS = Path(__file__).parent / "results" / "trajectory_types_runs.csv"
STATES, UNITS, SIZES = "abcdef", 16, (15, 30, 60)
FOUND = ["refus", "passages", "vitesses", "fragiles", "types"]
Path_ = list[int]


def walk(stays: Callable[[int], int], states: list[int]) -> Path_:
    """The states one after the other, each for as long as ``stays`` says, the last one to the end."""
    told = [state for state in states[:-1] for _ in range(max(1, stays(state)))]
    return (told + [states[-1]] * UNITS)[:UNITS]


def onward(chance: Chance) -> list[int]:
    """Stages in their order, some of them skipped."""
    return [0, *(state for state in range(1, 5) if chance.random() < 0.7), 5]


def passages(chance: Chance) -> Path_:
    """Plain passages: every stay as likely to end at each unit."""
    return walk(lambda _: int(chance.geometric(0.25)), onward(chance))


def stays(chance: Chance) -> Path_:
    """Regular stays: four units, give or take one."""
    return walk(lambda _: int(chance.integers(3, 6)), onward(chance))


def speeds(chance: Chance) -> Path_:
    """A continuum of speeds."""
    slow = chance.lognormal(sigma=0.7)
    return walk(lambda _: int(chance.geometric(min(0.9, 0.25 / slow))), onward(chance))


APART, CROSSING = [[0, 1, 2], [0, 3, 4], [0, 5]], [[0, 1, 2, 3], [0, 4, 2, 5], [0, 2]]


def ways(chance: Chance, among: list[list[int]], blurred: float) -> Path_:
    """One of three ways, each state for two to four units; some projects take any."""
    kind = int(chance.choice(3, p=[0.4, 0.35, 0.25]))
    states = among[kind] if chance.random() >= blurred else onward(chance)
    return walk(lambda _: int(chance.integers(2, 5)), states)


TRUTHS: dict[str, Callable[[Chance], Path_]] = {
    "passages": passages,
    "sejours": stays,
    "vitesses": speeds,
    "chemins": lambda chance: ways(chance, APART, 0.1),
    "types": lambda chance: ways(chance, CROSSING, 0.1),
    "types_moyens": lambda chance: ways(chance, CROSSING, 0.35),
}


def plant(truth: str, n: int, chance: Chance) -> CodedSequences:
    """Trajectories of which the last six to sixteen units are observed from the first on."""
    rows = []
    for _ in range(n):
        seen = int(chance.integers(6, UNITS + 1))
        rows.append([STATES[state] for state in TRUTHS[truth](chance)[:seen]] + [None] * (UNITS - seen))
    frame = pd.DataFrame(rows, index=[f"P{row:03d}" for row in range(n)])
    return code_sequences(frame, list(STATES))


def one_run(n: int, truth: str, repeat: int) -> dict[str, object]:
    """What one planted register gets."""
    chance = np.random.default_rng([n, zlib.crc32(truth.encode()), repeat])
    found = build_trajectory_types(plant(truth, n, chance), seed=repeat)
    told = {"n": n, "truth": truth, "repeat": repeat}
    if isinstance(found, Refusal):
        return {**told, "found": "refus", "k": "", "p_value": "", "p_speed": ""}
    return {**told, "found": found.finding, "k": found.k, "p_value": found.p_value, "p_speed": found.p_speed}


def simulate(wanted: list[tuple[int, str]], repeats: int, minutes: float) -> None:
    """Add the missing runs, one round of all cells after the other."""
    keys = ["n", "truth", "repeat"]
    done = set(map(tuple, pd.read_csv(RUNS)[keys].to_numpy().tolist())) if RUNS.is_file() else set()
    notes.add_runs(RUNS, done, ((repeat, wanted) for repeat in range(repeats)), minutes, one_run)


def summarise() -> pd.DataFrame:
    """One row per size and truth: registers, and how many get each finding."""
    runs = pd.read_csv(RUNS)
    counts = pd.crosstab([runs["n"], runs["truth"]], runs["found"]).reindex(columns=FOUND, fill_value=0)
    return counts.assign(registres=counts.sum(axis=1)).reset_index()[["n", "truth", "registres", *FOUND]]


def write(rates: pd.DataFrame) -> None:
    """Store the table, and rewrite that of the page under its last title."""
    rates.to_csv(TARGET, index=False, lineterminator="\n")
    heads = ["n", "ce qui est planté", "registres", "refus", "passages", "vitesses", "fragiles", "types"]
    rows = [
        [row["n"], row["truth"], row["registres"], *(notes.share(row[name], row["registres"]) for name in FOUND)]
        for row in rates.to_dict("records")
    ]
    notes.rewrite(PAGE, notes.table(heads, rows))


def main() -> None:
    """Simulate, and with ``--write`` store the table."""
    asked = notes.options(__doc__, repeats=200, minutes=float("inf"), cells="").parse_args()
    words = set(asked.cells.split())
    simulate([cell for cell in product(SIZES, TRUTHS) if words <= set(map(str, cell))], asked.repeats, asked.minutes)
    rates = summarise()
    print(rates.to_string())
    if asked.write:
        write(rates)


if __name__ == "__main__":
    main()
