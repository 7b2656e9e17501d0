"""The words and the tables that go with the location map."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ect_research.analysis.territory.error_rates_of_focus import quote_simulation
from ect_research.analysis.territory.focused import LEVEL
from ect_research.figures.exhibit.exhibit import Exhibit, Finding, Strength, table
from ect_research.figures.exhibit.sourced_caption import sourced_caption
from ect_research.figures.maps.ground.map_words import absent_lines, semicolon_list
from ect_research.figures.page.caption import Caption
from ect_research.figures.page.formats import format_number, format_percent, format_percent_range, join_words
from ect_research.words import mark

if TYPE_CHECKING:
    import pandas as pd

    from ect_research.analysis.chance import Refusal
    from ect_research.analysis.territory import ProjectPlaces
    from ect_research.analysis.territory.focused import FocusTest
    from ect_research.analysis.territory.rates import Rates
    from ect_research.corpus.basemap.basemap_model import Basemap
    from ect_research.corpus.basemap.perimeters import Perimeter
    from ect_research.figures.exhibit.context import Context
    from ect_research.figures.page.theme import Theme


def caption_location_map(places: ProjectPlaces, corpus: Context, perimeter: Perimeter, theme: Theme) -> Caption:
    """The words around the map: how many projects have a place, and one circle read aloud."""
    fullest = places.communes.iloc[0]
    counted = theme.say_n("{n} projet", "{n} projets", places.n)
    return sourced_caption(
        corpus,
        theme,
        title=_title(places, theme),
        subtitle=theme.say("Projets par commune, {name}", name=perimeter.name(theme.language)),
        n=theme.say("n = {projects}, dont {shown} sur la carte", projects=counted, shown=places.placed),
        missing=join_words(absent_lines(places.counts, theme), theme.language) if places.placed < places.n else "",
        reading=theme.say(
            "À {name}, {projects} : {listed}. La surface d’un cercle est proportionnelle au nombre de projets.",
            name=fullest["nom"],
            projects=theme.say_n("{n} projet", "{n} projets", int(fullest["n"])),
            listed=semicolon_list(fullest["projets"], 6, theme),
        ),
    )


def _title(places: ProjectPlaces, theme: Theme) -> str:
    return theme.say("Où sont les projets ? {known} sur {n} ont un lieu connu", known=places.known, n=places.n)


def find_places(shown: Exhibit[ProjectPlaces]) -> Finding:
    """How many projects have a known place, and how many of them the fullest commune holds."""
    places, theme = shown.told, shown.theme
    fullest = places.communes.iloc[0]
    said = theme.say(
        "Lieu connu pour {known} sur {n} ; {name} en compte {most}.",
        known=theme.say_n("{n} projet", "{n} projets", places.known),
        n=places.n,
        name=fullest["nom"],
        most=int(fullest["n"]),
    )
    return Finding(said, Strength.COUNTED)


def show_communes(places: ProjectPlaces | Refusal) -> Exhibit[ProjectPlaces]:
    """Projects of each commune of the map, the fullest first; no intercommunality outside the perimeter."""
    return _placed(places, commune_rows, mark("Projets placés, par commune"))


def show_groups(places: ProjectPlaces | Refusal, basemap: Basemap) -> Exhibit[ProjectPlaces]:
    """Projects of each intercommunality of the perimeter, with its communes and inhabitants."""

    def rows(shown: Exhibit[ProjectPlaces]) -> pd.DataFrame:
        return shown.told.groups.rename(
            columns={"groupe": "intercommunalite", "population": "habitants", "n": "projets"}
        )

    shown = _placed(
        places,
        rows,
        mark("Projets placés, par intercommunalité"),
        mark("Les projets sans lieu connu ou hors du périmètre n’y sont pas comptés."),
    )
    return replace(shown, words_of=_within(shown, basemap))


def show_unplaced(places: ProjectPlaces | Refusal) -> Exhibit[ProjectPlaces]:
    """Projects that the map does not show, why, and the place as the source states it."""

    def rows(shown: Exhibit[ProjectPlaces]) -> pd.DataFrame:
        return shown.told.excluded

    return _placed(places, rows, mark("Projets que la carte ne montre pas, et pourquoi"))


def commune_rows(shown: Exhibit[ProjectPlaces]) -> pd.DataFrame:
    """Projects of each commune."""
    heads = {"commune": "commune_insee", "nom": "commune", "groupe": "intercommunalite"}
    return shown.told.communes.rename(columns=heads)


def show_focus(test: FocusTest | Refusal, basemap: Basemap, perimeter: str) -> Exhibit[FocusTest]:
    """Whether a focus said in advance holds more projects than its share of the inhabitants; a table of one row.

    Args:
        test: from ``test_focus``.
        basemap: from ``load_basemap``.
        perimeter: name of the perimeter tested.
    """

    def title(theme: Theme) -> str:
        where = basemap.perimeter(perimeter).full_name(theme.language)
        return theme.say("Les projets se concentrent-ils autour d’un centre ? {where}", where=where)

    def words(shown: Exhibit[FocusTest]) -> Caption:
        told, theme = shown.told, shown.theme
        n = theme.say_n("{n} projet", "{n} projets", told.share.n + told.excluded)
        said = theme.say(
            "p_exact : probabilité d’en voir autant ou plus si chaque projet tombait au hasard parmi les habitants."
        )
        return Caption(title(theme), f"n = {n}", "", reading=f"{said} {quote_simulation(told.share.n, theme.language)}")

    return Exhibit(test, _focus_rows, words, finding_of=_find_focus, title=title, reads=("projets",))


def _focus_rows(shown: Exhibit[FocusTest]) -> pd.DataFrame:
    import pandas as pd

    test = shown.told
    return pd.DataFrame(
        {
            "foyer": [test.focus.name],
            "declare": [test.focus.declared],
            "projets_places": [test.share.n],
            "dans_le_foyer": [test.share.count],
            "part": [test.share.estimate],
            "part_bas": [test.share.low],
            "part_haut": [test.share.high],
            "part_attendue": [test.expected],
            "rapport": [test.ratio],
            "p_exact": [test.p_exact],
            "p_simule": [test.p_simulated],
            "puissance_si_double": [test.power],
            "sans_lieu": [test.excluded],
            "simulations": [test.simulations],
            "graine": [test.seed],
        }
    )


def _find_focus(shown: Exhibit[FocusTest]) -> Finding:
    test, theme = shown.told, shown.theme
    counted = theme.say(
        "{name} : {inside} projets sur {n}, soit {share} ({interval}), pour {expected} des habitants",
        name=test.focus.name,
        inside=test.share.count,
        n=test.share.n,
        share=format_percent(test.share.estimate, 0, theme.language),
        interval=format_percent_range(test.share.low, test.share.high, theme.language),
        expected=format_percent(test.expected, 0, theme.language),
    )
    if test.p_exact <= LEVEL:
        return Finding(theme.say("{counted} : plus que le hasard n’en met.", counted=counted), Strength.BEYOND_CHANCE)
    return Finding(theme.say("{counted} : le hasard en met autant.", counted=counted), Strength.AS_CHANCE)


def show_quotients(rates: Rates | Refusal, basemap: Basemap, perimeter: str) -> Exhibit[Rates]:
    """Share of each intercommunality in the projects over its share in the inhabitants, with its interval.

    Args:
        rates: from ``build_project_quotients``.
        basemap: from ``load_basemap``.
        perimeter: name of the perimeter.
    """

    def title(theme: Theme) -> str:
        where = basemap.perimeter(perimeter).full_name(theme.language)
        return theme.say("Part des projets rapportée à la part des habitants : {where}", where=where)

    def words(shown: Exhibit[Rates]) -> Caption:
        theme = shown.theme
        return Caption(title(theme), f"n = {theme.say_n('{n} projet', '{n} projets', shown.told.n)}", "")

    def rows(shown: Exhibit[Rates]) -> pd.DataFrame:
        return shown.told.frame

    return Exhibit(rates, rows, words, finding_of=_find_quotients, title=title, reads=("projets",))


def _find_quotients(shown: Exhibit[Rates]) -> Finding:
    frame, theme = shown.told.frame, shown.theme
    apart = frame[(frame["bas"] > 1) | (frame["haut"] < 1)]
    if apart.empty:
        said = theme.say(
            "Aucune des {n} intercommunalités ne s’écarte de sa part d’habitants plus que le hasard.", n=len(frame)
        )
        return Finding(said, Strength.AS_CHANCE)
    named = [
        f"{row.groupe} ({format_number(float(str(row.quotient)), 1, theme.language)})" for row in apart.itertuples()
    ]
    said = theme.say(
        "{names} : part des projets différente de la part des habitants au-delà du hasard, sur {n} intercommunalités.",
        names=join_words(named, theme.language),
        n=len(frame),
    )
    return Finding(said, Strength.BEYOND_CHANCE)


def _placed(places: ProjectPlaces | Refusal, rows: Any, title: str, note: str = "") -> Exhibit[ProjectPlaces]:  # noqa: ANN401
    return table(places, rows, title=title, n=lambda shown: f"n = {shown.told.n} projets", note=note, reads=("projets",),
                 finding=find_places)  # fmt: skip


def _within(placed: Exhibit[ProjectPlaces], basemap: Basemap) -> Any:  # noqa: ANN401 - the words, with the perimeter named
    def words(shown: Exhibit[ProjectPlaces]) -> Caption:
        told, theme = shown.told, shown.theme
        said = placed.in_context(shown.context).words()
        return replace(
            said, title=f"{said.title}{theme.say(' : ')}{basemap.perimeter(told.perimeter).full_name(theme.language)}"
        )

    return words
