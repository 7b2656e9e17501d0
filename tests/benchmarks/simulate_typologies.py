"""Plant types, gradients, tied variables, holes or nothing, and count what the verdict and the badges say.

    python tests/benchmarks/simulate_typologies.py --repeats 200 --write

simulates, adds every run to ``tests/benchmarks/results/typologies_runs.csv`` and rewrites the table of
``ect_research/analysis/typologies/evidence/error_rates.csv``, which the figures quote (cells of at least 200 registers), and
that of ``mesures.md`` beside it (all cells).
``--minutes`` stops earlier; ``--cells`` keeps the cells that hold all the words given (``acm 60 filtre``), ``--truths`` and
``--holes`` those of some plants and holes (``--holes ,trous_20``); ``--jobs 2 --job 0`` takes every other repeat; runs already
in the file are not made again; ``--repeats 0 --write`` only reads the file, for instance after a change of level.
"""

import zlib
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import simulation_notes as notes
from planted_registers import HOLES, TRUTHS, plant

from ect_research.analysis.typologies.evidence.error_rates import WITH_TYPES
from ect_research.analysis.typologies.evidence.stability import assess_stability
from ect_research.analysis.typologies.evidence.verdicts import judge_structure, verdict_of

ROOM = Path(__file__).resolve().parents[2] / "ect_research" / "analysis" / "typologies"
TARGET, PAGE = ROOM / "evidence" / "error_rates.csv", ROOM / "mesures.md"
RUNS = Path(__file__).parent / "results" / "typologies_runs.csv"
ROUTES, SIZES, VARIABLES = ("acm", "gower"), (15, 30, 60), (4, 8, 12)
HOLED = ("rien", "types", "types_moyens", "gradient_1", "triple")
BADGED = (*WITH_TYPES, "gradient_1", "lognormal")
KEYS = ["route", "variables", "n", "truth", "holes", "repeat"]
TESTS = ["p_structure", "p_between", "p_types", "p_pairs"]
RATES = ["aucune_structure", "continuum", "types", "une_solide", "une_stable"]
ENOUGH = 200


def cells() -> list[tuple[str, int, int, str, str]]:
    """Every truth without holes, and some with each kind of holes."""
    whole = [(*cell, "") for cell in product(ROUTES, VARIABLES, SIZES, TRUTHS)]
    holes = [kind for kind in HOLES if kind not in ("", "vide")]
    holed = [*product(ROUTES, (8,), SIZES, HOLED, holes), *product(ROUTES, (4, 12), SIZES, HOLED, ("trous_20",))]
    return [*whole, *holed, *product(ROUTES, (8,), SIZES, ("filtre",), ("vide",))]


def one_run(route: str, variables: int, n: int, truth: str, holes: str, repeat: int) -> dict[str, object]:
    """What one planted register gets, types sought in three; badges where types are found, or in `BADGED`."""
    seed = [n, zlib.crc32(f"{truth} {holes}".encode()), variables, repeat]
    table = plant(truth, n, variables, np.random.default_rng(seed), holes)
    found = judge_structure(table, route=route, seed=repeat)
    wears = found.verdict == "types" or truth in BADGED
    badges = assess_stability(table, 3, route=route, seed=repeat).types["badge"] if wears else None
    tested = (found.p_structure, found.p_between, found.p_types, found.p_pairs)
    return {
        **dict(zip(KEYS, (route, variables, n, truth, holes, repeat), strict=True)),
        **dict(zip(TESTS, (round(value, 4) for value in tested), strict=True)),
        "gardees": len(found.dependence.kept),
        "stables": np.nan if badges is None else int((badges == "stable").sum()),
    }


def simulate(wanted: list[tuple[str, int, int, str, str]], repeats: range, minutes: float, runs: Path) -> None:
    """Add the missing runs to the file, one round of all cells after the other."""
    done = set(map(tuple, read(runs)[KEYS].to_numpy().tolist())) if runs.is_file() else set()
    orders = ((repeat, np.random.default_rng(repeat).permutation(len(wanted))) for repeat in repeats)
    rounds = ((repeat, [wanted[place] for place in order]) for repeat, order in orders)
    notes.add_runs(runs, done, rounds, minutes, one_run)


def read(runs: Path) -> pd.DataFrame:
    found = pd.read_csv(runs, keep_default_na=False)
    return found.assign(stables=pd.to_numeric(found["stables"]))


def summarise(runs: pd.DataFrame) -> pd.DataFrame:
    """One row per cell: the present rules applied to the runs; counts of registers."""
    verdicts = [verdict_of(*row) for row in runs[TESTS].itertuples(index=False)]
    told = runs[KEYS[:-1]].assign(registres=1)
    for word in RATES[:3]:
        told[word] = [verdict == word for verdict in verdicts]
    stable = (runs["stables"] > 0) & ~told["aucune_structure"]
    told["une_solide"] = stable & told["types"]
    told["une_stable"] = stable.where(told["truth"].isin(BADGED))
    return told.groupby(KEYS[:-1], sort=False, as_index=False)[["registres", *RATES]].agg(_total)


def _total(counts: pd.Series) -> int | None:
    return None if counts.isna().any() else int(counts.sum())


def write_page(rates: pd.DataFrame) -> None:
    """Rewrite the table of the page, under its last title."""
    columns = ["chemin", "variables", "n", "ce qui est planté", "trous", "registres", "aucune structure", "continuum"]
    columns += ["types", "un type solide", "un groupe stable"]
    rows = []
    for row in rates.to_dict("records"):
        cell = (row["route"], row["variables"], row["n"], row["truth"], row["holes"] or "–", row["registres"])
        rows.append([*cell, *(notes.share(row[name], row["registres"]) for name in RATES)])
    notes.rewrite(PAGE, notes.table(columns, rows))


def main() -> None:
    """Simulate, and with ``--write`` store the table."""
    asked = notes.options(__doc__, repeats=200, minutes=float("inf"), cells="", jobs=1, job=0)
    asked.add_argument("--truths", default=",".join(TRUTHS))
    asked.add_argument("--holes", default=",".join(HOLES))
    asked.add_argument("--runs", type=Path, default=RUNS)
    options = asked.parse_args()
    words, truths, holes = set(options.cells.split()), options.truths.split(","), options.holes.split(",")
    wanted = [cell for cell in cells() if words <= set(map(str, cell)) and cell[3] in truths and cell[4] in holes]
    simulate(wanted, range(options.job, options.repeats, options.jobs), options.minutes, options.runs)
    rates = summarise(read(options.runs)).sort_values(["route", "variables", "n"], kind="stable")
    print(rates.to_string())
    if options.write:
        quoted = rates[rates["registres"] >= ENOUGH]
        quoted.astype({"une_stable": "Int64"}).to_csv(TARGET, index=False)
        write_page(rates)


if __name__ == "__main__":
    main()
