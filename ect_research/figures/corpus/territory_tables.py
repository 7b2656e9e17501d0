"""Rates, reserves and differences of several territories, as tables."""

from __future__ import annotations

import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.analysis.corpus.standard_rates import PER, Differences
from ect_research.analysis.corpus.territories import Territories
from ect_research.figures.exhibit.exhibit import Exhibit, Finding, Strength
from ect_research.figures.page.formats import format_date, format_range
from ect_research.figures.page.theme import Theme
from ect_research.words import mark

MEASURES = {
    "projets": mark("projets du registre"),
    "creations": mark("créations attestées"),
    "embauches": mark("projets qui ont embauché"),
    "abandons": mark("abandons datés"),
}
_FOR = {
    "habitants": mark("pour 10 000 habitants"),
    "etp": mark("par ETP de l’intermédiaire"),
    "annees": mark("pour 100 années-projets à risque"),
}
_ENDS = {"creation": mark("Créations"), "abandon": mark("Abandons")}
_PROTECTED = {"personnes": mark("personnes"), "organisations": mark("organisations"), "projets": mark("projets")}
LEVEL = 0.05


def named(told: Territories, theme: Theme) -> dict[str, str]:
    """``{territory: name}`` in the reader's language."""
    return {key: labels[theme.language] for key, labels in told.names.items()}


def rate_rows(shown: Exhibit[Territories]) -> pd.DataFrame:
    """One row per territory and rate, those of one rate together; why there is none where there is none."""
    told, theme = shown.told, shown.theme
    names, rates = named(told, theme), told.rates
    # Without a base, one line says why.
    rates = rates[rates["taux"].notna() | (rates["par"] == "annees") | (rates["mesure"] == "projets")]
    parts = [
        rates[(rates["mesure"] == what) & (rates["par"] == par)].assign(
            mesure=f"{theme.say(MEASURES[what])}, {theme.say(_FOR[par])}"
        )
        for par in PER
        for what in MEASURES
    ]
    table = pd.concat([part for part in parts if len(part)], ignore_index=True)
    table["base"] = table["base"].round(1)
    table["territoire"] = table["territoire"].map(names)
    table["precision"] = [one.sentence(theme.language) for one in table["precision"]]
    numbers = table[["taux", "bas", "haut"]].round(2)
    return pd.concat([table[["mesure", "territoire", "effectif", "base"]], numbers, table["precision"]], axis=1)


def rate_finding(shown: Exhibit[Territories]) -> str:
    """The widest gap in projects per inhabitant, or per year at risk where no population is known."""
    told, theme = shown.told, shown.theme
    rates = told.rates[told.rates["taux"].notna()]
    for what, par in (("projets", "habitants"), ("creations", "annees")):
        rows = rates[(rates["mesure"] == what) & (rates["par"] == par)].sort_values("taux")
        if len(rows) > 1:
            return _gap(rows, f"{theme.say(MEASURES[what])} {theme.say(_FOR[par])}", shown)
    return theme.say("Aucun taux n’est connu de deux territoires à la fois.")


def _gap(rows: pd.DataFrame, what: str, shown: Exhibit[Territories]) -> str:
    told, theme = shown.told, shown.theme
    names = named(told, theme)
    low, high = rows.iloc[0], rows.iloc[-1]
    apart = low["haut"] < high["bas"]
    each = [
        f"{theme.number(one['taux'], 1)} [{format_range(one['bas'], one['haut'], 1, theme.language)}]"
        for one in (low, high)
    ]
    said = theme.say(
        "{what} : {low} dans « {here} », {high} dans « {there} »", what=what, low=each[0], high=each[1],
        here=names[low["territoire"]], there=names[high["territoire"]],
    )  # fmt: skip
    more = theme.say("intervalles disjoints") if apart else theme.say("intervalles qui se recouvrent")
    return f"{said[:1].upper()}{said[1:]}{theme.say(' ; ')}{more}."


def register_rows(shown: Exhibit[Territories]) -> pd.DataFrame:
    """One row per territory: how long it is observed, how its facts are told, what it protects."""
    told, theme = shown.told, shown.theme
    table, language = told.registers, theme.language
    protected = [[theme.say(_PROTECTED[one]) for one in units] for units in table["protege"]]
    columns = {
        "territoire": table["territoire"].map(named(told, theme)),
        "premier_fait": [format_date(day, "annee", language) for day in table["premier_fait"]],
        "observe_jusqu_au": [format_date(day, "jour", language) for day in table["observe"]],
        "projets": table["projets"],
        **{name: table[f"n_{name}"] for name in ("duree_connue", "suivi_connu", "temoins")},
        **{f"{name}_pct": (100 * table[name]).round(0) for name in ("dates_precises", "faits_incertains")},
        "codes_propres": table["codes_propres"],
        "protege": [theme.join(units) or theme.say("rien") for units in protected],
    }
    return pd.DataFrame(columns)


def register_finding(shown: Exhibit[Territories]) -> str:
    """How many reserves, and the first ones."""
    told, theme = shown.told, shown.theme
    if not told.reserves:
        return theme.say("Rien de ce qui est mesuré ici ne distingue ces registres.")
    return theme.say_n(
        "Une comparaison sous {n} réserve : {which}.",
        "Une comparaison sous {n} réserves : {which}.",
        len(told.reserves),
        which=theme.say(" ; ").join(one.sentence(theme.language) for one in told.reserves),
    )


def difference_rows(shown: Exhibit[Territories]) -> pd.DataFrame:
    """One row per end and territory: observed, expected, their ratio with its bounds, and the p of the end."""
    told, theme = shown.told, shown.theme
    found = _found(told)
    tests = found.tests.set_index("fin")
    table = found.ratios
    numbers = table[["attendu", "rapport", "bas", "haut"]].round(2)
    return pd.DataFrame(
        {
            "fin": [theme.say(_ENDS[end]) for end in table["fin"]],
            "territoire": table["territoire"].map(named(told, theme)),
            "observe": table["observe"],
            **{str(name): numbers[name] for name in numbers},
            "p": [round(float(tests["p"][end]), 4) for end in table["fin"]],
            "p_ajuste": [round(float(tests["p_holm"][end]), 4) for end in table["fin"]],
        }
    )


def difference_note(told: Territories, theme: Theme) -> str:
    """How to read it, and what is not tested, and why."""
    found = told.differences
    said = theme.say(
        "« attendu » : les fins qu’aurait le territoire si tous allaient du même pas au même âge. p : part des échanges de "
        "projets à risque, au même âge, qui font un aussi grand écart ; p_ajuste tient compte du nombre de fins testées "
        "(Holm). Un écart peut venir du territoire, de l’opérateur, ou de ce que disent les documents."
    )
    if isinstance(found, Refusal):
        return said
    names = named(told, theme)
    parts = [f"{names[key]} : {why.sentence(theme.language)}" for key, why in found.left_out.items()]
    parts += [f"{theme.say(_ENDS[end])} : {why.cause(theme.language)}" for end, why in found.refusals.items()]
    return f"{said} {theme.say('Hors des tests')} : {theme.say(' ; ').join(parts)}." if parts else said


def difference_finding(shown: Exhibit[Territories]) -> Finding:
    """The end that differs most beyond chance; else that chance does as much."""
    told, theme = shown.told, shown.theme
    found = _found(told)
    test = found.tests.sort_values("p_holm", kind="stable").iloc[0]
    # Nobody at risk, nothing expected: no ratio.
    rows = found.ratios[(found.ratios["fin"] == test["fin"]) & found.ratios["rapport"].notna()].sort_values("rapport")
    names, low, high = named(told, theme), rows.iloc[0], rows.iloc[-1]
    ratios = [theme.number(float(one["rapport"]), 1) for one in (low, high)]
    blanks = {
        "what": theme.say(_ENDS[str(test["fin"])]),
        "low": ratios[0],
        "high": ratios[1],
        "here": names[low["territoire"]],
        "there": names[high["territoire"]],
        "p": theme.number(float(test["p_holm"]), 3),
        "n": int(test["fins"]),
    }
    if test["p_holm"] <= LEVEL:
        said = theme.say(
            "{what} : un écart que le hasard ne fait guère (p ajusté = {p}, {n} fins) ; {low} fois l’attendu dans « {here} », "
            "{high} fois dans « {there} ».",
            **blanks,
        )
        return Finding(said, Strength.BEYOND_CHANCE)
    said = theme.say(
        "{what} : le hasard fait aussi bien (p ajusté = {p}, {n} fins) ; {low} fois l’attendu dans « {here} », {high} fois "
        "dans « {there} ».",
        **blanks,
    )
    return Finding(said, Strength.AS_CHANCE)


def _found(told: Territories) -> Differences:
    assert not isinstance(told.differences, Refusal)  # noqa: S101 - the exhibit is then refused
    return told.differences
