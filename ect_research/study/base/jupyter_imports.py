"""Imports of the Jupyter stack without the readers of formats that no notebook uses."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Optional for jsonschema, which imports them where they are installed, to check addresses and durations. The first
# compiles the grammar of internationalised addresses: 5.6 of the 6.3 seconds that `import nbformat` takes.
_FORMATS = ("rfc3987_syntax", "rfc3986_validator", "isoduration")


@contextmanager
def lean_imports() -> Iterator[None]:
    """Import jsonschema, and what stands on it, as if these readers were not installed."""
    absent = [name for name in _FORMATS if name not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in absent:
            sys.modules.pop(name, None)
