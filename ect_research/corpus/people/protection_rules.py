"""What a corpus protects: said once (sheet « étude », or ``source.toml``), checked against its content; else everything.

::

    [protection]
    protege = ["personnes"]      # personnes, organisations, projets ; [] : que des documents publics
    pourquoi = "Les projets ont donné leur accord pour être nommés."
    seuil_personnes = 5          # jamais moins que la règle ; 11 pour des données de santé ou fiscales
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ect_research.codebook.codebook import Codebook
from ect_research.corpus.checks.check_table import Row
from ect_research.corpus.folder.corpus_source import asked
from ect_research.corpus.folder.project_paths import PRIVATE
from ect_research.corpus.text.parse_cell import Known
from ect_research.corpus.text.raw_table import Place, Problem, fold
from ect_research.words import Told

# From the most to the least demanding; the least numbers shown are those of `ect_research.analysis.disclosure.suppression`.
UNITS = {"personnes": 5, "organisations": 3, "projets": 3}
RESPONDENT = "repondant_id"
_PLACE = Place("source.toml", "")
_QUESTIONS = {"protection.protege": "protege", "protection.pourquoi": "pourquoi"}


def person_tables(codebook: Codebook) -> tuple[str, ...]:
    """The tables whose rows are about persons: interviews, and every table with a respondent.

    >>> from ect_research.codebook.load_codebook import load_codebook
    >>> person_tables(load_codebook())
    ('entretiens', 'maturite')
    """
    return tuple(
        name for name in codebook.table_names if name == "entretiens" or (name, RESPONDENT) in codebook.variables
    )


@dataclass(frozen=True)
class Protection:
    """What the tables, figures and maps of a corpus must not let anybody guess."""

    # among ``personnes, organisations, projets``, the most demanding first; none when all is public
    protected: tuple[str, ...] = tuple(UNITS)
    thresholds: dict[str, int] = field(default_factory=lambda: dict(UNITS))  # fewest units shown, by kind of unit
    why: str = ""  # why some are not protected

    def threshold(self, unit: str | None) -> int:
        """Fewest units that a number may speak of; 0 when these units are not protected.

        The most demanding of what is protected when the unit is not told, so that forgetting it is safe.

        >>> Protection().threshold(None), Protection().threshold("projets"), Protection(()).threshold(None)
        (5, 3, 0)
        """
        units = self.protected if unit is None else [name for name in self.protected if name == unit]
        return max((self.thresholds[name] for name in units), default=0)


def read_protection(more: Mapping[str, Any]) -> tuple[Protection, list[Problem]]:
    """The section ``[protection]`` of ``source.toml``; everything is protected when it is absent or faulty.

    >>> read_protection({})[0].protected
    ('personnes', 'organisations', 'projets')
    >>> read_protection({"protection": {"protege": [], "pourquoi": "documents publics"}})[0].protected
    ()
    """
    said = more.get("protection", {})
    if not isinstance(said, dict):
        return Protection(), [Problem(_PLACE, "protection", str(said), "ce n’est pas une section", "[protection]")]
    problems = list(_faults(said))
    if problems:
        return Protection(), problems
    chosen = said.get("protege", list(UNITS))
    thresholds = {unit: int(said.get(f"seuil_{unit}", least)) for unit, least in UNITS.items()}
    return Protection(tuple(unit for unit in UNITS if unit in chosen), thresholds, str(said.get("pourquoi", ""))), []


def _faults(said: Mapping[str, Any]) -> Iterator[Problem]:
    known = {"protege", "pourquoi", *(f"seuil_{unit}" for unit in UNITS)}
    for key in sorted(said.keys() - known):
        yield Problem(_PLACE, f"protection.{key}", str(said[key]), "clé inconnue", ", ".join(sorted(known)))
    chosen = said.get("protege", list(UNITS))
    if not isinstance(chosen, list) or not set(map(str, chosen)) <= set(UNITS):
        yield Problem(_PLACE, "protection.protege", str(chosen), "liste inconnue", Told("une liste parmi {names}",
            names=", ".join(UNITS)))  # fmt: skip
    elif set(chosen) != set(UNITS) and not str(said.get("pourquoi", "")).strip():
        yield Problem(_PLACE, "protection.pourquoi", "", "il faut dire pourquoi tout n’est pas protégé", "une phrase")
    for unit, least in UNITS.items():
        given = said.get(f"seuil_{unit}", least)
        if type(given) is not int or given < least:
            yield Problem(
                _PLACE, f"protection.seuil_{unit}", str(given), "seuil plus bas que la règle", Told("{least} ou plus",
                least=least),
                "une exception s’écrit dans derogations.csv",
            )  # fmt: skip


def placed(problems: Iterable[Problem], place: Place) -> list[Problem]:
    """The problems of what a corpus protects, where it says it: the sheet « étude » has a question for each key."""
    if place == _PLACE:
        return list(problems)
    return [
        replace(problem, place=place, colonne=asked(_QUESTIONS[problem.colonne]))
        if problem.place == _PLACE and problem.colonne in _QUESTIONS
        else problem
        for problem in problems
    ]


def check_protection(
    protection: Protection, rows: Mapping[str, Sequence[Row]], codebook: Codebook, *, has_private: bool
) -> list[Problem]:
    """Persons in a corpus that says it protects none: an error; a person named outside ``private/``: a warning."""
    natures = Known(codebook, "nature_acteur")
    people = [row for row in rows.get("acteurs", ()) if natures.get(fold(row.text.get("nature", ""))) == "personne"]
    problems = [
        Problem(row.place, "nom", "", "une personne est nommée hors du dossier private/", "private/acteurs.csv",
                "y déplacer la ligne : git n’y entre pas", "alerte")
        for row in people
        if row.text.get("nom") and PRIVATE not in row.place.fichier and row.text["nom"] != row.text.get("pseudonyme")
    ]  # fmt: skip
    if "organisations" in protection.protected and "projets" not in protection.protected and rows.get("projets"):
        problems.append(
            Problem(_PLACE, "protection.protege", "", "les organisations sont protégées et non les projets : le nom d’un projet"
                    " est souvent celui de son organisation", 'protege = ["organisations", "projets"]',
                    "protéger aussi les projets, ou donner à chacun un « Nom dans les figures » qui ne désigne personne",
                    "alerte")
        )  # fmt: skip
    if "personnes" in protection.protected:
        return problems
    found = [Told("{n} personnes parmi les acteurs", n=len(people))] if people else []
    found += [Told("la table « {table} »", table=table) for table in person_tables(codebook) if rows.get(table)]
    found += [Told("un dossier private/")] if has_private else []
    if found:
        problems.append(
            Problem(_PLACE, "protection.protege", "", Told("le corpus dit ne protéger personne, et contient {names}",
            names=found),
                    'protege = ["personnes"]', "ajouter « personnes » à la liste")
        )  # fmt: skip
    return problems
