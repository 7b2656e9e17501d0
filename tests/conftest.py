"""What several rooms' tests share."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

# A shared machine is slow at times: what a property says does not depend on it, nor on the day's random draws.
settings.register_profile("ect", deadline=None, derandomize=True, max_examples=50)
settings.load_profile("ect")

PROJECT = Path(__file__).resolve().parent.parent
REFERENCE = PROJECT.parent / "shared" / "reference"


class ReferenceFolder:
    """Values computed elsewhere, read as they were stored."""

    def __init__(self, folder: Path):
        self.folder = folder

    def path(self, name: str) -> Path:
        return self.folder / name

    def json(self, name: str) -> dict:
        return json.loads((self.folder / f"{name}.json").read_text(encoding="utf-8"))

    @staticmethod
    def matrix(stored: dict) -> np.ndarray:
        return np.array(stored["data"], dtype=float)


@pytest.fixture(scope="session")
def reference():
    """Opens one folder of the shared reference values; skips where they are absent."""

    def open_folder(name: str) -> ReferenceFolder:
        folder = REFERENCE / name
        if not folder.is_dir():
            pytest.skip(f"needs the shared reference values in {Path('..') / 'shared' / 'reference' / name}")
        return ReferenceFolder(folder)

    return open_folder
