"""Counts of two codings crossed, with what is unknown in sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ect_research.errors import EctError

if TYPE_CHECKING:
    from ect_research.codebook.codebook import Codebook


def build_cross_table(
    projects: pd.DataFrame, rows: str, columns: str, codebook: Codebook, language: str = "fr"
) -> pd.DataFrame:
    """Counts of two single-code variables, unknown values in their own row and column, totals last.

    Args:
        projects: table ``projets``.
        rows: variable in rows.
        columns: variable in columns.
        codebook: labels and order.
        language: ``fr`` or ``en``.

    Returns:
        one row per code present: the label in a column named after the variable, then one column per code
        (Int64).

    Raises:
        EctError: a variable that has no single code per project, or that the table does not hold.

    >>> from ect_research import load_corpus
    >>> corpus = load_corpus("pays-ledonien")
    >>> table = build_cross_table(corpus.tables["projets"], "objet", "accompagne", corpus.codebook)
    >>> int(table["Total"].iloc[-1]) == len(corpus.tables["projets"])
    True
    """
    for name in (rows, columns):
        variable = codebook.variables.get(("projets", name))
        if variable is None or variable.type != "select_one" or name not in projects:
            raise EctError(
                f"« {name} » n’est pas une variable à une seule réponse de la table projets.",
                f"“{name}” is not a single-answer variable of the table projets.",
            )
    unknown, total = ("Non renseigné", "Total") if language == "fr" else ("Unknown", "Total")
    labelled = {
        name: _labelled(projects[name], codebook.variables["projets", name].list_name, codebook, language, unknown)
        for name in (rows, columns)
    }
    counts = pd.crosstab(labelled[rows], labelled[columns])
    counts = counts.reindex(index=_present(labelled[rows]), columns=_present(labelled[columns]), fill_value=0).astype(
        "Int64"
    )
    counts[total] = counts.sum(axis=1).astype("Int64")
    counts.loc[total] = counts.sum(axis=0).astype("Int64")
    counts.index = pd.Index([str(label) for label in counts.index], dtype="str")
    counts.columns = pd.Index([str(label) for label in counts.columns], dtype="str")
    title = codebook.variables["projets", rows].labels[language]
    return counts.rename_axis(index=title, columns=None).reset_index()


def _labelled(column: pd.Series, list_name: str, codebook: Codebook, language: str, unknown: str) -> pd.Series:
    labels = codebook.labels(list_name, "en" if language == "en" else "fr")
    kind = pd.CategoricalDtype([*dict.fromkeys(labels.values()), unknown])
    return column.astype("object").map(labels).fillna(unknown).astype(kind)


def _present(labels: pd.Series) -> list[str]:
    used = set(labels)
    return [label for label in labels.cat.categories if label in used]
