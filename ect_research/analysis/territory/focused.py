"""One question asked of the map before looking at it: are there more projects around here than chance would put?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ect_research.analysis.chance import Proportion, Refusal, demand_draws, plural, wilson_interval
from ect_research.analysis.readable import Readable
from ect_research.analysis.territory.project_places import ProjectPlaces
from ect_research.errors import EctError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LEAST_EVENTS = 10
LEVEL = 0.05
_LEAST_KNOWN = 0.5


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

    name: str
    communes: frozenset[str]
    declared: str

    def __post_init__(self) -> None:
        if not self.declared.strip():
            raise EctError(
                f"Foyer « {self.name} » : dire où et quand l’hypothèse a été écrite (declared=…). Un rayon choisi après"
                " avoir vu la carte trouve toujours quelque chose.",
                "Say where and when the hypothesis was written: a radius chosen after looking always finds something.",
            )
        if not self.communes:
            raise EctError(f"Foyer « {self.name} » : aucune commune.", "This focus holds no commune.")


@dataclass(frozen=True)
class FocusTest(Readable):
    """Projects inside a focus, compared with chance.

    Attributes:
        focus: what was asked.
        share: projects inside among the projects placed, with its Wilson interval.
        expected: share of the reference (inhabitants, establishments) inside.
        ratio: observed over expected.
        p_exact: probability of so many or more inside if each project fell on a commune at random, in proportion to
            the reference: the upper tail of the binomial law, which the simulation estimates.
        p_simulated: the same by simulation, (1 + as many or more) / (1 + simulations).
        power: probability of p ≤ 0.05 with as many projects if the focus drew twice its share.
        excluded: projects without a known place, which the test ignores.
        simulations: how many.
        seed: of the simulation.
    """

    exhibits = ("show_focus",)

    focus: Focus
    share: Proportion
    expected: float
    p_exact: float
    p_simulated: float
    power: float
    excluded: int
    simulations: int
    seed: int

    @property
    def ratio(self) -> float:
        """Observed share over expected share."""
        return self.share.estimate / self.expected


def focus_around(distances_km: pd.Series[float], radius_km: float, name: str, declared: str) -> Focus:
    """The communes within a radius of a centre.

    Args:
        distances_km: commune → distance (`crow_km`).
        radius_km: as the crow flies.
        name: as printed.
        declared: where the hypothesis was written.

    >>> focus_around(pd.Series({"a": 0.0, "b": 25.0}), 20, "20 km autour de a", "protocole, § 3").communes
    frozenset({'a'})
    """
    return Focus(name, frozenset(map(str, distances_km.index[distances_km <= radius_km])), declared)


def focus_on(members: Mapping[str, str], groups: Iterable[str], name: str, declared: str) -> Focus:
    """The communes of some groups.

    >>> focus_on({"39300": "ECLA", "39397": "Terre d’Émeraude"}, ["ECLA"], "ECLA", "protocole, § 3").communes
    frozenset({'39300'})
    """
    wanted = set(groups)
    return Focus(name, frozenset(code for code, group in members.items() if group in wanted), declared)


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
        Besag & Newell (1991), *JRSS A* 154, 143–155 (focused tests).

    >>> people = pd.Series({"a": 10.0, "b": 90.0})
    >>> found = test_focus(pd.Series(["a"] * 6 + ["b"] * 6), people, Focus("a", frozenset("a"), "protocole, § 3"))
    >>> round(found.ratio, 1), round(found.p_exact, 4)
    (5.0, 0.0005)
    """
    from scipy.stats import binom

    if isinstance(projects, Refusal):
        return projects
    demand_draws(simulations)
    if not (reference >= 0).all() or not reference.sum() > 0:
        raise EctError(
            "La référence du test de foyer doit être connue, positive ou nulle, et pas nulle partout.",
            "The reference of the focused test must be known, non-negative and not zero everywhere.",
        )
    communes = projects.projects["commune"] if isinstance(projects, ProjectPlaces) else projects
    placed = communes[communes.isin(list(reference.index))]
    expected = float(reference[reference.index.isin(list(focus.communes))].sum() / reference.sum())
    refused = _refused(focus, len(placed), len(communes), expected)
    if refused is not None:
        return refused
    n, inside = len(placed), int(placed.isin(list(focus.communes)).sum())
    draws = np.random.default_rng(seed).binomial(n, expected, simulations)
    needed = int(binom.isf(LEVEL, n, expected)) + 1
    return FocusTest(
        focus,
        wilson_interval(inside, n),
        expected,
        p_exact=float(binom.sf(inside - 1, n, expected)),
        p_simulated=float((1 + (draws >= inside).sum()) / (1 + simulations)),
        power=float(binom.sf(needed - 1, n, min(1.0, 2 * expected))),
        excluded=len(communes) - n,
        simulations=simulations,
        seed=seed,
    )


# pytest would otherwise collect it: its name says what it does, not that it is a test of this project.
test_focus.__test__ = False  # type: ignore[attr-defined]


def _refused(focus: Focus, n: int, asked: int, expected: float) -> Refusal | None:
    what = "le test du foyer"
    if n < _LEAST_KNOWN * asked:
        return Refusal(
            what,
            f"{focus.name} : {plural(n, 'projet a', 'projets ont')} un lieu connu, sur {asked} ; "
            "le test dirait où les documents localisent, non où l’on"
            " entreprend.",
            f"Only {n} of {asked} projects have a known place.",
            f"renseigner la commune d’au moins {plural(int(np.ceil(_LEAST_KNOWN * asked)) - n, 'projet')} de plus.",
            "give the commune of more projects.",
        )
    if n < LEAST_EVENTS:
        return Refusal(
            what,
            f"{focus.name} : {plural(n, 'projet placé', 'projets placés')}, il en faut {LEAST_EVENTS} ; "
            "à cet effectif, même un foyer qui attire trois fois plus"
            " passe inaperçu.",
            f"{n} projects placed, {LEAST_EVENTS} are needed.",
            "renseigner la commune de plus de projets.",
            "give the commune of more projects.",
        )
    if not 0 < expected < 1 or expected**n > LEVEL:
        return Refusal(
            what,
            "Le foyer couvre une part de la référence telle qu’aucun résultat ne pourrait surprendre.",
            "The focus covers such a share of the reference that no result could be surprising.",
            "choisir un foyer plus petit, ou une aire d’étude plus large.",
            "choose a smaller focus or a wider study area.",
        )
    return None
