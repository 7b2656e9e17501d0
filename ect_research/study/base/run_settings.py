"""What is part of the key of each run: what the runner fixes in every kernel, and the versions of packages."""

from __future__ import annotations

import hashlib
import os
import platform
import re
import sys
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from typing import Any

# One thread per kernel: several run at once, and the order of a parallel sum changes its last digit.
ONE_THREAD = {
    f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "VECLIB_MAXIMUM")
}  # fmt: skip
FIXED_ENVIRONMENT = {
    **ONE_THREAD,
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
    "SOURCE_DATE_EPOCH": "0",
    "TZ": "UTC",
}
SETTINGS: dict[str, Any] = {"format": 2, "environnement": FIXED_ENVIRONMENT, "graine": "sha256(id)"}
# Packages that compute or draw behind those a module names.
_BEHIND = {
    "geopandas": ("numpy", "pandas", "pyogrio", "pyproj", "shapely"),
    "matplotlib": ("numpy", "pillow"),
    "pandas": ("numpy",),
    "statsmodels": ("numpy", "scipy"),
}
_FOLDER = re.compile(r"(?P<name>.+?)-(?P<version>[^-]+)\.dist-info")


def seed_of(run: str) -> int:
    """The seed of a run's random generators: its own, the same for ever.

    >>> seed_of("corpus") == seed_of("corpus") != seed_of("territoire")
    True
    """
    return int.from_bytes(hashlib.sha256(run.encode()).digest()[:4], "big")


def package_versions(packages: Iterable[str]) -> dict[str, str]:
    """Versions, ``_`` written ``-``, of Python, of the packages that a program imports and of those behind them.

    >>> "numpy" in package_versions(["pandas"])
    True
    """
    wanted = {name.replace("_", "-") for name in packages}
    wanted |= {behind for name in wanted for behind in _BEHIND.get(name, ())}
    found = {"python": ".".join(platform.python_version_tuple()[:2])}
    for name in sorted(wanted):
        if known := version(name):
            found[name] = known
    return found


def version(name: str) -> str:
    """The version of one installed package; empty when it is not installed.

    >>> version("aucun-paquet-de-ce-nom")
    ''
    """
    return installed(tuple(sys.path)).get(_plain(name), "")


@cache
def installed(path: tuple[str, ...]) -> dict[str, str]:
    """Version by plain name of every package found on a path, the first one found winning."""
    found: dict[str, str] = {}
    for folder in path:
        with suppress(OSError):
            for entry in sorted(os.listdir(folder or ".")):  # noqa: PTH208 - names only, a Path for each costs more than all the rest
                if said := _FOLDER.fullmatch(entry):
                    found.setdefault(_plain(said["name"]), said["version"])
    return found


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
