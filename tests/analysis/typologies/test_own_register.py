"""A register that travels with the project, invented, with unknown answers and several themes per project.

Its values are recomputed here by the definitions, pair by pair, and compared with those of R, made by
``data/ect_synthetic.R``.
"""

import json
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ect_research.analysis.typologies.mca import build_mca
from ect_research.analysis.typologies.tables.answer_table import prepare_table
from tests.analysis.typologies.registers import gower

DATA = Path(__file__).parent / "data"
SCALE = ["idee", "essai", "rodage", "croisiere"]
CODED = ["portage", "statut", "modele"]
ALL = [*CODED, "maturite", "subvention", "themes", "age"]


@pytest.fixture(scope="module")
def register():
    frame = pd.read_csv(DATA / "ect_synthetic.csv", index_col="projet_id", dtype={"age": float})
    frame["themes"] = [tuple(cell.split()) if isinstance(cell, str) else None for cell in frame["themes"]]
    frame["maturite"] = pd.Categorical(frame["maturite"], categories=SCALE, ordered=True)
    return frame


def table_of(frame, names):
    return prepare_table(frame, names, kinds={"subvention": "asymmetric"} if "subvention" in names else None)


def podani(column, first, second):
    """Podani (1999): ties off both ends of the gap, and off both ends of the range."""
    places = [SCALE.index(value) for value in column.dropna()]
    rank = {place: np.mean([r + 1 for r, other in enumerate(sorted(places)) if other == place]) for place in places}
    ties = {place: (places.count(place) - 1) / 2 for place in places}
    one, other = SCALE.index(first), SCALE.index(second)
    low, high = min(places), max(places)
    span = rank[high] - rank[low] - ties[high] - ties[low]
    return 0.0 if one == other else (abs(rank[one] - rank[other]) - ties[one] - ties[other]) / span


def compared(frame, name, first, second):
    """Distance of two answers to one variable, None when they do not compare."""
    one, other = frame[name].loc[first], frame[name].loc[second]
    if any(value is None or (not isinstance(value, tuple) and pd.isna(value)) for value in (one, other)):
        return None
    if name == "themes":
        return 1 - len(set(one) & set(other)) / len(set(one) | set(other))
    if name == "age":
        return abs(one - other) / (frame["age"].max() - frame["age"].min())
    if name == "maturite":
        return podani(frame["maturite"], one, other)
    if name == "subvention" and one == other == "non":
        return None
    return float(one != other)


@pytest.mark.parametrize("names", [ALL, CODED, ["themes"], ["maturite", "age"]])
def test_gower_is_what_its_definition_gives_pair_by_pair(register, names):
    """A pair that shares nothing stands at the mean distance of the others."""
    found, told = gower(table_of(register, names)), {}
    for (row, first), (column, second) in combinations(enumerate(register.index), 2):
        gaps = [compared(register, name, first, second) for name in names]
        known = [gap for gap in gaps if gap is not None]
        told[row, column] = np.mean(known) if known else np.nan
    lost = np.nanmean(list(told.values()))
    for (row, column), expected in told.items():
        np.testing.assert_allclose(found[row, column], lost if np.isnan(expected) else expected, atol=1e-12)


def test_mca_is_the_eigenproblem_of_the_pairs_of_codes(register):
    names = [*CODED, "maturite"]
    filled = register[names].astype(object).fillna("?")
    wide = pd.get_dummies(filled).astype(float)
    share = wide.mean()
    kept = [column for column in wide if not column.endswith("_?")]
    centred = (wide - share)[kept]
    burt = centred.T @ centred / len(wide) / np.sqrt(np.outer(share[kept], share[kept])) / len(names)
    expected = np.sort(np.linalg.eigvalsh(burt))[::-1]
    found = build_mca(table_of(register, names), passive_below=0).eigenvalues["valeur_propre"]
    np.testing.assert_allclose(found, expected[: len(found)], atol=1e-12)
    assert expected[len(found) :].max(initial=0) < 1e-10


def test_values_are_those_of_r(register):
    values = json.loads((DATA / "ect_synthetic_r.json").read_text(encoding="utf-8"))
    upper = np.triu_indices(len(register), 1)
    for name, names, ranking in (
        ("gower_asymm", [*CODED, "subvention", "age"], "classic"),
        ("jaccard_themes", ["themes"], "podani"),
    ):
        found, expected = gower(table_of(register, names), ranking)[upper], np.array(values[name], dtype=float)
        known = np.isfinite(expected)
        np.testing.assert_allclose(found[known], expected[known], atol=1e-10)
    analysis = build_mca(table_of(register, [*CODED, "maturite"]), passive_below=0)
    found = analysis.eigenvalues["valeur_propre"].to_numpy()
    np.testing.assert_allclose(found[:5], values["mca_passive_eig"][:5], atol=1e-8)
