"""A superlative is true of one only: what is equal is told together; what is hidden is not passed over."""

import pandas as pd
import pytest

import ect_research as ect
from ect_research.analysis.corpus.survey.maturity import build_maturity
from ect_research.analysis.corpus.survey.survey import build_survey
from ect_research.codebook.load_codebook import load_codebook
from ect_research.figures.ecosystem.synergy_tables import said_amount
from ect_research.figures.exhibit.context import Context, Source
from ect_research.figures.page.theme import get_theme

BOOK = load_codebook()
PLAIN = Context(plain=Source("Registre fictif", "Jura", "2025-12-31"))
FIRST, LAST = "raison_etre_1", "vitalite_3"


def answers(**given):
    """Persons of one wave, each answering the statements given, one list a statement."""
    n = max(map(len, given.values()))
    frame = pd.DataFrame({"reponse_id": [f"R{k}" for k in range(n)], "repondant_id": [f"r{k}" for k in range(n)]})
    frame = frame.assign(vague="t1", date=None, projet_id=None, categorie_acteur=None, langue=None, verbatim=None)
    listed = {one.name: BOOK.codes(one.list_name) for one in BOOK.columns("maturite") if one.list_name}
    statements = [one.name for one in BOOK.columns("maturite") if one.list_name == "reponse_maturite"]
    frame = frame.assign(**{name: given.get(name, [None] * n) for name in statements})
    return frame.assign(**{name: pd.Categorical(frame[name], codes) for name, codes in listed.items()})


def test_statements_that_nearly_all_share_come_before_the_most_counted():
    told = answers(**{FIRST: ["4"] * 10 + ["1"] * 2, LAST: ["1"] * 5 + ["4"] * 7})
    maturity = build_maturity(told, BOOK)
    said = ect.show_maturity(maturity, "reponses").in_context(PLAIN).finding().sentence
    first, last = (BOOK.variable_label("maturite", name).rstrip(".") for name in (FIRST, LAST))
    assert said.startswith(f"Presque toutes sont d’accord : « {first} »") and f"« {last} » (7 sur 12)" in said
    survey = build_survey(told, BOOK, "maturite", least=5, draws=9)
    assert f"presque toutes : « {first} »" in ect.show_survey(survey, "echelles").in_context(PLAIN).finding().sentence


def test_what_nearly_nobody_shares_is_the_least_shared_and_equals_are_told_together():
    split = ["1"] * 5 + ["4"] * 7
    told = answers(**{FIRST: ["1"] * 10 + ["4"] * 2, LAST: split, "vitalite_1": split})
    said = ect.show_maturity(build_maturity(told, BOOK), "reponses").in_context(PLAIN).finding().sentence
    first, last, other = (BOOK.variable_label("maturite", name).rstrip(".") for name in (FIRST, LAST, "vitalite_1"))
    assert said == f"Le plus partagé : « {other} » et « {last} » (7 sur 12) ; presque aucune ne l’est : « {first} »."


@pytest.mark.parametrize(("value", "said"), [(8.5, "8,5"), (20000, "20\u202f000"), (12.345, "12,3"), (0, "0")])
def test_a_quantity_is_not_rounded_away(value, said):
    assert said_amount(value, get_theme()) == said
