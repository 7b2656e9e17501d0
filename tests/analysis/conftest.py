"""Oracles: our own synthetic projects travel with the tests; mvad (TraMineR, GPL) stays beside the project."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import ect_research as ect

DATA = Path(__file__).parent / "data"
FACTS = Path(__file__).parent.parent / "corpus" / "data"


def read_json(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))["values"]


@pytest.fixture(scope="session")
def ptce() -> dict[str, Any]:
    """What R says of the 45 synthetic projects: value by name, the R call beside it."""
    return read_json(DATA / "ptce_synthetic_expected.json")


@pytest.fixture(scope="session")
def ptce_sequences() -> pd.DataFrame:
    return pd.read_csv(FACTS / "ptce_synthetic_sts_quarterly_age.csv", dtype="str", index_col="project_id")


@pytest.fixture(scope="session")
def ptce_history() -> pd.DataFrame:
    return pd.read_csv(FACTS / "ptce_synthetic_eventhistory.csv")


@pytest.fixture(scope="session")
def beside(reference) -> Callable[[str], Path]:
    """A file of the reference sets that do not travel with the project."""
    return lambda name: reference("trajectories").path(name)


@pytest.fixture(scope="session")
def expected(beside: Callable[[str], Path]) -> Callable[[str], dict[str, Any]]:
    return lambda name: read_json(beside(f"{name}_expected.json"))


def matrix(entry: dict[str, Any]) -> np.ndarray:
    return np.array(entry["value"]["values"], dtype=float)


@pytest.fixture(scope="session")
def study():
    """The public register, open."""
    return ect.open_study("pays-ledonien")
