import pandas as pd
import pytest

TEXT = {"keep_default_na": False, "na_values": [""]}


@pytest.fixture(scope="session")
def typologies(reference):
    return reference("typologies")


@pytest.fixture(scope="session")
def tea(typologies):
    frame = pd.read_csv(typologies.path("tea.csv"), index_col="id", **TEXT)
    for name, column in typologies.json("tea_schema")["schema"].items():
        if column["levels"]:
            frame[name] = pd.Categorical(frame[name], categories=column["levels"])
    return frame


@pytest.fixture(scope="session")
def survey(typologies):
    return pd.read_csv(typologies.path("survey_NA.csv"), index_col="id", **TEXT)
