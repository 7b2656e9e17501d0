"""Text → values or problems: every cell, every key, every rule of the codebook, all problems at once."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import compress, repeat

from ect_research.codebook.codebook import Codebook, Variable
from ect_research.codebook.expressions import Expression, parse_expression
from ect_research.corpus.reading.header_rows import is_total, no_fact
from ect_research.corpus.text.dates import DateProblem, FuzzyDate, widen
from ect_research.corpus.text.numbers import EXPECTED, number_text, settled_by, two_readings
from ect_research.corpus.text.parse_cell import Bad, Known, Parsed, parse_cell
from ect_research.corpus.text.raw_table import Place, Problem, fold
from ect_research.words import Sentence, Told, labelled, mark

_PERIODS = (("date_debut", "date_fin"), ("suivi_debut", "suivi_fin"))
_LONG_NAME, _CUT_AT = 500, 32_767  # signs; the second is what a cell of .xlsx may hold
_PLAIN_NUMBER = re.compile(r"-?\d+([.,]\d+)?")
PRECISION_OF = {"evenements": "date_debut", "idees": "date_captation"}


@dataclass
class Row:
    """One row of a table: its text by column, and its values once read."""

    place: Place  # file, sheet and row number
    text: dict[str, str]  # ``{column: text}``, ``""`` when blank
    lost: frozenset[str] = frozenset()  # columns whose cell was reported as unreadable when the file was opened
    kept: Iterable[tuple[str, object]] = ()  # what ``read`` is made from when it is asked

    @cached_property
    def read(self) -> dict[str, object]:
        """``{column: value}``, None for what could not be read."""
        return dict(self.kept)


@dataclass(frozen=True)
class CheckedTable:
    """A table after checking: its rows, and what was repaired."""

    name: str
    columns: tuple[str, ...]
    rows: list[Row]
    repairs: list[tuple[Place, str, str, str]]


def check_table(
    name: str, rows: list[Row], columns: list[str], codebook: Codebook
) -> tuple[CheckedTable, list[Problem]]:
    """Read every cell of a table, corrections applied, and check it against its column and its row.

    Cells that failed have no value; ``columns`` are those of the codebook that are there, in the order of the file.
    """
    columns = [*columns, *(column for column in codebook.defaults(name) if column not in columns)]
    variables = [variable for variable in codebook.columns(name) if variable.name in columns]
    checker = _TableChecker(name, variables, codebook, rows)
    problems = list(checker.problems())
    problems += checker.notes
    problems += _unique_keys(name, rows, codebook.key_of(name))
    return CheckedTable(name, tuple(columns), rows, checker.repairs), problems


class _TableChecker:
    def __init__(self, table: str, variables: list[Variable], codebook: Codebook, rows: list[Row]) -> None:
        self.rows = rows
        self.typed: dict[str, set[str]] = {variable.name: set() for variable in variables}
        self.settled: dict[tuple[str, str], str] = {}
        self.notes: list[Problem] = []
        self.variables = variables
        self.key = codebook.key_of(table)
        self.codebook, self.table = codebook, table
        self.conditional = [variable for variable in variables if variable.relevant]
        alike: dict[tuple[str, str, str], dict[str, Parsed | Bad]] = {}
        self.read_before = {v.name: alike.setdefault((v.type, v.list_name, v.key[:5]), {}) for v in variables}
        self.defaults = codebook.defaults(table)
        self.known: dict[str, Known] = {
            variable.list_name: Known(codebook, variable.list_name) for variable in variables if variable.list_name
        }
        self.expressions: dict[str, Expression] = {}
        self.rule = codebook.tables.set_index("table").loc[table].to_dict()
        self.repairs: list[tuple[Place, str, str, str]] = []
        there = {variable.name for variable in variables}
        self.periods = [period for period in _PERIODS if there.issuperset(period)]
        self.dated = PRECISION_OF.get(table, "") if "precision_date" in there else ""
        self.sure: defaultdict[tuple[str, ...], dict[str, object]] = defaultdict(dict)  # by kind of column (`judge`)
        self.every_row = bool(self.conditional or self.periods or self.dated or self.rule["constraint"])

    def expression(self, text: str) -> Expression:
        if text not in self.expressions:
            self.expressions[text] = parse_expression(text)
        return self.expressions[text]

    def problems(self) -> Iterator[Problem]:
        """Judge each text of a column once, then go through the rows that need a look."""
        names = [variable.name for variable in self.variables]
        cells = [tuple(map(row.text.get, names, repeat(""))) for row in self.rows]  # those of another file lack some
        asked, sures = defaultdict[int, list[Variable]](list), []
        for variable, column in zip(self.variables, zip(*cells, strict=True), strict=bool(cells)):
            texts = set(column)
            sures.append(self.judge(variable, texts))
            if doubtful := texts.difference(sures[-1]):
                for rank in compress(range(len(column)), map(doubtful.__contains__, column)):
                    asked[rank].append(variable)
        for row, said in zip(self.rows, cells, strict=True):
            row.kept = zip(names, map(dict.get, sures, said), strict=True)
        every = self.every_row or self.key not in names
        for rank in range(len(self.rows)) if every else sorted(asked):
            yield from self.row(self.rows[rank], asked[rank])

    def judge(self, variable: Variable, texts: set[str]) -> dict[str, object]:
        """What texts say in a column whatever their row; those that need a look at it are left out."""
        rule = self.expression(variable.constraint) if variable.constraint else None
        own = variable.name in (self.key, *self.defaults)
        kind = (variable.type, variable.list_name, variable.key[:5], variable.constraint, variable.required)
        sure = self.sure[(variable.name,) if own else kind]
        if not (own or variable.required):
            sure[""] = None
        for text in () if rule and rule.names else texts.difference(sure, ("",)):
            parsed = parse_cell(text, variable, self.known.get(variable.list_name))
            if isinstance(parsed, Bad) or parsed.repair or len(text) > _LONG_NAME or (own and _may_be_no_fact(text)):
                continue
            number = isinstance(parsed.value, int | float)
            if not (number and _is_rewritten(text)) and (rule is None or rule.holds(text, {})):
                sure[text] = parsed.value
        return sure

    def row(self, row: Row, asked: list[Variable]) -> Iterator[Problem]:
        """Read every cell first, so that rules see codes and not the labels typed for them."""
        if self.key not in row.lost and (problem := no_fact(row.place, self.key, row.text)):
            row.kept = ()
            yield problem
            return
        self.fill(row)
        unread = {variable.name: problem for variable in asked if (problem := self.cell(row, variable))}
        wrong = {*unread, *row.lost}
        for variable in asked:
            text = row.text.get(variable.name, "")
            if variable.name in unread:
                yield unread[variable.name]
            elif not text:
                if variable.required and variable.name not in row.lost and self.is_required(row, variable):
                    yield Problem(
                        row.place, variable.name, "", "valeur obligatoire absente",
                        variable.constraint_message or variable.hint or Told(labelled(variable.labels)),
                        self.example(variable),
                    )  # fmt: skip
            elif variable.constraint and not self.expression(variable.constraint).holds(text, row.text):
                row.read.pop(variable.name, None)
                wrong.add(variable.name)
                yield Problem(
                    row.place, variable.name, text, "valeur hors de la règle", variable.constraint_message,
                    self.mended(row, variable, text),
                )  # fmt: skip
        for variable in self.conditional:
            text = row.text.get(variable.name, "")
            rule = self.expression(variable.relevant)
            if text and wrong.isdisjoint(rule.names) and not rule.holds(text, row.text):
                yield Problem(
                    row.place, variable.name, text, "valeur sans objet ici",
                    Told("vide, sauf si {rule}", rule=self.said(variable.relevant)),
                    "la vider, ou corriger la colonne dont elle dépend", "alerte",
                )  # fmt: skip
        yield from self.whole_row(row)

    def fill(self, row: Row) -> None:
        """Give its usual code to a blank cell that has one."""
        for name, code in self.defaults.items():
            if not row.text.get(name) and name not in row.lost:
                row.text[name] = code
                self.repairs.append((row.place, name, "", code))

    def example(self, variable: Variable) -> str:
        """What to write in a blank cell: a good value, or a code of the sheet that it points to."""
        if variable.target:
            sheet = self.codebook.sheet(variable.target[0])
            return Told("un code de la feuille « {sheet} », l’y inscrire d’abord s’il n’y est pas", sheet=sheet)
        if not variable.example:
            return ""
        shown = labelled({tongue: self.codebook.example(variable, tongue) for tongue in ("fr", "en")})
        return Told("par exemple « {example} »", example=Told(shown))

    def said(self, condition: str) -> Sentence:
        """A condition of the codebook in the words of the workbook."""
        return labelled(
            {tongue: self.codebook.condition_said(self.table, condition, tongue) for tongue in ("fr", "en")}
        )

    def is_required(self, row: Row, variable: Variable) -> bool:
        """Whether a blank cell is missing; where the column makes no sense, it is void."""
        if variable.relevant and not self.expression(variable.relevant).holds("", row.text):
            return False
        if variable.required in ("", "oui"):
            return variable.required == "oui"
        return self.expression(variable.required).holds("", row.text)

    def cell(self, row: Row, variable: Variable) -> Problem | None:
        """Read one cell into the row, repaired where that is sure; None when it could be read or is blank."""
        text = row.text.get(variable.name, "")
        if not text:
            return None
        parsed = self.parsed(text, variable)
        if variable.type in ("integer", "decimal") and (either := two_readings(text)):
            parsed = self.number_of(either, row, variable)
        if isinstance(parsed, Bad):
            return Problem(row.place, variable.name, text, parsed.problem, parsed.expected, parsed.suggestion)
        if parsed.repair:
            self.repairs.append((row.place, variable.name, parsed.repair.before, parsed.repair.after))
            row.text[variable.name] = parsed.repair.after
        row.read[variable.name] = parsed.value
        if len(text) > _LONG_NAME and variable.type == "text":
            self.length(row, variable)
        if isinstance(parsed.value, int | float) and _is_rewritten(text):
            self.typed[variable.name].add(text)
            row.text[variable.name] = number_text(parsed.value)  # rules read it as it is, not as it was typed
        return None

    def length(self, row: Row, variable: Variable) -> None:
        """A name that no figure can carry, or a text as long as a spreadsheet keeps, whose end may be cut."""
        size = len(row.text[variable.name])
        said, remedy = mark("texte de {n} signes : un tableur coupe là"), Told("vérifier que la fin y est")
        if size < _CUT_AT:
            said = mark("texte de {n} signes, que figures et tableaux couperont")
            remedy = Told("l’abréger, et dire le reste dans la colonne « note »")
        if size >= _CUT_AT or variable.pii != "texte_libre":
            shown, told = f"{row.text[variable.name][:60]}…", Told(said, n=size)
            self.notes.append(Problem(row.place, variable.name, shown, told, "un texte court", remedy, "alerte"))

    def number_of(self, either: tuple[float, float], row: Row, variable: Variable) -> Parsed | Bad:
        """A number that may have decimals or thousands: what its column settles is said, else it is asked."""
        (decimal, thousands), text = either, row.text[variable.name]
        place = (variable.name, "," if "," in text else ".")
        if place not in self.settled:
            texts = {row.text.get(variable.name, "") for row in self.rows} | self.typed[variable.name]
            self.settled[place] = settled_by(texts, place[1])
        said = self.settled[place]
        if variable.type == "integer" and said != "milliers":
            said = "" if said or decimal.is_integer() else "milliers"
        shown, decimals = f"{thousands:.0f}", f"{decimal:.4f}".replace(".", ",")
        if not said:
            return Bad(
                Told("« {text} » : {shown}, ou {decimals} ?", text=text, shown=shown, decimals=decimals[:-1]), EXPECTED,
                Told("écrire « {shown} », ou « {decimals} » si ce sont des décimales", shown=shown, decimals=decimals),
            )  # fmt: skip
        value = thousands if said == "milliers" else decimal
        why = Told("comme le reste de la colonne") if self.settled[place] else Told("un nombre entier")
        self.notes.append(
            Problem(
                row.place, variable.name, text,
                Told("lu {read}, {why}", read=shown if said == "milliers" else decimals, why=why), EXPECTED,
                "vérifier", "alerte",
            )
        )  # fmt: skip
        return Parsed(int(value) if variable.type == "integer" else value)

    def mended(self, row: Row, variable: Variable, text: str) -> str:
        """What was meant, when spaces or the leading zero that a spreadsheet ate are all that is wrong."""
        rule = self.expression(variable.constraint)
        bare = re.sub(r"""[\s\u00a0\u202f.='"]+""", "", text)
        for likely in (bare, bare.upper(), f"0{bare}" if bare.isdigit() else bare):
            if likely != text and rule.holds(likely, row.text):
                return Told("vouliez-vous dire « {likely} » ?", likely=likely)
        return ""

    def parsed(self, text: str, variable: Variable) -> Parsed | Bad:
        """What a cell says; the same text in the same column is read once."""
        before = self.read_before[variable.name]
        if text not in before:
            before[text] = parse_cell(text, variable, self.known.get(variable.list_name))
        return before[text]

    def whole_row(self, row: Row) -> Iterator[Problem]:
        if self.dated:
            yield from self.precision(row)
        for first, last in self.periods:
            start, end = row.read.get(first), row.read.get(last)
            if not (isinstance(start, FuzzyDate) and isinstance(end, FuzzyDate) and start.low and end.high):
                continue
            if end.high < start.low:
                after = Told("une date après {low:%d/%m/%Y}", low=start.low)
                yield Problem(row.place, last, row.text[last], "la fin précède le début", after,
                              "échanger ou corriger les deux dates")  # fmt: skip
        if self.rule["constraint"]:
            rule = self.expression(self.rule["constraint"])
            if all(row.text.get(name) for name in rule.names) and not rule.holds("", row.text):
                values = " + ".join(row.text[name] for name in rule.names)
                yield Problem(row.place, ", ".join(rule.names), values, "règle de la ligne non tenue",
                              str(self.rule["constraint_message::fr"]))  # fmt: skip

    def precision(self, row: Row) -> Iterator[Problem]:
        read, declared = row.read.get(self.dated), row.read.get("precision_date")
        if isinstance(read, FuzzyDate) and isinstance(declared, str):
            wide = widen(read, declared)
            if isinstance(wide, DateProblem):
                wider = Told("une précision plus large que la date")
                yield Problem(row.place, "precision_date", declared, wide.reason, wider)
            else:
                row.read[self.dated] = wide


def _is_rewritten(text: str) -> bool:
    """Whether rules must see a number otherwise than as it was typed."""
    return bool(two_readings(text)) or not _PLAIN_NUMBER.fullmatch(text)


def _may_be_no_fact(code: str) -> bool:
    return " " in code or is_total(code)


def _unique_keys(table: str, rows: list[Row], key: str) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    spelt: dict[str, str] = {}
    all_differ = len({fold(row.text.get(key, "")) for row in rows}) == len(rows)
    for row in () if all_differ else rows:
        code = row.text.get(key, "")
        other = spelt.setdefault(fold(code), code)
        if other != code:
            yield Problem(
                row.place, key, code, Told("ce code ne diffère de « {other} » que par la casse ou les accents", other=other),
                "deux codes que l’on ne confond pas", "écrire le même code, ou en changer un", "alerte",
            )  # fmt: skip
        if code and code in seen:
            yield Problem(
                row.place, key, code, Told("code en double (déjà ligne {seen})", seen=seen[code]),
                Told("un code unique dans « {table} »", table=table),
                "donner un autre code, ou réunir les deux lignes",
            )  # fmt: skip
        seen.setdefault(code, row.place.ligne)
