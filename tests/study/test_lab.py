"""`ect lab`, and a notebook run by hand: what a person does in JupyterLab is what `ect run` does."""

import io
import json
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

import ect_research as ect
from ect_research.corpus.reporting.plain_console import PlainConsole
from ect_research.errors import EctError
from ect_research.figures.page.csv_tables import TextTable, html_table
from ect_research.gate.shown_values import ShownTable
from ect_research.study.commands import lab
from ect_research.study.commands.lab import PACK, lab_arguments, lab_command, lab_environment
from ect_research.study.engine.engine import run_study
from ect_research.study.kernels.kernel_environment import kernel_environment
from ect_research.study.running.parallel import Workers
from ect_research.words import tell

STUDY = 'titre = "Essai"\ncorpus = "essai"\n[[execution]]\nid = "un"\ncarnet = "a.ipynb"\n'
READS = ("code", 'len(ect.load_corpus("essai").tables["projets"])')


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for kind in ("figures", "tables") for path in (folder / kind).rglob("*.*")}


@pytest.mark.study
@pytest.mark.croisement
def test_a_notebook_run_by_hand_gives_the_bytes_of_the_same_run(make_project, good_cells, monkeypatch):
    path = make_project(STUDY, a=[*good_cells, READS])
    made = run_study(path, executor=Workers(jobs=1)).folder
    node = nbformat.read(path.parent / "a.ipynb", as_version=4)
    for name, value in kernel_environment().items():
        monkeypatch.setenv(name, value)
    for name in ("SOURCE_DATE_EPOCH", "PYTHONHASHSEED", "OMP_NUM_THREADS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("JPY_SESSION_NAME", "notebooks/a.ipynb")
    NotebookClient(node, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}).execute()
    by_hand = files_of(path.parents[1] / "outputs/a-la-main/a")
    assert len(by_hand) == 7 and by_hand == files_of(made)


def test_the_lab_is_in_french_where_its_pack_is_and_says_how_to_get_it_elsewhere(make_project, monkeypatch, tmp_path):
    folder = make_project(STUDY, a=[READS]).parent
    (folder / "00_accueil.ipynb").touch()
    monkeypatch.chdir(folder.parent)
    asked = []

    class Ended:
        def __init__(self, *words, **kept):
            asked.append((words, kept))

        def wait(self, *_):
            return 0

        terminate = wait

    monkeypatch.setattr(lab.subprocess, "Popen", Ended)
    told = PlainConsole(record=True, width=200, quiet=False, file=io.StringIO())
    monkeypatch.setattr(lab, "find_spec", lambda name: None if name == PACK else find_spec(name))
    assert lab_command(told, browser=False) == 0
    assert "pip install jupyterlab-language-pack-fr-FR" in told.export_text(clear=False)
    ((command,), kept) = asked[0]
    assert command[:3] == [sys.executable, "-m", "jupyterlab"] and command[3].endswith("notebooks")
    assert f"/lab/tree/00_accueil.ipynb?token={kept['env']['JUPYTER_TOKEN']}" in told.export_text(clear=False)
    assert (
        kept["env"]["OMP_NUM_THREADS"] == "1"
        and kept["env"].get("MPLBACKEND") != "module://matplotlib_inline.backend_inline"
    )
    monkeypatch.setattr(lab, "find_spec", lambda _: None)
    with pytest.raises(EctError, match="pip install jupyterlab"):
        lab_command(told)


@pytest.mark.croisement
def test_the_choice_of_language_reaches_jupyterlab(tmp_path):
    place = Path(lab_environment(tmp_path, french=True)["JUPYTER_CONFIG_PATH"].split(":")[0])
    read = (
        "from jupyterlab_server.settings_utils import ConfigManager; import json; "
        "print(json.dumps(ConfigManager(config_dir_name='labconfig').get('default_setting_overrides')))"
    )
    said = subprocess.run(
        [sys.executable, "-c", read],
        env=lab_environment(tmp_path, french=True),
        capture_output=True,
        text=True,
        check=True,
    )
    chosen = json.loads(said.stdout)
    assert place == tmp_path and chosen["@jupyterlab/translation-extension:plugin"]["locale"] == "fr_FR"
    assert chosen["@jupyterlab/apputils-extension:notification"] == {"fetchNews": "false", "checkForUpdates": False}
    assert f"--ServerApp.root_dir={tmp_path}" in lab_arguments(tmp_path, 8888)
    assert "--LabApp.default_url=/lab/tree/a.ipynb" in lab_arguments(tmp_path, 8888, "/lab/tree/a.ipynb")


def test_the_installation_of_the_readme_gives_the_lab_in_french():
    root = Path(__file__).parents[2]
    readme, pinned = ((root / name).read_text("utf-8") for name in ("README.md", "constraints.txt"))
    extras = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    assert [name for name in extras["lab"] if name.startswith("jupyterlab-language-pack-fr-FR")]
    assert "jupyterlab-language-pack-fr-FR==" in pinned
    assert readme.count('-e ".[lab]"') == 3 and "-c constraints.txt -e . " not in readme


@pytest.mark.skipif(find_spec(PACK) is None, reason="le paquet de langue n’est pas installé (extra « lab »)")
def test_the_language_pack_speaks_french_to_jupyterlab():
    from jupyterlab_server.translation_utils import get_language_pack

    pack, message = get_language_pack("fr_FR")
    assert message == "" and pack["jupyterlab"]["menu\x04Run"] == ["Exécution"]


def test_a_notebook_shows_words_on_the_left_and_a_refusal_as_a_sentence():
    shown = ShownTable(
        html_table(TextTable(("nom", "n"), (("a", "1"),), ("n",)), numeric=("n",), caption="Noms"), "Noms"
    )
    html = shown._repr_html_()
    assert '<td style="text-align:left">a</td>' in html and '<th scope="col" style="text-align:left">nom</th>' in html
    assert 'style="text-align:right">1</td>' in html and '<caption style="text-align:left' in html
    refusal = ect.Refusal(tell("la courbe"), tell("il en faut 10."), tell("Dater 3 créations."))
    assert refusal._repr_markdown_() == f"> {refusal.sentence()}"


@pytest.mark.croisement
@pytest.mark.study
def test_a_mistake_of_a_person_is_one_sentence_in_a_notebook_and_a_mistake_of_the_program_its_calls(make_project):
    folder = make_project(STUDY, a=[READS]).parent
    cells = ['from ect_research.figures.page.theme import get_theme\nget_theme("admee")', "1 / 0"]
    node = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    NotebookClient(
        node, kernel_name="python3", allow_errors=True, resources={"metadata": {"path": str(folder)}}
    ).execute()
    ours, theirs = ("\n".join(cell.outputs[0]["traceback"]) for cell in node.cells)
    assert "Lecteur" in ours and "choisir parmi" in ours and "File" not in ours
    assert ours.splitlines()[0] == "Ligne 2 de la cellule :" and len(ours.splitlines()) == 2
    assert "Traceback" in theirs and "ZeroDivisionError" in theirs
