"""The sheet « étude » of a workbook: what a corpus is, asked as questions, in place of ``source.toml``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ect_research.codebook.forms.own_sheets import STUDY, OwnSheet, plain, read_own_sheet
from ect_research.corpus.cells.dates import FuzzyDate, parse_date
from ect_research.corpus.text.problems import Place, Problem
from ect_research.words import catalogue, mark

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Question:
    """A question of the sheet.

    Attributes:
        key: what ``source.toml`` calls the answer.
        asked: the question.
        help: what to write, and what happens when it is left blank.
        answers: those of its drop-down list; others are taken too.
        closed: whether only these answers are.
    """

    key: str
    asked: str
    help: str
    answers: tuple[str, ...] = ()
    closed: bool = False


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
    """What the sheet says.

    Attributes:
        place: workbook and sheet.
        said: ``{key: answer}`` as `read_source` reads it from ``source.toml``; only what was answered.
        lines: ``{key: row}``.
    """

    place: Place
    said: dict[str, Any]
    lines: dict[str, int]


def read_study_sheet(folder: Path) -> tuple[StudySheet | None, list[Problem]]:
    """The answers of the sheet « étude » of a corpus; None when no workbook has one.

    Raises:
        CodebookError: two workbooks have one.
    """
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
                                     " ; ".join(PROTECTIONS)))  # fmt: skip
        else:
            said["protection"] = {"protege": units, "pourquoi": typed.get("pourquoi", "")}
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
    return Problem(Place(place.fichier, place.feuille, lines.get(key, 0)), asked(key), value, said, expected)


def missing_answers(sheet: StudySheet) -> list[Problem]:
    """The questions without an answer that nothing can do without."""
    return [
        _problem(sheet.place, sheet.lines, key, "", "question sans réponse",
                 catalogue("fr").gettext(next(question.help for question in QUESTIONS if question.key == key)))
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
