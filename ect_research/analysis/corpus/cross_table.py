"""Counts of two codings crossed, with what is unknown in sight."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ect_research.analysis.readable import Readable
from ect_research.codebook.codebook import Codebook
from ect_research.errors import EctError

UNKNOWN = ""


@dataclass(frozen=True)
class CrossTable(Readable):
    """Projects by two codings.

    Attributes:
        rows: variable in rows.
        columns: variable in columns.
        counts: projects, codes of the one × codes of the other: those met, in the order of the codebook, ``""`` (unknown)
            last.
        n: projects.
    """

    exhibits = ("show_cross_table",)

    rows: str
    columns: str
    counts: pd.DataFrame
    n: int

    @property
    def known(self) -> int:
        """Projects of which both are known."""
        return int(self.counts.drop(index=UNKNOWN, columns=UNKNOWN, errors="ignore").to_numpy().sum())


def build_cross_table(projects: pd.DataFrame, rows: str, columns: str, codebook: Codebook) -> CrossTable:
    """Count the projects by two single-code variables, unknown values in their own row and column.

    Args:
        projects: table ``projets``.
        rows: variable in rows.
        columns: variable in columns.
        codebook: order of the codes.

    Raises:
        EctError: a variable that has no single code per project, or that the table does not hold.

    >>> from ect_research import load_corpus
    >>> corpus = load_corpus("pays-ledonien")
    >>> crossed = build_cross_table(corpus.tables["projets"], "objet", "accompagne", corpus.codebook)
    >>> int(crossed.counts.to_numpy().sum()) == crossed.n == len(corpus.tables["projets"])
    True
    """
    across, down = (_coded(projects, name, codebook) for name in (columns, rows))
    counts = pd.crosstab(down, across, dropna=False).reindex(index=_met(down), columns=_met(across), fill_value=0)
    return CrossTable(rows, columns, counts, len(projects))


def _coded(projects: pd.DataFrame, name: str, codebook: Codebook) -> pd.Series:
    variable = codebook.variables.get(("projets", name))
    if variable is None or variable.type != "select_one" or name not in projects:
        raise EctError("« {name} » n’est pas une variable à une seule réponse de la table projets.", name=name)
    codes = [*codebook.codes(variable.list_name), UNKNOWN]
    return projects[name].astype(pd.CategoricalDtype(codes)).fillna(UNKNOWN)


def _met(coded: pd.Series) -> list[str]:
    met = set(coded)
    return [code for code in coded.cat.categories if code in met]
