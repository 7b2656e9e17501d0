"""The last words of a notebook, made from its results."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ect_research.gate.shown_values import ShownTable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ect_research.figures.page.theme import Theme
    from ect_research.study.base.result_record import Output


def conclude(outputs: Iterable[Output], theme: Theme) -> ShownTable:
    """What was found and what was refused, each sentence once.

    Args:
        outputs: the results of a notebook, in the order they were published.
        theme: gives the language.

    >>> from ect_research.figures.page.theme import get_theme
    >>> from ect_research.study.base.result_record import Output
    >>> told = conclude([Output("a", "figure", "A", finding="3 projets sur 4.", strength="compté")], get_theme())
    >>> "<li>3 projets sur 4. [compté]</li>" in told.html
    True
    """
    outputs = list(outputs)
    found = dict.fromkeys(f"{one.finding} [{theme.say(one.strength)}]" for one in outputs if one.finding)
    refused = dict.fromkeys(
        one.refusal_fr if theme.language == "fr" else one.refusal_en for one in outputs if one.kind == "refus"
    )
    parts = ((theme.say("Ce que ce carnet peut dire"), found), (theme.say("Ce qu’il ne peut pas dire"), refused))
    said = {
        heading: "".join(f"<li>{escape(line)}</li>" for line in lines) or f"<li>{escape(theme.say('rien'))}</li>"
        for heading, lines in parts
    }
    html = "".join(f"<h3>{escape(heading)}</h3><ul>{lines}</ul>" for heading, lines in said.items())
    counted = theme.say_n("{n} constat", "{n} constats", len(found))
    return ShownTable(html, f"{counted}, {theme.say_n('{n} refus', '{n} refus', len(refused))}")
