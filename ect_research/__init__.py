"""Étudier les projets d'entrepreneuriat coopératif de territoire (ECT), honnêtement, à petit effectif.

Every public function is reachable from here (``import ect_research as ect``) and is imported on first use
only, so that ``ect check`` answers at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOME_OF = {
    # codebook
    "Codebook": "codebook.model",
    "load_codebook": "codebook.load",
    # corpus
    "Corpus": "corpus.model",
    "load_corpus": "corpus.load",
    "check_corpus": "corpus.load",
    "list_analyses": "corpus.unlock",
    "derive_episodes": "corpus.stages",
    "derive_sequences": "corpus.clocks",
    "derive_outcomes": "corpus.outcomes",
    "load_basemap": "corpus.basemap",
    # analysis
    "Refusal": "analysis.chance",
    "wilson_interval": "analysis.chance",
    "place_projects": "analysis.territory",
    "build_bertin_matrix": "analysis.bertin",
    "build_completeness": "analysis.completeness",
    "build_cross_table": "analysis.cross_table",
    "build_published_funnel": "analysis.funnel",
    "build_register_funnel": "analysis.register_funnel",
    "build_source_support": "analysis.completeness",
    "build_stage_durations": "analysis.timelines",
    "build_timelines": "analysis.timelines",
    # figures
    "Caption": "figures.caption",
    "get_theme": "figures.theme",
    "caption_location_map": "figures.maps.tables",
    "draw_location_map": "figures.maps.location",
    "tabulate_communes": "figures.maps.tables",
    "tabulate_groups": "figures.maps.tables",
    "tabulate_unplaced": "figures.maps.tables",
    "caption_bertin_matrix": "figures.bertin",
    "caption_completeness": "figures.completeness",
    "caption_provenance": "figures.completeness",
    "caption_published_funnel": "figures.funnel",
    "caption_register_funnel": "figures.register_funnel",
    "caption_trajectories": "figures.trajectory_tables",
    "draw_bertin_matrix": "figures.bertin",
    "draw_completeness": "figures.completeness",
    "draw_provenance": "figures.completeness",
    "draw_published_funnel": "figures.funnel",
    "draw_register_funnel": "figures.register_funnel",
    "draw_trajectories": "figures.trajectories",
    "say_single_source": "figures.source_tables",
    "sourced_caption": "figures.source_line",
    "tabulate_bertin_matrix": "figures.bertin",
    "tabulate_completeness": "figures.completeness",
    "tabulate_counts": "figures.source_tables",
    "tabulate_project_sources": "figures.source_tables",
    "tabulate_published_funnel": "figures.funnel",
    "tabulate_register_funnel": "figures.register_funnel",
    "tabulate_source_support": "figures.source_tables",
    "tabulate_stage_durations": "figures.trajectory_tables",
    "tabulate_trajectories": "figures.trajectory_tables",
    "tabulate_undated": "figures.trajectory_tables",
    # study
    "run_study": "study.engine",
    "save_figure": "study.publish",
    "save_table": "study.publish",
}

__all__ = ["__version__", *_HOME_OF]  # noqa: PLE0604 - names served on demand by __getattr__


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the module holds
    if name not in _HOME_OF:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
