"""Exhibits over functions not yet merged: each entry goes when its module gives its own ``show_*``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ect_research.figures.durations import duration_tables
from ect_research.figures.exhibit.exhibit import Exhibit, Finding, Strength, table
from ect_research.figures.trajectories import trajectories, trajectory_tables
from ect_research.figures.trajectories import trajectory_types as types
from ect_research.words import mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from ect_research.analysis.chance import Refusal
    from ect_research.analysis.time.timelines import Timelines
    from ect_research.analysis.trajectories.distances.sequence_distances import Distances
    from ect_research.analysis.trajectories.sequences.coded_sequences import CodedSequences
    from ect_research.analysis.trajectories.types.trajectory_types import TrajectoryTypes
    from ect_research.corpus.stages.episodes import Episodes
    from ect_research.corpus.stages.sequences import Sequences

_READS = ("evenements",)


def _as_before(part: Any, **options: Any) -> Any:  # noqa: ANN401 - a ``draw_``, ``caption_`` or ``tabulate_`` not yet merged
    """A part written as ``(result, corpus, theme)``."""
    return lambda shown: part(shown.told, shown.context, shown.theme, **options)


def show_trajectories(
    timelines: Timelines | Refusal,
    *,
    since: float | None = None,
    shocks: Sequence[tuple[float, float, str]] = (),
) -> Exhibit[Timelines]:
    """One line per project: coloured and numbered stages, facts, doubts on dates, and the last fact known.

    Args:
        timelines: from ``build_timelines``, which knows its clock.
        since: start of the axis (decimal year, or months on the age clock); the first fact when None.
        shocks: windows to mark on the calendar, from ``list_shocks``.
    """
    return Exhibit(
        timelines,
        _as_before(trajectory_tables.tabulate_trajectories),
        _as_before(trajectory_tables.caption_trajectories, since=since),
        _as_before(trajectories.draw_trajectories, since=since, shocks=shocks),
        reads=_READS,
    )


def show_stage_durations(durations: pd.DataFrame | Refusal) -> Exhibit[Any]:
    """Time spent in each stage, in months, along the lines of the figure.

    ``mediane`` bears on finished spells only; it is no typical duration: finished spells are the shortest and the best told.
    """
    return table(
        durations,
        _as_before(trajectory_tables.tabulate_stage_durations),
        title=mark("Temps passé dans chaque étape (mois)"),
        n=_every_project,
        note=mark("Passages le long des lignes de la figure ; sans_date : un bout du passage n’est daté par personne."),
        reads=_READS,
    )


def show_sequences(sequences: Sequences) -> Exhibit[Any]:
    """One row per project, one column per period, blank before the first fact and after the end of follow-up."""
    return table(sequences, _sequence_rows, title=mark("État de chaque projet, période par période"), n=_every_project,
                 reads=_READS)  # fmt: skip


def show_indicators(indicators: pd.DataFrame | Refusal, ranged: pd.DataFrame | None = None) -> Exhibit[Any]:
    """How eventful each trajectory is: length, passages, states, entropy, turbulence, complexity.

    Args:
        indicators: from ``measure_sequences``.
        ranged: from ``measure_sampled_sequences``: what imprecise dates leave open.
    """

    def rows(shown: Exhibit[pd.DataFrame]) -> pd.DataFrame:
        told, corpus = shown.told, shown.context
        return duration_tables.tabulate_indicators(told, corpus, ranged)  # type: ignore[arg-type]

    return table(
        indicators,
        rows,
        title=mark("Indicateurs de chaque trajectoire"),
        n=lambda shown: f"n = {len(shown.told)} trajectoires datées sur {_every_project(shown)} projets",
        note=mark("Pas de temps : celui du paramètre unite ; le temps non observé ne compte nulle part."),
        reads=_READS,
    )


def show_distances(distances: list[Distances | Refusal]) -> Exhibit[Any]:
    """How far the distances between trajectories depend on the way of counting; the first line is the reference."""

    def rows(shown: Exhibit[list[Distances | Refusal]]) -> pd.DataFrame | Refusal:
        told, theme = shown.told, shown.theme
        return duration_tables.tabulate_distances(told, theme)

    return table(
        distances,
        rows,
        title=mark("Ce que les distances entre trajectoires doivent aux choix de calcul"),
        n=lambda shown: shown.told[0].n,
        note=mark(
            "Première ligne : la référence. Dernière ligne : l’ordre des étapes seul. differentes : suites distinctes."
        ),
        reads=_READS,
    )


def show_types(types_told: TrajectoryTypes | Refusal, sequences: CodedSequences) -> Exhibit[TrajectoryTypes]:
    """Types of trajectories, each shown by the real project that represents it; the title says it when chance does as well."""

    def draw(shown: Exhibit[TrajectoryTypes]) -> Any:  # noqa: ANN401
        told, corpus, theme = shown.told, shown.context, shown.theme
        return types.draw_types(told, sequences, corpus, theme)  # type: ignore[arg-type]

    def rows(shown: Exhibit[TrajectoryTypes]) -> Any:  # noqa: ANN401
        told, corpus = shown.told, shown.context
        return duration_tables.tabulate_types(told, corpus)  # type: ignore[arg-type]

    def finding(shown: Exhibit[TrajectoryTypes]) -> Finding:
        told, corpus, theme = shown.told, shown.context, shown.theme
        said = types.caption_types(told, corpus, theme)  # type: ignore[arg-type]
        return Finding(said.title, Strength.BEYOND_CHANCE if told.supported else Strength.AS_CHANCE)  # type: ignore[union-attr]

    return Exhibit(types_told, rows, _as_before(types.caption_types), draw, finding_of=finding, reads=_READS)


def show_traits(explained: pd.DataFrame | Refusal, distances: Distances | Refusal) -> Exhibit[Any]:
    """Share of the spread of trajectories that goes with each trait, beside what chance gives."""
    return table(
        explained,
        _as_before(duration_tables.tabulate_traits),
        title=mark("Part de la dispersion des trajectoires qui va avec chaque trait"),
        n=lambda _: distances.n,  # type: ignore[union-attr]
        note=mark("Distance : la première de la table précédente ; 999 permutations."),
        reads=_READS,
    )


def show_undated(episodes: Episodes) -> Exhibit[Episodes]:
    """Facts without a date nor a rank: each one found moves a bar of the figures."""
    return table(
        episodes,
        _as_before(trajectory_tables.tabulate_undated),
        title=mark("Évènements de projets sans date"),
        n=lambda shown: len(shown.told.undated) + int(shown.told.markers["date"].isna().sum()),
        reads=_READS,
    )


def _every_project(shown: Exhibit[object]) -> int:
    corpus = shown.context
    return len(corpus.tables["projets"])


def _sequence_rows(shown: Exhibit[Sequences]) -> pd.DataFrame:
    told = shown.told
    return told.frame.reset_index()
