"""The views of a typology, by name: the figure, its rows, and its words: what was found, against what, how often it is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Literal

import pandas as pd
from matplotlib.figure import Figure

from ect_research.analysis.chance import Proportion, Refusal
from ect_research.analysis.typologies.evidence.error_rates import quote_rates
from ect_research.analysis.typologies.factor_result import describe_axis
from ect_research.analysis.typologies.type_study import TypeStudy
from ect_research.figures.exhibit.exhibit import STRENGTHS, Exhibit, Finding, Place, table, view_of
from ect_research.figures.page.caption import Caption
from ect_research.figures.page.theme import Theme
from ect_research.figures.typologies.type_plane import draw_code_plane, draw_project_plane, draw_scree, draw_tree
from ect_research.figures.typologies.type_words import draw_stability, draw_verdict, word_rows, wording_of
from ect_research.words import mark, tell

MOST_PIVOTS = 3
_AS_TABLE: View = "dossier"
_CHECKS = {
    "acm": mark("Par l’analyse des correspondances"),
    "afdm": mark("Par l’analyse de données mixtes"),
    "gower": mark("Par la distance de Gower"),
    "sans_consolidation": mark("Arbre coupé, sans consolidation"),
    "medoides": mark("Autour de projets centraux (médoïdes)"),
    "sans_variable": mark("Sans la variable « {variable} »"),
}
_DRAWS: dict[View, Callable[[Exhibit[TypeStudy]], Figure]] = {
    "inertie": draw_scree,
    "modalites": draw_code_plane,
    "projets": draw_project_plane,
    "arbre": draw_tree,
    "stabilite": draw_stability,
    "verdict": draw_verdict,
}
View = Literal["inertie", "modalites", "projets", "arbre", "stabilite", "verdict", "dossier"]
_TITLES: dict[View, str] = {
    "inertie": mark("Ce que chaque axe résume"),
    "modalites": mark("Quelles modalités vont ensemble ?"),
    "projets": mark("Quels projets se ressemblent ?"),
    "arbre": mark("Comment les projets se regroupent"),
    "stabilite": mark("Quels types tiennent, face au hasard ?"),
    "verdict": mark("Des types, un continuum ou rien ?"),
    "dossier": mark("Combien de types ? Ce que donne chaque nombre"),
}
_READINGS: dict[View, str] = {
    "inertie": mark("le codage disjonctif gonfle l’inertie totale : le taux modifié corrige le taux brut."),
    "modalites": mark("deux modalités proches sont portées par les mêmes projets ; l’inconnu ne pèse pas."),
    "projets": mark(
        "ellipse : la moitié des projets d’un type d’au moins 5, si leur répartition était normale ; en gras, le "
        "parangon."
    ),
    "arbre": mark("le trait pointillé coupe l’arbre ; la marque de chaque projet est son type après consolidation."),
    "stabilite": mark(
        "un type est stable s’il revient et prédit ce qui ne l’a pas fait, plus que dans des registres où les variables ne "
        "sont liées que deux à deux ; solide si de plus le verdict d’ensemble est « types », fragile s’il revient moins (de "
        "0,60 à 0,75) ; sans structure d’ensemble, aucun ne se distingue du hasard."
    ),
    "verdict": mark(
        "un point au-dessus de la bande n’est pas reproduit par le modèle. Ce ne sont des types que si, de plus, ils "
        "prédisent une variable qui ne les a pas faits mieux que ses liens deux à deux, et si aucune variable ne les porte "
        "seule."
    ),
    "dossier": mark(
        "aucun nombre n’est le bon : choisir celui dont les types tiennent et se racontent. PBC : plus haut vaut "
        "mieux ; HC : plus bas vaut mieux."
    ),
}
_WRONG: dict[str, tuple[str, dict[str, str]]] = {
    "verdict": (
        mark(
            "Sur des registres simulés de {n} projets ({setting}), des types sont annoncés à tort dans {false} des {without} "
            "registres sans types, et reconnus dans {true} des {with_types} où ils sont nets, {medium} de ceux où ils sont "
            "moyens."
        ),
        {"false": "false_types", "true": "true_types", "medium": "medium_types"},
    ),
    "stabilite": (
        mark(
            "Sur des registres simulés de {n} projets ({setting}), un type est dit solide dans {false} des {without} registres "
            "sans types, et dans {true} des {with_types} où des types nets existent. Dans un gradient sans types, {gradient} "
            "ont un groupe stable : stable ne veut pas dire type."
        ),
        {"false": "false_badge", "true": "true_badge", "gradient": "gradient_stable"},
    ),
}
_SETTINGS = {
    "gower": mark("{n} variables, projets placés par la distance de Gower"),
    "acm": mark("{n} variables, projets placés par l’ACM"),
}


def show_type_study(study: TypeStudy | Refusal, view: View = "verdict") -> Exhibit[TypeStudy]:
    """One view of a typology.

    Args:
        study: from `build_type_study`.
        view: ``verdict`` (types, a continuum or nothing?), ``dossier`` (how many?), ``stabilite`` (which hold?), ``inertie``,
            ``modalites``, ``projets``, ``arbre``, ``mots`` (one paragraph a type) or ``controles`` (what becomes of the types
            when something changes).

    Raises:
        EctError: no such view.
    """
    if view in _TABLES:
        return _TABLES[view](study)
    draw = view_of(view, _EVERY)
    rows, words = partial(_rows, view=view), partial(_words, view=view)
    place: Place = "corps" if view == "verdict" else _place(study, shows_types=view in ("projets", "arbre"))
    shown = Exhibit(study, rows, words, draw, finding_of=_find_verdict, reads=("projets",), place=place)
    return shown if view == "verdict" else replace(shown, stamp_of=_verdict_said)


def _place(study: TypeStudy | Refusal, *, shows_types: bool) -> Place:
    """What shows types stands in the body where there are types; so does a refusal."""
    if isinstance(study, Refusal) or (shows_types and study.verdict.verdict == "types"):
        return "corps"
    return "annexe"


def _show_words(study: TypeStudy | Refusal) -> Exhibit[TypeStudy]:
    """One paragraph per type, with its badge; refused where the verdict finds no structure: there is no type to name."""
    place = _place(study, shows_types=True)
    shown = table(
        _nameable(study),
        word_rows,
        title=mark("Les types en mots"),
        n=_projects,
        note=mark(
            "Ces paragraphes décrivent, ils ne testent pas : les variables actives ont servi à construire les types."
        ),
        reads=("projets",),
        finding=_find_verdict,
    )
    return replace(shown, place=place, stamp_of=_verdict_said)


def _nameable(study: TypeStudy | Refusal) -> TypeStudy | Refusal:
    if isinstance(study, Refusal) or study.verdict.shows_types:
        return study
    return Refusal(
        tell("les types en mots"),
        tell("{verdict}.", verdict=study.verdict.said),
        tell("documenter d’autres variables ou d’autres projets ; d’ici là, lire les projets un à un."),
    )


def _show_checks(study: TypeStudy | Refusal) -> Exhibit[TypeStudy]:
    """What becomes of the types when something changes: another route, a variable less, a project less."""
    shown = table(
        study,
        _check_rows,
        title=mark("Ce que deviennent les types quand on change quelque chose"),
        n=_projects,
        reads=("projets",),
        finding=_find_verdict,
    )
    return replace(shown, place="annexe", stamp_of=_verdict_said)


def _projects(shown: Exhibit[TypeStudy]) -> str:
    return shown.theme.say_n("n = {n} projet", "n = {n} projets", shown.told.n)


def _rows(shown: Exhibit[TypeStudy], view: View) -> pd.DataFrame:
    """The rows behind one view."""
    study, wording = shown.told, wording_of(shown)
    if view == "modalites":
        frame = pd.concat([describe_axis(study.analysis, axis).assign(axe=axis) for axis in (1, 2)], ignore_index=True)
        pairs = zip(frame["variable"], frame["code"], strict=True)
        return frame.assign(libelle=[wording.code(str(name), str(code)) for name, code in pairs])
    if view in ("projets", "arbre"):
        points = study.typology.points.iloc[:, :2].set_axis(["axe_1", "axe_2"], axis=1)
        if study.verdict.shows_types:
            points = points.assign(type=study.typology.types, type_arbre=study.typology.tree_types)
        frame = points.reset_index()
        return frame.assign(projet=[wording.project(str(name)) for name in frame["projet_id"]])
    frames = {
        "inertie": study.analysis.eigenvalues,
        "stabilite": study.stability.projects.merge(study.stability.types, on="type", how="left"),
        "verdict": study.verdict.curve.merge(study.verdict.plane_curve, on="k", suffixes=("", "_plan")),
        "dossier": study.dossier.numbers.assign(
            effectifs=[" + ".join(map(str, sizes)) for sizes in study.dossier.numbers["effectifs"]]
        ),
    }
    hidden = [] if study.verdict.shows_types or view != "stabilite" else ["type"]
    return frames[view].drop(columns=hidden)


def _check_rows(shown: Exhibit[TypeStudy]) -> pd.DataFrame:
    study, theme, wording = shown.told, shown.theme, wording_of(shown)
    agreement = theme.say("accord (Rand ajusté)")
    rows = [
        (theme.say(_CHECKS[str(route)], variable=wording.variable(str(variable))), agreement, float(value))
        for route, variable, value in study.routes.itertuples(index=False, name=None)
    ]
    pivots, moved = study.influence.projects.head(MOST_PIVOTS), theme.say("autres projets déplacés")
    for name, count in zip(pivots["projet_id"], pivots["deplaces"], strict=True):
        told = theme.say("Sans le projet « {project} »", project=wording.project(str(name)))
        rows.append((told, moved, float(count)))
    share = theme.say("part des variables connues des deux")
    rows.append((theme.say("Types et projets mal documentés"), agreement, study.audit.agreement))
    rows.append((theme.say("Deux projets les moins comparables"), share, study.audit.comparable[0]))
    if not isinstance(study.ties, Refusal):
        close = theme.say("Partitions presque aussi bonnes (2 %) autour de projets centraux")
        rows.append((close, theme.say("nombre"), float(study.ties.partitions)))
        rows.append((theme.say("La plus différente d’entre elles"), agreement, study.ties.worst_agreement))
    return pd.DataFrame(rows, columns=["epreuve", "resultat", "valeur"])


def _find_verdict(shown: Exhibit[TypeStudy]) -> Finding:
    """The verdict, whatever the view: no view may be read without it."""
    study, theme = shown.told, shown.theme
    said = theme.say_n(
        "{verdict} (n = {n} projet).", "{verdict} (n = {n} projets).", study.n, verdict=_verdict_said(shown)
    )
    return Finding(said, STRENGTHS[study.verdict.strength])


def _verdict_said(shown: Exhibit[TypeStudy]) -> str:
    """The verdict as a reader reads it, over every view that shows types."""
    return shown.told.verdict.told(wording_of(shown).variables).sentence(shown.theme.language)


def _words(shown: Exhibit[TypeStudy], view: View) -> Caption:
    """The words around one view of a typology."""
    study, theme = shown.told, shown.theme
    parts = [theme.say(_READINGS[view])]
    if view == "verdict":
        parts += [_judged_on(study, theme), *_tied(shown)]
    if view in ("projets", "arbre") and not study.verdict.shows_types:
        parts = []
    parts += _wrong(study, view, theme)
    if view == "verdict" and study.verdict.horseshoe > 0.5:
        parts.append(theme.say("L’axe 2 est en bonne part le carré de l’axe 1 (effet Guttman)."))
    return shown.context.caption(
        title=theme.say(_TITLES[view]),
        n=theme.say(
            "n = {n} projets, {variables} variables actives",
            n=theme.number(study.n),
            variables=study.table.active.shape[1],
        ),
        missing=_not_drawn(study, theme),
        reading=" ".join(parts),
    )


def _judged_on(study: TypeStudy, theme: Theme) -> str:
    """What the verdict compares, which the curves of the best silhouettes do not show."""
    return theme.say(
        "La structure est jugée sur les liens entre variables, que ces courbes ne montrent pas (p = {together}) ; "
        "les types, face au continuum (p = {types}).",
        together=theme.number(study.verdict.p_structure, 2),
        types=theme.number(study.verdict.p_types, 2),
    )


def _tied(shown: Exhibit[TypeStudy]) -> list[str]:
    """The variables that command one another, unless the verdict is about them, and those that only describe therefore."""
    study, theme, names = shown.told, shown.theme, wording_of(shown).variables
    told = study.verdict.dependence.told(names)
    said = [] if told is None or study.verdict.said.blanks else [f"{told.sentence(theme.language)}."]
    if study.followups:
        named = theme.join([names.get(name, name) for name in study.followups])
        said.append(theme.say("Les suites d’un filtre décrivent les types sans les faire : {named}.", named=named))
    return said


def _not_drawn(study: TypeStudy, theme: Theme) -> tuple[str, str]:
    unknown, left = _unknown(study), int((~study.table.in_play).sum())
    said = theme.say("{share} de réponses inconnues, sans poids", share=theme.percent(unknown))
    out = theme.say("projets trop peu documentés, hors du calcul :\u00a0{n}", n=theme.number(left))
    return said if unknown > 0 else "", out if left else ""


def _unknown(study: TypeStudy) -> float:
    """Share of unknown answers among the projects in play."""
    return 1 - float(study.table.known.loc[study.typology.types.index].to_numpy().mean())


def _wrong(study: TypeStudy, view: View, theme: Theme) -> list[str]:
    """How often such a verdict, or such a badge, is wrong."""
    quoted = quote_rates(study.n, study.route, study.table.active.shape[1], _unknown(study))
    if quoted is None or view not in _WRONG:
        return []
    sentence, names = _WRONG[view]
    rates: dict[str, Proportion] = {blank: getattr(quoted, name) for blank, name in names.items()}
    said = theme.say(
        sentence,
        n=theme.number(quoted.n),
        setting=theme.say(_SETTINGS[quoted.route], n=quoted.variables),
        without=rates["false"].n,
        with_types=rates["true"].n,
        **{blank: theme.rate(rate) for blank, rate in rates.items()},
    )
    return [said]


_TABLES: dict[str, Callable[[TypeStudy | Refusal], Exhibit[TypeStudy]]] = {
    "mots": _show_words,
    "controles": _show_checks,
}
_EVERY: dict[str, Callable[[Exhibit[TypeStudy]], Figure] | None] = {**_DRAWS, _AS_TABLE: None, **dict.fromkeys(_TABLES)}  # type: ignore[dict-item]
