"""Stage, carrier and legal form along the same line of years as the facts of a project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import pandas as pd

from ect_research.figures.signs.date_words import say_date

if TYPE_CHECKING:
    from ect_research.study.documents.sheets.time_strip import TimeStrip
    from ect_research.study.documents.telling.document_words import Words

# A segment too narrow for its number is drawn without it.
_NUMBERED = 0.06
_DARK = 0.45


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
    """The rows that head the story of a project.

    Returns:
        rows ``word, segments, mark, text``: coloured spells, or the mark of a date, or neither.
    """
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
