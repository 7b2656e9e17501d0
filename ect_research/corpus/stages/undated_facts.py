"""What is known to have happened, nobody knows when: stages that no date places, and the ends they hide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ect_research.corpus.stages.project_story import read_rules

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import pandas as pd

    from ect_research.corpus.stages.episodes import Episodes


def undated_stages(episodes: Episodes) -> dict[str, tuple[str, ...]]:
    """Stages that a fact opens and that no fact dates, by project, in the order of the stages.

    A stage that asks for companions (autonomy) is never told by a lone undated fact.

    Args:
        episodes: as `derive_episodes` returns them.

    >>> import pandas as pd
    >>> from ect_research import derive_episodes
    >>> from ect_research.codebook.load_codebook import load_codebook
    >>> facts = pd.DataFrame({"evenement_id": ["a", "b"], "projet_id": "P",
    ...     "type_evenement": ["debut_experimentation", "statuts_deposes"],
    ...     "date_debut_min": pd.to_datetime(["2024-01-01", None]), "date_debut_max": pd.to_datetime(["2024-01-01", None])})
    >>> undated_stages(derive_episodes(facts, load_codebook().stages, observed_on=pd.Timestamp("2025-12-31")))
    {'P': ('e5_creation',)}
    """
    rules = read_rules(episodes.stages)
    frame, known = episodes.frame, episodes.frame[episodes.frame["ouverture"].notna()]
    dated = set(zip(known["projet_id"], known["etape"], strict=True))
    told = set(zip(frame["projet_id"], frame["etape"], strict=True))
    for project, event in zip(episodes.undated["projet_id"], episodes.undated["type_evenement"], strict=True):
        told |= {
            (project, stage) for stage in rules.order if event in rules.opens[stage] and not rules.opens_with[stage]
        }
    stages: dict[str, tuple[str, ...]] = {}
    for project, stage in sorted(told - dated, key=lambda pair: (pair[0], rules.order[pair[1]])):
        stages[str(project)] = (*stages.get(str(project), ()), stage)
    return stages


def told_without_date(undated: Mapping[str, tuple[str, ...]], stages: Collection[str]) -> set[str]:
    """Projects of which one of these stages is known without a date.

    Args:
        undated: from `undated_stages`.
        stages: those looked for.

    >>> told_without_date({"P": ("e5_creation",), "Q": ("e3_etude",)}, ["e5_creation", "e6_autonomie"])
    {'P'}
    """
    return {project for project, told in undated.items() if not set(told).isdisjoint(stages)}


def hides_first_end(undated: Collection[str], first_end: str | None, stages: pd.DataFrame) -> bool:
    """Whether the first end of a project is, or may be, one that nobody dates: its duration is then unknown.

    A dated creation comes before an undated abandonment (what has ended is not created); a dated abandonment comes
    after an undated creation.

    Args:
        undated: ends known without a date.
        first_end: the first dated one, None when there is none.
        stages: the stage table.

    >>> from ect_research.codebook.load_codebook import load_codebook
    >>> stages = load_codebook().stages
    >>> [hides_first_end(["e5_creation"], end, stages) for end in (None, "t_abandon", "e5_creation")]
    [True, True, False]
    """
    if first_end is None:
        return bool(undated)
    kind = dict(zip(stages["name"], stages["kind"], strict=True))
    return kind[first_end] == "fin" and any(kind[stage] == "etape" for stage in undated)


def unplaced_end(episodes: Episodes, project: str, undated: Collection[str]) -> str | None:
    """The last stage of kind ``fin`` that an undated fact tells and the story could not place; None when there is none.

    A project that was taken up again, nobody knows when, is not said to have ended.

    Args:
        episodes: as `derive_episodes` returns them.
        project: its identifier.
        undated: its stages without a date (`undated_stages`).
    """
    rules = read_rules(episodes.stages)
    frame, lost = episodes.frame, episodes.undated
    placed = set(frame.loc[frame["projet_id"] == project, "etape"])
    types = {fact.type for fact in episodes.told[project]} | set(
        lost.loc[lost["projet_id"] == project, "type_evenement"]
    )
    ends = [
        stage
        for stage in undated
        if rules.kind[stage] == "fin" and stage not in placed and not types & rules.closes[stage]
    ]
    return ends[-1] if ends else None
