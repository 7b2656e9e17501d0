"""The line of years of a project: its facts, and along it stage, carrier and legal form."""

from __future__ import annotations

from typing import Any, Protocol

import pandas as pd

from ect_research.figures.signs.time_axis import say_date
from ect_research.study.documents.document_words import Words

# A segment too narrow for its number is drawn without it.
_NUMBERED = 0.06
_DARK = 0.45
_TICKS = 6


class TimeStrip:
    """A line from the first year of some events to the last day observed.

    Args:
        events: rows with ``date_debut_min, date_debut_max`` (NaT where open) and ``ordre``.
        observed_on: last day observed.
    """

    def __init__(self, events: list[dict[str, Any]], observed_on: pd.Timestamp) -> None:
        known = [day for row in events for day in _span(row) if day is not None]
        first = min([*known, observed_on]).year
        self._start = pd.Timestamp(year=first, month=1, day=1)
        self._end = pd.Timestamp(year=max([*known, observed_on]).year, month=12, day=31)

    def years(self) -> list[list[Any]]:
        """``[place from 0 to 1, year]`` of the first days of years to write, at most about six."""
        first, last = self._start.year, self._end.year
        step = max(1, -(-(last - first + 1) // _TICKS))
        return [
            [self._place(pd.Timestamp(year=year, month=1, day=1)), str(year)] for year in range(first, last + 1, step)
        ]

    def mark(self, row: dict[str, Any]) -> dict[str, Any] | None:
        """``from`` and ``to`` from 0 to 1, and whether each end is open; None without a date."""
        low, high = _span(row)
        if low is None and high is None:
            return None
        return {
            "from": self._place(low or self._start),
            "to": self._place(high or self._end),
            "open": [low is None, high is None],
        }

    def rank(self, row: dict[str, Any]) -> tuple[int, float, str]:
        """Order of the story: its rank where the source tells it, else its date; undated last."""
        low, high = _span(row)
        day = low or high
        order = row.get("ordre")
        if order is not None and not pd.isna(order):
            return 0, float(order), str(row["evenement_id"])
        return (1, day.timestamp(), str(row["evenement_id"])) if day else (2, 0.0, str(row["evenement_id"]))

    def place(self, day: Any, *, last: bool = False) -> float:  # noqa: ANN401 - a day or NaT
        """Place of a day, from 0 to 1; the first one for a day unknown, or the last one."""
        if pd.isna(day):
            return 1.0 if last else 0.0
        return self._place(day)

    def _place(self, day: pd.Timestamp) -> float:
        whole = (self._end - self._start).days
        return round(min(max((day - self._start).days / whole, 0.0), 1.0), 4)


def _span(row: dict[str, Any]) -> tuple[pd.Timestamp | None, pd.Timestamp | None]:
    low, high = row.get("date_debut_min"), row.get("date_debut_max")
    return (None if pd.isna(low) else low), (None if pd.isna(high) else high)


class Told(Protocol):
    """What says the codes of a project in words."""

    @property
    def observed_on(self) -> pd.Timestamp:
        """The last day observed in the corpus."""

    def stages(self) -> dict[str, dict[str, Any]]:
        """The stage table by code."""

    def said(self, table: str, column: str, value: Any) -> str:  # noqa: ANN401 - a cell of a frame
        """A code as its label."""


def build_course(
    content: Told, project: dict[str, Any], states: pd.DataFrame, strip: TimeStrip, words: Words
) -> list[dict[str, Any]]:
    """Rows ``word, segments, mark, text`` that head a story: coloured spells, the mark of a date, or neither."""
    rows = [_stages(content, states, strip, words)] if len(states) else []
    rows.append(_row(words.say("Portage"), _carrier(content, project, words)))
    known = {"date_debut_min": project.get("date_statut_min"), "date_debut_max": project.get("date_statut_max")}
    rows.append({**_row(words.say("Statut juridique"), _form(content, project, words)), "mark": strip.mark(known)})
    return [row for row in rows if row["text"]]


def _row(word: str, text: str) -> dict[str, Any]:
    return {"word": word, "segments": [], "mark": None, "text": text}


def _stages(content: Told, states: pd.DataFrame, strip: TimeStrip, words: Words) -> dict[str, Any]:
    table, segments, said = content.stages(), [], []
    spells: list[Any] = list(states.itertuples(index=False))
    for spell in spells:
        stage = table[str(spell.etape)]
        name = str(stage[f"label::{words.language}"])
        number = str(spell.etape)[1] if str(spell.etape).startswith("e") else ""
        said.append(_spell(f"{number} {name}".strip(), spell, content.observed_on, words))
        if pd.isna(spell.debut) and pd.isna(spell.fin):
            continue
        start, end = strip.place(spell.debut), strip.place(spell.fin, last=True)
        wide = end - start > _NUMBERED
        segments.append({
            "from": start, "to": end, "colour": str(stage["colour"]), "number": number if wide else "",
            "ink": "#ffffff" if _luminance(str(stage["colour"])) < _DARK else "#1a1a1a",
            "between": stage["kind"] == "attente",
        })  # fmt: skip
    return {**_row(words.say("Étape"), words.set(" → ".join(said))), "segments": segments}


def _spell(name: str, spell: Any, observed_on: pd.Timestamp, words: Words) -> str:  # noqa: ANN401 - a row of a frame
    start = "" if pd.isna(spell.debut) else str(spell.debut.year)
    end = "" if pd.isna(spell.fin) else str(spell.fin.year)
    if not start and not end:
        return name
    if spell.censure:
        since = (
            words.say("depuis {year}", year=start)
            if spell.fin >= observed_on
            else words.say("depuis {year}, suivi jusqu’en {end}", year=start, end=end)
        )
        return f"{name} ({since})" if start else name
    return f"{name} ({start})" if start == end else f"{name} ({start or '?'}–{end or '?'})"


def _carrier(content: Told, project: dict[str, Any], words: Words) -> str:
    first = content.said("projets", "portage_initial", project.get("portage_initial"))
    now = content.said("projets", "portage_actuel", project.get("portage_actuel"))
    if not first and not now:
        return ""
    if first == now:
        return words.say("{what}, au départ comme aujourd’hui", what=first)
    return words.say(
        "au départ : {first} → aujourd’hui : {now}",
        first=first or words.say("non dit"),
        now=now or words.say("non dit"),
    )


def _form(content: Told, project: dict[str, Any], words: Words) -> str:
    form = content.said("projets", "statut_juridique", project.get("statut_juridique"))
    day = say_date(project, "date_statut", words.language)
    if not form:
        return ""
    return (
        words.say("{what}, depuis {day}", what=form, day=day)
        if day
        else words.say("{what}, sans date connue", what=form)
    )


def _luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb``, from 0 (black) to 1 (WCAG 2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
