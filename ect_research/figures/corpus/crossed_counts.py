"""The table of two codings crossed, in the reader's words, with its totals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ect_research.analysis.corpus.cross_table import UNKNOWN
from ect_research.figures.exhibit.exhibit import Exhibit, Finding, Strength
from ect_research.figures.page.caption import Caption

if TYPE_CHECKING:
    import pandas as pd

    from ect_research.analysis.corpus.cross_table import CrossTable


def show_cross_table(crossed: CrossTable, *, title: str = "") -> Exhibit[CrossTable]:
    """Projects by two codings, those of which nobody knows it included; totals last.

    Args:
        crossed: from ``build_cross_table``.
        title: what is crossed; the names of both variables unless given.

    >>> import ect_research as ect
    >>> study = ect.open_study("pays-ledonien")
    >>> crossed = ect.build_cross_table(study.table("projets"), "objet", "accompagne", study.corpus.codebook)
    >>> shown = show_cross_table(crossed).in_context(study.context)
    >>> shown.words().title, int(shown.rows()["Total"].iloc[-1]) == crossed.n
    ('Objet et accompagnement', True)
    """

    def words(shown: Exhibit[CrossTable]) -> Caption:
        theme = shown.theme
        rows, columns = _names(shown)
        said = title or theme.say("{rows} et {columns}", rows=rows, columns=columns[0].lower() + columns[1:])
        return Caption(said, theme.say_n("n = {n} projet", "n = {n} projets", shown.told.n), "")

    return Exhibit(crossed, _rows, words, finding_of=_finding, reads=("projets",), place="annexe")


def _names(shown: Exhibit[CrossTable]) -> tuple[str, str]:
    crossed, codebook, language = shown.told, shown.context.codebook, shown.theme.language
    name = codebook.variable_label
    return name("projets", crossed.rows, language), name("projets", crossed.columns, language)


def _rows(shown: Exhibit[CrossTable]) -> pd.DataFrame:
    crossed, codebook, theme = shown.told, shown.context.codebook, shown.theme
    unknown, total = theme.say("Non renseigné"), theme.say("Total")
    labels = [
        {**codebook.labels(codebook.variables["projets", name].list_name, theme.language), UNKNOWN: unknown}
        for name in (crossed.rows, crossed.columns)
    ]
    counts = crossed.counts.astype("Int64")
    counts.index = counts.index.astype("str").map(labels[0]).astype("str")
    counts.columns = counts.columns.astype("str").map(labels[1]).astype("str")
    counts[total] = counts.sum(axis=1).astype("Int64")
    counts.loc[total] = counts.sum(axis=0).astype("Int64")
    return counts.rename_axis(index=_names(shown)[0], columns=None).reset_index()


def _finding(shown: Exhibit[CrossTable]) -> Finding:
    crossed, theme = shown.told, shown.theme
    rows, columns = _names(shown)
    said = theme.say_n(
        "« {rows} » et « {columns} » sont connus tous deux pour {n} projet sur {total}.",
        "« {rows} » et « {columns} » sont connus tous deux pour {n} projets sur {total}.",
        crossed.known,
        rows=rows,
        columns=columns,
        total=crossed.n,
    )
    return Finding(said, Strength.COUNTED)
