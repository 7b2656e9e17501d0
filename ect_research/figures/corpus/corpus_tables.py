"""What a corpus holds, which document supports what, and two codings crossed, as tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.analysis.corpus.completeness import UNKNOWN, Completeness, CrossTable, SourceSupport
from ect_research.corpus.checked.corpus import Corpus
from ect_research.corpus.reporting.possible_analyses import list_analyses
from ect_research.figures.corpus.completeness import show_completeness
from ect_research.figures.exhibit.exhibit import Exhibit, table, view_of
from ect_research.figures.page.caption import Caption
from ect_research.words import mark


def show_counts(completeness: Completeness | Refusal) -> Exhibit[Completeness]:
    """Rows of each table of the codebook, those that are absent included."""
    return table(
        completeness,
        _count_rows,
        title=mark("Lignes par table"),
        n=lambda shown: shown.theme.say("toutes les tables du livre de codes"),
        note=mark("Une table absente ferme certaines analyses ; la dernière cellule dit lesquelles."),
        counts="aucune",
        finding=_find_counts,
    ).in_annex()


def show_source_support(support: SourceSupport | Refusal) -> Exhibit[SourceSupport]:
    """One row per document: rows citing it in each table, in all, and those that rest on it alone."""
    return table(
        support,
        _support_rows,
        title=mark("Lignes que chaque document soutient, par table"),
        n=lambda shown: shown.theme.say("toutes les lignes qui citent un document"),
        note=mark("Une ligne qui cite deux documents compte pour chacun."),
        reads=("sources",),
        counts="aucune",
        finding=_find_support,
    ).in_annex()


def show_project_sources(support: SourceSupport | Refusal) -> Exhibit[SourceSupport]:
    """One row per project: how many documents, which ones, how many rows; the least supported first."""
    return table(
        support,
        _project_rows,
        title=mark("Documents qui soutiennent chaque projet"),
        n=lambda shown: shown.theme.say_n("n = {n} projet", "n = {n} projets", shown.told.n),
        note=_named_alone,
        reads=("projets",),
        finding=_count_alone,
    ).in_annex()


def show_analyses(corpus: Corpus) -> Exhibit[Corpus]:
    """One row per analysis of the codebook: whether the corpus opens it, and what is missing otherwise.

    Args:
        corpus: the corpus read.
    """
    return table(
        corpus,
        lambda shown: list_analyses(shown.told, shown.theme.language),
        title=mark("Analyses que le corpus ouvre, et ce qui manque aux autres"),
        n=lambda shown: shown.theme.say_n("n = {n} analyse", "n = {n} analyses", len(shown.told.codebook.analyses)),
        counts="aucune",
        finding=_find_analyses,
    ).in_annex()


def _count_rows(shown: Exhibit[Completeness]) -> pd.DataFrame:
    counts, theme = shown.told.counts, shown.theme
    flags = {True: theme.say("oui"), False: theme.say("non")}
    told = counts.assign(
        libelle=[shown.context.codebook.table_label(name, theme.language) for name in counts["table"]],
        lignes=counts["n"],
        **{name: counts[name].map(flags) for name in ("presente", "obligatoire")},
    )
    return told[["table", "libelle", "lignes", "presente", "obligatoire"]]


def _find_counts(shown: Exhibit[Completeness]) -> str:
    counts, theme = shown.told.counts, shown.theme
    sourced = shown.told.cells[shown.told.cells["variable"] == "source_id"]
    cited, missing = int(sourced["renseigne"].sum()), int(sourced["manquant"].sum())
    return theme.say(
        "{rows} lignes dans {filled} tables sur {tables} ; {cited} sur {owed} citent au moins un document.",
        rows=theme.number(shown.told.n),
        filled=int((counts["n"] > 0).sum()),
        tables=len(counts),
        cited=theme.number(cited),
        owed=theme.number(cited + missing),
    )


def _support_rows(shown: Exhibit[SourceSupport]) -> pd.DataFrame:
    lines, context = shown.told.by_table, shown.context
    wide = lines.pivot_table(index="source_id", columns="table", values="lignes", aggfunc="sum", fill_value=0)
    order = [name for name in context.codebook.table_names if name in wide.columns]
    wide = wide[order].astype("int64").rename_axis(columns=None)
    wide["total"] = wide.sum(axis=1)
    wide["seule_source"] = lines.groupby("source_id")["seules"].sum()
    sources = context.tables["sources"].set_index("source_id")
    wide.insert(0, "reference", pd.Series(wide.index, index=wide.index).map(sources["reference"]))
    wide = wide.reset_index().sort_values(["total", "source_id"], ascending=[False, True], kind="stable")
    return wide.reset_index(drop=True)


def _find_support(shown: Exhibit[SourceSupport]) -> str:
    theme = shown.theme
    most = shown.told.by_table.groupby("source_id")[["lignes", "seules"]].sum().sort_values("lignes").iloc[-1]
    return theme.say(
        "Un document, {source}, soutient {rows} lignes ; {alone} ne reposent que sur lui.",
        source=most.name,
        rows=theme.number(int(most["lignes"])),
        alone=theme.number(int(most["seules"])),
    )


def _project_rows(shown: Exhibit[SourceSupport]) -> pd.DataFrame:
    lines = shown.told.by_project
    table = lines.assign(projet=lines["projet_id"].map(shown.names), sources=lines["sources"].map(" ".join))
    return table[["projet_id", "projet", "n_sources", "sources", "lignes"]]


def _named_alone(shown: Exhibit[SourceSupport]) -> str:
    """The projects known from one document only, named."""
    support, theme, names = shown.told, shown.theme, shown.names
    alone = [names.get(project, project) for project in support.single_source]
    if not alone:
        return _count_alone(shown)
    return theme.say(
        "{projects} sur {n} connus par un seul document : {names}.",
        projects=theme.say_n("{n} projet", "{n} projets", len(alone)),
        n=support.n,
        names=theme.join(alone, comma=theme.say(" ; ")),
    )


def _count_alone(shown: Exhibit[SourceSupport]) -> str:
    support, theme = shown.told, shown.theme
    if not support.single_source:
        return theme.say("Aucun des {total} projets n’est connu que par un seul document.", total=support.n)
    return theme.say_n(
        "{n} projet sur {total} n’est connu que par un seul document.",
        "{n} projets sur {total} ne sont connus que par un seul document.",
        len(support.single_source),
        total=support.n,
    )


def _find_analyses(shown: Exhibit[Corpus]) -> str:
    theme = shown.theme
    is_open = list_analyses(shown.told, theme.language)["ouverte"]
    return theme.say_n(
        "Le corpus ouvre {n} analyse sur {total}.",
        "Le corpus ouvre {n} analyses sur {total}.",
        int(is_open.sum()),
        total=len(is_open),
    )


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
        rows, columns = _crossed_names(shown)
        said = title or theme.say("{rows} et {columns}", rows=rows, columns=columns[0].lower() + columns[1:])
        return Caption(said, theme.say_n("n = {n} projet", "n = {n} projets", shown.told.n), "")

    return Exhibit(crossed, _cross_rows, words, finding_of=_find_known, reads=("projets",), place="annexe")


def _crossed_names(shown: Exhibit[CrossTable]) -> tuple[str, str]:
    crossed, codebook, language = shown.told, shown.context.codebook, shown.theme.language
    name = codebook.variable_label
    return name("projets", crossed.rows, language), name("projets", crossed.columns, language)


def _cross_rows(shown: Exhibit[CrossTable]) -> pd.DataFrame:
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
    return counts.rename_axis(index=_crossed_names(shown)[0], columns=None).reset_index()


def _find_known(shown: Exhibit[CrossTable]) -> str:
    crossed, theme = shown.told, shown.theme
    rows, columns = _crossed_names(shown)
    return theme.say_n(
        "« {rows} » et « {columns} » sont connus tous deux pour {n} projet sur {total}.",
        "« {rows} » et « {columns} » sont connus tous deux pour {n} projets sur {total}.",
        crossed.known,
        rows=rows,
        columns=columns,
        total=crossed.n,
    )


_VIEWS: dict[str, Callable[[Any], Exhibit[Any]]] = {
    "completude": show_completeness,
    "lignes": show_counts,
    "documents": show_source_support,
    "projets": show_project_sources,
    "analyses": show_analyses,
}


def show_corpus(told: Completeness | SourceSupport | Corpus | Refusal, view: str = "completude") -> Exhibit[Any]:
    """One view of what a corpus holds and of which document supports what.

    Args:
        told: from ``build_completeness`` for ``completude`` (one bar a column: filled, missing, without object) and ``lignes``
            (of each table); from ``build_source_support`` for ``documents`` (what each supports) and ``projets`` (what each rests
            on); the corpus for ``analyses`` (what it opens, and what would open the others).
        view: its name.

    Raises:
        EctError: no such view.
    """
    return view_of(view, _VIEWS)(told)
