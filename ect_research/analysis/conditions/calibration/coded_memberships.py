"""Memberships that coders judged: rows of ``codages`` whose variable is ``appartenance_<set>``."""

from __future__ import annotations

import pandas as pd

from ect_research.errors import EctError

PREFIX = "appartenance_"


def read_memberships(
    codings: pd.DataFrame | None, name: str, cases: pd.Index, coder: str | None = None
) -> tuple[pd.Series, tuple[str, ...]]:
    """Degrees of each case in a set, as coded: the last round of each coder; and the cases whose coders differ.

    Args:
        codings: table ``codages``.
        name: of the set; the variable coded is ``appartenance_<name>``.
        cases: the projects.
        coder: whose degrees to take; needed when several coders judged the set.

    Raises:
        EctError: no coding of that set, several coders and none chosen, a value that is not a number.

    >>> rows = pd.DataFrame({"unite_id": ["P", "P"], "variable": ["appartenance_elus"] * 2, "valeur": ["0,8", "1"],
    ...                      "codeur": ["a", "b"], "tour": ["1", "1"]})
    >>> read_memberships(rows, "elus", pd.Index(["P"]), "a")[0].tolist(), read_memberships(rows, "elus", pd.Index(["P"]), "a")[1]
    ([0.8], ('P',))
    """
    wanted = PREFIX + name
    rows = pd.DataFrame() if codings is None or "variable" not in codings else codings[codings["variable"] == wanted]
    if rows.empty:
        raise EctError(
            "Aucune ligne de la table « codages » n’a pour variable « {variable} ». L’écrire, une ligne par projet, ou caler "
            "l’ensemble depuis une colonne.",
            variable=wanted,
        )
    degrees = pd.to_numeric(rows["valeur"].astype("str").str.replace(",", "."), errors="coerce")
    if degrees.isna().any():
        wrong = rows[degrees.isna()].iloc[0]
        raise EctError(
            "Table « codages », {variable} de {case} : « {value} » n’est pas un degré ; attendu : un nombre entre 0 et 1.",
            variable=wanted,
            case=wrong["unite_id"],
            value=wrong["valeur"],
        )
    rounds = rows["tour"] if "tour" in rows else pd.Series("", index=rows.index)
    told = rows.assign(degre=degrees, rang=rounds.fillna("").astype("str"))
    last = told.sort_values("rang", kind="stable").groupby(["unite_id", "codeur"], as_index=False).tail(1)
    coders = sorted(last["codeur"].unique())
    if coder is None and len(coders) > 1:
        raise EctError(
            "« {variable} » est codé par {coders} : dire lequel garder (coder=…), une moyenne de jugements n’en est pas un.",
            variable=wanted,
            coders=", ".join(coders),
        )
    spread = last.groupby("unite_id")["degre"].nunique()
    own = last[last["codeur"] == (coder or coders[0])].set_index("unite_id")["degre"]
    return own.reindex(cases), tuple(sorted(map(str, spread.index[spread > 1])))
