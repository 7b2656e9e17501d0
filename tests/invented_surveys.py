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
    if kind == "jeunes":
        declare(folder / kind)
    observed, tables, protected = {"double": coded_twice, "deux_vagues": two_waves, "jeunes": young}[kind]()
    return invented.save(folder / kind, observed, tables, protected)


YOUNG = "enquete_jeunes"
_LISTS = {"accord": ("Pas du tout", "Plutôt pas", "Ni l’un ni l’autre", "Plutôt", "Tout à fait", "Ne sait pas"),
          "souvent": ("Jamais", "Parfois", "Souvent"), "genre": ("Femme", "Homme", "Autre"),
          "filiere": ("Générale", "Professionnelle", "Agricole", "En emploi"),
          "activite": ("Sport", "Musique", "Jeux", "Bricolage", "Bénévolat")}  # fmt: skip
_ASKED = {"select_one accord": 10, "select_one souvent": 4, "select_one filiere": 7, "select_one genre": 1,
          "select_multiple activite": 6, "integer": 5, "decimal": 1, "date": 2, "text": 4}  # fmt: skip


def questions() -> list[tuple[str, str, str]]:
    """The forty questions: name, type, list."""
    named = []
    for kind, times in _ASKED.items():
        type_, _, list_ = kind.partition(" ")
        stem = list_ or {"integer": "nombre", "decimal": "poids", "date": "jour", "text": "libre"}[type_]
        named += [(f"{stem}_{n}" if times > 1 else stem, type_, list_) for n in range(1, times + 1)]
    return named


def declare(folder: Path) -> None:
    """The codebook files by which a corpus declares a table of forty questions that the package does not know."""
    folder.mkdir(parents=True)
    fixed = [("jeune_id", "text", "", "cle", "", "Réponse"), ("repondant_id", "text", "", "", "quasi", "Pseudonyme")]
    asked = [(name, type_, list_, "", "texte_libre" if type_ == "text" else "", f"Question {name.replace('_', ' ')} ?")
             for name, type_, list_ in questions()]  # fmt: skip
    invented.write_csv(
        folder / "tables.csv", [{"table": YOUNG, "label::fr": "Enquête jeunes", "label::en": "Youth survey"}]
    )
    invented.write_csv(folder / "variables.csv", [
        {"table": YOUNG, "name": name, "type": type_, "list": list_, "ect_key": key, "ect_pii": pii, "label::fr": said,
         "label::en": f"{said} (en)"} for name, type_, list_, key, pii, said in [*fixed, *asked]
    ])  # fmt: skip
    invented.write_csv(folder / "choices.csv", [
        {"list_name": name, "name": str(rank), "label::fr": said, "label::en": f"{said} (en)",
         "order": str(rank) if name in ("accord", "souvent") else "",
         "role": "sans_avis" if said == "Ne sait pas" else ""}
        for name, labels in _LISTS.items() for rank, said in enumerate(labels, 1)
    ])  # fmt: skip


def young() -> tuple[Any, dict[str, list[dict[str, Any]]], str]:
    """60 young people; those of the first track agree more with the first statement, and nothing else goes together."""
    chance = np.random.default_rng(6040)
    rows = []
    for n in range(60):
        row = {"jeune_id": f"J{n:02d}", "repondant_id": f"Y{n:02d}"}
        for name, type_, list_ in questions():
            row[name] = _young_answer(name, type_, len(_LISTS.get(list_, ())), chance)
        if row["filiere_1"] == "1":
            row["accord_1"] = str(chance.choice([4, 5]))
        rows.append(row)
    observed, tables = invented.filled()
    return observed, {"projets": tables["projets"], "evenements": tables["evenements"], YOUNG: rows}, '"personnes"'


def _young_answer(name: str, type_: str, size: int, chance: np.random.Generator) -> str:
    if chance.random() < 0.05 and name not in ("filiere_1", "accord_1", "poids"):
        return ""
    if type_ == "select_multiple":
        return " ".join(str(code) for code in range(1, size + 1) if chance.random() < 0.4)
    if type_ == "select_one":
        share = np.array([0.48, 0.5, 0.02] if name == "genre" else [1.0] * size)
        return str(1 + chance.choice(size, p=share / share.sum()))
    if type_ == "date":
        return f"{chance.integers(1, 13):02d}/{chance.integers(2021, 2026)}"
    if type_ == "text":
        return "Un mot de plus." if chance.random() < 0.5 else ""
    return f"{chance.uniform(0.5, 2):.2f}" if name == "poids" else str(chance.integers(12, 31))


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
