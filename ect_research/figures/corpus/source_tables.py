"""Which document supports what, as tables with the titles of the documents and the names of the projects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.figures.page.formats import format_count, join_words

if TYPE_CHECKING:
    from ect_research.analysis.corpus.completeness import Completeness, SourceSupport
    from ect_research.corpus.checked.corpus import Corpus
    from ect_research.figures.page.theme import Theme


def tabulate_counts(completeness: Completeness | Refusal, corpus: Corpus, theme: Theme) -> pd.DataFrame | Refusal:
    """Rows of each table of the codebook, those that are absent included."""
    if isinstance(completeness, Refusal):
        return completeness
    counts = completeness.counts
    labels = [corpus.codebook.table_label(table, theme.language) for table in counts["table"]]
    flags = {True: "oui", False: "non"} if theme.language == "fr" else {True: "yes", False: "no"}
    return pd.DataFrame(
        {
            "table": counts["table"],
            "libelle": labels,
            "lignes": counts["n"],
            "presente": counts["presente"].map(flags),
            "obligatoire": counts["obligatoire"].map(flags),
        }
    )


def tabulate_source_support(support: SourceSupport | Refusal, corpus: Corpus) -> pd.DataFrame | Refusal:
    """One row per document: rows citing it in each table, in all, and those that rest on it alone."""
    if isinstance(support, Refusal):
        return support
    lines = support.by_table
    wide = lines.pivot_table(index="source_id", columns="table", values="lignes", aggfunc="sum", fill_value=0)
    order = [table for table in corpus.codebook.table_names if table in wide.columns]
    wide = wide[order].astype("int64").rename_axis(columns=None)
    wide["total"] = wide.sum(axis=1)
    wide["seule_source"] = lines.groupby("source_id")["seules"].sum()
    sources = corpus.tables["sources"].set_index("source_id")
    wide.insert(0, "reference", pd.Series(wide.index, index=wide.index).map(sources["reference"]))
    wide = wide.reset_index().sort_values(["total", "source_id"], ascending=[False, True], kind="stable")
    return wide.reset_index(drop=True)


def tabulate_project_sources(support: SourceSupport | Refusal, corpus: Corpus) -> pd.DataFrame | Refusal:
    """One row per project: how many documents, which ones, how many rows; the least supported first."""
    if isinstance(support, Refusal):
        return support
    lines = support.by_project
    return pd.DataFrame(
        {
            "projet_id": lines["projet_id"],
            "projet": lines["projet_id"].map(corpus.names()),
            "n_sources": lines["n_sources"],
            "sources": lines["sources"].map(" ".join),
            "lignes": lines["lignes"],
        }
    )


def say_single_source(support: SourceSupport | Refusal, corpus: Corpus, theme: Theme) -> str:
    """One sentence that names the projects known from one document only."""
    if isinstance(support, Refusal):
        return support.sentence(theme.language)
    names = corpus.names()
    alone = [names.get(project, project) for project in support.single_source]
    if theme.language == "en":
        projects = format_count(len(alone), "project", language="en")
        return f"{projects} out of {support.n} known from a single document: {join_words(alone, 'en', comma='; ')}."
    projects = format_count(len(alone), "projet")
    return f"{projects} sur {support.n} connus par un seul document : {join_words(alone, comma=' ; ')}."
