"""What several rooms' tests share."""

import json
import os
from pathlib import Path

from ect_research.study.base.run_settings import ONE_THREAD

os.environ.update(ONE_THREAD)  # before numpy starts its threads: on small matrices they cost ten times what they give

import numpy as np
import pandas as pd
import pytest
from hypothesis import settings

# A shared machine is slow at times: what a property says does not depend on it, nor on the day's random draws.
settings.register_profile("premier-lot", deadline=None, derandomize=True, max_examples=20)
settings.register_profile("second-lot", deadline=None, derandomize=True, max_examples=100)


def pytest_configure(config):
    settings.load_profile(config.getoption("--hypothesis-profile") or "premier-lot")


@pytest.fixture(autouse=True)
def _nothing_was_read_before(monkeypatch):
    """What a test may publish does not depend on the corpora that others read in the same process."""
    from ect_research.corpus.checked import corpus as loaded
    from ect_research.gate import gate as publication

    monkeypatch.setattr(loaded, "_LOADED", {})
    monkeypatch.setattr(publication, "_LEDGERS", {})


def pytest_collection_modifyitems(items):
    """Of the combinations of what a test crosses, one stays in the first lot, another for each of its other cases."""
    groups = {}
    for item in items:
        if mark := item.get_closest_marker("crossed"):
            cases = item.callspec.params.items()
            kept = [(name, str(value)) for name, value in cases if name not in mark.args]
            groups.setdefault((item.path, item.originalname), {}).setdefault(repr(kept), []).append(item)
    for cases in groups.values():
        for place, crossing in enumerate(cases.values()):
            for item in crossing:
                if item is not crossing[place % len(crossing)]:
                    item.add_marker("croisement")


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


_EPOCH = pd.Timestamp(1970, 1, 1)


def _tell_one_draw(stories, draw):
    """The episodes of a single draw, told by the plain path from facts dated to the day."""
    from ect_research import derive_episodes
    from ect_research.corpus.stages.sampled_stories import NEVER

    lines = []
    for name, (days, facts) in stories.dates.items():
        for place, fact in enumerate(facts):
            day = int(days[draw, place])
            date = pd.NaT if day == NEVER else _EPOCH + pd.Timedelta(days=day)
            lines.append((fact.id, name, fact.type, date, date, fact.rank, fact.forced))
    columns = ["evenement_id", "projet_id", "type_evenement", "low", "high", "ordre", "etape_forcee"]
    events = pd.DataFrame(lines, columns=columns)
    for side, name in (("low", "date_debut_min"), ("high", "date_debut_max")):
        events[name] = pd.to_datetime(events.pop(side)).astype("datetime64[s]")
    horizons = pd.Series([_EPOCH + pd.Timedelta(days=int(day)) for day in stories.horizons], index=list(stories.names))
    return derive_episodes(events, stories.stages, observed_on=horizons.max(), followed_until=horizons)


@pytest.fixture(scope="session")
def one_by_one():
    """Tells a single draw of `sample_stories` by the plain path."""
    return _tell_one_draw
