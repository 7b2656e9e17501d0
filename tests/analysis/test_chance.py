import pytest
from hypothesis import given
from hypothesis import strategies as st

from ect_research.analysis.chance import Refusal, demand_draws, wilson_interval
from ect_research.errors import EctError
from ect_research.words import tell


@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [
        (0, 7, 0.0, 0.3543),
        (3, 7, 0.1582, 0.7495),
        (7, 7, 0.6457, 1.0),
        (19, 42, 0.3122, 0.6005),
    ],
)
def test_the_wilson_interval_is_that_of_r(count, n, low, high):
    """R 4.2.2: ``binom::binom.wilson(count, n)``."""
    found = wilson_interval(count, n)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_estimate_and_mirrors_its_complement(case):
    count, n = case
    found, other = wilson_interval(count, n), wilson_interval(n - count, n)
    assert 0 <= found.low <= found.estimate <= found.high <= 1
    assert found.low == pytest.approx(1 - other.high)


@pytest.mark.parametrize(("count", "n"), [(8, 7), (-1, 7), (0, 0)])
def test_counts_that_contradict_each_other_are_refused(count, n):
    with pytest.raises(EctError, match="n’existe pas"):
        wilson_interval(count, n)


@pytest.mark.parametrize("confidence", [0, 1, 95, float("nan")])
def test_a_confidence_in_percent_is_refused(confidence):
    with pytest.raises(EctError, match="entre 0 et 1"):
        wilson_interval(3, 7, confidence=confidence)


def test_chance_cannot_be_judged_without_a_draw():
    with pytest.raises(EctError, match="au moins un"):
        demand_draws(0)


def test_a_refusal_says_what_would_lift_it_in_the_language_of_the_reader():
    refusal = Refusal(tell("les lignes de vie"), tell("Aucun projet à compter."), tell("dater des faits plus anciens."))
    assert str(refusal).endswith("Pour lever ce refus : dater des faits plus anciens.")
    assert refusal.sentence("en") == (
        "Refused: the life lines. No project to count. To lift this refusal: date older facts."
    )


def test_a_refusal_is_never_half_french():
    untold = Refusal(tell("les lignes de vie"), tell("Une phrase que personne n’a traduite."))
    assert untold.sentence("en") == untold.sentence("fr")
    with pytest.raises(TypeError, match="every language"):
        Refusal("la courbe", "Aucun projet.", "No project.")  # type: ignore[arg-type]
