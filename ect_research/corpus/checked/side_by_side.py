"""Several checked corpora as one, for what is said of all of them: documents, names, citation, strictest protection."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from ect_research.codebook.codebook import Codebook
from ect_research.corpus.checked.corpus import Corpus
from ect_research.corpus.checked.load_corpus import load_corpus
from ect_research.corpus.folder.corpus_source import CorpusSource
from ect_research.corpus.people.protection_rules import UNITS
from ect_research.errors import CodebookError, EctError


def load_corpora(corpora: Iterable[Path | str]) -> tuple[Corpus, ...]:
    """Read several corpora, each with its own codebook, dates and protection."""
    read = tuple(load_corpus(one) for one in corpora)
    twice = [name for name, times in Counter(corpus.name for corpus in read).items() if times > 1]
    if twice:
        raise EctError("Le corpus « {name} » est donné deux fois : chaque corpus se compare une fois.", name=twice[0])
    return read


def join_corpora(corpora: Sequence[Corpus]) -> Corpus:
    """One corpus that holds the rows of all, each code after the name of its corpus: ``jura:P01``.

    It is cited, named and protected; it is not analysed, since each corpus has its own last day observed.

    >>> one = load_corpus("pays-ledonien")
    >>> join_corpora([one]) is one
    True
    """
    if len(corpora) == 1:
        return corpora[0]
    names = dict.fromkeys(table for corpus in corpora for table in corpus.tables)
    tables = {
        table: pd.concat(
            [_prefixed(one.tables[table], table, one) for one in corpora if table in one.tables], ignore_index=True
        )
        for table in names
    }
    return replace(
        corpora[0],
        name="+".join(one.name for one in corpora),
        tables=tables,
        codebook=_one_codebook(corpora),
        source=_one_source(corpora),
        log=pd.concat([one.log for one in corpora], ignore_index=True),
        warnings=pd.concat([one.warnings for one in corpora], ignore_index=True),
        digest=hashlib.sha256("".join(one.digest for one in corpora).encode()).hexdigest(),
    )


def _prefixed(frame: pd.DataFrame, table: str, corpus: Corpus) -> pd.DataFrame:
    """The rows of a table, every code of a row after the name of its corpus."""

    def renamed(cell: object) -> object:
        return tuple(map(renamed, cell)) if isinstance(cell, tuple) else f"{corpus.name}:{cell}"

    codes = [one.name for one in corpus.codebook.columns(table) if one.key == "cle" or one.target]
    return frame.assign(**{name: frame[name].map(renamed, na_action="ignore") for name in codes if name in frame})


def _one_codebook(corpora: Sequence[Corpus]) -> Codebook:
    first = corpora[0].codebook
    for columns, part in ((["list_name", "name"], "choices_table"), (["name"], "stages")):
        known: dict[tuple[str, ...], tuple[str, str]] = {}
        for corpus in corpora:
            for row in getattr(corpus.codebook, part)[[*columns, "label::fr"]].itertuples(index=False):
                label, said_by = known.setdefault(tuple(row[:-1]), (row[-1], corpus.name))
                if label != row[-1]:
                    raise CodebookError(
                        "Le code « {code} » (liste {list}) veut dire « {label} » dans « {said_by} » et « {other} » dans "
                        "« {name} » : donner un autre code à l’un des deux dans son choices.csv ou son stages.csv.",
                        code=row[-2],
                        list=row[0] if len(row) > 2 else "etape",
                        label=label,
                        said_by=said_by,
                        other=row[-1],
                        name=corpus.name,
                    )  # fmt: skip
    choices = pd.concat([one.codebook.choices_table for one in corpora]).drop_duplicates(["list_name", "name"])
    stages = pd.concat([one.codebook.stages for one in corpora]).drop_duplicates("name")
    variables = {key: item for one in reversed(corpora) for key, item in one.codebook.variables.items()}
    return replace(
        first,
        variables=variables,
        choices_table=choices.reset_index(drop=True),
        stages=stages.sort_values("order", kind="stable").reset_index(drop=True),
    )


def _one_source(corpora: Sequence[Corpus]) -> CorpusSource:
    """What is cited of all of them, to the last day observed in any; protected as the strictest asks."""

    def joined(what: str, language: str) -> str:
        return " ; ".join(dict.fromkeys(one.source.said(what, language).rstrip(".") for one in corpora))

    said: dict[str, Any] = {
        what: joined(what, "fr") for what in ("title", "citation", "nature", "territory", "licence")
    }
    english = {what: joined(what, "en") for what in ("title", "citation", "nature", "territory")}
    rules = [one.protection for one in corpora]
    strictest = {f"seuil_{unit}": max(one.thresholds[unit] for one in rules) for unit in UNITS}
    protected = [unit for unit in UNITS if any(unit in one.protected for one in rules)]
    why = " ; ".join(dict.fromkeys(one.why for one in rules if one.why)) or "la plus stricte des protections"
    return replace(
        corpora[0].source,
        **said,
        observed_on=max(one.source.observed_on for one in corpora),
        english=english,
        more={"protection": {"protege": protected, "pourquoi": why, **strictest}},
    )
