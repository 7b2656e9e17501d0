"""Commune codes in `ect check`: unknown, of another year, a name typed instead; without any geographic library."""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys
from dataclasses import replace

import pytest

from ect_research.corpus.basemap.code_index import read_commune_index
from ect_research.corpus.checked.load_corpus import check_corpus
from ect_research.corpus.checks.check_references import check_places
from ect_research.corpus.folder.project_paths import project_root

INDEX = read_commune_index(project_root() / "maps" / "fond")
PUBLIC = project_root() / "surveys" / "pays-ledonien"


def _corpus(tmp_path, **cells):
    """The public register, with cells of its first project replaced."""
    folder = tmp_path / "corpus"
    shutil.copytree(PUBLIC, folder)
    path = folder / "projets.csv"
    text = path.read_text(encoding="utf-8-sig")
    separator = ";" if ";" in text.splitlines()[0] else ","
    rows = list(csv.DictReader(text.splitlines(), delimiter=separator))
    rows[0].update(cells)
    with path.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, rows[0].keys(), delimiter=separator)
        writer.writeheader()
        writer.writerows(rows)
    return folder


def _told(folder, column="commune_insee"):
    problems = check_corpus(folder)
    return problems[problems["colonne"] == column].to_dict("records")


def test_a_code_of_corsica_is_placed_in_capitals_or_not():
    index = replace(INDEX, live=frozenset({"2A004"}), passages=[("20004", "Ajaccio", "2A004", "1976-01-01")])
    assert {index.today[code] for code in ("2A004", "2a004", "20004")} == {"2A004"}


def test_the_public_register_has_no_wrong_place():
    problems = check_corpus(PUBLIC)
    assert not problems["colonne"].isin(["commune_insee", "lieu_insee", "cog_millesime"]).any()


def test_an_unknown_code_is_told_with_its_address_and_a_remedy(tmp_path):
    (told,) = _told(_corpus(tmp_path, commune_insee="39999", cog_millesime="2026"))
    assert (told["fichier"], told["ligne"], told["niveau"]) == ("projets.csv", 2, "erreur")
    assert "inconnu du fond de carte" in told["probleme"]
    assert told["suggestion"].startswith("Vérifier le code")


def test_a_code_and_a_year_that_do_not_go_together_are_refused_with_the_heir(tmp_path):
    (told,) = _told(_corpus(tmp_path, commune_insee="39474", cog_millesime="2026"))
    assert told["niveau"] == "erreur"
    assert "n’est pas celui d’une commune en 2026" in told["probleme"]
    assert "Val-Sonnette (39576)" in told["probleme"]


def test_an_old_code_with_its_year_is_right(tmp_path):
    assert not _told(_corpus(tmp_path, commune_insee="39474", cog_millesime="2024"))
    assert not _told(_corpus(tmp_path / "deux", commune_insee="39395", cog_millesime="2010"))


def test_an_old_code_without_its_year_is_to_be_looked_at(tmp_path):
    (told,) = _told(_corpus(tmp_path, commune_insee="39395", cog_millesime=""))
    assert told["niveau"] == "alerte"
    assert told["suggestion"] == "écrire 39043, code de Beaufort-Orbagna ou donner son année dans cog_millesime"


def test_a_name_typed_instead_of_a_code_is_answered_with_the_code(tmp_path):
    (told,) = _told(_corpus(tmp_path, commune_insee="St Amour", cog_millesime="2026"))
    assert told["suggestion"] == "écrire 39475, code de Saint-Amour"
    (told,) = _told(_corpus(tmp_path / "deux", commune_insee="Lons le Saulnier", cog_millesime="2026"))
    assert "Lons-le-Saunier" in told["suggestion"]


def test_a_commune_elsewhere_in_france_is_no_error_and_abroad_is_one(tmp_path):
    assert "erreur" not in [
        line["niveau"] for line in _told(_corpus(tmp_path, commune_insee="69123", cog_millesime="2026"))
    ]
    (told,) = _told(_corpus(tmp_path / "deux", commune_insee="99100", cog_millesime="2026"))
    assert "département français" in told["probleme"]


def test_a_year_after_the_base_map_is_to_be_looked_at(tmp_path):
    (told,) = _told(_corpus(tmp_path, commune_insee="39300", cog_millesime="2050"), "cog_millesime")
    assert told["niveau"] == "alerte"


@pytest.mark.parametrize(
    ("code", "year", "right"),
    [
        ("39395", 2018, True),
        ("39395", 2019, False),
        ("39395", 2026, False),
        ("39300", 1950, True),
        ("39576", 2025, True),
    ],
)
def test_a_code_is_right_until_the_first_january_that_ended_it(code, year, right):
    assert (INDEX.trouble(code, year) is None) == right


@pytest.mark.croisement
def test_the_check_imports_no_geographic_library():
    code = "import sys; from ect_research.corpus.checked.load_corpus import check_corpus; check_corpus('pays-ledonien')"
    code += "; print([name for name in ('geopandas', 'shapely', 'pyogrio') if name in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=project_root())
    assert shown.stdout.strip() == "[]"


def test_tables_without_places_have_no_problem():
    assert list(check_places([], INDEX)) == []
