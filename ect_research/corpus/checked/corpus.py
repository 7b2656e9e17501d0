"""The corpus as an object: checked, typed, frozen; and those that this process has read.

What leaves the process is held to the protection of all of them: nobody has to tell the gate where a table comes from.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ect_research.codebook.codebook import Codebook, Variable
from ect_research.corpus.checked.asked_tables import WHOLE, AskedTables, count_cited, note
from ect_research.corpus.checks.check_table import CheckedTable
from ect_research.corpus.folder.corpus_source import CorpusSource
from ect_research.corpus.people.protection_rules import Protection, person_tables, read_protection
from ect_research.corpus.text.dates import FuzzyDate
from ect_research.errors import EctError

if TYPE_CHECKING:
    import pandas as pd

    from ect_research.corpus.stages.episodes import Episodes

# What is no free text is a name or a code, on one line wherever it is shown.
_FREE, _BREAK = "texte_libre", re.compile(r"\s*[\n\r\t]\s*")
_LOADED: dict[Path, Corpus] = {}


@dataclass(frozen=True)
class Corpus:
    """A checked corpus.

    Attributes:
        name: name of its folder.
        folder: where it was read.
        tables: typed frames by table; ``sources``, ``projets`` and ``evenements`` are always there. Text is ``str``;
            one code is a Categorical in the codebook's order; several codes are a tuple (None when blank); integers
            are Int64 and decimals float64; a date column ``d`` keeps the text typed and gains ``d_min``, ``d_max``
            (datetime64, NaT when open) and ``d_precision``.
        codebook: what every column and code means.
        source: what the corpus is.
        log: corrections, sure repairs, rows set aside: ``nature, table, cle, colonne, ancienne, nouvelle, qui, pourquoi``.
        warnings: what a person should look at, as problems of level ``alerte``.
        digest: sha256 of the files read, in the order of their names.
        parts: sha256 of each table, of ``log`` and ``warnings``, of the citations and of the rest
            (`ect_research.corpus.checked.asked_tables`).
        is_keyed: whether a pseudonym in it hangs on the secret key of this machine.
    """

    name: str
    folder: Path
    tables: Mapping[str, pd.DataFrame]
    codebook: Codebook
    source: CorpusSource
    log: pd.DataFrame
    warnings: pd.DataFrame
    digest: str
    parts: Mapping[str, str]
    is_keyed: bool = False

    if not TYPE_CHECKING:

        def __getattribute__(self, name: str) -> Any:  # noqa: ANN401 - any of the above
            """What is said of all the tables at once is asked too."""
            if name in ("log", "warnings", "digest") and isinstance(self.tables, AskedTables):
                note(self.folder, WHOLE if name == "digest" else name)
            return super().__getattribute__(name)

    @property
    def observed_on(self) -> pd.Timestamp:
        """The last day observed: what is still going on then is censored."""
        import pandas as pd

        return pd.Timestamp(self.source.observed_on)

    @property
    def protection(self) -> Protection:
        """What its tables, figures and maps must not let anybody guess; everything when ``source.toml`` does not say."""
        return read_protection(self.source.more)[0]

    def table(self, name: str) -> pd.DataFrame:
        """A table of the codebook, without rows when the corpus does not have it.

        >>> from ect_research import load_corpus
        >>> len(load_corpus("pays-ledonien").table("maturite"))
        0
        """
        if name not in self.codebook.table_names:
            raise EctError("Le livre de codes n’a pas de table « {name} ».", name=name)
        empty = CheckedTable(name, (), [], [])
        return self.tables[name] if name in self.tables else build_frame(empty, self.codebook)

    def cited(self) -> Counter[str]:
        """Rows that cite each document, over all the tables."""
        tables = self.tables
        return tables.cited() if isinstance(tables, AskedTables) else count_cited(tables)

    def episodes(self) -> Episodes:
        """The stages of every project, as its dated facts open and close them, until the end of its follow-up.

        >>> from ect_research import load_corpus
        >>> load_corpus("pays-ledonien").episodes().states["etape"].iloc[0]
        'e0_captation'
        """
        told, parts = self._told, ("frame", "states", "markers", "undated", "later", "horizons")
        return replace(told, **{part: getattr(told, part).copy(deep=False) for part in parts})

    @cached_property
    def _told(self) -> Episodes:
        """Derived once: several results of one notebook ask for it, and each gets frames of its own."""
        from ect_research.corpus.stages.episodes import derive_episodes

        projects = self.table("projets").set_index("projet_id")
        return derive_episodes(
            self.table("evenements"),
            self.codebook.stages,
            observed_on=self.observed_on,
            followed_until=projects["suivi_fin_max"],
            never_supported=projects.index[projects["accompagne"].eq("non")],
        )

    def names(self) -> dict[str, str]:
        """``{projet_id: name to print}``: the public name where one is given, else the name."""
        projects = self.tables["projets"]
        public = projects["nom_public"] if "nom_public" in projects else projects["nom"]
        return dict(zip(projects["projet_id"], public.fillna(projects["nom"]), strict=True))


def build_frame(table: CheckedTable, codebook: Codebook) -> pd.DataFrame:
    """One typed frame with every column of the codebook, blank where the file has none (see `Corpus.tables`).

    Projects stand by their code: what is drawn by lot among them, or chosen between equals, owes nothing to the order of the
    file.
    """
    import pandas as pd

    key = codebook.key_of(table.name)
    rows = sorted(table.rows, key=lambda row: row.text.get(key, "")) if table.name == "projets" else table.rows
    columns: dict[str, pd.Series] = {}
    for variable in codebook.columns(table.name):
        values = [row.read.get(variable.name) for row in rows]
        if variable.type == "date":
            texts = [row.text.get(variable.name) or None for row in rows]
            columns |= _date_columns(variable.name, texts, values, codebook)
        else:
            columns[variable.name] = _series(variable, values, codebook)
    return pd.DataFrame(columns)


def _series(variable: Variable, values: list[object], codebook: Codebook) -> pd.Series:
    import pandas as pd

    if variable.is_multiple:
        return pd.Series(values, dtype="object")
    if variable.type == "select_one":
        return _categorical(values, variable.list_name, codebook)
    if variable.type == "integer":
        return pd.Series(values, dtype="Int64")
    if variable.type == "decimal":
        return pd.Series(values, dtype="float64")
    if variable.pii != _FREE:
        values = [_BREAK.sub(" ", value) if isinstance(value, str) else value for value in values]
    return pd.Series(values, dtype="str")


def _categorical(values: list[object], list_name: str, codebook: Codebook) -> pd.Series:
    import pandas as pd

    kind = pd.CategoricalDtype(codebook.codes(list_name), ordered=codebook.is_ordinal(list_name))
    return pd.Series(values, dtype=kind)


def _date_columns(name: str, texts: list[str | None], values: list[object], codebook: Codebook) -> dict[str, pd.Series]:
    import pandas as pd

    known = [value if isinstance(value, FuzzyDate) else None for value in values]
    return {
        name: pd.Series(texts, dtype="str"),
        f"{name}_min": pd.Series([value and value.low for value in known], dtype="datetime64[s]"),
        f"{name}_max": pd.Series([value and value.high for value in known], dtype="datetime64[s]"),
        f"{name}_precision": _categorical([value and value.precision for value in known], "precision_date", codebook),
    }


def without_persons(corpus: Corpus) -> Corpus:
    """The corpus as pages about one project may show it: no person, even under a pseudonym, where it protects them.

    Persons among the actors leave with what hangs on them, and so do interviews and answers.

    Example:
        >>> from ect_research import load_corpus
        >>> corpus = load_corpus("pays-ledonien")
        >>> without_persons(corpus) is corpus  # it says that it protects nobody
        True
    """
    if "personnes" not in corpus.protection.protected:
        return corpus
    from ect_research.corpus.people.consent import drop_hanging

    persons = person_tables(corpus.codebook)
    tables = {name: frame for name, frame in corpus.tables.items() if name not in persons}
    if "acteurs" in tables:
        tables["acteurs"] = tables["acteurs"][tables["acteurs"]["nature"] != "personne"]
    return replace(corpus, tables=drop_hanging(tables, corpus.codebook))


def remember(corpus: Corpus) -> None:
    """Add a corpus to those read, in place of an older reading of the same folder."""
    _LOADED[corpus.folder] = corpus


def loaded_corpora() -> list[Corpus]:
    """The corpora read so far, in the order of their folders.

    >>> from ect_research import load_corpus
    >>> _ = load_corpus("pays-ledonien")
    >>> [corpus.name for corpus in loaded_corpora() if corpus.name == "pays-ledonien"]
    ['pays-ledonien']
    """
    return [_LOADED[folder] for folder in sorted(_LOADED)]


def forget_corpora() -> None:
    """Forget them all (another study begins in the same process)."""
    _LOADED.clear()
