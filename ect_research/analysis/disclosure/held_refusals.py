"""The refusals of tables that hiding cannot protect, or that nothing lets judge."""

from __future__ import annotations

from ect_research.analysis.chance import Refusal
from ect_research.words import tell


def no_count(written: list[str]) -> Refusal:
    """Nothing tells on how many units the numbers rest; ``written``: columns whose numbers are text."""
    if written:
        names = ", ".join(f"« {name} »" for name in written)
        return Refusal(
            tell("des nombres écrits comme du texte"),
            tell("Aucun seuil ne peut leur être appliqué (colonne {names}).", names=names),
            tell("donner les nombres comme des nombres."),
        )
    return Refusal(
        tell("un tableau sans effectif"),
        tell(
            "Rien ne dit sur combien de personnes ou d’organisations il repose, ni qu’une ligne n’est pas l’une "
            "d’elles."
        ),
        tell(
            'ajouter la colonne des effectifs ; si ce tableau ne parle de personne, l’enregistrer avec unit="aucune".'
        ),
    )


def unprotectable(threshold: int) -> Refusal:
    """No hiding protects a table this small."""
    return Refusal(
        tell("un tableau de trop petits effectifs"),
        tell(
            "Un effectif de moins de {threshold} se retrouverait par soustraction, quoi qu’on masque.",
            threshold=threshold,
        ),
        tell("regrouper des catégories, ou inscrire une dérogation dans derogations.csv."),
    )
