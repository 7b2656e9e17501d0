"""What a result is called in the documents, which stand in the body, and the words under each: three lines, and its method."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ect_research.figures.exhibit.exhibit import Strength
from ect_research.study.base.result_record import Output
from ect_research.study.definition.study_file import Study
from ect_research.study.outputs.output_folder import RunRecord

if TYPE_CHECKING:
    from ect_research.study.documents.document_words import Words

MOST_IN_BODY, _MOST_ROWS = 12, 30
_ORDER = [str(one) for one in (Strength.BEYOND_CHANCE, Strength.COUNTED, Strength.AS_CHANCE)]


class Numbering:
    """« Figure 3 » in the body, « Tableau A1 » in the annex: numbers that run through the study, kind by kind.

    Attributes:
        body: the results of the body, ``{(run, name)}``.
    """

    def __init__(self, study: Study, records: Mapping[str, RunRecord], words: Words) -> None:
        self.body = in_body(study, records)
        self._names: dict[tuple[str, str], str] = {}
        counts = Counter[tuple[str, bool]]()
        for run in study.runs:
            for output in records[run.id].outputs if run.id in records else ():
                told_first = (run.id, output.name) in self.body or output.kind == "refus"
                counts[output.kind, told_first] += 1
                number = f"{'' if told_first else 'A'}{counts[output.kind, told_first]}"
                self._names[run.id, output.name] = {
                    "figure": words.say("Figure {number}", number=number),
                    "table": words.say("Tableau {number}", number=number),
                    "refus": words.say("Refus {number}", number=number),
                }[output.kind]

    def __getitem__(self, key: tuple[str, str]) -> str:
        return self._names[key]


def anchor(run: str, name: str) -> str:
    """Identifier of a result in the page."""
    return f"{run}--{name}"


def title_of(output: Output, words: Words) -> str:
    """The title of a result, a capital first."""
    title = words.told(output.title)
    return title[:1].upper() + title[1:]


def refusal_of(output: Output, words: Words) -> str:
    """The sentence of a refusal, what would lift it included."""
    return output.refusal_fr if words.language == "fr" else output.refusal_en


def cause_of(output: Output, words: Words) -> str:
    """Why there is no result and what would lift that: what several refusals may share."""
    cause = output.cause_fr if words.language == "fr" else output.cause_en
    return cause or refusal_of(output, words) or output.finding


def in_body(study: Study, records: Mapping[str, RunRecord]) -> frozenset[tuple[str, str]]:
    """The results to read first, ``{(run, name)}``: those whose exhibit asks for the body, notebook after notebook.

    The strongest of each notebook come first, then the second of each, until twelve are chosen; a finding stands there once.
    A refusal is told with its cause, never in the body.
    """
    ranked = [
        (rank, place, run.id, output.name)
        for place, run in enumerate(study.runs)
        if run.id in records and records[run.id].status == "reussi"
        for rank, output in enumerate(_once(sorted(filter(_asks, records[run.id].outputs), key=_weight)))
    ]
    return frozenset((run, name) for _, _, run, name in sorted(ranked)[:MOST_IN_BODY])


def _once(outputs: list[Output]) -> list[Output]:
    """The first result of each finding; all those that have none."""
    first = {output.finding: output for output in reversed(outputs)}
    return [output for output in outputs if not output.finding or first[output.finding] is output]


def _asks(output: Output) -> bool:
    long = output.kind == "table" and output.rows > _MOST_ROWS
    return output.place == "corps" and output.kind != "refus" and output.strength != Strength.REFUSED and not long


def _weight(output: Output) -> int:
    return _ORDER.index(output.strength) if output.strength in _ORDER else len(_ORDER)


Line = tuple[str, str]
# In letters, the words that name the lines apart.
_THREE_LINES = 290
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-ZÀ-Ý«\d])")
_CLAUSE = re.compile(r"\s?; ")


@dataclass(frozen=True)
class Notes:
    """The words under a result, ``(word, text)`` each."""

    short: tuple[Line, ...]  # how to read it, what it counts, where it comes from; three lines at most
    longer: tuple[Line, ...]  # what is longer than a reader reads
    about: tuple[Line, ...]  # what it speaks of, all its documents


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
    about = ((words.say("Champ"), words.told(output.scope)), (words.say("Documents"), ", ".join(output.sources)))
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
