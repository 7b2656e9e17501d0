"""The table of leaks that the note shows is that of today's code."""

import runpy
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


@pytest.mark.croisement
def test_the_table_of_planted_leaks_is_the_one_of_this_code(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    red = runpy.run_path(str(BENCHMARKS / "red_team_protection.py"))
    kinds, alarms = red["measured"]()
    assert len(kinds) >= 15 and sum(len(said) for _, said in kinds) >= 60 and alarms == []
    assert red["NOTE"].read_text("utf-8").partition(red["HEAD"] + "\n\n")[2] == red["written"](kinds, alarms)
