"""Imprecise dates: durations and curves over many draws of the dates inside their intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.analysis.durations.model import CAUSES, END_STAGES, FEWEST_ENDS
from ect_research.analysis.durations.words import count_ends, plural

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.random import Generator
    from numpy.typing import NDArray

    from ect_research.corpus.stages import Episodes

    Floats = NDArray[np.float64]
    Ends = NDArray[np.int64]

_HALF_MONTH = 0.5
_ROUNDS = 60


@dataclass(frozen=True)
class DrawnDurations:
    """Durations of each project in each draw.

    Attributes:
        months: draws × projects, months from the origin to the first end or to censoring, counted as in
            `build_durations`: whole months and a half.
        cause: draws × projects, 0 when censored, else 1 + the rank of the end in ``causes``; it may change from draw to
            draw when two ends are dated imprecisely, or when an end may fall after the horizon.
        names: projects.
        causes: ends, in order.
        open_ended: projects with a date that has no lower or no upper bound: that date stays at its known bound.
        spread: one row per project: ``projet_id, cas`` (draws that kept it), ``mediane, bas, haut`` (2.5 and 97.5 % of
            the draws), ``imprecis`` (whether the draws differ).
        seed: of the draws.
        draws: number of draws.
        excluded: ``projet_id, raison``.
    """

    months: Floats
    cause: Ends
    names: tuple[str, ...]
    causes: tuple[str, ...]
    open_ended: tuple[str, ...]
    spread: pd.DataFrame
    seed: int
    draws: int
    excluded: pd.DataFrame


@dataclass(frozen=True)
class IncidenceRange:
    """Cumulative incidence over the draws: what the imprecision of dates alone lets vary.

    Attributes:
        curves: one row per age and end: ``temps, fin, mediane, bas, haut`` (2.5 and 97.5 % of the draws), ``min, max``.
        draws: number of draws.
        seed: of the draws.
        n: projects.
    """

    curves: pd.DataFrame
    draws: int
    seed: int
    n: int


def draw_durations(
    episodes: Episodes,
    *,
    ends: Mapping[str, str] | None = None,
    draws: int = 1000,
    seed: int = 20160,
) -> DrawnDurations | Refusal:
    """Draw the date of the first stage and of each end uniformly within their intervals, in the order that is told.

    An end never comes before the origin: the pair is drawn again until it is in order, and put at the same day when the
    two intervals leave no other way.

    Args:
        episodes: as `derive_episodes` returns them.
        ends: ``{stage: name of the competing end}``; creation, abandonment and absorption by default.
        draws: number of draws.
        seed: of the draws.
    """
    stops = dict(END_STAGES if ends is None else ends)
    causes = tuple(dict.fromkeys(stops.values())) if ends is not None else CAUSES
    first = episodes.frame[episodes.frame["ordre"] == 1].set_index("projet_id")
    known = first["ouverture"].notna()
    dated = first[known & ~first["etape"].isin(stops)]
    if dated.empty:
        return Refusal("les durées tirées au sort", "Aucun projet n’a de début daté.", "No project has a dated start.")
    names = tuple(str(name) for name in dated.index)
    generator = np.random.default_rng(seed)
    low, high, open_start = _bounds(dated)
    origin = _uniform(generator, low, high, draws)
    limit = _days(episodes.horizons.reindex(dated.index))
    time = _months_between(origin, np.broadcast_to(limit, origin.shape))
    cause = np.zeros(origin.shape, dtype=np.int64)
    open_ended = open_start
    for stage, name in stops.items():
        opened = episodes.frame[(episodes.frame["etape"] == stage) & (episodes.frame["rang"] == 1)]
        opened = opened[opened["ouverture"].notna()].set_index("projet_id").reindex(dated.index)
        found, open_here = _ages_of(generator, opened, (origin, low, high), limit)
        open_ended = open_ended | open_here
        sooner = found <= time
        time, cause = np.where(sooner, found, time), np.where(sooner, causes.index(name) + 1, cause)
    months = time + _HALF_MONTH
    left = first[~first.index.isin(dated.index)]
    reasons = np.where(left["ouverture"].isna(), "début sans date", "connu seulement à sa fin : durée inconnue")
    return DrawnDurations(
        months=months,
        cause=cause,
        names=names,
        causes=causes,
        open_ended=tuple(name for name, is_open in zip(names, open_ended, strict=True) if is_open),
        spread=_spread(months, names),
        seed=seed,
        draws=draws,
        excluded=pd.DataFrame({"projet_id": left.index, "raison": reasons}, dtype="str"),
    )


def build_incidence_range(
    drawn: DrawnDurations, *, step: float = 1.0, fewest_ends: int = FEWEST_ENDS
) -> IncidenceRange | Refusal:
    """Aalen–Johansen curves of all draws at once, on a grid of ages, with the range they span.

    Args:
        drawn: from `draw_durations`.
        step: of the grid, in months; ends within a step are tied.
        fewest_ends: refuse when some draw has fewer ends.
    """
    ends = (drawn.cause > 0).sum(axis=1)
    if int(ends.min()) < fewest_ends:
        known = {name: int(np.median((drawn.cause == rank).sum(axis=1))) for rank, name in enumerate(drawn.causes, 1)}
        return Refusal(
            "les courbes recalculées sur les dates tirées au sort",
            f"{plural(int(ends.min()), 'fin datée', 'fins datées')} ({count_ends(known)}) pour "
            f"{plural(len(drawn.names), 'projet')} ; il en faut {fewest_ends}.",
            f"{int(ends.min())} dated ends for {len(drawn.names)} projects; {fewest_ends} are needed.",
            f"dater {fewest_ends - int(ends.min())} fins de plus.",
            f"date {fewest_ends - int(ends.min())} more ends.",
        )
    place = np.floor(drawn.months / step + 1e-9).astype(np.int64)
    cells = int(place.max()) + 1
    counts = np.zeros((drawn.draws, cells, len(drawn.causes) + 1))
    np.add.at(counts, (np.arange(drawn.draws)[:, None], place, drawn.cause), 1.0)
    leaving = counts.sum(axis=2)
    risk = leaving[:, ::-1].cumsum(axis=1)[:, ::-1]
    hazards = np.divide(
        counts[:, :, 1:], risk[:, :, None], out=np.zeros(counts[:, :, 1:].shape), where=risk[:, :, None] > 0
    )
    alive = np.cumprod(1 - hazards.sum(axis=2), axis=1)
    before = np.concatenate([np.ones((drawn.draws, 1)), alive[:, :-1]], axis=1)
    curves = np.cumsum(before[:, :, None] * hazards, axis=1)
    parts = []
    for rank, name in enumerate(drawn.causes):
        low, middle, high = np.quantile(curves[:, :, rank], [0.025, 0.5, 0.975], axis=0)
        least, most = curves[:, :, rank].min(axis=0), curves[:, :, rank].max(axis=0)
        ages = (np.arange(cells) + 0.5) * step
        told = {"temps": ages, "fin": name, "mediane": middle, "bas": low, "haut": high, "min": least, "max": most}
        parts.append(pd.DataFrame(told))
    return IncidenceRange(pd.concat(parts, ignore_index=True), drawn.draws, drawn.seed, len(drawn.names))


def _ages_of(
    generator: Generator, opened: pd.DataFrame, starting: tuple[Floats, Floats, Floats], limit: Floats
) -> tuple[Floats, NDArray[np.bool_]]:
    """Months from the origin to the opening of a stage, in order; infinite when it never opens or only after the horizon."""
    origin, _, _ = starting
    known = opened["ouverture"].notna().to_numpy()
    ages = np.full(origin.shape, np.inf)
    if not known.any():
        return ages, known
    low, high, unbounded = _bounds(opened[known])
    drawn = _uniform(generator, low, high, len(origin))
    start = origin[:, known]
    for _ in range(_ROUNDS):
        late = drawn < start
        if not late.any():
            break
        drawn = np.where(late, _uniform(generator, low, high, len(origin)), drawn)
    drawn = np.maximum(drawn, start)
    ages[:, known] = np.where(drawn <= limit[known], _months_between(start, drawn), np.inf)
    flags = np.zeros(len(known), dtype=bool)
    flags[known] = unbounded
    return ages, flags


def _months_between(first: Floats, last: Floats) -> Floats:
    """Whole months between two days, never negative."""
    months = [days.astype("datetime64[D]").astype("datetime64[M]").astype(np.float64) for days in (first, last)]
    return np.maximum(months[1] - months[0], 0.0)


def _bounds(rows: pd.DataFrame) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    low, high = rows["ouverture_min"], rows["ouverture_max"]
    unbounded = (low.isna() | high.isna()).to_numpy()
    return _days(low.fillna(rows["ouverture"])), _days(high.fillna(rows["ouverture"])), unbounded


def _days(dates: Any) -> Floats:  # noqa: ANN401 - a column of dates
    return np.asarray((pd.to_datetime(dates) - pd.Timestamp(1970, 1, 1)).dt.days, dtype=np.float64)


def _uniform(generator: Generator, low: Floats, high: Floats, draws: int) -> Floats:
    return np.floor(low + generator.random((draws, len(low))) * (high - low + 1))


def _spread(months: Floats, names: Sequence[str]) -> pd.DataFrame:
    low, middle, high = np.quantile(months, [0.025, 0.5, 0.975], axis=0)
    return pd.DataFrame(
        {"projet_id": list(names), "mediane": middle, "bas": low, "haut": high, "imprecis": np.ptp(months, axis=0) > 0}
    ).astype({"projet_id": "str"})
