"""The words around the views of a typology: what was found, against what, and how often such a finding is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ect_research.analysis.typologies.evidence.error_rates import quote_rates
from ect_research.figures.exhibit.exhibit import Exhibit, Finding, Strength
from ect_research.figures.exhibit.sourced_caption import sourced_caption, title_for
from ect_research.figures.page.formats import format_number, format_percent, format_percent_range
from ect_research.words import mark

if TYPE_CHECKING:
    from ect_research.analysis.chance import Proportion
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
        "un type est stable si son point dépasse la barre grise et le meilleur type du hasard, solide si de plus le "
        "verdict "
        "d’ensemble est « types », fragile s’il ne dépasse que la barre ; sans structure d’ensemble, aucun ne se "
        "distingue "
        "du hasard."
    ),
    "verdict": mark(
        "un point au-dessus de la bande n’est pas reproduit par le modèle ; battre le hasard ne fait pas des types, "
        "il faut "
        "aussi battre des gradients."
    ),
    "dossier": mark(
        "aucun nombre n’est le bon : choisir celui dont les types tiennent et se racontent. PBC : plus haut vaut "
        "mieux ; "
        "HC : plus bas vaut mieux."
    ),
}
_VERDICTS = {
    "aucune_structure": mark("Aucune structure : des réponses battues au hasard font aussi bien"),
    "continuum": mark("Une structure, compatible avec un continuum : pas de types démontrés"),
    "types": mark("Des types, au-delà d’un continuum"),
}
_SETTINGS = {
    "gower": mark("{n} variables, projets placés par la distance de Gower"),
    "acm": mark("{n} variables, projets placés par l’ACM"),
}


def find_type_study(shown: Exhibit[TypeStudy]) -> Finding:
    """The verdict, whatever the view: no view may be read without it."""
    study, theme = shown.told, shown.theme
    said = theme.say_n(
        "{verdict} (n = {n} projet).",
        "{verdict} (n = {n} projets).",
        study.n,
        verdict=theme.say(_VERDICTS[study.verdict.verdict]),
    )
    none = study.verdict.verdict == "aucune_structure"
    return Finding(said, Strength.AS_CHANCE if none else Strength.BEYOND_CHANCE)


def word_view(shown: Exhibit[TypeStudy], view: View) -> Caption:
    """The words around one view of a typology."""
    study, theme = shown.told, shown.theme
    title, reading = theme.say(_TITLES[view]), theme.say(_READINGS[view])
    finding = theme.say(_VERDICTS[study.verdict.verdict])
    parts = [reading]
    if view == "verdict":
        parts = [f"{finding}. {reading[0].upper()}{reading[1:]}", *_wrong_types(study, theme)]
        if study.verdict.horseshoe > 0.5:
            parts.append(theme.say("L’axe 2 est en bonne part le carré de l’axe 1 (effet Guttman)."))
    if view == "stabilite":
        parts += _wrong_badges(study, theme)
    return sourced_caption(
        shown.context,
        theme,
        title=title_for(theme, title, finding if view == "verdict" else title),
        n=theme.say(
            "n = {n} projets, {variables} variables actives",
            n=format_number(study.n, 0, theme.language),
            variables=study.table.active.shape[1],
        ),
        missing=_missing(study, theme),
        reading=" ".join(parts),
    )


def _missing(study: TypeStudy, theme: Theme) -> str:
    unknown = _unknown(study)
    left = int((~study.table.in_play).sum())
    said = []
    if unknown > 0:
        share = format_percent(unknown, 0, theme.language)
        said.append(theme.say("{share} de réponses inconnues, sans poids", share=share))
    if left:
        said.append(
            theme.say(
                "projets trop peu documentés, hors du calcul :\u00a0{n}", n=format_number(left, 0, theme.language)
            )
        )
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
        n=format_number(quoted.n, 0, theme.language),
        setting=theme.say(_SETTINGS[quoted.route], n=quoted.variables),
        without=quoted.false_types.n,
        with_types=quoted.true_types.n,
        false=_rate(quoted.false_types, theme),
        true=_rate(quoted.true_types, theme),
        medium=_rate(quoted.medium_types, theme),
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
        n=format_number(quoted.n, 0, theme.language),
        setting=theme.say(_SETTINGS[quoted.route], n=quoted.variables),
        without=quoted.false_badge.n,
        with_types=quoted.true_badge.n,
        false=_rate(quoted.false_badge, theme),
        true=_rate(quoted.true_badge, theme),
        gradient=_rate(quoted.gradient_stable, theme),
    )
    return [said]


def _rate(measured: Proportion, theme: Theme) -> str:
    """A share with its interval: ``22 % [12 à 38 %]``."""
    share = format_percent(measured.estimate, 0, theme.language)
    return f"{share} [{format_percent_range(measured.low, measured.high, theme.language)}]"
