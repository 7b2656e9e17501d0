"""Short names and codes for LimeSurvey, derived from those of the codebook, so that its answers come back as our codes.

LimeSurvey takes question codes of letters and digits (20 at most, no ``_``) and answer codes of 5 letters or digits
(``Question.php`` and ``Answer.php`` of its source); ours are longer and say what they mean.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ect_research.codebook.forms.xlsform import Form

LONGEST_NAME, LONGEST_CODE = 20, 5


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
    """What to type in LimeSurvey for each question and each answer of a form.

    Returns:
        rows ``genre`` (question or réponse), ``liste``, ``nom``, ``limesurvey``, ``libelle`` (French), in the form's order.

    >>> from ect_research.codebook.load_codebook import load_codebook
    >>> from ect_research.codebook.forms.xlsform import build_form
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
