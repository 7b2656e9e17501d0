"""Which analyses a corpus unlocks, and what is missing for the others, in words a person can act on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ect_research.codebook.expressions import parse_expression

if TYPE_CHECKING:
    import pandas as pd

    from ect_research.corpus.model import Corpus


def list_analyses(corpus: Corpus) -> pd.DataFrame:
    """One row per analysis of the codebook: ``analyse, libelle, question, ouverte, manque``.

    An analysis is open when every column it needs is filled on enough rows (``min_share`` of them) and there are enough
    rows (``min_rows``); ``manque`` says what is missing otherwise, ``""`` when nothing is.

    >>> from ect_research import load_corpus
    >>> analyses = list_analyses(load_corpus("pays-ledonien"))
    >>> bool(analyses.set_index("analyse").loc["corpus", "ouverte"])
    True
    """
    import pandas as pd

    lines = []
    for need in corpus.codebook.analyses.to_dict("records"):
        missing = _missing(corpus, need["needs"].split(), int(need["min_rows"]), float(need["min_share"]))
        missing += _too_alike(corpus, need["min_distinct"]) if not missing else []
        lines.append(
            {
                "analyse": need["name"],
                "libelle": need["label::fr"],
                "question": need["question"],
                "ouverte": not missing,
                "manque": " ; ".join(missing),
            }
        )
    return pd.DataFrame(lines)


def _missing(corpus: Corpus, needs: list[str], min_rows: int, min_share: float) -> list[str]:
    said: list[str] = []
    for need in needs:
        table, column = need.split(".")
        if table not in corpus.tables:
            sentence = f"il manque la table « {table} »"
        else:
            sentence = _short(corpus, table, column, min_rows, min_share)
        if sentence and sentence not in said:
            said.append(sentence)
    return said


def _too_alike(corpus: Corpus, rule: str) -> list[str]:
    """What is missing when a column holds too few different values (``codages.codeur=2``: two coders)."""
    if not rule:
        return []
    place, _, wanted = rule.partition("=")
    table, column = place.split(".")
    found = corpus.tables[table][column].nunique()
    if found >= int(wanted):
        return []
    return [f"`{column}` n’a que {found} valeur(s) différente(s) dans « {table} », il en faut {wanted}"]


def _short(corpus: Corpus, table: str, column: str, min_rows: int, min_share: float) -> str:
    frame = corpus.tables[table]
    asked = _where_it_makes_sense(corpus, table, column)
    rows = int(asked.sum())
    filled = int(frame.loc[asked, column].notna().sum())
    if rows < min_rows:
        where = f"« {table} »" if rows == len(frame) else f"« {table} » où `{column}` a un sens"
        return f"{rows} ligne(s) dans {where}, il en faut {min_rows}"
    if filled < max(1, min_share * rows):
        wanted = "au moins une" if min_share == 0 else f"{min_share:.0%}".replace("%", " %")
        return f"il manque `{column}` sur {rows - filled} des {rows} lignes de « {table} » (il en faut {wanted} de remplies)"
    if filled < min_rows:
        return f"`{column}` n’est rempli que sur {filled} lignes de « {table} », il en faut {min_rows}"
    return ""


def _where_it_makes_sense(corpus: Corpus, table: str, column: str) -> pd.Series:
    """Rows on which the codebook asks for a column: all of them, or those that meet its ``relevant`` condition."""
    import pandas as pd

    frame = corpus.tables[table]
    relevant = corpus.codebook.variables[table, column].relevant
    if not relevant:
        return pd.Series(data=True, index=frame.index)
    condition = parse_expression(relevant)
    texts = frame[list(condition.names)].astype("object")
    rows = texts.where(texts.notna(), "").to_dict("records")
    held = [
        condition.holds("", {str(k): " ".join(v) if isinstance(v, tuple) else str(v) for k, v in row.items()})
        for row in rows
    ]
    return pd.Series(held, index=frame.index, dtype="bool")


def _text(value: object) -> str:
    return " ".join(value) if isinstance(value, tuple) else str(value)
