"""Invented projects and what R's survival says of them: rows and values by name, made by ``data/invented_survival.R``."""

import json
from pathlib import Path

import pandas as pd
import pytest

DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="session")
def tables() -> dict[str, pd.DataFrame]:
    return {name: pd.read_csv(DATA / f"{name}.csv") for name in ("followed", "ended", "competing")}


@pytest.fixture(scope="session")
def told_by_r() -> dict[str, object]:
    values = json.loads((DATA / "invented_survival.json").read_text(encoding="utf-8"))["values"]
    return {name: entry["value"] for name, entry in values.items()}
