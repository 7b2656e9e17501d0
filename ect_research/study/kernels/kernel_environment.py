"""The environment variables of a kernel."""

from __future__ import annotations

import os
from pathlib import Path

import ect_research
from ect_research.study.base.result_record import OUTPUT_VARIABLE
from ect_research.study.base.run_settings import FIXED_ENVIRONMENT
from ect_research.study.kernels.file_reads import ROOT_VARIABLE

# What would make a kernel believe it belongs to someone else.
_FOREIGN = ("JPY_SESSION_NAME", "JPY_PARENT_PID", OUTPUT_VARIABLE, ROOT_VARIABLE)


def kernel_environment(outputs: Path | None = None, root: Path | None = None) -> dict[str, str]:
    """The environment of a kernel: this library, no user's start-up files, a fixed hash seed, one thread."""
    library = Path(ect_research.__file__).resolve().parent.parent
    kept = {key: value for key, value in os.environ.items() if key not in _FOREIGN}
    path = [part for part in kept.get("PYTHONPATH", "").split(os.pathsep) if part]
    if library.name not in ("site-packages", "dist-packages"):
        path.insert(0, str(library))
    own = {OUTPUT_VARIABLE: str(outputs), "IPYTHONDIR": str(outputs / ".ipython")} if outputs else {}
    own |= {ROOT_VARIABLE: str(root)} if root else {}
    return kept | FIXED_ENVIRONMENT | own | {"PYTHONPATH": os.pathsep.join(path), "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
