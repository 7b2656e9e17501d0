"""False alarms and power of the ways to ask whether projects gather around a town, on the communes of the Jura.

    python tests/benchmarks/simulate_territory.py --draws 1000 --write

Projects fall on communes in proportion to their inhabitants (no effect), or three times as much within 20 km of
Lons-le-Saunier. ``territory.csv``: Moran's I on raw counts and on projects per inhabitant, beside the share within 20 km.
``territory_focus.csv``: the focused test (`ect_research.analysis.territory.focused`) on two areas, projects being
independent, in clusters of one to four in one commune, or known half as often outside the focus; ``refus`` is the share of
draws that it refuses. ``--write`` stores them, and the tables of ``ect_research/analysis/territory/foyer.md`` with intervals.
Same seed, same tables; tests compare them with what the refusals and the notes say.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import simulation_notes as notes
from scipy.stats import binom

from ect_research.analysis.chance import Refusal
from ect_research.analysis.territory.autocorrelation import contiguity
from ect_research.analysis.territory.focused import Focus, focus_around, test_focus
from ect_research.corpus.basemap.load_basemap import load_basemap

RESULT = Path(__file__).parent / "results" / "territory.csv"
FOCUS = RESULT.with_name("territory_focus.csv")
PAGE = Path(__file__).resolve().parents[2] / "ect_research" / "analysis" / "territory" / "foyer.md"
SIZES, LEVEL, RADIUS_KM, PULL = (20, 40, 100, 300), 0.05, 20, 3.0
PERMUTATIONS = 199


def moran_rejects(values, weights, shuffles):
    """Whether Moran's I is above 95 % of its shuffles."""
    z = values - values.mean()
    seen = z @ (weights @ z)
    shuffled = z[shuffles]
    draws = np.einsum("pi,pi->p", shuffled, (weights @ shuffled.T).T)
    return (1 + (draws >= seen).sum()) / (1 + len(draws)) <= LEVEL


def simulate(draws, seed=20260101):
    """One row per number of projects and truth: share of draws that each test rejects."""
    basemap = load_basemap()
    jura = basemap.communes[basemap.communes["dep"] == "39"].sort_values("code").set_index("code")
    weights = contiguity(jura["geometry"]).weights
    people = jura["pop"].to_numpy(dtype="float64")
    near = jura.index.isin(list(focus_around(basemap, "39300", RADIUS_KM, "simulation").communes))
    share = people / people.sum()
    expected = float(share[near].sum())
    random = np.random.default_rng(seed)
    rows = []
    for n in SIZES:
        for truth, pull in (("aucun effet", 1.0), (f"{PULL:g} fois plus à {RADIUS_KM} km de Lons", PULL)):
            law = np.where(near, pull, 1.0) * share
            rejected = np.zeros(3)
            for _ in range(draws):
                counts = random.multinomial(n, law / law.sum())
                shuffles = random.permuted(np.tile(np.arange(len(people)), (PERMUTATIONS, 1)), axis=1)
                rejected += (
                    moran_rejects(counts.astype("float64"), weights, shuffles),
                    moran_rejects(counts / people, weights, shuffles),
                    binom.sf(counts[near].sum() - 1, n, expected) <= LEVEL,
                )
            rows.append((n, truth, *(rejected / draws)))
    columns = ["projets", "verite", "moran_effectifs", "moran_taux", "test_de_foyer"]
    return pd.DataFrame(rows, columns=columns).assign(tirages=draws)


def clustered(random, n):
    """Sizes of clusters of one to four projects, n in all."""
    sizes = []
    while sum(sizes) < n:
        sizes.append(min(int(random.integers(1, 5)), n - sum(sizes)))
    return sizes


def simulate_focus(draws, seed=20260102):
    """One row per area, number of projects and truth: share of draws where each test concludes at 5 %."""
    basemap, random, rows = load_basemap(), np.random.default_rng(seed), []
    people, around = basemap.people().astype("float64"), focus_around(basemap, "39300", RADIUS_KM, "simulation")
    areas = {"jura": basemap.communes.loc[basemap.communes["dep"] == "39", "code"].tolist()}
    areas["pays-ledonien-2020"] = sorted(basemap.perimeter("pays-ledonien-2020").members)
    for area, codes in areas.items():
        reference = people.loc[codes]
        focus = Focus("20 km", around.communes & set(codes), "simulation")
        near = reference.index.isin(list(focus.communes))
        for n in (15, 30, 60):
            for truth in ("independants", "attrait triple", "grappes", "moins connus dehors"):
                law = reference.to_numpy() * np.where(near & (truth == "attrait triple"), PULL, 1.0)
                said = {"p_exact": 0, "verdict": 0, "refus": 0}
                for _ in range(draws):
                    sizes = clustered(random, n) if truth == "grappes" else [1] * n
                    drawn = random.choice(len(law), len(sizes), p=law / law.sum())
                    at = pd.Series(np.repeat(np.asarray(codes, dtype=object)[drawn], sizes), dtype="str")
                    if truth == "moins connus dehors":
                        lost = random.random(n) > np.where(np.repeat(near[drawn], sizes), 0.9, 0.45)
                        at = at.mask(lost)
                    found = test_focus(at, reference, focus, simulations=499)
                    said["refus"] += isinstance(found, Refusal)
                    if not isinstance(found, Refusal):
                        said["p_exact"] += found.p_exact <= LEVEL
                        said["verdict"] += found.p <= LEVEL
                rows.append((area, n, truth, *(count / draws for count in said.values())))
    return pd.DataFrame(rows, columns=["aire", "projets", "verite", *said]).assign(tirages=draws)


def lines(table, heads, shares):
    """A table of the note: one row per cell, shares with their intervals."""
    kept = [name for name in table if name not in shares]
    rows = table.to_dict("records")
    return notes.table(heads, [
        [*(row[name] for name in kept), *(notes.share(row[name] * row["tirages"], row["tirages"], 1) for name in shares)]
        for row in rows
    ])  # fmt: skip


def write(plain, focus):
    """Store both tables, and rewrite those of the note under its last title."""
    for path, table in ((RESULT, plain), (FOCUS, focus)):
        table.round(3).to_csv(path, index=False, lineterminator="\n")
    asked = ["p_exact", "verdict", "refus"]
    heads = ["aire", "projets", "ce qui est planté", "tirages", "p exacte seule ≤ 5 %", "verdict ≤ 5 %", "refus"]
    first = lines(focus.loc[:, ["aire", "projets", "verite", "tirages", *asked]], heads, asked)
    moran = ["moran_effectifs", "moran_taux", "test_de_foyer"]
    heads = ["projets", "ce qui est planté", "tirages", "Moran, effectifs", "Moran, taux", "part à moins de 20 km"]
    second = lines(plain.loc[:, ["projets", "verite", "tirages", *moran]], heads, moran)
    notes.rewrite(PAGE, first, second)


def main():
    asked = notes.options(__doc__, draws=1000).parse_args()
    plain, focus = simulate(asked.draws), simulate_focus(asked.draws)
    print(plain.round(3).to_string(index=False), focus.round(3).to_string(index=False), sep="\n\n")
    if asked.write:
        write(plain, focus)


if __name__ == "__main__":
    main()
