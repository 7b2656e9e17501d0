"""What a student takes away tells on nobody, says what was taken out of it, and is the same every time."""

import csv
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

import ect_research as ect
from ect_research.analysis.disclosure.anonymity import make_anonymous
from ect_research.cli import main
from ect_research.corpus.checked.side_files import text_print
from ect_research.errors import EctError
from ect_research.study.engine.extract import save_extract, save_to_review
from tests.study.test_publication import SOURCE

KEY = "une cle d'essai assez longue"
PERSONS = '[protection]\nprotege = ["personnes"]\npourquoi = "projets nommables"\n'
NAMES = [f"Personne Inventée {sign}" for sign in "ABCDEFGHIJKLMNOPQRST"]
REMARK = "On se réunit trop tard le soir."


@pytest.fixture
def corpus(tmp_path, monkeypatch) -> Path:
    """A corpus of twenty invented persons, asked on different days about two projects."""
    monkeypatch.setenv("ECT_CLE", KEY)
    folder = tmp_path / "essai"
    (folder / "private").mkdir(parents=True)
    (folder / "source.toml").write_text(SOURCE + PERSONS, encoding="utf-8")
    write = {
        "sources": [
            "source_id;type_source;reference;diffusable",
            "S1;rapport_activite;Rapport;oui",
            "S2;entretien;E1;non",
        ],
        "projets": ["projet_id;nom;resume;source_id", "P1;Le Four commun;Un four.;S1", "P2;La Scierie;;S1"],
        "evenements": [
            "evenement_id;projet_id;type_evenement;date_debut;source_id;certitude;note",
            "E1;P1;idee_captee;12/03/2022;S1;2_declare;=1+1",
            "E2;P1;atelier_tenu;2023;S2;2_declare;",
        ],
    }
    for name, lines in write.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    people = [f"A{n};{name};personne;S1" for n, name in enumerate(NAMES)]
    answers = [
        f"M{n};{name};t0;{1 + n % 9:02d}/0{1 + n % 3}/202{3 + n % 2};{'P1' if n < 14 else 'P2'};3;{REMARK if n == 3 else ''}"
        for n, name in enumerate(NAMES)
    ]
    private = {
        "acteurs": ["acteur_id;nom;nature;source_id", "A99;Coop du Val;organisation;S1", *people],
        "liens": ["lien_id;acteur_a;acteur_b;source_id", "L1;A1;A2;S1", "L2;A99;A2;S1"],
        "maturite": ["reponse_id;repondant_id;vague;date;projet_id;vitalite_1;verbatim", *answers],
    }
    for name, lines in private.items():
        (folder / "private" / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text("utf-8-sig").splitlines(), delimiter=";"))


def everything(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_an_extract_has_no_identity_hides_each_in_five_and_is_the_same_twice(corpus, tmp_path):
    save_extract(corpus, tmp_path / "un")
    save_extract(corpus, tmp_path / "deux")
    save_extract(corpus, tmp_path / "deux")  # an extract of before is replaced
    written = everything(tmp_path / "un")
    assert written == everything(tmp_path / "deux")
    text = " ".join(data.decode("utf-8") for data in written.values())
    assert "Inventée" not in text and REMARK not in text and "Un four." not in text
    answers = rows(tmp_path / "un" / "maturite.csv")
    quasi = [name for name in ("vague", "date", "projet_id") if name in answers[0]]
    assert len(answers) >= 19 and min(Counter(tuple(row[name] for name in quasi) for row in answers).values()) >= 5
    assert [row["acteur_id"] for row in rows(tmp_path / "un" / "acteurs.csv")] == ["A99"]
    assert not (tmp_path / "un" / "liens.csv").exists()
    pseudonyms = ect.load_corpus(corpus).tables["maturite"]["repondant_id"]
    assert not any(value in text for value in pseudonyms)


@pytest.mark.croisement
def test_what_was_removed_is_listed_with_the_reason_and_the_codebook_says_what_is_left(corpus, tmp_path):
    save_extract(corpus, tmp_path / "un")
    removed = {(row["table"], row["colonne"], row["quoi"]): row for row in rows(tmp_path / "un" / "retire.csv")}
    assert "4 autres" in removed["maturite", "date", "colonne généralisée : retirée"]["pourquoi"]
    assert removed["maturite", "verbatim", "cellules vidées"]["pourquoi"] == "texte libre non relu"
    assert "source non diffusable" in removed["evenements", "", "lignes retirées"]["pourquoi"]
    assert "personne" in removed["acteurs", "", "lignes retirées"]["pourquoi"]
    words = {(row["table"], row["colonne"]) for row in rows(tmp_path / "un" / "dictionnaire.csv")}
    for path in (tmp_path / "un").glob("*.csv"):
        if path.stem not in ("retire", "dictionnaire"):
            assert {(path.stem, name) for name in rows(path)[0]} <= words


@pytest.mark.croisement
def test_protected_projects_are_not_given_away_by_the_days_places_and_labels_of_their_facts(corpus, tmp_path):
    protected = PERSONS.replace('["personnes"]', '["personnes", "organisations", "projets"]')
    (corpus / "source.toml").write_text(SOURCE + protected, encoding="utf-8")
    alike = "".join(f"P{n};Projet {n};S1\n" for n in range(1, 9))
    (corpus / "projets.csv").write_text(f"projet_id;nom;source_id\n{alike}", encoding="utf-8")
    (corpus / "evenements.csv").write_text(
        "evenement_id;projet_id;type_evenement;date_debut;lieu_insee;lieu_dit;source_id;certitude\n"
        "E1;P1;idee_captee;12/03/2022;39300;Rue du Four;S1;2_declare\n"
        "E2;P1;atelier_tenu;avant 06/2022;;;S1;2_declare\nE3;P1;soutien_financier;entre 03/2022 et 04/2023;;;S1;2_declare\n",
        encoding="utf-8",
    )
    (corpus / "ressources.csv").write_text(
        "etat_id;ressource_id;libelle;projet_id;type_ressource;etat;date;source_id\n"
        "X1;R1;Le four de la rue du Four;P1;foncier_bati;2_revelee;05/2022;S1\n",
        encoding="utf-8",
    )
    save_extract(corpus, tmp_path / "un")
    (event, *later), (resource,) = (rows(tmp_path / "un" / f"{name}.csv") for name in ("evenements", "ressources"))
    assert [row["date_debut"] for row in later] == ["avant 2023", "entre 2022 et 2023"]
    assert event["date_debut"] == resource["date"] == "2022"
    assert event["lieu_insee"] == "200071116"
    assert "lieu_dit" not in event and "libelle" not in resource
    removed = {(row["table"], row["colonne"]) for row in rows(tmp_path / "un" / "retire.csv")}
    assert {("evenements", "date_debut"), ("evenements", "lieu_dit"), ("ressources", "libelle")} <= removed


@pytest.mark.croisement
def test_a_free_text_leaves_only_as_it_was_read(corpus, tmp_path):
    path, count = save_to_review(corpus)
    listed = rows(path)
    assert path.parent.name == "private" and count == len(listed) == 4
    remark = next(row for row in listed if row["table"] == "maturite")
    assert remark["texte"] == REMARK and remark["empreinte"] == text_print(REMARK)
    line = f"maturite;{remark['cle']};verbatim;{remark['empreinte']};CS;02/03/2025"
    head = "table;cle;colonne;empreinte;par;le"
    (corpus / "relectures.csv").write_text(f"{head}\n{line}\n", encoding="utf-8")
    save_extract(corpus, tmp_path / "un")
    assert [row["verbatim"] for row in rows(tmp_path / "un" / "maturite.csv")].count(REMARK) == 1

    answers = corpus / "private" / "maturite.csv"
    answers.write_text(answers.read_text("utf-8").replace(REMARK, REMARK + " Toujours."), encoding="utf-8")
    save_extract(corpus, tmp_path / "un")
    assert "verbatim" not in rows(tmp_path / "un" / "maturite.csv")[0]
    said = [row["pourquoi"] for row in rows(tmp_path / "un" / "retire.csv") if row["colonne"] == "verbatim"]
    assert said == ["le texte a changé depuis sa relecture"]

    (corpus / "relectures.csv").write_text(f"{head}\n{line.replace(';CS;', ';;')}\n", encoding="utf-8")
    with pytest.raises(EctError, match="qui a relu"):
        save_extract(corpus, tmp_path / "un")


@pytest.mark.croisement
def test_an_extract_that_would_name_someone_is_not_handed_over(corpus, tmp_path, capsys):
    projects = corpus / "projets.csv"
    projects.write_text(
        projects.read_text("utf-8").replace("Le Four commun", "Le four de Personne Inventée C"), "utf-8"
    )
    assert main(["extract", str(corpus), str(tmp_path / "un")]) == 1
    said = capsys.readouterr().err
    assert "projets.csv" in said and "P… I… C…" in said and "Inventée" not in said
    assert not (tmp_path / "un").exists() and not list(tmp_path.glob(".*partiel"))


def test_a_family_name_alone_is_told_with_its_line_and_the_extract_is_handed_over(corpus, tmp_path, capsys):
    (corpus / "private" / "noms.txt").write_text("Zénaïde Fablevent\n", encoding="utf-8")
    projects = corpus / "projets.csv"
    projects.write_text(projects.read_text("utf-8").replace("La Scierie", "La scierie Fablevent"), "utf-8")
    assert main(["extract", str(corpus), str(tmp_path / "un")]) == 0
    said = capsys.readouterr().out
    assert "projets.csv, ligne 3 : nom de famille seul (F…)" in said and "Fablevent" not in said
    assert (tmp_path / "un").exists()


@pytest.mark.croisement
def test_formulas_are_neutralised_in_an_extract_and_in_the_list_to_read(corpus, tmp_path):
    path, _ = save_to_review(corpus)
    assert "'=1+1" in [row["texte"] for row in rows(path)]
    line = f"evenements;E1;note;{text_print('=1+1')};CS;2025"
    (corpus / "relectures.csv").write_text(f"table;cle;colonne;empreinte;par;le\n{line}\n", encoding="utf-8")
    save_extract(corpus, tmp_path / "un")
    assert rows(tmp_path / "un" / "evenements.csv")[0]["note"] == "'=1+1"


@pytest.mark.croisement
def test_an_extract_never_writes_over_something_else_nor_under_the_threshold(corpus, tmp_path, capsys):
    (tmp_path / "pris").mkdir()
    (tmp_path / "pris" / "these.doc").write_text("x", encoding="utf-8")
    assert main(["extract", str(corpus), str(tmp_path / "pris")]) == 1
    assert main(["extract", str(corpus), str(tmp_path / "un"), "--k", "3"]) == 1
    assert "au moins 5" in capsys.readouterr().err
    assert main(["extract", str(corpus)]) == 1 and (tmp_path / "pris" / "these.doc").is_file()
    assert main(["extract", str(corpus), str(tmp_path / "un"), "--k", "7"]) == 0
    assert "retire.csv" in capsys.readouterr().out


@pytest.mark.croisement
def test_the_extract_of_a_public_register_reads_back_as_a_corpus(tmp_path):
    save_extract("pays-ledonien", tmp_path / "extrait")
    whole, extract = ect.load_corpus("pays-ledonien"), ect.load_corpus(tmp_path / "extrait")
    assert len(extract.tables["projets"]) == len(whole.tables["projets"])
    assert list(extract.tables["projets"]["dispositif"]) == list(whole.tables["projets"]["dispositif"])


@pytest.mark.parametrize("seed", range(5))
def test_every_row_of_an_anonymous_table_hides_among_k(seed):
    table = pd.DataFrame(
        {"a": [f"{(n * 7 + seed) % 11}" for n in range(60)], "b": [f"{(n * n + seed) % 5}" for n in range(60)]}
    )
    coarse = table["a"].map(lambda text: str(int(text) // 4))
    blank = pd.Series("", index=table.index)
    made = make_anonymous(
        table, {"a": [("fin", table["a"]), ("gros", coarse)], "b": [("fin", table["b"]), ("rien", blank)]}, 5
    )
    counts = made.frame.groupby(["a", "b"]).size()
    assert counts.min() >= 5 == min(5, made.smallest) and len(made.frame) + made.removed == 60


@pytest.mark.croisement
def test_the_waves_of_one_person_are_one_person_and_keys_are_numbered_again(corpus, tmp_path):
    kinds = {name: "financeur" if n < 2 else "citoyen" for n, name in enumerate(NAMES[:10])}
    answers = [
        f"DURAND-{wave}-{n};{name};t{wave};{kind};{1 + (n + wave) % 4}"
        for wave in range(3)
        for n, (name, kind) in enumerate(kinds.items())
    ]
    head = "reponse_id;repondant_id;vague;categorie_acteur;vitalite_1"
    (corpus / "private" / "maturite.csv").write_text("\n".join([head, *answers]) + "\n", encoding="utf-8")
    save_extract(corpus, tmp_path / "un")
    given = rows(tmp_path / "un" / "maturite.csv")
    assert len(given) == 30 and {row["vague"] for row in given} == {"t0", "t1", "t2"}
    assert "categorie_acteur" not in given[0]  # two persons, three times each, are not five persons
    assert sorted(row["reponse_id"] for row in given) == [f"Q{rank:03d}" for rank in range(1, 31)]
    assert "DURAND" not in " ".join(data.decode("utf-8") for data in everything(tmp_path / "un").values())
