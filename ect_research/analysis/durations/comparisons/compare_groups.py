"""Whether an end comes sooner in one group than in another, by the test that fits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ect_research.analysis.durations.comparisons.group_test import compare_incidence
from ect_research.analysis.durations.comparisons.log_rank import compare_survival

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ect_research.analysis.chance import Refusal
    from ect_research.analysis.durations.comparisons.group_test import GroupTest
    from ect_research.analysis.durations.comparisons.log_rank import LogRank
    from ect_research.analysis.durations.durations import Durations


def compare_groups(
    durations: Durations,
    by: Sequence[str],
    cause: str = "",
    **options: Any,  # noqa: ANN401 - of either test
) -> GroupTest | LogRank | Refusal:
    """Compare one end among others between groups (Gray's score, shuffled), or the only end there is (log-rank).

    Args:
        durations: the durations.
        by: group of each project.
        cause: the end, where others compete with it; blank where one kind of end occurs.
        options: of `compare_incidence` (``permutations, seed``), or of `compare_survival` (also ``strata, rho``, and floors).

    Returns:
        the test, or a refusal under ten ends, under five projects in a group.

    Raises:
        EctError: an unknown end, groups in another number than the projects or missing.

    >>> from ect_research.analysis.durations.durations import durations_from_arrays
    >>> told = durations_from_arrays([1, 2, 3, 4, 5, 6], [1, 1, 1, 1, 1, 0], causes=["fin"])
    >>> compare_groups(told, list("aaabbb"), fewest_ends=5, fewest_per_group=3).observed
    (3.0, 2.0)
    """
    return compare_incidence(durations, by, cause, **options) if cause else compare_survival(durations, by, **options)
