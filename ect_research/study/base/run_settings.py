"""What the runner fixes in every kernel, whatever the machine: part of the key of each run."""

from __future__ import annotations

import hashlib
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


def seed_of(run: str) -> int:
    """The seed of a run's random generators: its own, the same for ever.

    >>> seed_of("corpus") == seed_of("corpus") != seed_of("territoire")
    True
    """
    return int.from_bytes(hashlib.sha256(run.encode()).digest()[:4], "big")
