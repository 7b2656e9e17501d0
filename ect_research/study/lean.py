"""Imports of the Jupyter stack without a grammar compiler that nothing here needs."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Optional for jsonschema, which imports it where it is installed: it compiles the grammar of internationalised
# addresses on import, 5.6 of the 6.3 seconds that `import nbformat` takes, for a format no notebook uses.
_GRAMMAR = "rfc3987_syntax"


@contextmanager
def lean_imports() -> Iterator[None]:
    """Import jsonschema, and what stands on it, as if the grammar compiler were not installed."""
    absent = _GRAMMAR not in sys.modules
    if absent:
        sys.modules[_GRAMMAR] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        if absent:
            sys.modules.pop(_GRAMMAR, None)
