"""The words around the views of a typology: what was found, against what, and how often such a finding is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ect_research.analysis.typologies.evidence.error_rates_quoted import quote_rates
from ect_research.figures.exhibit.exhibit import Exhibit, Finding, Strength
from ect_research.figures.exhibit.sourced_caption import sourced_caption, title_for
from ect_research.figures.page.formats import format_number, format_percent, format_percent_range

if TYPE_CHECKING:
    from ect_research.analysis.chance import Proportion
    from ect_research.analysis.typologies.type_study import TypeStudy
    from ect_research.figures.exhibit.context import Context
    from ect_research.figures.page.caption import Caption
    from ect_research.figures.page.theme import Theme

View = Literal["inertie", "modalites", "projets", "arbre", "stabilite", "verdict", "dossier"]
_STRENGTHS = {
    "aucune_structure": Strength.AS_CHANCE, "continuum": Strength.BEYOND_CHANCE, "types": Strength.BEYOND_CHANCE,
}  # fmt: skip
_TITLES = {
    "fr": {
        "inertie": "Ce que chaque axe résume",
        "modalites": "Quelles modalités vont ensemble ?",
        "projets": "Quels projets se ressemblent ?",
        "arbre": "Comment les projets se regroupent",
        "stabilite": "Quels types tiennent, face au hasard ?",
        "verdict": "Des types, un continuum ou rien ?",
        "dossier": "Combien de types ? Ce que donne chaque nombre",
    },
    "en": {
        "inertie": "What each axis sums up",
        "modalites": "Which codes go together?",
        "projets": "Which projects are alike?",
        "arbre": "How projects group",
        "stabilite": "Which types hold, against chance?",
        "verdict": "Types, a continuum, or nothing?",
        "dossier": "How many types? What each number gives",
    },
}
_READINGS = {
    "fr": {
        "inertie": "le codage disjonctif gonfle l’inertie totale : le taux modifié corrige le taux brut.",
        "modalites": "deux modalités proches sont portées par les mêmes projets ; l’inconnu ne pèse pas.",
        "projets": "ellipse : la moitié des projets d’un type d’au moins 5, si leur répartition était normale ; en gras, "
        "le parangon.",
        "arbre": "le trait pointillé coupe l’arbre ; la marque de chaque projet est son type après consolidation.",
        "stabilite": "un type est stable si son point dépasse la barre grise et le meilleur type du hasard, solide si de "
        "plus le verdict d’ensemble est « types », fragile s’il ne dépasse que la barre ; sans structure d’ensemble, aucun "
        "ne se distingue du hasard.",
        "verdict": "un point au-dessus de la bande n’est pas reproduit par le modèle ; battre le hasard ne fait pas des "
        "types, il faut aussi battre des gradients.",
        "dossier": "aucun nombre n’est le bon : choisir celui dont les types tiennent et se racontent. PBC : plus haut vaut "
        "mieux ; HC : plus bas vaut mieux.",
    },
    "en": {
        "inertie": "disjunctive coding inflates the total: the adjusted share corrects the raw one.",
        "modalites": "two codes close to each other are borne by the same projects; the unknown does not weigh.",
        "projets": "ellipse: half of the projects of a type (5 or more), were they normal; in bold, the paragon.",
        "arbre": "the dashed line cuts the tree; marks are types after consolidation.",
        "stabilite": "a type is stable above both the grey bar and the best type of chance, solid if the overall verdict "
        "is “types” too, fragile above the bar only; without overall structure, none can be told from chance.",
        "verdict": "a point above the band is not reproduced by the model; types must beat gradients, not only chance.",
        "dossier": "no number is right: choose one whose types hold and can be told. PBC: higher is better; HC: lower.",
    },
}
_VERDICTS = {
    "fr": {
        "aucune_structure": "Aucune structure : des réponses battues au hasard font aussi bien",
        "continuum": "Une structure, compatible avec un continuum : pas de types démontrés",
        "types": "Des types, au-delà d’un continuum",
    },
    "en": {
        "aucune_structure": "No structure: shuffled answers do as well",
        "continuum": "Structure, compatible with a continuum: no types shown",
        "types": "Types, beyond a continuum",
    },
}
_WORDS = {
    "fr": {
        "n": "n = {} projets, {} variables actives",
        "passive": "projets trop peu documentés, hors du calcul :\u00a0{}",
        "unknown": "{} de réponses inconnues, sans poids",
        "wrong_types": "Sur des registres simulés de {n} projets ({setting}), des types sont annoncés à tort dans {false} "
        "des {without} registres sans types, et reconnus dans {true} des {with_types} où ils sont nets, {medium} de ceux "
        "où ils sont moyens.",
        "wrong_badge": "Sur des registres simulés de {n} projets ({setting}), un type est dit solide dans {false} des "
        "{without} registres sans types, et dans {true} des {with_types} où des types nets existent. Dans un gradient sans "
        "types, {gradient} ont un groupe stable : stable ne veut pas dire type.",
        "gower": "{} variables, projets placés par la distance de Gower",
        "acm": "{} variables, projets placés par l’ACM",
        "other_setting": "La figure est faite autrement : ces taux n’y donnent qu’un ordre de grandeur.",
        "horseshoe": "L’axe 2 est en bonne part le carré de l’axe 1 (effet Guttman).",
    },
    "en": {
        "n": "n = {} projects, {} active variables",
        "passive": "projects too poorly documented, left out: {}",
        "unknown": "{} of answers unknown, without weight",
        "wrong_types": "On simulated registers of {n} projects ({setting}), types are wrongly announced in {false} of the "
        "{without} registers without types, and recognised in {true} of the {with_types} with clear ones, {medium} of those "
        "with medium ones.",
        "wrong_badge": "On simulated registers of {n} projects ({setting}), a type is called solid in {false} of the {without} "
        "without types, and in {true} of the {with_types} with clear ones. In a gradient without types, {gradient} have a "
        "stable group: stable does not mean type.",
        "gower": "{} variables, projects placed by Gower’s distance",
        "acm": "{} variables, projects placed by MCA",
        "other_setting": "This figure is made otherwise: here these rates are an order of magnitude only.",
        "horseshoe": "Axis 2 is largely the square of axis 1 (horseshoe).",
    },
}


def find_type_study(shown: Exhibit[TypeStudy]) -> Finding:
    """The verdict, whatever the view: no view may be read without it."""
    study, theme = shown.told, shown.theme
    return Finding(f"{_VERDICTS[theme.language][study.verdict.verdict]}.", _STRENGTHS[study.verdict.verdict])


def caption_type_study(study: TypeStudy, view: View, corpus: Context, theme: Theme) -> Caption:
    """The words around one view of a typology."""
    language, words = theme.language, _WORDS[theme.language]
    unknown = 1 - float(study.table.known.loc[study.typology.types.index].to_numpy().mean())
    left = int((~study.table.in_play).sum())
    missing = [words["unknown"].format(format_percent(unknown, 0, language))] if unknown > 0 else []
    if left:
        missing.append(words["passive"].format(format_number(left, 0, language)))
    finding = _VERDICTS[language][study.verdict.verdict]
    reading = _READINGS[language][view]
    parts = [reading]
    if view == "verdict":
        parts = [f"{finding}. {reading[0].upper()}{reading[1:]}", *_measured(study, "types", words, theme)]
        if study.verdict.horseshoe > 0.5:
            parts.append(words["horseshoe"])
    if view == "stabilite":
        parts += _measured(study, "badge", words, theme)
    title = _TITLES[language][view]
    return sourced_caption(
        corpus,
        theme,
        title=title_for(theme, title, finding if view == "verdict" else title),
        n=words["n"].format(format_number(study.n, 0, language), study.table.active.shape[1]),
        missing=(" ; " if language == "fr" else "; ").join(missing),
        reading=" ".join(parts),
    )


def _measured(study: TypeStudy, what: str, words: dict[str, str], theme: Theme) -> list[str]:
    quoted = quote_rates(study.n, study.route, study.table.active.shape[1])
    false, true = (
        (quoted.false_types, quoted.true_types) if what == "types" else (quoted.false_badge, quoted.true_badge)
    )
    said = words["wrong_types" if what == "types" else "wrong_badge"].format(
        n=format_number(quoted.n, 0, theme.language),
        setting=words[quoted.route].format(quoted.variables),
        without=false.n,
        with_types=true.n,
        false=_rate(false, theme),
        true=_rate(true, theme),
        medium=_rate(quoted.medium_types, theme),
        gradient=_rate(quoted.gradient_stable, theme),
    )
    return [said] if quoted.same_setting else [said, words["other_setting"]]


def _rate(measured: Proportion, theme: Theme) -> str:
    """A share with its interval: ``22 % [12 à 38 %]``."""
    share = format_percent(measured.estimate, 0, theme.language)
    return f"{share} [{format_percent_range(measured.low, measured.high, theme.language)}]"
