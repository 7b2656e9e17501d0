"""One place for words: French in the code, every other language in a catalogue of translations.

French is the source: a sentence is written where it is used, in French, and is its own key. Babel gathers the sentences of
the code and of the notebooks into ``<language>.po``, which a translator fills in; nothing is ever matched against a
finished sentence. The language is the reader's: nothing here changes anything for the whole process.
"""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files


class _French(NullTranslations):
    """The source: every sentence is itself; the plural starts at two."""

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return msgid1 if abs(n) < 2 else msgid2


@cache
def catalogue(language: str) -> NullTranslations:
    """The translations of one language; French needs none.

    >>> [catalogue(one).ngettext("{n} ressource", "{n} ressources", 0) for one in ("fr", "en")]
    ['{n} ressource', '{n} resources']
    """
    if language == "fr":
        return _French()
    with (files("ect_research.words") / f"{language}.mo").open("rb") as compiled:
        return GNUTranslations(compiled)


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
