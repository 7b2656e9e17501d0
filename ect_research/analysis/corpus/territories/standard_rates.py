"""What a count is divided by, so that territories of unequal size can stand side by side, and the exact interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ect_research.analysis.corpus.register_funnel import RegisterFunnel
from ect_research.analysis.corpus.year.portfolio import published_ftes
from ect_research.analysis.durations.durations import Durations
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
