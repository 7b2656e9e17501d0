"""Étudier les projets d'entrepreneuriat coopératif de territoire (ECT), honnêtement, à petit effectif.

Every public function is reachable from here (``import ect_research as ect``) and is imported on first use
only, so that ``ect check`` answers at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.2.0"

_BY_QUESTION = {
    "Lire un corpus, le contrôler, savoir ce qu’il permet": {
        "open_home": "study.commands.home_page",
        "open_study": "study.publishing.open_study",
        "load_corpus": "corpus.checked.load_corpus",
        "load_basemap": "corpus.basemap.load_basemap",
        "parse_date": "corpus.text.dates",
        "build_completeness": "analysis.corpus.completeness",
        "build_source_support": "analysis.corpus.completeness",
        "show_corpus": "figures.corpus.corpus_tables",
        "build_cross_table": "analysis.corpus.completeness",
        "show_cross_table": "figures.corpus.corpus_tables",
    },
    "Où se perdent les idées, entre ce qu’on publie et ce qu’on sait nommer": {
        "build_published_funnel": "analysis.corpus.funnel",
        "build_register_funnel": "analysis.corpus.funnel",
        "build_stage_reach": "analysis.durations.stage_reach",
        "show_funnel": "figures.durations.stage_reach",
    },
    "Que dire de l’année, et de ce qu’on en publie": {
        "build_year": "analysis.corpus.year_review",
        "show_year": "figures.corpus.year.show_year",
        "build_programme": "analysis.corpus.programme",
        "build_cohort_ages": "analysis.corpus.cohort_ages",
        "build_pilots": "analysis.corpus.programme",
        "show_cohort": "figures.corpus.show_cohort",
    },
    "Comment comparer plusieurs territoires, ou plusieurs opérateurs": {
        "build_territories": "analysis.corpus.territories",
        "show_territories": "figures.corpus.show_territories",
    },
    "Par quelles étapes passent les projets, et quand": {
        "derive_episodes": "corpus.stages.episodes",
        "derive_sequences": "corpus.stages.sequences",
        "derive_outcomes": "corpus.stages.outcomes",
        "sample_stories": "corpus.stages.sampled_stories",
        "sample_sequences": "corpus.stages.sequences",
        "list_shocks": "analysis.time.shocks",
        "build_timelines": "analysis.time.timelines",
        "show_trajectories": "figures.trajectories.trajectories",
        "build_lexis": "analysis.time.lexis",
        "show_lexis": "figures.trajectories.lexis",
        "build_stage_durations": "analysis.time.timelines",
        "show_trajectory_table": "figures.trajectories.sequence_tables",
        "build_silences": "analysis.corpus.silences",
        "show_silences": "figures.trajectories.silences",
        "code_sequences": "analysis.trajectories.coded_sequences",
        "build_state_distribution": "analysis.trajectories.states",
        "show_states": "figures.durations.states",
        "build_transitions": "analysis.trajectories.flows",
        "show_transitions": "figures.durations.transitions",
        "build_flows": "analysis.trajectories.flows",
        "show_flows": "figures.durations.alluvial",
    },
    "Quelles trajectoires se ressemblent": {
        "measure_sequences": "analysis.trajectories.states",
        "build_costs": "analysis.trajectories.costs",
        "build_distances": "analysis.trajectories.sequence_distances",
        "describe_distances": "analysis.trajectories.trajectory_evidence",
        "build_trajectory_types": "analysis.trajectories.trajectory_types",
        "show_types": "figures.trajectories.trajectory_types",
        "explain_distances": "analysis.trajectories.trajectory_evidence",
    },
    "Combien de temps jusqu’à la création, et ce qui lui fait concurrence": {
        "durations_from": "analysis.durations.durations",
        "build_durations": "analysis.durations.durations",
        "sample_durations": "analysis.durations.sampled_durations",
        "show_durations": "figures.durations.duration_tables",
        "build_survival": "analysis.durations.kaplan_meier",
        "build_incidence": "analysis.durations.aalen_johansen",
        "build_incidence_range": "analysis.durations.sampled_durations",
        "build_creation_rates": "analysis.durations.creation_rates",
        "show_incidence": "figures.durations.incidence",
        "compare_groups": "analysis.durations.compare_groups",
        "fit_hazard": "analysis.durations.hazard",
        "show_hazard": "figures.durations.duration_tables",
        "fit_cox": "analysis.durations.hazard",
    },
    "Y a-t-il des types de projets, ou rien que le hasard ne donne aussi": {
        "derive_paths": "corpus.stages.outcomes",
        "choose_documented": "analysis.typologies.tables.missing_answers",
        "prepare_table": "analysis.typologies.tables.answer_table",
        "judge_structure": "analysis.typologies.evidence.verdicts",
        "build_type_study": "analysis.typologies.type_study",
        "show_type_study": "figures.typologies.type_views",
        "build_bertin_matrix": "analysis.typologies.bertin",
        "show_bertin": "figures.typologies.bertin",
    },
    "Deux codeurs lisent-ils la même chose": {
        "build_agreement": "analysis.corpus.agreement.coding_agreement",
        "show_agreement": "figures.corpus.agreement",
    },
    "Que répondent les personnes, et qu’est-ce qui change d’une vague à l’autre": {
        "build_maturity": "analysis.corpus.survey.maturity",
        "show_maturity": "figures.corpus.survey.show_maturity",
        "build_survey": "analysis.corpus.survey.survey",
        "show_survey": "figures.corpus.survey.show_survey",
    },
    "Quelles conditions, réunies, vont avec la création": {
        "case_facts": "analysis.conditions.reached_within",
        "calibrate": "analysis.conditions.calibrate",
        "reach_within": "analysis.conditions.reached_within",
        "build_conditions": "analysis.conditions.condition_study",
        "build_condition_robustness": "analysis.conditions.condition_robustness",
        "test_conditions": "analysis.conditions.condition_chance",
        "show_conditions": "figures.conditions.show_conditions",
    },
    "Où sont les projets": {
        "place_projects": "analysis.territory.project_places",
        "protect_places": "analysis.territory.project_places",
        "show_places": "figures.maps.place_views",
        "build_place_change": "analysis.territory.rates",
        "build_place_ties": "analysis.territory.rates",
        "focus_around": "analysis.territory.focused",
        "test_focus": "analysis.territory.focused",
        "build_project_quotients": "analysis.territory.rates",
        "measure_autocorrelation": "analysis.territory.autocorrelation",
    },
    "Dessiner une carte à soi": {
        "MapVariable": "analysis.territory.map_variables",
        "Choropleth": "figures.maps.layers.choropleth",
        "Typology": "figures.maps.layers.choropleth",
        "Circles": "figures.maps.layers.circles",
        "Dots": "figures.maps.layers.dots",
        "Flows": "figures.maps.layers.flows",
        "Discontinuities": "figures.maps.layers.discontinuities",
        "ServiceAreas": "figures.maps.layers.service",
        "show_map": "figures.maps.compose",
        "show_map_series": "figures.maps.compose",
        "show_map_page": "figures.maps.web.html_map",
    },
    "Quelles ressources du territoire sont activées": {
        "build_resource_states": "analysis.territory.resource_states",
        "build_resource_moves": "analysis.territory.resource_states",
        "show_resources": "figures.resources.show_resources",
    },
    "Quels gisements vont de qui à qui, et jusqu’où": {
        "build_synergies": "analysis.ecosystem.synergies",
        "show_synergies": "figures.ecosystem.synergy_board",
    },
    "Écosystème ou juxtaposition : qui est avec qui, avec et sans l’intermédiaire": {
        "build_ecosystem": "analysis.ecosystem.ecosystem",
        "show_ecosystem": "figures.ecosystem.sectors",
    },
    "Apprendre : les leçons, et leurs exercices qui se corrigent seuls": {
        "lesson_data": "study.publishing.lesson_data",
        "verifier": "study.publishing.verifier",
    },
    "Publier un résultat à soi, ou dire non": {
        "show_table": "figures.exhibit.own_data",
        "show_figure": "figures.exhibit.own_data",
        "Caption": "figures.page.caption",
        "Refusal": "analysis.chance",
        "tell": "words",
        "wilson_interval": "analysis.chance",
    },
}
_HOME_OF = {name: home for names in _BY_QUESTION.values() for name, home in names.items()}

__all__ = ["guide", *_HOME_OF]  # noqa: PLE0604 - names served on demand by __getattr__


def guide(question: str = "") -> str:
    """What to call, by question, with the first line of the help of each name.

    Args:
        question: words of the question (``"types"``, ``"carte"``); every question when blank.

    >>> print(guide("ressources").splitlines()[0])
    Quelles ressources du territoire sont activées
    """
    told = []
    for asked, names in _BY_QUESTION.items():
        if question.lower() in asked.lower() or any(question.lower() in name.lower() for name in names):
            told.append(asked)
            for name in names:
                said = (__getattr__(name).__doc__ or "").strip().splitlines()
                told.append(f"    ect.{name} : {said[0] if said else ''}")
    return "\n".join(told)


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the module holds
    if name not in _HOME_OF:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
