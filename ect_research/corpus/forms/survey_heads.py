"""What the header cells of a questionnaire export say: a column, a box to tick, the text beside « autre », or consent.

KoboToolbox writes ``themes``, ``groupe/themes/reemploi`` or their labels; LimeSurvey ``themes[SQ001]``, ``themes_SQ001``
(its « VV » export), ``Thèmes [Réemploi]`` or ``themes[SQ001]. Thèmes [Réemploi]``, spaces changed to ``_`` on request.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from ect_research.codebook.codebook import Codebook
from ect_research.codebook.xlsform import CONSENT, CONSENT_LABELS, plain_name, short_codes
from ect_research.corpus.reading.header_rows import column_words
from ect_research.corpus.text.raw_table import fold

_OTHER = {"other", "autre", "autreprecisez", "others"}
_JOINTS = re.compile(r"[/.:>|-]+")
_CODE = re.compile(r"[a-z][a-z0-9_]*")
_BRACKET = re.compile(r"(.+?)\s*\[(.+)\]")
_CODE_AND_TEXT = re.compile(r"(\S+?)(?:\. |: | - |\t|\|)(.+)", re.DOTALL)
LIMESURVEY = {"submitdate", "lastpage", "startlanguage", "datedesoumission", "datesubmitted", "dernierepage"}
REVIEWS = {"reviewstate", "systemreviewstate", "validationstatus", "validationstatusuid", "validationstatuslabel",
           "etatdevalidation"}  # fmt: skip
IDENTIFIERS = ("_uuid", "meta/instanceid", "meta-instanceid", "instanceid", "key", "id", "_id", "response id",
               "id de la reponse")  # fmt: skip


@dataclass(frozen=True)
class Head:
    """What one header cell says."""

    # ``colonne``, ``case`` (one answer of several, ticked or not), ``autre`` (the text beside it) or ``accord``
    kind: Literal["colonne", "case", "autre", "accord"]
    name: str  # the column, ``""`` for the question of consent when it fills none
    code: str = ""  # the answer that the box ticks


def squash(text: str) -> str:
    """A text reduced to its letters and digits, for headers whose spaces and signs an export changed.

    >>> squash("Thèmes_du_projet ")
    'themesduprojet'
    """
    return re.sub(r"[^a-z0-9]", "", fold(text))


class Heads:
    """Every way in which an export may head the columns of one table."""

    def __init__(self, codebook: Codebook, table: str) -> None:
        variables = codebook.columns(table)
        self.variables = {variable.name: variable for variable in variables}
        self.exact = column_words(codebook, table)
        self.words = {squash(variable.name): variable.name for variable in variables}
        for variable in variables:
            self.words.setdefault(plain_name(variable.name).lower(), variable.name)
        for language in ("fr", "en"):
            for variable in variables:
                self.words.setdefault(squash(variable.labels[language]), variable.name)
        self.codes = {v.name: answer_words(codebook, v.list_name) for v in variables if v.list_name}
        self.consents = {squash(CONSENT), *map(squash, CONSENT_LABELS)}

    def find(self, head: str, *, limesurvey: bool = False) -> Head | None:
        """What a header cell says, or None when it is no question of the table.

        ``themes_autre`` is a column when it is written so, but a box in LimeSurvey, whose names hold no ``_``.
        """
        readings = list(_readings(head, self.variables, limesurvey=limesurvey))
        for joint in ("/.:>|_-", "/.:>|_-") if limesurvey else ("/.:>|-", "/.:>|_-"):
            for text in readings:
                if squash(text) in self.consents:
                    return Head("accord", "")
                if not limesurvey and (name := self.exact.get(fold(text), "")):
                    return self._column(name)
                if box := self._box(text, joint):
                    return box
                if name := self.words.get(squash(text), ""):
                    return self._column(name)
        return None

    def _column(self, name: str) -> Head:
        return Head("accord" if self.variables[name].pii == "consent" else "colonne", name)

    def _box(self, text: str, joints: str) -> Head | None:
        """A head in two parts, the second of which is an answer, « autre », or a question of its own."""
        for first, second in _pairs(text, joints):
            name = next(
                (self.words[w] for part in _readings(first, self.variables) if (w := squash(part)) in self.words), ""
            )
            known = self.codes.get(name, {})
            if squash(second) == "other" and known and known.get("other") != "other":
                return Head("autre", name)
            if name and self.variables[name].type == "select_multiple" and (code := known.get(squash(second))):
                return Head("case", name, code)
            if known and squash(second) in _OTHER:
                return Head("autre", name)
            if (
                name == first
                and "/" in text
                and self.variables[name].type == "select_multiple"
                and _CODE.fullmatch(second)
            ):
                return Head("case", name, second)  # a code of the corpus, which the shipped lists do not know
            alone = self.words.get(squash(second)) if not name and text.endswith("]") else None
            if alone or (not name and (alone := self.words.get(squash(first + second)))):
                return self._column(alone)
        return None


def answer_words(codebook: Codebook, list_name: str) -> dict[str, str]:
    """What an export may write for each code of a list: ``{squashed code, label or LimeSurvey code: code}``."""
    codes = codebook.codes(list_name)
    words = {squash(code): code for code in codes}
    for language in ("fr", "en"):
        for code, label in codebook.labels(list_name, language).items():
            words.setdefault(squash(label), code)
    for code, short in short_codes(codes).items():
        words.setdefault(short.lower(), code)
    if "autre" in codes:
        words |= {word: "autre" for word in ("oth", "other") if word not in words}
    if set(codes) == {"oui", "non"}:
        words |= {"y": "oui", "n": "non"}
    words.pop("", None)
    return words


def _readings(head: str, names: Collection[str], *, limesurvey: bool = False) -> Iterator[str]:
    """A head whole, then without the code or the groups that an export puts before it.

    Groups are cut at any ``/``; at another sign only before the very name of a question (ODK: ``groupe-question``).
    """
    yield head
    if limesurvey and (said := _CODE_AND_TEXT.fullmatch(head)):
        yield said[1]
        yield said[2]
    for joint in _JOINTS.finditer(head):
        rest = head[joint.end() :]
        if rest and ("/" in joint[0] or re.split(r"[/.:>|[-]", rest)[0] in names):
            yield rest


def _pairs(text: str, joints: str) -> Iterator[tuple[str, str]]:
    if match := _BRACKET.fullmatch(text):
        yield match[1], match[2]
        return
    for joint in reversed(list(re.finditer(f"[{joints}]+", text))):
        if text[: joint.start()] and text[joint.end() :]:
            yield text[: joint.start()], text[joint.end() :]
