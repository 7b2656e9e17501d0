"""One place for words: French in the code, every other language in a catalogue of translations.

French is the source: a sentence is written where it is used, in French, and is its own key. Babel gathers the sentences of
the code and of the notebooks into ``<language>.po``, which a translator fills in; nothing is ever matched against a
finished sentence. The language is the reader's: nothing here changes anything for the whole process.

Who knows the reader says a sentence at once (``Theme.say``); who does not, an analysis that refuses, an error, a run that
is stale, makes a `Sentence` with `tell`, which is said later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from typing import Any


class _French(NullTranslations):
    """The source: every sentence is itself; the plural starts at two."""

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return msgid1 if abs(n) < 2 else msgid2


class _Lacking(NullTranslations):
    """What has no translation is no sentence of that language."""

    def gettext(self, message: str) -> str:
        raise LookupError(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:  # noqa: ARG002 - the same
        raise LookupError(msgid1)


@cache
def catalogue(language: str, *, complete: bool = False) -> NullTranslations:
    """The translations of one language; French needs none. A complete one raises LookupError for what it lacks.

    >>> [catalogue(one).ngettext("{n} ressource", "{n} ressources", 0) for one in ("fr", "en")]
    ['{n} ressource', '{n} resources']
    """
    if language == "fr":
        return _French()
    with (files("ect_research.words") / f"{language}.mo").open("rb") as compiled:
        translations = GNUTranslations(compiled)
    if complete:
        translations.add_fallback(_Lacking())
    return translations


def say(sentence: str, language: str) -> str:
    """A French sentence of the code in another language, its blanks left blank.

    >>> say("{first} à {last}", "en")
    '{first} to {last}'
    """
    return catalogue(language).gettext(sentence)


def say_n(one: str, many: str, n: int, language: str) -> str:
    """The same for what is counted, by the plural rule of the language.

    >>> say_n("{n} ressource", "{n} ressources", 0, "fr")
    '{n} ressource'
    """
    return catalogue(language).ngettext(one, many, n)


def mark(sentence: str) -> str:
    """A sentence that Babel gathers here and that is translated later, when the reader is known."""
    return sentence


@dataclass(frozen=True)
class Sentence:
    """A sentence whose reader is not known yet; made by `tell`, `tell_n`, `labelled` or `quoted`.

    It is said in one language from end to end: where one part of it has no translation, the whole is said in French.
    """

    said: str  # French, with named blanks
    many: str = ""  # the same from two on, when it counts something
    n: int = 0  # what it counts
    # what fills the blanks, by name: texts, numbers, other sentences, tuples of them
    blanks: tuple[tuple[str, Any], ...] = ()
    labels: tuple[tuple[str, str], ...] = ()  # the text by language, when it is not one of the catalogue

    def sentence(self, language: str = "fr", foreign: Callable[[str], str] = str) -> str:
        """The sentence in the reader's language; ``foreign``: what to make of a quotation that stays French."""
        try:
            return self._in(language, foreign)
        except LookupError:
            return self._in("fr", str)

    def __str__(self) -> str:
        return self.sentence()

    def _in(self, language: str, foreign: Callable[[str], str]) -> str:
        if self.labels:
            return dict(self.labels).get(language) or foreign(self.said)
        words = catalogue(language, complete=True)
        form = words.ngettext(self.said, self.many, self.n) if self.many else words.gettext(self.said)
        if not self.blanks:
            return form
        return form.format(**{name: self._filled(blank, language, foreign) for name, blank in self.blanks})

    def _filled(self, blank: Any, language: str, foreign: Callable[[str], str]) -> Any:  # noqa: ANN401 - any blank
        blank = blank.told if isinstance(blank, Told) else blank
        if isinstance(blank, Sentence):
            return blank._in(language, foreign)
        if isinstance(blank, (tuple, list)):
            return ", ".join(str(self._filled(part, language, foreign)) for part in blank)
        return _Comma(blank) if isinstance(blank, float) and language == "fr" else blank


class _Comma(float):
    """A number with a decimal comma."""

    def __format__(self, spec: str) -> str:
        return super().__format__(spec).replace(".", ",")


def sentence_from_json(data: Mapping[str, Any]) -> Sentence:
    """The inverse of `dataclasses.asdict`, whatever a file made of the tuples.

    >>> from dataclasses import asdict
    >>> moved = tell("{what} a changé ({names})", what=quoted("le fond"), names=["a", "b"])
    >>> sentence_from_json(asdict(moved)) == moved
    True
    """
    blanks = tuple((name, _thawed(blank)) for name, blank in data["blanks"])
    labels = tuple((language, text) for language, text in data["labels"])
    return Sentence(data["said"], data["many"], data["n"], blanks, labels)


def _thawed(blank: Any) -> Any:  # noqa: ANN401 - any blank
    if isinstance(blank, dict):
        return sentence_from_json(blank)
    return tuple(map(_thawed, blank)) if isinstance(blank, (list, tuple)) else blank


def tell(said: str, /, **blanks: Any) -> Sentence:  # noqa: ANN401 - texts, numbers, sentences, tuples of them
    """A sentence to be said when the reader is known.

    >>> moves = tell("{share} des passages, soit {each:.1f} par ressource", share="12 %", each=1.5)
    >>> str(moves)
    '12 % des passages, soit 1,5 par ressource'
    """
    return Sentence(said, blanks=_frozen(blanks))


def tell_n(one: str, many: str, n: int, /, **blanks: Any) -> Sentence:  # noqa: ANN401 - the same
    """A sentence that counts ``{n}`` things, in the plural that each language wants.

    >>> [tell_n("{n} ressource", "{n} ressources", 0).sentence(language) for language in ("fr", "en")]
    ['0 ressource', '0 resources']
    """
    return Sentence(one, many, int(n), _frozen({"n": int(n), **blanks}))


def labelled(labels: Mapping[str, str]) -> Sentence:
    """The words of a codebook, which have every language already.

    >>> labelled({"fr": "eau", "en": "water"}).sentence("en")
    'water'
    """
    return Sentence(labels["fr"], labels=tuple(labels.items()))


def quoted(french: str) -> Sentence:
    """Words that stay French, whoever reads them: what somebody wrote."""
    return Sentence(french, labels=(("fr", french),))


class Told(str):
    """A French text that keeps the sentence it was made from, so that who reads another language is told it too.

    >>> text = "P1 : " + Told("Vue « {view} » inconnue : choisir parmi {views}.", view="a", views="b, c")
    >>> in_language(text, "en")
    'P1 : Unknown view “a”: choose from b, c.'
    """

    __slots__ = ("told",)
    told: Sentence

    def __new__(cls, said: Sentence | str, /, **blanks: Any) -> Told:  # noqa: ANN401 - texts, numbers, sentences
        """Make the French text of a sentence."""
        told = said if isinstance(said, Sentence) else said.told if isinstance(said, Told) else tell(said, **blanks)
        made = super().__new__(cls, told)
        made.told = told
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return Told, (self.told,)

    def __add__(self, other: str) -> Told:
        return _in_each(lambda language: in_language(self, language) + in_language(other, language))

    def __radd__(self, other: str) -> Told:
        return _in_each(lambda language: in_language(other, language) + in_language(self, language))

    def capital(self) -> Told:
        """The same, its first letter a capital."""
        return _in_each(lambda language: (said := in_language(self, language))[:1].upper() + said[1:])


def in_language(text: str, language: str) -> str:
    """A text that was told, or a sentence of the catalogue, in a language; anything else as it is."""
    return text.told.sentence(language) if isinstance(text, Told) else say(text, language) if text else ""


def english_of(texts: Iterable[str]) -> dict[str, str]:
    """``{French: English}`` of texts that were told, for a frame, which keeps their French only."""
    said = {str(text): in_language(text, "en") for text in texts}
    return {french: other for french, other in said.items() if other != french}


def joined(between: str, texts: Iterable[str]) -> Told:
    """Texts put end to end, in every language."""
    parts = list(texts)
    return _in_each(lambda language: in_language(between, language).join(in_language(part, language) for part in parts))


def _in_each(say_in: Callable[[str], str]) -> Told:
    return Told(labelled({language: say_in(language) for language in ("fr", "en")}))


def _frozen(blanks: dict[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple((name, tuple(blank) if isinstance(blank, list) else blank) for name, blank in blanks.items())
