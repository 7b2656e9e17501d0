"""Several territories side by side, each from its own corpus: its stages, outcomes, curve, rates and reserves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from ect_research.analysis.chance import Refusal, wilson_interval
from ect_research.analysis.corpus.funnel import build_register_funnel
from ect_research.analysis.corpus.standard_rates import (
    Differences,
    compare_territories,
    inhabitants,
    staff,
    standard_rates,
    years_at_risk,
)
from ect_research.analysis.durations.aalen_johansen import build_incidence
from ect_research.analysis.durations.durations import Durations, build_durations
from ect_research.analysis.readable import Readable
from ect_research.codebook.codebook import roles
from ect_research.codebook.load_codebook import load_codebook
from ect_research.corpus.basemap.basemap_model import Basemap
from ect_research.corpus.checked.corpus import Corpus
from ect_research.corpus.stages.outcomes import OUTCOMES, derive_outcomes
from ect_research.errors import EctError
from ect_research.words import Sentence, labelled, mark, tell

STAGES, ISSUES = "etapes", "issues"
TESTED = ("creation", "abandon")
UNKNOWN = "inconnue"
APART = 0.25
_PRECISE = ("jour", "mois")
_COMPARED = ("type_evenement", "certitude", "accompagne")
_DOUBTFUL = frozenset(code for code, role in roles("certitude").items() if role in ("deduit", "incertain"))
SHARES = {
    "duree_connue": mark("durée connue"),
    "suivi_connu": mark("début de suivi dit"),
    "dates_precises": mark("dates au mois ou mieux"),
    "faits_incertains": mark("faits déduits ou incertains"),
    "temoins": mark("projets non accompagnés"),
}


@dataclass(frozen=True)
class Territories(Readable):
    """Several territories, in the order they were given; each by the name of its corpus.

    Attributes:
        shares: one row per territory, view (``etapes, issues``) and code: ``territoire, vue, code, effectif, n, part, bas,
            haut`` (0–1, Wilson). An outcome of which no document says anything is ``inconnue``.
        curves: share created by age, where enough ends are dated: ``territoire, temps`` (months), ``part, bas, haut,
            a_risque``, up to the last age at which enough projects are followed.
        refusals: why a territory has no curve.
        rates: rows of `standard_rates` and ``territoire``.
        registers: rows of `describe_register` and ``territoire``.
        reserves: what forbids to compare without a reserve, one sentence each.
        differences: ends compared between territories, or why they are not.
        names: ``{territory: {language: name}}``.
        observed: last day observed, by territory.
        n: projects in all.
        sources: documents of the facts behind it.
    """

    exhibits = ("show_territories",)

    shares: pd.DataFrame
    curves: pd.DataFrame
    refusals: dict[str, Refusal]
    rates: pd.DataFrame
    registers: pd.DataFrame
    reserves: tuple[Sentence, ...]
    differences: Differences | Refusal
    names: dict[str, dict[str, str]]
    observed: dict[str, pd.Timestamp]
    n: int


def build_territories(
    corpora: Sequence[Corpus],
    basemap: Basemap | None = None,
    perimeters: Mapping[str, str] | None = None,
    *,
    draws: int = 1999,
    seed: int = 20160,
) -> Territories | Refusal:
    """Read several corpora by the same rules, each to its own last day observed.

    Args:
        corpora: one per territory or operator.
        basemap: gives the inhabitants; None for rates without them.
        perimeters: ``{corpus: perimeter of territoires.toml, or codes of départements}``; for the others, the perimeter that
            holds their projects.
        draws: exchanges of projects between territories.
        seed: of the exchanges.

    Returns:
        a `Refusal` with fewer than two corpora that have a project.

    Raises:
        EctError: a perimeter for a corpus that is not among them.
        BasemapError: an unknown perimeter.

    >>> from ect_research import load_corpus
    >>> print(build_territories([load_corpus("pays-ledonien")]).reason)
    Il faut au moins deux corpus qui ont des projets ; il y en a 1.
    """
    given = dict(perimeters or {})
    strange = sorted(given.keys() - {corpus.name for corpus in corpora})
    if strange:
        raise EctError(
            "« perimetres » nomme {strange}, qui n’est pas un corpus comparé : {known}.",
            strange=", ".join(strange),
            known=", ".join(corpus.name for corpus in corpora),
        )
    kept = [corpus for corpus in corpora if len(corpus.tables["projets"])]
    if len(kept) < 2:
        return Refusal(
            tell("la comparaison de territoires"),
            tell("Il faut au moins deux corpus qui ont des projets ; il y en a {n}.", n=len(kept)),
            tell('donner une liste de corpus au fichier d’étude : corpus = ["a", "b"].'),
        )
    return _side_by_side([_one(corpus, basemap, given.get(corpus.name, "")) for corpus in kept], draws, seed)


@dataclass(frozen=True)
class _One:
    corpus: Corpus
    shares: pd.DataFrame
    durations: Durations
    rates: pd.DataFrame


def _one(corpus: Corpus, basemap: Basemap | None, perimeter: str) -> _One:
    stages = corpus.codebook.stages
    steps = tuple(stages.loc[stages["kind"] == "etape", "name"])
    reached = build_register_funnel(corpus.tables, stages, steps=steps)
    created = build_register_funnel(corpus.tables, stages)
    assert not isinstance(reached, Refusal) and not isinstance(created, Refusal)  # noqa: S101 - it has projects
    episodes = corpus.episodes()
    outcomes = derive_outcomes(episodes, corpus.tables["projets"])
    durations = build_durations(outcomes, episodes)
    bases = {
        "habitants": inhabitants(corpus, basemap, perimeter),
        "etp": staff(corpus),
        "annees": years_at_risk(durations),
    }
    issues = Counter(str(code) or UNKNOWN for code in outcomes["issue"])
    issues[UNKNOWN] += len(corpus.tables["projets"]) - len(outcomes)
    shares = [
        *(
            (STAGES, str(code), int(count))
            for code, count in reached.steps[["etape", "constate"]].itertuples(index=False)
        ),
        *((ISSUES, code or UNKNOWN, issues[code or UNKNOWN]) for code in OUTCOMES),
    ]
    rows = [_share(*row, len(corpus.tables["projets"])) for row in shares]
    return _One(corpus, pd.DataFrame(rows), durations, standard_rates(corpus, created, durations, bases))


def _share(view: str, code: str, count: int, n: int) -> dict[str, object]:
    rate = wilson_interval(count, n)
    return {
        "vue": view,
        "code": code,
        "effectif": count,
        "n": n,
        "part": rate.estimate,
        "bas": rate.low,
        "haut": rate.high,
    }


def _side_by_side(each: list[_One], draws: int, seed: int) -> Territories:
    keys = [one.corpus.name for one in each]
    names = _names([one.corpus for one in each])
    registers = _stacked(keys, [pd.DataFrame([describe_register(one.corpus, one.durations)]) for one in each])
    curves, refusals = _curves(each)
    sizes = {one.corpus.name: len(one.corpus.tables["projets"]) for one in each}
    return Territories(
        shares=_stacked(keys, [one.shares for one in each]),
        curves=curves,
        refusals=refusals,
        rates=_stacked(keys, [one.rates for one in each]),
        registers=registers,
        reserves=reserves(registers, names),
        differences=compare_territories(
            {one.corpus.name: one.durations for one in each}, sizes, TESTED, draws=draws, seed=seed
        ),
        names=names,
        observed={one.corpus.name: one.corpus.observed_on for one in each},
        n=sum(sizes.values()),
    )


def _stacked(keys: list[str], frames: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat([frame.assign(territoire=key) for key, frame in zip(keys, frames, strict=True)], ignore_index=True)


def _curves(each: list[_One]) -> tuple[pd.DataFrame, dict[str, Refusal]]:
    columns = ["territoire", "temps", "part", "bas", "haut", "a_risque"]
    parts, refusals = [pd.DataFrame(columns=columns)], {}
    for one in each:
        told = build_incidence(one.durations)
        if not isinstance(told, Refusal) and told.start > 0:
            told = Refusal(
                tell("la courbe des fins en concurrence"),
                tell("Personne n’y est suivi de bout en bout : la courbe commencerait à {age:.1f} mois, et ne dirait que "
                     "ceux qui ont duré jusque-là.", age=told.start),
                tell("dater le début de suivi des projets qui étaient déjà suivis à cet âge."),
            )  # fmt: skip
        if isinstance(told, Refusal):
            refusals[one.corpus.name] = told
            continue
        created = told.curves[told.curves["fin"] == "creation"].merge(told.steps[["temps", "a_risque"]], on="temps")
        readable = created[created["temps"] <= told.groups["dernier_lisible"].iloc[0]]
        parts.append(readable.assign(territoire=one.corpus.name)[columns])
    filled = [part for part in parts if len(part)] or parts
    return pd.concat(filled, ignore_index=True), refusals


def _names(corpora: Sequence[Corpus]) -> dict[str, dict[str, str]]:
    """The territory of each corpus; with the name of the corpus where two have the same."""
    met = Counter(corpus.source.said("territory") for corpus in corpora)
    found = {}
    for corpus in corpora:
        alike = met[corpus.source.said("territory")] > 1
        said = {one: corpus.source.said("territory", one) for one in ("fr", "en")}
        found[corpus.name] = {one: f"{name}, {corpus.name}" if alike else name for one, name in said.items()}
    return found


"""Two shares that differ by more make a reserve."""


def describe_register(corpus: Corpus, durations: Durations) -> dict[str, object]:
    """One row of the table of what is comparable.

    Returns ``observe, premier_fait`` (days), ``projets``, the shares of `SHARES` (0–1; NaN without a case), the
    projects behind three of them (``n_duree_connue, n_suivi_connu, n_temoins``), ``codes_propres`` (codes, stages or
    labels that the package does not have), ``protege`` (what the corpus protects).
    """
    facts, projects = corpus.tables["evenements"], corpus.tables["projets"]
    dated = facts["date_debut_precision"].dropna().astype("str")
    supported = projects["accompagne"].dropna().astype("str")
    return {
        "observe": corpus.observed_on,
        "premier_fait": facts["date_debut_min"].min(),
        "projets": len(projects),
        "duree_connue": durations.n / len(projects) if len(projects) else float("nan"),
        "suivi_connu": 1 - durations.supposed / durations.n if durations.n else float("nan"),
        "dates_precises": dated.isin(_PRECISE).mean(),
        "faits_incertains": facts["certitude"].dropna().astype("str").isin(_DOUBTFUL).mean(),
        "temoins": (supported == "non").mean(),
        "n_duree_connue": durations.n,
        "n_suivi_connu": durations.n - durations.supposed,
        "n_temoins": int((supported == "non").sum()),
        "codes_propres": own_codes(corpus),
        "protege": corpus.protection.protected,
    }


def own_codes(corpus: Corpus) -> int:
    """Stages, and codes of what is compared, that the package does not have or means otherwise; a programme is always local."""
    shipped = load_codebook()
    keys = ["list_name", "name", "label::fr", "family", "role"]
    said = set(map(tuple, corpus.codebook.choices_table[keys].to_numpy().tolist()))
    said -= set(map(tuple, shipped.choices_table[keys].to_numpy().tolist()))
    said = {row for row in said if row[0] in _COMPARED}
    rules = ["name", "opens", "closes", "reopens", "role"]
    stages = set(map(tuple, corpus.codebook.stages[rules].to_numpy().tolist()))
    return len(said) + len(stages - set(map(tuple, shipped.stages[rules].to_numpy().tolist())))


def reserves(table: pd.DataFrame, names: dict[str, dict[str, str]]) -> tuple[Sentence, ...]:
    """What forbids to compare without a reserve, one sentence each.

    ``table``: rows of `describe_register`, and ``territoire``; ``names``: ``{territory: {language: name}}``.
    """
    found = []
    days = table["observe"]
    if (days.max() - days.min()).days > 366:
        found.append(tell("dernier jour observé à plus d’un an d’écart"))
    for column, said in SHARES.items():
        values = table.set_index("territoire")[column].dropna()
        if len(values) > 1 and values.max() - values.min() > APART:
            low, high = str(values.idxmin()), str(values.idxmax())
            found.append(
                tell(
                    "{what} : {low} % dans « {here} », {high} % dans « {there} »",
                    what=tell(said),
                    low=round(100 * values[low]),
                    high=round(100 * values[high]),
                    here=labelled(names[low]),
                    there=labelled(names[high]),
                )
            )
    if table["codes_propres"].max() > 0:
        found.append(tell("codes ou étapes que l’un seul définit ainsi"))
    if len(set(table["protege"])) > 1:
        found.append(tell("protections différentes"))
    return tuple(found)
