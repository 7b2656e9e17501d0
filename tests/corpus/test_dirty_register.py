"""A register with twelve planted faults, saved by different programs: the same faults are found, no more, no fewer."""

import shutil
from pathlib import Path

import pytest

from ect_research.corpus.checked.load_corpus import check_corpus

DIRTY = Path(__file__).parent / "dirty"
FAULTS = {
    ("P002", "date_debut", "année sur deux chiffres"),
    ("P003", "id_projet", "code en double"),
    ("P003", "emplois", "ce n’est pas un nombre"),
    ("P005", "theme", "« agriculture »"),
    ("P005", "date_debut", "numéro de série Excel"),
    ("P006", "theme", "« tourisme »"),
    ("P006", "statut", "« inconnu »"),
    ("P006", "date_debut", "date impossible"),
    ("P006", "emplois", "hors de la règle"),
    ("P006", "budget_k", "ce n’est pas un nombre"),
    ("P006", "consentement", "« peut-être »"),
    ("TOTAL", "id_projet", "ligne de total"),
}
LINES = {"P002": 3, "P003": 5, "P005": 7, "P006": 8, "TOTAL": 10}
CSV = ["reg_utf8.csv", "reg_bom.csv", "reg_cp1252.csv", "reg_utf16.csv", "reg_comma.csv", "reg_mac.csv"]


@pytest.fixture
def dirty(make_corpus):
    folder = make_corpus()
    for name in ("tables", "variables", "choices"):
        shutil.copy(DIRTY / "codebook" / f"{name}.csv", folder)
    return folder


def errors(problems):
    return problems[problems["niveau"] == "erreur"]


@pytest.mark.parametrize("name", CSV)
def test_a_dirty_csv_gives_exactly_its_twelve_faults(dirty, name):
    if name == "reg_mac.csv":
        text = (DIRTY / "reg_utf8.csv").read_text(encoding="utf-8")
        (dirty / "registre.csv").write_bytes(text.encode("mac_roman"))
    else:
        shutil.copy(DIRTY / name, dirty / "registre.csv")
    problems = check_corpus(dirty)
    found = errors(problems)
    assert len(found) == 12
    for project, column, words in FAULTS:
        match = found[(found["ligne"] == LINES[project]) & (found["colonne"] == column)]
        assert match["probleme"].str.contains(words).any(), (project, column)
    alerts = problems.loc[problems["niveau"] == "alerte", "probleme"].tolist()
    assert any("exécuterait" in alert for alert in alerts)
    assert any("codage" in alert for alert in alerts) == (name in ("reg_cp1252.csv", "reg_mac.csv"))


@pytest.mark.parametrize("name", ["reg.xlsx", "reg.ods"])
def test_a_dirty_spreadsheet_gives_its_thirteen_faults_and_says_what_it_hides(dirty, name):
    shutil.copy(DIRTY / name, dirty)
    problems = check_corpus(dirty)
    found = errors(problems)
    shift = {"P002": 6, "P003": 8, "P005": 10, "P006": 11, "TOTAL": 13}
    for project, column, words in FAULTS:
        match = found[(found["ligne"] == shift[project]) & (found["colonne"] == column)]
        assert match["probleme"].str.contains(words).any(), (project, column)
    others = found[(found["ligne"] == 11) & (found["colonne"] == "nom")]
    assert len(found) == 13 and len(others) == 1
    assert ("B11" in others["valeur"].item()) or ("B11" in others["probleme"].item())
    alerts = problems.loc[problems["niveau"] == "alerte", ["ligne", "valeur", "probleme"]]
    said = {(line, words) for line, value, text in alerts.itertuples(index=False)
            for words in ("au-dessus de l’en-tête", "fusionnées", "masquée") if words in text}  # fmt: skip
    assert said == {(4, "au-dessus de l’en-tête"), (7, "fusionnées"), (0, "masquée"), (4, "masquée")}
    assert "C7:C8" in alerts["valeur"].tolist()
