"""What a person of another territory is told, who fills the workbook without having seen the code."""

import io

import pytest

from ect_research.cli import main
from ect_research.corpus.checked.load_corpus import check_corpus, load_corpus
from ect_research.corpus.reporting.plain_console import PlainConsole
from ect_research.corpus.reporting.terminal_report import check_command
from ect_research.corpus.text.dates import DateProblem, FuzzyDate, parse_date
from ect_research.errors import typeset


def told(folder, column):
    problems = check_corpus(folder)
    return problems[problems["colonne"] == column].iloc[0]


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("1er trimestre 2019", "2019 T1"),
        ("2e trimestre de 2019", "2019 T2"),
        ("dernier trimestre 2019", "2019 T4"),
        ("premier semestre 2020", "2020 S1"),
        ("2nd semestre 2020", "2020 S2"),
        ("second semestre 2020", "2020 S2"),
    ],
)
def test_a_quarter_or_a_half_year_in_words_is_read(written, same):
    assert parse_date(written) == parse_date(same)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("?", "vider la case"),
        ("inconnue", "vider la case"),
        ("non précisé", "vider la case"),
        ("été 2022 ?", "été 2022, avec la certitude « Incertain, une seule voix »"),
        ("années 2010", "entre 2010 et 2019"),
        ("début 2020", "2020 T1 ou 2020 S1, sinon 2020"),
        ("fin 2019", "2019 T4 ou 2019 S2, sinon 2019"),
        ("fin mars 2021", "mars 2021"),
        ("31/02/2020", "02/2020"),
        ("03/25/2020", "25/03/2020"),
    ],
)
def test_a_date_that_says_too_little_is_refused_with_what_to_write(written, meant):
    found = parse_date(written)
    assert isinstance(found, DateProblem) and found.suggestion == meant
    first = meant.split(" ou ")[0].split(",")[0]
    assert meant == "vider la case" or isinstance(parse_date(first), FuzzyDate)


def test_a_leading_zero_eaten_by_a_spreadsheet_and_the_spaces_of_a_number_are_given_back(make_corpus, tables):
    folder = make_corpus(projets=tables["projets"].replace(";39300;2026", ";7019;"))
    assert told(folder, "commune_insee").suggestion == "vouliez-vous dire « 07019 » ?"


def test_a_code_of_another_line_is_not_proposed_for_one_that_is_missing(make_corpus, tables):
    events = tables["evenements"].replace("E3;P2;", "E3;P5;")
    assert told(make_corpus(evenements=events), "projet_id").suggestion == "l’ajouter à « projets » ou le corriger"


def test_a_line_of_totals_is_one_problem(make_corpus, tables):
    folder = make_corpus(evenements=tables["evenements"] + "TOTAL;;;3;;\n")
    assert check_corpus(folder)["probleme"].tolist() == ["ligne de total, pas un fait"]


def test_a_code_of_ones_own_is_said_to_go_in_the_lists_and_then_is_accepted(make_corpus, tables):
    head, first, rest = tables["projets"].split("\n", 2)
    folder = make_corpus(
        projets="\n".join([f"{head};dispositif", f"{first};Fabrique", rest.replace("recoupe", "recoupe;")])
    )
    assert "feuille « listes »" in told(folder, "dispositif").suggestion
    (folder / "choices.csv").write_text("list_name;name;label::fr;label::en\ndispositif;fabrique;Fabrique;Factory\n")
    assert check_corpus(folder).empty


def test_projects_out_of_the_base_map_are_said_once_with_the_command_that_covers_them(make_corpus, tables):
    problems = check_corpus(make_corpus(projets=tables["projets"].replace(";39300;2026", ";07019;")))
    assert problems["niveau"].tolist() == ["alerte"]
    assert problems["probleme"].item().startswith("1 projet(s) sur 1 hors du fond de carte")
    assert "--departement 07" in problems["suggestion"].item()


def test_a_fact_after_the_day_observed_or_before_its_own_idea_is_to_be_looked_at(make_corpus, tables):
    events = tables["evenements"].replace("2023 T2", "2030").replace("12/03/2024", "2003")
    problems = check_corpus(make_corpus(evenements=events))
    assert problems["niveau"].tolist() == ["alerte", "alerte"]
    assert problems["ligne"].tolist() == [3, 4]
    assert "antérieur à la captation du projet (automne 2022, ligne 2)" in problems["probleme"][0]
    assert "postérieure à la date d’observation" in problems["probleme"][1]


def test_an_announced_campaign_may_come_after_the_day_observed(make_corpus, tables):
    events = tables["evenements"].replace("atelier_tenu;2023 T2", "campagne_prevue;2030")
    assert check_corpus(make_corpus(evenements=events)).empty


@pytest.mark.parametrize(
    ("line", "remedy"),
    [
        ("titre = Mon étude", "guillemets droits"),
        ("titre = “Mon étude”", "guillemets droits"),
        ("date d'observation = 2026-06-30", "sans espace, accent ni apostrophe"),
        ("date_observation = 30/06/2026", "année-mois-jour"),
    ],
)
def test_a_line_of_source_toml_that_cannot_be_read_is_shown_with_how_to_write_it(make_corpus, line, remedy):
    folder = make_corpus()
    (folder / "source.toml").write_text(f'licence = "L"\n{line}\n', encoding="utf-8")
    problem = check_corpus(folder).iloc[0]
    assert (problem.ligne, problem.valeur, problem.probleme) == (2, line, "ligne illisible")
    assert remedy in problem.suggestion


def test_the_header_of_the_workbook_is_named_and_no_quotation_is_cut(make_corpus, tables):
    screen = PlainConsole(file=io.StringIO(), width=60)
    check_command(make_corpus(evenements=tables["evenements"].replace("12/03/2024", "12/03/24")), screen)
    text = screen.file.getvalue()
    assert typeset("« Date » (date_debut)") in text
    assert not [
        line for line in text.splitlines() if line.rstrip("\xa0 ").endswith("«") or line.strip().startswith("»")
    ]


def test_labels_read_as_codes_are_not_called_repairs(make_corpus, tables):
    screen = PlainConsole(file=io.StringIO(), width=120)
    check_command(make_corpus(projets=tables["projets"].replace("alimentation", "Alimentation")), screen)
    assert "1 cellule lue comme un code de la liste" in screen.file.getvalue()


def test_a_workbook_can_be_written_for_a_folder_that_only_has_its_own_codes(tmp_path, capsys):
    folder = tmp_path / "vivarais"
    folder.mkdir()
    (folder / "choices.csv").write_text("list_name;name;label::fr;label::en\ndispositif;fabrique;Fabrique;Factory\n")
    assert main(["workbook", str(tmp_path / "neuf.xlsx"), "--corpus", str(folder)]) == 0
    assert (tmp_path / "neuf.xlsx").is_file()


def test_proper_names_keep_their_capitals_in_the_help(capsys):
    with pytest.raises(SystemExit):
        main(["reponses", "--help"])
    assert "CSV de KoboToolbox ou LimeSurvey" in capsys.readouterr().out


def test_a_corpus_that_does_not_say_what_it_protects_is_told_what_will_be_refused(make_corpus):
    folder, said = make_corpus(), []
    for more in ("", '\n[protection]\nprotege = []\npourquoi = "Documents publics."\n'):
        (folder / "source.toml").write_text((folder / "source.toml").read_text("utf-8") + more, encoding="utf-8")
        screen = PlainConsole(file=io.StringIO(), width=200)
        check_command(folder, screen)
        said.append("refusera ce qui montre un projet" in screen.file.getvalue())
    assert said == [True, False]


def test_labels_between_commas_are_read_and_one_near_label_is_proposed_once(make_corpus, tables):
    head, first, second = tables["projets"].strip().split("\n")
    rows = [
        f"{head};acteurs_presents;dispositif",
        f"{first};Entreprises, Structures de l’ESS, Recherche, formation;",
        f"{second};;Autres dispositif",
    ]
    folder = make_corpus(projets="\n".join(rows) + "\n")
    problems = check_corpus(folder)
    assert problems["suggestion"].tolist() == ["vouliez-vous dire « Autre dispositif » (autre) ?"]
    (folder / "projets.csv").write_text("\n".join([*rows[:2], f"{second};;"]) + "\n", encoding="utf-8")
    read = load_corpus(folder).tables["projets"]["acteurs_presents"]
    assert read[0] == ("entreprises", "ess", "recherche_formation")


def test_a_code_written_with_another_number_of_noughts_is_proposed(make_corpus, tables):
    problems = check_corpus(
        make_corpus(evenements=tables["evenements"].replace("E3;P2;", "E3;P02;").replace("S1;2_", "S01;2_"))
    )
    assert problems["suggestion"].tolist() == ["vouliez-vous dire « P2 » ?", "vouliez-vous dire « S1 » ?"]
