"""The measured error rates that may stand beside a study: the nearest simulated size, with the doubt they keep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ect_research.analysis.chance import wilson_interval
from ect_research.analysis.typologies.evidence.error_rates import MEASURED

if TYPE_CHECKING:
    from ect_research.analysis.chance import Proportion
    from ect_research.analysis.typologies.evidence.error_rates import Measure
    from ect_research.analysis.typologies.factors.coordinates import Route

_GRADIENTS = ("gradient_1", "gradient_2")


@dataclass(frozen=True)
class QuotedRates:
    """How often such findings are right, on planted registers.

    Attributes:
        route: how the projects of the simulated registers were placed.
        variables: active variables of the simulated registers.
        n: projects of the simulated registers.
        false_types: registers without types (nothing, or a gradient) where the verdict announces types.
        true_types: registers of clear types where it does.
        medium_types: registers of medium types where it does.
        false_badge: registers without types where at least one type is called ``solide``.
        true_badge: registers of clear types where at least one is.
        gradient_stable: registers of a gradient where at least one type is stable.
        same_setting: whether the study has that route and that number of variables.
    """

    route: str
    variables: int
    n: int
    false_types: Proportion
    true_types: Proportion
    medium_types: Proportion
    false_badge: Proportion
    true_badge: Proportion
    gradient_stable: Proportion
    same_setting: bool


def quote_rates(n: int, route: Route, variables: int) -> QuotedRates:
    """The rates measured nearest below a study, each with its Wilson interval.

    Args:
        n: projects of the study.
        route: how they are placed; mixed data (``afdm``) are quoted as ``gower``.
        variables: active variables.

    >>> quoted = quote_rates(27, "acm", 4)
    >>> quoted.n, quoted.route, quoted.variables, quoted.same_setting
    (15, 'acm', 4, True)
    >>> quote_rates(40, "afdm", 9).same_setting
    False
    """
    own = "acm" if route == "acm" else "gower"
    near = _below(variables, {row.variables for row in MEASURED if row.route == own})
    rows = [row for row in MEASURED if (row.route, row.variables) == (own, near)]
    size = _below(n, {row.n for row in rows})
    rows = [row for row in rows if row.n == size]
    return QuotedRates(
        route=own,
        variables=near,
        n=size,
        false_types=_pooled(rows, ("rien", *_GRADIENTS), "types"),
        true_types=_pooled(rows, ("types",), "types"),
        medium_types=_pooled(rows, ("types_moyens",), "types"),
        false_badge=_pooled(rows, ("rien", *_GRADIENTS), "une_solide"),
        true_badge=_pooled(rows, ("types",), "une_solide"),
        gradient_stable=_pooled(rows, _GRADIENTS, "une_stable"),
        same_setting=route == own and variables == near,
    )


def _below(wanted: int, known: set[int]) -> int:
    return max((value for value in known if value <= wanted), default=min(known))


def _pooled(measures: list[Measure], truths: tuple[str, ...], what: str) -> Proportion:
    rows = [measure for measure in measures if measure.truth in truths]
    found = sum(round(float(row._asdict()[what]) * row.repeats) for row in rows)
    return wilson_interval(found, sum(row.repeats for row in rows))
