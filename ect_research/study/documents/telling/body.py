"""Which results stand in the body of a study: twelve at most; the others are there to verify."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ect_research.figures.exhibit.exhibit import Strength

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ect_research.study.base.result_record import Output
    from ect_research.study.definition.study_file import Study
    from ect_research.study.outputs.output_folder import RunRecord

MOST_IN_BODY, _MOST_ROWS = 12, 30
_ORDER = [str(one) for one in (Strength.BEYOND_CHANCE, Strength.COUNTED, Strength.AS_CHANCE)]


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
