"""What the search of the outputs finds."""

from __future__ import annotations

from dataclasses import dataclass

from ect_research.words import Told

ALONE = Told("nom de famille seul")


@dataclass(frozen=True)
class Leak:
    """Something that must not have left.

    Attributes:
        file: where, relative to the folder of outputs.
        nature: ``nom de personne, pseudonyme d’une personne, courriel, téléphone, dossier personnel`` or `ALONE`.
        extract: what, masked.
        line: where in the file, 0 when it has no lines or the whole is meant.
    """

    file: str
    nature: str
    extract: str
    line: int = 0

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
