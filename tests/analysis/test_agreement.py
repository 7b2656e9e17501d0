"""Agreement of coders: equal to R on public examples, planted agreement found, the paradox of prevalence said."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import ect_research as ect
from ect_research.analysis.corpus.agreement.coefficients import (
    Disagreement,
    agreement_interval,
    cohen,
    fleiss,
    gwet,
    krippendorff,
    masi,
    nominal,
    ordinal,
    percent,
)
from ect_research.codebook.load_codebook import load_codebook
from ect_research.figures.exhibit.exhibit import Strength
from tests import invented_surveys

KNOWN = json.loads((Path(__file__).parent / "data" / "agreement.json").read_text(encoding="utf-8"))
BOOK = load_codebook()


def ratings_of(example: dict) -> tuple[np.ndarray, int]:
    pairs = example.get("ratings") or [
        [str(i), str(j)] for i, row in enumerate(example["table"]) for j, n in enumerate(row) for _ in range(n)
    ]
    codes = sorted({code for row in pairs for code in row if code})
    return np.array([[codes.index(code) if code else -1 for code in row] for row in pairs]), len(codes)


@pytest.mark.parametrize("example", KNOWN["examples"], ids=lambda example: example["name"])
def test_coefficients_are_those_of_irr_and_irrcac(example):
    ratings, codes = ratings_of(example)
    complete = ratings[(ratings >= 0).all(axis=1)]
    found = {
        "accord": percent(ratings, codes),
        "fleiss": fleiss(ratings, codes),
        "ac1": gwet(ratings, codes),
        "alpha": krippendorff(ratings, codes, nominal),
        "alpha_ordinal": krippendorff(ratings, codes, ordinal),
        "fleiss_complets": fleiss(complete, codes),
        "cohen": cohen(complete, codes) if ratings.shape[1] == 2 else None,
    }
    for name, value in example["values"].items():
        assert found[name].coefficient == pytest.approx(value, abs=1e-9), name


def test_sets_of_codes_agree_as_nltk_says():
    pairs = [[frozenset(said.split()) for said in pair] for pair in KNOWN["masi"]["pairs"]]
    codes = sorted({one for pair in pairs for one in pair}, key=sorted)
    ratings = np.array([[codes.index(one) for one in pair] for pair in pairs])
    found = krippendorff(ratings, len(codes), masi(codes)).coefficient
    assert found == pytest.approx(KNOWN["masi"]["alpha"], abs=1e-9)


def codings(*rows: tuple[str, str, str, str], variable: str = "modele_economique") -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["unite_id", "codeur", "valeur", "tour"])
    return frame.assign(unite_table="projets", variable=variable, passage="p. 1", source_id=[("RA",)] * len(frame))


def pairs(first: str, second: str, variable: str = "modele_economique") -> pd.DataFrame:
    """One letter a project: m for marchand, h for hybride, a dot for nothing."""
    codes = {"m": "marchand", "h": "hybride"}
    told = [(f"P{n:02d}", who, codes[letter], "1")
            for who, said in (("A1", first), ("A2", second)) for n, letter in enumerate(said) if letter in codes]  # fmt: skip
    return codings(*told, variable=variable)


def test_the_paradox_of_prevalence_is_said_and_counted():
    told = ect.build_agreement(pairs("m" * 26 + "hm", "m" * 26 + "mh"), BOOK, draws=99)
    line = told.variables.iloc[0]
    value = told.coefficients.set_index(["variable", "coefficient"])["valeur"]["modele_economique"]
    assert line["accord"] > 0.9 and value["cohen"] < 0 and value["ac1"] > 0.9 and line["paradoxe"]
    shown = ect.show_agreement(told).finding()
    assert "un code domine" in shown.sentence and shown.strength is Strength.AS_CHANCE


def test_agreement_beyond_chance_is_told_apart_from_the_habits_of_coders():
    alike = ect.build_agreement(pairs("mh" * 10, "mh" * 9 + "hm"), BOOK, draws=199)
    by_chance = ect.build_agreement(pairs("mh" * 10, "mmhh" * 5), BOOK, draws=199)
    assert alike.beyond and not by_chance.beyond
    assert by_chance.variables["accord"].iloc[0] == pytest.approx(0.5)


def test_units_one_coder_left_blank_are_counted_apart_and_take_no_part():
    told = ect.build_agreement(pairs("mhmhmhm", "mhmhmh."), BOOK, draws=9)
    assert told.variables[["n", "seuls", "accord"]].iloc[0].tolist() == [6, 1, 1.0]
    assert told.n == 6 and told.disagreements.empty
    assert "d’accord partout" in str(ect.show_agreement(told, "desaccords").refused)


def test_one_coder_alone_is_a_refusal_that_counts_in_both_languages():
    told = ect.build_agreement(pairs("mhmh", "...."), BOOK)
    assert "viennent d’un seul codeur" in told.sentence("fr") and "one coder" in told.sentence("en")
    few = ect.build_agreement(pairs("mhmhmh", "mhmh.."), BOOK)
    assert "4 lignes" in few.sentence("fr")


def test_the_same_coder_twice_stands_as_two():
    rows = [(f"P{n}", "A1", code, tour) for tour, said in (("1", "mhmhmm"), ("2", "mhmhmh"))
            for n, code in enumerate({"m": "marchand", "h": "hybride"}[letter] for letter in said)]  # fmt: skip
    assert ect.build_agreement(codings(*rows), BOOK, draws=9).coders == ("A1·1", "A1·2")


def test_what_was_settled_names_who_and_is_no_coding():
    rows = pd.concat([pairs("mhmhmh", "mhmhmm"), codings(("P05", "ARB1", "hybride", "arbitre"))])
    told = ect.build_agreement(rows, BOOK, draws=9)
    assert told.coders == ("A1", "A2") and told.disagreements["regle"].tolist() == ["ARB1"]


def test_a_perfect_agreement_still_has_an_interval():
    low, high = agreement_interval(Disagreement(0.0, 0.5), [Disagreement(0.0, 0.5)] * 15)
    assert high == 1.0 and 0.5 < low < 0.7
    assert all(np.isnan(agreement_interval(Disagreement(0.0, 0.0), [Disagreement(0.0, 0.0)] * 15)))


@pytest.mark.croisement
@pytest.mark.parametrize("reader", ["horizons", "ademe", "revue", "fiche"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_figure_and_its_tables_are_drawn_for_every_reader(reader, language, tmp_path):
    study = ect.open_study(invented_surveys.write(tmp_path, "double"), reader, language)
    told = ect.build_agreement(study.table("codages"), study.context.codebook, log=study.corpus.log, draws=49)
    assert set(told.variables["nature"]) == {"nominal", "ordinal", "multiple"} and told.beyond
    for view in ("variables", "coefficients", "confusion", "desaccords"):
        assert len(ect.show_agreement(told, view).in_context(study.context).rows())
    assert ect.show_agreement(told).in_context(study.context).figure().axes
