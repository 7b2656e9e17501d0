"""Questionnaires for KoboToolbox and ODK (XLSForm), generated from the codebook; `form_check` checks them.

The codebook is the source, the form is never edited by hand: answers come back under the names of the codebook. LimeSurvey
takes question codes of letters and digits (20 at most, no ``_``) and answer codes of 5 (``Question.php``, ``Answer.php``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ect_research.codebook.codebook import Codebook, Variable, shipped_tables
from ect_research.errors import EctError

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
PARTS = {
    "raison_etre": ("Raison d’être", "Purpose"),
    "actions": ("Actions communes", "Joint actions"),
    "flux_eco": ("Flux économiques", "Economic flows"),
    "organisation": ("Organisation", "Organisation"),
    "vitalite": ("Vitalité", "Vitality"),
}
_NOT_ASKED = {"reponse_id", "source_id", "passage", "citation", "certitude", "langue", "cog_millesime",
              "categorie_juridique_insee"}  # fmt: skip
REPEATS = {"projets": {"evenements": ("type_evenement", "date_debut", "date_fin", "description")}}
CONSENT_LABELS = (
    "J’accepte que mes réponses, sans mon nom, servent à la recherche.",
    "I agree that my answers, without my name, are used for research.",
)
LONGEST_NAME, LONGEST_CODE = 20, 5


@dataclass(frozen=True)
class Form:
    """A questionnaire."""

    table: str  # table that its answers fill
    survey: tuple[Row, ...]  # rows of sheet ``survey``, columns `SURVEY`
    choices: tuple[Row, ...]  # rows of sheet ``choices``, columns `CHOICES`
    settings: Row  # the row of sheet ``settings``


def has_form(codebook: Codebook, table: str) -> bool:
    """Whether there is a questionnaire for a table: one of the package's, or any table that a corpus declares.

    >>> from ect_research.codebook.load_codebook import load_codebook
    >>> has_form(load_codebook(), "maturite"), has_form(load_codebook(), "codages")
    (True, False)
    """
    return table in _TITLES or (table in codebook.table_names and table not in shipped_tables())


def build_form(codebook: Codebook, table: str) -> Form:
    """The questionnaire that fills a table: consent first, then its columns, in French and in English.

    ``maturite`` (the cooperative-maturity survey), ``projets`` (the project-register interview), or one of the corpus.

    >>> from ect_research.codebook.load_codebook import load_codebook
    >>> form = build_form(load_codebook(), "maturite")
    >>> [row["type"] for row in form.survey[:3]]
    ['today', 'select_one oui_non', 'begin_group']
    """
    if not has_form(codebook, table):
        known = [name for name in codebook.table_names if has_form(codebook, name)]
        raise EctError(
            "Pas de questionnaire pour « {table} » (choisir parmi {titles}).", table=table, titles=", ".join(known)
        )
    french, english = _TITLES.get(table) or (codebook.table_label(table, "fr"), codebook.table_label(table, "en"))
    asked = [variable for variable in codebook.columns(table) if variable.name not in _NOT_ASKED]
    if table not in _TITLES:  # the tool names its rows, and asks for consent itself
        asked = [variable for variable in asked if variable.key != "cle" and variable.pii != "consent"]
    dated = [variable for variable in asked if variable.name == "date"]
    survey = [_row("today", "date", dated[0].labels["fr"], dated[0].labels["en"])] if dated else []
    survey.append(_row(f"select_one {_YES_NO}", CONSENT, *CONSENT_LABELS) | {"required": "yes", "ect_pii": "consent"})
    survey.append(_row("begin_group", table, french, english) | {"relevant": f"${{{CONSENT}}} = 'oui'"})
    part = ""
    for variable in (variable for variable in asked if variable.name != "date"):
        own = next((name for name in PARTS if table == "maturite" and variable.name.startswith(f"{name}_")), "")
        if own != part:
            survey += [{"type": "end_group"}] if part else []
            survey += [_row("begin_group", own, *PARTS[own])] if own else []
            part = own
        survey.append(_question(variable))
    survey += [{"type": "end_group"}] if part else []
    survey += [row for repeated, asked in REPEATS.get(table, {}).items() for row in _repeat(codebook, repeated, asked)]
    survey.append({"type": "end_group"})
    filled = tuple(dict.fromkeys(SURVEY, "") | row for row in survey)
    used = dict.fromkeys(row["type"].split()[1] for row in filled if row["type"].startswith("select_"))
    choices = tuple(choice for name in used for choice in _answers(codebook, name))
    settings = {"form_title": french, "form_id": f"ect_{table}", "default_language": FRENCH}
    return Form(table, filled, choices, settings)


_YES_NO = "oui_non"


def _repeat(codebook: Codebook, table: str, asked: tuple[str, ...]) -> Iterator[Row]:
    """Questions asked once for each row of a second table: the dated facts of a project."""
    yield _row("begin_repeat", table, codebook.table_label(table, "fr"), codebook.table_label(table, "en"))
    yield from (_question(codebook.variables[table, name]) for name in asked)
    yield {"type": "end_repeat"}


def asked_when(form: Form) -> dict[str, tuple[str, ...]]:
    """``{question: conditions}``, those of the groups around it first, empty when it is always asked.

    A blank answer is missing only when all of them hold; otherwise the question was not asked.

    >>> from ect_research.codebook.load_codebook import load_codebook
    >>> asked_when(build_form(load_codebook(), "maturite"))["vitalite_1"]
    ("${accord_recherche} = 'oui'",)
    """
    around: list[str] = []
    found = {}
    for row in form.survey:
        if row["type"].startswith("begin"):
            around.append(row["relevant"])
        elif row["type"].startswith("end"):
            del around[-1:]
        else:
            found[row["name"]] = tuple(filter(None, (*around, row["relevant"])))
    return found


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


def plain_name(name: str) -> str:
    """The name of a question as LimeSurvey takes it.

    >>> plain_name("raison_etre_1")
    'raisonetre1'
    """
    return re.sub(r"[^A-Za-z0-9]", "", name)[:LONGEST_NAME]


def short_codes(codes: Iterable[str]) -> dict[str, str]:
    """A code of five signs at most for each code of a list; those that fit are kept.

    A code already short is never given to another; two codes that begin alike are told apart by a digit, in their order.

    >>> short_codes(["nsp", "alimentation", "alimentaire", "lien_social"])
    {'nsp': 'nsp', 'alimentation': 'alime', 'alimentaire': 'alim2', 'lien_social': 'liens'}
    """
    asked = list(codes)
    taken = {code for code in asked if _fits(code)}
    found = {}
    for code in asked:
        short = code
        if not _fits(code):
            plain, rank = re.sub(r"[^A-Za-z0-9]", "", code), 1
            short = plain[:LONGEST_CODE]
            while short in taken:
                rank += 1
                short = f"{plain[: LONGEST_CODE - len(str(rank))]}{rank}"
            taken.add(short)
        found[code] = short
    return found


def _fits(code: str) -> bool:
    return re.fullmatch(rf"[A-Za-z0-9]{{1,{LONGEST_CODE}}}", code) is not None


def limesurvey_codes(form: Form) -> list[dict[str, str]]:
    """What to type in LimeSurvey: ``genre, liste, nom, limesurvey, libelle`` of each question and answer.

    >>> from ect_research.codebook.load_codebook import load_codebook
    >>> from ect_research.codebook.xlsform import build_form
    >>> limesurvey_codes(build_form(load_codebook(), "maturite"))[1]["limesurvey"]
    'repondantid'
    """
    label = next(name for name in form.survey[0] if name.startswith("label"))
    rows = [
        {"genre": "question", "liste": row["type"].partition(" ")[2], "nom": row["name"],
         "limesurvey": plain_name(row["name"]), "libelle": row[label]}
        for row in form.survey
        if row["name"] and not row["type"].startswith(("begin", "today"))
    ]  # fmt: skip
    for name in dict.fromkeys(choice["list_name"] for choice in form.choices):
        answers = {choice["name"]: choice[label] for choice in form.choices if choice["list_name"] == name}
        short = short_codes(answers)
        rows += [
            {"genre": "réponse", "liste": name, "nom": code, "limesurvey": short[code], "libelle": text}
            for code, text in answers.items()
        ]
    return rows
