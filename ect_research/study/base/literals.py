"""Values that can be written in a notebook as plain literals: a closed list of types, nothing guessed."""

from __future__ import annotations

import math
import re
from datetime import date, time
from pathlib import PurePath
from typing import Any

_SECRET = re.compile(
    r"(?:^|_)(?:mdp|mot_?de_?passe|password|passwd|secret|token|jeton|api_?key|cle_?api|credentials?)(?:_|$)",
    re.IGNORECASE,
)


def plain(value: Any) -> Any:  # noqa: ANN401 - whatever is given
    """A value as text, number, truth value, None, list or dictionary of these.

    A numpy scalar gives its Python value, a date its ISO text, a path its text with ``/``, a tuple a list.

    Raises:
        ValueError: any other type, a number that is not finite, a key that is no text.

    >>> from datetime import date
    >>> plain({"depuis": date(2025, 3, 1), "seuils": (0.5, 1)})
    {'depuis': '2025-03-01', 'seuils': [0.5, 1]}
    """
    if type(value).__module__ == "numpy" and getattr(value, "ndim", None) == 0:
        value = value.item()
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, PurePath):
        return value.as_posix()
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {key: plain(item) for key, item in value.items()}
    raise ValueError(type(value).__name__)


def names_a_secret(name: str) -> bool:
    """Whether a parameter of this name would hold a secret, which every output would then show.

    >>> names_a_secret("mot_de_passe"), names_a_secret("api_key"), names_a_secret("secretariat")
    (True, True, False)
    """
    return _SECRET.search(name) is not None
