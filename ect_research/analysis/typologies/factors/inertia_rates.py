"""Rates of inertia: raw ones, and the two corrections for the disjunctive coding, which inflates the total."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def inertia_rates(eigenvalues: Floats, q: int = 0, codes: int = 0) -> pd.DataFrame:
    """Raw, Benzécri and Greenacre rates of the axes.

    Args:
        eigenvalues: in decreasing order.
        q: active variables; 0 when the corrections have no meaning (mixed data).
        codes: active codes; 0 when a passive code leaves Greenacre's total undefined.

    Returns:
        ``axe, valeur_propre, taux, cumul, taux_benzecri, taux_greenacre``, rates in %.

    Source:
        Benzécri (1979), *Cahiers de l'analyse des données* 4, 377–378; Greenacre (2006), ch. 2 of *Multiple
        Correspondence Analysis and Related Methods*.

    >>> inertia_rates(np.array([0.6, 0.5, 0.4]), q=2, codes=5)["taux_benzecri"].round(6).tolist()
    [100.0, 0.0, nan]
    """
    share = 100 * eigenvalues / eigenvalues.sum()
    benzecri = np.full(len(eigenvalues), np.nan)
    greenacre = benzecri.copy()
    if q > 1:
        above = eigenvalues >= 1 / q - 1e-12
        adjusted = (q / (q - 1)) ** 2 * (eigenvalues[above] - 1 / q) ** 2
        if adjusted.sum() > 0:
            benzecri[above] = 100 * adjusted / adjusted.sum()
        if codes:
            total = q / (q - 1) * (float((eigenvalues**2).sum()) - (codes - q) / q**2)
            greenacre[above] = 100 * adjusted / total if total > 0 else np.nan
    return pd.DataFrame(
        {
            "axe": np.arange(1, len(eigenvalues) + 1),
            "valeur_propre": eigenvalues,
            "taux": share,
            "cumul": share.cumsum(),
            "taux_benzecri": benzecri,
            "taux_greenacre": greenacre,
        }
    )
