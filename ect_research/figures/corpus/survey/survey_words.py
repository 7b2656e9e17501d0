"""How a questionnaire is said: questions, answers counted together, classes of numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ect_research.analysis.corpus.survey.crossings import UNSAID
from ect_research.figures.page.formats import format_number

if TYPE_CHECKING:
    from ect_research.analysis.corpus.survey.survey import Survey
    from ect_research.codebook.codebook import Variable
    from ect_research.figures.exhibit.exhibit import Exhibit


def question_said(shown: Exhibit[Survey], name: str) -> str:
    """A question, as it was asked."""
    return shown.context.codebook.variable_label(shown.told.table, name, shown.theme.language)


def answers_said(shown: Exhibit[Survey], question: str, codes: tuple[str, ...]) -> str:
    """Answers counted together, a class of numbers, or a theme.

    Three answers at most are named.
    """
    variable, theme = _variable(shown, question), shown.theme
    if variable.type in ("integer", "decimal", "date"):
        return _class_said(shown, variable, codes)
    if not variable.list_name:
        return codes[0]
    labels = {
        **shown.context.codebook.labels(variable.list_name, theme.language),
        UNSAID: theme.say("autre, ou non dit"),
    }
    if len(codes) > 3:
        return theme.say_n("{n} autre réponse", "{n} autres réponses, ensemble", len(codes))
    return " + ".join(labels.get(code, code) for code in codes)


def persons_said(persons: Any) -> int | None:  # noqa: ANN401 - a number or NA
    """A number of persons; None where it is not told."""
    return None if persons is None or str(persons) in ("<NA>", "nan") else int(persons)


def _variable(shown: Exhibit[Survey], question: str) -> Variable:
    return shown.context.codebook.variables[shown.told.table, question]


def _class_said(shown: Exhibit[Survey], variable: Variable, codes: tuple[str, ...]) -> str:
    """« de 16 à 20 » for whole numbers and years, « plus de 0,5, jusqu’à 1,2 » for others."""
    theme, whole = shown.theme, variable.type != "decimal"
    unit = f" {variable.unit}" if variable.unit and variable.type != "date" else ""

    def said(code: str, more: int = 0) -> str:
        if variable.type == "date":
            return str(int(code) + more)
        return format_number(float(code) + more, len(code.partition(".")[2]), theme.language)

    low, high = codes
    if not low:
        return theme.say("jusqu’à {high}", high=said(high)) + unit
    if not high:
        return theme.say("plus de {low}", low=said(low)) + unit
    if not whole:
        return theme.say("plus de {low}, jusqu’à {high}", low=said(low), high=said(high)) + unit
    first = said(low, 1)
    return (first if first == said(high) else theme.say("de {low} à {high}", low=first, high=said(high))) + unit
