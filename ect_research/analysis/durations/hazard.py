"""Models of the time to an end, refused when events are too few: discrete-time hazard, and Cox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.analysis.durations.cox_evidence import (
    Concordance,
    Flaw,
    PartialLikelihood,
    Ties,
    binary_gaps,
    cox_gaps,
    find_flaw,
    judge_whole,
    measure_concordance,
    partial_likelihood,
    profile_bounds,
)
from ect_research.analysis.durations.durations import Durations
from ect_research.analysis.readable import Readable
from ect_research.errors import EctError
from ect_research.words import tell, tell_n

EVENTS_PER_PARAMETER = 10
WALD_EVENTS = 20
"""Ends under which the bounds of a Cox model follow its likelihood."""
Link = Literal["cloglog", "logit"]


@dataclass(frozen=True)
class HazardModel(Readable):
    """Coefficients of a model of the hazard of one end.

    Attributes:
        terms: one row per coefficient: ``terme, coefficient, erreur, rapport`` (exp of the coefficient: ratio of hazards
            with ``cloglog`` and Cox, of odds with ``logit``), ``bas, haut`` (bounds of the ratio), ``p``.
        method: ``cloglog``, ``logit`` or ``cox``.
        cause: the end.
        log_likelihood: at the optimum (partial, for Cox).
        events: ends of that kind.
        n: projects.
        rows: person-periods, or projects for Cox.
        confidence: level of the bounds.
        bounds: where ``bas``, ``haut`` and ``p`` come from: ``wald``, or ``profil`` (likelihood) for Cox under twenty ends.
        tests: of all coefficients together, for Cox: ``test`` (``vraisemblance``, ``score``, ``wald``), ``khi2, ddl, p``.
        concordance: of the risks with the order of the ends, for Cox.
    """

    exhibits = ("show_hazard",)

    terms: pd.DataFrame
    method: str
    cause: str
    log_likelihood: float
    events: int
    n: int
    rows: int
    confidence: float
    bounds: Literal["wald", "profil"] = "wald"
    tests: pd.DataFrame | None = None
    concordance: Concordance | None = None


def expand_person_periods(
    durations: Durations, cause: str, *, width: float = 3.0, covariates: pd.DataFrame | None = None
) -> pd.DataFrame:
    """One row per project and period in which it was followed; another end stops the rows without an event.

    Args:
        durations: the durations.
        cause: the end whose hazard is wanted.
        width: length of a period, in the unit of the ages.
        covariates: indexed by project, repeated on each of its rows.

    Returns:
        ``projet_id, periode`` (1 for ages in ]0, width]), ``fin`` (0 or 1), then the covariates. Periods that end
        before the project came under observation are not there.

    >>> from ect_research.analysis.durations.durations import durations_from_arrays
    >>> expand_person_periods(durations_from_arrays([5, 3], [1, 0]), "creation").to_numpy().tolist()
    [['0', 1, 0], ['0', 2, 1], ['1', 1, 0]]
    """
    rank = durations.rank_of(cause)
    lasts = np.ceil(np.round(durations.time / width, 9)).astype(np.int64)
    firsts = np.floor(np.round(durations.entry / width, 9)).astype(np.int64) + 1
    lines = [
        {"projet_id": name, "periode": period, "fin": int(period == last and end == rank)}
        for name, first, last, end in zip(durations.names, firsts, lasts, durations.cause, strict=True)
        for period in range(int(first), int(last) + 1)
    ]
    rows = pd.DataFrame(lines, columns=["projet_id", "periode", "fin"])
    if covariates is None:
        return rows
    absent = sorted(set(durations.names) - {str(name) for name in covariates.index})
    if absent:
        raise EctError("Covariables absentes pour : {absent}.", absent=", ".join(absent))
    return rows.join(covariates, on="projet_id")


def fit_hazard(  # noqa: PLR0913 - each has a default
    durations: Durations | pd.DataFrame,
    terms: Sequence[str] = ("periode",),
    *,
    cause: str = "creation",
    width: float = 3.0,
    covariates: pd.DataFrame | None = None,
    link: Link = "cloglog",
    confidence: float = 0.95,
) -> HazardModel | Refusal:
    """Discrete-time hazard: ties are what the model is about, not a nuisance.

    Args:
        durations: the durations, or one row per project and period (`expand_person_periods`) with ``projet_id, fin`` and the
            numeric columns named in ``terms``.
        terms: columns of the model, the period or a function of it included; an intercept is added.
        cause: the end whose hazard is wanted.
        width: length of a period, in the unit of the ages.
        covariates: indexed by project, repeated on each of its rows.
        link: ``cloglog`` (ratios of hazards) or ``logit`` (ratios of odds).
        confidence: level of the bounds.

    Returns:
        the model, or a refusal under ten events per parameter, or when the coefficients have no single finite estimate
        (`find_flaw`: terms that repeat each other, or that separate the events).

    Source:
        Allison (1982), *Sociological Methodology* 13, 61–98; the floor: Peduzzi et al. (1996), *J. Clin. Epid.* 49.

    >>> from ect_research.analysis.durations.durations import durations_from_arrays
    >>> fit_hazard(durations_from_arrays(range(1, 46), [1] * 30 + [0] * 15)).terms["terme"].tolist()
    ['constante', 'periode']
    """
    person_periods = (
        durations
        if isinstance(durations, pd.DataFrame)
        else expand_person_periods(durations, cause, width=width, covariates=covariates)
    )
    events, projects = int(person_periods["fin"].sum()), int(person_periods["projet_id"].nunique())
    refusal = refuse_few_events(events, len(terms) + 1, projects)
    if refusal is not None:
        return refusal
    design = person_periods[list(terms)].astype("float64")
    design.insert(0, "const", 1.0)
    refusal = _refuse_flaw(find_flaw(binary_gaps(design.to_numpy(), person_periods["fin"].to_numpy())), events)
    if refusal is not None:
        return refusal
    # Not through `statsmodels.api`, which imports ten times as much.
    from statsmodels.genmod.families import Binomial, links
    from statsmodels.genmod.generalized_linear_model import GLM

    family = Binomial(links.CLogLog() if link == "cloglog" else links.Logit())
    found = GLM(person_periods["fin"].astype("float64"), design, family=family).fit(maxiter=200, tol=1e-14)
    names = ["constante", *terms]
    table = _terms(names, np.asarray(found.params), np.asarray(found.bse), confidence)
    return HazardModel(table, link, cause, float(found.llf), events, projects, len(person_periods), confidence)


def fit_cox(
    durations: Durations,
    covariates: pd.DataFrame,
    cause: str,
    *,
    ties: Ties = "efron",
    strata: Sequence[object] | None = None,
    confidence: float = 0.95,
) -> HazardModel | Refusal:
    """Cause-specific Cox model with late entries; the other ends are censored there, which fits hazards only.

    A ratio of cause-specific hazards says nothing by itself of the incidence: read it beside the curves. Under twenty ends,
    bounds and p-values come from the profile of the likelihood: Wald's cover too little there.

    Args:
        durations: the durations.
        covariates: numeric, one row per project, indexed by project.
        cause: the end.
        ties: how equal ages are handled; ``exact`` when many projects end at the same age (small n).
        strata: each has its own baseline hazard, when given; not with exact ties.
        confidence: level of the bounds.

    Returns:
        the model, or a refusal under ten events per parameter, when all who are followed end together, or when the
        coefficients have no single finite estimate (`find_flaw`).

    Raises:
        EctError: an end that is not one of the durations', a missing covariate, or strata with exact ties.

    Source:
        Cox (1972), *JRSS B* 34, 187–220; the rest: `partial_likelihood`.

    >>> from ect_research.analysis.durations.durations import durations_from_arrays
    >>> told = durations_from_arrays(range(1, 31), [1] * 20 + [0] * 10)
    >>> size = pd.DataFrame({"taille": [1, 2, 3] * 10}, index=list(told.names))
    >>> fit_cox(told, size, "creation").terms["rapport"].round(2).tolist()
    [0.88]
    """
    table = covariates.reindex(list(durations.names)).astype("float64")
    if table.isna().any(axis=None):
        raise EctError("Une covariable manque pour au moins un projet : la compléter ou retirer le projet.")
    rank = durations.rank_of(cause)
    events = durations.ends[cause]
    refusal = refuse_few_events(events, table.shape[1], durations.n)
    if refusal is not None:
        return refusal
    groups = None if strata is None else pd.factorize(pd.Series(list(strata)), sort=True)[0]
    if ties == "exact" and groups is not None:
        raise EctError("Strates et liens exacts ne vont pas ensemble : choisir efron.")
    likelihood = partial_likelihood(durations, table.to_numpy(), rank, ties, groups)
    refusal = _refuse_ends_together(likelihood) or _refuse_flaw(find_flaw(cox_gaps(likelihood)), events)
    if refusal is not None:
        return refusal
    beta, height = likelihood.climb(np.zeros(table.shape[1]))
    errors = np.sqrt(np.diag(np.linalg.inv(likelihood.at(beta)[2])))
    terms = _terms([str(name) for name in table.columns], beta, errors, confidence)
    few = events < WALD_EVENTS
    if few:
        low, high, p = profile_bounds(likelihood, beta, confidence)
        terms = terms.assign(bas=np.exp(low), haut=np.exp(high), p=p)
    return HazardModel(
        terms=terms, method="cox", cause=cause, log_likelihood=height, events=events, n=durations.n, rows=durations.n,
        confidence=confidence, bounds="profil" if few else "wald", tests=judge_whole(likelihood, beta),
        concordance=measure_concordance(likelihood, beta, confidence),
    )  # fmt: skip


def refuse_few_events(events: int, parameters: int, projects: int) -> Refusal | None:
    """A refusal when there are fewer than ten events per parameter, None otherwise.

    >>> print(refuse_few_events(4, 2, 18).reason)
    4 fins observées chez 18 projets pour 2 paramètres, soit 2,0 par paramètre ; il en faut 10.
    """
    if events >= EVENTS_PER_PARAMETER * parameters:
        return None
    return Refusal(
        tell("le modèle de durée"),
        tell(
            "{ends} chez {projects} pour {parameters}, soit {each:.1f} par paramètre ; il en faut {needed}.",
            ends=tell_n("{n} fin observée", "{n} fins observées", events),
            projects=tell_n("{n} projet", "{n} projets", projects),
            parameters=tell_n("{n} paramètre", "{n} paramètres", parameters),
            each=events / parameters,
            needed=EVENTS_PER_PARAMETER,
        ),
        tell("réunir {wanted} fins datées, ou décrire sans modèle.", wanted=EVENTS_PER_PARAMETER * parameters),
    )


def _refuse_ends_together(likelihood: PartialLikelihood) -> Refusal | None:
    if any((risk & ~ends).any() for risk, ends in likelihood.sets):
        return None
    return Refusal(
        tell("le modèle de durée"),
        tell("Tous les projets encore suivis finissent ensemble, au même âge : rien ne les distingue."),
        tell("dater les fins plus finement, ou décrire sans modèle."),
    )


def _refuse_flaw(flaw: Flaw, events: int) -> Refusal | None:
    if flaw == "redondance":
        return Refusal(
            tell("le modèle de durée"),
            tell("Une variable est constante, ou se déduit des autres : son effet propre n’existe pas."),
            tell("retirer cette variable."),
        )
    if flaw == "separation":
        return Refusal(
            tell("le modèle de durée"),
            tell(
                "Une variable, ou plusieurs ensemble, sépare les {events} fins du reste : l’effet n’a pas "
                "d’estimation finie.",
                events=events,
            ),
            tell("retirer cette variable ou réunir ses modalités."),
        )
    return None


def _terms(names: list[str], coefficients: object, errors: object, confidence: float) -> pd.DataFrame:
    from scipy.stats import norm

    values, spread = np.asarray(coefficients, dtype=np.float64), np.asarray(errors, dtype=np.float64)
    z = float(norm.ppf((1 + confidence) / 2))
    return pd.DataFrame(
        {
            "terme": names,
            "coefficient": values,
            "erreur": spread,
            "rapport": np.exp(values),
            "bas": np.exp(values - z * spread),
            "haut": np.exp(values + z * spread),
            "p": 2 * norm.sf(np.abs(values / spread)),
        }
    )
