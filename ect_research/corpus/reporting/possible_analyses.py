"""Which analyses a corpus unlocks, and what is missing for the others, in words a person can act on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd

from ect_research.codebook.codebook import ENDS, Language, stages_playing
from ect_research.codebook.expressions import parse_expression
from ect_research.corpus.checked.corpus import Corpus
from ect_research.corpus.stages.outcomes import derive_outcomes
from ect_research.words import Sentence, Told, catalogue, joined, labelled, mark, tell, tell_n

# Table, column; no column where the table itself lacks rows.
Place = tuple[str, str]


def list_analyses(corpus: Corpus, language: Language = "fr") -> pd.DataFrame:
    """One row per analysis of the codebook: ``analyse, libelle, question, carnet, ouverte, manque``.

    An analysis is open when a notebook makes it (``carnet``, ``""`` for none), every column it needs is filled on enough
    rows (``min_share`` of them) and there are enough rows (``min_rows``). Where the codebook asks for it (``joint``), the
    columns must be filled **on the same rows** (``lignes``) and the end of these projects be known (``issue``): what is
    not yet created is no failure; or enough projects must have a dated start and a dated end (``fins``).
    ``manque`` says what is missing otherwise, in the language asked.

    >>> from ect_research import load_corpus
    >>> analyses = list_analyses(load_corpus("pays-ledonien"))
    >>> bool(analyses.set_index("analyse").loc["corpus", "ouverte"])
    True
    """
    separator = catalogue(language).gettext(" ; ")
    lines = []
    for need, missing in _gaps(corpus):
        said = [*missing.values(), *([] if need["notebook"] else [tell("aucun carnet ne la fait encore")])]
        lines.append(
            {
                "analyse": need["name"],
                "libelle": need[f"label::{language}"],
                "question": need["question"],
                "carnet": need["notebook"],
                "ouverte": not said,
                "manque": separator.join(dict.fromkeys(one.sentence(language) for one in said)),
            }
        )
    return pd.DataFrame(lines)


@dataclass(frozen=True)
class ToFill:
    """A column, or rows of a table, that closed analyses wait for."""

    table: str  # name of its table
    column: str  # its name, empty for rows
    opens: tuple[str, ...]  # names of the analyses that wait for nothing else
    helps: tuple[str, ...]  # names of those that wait for other columns too


def list_to_fill(corpus: Corpus, language: Language = "fr") -> list[ToFill]:
    """The columns to fill, those that open most analyses by themselves first, then those that most analyses wait for.

    Analyses that no notebook makes are not waited for.

    >>> from ect_research import load_corpus
    >>> waiting = list_to_fill(load_corpus("pays-ledonien"))
    >>> [len(one.opens) for one in waiting] == sorted((len(one.opens) for one in waiting), reverse=True)
    True
    """
    waiting: dict[Place, tuple[list[str], list[str]]] = {}
    for need, missing in _gaps(corpus):
        for place in missing if need["notebook"] else ():
            waiting.setdefault(place, ([], []))[len(missing) > 1].append(need[f"label::{language}"])
    found = [ToFill(*place, tuple(opens), tuple(helps)) for place, (opens, helps) in waiting.items()]
    return sorted(found, key=lambda one: (-len(one.opens), -len(one.helps)))


def _gaps(corpus: Corpus) -> Iterator[tuple[dict[Any, Any], dict[Place, Sentence]]]:
    """Each analysis of the codebook with what it lacks, by column."""
    ends = cache(lambda: _dated_ends(corpus))
    for need in corpus.codebook.analyses.to_dict("records"):
        needs, min_rows = need["needs"].split(), int(need["min_rows"])
        missing = _missing(corpus, needs, (min_rows, float(need["min_share"])))
        missing = missing or _too_alike(corpus, need["min_distinct"])
        yield need, missing or (_apart(corpus, needs, min_rows, need["joint"], ends) if need["joint"] else {})


def _missing(corpus: Corpus, needs: list[str], least: tuple[int, float]) -> dict[Place, Sentence]:
    said: dict[Place, Sentence] = {}
    for need in needs:
        table, column = need.split(".")
        if table not in corpus.tables:
            sentence: Sentence | None = tell("il manque la table « {table} »", table=corpus.codebook.sheet(table))
        else:
            sentence = _short(corpus, (table, column), least)
        if sentence:
            said[table, "" if _lacks_rows(corpus, (table, column), least[0]) else column] = sentence
    return said


def _lacks_rows(corpus: Corpus, place: Place, min_rows: int) -> bool:
    """Whether rows are wanted before any column, whichever column is asked."""
    known = corpus.tables.get(place[0])
    return known is None or (len(known) < min_rows and not corpus.codebook.variables[place].relevant)


def _too_alike(corpus: Corpus, rule: str) -> dict[Place, Sentence]:
    """What is missing when a column holds too few different values (``codages.codeur=2``: two coders)."""
    if not rule:
        return {}
    place, _, wanted = rule.partition("=")
    table, column = place.split(".")
    found = corpus.tables[table][column].nunique()
    if found >= int(wanted):
        return {}
    said = tell_n(
        "« {column} » n’a que {n} valeur différente dans « {table} », il en faut {wanted}",
        "« {column} » n’a que {n} valeurs différentes dans « {table} », il en faut {wanted}",
        found,
        column=_named(corpus, (table, column)),
        table=corpus.codebook.sheet(table),
        wanted=wanted,
    )
    return {(table, column): said}


def _apart(
    corpus: Corpus, needs: list[str], min_rows: int, joint: str, ends: Callable[[], int]
) -> dict[Place, Sentence]:
    """What is missing when the columns are filled, but on different rows, or on projects whose end is not known."""
    if joint == "fins":
        return _few_ends(ends(), min_rows)
    table = needs[0].split(".")[0]
    columns = [need.split(".")[1] for need in needs]
    frame = corpus.tables[table]
    asked = _where_all_make_sense(corpus, table, columns)
    filled = frame[asked & frame[columns].notna().all(axis=1)]
    if len(filled) < min_rows:
        names = joined(", ", (Told("« {column} »", column=_named(corpus, (table, column))) for column in columns))
        said = tell_n(
            "{columns} ne sont remplies ensemble que sur {n} ligne de « {table} », il en faut {wanted}",
            "{columns} ne sont remplies ensemble que sur {n} lignes de « {table} », il en faut {wanted}",
            len(filled), columns=names, table=corpus.codebook.sheet(table), wanted=min_rows,
        )  # fmt: skip
        return {(table, columns[-1]): said}
    return _undecided(corpus, filled, min_rows) if joint == "issue" else {}


def _dated_ends(corpus: Corpus) -> int:
    """Projects that have both a dated start and a dated end while they were followed."""
    told = corpus.episodes()
    clocks = derive_outcomes(told, corpus.tables["projets"])
    first = told.frame[told.frame["ordre"] == 1].set_index("projet_id")["etape"].reindex(clocks["projet_id"]).to_numpy()
    met_running = ~pd.Series(first).isin(stages_playing(corpus.codebook.stages, *ENDS))
    return int((clocks["a_risque"] & clocks["evenement"].notna() & met_running).sum())


def _few_ends(known: int, wanted: int) -> dict[Place, Sentence]:
    """What is missing when too few projects have both a dated start and a dated end while they were followed."""
    if known >= wanted:
        return {}
    said = tell_n(
        "{n} projet seulement a un début et une fin datés, il en faut {wanted}",
        "{n} projets seulement ont un début et une fin datés, il en faut {wanted}",
        known,
        wanted=wanted,
    )
    return {("evenements", "date_debut"): said}


def _undecided(corpus: Corpus, projects: pd.DataFrame, min_rows: int) -> dict[Place, Sentence]:
    """What is missing when the end of too few of these projects is known: not yet created is censored, never a no."""
    issues = derive_outcomes(corpus.episodes(), corpus.tables["projets"])
    ended = issues[issues["projet_id"].isin(projects["projet_id"]) & issues["evenement"].notna()]["evenement"]
    created = int((ended == ENDS[0]).sum())
    if len(ended) >= min_rows and 0 < created < len(ended):
        return {}
    said = mark("l’issue n’est connue que pour {n} de ces {total} projets, dont {created} créés : ce qui n’est pas encore "
                "créé n’est pas un échec ; il en faut {wanted}, des deux sortes")  # fmt: skip
    told = tell(said, n=len(ended), total=len(projects), created=created, wanted=min_rows)
    return {("evenements", "type_evenement"): told}


def _short(corpus: Corpus, place: Place, least: tuple[int, float]) -> Sentence | None:
    (table, column), (min_rows, min_share) = place, least
    frame = corpus.tables[table]
    asked = _where_it_makes_sense(corpus, table, column)
    rows = int(asked.sum())
    filled = int(frame.loc[asked, column].notna().sum())
    if rows < min_rows:
        sheet = corpus.codebook.sheet(table)
        here = tell("« {table} »", table=sheet)
        where = (
            here
            if rows == len(frame)
            else tell("« {table} » où « {column} » a un sens", table=sheet, column=_named(corpus, place))
        )
        return tell_n(
            "{n} ligne dans {where}, il en faut {wanted}", "{n} lignes dans {where}, il en faut {wanted}", rows,
            where=where, wanted=min_rows,
        )  # fmt: skip
    said = {"column": _named(corpus, place), "table": corpus.codebook.sheet(table)}
    if filled < max(1, min_share * rows):
        return tell(
            "il manque « {column} » sur {empty} de « {table} » (il en faut {wanted})",
            **said,
            empty=tell("{empty} des {rows} lignes", empty=rows - filled, rows=rows)
            if rows > 1
            else tell("la seule ligne"),
            wanted=tell("{share} % de remplies", share=round(100 * min_share)) if min_share else tell("au moins une"),
        )
    if filled < min_rows:
        return tell_n(
            "« {column} » n’est rempli que sur {n} ligne de « {table} », il en faut {wanted}",
            "« {column} » n’est rempli que sur {n} lignes de « {table} », il en faut {wanted}",
            filled,
            **said,
            wanted=min_rows,
        )
    return None


def _named(corpus: Corpus, place: Place) -> Sentence:
    """A column as the header of its sheet names it."""
    return labelled(corpus.codebook.variables[place].labels)


def _where_all_make_sense(corpus: Corpus, table: str, columns: list[str]) -> pd.Series:
    asked = _where_it_makes_sense(corpus, table, columns[0])
    for column in columns[1:]:
        asked &= _where_it_makes_sense(corpus, table, column)
    return asked


def _where_it_makes_sense(corpus: Corpus, table: str, column: str) -> pd.Series:
    """Rows on which the codebook asks for a column: all of them, or those that meet its ``relevant`` condition."""
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
