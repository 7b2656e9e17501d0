"""What the intervals of agreement cover when the agreement of two coders is known, at 15, 28 and 60 projects.

``python tests/benchmarks/simulate_agreement.py [draws]`` writes ``results/agreement.csv`` and the table at the end of
``ect_research/analysis/corpus/agreement/accord.md``. Fixed seeds: the same numbers each time.

A coder gives the right code as often as said, else one drawn from the habits (or a neighbour of it, where codes are in order;
or a set with one code more or less). The coefficient of 200,000 projects is what intervals must hold. Beside: the percentile
bootstrap of the same projects, for α, on the first tenth of the draws.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

import ect_research as ect
from ect_research.analysis.corpus.agreement.coefficients import agreement_interval
from ect_research.analysis.corpus.agreement.double_codings import DoubleCoding

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIZES, RESAMPLES = (15, 28, 60), 399
SETS = ("a", "a b", "b", "b c", "a b c", "c")
SCENES = {
    "deux codes également donnés": ("nominal", ("1", "2"), (0.5, 0.5), 0.85),
    "un code rare (15 %)": ("nominal", ("1", "2"), (0.85, 0.15), 0.85),
    "quatre codes, bons codeurs": ("nominal", ("1", "2", "3", "4"), (0.4, 0.3, 0.2, 0.1), 0.85),
    "quatre codes, codeurs moyens": ("nominal", ("1", "2", "3", "4"), (0.4, 0.3, 0.2, 0.1), 0.6),
    "six codes en ordre": ("ordinal", tuple("123456"), (0.1, 0.2, 0.25, 0.2, 0.15, 0.1), 0.6),
    "ensembles de codes": ("multiple", SETS, (0.25, 0.2, 0.2, 0.15, 0.1, 0.1), 0.7),
}
RESULTS = Path(__file__).parent / "results" / "agreement.csv"
NOTE = Path(ect.__file__).parent / "analysis" / "corpus" / "agreement" / "accord.md"
MARK = "<!-- table -->"


def coded(scene: str, n: int, chance: np.random.Generator) -> NDArray[np.intp]:
    """Codes of two coders for n projects."""
    kind, codes, habits, right = SCENES[scene]
    truth = chance.choice(len(codes), size=n, p=habits)
    near = np.clip(truth + chance.choice([-1, 1], (2, n)), 0, len(codes) - 1)
    other = chance.choice(len(codes), size=(2, n), p=habits) if kind == "nominal" else near
    return np.where(chance.random((2, n)) < right, truth, other).T.astype(np.intp)


def subject(scene: str) -> DoubleCoding:
    """The variable of a scene, without its ratings."""
    kind, codes, _, _ = SCENES[scene]
    return DoubleCoding("projets", scene, kind, codes, (), ("A1", "A2"), np.empty((0, 2), np.intp), pd.DataFrame())  # type: ignore[arg-type]


def cover(scene: str, n: int, draws: int) -> list[dict[str, object]]:
    """One row per coefficient: coverage, mean width, draws where it does not exist."""
    one = subject(scene)
    ways = one.ways()
    truth = {name: way(coded(scene, 200_000, np.random.default_rng(1))).coefficient for name, way in ways.items()}
    chance = np.random.default_rng([n, list(SCENES).index(scene)])
    held: dict[str, list[bool]] = {name: [] for name in ways}
    wide: dict[str, list[float]] = {name: [] for name in ways}
    boot: list[bool] = []
    for draw in range(draws):
        ratings = coded(scene, n, chance)
        for name, way in ways.items():
            graded = name == "alpha" and one.kind != "nominal"
            without = [way(np.delete(ratings, unit, axis=0)) for unit in range(n)]
            low, high = agreement_interval(way(ratings), without, graded=graded)
            if np.isfinite(low):
                held[name].append(low - 1e-9 <= truth[name] <= high + 1e-9)
                wide[name].append(high - low)
        if draw < draws / 10:
            again = [one.alpha(ratings[chance.integers(n, size=n)]).coefficient for _ in range(RESAMPLES)]
            if np.isfinite(again).any():
                low, high = np.nanquantile(again, [0.025, 0.975])
                boot.append(low <= truth["alpha"] <= high)
    return [
        {"cas": scene, "n": n, "coefficient": name, "vrai": truth[name], "couvert": np.mean(held[name]),
         "largeur": np.mean(wide[name]), "sans": draws - len(held[name]), "tirages": draws,
         "bootstrap": np.mean(boot) if name == "alpha" else np.nan}
        for name in ways
    ]  # fmt: skip


def table(frame: pd.DataFrame) -> str:
    """The table of the note, in French."""
    names = {"accord": "accord", "cohen": "κ Cohen", "fleiss": "κ Fleiss", "ac1": "AC1", "alpha": "α"}
    lines = [
        f"Tirages : {int(frame['tirages'].iloc[0])} par ligne. Entre parenthèses, la valeur vraie.",
        "",
        "| cas | n | " + " | ".join(names.values()) + " | α, bootstrap |",
        "|---|---|" + "---|" * (len(names) + 1),
    ]
    for (scene, n), rows in frame.groupby(["cas", "n"], sort=False):
        at = rows.set_index("coefficient")
        said = [f"{at['couvert'][name] * 100:.1f} ({at['vrai'][name]:.2f})".replace(".", ",") for name in names]
        boot = f"{at['bootstrap']['alpha'] * 100:.0f}"
        lines.append(f"| {scene} | {n} | " + " | ".join(said) + f" | {boot} |")
    return "\n".join(lines)


def main() -> None:
    """Draw, write the rows as they come, then the note."""
    draws = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    rows: list[dict[str, object]] = []
    for scene in SCENES:
        for n in SIZES:
            rows += cover(scene, n, draws)
            pd.DataFrame(rows).round(4).to_csv(RESULTS, sep=";", index=False, lineterminator="\n")
    head = NOTE.read_text(encoding="utf-8").partition(MARK)[0]
    NOTE.write_text(f"{head}{MARK}\n\n{table(pd.DataFrame(rows))}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
