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
    observed, tables, protected = {"double": coded_twice}[kind]()
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
