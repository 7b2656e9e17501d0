"""The names of persons that nobody may read in what leaves, in every way they are written; a family name alone, to read.

A family name alone is a village, a word or a cousin as often as a person: it fails nothing, it is told with its line. A text
is read again as programs and people escape, encode, cut, space or damage it, each reading where its sign stands.
"""

from __future__ import annotations

import base64
import html
import itertools
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from urllib.parse import unquote

from ect_research.corpus.people.direct_names import family_name, name_parts
from ect_research.corpus.text.raw_table import fold

_ESCAPED = re.compile(r"\\(?:u\{?([0-9a-fA-F]{2,5})\}?|x([0-9a-fA-F]{2}))")
_OCTAL = re.compile(r"(?:\\[0-3][0-7]{2})+")
_RTF = re.compile(r"\\'([0-9a-f]{2})")
_LATEX = re.compile(r"\{?\\[`'^\"]\{?([A-Za-z])\}{0,2}")
_PRINTABLE = re.compile(r"=([0-9A-F]{2})")
_CODE = re.compile(r"%[0-9A-Fa-f]{2}")
_CUT = re.compile(r"(?<=[^\W\d_])-\r?\n(?=[^\W\d_])")
_SPACED = re.compile(r"(?<![^\W_])(?:[^\W\d_][ .\-_·]{1,3}){4,}[^\W\d_](?![^\W_])")
_BASE64 = re.compile(r"(?<![A-Za-z0-9+/])(?:[A-Za-z0-9+/]{60,76}\r?\n)*[A-Za-z0-9+/]{12,}={0,2}")
# « Mesdames », « Me », « Mme la maire » : one title, right before the name.
_TITLE = re.compile(
    r"\b(?:Mme|Madame|Mesdames|Mmes|Mlle|M\.|MM\.|Monsieur|Messieurs|Dr|Me|Maître)\s"
    r"(?:(?:la |le |l['’])[\w-]+\s)?(?=[^\W\d_a-zà-ÿ])"
)


def respelt(text: str) -> Iterator[str]:
    r"""The other readings of a text, those that differ from it.

    >>> list(respelt(r"\u00c9lo\u00efse")), list(respelt("L u c i e D u r a n d"))
    (['Éloïse'], ['LucieDurand'])
    """
    for sign, read in _READINGS:
        if sign in text and (said := read(text)) != text:
            yield said
    yield from _decoded(text)


def _octal(text: str) -> str:
    return _OCTAL.sub(
        lambda said: bytes(int(one, 8) for one in said[0][1:].split("\\")).decode("utf-8", "replace"), text
    )


def _unquoted(text: str) -> str:
    """`unquote` cuts a text at each accent before it looks for a code."""
    return unquote(text) if _CODE.search(text) else text


def _undamaged(text: str) -> str:
    """UTF-8 read as another alphabet, read again: ``Ã©`` was é."""
    return " ".join(text.encode(wrong, "ignore").decode("utf-8", "ignore") for wrong in ("cp1252", "latin-1"))


def _decoded(text: str) -> Iterator[str]:
    for run in _BASE64.findall(text):
        if run.isalpha() and (run.islower() or run.isupper()):
            continue
        with_end = "".join(run.split())
        try:
            said = base64.b64decode(with_end + "=" * (-len(with_end) % 4)).decode("utf-8")
        except ValueError:
            continue
        if said.replace("\n", " ").isprintable():
            yield said


_READINGS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("\\", lambda text: _ESCAPED.sub(lambda found: chr(min(int(found[1] or found[2], 16), 0xFFFFF)), text)),
    ("\\", _octal),
    ("\\'", lambda text: _RTF.sub(lambda said: bytes.fromhex(said[1]).decode("cp1252", "replace"), text)),
    ("\\", lambda text: _LATEX.sub(r"\1", text)),
    ("%", lambda text: _unquoted(_unquoted(text.replace("+", " ")))),
    ("=", lambda text: _unquoted(_PRINTABLE.sub(r"%\1", text.replace("=\n", "")))),
    ("&", lambda text: html.unescape(html.unescape(text))),
    ("Ã", _undamaged),
    ("-", lambda text: _CUT.sub("", text)),
    ("", lambda text: _SPACED.sub(lambda said: re.sub(r"[\W_]", "", said[0]), text)),
    ("M", lambda text: _TITLE.sub("Mme ", text)),
)


_WORD = re.compile(r"[^\W_]+")
_DOTTED = re.compile(r"[^\W_]+\.?")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_MOST_WORDS = 4
_SAINTS = {"saint", "sainte", "st", "ste"}


@dataclass(frozen=True)
class KnownNames:
    """Names to look for, as the word sequences in which they may be written."""

    by_first_word: dict[str, frozenset[tuple[str, ...]]]  # ``{first word: sequences}``
    pseudonyms: frozenset[str] = frozenset()  # folded pseudonyms, which no output shows unless it shows rows of persons
    # sequences with an initial, as pattern: « L. Avenir » is a name, « l’avenir » is not
    dotted: dict[tuple[str, ...], str] = field(default_factory=dict)
    families: dict[str, frozenset[tuple[str, ...]]] = field(default_factory=dict)  # ``{first word: family names}``
    # ``{first name: family names}``, to see a family name misspelt beside it
    given: dict[str, frozenset[tuple[str, ...]]] = field(default_factory=dict)
    logins: frozenset[str] = frozenset()  # « ldurand », « durandl »

    @classmethod
    def of(cls, names: Iterable[str], allowed: Iterable[str] = (), pseudonyms: Iterable[str] = ()) -> KnownNames:
        """Every order of the words of each name, and its usual short forms (`name_parts`).

        Also glued, and without the letters that a bad encoding loses. A name of one word of three letters or fewer is not
        looked for.
        """
        waived = {tuple(folded_words(name)) for name in allowed}
        found: dict[str, set[tuple[str, ...]]] = {}
        dotted: dict[tuple[str, ...], str] = {}
        families: dict[str, set[tuple[str, ...]]] = {}
        given: dict[str, set[tuple[str, ...]]] = {}
        logins: set[str] = set()
        for name in names:
            words = tuple(folded_words(name))
            if words in waived or sum(map(len, words)) <= 3:
                continue
            orders = (
                itertools.permutations(words)
                if len(words) <= _MOST_WORDS
                else (words[at:] + words[:at] for at in range(len(words)))
            )
            lost = _WORD.findall(_NOT_ASCII.sub(" ", name).casefold())
            for order in (*orders, *_unlike(words, lost)):
                found.setdefault(order[0], set()).add(order)
            for said in name_parts(name):
                form = tuple(folded_words(said))
                if form in waived:
                    continue
                found.setdefault(form[0], set()).add(form)
                if "." in said:
                    dotted[form] = r"[\W_]*".join(map(re.escape, _DOTTED.findall(fold(said))))
            family = tuple(folded_words(family_name(name)))
            if family and family not in waived:
                families.setdefault(family[0], set()).add(family)
                given.setdefault(words[0], set()).add(family)
                glued = "".join(family)
                logins |= {login for login in (words[0][0] + glued, glued + words[0][0]) if len(login) > 5}
        pseudonyms = frozenset(map(fold, pseudonyms))
        return cls(_frozen(found), pseudonyms, dotted, _frozen(families), _frozen(given), frozenset(logins))

    def within(self, text: str) -> list[str]:
        """The names that a text holds, masked (``L… D…``), each once."""
        return self.among(folded_words(text), text)

    def among(self, words: list[str], text: str) -> list[str]:
        """The same for a text already cut into folded words."""
        return list(dict.fromkeys(_masked(order) for _, order in self._placed(words, text)))

    def may_be_alone(self, words: list[str]) -> bool:
        """Whether folded words hold anything that `families_alone` looks at."""
        known = (self.families.keys(), self.given.keys(), self.logins)
        return not all(some.isdisjoint(words) for some in known)

    def families_alone(self, text: str) -> list[str]:
        """Family names that stand alone in a text with a capital, are misspelt beside the first name, or make a login.

        Masked, outside the names that `within` finds.
        """
        said = unicodedata.normalize("NFC", text)
        spelt = [word for word in _WORD.findall(said) if fold(word)]
        words = [fold(word) for word in spelt]
        taken = {at + step for at, order in self._placed(words, said) for step in range(len(order))}
        found = dict.fromkeys(
            _masked(family)
            for at, word in enumerate(words)
            if at not in taken
            for family in self.families.get(word, ())
            if tuple(words[at : at + len(family)]) == family and spelt[at + len(family) - 1][0].isupper()
        )
        found |= dict.fromkeys(_masked((word,)) for word in words if word in self.logins)
        for at, word in enumerate(words):
            beside = {near for near in (at - 1, at + 1) if 0 <= near < len(words)} - taken
            for near in beside if word in self.given and at not in taken else ():
                if spelt[near][0].isupper() and any(_misspelt(words[near], family[-1]) for family in self.given[word]):
                    found[_masked((word, words[near]))] = None
        return list(found)

    def _placed(self, words: list[str], text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
        if self.by_first_word.keys().isdisjoint(words):
            return
        for at, word in enumerate(words):
            if at and words[at - 1] in _SAINTS:
                continue  # « À Saint-Claude, bois » is a place
            # The longest alone: half of a compound name is not told beside the whole.
            for order in sorted(self.by_first_word.get(word, ()), key=lambda order: (-len(order), order)):
                if tuple(words[at : at + len(order)]) == order and self._stands(order, text):
                    yield at, order
                    break

    def _stands(self, order: tuple[str, ...], text: str) -> bool:
        pattern = self.dotted.get(order)
        return pattern is None or re.search(rf"(?<!\w){pattern}(?!\w)", fold(text)) is not None


def _unlike(words: tuple[str, ...], lost: list[str]) -> Iterator[tuple[str, ...]]:
    """A name glued (« LucieDurand »), or read with holes (« �lo�se Lef�vre »), in both orders."""
    if len(words) > 1:
        yield ("".join(words),)
        yield ("".join(words[1:] + words[:1]),)
    if tuple(lost) != words and sum(map(len, lost)) > 5:
        yield tuple(lost)


def _misspelt(word: str, family: str) -> bool:
    return len(family) > 4 and word != family and SequenceMatcher(None, word, family).ratio() >= 0.8


def _frozen(found: dict[str, set[tuple[str, ...]]]) -> dict[str, frozenset[tuple[str, ...]]]:
    return {first: frozenset(orders) for first, orders in found.items()}


def _masked(words: tuple[str, ...]) -> str:
    return " ".join(f"{part[0].upper()}…" for part in words)


def folded_words(text: str) -> list[str]:
    """The words of a text, without case, accents or signs."""
    return _WORD.findall(fold(text))


def shared_names(told: Sequence[tuple[Iterable[str], Iterable[str]]]) -> tuple[list[str], tuple[str, ...]]:
    """The names of all corpora, and the texts that may be written although they are names.

    A text that one corpus allows is not allowed where it names somebody of another.

    >>> shared_names([(["Lucie Durand"], ["Lucie Durand"]), (["Durand Lucie"], [])])
    (['Lucie Durand', 'Durand Lucie'], ())
    """
    each = [(list(names), tuple(allowed)) for names, allowed in told]
    kept = [
        text
        for own in each
        for text in own[1]
        if not any(KnownNames.of(*other).within(text) for other in each if other is not own)
    ]
    return [name for names, _ in each for name in names], tuple(kept)


def names_of_folders(folders: Iterable[Path]) -> tuple[list[str], tuple[str, ...]]:
    """The same (`shared_names`), read in the folders of corpora."""
    from ect_research.corpus.checked.side_files import ANYWHERE, read_waivers
    from ect_research.corpus.people.direct_names import direct_names

    return shared_names(
        [
            (direct_names(folder), [one.cell for one in read_waivers(folder)[0] if one.result == ANYWHERE])
            for folder in folders
        ]
    )
