"""Invented codings and answers: the same at each call.

``double``: the 28 well-filled projects of `tests.invented`, coded by two people, A1 and A2, whose agreement is known: the right
code more or less often, by variable. One code dominates ``accompagne`` (nine in ten): the paradox of prevalence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tests import invented

if TYPE_CHECKING:
    from pathlib import Path

RIGHT = {"portage_actuel": 0.95, "statut_juridique": 0.9, "modele_economique": 0.55, "implication_collectivite": 0.8,
         "accompagne": 0.7, "acteurs_presents": 0.7}  # fmt: skip
SETTLED_BY_HAND = "modele_economique"


def write(folder: Path, kind: str) -> Path:
    """Write one corpus under ``folder`` and return its folder."""
    observed, tables, protected = {"double": coded_twice, "deux_vagues": two_waves}[kind]()
    return invented.save(folder / kind, observed, tables, protected)


def coded_twice() -> tuple[Any, dict[str, list[dict[str, Any]]], str]:
    """28 projects coded by A1 and A2; the corpus holds the codes of A1, but for the economic model, left blank."""
    observed, tables = invented.filled()
    chance = np.random.default_rng(2811)
    rows = []
    for project in tables["projets"]:
        for variable, right in RIGHT.items():
            codes = list(invented.BOOK.codes(invented.BOOK.variables["projets", variable].list_name))[:4]
            truth = answer(variable, codes, chance)
            first, second = (truth if chance.random() < right else answer(variable, codes, chance) for _ in range(2))
            for coder, code, round_ in (("A1", first, "1"), ("A2", second, "1")):
                rows.append(
                    {"codage_id": f"{project['projet_id']}-{variable}-{coder}", "unite_table": "projets", "valeur": code,
                     "unite_id": project["projet_id"], "variable": variable, "codeur": coder, "tour": round_,
                     "source_id": "RA", "passage": f"p. {chance.integers(1, 60)}", "certitude": "2_declare"}
                )  # fmt: skip
            project[variable] = first if variable != SETTLED_BY_HAND else ""
    return observed, tables | {"codages": rows}, ""


def answer(variable: str, codes: list[str], chance: np.random.Generator) -> str:
    """One code, several for the actors present, the same nine times in ten for support."""
    if variable == "acteurs_presents":
        return " ".join(code for code in codes if chance.random() < 0.45) or codes[0]
    if variable == "accompagne":
        return codes[0] if chance.random() < 0.93 else codes[1]
    return str(chance.choice(codes))


PLANTED = {"organisation": 1, "flux_eco": 0}
"""Components whose statements all move for each person who answers both waves; those of the others move at random."""


def two_waves() -> tuple[Any, dict[str, list[dict[str, Any]]], str]:
    """24 persons answer the first wave; 2 leave and 2 join; of the 22 who stay, 19 go up on ``organisation``.

    Twelve answer for one project, twelve for another.
    """
    chance = np.random.default_rng(2403)
    statements = [item.name for item in invented.BOOK.columns("maturite") if item.list_name == "reponse_maturite"]
    people = [f"R{n:02d}" for n in range(26)]
    rows, first = [], {}
    for wave, day, present in (("t0", "03/2025", people[:24]), ("t1", "03/2026", people[2:])):
        for rank, person in enumerate(present):
            row = {"reponse_id": f"{wave}-{person}", "repondant_id": person, "vague": wave, "date": day, "source_id": "RA",
                   "projet_id": "P01" if people.index(person) % 2 else "P02",
                   "categorie_acteur": ("entreprise", "citoyen")[people.index(person) % 2]}  # fmt: skip
            for name in statements:
                row[name] = _maturity_answer(name, first.get((person, name)), rank, chance)
                first.setdefault((person, name), row[name])
            rows.append(row)
    observed, tables = invented.filled()
    return observed, {"projets": tables["projets"], "evenements": tables["evenements"], "maturite": rows}, '"personnes"'


def _maturity_answer(name: str, before: str | None, rank: int, chance: np.random.Generator) -> str:
    """The answer of a first wave, or what becomes of it."""
    component = name.rsplit("_", 1)[0]
    if before is None or before == "nsp" or component not in PLANTED:
        likely = {"raison_etre": [1, 2, 8, 12, 1], "vitalite": [6, 8, 6, 3, 1], "organisation": [6, 9, 8, 0, 0]}
        weights = np.array(likely.get(component, [4, 7, 7, 5, 1]), dtype=float)
        return str(chance.choice(["1", "2", "3", "4", "nsp"], p=weights / weights.sum()))
    step = PLANTED[component] if rank % 7 else -1
    return str(min(max(int(before) + step, 1), 4))
