"""An English study tells in English why it is stale, how a run failed and what the gate adds; what stays French says so."""

from datetime import date

import pytest

from ect_research.corpus.checked.side_files import Waiver
from ect_research.study.documents.document_words import Words
from ect_research.study.outputs import rerun_causes
from ect_research.words import quoted, tell

KEY = {
    "carnet": ["a", "b"],
    "parametres": {"annee": 2024, "vieux": 1},
    "corpus": {"projets.csv": "1"},
    "carte": {"fond.gpkg": "1"},
    "bibliotheque": {f"m{n}.py": "1" for n in range(7)},
    "lectures": {"x.csv": "1"},
    "versions": {"pandas": "3.0.0", "numpy": "2.0"},
    "reglages": {"graine": 1},
    "variables": {"ECT_MODE": "1"},
}
OTHER = {
    "carnet": ["a", "c"],
    "parametres": {"annee": 2026, "jeune": 1},
    "corpus": {"projets.csv": "2"},
    "carte": {"fond.gpkg": "2"},
    "bibliotheque": {},
    "lectures": {},
    "versions": {"pandas": "3.1.0"},
    "reglages": {"graine": 2},
    "variables": {},
}


@pytest.mark.parametrize("now", [OTHER, {**KEY, "carnet": ["a"]}, {**KEY, "carnet": ["x", "y"]}])
def test_every_change_between_two_keys_is_told_in_english(now):
    causes = rerun_causes.key_changes(KEY, now)
    assert causes
    for cause in causes:
        assert cause.sentence("en") != str(cause)


def test_changes_are_told_with_what_changed():
    said = [cause.sentence("en") for cause in rerun_causes.key_changes(KEY, OTHER)]
    assert "parameter annee went from 2024 to 2026" in said and "numpy went from 2.0 to nothing" in said
    assert "the library has changed (m0.py, m1.py, m2.py, m3.py and 3 others)" in said


def test_a_failure_names_its_cell_in_english_and_quotes_a_french_error_as_french():
    where = tell("cellule de code n° {n}", n=3)
    cause = tell("{where} (« {line} ») : {why}", where=where, line='f("a : b")', why=quoted("Le corpus « x » manque."))
    told = Words("en").said_html(cause)
    assert told == ('code cell 3 (“f(&quot;a : b&quot;)”): <span lang="fr">Le corpus «\u00a0x\u00a0» manque.</span>')
    assert "lang=" not in Words().said_html(cause)


def test_a_waiver_is_told_in_both_languages():
    waiver = Waiver("ages", "25-34", "CS", "accord écrit", date(2030, 1, 1), 2).sentence()
    assert waiver.sentence("en") == "Waiver for “25-34” by CS (accord écrit), valid until 01/01/2030"
    assert str(waiver) == "Dérogation pour « 25-34 » de CS (accord écrit), valable jusqu’au 01/01/2030"
