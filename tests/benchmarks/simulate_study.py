"""How often a whole study claims something of registers that hold nothing: every notebook, on invented registers.

    python -m tests.benchmarks.simulate_study --registers 8 --sizes 15 28 60

Codes, places, partners and answers owe nothing to one another; projects are unequally documented, those created better; dates
are vague; follow-up starts late and stops early; places are shared; members of a project move together between two waves.
Prints, by result, how often its strength is « au-delà du hasard » among those that are not refused, with its Wilson interval,
and how many studies have one at least. Same seed, same registers.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
import numpy as np
import pandas as pd

from ect_research import load_basemap, wilson_interval
from ect_research.figures.exhibit.exhibit import Strength
from ect_research.study.publishing.open_study import Study
from tests.invented import BOOK, event, save

ROOT = Path(__file__).resolve().parents[2]
OBSERVED = pd.Timestamp("2025-12-31")
STAGES = ("idee_captee", "atelier_tenu", "collectif_reuni", "lancement_etude", "debut_experimentation", "statuts_deposes",
          "premiere_embauche")  # fmt: skip
CODED = ("thematique", "objet", "declencheur", "portage_initial", "statut_juridique", "modele_economique",
         "implication_collectivite")  # fmt: skip
ALONE = ("00_accueil", "16_territoires")
Rows = list[dict[str, Any]]


def vague(day: pd.Timestamp, chance: np.random.Generator) -> str:
    told = (
        f"{day:%d/%m/%Y}",
        f"{day:%m/%Y}",
        f"{day.year} T{(day.month + 2) // 3}",
        f"{day:%Y}",
        f"avant {day.year + 1}",
        "",
    )
    return str(chance.choice(told, p=(0.15, 0.35, 0.12, 0.28, 0.03, 0.07)))


def course(start: pd.Timestamp, chance: np.random.Generator) -> list[tuple[str, pd.Timestamp]]:
    """The facts of a project up to the last day observed, some stages skipped, one in ten abandoned at each."""
    day, facts = start, [(STAGES[0], start)]
    for kind in STAGES[1:]:
        if chance.random() < 0.25:
            continue
        day += pd.Timedelta(days=int(30.4 * (0.5 + chance.exponential(5))))
        if chance.random() < 0.1:
            facts.append(("abandon", day))
            break
        facts.append((kind, day))
    return [fact for fact in facts if fact[1] <= OBSERVED]


def register(folder: Path, n: int, seed: int) -> Path:
    """Write a register of ``n`` projects without any structure."""
    chance, basemap = np.random.default_rng([seed, n]), load_basemap()
    people = basemap.people().loc[list(basemap.perimeter("pays-ledonien-2020").members)]
    codes = {name: list(BOOK.codes(BOOK.variables["projets", name].list_name))[:3] for name in CODED}
    actors, tables = 2 * n + 12, defaultdict[str, Rows](list)
    popular, places = 1 / np.arange(1, actors + 1) ** 0.7, []
    for rank in range(n):
        name, start = f"N{rank:03d}", pd.Timestamp("2012-01-01") + pd.Timedelta(days=int(chance.integers(0, 4700)))
        facts = course(start, chance)
        created = "statuts_deposes" in dict(facts)
        known = min(1.0, chance.beta(2 + 3 * (seed % 2), 2) + 0.25 * created)
        told = [
            fact for fact in facts if chance.random() < 0.35 + 0.6 * known or fact[0] in ("abandon", "statuts_deposes")
        ]
        last = max(day for _, day in [*told, (STAGES[0], start)])
        until = (
            OBSERVED
            if chance.random() < known
            else min(OBSERVED, last + pd.Timedelta(days=int(chance.exponential(200))))
        )
        row = {"projet_id": name, "nom": f"Projet {name}", "source_id": "RA", "certitude": "2_declare",
               "accompagne": str(chance.choice(["oui", "non"], p=[0.85, 0.15])), "suivi_debut": f"{start:%m/%Y}",
               "suivi_fin": f"{until:%m/%Y}" if until < OBSERVED and until - start > pd.Timedelta(days=62) else ""}  # fmt: skip
        row |= {of: str(chance.choice(given)) for of, given in codes.items() if chance.random() < 0.45 + 0.5 * known}
        if "portage_initial" in row:
            row["portage_actuel"] = row["portage_initial"] if chance.random() < 0.8 else codes["portage_initial"][0]
        row["statut_juridique"] = row.get("statut_juridique", "") if created else ""
        if chance.random() < 0.4 + 0.5 * known:
            shared = places and chance.random() < 0.3
            places.append(
                str(chance.choice(places if shared else people.index, p=None if shared else people / people.sum()))
            )
            row |= {"commune_insee": places[-1], "cog_millesime": "2026"}
        tables["projets"].append(row)
        tables["evenements"] += [event(name, kind, vague(day, chance)) for kind, day in told]
        met = {0, *chance.choice(actors, chance.poisson(0.6 + 3 * known), p=popular / popular.sum()).tolist()}
        tables["participations"] += [{"participation_id": f"X{name}-{one}", "acteur_id": f"A{one}", "projet_id": name,
                                      "role": "partenaire", "source_id": "RA"} for one in met]  # fmt: skip
        for variable in ("portage_actuel", "accompagne"):
            given = list(BOOK.codes(BOOK.variables["projets", variable].list_name))[:3]
            tables["codages"] += [{"codage_id": f"{name}-{variable}-{coder}", "unite_table": "projets", "unite_id": name,
                                   "variable": variable, "valeur": str(chance.choice(given)), "codeur": coder, "tour": "1",
                                   "source_id": "RA", "certitude": "2_declare"} for coder in ("A1", "A2")]  # fmt: skip
    sectors = list(BOOK.codes("secteur"))
    tables["acteurs"] = [{"acteur_id": f"A{one}", "nom": f"Organisation {one}", "nature": "organisation", "source_id": "RA",
                          "secteur": str(chance.choice(sectors)), "secteur_source": "dit",
                          "est_intermediaire": "" if one else "oui"} for one in range(actors)]  # fmt: skip
    tables["maturite"] = answers(max(24, n), chance)
    return save(folder / f"n{n}", OBSERVED, dict(tables), '"personnes"')


def answers(persons: int, chance: np.random.Generator) -> Rows:
    """Two waves; six members a project, whose answers move together."""
    names = [one.name for one in BOOK.columns("maturite") if one.list_name == "reponse_maturite"]
    own, moves = chance.normal(0, 0.5, persons), chance.normal(0, 0.4, persons)
    rows = []
    for wave in (0, 1):
        for one in np.flatnonzero(chance.random(persons) < 0.8).tolist():
            said = np.clip(np.round(2.5 + own[one] + wave * moves[one // 6] + chance.normal(0, 0.8, len(names))), 1, 4)
            given = dict(zip(names, said.astype(int).astype(str), strict=True))
            rows.append({"reponse_id": f"t{wave}-{one}", "repondant_id": f"R{one}", "vague": f"t{wave}", "source_id": "RA",
                         "projet_id": f"N{one // 6:03d}", **given})  # fmt: skip
    return rows


def findings(notebook: Path, corpus: Path) -> dict[str, Strength]:
    """The strength of each result of a notebook."""
    found: dict[str, Strength] = {}
    Study.publish = lambda self, name, exhibit: found.update(
        {name: exhibit.in_context(self.context).finding().strength}
    )  # type: ignore[method-assign,assign,return-value]
    Study.conclude = lambda _: None  # type: ignore[method-assign,assign,return-value]
    known: dict[str, Any] = {}
    for cell in nbformat.read(notebook, as_version=4).cells:
        if cell.cell_type == "code" and "manuel" not in cell.source:
            exec(cell.source, known)  # noqa: S102 - our own notebook
            if "parameters" in cell.metadata.get("tags", []):
                known |= {name: value for name, value in (("corpus", str(corpus)), ("tirages", 199)) if name in known}
        if "etude.conclude()" in cell.source:
            break
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--registers", type=int, default=8)
    parser.add_argument("--sizes", type=int, nargs="+", default=[15, 28, 60])
    asked = parser.parse_args()
    counts, studies = defaultdict[str, Counter[str]](Counter), []
    for seed in range(asked.registers):
        for n in asked.sizes:
            with TemporaryDirectory() as folder:
                corpus, told = register(Path(folder), n, seed), {}
                for notebook in sorted(ROOT.glob("notebooks/*.ipynb")):
                    told |= {} if notebook.stem in ALONE else findings(notebook, corpus)
            studies.append(any(one is Strength.BEYOND_CHANCE for one in told.values()))
            for name, strength in told.items():
                counts[name][strength.name] += 1
            print(seed, n, [name for name, one in told.items() if one is Strength.BEYOND_CHANCE], flush=True)
    for name, of in counts.items():
        if tested := of["BEYOND_CHANCE"] + of["AS_CHANCE"]:
            rate = wilson_interval(of["BEYOND_CHANCE"], tested + of["COUNTED"])
            print(f"{name}: {rate.count}/{rate.n} [{rate.low:.0%}–{rate.high:.0%}], refusé {of['REFUSED']}")
    whole = wilson_interval(sum(studies), len(studies))
    print(f"études avec une affirmation au moins : {whole.count}/{whole.n} [{whole.low:.0%}–{whole.high:.0%}]")


if __name__ == "__main__":
    main()
