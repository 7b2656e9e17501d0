"""Tables around a qualitative comparative analysis: calibration, outcome, chance, checks; the analysis in words."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from ect_research.analysis.conditions.calibrate import Calibrated
from ect_research.analysis.conditions.condition_chance import OutcomePermutation
from ect_research.analysis.conditions.reached_within import ReachedWithin
from ect_research.figures.conditions import condition_view as qca
from ect_research.figures.conditions.cutoff_stripes import find_ranges
from ect_research.figures.conditions.necessity_bars import find_models, find_necessary
from ect_research.figures.conditions.xy_plot import find_deviant
from ect_research.figures.exhibit.exhibit import Exhibit, Finding, Strength
from ect_research.words import Sentence, mark

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
        anchors = [theme.number(anchor, 2 if anchor % 1 else 0) for anchor in one.anchors]
        rows.append(
            {
                "ensemble": name,
                "colonne": one.column,
                "calage": theme.say(KINDS[one.kind]),
                "ancres": theme.join([*one.codes, *anchors], comma=" ; "),
                "pourquoi": one.why.sentence(theme.language) if isinstance(one.why, Sentence) else one.why,
                "connus": len(degrees),
                "dans": int((degrees > 0.5).sum()) if one.level_count == 2 else None,
                "doutes": theme.say(" ; ").join(doubts),
            }
        )
    return pd.DataFrame(rows)


def find_calibration(shown: Exhibit[Calibrated]) -> str:
    """How many cases are complete on all the sets."""
    told, theme = shown.told, shown.theme
    return theme.say_n(
        "{n} projet sur {total} est calé dans les {sets} ensembles.",
        "{n} projets sur {total} sont calés dans les {sets} ensembles.",
        int(told.table.notna().all(axis=1).sum()),
        total=told.n,
        sets=len(told.sets),
    )


def outcome_rows(shown: Exhibit[ReachedWithin]) -> pd.DataFrame:
    """One row per project: outcome, share of the draws, why."""
    told, theme = shown.told.table, shown.theme
    said = {1.0: theme.say("oui"), 0.0: theme.say("non")}
    return pd.DataFrame(
        {
            "projet": told["projet_id"].map(shown.names),
            "resultat": told["resultat"].map(said).fillna(theme.say("inconnu")),
            "part_oui": told["part_oui"].round(2),
            "part_non": told["part_non"].round(2),
            "raison": told["raison"].map(theme.say),
            "regle": told["regle"],
        }
    )


def find_outcome(shown: Exhibit[ReachedWithin]) -> str:
    """How many reached it in time, how many did not, of how many nobody knows."""
    told, theme = shown.told, shown.theme
    yes = int((told.table["resultat"] == 1).sum())
    return theme.say_n(
        "{n} projet a atteint l’étape en {months} mois, {no} non ; pour {unknown}, on ne peut pas le dire.",
        "{n} projets ont atteint l’étape en {months} mois, {no} non ; pour {unknown}, on ne peut pas le dire.",
        yes,
        months=told.months,
        no=told.n - yes,
        unknown=len(told.table) - told.n,
    )


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
        "p": theme.number(told.p_value, 3),
        "rate": theme.percent(told.passing.estimate),
        "searched": theme.say_n("{n} analyse essayée", "{n} analyses essayées", told.searched),
    }
    better = mark("La solution fait mieux que la même recherche sur un résultat rebattu ({searched}, p = {p} ; une solution "
                  "publiable y paraît dans {rate} des tirages).")  # fmt: skip
    as_good = mark("La même recherche fait aussi bien sur un résultat rebattu ({searched}, p = {p} ; une solution publiable y "
                   "paraît dans {rate} des tirages).")  # fmt: skip
    beyond = told.p_value <= qca.BEYOND
    said = theme.say(better if beyond else as_good, **values)
    return Finding(said, Strength.BEYOND_CHANCE if beyond else Strength.AS_CHANCE)


def checks_rows(shown: Exhibit[qca.ConditionView]) -> pd.DataFrame:
    """Everything that was put to the test, one row a test: what, value, what it says."""
    checked, theme = shown.told.robustness, shown.theme
    assert checked is not None  # noqa: S101 - the view is refused without it
    names = shown.names
    rows: list[tuple[str, str, str]] = []
    for axis, (low, high) in checked.ranges.items():
        said = theme.say("au-dessus de {low}, jusqu’à {high}", low=theme.number(low, 3),
                         high=theme.number(high, 3))  # fmt: skip
        rows.append((theme.say("seuil"), theme.say(_AXES[axis]), said))
    for row in checked.anchors.to_dict("records"):
        said = theme.say("de {low} à {high} (choisie : {at})", low=theme.number(row["bas"], 2),
                         high=theme.number(row["haut"], 2), at=theme.number(row["ancre"], 2))  # fmt: skip
        rows.append((theme.say("ancre {n}", n=row["rang"]), str(row["ensemble"]), said))
    for told, kind in ((checked.left_out, theme.say("sans le cas")), (checked.groups, theme.say("sans le groupe"))):
        for row in told[~told["meme"]].to_dict("records") if len(told) else ():
            lost = theme.say("chemins perdus : {paths} ; ", paths=", ".join(row["perdus"])) if row["perdus"] else ""
            found = row["solution"] or theme.say("aucun chemin")
            said = lost + theme.say("devient {found}", found=found)
            rows.append((kind, str(names.get(row["sans"], row["sans"])), said))
    if checked.core is not None:
        core = checked.core
        said = theme.say("cohérence {a}, couverture {b} ; rang {rank} sur 4", a=theme.number(core.core.consistency, 2),
                         b=theme.number(core.core.coverage, 2), rank=core.rank)  # fmt: skip
        rows.append((theme.say("noyau robuste"), "", said))
    for row in checked.clusters.to_dict("records"):
        said = theme.say("cohérence {a}, couverture {b} (n = {n})", a=theme.number(row["coherence"], 2),
                         b=theme.number(row["couverture"], 2), n=row["n"])  # fmt: skip
        rows.append((theme.say("groupe"), str(row["groupe"]), said))
    for row in checked.theory.to_dict("records"):
        said = theme.say("{yes} cas avec le résultat, {no} sans", yes=len(row["cas_oui"]), no=len(row["cas_non"]))
        rows.append((theme.say("hypothèse"), theme.say(row["rencontre"]), said))
    return pd.DataFrame(rows, columns=["epreuve", "objet", "constat"])


def script_rows(shown: Exhibit[qca.ConditionView]) -> pd.DataFrame:
    """The script for R, one row a line; its cases are beside the first line, for the gate to see them."""
    lines = shown.told.study.to_r().splitlines()
    return pd.DataFrame({"script": lines, "cas": [shown.told.study.data.cases, *[()] * (len(lines) - 1)]})


def report_rows(shown: Exhibit[qca.ConditionView]) -> pd.DataFrame:
    """One row per part of the report: heading and paragraph."""
    theme, view = shown.theme, shown.told
    other = replace(shown, result=replace(view, absent=not view.absent, rank=0))
    parts = [
        (theme.say("Données"), _data(shown)),
        (theme.say("Avant l’analyse : le hasard"), qca.noise_words(replace(shown, result=replace(view, chance=None)))),
        (theme.say("Nécessité"), f"{find_necessary(shown).sentence} {find_necessary(other).sentence}"),
        (theme.say("Table de vérité"), _truth(shown)),
        (theme.say("Solution"), f"{qca.find_paths(shown).sentence} {qca.say_paths(shown)}".strip()),
    ]
    if view.models:
        parts += [
            (theme.say("Cas"), find_deviant(shown).sentence),
            (theme.say("Modèles"), f"{find_models(shown).sentence} {_counterfactuals(shown)}"),
        ]
    if view.robustness is not None and view.models and not view.absent:
        parts.append((theme.say("Fragilité"), find_ranges(shown).sentence))
    parts.append((theme.say("Résultat inverse"), f"{qca.find_paths(other).sentence} {qca.say_paths(other)}".strip()))
    names = qca.case_names(shown)
    cited = [tuple(names[case] for case in (*view.study.data.cases, *view.study.left_out)), *[()] * (len(parts) - 1)]
    return pd.DataFrame(parts, columns=["partie", "texte"]).assign(cas=pd.Series(cited, dtype="object"))


def _data(shown: Exhibit[qca.ConditionView]) -> str:
    study, theme = shown.told.study, shown.theme
    said = theme.say_n(
        "{cases} cas, {k} conditions ({names}) ; {n} cas a le résultat {outcome}.",
        "{cases} cas, {k} conditions ({names}) ; {n} cas ont le résultat {outcome}.",
        int((shown.told.solved.table.data.outcome > 0.5).sum()),
        cases=study.n,
        k=len(study.data.conditions),
        names=theme.join([shown.told.name(name, shown.theme) for name in study.data.conditions]),
        outcome=qca.outcome_words(shown),
    )
    if study.left_out:
        names = qca.case_names(shown)
        said += " " + theme.say("Incomplets, laissés de côté : {names}.",
                                names=theme.join([names[case] for case in study.left_out], most=8))  # fmt: skip
    return said


def _truth(shown: Exhibit[qca.ConditionView]) -> str:
    table, theme = shown.told.solved.table, shown.theme
    cut = table.cutoffs
    near = [
        theme.number(float(value), 3)
        for value, n in zip(table.consistency, table.n, strict=True)
        if abs(value - cut.consistency) < 0.01 and n >= cut.cases
    ]
    said = theme.say(
        "{seen} configurations observées sur {all} possibles ; {positive} vont avec le résultat (cohérence d’au moins "
        "{consistency}, PRI d’au moins {pri}, {cases} cas au moins).",
        seen=len(table.rows),
        all=table.space.size,
        positive=table.codes.count("1"),
        consistency=theme.number(cut.consistency, 2),
        pri=theme.number(cut.pri, 2),
        cases=cut.cases,
    )
    if near:
        said += " " + theme.say("À moins de 0,01 du seuil de cohérence : {values}.", values=theme.join(near))
    return said


def _counterfactuals(shown: Exhibit[qca.ConditionView]) -> str:
    view, theme = shown.told, shown.theme
    found = view.solved.found
    easy = {number for pair in found.pairs for number in pair.easy}
    assumed = {number for rows in found.assumed for number in rows}
    said = theme.say("Aucune configuration jamais vue n’est supposée.")
    if assumed:
        said = theme.say(
            "La solution parcimonieuse suppose le résultat dans {assumed} configurations jamais vues ; {easy} sont des "
            "contrefactuels faciles, et {contradictory} sont supposées aussi pour le résultat inverse.",
            assumed=len(assumed),
            easy=len(easy),
            contradictory=len(view.study.contradictory),
        )
    against = view.study.against
    if against:
        said += " " + theme.say("Observées, et contraires à ce qui est dit ou menant aux deux résultats : lignes {rows}.",
                                rows=theme.join([str(number) for number in against]))  # fmt: skip
    return said
