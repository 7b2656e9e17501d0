"""The map of a corpus that protects its projects: no name of a project, no number under the threshold."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from ect_research.analysis.territory.map_variables import MapVariable
from ect_research.figures.exhibit.exhibit import Exhibit, Finding, Strength
from ect_research.figures.maps.compose import compose_map
from ect_research.figures.maps.layers.circles import Circles
from ect_research.figures.maps.layers.protected import ProtectedCircles
from ect_research.figures.page.formats import join_words
from ect_research.words import mark

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.figure import Figure

    from ect_research.analysis.territory.protected_map_counts import ProtectedPlaces
    from ect_research.corpus.basemap.basemap_model import Basemap
    from ect_research.figures.exhibit.context import Context
    from ect_research.figures.page.caption import Caption
    from ect_research.figures.page.theme import Theme


def show_protected_places(
    places: ProtectedPlaces, basemap: Basemap, moved: Mapping[str, Sequence[float]]
) -> Exhibit[ProtectedPlaces]:
    """Full circles on communes that reach the threshold, hollow ones for the others of a group, hatching elsewhere."""

    def draw(shown: Exhibit[ProtectedPlaces]) -> Figure:
        layer = protected_circles(shown.told, basemap, shown.context)
        return compose_map([layer], basemap, shown.told.perimeter, shown.theme, moved=moved)

    def rows(shown: Exhibit[ProtectedPlaces]) -> pd.DataFrame:
        told = shown.told
        communes = told.communes.rename(
            columns={"commune": "commune_insee", "nom": "commune", "groupe": "intercommunalite"}
        )
        rest = told.counts.groups.rename("n").rename_axis("intercommunalite").reset_index()
        return (
            pd.concat([communes, rest], ignore_index=True).rename(columns={"n": "projets"}).astype({"projets": "Int64"})
        )

    def words(shown: Exhibit[ProtectedPlaces]) -> Caption:
        told, theme = shown.told, shown.theme
        counted = theme.say_n("{n} projet", "{n} projets", told.n)
        return shown.context.caption(
            title=theme.say("Où sont les projets ?"),
            subtitle=theme.say(
                "Projets par commune, {name}", name=basemap.perimeter(told.perimeter).name(theme.language)
            ),
            n=theme.say("n = {projects}, dont {shown} dans le périmètre", projects=counted, shown=told.placed),
            reading=withheld_line(told, theme),
        )

    return Exhibit(places, rows, words, draw, finding_of=find_protected, reads=("projets",))


def find_protected(shown: Exhibit[ProtectedPlaces]) -> Finding:
    """Where most projects are, as far as it may be said."""
    told, theme = shown.told, shown.theme
    counted = theme.say_n("{n} projet", "{n} projets", told.placed)
    if told.communes.empty:
        said = theme.say("Dans le périmètre : {projects}, dont aucune commune ne peut être nommée.", projects=counted)
        return Finding(said, Strength.COUNTED)
    names = [f"{row.nom} ({row.n})" for row in told.communes.itertuples()][:3]
    said = theme.say(
        "Dans le périmètre : {projects}. Les communes qui en comptent le plus : {names}.",
        projects=counted,
        names=join_words(names, theme.language),
    )
    return Finding(said, Strength.COUNTED)


def withheld_line(told: ProtectedPlaces, theme: Theme) -> str:
    """What is withheld, and why."""
    return theme.say(
        "Ce corpus protège ses projets : aucun effectif de moins de {threshold} n’est montré, ni celui qui le donnerait par"
        " soustraction.",
        threshold=told.counts.threshold,
    )


def protected_circles(told: ProtectedPlaces, basemap: Basemap, context: Context) -> ProtectedCircles:
    """The layer of what may be said, its groups by their SIREN."""
    counts = told.counts
    siren = {group.name: group.siren for group in basemap.perimeter(told.perimeter).epci}
    groups = counts.groups.rename(index=siren)
    hidden = tuple(sorted(siren[name] for name in counts.hidden))
    source, date = cited_state(context)
    safe = replace(counts, groups=groups, hidden=hidden)
    return ProtectedCircles(safe, mark("Projets placés"), mark("nombre de projets"), source, date)


def circle_protected(told: ProtectedPlaces, context: Context) -> Circles | None:
    """The communes whose count is said, as circles of the page to explore; None when there is none."""
    if told.communes.empty:
        return None
    source, date = cited_state(context)
    nothing = context.theme.say("moins de {threshold} projets, ou masqué", threshold=told.counts.threshold)
    counts = told.communes.set_index("commune")["n"]
    label, unit = mark("Projets placés"), mark("nombre de projets")
    return Circles(MapVariable(counts, "stock", label, source, date, unit, nothing=nothing))


def cited_state(context: Context) -> tuple[str, str]:
    """The citation of a corpus and the state it shows, as a layer cites them."""
    theme = context.theme
    day = f"{context.observed_on:%d/%m/%Y}"
    return context.source.said("citation", theme.language), theme.say("état au {day}", day=day)
