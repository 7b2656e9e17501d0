import subprocess
from datetime import date

import pandas as pd
import pytest

import ect_research as ect
from ect_research import load_corpus
from ect_research.analysis.chance import Refusal
from ect_research.corpus.checked.corpus import without_persons
from ect_research.corpus.checked.load_corpus import check_corpus
from ect_research.corpus.folder.corpus_source import asked
from ect_research.corpus.folder.project_paths import project_root
from ect_research.corpus.people.consent import drop_hanging, find_expired, pseudonym
from ect_research.corpus.people.direct_names import direct_names
from ect_research.corpus.people.secret_key import read_key
from ect_research.corpus.reporting.terminal_report import check_command
from ect_research.errors import EctError
from ect_research.gate.gate import pass_frame

KEY = b"une cle d'essai assez longue"
ACTORS = (
    "acteur_id;nom;pseudonyme;nature;source_id\nA1;Commune de Valfleuri;;organisation;S1\n"
    "A2;Coop du Val;;organisation;S1\nA3;Lucie Durand;Répondante 1;Personne;S1\nA4;Coop du Bas;;organisation;S2\n"
)


def test_a_pseudonym_is_stable_and_changes_with_the_key():
    assert pseudonym("Lucie  DURAND", KEY) == pseudonym("lucie durand", KEY) == pseudonym("Lucie\u00a0Durand", KEY)
    assert pseudonym("Lucie Durand", KEY) != pseudonym("Lucie Durand", KEY + b"!")
    assert len({pseudonym(f"personne {n}", KEY) for n in range(20_000)}) == 20_000


def test_no_key_no_pseudonym(tmp_path):
    for environment in ({}, {"ECT_CLE": "court"}, {"ECT_CLE_FICHIER": str(tmp_path / "absent")}):
        with pytest.raises(EctError, match="cl"):
            read_key(environment)
    (tmp_path / "cle").write_bytes(KEY + b"\n")
    assert read_key({"ECT_CLE_FICHIER": str(tmp_path / "cle")}) == KEY


def test_a_key_inside_the_project_is_refused():
    with pytest.raises(EctError, match="dans le projet"):
        read_key({"ECT_CLE_FICHIER": str(project_root() / "pyproject.toml")})


def test_nothing_private_is_tracked_by_git():
    tracked = subprocess.run(["git", "ls-files"], cwd=project_root(), capture_output=True, text=True, check=False)
    if tracked.returncode:
        pytest.skip("ce dossier n’est pas un dépôt git")
    paths = tracked.stdout.splitlines()
    assert [path for path in paths if path.startswith("surveys/") and "private" in path.split("/")] == []


def test_private_folders_are_ignored_by_git():
    paths = ["surveys/private/x.csv", "surveys/mon-corpus/private/noms.txt", "surveys/checked/x.csv"]
    told = subprocess.run(
        ["git", "check-ignore", *paths], cwd=project_root(), capture_output=True, text=True, check=False
    )
    if told.returncode == 128:
        pytest.skip("ce dossier n’est pas un dépôt git")
    assert told.stdout.splitlines() == paths


def test_the_names_to_look_for_are_those_of_persons_and_of_the_private_list(make_corpus):
    folder = make_corpus(acteurs=ACTORS)
    (folder / "private").mkdir()
    (folder / "private" / "noms.txt").write_text("Anaïs d’Aubigné\n\n", encoding="utf-8")
    assert direct_names(folder) == ["Anaïs d’Aubigné", "Lucie Durand"]


def test_a_source_that_leaves_takes_its_rows_and_what_hangs_on_them(make_corpus, tables):
    corpus = load_corpus(
        make_corpus(
            acteurs=ACTORS,
            liens=tables["liens"] + "L2;A1;A4;;;S1\nL3;A1;A2;intermediaire;A4;S1\n",
            evenements=tables["evenements"] + "E4;P2;atelier_tenu;2023;S1;2_declare\n",
        )
    )
    sources = corpus.tables["sources"]
    public = drop_hanging({**corpus.tables, "sources": sources[sources["source_id"] == "S1"]}, corpus.codebook)
    assert public["sources"]["source_id"].tolist() == ["S1"]
    assert public["projets"]["projet_id"].tolist() == ["P1"]  # P2 is also told by S2, which left
    assert public["evenements"]["evenement_id"].tolist() == ["E1", "E2"]  # E4 hangs on P2
    assert public["acteurs"]["acteur_id"].tolist() == ["A1", "A2", "A3"]
    assert public["liens"]["lien_id"].tolist() == ["L1", "L3"]  # L2 needs A4
    assert public["liens"]["mediateur_id"].fillna("").tolist() == ["A3", ""]  # L3 only loses its broker
    assert len(corpus.tables["projets"]) == 2


def test_an_interview_kept_too_long_is_told_on_the_terminal(make_corpus, capsys):
    interviews = (
        "entretien_id;acteur_id;consentement;conservation_jusqu_au\nN1;A3;ecrit;12/2020\nN2;A3;oral;2999\n"
        .replace("2999", "2099")
        + "N3;A3;oral;\n"
    )  # fmt: skip
    folder = make_corpus(acteurs=ACTORS, entretiens=interviews)
    tables = load_corpus(folder).tables
    assert find_expired(tables, date(2020, 12, 31)) == []
    assert find_expired(tables, date(2021, 1, 1)) == ["N1"]
    assert check_command(folder) == 0
    assert "conservation" in capsys.readouterr().out


@pytest.mark.croisement
def test_one_who_withdraws_leaves_every_table_on_the_next_reading(make_corpus, tables):
    folder = make_corpus(
        acteurs=ACTORS,
        entretiens="entretien_id;acteur_id;consentement\nN1;A3;ecrit\n",
        liens=tables["liens"] + "L2;A1;A3;;;S1\nL3;A1;A2;intermediaire;A3;S1\n",
        maturite="reponse_id;repondant_id;vague\nM1;Répondante 1;t0\nM2;Autre;t0\n",
    )
    assert "A3" in load_corpus(folder).tables["acteurs"]["acteur_id"].tolist()
    (folder / "retraits.csv").write_text("code;date\nRépondante 1;02/03/2025\n", encoding="utf-8")
    corpus = load_corpus(folder)
    left = "".join(frame.to_csv() for frame in corpus.tables.values())
    assert "A3" not in left and "Répondante" not in left
    assert corpus.tables["liens"]["lien_id"].tolist() == ["L1", "L3"]
    assert corpus.tables["maturite"]["reponse_id"].tolist() == ["M2"]
    told = corpus.log[corpus.log["pourquoi"].str.contains("retirée")]
    assert sorted(told["cle"]) == ["A3", "L2", "M1", "N1"]
    assert "Répondante" not in corpus.log.to_csv()


def test_a_withdrawal_file_of_one_column_is_read(make_corpus):
    folder = make_corpus(acteurs=ACTORS)
    (folder / "retraits.csv").write_text("code\nRépondante 1\n", encoding="utf-8")
    assert "A3" not in load_corpus(folder).tables["acteurs"]["acteur_id"].tolist()


def test_a_withdrawal_file_without_its_columns_is_an_error(make_corpus):
    folder = make_corpus()
    (folder / "retraits.csv").write_text("pseudonyme;quand\nX;2025\n", encoding="utf-8")
    assert "retraits" in check_corpus(folder)["probleme"].item()


def test_pages_about_projects_show_no_person_even_under_a_pseudonym(make_corpus, tables):
    folder = make_corpus(
        acteurs=ACTORS,
        liens=tables["liens"] + "L2;A1;A3;;;S1\n",
        maturite="reponse_id;repondant_id;vague\nM1;Répondante 1;t0\n",
    )
    corpus = load_corpus(folder)
    shown = without_persons(corpus)
    assert shown.tables["acteurs"]["acteur_id"].tolist() == ["A1", "A2", "A4"]
    assert shown.tables["liens"]["lien_id"].tolist() == ["L1"] and "maturite" not in shown.tables
    assert "Répondante" not in "".join(frame.to_csv() for frame in shown.tables.values())


@pytest.mark.croisement
def test_the_tables_of_the_private_folder_join_the_others_under_keyed_pseudonyms(make_corpus, monkeypatch):
    folder = make_corpus()
    (folder / "private").mkdir()
    lines = "acteur_id;nom;alias;nature;source_id\nA9;Lucie Durand;Lulu la Fictive;personne;S1\n"
    (folder / "private" / "acteurs.csv").write_text(lines, encoding="utf-8")
    (folder / "private" / "brut").mkdir()
    (folder / "private" / "brut" / "export.csv").write_text('nom;"jamais fermé\n', encoding="utf-8")
    monkeypatch.delenv("ECT_CLE", raising=False)
    monkeypatch.delenv("ECT_CLE_FICHIER", raising=False)
    with pytest.raises(EctError, match="clé secrète"):
        load_corpus(folder)
    monkeypatch.setenv("ECT_CLE", KEY.decode())
    corpus = load_corpus(folder)
    person = corpus.tables["acteurs"].set_index("acteur_id").loc["A9"]
    assert person["nom"] == person["pseudonyme"] == pseudonym("Lucie Durand", KEY)
    assert corpus.tables["acteurs"]["acteur_id"].tolist() == ["A1", "A2", "A3", "A9"]
    assert direct_names(folder) == ["Lucie Durand", "Lulu la Fictive"]
    before = corpus.digest
    (folder / "private" / "acteurs.csv").write_text(lines.replace("Lulu", "Lula"), encoding="utf-8")
    assert load_corpus(folder).digest != before


def test_interviews_that_all_lack_a_day_of_retention_are_not_expired():
    interviews = pd.DataFrame({"entretien_id": ["N1", "N2"], "conservation_jusqu_au_max": pd.to_datetime([None, None])})
    for unit in ("s", "ns"):
        frame = interviews.astype({"conservation_jusqu_au_max": f"datetime64[{unit}]"})
        assert find_expired({"entretiens": frame}, date(2026, 1, 1)) == []


def test_a_document_that_is_not_to_be_published_is_named_by_its_code_alone(make_corpus, tables):
    sources = "source_id;type_source;reference;url;diffusable\nS1;souvenir;Carnet de Camille;https://exemple.org;non\n"
    sources += "S2;presse;Le Journal fictif;https://exemple.com;oui\n"
    corpus = load_corpus(make_corpus(sources=sources))
    told = corpus.tables["sources"].set_index("source_id")[["reference", "url"]]
    assert told.isna().all(axis=1).to_dict() == {"S1": True, "S2": False}
    assert "document non diffusable" in corpus.log["pourquoi"].str.cat()
    context = ect.open_study(corpus.folder).context
    assert context.main_documents(["S1", "S2"]).replace("\xa0", " ") == "S1 et Le Journal fictif (S2)"


def test_where_nothing_says_what_is_protected_the_first_remedy_is_the_question_of_the_sheet(make_corpus):
    folder = make_corpus()
    path = folder / "source.toml"
    path.write_text(path.read_text("utf-8").partition("[protection]")[0], encoding="utf-8")
    load_corpus(folder)
    for frame in (pd.DataFrame({"projet_id": ["P1"], "n": [9]}), pd.DataFrame({"mot": ["a"], "valeur": [0.5]})):
        refused = pass_frame(frame, "essai", None, [])
        assert isinstance(refused, Refusal)
        told = refused.sentence()
        assert "feuille « étude »" in told.partition("derogations")[0]
        assert "un ou une" not in told
    assert asked("protege") in pass_frame(pd.DataFrame({"projet_id": ["P1"]}), "essai", None, []).sentence()
