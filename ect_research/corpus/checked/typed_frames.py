"""Checked rows → typed frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ect_research.corpus.cells.dates import FuzzyDate

if TYPE_CHECKING:
    import pandas as pd

    from ect_research.codebook.codebook import Codebook, Variable
    from ect_research.corpus.checks.check_table import CheckedTable


def build_frame(table: CheckedTable, codebook: Codebook) -> pd.DataFrame:
    """One typed frame with every column of the codebook, blank where the file has none (see `Corpus.tables`)."""
    import pandas as pd

    columns: dict[str, pd.Series] = {}
    for variable in codebook.columns(table.name):
        values = [row.read.get(variable.name) for row in table.rows]
        if variable.type == "date":
            texts = [row.text.get(variable.name) or None for row in table.rows]
            columns |= _date_columns(variable.name, texts, values, codebook)
        else:
            columns[variable.name] = _series(variable, values, codebook)
    return pd.DataFrame(columns)


def _series(variable: Variable, values: list[object], codebook: Codebook) -> pd.Series:
    import pandas as pd

    if variable.is_multiple:
        return pd.Series(values, dtype="object")
    if variable.type == "select_one":
        return _categorical(values, variable.list_name, codebook)
    if variable.type == "integer":
        return pd.Series(values, dtype="Int64")
    if variable.type == "decimal":
        return pd.Series(values, dtype="float64")
    return pd.Series(values, dtype="str")


def _categorical(values: list[object], list_name: str, codebook: Codebook) -> pd.Series:
    import pandas as pd

    kind = pd.CategoricalDtype(codebook.codes(list_name), ordered=codebook.is_ordinal(list_name))
    return pd.Series(values, dtype=kind)


def _date_columns(name: str, texts: list[str | None], values: list[object], codebook: Codebook) -> dict[str, pd.Series]:
    import pandas as pd

    known = [value if isinstance(value, FuzzyDate) else None for value in values]
    return {
        name: pd.Series(texts, dtype="str"),
        f"{name}_min": pd.Series([value and value.low for value in known], dtype="datetime64[s]"),
        f"{name}_max": pd.Series([value and value.high for value in known], dtype="datetime64[s]"),
        f"{name}_precision": _categorical([value and value.precision for value in known], "precision_date", codebook),
    }
