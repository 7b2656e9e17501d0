"""A font that a notebook asks for and this machine does not have: said once, plainly, with what is taken instead."""

from __future__ import annotations

import logging
import re

from ect_research.words import Sentence, tell

_LOGGER = "matplotlib.font_manager"
_FAMILY = re.compile(
    r"findfont: Font family \[?'?(?P<name>.+?)'?\]? not found\b(?:\. Falling back to (?P<taken>.+?)\.?$)?"
)
_GENERIC = re.compile(r"findfont: Generic family '?(?P<name>.+?)'? not found because none of the following")
_WEIGHT = re.compile(
    r"findfont: Failed to find font weight (?P<weight>.+?)(?: for (?P<name>.+?))?, now using (?P<taken>.+?)\.$"
)
_USUAL = "DejaVu Sans"


def about_font(name: str) -> Sentence:
    """What is said of a font that is not there.

    >>> str(about_font("Marianne"))
    'la police « Marianne » n’est pas sur cette machine : une autre de sa liste la remplace, ou DejaVu Sans'
    """
    return tell(
        "la police « {name} » n’est pas sur cette machine : une autre de sa liste la remplace, ou {usual}",
        name=name,
        usual=_USUAL,
    )


class FontListener(logging.Filter):
    """Says in the reader's language what matplotlib says of fonts, each once, and remembers those that were missing.

    Args:
        language: of whoever reads the notebook.
    """

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language
        self.missing: list[str] = []
        self._said: set[str] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is to be shown; its words are ours from here on."""
        text = record.getMessage()
        found = _FAMILY.search(text) or _GENERIC.search(text)
        weight = _WEIGHT.search(text)
        if found:
            self.missing += [found["name"]] if found["name"] not in self.missing else []
            said = about_font(found["name"])
        elif weight:
            said = tell(
                "la police « {name} » n’a pas la graisse {weight} sur cette machine : la graisse {taken} la remplace",
                name=weight["name"] or "?",
                weight=weight["weight"],
                taken=weight["taken"],
            )
        else:
            return True
        told = said.sentence(self.language)
        record.msg, record.args = f"{told[:1].upper()}{told[1:]}.", ()
        new = told not in self._said
        self._said.add(told)
        return new


def listen_to_fonts(language: str) -> FontListener:
    """The listener of this process, whose language may change; matplotlib itself is not imported."""
    logger = logging.getLogger(_LOGGER)
    for known in logger.filters:
        if isinstance(known, FontListener):
            known.language = language
            return known
    listener = FontListener(language)
    logger.addFilter(listener)
    return listener
