"""What a result is called in the documents: its number, its anchor, its title, its refusal."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ect_research.study.documents.telling.body import in_body

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ect_research.study.base.result_record import Output
    from ect_research.study.definition.study_file import Study
    from ect_research.study.documents.telling.document_words import Words
    from ect_research.study.outputs.output_folder import RunRecord


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
