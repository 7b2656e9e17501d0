"""What sets each type apart: codes more or less frequent than elsewhere, numbers higher or lower (catdes)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import betaln, chdtrc, fdtrc, ndtr, ndtri

from ect_research.analysis.typologies.tables.answer_table import CODED, ProjectTable
from ect_research.analysis.typologies.tables.answers import build_indicator
from ect_research.errors import EctError

Floats = NDArray[np.float64]
FEWEST_FOR_P = 30
SMALL_TYPE = 10
"""Projects of the smallest type under which the types are shuffled: the chi-square then rejects too often."""


@dataclass(frozen=True)
class TypeDescription:
    """Types against variables.

    Attributes:
        codes: one row per type and code: ``type, variable, code, effectif`` (projects of the type that have the
            code), ``n_type`` (projects of the type that answer), ``n_code`` (projects that have the code), ``n``
            (projects that answer), ``part`` (of the type, 0–1), ``ensemble`` (share among all), ``valeur_test``,
            ``p_value``, ``role`` (``actif`` or ``illustratif``).
        numbers: one row per type and number: ``type, variable, n_type, moyenne, ecart_type, moyenne_ensemble,
            ecart_type_ensemble, valeur_test, p_value, role``.
        variables: one row per variable: ``variable, mesure`` (``chi2`` or ``eta2``), ``valeur, ddl, p_value, role``;
            that of ``chi2`` from shuffles of the types when fewer than ten projects of one answer, as in `compare_survival`.
        sizes: projects of each type.

    p-values are NaN below the number of projects asked for: they describe nothing there. They ignore that active
    variables made the types, and are not adjusted for their number.
    """

    codes: pd.DataFrame
    numbers: pd.DataFrame
    variables: pd.DataFrame
    sizes: pd.Series
    n: int


def describe_types(
    table: ProjectTable,
    types: pd.Series,
    *,
    fewest_for_p: int = FEWEST_FOR_P,
    permutations: int = 1999,
    seed: int = 20160,
) -> TypeDescription:
    """Compare each type with all the projects, variable by variable, among those that answer.

    ``table``: active and illustrative variables; the unknown is left out of both sides, and so is a variable that
    nobody answers. ``types``: type of each project, index ``projet_id``; ``fewest_for_p``: number of projects below
    which p-values are not given; ``permutations``: shuffles of the types, when one is small; 0 for the chi-square
    whatever the sizes.

    Raises:
        EctError: a project of ``types`` that the table does not have, or fewer than two types.

    Source:
        Lebart, Morineau & Piron (2006), *Statistique exploratoire multidimensionnelle*, § 2.3: hypergeometric
        test-values (mid-p, doubled) for codes, finite-population ones for means.

    >>> from ect_research.analysis.typologies.tables.answer_table import prepare_table
    >>> frame = pd.DataFrame({"objet": list("xxxyyy")}, index=list("ABCDEF"))
    >>> types = pd.Series([1, 1, 1, 2, 2, 2], index=list("ABCDEF"))
    >>> describe_types(prepare_table(frame, ["objet"]), types).codes["valeur_test"].round(2).tolist()
    [1.96, -1.96, -1.96, 1.96]
    """
    strangers = types.index.difference(table.active.index)
    if len(strangers):
        raise EctError("Projets absents de la table : {strangers}.", strangers=", ".join(map(str, strangers)))
    if types.nunique() < 2:
        raise EctError("Il faut au moins deux types à comparer.")
    everything = pd.concat([table.active, table.illustrative], axis=1).loc[types.index]
    sizes = types.value_counts().sort_index()
    members = types.to_numpy()[:, None] == sizes.index.to_numpy()
    heard = [name for name in everything.columns if everything[name].notna().any()]
    coded = [name for name in heard if table.kinds[name] in CODED]
    numeric = [name for name in heard if table.kinds[name] not in CODED]
    codes, tests = _codes(everything[coded], table, members, sizes, (permutations, seed))
    numbers, more = _numbers(everything[numeric], members, sizes)
    variables = pd.concat([frame for frame in (tests, more) if len(frame)] or [tests], ignore_index=True)
    for frame in (codes, numbers, variables):
        role = np.where(frame["variable"].isin(list(table.active.columns)), "actif", "illustratif")
        frame["role"] = pd.Series(role, index=frame.index, dtype="str")
        if len(types) < fewest_for_p:
            frame["p_value"] = np.nan
    return TypeDescription(codes, numbers, variables, sizes, len(types))


def hypergeometric_p(both: Floats, code: Floats, group: Floats, n: Floats) -> Floats:
    """Doubled mid-p of ``both`` projects in common between a code and a type drawn among ``n``.

    >>> hypergeometric_p(np.array([3.0]), np.array([3.0]), np.array([3.0]), np.array([6.0])).round(3)
    array([0.05])
    """
    met = np.arange(int(np.minimum(code, group).max(initial=0)) + 1)
    both, code, group, n = both[..., None], code[..., None], group[..., None], n[..., None]
    possible = (met <= np.minimum(code, group)) & (group - met <= n - code)
    held = np.where(possible, met, np.maximum(group - n + code, 0))
    ways = _log_choices(code, held) + _log_choices(n - code, group - held) - _log_choices(n, group)
    chances = np.where(possible, np.exp(ways), 0.0)
    more, equal, fewer = ((chances * kept).sum(axis=-1) for kept in (met > both, met == both, met < both))
    return np.asarray(np.minimum(2 * np.minimum(more, fewer) + equal, 1.0))


def _log_choices(n: Floats, k: Floats) -> Floats:
    return np.asarray(-betaln(n - k + 1, k + 1) - np.log(n + 1))


def _codes(
    frame: pd.DataFrame, table: ProjectTable, members: NDArray[np.bool_], sizes: pd.Series, shuffled: tuple[int, int]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    columns = ["type", "variable", "code", "effectif", "n_type", "n_code", "n", "part", "ensemble"]
    measured = ["variable", "mesure", "valeur", "ddl", "p_value"]
    if frame.columns.empty:
        return pd.DataFrame(columns=[*columns, "valeur_test", "p_value"]), pd.DataFrame(columns=measured)
    indicator = build_indicator(frame, dict(table.kinds))
    seen = ~indicator.unknown
    bears = (indicator.cells[:, seen] > 0).astype(float)
    owner = indicator.variable[seen]
    knows = frame.notna().to_numpy().astype(float)[:, owner]
    both = members.T.astype(float) @ bears
    answering = members.T.astype(float) @ knows
    totals, n = bears.sum(axis=0), knows.sum(axis=0)
    p = hypergeometric_p(both, np.broadcast_to(totals, both.shape), answering, np.broadcast_to(n, both.shape))
    part = np.divide(both, answering, out=np.full_like(both, np.nan), where=answering > 0)
    sign = np.sign(np.nan_to_num(part - totals / n))
    k, j = both.shape
    labels = indicator.columns[seen]
    long = pd.DataFrame(
        {
            "type": np.repeat(sizes.index.to_numpy(), j),
            "variable": list(labels.get_level_values("variable")) * k,
            "code": list(labels.get_level_values("code")) * k,
            "effectif": both.ravel().astype(int),
            "n_type": answering.ravel().astype(int),
            "n_code": np.tile(totals, k).astype(int),
            "n": np.tile(n, k).astype(int),
            "part": part.ravel(),
            "ensemble": np.tile(totals / n, k),
            "valeur_test": (sign * -ndtri(p / 2)).ravel(),
            "p_value": p.ravel(),
        }
    )
    multiple = {name for name in frame.columns if table.kinds[name] == "multiple"}
    rows = [
        (str(name), "chi2", *_chi2(both[:, owner == place], answering[:, owner == place][:, 0], *shuffled))
        for place, name in enumerate(frame.columns)
        if name not in multiple
    ]
    return long, pd.DataFrame(rows, columns=measured)


def _chi2(counts: Floats, answering: Floats, permutations: int, seed: int) -> tuple[float, float, float]:
    """Chi-square, degrees of freedom and p: from shuffles of the types when one of them is small."""
    counts = counts[answering > 0]
    expected = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0) / counts.sum()
    value = float(((counts - expected) ** 2 / expected).sum())
    freedom = (counts.shape[0] - 1) * (counts.shape[1] - 1)
    if not freedom or not permutations or counts.sum(axis=1).min() >= SMALL_TYPE:
        return value, float(freedom), float(chdtrc(freedom, value)) if freedom else 1.0
    types, codes = (
        np.repeat(np.arange(len(sums)), sums.astype(int)) for sums in (counts.sum(axis=1), counts.sum(axis=0))
    )
    dealt = np.random.default_rng(seed).permuted(np.tile(codes, (permutations, 1)), axis=1)
    cells = (np.arange(permutations)[:, None] * counts.shape[0] + types) * counts.shape[1] + dealt
    drawn = np.bincount(cells.ravel(), minlength=permutations * counts.size).reshape(permutations, *counts.shape)
    null = ((drawn - expected) ** 2 / expected).sum(axis=(1, 2))
    return value, float(freedom), float((1 + np.sum(null >= value - 1e-9)) / (1 + permutations))


def _numbers(frame: pd.DataFrame, members: NDArray[np.bool_], sizes: pd.Series) -> tuple[pd.DataFrame, pd.DataFrame]:
    rows, tests = [], []
    for name in frame.columns:
        values = frame[name].to_numpy(dtype=float)
        known = np.isfinite(values)
        kept, inside = values[known], members[known]
        n, mean, spread = len(kept), kept.mean(), kept.std()
        within = 0.0
        for place, label in enumerate(sizes.index):
            own = kept[inside[:, place]]
            if not len(own):
                rows.append((label, name, 0, *[np.nan] * 2, mean, spread, np.nan, np.nan))
                continue
            error = spread * np.sqrt((n - len(own)) / (n - 1) / len(own)) if n > 1 else 0.0
            v = (own.mean() - mean) / error if error > 0 else 0.0
            rows.append((label, name, len(own), own.mean(), own.std(), mean, spread, v, 2 * float(ndtr(-abs(v)))))
            within += float(((own - own.mean()) ** 2).sum())
        tests.append((str(name), "eta2", *_anova(within, float(((kept - mean) ** 2).sum()), n, len(sizes))))
    columns = ["type", "variable", "n_type", "moyenne", "ecart_type", "moyenne_ensemble", "ecart_type_ensemble"]
    return (
        pd.DataFrame(rows, columns=[*columns, "valeur_test", "p_value"]),
        pd.DataFrame(tests, columns=["variable", "mesure", "valeur", "ddl", "p_value"]),
    )


def _anova(within: float, whole: float, n: int, k: int) -> tuple[float, float, float]:
    if whole <= 0 or n <= k:
        return np.nan, float(k - 1), np.nan
    between = whole - within
    ratio = (between / (k - 1)) / (within / (n - k)) if within > 0 else np.inf
    return between / whole, float(k - 1), float(fdtrc(k - 1, n - k, ratio))
