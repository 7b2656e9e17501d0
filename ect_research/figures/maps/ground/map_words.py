"""The words that every map prints: what is counted, what is not shown."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from ect_research.figures.page.formats import format_number, typeset

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ect_research.figures.page.theme import Theme

MOST_DECIMALS = 15


def semicolon_list(names: Sequence[str], most: int, theme: Theme) -> str:
    """Names that may hold commas and « et », so separated by semicolons; beyond ``most``, how many are left.

    >>> from ect_research.figures.page.theme import get_theme
    >>> english = get_theme("ademe", "en")
    >>> semicolon_list(["Lieu, café", "Recyclerie"], 0, english), semicolon_list(["a", "b", "c"], 1, english)
    ('Lieu, café; Recyclerie', 'a; 2 more')
    """
    told = list(names[:most]) if most and len(names) > most + 1 else list(names)
    if left := len(names) - len(told):
        told.append(theme.say("{left} autres", left=left))
    return typeset(theme.say(" ; ").join(told), theme.language)


def absent_lines(counts: dict[str, int], theme: Theme) -> list[str]:
    """What the map does not show, one line per reason; never an empty list.

    >>> from ect_research.figures.page.theme import get_theme
    >>> absent_lines({"sans_lieu": 2, "code_inconnu": 0, "hors_cadre": 1}, get_theme())
    ['2 projets sans lieu connu', '1 projet hors de la carte']
    """
    nowhere, unknown, outside = (counts.get(key, 0) for key in ("sans_lieu", "code_inconnu", "hors_cadre"))
    lines = []
    if nowhere:
        lines.append(theme.say_n("{n} projet sans lieu connu", "{n} projets sans lieu connu", nowhere))
    if unknown:
        said = theme.say_n(
            "{n} projet dont la commune n’est pas au fond de carte",
            "{n} projets dont la commune n’est pas au fond de carte",
            unknown,
        )
        lines.append(said)
    if outside:
        lines.append(theme.say_n("{n} projet hors de la carte", "{n} projets hors de la carte", outside))
    return lines or [theme.say("tous les projets ont un lieu")]


def size_line(communes: int, people: int, theme: Theme) -> str:
    """How large a group of communes is.

    >>> from ect_research.figures.page.theme import get_theme
    >>> size_line(32, 34043, get_theme("ademe", "en"))
    '32 communes, 34,043 inhabitants'
    """
    counted = theme.say_n("{n} commune", "{n} communes", communes)
    return theme.say(
        "{communes}, {people} habitants", communes=counted, people=format_number(people, 0, theme.language)
    )


def needed_decimals(number: float) -> int:
    """How many decimals write a number whole, fifteen at most.

    >>> needed_decimals(12.5), needed_decimals(40.0), needed_decimals(0.0002)
    (1, 0, 4)
    """
    return min(max(0, -int(Decimal(repr(float(number))).normalize().as_tuple().exponent)), MOST_DECIMALS)


def key_number(value: float, theme: Theme) -> str:
    """A round value of a key, written whole.

    >>> from ect_research.figures.page.theme import get_theme
    >>> key_number(0.02, get_theme()), key_number(2.0, get_theme())
    ('0,02', '2')
    """
    return format_number(value, needed_decimals(value), theme.language)
