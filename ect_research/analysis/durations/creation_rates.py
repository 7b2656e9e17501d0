"""One rate of creation, or three: what each way of counting says, side by side, so that none is quoted alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.analysis.durations.aalen_johansen import Incidence
from ect_research.analysis.durations.stage_reach import StageReach
from ect_research.analysis.readable import Readable

FLOOR, REACHED, COMPETING = "plancher", "selon_age", "concurrence"
_HALF = 0.5
"""An end falls in the middle of its month."""


class Floor(Protocol):
    """What is read of a register's funnel: its last step is creation."""

    steps: pd.DataFrame
    n: int


@dataclass(frozen=True)
class CreationRates(Readable):
    """The same share by three definitions.

    Attributes:
        table: one row per way: ``methode`` (``plancher, selon_age, concurrence``), ``age`` (months since the start, NaN for
            the floor), ``n`` (projects it speaks of), ``part, bas, haut`` (0–1; NaN where refused).
        refusals: why a way has no rate, by way.
        n: projects of the register.
        sources: documents of the facts behind it.
    """

    exhibits = ("show_funnel", "taux")

    table: pd.DataFrame
    refusals: dict[str, Refusal]
    n: int
    sources: tuple[object, ...] = ()


def build_creation_rates(
    floor: Floor | Refusal, reached: StageReach | Refusal, incidence: Incidence | Refusal, *, end: str = "creation"
) -> CreationRates | Refusal:
    """The floor of the register, the share by age of those whose idea is dated, the incidence among competing ends.

    The last two are read at the same age, the greatest at which both still follow enough projects; at the youngest of the
    funnel and at the last of the curve where the curve stops before.

    Args:
        floor: from ``build_register_funnel``.
        reached: from `build_stage_reach`.
        incidence: from `build_incidence`, in months.
        end: the end counted.

    >>> import ect_research as ect
    >>> from ect_research.words import tell
    >>> study, none = ect.open_study("pays-ledonien"), Refusal(tell("la courbe"), tell("trop peu de fins."))
    >>> floor = ect.build_register_funnel(study.corpus.tables, study.corpus.codebook.stages)
    >>> build_creation_rates(floor, none, none).table[["methode", "n"]].to_numpy().tolist()[0]
    ['plancher', 28]
    """
    if isinstance(floor, Refusal):
        return floor
    last = floor.steps.iloc[-1]
    rows = [(FLOOR, float("nan"), floor.n, last["taux"], last["bas"], last["haut"])]
    refusals = {}
    age = limit = float("inf")
    if not isinstance(incidence, Refusal) and end in incidence.causes:
        age = limit = float(incidence.groups["dernier_lisible"].iloc[0])
    if isinstance(reached, Refusal):
        refusals[REACHED] = reached
    else:
        told = reached.table[(reached.table["etape"] == last["etape"]) & reached.table["lisible"]].sort_values("age")
        if len(told):
            row = told.loc[told["age"].where(told["age"] <= limit, told["age"].min()).idxmax()]
            age = float(row["age"])
            rows.append((REACHED, age, int(row["n"] - row["avant_suivi"]), row["part"], row["bas"], row["haut"]))
    if isinstance(incidence, Refusal):
        refusals[COMPETING] = incidence
    elif end in incidence.causes:
        age = min(age, limit)
        curve = incidence.curves[
            (incidence.curves["fin"] == end) & (incidence.curves["temps"] <= min(age + _HALF, limit))
        ]
        if len(curve):
            row = curve.iloc[-1]
            rows.append((COMPETING, age, incidence.n, row["part"], row["bas"], row["haut"]))
    table = pd.DataFrame(rows, columns=["methode", "age", "n", "part", "bas", "haut"])
    return CreationRates(table, refusals, floor.n, tuple(getattr(floor, "sources", ())))
