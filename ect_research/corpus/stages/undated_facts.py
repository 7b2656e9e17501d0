"""What is known to have happened, whatever its date: stages that no date places, the ends they hide, the course so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ect_research.codebook.roles import code_for, stages_playing
from ect_research.corpus.stages.project_story import read_rules

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import pandas as pd

    from ect_research.corpus.stages.episodes import Episodes

_LIST = "trajectoire"


def undated_stages(episodes: Episodes) -> dict[str, tuple[str, ...]]:
    """Stages that a fact opens and that no fact dates, by project, in the order of the stages.

    A stage that asks for companions (autonomy) is never told by a lone undated fact.

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


def unplaced_ends(episodes: Episodes, undated: Mapping[str, Collection[str]]) -> dict[str, str]:
    """The last stage of kind ``fin`` that an undated fact tells and the story could not place, by project that has one.

    A project that was taken up again, nobody knows when, is not said to have ended.

    Args:
        episodes: as `derive_episodes` returns them.
        undated: stages without a date, by project (`undated_stages`).
    """
    rules = read_rules(episodes.stages)
    frame, lost = episodes.frame, episodes.undated
    placed = set(zip(frame["projet_id"], frame["etape"], strict=True))
    types = {project: {fact.type for fact in episodes.told[project]} for project in undated}
    for project, event in zip(lost["projet_id"], lost["type_evenement"], strict=True):
        types.setdefault(project, set()).add(event)
    return {
        project: stage
        for project, stages in undated.items()
        for stage in stages
        if rules.kind[stage] == "fin"
        and (project, stage) not in placed
        and types[project].isdisjoint(rules.closes[stage])
    }


def derive_paths(episodes: Episodes) -> pd.Series[str]:
    """The course of each project that has a stage, dated or not: the fourth block of a typology.

    Types of trajectories (`build_trajectory_types`) want thirty of them; this wants none, and says less: stopped, created with
    or without a pilot, in a pilot, upstream. A young project is upstream because it is young: read it with its age.

    Args:
        episodes: as `derive_episodes` returns them.

    Returns:
        by ``projet_id``, a code of the list ``trajectoire``.

    >>> from ect_research import load_corpus
    >>> told = derive_paths(load_corpus("pays-ledonien").episodes())
    >>> told.name, "creee_sans_essai" in set(told)
    ('trajectoire', True)
    """
    import pandas as pd

    tried, created, stopped = (
        set(stages_playing(episodes.stages, *roles))
        for roles in (("experimentation",), ("creation",), ("abandon", "absorption", "cessation"))
    )
    undated = undated_stages(episodes)
    known = {str(name): set(story["etape"]) for name, story in episodes.frame.groupby("projet_id", sort=True)}
    for name, stages in undated.items():
        known.setdefault(name, set()).update(stages)
    paths = {
        name: _role(bool(stages & stopped), bool(stages & created), bool(stages & tried))
        for name, stages in known.items()
    }
    return pd.Series(
        {name: code_for(_LIST, role) for name, role in sorted(paths.items())}, name=_LIST, dtype="str"
    ).rename_axis("projet_id")


def _role(stopped: bool, created: bool, tried: bool) -> str:  # noqa: FBT001 - three facts
    if stopped:
        return "arretee"
    if created:
        return "creee_essai" if tried else "creee"
    return "essai" if tried else "amont"
