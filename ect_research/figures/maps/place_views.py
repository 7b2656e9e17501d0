"""The views of places, by name; do projects gather around a place said in advance, or in some intercommunalities?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ect_research.analysis.territory.focused import LEVEL
from ect_research.figures.exhibit.exhibit import Exhibit, Finding, Strength, view_of
from ect_research.figures.maps.density import show_density, show_density_page
from ect_research.figures.maps.location import show_communes, show_groups, show_location_map, show_unplaced
from ect_research.figures.maps.place_maps import show_breaks, show_place_change, show_place_ties
from ect_research.figures.page.caption import Caption
from ect_research.figures.page.formats import format_number, format_percent, format_percent_range, join_words
from ect_research.words import mark

if TYPE_CHECKING:
    import pandas as pd

    from ect_research.analysis.chance import Refusal
    from ect_research.analysis.territory.focused import FocusTest
    from ect_research.analysis.territory.rates import Rates
    from ect_research.corpus.basemap.basemap_model import Basemap
    from ect_research.figures.page.theme import Theme


def _show_focus(test: FocusTest | Refusal, basemap: Basemap, perimeter: str) -> Exhibit[FocusTest]:
    """Whether a focus said in advance holds more projects than its share of the inhabitants; a table of one row."""

    def words(shown: Exhibit[FocusTest]) -> Caption:
        told, theme = shown.told, shown.theme
        n = theme.say_n("{n} projet", "{n} projets", told.share.n + told.unknown + told.outside)
        where = basemap.perimeter(perimeter).full_name(theme.language)
        return Caption(theme.say(title), f"n = {n}", "", subtitle=where, reading=_how_to_read(told, theme))

    title = mark("Les projets se concentrent-ils autour d’un centre ?")
    return Exhibit(test, _focus_rows, words, finding_of=_find_focus, title=title, reads=("projets",))


def _how_to_read(test: FocusTest, theme: Theme) -> str:
    """What each probability supposes, and how often a test of this size on this area is wrong."""
    false, double, triple = (format_percent(rate, 0, theme.language) for rate in test.errors)
    parts = (
        theme.say(
            "p_exact : probabilité d’en voir autant ou plus si chaque projet tombait au hasard parmi les habitants, sans lien"
            " avec les autres."
        ),
        theme.say("p_par_lieu : la même pour les {places} communes qui ont des projets, quel que soit leur nombre.",
                  places=test.places),
        theme.say("p_borne : la même si tous les projets sans lieu connu ({unknown}) étaient hors du foyer.",
                  unknown=test.unknown),
        theme.say("On conclut sur la plus grande des trois."),
        theme.say(
            "Avec {n} projets indépendants et {expected} des habitants dans le foyer, p_exact passe sous 5 % à tort dans"
            " {false} des cas ; si le foyer attire deux fois plus, il le voit dans {double} des cas, trois fois plus, dans"
            " {triple} ; le test par lieu en voit moins.",
            n=test.share.n,
            expected=format_percent(test.expected, 0, theme.language),
            false=false,
            double=double,
            triple=triple,
        ),
    )  # fmt: skip
    return " ".join(parts)


def _focus_rows(shown: Exhibit[FocusTest]) -> pd.DataFrame:
    import pandas as pd

    test = shown.told
    return pd.DataFrame(
        {
            "foyer": [test.focus.told(shown.theme.language)],
            "declare": [test.focus.declared],
            "projets_places": [test.share.n],
            "dans_le_foyer": [test.share.count],
            "lieux": [test.places],
            "lieux_dans_le_foyer": [test.places_inside],
            "part": [test.share.estimate],
            "part_bas": [test.share.low],
            "part_haut": [test.share.high],
            "part_attendue": [test.expected],
            "rapport": [test.ratio],
            "p_exact": [test.p_exact],
            "p_par_lieu": [test.p_places],
            "p_borne": [test.p_bound],
            "puissance_si_double": [test.power],
            "sans_lieu": [test.unknown],
            "hors_perimetre": [test.outside],
            "simulations": [test.simulations],
            "graine": [test.seed],
        }
    )


def _find_focus(shown: Exhibit[FocusTest]) -> Finding:
    test, theme = shown.told, shown.theme
    counted = theme.say(
        "{name} : {projects} sur {n}, soit {share} ({interval}), pour {expected} des habitants",
        name=test.focus.told(theme.language),
        projects=theme.say_n("{n} projet", "{n} projets", test.share.count),
        n=test.share.n,
        share=format_percent(test.share.estimate, 0, theme.language),
        interval=format_percent_range(test.share.low, test.share.high, theme.language),
        expected=format_percent(test.expected, 0, theme.language),
    )
    if test.p <= LEVEL:
        return Finding(theme.say("{counted} : plus que le hasard n’en met.", counted=counted), Strength.BEYOND_CHANCE)
    if test.p_exact <= LEVEL:
        said = theme.say(
            "{counted} : plus que le hasard si les projets étaient indépendants et leurs lieux tous connus, ce qui n’est pas"
            " établi.",
            counted=counted,
        )
        return Finding(said, Strength.AS_CHANCE)
    return Finding(theme.say("{counted} : le hasard en met autant.", counted=counted), Strength.AS_CHANCE)


def _show_quotients(rates: Rates | Refusal, basemap: Basemap, perimeter: str) -> Exhibit[Rates]:
    """Share of each intercommunality in the projects over its share in the inhabitants, with its interval."""

    def words(shown: Exhibit[Rates]) -> Caption:
        told, theme = shown.told, shown.theme
        note = theme.say(
            "Les projets d’une même commune ne sont pas indépendants : les intervalles, qui tiennent tous à la fois, sont ceux"
            " de {size} projets isolés.",
            size=format_number(told.n / told.repeats, 0, theme.language),
        )
        counted = theme.say_n("{n} projet", "{n} projets", told.n)
        where = basemap.perimeter(perimeter).full_name(theme.language)
        return Caption(theme.say(title), f"n = {counted}", "", subtitle=where, reading=note)

    def rows(shown: Exhibit[Rates]) -> pd.DataFrame:
        heads = {"groupe": "intercommunalite", "n": "projets", "reference": "habitants"}
        return shown.told.frame.rename(columns=heads)

    title = mark("Part des projets rapportée à la part des habitants")
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


Moves = Mapping[str, Sequence[float]] | None
_VIEWS: dict[str, Callable[[Any, Basemap, str, Moves], Exhibit[Any]]] = {
    "carte": lambda places, basemap, _, moved: show_location_map(places, basemap, moved=moved),
    "page": lambda places, basemap, *_: show_density_page(places, basemap),
    "communes": lambda places, *_: show_communes(places),
    "groupes": lambda places, basemap, *_: show_groups(places, basemap),
    "non_places": lambda places, *_: show_unplaced(places),
    "densite": lambda places, basemap, perimeter, moved: show_density(basemap, perimeter, places=places, moved=moved),
    "evolution": lambda change, basemap, perimeter, _: show_place_change(change, basemap, perimeter),
    "liens": lambda ties, basemap, perimeter, _: show_place_ties(ties, basemap, perimeter),
    "foyer": lambda test, basemap, perimeter, _: _show_focus(test, basemap, perimeter),
    "quotients": lambda rates, basemap, perimeter, _: _show_quotients(rates, basemap, perimeter),
    "ruptures": lambda rates, basemap, perimeter, _: show_breaks(rates, basemap, perimeter),
}


def show_places(
    result: Any,  # noqa: ANN401 - six results
    basemap: Basemap,
    view: str = "carte",
    perimeter: str = "",
    *,
    moved: Moves = None,
) -> Exhibit[Any]:
    """One view of where the projects are.

    Args:
        result: from ``place_projects`` or ``protect_places`` for ``carte`` (circles on the communes), ``page`` (the same over the
            density of people, to explore on a screen), ``densite`` (the same, printed), ``communes``, ``groupes`` (by
            intercommunalité) and ``non_places`` (those no document places); from ``build_place_change`` for ``evolution`` (are
            they where people come?), from ``build_place_ties`` for ``liens`` (where those who take part come from), from
            ``test_focus`` for ``foyer``, from ``build_project_quotients`` for ``quotients`` and ``ruptures``.
        basemap: from ``load_basemap``.
        view: its name.
        perimeter: name of the perimeter, for what is not placed in one: every view from ``densite`` on.
        moved: name → (right, up) in millimetres, for a name that the hand must move.

    Raises:
        EctError: no such view, or a name to move that the base map does not know.
        BasemapError: no such perimeter.
    """
    return view_of(view, _VIEWS)(result, basemap, perimeter, moved)
