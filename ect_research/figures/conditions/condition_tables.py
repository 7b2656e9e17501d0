"""Tables around a qualitative comparative analysis: calibration, outcome, left-out cases, anchors, core, hypothesis, chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ect_research.figures.conditions.condition_view import BEYOND
from ect_research.figures.exhibit.exhibit import Exhibit, Finding, Strength
from ect_research.figures.page.formats import format_number, format_percent, join_words
from ect_research.words import Sentence, mark

if TYPE_CHECKING:
    from ect_research.analysis.conditions.calibration.calibrate import Calibrated
    from ect_research.analysis.conditions.calibration.reached_within import ReachedWithin
    from ect_research.analysis.conditions.condition_chance import OutcomePermutation
    from ect_research.figures.conditions.condition_view import ConditionView

KINDS = {
    "codes": mark("codes dans l’ensemble"),
    "seuils": mark("seuils"),
    "directe": mark("directe : hors, bascule, dans"),
    "indirecte": mark("indirecte : bornes des groupes"),
    "codages": mark("jugement d’un codeur"),
}

_AXES = {"coherence": mark("cohérence"), "pri": mark("PRI"), "effectif": mark("cas par ligne")}


def calibration_rows(shown: Exhibit[Calibrated]) -> pd.DataFrame:
    """One row per set: from what, how, why, how many in, what is doubtful."""
    told, theme = shown.told, shown.theme
    rows = []
    for name, one in told.sets.items():
        degrees = told.table[name].dropna()
        alerts = told.warnings[told.warnings["ensemble"] == name]
        doubts = [
            theme.say(str(alert)) + (f" ({int((cases != '').sum())})" if (cases != "").any() else "")
            for alert, cases in alerts.groupby("alerte", sort=False)["cas"]
        ]
        anchors = [format_number(anchor, 2 if anchor % 1 else 0, theme.language) for anchor in one.anchors]
        rows.append(
            {
                "ensemble": name,
                "colonne": one.column,
                "calage": theme.say(KINDS[one.kind]),
                "ancres": join_words([*one.codes, *anchors], theme.language, comma=" ; "),
                "pourquoi": one.why.sentence(theme.language) if isinstance(one.why, Sentence) else one.why,
                "connus": len(degrees),
                "dans": int((degrees > 0.5).sum()) if one.level_count == 2 else None,
                "doutes": theme.say(" ; ").join(doubts),
            }
        )
    return pd.DataFrame(rows)


def find_calibration(shown: Exhibit[Calibrated]) -> Finding:
    """How many cases are complete on all the sets."""
    told, theme = shown.told, shown.theme
    said = theme.say_n(
        "{n} projet sur {total} est calé dans les {sets} ensembles.",
        "{n} projets sur {total} sont calés dans les {sets} ensembles.",
        int(told.table.notna().all(axis=1).sum()),
        total=told.n,
        sets=len(told.sets),
    )
    return Finding(said, Strength.COUNTED)


def outcome_rows(shown: Exhibit[ReachedWithin]) -> pd.DataFrame:
    """One row per project: outcome, share of the draws, why."""
    told, theme = shown.told.table, shown.theme
    said = {1.0: theme.say("oui"), 0.0: theme.say("non")}
    return pd.DataFrame(
        {
            "projet": told["projet_id"].map(shown.context.names()),
            "resultat": told["resultat"].map(said).fillna(theme.say("inconnu")),
            "part_oui": told["part_oui"].round(2),
            "part_non": told["part_non"].round(2),
            "raison": told["raison"].map(theme.say),
            "regle": told["regle"],
        }
    )


def find_outcome(shown: Exhibit[ReachedWithin]) -> Finding:
    """How many reached it in time, how many did not, of how many nobody knows."""
    told, theme = shown.told, shown.theme
    yes = int((told.table["resultat"] == 1).sum())
    said = theme.say_n(
        "{n} projet a atteint l’étape en {months} mois, {no} non ; pour {unknown}, on ne peut pas le dire.",
        "{n} projets ont atteint l’étape en {months} mois, {no} non ; pour {unknown}, on ne peut pas le dire.",
        yes,
        months=told.months,
        no=told.n - yes,
        unknown=len(told.table) - told.n,
    )
    return Finding(said, Strength.COUNTED)


def chance_rows(shown: Exhibit[OutcomePermutation]) -> pd.DataFrame:
    """What was searched, what was found, what chance found."""
    told = shown.told
    return pd.DataFrame(
        [
            {
                "conditions": ", ".join(told.conditions),
                "analyses_essayees": told.searched,
                "score_observe": round(told.observed, 3),
                "score_median_rebattu": round(float(pd.Series(told.drawn).median()), 3),
                "part_publiable_rebattu": round(told.passing.estimate, 3),
                "p": round(told.p_value, 4),
                "tirages": told.draws,
            }
        ]
    )


def find_chance(shown: Exhibit[OutcomePermutation]) -> Finding:
    """Better than the same search on a shuffled outcome, or not."""
    told, theme = shown.told, shown.theme
    values = {
        "p": format_number(told.p_value, 3, theme.language),
        "rate": format_percent(told.passing.estimate, language=theme.language),
        "searched": theme.say_n("{n} analyse essayée", "{n} analyses essayées", told.searched),
    }
    better = mark("La solution fait mieux que la même recherche sur un résultat rebattu ({searched}, p = {p} ; une solution "
                  "publiable y paraît dans {rate} des tirages).")  # fmt: skip
    as_good = mark("La même recherche fait aussi bien sur un résultat rebattu ({searched}, p = {p} ; une solution publiable y "
                   "paraît dans {rate} des tirages).")  # fmt: skip
    beyond = told.p_value <= BEYOND
    said = theme.say(better if beyond else as_good, **values)
    return Finding(said, Strength.BEYOND_CHANCE if beyond else Strength.AS_CHANCE)


def checks_rows(shown: Exhibit[ConditionView]) -> pd.DataFrame:
    """Everything that was put to the test, one row a test: what, value, what it says."""
    checked, theme = shown.told.robustness, shown.theme
    assert checked is not None  # noqa: S101 - the view is refused without it
    language = theme.language
    names = shown.context.names()
    rows: list[tuple[str, str, str]] = []
    for axis, (low, high) in checked.ranges.items():
        said = theme.say("au-dessus de {low}, jusqu’à {high}", low=format_number(low, 3, language),
                         high=format_number(high, 3, language))  # fmt: skip
        rows.append((theme.say("seuil"), theme.say(_AXES[axis]), said))
    for row in checked.anchors.to_dict("records"):
        said = theme.say("de {low} à {high} (choisie : {at})", low=format_number(row["bas"], 2, language),
                         high=format_number(row["haut"], 2, language), at=format_number(row["ancre"], 2, language))  # fmt: skip
        rows.append((theme.say("ancre {n}", n=row["rang"]), str(row["ensemble"]), said))
    for told, kind in ((checked.left_out, theme.say("sans le cas")), (checked.groups, theme.say("sans le groupe"))):
        for row in told[~told["meme"]].to_dict("records") if len(told) else ():
            lost = theme.say("chemins perdus : {paths} ; ", paths=", ".join(row["perdus"])) if row["perdus"] else ""
            found = row["solution"] or theme.say("aucun chemin")
            rows.append(
                (kind, str(names.get(row["sans"], row["sans"])), lost + theme.say("devient {found}", found=found))
            )
    if checked.core is not None:
        core = checked.core
        said = theme.say("cohérence {a}, couverture {b} ; rang {rank} sur 4", a=format_number(core.core.consistency, 2, language),
                         b=format_number(core.core.coverage, 2, language), rank=core.rank)  # fmt: skip
        rows.append((theme.say("noyau robuste"), "", said))
    for row in checked.clusters.to_dict("records"):
        said = theme.say("cohérence {a}, couverture {b} (n = {n})", a=format_number(row["coherence"], 2, language),
                         b=format_number(row["couverture"], 2, language), n=row["n"])  # fmt: skip
        rows.append((theme.say("groupe"), str(row["groupe"]), said))
    for row in checked.theory.to_dict("records"):
        said = theme.say("{yes} cas avec le résultat, {no} sans", yes=len(row["cas_oui"]), no=len(row["cas_non"]))
        rows.append((theme.say("hypothèse"), theme.say(row["rencontre"]), said))
    return pd.DataFrame(rows, columns=["epreuve", "objet", "constat"])


def script_rows(shown: Exhibit[ConditionView]) -> pd.DataFrame:
    """The script for R, one row a line; its cases are beside the first line, for the gate to see them."""
    lines = shown.told.study.to_r().splitlines()
    return pd.DataFrame({"script": lines, "cas": [shown.told.study.data.cases, *[()] * (len(lines) - 1)]})
