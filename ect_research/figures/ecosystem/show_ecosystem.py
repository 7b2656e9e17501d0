"""The views of the ecosystem, by name."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ect_research.figures.ecosystem.cohesion import show_definitions, show_network_chance
from ect_research.figures.ecosystem.intermediary_roles import show_intermediary_roles
from ect_research.figures.ecosystem.network import show_network
from ect_research.figures.ecosystem.network_tables import TABLES, project_actors, show_network_table
from ect_research.figures.ecosystem.sectors import show_sectors
from ect_research.figures.exhibit.views import view_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from ect_research.analysis.chance import Refusal
    from ect_research.analysis.ecosystem.ecosystem import Ecosystem
    from ect_research.figures.exhibit.exhibit import Exhibit

_VIEWS: dict[str, Callable[[Ecosystem | Refusal], Exhibit[Ecosystem]]] = {
    "dessin": show_network,
    "matrice": project_actors,
    "definitions": show_definitions,
    "hasard": show_network_chance,
    "secteurs": show_sectors,
    "roles": show_intermediary_roles,
    **{about: partial(show_network_table, about=about) for about in TABLES},
}


def show_ecosystem(ecosystem: Ecosystem | Refusal, view: str = "dessin") -> Exhibit[Ecosystem]:
    """One view of who is in which project, with and without the intermediary.

    Args:
        ecosystem: from ``build_ecosystem``.
        view: ``dessin`` (two drawings on one layout, without the intermediary then with it), ``matrice`` (projects × actors,
            its readable twin), ``definitions`` (what each definition of a tie gives), ``hasard`` (against the null band),
            ``secteurs`` (mixing), ``roles`` (of the intermediary, by stage), ``acteurs`` (betweenness, constraint, brokerage),
            ``annees`` or ``retrouvailles`` (partners together in several projects).

    Raises:
        EctError: no such view.

    >>> import ect_research as ect
    >>> study = ect.open_study("pays-ledonien")
    >>> told = ect.build_ecosystem(study.corpus.tables, study.episodes().frame, draws=19)
    >>> show_ecosystem(told, "retrouvailles").in_context(study.context).rows()["projets"].tolist()
    [4, 2, 2]
    """
    return view_of(view, _VIEWS)(ecosystem)
