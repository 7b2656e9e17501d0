"""Ranks, conflicts, follow-ups and withdrawals that would change nothing are said instead of being dropped."""

import pytest

from ect_research.corpus.checked.load_corpus import check_corpus

HEAD = "evenement_id;projet_id;type_evenement;date_debut;source_id;certitude;ordre;conflit_avec\n"
IDEA = "E1;P1;idee_captee;2022;S1;2_declare;{};\n"


@pytest.mark.parametrize(
    ("rows", "column", "words"),
    [
        (IDEA.format(1) + "E2;P1;statuts_deposes;;S1;2_declare;;\n", "ordre", "que pour 1 des 2 faits d’étape"),
        (IDEA.format(1) + "E2;P1;statuts_deposes;;S1;2_declare;1;\n", "ordre", "même rang que la ligne 2"),
        (IDEA.format(2) + "E2;P1;statuts_deposes;2024;S1;2_declare;1;\n", "ordre", "les dates disent l’inverse"),
        (IDEA.format("") + "E2;P1;statuts_deposes;2024;S1;2_declare;;E2\n", "conflit_avec", "avec lui-même"),
        (IDEA.format("") + "E2;P2;idee_captee;2023;S1;2_declare;;E1\n", "conflit_avec", "celui d’un autre projet"),
    ],
)
def test_what_the_stages_cannot_use_is_an_alert_with_its_line(make_corpus, rows, column, words):
    problems = check_corpus(make_corpus(evenements=HEAD + rows))
    assert problems["colonne"].tolist() == [column]
    assert problems["niveau"].tolist() == ["alerte"]
    assert words in problems["probleme"].item()


def test_ranks_of_every_stage_fact_and_a_true_conflict_raise_nothing(make_corpus):
    rows = (
        "E1;P1;idee_captee;2022;S1;2_declare;1;\nE2;P1;statuts_deposes;;S1;2_declare;2;\n"
        "E3;P1;presentation_publique;;S1;2_declare;;\nE4;P2;atelier_tenu;2023;S1;2_declare;;E5\n"
        "E5;P2;atelier_tenu;2024;S2;2_declare;;\n"
    )
    assert check_corpus(make_corpus(evenements=HEAD + rows)).empty


def test_a_follow_up_that_ends_before_it_starts_is_an_error(make_corpus):
    projects = (
        "projet_id;nom;suivi_debut;suivi_fin;source_id\nP1;Le Four commun;2024;2020;S1\nP2;La Scierie;2020;2024;S1\n"
    )
    problems = check_corpus(make_corpus(projets=projects))
    assert problems[["colonne", "valeur", "niveau"]].to_numpy().tolist() == [["suivi_fin", "2020", "erreur"]]


def test_a_withdrawal_that_takes_nobody_out_is_said(make_corpus):
    folder = make_corpus()
    (folder / "retraits.csv").write_text("code;date\nA1;02/03/2025\nA9;02/03/2025\n", encoding="utf-8")
    problems = check_corpus(folder)
    assert problems[["valeur", "probleme", "niveau"]].to_numpy().tolist() == [
        ["A9", "ce code ne retire personne", "erreur"]
    ]


@pytest.mark.parametrize(("again", "met"), [("2023", True), ("2022", False)])
def test_vague_dates_that_no_placement_puts_in_the_order_of_the_stages_are_said(make_corpus, again, met):
    rows = (
        "E1;P1;atelier_tenu;2021;S1;2_declare;;\nE2;P1;collectif_reuni;2022;S1;2_declare;;\n"
        f"E3;P1;lancement_etude;2022;S1;2_declare;;\nE4;P1;atelier_tenu;{again};S1;2_declare;;\n"
    )
    problems = check_corpus(make_corpus(evenements=HEAD + rows))
    assert problems["probleme"].str.contains("reprendre une étape déjà passée").any() == met
