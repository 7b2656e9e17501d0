"""The corpus as an object: checked, typed, frozen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ect_research.corpus.checked.asked_tables import WHOLE, AskedTables, count_cited, note
from ect_research.errors import EctError

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Mapping
    from pathlib import Path

    import pandas as pd

    from ect_research.codebook.codebook import Codebook
    from ect_research.corpus.folder.source_toml import CorpusSource
    from ect_research.corpus.people.protection_rules import Protection
    from ect_research.corpus.stages.episodes import Episodes


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
        from ect_research.corpus.people.protection_rules import read_protection

        return read_protection(self.source.more)[0]

    def table(self, name: str) -> pd.DataFrame:
        """A table of the codebook, without rows when the corpus does not have it.

        Raises:
            EctError: the codebook knows no such table.

        >>> from ect_research import load_corpus
        >>> len(load_corpus("pays-ledonien").table("maturite"))
        0
        """
        from ect_research.corpus.checked.typed_frames import build_frame
        from ect_research.corpus.checks.check_table import CheckedTable

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
