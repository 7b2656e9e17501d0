"""``ect lab``: JupyterLab on the notebooks of the project, in French where its language pack is installed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from ect_research.errors import EctError
from ect_research.study.base.run_settings import FIXED_ENVIRONMENT

if TYPE_CHECKING:
    from rich.console import Console

PACK = "jupyterlab_language_pack_fr_FR"
_HOW = (
    "L’interface sera en anglais ; pour l’avoir en français : "
    'python -m pip install -c constraints.txt -e ".[lab]" (ou : python -m pip install jupyterlab-language-pack-fr-FR)'
)
_LOCALE = {"@jupyterlab/translation-extension:plugin": {"locale": "fr_FR"}}
# JupyterLab would ask whether to fetch news, and look for a newer version of itself.
_OFFLINE = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}}
# The backend is chosen by Jupyter itself.
_LEFT_TO_JUPYTER = "MPLBACKEND"


def lab_command(console: Console, *, browser: bool = True) -> int:
    """Open JupyterLab on ``notebooks/`` and wait for its end.

    Args:
        console: where to speak.
        browser: whether it opens a browser.

    Returns:
        0, or the code of JupyterLab when it failed.

    Raises:
        EctError: JupyterLab is not installed, or there is no project here.
    """
    from ect_research.study.commands.study_here import project_here

    folder = project_here() / "notebooks"
    if find_spec("jupyterlab") is None:
        raise EctError("JupyterLab n’est pas installé : python -m pip install jupyterlab")
    french = find_spec(PACK) is not None
    if not french:
        console.print(_HOW, markup=False)
    console.print(f"JupyterLab s’ouvre sur {folder} ; Ctrl-C ici pour le fermer.", markup=False)
    with TemporaryDirectory() as aside:
        command = lab_arguments(folder, browser=browser)
        try:
            return subprocess.run(command, env=lab_environment(Path(aside), french=french), check=False).returncode
        except KeyboardInterrupt:
            return 0


def lab_arguments(folder: Path, *, browser: bool = True) -> list[str]:
    """The command that starts JupyterLab on a folder."""
    quiet = [] if browser else ["--no-browser"]
    return [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder}", *quiet]


def lab_environment(aside: Path, *, french: bool) -> dict[str, str]:
    """The environment of JupyterLab: its kernels compute as those of ``ect run`` do.

    Args:
        aside: an empty folder, for what JupyterLab starts with; what a person chose in the menus still wins.
        french: whether the interface can be in French.
    """
    fixed = {name: value for name, value in FIXED_ENVIRONMENT.items() if name != _LEFT_TO_JUPYTER}
    environment = {**os.environ, **fixed}
    (aside / "labconfig").mkdir(exist_ok=True)
    chosen = {**_OFFLINE, **(_LOCALE if french else {})}
    (aside / "labconfig/default_setting_overrides.json").write_text(json.dumps(chosen), encoding="utf-8")
    places = [str(aside), environment.get("JUPYTER_CONFIG_PATH", "")]
    environment["JUPYTER_CONFIG_PATH"] = os.pathsep.join(place for place in places if place)
    return environment
