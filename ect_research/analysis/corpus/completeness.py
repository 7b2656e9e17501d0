"""What the corpus holds: rows, how far each variable is filled, and which document supports what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.analysis.readable import Readable
from ect_research.codebook.codebook import Codebook, Variable
from ect_research.codebook.expressions import parse_expression
from ect_research.errors import EctError
from ect_research.words import tell

PROVENANCE = ("source_id", "passage", "citation", "certitude")
"""Columns of many tables that say where a fact comes from, not what it is."""
REMARKS = ("note",)
"""Written when there is something to say: a blank is not a gap."""


@dataclass(frozen=True)
class Completeness(Readable):
    """How far each column of each table is filled.

    Attributes:
        cells: one row per table and column, in codebook order, keys and remarks apart: ``table, variable,
            provenance`` (whether it says where the fact comes from), ``n`` (rows), ``renseigne, manquant,
            sans_objet`` (rows, adding up to ``n``) and ``part`` (filled over filled and missing, 0–1; NaN
            when no row is concerned).
        counts: one row per table of the codebook: ``table, presente, n, obligatoire``.
        n: rows in all.
    """

    exhibits = ("show_corpus", "lignes", "completude")

    cells: pd.DataFrame
    counts: pd.DataFrame
    n: int


def build_completeness(tables: Mapping[str, pd.DataFrame], codebook: Codebook) -> Completeness | Refusal:
    """Count filled, missing and not applicable cells.

    A blank cell is *not applicable* where the codebook's ``relevant`` condition is false, or where the column
    is asked under a condition that the row does not meet (the pseudonym of an organisation); it is *missing*
    otherwise.

    Args:
        tables: the frames of a corpus; a table may be absent or empty.
        codebook: the words and conditions.

    >>> from ect_research.codebook.load_codebook import load_codebook
    >>> projects = pd.DataFrame({"commune_insee": ["39300", None], "cog_millesime": [2026, None]})
    >>> cells = build_completeness({"projets": projects}, load_codebook()).cells.set_index("variable")
    >>> cells.loc["cog_millesime", ["renseigne", "manquant", "sans_objet"]].tolist()
    [1, 0, 1]
    """
    counts = _counts(tables, codebook)
    if not counts["n"].sum():
        return Refusal(tell("la complétude du corpus"), tell("Aucune table n’a de ligne."))
    rows = [
        _cell(tables[table], variable)
        for table in counts.loc[counts["n"] > 0, "table"]
        for variable in codebook.columns(table)
        if variable.key != "cle" and variable.name not in REMARKS
    ]
    cells = pd.DataFrame(rows)
    asked = cells["renseigne"] + cells["manquant"]
    cells["part"] = (cells["renseigne"] / asked.where(asked > 0)).astype("float64")
    return Completeness(cells, counts, int(counts["n"].sum()))


@dataclass(frozen=True)
class SourceSupport(Readable):
    """Which document supports what.

    Attributes:
        by_table: one row per source and table: ``source_id, table, lignes`` (rows citing it), ``seules``
            (rows that cite nothing else).
        by_project: one row per project: ``projet_id, n_sources, sources`` (tuple), ``lignes`` (rows about the
            project, its own included), sorted by ``n_sources`` then identifier.
        unsourced: rows that cite no document: ``table, lignes``.
        n: projects.
    """

    exhibits = ("show_corpus", "documents", "projets")

    by_table: pd.DataFrame
    by_project: pd.DataFrame
    unsourced: pd.DataFrame
    n: int

    @property
    def single_source(self) -> tuple[str, ...]:
        """Projects known from one document only."""
        alone = self.by_project[self.by_project["n_sources"] == 1]
        return tuple(alone["projet_id"])


def build_source_support(tables: Mapping[str, pd.DataFrame], codebook: Codebook) -> SourceSupport | Refusal:
    """Count the rows each document supports, by table and by project.

    A project is supported by the sources of its own row and of every row that names it in ``projet_id``.

    >>> from ect_research.codebook.load_codebook import load_codebook
    >>> projects = pd.DataFrame({"projet_id": ["P1", "P2"], "source_id": [("R25",), ("R25", "INT")]})
    >>> build_source_support({"projets": projects}, load_codebook()).single_source
    ('P1',)
    """
    cited = [
        (table, frame)
        for table, frame in ((name, tables.get(name)) for name in codebook.table_names)
        if frame is not None and table != "sources" and "source_id" in frame
    ]
    if not any(len(frame) for _, frame in cited):
        return Refusal(tell("les sources par projet"), tell("Aucune ligne ne cite de source."))
    order = list(tables["sources"]["source_id"]) if "sources" in tables else []
    by_table = pd.DataFrame(
        [line for table, frame in cited for line in _support(table, frame["source_id"].tolist())],
        columns=["source_id", "table", "lignes", "seules"],
    )
    rank = {source: place for place, source in enumerate(order)}
    by_table = by_table.sort_values(
        "source_id", key=lambda ids: ids.map(lambda source: (rank.get(source, len(rank)), source)), kind="stable"
    ).reset_index(drop=True)
    unsourced = pd.DataFrame(
        [(table, int(sum(_is_blank(cell) for cell in frame["source_id"]))) for table, frame in cited],
        columns=["table", "lignes"],
    )
    by_project = _project_sources(cited)
    return SourceSupport(
        by_table, by_project, unsourced[unsourced["lignes"] > 0].reset_index(drop=True), len(by_project)
    )


def _counts(tables: Mapping[str, pd.DataFrame], codebook: Codebook) -> pd.DataFrame:
    required = dict(zip(codebook.tables["table"], codebook.tables["required"], strict=True))
    return pd.DataFrame(
        [
            (table, table in tables, len(tables[table]) if table in tables else 0, required[table] == "oui")
            for table in codebook.table_names
        ],
        columns=["table", "presente", "n", "obligatoire"],
    )


def _cell(frame: pd.DataFrame, variable: Variable) -> dict[str, object]:
    n = len(frame)
    blank = pd.Series(data=True, index=frame.index)
    if variable.name in frame:
        blank = pd.Series([_is_blank(cell) for cell in frame[variable.name]], index=frame.index, dtype="bool")
    not_asked = int((blank & ~_asked(frame, variable)).sum())
    missing = int(blank.sum()) - not_asked
    return {
        "table": variable.table,
        "variable": variable.name,
        "provenance": variable.name in PROVENANCE,
        "n": n,
        "renseigne": n - missing - not_asked,
        "manquant": missing,
        "sans_objet": not_asked,
    }


def _asked(frame: pd.DataFrame, variable: Variable) -> pd.Series:
    """Whether each row is concerned by the column."""
    conditions = [
        parse_expression(source)
        for source in (variable.relevant, "" if variable.required in ("", "oui") else variable.required)
        if source
    ]
    if not conditions:
        return pd.Series(data=True, index=frame.index)
    names = [name for name in dict.fromkeys(n for c in conditions for n in c.names) if name in frame]
    texts = {name: [_text(cell) for cell in frame[name]] for name in names}
    rows = [dict(zip(texts, values, strict=True)) for values in zip(*texts.values(), strict=True)] or [{}] * len(frame)
    return pd.Series([all(c.holds("", row) for c in conditions) for row in rows], index=frame.index, dtype="bool")


def _support(table: str, cells: list[object]) -> list[tuple[str, str, int, int]]:
    cited: dict[str, list[int]] = {}
    for cell in cells:
        sources = _sources(cell)
        for source in sources:
            count = cited.setdefault(source, [0, 0])
            count[0] += 1
            count[1] += len(sources) == 1
    return [(source, table, rows, alone) for source, (rows, alone) in sorted(cited.items())]


def _project_sources(cited: list[tuple[str, pd.DataFrame]]) -> pd.DataFrame:
    own = next((frame for table, frame in cited if table == "projets"), None)
    known: dict[str, set[str]] = {} if own is None else {str(name): set() for name in own["projet_id"]}
    rows = dict.fromkeys(known, 0)
    for _, frame in cited:
        if "projet_id" not in frame:
            continue
        for project, cell in zip(frame["projet_id"], frame["source_id"], strict=True):
            if project in known:
                known[project].update(_sources(cell))
                rows[project] += 1
    lines = [(project, len(sources), tuple(sorted(sources)), rows[project]) for project, sources in known.items()]
    frame = pd.DataFrame(lines, columns=["projet_id", "n_sources", "sources", "lignes"])
    return frame.sort_values(["n_sources", "projet_id"], kind="stable").reset_index(drop=True)


def _sources(cell: object) -> tuple[str, ...]:
    if isinstance(cell, (tuple, list)):
        return tuple(dict.fromkeys(cell))
    return tuple(cell.split()) if isinstance(cell, str) else ()


def _is_blank(cell: object) -> bool:
    if isinstance(cell, (tuple, list)):
        return not cell
    return not cell if isinstance(cell, str) else bool(pd.isna(cell))  # type: ignore[call-overload]


def _text(cell: object) -> str:
    if _is_blank(cell):
        return ""
    if isinstance(cell, (tuple, list)):
        return " ".join(str(part) for part in cell)
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


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
