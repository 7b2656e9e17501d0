"""A resource told in two units, by two holders, or going back: what the sheet ``ressources`` says against itself."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from ect_research.codebook.roles import code_for
from ect_research.corpus.cells.dates import FuzzyDate
from ect_research.corpus.text.problems import Problem
from ect_research.words import Told, joined

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ect_research.corpus.checks.check_table import CheckedTable, Row

_ONE_EACH = {
    "unite": Told("la quantité d’une ressource est dite en deux unités"),
    "detenteur_id": Told("une ressource a deux détenteurs"),
    "preneur_id": Told("une ressource a deux preneurs"),
}


def check_flows(resources: CheckedTable) -> Iterator[Problem]:
    """Contradictions between the rows of one resource.

    Args:
        resources: table ``ressources``, checked; cells that could not be read are left to their own problem.
    """
    told: dict[str, list[Row]] = {}
    for row in resources.rows:
        told.setdefault(row.text.get("ressource_id", ""), []).append(row)
        holder = row.text.get("detenteur_id", "")
        if holder and holder == row.text.get("preneur_id"):
            yield Problem(
                row.place, "preneur_id", holder, "le preneur est aussi le détenteur", "une autre organisation",
                "corriger l’une des deux cellules, ou laisser vide ce qu’aucun document ne dit",
            )  # fmt: skip
    for name, rows in told.items():
        yield from _two_values(name, rows)
        yield from _going_back(name, rows)


def _two_values(name: str, rows: list[Row]) -> Iterator[Problem]:
    for column, said in _ONE_EACH.items():
        first: dict[str, Row] = {}
        for row in rows:
            if row.read.get(column):
                first.setdefault(str(row.read[column]), row)
        if len(first) > 1:
            here, *_, last = first.values()
            yield Problem(
                last.place, column, last.text[column],
                said + f" : {name}, " + joined(Told(" et "), (Told("{value} (ligne {line})", value=value, line=row.place.ligne)
                for value, row in first.items())),
                Told("une seule valeur par ressource, {text} d’après la ligne {ligne}", text=here.text[column],
                ligne=here.place.ligne),
                "convertir ou corriger, ou donner un autre code à la seconde ressource",
            )  # fmt: skip


def _going_back(name: str, rows: list[Row]) -> Iterator[Problem]:
    """A state below the one before, on a day surely later; a lost resource may be found again."""
    lost = code_for("etat_ressource", "perdue")
    dated = [
        (said.low, said.high, str(row.read["etat"]), row)
        for row in rows
        if isinstance(said := row.read.get("date"), FuzzyDate) and said.low and said.high and row.read.get("etat")
    ]
    dated.sort(key=lambda one: one[:2])
    for (_, high, before, first), (low, _, after, row) in pairwise(dated):
        if low > high and lost not in (before, after) and after < before:
            yield Problem(
                row.place, "etat", row.text["etat"],
                Told("la ressource {name} recule : {before} (ligne {ligne}), puis {after} (ligne {ligne2})", name=name,
                before=before, ligne=first.place.ligne, after=after, ligne2=row.place.ligne),
                "un état qui avance, ou une ressource perdue puis retrouvée",
                "vérifier les deux dates et les deux états", "alerte",
            )  # fmt: skip
