"""Whether the effects of a Cox model hold at every age."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.analysis.durations.cox_evidence import partial_likelihood
from ect_research.analysis.durations.durations import Durations
from ect_research.analysis.durations.hazard import fit_cox
from ect_research.words import tell


def check_proportionality(
    durations: Durations, covariates: pd.DataFrame, cause: str, *, terms: Mapping[str, Sequence[str]] | None = None
) -> pd.DataFrame | Refusal:
    """Score test of an effect that would change with age, for each term and for all.

    Age enters as one minus the Kaplan–Meier survival just before it, so that no single late end weighs alone.

    Args:
        durations: the durations.
        covariates: numeric, one row per project, indexed by project.
        cause: the end.
        terms: columns that make one term together, by name; each column alone by default.

    Returns:
        ``terme, khi2, ddl, p``, the last row being ``ensemble``; or a refusal, as `fit_cox`, or when all
        ends fall at one age. A large ``p`` is no proof:
        with few ends the test sees little.

    Source:
        Grambsch & Therneau (1994), *Biometrika* 81, 515–526, in its score form.

    >>> from ect_research.analysis.durations.durations import durations_from_arrays
    >>> told = durations_from_arrays(range(1, 31), [1] * 20 + [0] * 10)
    >>> size = pd.DataFrame({"taille": [1, 2, 3] * 10}, index=list(told.names))
    >>> check_proportionality(told, size, "creation")["terme"].tolist()
    ['taille', 'ensemble']
    """
    from scipy.stats import chi2

    model = fit_cox(durations, covariates, cause)
    if isinstance(model, Refusal):
        return model
    design = covariates.reindex(list(durations.names)).to_numpy(dtype=np.float64)
    rank = durations.rank_of(cause)
    ages = np.unique(durations.time[durations.cause == rank])
    if len(ages) < 2:
        return Refusal(
            tell("le test d’un effet qui changerait avec l’âge"), tell("Toutes les fins tombent au même âge.")
        )
    likelihood = partial_likelihood(durations, design, rank, "efron")
    residuals, curves = likelihood.by_age(model.terms["coefficient"].to_numpy())
    scale = _scale(durations, rank, ages)
    pull = scale @ residuals
    plain, mixed, squared = (np.tensordot(scale**power, curves, axes=1) for power in range(3))
    spread = squared - mixed @ np.linalg.solve(plain, mixed)
    columns = [str(name) for name in covariates.columns]
    groups = {
        name: [columns.index(column) for column in told] for name, told in (terms or {n: [n] for n in columns}).items()
    }
    lines = []
    for name, rows in [*groups.items(), ("ensemble", list(range(len(columns))))]:
        gap, part = pull[rows], spread[np.ix_(rows, rows)]
        statistic = float(gap @ np.linalg.solve(part, gap))
        lines.append({"terme": name, "khi2": statistic, "ddl": len(rows), "p": float(chi2.sf(statistic, len(rows)))})
    return pd.DataFrame(lines)


def _scale(
    durations: Durations, rank: int, ages: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """One minus the survival just before each age, centred."""
    ended = durations.cause == rank
    risk = durations.at_risk(ages).sum(axis=1)
    met = np.array([np.sum(ended & (durations.time == age)) for age in ages])
    before = np.concatenate([[1.0], np.cumprod(1 - met / risk)[:-1]])
    met_by_age = 1 - before
    return np.asarray(met_by_age - np.average(met_by_age, weights=met))
