"""People first: no consent, no row; a person enters under a pseudonym. What is set aside is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

_CONSENTS = ("ecrit", "oral")


def protect(tables: dict[str, pd.DataFrame]) -> tuple[dict[str, pd.DataFrame], list[dict[str, str]]]:
    """The tables without the interviews that nobody consented to, and without the names of persons.

    Returns:
        new tables, and one log line per row set aside or name replaced (without the name).
    """
    tables = dict(tables)
    log: list[dict[str, str]] = []
    if "entretiens" in tables:
        interviews = tables["entretiens"]
        agreed = interviews["consentement"].isin(_CONSENTS)
        log += [
            _line("entretiens", code, "consentement", "ligne écartée : pas de consentement")
            for code in interviews.loc[~agreed, "entretien_id"]
        ]
        tables["entretiens"] = interviews[agreed].reset_index(drop=True)
    if "acteurs" in tables:
        actors = tables["acteurs"]
        people = actors["nature"] == "personne"
        log += [
            _line("acteurs", code, "nom", "nom remplacé par le pseudonyme") for code in actors.loc[people, "acteur_id"]
        ]
        tables["acteurs"] = actors.assign(nom=actors["nom"].where(~people, actors["pseudonyme"]))
    return tables, log


def _line(table: str, code: str, column: str, why: str) -> dict[str, str]:
    return {"nature": "protection", "table": table, "cle": str(code), "colonne": column, "ancienne": "", "nouvelle": "",
            "qui": "lecture", "pourquoi": why}  # fmt: skip
