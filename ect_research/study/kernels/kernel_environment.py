"""The environment variables of a kernel: a list of those it is given, for what a person set elsewhere changes no result.

Of those it is given, what a notebook asks for itself is part of its key, and so is the secret key of its pseudonyms.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import ect_research
from ect_research.corpus.people.secret_key import KEY_VARIABLE, read_key
from ect_research.errors import LANGUAGE_VARIABLE, EctError
from ect_research.study.base.result_record import OUTPUT_VARIABLE, ROOT_VARIABLE
from ect_research.study.base.run_settings import FIXED_ENVIRONMENT

# Where things are on this machine, and how to reach them; nothing that says how to compute or to draw.
_KEPT = frozenset((
    "APPDATA", "COMSPEC", "CONDA_PREFIX", "DYLD_LIBRARY_PATH", "HOME", "HTTPS_PROXY", "HTTP_PROXY", "LD_LIBRARY_PATH",
    "LOCALAPPDATA", "LOGNAME", "NO_PROXY", "PATH", "PATHEXT", "PROGRAMDATA", "REQUESTS_CA_BUNDLE", "SSL_CERT_DIR",
    "SSL_CERT_FILE", "SYSTEMDRIVE", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "USER", "USERNAME", "USERPROFILE",
    "VIRTUAL_ENV", "WINDIR",
))  # fmt: skip
_OURS, ALL_OURS = "ECT_", "ECT_*"
_FOREIGN = (OUTPUT_VARIABLE, ROOT_VARIABLE, LANGUAGE_VARIABLE)
# The print of a secret travels with the outputs: slow to make and short, it tells of a change and of nothing else.
_ROUNDS, _SIGNS = 100_000, 8


def is_given(name: str) -> bool:
    """Whether a kernel is given this variable as a person set it.

    >>> is_given("ECT_JETON"), is_given("HOME"), is_given("PYTHONSTARTUP"), is_given("ECT_SORTIES")
    (True, True, False, False)
    """
    return (name.upper() in _KEPT or name.startswith(_OURS)) and name not in _FOREIGN


def value_of(name: str, environment: Mapping[str, str]) -> str:
    """The value of a variable in an environment; for `ALL_OURS`, the names of those that a person set for notebooks.

    >>> value_of("ECT_*", {"ECT_B": "1", "ECT_A": "2", "HOME": "/"})
    'ECT_A ECT_B'
    """
    if name == ALL_OURS:
        return " ".join(sorted(one for one in environment if one.startswith(_OURS) and is_given(one)))
    return environment.get(name, "") if is_given(name) else ""


def variable_state(name: str, value: str | bytes) -> str:
    """What tells one value of a variable from another without telling it; empty for none.

    >>> variable_state("ECT_JETON", ""), len(variable_state("ECT_JETON", "a"))
    ('', 8)
    """
    told = value.encode("utf-8", "surrogateescape") if isinstance(value, str) else value
    return hashlib.pbkdf2_hmac("sha256", told, name.encode(), _ROUNDS).hex()[:_SIGNS] if told else ""


def variables_now(names: Iterable[str]) -> dict[str, str]:
    """The states of variables, as a kernel would be given them now."""
    given = kernel_environment()
    return {
        name: key_state() if name == KEY_VARIABLE else variable_state(name, value_of(name, given)) for name in names
    }


def key_state() -> str:
    """The state of the secret key of this machine, wherever it is kept; empty where there is none."""
    try:
        return variable_state(KEY_VARIABLE, read_key())
    except EctError:
        return ""


def kernel_environment(outputs: Path | None = None, root: Path | None = None, language: str = "fr") -> dict[str, str]:
    """The environment of a kernel: this library, no user's start-up or style files, a fixed hash seed, one thread."""
    library = Path(ect_research.__file__).resolve().parent.parent
    kept = {name: value for name, value in os.environ.items() if is_given(name)}
    installed = library.name in ("site-packages", "dist-packages")
    own = {OUTPUT_VARIABLE: str(outputs), "IPYTHONDIR": str(outputs / ".ipython")} if outputs else {}
    own |= {ROOT_VARIABLE: str(root)} if root else {}
    own[LANGUAGE_VARIABLE] = language
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
