"""Files written whole or not at all: aside, then renamed. A damaged one reads as nothing, and is made again."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any


def write_whole(path: Path, data: bytes) -> None:
    """Write a file; whoever reads it meanwhile has the old one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = path.with_name(f".{path.name}.partiel")
    whole.write_bytes(data)
    whole.replace(path)


def write_json(path: Path, data: Any) -> None:  # noqa: ANN401 - JSON
    """Write sorted, readable JSON; escaped where a file name is not text."""
    text = json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True)
    try:
        encoded = text.encode()
    except UnicodeEncodeError:
        encoded = json.dumps(data, indent=1, sort_keys=True).encode()
    write_whole(path, encoded + b"\n")


def read_json(path: Path) -> dict[str, Any]:
    """The object of a file; empty when it is not there, damaged, or something else; OSError when it may not be read."""
    with suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError, ValueError, RecursionError):
        said = json.loads(path.read_text(encoding="utf-8"))
        return said if isinstance(said, dict) else {}
    return {}
