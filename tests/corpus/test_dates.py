from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ect_research.corpus.checked.load_corpus import check_corpus
from ect_research.corpus.text.dates import DateProblem, FuzzyDate, parse_date, widen

days = st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31))


@pytest.mark.parametrize(
    ("text", "low", "high", "precision"),
    [
        ("12/03/2025", date(2025, 3, 12), date(2025, 3, 12), "jour"),
        ("2025-03-12", date(2025, 3, 12), date(2025, 3, 12), "jour"),
        ("2025-03-12 00:00:00", date(2025, 3, 12), date(2025, 3, 12), "jour"),
        ("1er août 2024", date(2024, 8, 1), date(2024, 8, 1), "jour"),
        ("03/2025", date(2025, 3, 1), date(2025, 3, 31), "mois"),
        ("février 2024", date(2024, 2, 1), date(2024, 2, 29), "mois"),
        ("2025 T2", date(2025, 4, 1), date(2025, 6, 30), "trimestre"),
        ("T4 2025", date(2025, 10, 1), date(2025, 12, 31), "trimestre"),
        ("2025 S2", date(2025, 7, 1), date(2025, 12, 31), "semestre"),
        ("automne 2024", date(2024, 9, 21), date(2024, 12, 20), "saison"),
        ("printemps 2021", date(2021, 3, 21), date(2021, 6, 20), "saison"),
        ("2025", date(2025, 1, 1), date(2025, 12, 31), "annee"),
        ("2023-2025", date(2023, 1, 1), date(2025, 12, 31), "periode"),
        ("entre 2018 et mars 2021", date(2018, 1, 1), date(2021, 3, 31), "periode"),
        ("avant 2016", None, date(2015, 12, 31), "avant"),
        ("après 03/2018", date(2018, 4, 1), None, "apres"),
        ("Avant\u00a0 mars\u202f2016", None, date(2016, 2, 29), "avant"),
    ],
)
def test_a_french_date_is_an_interval_with_a_precision(text, low, high, precision):
    assert parse_date(text) == FuzzyDate(low, high, precision)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("12/03/25", "deux chiffres"), ("31/02/2025", "impossible"), ("45748", "Excel"), ("45748.0", "Excel"),
        ("hiver 2025", "ambigu"), ("13/2025", "pas de mois"), ("2025 T5", "pas de trimestre"), ("vers 2021", "approchée"),
        ("fin 2024", "jusqu’où"), ("12/03/0925", "hors de la plage"), ("9999", "hors de la plage"), ("juin", "année"),
        ("bientôt", "pas une date"), ("entre 2021 et 2018", "finit avant"), ("avant hier", "pas une date"),
        ("29/02/2023", "impossible"), ("2025 S3", "pas de semestre"), ("depuis avant 2016", "elle-même ouverte"),
        ("jusqu'à après 2018", "elle-même ouverte"), ("avant après 2018", "elle-même ouverte"),
    ],
)  # fmt: skip
def test_what_is_not_a_date_is_refused_with_its_reason(text, reason):
    found = parse_date(text)
    assert isinstance(found, DateProblem)
    assert reason in found.reason


@given(days)
def test_every_day_is_read_back_whatever_the_form(day):
    exact = FuzzyDate(day, day, "jour")
    assert parse_date(f"{day:%d/%m/%Y}") == parse_date(day.isoformat()) == exact


@pytest.mark.croisement
@given(st.text(max_size=30))
def test_no_text_breaks_the_reader(text):
    assert isinstance(parse_date(text), FuzzyDate | DateProblem)


@given(days, st.sampled_from(["mois", "trimestre", "semestre", "annee"]))
def test_a_declared_precision_only_widens(day, precision):
    wide = widen(FuzzyDate(day, day, "jour"), precision)
    assert isinstance(wide, FuzzyDate)
    assert wide.low is not None and wide.high is not None
    assert wide.low <= day <= wide.high


def test_a_declared_precision_cannot_narrow():
    year = parse_date("2025")
    assert isinstance(year, FuzzyDate)
    assert isinstance(widen(year, "mois"), DateProblem)


def test_a_misspelt_season_is_proposed_with_its_days_and_its_precision(make_corpus, tables):
    problems = check_corpus(make_corpus(evenements=tables["evenements"].replace("automne 2022", "pritemps 2021")))
    assert problems["suggestion"].tolist() == ["printemps 2021, soit du 21/03/2021 au 20/06/2021 (précision : saison)"]
