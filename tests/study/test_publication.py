"""What a corpus protects does not leave by the one door of outputs, whether its author thinks of it or not."""

import csv
import itertools
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import ect_research as ect
from ect_research.analysis.disclosure import sum_by
from ect_research.analysis.disclosure.protected_frames import Ledger, hold_frame
from ect_research.analysis.disclosure.suppression import find_recoverable
from ect_research.errors import CorpusError, EctError
from ect_research.figures.page.theme import get_theme
from ect_research.study.base.result_record import read_outputs
from ect_research.study.publishing.publish import save_exhibit

SOURCE = """titre = "Corpus d'essai"
citation = "Corpus d'essai, données inventées"
nature = "Données inventées."
territoire = "Valfleuri"
date_observation = 2024-12-31
licence = "Licence Ouverte 2.0"
"""
PUBLIC = '[protection]\nprotege = []\npourquoi = "documents publics"\n'
PERSONS = '[protection]\nprotege = ["personnes"]\npourquoi = "projets nommables"\n'
TABLES = {
    "sources": "source_id;type_source;reference;date;url;diffusable\nS1;rapport_activite;Rapport;2024;;oui\n",
    "projets": "projet_id;nom;source_id\nP1;Le Four commun;S1\nP2;La Scierie;S1\n",
    "evenements": "evenement_id;projet_id;type_evenement;date_debut;source_id;certitude\n"
    "E1;P1;idee_captee;automne 2022;S1;2_declare\n",
}
PEOPLE = "acteur_id;nom;pseudonyme;nature;source_id\nA1;Lubin Pommerol-Fictif;R1;personne;S1\n"
COUNTS = pd.DataFrame({"avis": ["oui", "non", "nsp"], "effectif": [12, 9, 2]})


@pytest.fixture
def corpus(tmp_path, outputs):
    """Write a corpus and read it; what it protects is given."""

    def read(protection: str = "", **tables: str):
        folder = tmp_path / "essai"
        folder.mkdir(exist_ok=True)
        (folder / "source.toml").write_text(SOURCE + protection, encoding="utf-8")
        for name, text in {**TABLES, **tables}.items():
            (folder / f"{name}.csv").write_text(text, encoding="utf-8")
        return ect.load_corpus(folder)

    return read


def save(frame=COUNTS, name="avis", **more):
    return save_exhibit(ect.show_table(frame, title="Avis", n="n = 23", **more), name)


def save_figure(drawing, name="figure", rows=COUNTS, **more):
    told = ect.show_figure(drawing, rows, ect.Caption("Avis", "n = 23", "Enquête"), **more)
    return save_exhibit(told, name)


def saved(outputs: Path, name: str = "avis") -> list[list[str]]:
    text = (outputs / "tables" / f"{name}.machine.csv").read_text("utf-8")
    return list(csv.reader(text.splitlines()))


def draw(theme, text: str = "projets"):
    with theme.applied():
        figure = theme.new_figure(50)
        figure.add_axes((0.1, 0.2, 0.8, 0.7)).set_title(text)
    return figure


def test_a_corpus_that_does_not_say_what_it_protects_protects_persons(corpus, outputs):
    corpus()
    save()
    assert saved(outputs)[1:] == [["oui", "12"], ["non", "s"], ["nsp", "s"]]
    (record,) = read_outputs(outputs)
    assert "moins de 5" in record.reading and "masqué" in record.reading


def test_a_public_corpus_leaves_as_it_is(corpus, outputs):
    corpus(PUBLIC)
    save()
    assert saved(outputs)[1:] == [["oui", "12"], ["non", "9"], ["nsp", "2"]]
    assert read_outputs(outputs)[0].reading == ""


def test_what_the_author_says_it_counts_chooses_the_threshold(corpus, outputs):
    corpus()
    frame = pd.DataFrame({"avis": ["oui", "non", "nsp"], "effectif": [12, 9, 4]})
    save(frame, "un", counts="organisations")
    save(frame, "deux", counts="personnes")
    assert saved(outputs, "un")[3] == ["nsp", "4"] and saved(outputs, "deux")[3] == ["nsp", "s"]
    with pytest.raises(EctError, match="n’existe pas"):
        save(counts="cailloux")


def test_a_corpus_may_protect_persons_and_let_projects_be_named(corpus, outputs):
    corpus(PERSONS, acteurs=PEOPLE)
    save(pd.DataFrame({"projet_id": ["P1"], "nom": ["Le Four commun"], "n": [1]}), counts="projets")
    assert saved(outputs)[1] == ["P1", "Le Four commun", "1"]


@pytest.mark.parametrize("column", [["A1"], ["R1"]])
def test_one_row_per_person_becomes_a_refusal_whatever_its_unit(corpus, outputs, column):
    corpus(PERSONS, acteurs=PEOPLE)
    shown = save(pd.DataFrame({"qui": column, "n": [40]}), counts="projets")
    assert "personne" in repr(shown) and read_outputs(outputs)[0].kind == "refus"
    assert not (outputs / "tables").exists()


def test_a_column_that_only_persons_have_is_a_table_of_persons_whatever_its_author_says(corpus, outputs):
    corpus(PERSONS)
    frame = pd.DataFrame({"vitalite_1": ["oui", "non"], "n": [30, 4]})
    assert read_outputs(outputs) == []
    save(frame, counts="projets")
    assert read_outputs(outputs)[0].kind == "refus" or saved(outputs)[2][1] == "s"


def test_a_number_that_bears_the_name_of_a_length_of_interview_is_no_answer_of_a_person(corpus, outputs):
    corpus(PERSONS)
    save(pd.DataFrame({"projet_id": ["P1"], "duree_min": [3.5]}), counts="projets")
    assert saved(outputs)[1] == ["P1", "3.5"]


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"avis": ["oui", "non"]}),
        pd.DataFrame({"avis": ["oui", "non"], "part": [0.25, 0.75]}),
        pd.DataFrame({"avis": ["oui", "non"], "effectif": ["12 (75 %)", "4 (25 %)"]}),
        pd.DataFrame({"avis": ["oui", "non"], "effectif": [12, 9], "dont": ["2", "1"]}),
        pd.DataFrame({"avis": ["oui"], "effectif": [3]}),
    ],
    ids=["texte seul", "parts sans effectif", "nombres écrits", "nombres écrits à côté", "total sous le seuil"],
)
def test_what_cannot_be_checked_or_protected_is_refused(corpus, outputs, frame):
    corpus()
    save(frame)
    assert read_outputs(outputs)[0].kind == "refus"


def test_codes_written_as_numbers_name_the_rows_and_are_no_counts(corpus, outputs):
    corpus()
    save(pd.DataFrame({"vague": ["t0", "t0", "t1", "t1"], "reponse": ["1", "2", "1", "2"], "n": [12, 9, 11, 8]}))
    assert [row[1:] for row in saved(outputs)[1:]] == [["1", "12"], ["2", "9"], ["1", "11"], ["2", "8"]]


def test_a_table_that_speaks_of_nobody_says_so(corpus, outputs):
    corpus()
    save(pd.DataFrame({"analyse": ["durées"], "ouverte": ["oui"]}), counts="aucune")
    assert saved(outputs)[1] == ["durées", "oui"]


def test_shares_are_hidden_with_the_counts_of_their_row(corpus, outputs):
    corpus()
    save(COUNTS.assign(part=COUNTS["effectif"] / 23))
    assert [row[2] for row in saved(outputs)[1:]] == ["0.521739130435", "s", "s"]


def test_a_sum_that_one_unit_dominates_is_hidden(corpus, outputs):
    corpus()
    amounts = pd.Series([90.5, 1, 1, 1, 1, 10.5, 10, 10, 10, 10])
    save(sum_by(amounts, pd.Series(["A"] * 5 + ["B"] * 5, name="groupe")), counts="organisations")
    assert [row[2:] for row in saved(outputs)[1:]] == [["s", "s"], ["50.5", "0.207920792079"]]


def test_a_name_of_a_person_stops_a_table_a_figure_and_a_page_before_anything_is_written(corpus, outputs):
    corpus(PERSONS, acteurs=PEOPLE)
    with pytest.raises(EctError, match=r"nomme une personne \(P… F… L…\)"):
        save(pd.DataFrame({"dit": ["entretien de POMMEROL-FICTIF Lubin"], "n": [40]}), counts="projets")
    with pytest.raises(EctError, match="nomme une personne"):
        save_figure(lambda theme: draw(theme, "Lubin Pommerol-Fictif"), counts="projets")
    with pytest.raises(EctError, match="nomme une personne"):
        save(note="d’après Lubin\nPommerol Fictif", counts="projets")
    assert not outputs.exists()


@pytest.mark.croisement
def test_a_figure_whose_data_would_be_hidden_becomes_a_refusal(corpus, outputs):
    corpus()
    save_figure(draw)
    large = pd.DataFrame({"avis": ["oui", "non"], "effectif": [12, 9]})
    save_figure(draw, "autre", large)
    assert [record.kind for record in read_outputs(outputs)] == ["refus", "figure"]


def test_a_second_table_of_the_same_run_does_not_give_back_what_the_first_hid(corpus, outputs):
    corpus()
    answers = pd.DataFrame(
        {"age": ["a"] * 9 + ["b"] * 14, "avis": (["oui"] * 7 + ["non"] * 2) + ["oui"] * 8 + ["non"] * 6}
    )
    crossed = pd.crosstab(answers["age"], answers["avis"])
    save(crossed, "croise", counts="organisations")
    long = answers.groupby(["age", "avis"]).size().rename("n").reset_index()
    save(long, "long", counts="organisations")
    rows = saved(outputs, "croise")
    hidden = {(row[0], avis) for row in rows[1:] for avis, cell in zip(rows[0], row, strict=True) if cell == "s"}
    again = {(row[0], row[1]) for row in saved(outputs, "long")[1:] if row[2] == "s"}
    assert ("a", "non") in hidden and hidden == again


@pytest.mark.croisement
def test_margins_saved_after_a_crossing_do_not_give_back_its_hidden_cells():
    for seed in range(25):
        generator = np.random.default_rng(seed)
        counts = pd.DataFrame(generator.poisson(5, (4, 3)), index=list("abcd"), columns=list("xyz"))
        counts = counts.rename_axis("age").rename_axis("avis", axis="columns")
        if counts.to_numpy().sum() < 20:
            continue
        ledger = Ledger()
        tables = [counts, counts.sum(axis=1).rename("n").reset_index(), counts.sum().rename("n").reset_index()]
        for table in tables:
            hold_frame(table, threshold=3, ledger=ledger)
        from ect_research.analysis.disclosure.suppression import Sums, possible_range

        keys = list(ledger.numbers)
        at = {key: number for number, key in enumerate(keys)}
        mask = np.array([key in ledger.hidden for key in keys])
        sums = Sums.of([{at[key]: sign for key, sign in one.items()} for one in ledger.sums], len(keys))
        low, high = possible_range(np.array([ledger.numbers[key] for key in keys]), sums, mask)
        assert (high[mask] - low[mask] > 0.5).all()
        small = {key for key in keys if len(key) == 2 and 0 < ledger.numbers[key] < 3}
        assert small <= ledger.hidden


def test_tables_of_two_notebooks_that_give_back_a_hidden_number_are_told():
    crossed = pd.DataFrame({"oui": [7, 8, 30], "non": [1, 6, 40]}, index=pd.Index(["a", "b", "c"], name="age"))
    crossed.columns.name = "avis"
    by_hand = pd.DataFrame({"age": list("aabbcc"), "avis": ["oui", "non"] * 3, "n": [7, 1, 8, 6, 30, 40]})
    one = hold_frame(crossed, threshold=3).printed
    other = hold_frame(by_hand, threshold=3, waived=lambda cell: cell == "a | non").printed
    assert find_recoverable({"tables/x/a": one}) == [] == find_recoverable({"tables/y/b": other})
    given_back = find_recoverable({"tables/x/a": one, "tables/y/b": other})
    assert ("tables/x/a", "a | non") in given_back
    elsewhere = hold_frame(by_hand.assign(n=by_hand["n"] + 20), threshold=3).printed
    assert find_recoverable({"tables/x/a": one, "tables/y/b": elsewhere}) == []


def test_what_is_written_beside_a_table_holds_no_number_that_is_not_printed(corpus, outputs):
    corpus()
    save()
    beside = json.loads((outputs / "tables" / "avis.masque.json").read_text("utf-8"))
    assert [cell[1] for cell in beside["cases"] if cell[0]] == [None, None, 12.0]
    assert [file.role for file in read_outputs(outputs)[0].files] == ["csv", "machine", "masque"]


def test_a_hidden_cell_cannot_be_worked_out_by_any_one_who_counts():
    frame = pd.DataFrame({"avis": ["oui", "non", "nsp", "autre"], "n": [9, 1, 2, 7]})
    held = hold_frame(frame, threshold=3)
    unknown = [row for row, _ in held.hidden]
    left = 19 - sum(value for value in held.frame["n"] if value != "s")
    possible = [combo for combo in itertools.product(range(1, 19), repeat=len(unknown)) if sum(combo) == left]
    assert all(len({combo[rank] for combo in possible}) > 1 for rank in range(len(unknown)))


def test_a_waiver_shows_the_cell_and_is_printed_under_it(corpus, outputs, tmp_path):
    corpus()
    lines = "resultat;cellule;qui;pourquoi;jusqu_au\navis;nsp;comité d’éthique;accord écrit des deux;31/12/2999\n"
    (tmp_path / "essai" / "derogations.csv").write_text(lines.replace("2999", "2099"), encoding="utf-8")
    save()
    save(COUNTS.rename(columns={"avis": "réponse"}), "autre")
    assert saved(outputs)[3] == ["nsp", "2"] and saved(outputs, "autre")[3] == ["nsp", "s"]
    assert "Dérogation pour « nsp » de comité d’éthique (accord écrit des deux), valable jusqu’au 31/12/2099." in (
        read_outputs(outputs)[0].reading
    )


def test_a_waiver_of_a_whole_figure_is_written_under_the_drawing(corpus, outputs, tmp_path):
    corpus()
    lines = "resultat;cellule;qui;pourquoi;jusqu_au\nfigure;;CS;accord;31/12/2099\n"
    (tmp_path / "essai" / "derogations.csv").write_text(lines, encoding="utf-8")
    figure = draw(get_theme())
    save_figure(lambda _: figure)
    assert read_outputs(outputs)[0].kind == "figure"
    assert any("Dérogation de CS (accord)" in text.get_text() for text in figure.texts)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("avis;nsp;CS;accord;31/12/2020", "expirée.*31/12/2020"),
        ("avis;nsp;;accord;2099", "de qui"),
        ("avis;;CS;x;", "date de fin"),
    ],
)
def test_an_expired_or_incomplete_waiver_is_an_error_that_says_so(corpus, outputs, tmp_path, line, said):
    corpus()
    text = f"resultat;cellule;qui;pourquoi;jusqu_au\n{line}\n"
    (tmp_path / "essai" / "derogations.csv").write_text(text, encoding="utf-8")
    with pytest.raises(EctError, match=said):
        save()


@pytest.mark.parametrize(
    ("protection", "said"),
    [
        (PUBLIC, "protéger personne"),
        ('[protection]\nprotege = ["personnes"]\n', "pourquoi tout n’est pas protégé"),
        ("[protection]\nseuil_personnes = 2\n", "plus bas que la règle"),
        ('[protection]\nprotege = ["gens"]\n', "liste inconnue"),
    ],
)
def test_a_declaration_that_the_corpus_contradicts_is_an_error(corpus, protection, said):
    with pytest.raises(CorpusError) as error:
        corpus(protection, acteurs=PEOPLE)
    assert any(said in problem for problem in error.value.problems["probleme"])
