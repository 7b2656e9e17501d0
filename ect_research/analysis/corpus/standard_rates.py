"""What a count is divided by, so that territories of unequal size can stand side by side, and the exact interval."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ect_research.analysis.chance import Refusal, demand_draws, holm
from ect_research.analysis.corpus.funnel import RegisterFunnel
from ect_research.analysis.corpus.portfolio import published_ftes
from ect_research.analysis.durations.durations import FEWEST_ENDS, Durations
from ect_research.codebook.codebook import roles
from ect_research.corpus.basemap.basemap_model import Basemap
from ect_research.corpus.checked.corpus import Corpus
from ect_research.errors import BasemapError, EctError
from ect_research.words import Sentence, labelled, tell, tell_n

PER = {"habitants": 10_000, "etp": 1, "annees": 100}
"""What each rate is told for: 10 000 inhabitants, one FTE, 100 project-years at risk."""
_HIRES = {code for code, role in roles("type_evenement").items() if role == "embauche"}
_YEARS_BACK = 3


def poisson_interval(count: int, *, confidence: float = 0.95) -> tuple[float, float]:
    """Exact bounds of the mean of a Poisson count.

    Raises:
        EctError: a negative count.

    Source:
        Garwood (1936), *Biometrika* 28, 437–442.

    >>> [round(bound, 3) for bound in poisson_interval(5)]
    [1.623, 11.668]
    >>> [round(bound, 3) for bound in poisson_interval(0)]
    [0.0, 3.689]
    """
    from scipy.stats import chi2

    if count < 0:
        raise EctError("Un effectif de {count} n’existe pas.", count=count)
    tail = (1 - confidence) / 2
    low = float(chi2.ppf(tail, 2 * count)) / 2 if count else 0.0
    return low, float(chi2.ppf(1 - tail, 2 * count + 2)) / 2


@dataclass(frozen=True)
class Base:
    """What counts are divided by.

    Attributes:
        size: inhabitants, FTE or project-years; NaN when unknown.
        about: which inhabitants, FTE of which year, how the years were counted; or why there is none.
    """

    size: float
    about: Sentence


def standard_rates(
    corpus: Corpus, reached: RegisterFunnel, durations: Durations, bases: dict[str, Base]
) -> pd.DataFrame:
    """Rates of one territory.

    ``corpus``: of the territory; ``reached``: projects of which a document tells creation (last step); ``durations``:
    time at risk and dated ends; ``bases``: ``habitants, etp, annees``.

    Returns one row per rate: ``mesure`` (``projets, creations, embauches, abandons``), ``par`` (a key of `PER`),
    ``effectif, base, taux, bas, haut`` (NaN without a base), ``precision`` (a `Sentence`).
    """
    facts = corpus.tables["evenements"]
    hired = facts["type_evenement"].astype("str").isin(_HIRES) & ~(facts["date_debut_min"] > corpus.observed_on)
    counts = {
        "projets": reached.n,
        "creations": int(reached.steps["constate"].iloc[-1]),
        "embauches": facts.loc[hired, "projet_id"].dropna().nunique(),
    }
    asked = [(what, par, count) for par in ("habitants", "etp") for what, count in counts.items()]
    asked += [("creations", "annees", durations.ends["creation"]), ("abandons", "annees", durations.ends["abandon"])]
    return pd.DataFrame([_rate(what, par, count, bases[par]) for what, par, count in asked])


def _rate(what: str, par: str, count: int, base: Base) -> dict[str, object]:
    times = PER[par] / base.size if base.size > 0 else float("nan")
    low, high = poisson_interval(count)
    return {"mesure": what, "par": par, "effectif": count, "base": base.size, "taux": count * times,
            "bas": low * times, "haut": high * times, "precision": base.about}  # fmt: skip


def inhabitants(corpus: Corpus, basemap: Basemap | None, asked: str) -> Base:
    """Inhabitants of the perimeter of a territory at the last census.

    ``corpus``: of the territory; ``basemap``: the base map; None when there is none. ``asked``: a perimeter of
    ``territoires.toml``, or codes of départements; when blank, the perimeter that holds most projects, or their
    départements where they have fewer than it.

    Raises:
        BasemapError: no perimeter of the name asked.
    """
    projects = corpus.tables["projets"]
    codes = projects["commune_insee"].dropna().astype("str").tolist()
    if basemap is None:
        return Base(float("nan"), tell("sans fond de carte, pas d’habitants"))
    members, name = _members(basemap, codes, asked)
    if not members:
        return Base(float("nan"), tell("le fond de carte n’a aucune commune de ses projets : donner « perimetres »"))
    try:
        people = float(basemap.people().reindex(members).sum(min_count=1))
    except BasemapError as error:
        return Base(float("nan"), error.said)
    if not people > 0:
        return Base(float("nan"), tell("le fond de carte ne dit pas la population de « {name} »", name=name))
    return Base(people, tell("habitants : {name}, {year}", name=name, year=str(basemap.mentions.populations)))


def _members(basemap: Basemap, codes: list[str], asked: str) -> tuple[list[str], Sentence]:
    deps = basemap.communes.set_index("code")["dep"]
    named = asked.split()
    if not asked:
        from ect_research.corpus.basemap.basemap_model import holding_perimeter

        asked, _ = holding_perimeter(basemap, codes)
        met = sorted(set(deps.reindex([basemap.code_today.get(code, "") for code in codes]).dropna()))
        if not asked or len(met) < deps.reindex(list(basemap.perimeter(asked).members)).nunique():
            named = met
    if named and set(named) <= set(deps):
        return deps.index[deps.isin(named)].tolist(), tell("département {codes}", codes=", ".join(named))
    if not asked:
        return [], tell("aucun périmètre")
    found = basemap.perimeter(asked)
    return list(found.members), labelled({one: found.name(one) for one in ("fr", "en")})


def staff(corpus: Corpus) -> Base:
    """FTE of the intermediary: those published for the last year observed that has a single value."""
    last = corpus.observed_on.year
    for year in range(last, last - _YEARS_BACK, -1):
        ftes = published_ftes(corpus.table("indicateurs"), year)
        if ftes > 0:
            return Base(ftes, tell("cumul du registre, ETP publiés de {year}", year=str(year)))
    return Base(float("nan"), tell("aucun ETP publié depuis {year}", year=str(last - _YEARS_BACK + 1)))


def years_at_risk(durations: Durations) -> Base:
    """Years from the entry of each project under observation to its first end, or to the last day observed."""
    years = float(np.sum(durations.time - durations.entry)) / 12
    supposed = durations.supposed
    about = tell_n("{n} projet de durée connue", "{n} projets de durée connue", durations.n)
    if supposed:
        about = tell("{known}, {supposed} supposés suivis depuis leur premier fait", known=about, supposed=supposed)
    return Base(years if durations.n else float("nan"), about)


FEWEST_PROJECTS = 5
FEWEST_KNOWN = 0.5
"""Under that share of projects of known duration, those known may be of another kind than the others."""


@dataclass(frozen=True)
class Differences:
    """Ends compared between territories.

    Attributes:
        tests: one row per end: ``fin, fins`` (dated ends in all), ``projets, statistique, p, p_holm`` (p adjusted for the
            number of ends tested).
        ratios: one row per end and territory: ``fin, territoire, observe, attendu`` (ends, if all territories had one pace at
            each age), ``rapport, bas, haut`` (exact Poisson bounds).
        refusals: why an end is not tested, by end.
        left_out: why a territory is in no test, by territory.
        draws: exchanges.
        seed: of the exchanges.
    """

    tests: pd.DataFrame
    ratios: pd.DataFrame
    refusals: dict[str, Refusal]
    left_out: dict[str, Sentence]
    draws: int
    seed: int


def compare_territories(
    durations: Mapping[str, Durations],
    sizes: Mapping[str, int],
    ends: tuple[str, ...],
    *,
    draws: int = 1999,
    seed: int = 20160,
) -> Differences | Refusal:
    """Compare the pace of each end between territories, at the same ages.

    At each age at which projects end, those that end are drawn again among all the projects then at risk, wherever they
    are: territories followed for unequal times, or from unequal ages, keep their own time at risk. Where nothing says since
    when projects are followed, both extremes are tried (from the first fact, from the last), and the greater p is kept.

    ``durations``: by territory, with the same ends; ``sizes``: registered projects, by territory; ``ends``: the ends
    to test.

    Returns a `Refusal` when fewer than two territories can be compared, or no end.

    Source:
        Mantel & Haenszel (1959) for observed and expected at each age; Holm (1979), *Scand. J. Statist.* 6, 65–70.
    """
    demand_draws(draws)
    left_out = {name: why for name, told in durations.items() if (why := _unfit(told, sizes[name]))}
    kept = {name: told for name, told in durations.items() if name not in left_out}
    asked = tell("les écarts entre territoires")
    if len(kept) < 2:
        why = tell("Il faut deux territoires d’au moins {n} projets de durée connue ; il y en a {kept}.",
                   n=FEWEST_PROJECTS, kept=len(kept))  # fmt: skip
        return Refusal(asked, why, tell("dater le premier fait et la fin des projets."))
    generator = np.random.default_rng(seed)
    tests, ratios, refusals = [], [], {}
    for end in ends:
        total = sum(told.ends[end] for told in kept.values())
        if total < FEWEST_ENDS:
            said = tell_n("{n} fin datée en tout ; il en faut {fewest}.", "{n} fins datées en tout ; il en faut {fewest}.",
                          total, fewest=FEWEST_ENDS)  # fmt: skip
            refusals[end] = Refusal(asked, said)
            continue
        observed, expected, statistic, p_value = _exchange(list(kept.values()), end, draws, generator)
        if any(told.supposed for told in kept.values()):
            late = [told.as_if_followed_late() for told in kept.values()]
            p_value = max(p_value, _exchange(late, end, draws, generator)[-1])
        projects = sum(told.n for told in kept.values())
        tests.append({"fin": end, "fins": total, "projets": projects, "statistique": statistic, "p": p_value})
        ratios += [_ratio(end, *row) for row in zip(kept, observed, expected, strict=True)]
    if not tests:
        return Refusal(asked, next(iter(refusals.values())).reason, tell("dater les créations et les abandons."))
    table = pd.DataFrame(tests)
    return Differences(table.assign(p_holm=holm(table["p"])), pd.DataFrame(ratios), refusals, left_out, draws, seed)


def _unfit(told: Durations, size: int) -> Sentence | None:
    if told.n < FEWEST_PROJECTS:
        return tell_n("{n} projet de durée connue", "{n} projets de durée connue", told.n)
    if told.n < FEWEST_KNOWN * size:
        return tell("durée connue de {n} projets sur {size} seulement", n=told.n, size=size)
    return None


def _exchange(
    kept: list[Durations], end: str, draws: int, generator: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64], float, float]:
    """Observed and expected ends of each territory, the distance between them, and how often chance does as much."""
    rank = kept[0].rank_of(end)
    ages = np.unique(np.concatenate([told.time[told.cause == rank] for told in kept]))
    risk = np.stack([told.at_risk(ages).sum(axis=1) for told in kept], axis=1)
    met = np.stack([[np.sum((told.time == age) & (told.cause == rank)) for told in kept] for age in ages])
    deaths = met.sum(axis=1)
    expected = (deaths[:, None] * risk / risk.sum(axis=1, keepdims=True)).sum(axis=0)
    drawn = sum(
        generator.multivariate_hypergeometric(row, int(count), size=draws, method="marginals")
        for row, count in zip(risk, deaths, strict=True)
    )
    safe = np.where(expected > 0, expected, 1.0)
    observed = met.sum(axis=0).astype(float)
    statistic = float(((observed - expected) ** 2 / safe).sum())
    others = ((drawn - expected) ** 2 / safe).sum(axis=1)
    p_value = float((1 + np.sum(others >= statistic - 1e-9)) / (1 + draws))
    return observed, expected, statistic, p_value


def _ratio(end: str, name: str, observed: float, expected: float) -> dict[str, object]:
    low, high = poisson_interval(int(observed))
    each = 1 / expected if expected > 0 else float("nan")
    return {"fin": end, "territoire": name, "observe": int(observed), "attendu": expected,
            "rapport": observed * each, "bas": low * each, "haut": high * each}  # fmt: skip
