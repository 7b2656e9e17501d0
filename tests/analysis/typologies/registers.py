"""Small planted registers."""

import numpy as np
import pandas as pd

from ect_research.analysis.typologies.coordinates import answer_distances, mean_distance
from ect_research.analysis.typologies.tables.answer_table import prepare_table
from ect_research.analysis.typologies.tables.answers import answers_of

KINDS = ["association", "collectivite", "entreprise"]


def gower(table, ranking="podani"):
    """Distances between the projects in play."""
    return mean_distance([answer_distances(answer, ranking) for answer in answers_of(table)])


def mixed_table(frame, complete, asymmetric=()):
    """Ordered codes in V5 and V6, numbers in V7 and V8, codes elsewhere."""
    columns, kinds = {}, {}
    for name in frame:
        codes = [None if pd.isna(value) else str(int(value)) for value in frame[name]]
        if name in ("V5", "V6"):
            levels = [str(level) for level in sorted({int(value) for value in complete[name]})]
            columns[name] = pd.Categorical(codes, categories=levels, ordered=True)
        elif name in ("V7", "V8"):
            columns[name] = frame[name].astype(float)
        else:
            columns[name], kinds[name] = codes, "asymmetric" if name in asymmetric else "nominal"
    return prepare_table(pd.DataFrame(columns, index=frame.index), list(columns), kinds=kinds)


def planted(n=24, noise=0.0, holes=0.0, seed=1):
    """Three kinds of projects, five variables (one with several codes, one number), a share of noise and of holes."""
    chance = np.random.default_rng(seed)
    truth = np.arange(n) % 3
    frame = pd.DataFrame({"projet_id": [f"p{row:02d}" for row in range(n)]})
    for place in range(3):
        codes = np.where(chance.random(n) < noise, chance.integers(0, 3, n), (truth + place) % 3)
        frame[f"v{place}"] = [KINDS[code] for code in codes]
    themes = np.where(chance.random(n) < noise, chance.integers(0, 3, n), truth)
    frame["themes"] = [("eau", "bois") if code == 0 else ("bois",) if code == 1 else ("tri",) for code in themes]
    frame["age"] = truth * 4.0 + chance.normal(size=n) * (1 + 3 * noise)
    for name in ["v0", "v1", "v2"]:
        lost = chance.random(n) < holes
        frame.loc[lost, name] = None
    return frame, truth


def planted_table(active=("v0", "v1", "v2", "themes", "age"), **options):
    frame, truth = planted(**options)
    return prepare_table(frame, list(active)), truth


def pure_noise(n=20, seed=0):
    chance = np.random.default_rng(seed)
    return prepare_table(
        pd.DataFrame(
            {f"v{place}": chance.choice(KINDS, n) for place in range(6)}, index=[f"p{row}" for row in range(n)]
        ),
        [f"v{place}" for place in range(6)],
    )
