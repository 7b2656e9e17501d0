"""`ect diff`: what changed from one execution to another, by how much, and why."""

import json
import shutil

import pandas as pd
import pytest

import ect_research as ect
from ect_research.cli import main
from ect_research.corpus.reporting.plain_console import PlainConsole
from ect_research.errors import StudyError
from ect_research.figures.page.csv_tables import TextTable
from ect_research.study.commands.run_commands import diff_command
from ect_research.study.documents.compare_outputs import compare_outputs, compare_tables
from ect_research.study.publishing.publish import save_exhibit
from ect_research.words import tell
from tests.common import plain

STUDY = """titre = "Essai"
corpus = "essai"
[[execution]]
id = "un"
carnet = "a.ipynb"
parametres = { facteur = 1 }
"""
CELLS = [("parameters", "facteur = 1  # multiplie")]


@pytest.fixture
def execute(run_saving):
    """Run the study; its notebook saves a figure, a table and a refusal."""

    def save(task):
        factor = task.parameters["facteur"]

        def draw(theme):
            figure = theme.new_figure(40)
            figure.text(0.1, 0.1 * min(factor, 3), "ici")
            return figure

        same = pd.DataFrame({"a": [1]})
        numbers = pd.DataFrame({"a": ["x", "y"], "n": [1.0, 2.5 * factor]})
        save_exhibit(ect.show_figure(draw, same, ect.Caption("Titre", "n = 1", "S")), "dessin")
        save_exhibit(ect.show_table(numbers, title="T", n="n = 2"), "nombres")
        refused = ect.Refusal(tell("la courbe"), tell("il en faut 10.")) if factor < 3 else same
        save_exhibit(ect.show_table(refused, title="Courbe", n="n = 1"), "courbe")

    return lambda path, folder: run_saving(path, save, folder=folder).folder


def test_each_change_is_told_with_its_size_and_its_cause(make_project, execute, tmp_path, capsys):
    path = make_project(STUDY, a=CELLS)
    old = execute(path, tmp_path / "ancien")
    path.write_text(STUDY.replace("facteur = 1", "facteur = 3"), encoding="utf-8")
    new = execute(path, tmp_path / "nouveau")
    found = compare_outputs(old, new)
    assert {change.result: change.what for change in found.changes} == {
        "dessin": "le dessin change, les données sont les mêmes",
        "nombres": "1 cellule change, écart le plus grand : 5 (colonne n, 2,5 → 7,5)",
        "courbe": "refus devenu tableau",
    }
    assert [str(cause) for cause in found.causes["un"]] == ["le paramètre facteur est passé de 1 à 3"]
    assert list(found.causes) == ["un"]
    assert main(["diff", str(old), str(new)]) == 1
    shown = plain(capsys.readouterr().out)
    assert "cause : le paramètre facteur est passé de 1 à 3" in shown and "3 changements." in shown


@pytest.mark.croisement
@pytest.mark.parametrize(("language", "said"), [("fr", "a, b, c — autre refus : il en faut 12."),
                                                ("en", "a, b, c — another refusal: il en faut 12.")])  # fmt: skip
def test_what_changes_alike_in_several_results_is_told_once(make_project, run_saving, tmp_path, capsys, language, said):
    def save(task):
        needed = tell("il en faut {n}.", n=10 + task.parameters["facteur"])
        for name, what in (("a", "la courbe"), ("b", "la carte"), ("c", "le plan")):
            save_exhibit(ect.show_table(ect.Refusal(tell("{what}", what=what), needed), title="T", n="n = 1"), name)

    path, folders = make_project(STUDY, a=CELLS), []
    for factor in (1, 2):
        path.write_text(STUDY.replace("facteur = 1", f"facteur = {factor}"), encoding="utf-8")
        folders.append(run_saving(path, save, folder=tmp_path / str(factor)).folder)
    console = PlainConsole(language, width=200)
    assert diff_command(*folders, console) == 1
    shown = plain(capsys.readouterr().out)
    assert said in shown and shown.count("il en faut 12") == 1 and "3 " in shown.splitlines()[-1]


@pytest.mark.croisement
def test_two_identical_executions_have_no_difference(make_project, execute, tmp_path, capsys):
    path = make_project(STUDY, a=CELLS)
    old, new = execute(path, tmp_path / "ancien"), execute(path, tmp_path / "nouveau")
    assert compare_outputs(old, new).changes == ()
    assert main(["diff", str(old), str(new)]) == 0
    assert "Rien ne change." in capsys.readouterr().out


def test_runs_that_come_go_or_fail_are_told(make_project, execute, tmp_path):
    old = execute(make_project(STUDY, a=CELLS), tmp_path / "ancien")
    new = tmp_path / "nouveau"
    shutil.copytree(old, new)
    manifest = json.loads((new / "manifest.json").read_text("utf-8"))
    manifest["runs"][0].update(status="echec", cause="cellule 2", results=[])
    manifest["runs"].append({**manifest["runs"][0], "id": "deux"})
    (new / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    said = [(change.run, change.result, change.what) for change in compare_outputs(old, new).changes]
    assert ("un", "", "échoue désormais cellule 2") in said and ("deux", "", "exécution nouvelle") in said
    assert ("un", "nombres", "tableau en moins") in said
    assert ("deux", "", "exécution disparue") in [(c.run, c.result, c.what) for c in compare_outputs(new, old).changes]


def test_a_folder_that_holds_no_study_is_named(tmp_path):
    with pytest.raises(StudyError, match="manifest"):
        compare_outputs(tmp_path, tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ((("a",), [("1",)]), (("a",), [("1.0000000000001",)]), ""),
        ((("a",), [("x",)]), (("a",), [("y",)]), "1 cellule change, d’abord colonne a : « x » → « y »"),
        ((("a",), [("1",), ("2",)]), (("a",), [("2",)]), "2 lignes, puis 1 (0 nouvelle, 1 disparue)"),
        ((("a", "b"), []), (("a", "c"), []), "colonnes disparues : b ; colonnes nouvelles : c"),
        ((("a", "b"), []), (("b", "a"), []), "les colonnes ont changé d’ordre"),
        ((("a",), [("",)]), (("a",), [("3",)]), "1 cellule change, d’abord colonne a : « vide » → « 3 »"),
    ],
)
def test_tables_are_compared_cell_by_cell_to_a_billionth(old, new, said):
    tables = [TextTable(header, tuple(rows), ()) for header, rows in (old, new)]
    assert compare_tables(*tables) == said
