"""Constraints and conditions of the codebook, written as XLSForm writes them, evaluated on one row.

Understood: ``.`` (this cell), ``${name}`` (another column of the row), text and number literals, ``= != < <= > >=``,
``and or not(…)``, ``+ - *``, ``selected(list, 'code')`` and ``regex(value, 'pattern')``: the part of XPath that ODK
and KoboToolbox forms use, so that one expression serves the questionnaire and the register.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ect_research.errors import CodebookError
from ect_research.words import tell

Value = str | float | bool
Evaluate = Callable[[str, Mapping[str, str]], Value]
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>'[^']*'|\"[^\"]*\")|\$\{(?P<name>\w+)\}"
    r"|(?P<word>and|or|not|selected|regex)\b|(?P<sign><=|>=|!=|[=<>()+*,.-]))"
)
_COMPARISONS: dict[str, Callable[[Value, Value], bool]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: _number(a) < _number(b),
    "<=": lambda a, b: _number(a) <= _number(b),
    ">": lambda a, b: _number(a) > _number(b),
    ">=": lambda a, b: _number(a) >= _number(b),
}


@dataclass(frozen=True)
class Expression:
    """A parsed expression."""

    source: str  # the text of the expression
    names: tuple[str, ...]  # columns it reads, in order of first use
    _evaluate: Evaluate

    def holds(self, cell: str, row: Mapping[str, str]) -> bool:
        """Whether the expression is true for a cell (its text) in a row (column → text, ``""`` when blank)."""
        return bool(self._evaluate(cell, row))


def parse_expression(source: str) -> Expression:
    """Parse an XLSForm expression.

    Raises:
        CodebookError: the expression is not understood; the message shows where.

    >>> parse_expression(". >= 0 and . <= 100").holds("40", {})
    True
    >>> parse_expression("${nature} = 'personne'").holds("", {"nature": "organisation"})
    False
    """
    parser = _Parser(source)
    evaluate = parser.disjunction()
    parser.finish()
    return Expression(source, tuple(dict.fromkeys(parser.names)), evaluate)


class _Parser:
    """Recursive descent: or < and < comparison < sum < product < term."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.names: list[str] = []
        self.tokens = self._tokenise()
        self.at = 0

    def _tokenise(self) -> list[tuple[str, str]]:
        tokens, at = [], 0
        while at < len(self.source.rstrip()):
            match = _TOKEN.match(self.source, at)
            if match is None:
                self._fail(at)
            assert match is not None and match.lastgroup is not None  # noqa: S101 - _fail raises
            tokens.append((match.lastgroup, match[match.lastgroup]))
            at = match.end()
        return tokens

    def _fail(self, at: int | None = None) -> None:
        where = "" if at is None else tell(", vers « {text} »", text=self.source[at : at + 12])
        raise CodebookError(
            "Expression du livre de codes incomprise{where} : « {source} ».", where=where, source=self.source
        )

    def _take(self, *wanted: str) -> str | None:
        if self.at < len(self.tokens) and self.tokens[self.at][1] in wanted and self.tokens[self.at][0] != "text":
            self.at += 1
            return self.tokens[self.at - 1][1]
        return None

    def _expect(self, sign: str) -> None:
        if self._take(sign) is None:
            self._fail()

    def finish(self) -> None:
        if self.at != len(self.tokens) or not self.tokens:
            self._fail()

    def disjunction(self) -> Evaluate:
        parts = [self._conjunction()]
        while self._take("or"):
            parts.append(self._conjunction())
        return parts[0] if len(parts) == 1 else lambda cell, row: any(part(cell, row) for part in parts)

    def _conjunction(self) -> Evaluate:
        parts = [self._comparison()]
        while self._take("and"):
            parts.append(self._comparison())
        return parts[0] if len(parts) == 1 else lambda cell, row: all(part(cell, row) for part in parts)

    def _comparison(self) -> Evaluate:
        left = self._sum()
        sign = self._take(*_COMPARISONS)
        if sign is None:
            return left
        right, compare = self._sum(), _COMPARISONS[sign]
        return lambda cell, row: compare(_comparable(left(cell, row)), _comparable(right(cell, row)))

    def _sum(self) -> Evaluate:
        total = self._product()
        while sign := self._take("+", "-"):
            total = _arithmetic(total, self._product(), sign)
        return total

    def _product(self) -> Evaluate:
        total = self._term()
        while self._take("*"):
            total = _arithmetic(total, self._term(), "*")
        return total

    def _term(self) -> Evaluate:
        if self.at >= len(self.tokens):
            self._fail()
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind == "number":
            return lambda _cell, _row: float(text)
        if kind == "text":
            return lambda _cell, _row: text[1:-1]
        if kind == "name":
            self.names.append(text)
            return lambda _cell, row: row.get(text, "")
        if text == ".":
            return lambda cell, _row: cell
        if text == "-":
            return _arithmetic(lambda _cell, _row: 0.0, self._term(), "-")
        if text == "(":
            inner = self.disjunction()
            self._expect(")")
            return inner
        return self._call(text)

    def _call(self, function: str) -> Evaluate:
        if function not in ("not", "selected", "regex"):
            self._fail()
        self._expect("(")
        first = self.disjunction()
        if function == "not":
            self._expect(")")
            return lambda cell, row: not first(cell, row)
        self._expect(",")
        second = self._term()
        self._expect(")")
        if function == "selected":
            return lambda cell, row: str(second(cell, row)) in str(first(cell, row)).split()
        return lambda cell, row: re.search(str(second(cell, row)), str(first(cell, row))) is not None


def _arithmetic(left: Evaluate, right: Evaluate, sign: str) -> Evaluate:
    def evaluate(cell: str, row: Mapping[str, str]) -> Value:
        a, b = _number(left(cell, row)), _number(right(cell, row))
        return a + b if sign == "+" else a - b if sign == "-" else a * b

    return evaluate


def _comparable(value: Value) -> Value:
    """XPath compares as numbers when both sides are numbers; a code such as ``01`` stays a text otherwise."""
    if isinstance(value, str) and re.fullmatch(r"-?(0|[1-9]\d*)([.,]\d+)?", value):
        return float(value.replace(",", "."))
    return value


def _number(value: Value) -> float:
    try:
        return float(value.replace(",", ".")) if isinstance(value, str) else float(value)
    except ValueError:
        return float("nan")
