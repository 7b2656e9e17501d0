"""The gate counts persons: the answers of one person in three waves are one person, whatever the number of rows."""

import pytest

import ect_research as ect
from ect_research.codebook.load_codebook import load_codebook
from ect_research.gate.gate import pass_frame
from tests.study.test_publication import PERSONS, corpus  # noqa: F401 - the fixture

WAVES, CITIZENS, FUNDERS = ("t0", "t1", "t2"), 8, 2


@pytest.fixture
def answers(corpus):  # noqa: F811
    """Eight citizens and two funders asked in each of three waves: the funders make six rows."""
    who = [(f"R{n}", "citoyen" if n < CITIZENS else "financeur") for n in range(CITIZENS + FUNDERS)]
    rows = [f"{code}-{wave};{code};{wave};P1;{kind}" for code, kind in who for wave in WAVES]
    head = "reponse_id;repondant_id;vague;projet_id;categorie_acteur"
    read = corpus(PERSONS, maturite="\n".join([head, *rows]) + "\n")
    return read.tables["maturite"]


@pytest.mark.croisement
@pytest.mark.parametrize("labels", [False, True], ids=["codes", "libelles"])
def test_six_answers_of_two_persons_are_two_persons(answers, labels):
    counts = answers.groupby("categorie_acteur").size().rename("n").reset_index()
    assert counts["n"].tolist() == [24, 6]
    if labels:
        said = load_codebook().labels("categorie_acteur")
        counts = counts.assign(categorie_acteur=counts["categorie_acteur"].map(said))
        counts.columns = ["Catégorie d’acteur", "n"]
    passed = pass_frame(counts, "essai", "personnes", [])
    # Two categories: hiding one alone would give it back from the total, which is known.
    assert isinstance(passed, ect.Refusal) or passed.frame["n"].tolist() == ["s", "s"]


def test_enough_persons_are_shown_whatever_the_waves(answers):
    counts = answers.groupby("vague").size().rename("n").reset_index()
    assert pass_frame(counts, "essai", None, []).frame["n"].tolist() == [10, 10, 10]


def test_a_number_at_the_end_of_a_cell_speaks_of_persons_too(answers):
    few = answers[answers["categorie_acteur"] == "financeur"].groupby("categorie_acteur").size().to_frame("n")
    assert isinstance(pass_frame(few, "apercu", None, [], printed=False), ect.Refusal)
