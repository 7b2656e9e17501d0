"""The words around the views of a typology: what was found, against what, and how often such a finding is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ect_research.analysis.typologies.evidence.error_rates import quote_rates
from ect_research.figures.exhibit.exhibit import STRENGTHS, Exhibit, Finding
from ect_research.figures.typologies.type_words import wording_of
from ect_research.words import mark

if TYPE_CHECKING:
    from ect_research.analysis.typologies.type_study import TypeStudy
    from ect_research.figures.page.caption import Caption
    from ect_research.figures.page.theme import Theme

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
        "mieux ; "
        "HC : plus bas vaut mieux."
    ),
}
_SETTINGS = {
    "gower": mark("{n} variables, projets placés par la distance de Gower"),
    "acm": mark("{n} variables, projets placés par l’ACM"),
}


def find_type_study(shown: Exhibit[TypeStudy]) -> Finding:
    """The verdict, whatever the view: no view may be read without it."""
    study, theme = shown.told, shown.theme
    said = theme.say_n(
        "{verdict} (n = {n} projet).", "{verdict} (n = {n} projets).", study.n, verdict=verdict_said(shown)
    )
    return Finding(said, STRENGTHS[study.verdict.strength])


def verdict_said(shown: Exhibit[TypeStudy]) -> str:
    """The verdict as a reader reads it, over every view that shows types."""
    return shown.told.verdict.told(wording_of(shown).variables).sentence(shown.theme.language)


def word_view(shown: Exhibit[TypeStudy], view: View) -> Caption:
    """The words around one view of a typology."""
    study, theme = shown.told, shown.theme
    title, reading = theme.say(_TITLES[view]), theme.say(_READINGS[view])
    parts = [reading]
    if view == "verdict":
        parts += [_judged_on(study, theme), *_tied(shown), *_wrong_types(study, theme)]
        if study.verdict.horseshoe > 0.5:
            parts.append(theme.say("L’axe 2 est en bonne part le carré de l’axe 1 (effet Guttman)."))
    if view in ("projets", "arbre") and not study.verdict.shows_types:
        parts = []
    if view == "stabilite":
        parts += _wrong_badges(study, theme)
    return shown.context.caption(
        title=title,
        n=theme.say(
            "n = {n} projets, {variables} variables actives",
            n=theme.number(study.n),
            variables=study.table.active.shape[1],
        ),
        missing=_missing(study, theme),
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


def _missing(study: TypeStudy, theme: Theme) -> str:
    unknown = _unknown(study)
    left = int((~study.table.in_play).sum())
    said = []
    if unknown > 0:
        share = theme.percent(unknown)
        said.append(theme.say("{share} de réponses inconnues, sans poids", share=share))
    if left:
        said.append(theme.say("projets trop peu documentés, hors du calcul :\u00a0{n}", n=theme.number(left)))
    return theme.say(" ; ").join(said)


def _unknown(study: TypeStudy) -> float:
    """Share of unknown answers among the projects in play."""
    return 1 - float(study.table.known.loc[study.typology.types.index].to_numpy().mean())


def _wrong_types(study: TypeStudy, theme: Theme) -> list[str]:
    """How often such a verdict is wrong."""
    quoted = quote_rates(study.n, study.route, study.table.active.shape[1], _unknown(study))
    if quoted is None:
        return []
    said = theme.say(
        "Sur des registres simulés de {n} projets ({setting}), des types sont annoncés à tort dans {false} des "
        "{without} "
        "registres sans types, et reconnus dans {true} des {with_types} où ils sont nets, {medium} de ceux où ils sont "
        "moyens.",
        n=theme.number(quoted.n),
        setting=theme.say(_SETTINGS[quoted.route], n=quoted.variables),
        without=quoted.false_types.n,
        with_types=quoted.true_types.n,
        false=theme.rate(quoted.false_types),
        true=theme.rate(quoted.true_types),
        medium=theme.rate(quoted.medium_types),
    )
    return [said]


def _wrong_badges(study: TypeStudy, theme: Theme) -> list[str]:
    """How often such a badge is wrong."""
    quoted = quote_rates(study.n, study.route, study.table.active.shape[1], _unknown(study))
    if quoted is None:
        return []
    said = theme.say(
        "Sur des registres simulés de {n} projets ({setting}), un type est dit solide dans {false} des {without} "
        "registres "
        "sans types, et dans {true} des {with_types} où des types nets existent. Dans un gradient sans types, "
        "{gradient} ont "
        "un groupe stable : stable ne veut pas dire type.",
        n=theme.number(quoted.n),
        setting=theme.say(_SETTINGS[quoted.route], n=quoted.variables),
        without=quoted.false_badge.n,
        with_types=quoted.true_badge.n,
        false=theme.rate(quoted.false_badge),
        true=theme.rate(quoted.true_badge),
        gradient=theme.rate(quoted.gradient_stable),
    )
    return [said]
