"""Ranks and conflicts of events that the stages cannot use as they are written: said, for they would be dropped silently."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from ect_research.corpus.cells.dates import FuzzyDate
from ect_research.corpus.stages.placed_facts import loops, place_facts
from ect_research.corpus.stages.project_story import Fact, read_rules
from ect_research.corpus.text.problems import Problem
from ect_research.words import Told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ect_research.codebook.codebook import Codebook
    from ect_research.corpus.checks.check_table import CheckedTable, Row
    from ect_research.corpus.stages.project_story import Rules


def check_ranks(events: CheckedTable, codebook: Codebook) -> Iterator[Problem]:
    """What to look at again in ``ordre`` and ``conflit_avec``; nothing here stops an analysis.

    Args:
        events: checked; a cell that could not be read is left to its own problem.
        codebook: its stages say which facts open or close one, and hence need a rank.
    """
    rules = read_rules(codebook.stages)
    parts = (rules.opens, rules.opens_with, rules.closes)
    known = {event for part in parts for events_of_stage in part.values() for event in events_of_stage}
    stories: dict[str, list[Row]] = {}
    for row in events.rows:
        if row.read.get("type_evenement") in known or row.read.get("etape_forcee"):
            stories.setdefault(row.text.get("projet_id", ""), []).append(row)
    for project, rows in stories.items():
        if project:
            yield from _ranks(rows)
            yield from _loop(rows, rules)
    yield from _conflicts(events.rows)


def _ranks(rows: list[Row]) -> Iterator[Problem]:
    ranked = [(rank, row) for row in rows if isinstance(rank := row.read.get("ordre"), int)]
    if not ranked:
        return
    if len(ranked) < len(rows):
        without = next(row for row in rows if not isinstance(row.read.get("ordre"), int))
        yield Problem(
            without.place, "ordre", "",
            Told("l’ordre n’est donné que pour {n} des {n2} faits d’étape du projet : il n’est pas utilisé", n=len(ranked),
            n2=len(rows)),
            "un rang pour chaque fait qui ouvre ou ferme une étape", "compléter l’ordre, ou l’effacer", "alerte",
        )  # fmt: skip
        return
    for (one, before), (other, after) in pairwise(sorted(ranked, key=lambda pair: pair[0])):
        if one == other:
            yield Problem(
                after.place, "ordre", str(other), Told("même rang que la ligne {ligne}", ligne=before.place.ligne),
                "un rang par fait",
                "dire lequel vient d’abord", "alerte",
            )  # fmt: skip
        elif _is_after(before, after):
            yield Problem(
                after.place, "ordre", str(other),
                Told("le rang place ce fait ({date}) après celui de la ligne {ligne} ({other}), les dates disent l’inverse",
                     date=after.text["date_debut"], ligne=before.place.ligne, other=before.text["date_debut"]),
                "un ordre que les dates permettent", "corriger le rang ou la date", "alerte",
            )  # fmt: skip


def _loop(rows: list[Row], rules: Rules) -> Iterator[Problem]:
    """Dates that overlap, of which no placement follows the order of the stages."""
    import pandas as pd

    facts = {}
    for row in rows:
        told = row.read.get("date_debut")
        if isinstance(told, FuzzyDate) and told.low and told.high:
            low, high = pd.Timestamp(told.low), pd.Timestamp(told.high)
            rank = row.read.get("ordre")
            facts[row.place] = Fact(
                row.text.get("evenement_id", ""), row.text.get("type_evenement", ""), (low + (high - low) / 2).normalize(),
                low, high, rank if isinstance(rank, int) else None, row.text.get("etape_forcee") or None, None,
            )  # fmt: skip
    placed = place_facts(list(facts.values()), rules)
    vague = any(
        one.high >= other.low and one.low <= other.high for one, other in pairwise(placed) if one.low < one.high
    )
    if vague and loops(placed, rules):
        last = rows[-1]
        yield Problem(
            last.place, "date_debut", last.text.get("date_debut", ""),
            "les dates de ce projet lui font reprendre une étape déjà passée, où que l’on place celles qui sont imprécises",
            "l’idée, le collectif, l’étude, l’essai, la création, dans cet ordre, ou un vrai retour en arrière",
            "vérifier les dates du projet ; s’il est bien revenu en arrière, ne rien changer", "alerte",
        )  # fmt: skip


def _is_after(before: Row, after: Row) -> bool:
    first, second = before.read.get("date_debut"), after.read.get("date_debut")
    return bool(
        isinstance(first, FuzzyDate)
        and isinstance(second, FuzzyDate)
        and first.low
        and second.high
        and first.low > second.high
    )


def _conflicts(rows: list[Row]) -> Iterator[Problem]:
    by_code = {row.text.get("evenement_id", ""): row for row in rows}
    for row in rows:
        rivals = row.read.get("conflit_avec")
        for code in rivals if isinstance(rivals, tuple) else ():
            other = by_code.get(code)
            if other is None:
                continue
            if other is row or row.text.get("projet_id") != other.text.get("projet_id"):
                yield Problem(
                    row.place, "conflit_avec", code,
                    "un fait n’est pas en conflit avec lui-même" if other is row
                    else "ce fait est celui d’un autre projet",
                    "le code de la ligne qui date autrement le même fait du même projet",
                    "corriger le code, ou le vider : rien n’est fusionné", "alerte",
                )  # fmt: skip
