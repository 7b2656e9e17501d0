"""Questions that a map answers better than a table: who gains inhabitants, who comes from where, where shares break."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ect_research.analysis.chance import Refusal
from ect_research.analysis.territory.map_limits import FEWEST_ZONES, refuse_few
from ect_research.analysis.territory.map_variables import MapVariable
from ect_research.figures.exhibit.exhibit import Exhibit, Finding, Strength
from ect_research.figures.maps.compose import compose_map, stacked, stacked_rows
from ect_research.figures.maps.ground.map_page import plan_page, shown_zones
from ect_research.figures.maps.layers.circles import Circles
from ect_research.figures.maps.layers.discontinuities import Discontinuities
from ect_research.figures.maps.layers.flows import Flows
from ect_research.figures.maps.protected_map import cited_state
from ect_research.figures.page.formats import format_percent
from ect_research.words import mark, tell

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from matplotlib.figure import Figure

    from ect_research.analysis.territory.rates import PlaceChange, PlaceTies, Rates
    from ect_research.corpus.basemap.basemap_model import Basemap
    from ect_research.figures.maps.layers.layer import Layer
    from ect_research.figures.page.caption import Caption


def show_place_change(change: PlaceChange | Refusal, basemap: Basemap, perimeter: str) -> Exhibit[PlaceChange]:
    """Circles of the projects, in two hues: communes that gain inhabitants, communes that lose some."""

    def layer(shown: Exhibit[PlaceChange]) -> Circles:
        told, theme = shown.told, shown.theme
        held, (first, last) = told.frame.set_index("commune"), told.years
        cited, date = cited_state(shown.context)
        label, unit, nothing = mark("Projets placés"), mark("nombre de projets"), mark("aucun projet placé")
        counts = MapVariable(held["n"], "stock", label, cited, date, unit, nothing=nothing)
        source = theme.say("Insee, populations de référence")
        label, unit = mark("Évolution de la population"), mark("% par an")
        tint = MapVariable(held["evolution"], "taux", label, source, f"{first}-{last}", unit, decimals=1)
        return Circles(counts, tint=tint)

    def words(shown: Exhibit[PlaceChange]) -> Caption:
        told, theme = shown.told, shown.theme
        projects = theme.say_n("{n} projet", "{n} projets", told.n)
        communes = theme.say_n("{n} commune", "{n} communes", len(told.frame))
        return shown.context.caption(
            title=theme.say("Les projets sont-ils là où la population augmente ?"),
            n=theme.say("n = {projects}, dans {communes}", projects=projects, communes=communes),
            subtitle=basemap.perimeter(perimeter).full_name(theme.language),
        )

    def finding(shown: Exhibit[PlaceChange]) -> Finding:
        told, theme = shown.told, shown.theme
        lost = told.everywhere < 0
        said = theme.say(
            "De {first} à {last}, {losing} des {held} communes qui ont des projets perdent des habitants ({share}), pour"
            " {all_losing} des {communes} communes du territoire ({all_share}).",
            first=told.years[0],
            last=told.years[1],
            losing=int((told.frame["evolution"] < 0).sum()),
            held=len(told.frame),
            share=format_percent(float((told.frame["evolution"] < 0).mean()), 0, theme.language),
            all_losing=int(lost.sum()),
            communes=len(lost),
            all_share=format_percent(float(lost.mean()), 0, theme.language),
        )
        return Finding(said, Strength.COUNTED)

    title = mark("Les projets sont-ils là où la population augmente ?")
    return _annexed(change, layer, words, finding, title, (basemap, perimeter, True))


def show_place_ties(ties: PlaceTies | Refusal, basemap: Basemap, perimeter: str) -> Exhibit[PlaceTies]:
    """Arrows from the communes of organisations to those of the projects they take part in; refused under three ways."""
    title = mark("D’où viennent ceux qui prennent part aux projets ?")

    def layer(shown: Exhibit[PlaceTies]) -> Flows:
        cited, date = cited_state(shown.context)
        return Flows(shown.told.ways, mark("Participations"), mark("nombre"), cited, date)

    def words(shown: Exhibit[PlaceTies]) -> Caption:
        told, theme = shown.told, shown.theme
        counted = theme.say_n("{n} participation", "{n} participations", told.n)
        lost = theme.say_n("{n} sans ses deux communes", "{n} sans leurs deux communes", told.unknown)
        return shown.context.caption(
            title=theme.say(title),
            n=f"n = {counted}",
            missing=lost if told.unknown else "",
            subtitle=basemap.perimeter(perimeter).full_name(theme.language),
            reading=theme.say("Un acteur compte une fois par projet, quels que soient ses rôles."),
        )

    def finding(shown: Exhibit[PlaceTies]) -> Finding:
        told, theme = shown.told, shown.theme
        apart = told.ways[told.ways["origine"] != told.ways["destination"]].iloc[0]
        known, most = told.n - told.unknown, int(apart["valeur"])
        said = theme.say(
            "Lieux connus pour {known} participations sur {n} : {within} dans la même commune.",
            known=known,
            n=told.n,
            within=told.within,
        )
        if most > 1 and int((told.ways["valeur"] == most).sum()) == 1:
            origin, destination = (basemap.name_of(str(apart[end])) for end in ("origine", "destination"))
            busiest = theme.say(
                "La voie la plus suivie va de {origin} à {destination} ({most}).",
                origin=origin,
                destination=destination,
                most=most,
            )
            said = f"{said} {busiest}"
        return Finding(said, Strength.COUNTED)

    return _annexed(ties, layer, words, finding, title, (basemap, perimeter, False), "participations", "acteurs")


def show_breaks(rates: Rates | Refusal, basemap: Basemap, perimeter: str) -> Exhibit[Rates]:
    """The borders where the quotient breaks most between two neighbouring intercommunalities; refused under twelve."""
    siren = {group.name: group.siren for group in basemap.perimeter(perimeter).epci}
    label, title = mark("Quotient de localisation"), mark("Où la part de projets change-t-elle d’un coup ?")

    def layer(shown: Exhibit[Rates]) -> Discontinuities:
        quotients = shown.told.frame.set_index("groupe")["quotient"].rename(index=siren)
        source, date = cited_state(shown.context)
        unit = mark("part des projets sur part des habitants")
        return Discontinuities(MapVariable(quotients, "taux", label, source, date, unit, "epci", decimals=1))

    def words(shown: Exhibit[Rates]) -> Caption:
        counted = shown.theme.say_n("{n} projet", "{n} projets", shown.told.n)
        where = basemap.perimeter(perimeter).full_name(shown.theme.language)
        return shown.context.caption(title=shown.theme.say(title), n=f"n = {counted}", subtitle=where)

    def finding(shown: Exhibit[Rates]) -> Finding:
        theme = shown.theme
        drawn: Any = shown.rows()
        frame = shown.told.frame.assign(siren=shown.told.frame["groupe"].map(siren)).set_index("siren")
        apart = [
            (frame["groupe"][one], frame["groupe"][other])
            for one, other in (str(code).split("-") for code in drawn["code"])
            if max(frame["bas"][one], frame["bas"][other]) > min(frame["haut"][one], frame["haut"][other])
        ]
        if not apart:
            said = theme.say("Entre intercommunalités voisines, aucun écart de plus que le hasard n’en met.")
            return Finding(said, Strength.AS_CHANCE)
        said = theme.say(
            "Entre voisines, un écart que le hasard n’explique pas : {pairs}.",
            pairs=theme.say(" ; ").join(f"{one} / {other}" for one, other in apart[:3]),
        )
        return Finding(said, Strength.BEYOND_CHANCE)

    if not isinstance(rates, Refusal):
        asked = tell("la carte des ruptures entre intercommunalités voisines")
        rates = refuse_few(asked, len(rates.frame), FEWEST_ZONES, tell("lire le tableau des quotients.")) or rates
    return _annexed(rates, layer, words, finding, title, (basemap, perimeter, False))


def _annexed(
    told: Any,  # noqa: ANN401 - one of the results above, or a refusal
    layer: Callable[[Exhibit[Any]], Layer],
    words: Callable[[Exhibit[Any]], Caption],
    finding: Callable[[Exhibit[Any]], Finding],
    title: str,
    where: tuple[Basemap, str, bool],
    *reads: str,
) -> Exhibit[Any]:
    """One layer made for its reader, over a perimeter (the last of ``where`` says whether it is shown alone)."""
    basemap, perimeter, closeup = where
    zones = shown_zones(basemap, perimeter, closeup=closeup)

    def layers(shown: Exhibit[Any]) -> list[Layer]:
        found = stacked(layer(shown), zones)
        assert not isinstance(found, Refusal)  # noqa: S101 - refused before
        return found

    def draw(shown: Exhibit[Any]) -> Figure:
        return compose_map(layers(shown), basemap, perimeter, shown.theme, closeup=closeup)

    def rows(shown: Exhibit[Any]) -> pd.DataFrame:
        page = plan_page(basemap, basemap.perimeter(perimeter), shown.theme, closeup=closeup)
        return stacked_rows(layers(shown), page)

    return Exhibit(
        told,
        rows,
        words,
        draw,
        finding_of=finding,
        title=title,
        reads=("projets", *reads),
        counts="organisations" if reads else "projets",
        place="annexe",
    )
