"""The thresholds, and the rules that look at one number at a time.

Rules of the French statistical office for firms (Insee, *Guide du secret statistique*): a cell of fewer than 3 units is
hidden, and a sum of which one unit makes more than 85 %. For persons, 5: the habit of open higher-education data.
"""

from __future__ import annotations

import pandas as pd

ORGANISATIONS, PERSONS, DOMINANCE = 3, 5, 0.85
THRESHOLDS = {"personnes": PERSONS, "organisations": ORGANISATIONS, "projets": ORGANISATIONS}


def is_dominated(values: pd.Series[float], *, share: float = DOMINANCE, threshold: int = ORGANISATIONS) -> bool:
    """Whether a sum must be hidden: too few units, or one unit that makes more than ``share`` of it.

    Args:
        values: the amount of each unit; missing and zero amounts are no unit.
        share: largest share of one unit.
        threshold: fewest units.

    >>> is_dominated(pd.Series([90, 5, 5])), is_dominated(pd.Series([50, 30, 20]))
    (True, False)
    """
    known = values.dropna().abs()
    known = known[known > 0]
    if known.empty:
        return False
    return bool(len(known) < threshold or known.max() / known.sum() > share)


def find_unanimous(counts: pd.DataFrame) -> list[str]:
    """Rows of which every unit gave the same answer: the answer of each is known (attribute disclosure).

    >>> find_unanimous(pd.DataFrame({"oui": [4, 3], "non": [0, 2]}, index=["A", "B"]))
    ['A']
    """
    inside = counts.to_numpy(dtype="float64")
    same = (inside.sum(axis=1) > 0) & ((inside > 0).sum(axis=1) == 1)
    return [str(name) for name, known in zip(counts.index, same, strict=True) if known]


def sum_by(values: pd.Series[float], groups: pd.Series[str]) -> pd.DataFrame:
    """Sums that can be checked before they leave: one row per group, with how many units and the share of the largest.

    Args:
        values: the amount of each unit (euros, hours…), which may be negative; missing and zero amounts are no unit.
        groups: the group of each unit, same index; units without a group make a row of their own.

    Returns:
        columns ``<groups.name>, unites, somme, part_du_premier`` (largest amount over the sum of the amounts, signs
        apart); the gate of publication hides a sum by the last one (`ect_research.analysis.disclosure.protected_frames`).

    >>> sum_by(pd.Series([90.0, 5, 5, 3]), pd.Series(["A", "A", "A", "B"], name="groupe")).values.tolist()
    [['A', 3, 100.0, 0.9], ['B', 1, 3.0, 1.0]]
    """
    import pandas as pd

    known = values[values.fillna(0) != 0].astype("float64")
    amounts = pd.DataFrame({"amount": known, "size": known.abs()})
    by = amounts.groupby(groups.reindex(known.index), observed=True, dropna=False)
    table = by.agg(unites=("amount", "count"), somme=("amount", "sum"), size=("size", "sum"), first=("size", "max"))
    table = table.assign(part_du_premier=table["first"] / table["size"]).drop(columns=["size", "first"])
    return table.rename_axis(str(groups.name or "groupe")).reset_index()
