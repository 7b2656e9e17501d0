"""Members of a project answer together: how many persons of one project tell what one would on her own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

FEWEST = 3
"""Questions under which nothing tells how alike the members of a project answer: they are taken to answer as one."""


def design_effect(told: Iterable[Sequence[pd.Series[Any]]], project: pd.Series[Any]) -> float:
    """From how alike the members of a project answer, all questions together: 1 when each answers on her own.

    ``told``: for each question, numbers by person, one series an answer; ``project``: of each person; who has none is alone.

    Returns ``1 + (m − 1) ρ``, 1 at least: ``m``, persons of one's project on average; ``ρ``, correlation within a project,
    by analysis of variance, or 1 under three questions.

    Source:
        Kish (1965), *Survey Sampling*, § 5.4 and 8.2; ρ in projects of unequal sizes: Donner & Koval (1980), *Biometrics* 36,
        19–25.

    >>> alike, apart, by = pd.Series([1, 1, 0, 0]), pd.Series([1, 0, 1, 0]), pd.Series(["P", "P", "Q", "Q"])
    >>> design_effect([[alike]] * 3, by), design_effect([[apart]] * 3, by), design_effect([[apart]], by)
    (2.0, 1.0, 2.0)
    """
    owner = project.astype("object").where(project.notna(), pd.Series(project.index, project.index).map("\0{}".format))
    between, within, (spread, weighed, cases) = np.zeros(2), np.zeros(2), np.zeros(3)
    asked = 0
    for answers in told:
        before = cases
        for given in answers:
            known = given.dropna().astype("float64")
            of = known.groupby(owner.reindex(known.index))
            sizes, means = of.size(), of.mean()
            n, squares = int(sizes.sum()), float((sizes**2).sum())
            if 1 < len(sizes) < n:
                between += float((sizes * (means - known.mean()) ** 2).sum()), len(sizes) - 1
                within += float((of.var(ddof=0) * sizes).sum()), n - len(sizes)
                spread, weighed, cases = spread + n - squares / n, weighed + squares, cases + n
        asked += int(cases > before)
    if not cases:
        return 1.0
    members, each = weighed / cases, spread / between[1]
    if asked < FEWEST or within[0] <= 0:
        return float(members) if between[0] or asked < FEWEST else 1.0
    ratio = (between[0] / between[1]) / (within[0] / within[1])
    return float(1 + (members - 1) * max(0.0, (ratio - 1) / (ratio - 1 + each)))
