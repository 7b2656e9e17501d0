"""Whether the ranges drawn over imprecise dates hold the truth, by length of the course from idea to creation.

``python tests/benchmarks/simulate_dates.py [registers]`` writes ``results/dates.csv``: for each number of facts told, each
mean length (months) and each way of drawing (``recit``, ``libre``), the share of finished projects whose true duration lies
between the 2.5 % and 97.5 % quantiles of the draws, with its Wilson interval, and the share of finished projects that no
draw ends.

Invented truth: the facts of a project happen in the order of the stages, at days drawn at random; a source tells each day to
the day (20 %), the month (30 %), the quarter (10 %) or the year (40 %).
"""

from __future__ import annotations

import sys
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

import ect_research as ect
from ect_research.codebook.load_codebook import load_codebook

COURSES = (
    ("idee_captee", "debut_experimentation", "statuts_deposes"),
    ("idee_captee", "collectif_reuni", "lancement_etude", "debut_experimentation", "statuts_deposes"),
)
OBSERVED = pd.Timestamp("2025-12-31")
RESULTS = Path(__file__).parent / "results" / "dates.csv"


def told(day: pd.Timestamp, chance: np.random.Generator) -> tuple[pd.Timestamp, pd.Timestamp]:
    """The interval that a source tells of a day."""
    unit = chance.choice(["D", "M", "Q", "Y"], p=[0.2, 0.3, 0.1, 0.4])
    period = day.to_period(unit)
    return period.start_time.normalize(), period.end_time.normalize()


def register(
    course: tuple[str, ...], months: float, chance: np.random.Generator, n: int = 30
) -> tuple[pd.DataFrame, dict[str, float]]:
    """Facts as told, and the true duration in months of each project that was created."""
    rows, truth = [], {}
    for number in range(n):
        start = pd.Timestamp("2018-01-01") + pd.Timedelta(days=int(chance.integers(0, 2200)))
        gaps = chance.dirichlet(np.ones(len(course) - 1)) * chance.gamma(4, months / 4) * 30.44
        days = [start + pd.Timedelta(days=int(gap)) for gap in (0, *np.cumsum(gaps))]
        name = f"P{number:02d}"
        truth[name] = (days[-1].year - start.year) * 12 + days[-1].month - start.month
        for kind, day in zip(course, days, strict=True):
            low, high = told(day, chance)
            if day <= OBSERVED:
                rows.append({"evenement_id": f"{name}-{kind}", "projet_id": name, "type_evenement": kind,
                             "date_debut_min": low, "date_debut_max": high})  # fmt: skip
        if days[-1] > OBSERVED:
            truth.pop(name)
    return pd.DataFrame(rows), truth


def held(course: tuple[str, ...], months: float, order: str, registers: int) -> tuple[int, int, int]:
    """Finished projects, those whose range holds the truth, and those that no draw ends."""
    stages, finished, inside, lost = load_codebook().stages, 0, 0, 0
    for seed in range(registers):
        facts, truth = register(course, months, np.random.default_rng(seed))
        stories = ect.sample_stories(ect.derive_episodes(facts, stages, observed_on=OBSERVED), order=order, seed=seed)
        month = stories_month(stories.opened[:, :, stories.alphabet.index("e5_creation")]) - stories_month(
            stories.origin
        )
        for place, name in enumerate(stories.names):
            if name not in truth:
                continue
            finished += 1
            drawn = month[:, place]
            drawn = drawn[~np.isnan(drawn)]
            lost += len(drawn) == 0
            if len(drawn):
                low, high = np.quantile(drawn, [0.025, 0.975])
                inside += low <= truth[name] <= high
    return finished, inside, lost


def stories_month(days: np.ndarray) -> np.ndarray:
    """Days since 1970 as months since then; NaN where there is none."""
    known = days != np.iinfo(np.int64).max
    months = np.where(known, days, 0).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return np.where(known, months.astype(float), np.nan)


def main(registers: int) -> None:
    """Write the table."""
    rows = []
    for course, months, order in product(COURSES, (6, 12, 24, 48), ("recit", "libre")):
        finished, inside, lost = held(course, months, order, registers)
        share = ect.wilson_interval(inside, finished)
        rows.append({"faits": len(course), "mois": months, "ordre": order, "projets": finished,
                     "couverture": round(share.estimate, 3),
                     "bas": round(share.low, 3), "haut": round(share.high, 3),
                     "exclus": round(lost / finished, 3)})  # fmt: skip
    frame = pd.DataFrame(rows)
    frame.to_csv(RESULTS, index=False)
    print(frame.to_string(index=False))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
