"""What is read with a result: three lines under it, and its method, for whoever asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ect_research.figures.page.caption import short_and_rest

if TYPE_CHECKING:
    from ect_research.study.base.result_record import Output
    from ect_research.study.documents.telling.document_words import Words

Line = tuple[str, str]


@dataclass(frozen=True)
class Notes:
    """The words under a result, ``(word, text)`` each.

    Attributes:
        short: how to read it, what it counts, where it comes from; three lines at most.
        longer: what is longer than a reader reads.
        about: what it speaks of, all its documents.
    """

    short: tuple[Line, ...]
    longer: tuple[Line, ...]
    about: tuple[Line, ...]


def notes_of(output: Output, words: Words) -> Notes:
    """The notes of a figure or of a table."""
    reading, longer = short_and_rest(words.told(output.reading))
    missing, more = short_and_rest(words.told(output.missing))
    counts = words.say(" ; ").join(part for part in (words.told(output.n), missing) if part)
    source = ", ".join(part for part in (words.told(output.source), words.told(output.date)) if part)
    drawn = output.kind == "figure"
    short = (
        (words.say("Lecture") if drawn else words.say("Note"), reading),
        (words.say("Effectif"), counts),
        (words.say("Source"), source if drawn else output.documents),
    )
    rest = (
        (words.say("Lecture, suite") if drawn else words.say("Note, suite"), longer),
        (words.say("Non montré, suite"), more),
    )
    about = (
        (words.say("Champ"), words.told(output.scope)),
        (words.say("Documents"), ", ".join(output.sources)),
    )
    return Notes(_said(short, words), _said(rest, words), _said(about, words))


def _said(lines: tuple[Line, ...], words: Words) -> tuple[Line, ...]:
    return tuple(
        (word, words.set(text if text.startswith("n =") else text[:1].upper() + text[1:]))
        for word, text in lines
        if text
    )
