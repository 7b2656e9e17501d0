"""What is read with a result: three lines under it, and its method, for whoever asks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ect_research.study.base.result_record import Output
    from ect_research.study.documents.telling.document_words import Words

Line = tuple[str, str]
# In letters, the words that name the lines apart.
_THREE_LINES = 290
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-ZÀ-Ý«\d])")
_CLAUSE = re.compile(r"\s?; ")


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
    """The notes of a figure or of a table: three lines in all, what does not fit in them left to the method."""
    count, drawn = words.told(output.n), output.kind == "figure"
    dated = ", ".join(part for part in (words.told(output.source), words.told(output.date)) if part)
    source = output.documents or (dated if drawn else "")
    room = _THREE_LINES - len(source) - len(count)
    reading, longer = _fitting(_SENTENCE.split(words.told(output.reading)), " ", room)
    clauses = _CLAUSE.split(words.told(output.missing))
    missing, more = _fitting(clauses, words.say(" ; "), room - len(reading))
    short = (
        (words.say("Lecture") if drawn else words.say("Note"), reading),
        (words.say("Effectif"), words.say(" ; ").join(part for part in (count, missing) if part)),
        (words.say("Source"), source),
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


def _fitting(parts: list[str], between: str, room: int) -> tuple[str, str]:
    """As many of the first parts as fit in so many letters, and the others."""
    kept = 0
    while kept < len(parts) and len(between.join(parts[: kept + 1])) <= room:
        kept += 1
    return between.join(parts[:kept]), between.join(parts[kept:])


def _said(lines: tuple[Line, ...], words: Words) -> tuple[Line, ...]:
    return tuple(
        (word, words.set(text if text.startswith("n =") else text[:1].upper() + text[1:]))
        for word, text in lines
        if text
    )
