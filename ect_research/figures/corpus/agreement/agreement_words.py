"""How the agreement of coders is said: names of variables and coefficients, the lines of the figure, in order."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING, Any

from ect_research.figures.page.formats import format_number
from ect_research.words import mark

if TYPE_CHECKING:
    from ect_research.analysis.corpus.agreement.coding_agreement import CodingAgreement
    from ect_research.figures.exhibit.exhibit import Exhibit
    from ect_research.figures.page.theme import Theme

COEFFICIENTS = {
    "accord": mark("même code (part)"),
    "cohen": mark("κ de Cohen"),
    "fleiss": mark("κ de Fleiss"),
    "ac1": mark("AC1 de Gwet"),
    "alpha": mark("α de Krippendorff"),
}
KINDS = {"nominal": mark("un code"), "ordinal": mark("codes en ordre"), "multiple": mark("plusieurs codes")}


def variable_said(shown: Exhibit[CodingAgreement], table: str, name: str) -> str:
    """A column as the reader says it; the whole where it has no name."""
    if not name:
        return shown.theme.say("Ensemble")
    known = shown.context.codebook.variables
    return known[table, name].labels[shown.theme.language] if (table, name) in known else name


def code_said(shown: Exhibit[CodingAgreement], table: str, name: str, answer: str) -> str:
    """One code, or several, as the reader says them."""
    variable = shown.context.codebook.variables.get((table, name))
    if variable is None or not variable.list_name:
        return answer
    labels = shown.context.codebook.labels(variable.list_name, shown.theme.language)
    codes = answer.split() if variable.is_multiple else [answer]
    return " + ".join(labels.get(code, code) for code in codes)


def rows_told(told: CodingAgreement) -> list[dict[str, Any]]:
    """One line per variable, the smallest α first, then the whole."""
    variables = told.variables
    alpha = told.coefficients[told.coefficients["coefficient"] == "alpha"].set_index(["unite_table", "variable"])[
        "valeur"
    ]
    keys = list(zip(variables["unite_table"], variables["variable"], strict=True))
    lines = variables.assign(alpha=[alpha[key] for key in keys]).sort_values("alpha", kind="stable").to_dict("records")
    whole = told.coefficients[
        (told.coefficients["variable"] == "") & (told.coefficients["coefficient"] == "accord")
    ].iloc[0]
    last = {"unite_table": "", "variable": "", "accord": whole["valeur"], "bas": whole["bas"], "haut": whole["haut"],
            "n": told.n, "paradoxe": False, **told.whole_chance}  # fmt: skip
    return [*({str(key): value for key, value in line.items()} for line in lines), last]


def coefficient_said(told: CodingAgreement, line: dict[str, Any], theme: Theme) -> str:
    """« α = 0,72 [0,51 ; 0,86] », the coefficient that fits every kind of variable."""
    rows = told.coefficients
    where = (rows["unite_table"] == line["unite_table"]) & (rows["variable"] == line["variable"])
    row = rows[where & (rows["coefficient"] == "alpha")].iloc[0]
    return f"α = {number_said(row['valeur'], theme)} {interval_said(row, theme)}".strip()


def number_said(value: float, theme: Theme) -> str:
    """Two decimals; a dash where the coefficient does not exist."""
    return "–" if isnan(value) else format_number(value, 2, theme.language)


def interval_said(row: Any, theme: Theme) -> str:  # noqa: ANN401 - a row, as a dictionary or a Series
    """« [0,51 ; 0,86] »; nothing where there is none."""
    if isnan(row["bas"]):
        return ""
    return "[" + theme.say(" ; ").join(number_said(row[end], theme) for end in ("bas", "haut")) + "]"
