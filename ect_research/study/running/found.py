"""What the search of the outputs finds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Leak:
    """Something that must not have left.

    Attributes:
        file: where, relative to the folder of outputs.
        nature: ``nom de personne, pseudonyme d’une personne, courriel, téléphone`` or ``dossier personnel``.
        extract: what, masked.
    """

    file: str
    nature: str
    extract: str

    def sentence(self) -> str:
        """What a person is told.

        >>> Leak("tables/a.csv", "nom de personne", "L… D…").sentence()
        'tables/a.csv : nom de personne (L… D…)'
        """
        return f"{self.file} : {self.nature} ({self.extract})"
