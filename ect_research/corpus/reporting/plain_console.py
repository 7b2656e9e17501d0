"""The console of the commands: it speaks one language, and what comes from a corpus or an archive gives it no order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from ect_research.codebook.codebook import Language
from ect_research.words import Sentence, Told, in_language
from ect_research.words.carried_text import carried


class PlainConsole(Console):
    """rich's console, for texts that are not our own.

    Args:
        language: of whoever reads it.
    """

    def __init__(self, language: Language = "fr", **options: Any) -> None:  # noqa: ANN401 - those of rich
        super().__init__(highlight=False, **options)
        self.language: Language = language

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """The pieces of what is shown, without what a terminal would obey; those of rich itself stay."""
        for piece in super().render(renderable, options):
            yield piece if piece.control else Segment(carried(piece.text), piece.style)

    def render_str(self, text: str, **options: Any) -> Text:  # noqa: ANN401 - those of rich
        """A text before rich looks at it: it would drop some of the signs that we show as a square."""
        return super().render_str(carried(text), **options)

    def said(self, said: Sentence | str, /, **blanks: Any) -> str:  # noqa: ANN401 - texts, numbers, sentences
        """A sentence in the language of this console."""
        return in_language(said if isinstance(said, Told) else Told(said, **blanks), self.language)

    def say(self, said: Sentence | str, /, *, style: str | None = None, **blanks: Any) -> None:  # noqa: ANN401 - the same
        """Print a sentence in the language of this console, on as many lines as it has."""
        self.print(self.said(said, **blanks), style=style, markup=False, soft_wrap=True)
