"""The views of a typology, by name: the figure, its caption and the rows behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.analysis.typologies.factors.factor_result import describe_axis
from ect_research.analysis.typologies.type_words import word_types, wording_of
from ect_research.errors import EctError
from ect_research.figures.exhibit.exhibit import Exhibit, table
from ect_research.figures.typologies.axes import draw_code_plane, draw_scree
from ect_research.figures.typologies.type_captions import View, caption_type_study, find_type_study
from ect_research.figures.typologies.type_evidence import draw_dossier, draw_stability, draw_verdict
from ect_research.figures.typologies.type_plane import draw_project_plane, draw_tree
from ect_research.words import mark

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ect_research.analysis.typologies.type_study import TypeStudy
    from ect_research.analysis.typologies.type_words import Wording
    from ect_research.figures.exhibit.context import Context
    from ect_research.figures.page.caption import Caption
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

VIEWS = get_args(View)


def show_type_study(study: TypeStudy | Refusal, view: View = "verdict") -> Exhibit[TypeStudy]:
    """One view of a typology.

    Args:
        study: from `build_type_study`.
        view: ``verdict`` (types, a continuum or nothing?), ``dossier`` (how many?), ``stabilite`` (which hold?), ``inertie``,
            ``modalites``, ``projets`` or ``arbre``.

    Raises:
        EctError: no such view.
    """
    if view not in VIEWS:
        raise EctError(f"Vue « {view} » inconnue : choisir parmi {', '.join(VIEWS)}.", f"No view “{view}”.")

    def draw(shown: Exhibit[TypeStudy]) -> Figure | Refusal:
        told, corpus, theme = shown.told, shown.context, shown.theme
        return _draw(told, view, corpus, theme)

    def rows(shown: Exhibit[TypeStudy]) -> pd.DataFrame:
        told, corpus, theme = shown.told, shown.context, shown.theme
        return _rows(told, view, _wording(told, corpus, theme))

    def words(shown: Exhibit[TypeStudy]) -> Caption:
        told, corpus, theme = shown.told, shown.context, shown.theme
        return caption_type_study(told, view, corpus, theme)

    return Exhibit(study, rows, words, draw, finding_of=find_type_study, reads=("projets",))


def show_type_words(study: TypeStudy | Refusal) -> Exhibit[TypeStudy]:
    """One paragraph per type, with its badge: do not name a type that cannot be told from chance."""
    return table(
        study,
        _word_rows,
        title=mark("Les types en mots"),
        n=_projects,
        note=mark(
            "Ces paragraphes décrivent, ils ne testent pas : les variables actives ont servi à construire les types."
        ),
        reads=("projets",),
        finding=find_type_study,
    )


def show_type_checks(study: TypeStudy | Refusal) -> Exhibit[TypeStudy]:
    """What becomes of the types when something changes: another route, a variable less, a project less.

    One sentence and one number per check; agreements are adjusted Rand indices: 1 is the same partition, 0 chance.
    """
    return table(
        study,
        _check_rows,
        title=mark("Ce que deviennent les types quand on change quelque chose"),
        n=_projects,
        reads=("projets",),
        finding=find_type_study,
    )


def _projects(shown: Exhibit[TypeStudy]) -> int:
    study = shown.told
    return len(study.table.active)


def _wording(study: TypeStudy, corpus: Context, theme: Theme) -> Wording:
    """Words of the codebook for the variables of the study; the codes themselves for plain data."""
    told = [*study.table.active.columns, *study.table.illustrative.columns]
    known = [name for name in told if ("projets", name) in corpus.codebook.variables]
    return wording_of(corpus.codebook, known, projects=corpus.tables.get("projets"), language=theme.language)


def _draw(study: TypeStudy, view: View, corpus: Context, theme: Theme) -> Figure | Refusal:
    wording = _wording(study, corpus, theme)
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


def _rows(study: TypeStudy, view: View, wording: Wording) -> pd.DataFrame:
    """The rows behind one view."""
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


def _word_rows(shown: Exhibit[TypeStudy]) -> pd.DataFrame:
    study, corpus, theme = shown.told, shown.context, shown.theme
    texts = word_types(study.description, study.typology, _wording(study, corpus, theme), theme.language)
    return texts.merge(study.stability.types[["type", "badge"]], on="type")[["type", "effectif", "badge", "texte"]]


def _check_rows(shown: Exhibit[TypeStudy]) -> pd.DataFrame:
    study, corpus, theme = shown.told, shown.context, shown.theme
    wording = _wording(study, corpus, theme)
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
