"""45 synthetic projects: the sequences and durations that R derives from the same dated facts.

The facts, R's answers and the R script that gives them (``make_reference_ptce.R``: R 4.2.2, TraMineR 2.2-12) are in ``data/``.
"""

from pathlib import Path

import pandas as pd
import pytest

from ect_research.corpus.stages.episodes import Episodes, derive_episodes
from ect_research.corpus.stages.outcomes import derive_outcomes
from ect_research.corpus.stages.sequences import derive_sequences
from ect_research.corpus.text.dates import FuzzyDate, parse_date

DATA = Path(__file__).parent / "data"
STAGES = {
    "idea": "idea_captured", "collective": "collective_formed", "feasibility": "feasibility_study",
    "experiment": "experiment_started", "structure": "structure_created", "jobs": "job_created",
    "abandoned": "abandoned", "merged": "merged",
}  # fmt: skip


def bounds(text: str) -> FuzzyDate:
    found = parse_date(text)
    assert isinstance(found, FuzzyDate), text
    return found


@pytest.fixture(scope="module")
def projects() -> pd.DataFrame:
    table = pd.read_csv(DATA / "ptce_synthetic_projects.csv", dtype="str").rename(columns={"project_id": "projet_id"})
    tracked = [bounds(text).low for text in table["tracked_from"]]
    return table.assign(suivi_debut_min=pd.Series(tracked, dtype="datetime64[s]"))


@pytest.fixture(scope="module")
def episodes(projects: pd.DataFrame) -> Episodes:
    raw = pd.read_csv(DATA / "ptce_synthetic_events.csv", dtype="str")
    read = [bounds(text) for text in raw["date"]]
    events = pd.DataFrame(
        {
            "evenement_id": [f"E{n:03d}" for n in range(len(raw))],
            "projet_id": raw["project_id"],
            "type_evenement": raw["event"],
            "date_debut_min": pd.Series([found.low for found in read], dtype="datetime64[s]"),
            "date_debut_max": pd.Series([found.high for found in read], dtype="datetime64[s]"),
        }
    )
    stages = pd.DataFrame(
        {
            "name": list(STAGES), "order": range(len(STAGES)), "opens": list(STAGES.values()), "opens_with": "",
            "closes": "", "kind": ["etape"] * 6 + ["fin"] * 2, "family": "", "role": "",
        }
    )  # fmt: skip
    until = pd.Series([bounds(text).high for text in projects["followed_until"]], index=projects["projet_id"])
    return derive_episodes(events, stages, observed_on=pd.Timestamp("2024-12-31"), followed_until=until)


@pytest.mark.parametrize(
    ("name", "clock", "unit"),
    [("sts_monthly_calendar", "calendrier", "mois"), ("sts_quarterly_age", "age", "trimestre")],
)
def test_none_of_the_45_sequences_differs_from_r(episodes: Episodes, name: str, clock: str, unit: str):
    expected = pd.read_csv(DATA / f"ptce_synthetic_{name}.csv", dtype="str", index_col="project_id")
    found = derive_sequences(episodes, clock=clock, unit=unit, monotone=True).frame  # type: ignore[arg-type]
    assert found.shape == expected.shape == (45, expected.shape[1])
    different = (found.fillna("").to_numpy() != expected.fillna("").to_numpy()).any(axis=1).sum()
    assert different == 0
    assert [str(label) for label in found.columns] == [
        label.removeprefix("Q").lstrip("0") or "0" for label in expected
    ] or (found.columns.tolist() == expected.columns.tolist())


def test_durations_ends_and_left_truncation_are_those_of_r(episodes: Episodes, projects: pd.DataFrame):
    expected = pd.read_csv(DATA / "ptce_synthetic_eventhistory.csv", index_col="project_id")
    ends = {"structure": "1", "abandoned": "2", "merged": "3"}
    found = derive_outcomes(episodes, projects, ends=ends).set_index("projet_id").loc[expected.index]
    assert found["entree_mois"].tolist() == expected["entry"].tolist()
    assert (found["duree_mois"] + 0.5).tolist() == expected["time"].tolist()  # R puts an end in the middle of its month
    assert found["evenement"].fillna("0").astype(int).tolist() == expected["status"].tolist()
    assert found["a_risque"].tolist() == expected["in_risk_set"].tolist()
