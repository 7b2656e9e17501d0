"""The last look at what leaves: names of persons, e-mails, telephones and home folders in every file under outputs/.

Names are found by exact comparison with the known ones, folded for case, accents, order and entities: a statistical
reader of names cannot prove an absence, this can, for the names it knows. What is drawn only as pixels cannot be read
back: the words of a figure are looked at before it is drawn (`texts_of_figure`).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ect_research.errors import EctError
from ect_research.gate.file_texts import NO_LINES, UNREADABLE, texts_of
from ect_research.gate.known_names import KnownNames, folded_words, names_of_folders, respelt
from ect_research.words import Told

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ALONE = Told("nom de famille seul")
# In these patterns the first sign comes first: a set to search for, where a look behind at every place takes ten times as long.
_AT = (
    r"[@＠\s\[({<](?<=[\w.+-](?s:.))"
    r"(?:(?<=[@＠])|(?:(?<=\s)[\[({<]|(?<=[\[({<]))(?:@|at|a|à|arobase)[\])}>]\s?|(?<=\s)(?:arobase|AT)\s)"
)
_DOT = r"(?:\.|\s?[\[(](?:\.|dot|point)[\])]\s?|\s(?:point|DOT)\s)"
_MAIL = re.compile(rf"{_AT}[\w-]+(?:{_DOT}[\w-]+)*{_DOT}[a-z]{{2,}}", re.IGNORECASE)
_BEFORE_AT, _LONGEST_BEFORE_AT = re.compile(r"[\w.+-]+\Z"), 64
_CODE = re.compile(  # a digest, a unique identifier, the name that matplotlib gives to a part of a drawing
    r"(?:[0-9a-f]{32,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?:id=\"|#)(?:[a-zA-Z]|image|glyph|C[0-9a-f]+_[0-9a-f]+_)[0-9a-f]{10})\Z"
)
_LONGEST_CODE = 128
_GAP = r"[ .\-/·_\u00a0\u202f\u2009]"
_PHONE = re.compile(
    r"(?:0(?<!\d0)(?<!\d[.,]0)[1-9]\)?(?:( {1,2}| ?[.\-/·_–] ?|[\u00a0\u202f\u2009])"
    r"(?:\d\d(?:\1\d\d){3}|\d\d\1\d\d\1\d{4}|\d{3}\1\d{3}\1\d\d|\d\d\1\d{3}\1\d{3}|\d{4}\1\d{4})|\d{8})"
    rf"|(?:\+(?<![\d.,]\+)|00(?<![\d.,]00))(?:33|41){_GAP}?(?:\(0\){_GAP}?)?[1-9](?:{_GAP}?\d){{8}}"
    rf"|\+(?<![\d.,]\+)(?:32|34|39|44|49|262|352|59[046]){_GAP}?(?:\(0\){_GAP}?)?[1-9](?:{_GAP}?\d){{7,10}})"
    r"(?![.,]?\d|[^\W\d_])"
)
_HOME = re.compile(
    r"(?:/home/|/Users/|\\+(?:Users|homes|Documents and Settings)\\+)(?!runner\b|Public\b)[^\s/\\\"'<>]+"
)
_BANK = re.compile(r"[A-Z](?<![^\W_][A-Z])[A-Z]\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?(?![^\W_])")
_INSEE = re.compile(r"[12](?<![\d.,][12])[ .]?\d\d[ .]?\d\d[ .]?\d[\dAB][ .]?\d{3}[ .]?\d{3}[ .]?\d\d(?![.,]?\d)")
_PLATE = re.compile(r"[A-HJ-NP-TV-Z](?<![\w-][A-Z])[A-HJ-NP-TV-Z]-\d{3}-[A-HJ-NP-TV-Z]{2}(?![\w-])")
# With what a text must hold for the pattern to be worth trying.
_PATTERNS = (
    (Told("courriel"), ("@", "＠", "(a", "[a", "{a", "<a", "(A", "[A", "robase", " AT "), _MAIL),
    (Told("téléphone"), ("0", "+"), _PHONE),
    (Told("dossier personnel"), ("/home", "Users", "\\homes", "Settings"), _HOME),
    ("IBAN", ("",), _BANK),
    (Told("numéro de sécurité sociale"), ("1", "2"), _INSEE),
    (Told("plaque d’immatriculation"), ("-",), _PLATE),
)
_FILE_ENDINGS = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".pdf", ".css", ".js")


@dataclass(frozen=True)
class Leak:
    """Something that must not have left."""

    file: str  # where, relative to the folder of outputs
    # ``nom de personne, pseudonyme d’une personne``, a key of `_PATTERNS`, an archive nobody can open, or `ALONE`
    nature: str
    extract: str  # what, masked
    line: int = 0  # where in the file, 0 when it has no lines or the whole is meant

    @property
    def fails(self) -> bool:
        """Whether nothing may be published with it; what does not fail is to be read by a person."""
        return self.nature != ALONE

    def sentence(self) -> str:
        """What a person is told.

        >>> Leak("tables/a.csv", "nom de personne", "L… D…").sentence()
        'tables/a.csv : nom de personne (L… D…)'
        """
        place = Told("{file}, ligne {line}", file=self.file, line=self.line) if self.line else self.file
        return Told("{place} : {nature} ({extract})", place=place, nature=self.nature, extract=self.extract)


def leaks_of(
    data: bytes, known: KnownNames, waived: tuple[str, ...] = (), *, shown: str, clean: set[str] | None = None
) -> list[Leak]:
    """The leaks of one file, each once, then the family names alone; its name (``shown``) is read too.

    Texts of ``clean`` are passed over; those of a file without leaks join them.
    """
    found: dict[tuple[str, str], None] = {}
    alone: dict[str, None] = {}
    read: set[str] = set()
    clean = set() if clean is None else clean
    try:
        for text in itertools.chain((shown.replace("/", " . "),), texts_of(data, shown)):
            if len(text) < 4 or text in read or text in clean:
                continue
            read.add(text)
            for said in (text, *respelt(text)):
                words = folded_words(said) if known.by_first_word or known.pseudonyms else []
                found.update(dict.fromkeys(_leaks(said, words, known, waived)))
                if known.may_be_alone(words):
                    alone.update(dict.fromkeys(known.families_alone(said)))
    except UNREADABLE as error:
        found[Told("archive illisible, à ouvrir et à lire"), type(error).__name__] = None
    if not found and not alone:
        clean |= read
    lines = data.decode("utf-8", "replace").splitlines() if alone and not data.startswith(NO_LINES) else []
    return [
        *(Leak(shown, *one) for one in found),
        *(
            Leak(
                shown,
                ALONE,
                name,
                next((at for at, line in enumerate(lines, 1) if name in known.families_alone(line)), 0),
            )
            for name in alone
        ),
    ]


def search_files(folders: Iterable[Path], files: Iterable[tuple[str, Path | bytes]]) -> list[Leak]:
    """What must not leave, in files told by name shown and place or content, and the family names alone, to be read."""
    names, allowed = names_of_folders(folders)
    known, clean = KnownNames.of(names, allowed, _pseudonyms(names)), set[str]()
    return [
        leak
        for name, file in files
        for leak in leaks_of(
            file if isinstance(file, bytes) else file.read_bytes(), known, allowed, shown=name, clean=clean
        )
    ]


def _pseudonyms(names: list[str]) -> list[str]:
    """The keyed pseudonyms of some names, where the key is at hand."""
    from ect_research.corpus.people.consent import pseudonym
    from ect_research.corpus.people.secret_key import read_key

    with suppress(EctError):
        key = read_key() if names else b""
        return [pseudonym(name, key) for name in names]
    return []


def texts_of_figure(figure: Figure) -> list[str]:
    """Every text drawn on a figure, ticks included, then all of them as one (a name may be cut between two)."""
    from matplotlib.text import Text

    said = [artist.get_text() for artist in figure.findobj(Text) if isinstance(artist, Text)]
    return [*said, " ".join(said)]


def _leaks(text: str, words: list[str], known: KnownNames, waived: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for name in known.among(words, text):
        yield Told("nom de personne"), name
    if not known.pseudonyms.isdisjoint(words):
        yield Told("pseudonyme d’une personne"), Told("lignes de personnes montrées")
    for nature, signs, pattern in _PATTERNS:
        if any(map(text.__contains__, signs)):
            for match in pattern.finditer(text):
                found = _before_at(text, match.start()) + match[0] if nature == "courriel" else match[0]
                if found not in waived and not _innocent(nature, found) and not _ends_a_code(text, match):
                    yield nature, f"{found[:3]}…"


def _before_at(text: str, at: int) -> str:
    found = _BEFORE_AT.search(text, max(0, at - _LONGEST_BEFORE_AT), at)
    return found[0] if found else ""


def _ends_a_code(text: str, match: re.Match[str]) -> bool:
    """Whether a number is the end of a code that a program made: one in some thousands ends like a telephone."""
    return _CODE.search(text[max(0, match.start() - _LONGEST_CODE) : match.end()]) is not None


def _innocent(nature: str, found: str) -> bool:
    """What only looks like an address or a number: ``git@…``, ``logo@2x.png``, a list of weeks, a wrong control key."""
    if nature == "courriel":
        return found.startswith("git@") or found.lower().endswith(_FILE_ENDINGS)
    plain = re.sub(r"\W", "", found)
    if nature == "IBAN":
        return int("".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])) % 97 != 1
    if nature == "numéro de sécurité sociale":  # Corsica, 2A and 2B, counts as 19 and 18
        number, key = plain[:-2].replace("2A", "19").replace("2B", "18"), int(plain[-2:])
        return not number.isdecimal() or 97 - int(number) % 97 != key
    if nature != "téléphone" or not re.fullmatch(r"0\d(?:\D\d\d){4}", found):
        return False
    pairs = [int(pair) for pair in re.findall(r"\d\d", found)]
    steps = [after - before for before, after in itertools.pairwise(pairs)]
    # Weeks or months told one after the other (« 06 12 18 24 30 »); no number of a place has 0 after its region.
    counted = len(set(steps[1:])) == 1 and steps[1] > 0 and pairs[1] % steps[1] == 0 and pairs[0] <= steps[1]
    return counted or (pairs[0] <= 5 and pairs[1] < 10 and min(steps) > 0)
