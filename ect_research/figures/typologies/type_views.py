"""The views of a typology, by name: the figure, its caption and the rows behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.analysis.typologies.factors.factor_result import describe_axis
from ect_research.analysis.typologies.type_words import word_types
from ect_research.figures.typologies.axes import draw_code_plane, draw_scree
from ect_research.figures.typologies.type_evidence import draw_dossier, draw_stability, draw_verdict
from ect_research.figures.typologies.type_plane import draw_project_plane, draw_tree

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ect_research.analysis.typologies.type_study import TypeStudy
    from ect_research.analysis.typologies.type_words import Wording
    from ect_research.figures.page.theme import Theme

MOST_PIVOTS = 3
_CHECKS = {
    "fr": {
        "acm": "Par l’analyse des correspondances",
        "afdm": "Par l’analyse de données mixtes",
        "gower": "Par la distance de Gower",
        "sans_consolidation": "Arbre coupé, sans consolidation",
        "medoides": "Autour de projets centraux (médoïdes)",
        "sans_variable": "Sans la variable « {} »",
        "removed": "Sans le projet « {} »",
        "holes": "Types et projets mal documentés",
        "shared": "Deux projets les moins comparables",
        "ties": "Partitions presque aussi bonnes (2 %) autour de projets centraux",
        "worst": "La plus différente d’entre elles",
        "agreement": "accord (Rand ajusté)",
        "moved": "autres projets déplacés",
        "share": "part des variables connues des deux",
        "count": "nombre",
    },
    "en": {
        "acm": "By correspondence analysis",
        "afdm": "By factor analysis of mixed data",
        "gower": "By Gower’s distance",
        "sans_consolidation": "Tree cut, without consolidation",
        "medoides": "Around central projects (medoids)",
        "sans_variable": "Without the variable “{}”",
        "removed": "Without the project “{}”",
        "holes": "Types and poorly documented projects",
        "shared": "Two least comparable projects",
        "ties": "Partitions almost as good (2%) around central projects",
        "worst": "The most different of them",
        "agreement": "agreement (adjusted Rand)",
        "moved": "other projects moved",
        "share": "share of the variables known for both",
        "count": "count",
    },
}

View = Literal["inertie", "modalites", "projets", "arbre", "stabilite", "verdict", "dossier"]


def draw_type_study(study: TypeStudy | Refusal, view: View, wording: Wording, theme: Theme) -> Figure | Refusal:
    """One view of a typology.

    Args:
        study: from `build_type_study`; a refusal is handed back.
        view: ``inertie``, ``modalites``, ``projets``, ``arbre``, ``stabilite``, ``verdict`` or ``dossier``.
        wording: words of the codes and of the projects.
        theme: the reader's preset.

    Raises:
        KeyError: no such view.
    """
    if isinstance(study, Refusal):
        return study
    rates = None if study.route == "gower" else study.analysis.eigenvalues.set_index("axe")["taux"]
    views = {
        "inertie": lambda: draw_scree(study.analysis, theme),
        "modalites": lambda: draw_code_plane(study.analysis, wording, theme),
        "projets": lambda: draw_project_plane(
            study.typology, wording, theme, rates=rates, stability=study.stability, passive=study.passive
        ),
        "arbre": lambda: draw_tree(study.hierarchy, study.typology, wording, theme),
        "stabilite": lambda: draw_stability(study.stability, wording, theme),
        "verdict": lambda: draw_verdict(study.verdict, theme),
        "dossier": lambda: draw_dossier(study.dossier, theme),
    }
    return views[view]()


def tabulate_type_study(study: TypeStudy | Refusal, view: View, wording: Wording) -> pd.DataFrame | Refusal:
    """The rows behind one view."""
    if isinstance(study, Refusal):
        return study
    if view == "modalites":
        frame = pd.concat([describe_axis(study.analysis, axis).assign(axe=axis) for axis in (1, 2)], ignore_index=True)
        pairs = zip(frame["variable"], frame["code"], strict=True)
        return frame.assign(libelle=[wording.code(str(name), str(code)) for name, code in pairs])
    if view in ("projets", "arbre"):
        points = study.typology.points.iloc[:, :2].set_axis(["axe_1", "axe_2"], axis=1)
        frame = points.assign(type=study.typology.types, type_arbre=study.typology.tree_types).reset_index()
        return frame.assign(projet=[wording.project(str(name)) for name in frame["projet_id"]])
    frames = {
        "inertie": study.analysis.eigenvalues,
        "stabilite": study.stability.projects.merge(study.stability.types, on="type", how="left"),
        "verdict": study.verdict.curve.merge(study.verdict.plane_curve, on="k", suffixes=("", "_plan")),
        "dossier": study.dossier.numbers.assign(
            effectifs=[" + ".join(map(str, sizes)) for sizes in study.dossier.numbers["effectifs"]]
        ),
    }
    return frames[view]


def tabulate_type_words(study: TypeStudy | Refusal, wording: Wording, theme: Theme) -> pd.DataFrame | Refusal:
    """One paragraph per type, with its badge."""
    if isinstance(study, Refusal):
        return study
    texts = word_types(study.description, study.typology, wording, theme.language)
    return texts.merge(study.stability.types[["type", "badge"]], on="type")[["type", "effectif", "badge", "texte"]]


def tabulate_type_checks(study: TypeStudy | Refusal, wording: Wording, theme: Theme) -> pd.DataFrame | Refusal:
    """What becomes of the types when something changes: one sentence and one number per check.

    Returns:
        ``epreuve, resultat, valeur``: agreements are adjusted Rand indices.
    """
    if isinstance(study, Refusal):
        return study
    words = _CHECKS[theme.language]
    rows = []
    for route, variable, agreement in study.routes.itertuples(index=False, name=None):
        told = words[str(route)].format(wording.variable(str(variable)))
        rows.append((told, words["agreement"], float(agreement)))
    pivots = study.influence.projects.head(MOST_PIVOTS)
    for name, moved in zip(pivots["projet_id"], pivots["deplaces"], strict=True):
        rows.append((words["removed"].format(wording.project(str(name))), words["moved"], float(moved)))
    rows.append((words["holes"], words["agreement"], study.audit.agreement))
    rows.append((words["shared"], words["share"], study.audit.comparable[0]))
    if not isinstance(study.ties, Refusal):
        rows.append((words["ties"], words["count"], float(study.ties.partitions)))
        rows.append((words["worst"], words["agreement"], study.ties.worst_agreement))
    return pd.DataFrame(rows, columns=["epreuve", "resultat", "valeur"])
