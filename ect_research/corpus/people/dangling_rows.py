"""When rows leave a corpus, what hung on them leaves too: no reference is left pointing at nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from ect_research.codebook.codebook import Codebook, Variable


def drop_hanging(tables: dict[str, pd.DataFrame], codebook: Codebook) -> dict[str, pd.DataFrame]:
    """The tables without the rows that cannot stand once other rows were taken out.

    A row goes when one of its sources went, or when a reference that is required (always or in some cases) went; an
    optional reference to a row that went is blanked. A coding goes with the row it coded.

    Args:
        tables: typed frames, some of whose rows were taken out.
        codebook: which columns refer to which.

    Returns:
        new frames with a fresh index.
    """
    while True:
        smaller = {name: _standing(name, frame, tables, codebook) for name, frame in tables.items()}
        settled = all(len(smaller[name]) == len(tables[name]) for name in tables)
        tables = smaller
        if settled:
            break
    return {name: _blank(name, frame, tables, codebook).reset_index(drop=True) for name, frame in tables.items()}


def _standing(name: str, frame: pd.DataFrame, tables: dict[str, pd.DataFrame], codebook: Codebook) -> pd.DataFrame:
    keep = pd.Series(data=True, index=frame.index)
    for variable in codebook.columns(name):
        if variable.target is None or variable.target[0] not in tables:
            continue
        known = set(tables[variable.target[0]][variable.target[1]])
        if variable.name == "source_id":
            allowed = [value is None or set(value) <= known for value in frame[variable.name]]
            keep &= pd.Series(allowed, index=frame.index, dtype="bool")
        elif variable.required and not variable.is_multiple:
            keep &= frame[variable.name].isna() | frame[variable.name].isin(known)
    if name == "codages":
        keep &= pd.Series(_coded_rows_known(frame, tables, codebook), index=frame.index, dtype="bool")
    return frame[keep]


def _coded_rows_known(frame: pd.DataFrame, tables: dict[str, pd.DataFrame], codebook: Codebook) -> list[bool]:
    known = {name: set(table[codebook.key_of(name)]) for name, table in tables.items()}
    return [
        unit in known.get(table, set()) for table, unit in zip(frame["unite_table"], frame["unite_id"], strict=True)
    ]


def _blank(name: str, frame: pd.DataFrame, tables: dict[str, pd.DataFrame], codebook: Codebook) -> pd.DataFrame:
    for variable in codebook.columns(name):
        if variable.target and variable.target[0] in tables and variable.name != "source_id":
            known = set(tables[variable.target[0]][variable.target[1]])
            frame = frame.assign(**{variable.name: _only_known(frame[variable.name], variable, known)})
    return frame


def _only_known(values: pd.Series, variable: Variable, known: set[str]) -> pd.Series:
    if not variable.is_multiple:
        return values.where(values.isin(known))
    kept = [tuple(code for code in value if code in known) or None if value else None for value in values]
    return pd.Series(kept, index=values.index, dtype="object")
