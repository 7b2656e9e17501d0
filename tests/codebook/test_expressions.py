import pytest

from ect_research.codebook.expressions import parse_expression
from ect_research.errors import CodebookError


@pytest.mark.parametrize(
    ("source", "cell", "row", "expected"),
    [
        (". >= 0 and . <= 100", "40", {}, True),
        (". >= 0 and . <= 100", "101", {}, False),
        (". >= 0", "12,5", {}, True),
        ("${a} = 'x' or ${b} = ''", "", {"a": "y", "b": ""}, True),
        ("not(${a} = 'x')", "", {"a": "x"}, False),
        ("selected(${roles}, 'portage')", "", {"roles": "animation portage"}, True),
        ("selected(${roles}, 'port')", "", {"roles": "animation portage"}, False),
        ("regex(., '^[0-9]{5}$')", "01001", {}, True),
        (". = '01'", "1", {}, False),
        ("${a} + ${b} = 100", "", {"a": "60", "b": "40"}, True),
        (". = 1 + 2 * 3", "7", {}, True),
        (". = 10 - 2 - 3", "5", {}, True),
        (". >= -5 and . < -${a}", "-4,5", {"a": "3"}, True),
        (". >= -5", "-6", {}, False),
        ("(${a} = '1' or ${b} = '1') and ${c} != ''", "", {"a": "1", "b": "", "c": ""}, False),
        (". > 3", "pas un nombre", {}, False),
    ],
)
def test_an_expression_holds_as_xlsform_reads_it(source, cell, row, expected):
    assert parse_expression(source).holds(cell, row) is expected


@pytest.mark.parametrize("source", [". >= 2014 and", "${a} = ", "foo(., 1)", "", "(. = 1", ". == 1", "and"])
def test_a_broken_expression_is_refused_with_its_text(source):
    with pytest.raises(CodebookError, match="incomprise"):
        parse_expression(source)


def test_an_expression_knows_the_columns_it_reads():
    assert parse_expression("${b} = '' and ${a} = ${b}").names == ("b", "a")
