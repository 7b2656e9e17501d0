"""Which course a project took so far: what was tried, created, stopped; told by stages, never by when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ect_research.codebook.roles import code_for, stages_playing
from ect_research.corpus.stages.undated_facts import undated_stages

if TYPE_CHECKING:
    import pandas as pd

    from ect_research.corpus.stages.episodes import Episodes

_LIST = "trajectoire"


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
