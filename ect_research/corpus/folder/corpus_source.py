"""What a corpus is, when it was observed, under which licence: sheet « étude » of its workbook, or ``source.toml``."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from ect_research.codebook.load_codebook import STUDY, OwnSheet, plain, read_own_sheet
from ect_research.corpus.text.dates import FuzzyDate, parse_date
from ect_research.corpus.text.raw_table import Place, Problem
from ect_research.words import Told, catalogue, joined, mark

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
    """What a corpus is."""

    title: str  # name of the study
    citation: str  # how to cite the corpus under a figure
    nature: str  # what the data are, in one sentence
    territory: str  # the territory studied
    observed_on: date  # last day observed; what is still going on then is censored
    licence: str  # licence of re-use
    # ``title, citation, nature, territory`` in English, where given
    english: dict[str, str] = field(default_factory=dict)
    # everything else the file says (publication rules, aliases, limits)
    more: dict[str, Any] = field(default_factory=dict)
    place: Place = field(default_factory=lambda: Place("source.toml", ""))  # where it is said

    def said(self, what: str, language: str = "fr") -> str:
        """``title, citation, nature`` or ``territory`` in the reader's language, French when untranslated."""
        french = str(getattr(self, what))
        return self.english.get(what, french) if language == "en" else french


def read_source(folder: Path) -> tuple[CorpusSource | None, list[Problem]]:
    """What the sheet « étude » and ``source.toml`` of a corpus say together; None and the problems when something lacks."""
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
    told = {problem.colonne for problem in problems}
    problems += [one for one in missing_answers(replace(sheet, said=both)) if one.colonne not in told]
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


@dataclass(frozen=True)
class Question:
    """A question of the sheet."""

    key: str  # what ``source.toml`` calls the answer
    asked: str  # the question
    help: str  # what to write, and what happens when it is left blank
    answers: tuple[str, ...] = ()  # those of its drop-down list; others are taken too
    closed: bool = False  # whether only these answers are


ALL = mark("Tout : personnes, organisations et projets")
PROTECTIONS = {
    ALL: ["personnes", "organisations", "projets"],
    mark("Les personnes et les organisations"): ["personnes", "organisations"],
    mark("Les personnes"): ["personnes"],
    mark("Rien : tout vient de documents publics"): [],
}
UNPUBLISHED = mark("non publiée")
NATURE = mark("faits saisis dans le classeur, chacun avec sa source")
QUESTIONS = (
    Question("titre", mark("Titre de l’étude"), mark("Comme il doit paraître en tête de la page et du rapport.")),
    Question("territoire", mark("Territoire étudié"), mark("En quelques mots : Drôme, Pays de Dieulefit…")),
    Question("date_observation", mark("Dernier jour observé"), mark(
        "Ce qui dure encore ce jour-là est dit « en cours ». À repousser à chaque mise à jour : 31/12/2026.")),
    Question("protege", mark("Qu’est-ce qui est protégé ?"), mark(
        "Ce que figures, tables et cartes ne laisseront pas deviner. Vide : tout, et aucun projet n’est montré."),
        tuple(PROTECTIONS), closed=True),
    Question("pourquoi", mark("Pourquoi le reste peut être montré"), mark(
        "Par exemple : les projets ont donné leur accord pour être nommés. Obligatoire si tout n’est pas protégé.")),
    Question("citation", mark("Comment citer ces données"), mark(
        "Sous chaque figure, comme dans une bibliographie. Vide : le titre de l’étude.")),
    Question("licence", mark("Licence de réutilisation"), mark("Vide : non publiée."),
        (UNPUBLISHED, mark("Licence Ouverte 2.0"), mark("CC BY 4.0"))),
    Question("nature", mark("Ce que sont ces données"), mark("En une phrase. Vide : faits saisis, chacun avec sa source.")),
    Question("titre_en", mark("Titre en anglais"), mark("Seulement pour publier en anglais.")),
    Question("territoire_en", mark("Territoire en anglais"), mark("Seulement pour publier en anglais.")),
    Question("citation_en", mark("Citation en anglais"), mark("Seulement pour publier en anglais.")),
    Question("nature_en", mark("Nature des données en anglais"), mark("Seulement pour publier en anglais.")),
)  # fmt: skip
NEEDED = ("titre", "territoire", "date_observation")


@dataclass(frozen=True)
class StudySheet:
    """What the sheet says."""

    place: Place  # workbook and sheet
    said: dict[str, Any]  # ``{key: answer}`` as `read_source` reads it from ``source.toml``; only what was answered
    lines: dict[str, int]  # ``{key: row}``


def read_study_sheet(folder: Path) -> tuple[StudySheet | None, list[Problem]]:
    """The answers of the sheet « étude » of a corpus; None when no workbook has one."""
    sheet = read_own_sheet(folder, STUDY)
    if sheet is None:
        return None, []
    typed, lines, problems = _typed(sheet)
    place = Place(sheet.file, sheet.name)
    said: dict[str, Any] = {
        key: text for key, text in typed.items() if key not in ("date_observation", "protege", "pourquoi")
    }
    if "date_observation" in typed:
        found = parse_date(typed["date_observation"])
        if isinstance(found, FuzzyDate) and found.high is not None:
            said["date_observation"] = found.high
        else:
            problems.append(_problem(place, lines, "date_observation", typed["date_observation"], "ce n’est pas un jour",
                                     "31/12/2026"))  # fmt: skip
    if "protege" in typed:
        units = _units(typed["protege"])
        if units is None:
            problems.append(_problem(place, lines, "protege", typed["protege"], "cette réponse n’est pas dans la liste",
                                     joined(" ; ", map(Told, PROTECTIONS))))  # fmt: skip
        else:
            said["protection"] = {"protege": units, "pourquoi": typed.get("pourquoi", "")}
            if set(units) != set(PROTECTIONS[ALL]) and "pourquoi" not in typed:
                problems.append(_problem(place, lines, "pourquoi", "", "il faut dire pourquoi tout n’est pas protégé",
                                         "une phrase"))  # fmt: skip
    return StudySheet(place, said, lines), problems


def asked(key: str, language: str = "fr") -> str:
    """The question whose answer ``source.toml`` calls ``key``.

    >>> asked("date_observation")
    'Dernier jour observé'
    """
    return catalogue(language).gettext(next(question.asked for question in QUESTIONS if question.key == key))


def _typed(sheet: OwnSheet) -> tuple[dict[str, str], dict[str, int], list[Problem]]:
    known = {plain(question.key): question.key for question in QUESTIONS}
    known |= {plain(asked(question.key, spoken)): question.key for question in QUESTIONS for spoken in ("fr", "en")}
    typed: dict[str, str] = {}
    lines: dict[str, int] = {}
    problems = []
    for number, row in enumerate(sheet.rows[1:], 2):
        question, answer = [*row, "", ""][:2]
        key = known.get(plain(question))
        if key is not None:
            lines[key] = number
            typed |= {key: answer} if answer else {}
        elif question and answer:
            problems.append(
                Problem(Place(sheet.file, sheet.name, number), question, answer, "question inconnue : la réponse n’est pas lue",
                        "une question du classeur d’origine", "remettre la question comme elle était", "alerte")
            )  # fmt: skip
    return typed, lines, problems


def _units(text: str) -> list[str] | None:
    for french, units in PROTECTIONS.items():
        if plain(text) in (plain(french), plain(catalogue("en").gettext(french))):
            return units
    parts = [plain(part) for part in text.replace(";", ",").split(",")]
    return parts if all(part in PROTECTIONS[ALL] for part in parts) else None


def _problem(place: Place, lines: dict[str, int], key: str, value: str, said: str, expected: str) -> Problem:
    return Problem(Place(place.fichier, place.feuille, lines.get(key, 0)), Told(asked(key)), value, said, expected)


def missing_answers(sheet: StudySheet) -> list[Problem]:
    """The questions without an answer that nothing can do without."""
    return [
        _problem(sheet.place, sheet.lines, key, "", "question sans réponse",
                 Told(next(question.help for question in QUESTIONS if question.key == key)))
        for key in NEEDED
        if key not in sheet.said
    ]  # fmt: skip


def completed(said: dict[str, Any]) -> dict[str, Any]:
    """The answers, and what those left blank are taken for.

    >>> completed({"titre": "Eaux"})["licence"]
    'non publiée'
    """
    english = catalogue("en").gettext
    default = {
        "citation": said.get("titre", ""),
        "licence": UNPUBLISHED,
        "nature": NATURE,
        "nature_en": english(NATURE),
    }
    if "nature" in said:
        del default["nature_en"]
    return default | said
