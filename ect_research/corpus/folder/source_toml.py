"""``source.toml``: what a corpus is, when it was observed, under which licence it may be published."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from ect_research.corpus.text.problems import Place, Problem

if TYPE_CHECKING:
    from pathlib import Path

_REQUIRED = {
    "titre": (str, "le nom de l’étude"),
    "citation": (str, "comment citer le corpus sous une figure"),
    "nature": (str, "ce que sont ces données, en une phrase"),
    "territoire": (str, "le territoire étudié"),
    "date_observation": (date, "la date à laquelle on cesse d’observer, sans guillemets : 2025-12-31"),
    "licence": (str, "la licence de réutilisation"),
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
    """

    title: str
    citation: str
    nature: str
    territory: str
    observed_on: date
    licence: str
    english: dict[str, str] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)

    def said(self, what: str, language: str = "fr") -> str:
        """``title, citation, nature`` or ``territory`` in the reader's language, French when untranslated."""
        french = str(getattr(self, what))
        return self.english.get(what, french) if language == "en" else french


def read_source(path: Path) -> tuple[CorpusSource | None, list[Problem]]:
    """Read ``source.toml``; None and the problems when it is missing or incomplete."""
    place = Place(path.name, "")
    if not path.is_file():
        expected = f"un fichier {path.name}, à côté du classeur, qui dit : {', '.join(_REQUIRED)}"
        return None, [Problem(place, "", "", "fichier absent", expected, "recopier le modèle du README et le remplir")]
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        return None, [Problem(place, "", "", "accents illisibles", "un texte en UTF-8", "l’enregistrer en UTF-8")]
    except tomllib.TOMLDecodeError as error:
        return None, [_malformed(place, path.read_text(encoding="utf-8-sig"), str(error))]
    problems = []
    for key, (kind, meaning) in _REQUIRED.items():
        if not isinstance(said.get(key), kind) or isinstance(said.get(key), datetime) or said.get(key) == "":
            problems.append(Problem(place, key, str(said.get(key, "")), "valeur absente ou mal écrite", meaning))
    if problems:
        return None, problems
    return _made(said), []


def _malformed(place: Place, text: str, error: str) -> Problem:
    """The line that stops the reader, and how such lines are written."""
    found = re.search(r"at line (\d+)", error)
    number = int(found[1]) if found else len(text.splitlines())
    line = text.splitlines()[number - 1].strip() if text.strip() else ""
    remedy = 'du texte entre guillemets droits : titre = "Mon étude"'
    key = line.partition("=")[0].strip()
    if "=" in line and not re.fullmatch(r"[A-Za-z0-9_-]+", key):
        remedy = "un nom sans espace, accent ni apostrophe avant le signe = (par exemple date_observation)"
    elif re.search(r"\d{1,2}[/.]\d{1,2}[/.]\d{4}", line) or key.startswith("date"):
        remedy = "une date s’écrit année-mois-jour, sans guillemets : date_observation = 2025-12-31"
    return Problem(replace(place, ligne=number), "", line, "ligne illisible", 'clé = "valeur", une par ligne', remedy)


def _made(said: dict[str, Any]) -> CorpusSource:
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
    )
