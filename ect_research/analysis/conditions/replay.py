"""The analysis as a script of R QCA, for a reviewer who wants to do it again."""

from __future__ import annotations

from collections.abc import Iterable

from ect_research.analysis.conditions.calibration.memberships import Memberships
from ect_research.analysis.conditions.solving.truth_table import Cutoffs


def write_r(data: Memberships, cutoffs: Cutoffs, expected: Iterable[str] = ()) -> str:
    """A script that R runs as it is: data written inside, truth table, three solutions, necessity, for both outcomes.

    Returns the text of the script, for the R package QCA (3.23 or later).
    """
    negated = data.outcome_name.startswith("~")
    outcome = _r_name(data.outcome_name.removeprefix("~"))
    columns = [_column(_r_name(name), data.scores[:, place].tolist()) for place, name in enumerate(data.conditions)]
    columns.append(_column(outcome, (1 - data.outcome if negated else data.outcome).tolist()))
    lines = [
        "library(QCA)",
        "d <- data.frame(",
        ",\n".join([*columns, f"  row.names = {_strings(data.cases)}"]),
        ")",
        f"conditions <- {_strings(map(_r_name, data.conditions))}",
    ]
    own, other = (f"~{outcome}", outcome) if negated else (outcome, f"~{outcome}")
    wanted = ", ".join(_renamed(data, word) for word in expected)
    return (
        "\n".join([*lines, *_analysis("tt", own, cutoffs, wanted), *_analysis("tt_absent", other, cutoffs, "")]) + "\n"
    )


def _analysis(table: str, outcome: str, cutoffs: Cutoffs, expected: str) -> list[str]:
    inclusion = f"{cutoffs.consistency!r}"
    if cutoffs.contradiction is not None:
        inclusion = f"c({inclusion}, {cutoffs.contradiction!r})"
    excluded = f", exclude = c({', '.join(map(str, cutoffs.exclude))})" if cutoffs.exclude else ""
    asked = f"incl.cut = {inclusion}, pri.cut = {cutoffs.pri!r}, n.cut = {cutoffs.cases}{excluded}"
    told = "details = TRUE, show.cases = TRUE" + ", all.sol = TRUE" * cutoffs.irredundant
    usable = "?, C" if cutoffs.include_contradictions else "?"
    alone = ', include = "C"' if cutoffs.include_contradictions else ""
    lines = [
        "",
        f'{table} <- truthTable(d, outcome = "{outcome}", conditions = conditions, {asked}, show.cases = TRUE, dcc = TRUE)',
        f"print({table})",
        f"minimize({table}{alone}, {told})",
        f'minimize({table}, include = "{usable}", {told})',
        f'superSubset(d, outcome = "{outcome}", conditions = conditions, incl.cut = 0.9, ron.cut = 0.5)',
    ]
    return [*lines, f'minimize({table}, include = "{usable}", dir.exp = "{expected}", {told})'] if expected else lines


def _r_name(name: str) -> str:
    plain = "".join(letter if letter.isascii() and letter.isalnum() else "." for letter in name)
    return plain if plain[:1].isalpha() else f"X{plain}"


def _renamed(data: Memberships, word: str) -> str:
    for name in sorted(data.conditions, key=len, reverse=True):
        word = word.replace(name, _r_name(name))
    return word


def _column(name: str, values: list[float]) -> str:
    return f"  {name} = c({', '.join(f'{value:.15g}' for value in values)})"


def _strings(words: Iterable[str]) -> str:
    quoted = (word.replace("\\", "\\\\").replace('"', '\\"') for word in words)
    return "c(" + ", ".join(f'"{word}"' for word in quoted) + ")"
