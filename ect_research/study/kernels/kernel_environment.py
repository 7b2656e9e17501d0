"""The environment variables of a kernel: a list of those it is given, for what a person set elsewhere changes no result."""

from __future__ import annotations

import os
import tempfile
from functools import cache
from pathlib import Path

import ect_research
from ect_research.study.base.result_record import OUTPUT_VARIABLE
from ect_research.study.base.run_settings import FIXED_ENVIRONMENT
from ect_research.study.kernels.file_reads import ROOT_VARIABLE

# Where things are on this machine, and how to reach them; nothing that says how to compute or to draw.
_KEPT = frozenset((
    "APPDATA", "COMSPEC", "CONDA_PREFIX", "DYLD_LIBRARY_PATH", "HOME", "HTTPS_PROXY", "HTTP_PROXY", "LD_LIBRARY_PATH",
    "LOCALAPPDATA", "LOGNAME", "NO_PROXY", "PATH", "PATHEXT", "PROGRAMDATA", "REQUESTS_CA_BUNDLE", "SSL_CERT_DIR",
    "SSL_CERT_FILE", "SYSTEMDRIVE", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "USER", "USERNAME", "USERPROFILE",
    "VIRTUAL_ENV", "WINDIR",
))  # fmt: skip
_OURS = "ECT_"
_FOREIGN = (OUTPUT_VARIABLE, ROOT_VARIABLE)


def kernel_environment(outputs: Path | None = None, root: Path | None = None) -> dict[str, str]:
    """The environment of a kernel: this library, no user's start-up or style files, a fixed hash seed, one thread."""
    library = Path(ect_research.__file__).resolve().parent.parent
    kept = {
        key: value
        for key, value in os.environ.items()
        if (key.upper() in _KEPT or key.startswith(_OURS)) and key not in _FOREIGN
    }
    installed = library.name in ("site-packages", "dist-packages")
    own = {OUTPUT_VARIABLE: str(outputs), "IPYTHONDIR": str(outputs / ".ipython")} if outputs else {}
    own |= {ROOT_VARIABLE: str(root)} if root else {}
    drawing = {"MATPLOTLIBRC": os.devnull, "MPLCONFIGDIR": _drawing_folder()}
    homeless = {"HOME": _drawing_folder()} if os.name == "posix" and "HOME" not in kept else {}
    path = {} if installed else {"PYTHONPATH": str(library)}
    return homeless | kept | FIXED_ENVIRONMENT | drawing | own | path | {"PYDEVD_DISABLE_FILE_VALIDATION": "1"}


@cache
def _drawing_folder() -> str:
    """Where matplotlib keeps its list of fonts from one study to the next, and nobody their own styles."""
    caches = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    try:
        folder = (Path(caches) if caches else Path.home() / ".cache") / "ect_research" / "matplotlib"
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):
        return tempfile.mkdtemp(prefix="ect-matplotlib-")
    return str(folder) if os.access(folder, os.W_OK) else tempfile.mkdtemp(prefix="ect-matplotlib-")
