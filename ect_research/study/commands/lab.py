"""``ect lab``: JupyterLab on the notebooks of the project, in French where its language pack is installed."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from ect_research.errors import LANGUAGE_VARIABLE, EctError
from ect_research.study.base.run_settings import FIXED_ENVIRONMENT
from ect_research.study.commands.command_line import project_here, stoppable
from ect_research.words import mark

if TYPE_CHECKING:
    from ect_research.corpus.reporting.plain_console import PlainConsole

HOME = "00_accueil.ipynb"
_PATIENCE = 15
PACK = "jupyterlab_language_pack_fr_FR"
_HOW = mark(
    "L’interface sera en anglais ; pour l’avoir en français : "
    'python -m pip install -c constraints.txt -e ".[lab]" (ou : python -m pip install jupyterlab-language-pack-fr-FR)'
)
_LOCALE = {"@jupyterlab/translation-extension:plugin": {"locale": "fr_FR"}}
# JupyterLab would ask whether to fetch news, and look for a newer version of itself.
_OFFLINE = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}}
# The backend is chosen by Jupyter itself.
_LEFT_TO_JUPYTER = "MPLBACKEND"


def lab_command(console: PlainConsole, *, browser: bool = True) -> int:
    """Open JupyterLab on ``notebooks/`` and wait for its end; 0, or the code of JupyterLab when it failed."""
    folder = project_here() / "notebooks"
    if find_spec("jupyterlab") is None:
        raise EctError("JupyterLab n’est pas installé : python -m pip install jupyterlab")
    french = console.language == "fr" and find_spec(PACK) is not None
    if console.language == "fr" and not french:
        console.say(_HOW)
    port, key = _free_port(), secrets.token_urlsafe(24)
    page = f"/lab/tree/{HOME}" if (folder / HOME).is_file() else "/lab"
    console.say(
        "JupyterLab s’ouvre sur {folder}\nAdresse, s’il ne s’ouvre pas seul : {address}\nCtrl-C ici pour le fermer.",
        folder=folder, address=f"http://localhost:{port}{page}?token={key}",
    )  # fmt: skip
    with TemporaryDirectory() as aside:
        environment = lab_environment(Path(aside), french=french, key=key) | {LANGUAGE_VARIABLE: console.language}
        # A session of its own: Ctrl-C is ours, and JupyterLab is then asked to close its kernels before it leaves.
        process = subprocess.Popen(
            lab_arguments(folder, port, page, browser=browser), env=environment, start_new_session=True
        )
        try:
            with stoppable():
                return process.wait()
        except KeyboardInterrupt:
            return 0
        finally:
            _close(process)


def _close(process: subprocess.Popen[bytes]) -> None:
    """JupyterLab closes its kernels when it is asked to leave; it is killed when it does not."""
    process.terminate()
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port() -> int:
    """Jupyter's own port, or another where it is taken."""
    for wanted in (8888, 0):
        with socket.socket() as tried, suppress(OSError):
            tried.bind(("localhost", wanted))
            return int(tried.getsockname()[1])
    return 0


def lab_arguments(folder: Path, port: int, page: str = "/lab", *, browser: bool = True) -> list[str]:
    """The command that starts JupyterLab on a page of a folder."""
    quiet = [] if browser else ["--no-browser"]
    home = [f"--LabApp.default_url={page}"]
    address = [f"--ServerApp.port={port}", "--ServerApp.port_retries=0", "--Application.log_level=ERROR"]
    return [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder}", *address, *home, *quiet]


def lab_environment(aside: Path, *, french: bool, key: str = "") -> dict[str, str]:
    """The environment of JupyterLab: its kernels compute as those of ``ect run`` do.

    ``aside`` is an empty folder for what it starts with; what a person chose in the menus still wins.
    """
    fixed = {name: value for name, value in FIXED_ENVIRONMENT.items() if name != _LEFT_TO_JUPYTER}
    environment = {**os.environ, **fixed, **({"JUPYTER_TOKEN": key} if key else {})}
    (aside / "labconfig").mkdir(exist_ok=True)
    chosen = {**_OFFLINE, **(_LOCALE if french else {})}
    (aside / "labconfig/default_setting_overrides.json").write_text(json.dumps(chosen), encoding="utf-8")
    places = [str(aside), environment.get("JUPYTER_CONFIG_PATH", "")]
    environment["JUPYTER_CONFIG_PATH"] = os.pathsep.join(place for place in places if place)
    return environment
