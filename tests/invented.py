"""Six invented corpora that every notebook runs on, beside the public register: written as CSV, the same at each call.

``rempli``: 28 well-filled projects of another département, over ten years. ``cohorte``: ten projects followed for ten months.
``sans_date``: sixteen projects of which no source says a date. ``bruit``: sixty projects whose codes are drawn at random.
``quatre``: four of the 28. ``gisements``: ten synergies between firms, with known quantities.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ect_research import load_basemap
from ect_research.codebook.load_codebook import load_codebook

CODED = ("thematique", "objet", "declencheur", "portage_initial", "portage_actuel", "statut_juridique", "modele_economique",
         "implication_collectivite", "accompagne")  # fmt: skip
COURSE = ("idee_captee", "atelier_tenu", "collectif_reuni", "entree_parcours", "lancement_etude", "debut_experimentation",
          "statuts_deposes", "premiere_embauche", "fin_accompagnement", "gouvernance_propre")  # fmt: skip
BOOK = load_codebook()


def write(folder: Path, kind: str) -> Path:
    """Write one corpus under ``folder`` and return its folder."""
    observed, tables = {
        "rempli": filled,
        "cohorte": cohort,
        "quatre": few,
        "sans_date": undated,
        "bruit": noise,
        "gisements": synergies,
    }[kind]()
    return save(folder / kind, observed, tables)


def save(here: Path, observed: pd.Timestamp, tables: dict[str, list[dict[str, Any]]], protected: str = "") -> Path:
    """Write the tables of a corpus, its ``source.toml`` and its only source."""
    here.mkdir(parents=True, exist_ok=True)
    (here / "source.toml").write_text(
        f'titre = "Corpus inventé : {here.name}"\ncitation = "Données inventées, {here.name}"\nnature = "projets inventés"\n'
        f'territoire = "Bresse bourguignonne"\ndate_observation = {observed:%Y-%m-%d}\nlicence = "aucune"\n'
        f'[protection]\nprotege = [{protected}]\npourquoi = "Projets inventés."\n',
        encoding="utf-8",
    )
    tables["sources"] = [
        {"source_id": "RA", "type_source": "rapport_activite", "reference": "Rapport", "diffusable": "oui"}
    ]
    for name, rows in tables.items():
        write_csv(here / f"{name}.csv", rows)
    return here


def write_csv(path: Path, rows: list[dict[str, Any]]) -> None:
    """Write rows that need not have the same columns."""
    head = list(dict.fromkeys(column for row in rows for column in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, head, delimiter=";", restval="")
        writer.writeheader()
        writer.writerows(rows)


def filled() -> tuple[pd.Timestamp, dict[str, list[dict[str, Any]]]]:
    """28 projects of Saône-et-Loire, nearly everything coded, dates to the month or the year."""
    chance = np.random.default_rng(71)
    observed = pd.Timestamp("2026-06-30")
    projects = [coded(f"P{n:02d}", chance, holes=0.05) for n in range(1, 29)]
    for row in projects:
        row |= {"commune_insee": str(chance.choice(communes())), "cog_millesime": "2026", "suivi_debut": "2015"}
    events = [fact for row in projects for fact in course(row["projet_id"], chance, observed, start=(2015, 2025))]
    actors = [{"acteur_id": f"A{n}", "nom": f"Organisation {n}", "nature": "organisation", "source_id": "RA",
               "categorie": str(chance.choice(list(BOOK.codes("categorie_acteur"))))} for n in range(20)]  # fmt: skip
    sectors = list(BOOK.codes("secteur"))
    for n, row in enumerate(actors):
        row |= {
            "est_intermediaire": "oui" if n == 0 else "",
            "secteur": sectors[n % 5] if n % 7 else "",
            "secteur_source": ("dit", "connaissance_generale")[n % 2] if n % 7 else "",
        }
    ties = [
        {
            "lien_id": f"L{n}",
            "acteur_a": f"A{n % 20}",
            "acteur_b": f"A{(3 * n + 1) % 20}",
            "source_id": "RA",
            "mise_en_relation": "intermediaire" if n % 3 else "relation_pro",
            "mediateur_id": "A0" if n % 3 else "",
        }
        for n in range(40)
        if n % 20 != (3 * n + 1) % 20
    ]
    roles = list(BOOK.codes("role"))
    parts = [
        {"participation_id": f"X{n}", "acteur_id": f"A{chance.integers(20)}", "role": str(chance.choice(roles)),
         "projet_id": f"P{chance.integers(1, 29):02d}", "source_id": "RA"}
        for n in range(70)
    ]  # fmt: skip
    states = [code for code in BOOK.codes("etat_ressource") if not code.startswith("0")]
    kinds = list(BOOK.codes("type_ressource"))
    resources = [
        {"etat_id": f"R{n}-{k}", "ressource_id": f"R{n}", "libelle": f"Ressource {n}", "projet_id": f"P{n + 1:02d}",
         "type_ressource": kinds[n % 4], "etat": states[k], "date": str(2016 + n % 5 + 2 * k), "source_id": "RA"}
        for n in range(12) for k in range(1 + n % 3)
    ]  # fmt: skip
    return observed, {"projets": projects, "evenements": events, "acteurs": actors, "participations": unique(parts),
                      "liens": ties, "ressources": resources}  # fmt: skip


def few() -> tuple[pd.Timestamp, dict[str, list[dict[str, Any]]]]:
    """The first four projects of the well-filled corpus, with all that speaks of them."""
    observed, tables = filled()
    kept = {row["projet_id"] for row in tables["projets"][:4]}
    return observed, {name: [row for row in rows if not row.get("projet_id") or row["projet_id"] in kept]
                      for name, rows in tables.items()}  # fmt: skip


def cohort() -> tuple[pd.Timestamp, dict[str, list[dict[str, Any]]]]:
    """Ten projects that entered a programme together, ten months before the observation."""
    chance, observed = np.random.default_rng(10), pd.Timestamp("2026-01-10")
    projects = [
        coded(f"C{n:02d}", chance, holes=0.4) | {"suivi_debut": "03/2025", "dispositif": "autre"} for n in range(1, 11)
    ]
    events = []
    for row in projects:
        name = row["projet_id"]
        told = [("entree_parcours", "03/2025"), ("lancement_etude", "2025 T3")]
        told += [("statuts_deposes", "2025 S2")] if int(name[1:]) <= 3 else []
        told += [("debut_experimentation", "automne 2025")] if int(name[1:]) == 4 else []
        events += [event(name, kind, day) for kind, day in told]
    return observed, {"projets": projects, "evenements": events}


FLOWS = (
    ("E01", "E02", "d07_5", "120", "t_an", "5_valorisee"), ("E01", "E03", "d07_5", "30", "t_an", "4_mobilisee"),
    ("E04", "E02", "d07_2", "50", "t_an", "3_qualifiee"), ("E05", "E06", "d07_4", "", "", "4_mobilisee"),
    ("E07", "", "d07_4", "200", "t_an", "2_revelee"), ("E08", "E09", "h_eau", "1000", "m3_an", "5_valorisee"),
    ("E10", "E09", "h_eau", "400", "m3_an", "0_perdue"), ("E11", "E12", "h_mutualisation", "300", "heures_an", "5_valorisee"),
    ("", "E06", "d09_1", "", "", "2_revelee"), ("", "", "d07_1", "", "", "2_revelee"),
)  # fmt: skip
"""Giver, taker, material, quantity, unit, last state of each invented synergy."""


def synergies() -> tuple[pd.Timestamp, dict[str, list[dict[str, Any]]]]:
    """Ten synergies between twelve firms of four visits: three run, two are tested, one is stopped, two units and a half."""
    observed, places = pd.Timestamp("2026-06-30"), communes()
    firms = [{"acteur_id": f"E{n:02d}", "nom": f"Entreprise {n}", "nature": "organisation", "categorie": "entreprise",
              "commune_insee": places[n % 4], "cog_millesime": "2026", "source_id": "RA"} for n in range(1, 15)]  # fmt: skip
    rows = []
    for n, (giver, taker, flow, quantity, unit, state) in enumerate(FLOWS, 1):
        known = {"ressource_id": f"G{n:02d}", "libelle": f"Gisement {n}", "type_ressource": "gisement", "flux": flow,
                 "detenteur_id": giver, "preneur_id": taker, "source_id": "RA"}  # fmt: skip
        rows.append(known | {"etat_id": f"G{n:02d}-a", "etat": "2_revelee", "date": "03/2024"})
        if state != "2_revelee":
            rows.append(known | {"etat_id": f"G{n:02d}-b", "etat": state, "date": f"{n:02d}/2025"})
        rows[-1] |= {"quantite": quantity, "unite": unit}
    met = (("01/2024", "E01 E02 E13"), ("02/2024", "E04 E05 E07"), ("05/2025", "E13"), ("06/2025", "E08 E14"))
    events = [{"evenement_id": f"V{n}", "dispositif": "autre", "type_evenement": "visite_entreprise", "date_debut": day,
               "acteur_ids": who, "source_id": "RA", "certitude": "2_declare"} for n, (day, who) in enumerate(met)]  # fmt: skip
    projects = [{"projet_id": "P1", "nom": "Boucle inventée", "dispositif": "autre", "source_id": "RA"}]
    return observed, {"projets": projects, "evenements": events, "acteurs": firms, "ressources": rows}


def undated() -> tuple[pd.Timestamp, dict[str, list[dict[str, Any]]]]:
    """Sixteen projects whose facts are told without any date."""
    chance = np.random.default_rng(16)
    projects = [coded(f"S{n:02d}", chance, holes=0.3) for n in range(1, 17)]
    events = [event(row["projet_id"], kind, "") for row in projects for kind in COURSE[: int(chance.integers(1, 7))]]
    return pd.Timestamp("2025-12-31"), {"projets": projects, "evenements": events}


def noise() -> tuple[pd.Timestamp, dict[str, list[dict[str, Any]]]]:
    """Sixty projects whose codes, places and dates owe nothing to one another."""
    # One draw of noise in twenty passes a level of 5 %, as seed 60 does (p = 0.05): this one does not.
    chance, observed = np.random.default_rng(62), pd.Timestamp("2025-12-31")
    projects = [coded(f"N{n:02d}", chance, holes=0.0) for n in range(1, 61)]
    for row in projects:
        row |= {"commune_insee": str(chance.choice(communes())), "cog_millesime": "2026"}
    events = [fact for row in projects for fact in course(row["projet_id"], chance, observed, start=(2012, 2024))]
    roles, sectors = list(BOOK.codes("role")), list(BOOK.codes("secteur"))
    actors = [{"acteur_id": f"A{n}", "nom": f"Organisation {n}", "nature": "organisation", "source_id": "RA",
               "secteur": str(chance.choice(sectors)), "secteur_source": "dit",
               "est_intermediaire": "oui" if n == 0 else ""} for n in range(90)]  # fmt: skip
    parts = [
        {"participation_id": f"X{row['projet_id']}-{actor}", "acteur_id": f"A{actor}", "projet_id": row["projet_id"],
         "role": str(chance.choice(roles)), "source_id": "RA"}
        for row in projects for actor in {0, *chance.integers(1, 90, 1 + chance.poisson(2.4)).tolist()}
    ]  # fmt: skip
    return observed, {"projets": projects, "evenements": events, "acteurs": actors, "participations": parts}


def coded(name: str, chance: np.random.Generator, *, holes: float) -> dict[str, str]:
    """A project whose codes are drawn at random, the first codes of a list more often than the last."""
    row = {"projet_id": name, "nom": f"Projet inventé {name}", "source_id": "RA", "certitude": "2_declare"}
    for column in CODED:
        codes = list(BOOK.codes(BOOK.variables["projets", column].list_name))[:4]
        if chance.random() >= holes:
            row[column] = str(codes[min(int(chance.exponential(1.2)), len(codes) - 1)])
    return row


def course(
    name: str, chance: np.random.Generator, observed: pd.Timestamp, *, start: tuple[int, int]
) -> list[dict[str, str]]:
    """Some of the facts of a course, in order, told to the month or the year."""
    day = pd.Timestamp(year=int(chance.integers(*start)), month=int(chance.integers(1, 13)), day=1)
    events = []
    for kind in COURSE:
        if chance.random() < 0.3:
            continue
        day += pd.DateOffset(months=int(chance.integers(1, 14)))
        if day > observed or chance.random() < 0.08:
            break
        events.append(event(name, kind, f"{day:%m/%Y}" if chance.random() < 0.6 else f"{day:%Y}"))
    if events and chance.random() < 0.25 and day + pd.DateOffset(months=3) < observed:
        events.append(event(name, "abandon", f"{day + pd.DateOffset(months=3):%m/%Y}"))
    return events


def event(name: str, kind: str, day: str) -> dict[str, str]:
    return {"evenement_id": f"{name}-{kind}", "projet_id": name, "type_evenement": kind, "date_debut": day, "source_id": "RA",
            "certitude": "2_declare"}  # fmt: skip


def communes() -> list[str]:
    """Twenty communes of Saône-et-Loire."""
    table = load_basemap().communes
    return sorted(table.loc[table["dep"] == "71", "code"])[::28][:20]


def unique(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Rows that differ by more than their identifier."""
    return list({(row["acteur_id"], row["projet_id"], row["role"]): row for row in rows}.values())


if __name__ == "__main__":  # python -m tests.invented rempli surveys
    write(Path(sys.argv[2]), sys.argv[1])
