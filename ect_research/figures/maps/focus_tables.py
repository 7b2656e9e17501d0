"""Do projects gather around a place said in advance? Do intercommunalities have more than their share?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ect_research.analysis.territory.error_rates_of_focus import quote_simulation
from ect_research.analysis.territory.focused import LEVEL
from ect_research.figures.exhibit.exhibit import Exhibit, Finding, Strength
from ect_research.figures.page.caption import Caption
from ect_research.figures.page.formats import format_number, format_percent, format_percent_range, join_words

if TYPE_CHECKING:
    import pandas as pd

    from ect_research.analysis.chance import Refusal
    from ect_research.analysis.territory.focused import FocusTest
    from ect_research.analysis.territory.rates import Rates
    from ect_research.corpus.basemap.basemap_model import Basemap
    from ect_research.figures.page.theme import Theme


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
        heads = {"groupe": "intercommunalite", "n": "projets", "reference": "habitants"}
        return shown.told.frame.rename(columns=heads)

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
