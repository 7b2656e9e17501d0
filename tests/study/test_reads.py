"""« À jour » is proved: what a notebook reads counts as it was when it opened it, whatever way it reads it."""

import os
import re
import sqlite3
from pathlib import Path

import pytest

import ect_research
from ect_research.study.definition.study_file import read_study
from ect_research.study.engine.engine import StudyReport, run_study
from ect_research.study.engine.plan import plan_study
from ect_research.study.kernels.kernel_environment import kernel_environment
from ect_research.study.outputs.output_folder import output_folder_of
from ect_research.study.running.parallel import Workers

pytestmark = [pytest.mark.study, pytest.mark.xdist_group("noyaux")]
HEAD = 'titre = "Essai"\ncorpus = "essai"\n'
SAVE = (
    "code",
    """import ect_research as ect
refus = ect.Refusal(ect.tell("un compte"), ect.tell("{valeur} !", valeur=str(valeur)))
ect.open_study(source="Essai").publish("t", ect.show_table(refus, title="T", n="n = 1"))""",
)
WAYS = {
    "paquet": "import outils\nvaleur = outils.V",
    "sous-module": "from outils.interne import V as valeur",
    "programme-joue": "%run calc.py",
    "texte-joue": 'exec(open("calc.py").read())',
    "chemin": 'import sys\nsys.path.insert(0, "../lib")\nimport aide\nvaleur = aide.V',
    "base": 'import sqlite3\nvaleur = sqlite3.connect("base.db").execute("select v from t").fetchone()',
    "pickle": 'import pandas as pd\nvaleur = pd.read_pickle("objet.pkl")',
    "liste": 'import os\nvaleur = sorted(os.listdir("../donnees"))',
    "motif": 'from glob import glob\nvaleur = len(glob("../donnees/*.csv"))',
    "chemins": 'from pathlib import Path\nvaleur = len(list(Path("../donnees").iterdir()))',
    "absent": 'from pathlib import Path\nvaleur = Path("options.txt").exists()',
    "module-absent": "try:\n    import reglages\n    valeur = 1\nexcept ImportError:\n    valeur = 0",
    "dehors": 'valeur = open("../../dehors.txt").read()',
    "enregistre": 'valeur = open("mesure.txt").read()\nopen("mesure.txt", "w").write(valeur + "2")',
    "demande-puis-lu": 'from pathlib import Path\nvaleur = Path("calc.py").exists() and open("calc.py").read()',
    "lu-s-il-est-la": 'from pathlib import Path\nvaleur = Path("x.txt").exists() and 1\nopen("x.txt", "w").write("x")',
    "les-siens": 'open("brouillon.txt", "w").write("x")\nvaleur = open("brouillon.txt").read()',
    "rien": "valeur = 1",
}
NOT_TOUCHED = {"les-siens", "rien", "lu-s-il-est-la"}


def write_inputs(root: Path, value: int) -> None:
    for name in ("notebooks/outils", "lib", "donnees"):
        (root / name).mkdir(exist_ok=True)
    for name in ("notebooks/outils/__init__.py", "notebooks/outils/interne.py", "lib/aide.py"):
        (root / name).write_text(f"V = {value}\n", encoding="utf-8")
    (root / "notebooks/calc.py").write_text(f"valeur = {value}\n", encoding="utf-8")
    (root.parent / "dehors.txt").write_text(f"{value}", encoding="utf-8")
    (root / "notebooks/base.db").unlink(missing_ok=True)
    base = sqlite3.connect(root / "notebooks/base.db")
    base.execute("create table t (v)")
    base.execute("insert into t values (?)", (value,))
    base.commit()
    base.close()
    import pandas as pd

    pd.to_pickle(value, root / "notebooks/objet.pkl")
    (root / f"donnees/{value}.csv").write_text("x", encoding="utf-8")


def causes(path: Path) -> dict[str, tuple[object, ...]]:
    study = read_study(path)
    return {one.run.id: one.causes for one in plan_study(study, output_folder_of(study.name, study.root, None))}


def sections(names) -> str:
    return "".join(f'[[execution]]\nid = "{name}"\ncarnet = "{name}.ipynb"\n' for name in names)


@pytest.fixture(scope="module", params=[False, True], ids=["forked", "plain"])
def read_in_all_ways(request, new_project) -> Path:
    path = new_project(HEAD + sections(WAYS), **{name: [("code", code), SAVE] for name, code in WAYS.items()})
    root = path.parent.parent
    write_inputs(root, 1)
    (root / "notebooks/mesure.txt").write_text("1", encoding="utf-8")
    report = run_study(path, executor=Workers(plain_kernels=request.param))
    assert report.succeeded, [one.cause for one in report.reports]
    assert {name for name, why in causes(path).items() if why} == {"enregistre", "lu-s-il-est-la"}, causes(path)
    assert run_study(path, executor=Workers(plain_kernels=request.param), only=["lu-s-il-est-la"]).succeeded
    assert {name for name, why in causes(path).items() if why} == {"enregistre"}
    assert str(root) not in (report.folder / "manifest.json").read_text("utf-8")
    write_inputs(root, 22)
    (root / "notebooks/options.txt").touch()
    (root / "notebooks/reglages.py").touch()
    return path


@pytest.mark.croisement
@pytest.mark.parametrize("way", WAYS)
def test_what_a_notebook_read_counts_whatever_way_it_read_it(read_in_all_ways, way):
    assert bool(causes(read_in_all_ways)[way]) == (way not in NOT_TOUCHED)


UNFOLLOWED = {
    "lance": ('import subprocess\nsubprocess.run(["true"])\nvaleur = 1', "lance un programme"),
    "commande": ("import os\nvaleur = os.system('true')", "lance un programme"),
    "reseau": ("import socket\nvaleur = socket.socket().connect_ex(('192.0.2.1', 9)) and 1", "va sur le réseau"),
    "heure": ("import datetime\nvaleur = datetime.date.today()", "lit l’heure"),
    "relit": ("import os\nvaleur = len(os.listdir('../outputs/etude')) * 0", "relit les sorties"),
    "ecrit": ("open('../outputs/etude/intrus.csv', 'w').write('x')\nvaleur = 1", "écrit lui-même dans les sorties"),
    "non-publie": (
        "import os\nd = os.environ['ECT_SORTIES']\nos.makedirs(d + '/tables')\nvaleur = open(d + '/tables/x', 'w').write('x')",
        "écrit lui-même dans les sorties",
    ),
    "saute": ("valeur = 1", "skip-execution"),
    "suivi": ("valeur = 1", ""),
}


@pytest.fixture(scope="module")
def unfollowed(new_project) -> tuple[Path, StudyReport]:
    cells = {name: [("code", code), SAVE] for name, (code, _) in UNFOLLOWED.items()}
    path = new_project(HEAD + sections(cells), **cells)
    import nbformat

    node = nbformat.read(path.parent / "saute.ipynb", as_version=4)
    node.cells.insert(1, nbformat.v4.new_code_cell("valeur = 2", id="x", metadata={"tags": ["skip-execution"]}))
    nbformat.write(node, path.parent / "saute.ipynb")
    return path, run_study(path, executor=Workers())


@pytest.mark.croisement
@pytest.mark.parametrize("name", UNFOLLOWED)
def test_what_nobody_can_follow_is_said_under_the_result_and_in_the_status(unfollowed, name):
    path, report = unfollowed
    assert report.succeeded
    study, said = read_study(path), UNFOLLOWED[name][1]
    plan = plan_study(study, output_folder_of(study.name, study.root, None))
    remarks = " ".join(map(str, next(one.remarks for one in plan if one.run.id == name)))
    under = report.records[name].outputs[0].reading
    assert (said in remarks and said in under) if said else not remarks + under
    assert not any(name.startswith("outputs/") for one in report.reports for name in one.seen.reads)


def test_a_parameter_changed_further_on_is_said(make_project):
    cells = [
        ("parameters", "k = 1\nn = 2"),
        ("code", "for k in range(3):\n    def f(n=4):\n        n = 5"),
        ("code", "n += 1"),
    ]
    study = read_study(make_project(HEAD + sections(["a"]), a=cells))
    said = [str(remark) for remark in study.runs[0].notebook.remarks]
    assert ["n° 2 change le paramètre k" in said[0], "n° 3 change le paramètre n" in said[1]] == [True, True]
    assert len(said) == 2


@pytest.mark.croisement
def test_an_executed_copy_taken_back_as_a_notebook_gives_what_the_study_gives(make_project):
    import shutil

    def study(k: int) -> str:
        return HEAD + sections(["a"]) + (f"parametres = {{ valeur = {k} }}\n" if k else "")

    path = make_project(study(2), a=[("parameters", "valeur = 1"), SAVE])
    said = []
    for k in (2, 3, 0):
        path.write_text(study(k), encoding="utf-8")
        report = run_study(path, executor=Workers(plain_kernels=True))
        said.append(report.records["a"].outputs[0].refusal_fr)
        shutil.copy(report.folder / "notebooks/a.ipynb", path.parent / "a.ipynb")
    assert [one.strip()[-3] for one in said] == ["2", "3", "1"]


DRAWS = """import os, sys
import matplotlib as mpl
from matplotlib import style
try:
    valeur = VALEUR_DE_PERSONNE
except NameError:
    valeur = "propre"
valeur = [valeur, mpl.rcParams["lines.linewidth"], "a-moi" in style.available, "intrus" in "".join(sys.path)]"""


@pytest.mark.croisement
@pytest.mark.parametrize("plain", [False, True])
def test_what_a_person_set_elsewhere_changes_nothing(make_project, tmp_path, monkeypatch, plain):
    path = make_project(HEAD + sections(["a"]), a=[("code", DRAWS), SAVE])
    (tmp_path / "depart.py").write_text("VALEUR_DE_PERSONNE = 1", encoding="utf-8")
    for place in (tmp_path / "mpl", path.parent, path.parent.parent):
        place.mkdir(exist_ok=True)
        (place / "matplotlibrc").write_text("lines.linewidth: 9\n", encoding="utf-8")
    (tmp_path / "mpl/stylelib").mkdir()
    (tmp_path / "mpl/stylelib/a-moi.mplstyle").write_text("lines.linewidth: 9\n", encoding="utf-8")
    (tmp_path / "ipython/profile_default/startup").mkdir(parents=True)
    (tmp_path / "ipython/profile_default/startup/a.py").write_text("VALEUR_DE_PERSONNE = 2", encoding="utf-8")
    for name, value in {"PYTHONSTARTUP": "depart.py", "MATPLOTLIBRC": "mpl", "MPLCONFIGDIR": "mpl", "IPYTHONDIR": "ipython",
                        "PYTHONPATH": "intrus"}.items():  # fmt: skip
        monkeypatch.setenv(name, str(tmp_path / value))
    monkeypatch.chdir(path.parent.parent)
    report = run_study(path, executor=Workers(plain_kernels=plain))
    assert "['propre', 1.5, False, False]" in report.records["a"].outputs[0].refusal_fr, report.reports


VARIABLES = {
    "demandee": "import os\nvaleur = os.environ['ECT_MODE']",
    "par-getenv": "from os import getenv\nvaleur = getenv('ECT_MODE', 'rien')",
    "absente": "import os\nvaleur = os.getenv('ECT_ABSENT', 'rien')",
    "cherchee": "import os\nvaleur = 'ECT_ABSENT' in os.environ",
    "toutes": "import os\nvaleur = sorted(k for k, v in os.environ.items() if k.startswith('ECT_A'))",
    "par-un-voisin": "import aide\nvaleur = aide.mode()",
    "la-sienne": "import os\nos.environ['A_MOI'] = '1'\nvaleur = os.environ['A_MOI']",
    "aucune": "from pathlib import Path\nimport os\nvaleur = len(str(Path.home())) * 0 + os.cpu_count() * 0",
}


@pytest.mark.croisement
@pytest.mark.parametrize("plain", [False, True])
def test_a_variable_that_a_notebook_asked_for_counts_and_no_other(make_project, monkeypatch, plain):
    monkeypatch.setenv("ECT_MODE", "secret-un")
    path = make_project(
        HEAD + sections(VARIABLES), **{name: [("code", code), SAVE] for name, code in VARIABLES.items()}
    )
    (path.parent / "aide.py").write_text("import os\ndef mode():\n    return os.environ['ECT_MODE']\n", "utf-8")
    report = run_study(path, executor=Workers(plain_kernels=plain))
    assert report.succeeded and not any(causes(path).values())
    assert "secret-un" not in "".join(f.read_text("utf-8") for f in (report.folder / "resultats").iterdir()
                                      if f.stem not in ("demandee", "par-getenv", "par-un-voisin"))  # fmt: skip
    monkeypatch.setenv("ECT_AUTRE", "1")
    assert {name for name, why in causes(path).items() if why} == {"toutes"}
    monkeypatch.delenv("ECT_AUTRE")
    monkeypatch.setenv("ECT_MODE", "secret-deux")
    changed = {name: " ; ".join(map(str, why)) for name, why in causes(path).items() if why}
    assert set(changed) == {"demandee", "par-getenv", "par-un-voisin", "toutes"}
    assert changed["demandee"] == "la variable d’environnement ECT_MODE a changé"
    again = run_study(path, executor=Workers(plain_kernels=plain))
    assert {one.id for one in again.reports} == set(changed) and not any(causes(path).values())
    assert "secret-deux" in again.records["demandee"].outputs[0].refusal_fr
    monkeypatch.setenv("ECT_MODE", "secret-deux")
    monkeypatch.setenv("ECT_ABSENT", "1")
    assert {name for name, why in causes(path).items() if why} == {"absente", "cherchee", "toutes"}


@pytest.mark.croisement
def test_the_secret_key_counts_where_a_pseudonym_hangs_on_it_and_nowhere_else(make_project, monkeypatch):
    monkeypatch.setenv("ECT_CLE", "0123456789abcdef")
    cells = [("code", "import ect_research as ect\nvaleur = len(ect.open_study('essai').table('projets'))"), SAVE]
    path = make_project(HEAD + sections(["a"]), a=cells)
    corpus = path.parents[1] / "surveys/essai"
    assert run_study(path).succeeded
    monkeypatch.setenv("ECT_CLE", "fedcba9876543210")
    assert not any(causes(path).values())
    (corpus / "private").mkdir()
    head = "acteur_id;nom;nature;source_id;certitude\n"
    (corpus / "private/acteurs.csv").write_text(head + "A1;Zoé Inventée;personne;S1;2_declare\n", encoding="utf-8")
    (corpus / "acteurs.csv").write_text(head + "A2;Le Four;organisation;S1;2_declare\n", encoding="utf-8")
    source = corpus / "source.toml"
    source.write_text(source.read_text("utf-8").replace("protege = []", 'protege = ["personnes"]'), encoding="utf-8")
    report = run_study(path)
    assert report.succeeded, [one.cause for one in report.reports]
    assert not any(causes(path).values()) and "fedcba" not in (report.folder / "manifest.json").read_text("utf-8")
    (path.parents[2] / "cle").write_text("fedcba9876543210\n", encoding="utf-8")
    monkeypatch.delenv("ECT_CLE")
    monkeypatch.setenv("ECT_CLE_FICHIER", str(path.parents[2] / "cle"))
    assert not any(causes(path).values())
    (path.parents[2] / "cle").write_text("0123456789abcdef\n", encoding="utf-8")
    assert [str(why) for why in causes(path)["a"]] == ["la variable d’environnement ECT_CLE a changé"]


def test_the_language_of_a_kernel_is_that_of_the_study_whatever_a_person_set(make_project, monkeypatch):
    path = make_project(HEAD + sections(["a"]), a=[("code", "import os\nvaleur = os.environ['ECT_LANGUE']"), SAVE])
    monkeypatch.setenv("ECT_LANGUE", "en")
    assert "fr" in run_study(path, executor=Workers(plain_kernels=True)).records["a"].outputs[0].refusal_fr
    monkeypatch.delenv("ECT_LANGUE")
    assert not any(causes(path).values())
    path.write_text(path.read_text("utf-8").replace("corpus =", 'langue = "en"\ncorpus ='), encoding="utf-8")
    assert "ECT_LANGUE" in " ".join(map(str, causes(path)["a"]))


# Where the library reads its environment, and why a result of a study cannot depend on it unseen.
ASKED = {
    "corpus/people/secret_key.py": "the key of pseudonyms: in the key of the runs whose corpus hangs on it",
    "errors.py": "the language of an error in a notebook: given by the study",
    "study/commands/command_line.py": "the language of the terminal",
    "study/commands/lab.py": "JupyterLab is given that of its user",
    "study/kernels/audit_events.py": "what notebooks ask is heard",
    "study/kernels/file_reads.py": "given by the runner",
    "study/kernels/fork_server.py": "a kernel is given its own",
    "study/kernels/kernel_environment.py": "chooses what kernels are given; where matplotlib keeps its list of fonts",
    "study/kernels/kernel_main.py": "who started a kernel",
    "study/base/result_record.py": "where to save: given by the runner; the name of a notebook worked by hand",
    "study/running/progress.py": "a bar or none, on a terminal",
}


def test_it_was_decided_for_each_variable_that_the_library_reads():
    library = Path(ect_research.__file__).parent
    asking = {path.relative_to(library).as_posix() for path in library.rglob("*.py")
              if re.search(r"os\.environ|getenv", path.read_text("utf-8"))}  # fmt: skip
    assert asking == set(ASKED)


def test_only_what_says_where_things_are_reaches_a_kernel(monkeypatch):
    monkeypatch.setenv("ECT_JETON", "secret d’un carnet")
    monkeypatch.setenv("OMP_NUM_THREADS", "64")
    monkeypatch.setenv("PYTHONINSPECT", "1")
    found = kernel_environment()
    assert found["ECT_JETON"] and found["OMP_NUM_THREADS"] == "1" and "PYTHONINSPECT" not in found
    assert found["PATH"] == os.environ["PATH"]
