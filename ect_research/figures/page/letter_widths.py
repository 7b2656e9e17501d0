"""How wide a line is once printed, and its outline: its letters added up, for matplotlib takes half a millisecond to set one."""

from __future__ import annotations

import json
import re
from functools import cache, lru_cache
from importlib.resources import files
from itertools import accumulate, repeat
from operator import add
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.font_manager import FontProperties
    from matplotlib.path import Path
    from numpy.typing import NDArray

LineSize = tuple[float, float, float]
"""Width, height, descent."""
FONT_SCALE = 100.0
"""Size, in points, at which matplotlib measures."""
_UNIT = 1 / 64
_WORDS = re.compile(" +|[^ ]+")
_SLANTS = {"normal": "", "italic": "italic", "oblique": "italic"}
_WEIGHTS = {"normal": "", 400: "", "bold": "bold", 700: "bold"}


def line_size(text: str, font: FontProperties) -> LineSize:
    """Width, height and descent of a line as matplotlib sets it, in points."""
    width, height, descent = face_of_font(font).line(text)
    scale = font.get_size_in_points() / FONT_SCALE
    return width * scale, height * scale, descent * scale


def face_of_font(font: FontProperties) -> Face:
    """The face of a font, whatever its size."""
    return face_of(tuple(font.get_family()), font.get_style(), font.get_weight())


class Face:
    """A family of fonts, a slant and a weight."""

    def __init__(self, family: tuple[str, ...], slant: str, weight: str | int) -> None:
        from matplotlib.font_manager import FontProperties

        self._font = FontProperties(family=family, style=slant, weight=weight, size=FONT_SCALE)  # type: ignore[arg-type]
        self._set: dict[str, LineSize] = {}
        self._letters: dict[str, list[int]] = {}
        self._closer: dict[str, int] = {}
        self._outlines: dict[str, tuple[NDArray[Any], NDArray[Any]]] = {}
        if family == ("DejaVu Sans",) and slant in _SLANTS and weight in _WEIGHTS:
            name = "-".join(filter(None, (_WEIGHTS[weight], _SLANTS[slant]))) or "normal"
            self._letters, self._closer = _measured()[name]["letters"], _measured()[name]["closer"]

    def line(self, text: str) -> LineSize:
        """Width, height and descent of a line at `FONT_SCALE`."""
        if self._is_added(text):
            return self._added(text)
        words = _WORDS.findall(text) or [""]
        sizes = [self._added(word) if self._is_added(word) else self._as_set(word) for word in words]
        descent = max(below for _, _, below in sizes)
        above = max(height - below for _, height, below in sizes)
        return sum(width for width, _, _ in sizes), above + descent, descent

    def width(self, text: str) -> float:
        """Width of a line at `FONT_SCALE`."""
        return self._wide(text) * _UNIT if self._is_added(text) else self.line(text)[0]

    def outline(self, text: str) -> Path:
        """The letters of a line at `FONT_SCALE`, from its left on its base line."""
        from matplotlib.path import Path

        if not self._is_added(text):
            return self._outline_by_words(text)
        wide = map(add, (self._letters[letter][0] for letter in text), self._pairs(text))
        drawn = [self._letter(letter) for letter in text]
        placed = np.concatenate([corners for corners, _ in drawn])
        lengths = [len(codes) for _, codes in drawn]
        placed[:, 0] += np.repeat([0, *accumulate(wide)][: len(text)], lengths) * _UNIT
        return Path(placed, np.concatenate([codes for _, codes in drawn]))

    def _outline_by_words(self, text: str) -> Path:
        """The same, word after word: only those that hold what is not known are set by matplotlib."""
        from matplotlib.path import Path
        from matplotlib.textpath import text_to_path

        paths, start = [Path(np.empty((0, 2)), [])], 0.0
        for word in _WORDS.findall(text):
            if self._is_added(word):
                drawn = self.outline(word)
            else:
                corners, codes = text_to_path.get_text_path(self._font, word)
                drawn = Path(np.reshape(corners, (-1, 2)), codes)
            paths.append(Path(np.add(drawn.vertices, (start, 0.0)), drawn.codes))
            start += self.line(word)[0]
        return Path(np.concatenate([each.vertices for each in paths]), np.concatenate([each.codes for each in paths]))

    def _letter(self, letter: str) -> tuple[NDArray[Any], NDArray[Any]]:
        if letter not in self._outlines:
            from matplotlib.font_manager import findfont, get_font
            from matplotlib.ft2font import LoadFlags

            font = get_font(findfont(self._font))
            font.set_size(FONT_SCALE, 72)
            font.load_char(ord(letter), flags=LoadFlags.NO_HINTING)
            self._outlines[letter] = font.get_path()
        return self._outlines[letter]

    def _pairs(self, text: str) -> Iterator[int]:
        """How much closer each letter lets the next one come."""
        return map(self._closer.get, map(add, text, text[1:] + " "), repeat(0))

    def _is_added(self, text: str) -> bool:
        """Two f make one sign with what follows."""
        return text != "" and "ff" not in text and self._letters.keys() >= {*text}

    def _added(self, text: str) -> LineSize:
        sizes = [self._letters[letter] for letter in {*text}]
        descent = max(below for _, _, below in sizes)
        height = max(height - below for _, height, below in sizes) + descent
        return self._wide(text) * _UNIT, height * _UNIT, descent * _UNIT

    def _wide(self, text: str) -> int:
        letters = self._letters
        return sum([letters[letter][0] for letter in text]) + sum(self._pairs(text))

    def _as_set(self, word: str) -> LineSize:
        from matplotlib.textpath import text_to_path

        if word not in self._set:
            self._set[word] = text_to_path.get_text_width_height_descent(word, self._font, ismath=False)
        return self._set[word]


face_of = lru_cache(maxsize=64)(Face)
"""The face of a family, a slant and a weight, made once."""


@cache
def _measured() -> dict[str, dict[str, dict[str, Any]]]:
    """Written by ``.ci/letter_widths.py``."""
    found: dict[str, dict[str, dict[str, Any]]] = json.loads(
        (files("ect_research.figures.page") / "faces" / "widths.json").read_text(encoding="utf-8")
    )
    return found
