"""The views of a typology, by name: the figure, its caption and the rows behind it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.analysis.typologies.factors.factor_result import describe_axis
from ect_research.figures.exhibit.exhibit import Exhibit, table
from ect_research.figures.exhibit.views import view_of
from ect_research.figures.typologies.axes import draw_code_plane, draw_scree
from ect_research.figures.typologies.type_captions import View, find_type_study, verdict_said, word_view
from ect_research.figures.typologies.type_evidence import draw_stability, draw_verdict
from ect_research.figures.typologies.type_plane import draw_project_plane, draw_tree
from ect_research.figures.typologies.type_words import word_rows, wording_of
from ect_research.words import mark, tell

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure

    from ect_research.analysis.typologies.type_study import TypeStudy
    from ect_research.figures.exhibit.exhibit import Place
    from ect_research.figures.page.caption import Caption

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

    def rows(shown: Exhibit[TypeStudy]) -> pd.DataFrame:
        return _rows(shown, view)

    def words(shown: Exhibit[TypeStudy]) -> Caption:
        return word_view(shown, view)

    place: Place = "corps" if view == "verdict" else _place(study, shows_types=view in ("projets", "arbre"))
    shown = Exhibit(study, rows, words, draw, finding_of=find_type_study, reads=("projets",), place=place)
    return shown if view == "verdict" else replace(shown, stamp_of=verdict_said)


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
        finding=find_type_study,
    )
    return replace(shown, place=place, stamp_of=verdict_said)


def _nameable(study: TypeStudy | Refusal) -> TypeStudy | Refusal:
    if isinstance(study, Refusal) or study.verdict.shows_types:
        return study
    return Refusal(
        tell("les types en mots"),
        tell("{verdict}.", verdict=study.verdict.said),
        tell("documenter d’autres variables ou d’autres projets ; d’ici là, lire les projets un à un."),
    )


def _show_checks(study: TypeStudy | Refusal) -> Exhibit[TypeStudy]:
    """What becomes of the types when something changes: another route, a variable less, a project less.

    One sentence and one number per check; agreements are adjusted Rand indices: 1 is the same partition, 0 chance.
    """
    shown = table(
        study,
        _check_rows,
        title=mark("Ce que deviennent les types quand on change quelque chose"),
        n=_projects,
        reads=("projets",),
        finding=find_type_study,
    )
    return replace(shown, place="annexe", stamp_of=verdict_said)


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


_TABLES: dict[str, Callable[[TypeStudy | Refusal], Exhibit[TypeStudy]]] = {
    "mots": _show_words,
    "controles": _show_checks,
}
_EVERY: dict[str, Callable[[Exhibit[TypeStudy]], Figure] | None] = {**_DRAWS, _AS_TABLE: None, **dict.fromkeys(_TABLES)}  # type: ignore[dict-item]
