"""The measured error rates that may stand beside a study: the nearest simulated size, with the doubt they keep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ect_research.analysis.chance import wilson_interval
from ect_research.analysis.typologies.measured import MEASURED

if TYPE_CHECKING:
    from ect_research.analysis.chance import Proportion
    from ect_research.analysis.typologies.spaces import Route

SIMULATED_ROUTE, SIMULATED_VARIABLES = "gower", 12
_GRADIENTS = ("gradient_1", "gradient_2")


@dataclass(frozen=True)
class QuotedRates:
    """How often such findings are right, on planted registers.

    Attributes:
        n: projects of the simulated registers: the largest size simulated that is not above the study's.
        false_types: registers without types (nothing, or a gradient) where the verdict announces types.
        true_types: registers of clear types where it does.
        false_badge: registers of nothing where at least one type is called ``solide``.
        true_badge: registers of clear types where at least one is.
        gradient_badge: registers of a gradient where at least one is.
        same_setting: whether the study has the route and the number of variables that were simulated.
    """

    n: int
    false_types: Proportion
    true_types: Proportion
    false_badge: Proportion
    true_badge: Proportion
    gradient_badge: Proportion
    same_setting: bool


def quote_rates(n: int, route: Route, variables: int) -> QuotedRates:
    """The rates measured nearest below a study, each with its Wilson interval.

    Args:
        n: projects of the study.
        route: how they are placed.
        variables: active variables.

    >>> quoted = quote_rates(27, "acm", 4)
    >>> quoted.n, quoted.false_types.n, quoted.same_setting
    (15, 120, False)
    """
    sizes = sorted({measure.n for measure in MEASURED})
    size = max([known for known in sizes if known <= n] or sizes[:1])
    return QuotedRates(
        n=size,
        false_types=_pooled(size, ("rien", *_GRADIENTS), "types"),
        true_types=_pooled(size, ("types",), "types"),
        false_badge=_pooled(size, ("rien",), "une_solide"),
        true_badge=_pooled(size, ("types",), "une_solide"),
        gradient_badge=_pooled(size, _GRADIENTS, "une_solide"),
        same_setting=route == SIMULATED_ROUTE and variables == SIMULATED_VARIABLES,
    )


def _pooled(size: int, truths: tuple[str, ...], what: str) -> Proportion:
    rows = [measure for measure in MEASURED if measure.n == size and measure.truth in truths]
    found = sum(round(float(row._asdict()[what] or 0.0) * row.repeats) for row in rows)
    return wilson_interval(found, sum(row.repeats for row in rows))
