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


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("T1-2024", "T1 2024"), ("12/III/2024", "12 mars 2024"), ("XII 2023", "décembre 2023"), ("spring 2024", "printemps 2024"),
        ("March 12, 2024", "12 mars 2024"), ("before 2020", "avant 2020"), ("between 2018 and 2020", "entre 2018 et 2020"),
        ("mars 2023 - mai 2024", "entre mars 2023 et mai 2024"), ("12/03-15/03/2024", "entre 12/03/2024 et 15/03/2024"),
        ("T1-T2 2023", "entre T1 2023 et T2 2023"), ("printemps/été 2023", "entre printemps 2023 et été 2023"),
        ("(2023)", "2023"),
        ("2023.0", "2023"), ("hiver 2023/24", "hiver 2023-2024"), ("03 / 2023", "03/2023"),
    ],
)  # fmt: skip
def test_one_date_spelt_otherwise_is_that_date(text, same):
    found = parse_date(text)
    assert isinstance(found, DateProblem) and found.sure
    assert parse_date(found.suggestion) == parse_date(same)


@pytest.mark.parametrize(
    ("text", "reason", "meant"),
    [
        ("semaine 12 2024", "semaine", "entre 18/03/2024 et 24/03/2024"),
        ("2021-W01", "semaine", "entre 04/01/2021 et 10/01/2021"),
        ("1er trim. 24", "deux chiffres", "1 trimestre 2024"), ("T2/24", "deux chiffres", "T2 2024"),
        ("20/21", "deux chiffres", "entre 2020 et 2021"), ("hiver 23-24", "deux chiffres", "hiver 2023-2024"),
        ("III 2024", "un mois ou un trimestre", "mars 2024, ou 2024 T3"), ("X 2023", "lisible", "2023, et le reste en note"),
        ("winter 2023", "ambigu", "entre 21/12/2022"), ("late 2023", "jusqu’où", "2023 T4"),
        ("2020 à ce jour", "lisible", "depuis 2020"),
        ("les années 90", "décennie", "entre 1990 et 1999"), ("XX/03/2023", "lisible", "03/2023"),
        ("00/00/2023", "impossible", "2023"),
        ("12032023", "lisible", "12/03/2023"), ("mars 2024 (prévu)", "lisible", "mars 2024, et le reste en note"),
        ("2018 à 2021", "lisible", "entre 2018 et 2021"), ("début/fin 2023", "jusqu’où", "sinon 2023"),
        ("N/C", "inconnue", "vider"),
        ("2020/03", "lisible", "03/2020"), ("2019/21", "lisible", "entre 2019 et 2021"), ("12/10/2o20", "lisible", "12/10/2020"),
    ],
)  # fmt: skip
def test_a_vague_date_is_refused_with_the_spelling_to_write(text, reason, meant):
    found = parse_date(text)
    assert isinstance(found, DateProblem) and not found.sure
    assert reason in found.reason and meant in found.suggestion


def test_an_article_after_before_changes_nothing():
    assert parse_date("avant l’été 2023") == parse_date("avant été 2023") == FuzzyDate(None, date(2023, 6, 20), "avant")


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
