"""One question asked of the map before looking at it: are there more projects around here than chance would put?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import bdtrc

from ect_research.analysis.chance import Proportion, Refusal, demand_draws, wilson_bounds, wilson_interval
from ect_research.analysis.readable import Readable
from ect_research.analysis.territory.project_places import ProjectPlaces
from ect_research.corpus.basemap.basemap_model import Basemap
from ect_research.errors import EctError
from ect_research.words import Sentence, tell, tell_n

LEAST_EVENTS = 10
LEVEL = 0.05
_LEAST_KNOWN = 0.5
_BATCH = 1000


@dataclass(frozen=True)
class Focus:
    """Where more projects are expected, and when that was said.

    Attributes:
        name: as printed.
        communes: codes of today inside it.
        declared: where the hypothesis was written before looking (« protocole du 12 janvier 2026, § 3 »).

    Raises:
        EctError: no commune, or no trace of the declaration.
    """

    name: str | Sentence
    communes: frozenset[str]
    declared: str

    def told(self, language: Literal["fr", "en"] = "fr") -> str:
        """Its name, in a language."""
        return self.name if isinstance(self.name, str) else self.name.sentence(language)

    def __post_init__(self) -> None:
        if not self.declared.strip():
            raise EctError(
                "Foyer « {name} » : dire où et quand l’hypothèse a été écrite (declared=…). Un rayon choisi après "
                "avoir vu la carte trouve toujours quelque chose.",
                name=self.name,
            )
        if not self.communes:
            raise EctError("Foyer « {name} » : aucune commune.", name=self.name)


@dataclass(frozen=True)
class FocusTest(Readable):
    """Projects inside a focus, compared with chance.

    Attributes:
        focus: what was asked.
        share: projects inside among the projects placed, with the Wilson interval of as many projects as would be if each stood
            alone (those of one commune are inside or outside together: Kish's design effect, Σ m² / Σ m).
        expected: share of the reference (inhabitants, establishments) inside.
        places: communes that hold projects; those of one commune are not independent of one another.
        places_inside: those inside.
        p_exact: probability of so many projects or more inside if each fell on a commune at random, in proportion to the
            reference, independently of the others: the upper tail of the binomial law.
        p_places: the same for communes that hold projects, whatever their number of projects: as many communes drawn at
            random, without replacement, in proportion to the reference.
        p_bound: as ``p_places`` if every project without a known place lay outside, each in a commune of its own: places may
            be known less often far from the focus.
        errors: how often ``p_exact`` ≤ 0.05 with as many projects on this study area, exactly, when the focus draws once,
            twice or three times as many as its share: a false alarm, then two powers.
        unknown: projects without a known place.
        outside: projects outside the study area, which the test ignores.
        simulations: how many draws of communes.
        seed: of the draws.
    """

    exhibits = ("show_places", "foyer")

    focus: Focus
    share: Proportion
    expected: float
    places: int
    places_inside: int
    p_exact: float
    p_places: float
    p_bound: float
    errors: tuple[float, float, float]
    unknown: int
    outside: int
    simulations: int
    seed: int

    @property
    def ratio(self) -> float:
        """Observed share over expected share."""
        return self.share.estimate / self.expected

    @property
    def power(self) -> float:
        """Probability that ``p_exact`` ≤ 0.05 if a place inside drew twice as many projects as the same outside."""
        return self.errors[1]

    @property
    def p(self) -> float:
        """The one to judge by: the largest of the three."""
        return max(self.p_exact, self.p_places, self.p_bound)


def focus_around(basemap: Basemap, centre: str, radius_km: float, declared: str) -> Focus:
    """The communes whose label point is within a radius of that of a centre, as the crow flies.

    Args:
        basemap: from ``load_basemap``.
        centre: code Insee of a commune.
        radius_km: kilometres.
        declared: where the hypothesis was written.

    Raises:
        BasemapError: no such commune.

    >>> import ect_research as ect
    >>> focus = focus_around(ect.load_basemap(), "39397", 5, "protocole, § 3")
    >>> "39397" in focus.communes, focus.told(), focus.told("en")
    (True, 'Orgelet (rayon de 5 km)', 'Orgelet (5 km radius)')
    """
    points = basemap.communes.set_index("code")[["px", "py"]].astype("float64")
    name = tell("{centre} (rayon de {radius} km)", centre=basemap.name_of(centre), radius=f"{radius_km:g}")
    away = points - points.loc[centre]
    near = np.hypot(away["px"], away["py"]) <= 1000 * radius_km
    return Focus(name, frozenset(map(str, points.index[near])), declared)


def test_focus(
    projects: ProjectPlaces | pd.Series[str] | Refusal,
    reference: pd.Series[float],
    focus: Focus,
    *,
    simulations: int = 9999,
    seed: int = 0,
) -> FocusTest | Refusal:
    """Whether a focus holds more projects than its share of the reference.

    Args:
        projects: from `place_projects`, or the commune of each project, NaN when unknown; those whose commune is
            unknown or outside the reference are counted, not tested. A refusal is returned as it is.
        reference: weight of each commune of the study area (inhabitants, establishments), whole area and no more.
        focus: declared before looking.
        simulations: draws of the Monte-Carlo test.
        seed: of the draws.

    Returns:
        the test, or a `Refusal`: too few projects, half of them without a place, no result possible.

    Raises:
        EctError: a reference that is missing, negative or zero everywhere, or no simulation.

    Source:
        Besag & Newell (1991), *JRSS A* 154, 143–155 (focused tests); Efraimidis & Spirakis (2006) for the draws.

    >>> people = pd.Series({"a": 10.0, "b": 45.0, "c": 45.0})
    >>> found = test_focus(pd.Series(["a"] * 6 + ["b"] * 6), people, Focus("a", frozenset("a"), "protocole, § 3"))
    >>> round(found.ratio, 1), round(found.p_exact, 4), found.places, found.p_places > 0.05
    (5.0, 0.0005, 2, True)
    """
    if isinstance(projects, Refusal):
        return projects
    demand_draws(simulations)
    if not (reference >= 0).all() or not reference.sum() > 0:
        raise EctError("La référence du test de foyer doit être connue, positive ou nulle, et pas nulle partout.")
    communes = projects.projects["commune"] if isinstance(projects, ProjectPlaces) else projects
    placed = communes[communes.isin(list(reference.index))]
    weights = reference[reference > 0]
    within = weights.index.isin(list(focus.communes))
    expected = float(weights[within].sum() / weights.sum())
    refused = _refused(focus, len(placed), len(communes), expected)
    if refused is not None:
        return refused
    n, inside = len(placed), int(placed.isin(list(focus.communes)).sum())
    several = placed.value_counts()
    held = several.index
    held_inside, unknown = int(held.isin(list(focus.communes)).sum()), int(communes.isna().sum())
    draw = _PlaceDraws(np.asarray(weights, dtype=np.float64), np.asarray(within), simulations, seed)
    return FocusTest(
        focus,
        _together(inside, n, float((several**2).sum() / n)),
        expected,
        len(held),
        held_inside,
        p_exact=_at_least(inside, n, expected),
        p_places=draw.tail(len(held), held_inside),
        p_bound=draw.tail(len(held) + unknown, held_inside),
        errors=focus_errors(n, expected),
        unknown=unknown,
        outside=len(communes) - n - unknown,
        simulations=simulations,
        seed=seed,
    )


def _together(inside: int, n: int, repeats: float) -> Proportion:
    """A share whose cases go together so many at a time."""
    low, high = wilson_bounds(inside / n, n / repeats)
    return replace(wilson_interval(inside, n), low=low, high=high)


def focus_errors(n: int, expected: float) -> tuple[float, float, float]:
    """How often a test of ``n`` independent projects concludes at 5 % when the focus draws 1, 2 or 3 times its share.

    It is the rate that doubles, inside against outside, not the share: twice 75 % of the inhabitants would be 150 % of the
    projects; a doubled rate puts 85 % of them inside.

    >>> [round(rate, 2) for rate in focus_errors(15, 0.746)]
    [0.01, 0.09, 0.2]
    """
    needed = next(count for count in range(n + 2) if _at_least(count, n, expected) <= LEVEL)
    shares = [pull * expected / (pull * expected + 1 - expected) for pull in (1.0, 2.0, 3.0)]
    one, two, three = (_at_least(needed, n, share) for share in shares)
    return one, two, three


def _at_least(count: int, n: int, share: float) -> float:
    """Chance of so many cases or more among ``n`` independent ones."""
    return float(bdtrc(count - 1, n, share)) if count > 0 else 1.0


@dataclass(frozen=True)
class _PlaceDraws:
    """Communes drawn at random without replacement, in proportion to a reference."""

    weights: NDArray[np.float64]
    inside: NDArray[np.bool_]
    draws: int
    seed: int

    def tail(self, places: int, seen: int) -> float:
        """How often as many communes or more fall inside, among ``places`` drawn."""
        places = min(places, len(self.weights))
        random, above = np.random.default_rng(self.seed), 0
        for part in range(0, self.draws, _BATCH):
            keys = random.exponential(size=(min(_BATCH, self.draws - part), len(self.weights))) / self.weights
            drawn = np.argpartition(keys, places - 1, axis=1)[:, :places]
            above += int((self.inside[drawn].sum(axis=1) >= seen).sum())
        return (1 + above) / (1 + self.draws)


# pytest would otherwise collect it: its name says what it does, not that it is a test of this project.
test_focus.__test__ = False  # type: ignore[attr-defined]


def _refused(focus: Focus, n: int, asked: int, expected: float) -> Refusal | None:
    what = tell("le test du foyer")
    if n < _LEAST_KNOWN * asked:
        return Refusal(
            what,
            tell_n(
                "{focus} : {n} projet a un lieu connu, sur {asked} ; le test dirait où les documents localisent, non "
                "où "
                "l’on entreprend.",
                "{focus} : {n} projets ont un lieu connu, sur {asked} ; le test dirait où les documents localisent, "
                "non "
                "où l’on entreprend.",
                n,
                focus=focus.name,
                asked=asked,
            ),
            tell_n(
                "renseigner la commune d’au moins {n} projet de plus.",
                "renseigner la commune d’au moins {n} projets de plus.",
                int(np.ceil(_LEAST_KNOWN * asked)) - n,
            ),
        )
    if n < LEAST_EVENTS:
        return Refusal(
            what,
            tell_n(
                "{focus} : {n} projet placé, il en faut {fewest} ; à cet effectif, même un foyer qui attire trois fois "
                "plus passe inaperçu.",
                "{focus} : {n} projets placés, il en faut {fewest} ; à cet effectif, même un foyer qui attire trois "
                "fois "
                "plus passe inaperçu.",
                n,
                focus=focus.name,
                fewest=LEAST_EVENTS,
            ),
            tell("renseigner la commune de plus de projets."),
        )
    if not 0 < expected < 1 or expected**n > LEVEL:
        return Refusal(
            what,
            tell("Le foyer couvre une part de la référence telle qu’aucun résultat ne pourrait surprendre."),
            tell("choisir un foyer plus petit, ou une aire d’étude plus large."),
        )
    return None
