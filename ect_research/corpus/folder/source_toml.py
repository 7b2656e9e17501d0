"""What a corpus is, when it was observed, under which licence: sheet « étude » of its workbook, or ``source.toml``."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from ect_research.corpus.folder.study_sheet import StudySheet, asked, completed, missing_answers, read_study_sheet
from ect_research.corpus.text.problems import Place, Problem
from ect_research.words import Told, joined

if TYPE_CHECKING:
    from pathlib import Path

_REQUIRED = {
    "titre": (str, Told("le nom de l’étude")),
    "citation": (str, Told("comment citer le corpus sous une figure")),
    "nature": (str, Told("ce que sont ces données, en une phrase")),
    "territoire": (str, Told("le territoire étudié")),
    "date_observation": (date, Told("la date à laquelle on cesse d’observer, sans guillemets : 2025-12-31")),
    "licence": (str, Told("la licence de réutilisation")),
}


@dataclass(frozen=True)
class CorpusSource:
    """What a corpus is.

    Attributes:
        title: name of the study.
        citation: how to cite the corpus under a figure.
        nature: what the data are, in one sentence.
        territory: the territory studied.
        observed_on: last day observed; what is still going on then is censored.
        licence: licence of re-use.
        english: ``title, citation, nature, territory`` in English, where given.
        more: everything else the file says (publication rules, aliases, limits).
        place: where it is said.
    """

    title: str
    citation: str
    nature: str
    territory: str
    observed_on: date
    licence: str
    english: dict[str, str] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)
    place: Place = field(default_factory=lambda: Place("source.toml", ""))

    def said(self, what: str, language: str = "fr") -> str:
        """``title, citation, nature`` or ``territory`` in the reader's language, French when untranslated."""
        french = str(getattr(self, what))
        return self.english.get(what, french) if language == "en" else french


def read_source(folder: Path) -> tuple[CorpusSource | None, list[Problem]]:
    """What the sheet « étude » and ``source.toml`` of a corpus say together; None and the problems when something lacks.

    Raises:
        CodebookError: two workbooks have a sheet « étude ».
    """
    path = folder / "source.toml"
    sheet, problems = read_study_sheet(folder)
    if sheet is None and not path.is_file():
        return None, [_absent(folder)]
    said: dict[str, Any] = {}
    if path.is_file():
        said, faults = _read_toml(path)
        if faults:
            return None, faults
    if sheet is None:
        faults = [
            Problem(Place(path.name, ""), key, str(said.get(key, "")), "valeur absente ou mal écrite", meaning)
            for key, (kind, meaning) in _REQUIRED.items()
            if not isinstance(said.get(key), kind) or isinstance(said.get(key), datetime) or said.get(key) == ""
        ]
        return (None, faults) if faults else (_made(said, Place(path.name, "")), [])
    problems += _contradictions(said, sheet)
    both = completed({**said, **sheet.said})
    if not problems:
        problems += missing_answers(replace(sheet, said=both))
    failed = any(problem.niveau == "erreur" for problem in problems)
    return (None if failed else _made(both, sheet.place)), problems


def _absent(folder: Path) -> Problem:
    expected = Told("une feuille « étude » dans le classeur (« ect workbook » en écrit une), ou un fichier source.toml")
    least = [asked(key).lower() for key in ("titre", "territoire", "date_observation")]
    remedy = Told("qui dit au moins : {names}", names=least)
    return Problem(Place(folder.name, ""), "", "", "rien ne dit ce qu’est ce corpus", expected, remedy)


def _contradictions(said: dict[str, Any], sheet: StudySheet) -> list[Problem]:
    """One problem for all that the sheet and the text file say otherwise."""
    both = [(key, said[key], own) for key, own in sheet.said.items() if key in said and said[key] != own]
    if not both:
        return []
    told = joined(
        " ; ",
        (
            Told(
                "{asked} : « {own} » et « {other} »",
                asked=asked("protege" if key == "protection" else key),
                own=own,
                other=other,
            )
            for key, other, own in both
        ),
    )
    return [
        Problem(sheet.place, "", told, "la feuille « étude » et source.toml se contredisent", "une seule réponse",
                "corriger l’une des deux, ou supprimer source.toml : la feuille suffit")
    ]  # fmt: skip


def _read_toml(path: Path) -> tuple[dict[str, Any], list[Problem]]:
    place = Place(path.name, "")
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig")), []
    except UnicodeDecodeError:
        return {}, [Problem(place, "", "", "accents illisibles", "un texte en UTF-8", "l’enregistrer en UTF-8")]
    except tomllib.TOMLDecodeError as error:
        return {}, [_malformed(place, path.read_text(encoding="utf-8-sig"), str(error))]


def _malformed(place: Place, text: str, error: str) -> Problem:
    """The line that stops the reader, and how such lines are written."""
    found = re.search(r"at line (\d+)", error)
    number = int(found[1]) if found else len(text.splitlines())
    line = text.splitlines()[number - 1].strip() if text.strip() else ""
    remedy = Told('du texte entre guillemets droits : titre = "Mon étude"')
    key = line.partition("=")[0].strip()
    if "=" in line and not re.fullmatch(r"[A-Za-z0-9_-]+", key):
        remedy = Told("un nom sans espace, accent ni apostrophe avant le signe = (par exemple date_observation)")
    elif re.search(r"\d{1,2}[/.]\d{1,2}[/.]\d{4}", line) or key.startswith("date"):
        remedy = Told("une date s’écrit année-mois-jour, sans guillemets : date_observation = 2025-12-31")
    return Problem(replace(place, ligne=number), "", line, "ligne illisible", 'clé = "valeur", une par ligne', remedy)


def _made(said: dict[str, Any], place: Place) -> CorpusSource:
    names = {"titre": "title", "citation": "citation", "nature": "nature", "territoire": "territory"}
    return CorpusSource(
        title=said["titre"],
        citation=said["citation"],
        nature=said["nature"],
        territory=said["territoire"],
        observed_on=said["date_observation"],
        licence=said["licence"],
        english={name: said[f"{key}_en"] for key, name in names.items() if said.get(f"{key}_en")},
        more={key: value for key, value in said.items() if key not in _REQUIRED},
        place=place,
    )
