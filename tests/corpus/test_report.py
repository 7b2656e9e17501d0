import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from ect_research import load_corpus
from ect_research.codebook.load_codebook import load_codebook
from ect_research.corpus.reporting.plain_console import PlainConsole
from ect_research.corpus.reporting.possible_analyses import list_analyses
from ect_research.corpus.reporting.terminal_report import check_command


def said(folder, width=200) -> tuple[int, str]:
    screen = PlainConsole(file=io.StringIO(), width=width)
    code = check_command(folder, screen)
    return code, screen.file.getvalue().replace("\u00a0", " ")  # type: ignore[attr-defined]


def test_a_sound_corpus_says_what_it_holds_and_what_it_unlocks(make_corpus):
    code, text = said(make_corpus())
    assert code == 0
    assert "Projets" in text and "2 " in text
    assert "Carte des projets" in text and "il manque la table « idees »" in text


def test_a_damaged_corpus_says_every_problem_and_fails(make_corpus, tables):
    bad = tables["projets"].replace("alimentation", "alimentasion").replace("P2;", "P1;")
    code, text = said(make_corpus(projets=bad))
    assert code == 1
    assert "alimentasion" in text and "code en double" in text and "vouliez-vous dire" in text


def test_on_a_narrow_screen_each_problem_is_a_paragraph_with_whole_words(make_corpus, tables):
    bad = tables["projets"].replace("alimentation", "alimentasion")
    code, text = said(make_corpus(projets=bad, evenements=tables["evenements"].replace("12/03/2024", "12/03/24")), 80)
    assert code == 1
    assert "projets.csv, ligne 2, « Thématique » (thematique)\n" in text.replace("\xa0", " ")
    assert "evenements.csv, ligne 3, « Date » (date_debut)\n" in text.replace("\xa0", " ")
    plain = " ".join(text.split())
    assert "que faire : vouliez-vous dire « Alimentation et agriculture » (alimentation) ?" in plain
    assert "année sur deux chiffres « 12/03/24 »" in plain and "que faire : 12/03/2024" in plain


def test_an_analysis_says_how_many_rows_lack_its_column(make_corpus, tables):
    ties = tables["liens"] + "".join(f"L{n};A1;A2;intermediaire;;S1\n" for n in range(2, 41))
    analyses = list_analyses(load_corpus(make_corpus(liens=ties))).set_index("analyse")
    assert not analyses.loc["intermediaire", "ouverte"]
    assert "« Médiateur » sur 39 des 40 lignes" in analyses.loc["intermediaire", "manque"]
    assert analyses.loc["carte", "ouverte"] and analyses.loc["carte", "manque"] == ""


def test_in_a_half_empty_corpus_each_analysis_counts_the_very_rows_that_lack_its_columns(make_corpus):
    head = "projet_id;nom;portage_actuel;statut_juridique;modele_economique;declencheur;source_id\n"
    rows = [
        f"P{n};Projet {n};{'public' if n % 3 else ''};{'scic' if n % 2 else ''};marchand;besoin;S1"
        for n in range(1, 21)
    ]
    corpus = load_corpus(make_corpus(projets=head + "\n".join(rows) + "\n"))
    said = list_analyses(corpus).set_index("analyse")["manque"]
    assert said["typologie_acm"].split(" ; ") == [
        "« Portage actuel » n’est rempli que sur 14 lignes de « projets », il en faut 15",
        "il manque « Statut juridique » sur 10 des 20 lignes de « projets » (il en faut 70 % de remplies)",
    ]
    assert said["typologie_matrice"].startswith("il manque « Thématique » sur 20 des 20 lignes")


NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


def test_each_analysis_names_a_notebook_that_exists_and_each_notebook_is_named_by_one():
    named = set(load_codebook().analyses["notebook"]) - {""}
    assert named == {path.stem for path in NOTEBOOKS.glob("[0-9]*.ipynb") if not path.stem.startswith("00_")}
    for name in named:
        assert "etude.publish(" in "".join(
            "".join(cell["source"]) for cell in json.loads((NOTEBOOKS / f"{name}.ipynb").read_text("utf-8"))["cells"]
        )


@pytest.mark.croisement
def test_an_analysis_that_no_notebook_makes_is_not_open_however_well_filled():
    corpus = load_corpus("pays-ledonien")
    told = corpus.codebook.analyses
    bare = replace(corpus, codebook=replace(corpus.codebook, analyses=told.assign(notebook="")))
    said = list_analyses(bare)
    assert not said["ouverte"].any() and said["manque"].str.contains("aucun carnet ne la fait encore").all()
    assert list_analyses(corpus)["ouverte"].any()


def missing_for_conditions(make_corpus, rows: list[str], ends: list[str]) -> str:
    head = "projet_id;nom;portage_initial;declencheur;implication_collectivite;accompagne;source_id\n"
    projects = "".join(f"P{n};Projet {n};{row};S1\n" for n, row in enumerate(rows, 1))
    facts = "evenement_id;projet_id;type_evenement;date_debut;source_id;certitude\n"
    facts += "".join(f"E{n};P{n};{end};2023;S1;2_declare\n" for n, end in enumerate(ends, 1))
    corpus = load_corpus(make_corpus(projets=head + projects, evenements=facts))
    return str(list_analyses(corpus).set_index("analyse").loc["conditions", "manque"])


FULL = "public;besoin;2_soutien;oui"


@pytest.mark.croisement
def test_conditions_ask_for_the_end_of_projects_and_count_no_project_still_running_as_a_failure(make_corpus):
    running = missing_for_conditions(make_corpus, [FULL] * 20, ["statuts_deposes"] * 14 + ["idee_captee"] * 6)
    assert "l’issue n’est connue que pour 14 de ces 20 projets, dont 14 créés" in running
    assert "issue" not in missing_for_conditions(make_corpus, [FULL] * 20, ["statuts_deposes"] * 8 + ["abandon"] * 8)


def test_conditions_ask_for_columns_filled_on_the_same_rows(make_corpus):
    holes = [";besoin;2_soutien;oui", "public;;2_soutien;oui", "public;besoin;;oui", "public;besoin;2_soutien;"]
    said = missing_for_conditions(make_corpus, [*holes * 3, *[FULL] * 8], ["abandon"])
    assert said.startswith(
        "« Portage initial », « Déclencheur », « Implication de la collectivité », « Accompagnement »"
    )
    assert "ensemble que sur 8 lignes de « projets », il en faut 12" in said


def test_the_ecosystem_counts_participations_in_projects_only(make_corpus):
    rows = "".join(f"PA{n};A1;{'P1' if n < 9 else ''};{'' if n < 9 else 'autre'};membre;S1\n" for n in range(30))
    head = "participation_id;acteur_id;projet_id;dispositif;role;source_id\n"
    said = list_analyses(load_corpus(make_corpus(participations=head + rows))).set_index("analyse")["manque"]
    assert "9 lignes dans « participations » où « Projet » a un sens, il en faut 10" in said["ecosysteme"]
