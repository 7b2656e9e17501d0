"""How often the intervals of the curves and of the Cox models hold the truth, on registers drawn from known hazards.

    python tests/benchmarks/simulate_intervals.py --repeats 1000 --write
    python tests/benchmarks/simulate_intervals.py --repeats 500 --censored --write
    python tests/benchmarks/simulate_intervals.py --repeats 250 --funnel --write

Creation, abandonment and absorption have constant hazards; projects are followed from their start, or half of them from
some day of their first two years (those that had ended by then are never seen). ``--write`` rewrites
``results/intervals.csv`` and the table of ``ect_research/analysis/durations/intervalles.md``. Same seed, same numbers.
``--censored``: the Cox bounds alone, when many are lost before their end, beside those of Firth (1993), *Biometrika* 80,
27–38, and Heinze & Schemper (2001), *Biometrics* 57, 114–119: the likelihood times the root of the information.
``--funnel``: the funnel by age, half of the projects followed late, with ``suivi_debut`` and without it.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import simulation_notes as notes
from scipy.stats import chi2

from ect_research.analysis.chance import Refusal
from ect_research.analysis.durations.aalen_johansen import build_incidence, incidence_at
from ect_research.analysis.durations.durations import CAUSES, Durations, durations_from_arrays
from ect_research.analysis.durations.hazard import fit_cox
from ect_research.analysis.durations.kaplan_meier import build_survival
from ect_research.analysis.durations.stage_reach import build_stage_reach
from ect_research.codebook.load_codebook import load_codebook
from ect_research.corpus.stages.episodes import Episodes, derive_episodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    Chance = np.random.Generator
    Case = tuple[str, float, float, float]

HAZARDS = np.array([0.03, 0.012, 0.002])
NAMES = ("création", "abandon", "absorption")
SIZES, AGES, ENTRIES = (15, 30, 60), (6, 24, 48), ("au début", "tardives")
RATIOS = (1.0, 3.0)
RESULTS = Path(__file__).parent / "results" / "intervals.csv"
PAGE = Path(__file__).resolve().parents[2] / "ect_research" / "analysis" / "durations" / "intervalles.md"
CENSORED, CENSORED_RESULTS = "## Rapports de risques, beaucoup de perdus", RESULTS.with_name("censored_cox.csv")
FUNNEL, FUNNEL_RESULTS = "## Entonnoir, suivis tardifs", RESULTS.with_name("funnel.csv")
FUNNEL_AGES, BEFORE = (12, 24, 36), ("connus", "pas vus")
STAGES = load_codebook().stages.query("role in ('creation', 'abandon') or order == 0")
GRID = np.arange(-12, 12.0001, 0.01)
COLUMNS = ["grandeur", "intervalle", "projets", "entrees"]


def register(n: int, entries: str, hazards: np.ndarray, chance: Chance) -> Durations:
    """Projects seen, in months: whole months and a half, as in `build_durations`."""
    rows: list[tuple[float, int, float]] = []
    while len(rows) < n:
        whole = chance.exponential(1 / hazards.sum())
        entry = float(chance.integers(0, 25)) if entries == "tardives" and chance.random() < 0.5 else 0.0
        followed = max(entry, chance.uniform(6, 72))
        month = np.floor(min(whole, followed)) + 0.5
        if month > entry:
            cause = 1 + int(chance.choice(len(hazards), p=hazards / hazards.sum())) if whole <= followed else 0
            rows.append((month, cause, entry))
    time, cause, entry = map(list, zip(*rows, strict=True))
    return durations_from_arrays(time, cause, entry=entry, causes=CAUSES)


def curves(n: int, entries: str, chance: Chance) -> Iterator[tuple[tuple[str, str], Case]]:
    """What is estimated with which interval; the interval, the truth and the estimate: given that one has lasted to the start."""
    total = HAZARDS.sum()
    told = build_incidence(register(n, entries, HAZARDS, chance), fewest_ends=1)
    if not isinstance(told, Refusal):
        read = incidence_at(told, [age for age in AGES if age >= told.start]).set_index(["fin", "temps"])
        for (end, age), row in read.iterrows():
            if end in CAUSES:
                place = CAUSES.index(end)
                truth = HAZARDS[place] / total * (1 - np.exp(-total * (age - told.start)))
                what = (f"incidence, {NAMES[place]} à {age:g} mois", "de l’outil")
                yield what, (row["bas"], row["haut"], truth, row["part"])
    alone = register(n, entries, HAZARDS[:1], chance)
    for transform in ("log-log", "bpcp"):
        survival = build_survival(alone, transform=transform, fewest_ends=1)
        if isinstance(survival, Refusal):
            continue
        for age in AGES:
            reached = survival.curve[survival.curve["temps"] <= age]
            if len(reached) and age <= survival.curve["temps"].iloc[-1]:
                row, truth = reached.iloc[-1], np.exp(-HAZARDS[0] * (age - survival.start))
                yield (f"survie (Kaplan–Meier) à {age} mois", transform), (row["bas"], row["haut"], truth, row["part"])


def ratios(n: int, ends: int, ratio: float, chance: Chance) -> Iterator[tuple[tuple[str, str], Case]]:
    """The ratio of a number without scale, followed until so many ends: bounds of the tool, and those of Wald."""
    x = chance.normal(size=n)
    time = chance.exponential(1 / np.exp(np.log(ratio) * x))
    last = np.sort(time)[ends - 1]
    durations = durations_from_arrays(np.minimum(time, last), (time <= last).astype(int), causes=["fin"])
    told = fit_cox(durations, pd.DataFrame({"x": x}, index=list(durations.names)), "fin")
    if isinstance(told, Refusal):
        return
    term = told.terms.iloc[0]
    what, spread = f"rapport de risques de {ratio:g}, {ends} fins", 1.959964 * term["erreur"]
    bounds = (term["coefficient"] - spread, term["coefficient"] + spread)
    yield (what, f"de l’outil ({told.bounds})"), (term["bas"], term["haut"], ratio, term["rapport"])
    if told.bounds != "wald":
        yield (what, "de Wald"), (*np.exp(bounds), ratio, term["rapport"])


def firth_bounds(time: np.ndarray, ended: np.ndarray, x: np.ndarray) -> tuple[float, float]:
    """Bounds of the profile of the penalised likelihood of one coefficient, on a grid."""
    order = np.argsort(time)
    x, ended = x[order] - x.mean(), ended[order]
    weight = np.exp(np.outer(x, GRID))
    sums = [np.cumsum((weight * (x**power)[:, None])[::-1], axis=0)[::-1] for power in range(3)]
    information = (sums[2] / sums[0] - (sums[1] / sums[0]) ** 2)[ended].sum(axis=0)
    penalised = (np.outer(x, GRID) - np.log(sums[0]))[ended].sum(axis=0) + 0.5 * np.log(information)
    inside = GRID[2 * (penalised.max() - penalised) <= chi2.isf(0.05, 1)]
    return float(inside[0]), float(inside[-1])


def censored(repeats: int, seed: int = 20161) -> pd.DataFrame:
    """Registers of 10 to 19 ends, of which up to two thirds are lost first: who holds the true ratio, and how widely."""
    rows = []
    for kind, (n, lost), ratio in product(("un nombre", "deux groupes"), ((15, 0.3), (30, 1.0), (30, 2.0)), RATIOS):
        chance = np.random.default_rng([seed, n, int(10 * lost), int(ratio), len(kind)])
        held: dict[str, list[tuple[bool, float]]] = {"profil": [], "Wald": [], "Firth": []}
        drawn = refused = 0
        while drawn < repeats:
            x = chance.normal(size=n) if kind == "un nombre" else (np.arange(n) < n // 3).astype(float)
            whole, out = chance.exponential(1 / ratio**x), chance.exponential(1 / lost, size=n)
            time, ended = np.minimum(whole, out), whole <= out
            if not 10 <= ended.sum() < 20:
                continue
            drawn += 1
            low, high = firth_bounds(time, ended, x)
            held["Firth"].append((low <= np.log(ratio) <= high, high - low))
            durations = durations_from_arrays(time, ended.astype(int), causes=["fin"])
            told = fit_cox(durations, pd.DataFrame({"x": x}, index=list(durations.names)), "fin")
            if isinstance(told, Refusal):
                refused += 1
                continue
            term = told.terms.iloc[0]
            held["profil"].append((term["bas"] <= ratio <= term["haut"], float(np.log(term["haut"] / term["bas"]))))
            spread = 1.959964 * term["erreur"]
            held["Wald"].append((abs(term["coefficient"] - np.log(ratio)) <= spread, 2 * spread))
        for bounds, told_of in held.items():
            inside, width = map(np.array, zip(*told_of, strict=True))
            rows.append((kind, n, lost, ratio, bounds, len(told_of), refused if bounds != "Firth" else 0, int(inside.sum()),
                         float(np.median(width))))  # fmt: skip
        print(*rows[-1], flush=True)
    names = ["variable", "projets", "perdus", "rapport", "intervalle", "registres", "refuses", "tenus", "largeur"]
    return pd.DataFrame(rows, columns=names)


def told_late(n: int, before: str, chance: Chance) -> tuple[Episodes, pd.DataFrame]:
    """Ideas of which half are followed late: those abandoned by then are never seen, nor, maybe, those created by then."""
    facts, until, since = [], {}, {}
    while len(since) < n:
        created, dropped, followed = *chance.exponential(1 / HAZARDS[:2]), chance.uniform(6, 72)
        entry = chance.uniform(0, 24) if chance.random() < 0.5 else 0.0
        if entry > followed or (min(created, dropped) < entry and (before == "pas vus" or dropped < created)):
            continue
        name, first = f"P{len(since):02d}", pd.Timestamp("2012-01-01") + pd.Timedelta(days=int(chance.integers(0, 365)))
        day = {at: first + pd.Timedelta(days=round(30.44 * at)) for at in (created, dropped, followed, entry)}
        until[name], since[name] = day[followed], day[entry] if entry else pd.NaT
        lived = [("idee_captee", first)]
        lived += [("statuts_deposes", day[created])] if created < min(dropped, followed) else []
        lived += [("abandon", day[dropped])] if dropped < min(created, followed) else []
        facts += [(f"{name}-{kind}", name, kind, at, at) for kind, at in lived]
    columns = ["evenement_id", "projet_id", "type_evenement", "date_debut_min", "date_debut_max"]
    told = pd.DataFrame(facts, columns=columns)
    episodes = derive_episodes(told, STAGES, observed_on=pd.Timestamp("2030-01-01"), followed_until=pd.Series(until))
    return episodes, pd.DataFrame({"projet_id": list(since), "suivi_debut_min": pd.to_datetime(list(since.values()))})


def funnel(repeats: int, seed: int = 20162) -> pd.DataFrame:
    """Share created by each age, with the beginning of the follow-up and without: how often its interval holds the truth."""
    met: dict[tuple[object, ...], list[tuple[float, ...]]] = defaultdict(list)
    for n, before in product((28, 60), BEFORE):
        chance = np.random.default_rng([seed, n, BEFORE.index(before)])
        for _ in range(repeats):
            episodes, projects = told_late(n, before, chance)
            for said, given in (("oui", projects), ("non", None)):
                reach = build_stage_reach(episodes, given, ages=FUNNEL_AGES, fewest=1)
                for row in reach.table[reach.table["etape"] == "e5_creation"].itertuples():
                    truth = HAZARDS[0] / HAZARDS[:2].sum() * (1 - np.exp(-HAZARDS[:2].sum() * row.age))
                    if row.part == row.part:
                        met[n, before, said, row.age].append((row.bas <= truth <= row.haut, row.part - truth))
        print(n, before, flush=True)
    told = [(*key, len(cases), *np.array(cases).T) for key, cases in met.items()]
    names = ["projets", "crees_avant", "suivi_dit", "age", "registres", "tenus", "ecart"]
    rows = [(*key, int(inside.sum()), round(100 * gap.mean(), 1)) for *key, inside, gap in told]
    return pd.DataFrame(rows, columns=names).sort_values(names[:4], kind="stable", ignore_index=True)


def write_funnel(told: pd.DataFrame) -> None:
    """Rewrite the section of the note on the funnel."""
    heads = ["projets", "créés avant leur suivi", "`suivi_debut` dit", "âge (mois)", "registres",
             "tiennent la vérité, % [Wilson]", "écart moyen (points)"]  # fmt: skip
    rows = [
        [*row[:5], notes.share(row[5], row[4], 1), f"{row[6]:+.1f}".replace(".", ",").replace("-", "−")]
        for row in told.itertuples(index=False)
    ]
    rewrite_section(FUNNEL, CENSORED, notes.table(heads, rows))


def write_censored(told: pd.DataFrame) -> None:
    """Rewrite the section of the note on the ratios when many are lost."""
    heads = ["variable", "projets", "perdus par unité de temps", "rapport vrai", "intervalle", "registres",
             "refusés (séparés)", "tiennent la vérité, % [Wilson]", "largeur médiane (log)"]  # fmt: skip
    rows = [
        [row["variable"], row["projets"], f"{row['perdus']:g}", f"{row['rapport']:g}", row["intervalle"], row["registres"],
         row["refuses"], notes.share(row["tenus"], row["registres"], 1), f"{row['largeur']:.2f}"]
        for row in told.to_dict("records")
    ]  # fmt: skip
    rewrite_section(CENSORED, notes.TABLE, notes.table(heads, rows).replace(".", ","))


def rewrite_section(title: str, following: str, table: str) -> None:
    """Put the table in place of that of a section of the note, under its words."""
    head, _, rest = PAGE.read_text(encoding="utf-8").partition(title)
    words, _, after = rest.partition("\n| ")
    PAGE.write_text(f"{head}{title}{words}\n{table}\n\n{following}{after.partition(following)[2]}", encoding="utf-8")


def simulate(repeats: int, seed: int = 20160) -> pd.DataFrame:
    """One row per quantity, interval, size and entries."""
    met: dict[tuple[object, ...], list[Case]] = defaultdict(list)
    for n, entries in product(SIZES, ENTRIES):
        chance = np.random.default_rng([seed, n, ENTRIES.index(entries)])
        for _ in range(repeats):
            for what, case in curves(n, entries, chance):
                met[*what, n, entries].append(case)
        print(n, entries, flush=True)
    for (n, ends), ratio in product(((15, 10), (30, 10), (30, 20)), RATIOS):
        chance = np.random.default_rng([seed, n, ends, int(ratio)])
        for _ in range(repeats):
            for what, case in ratios(n, ends, ratio, chance):
                met[*what, n, ENTRIES[0]].append(case)
    rows = []
    for key, cases in met.items():
        low, high, truth, found = np.array(cases).T
        inside, bare = (low <= truth) & (truth <= high), np.isnan(low) | np.isnan(high)
        edge = (found < 1e-9) | (found > 1 - 1e-9) if "rapport" not in str(key[0]) else np.zeros(len(cases), dtype=bool)
        rows.append((*key, len(cases), int(inside.sum()), int((truth < low).sum()), int((truth > high).sum()),
                     int(bare.sum()), int(edge.sum()), int((inside & edge).sum())))  # fmt: skip
    names = ["registres", "tenus", "trop_hauts", "trop_bas", "sans_bornes", "a_0_ou_1", "tenus_a_0_ou_1"]
    return pd.DataFrame(rows, columns=[*COLUMNS, *names]).sort_values(COLUMNS, kind="stable", ignore_index=True)


def write_page(told: pd.DataFrame) -> None:
    """Rewrite the table of the note, under its last title."""
    heads = ["grandeur", "intervalle", "projets", "entrées", "registres", "tiennent la vérité, % [Wilson]",
             "vérité sous l’intervalle", "au-dessus", "estimés à 0 ou 1", "dont tiennent"]  # fmt: skip
    rows = [
        [*(row[name] for name in COLUMNS), row["registres"], notes.share(row["tenus"], row["registres"], 1),
         row["trop_hauts"], row["trop_bas"], row["a_0_ou_1"], notes.share(row["tenus_a_0_ou_1"], row["a_0_ou_1"], 1)]
        for row in told.to_dict("records")
    ]  # fmt: skip
    notes.rewrite(PAGE, notes.table(heads, rows))


def main() -> None:
    """Simulate, and with ``--write`` store the table."""
    asked = notes.options(__doc__, repeats=1000)
    asked.add_argument("--censored", action="store_true")
    asked.add_argument("--funnel", action="store_true")
    options = asked.parse_args()
    run, results, write = (
        (censored, CENSORED_RESULTS, write_censored) if options.censored
        else (funnel, FUNNEL_RESULTS, write_funnel) if options.funnel
        else (simulate, RESULTS, write_page)
    )  # fmt: skip
    told = run(options.repeats)
    print(told.to_string())
    if options.write:
        told.to_csv(results, index=False)
        write(told)


if __name__ == "__main__":
    main()
