"""Pieces of the partial likelihood: its exact form when ages are tied, and what each age says of each coefficient."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ect_research.analysis.durations.durations import Durations

    Floats = NDArray[np.float64]

_STEPS = 60
_CLOSE = 1e-12


def fit_exact(durations: Durations, design: Floats, rank: int) -> tuple[Floats, Floats, float]:
    """Coefficients, their covariance and the log-likelihood when ties are handled exactly.

    The likelihood of an age is that these projects, among all sets of as many projects at risk, are the ones that end.

    Args:
        durations: the durations.
        design: projects × covariates.
        rank: of the end among the causes, from 1.

    Source:
        Cox (1972), *JRSS B* 34, 187–220, discrete model; sums over sets by recursion, Gail, Lubin & Rubinstein (1981),
        *Biometrika* 68, 703–707.
    """
    centred = design - design.mean(axis=0)
    beta = np.zeros(design.shape[1])
    value, slope, curve = _exact_likelihood(durations, centred, rank, beta)
    for _ in range(_STEPS):
        step = np.linalg.solve(curve, slope)
        while True:
            tried = _exact_likelihood(durations, centred, rank, beta + step)
            if tried[0] >= value - 1e-9 or np.abs(step).max() < _CLOSE:
                break
            step = step / 2
        beta, done = beta + step, np.abs(step).max() < _CLOSE * (1 + np.abs(beta).max())
        value, slope, curve = tried
        if done:
            break
    return np.asarray(beta, dtype=np.float64), np.asarray(np.linalg.inv(curve), dtype=np.float64), value


def _exact_likelihood(durations: Durations, design: Floats, rank: int, beta: Floats) -> tuple[float, Floats, Floats]:
    value, slope, curve = 0.0, np.zeros(len(beta)), np.zeros((len(beta), len(beta)))
    for _, risk, ends in _ages(durations, rank):
        total, first, second = _sets(design[risk], int(ends.sum()), beta)
        value += float(design[ends].sum(axis=0) @ beta) - total
        slope += design[ends].sum(axis=0) - first
        curve += second - np.outer(first, first)
    return value, slope, curve


def _sets(design: Floats, ends: int, beta: Floats) -> tuple[float, Floats, Floats]:
    """Log of the sum over sets of ``ends`` projects, with the mean of their totals and of the squares of their totals."""
    size = design.shape[1]
    score = design @ beta
    top = float(score.max())
    weights = np.exp(score - top)
    sums, firsts = np.zeros(ends + 1), np.zeros((ends + 1, size))
    seconds = np.zeros((ends + 1, size, size))
    sums[0] = 1.0
    for weight, row in zip(weights, design, strict=True):
        outer = np.einsum("ki,j->kij", firsts[:-1], row)
        seconds[1:] += weight * (
            seconds[:-1] + outer + outer.transpose(0, 2, 1) + sums[:-1, None, None] * np.outer(row, row)
        )
        firsts[1:] += weight * (firsts[:-1] + sums[:-1, None] * row)
        sums[1:] += weight * sums[:-1]
    return float(np.log(sums[ends])) + ends * top, firsts[ends] / sums[ends], seconds[ends] / sums[ends]


def parts_by_age(durations: Durations, design: Floats, rank: int, beta: Floats) -> tuple[Floats, Floats, Floats]:
    """At each age with an end: the age, the residual (ends minus what is expected), and the information (Efron's ties).

    Returns:
        ages, ages × covariates, ages × covariates × covariates.
    """
    weights = np.exp((design - design.mean(axis=0)) @ beta)
    ages, residuals, curves = [], [], []
    for age, risk, ends in _ages(durations, rank):
        count = int(ends.sum())
        residual, curve = design[ends].sum(axis=0), np.zeros((design.shape[1],) * 2)
        for place in range(count):
            # Efron: the projects that end together leave the risk set little by little.
            share = np.where(ends, 1 - place / count, 1.0) * risk * weights
            share = share / share.sum()
            mean = share @ design
            residual = residual - mean
            curve += (design * share[:, None]).T @ design - np.outer(mean, mean)
        ages.append(age)
        residuals.append(residual)
        curves.append(curve)
    return np.array(ages), np.array(residuals), np.array(curves)


def _ages(durations: Durations, rank: int) -> list[tuple[float, NDArray[np.bool_], NDArray[np.bool_]]]:
    """Each age with such an end, who is at risk then, and who ends."""
    ended = durations.cause == rank
    return [
        (float(age), (durations.entry < age) & (durations.time >= age), (durations.time == age) & ended)
        for age in np.unique(durations.time[ended])
    ]
