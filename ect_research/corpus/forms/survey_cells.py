"""One row of a questionnaire export → one row of a table: what was answered, what was not asked, what nobody can tell."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ect_research.codebook.codebook import Variable
from ect_research.codebook.expressions import parse_expression
from ect_research.corpus.forms.survey_heads import Heads, squash
from ect_research.corpus.text.raw_table import Place, Problem, fold
from ect_research.words import Told

_TICKED, _LEFT = {"1", "y", "oui", "yes", "true", "vrai"}, {"", "0", "2", "n", "non", "no", "false", "faux"}
NOT_SHOWN = {"{question_not_shown}", "n/a"}
_MASKED = ("'=", "'+", "'-", "'@")
_SUNSCREEN = (("{newline}", "\n"), ("{cr}", "\n"), ("{tab}", "\t"), ("{lbrace}", "{"))
_NO_DATE = "1980-01-01 00:00:00"


@dataclass
class Columns:
    """Where each thing is in an export, as column numbers."""

    # the question of consent; in several columns when the form changed between two versions, as the others
    consent: list[int] = field(default_factory=list)
    review: list[int] = field(default_factory=list)  # what the person who read the answers made of each
    key: int | None = None  # the identifier given by the tool
    # by column of the table; several when the form changed between two versions
    plain: dict[str, list[int]] = field(default_factory=dict)
    boxes: dict[str, dict[str, list[int]]] = field(default_factory=dict)  # by column and code
    others: dict[str, list[int]] = field(default_factory=dict)  # the text beside « autre », by column
    ignored: list[str] = field(default_factory=list)  # headers that are no question of the table, in order
    masked: bool = False  # whether the export is LimeSurvey's « VV », which writes signs as ``{newline}``

    @property
    def names(self) -> set[str]:
        """Columns of the table that the export holds."""
        return {*self.plain, *self.boxes}


class RowReader:
    """Reads the rows of one export; ``warnings`` gathers what a person should look at."""

    def __init__(self, heads: Heads, columns: Columns, conditions: dict[str, tuple[str, ...]]) -> None:
        self.heads = heads
        self.columns = columns
        self.conditions = {name: tuple(parse_expression(text) for text in texts) for name, texts in conditions.items()}
        self.warnings: list[Problem] = []

    def read(self, place: Place, cells: list[str], around: dict[str, str]) -> tuple[dict[str, str], set[str]]:
        """The text of each column, and the columns that were not asked.

        ``around``: answers on which conditions depend without being in the row (consent, the answer around a repeat).
        """
        row: dict[str, str] = {}
        hidden: set[str] = set()
        for name, places in self.columns.plain.items():
            said = self._one_of(place, name, [cells[index] for index in places])
            if self._not_shown(said, self.heads.variables[name]):
                hidden.add(name)
                said = ""
            row[name] = self._value(place, said, self.heads.variables[name])
        for name, boxes in self.columns.boxes.items():
            row[name], shown = self._ticked(place, row.get(name, ""), self.heads.variables[name], boxes, cells)
            hidden |= set() if shown else {name}
        for name, places in self.columns.others.items():
            for text in dict.fromkeys(self._plain_text(cells[index]) for index in places):
                self._other(place, name, text, row)
        known = {**around, **row}
        void = {name for name in row if not row[name] and (name in hidden or not self._asked(name, known))}
        self._missing(place, row, void)
        return row, void

    def _asked(self, name: str, known: dict[str, str]) -> bool:
        return all(
            condition.holds("", {other: known.get(other, "") for other in condition.names})
            for condition in self.conditions.get(name, ())
            if all(other in known for other in condition.names)
        )

    def _one_of(self, place: Place, name: str, said: list[str]) -> str:
        """The answer to a question that several columns hold: one version of the form filled one of them."""
        filled = list(dict.fromkeys(text for text in said if text))
        if len(filled) > 1:
            self._warn(place, name, " / ".join(filled), "deux réponses différentes à la même question", filled[0],
                       "la première est gardée : choisir")  # fmt: skip
        return filled[0] if filled else ""

    def _not_shown(self, text: str, variable: Variable) -> bool:
        said = fold(text)
        return said == "{question_not_shown}" or (said in NOT_SHOWN and variable.type != "text")

    def _plain_text(self, cell: str) -> str:
        text = cell[1:] if cell.startswith(_MASKED) else cell
        if self.columns.masked:
            for written, meant in _SUNSCREEN:
                text = text.replace(written, meant)
        return "" if fold(text) == "{question_not_shown}" else text

    def _value(self, place: Place, cell: str, variable: Variable) -> str:
        text = self._plain_text(cell)
        if not text or (variable.type == "date" and text == _NO_DATE):
            return ""
        words = self.heads.codes.get(variable.name)
        if words is None:
            return text
        if variable.type == "select_one":
            found = words.get(squash(text))
            split = [found] if found else []
        else:
            split = split_answers(text, words)
        if not split:
            self._warn(place, variable.name, text, Told("réponse inconnue de la liste « {list_name} »",
            list_name=variable.list_name),
                       "un code ou un libellé de la liste", "gardée telle quelle : « ect check » la refusera")  # fmt: skip
            return text
        return " ".join(split)

    def _ticked(
        self, place: Place, summary: str, variable: Variable, boxes: dict[str, list[int]], cells: list[str]
    ) -> tuple[str, bool]:
        """The codes whose box is ticked, in any version of the form, and whether the question was shown."""
        said = {code: self._box(place, variable.name, code, [fold(cells[at]) for at in boxes[code]]) for code in boxes}
        for code, text in said.items():
            if text not in _TICKED | _LEFT | NOT_SHOWN:
                self._warn(place, variable.name, text, Told("case « {code} » ni cochée ni vide", code=code), "1 ou 0, Y ou rien",
                           "lue comme non cochée")  # fmt: skip
        order = list(dict.fromkeys((*self.heads.codes[variable.name].values(), *boxes)))
        ticked = [code for code in order if said.get(code, "") in _TICKED]
        listed = summary.split()
        if listed and set(listed) <= set(order) and set(listed) != set(ticked):
            self._warn(place, variable.name, summary, "le résumé et les cases cochées ne disent pas la même chose",
                       " ".join(ticked), "les cases cochées sont gardées")  # fmt: skip
        return " ".join(ticked), not all(text in NOT_SHOWN for text in said.values())

    def _box(self, place: Place, name: str, code: str, texts: list[str]) -> str:
        """What a box says that several columns hold: ticked as soon as one of them is."""
        filled = [text for text in texts if text and text not in NOT_SHOWN]
        ticked = [text for text in filled if text in _TICKED]
        if ticked and len(ticked) < len(filled):
            self._warn(place, name, " / ".join(filled), Told("case « {code} » cochée dans une version, pas dans l’autre",
            code=code), "",
                       "lue comme cochée : vérifier")  # fmt: skip
        return (ticked or filled or texts)[0]

    def _other(self, place: Place, name: str, text: str, row: dict[str, str]) -> None:
        """« Autre, précisez »: the answer is « autre », the words go to the column that waits for them.

        LimeSurvey puts the words where KoboToolbox, for a list made with ``or_other``, puts a box to tick.
        """
        ticked = fold(text) in _TICKED
        if fold(text) in _LEFT | NOT_SHOWN:
            return
        variable, beside = self.heads.variables[name], f"{name}_autre"
        if "autre" in self.heads.codes[name].values() and "autre" not in row.get(name, "").split():
            several = variable.type == "select_multiple"
            row[name] = f"{row.get(name, '')} autre".strip() if several else row.get(name) or "autre"
        if ticked:
            return
        if beside in self.heads.variables:
            row[beside] = row.get(beside) or text
        else:
            self._warn(place, name, text, "précision de « autre » sans colonne pour l’accueillir",
                       Told("une colonne « {beside} » dans variables.csv du corpus", beside=beside),
                       "la recopier en note")  # fmt: skip

    def _missing(self, place: Place, row: dict[str, str], void: set[str]) -> None:
        for name, text in row.items():
            if not text and name not in void and self.heads.variables[name].required == "oui":
                self._warn(place, name, "", "question obligatoire sans réponse", "une réponse",
                           "réponse inachevée : la compléter ou l’écarter")  # fmt: skip

    def _warn(self, place: Place, name: str, said: str, *words: str) -> None:
        problem, expected, remedy = words
        self.warnings.append(Problem(place, name, said, problem, expected, remedy, "alerte"))


def row_key(text: str) -> str:
    """An identifier of the tool as a code of the corpus.

    >>> row_key("uuid:1f0c-77")
    '1f0c-77'
    """
    return re.sub(r"[^A-Za-z0-9_-]", "-", text.removeprefix("uuid:"))


def split_answers(text: str, words: dict[str, str]) -> list[str]:
    """The answers of a cell that joins codes or labels, only when there is one way to read it.

    KoboToolbox joins by a space labels that hold spaces themselves. ``[]`` when there is no way, or more than one.

    >>> split_answers("Lien social Autre", {"liensocial": "lien_social", "autre": "autre"})
    ['lien_social', 'autre']
    """
    for sign in (";", "|", ","):
        parts = [words.get(squash(part)) for part in text.split(sign) if part.strip()]
        if len(parts) > 1 and all(parts):
            return [part for part in parts if part]
    ways: list[set[tuple[str, ...]]] = [{()}]
    pieces = text.split()
    for end in range(1, len(pieces) + 1):
        found: set[tuple[str, ...]] = set()
        for start in range(end):
            code = words.get(squash(" ".join(pieces[start:end])))
            if code:
                found |= {(*before, code) for before in ways[start]}
        ways.append(found)
    only = {tuple(dict.fromkeys(way)) for way in ways[-1]}
    return list(only.pop()) if len(only) == 1 else []
