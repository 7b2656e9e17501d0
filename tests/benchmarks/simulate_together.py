"""What members of a project who answer together do to the shares of a survey, and to the moves of maturity.

    python tests/benchmarks/simulate_together.py --repeats 1000 --write

Shares: 15 % of persons say yes to each of some questions, members of a project being alike as ``icc`` says (beta-binomial;
1: as one). Moves: each person goes up (35 %), down (35 %) or stays, as her project does with chance ``icc``; nobody moves
overall, and a component said to move is a false alarm. Beside what the tool does, each person counted alone. ``--write``
rewrites ``results/together.csv`` and the tables of ``ect_research/analysis/corpus/survey/ensemble.md``. Same seed, same numbers.
"""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import simulation_notes as notes
from statsmodels.stats.proportion import proportion_confint

from ect_research.analysis.chance import holm
from ect_research.analysis.corpus.survey.maturity import sign_test
from ect_research.analysis.corpus.survey.members import design_effect

if TYPE_CHECKING:
    from collections.abc import Iterable

    Chance = np.random.Generator

SIZES = {"6 de 8": [8] * 6, "16 de 5": [5] * 16, "10 de 1, 6 de 3, 3 de 12": [1] * 10 + [3] * 6 + [12] * 3,
         "10 de 1, 3 de 15": [1] * 10 + [15] * 3}  # fmt: skip
ALIKE, QUESTIONS, SHARE = (0.0, 0.5, 1.0), (1, 3, 5), 0.15
RESULTS = Path(__file__).parent / "results" / "together.csv"
PAGE = Path(__file__).resolve().parents[2] / "ect_research" / "analysis" / "corpus" / "survey" / "ensemble.md"


def shares(sizes: list[int], icc: float, questions: int, chance: Chance) -> Iterable[bool]:
    """Whether the interval of the first share holds the truth: each alone, then as the tool."""
    project, places = np.repeat(np.arange(len(sizes)), sizes), (len(sizes), questions)
    if 0 < icc < 1:
        own = chance.beta(SHARE * (1 / icc - 1), (1 - SHARE) * (1 / icc - 1), size=places)
    else:
        own = (chance.random(places) < SHARE).astype(float) if icc else np.full(places, SHARE)
    said = pd.DataFrame(chance.random((len(project), questions)) < own[project])
    together = design_effect(([said[one]] for one in said), pd.Series(project))
    for persons in (len(said), len(said) / together):
        low, high = proportion_confint(said[0].mean() * persons, persons, method="wilson")
        yield low <= SHARE <= high


def moves(sizes: list[int], icc: float, components: int, chance: Chance) -> Iterable[bool]:
    """Whether some component is said to move: each alone, then as the tool."""
    project = np.repeat(np.arange(len(sizes)), sizes)
    drawn = []
    for _ in range(components):
        own, shared = (chance.choice([-1, 0, 1], n, p=[0.35, 0.3, 0.35]) for n in (len(project), len(sizes)))
        drawn.append(pd.Series(np.where(chance.random(len(project)) < icc, shared[project], own)))
    together = design_effect(([one] for one in drawn), pd.Series(project))
    for times in (1.0, together):
        yield (
            min(holm([sign_test(*(round(int((one == way).sum()) / times) for way in (1, -1))) for one in drawn])) < 0.05
        )


def simulate(repeats: int, seed: int = 20163) -> pd.DataFrame:
    """One row per measure, sizes of projects, likeness and number of questions."""
    rows = []
    for (measure, draw), (place, name), icc, asked in product(
        (("parts", shares), ("mouvements", moves)), enumerate(SIZES), ALIKE, QUESTIONS
    ):
        chance = np.random.default_rng([seed, draw is moves, place, int(10 * icc), asked])
        found = np.sum([list(draw(SIZES[name], icc, asked, chance)) for _ in range(repeats)], axis=0)
        rows.append((measure, name, icc, asked, repeats, *found.tolist()))
        print(*rows[-1], flush=True)
    return pd.DataFrame(rows, columns=["mesure", "projets", "icc", "questions", "registres", "chacun_seul", "ensemble"])


def write_page(told: pd.DataFrame) -> None:
    """Rewrite the tables of the note, under its last title."""
    words = {"parts": ("questions", "tient la vérité"), "mouvements": ("composantes", "fausse alerte")}
    tables = []
    for measure, rows in told.groupby("mesure", sort=False):
        asked, found = words[str(measure)]
        heads = ["personnes par projet", "ensemble", asked, "registres", f"{found}, chacun seul", f"{found}, l’outil"]
        lines = [
            [row.projets, f"{row.icc:g}".replace(".", ","), row.questions, row.registres,
             notes.share(row.chacun_seul, row.registres), notes.share(row.ensemble, row.registres)]
            for row in rows.itertuples()
        ]  # fmt: skip
        tables.append(notes.table(heads, lines))
    notes.rewrite(PAGE, *tables)


def main() -> None:
    """Simulate, and with ``--write`` store the tables."""
    options = notes.options(__doc__, repeats=1000).parse_args()
    told = simulate(options.repeats)
    if options.write:
        told.to_csv(RESULTS, index=False)
        write_page(told)


if __name__ == "__main__":
    main()
