"""Firms met, and what came of it: whom to call again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.figures.ecosystem.network_words import actor_names
from ect_research.figures.ecosystem.synergies.synergy_words import STEP_NAMES
from ect_research.figures.exhibit.exhibit import Exhibit, Finding, Strength, table
from ect_research.figures.page.formats import join_words
from ect_research.figures.signs.date_words import say_typed_date
from ect_research.words import mark, tell

if TYPE_CHECKING:
    from ect_research.analysis.ecosystem.synergies.synergies import Synergies


def show_met_firms(synergies: Synergies | Refusal) -> Exhibit[Synergies]:
    """Firms that a visit, a workshop or an event names, and the synergies and projects that name them too.

    Args:
        synergies: from ``build_synergies``.
    """
    if not isinstance(synergies, Refusal) and synergies.firms.empty:
        synergies = Refusal(
            tell("les entreprises rencontrées"),
            tell("Aucun fait sans projet ne nomme une entreprise présente."),
            tell("remplir acteur_ids des visites et des ateliers dans evenements."),
        )
    return table(
        synergies,
        _rows,
        title=mark("Les entreprises rencontrées, et ce qu’on en sait"),
        n=lambda shown: shown.theme.say_n("n = {n} entreprise", "n = {n} entreprises", len(shown.told.firms)),
        note=mark(
            "D’abord celles qu’aucune synergie ni aucun projet ne nomme, la plus ancienne rencontre en tête. Un projet peut "
            "avoir précédé la rencontre ; ce qu’aucun document ne dit n’est pas « rien »."
        ),
        reads=("evenements", "participations", "ressources"),
        counts="organisations",
        finding=_finding,
    )


def _rows(shown: Exhibit[Synergies]) -> pd.DataFrame:
    told, theme, context = shown.told, shown.theme, shown.context
    names, labels = actor_names(context), told.table.set_index("ressource_id")["libelle"]
    projects = context.names()
    firms = told.firms
    return pd.DataFrame(
        {
            "acteur": firms["acteur_id"].map(names),
            "rencontres": firms["rencontres"],
            "derniere_rencontre": [say_typed_date(said, theme.language) for said in firms["dite"]],
            "synergies": [join_words([str(labels[one]) for one in own], theme.language) for own in firms["synergies"]],
            "pas": [theme.say(STEP_NAMES[step]) if step else "" for step in firms["pas"]],
            "projets": [
                join_words([projects.get(one, one) for one in own], theme.language) for own in firms["projets"]
            ],
        }
    )


def _finding(shown: Exhibit[Synergies]) -> Finding:
    firms, theme = shown.told.firms, shown.theme
    with_synergy, with_project = firms["synergies"].map(len) > 0, firms["projets"].map(len) > 0
    said = theme.say_n(
        "{n} entreprise rencontrée, à ce que disent les documents : {synergy} dans une synergie, {project} dans un projet, "
        "{nothing} dont rien d’autre n’est dit.",
        "{n} entreprises rencontrées, à ce que disent les documents : {synergy} dans une synergie, {project} dans un projet, "
        "{nothing} dont rien d’autre n’est dit.",
        len(firms),
        synergy=int(with_synergy.sum()) or theme.say("aucune"),
        project=int(with_project.sum()) or theme.say("aucune"),
        nothing=int((~with_synergy & ~with_project).sum()) or theme.say("aucune"),
    )
    return Finding(said, Strength.COUNTED)
