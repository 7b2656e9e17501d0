"""Durations with their ends, their censoring and their late entries: the input of every curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ect_research.analysis.readable import Readable
from ect_research.codebook.codebook import ENDS, stages_playing
from ect_research.corpus.stages.episodes import Episodes
from ect_research.corpus.text.raw_table import fold
from ect_research.errors import EctError
from ect_research.words import mark

Floats = NDArray[np.float64]
Ends = NDArray[np.int64]
CAUSES = ENDS
FEWEST_ENDS = 10
"""Ends of all kinds under which no curve is drawn."""
FEWEST_AT_RISK = 5
"""Projects still followed under which a curve is shown in grey."""
UNDATED_START = mark("début sans date")
UNBOUNDED_START = mark("début sans borne basse")
UNDATED_END = mark("fin connue, mais sans date")
ENDED_BEFORE = mark("fini avant le début du suivi")
BEFORE_THE_CURVE = mark("sorti avant l’âge où commence la courbe")
KNOWN_AT_ITS_END = mark("connu seulement à sa fin : durée inconnue")
_HALF_MONTH = 0.5
_ROUNDING = 1.5e-8


@dataclass(frozen=True)
class Durations(Readable):
    """One observed duration per project.

    Attributes:
        names: projects.
        entry: age at which the project came under observation (left truncation), 0 when followed from its start.
        time: age at the first end, or at censoring; always after ``entry``.
        cause: 0 when censored, else 1 + the rank of the end in ``causes``.
        causes: the competing ends, in order.
        unit: of ``entry`` and ``time``, in French (``mois``).
        excluded: one row per project left out: ``projet_id, raison``.
        sources: documents of the facts behind it.
        late_entry: age at entry if a project whose start of follow-up is unknown was only followed from its last dated fact
            before its end; ``entry`` supposes that it was from the first.
        supposed: projects whose start of follow-up is unknown.
    """

    exhibits = ("show_durations",)

    names: tuple[str, ...]
    entry: Floats
    time: Floats
    cause: Ends
    causes: tuple[str, ...]
    unit: str
    excluded: pd.DataFrame
    sources: tuple[object, ...] = ()
    late_entry: Floats | None = None
    supposed: int = 0

    @property
    def n(self) -> int:
        """Projects."""
        return len(self.names)

    @property
    def ends(self) -> dict[str, int]:
        """Observed ends of each kind."""
        return {name: int(np.sum(self.cause == rank)) for rank, name in enumerate(self.causes, start=1)}

    def rank_of(self, cause: str) -> int:
        """Number of an end in ``cause``, from 1.

        Raises:
            EctError: no such end.
        """
        if cause not in self.causes:
            raise EctError(
                "Fin « {cause} » inconnue : choisir parmi {causes}.", cause=cause, causes=", ".join(self.causes)
            )
        return self.causes.index(cause) + 1

    def at_risk(self, ages: Floats) -> NDArray[np.bool_]:
        """Who is followed at each age, ages × projects: who enters at an age is at risk after it, who leaves at it still is.

        The one convention of every curve, test and model.
        """
        return (self.entry[None, :] < ages[:, None]) & (self.time[None, :] >= ages[:, None])

    @property
    def start(self) -> float:
        """Age from which somebody is always followed, up to the last age: what comes before says nothing of what comes after.

        Above 0 when nobody is followed from the start, or when all who were have left before the next one enters.
        """
        ages = np.unique(self.time)[:-1, None]
        gaps = ages[~((self.entry <= ages) & (self.time > ages)).any(axis=1)]
        return float(self.entry[self.time > gaps.max(initial=-np.inf)].min(initial=np.inf)) if self.n else 0.0

    def from_age(self, start: float) -> Durations:
        """The projects still followed after an age, as if observation began then; the others are left out, and said so."""
        if start <= 0:
            return self
        kept = self.time > start
        left = [name for name, is_kept in zip(self.names, kept, strict=True) if not is_kept]
        reasons = pd.DataFrame({"projet_id": left, "raison": BEFORE_THE_CURVE}, dtype="str")
        told = self.only(kept)
        excluded = pd.concat([self.excluded, reasons], ignore_index=True)
        return replace(told, entry=np.maximum(told.entry, start), excluded=excluded)

    def as_if_followed_late(self) -> Durations:
        """The same, as if the projects whose start of follow-up is unknown were only followed from their last fact."""
        entry = self.entry if self.late_entry is None else self.late_entry
        return replace(self, entry=entry, late_entry=None, supposed=0)

    def labels_of(self, groups: Sequence[object]) -> NDArray[np.object_]:
        """The group of each case as text, in the order of the cases.

        Raises:
            EctError: as many groups as cases are needed, none of them missing.
        """
        given = pd.Series(list(groups), dtype="object")
        if len(given) != self.n or given.isna().any():
            raise EctError(
                "{n_given} groupes pour {n} cas, dont {sum} inconnus : donner le groupe de chaque cas, ou retirer les "
                "cas sans groupe (durations.only).",
                n_given=len(given),
                n=self.n,
                sum=int(given.isna().sum()),
            )
        return np.array([str(value) for value in given], dtype=object)

    def only(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> Durations:
        """The same for some of the projects."""
        kept = np.arange(self.n)[rows]
        names = tuple(self.names[row] for row in kept)
        nothing = self.excluded.iloc[:0]
        late = None if self.late_entry is None else self.late_entry[kept]
        return replace(
            self, names=names, entry=self.entry[kept], time=self.time[kept], cause=self.cause[kept], excluded=nothing,
            late_entry=late,
        )  # fmt: skip


def durations_from(
    frame: pd.DataFrame, *, time: str, end: str, entry: str | None = None, unit: str = "mois"
) -> Durations:
    """Durations from a plain table of one's own, one row per project: no corpus is needed.

    Args:
        frame: its index names the projects.
        time: column of the ages at the end, or at the last day observed; without one a project is left out, and said so.
        end: column of what ended each project, blank while it runs. The ends that compete are creation, abandonment and
            absorption when there is no other, else those met, in alphabetical order.
        entry: column of the ages at which projects came under observation; all followed from their start when None.
        unit: of the ages, in French.

    Raises:
        EctError: no such column, ages that are no numbers, or a project that ends before it enters.

    >>> table = pd.DataFrame({"age": [5, 3, 8, None], "issue": ["Création", "", "abandon", None]}, index=list("ABCD"))
    >>> told = durations_from(table, time="age", end="issue")
    >>> told.ends, told.excluded.to_numpy().tolist()
    ({'creation': 1, 'abandon': 1, 'absorption': 0}, [['D', 'durée inconnue']])
    """
    ages, entries = _numbers(frame, time), pd.Series(0.0, frame.index) if entry is None else _numbers(frame, entry)
    ends = _column(frame, end).fillna("").astype("str").str.strip()
    ends = ends.map(lambda typed: {fold(name): name for name in CAUSES}.get(fold(typed), typed))
    met = sorted(set(ends) - {""})
    causes = CAUSES if set(met) <= set(CAUSES) else tuple(met)
    known = (ages.notna() & entries.notna()).to_numpy()
    told = durations_from_arrays(
        ages[known].to_list(),
        [(causes.index(name) + 1 if name else 0) for name in ends[known]],
        entry=entries[known].to_list(),
        causes=causes,
        names=[str(name) for name in frame.index[known]],
        unit=unit,
    )
    left = pd.DataFrame({"projet_id": frame.index[~known].astype("str"), "raison": mark("durée inconnue")}, dtype="str")
    return replace(told, excluded=left)


def _column(frame: pd.DataFrame, name: str) -> pd.Series:
    if name not in frame:
        there = ", ".join(map(str, frame.columns))
        raise EctError("Pas de colonne « {name} » ; il y a : {there}.", name=name, there=there)
    return frame[name]


def _numbers(frame: pd.DataFrame, name: str) -> pd.Series:
    try:
        return _column(frame, name).astype("float64")
    except (TypeError, ValueError) as error:
        raise EctError(
            "La colonne « {name} » doit contenir des nombres (à lire avec decimal=',' dans un CSV français).", name=name
        ) from error


def durations_from_arrays(
    time: Sequence[float] | Floats,
    cause: Sequence[int] | Ends,
    *,
    entry: Sequence[float] | Floats | None = None,
    causes: Sequence[str] = CAUSES,
    names: Sequence[str] | None = None,
    unit: str = "mois",
) -> Durations:
    """Durations from plain arrays; ages that differ by a rounding error (0.1 + 0.2 and 0.3) are one age.

    ``time``: age at the end or at censoring; ``cause``: 0 when censored, else 1 + the rank of the end in ``causes``;
    ``entry``: age at entry under observation; 0 by default. ``names``: of the cases; their rank by default.

    Raises:
        EctError: arrays of different lengths, an unknown end, or a case that ends before it enters.

    >>> durations_from_arrays([5, 3, 8], [1, 0, 2]).ends
    {'creation': 1, 'abandon': 1, 'absorption': 0}
    """
    ages, kinds = np.asarray(time, dtype=np.float64), np.asarray(cause, dtype=np.float64)
    entries = np.zeros(len(ages)) if entry is None else np.asarray(entry, dtype=np.float64)
    if not len(ages) == len(kinds) == len(entries) or not np.all(np.isfinite([ages, kinds, entries])):
        raise EctError("Durées, fins et entrées doivent être connues et en même nombre.")
    ends = kinds.astype(np.int64)
    if np.any((ends != kinds) | (ends < 0) | (ends > len(causes))):
        raise EctError("Fin inconnue : attendu un nombre entier de 0 à {n_causes}.", n_causes=len(causes))
    entries, ages = _one_age_for_equal_ages(np.stack([entries, ages]))
    if np.any(ages <= entries):
        raise EctError(
            "{sum} cas finissent avant d’entrer en observation : les retirer.", sum=int(np.sum(ages <= entries))
        )
    labels = tuple(str(name) for name in (range(len(ages)) if names is None else names))
    nobody = pd.DataFrame({"projet_id": [], "raison": []}, dtype="str")
    return Durations(labels, entries, ages, ends, tuple(causes), unit, nobody)


def _one_age_for_equal_ages(ages: Floats) -> Floats:
    """Ages nearer to one another than a rounding error take the lowest of them, as in R's `survfit(timefix = TRUE)`."""
    met, place = np.unique(ages, return_inverse=True)
    apart = np.diff(met) > _ROUNDING * max(1.0, float(np.abs(met).mean()) if len(met) else 1.0)
    first = np.flatnonzero(np.concatenate([[True], apart]))[: len(met)]
    return met[first[np.searchsorted(first, np.arange(len(met)), side="right") - 1]][place.reshape(ages.shape)]


def build_durations(
    outcomes: pd.DataFrame, episodes: Episodes | None = None, *, causes: Sequence[str] = CAUSES, origin: str = ""
) -> Durations:
    """Durations of the projects whose start is dated and which were still running when observation began.

    An end within the month of the origin lasts half a month, as every end falls in the middle of its month. A project
    first met at its end, whose start is only known to come before some day, or whose first end is known without a date, has
    no known duration: it is left out, and said so.

    Args:
        outcomes: as `derive_outcomes` returns them.
        episodes: tells which stage each project is first met at; when None, durations of zero are kept.
        causes: the ends that compete; an end of another name is refused.
        origin: keep only the projects first met at that stage; any stage that is not an end by default.

    Raises:
        EctError: an end that is not in ``causes``.

    >>> from ect_research import derive_episodes, derive_outcomes, load_corpus
    >>> corpus = load_corpus("pays-ledonien")
    >>> facts, projects = corpus.tables["evenements"], corpus.tables["projets"]
    >>> told = derive_episodes(facts, corpus.codebook.stages, observed_on=corpus.observed_on)
    >>> durations = build_durations(derive_outcomes(told, projects), told)
    >>> durations.n + len(durations.excluded) == len(derive_outcomes(told, projects))
    True
    """
    frame = outcomes.sort_values("projet_id", kind="stable").reset_index(drop=True)
    strange = sorted(set(frame["evenement"].dropna()) - set(causes))
    if strange:
        raise EctError("Fins hors de la liste : {strange}.", strange=", ".join(strange))
    undated = frame["duree_mois"].isna()
    unbounded = frame["origine"].notna() & frame["origine_min"].isna()
    endless = undated & frame["origine"].notna() & ~unbounded
    early = ~undated & ~frame["a_risque"]
    first = frame["projet_id"].map(_first_stages(episodes))
    late = ~undated & ~early & first.isin(() if episodes is None else stages_playing(episodes.stages, *ENDS))
    other = ~undated & ~early & ~late & ((first != origin) if origin else False)
    kept = frame[~undated & ~early & ~late & ~other]
    rank = {name: number for number, name in enumerate(causes, start=1)}
    reasons = [
        frame.loc[frame["origine"].isna(), ["projet_id"]].assign(raison=UNDATED_START),
        frame.loc[unbounded, ["projet_id"]].assign(raison=UNBOUNDED_START),
        frame.loc[endless, ["projet_id"]].assign(raison=UNDATED_END),
        frame.loc[early, ["projet_id"]].assign(raison=ENDED_BEFORE),
        frame.loc[late, ["projet_id"]].assign(raison=KNOWN_AT_ITS_END),
        frame.loc[other, ["projet_id"]].assign(raison=mark("connu seulement à partir d’une autre étape")),
    ]
    return Durations(
        names=tuple(kept["projet_id"]),
        entry=kept["entree_mois"].to_numpy(dtype=np.float64),
        time=kept["duree_mois"].to_numpy(dtype=np.float64) + _HALF_MONTH,
        cause=np.array([rank.get(str(end), 0) for end in kept["evenement"]], dtype=np.int64),
        causes=tuple(causes),
        unit="mois",
        excluded=pd.concat(reasons, ignore_index=True).astype({"projet_id": "str", "raison": "str"}),
        sources=() if episodes is None else episodes.sources,
        late_entry=kept["entree_tardive_mois"].to_numpy(dtype=np.float64),
        supposed=int((~kept["suivi_connu"]).sum()),
    )


def _first_stages(episodes: Episodes | None) -> dict[str, str]:
    if episodes is None:
        return {}
    first = episodes.frame[episodes.frame["ordre"] == 1]
    return dict(zip(first["projet_id"], first["etape"], strict=True))
