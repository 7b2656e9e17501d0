"""Invented answers and what R says of them, made by ``data/invented_types.R``; and the folder beside the project, if any."""

import json
from pathlib import Path

import pandas as pd
import pytest

DATA = Path(__file__).parent / "data"
TEXT = {"keep_default_na": False, "na_values": [""]}


@pytest.fixture(scope="session")
def told_by_r() -> dict[str, dict]:
    """Values by name, the R call in ``call``."""
    return json.loads((DATA / "invented_types.json").read_text(encoding="utf-8"))["values"]


@pytest.fixture(scope="session")
def answers():
    """The invented rows of one name."""
    return lambda name: pd.read_csv(DATA / f"{name}.csv", dtype={"id": "str"}, index_col="id", **TEXT)


@pytest.fixture(scope="session")
def coded(answers, told_by_r):
    """60 projects: eight active codes, a number and three illustrative codes, levels in the order of R."""
    frame = answers("coded")
    for name, levels in told_by_r["coded_levels"].items():
        if name != "call":
            frame[name] = pd.Categorical(frame[name], categories=levels)
    return frame


@pytest.fixture(scope="session")
def typologies(reference):
    return reference("typologies")
