"""How often the spatial tests are wrong, as simulated once on the communes of the Jura, to be quoted beside a result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ect_research.analysis.chance import Refusal
from ect_research.words import tell

if TYPE_CHECKING:
    from ect_research.analysis.territory.project_places import ProjectPlaces

DRAWS = 200
COMMUNES = 492


@dataclass(frozen=True)
class SimulatedErrors:
    """Shares of draws where a test rejects at 5 %, for one number of projects.

    Attributes:
        projects: placed at random on the communes.
        focus_false: focused test, projects following the inhabitants.
        focus_seen: focused test, three times as many projects within 20 km of Lons-le-Saunier.
        moran_false: Moran's I on raw counts, projects following the inhabitants.
        moran_rate_seen: Moran's I on projects per inhabitant, three times as many.
    """

    projects: int
    focus_false: float
    focus_seen: float
    moran_false: float
    moran_rate_seen: float


# Written by tests/benchmarks/simulate_territory.py; a test holds the two together.
SIMULATED = (
    SimulatedErrors(20, 0.02, 0.68, 0.21, 0.055),
    SimulatedErrors(40, 0.04, 0.95, 0.295, 0.075),
    SimulatedErrors(100, 0.035, 0.995, 0.525, 0.18),
    SimulatedErrors(300, 0.065, 1.0, 0.825, 0.495),
)


def errors_for(projects: int) -> SimulatedErrors:
    """The simulation with as many projects, or with fewer when that number was not simulated; the smallest below 20.

    >>> [errors_for(n).projects for n in (6, 39, 40, 1000)]
    [20, 20, 40, 300]
    """
    fit = [row for row in SIMULATED if row.projects <= projects]
    return fit[-1] if fit else SIMULATED[0]


def quote_simulation(places: ProjectPlaces | Refusal | int, language: Literal["fr", "en"] = "fr") -> str:
    """The sentence that goes beside a test of concentration: its false alarms, its power, and what Moran's I would do.

    Args:
        places: from `place_projects`, or how many projects are placed; nothing is said of a refusal.
        language: of the sentence.

    Source:
        ``python tests/benchmarks/simulate_territory.py``: 200 draws per case on the 492 communes of the Jura, at 5 %;
        standard error 0.015 near 0.05, 0.035 near 0.5.

    >>> quote_simulation(28)[:59]
    'Fiabilité, simulée 200 fois sur les 492 communes du Jura av'
    """
    if isinstance(places, Refusal):
        return ""
    row = errors_for(places if isinstance(places, int) else places.placed)
    false, seen, moran, rate = (
        round(100 * share) for share in (row.focus_false, row.focus_seen, row.moran_false, row.moran_rate_seen)
    )
    return tell(
        "Fiabilité, simulée {draws} fois sur les {communes} communes du Jura avec {projects} projets, au seuil de 5 % "
        ": sans aucun effet, le test du foyer conclut à tort {false} fois sur 100 ; si les projets sont trois fois "
        "plus fréquents à moins de 20 km, il le voit {seen} fois sur 100. L’indice de Moran donnerait {moran} fausses "
        "alertes sur 100 sur des effectifs, et sur des taux ne verrait ce foyer que {rate} fois sur 100.",
        draws=DRAWS,
        communes=COMMUNES,
        projects=row.projects,
        false=false,
        seen=seen,
        moran=moran,
        rate=rate,
    ).sentence(language)
