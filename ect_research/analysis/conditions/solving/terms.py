"""Conditions, their levels, and the terms made of them: ``A*~B``, ``C[2]``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
from numpy.typing import NDArray

from ect_research.errors import EctError

Literal = tuple[int, int]
Term = tuple[Literal, ...]
Model = tuple[Term, ...]
Rows = NDArray[np.int16]
MOST_CONDITIONS = 12
_MOST_ROWS = 1 << 16


@dataclass(frozen=True)
class Space:
    """The conditions of a truth table, in order, and how many levels each has.

    Attributes:
        levels: number of levels of each; 2 is absent (0) and present (1).

    >>> space = Space(("A", "B", "C"), (2, 2, 2))
    >>> space.write_model(space.read("A*~B + C"))
    'C + A*~B'
    """

    names: tuple[str, ...]
    levels: tuple[int, ...]

    @property
    def multi(self) -> bool:
        """Does a condition have more than two levels?"""
        return any(level > 2 for level in self.levels)

    @cached_property
    def weights(self) -> Rows:
        """What a level of each condition weighs in the number of a row; the first condition weighs most."""
        heavier = np.cumprod((1, *self.levels[:0:-1]))[::-1]
        return heavier.astype(np.int64)

    @property
    def size(self) -> int:
        """How many configurations can exist."""
        return int(np.prod(self.levels))

    def all_rows(self) -> Rows:
        """Every configuration, row number − 1 as position: shape (size, conditions)."""
        if self.size > _MOST_ROWS:
            raise EctError(
                "{n} configurations possibles avec les conditions {conditions} : c’est trop. Garder moins de conditions, "
                "ou regrouper des niveaux.",
                n=self.size,
                conditions=", ".join(self.names),
            )
        return np.array(list(product(*map(range, self.levels))), dtype=np.int16).reshape(self.size, len(self.names))

    def numbers(self, rows: Rows) -> NDArray[np.int64]:
        """Numbers of rows, from 1."""
        return rows.astype(np.int64) @ self.weights + 1

    def write(self, term: Term) -> str:
        """A term in the notation of R QCA."""
        if self.multi:
            return "*".join(f"{self.names[place]}[{level}]" for place, level in term)
        return "*".join(f"{'' if level else '~'}{self.names[place]}" for place, level in term)

    def write_model(self, model: Model) -> str:
        """A sum of terms."""
        return " + ".join(map(self.write, in_order(model)))

    def read(self, text: str) -> Model:
        """Read a sum of terms; a name without bracket is level 1, after ``~`` level 0.

        Raises:
            EctError: a condition or a level that does not exist, or what cannot be read.
        """
        return in_order(tuple(self._read_term(part) for part in text.split("+")))

    def _read_term(self, text: str) -> Term:
        found = {}
        for word in text.split("*"):
            match = re.fullmatch(r"\s*([~!]?)\s*(\w+)\s*(?:\[(\d+)\])?\s*", word)
            if match is None:
                raise EctError("« {text} » ne se lit pas : écrire par exemple A*~B + C[2].", text=text)
            absent, name, level = match.groups()
            if name not in self.names:
                raise EctError(
                    "« {name} » n’est pas une condition de cette analyse : {conditions}.",
                    name=name,
                    conditions=", ".join(self.names),
                )
            place = self.names.index(name)
            value = int(level) if level else int(not absent)
            if value >= self.levels[place]:
                raise EctError(
                    "La condition {name} n’a pas de niveau {level} : elle va de 0 à {last}.",
                    name=name,
                    level=value,
                    last=self.levels[place] - 1,
                )
            found[place] = value
        return tuple(sorted(found.items()))


def in_order(model: Model) -> Model:
    """Terms sorted by number of literals, then by condition, present before absent."""
    return tuple(sorted(set(model), key=lambda term: (len(term), [(place, -level) for place, level in term])))


def covers(term: Term, rows: Rows) -> NDArray[np.bool_]:
    """Which rows a term covers."""
    kept = np.ones(len(rows), dtype=bool)
    for place, level in term:
        kept &= rows[:, place] == level
    return kept


def covered_by(model: Model, rows: Rows) -> NDArray[np.bool_]:
    """Which rows one of the terms covers."""
    kept = np.zeros(len(rows), dtype=bool)
    for term in model:
        kept |= covers(term, rows)
    return kept
