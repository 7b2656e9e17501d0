"""Ten faults of ten kinds planted in a copy of the public register: all ten are named at once, and nothing else is."""

import csv
import shutil
from pathlib import Path

import pytest

from ect_research.corpus.checked.load_corpus import check_corpus
from ect_research.corpus.folder.project_paths import corpus_folder


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    folder = tmp_path / "abime"
    shutil.copytree(corpus_folder("pays-ledonien"), folder)
    plant(folder, "projets", "P05", thematique="artisanat textil")
    plant(folder, "projets", "P16", commune_insee="39190 Beaufort")
    plant(folder, "projets", "P20", nom="")
    plant(folder, "evenements", "E025", date_debut="12/05/20")
    plant(folder, "evenements", "E026", date_debut="31/02/2020")
    plant(folder, "evenements", "E058", projet_id="P80")
    plant(folder, "evenements", "E028", date_fin="2023")
    plant(folder, "indicateurs", first(folder, "indicateurs"), valeur="plus de 130")
    plant(folder, "acteurs", first(folder, "acteurs"), source_id="R52")
    plant(folder, "sources", "S70", source_id="S4")
    return folder


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, delimiter=";"))


def first(folder: Path, table: str) -> str:
    return rows_of(folder / f"{table}.csv")[1][0]


def plant(folder: Path, table: str, key: str, **faults: str) -> None:
    path = folder / f"{table}.csv"
    header, *rows = rows_of(path)
    row = next(row for row in rows if row[0] == key)
    for column, value in faults.items():
        row[header.index(column)] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";", lineterminator="\n").writerows([header, *rows])


EXPECTED = {
    ("projets", "thematique"): "n’est pas dans la liste",
    ("projets", "commune_insee"): "hors de la règle",
    ("projets", "nom"): "obligatoire absente",
    ("evenements", "date_debut", "12/05/20"): "deux chiffres",
    ("evenements", "date_debut", "31/02/2020"): "impossible",
    ("evenements", "projet_id"): "n’existe pas dans la table",
    ("evenements", "date_fin"): "précède le début",
    ("indicateurs", "valeur"): "pas un nombre",
    ("acteurs", "source_id"): "n’existe pas dans la table",
    ("sources", "source_id"): "en double",
}


def test_ten_planted_faults_are_all_named_with_address_expectation_and_remedy(damaged):
    problems = check_corpus(damaged)
    errors = problems[problems["niveau"] == "erreur"]
    for place, words in EXPECTED.items():
        found = errors[(errors["feuille"] == place[0]) & (errors["colonne"] == place[1])]
        if len(place) == 3:
            found = found[found["valeur"] == place[2]]
        assert found["probleme"].str.contains(words).any(), f"{place}: {found['probleme'].tolist()}"
        assert (found["ligne"] > 1).all() and (found["attendu"] != "").all()
    # Renaming the source S70 also leaves the rows that cite it without their source: each is told.
    orphans = errors["valeur"].eq("S70")
    assert len(errors[~orphans]) == len(EXPECTED)
    assert orphans.any()


def test_the_register_itself_has_no_problem():
    assert check_corpus("pays-ledonien").empty
