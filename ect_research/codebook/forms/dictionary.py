"""The data dictionary, as a person reads it: generated from the codebook, never the reverse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ect_research.words import catalogue, mark

if TYPE_CHECKING:
    import pandas as pd

    from ect_research.codebook.codebook import Codebook, Language, Variable

_TYPES = {
    "text": mark("texte"),
    "integer": mark("nombre entier"),
    "decimal": mark("nombre"),
    "date": mark("date, même imprécise"),
    "select_one": mark("un code de la liste"),
    "select_multiple": mark("plusieurs codes de la liste"),
}


def build_dictionary(codebook: Codebook, language: Language = "fr") -> pd.DataFrame:
    """One row per column of every table: ``table, colonne, libelle, type, obligatoire, valeurs, aide, exemple``.

    Args:
        codebook: the words.
        language: of labels, types, codes and hints; the column names stay French, as in every table.

    >>> from ect_research.codebook.load_codebook import load_codebook
    >>> dictionary = build_dictionary(load_codebook())
    >>> dictionary.loc[dictionary["colonne"] == "diffusable", "valeurs"].item()
    'oui (Oui) ; non (Non)'
    """
    import pandas as pd

    rows = [_row(codebook, variable, language) for variable in codebook.variables.values()]
    return pd.DataFrame(rows, dtype="str")


def _row(codebook: Codebook, variable: Variable, language: Language) -> dict[str, str]:
    values = ""
    if variable.list_name:
        labels = codebook.labels(variable.list_name, language)
        values = " ; ".join(f"{code} ({label})" for code, label in labels.items())
    elif variable.target:
        values = "→ " + ".".join(variable.target)
    return {
        "table": variable.table,
        "colonne": variable.name,
        "libelle": variable.labels[language],
        "type": catalogue(language).gettext(_TYPES[variable.type]),
        "obligatoire": catalogue(language).gettext(mark("oui")) if variable.required == "oui" else variable.required,
        "valeurs": values,
        "aide": variable.hint_en if language == "en" else variable.hint,
        "exemple": variable.example,
    }
