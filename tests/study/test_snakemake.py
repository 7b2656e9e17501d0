"""A study given to Snakemake: every run is a rule, and what comes out has the bytes of ``ect run``."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import ect_research
from ect_research.errors import StudyError
from ect_research.study.definition.study_file import read_study
from ect_research.study.engine.engine import run_study
from ect_research.study.engine.single_steps import Steps, run_step
from ect_research.study.engine.snakefile import snakefile
from ect_research.study.running.parallel import Workers

HEAD = 'titre = "Essai"\ncorpus = "essai"\n'
SECTIONS = """[[execution]]
id = "bon-un"
carnet = "bon.ipynb"
delai = 90
[[execution]]
id = "bon-deux"
carnet = "bon.ipynb"
parametres = { hauteur = 7 }
"""
TABLE = "import pandas as pd\nimport ect_research as ect\ndonnees = pd.DataFrame({'hauteur': [hauteur]})"


def files_of(folder: Path) -> dict[str, bytes]:
    kept = (p for p in sorted(folder.rglob("*")) if p.is_file() and p.name not in ("journal.json", ".fuites.json"))
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in kept}


def test_each_run_is_a_rule_with_its_inputs_parameters_and_output(make_project, good_cells):
    study = read_study(make_project(HEAD + SECTIONS, bon=good_cells))
    text = snakefile(study, "Snakefile")
    compile(text.partition("rule tout")[0], "head", "exec")
    assert text.count("\nrule execution_") == 2 and "rule execution_bon_deux:" in text
    rule = text.partition("rule execution_bon_deux:")[2].partition("\nrule ")[0]
    assert '"notebooks/bon.ipynb"' in rule and '"surveys/essai/projets.csv"' in rule and '\\"hauteur\\": 7' in rule
    assert 'output: "outputs/.etapes/etude/bon-deux/resultats/bon-deux.json"' in rule
    assert "runtime=2" in text.partition("rule execution_bon_un:")[2].partition("\nrule ")[0]
    assert str(study.root) not in text


@pytest.mark.study
def test_steps_put_together_have_the_bytes_of_the_whole_and_stale_ones_are_refused(make_project, good_cells):
    path = make_project(HEAD + SECTIONS, bon=[good_cells[1], ("code", TABLE), good_cells[4]])
    study, steps = read_study(path), path.parent.parent / "etapes"
    assert run_step(study, "bon-un", steps / "bon-un").status == "reussi"
    with pytest.raises(StudyError, match=r"bon-deux.*jamais exécuté"):
        run_study(study, folder=path.parent.parent / "b", executor=Steps(study, steps))
    assert files_of(path.parent.parent / "b").keys() <= {".verrou"}
    assert run_step(study, "bon-deux", steps / "bon-deux").status == "reussi"
    whole = run_study(study, folder=path.parent.parent / "a", executor=Workers(jobs=2))
    together = run_study(study, folder=path.parent.parent / "b", executor=Steps(study, steps))
    assert together.succeeded and files_of(whole.folder) == files_of(together.folder)


@pytest.mark.study
def test_snakemake_plans_every_rule_and_gives_the_same_bytes(make_project, good_cells):
    pytest.importorskip("snakemake", reason="snakemake is not installed: it is only one of the schedulers one may use")
    path = make_project(HEAD + SECTIONS, bon=good_cells)
    root = path.parent.parent
    whole = run_study(path, folder=root / "a", executor=Workers(jobs=2))
    (root / "Snakefile").write_text(snakefile(read_study(path), "Snakefile"), encoding="utf-8")
    ect = f"ect={sys.executable} -m ect_research"
    words = [sys.executable, "-m", "snakemake", "--config", ect]
    library = str(Path(ect_research.__file__).parent.parent)
    environment = {**os.environ, "PYTHONPATH": library, "CI": "1"}
    planned = subprocess.run([*words, "-n"], cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert planned.returncode == 0 and planned.stdout.count("rule execution_bon_") >= 2, planned.stderr
    made = subprocess.run([*words, "-j2"], cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stdout + made.stderr
    assert files_of(whole.folder) == files_of(root / "outputs/etude")
