"""One cell against its column: the value in the codebook's terms, or the problem. Sure repairs are said, never silent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches

from ect_research.codebook.codebook import Codebook, Variable
from ect_research.codebook.load_codebook import LISTS, OPEN_LISTS
from ect_research.corpus.text import dates
from ect_research.corpus.text.numbers import EXPECTED, MOST, likely_number, parse_number
from ect_research.corpus.text.raw_table import fold
from ect_research.words import Told, joined, labelled

_PART, _MEANT = 5, 3  # letters that may name an answer by a part of it, answers then offered
_CODE_SEPARATORS = re.compile(r"[\s,;|]+")
_LABEL_SEPARATORS = re.compile(r"\s*[;|]\s*")
_DIGITS = re.compile(r"\d+")
_SHOWN = 100


@dataclass(frozen=True)
class Repair:
    """A sure repair: ``OUI `` read as ``oui``, a label typed for its code."""

    before: str
    after: str


@dataclass(frozen=True)
class Bad:
    """Why a cell cannot be read, in French."""

    problem: str
    expected: str
    suggestion: str = ""


@dataclass(frozen=True)
class Parsed:
    """A cell in the codebook's terms."""

    value: object  # str, float, int, `dates.FuzzyDate` or tuple of codes
    repair: Repair | None = None  # what was repaired, or None


def parse_cell(text: str, variable: Variable, known: Known | None) -> Parsed | Bad:
    """Read one non-blank, stripped cell; ``known`` holds the answers of its list, None when the column has none."""
    if known is not None and variable.type == "select_one":
        return _one_code(text, Told(labelled(variable.labels)), known)
    if known is not None and variable.type == "select_multiple":
        return _several_codes(text, Told(labelled(variable.labels)), known)
    if variable.key.startswith("refs:"):
        return Parsed(tuple(dict.fromkeys(part for part in _CODE_SEPARATORS.split(text) if part)))
    if variable.type == "date":
        found = dates.parse_date(text)
        if isinstance(found, dates.DateProblem) and found.sure:
            return Parsed(dates.parse_date(found.suggestion), Repair(text, found.suggestion))
        if isinstance(found, dates.DateProblem):
            return Bad(found.reason, dates.EXPECTED, dates.spelt_out(found.suggestion))
        return Parsed(found)
    if variable.type in ("integer", "decimal"):
        return _number(text, whole=variable.type == "integer")
    return Parsed(text)


def _number(text: str, *, whole: bool) -> Parsed | Bad:
    value = parse_number(text)
    if value is None:
        return Bad("ce n’est pas un nombre", EXPECTED, likely_number(text))
    if abs(value) >= MOST:
        return Bad("nombre trop grand pour être lu au chiffre près", EXPECTED)
    if whole and not value.is_integer():
        return Bad("ce n’est pas un nombre entier", "un nombre entier")
    return Parsed(int(value) if whole else value)


class Known(dict[str, str]):
    """What people may type for each code of a list: ``{folded code or label: code}``.

    Attributes:
        labels: ``{code: label}``, as the drop-down list shows them.
        open: whether the workbook lets people add their own.
        usual: ``{folded word: codes}``: words that are no answer, and tell which one was meant.
    """

    def __init__(self, codebook: Codebook, list_name: str) -> None:
        super().__init__((fold(code), code) for code in codebook.codes(list_name))
        self.open = list_name in OPEN_LISTS
        french, english = codebook.labels(list_name, "fr"), codebook.labels(list_name, "en")
        self.labels = {code: Told(labelled({"fr": label, "en": english[code]})) for code, label in french.items()}
        for labels in (french, english):
            for code, label in labels.items():
                self.setdefault(fold(label), code)
        self.usual: dict[str, list[str]] = {}
        for code, words in codebook.words(list_name).items():
            for word in words:
                self.usual.setdefault(fold(word), []).append(code)

    def shown(self, code: str) -> str:
        """An answer as the drop-down list shows it, and its code where that is another word."""
        label = self.labels[code]
        if fold(label) == fold(code):
            return Told("« {label} »", label=label)
        return Told("« {label} » ({code})", label=label, code=code)

    def meant(self, text: str) -> list[str]:
        """The codes that a text which is no answer may mean: by a usual word first, else by its spelling."""
        plain = fold(text)
        words = [plain, *re.split(r"[^\w-]+", plain)]
        head = self.get(re.split(r"\s*(?:[:(,?!]|$)", plain)[0], "")  # « Autre : le jeu », « oui, mais »
        usual = [head] * bool(head) or [code for word in words for code in self.usual.get(word, ())]
        near = [] if usual else [self[word] for word in get_close_matches(plain, list(self), n=1, cutoff=0.6)]
        part = plain.rstrip("s") if len(plain) >= _PART else ""
        holding = [] if usual or near or not part else [code for word, code in self.items() if part in word]
        return list(dict.fromkeys(usual or near or holding[:_MEANT]))

    def meant_each(self, text: str) -> str:
        """The answers that texts between commas mean, as the cell has to write them; ``""`` when one of them is not sure."""
        means = [self.meant(part) for part in text.split(",") if part.strip()]
        if len(means) < 2 or any(len(found) != 1 for found in means):
            return ""
        return Told("écrire « {answers} »", answers=joined(Told(" ; "), (self.labels[found[0]] for found in means)))


def _one_code(text: str, label: str, known: Known) -> Parsed | Bad:
    if text in known and known[text] == text:
        return Parsed(text)
    code = known.get(fold(text).strip(" ;,."))
    if code is not None:
        return Parsed(code, Repair(text, code))
    return Bad(Told("« {text} » n’est pas dans la liste « {label} »", text=text, label=label), _allowed(known),
        _closest(text, known) or _own_code(known))  # fmt: skip


def _several_codes(text: str, label: str, known: Known) -> Parsed | Bad:
    for separators in (_CODE_SEPARATORS, _LABEL_SEPARATORS):
        parts = [part for part in separators.split(text.strip(" ;,|")) if part]
        codes = [known.get(fold(part)) for part in parts]
        if all(codes):
            found = tuple(dict.fromkeys(code for code in codes if code))
            clean = " ".join(found)
            return Parsed(found, None if _CODE_SEPARATORS.split(text) == list(found) else Repair(text, clean))
    if (listed := _between_commas(text, known)) is not None:
        return Parsed(listed, Repair(text, " ".join(listed)))
    unknown = [part for part in _LABEL_SEPARATORS.split(text.strip(" ;,|")) if fold(part) not in known]
    whole = unknown[0] if len(unknown) == 1 else ""
    pieces = [part for part in _CODE_SEPARATORS.split(whole) if part] if whole and not _closest(whole, known) else []
    if any(fold(part) in known for part in pieces):
        unknown = [part for part in pieces if fold(part) not in known]
    said = joined(", ", (Told("« {label} »", label=part) for part in unknown))
    return Bad(
        Told("{told} : pas dans la liste « {label} »", told=said, label=label),
        Told("des réponses séparées par « ; » : ") + _allowed(known),
        known.meant_each(whole)
        or joined(Told(" ; "), dict.fromkeys(filter(None, (_closest(part, known) for part in unknown))))
        or _own_code(known),
    )  # fmt: skip


def _between_commas(text: str, known: Known) -> tuple[str, ...] | None:
    """Labels separated by commas, some of which hold commas themselves; None when one of them is no label."""
    parts = [part.strip() for part in text.strip(" ;,|").split(",")]
    found: list[str] = []
    while parts:
        for size in range(len(parts), 0, -1):
            code = known.get(fold(", ".join(parts[:size])))
            if code is not None:
                found.append(code)
                parts = parts[size:]
                break
        else:
            return None
    return tuple(dict.fromkeys(found))


def _allowed(known: Known) -> str:
    labels = list(known.labels.values())
    shown = [label for rank, label in enumerate(labels) if len(" ; ".join(labels[: rank + 1])) <= _SHOWN]
    rest = "" if len(shown) == len(labels) else Told("… ({n} réponses, feuille « codes »)", n=len(labels))
    return joined(Told(" ; "), shown) + rest


def _own_code(known: Known) -> str:
    """A territory has programmes and themes of its own."""
    if known.open:
        return Told("choisir dans la liste, ou l’y ajouter : une ligne de la feuille « {LISTS} » du classeur",
            LISTS=LISTS)  # fmt: skip
    return Told("choisir dans la liste")


def _closest(text: str, known: Known) -> str:
    found = [known.shown(code) for code in known.meant(text)]
    if not found:
        return ""
    either = joined(", ", found[:-1]) + Told(" ou ") + found[-1] if found[1:] else found[0]
    return Told("vouliez-vous dire {either} ?", either=either)


def _numbered(text: str) -> tuple[str, list[int]]:
    """A code as people mean it: « P3 » is « P03 », « RA2025 » is « RA25 »."""
    numbers = [int(number) for number in _DIGITS.findall(text)]
    return _DIGITS.sub("#", fold(text)), [number - 2000 if 2000 < number < 2100 else number for number in numbers]


def suggest(text: str, among: list[str]) -> str:
    """« vouliez-vous dire … ? » when a known word is near, else ``""``.

    >>> suggest("projet", ["projets", "acteurs"])
    'vouliez-vous dire « projets » ?'
    >>> suggest("P13", ["P12", "P53"]), suggest("P3", ["P03", "P13"])
    ('', 'vouliez-vous dire « P03 » ?')
    """
    if same := [word for word in among if _numbered(word) == _numbered(text) and word != text]:
        return Told("vouliez-vous dire « {same} » ?", same=same[0])
    among = [word for word in among if _DIGITS.sub("", word) != _DIGITS.sub("", text) or text == word]
    folded = {fold(word): word for word in among}
    found = get_close_matches(fold(text), list(folded), n=1, cutoff=0.6)
    return Told("vouliez-vous dire « {folded} » ?", folded=folded[found[0]]) if found else ""
