"""A questionnaire checked beyond what pyxform, KoboToolbox and LimeSurvey check themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ect_research.codebook.expressions import parse_expression
from ect_research.codebook.xlsform import (
    ENGLISH,
    FRENCH,
    LONGEST_CODE,
    Form,
    Row,
    asked_when,
    limesurvey_codes,
    plain_name,
)
from ect_research.errors import CodebookError
from ect_research.words import Told


@dataclass(frozen=True)
class FormProblem:
    """One thing wrong in a form: sheet, row as a spreadsheet numbers it, name, sentence, ``erreur`` or ``alerte``."""

    feuille: str
    ligne: int
    nom: str
    probleme: str
    niveau: str = "erreur"


def find_form_problems(form: Form) -> list[FormProblem]:
    """What a phone, KoboToolbox or LimeSurvey would trip on; empty when the form is sound.

    Errors: an untranslated text, an expression that cannot be read, names an unknown question or compares one with an
    answer it does not have (pyxform finds none of these without Java), questions that wait for one another, a question of
    a repeat read from outside it, a list without answers, a name or code used twice or badly written, a group left open.
    Warnings: a condition on a question asked later, and the names and codes that LimeSurvey would refuse, with those to
    type instead (`form_codes`).

    >>> from ect_research.codebook.load_codebook import load_codebook
    >>> from ect_research.codebook.xlsform import build_form
    >>> [problem for problem in find_form_problems(build_form(load_codebook(), "projets")) if problem.niveau == "erreur"]
    []
    """
    return [*_survey_problems(form), *_circles(form), *_choice_problems(form), *_limesurvey_problems(form)]


_NAME = re.compile(r"[a-z][a-z0-9_]*")


def _survey_problems(form: Form) -> Iterator[FormProblem]:
    lists = {choice["list_name"] for choice in form.choices}
    names: list[str] = []
    open_groups = 0
    known = {row["name"] for row in form.survey if row["name"] and not row["type"].startswith("begin")}
    for line, row in enumerate(form.survey, 2):
        kind, name = row["type"], row["name"]
        open_groups += kind.startswith("begin") - kind.startswith("end")
        if kind.startswith("end"):
            if open_groups < 0:
                yield FormProblem("survey", line, name, "groupe fermé sans avoir été ouvert")
            continue
        if not _NAME.fullmatch(name):
            yield FormProblem("survey", line, name, "un nom est en minuscules sans accent ni espace")
        if name in names:
            yield FormProblem("survey", line, name, "nom déjà donné à une autre question")
        names.append(name)
        if kind.startswith("select_") and kind.partition(" ")[2] not in lists:
            yield FormProblem("survey", line, name, Told("la liste « {name} » n’a pas de réponses",
                name=kind.partition(" ")[2]))  # fmt: skip
        yield from _untranslated("survey", line, row, ("label", "hint", "constraint_message"))
        yield from _broken_expressions(line, row, known)
        yield from _odd_references(line, row, form)
    if open_groups > 0:
        yield FormProblem("survey", len(form.survey) + 1, "", "groupe ouvert et jamais fermé")


def _untranslated(sheet: str, line: int, row: Row, parts: tuple[str, ...]) -> Iterator[FormProblem]:
    for part in parts:
        french, english = row.get(f"{part}::{FRENCH}", ""), row.get(f"{part}::{ENGLISH}", "")
        if bool(french.strip()) != bool(english.strip()) or (part == "label" and not french.strip()):
            missing = "anglais" if french.strip() else "français"
            yield FormProblem(sheet, line, row["name"], f"{part} : texte {missing} manquant")


def _broken_expressions(line: int, row: Row, known: set[str]) -> Iterator[FormProblem]:
    for part in ("constraint", "relevant", "required"):
        text = row[part]
        if not text or (part == "required" and text == "yes"):
            continue
        try:
            expression = parse_expression(text)
        except CodebookError as error:
            yield FormProblem("survey", line, row["name"], f"{part} : {error}")
            continue
        for name in expression.names:
            if name not in known:
                yield FormProblem("survey", line, row["name"], Told("{part} : la question « {name} » n’existe pas",
                    part=part, name=name))  # fmt: skip
    if row["constraint"] and not row[f"constraint_message::{FRENCH}"]:
        yield FormProblem("survey", line, row["name"], "une contrainte sans message laisse sans remède")


_COMPARED = re.compile(r"(?:\$\{(\w+)\}\s*!?=\s*|selected\(\s*\$\{(\w+)\}\s*,\s*)'([^']*)'")


def _odd_references(line: int, row: Row, form: Form) -> Iterator[FormProblem]:
    """A condition that can never hold, is asked for too early, or looks into a repeat from outside."""
    kinds = {other["name"]: other["type"] for other in form.survey if other["name"]}
    places = {other["name"]: number for number, other in enumerate(form.survey, 2) if other["name"]}
    inside = _repeats(form)
    for part in ("relevant", "constraint"):
        for one, other, said in _COMPARED.findall(row[part]):
            name = one or other
            kind, _, answers = kinds.get(name, "").partition(" ")
            codes = {choice["name"] for choice in form.choices if choice["list_name"] == answers}
            if kind.startswith("select_") and said and said not in codes:
                yield FormProblem("survey", line, row["name"],
                    Told("{part} : « {told} » n’est pas une réponse de « {name} »", part=part, told=said,
                    name=name))  # fmt: skip
        for name in dict.fromkeys(re.findall(r"\$\{(\w+)\}", row[part])):
            if inside.get(name) and inside.get(name) != inside.get(row["name"]):
                yield FormProblem("survey", line, row["name"],
                    Told("{part} : « {name} » est dans une répétition, posée plusieurs fois", part=part,
                    name=name))  # fmt: skip
            elif part == "relevant" and places.get(name, 0) > line:
                yield FormProblem("survey", line, row["name"], Told("{part} : « {name} » n’est posée que plus loin",
                    part=part, name=name), "alerte")  # fmt: skip


def _repeats(form: Form) -> dict[str, str]:
    """``{question: repeat around it}``, ``""`` outside any."""
    found, around = {}, ""
    for row in form.survey:
        if row["type"] == "begin_repeat":
            around = row["name"]
        elif row["type"] == "end_repeat":
            around = ""
        found[row["name"]] = around
    return found


def _circles(form: Form) -> Iterator[FormProblem]:
    """Questions none of which can be asked before the others: ``a`` waits for ``b``, which waits for ``a``."""
    waits = {name: set(re.findall(r"\$\{(\w+)\}", " ".join(said))) for name, said in asked_when(form).items()}
    for line, row in enumerate(form.survey, 2):
        reached: set[str] = set()
        ahead = set(waits.get(row["name"], ()))
        while ahead - reached:
            reached |= ahead
            ahead = {further for name in ahead for further in waits.get(name, ())}
        if row["name"] in reached:
            yield FormProblem(
                "survey",
                line,
                row["name"],
                "relevant : cette question attend sa propre réponse, par un cercle de conditions",
            )


def _choice_problems(form: Form) -> Iterator[FormProblem]:
    seen: set[tuple[str, str]] = set()
    for line, choice in enumerate(form.choices, 2):
        where = (choice["list_name"], choice["name"])
        if where in seen:
            yield FormProblem("choices", line, choice["name"], "code donné deux fois dans la même liste")
        seen.add(where)
        if not re.fullmatch(r"[a-z0-9][a-z0-9_]*", choice["name"]):
            yield FormProblem("choices", line, choice["name"], "un code est en minuscules sans accent ni espace")
        yield from _untranslated("choices", line, choice, ("label",))


def _limesurvey_problems(form: Form) -> Iterator[FormProblem]:
    short: dict[str, str] = {}
    for line, row in enumerate(form.survey, 2):
        if row["name"] and not row["type"].startswith(("begin", "today")):
            code = plain_name(row["name"])
            if code in short:
                yield FormProblem("survey", line, row["name"], Told("LimeSurvey le confondrait avec « {short} »",
                    short=short[code]))  # fmt: skip
            short[code] = row["name"]
            if code != row["name"]:
                yield FormProblem("survey", line, row["name"], Told("LimeSurvey veut un nom comme « {code} »", code=code),
                    "alerte")  # fmt: skip
    lines = {(choice["list_name"], choice["name"]): line for line, choice in enumerate(form.choices, 2)}
    for row in limesurvey_codes(form):
        if row["genre"] == "réponse" and row["limesurvey"] != row["nom"]:
            said = Told("LimeSurvey veut un code de {LONGEST_CODE} signes au plus, comme « {limesurvey} »",
                LONGEST_CODE=LONGEST_CODE, limesurvey=row["limesurvey"])  # fmt: skip
            yield FormProblem("choices", lines[row["liste"], row["nom"]], row["nom"], said, "alerte")
