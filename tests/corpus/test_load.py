from pathlib import Path

import pandas as pd
import pytest

from ect_research import codebook as codebook_package
from ect_research import load_corpus
from ect_research.corpus.checked.load_corpus import check_corpus
from ect_research.errors import CorpusError, EctError


def test_a_sound_corpus_loads_with_typed_columns(make_corpus):
    corpus = load_corpus(make_corpus())
    projects, events = corpus.tables["projets"], corpus.tables["evenements"]
    assert corpus.observed_on == pd.Timestamp("2024-12-31")
    assert projects["thematique"].cat.categories.tolist() == corpus.codebook.codes("thematique")
    assert events["certitude"].cat.ordered and not projects["thematique"].cat.ordered
    assert projects["source_id"].tolist() == [("S1",), ("S1", "S2")]
    assert projects["commune_insee"].tolist()[0] == "39300" and pd.isna(projects["commune_insee"][1])
    assert events["date_debut_min"].tolist() == [
        pd.Timestamp("2022-09-21"),
        pd.Timestamp("2024-03-12"),
        pd.Timestamp("2023-04-01"),
    ]
    assert events["date_debut_precision"].tolist() == ["saison", "jour", "trimestre"]
    assert projects["part_marchand"].isna().all()
    assert corpus.log.empty and corpus.warnings.empty


@pytest.mark.croisement
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_every_separator_and_encoding_gives_the_same_tables(make_corpus, separator, encoding, tables):
    folder = make_corpus()
    expected = load_corpus(folder).tables
    for name, text in tables.items():
        (folder / f"{name}.csv").write_bytes(text.replace(";", separator).encode(encoding))
    found = load_corpus(folder).tables
    for name, frame in expected.items():
        pd.testing.assert_frame_equal(found[name], frame)


@pytest.mark.parametrize("ending", ["xlsx", "ods"])
def test_a_workbook_gives_the_same_tables_as_csv(make_corpus, write_workbook, ending):
    folder = make_corpus()
    expected = load_corpus(folder).tables
    write_workbook(folder, ending)
    found = load_corpus(folder).tables
    assert list(found) == list(expected)
    for name, frame in expected.items():
        pd.testing.assert_frame_equal(found[name], frame)


def test_sure_repairs_are_made_and_logged(make_corpus, tables):
    projects = tables["projets"].replace("alimentation;association", "ALIMENTATION ;Association loi 1901")
    corpus = load_corpus(make_corpus(projets=projects))
    assert corpus.tables["projets"]["thematique"][0] == "alimentation"
    assert corpus.tables["projets"]["statut_juridique"][0] == "association"
    assert corpus.log[["nature", "cle", "ancienne", "nouvelle"]].to_numpy().tolist() == [
        ["reparation", "P1", "ALIMENTATION", "alimentation"],
        ["reparation", "P1", "Association loi 1901", "association"],
    ]


def test_a_header_may_be_the_label_of_the_column(make_corpus, tables):
    labelled = tables["projets"].replace("nom;thematique", "Nom du projet;Thématique")
    assert load_corpus(make_corpus(projets=labelled)).tables["projets"]["nom"].tolist()[0] == "Le Four commun"


def test_ten_planted_faults_are_all_named_at_once_with_their_address(make_corpus):
    folder = make_corpus(
        projets="projet_id;nom;thematique;statut_juridique;part_marchand;commune_insee;cog_millesime;source_id;"
        "portage_initail\n"
        "P1;Le Four commun;alimentaton;association;40;39300;2026;S1;\n"
        "P1;La Scierie;foret_bois;scic;;3930;2026;S1;\n"
        "P3;;lien_social;aucun;12,5,3;;;S9;\n",
        evenements="evenement_id;projet_id;type_evenement;date_debut;date_fin;source_id;certitude\n"
        "E1;P1;idee_captee;12/03/25;;S1;2_declare\nE2;P8;statuts_deposes;31/02/2024;;S1;2_declare\n"
        "E3;P1;atelier_tenu;45748;;S1;2_declare\nE4;P1;bilan_experimentation;2024;2022;S1;2_declare\n",
    )
    problems = check_corpus(folder)
    found = {(row.feuille, row.ligne, row.colonne): row for row in problems.itertuples() if row.niveau == "erreur"}
    planted = {
        ("projets", 1, "portage_initail"): "colonne inconnue",
        ("projets", 2, "thematique"): "n’est pas dans la liste",
        ("projets", 3, "projet_id"): "code en double (déjà ligne 2)",
        ("projets", 3, "commune_insee"): "hors de la règle",
        ("projets", 4, "nom"): "obligatoire absente",
        ("projets", 4, "part_marchand"): "pas un nombre",
        ("projets", 4, "source_id"): "n’existe pas dans la table « sources »",
        ("evenements", 2, "date_debut"): "deux chiffres",
        ("evenements", 3, "projet_id"): "n’existe pas dans la table « projets »",
        ("evenements", 3, "date_debut"): "n’existe pas",
        ("evenements", 4, "date_debut"): "Excel",
        ("evenements", 5, "date_fin"): "précède le début",
    }
    assert set(found) == set(planted)
    for place, words in planted.items():
        assert words in found[place].probleme
        assert found[place].attendu
    assert (
        found["projets", 2, "thematique"].suggestion
        == "vouliez-vous dire « Alimentation et agriculture » (alimentation) ?"
    )
    with pytest.raises(CorpusError) as caught:
        load_corpus(folder)
    assert len(caught.value.problems) == len(problems)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("projets", "projet_id;nom;nom;source_id\nP1;a;b;S1\n", "colonne en double"),
        ("projets", 'projet_id;nom;source_id\nP1;"a;S1\nP2;b;S1\n', "jamais fermé"),
        ("projets", "projet_id;nom;source_id\nP1;a;S1;perdu\n", "4 cellules pour 3 colonnes"),
        ("projets", "projet_id;nom;source_id\nP1;a\n", "2 cellules pour 3 colonnes"),
        ("projets", "", "fichier vide"),
        ("projets", "projet_id;nom;source_id\nP\x001;a;S1\n", "octets nuls"),
        ("projets", "PK\x03\x04rien", "classeur"),
        ("projets", None, "table obligatoire absente"),
        ("projet", "projet_id;nom;source_id\nP1;a;S1\n", "pas une table"),
        ("projets", "projet_id;source_id\nP1;S1\n", "colonne obligatoire absente"),
    ],
)
def test_a_broken_file_is_reported_never_half_read(make_corpus, name, content, words):
    problems = check_corpus(make_corpus(**{name: content}))
    assert problems["probleme"].str.contains(words).any(), problems["probleme"].tolist()


def test_a_csv_named_as_a_workbook_is_told(make_corpus):
    folder = make_corpus()
    (folder / "idees.xlsx").write_text("idee_id;intitule\n", encoding="utf-8")
    assert "pas un classeur" in check_corpus(folder)["probleme"].item()


def test_a_missing_source_file_and_a_missing_corpus_are_told(make_corpus):
    folder = make_corpus()
    (folder / "source.toml").unlink()
    assert "rien ne dit ce qu’est ce corpus" in check_corpus(folder)["probleme"].item()
    with pytest.raises(EctError, match="n’existe pas"):
        load_corpus("nulle-part")


def test_a_correction_is_applied_and_logged_with_who_and_why(make_corpus):
    folder = make_corpus()
    (folder / "corrections.csv").write_text(
        "table;cle;colonne;ancienne;nouvelle;qui;pourquoi\nprojets;P1;statut_juridique;association;scic;RD;AG de 2024\n",
        encoding="utf-8",
    )
    corpus = load_corpus(folder)
    assert corpus.tables["projets"]["statut_juridique"][0] == "scic"
    assert corpus.log[["nature", "qui", "pourquoi"]].to_numpy().tolist() == [["correction", "RD", "AG de 2024"]]


def test_a_correction_may_fill_a_column_that_the_file_does_not_have(make_corpus):
    folder = make_corpus()
    (folder / "corrections.csv").write_text(
        "table;cle;colonne;ancienne;nouvelle;qui;pourquoi\nprojets;P1;objet;;service;RD;AG de 2024\n", encoding="utf-8"
    )
    assert load_corpus(folder).tables["projets"]["objet"][0] == "service"
    (folder / "corrections.csv").write_text(
        "table;cle;colonne;ancienne;nouvelle;qui;pourquoi\nprojets;P1;objet;;servise;RD;AG de 2024\n", encoding="utf-8"
    )
    assert check_corpus(folder)["colonne"].tolist() == ["objet"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("projets;P1;statut_juridique;scop;scic;RD;x", "vaut maintenant « association »"),
        ("projets;P9;statut_juridique;association;scic;RD;x", "0 ligne(s)"),
        ("projets;P1;statut;association;scic;RD;x", "colonne ou table absente"),
        ("projets;P1;statut_juridique;association;scic;;", "qui et pourquoi"),
    ],
)
def test_a_correction_that_no_longer_applies_is_an_error(make_corpus, line, words):
    folder = make_corpus()
    head = "table;cle;colonne;ancienne;nouvelle;qui;pourquoi\n"
    (folder / "corrections.csv").write_text(head + line + "\n", encoding="utf-8")
    assert words in check_corpus(folder)["probleme"].item()


def test_a_declared_precision_widens_the_date_that_a_spreadsheet_narrowed(make_corpus, tables):
    events = (
        tables["evenements"]
        .replace("date_debut;", "date_debut;precision_date;")
        .replace("12/03/2024;", "01/03/2024;mois;")
    )
    events = events.replace("automne 2022;", "automne 2022;;").replace("2023 T2;", "2023 T2;;")
    row = load_corpus(make_corpus(evenements=events)).tables["evenements"].iloc[1]
    assert (row["date_debut_min"], row["date_debut_max"]) == (
        pd.Timestamp("2024-03-01"),
        pd.Timestamp("2024-03-31"),
    )
    assert row["date_debut_precision"] == "mois"


def test_no_consent_no_row_and_a_person_has_a_pseudonym(make_corpus):
    corpus = load_corpus(
        make_corpus(
            acteurs="acteur_id;nom;pseudonyme;nature;source_id\n"
            "A1;Vraie Personne;Répondant 1;personne;S1\nA2;Coop;;organisation;S1\nA3;Relais;;organisation;S1\n",
            entretiens="entretien_id;acteur_id;consentement\nN1;A1;ecrit\nN2;A1;refuse\nN3;A1;a_demander\n",
        )
    )
    assert corpus.tables["entretiens"]["entretien_id"].tolist() == ["N1"]
    assert corpus.tables["acteurs"]["nom"].tolist() == ["Répondant 1", "Coop", "Relais"]
    assert (corpus.log["nature"] == "protection").sum() == 3
    assert not corpus.log.astype("str").apply(lambda column: column.str.contains("Vraie")).to_numpy().any()


def test_the_four_shares_of_resources_make_a_hundred(make_corpus):
    head = "projet_id;nom;part_marchand;part_public;part_prive_don;part_contributions;source_id\n"
    problems = check_corpus(make_corpus(projets=head + "P1;a;40;40;10;10;S1\nP2;b;40;40;10;30;S1\n"))
    assert problems["ligne"].tolist() == [3]
    assert "100" in problems["attendu"].item()


def test_a_value_without_object_is_an_alert_and_blocks_nothing(make_corpus, tables):
    ties = tables["liens"].replace("intermediaire;A3", "evenement;A3")
    corpus = load_corpus(make_corpus(liens=ties))
    assert corpus.warnings["colonne"].tolist() == ["mediateur_id"]


def test_a_required_column_may_be_blank_where_it_makes_no_sense(make_corpus):
    folder = make_corpus(
        projets="projet_id;nom;commune_insee;cog_millesime;source_id\nP1;Four;39300;;S1\nP2;Scierie;;;S1\n"
    )
    lines = (Path(codebook_package.__file__).parent / "variables.csv").read_text(encoding="utf-8").splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("projets,cog_millesime,"))
    required = lines[at].replace("integer,,,", "integer,,oui,", 1)
    (folder / "variables.csv").write_text(f"{lines[0]}\n{required}\n", encoding="utf-8")
    problems = check_corpus(folder)
    missing = problems[problems["probleme"] == "valeur obligatoire absente"]
    assert missing[["feuille", "ligne", "colonne"]].to_numpy().tolist() == [["projets", 2, "cog_millesime"]]


def test_the_digest_changes_with_the_data_and_only_with_them(make_corpus, tables):
    folder = make_corpus()
    first = load_corpus(folder).digest
    assert load_corpus(folder).digest == first
    (folder / "projets.csv").write_text(tables["projets"].replace("Four", "four"), encoding="utf-8")
    assert load_corpus(folder).digest != first


def test_loading_changes_no_file(make_corpus):
    folder = make_corpus()
    before = {path.name: path.read_bytes() for path in Path(folder).iterdir()}
    load_corpus(folder)
    assert {path.name: path.read_bytes() for path in Path(folder).iterdir()} == before
