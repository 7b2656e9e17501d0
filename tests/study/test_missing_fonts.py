"""A font that is not on the machine: one plain sentence in the notebook, under its results, in the run and the status."""

import logging

import nbformat
import pytest

from ect_research import cli
from ect_research.figures.exhibit.missing_fonts import FontListener
from ect_research.study.definition.study_file import read_study
from ect_research.study.engine.engine import run_study
from ect_research.study.running.parallel import Workers
from tests.common import plain

NAME = "Police de Personne"
DRAWS = f"""import matplotlib.pyplot as plt
plt.rcParams["font.family"] = ["{NAME}", "DejaVu Sans"]
plt.figure().text(0.1, 0.5, "ici", family="{NAME}")
plt.gcf().text(0.1, 0.7, "encore")
plt.savefig("dessin.png")"""
SAVES = """import pandas as pd
import ect_research as ect
etude = ect.open_study(source="Essai", language=langue)
etude.publish("t", ect.show_table(pd.DataFrame({"n": [1]}), title="T", n="n = 1"))"""
SAID = {
    "fr": f"olice « {NAME} » n’est pas sur cette machine : une autre de sa liste la remplace, ou DejaVu Sans",
    "en": f"he font “{NAME}” is not on this machine: another of its list is taken instead, or DejaVu Sans",
}


@pytest.mark.study
@pytest.mark.croisement
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("alone", [True, False])
def test_a_font_that_is_not_there_is_said_everywhere_and_once(make_project, monkeypatch, capsys, language, alone):
    study = f'titre = "Essai"\ncorpus = "essai"\nlangue = "{language}"\n[[execution]]\nid = "a"\ncarnet = "a.ipynb"\n'
    draws = DRAWS.replace(', "DejaVu Sans"]', "]") if alone else DRAWS
    path = make_project(study, a=[("parameters", 'langue = "fr"'), ("code", draws), ("code", SAVES)])
    monkeypatch.chdir(path.parents[1])
    assert cli.main(["run", str(path), *["--plain-kernels"] * alone]) == 0
    said = plain(capsys.readouterr().out)
    assert said.count(SAID[language]) == 1 and "findfont" not in said
    folder = path.parents[1] / "outputs/etude"
    cells = nbformat.read(folder / "notebooks/a.ipynb", as_version=4).cells
    shown = plain("".join(one.get("text", "") for cell in cells for one in cell.get("outputs", ())))
    assert shown.count(SAID[language]) == 1 and "findfont" not in shown
    assert cli.main(["status", str(path)]) == 0
    assert plain(capsys.readouterr().out).count(SAID[language]) == 1
    (output,) = run_study(read_study(path), executor=Workers(plain_kernels=True)).records["a"].outputs
    assert SAID[language][1:] in plain(output.reading)


@pytest.mark.parametrize(("message", "arguments", "said"), [
    ("findfont: Font family %s not found. Falling back to %s.", (["Marianne"], "DejaVu Sans"), "La police « Marianne »"),
    ("findfont: Font family %r not found.", ("Marianne",), "La police « Marianne »"),
    ("findfont: Font family ['Marianne'] not found. Falling back to DejaVu Sans.", (), "La police « Marianne »"),
    ("findfont: Generic family %r not found because none of the following families were found: %s", ("serif", "A, B"),
     "La police « serif »"),
    ("findfont: Failed to find font weight %s for %s, now using %s.", (600, "Lato", 400), "graisse 600"),
    ("findfont: Failed to find font weight %s, now using %s.", (600, 400), "graisse 600"),
    ("generated new fontManager", (), "generated new fontManager"),
])  # fmt: skip
def test_what_matplotlib_says_of_fonts_in_each_of_its_ways_is_said_plainly_and_once(message, arguments, said):
    listener = FontListener("fr")
    records = [logging.LogRecord("m", logging.WARNING, "", 1, message, arguments, None) for _ in range(2)]
    shown = [listener.filter(record) for record in records]
    assert said in plain(records[0].getMessage())
    assert shown == [True, not message.startswith("findfont")]
    assert listener.missing == (["Marianne"] if "Marianne" in said else ["serif"] if "serif" in said else [])
