"""Which analyses a corpus unlocks, and what is missing for the others, in words a person can act on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ect_research.codebook.expressions import parse_expression

if TYPE_CHECKING:
    import pandas as pd

    from ect_research.codebook.codebook import Language
    from ect_research.corpus.checked.corpus import Corpus


_SAID = {
    "fr": {
        "table": "il manque la table « {table} »",
        "alike": "`{column}` n’a que {found} valeur(s) différente(s) dans « {table} », il en faut {wanted}",
        "here": "« {table} »",
        "where": "« {table} » où `{column}` a un sens",
        "rows": "{rows} ligne(s) dans {where}, il en faut {wanted}",
        "one": "au moins une",
        "share": "il manque `{column}` sur {empty} des {rows} lignes de « {table} » (il en faut {wanted} de remplies)",
        "filled": "`{column}` n’est rempli que sur {filled} lignes de « {table} », il en faut {wanted}",
        "and": " ; ",
    },
    "en": {
        "table": "the table “{table}” is missing",
        "alike": "`{column}` has only {found} different value(s) in “{table}”, {wanted} are needed",
        "here": "“{table}”",
        "where": "“{table}” where `{column}` makes sense",
        "rows": "{rows} row(s) in {where}, {wanted} are needed",
        "one": "at least one",
        "share": "`{column}` is missing on {empty} of the {rows} rows of “{table}” ({wanted} must be filled)",
        "filled": "`{column}` is filled on {filled} rows of “{table}” only, {wanted} are needed",
        "and": "; ",
    },
}


def list_analyses(corpus: Corpus, language: Language = "fr") -> pd.DataFrame:
    """One row per analysis of the codebook: ``analyse, libelle, question, ouverte, manque``.

    An analysis is open when every column it needs is filled on enough rows (``min_share`` of them) and there are enough
    rows (``min_rows``); ``manque`` says what is missing otherwise, ``""`` when nothing is, in the language asked.

    >>> from ect_research import load_corpus
    >>> analyses = list_analyses(load_corpus("pays-ledonien"))
    >>> bool(analyses.set_index("analyse").loc["corpus", "ouverte"])
    True
    """
    import pandas as pd

    said = _SAID[language]
    lines = []
    for need in corpus.codebook.analyses.to_dict("records"):
        missing = _missing(corpus, need["needs"].split(), (int(need["min_rows"]), float(need["min_share"])), said)
        missing += _too_alike(corpus, need["min_distinct"], said) if not missing else []
        lines.append(
            {
                "analyse": need["name"],
                "libelle": need[f"label::{language}"],
                "question": need["question"],
                "ouverte": not missing,
                "manque": said["and"].join(missing),
            }
        )
    return pd.DataFrame(lines)


def _missing(corpus: Corpus, needs: list[str], least: tuple[int, float], words: dict[str, str]) -> list[str]:
    said: list[str] = []
    for need in needs:
        table, column = need.split(".")
        if table not in corpus.tables:
            sentence = words["table"].format(table=table)
        else:
            sentence = _short(corpus, (table, column), least, words)
        if sentence and sentence not in said:
            said.append(sentence)
    return said


def _too_alike(corpus: Corpus, rule: str, words: dict[str, str]) -> list[str]:
    """What is missing when a column holds too few different values (``codages.codeur=2``: two coders)."""
    if not rule:
        return []
    place, _, wanted = rule.partition("=")
    table, column = place.split(".")
    found = corpus.tables[table][column].nunique()
    if found >= int(wanted):
        return []
    return [words["alike"].format(column=column, found=found, table=table, wanted=wanted)]


def _short(corpus: Corpus, place: tuple[str, str], least: tuple[int, float], words: dict[str, str]) -> str:
    (table, column), (min_rows, min_share) = place, least
    frame = corpus.tables[table]
    asked = _where_it_makes_sense(corpus, table, column)
    rows = int(asked.sum())
    filled = int(frame.loc[asked, column].notna().sum())
    if rows < min_rows:
        where = words["here" if rows == len(frame) else "where"].format(table=table, column=column)
        return words["rows"].format(rows=rows, where=where, wanted=min_rows)
    if filled < max(1, min_share * rows):
        percent = f"{min_share:.0%}" if words is _SAID["en"] else f"{min_share:.0%}".replace("%", " %")
        wanted = words["one"] if min_share == 0 else percent
        return words["share"].format(column=column, empty=rows - filled, rows=rows, table=table, wanted=wanted)
    if filled < min_rows:
        return words["filled"].format(column=column, filled=filled, table=table, wanted=min_rows)
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
