"""Questionnaires for KoboToolbox and ODK (XLSForm), generated from the codebook and checked beyond what they check.

The codebook is the source, the form is never edited by hand: answers come back under the names of the codebook.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ect_research.codebook.expressions import parse_expression
from ect_research.errors import CodebookError, EctError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ect_research.codebook.model import Codebook, Variable

Row = dict[str, str]
FRENCH, ENGLISH = "Français (fr)", "English (en)"
SURVEY = ("type", "name", f"label::{FRENCH}", f"label::{ENGLISH}", f"hint::{FRENCH}", f"hint::{ENGLISH}", "required",
          "relevant", "constraint", f"constraint_message::{FRENCH}", f"constraint_message::{ENGLISH}", "appearance",
          "ect_pii")  # fmt: skip
CHOICES = ("list_name", "name", f"label::{FRENCH}", f"label::{ENGLISH}")
CONSENT = "accord_recherche"
_TITLES = {
    "maturite": ("Maturité coopérative", "Cooperative maturity"),
    "projets": ("Fiche d’un projet", "Project record"),
}
_PARTS = {
    "raison_etre": ("Raison d’être", "Purpose"),
    "actions": ("Actions communes", "Joint actions"),
    "flux_eco": ("Flux économiques", "Economic flows"),
    "organisation": ("Organisation", "Organisation"),
    "vitalite": ("Vitalité", "Vitality"),
}
_NOT_ASKED = {"reponse_id", "source_id", "passage", "citation", "certitude", "langue", "cog_millesime",
              "categorie_juridique_insee"}  # fmt: skip
CONSENT_LABELS = (
    "J’accepte que mes réponses, sans mon nom, servent à la recherche.",
    "I agree that my answers, without my name, are used for research.",
)


@dataclass(frozen=True)
class Form:
    """A questionnaire.

    Attributes:
        table: table that its answers fill.
        survey: rows of sheet ``survey``, columns `SURVEY`.
        choices: rows of sheet ``choices``, columns `CHOICES`.
        settings: the row of sheet ``settings``.
    """

    table: str
    survey: tuple[Row, ...]
    choices: tuple[Row, ...]
    settings: Row


def build_form(codebook: Codebook, table: str) -> Form:
    """The questionnaire that fills a table: consent first, then its columns, in French and in English.

    Args:
        codebook: words, answers, rules.
        table: ``maturite`` (the cooperative-maturity survey) or ``projets`` (the project-register interview).

    Raises:
        EctError: there is no questionnaire for this table.

    >>> from ect_research import load_codebook
    >>> form = build_form(load_codebook(), "maturite")
    >>> [row["type"] for row in form.survey[:3]]
    ['today', 'select_one oui_non', 'begin_group']
    """
    if table not in _TITLES:
        raise EctError(
            f"Pas de questionnaire pour « {table} » (choisir parmi {', '.join(_TITLES)}).",
            f"No questionnaire for “{table}” (choose from {', '.join(_TITLES)}).",
        )
    asked = [variable for variable in codebook.columns(table) if variable.name not in _NOT_ASKED]
    dated = [variable for variable in asked if variable.name == "date"]
    survey = [_row("today", "date", dated[0].labels["fr"], dated[0].labels["en"])] if dated else []
    survey.append(_row(f"select_one {_YES_NO}", CONSENT, *CONSENT_LABELS) | {"required": "yes", "ect_pii": "consent"})
    survey.append(_row("begin_group", table, *_TITLES[table]) | {"relevant": f"${{{CONSENT}}} = 'oui'"})
    part = ""
    for variable in (variable for variable in asked if variable.name != "date"):
        own = next((name for name in _PARTS if table == "maturite" and variable.name.startswith(f"{name}_")), "")
        if own != part:
            survey += [{"type": "end_group"}] if part else []
            survey += [_row("begin_group", own, *_PARTS[own])] if own else []
            part = own
        survey.append(_question(variable))
    survey += [{"type": "end_group"}] * (2 if part else 1)
    filled = tuple(dict.fromkeys(SURVEY, "") | row for row in survey)
    used = dict.fromkeys(row["type"].split()[1] for row in filled if row["type"].startswith("select_"))
    choices = tuple(choice for name in used for choice in _answers(codebook, name))
    title, _ = _TITLES[table]
    settings = {"form_title": title, "form_id": f"ect_{table}", "default_language": FRENCH}
    return Form(table, filled, choices, settings)


_YES_NO = "oui_non"


def _row(kind: str, name: str, french: str, english: str) -> Row:
    return {"type": kind, "name": name, f"label::{FRENCH}": french, f"label::{ENGLISH}": english}


def _question(variable: Variable) -> Row:
    kind = f"{variable.type} {variable.list_name}" if variable.list_name else variable.type
    # A date is asked as a text: « automne 2024 » must be typable.
    row = _row("text" if kind == "date" else kind, variable.name, variable.labels["fr"], variable.labels["en"])
    row |= {f"hint::{FRENCH}": variable.hint, f"hint::{ENGLISH}": variable.hint_en, "ect_pii": variable.pii}
    row |= {"required": "yes" if variable.required == "oui" else variable.required, "relevant": variable.relevant}
    row |= {"constraint": variable.constraint, f"constraint_message::{FRENCH}": variable.constraint_message}
    row |= {f"constraint_message::{ENGLISH}": variable.constraint_message_en}
    return row | {"appearance": "multiline" if variable.pii == "texte_libre" else ""}


def _answers(codebook: Codebook, name: str) -> Iterator[Row]:
    english = codebook.labels(name, "en")
    for code, french in codebook.labels(name, "fr").items():
        yield {"list_name": name, "name": code, f"label::{FRENCH}": french, f"label::{ENGLISH}": english[code]}


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

    Errors: an untranslated text, an expression that cannot be read or names an unknown question (pyxform finds neither
    without Java), a list without answers, a name or code used twice or badly written, a group left open. Warnings: the
    names and codes that LimeSurvey would refuse (question names without ``_`` and of 20 signs at most, answer codes of 5).

    >>> from ect_research import load_codebook
    >>> [problem for problem in find_form_problems(build_form(load_codebook(), "projets")) if problem.niveau == "erreur"]
    []
    """
    return [*_survey_problems(form), *_choice_problems(form), *_limesurvey_problems(form)]


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
            yield FormProblem("survey", line, name, f"la liste « {kind.partition(' ')[2]} » n’a pas de réponses")
        yield from _untranslated("survey", line, row, ("label", "hint", "constraint_message"))
        yield from _broken_expressions(line, row, known)
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
                yield FormProblem("survey", line, row["name"], f"{part} : la question « {name} » n’existe pas")
    if row["constraint"] and not row[f"constraint_message::{FRENCH}"]:
        yield FormProblem("survey", line, row["name"], "une contrainte sans message laisse sans remède")


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
            code = row["name"].replace("_", "")
            if code in short:
                yield FormProblem("survey", line, row["name"], f"LimeSurvey le confondrait avec « {short[code]} »")
            short[code] = row["name"]
            if code != row["name"] or len(code) > 20:
                yield FormProblem(
                    "survey", line, row["name"], f"LimeSurvey veut un nom comme « {code[:20]} »", "alerte"
                )
    for line, choice in enumerate(form.choices, 2):
        if len(choice["name"]) > 5:
            yield FormProblem("choices", line, choice["name"], "LimeSurvey veut un code de 5 signes au plus", "alerte")


def form_markdown(form: Form) -> str:
    """The form as the Markdown tables that pyxform also reads, so that git shows what changed."""
    parts = []
    for sheet, columns, rows in (
        ("survey", SURVEY, form.survey),
        ("choices", CHOICES, form.choices),
        ("settings", tuple(form.settings), (form.settings,)),
    ):
        parts += [f"| {sheet} |", "| | " + " | ".join(columns) + " |"]
        parts += ["| | " + " | ".join(row[name].replace("|", "\\|") for name in columns) + " |" for row in rows]
    return "\n".join(parts) + "\n"
