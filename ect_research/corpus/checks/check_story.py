"""Facts that the rest of a corpus makes doubtful: after the day observed, or before the project was thought of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ect_research.corpus.cells.dates import FuzzyDate
from ect_research.corpus.stages.project_story import ANNOUNCED
from ect_research.corpus.text.problems import Problem
from ect_research.words import Told, mark

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from ect_research.codebook.codebook import Codebook
    from ect_research.corpus.checks.check_table import CheckedTable, Row

_TOO_LATE = mark("date postérieure à la date d’observation du corpus ({day:%d/%m/%Y})")


def check_story(events: CheckedTable, codebook: Codebook, observed_on: date | None) -> Iterator[Problem]:
    """What to look at again in the events: nothing here is certainly wrong, so nothing is an error.

    Args:
        events: checked; a cell that could not be read is left to its own problem.
        codebook: its stages say which facts open a project, and which ones tell its story.
        observed_on: last day observed; None when it could not be read.
    """
    stages = codebook.stages
    openers = {code for said in stages["opens"] for code in said.split()}
    first = set(str(stages["opens"].iloc[0]).split())
    captured = _captures(events, first)
    for row in events.rows:
        said, capture = row.read.get("date_debut"), captured.get(row.text.get("projet_id", ""))
        if not isinstance(said, FuzzyDate):
            continue
        kind = row.read.get("type_evenement")
        if observed_on and said.low and said.low > observed_on and kind not in ANNOUNCED:
            yield Problem(
                row.place, "date_debut", row.text["date_debut"],
                Told(_TOO_LATE, day=observed_on), "un fait déjà observé",
                "vérifier l’année, ou le dernier jour observé (feuille « étude », ou source.toml)", "alerte",
            )  # fmt: skip
        elif kind in openers - first and capture and said.high and said.high < capture[0]:
            yield Problem(
                row.place, "date_debut", row.text["date_debut"],
                Told("fait antérieur à la captation du projet ({date_debut}, ligne {ligne})",
                date_debut=capture[1].text['date_debut'], ligne=capture[1].place.ligne),
                "l’idée d’abord, puis ce qui en est fait", "vérifier les deux dates", "alerte",
            )  # fmt: skip


def check_ties(table: CheckedTable, observed_on: date | None) -> Iterator[Problem]:
    """Participations in a project and ties that begin after the last day observed: counted by analyses as if they stood.

    A participation in a programme, without project, may announce what the programme plans.

    Args:
        table: ``participations`` or ``liens``, checked.
        observed_on: last day observed; None when it could not be read.
    """
    for row in table.rows:
        said = row.read.get("date_debut")
        concerned = table.name != "participations" or row.text.get("projet_id")
        if observed_on and concerned and isinstance(said, FuzzyDate) and said.low and said.low > observed_on:
            yield Problem(
                row.place, "date_debut", row.text["date_debut"], Told(_TOO_LATE, day=observed_on), "un lien déjà observé",
                "vérifier l’année, ou le dernier jour observé (feuille « étude », ou source.toml)",
            )  # fmt: skip


def _captures(events: CheckedTable, first: set[str]) -> dict[str, tuple[date, Row]]:
    """The earliest day at which each project was captured, when every capture it has tells one."""
    found: dict[str, tuple[date, Row]] = {}
    open_ended = set()
    for row in events.rows:
        project, said = row.text.get("projet_id", ""), row.read.get("date_debut")
        if row.read.get("type_evenement") not in first or not isinstance(said, FuzzyDate):
            continue
        if said.low is None:
            open_ended.add(project)
        elif project not in found or said.low < found[project][0]:
            found[project] = said.low, row
    return {project: told for project, told in found.items() if project not in open_ended}
