"""`ect lab`, and a notebook run by hand: what a person does in JupyterLab is what `ect run` does."""

import io
import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from rich.console import Console

from ect_research.errors import EctError
from ect_research.study import lab
from ect_research.study.engine import run_study
from ect_research.study.kernel_environment import kernel_environment
from ect_research.study.lab import PACK, lab_arguments, lab_command, lab_environment
from ect_research.study.parallel import Workers

STUDY = 'titre = "Essai"\ncorpus = "essai"\n[[execution]]\nid = "un"\ncarnet = "a.ipynb"\n'
READS = ("code", 'len(ect.load_corpus("essai").tables["projets"])')


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for kind in ("figures", "tables") for path in (folder / kind).rglob("*.*")}


@pytest.mark.study
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
    monkeypatch.chdir(make_project(STUDY, a=[READS]).parents[1])
    asked = []
    monkeypatch.setattr(
        lab.subprocess, "run", lambda *words, **kept: asked.append((words, kept)) or subprocess.CompletedProcess([], 0)
    )
    told = Console(record=True, width=200, quiet=False, file=io.StringIO())
    monkeypatch.setattr(lab, "find_spec", lambda name: None if name == PACK else find_spec(name))
    assert lab_command(told, browser=False) == 0
    assert "pip install jupyterlab-language-pack-fr-FR" in told.export_text()
    ((command,), kept) = asked[0]
    assert command[:3] == [sys.executable, "-m", "jupyterlab"] and command[3].endswith("notebooks")
    assert (
        kept["env"]["OMP_NUM_THREADS"] == "1"
        and kept["env"].get("MPLBACKEND") != "module://matplotlib_inline.backend_inline"
    )
    monkeypatch.setattr(lab, "find_spec", lambda _: None)
    with pytest.raises(EctError, match="pip install jupyterlab"):
        lab_command(told)


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
    assert (
        place == tmp_path and json.loads(said.stdout)["@jupyterlab/translation-extension:plugin"]["locale"] == "fr_FR"
    )
    assert lab_arguments(tmp_path)[-1] == f"--ServerApp.root_dir={tmp_path}"
