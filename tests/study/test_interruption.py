"""The runner stopped from outside, at any moment, in any way: nothing half-written, nobody left behind."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import ect_research

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [
    pytest.mark.study,
    pytest.mark.croisement,
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
]


def test_a_runner_killed_at_random_moments_leaves_only_complete_results_and_no_process():
    script = ROOT / "tests/benchmarks/kill_runner.py"
    environment = {**os.environ, "PYTHONPATH": str(Path(ect_research.__file__).parent.parent)}
    ended = subprocess.run([sys.executable, script, "--moments", "2", "--seed", "7"], env=environment,
                           capture_output=True, text=True, check=False)  # fmt: skip
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert len(json.loads(ended.stdout)["arrets"]) == 2
