"""Conditions of emergence: one analysis, from calibrated cases to solutions, and the same for the outcome turned round."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import reduce
from typing import Any

import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.analysis.conditions.calibrate import Calibrated
from ect_research.analysis.conditions.memberships import Memberships, take_memberships
from ect_research.analysis.conditions.noise_rate import NoiseRate, measure_noise, noise_of, write_r
from ect_research.analysis.conditions.solving.minimise import Minimised, contradictory_assumptions, minimise
from ect_research.analysis.conditions.solving.set_relations import (
    LONGEST,
    RELEVANT,
    Sufficiency,
    combined_necessity,
    measure_model,
    single_necessity,
)
from ect_research.analysis.conditions.solving.terms import MOST_CONDITIONS, Model
from ect_research.analysis.conditions.solving.truth_table import (
    POSITIVE,
    Cutoffs,
    TruthTable,
    build_truth_table,
    excluding,
    rows_without,
    simultaneous_rows,
)
from ect_research.analysis.readable import Readable
from ect_research.codebook.load_codebook import load_codebook
from ect_research.errors import EctError
from ect_research.words import Sentence, labelled, tell, tell_n

FEWEST = 12
MANY_CONDITIONS, SMALL = 4, 30


@dataclass(frozen=True)
class Solved:
    """One outcome: its truth table and its solutions.

    Attributes:
        found: every model of the three solutions.
        guided: were there directional expectations?
    """

    table: TruthTable
    found: Minimised
    guided: bool

    @property
    def models(self) -> tuple[Model, ...]:
        """The intermediate models, or the parsimonious ones when nothing is expected of the conditions."""
        return self.found.intermediate if self.guided else self.found.parsimonious.models

    @property
    def exact(self) -> bool:
        """Are all the models there, or only those found before the search was stopped?"""
        every = (self.found.conservative, self.found.parsimonious, *(pair.covers for pair in self.found.pairs))
        return self.found.all_pairs and all(covers.exact for covers in every)

    def fit(self, model: Model) -> tuple[tuple[Sufficiency, ...], Sufficiency]:
        """Fit of each term and of the whole."""
        return measure_model(self.table.data, model)


@dataclass(frozen=True)
class Conditions(Readable):
    """A qualitative comparative analysis.

    Attributes:
        present: the outcome.
        absent: the same analysis of its absence, always beside it.
        necessity: ``expression, coherence, pertinence, couverture, forme, resultat``: single conditions (``seule``), and the
            conjunctions and disjunctions that reach 0.9, for the outcome (``oui``) and its absence (``non``).
        noise: how often pure noise passes at this number of cases and conditions.
        contradictory: remainders that both outcomes assume: numbers of rows.
        expected: directional expectations.
        ruled: cases whose outcome a rule of the register decides, and not a fact.
        n: cases.
        left_out: cases without an answer to a condition or to the outcome.
        against: observed rows that lead to the outcome and to its absence at once, or to the outcome without what is said to
            be necessary: numbers of rows. They keep their code.
    """

    exhibits = ("show_conditions",)

    present: Solved
    absent: Solved
    necessity: pd.DataFrame
    noise: NoiseRate
    contradictory: tuple[int, ...]
    expected: tuple[str, ...]
    ruled: tuple[str, ...]
    n: int
    left_out: tuple[str, ...]
    against: tuple[int, ...] = ()

    @property
    def data(self) -> Memberships:
        """The memberships."""
        return self.present.table.data

    def enhanced(self, necessary: Iterable[str] = ()) -> Conditions:
        """The enhanced standard analysis: no solution rests on an assumption that cannot be held.

        Remainders that both outcomes assumed are excluded from both; those that lack something necessary for the outcome are
        excluded from it. An observed row is never recoded: those that contradict what is said are in ``against``.

        ``necessary``: what is held to be necessary for the outcome: ``["A", "B + ~C"]``.

        Source:
            Schneider & Wagemann (2012), ch. 8; SetMethods 4.1 turns observed positive rows into negative ones here.
        """
        table, wanted = self.present.table, tuple(necessary)
        lacking = rows_without(table, wanted, table.remainders())
        present = _solved(excluding(table, [*self.contradictory, *lacking]), self.expected)
        absent = _solved(excluding(self.absent.table, self.contradictory), _opposite(self.expected, self.data))
        against = {*self.against, *rows_without(table, wanted, table.coded(POSITIVE))}
        left = contradictory_assumptions(present.found, absent.found)
        found = replace(self, present=present, absent=absent, contradictory=left, against=tuple(sorted(against)))
        return found if set(left) <= set(self.contradictory) else found.enhanced(wanted)

    def to_r(self) -> str:
        """The analysis as a script of R QCA, data inside, for a reviewer."""
        return write_r(self.data, self.present.table.cutoffs, self.expected)


def build_conditions(  # noqa: PLR0913 - each has a default
    table: pd.DataFrame | Calibrated | Mapping[str, Sequence[Any]],
    outcome: str | pd.Series,
    conditions: Sequence[str],
    *,
    cutoffs: Mapping[str, Any] | None = None,
    expected: Iterable[str] = (),
    ruled: Iterable[str] = (),
    insisted: bool = False,
    fewest: int = FEWEST,
    names: Mapping[str, Sentence] | None = None,
) -> Conditions | Refusal:
    """Truth table, necessity and the three solutions, for an outcome and for its absence.

    Args:
        table: memberships, one case a row, named by the index or by a column ``cas``; or what ``calibrate`` gives.
        outcome: column of the outcome, or the outcome of each case.
        conditions: columns of the conditions.
        cutoffs: arguments of ``Cutoffs``: ``{"consistency": 0.8, "pri": 0.5, "cases": 1}`` by default.
        expected: what is expected of the conditions when the outcome is there: ``["A", "~B", "C*D"]``.
        ruled: cases whose outcome is decided by a rule (``ReachedWithin.ruled``).
        insisted: go on with more than four conditions under 30 cases, where noise nearly always passes.
        fewest: complete cases under which there is no analysis.
        names: words for the conditions and the outcome in the refusal, made by ``tell``; their columns when None.

    Returns:
        the analysis, or a refusal when there are too few complete cases, a condition that does not vary, or more conditions
        than so few cases can bear.

    Raises:
        EctError: unknown columns, values that are no memberships, more than twelve conditions, expectations on conditions
            that are not there.

    Source:
        Ragin (1987, 2008); Schneider & Wagemann (2012), *Set-Theoretic Methods for the Social Sciences*.

    >>> rows = pd.DataFrame({"A": [1, 0] * 8, "B": [1, 1, 0, 0] * 4, "Y": [1, 0] * 8})
    >>> found = build_conditions(rows, "Y", ["A", "B"])
    >>> found.present.table.space.write_model(found.present.models[0])
    'A'
    """
    cut = _cutoffs(cutoffs or {}, conditions)
    calibrated = table if isinstance(table, Calibrated) else None
    frame = table.table if isinstance(table, Calibrated) else pd.DataFrame(table)
    frame = frame.set_index("cas") if "cas" in frame else frame
    if isinstance(outcome, pd.Series):
        name = str(outcome.name or "RESULTAT")
        frame, outcome = frame.assign(**{name: outcome.reindex(frame.index)}), name
    refusal = _too_few(frame, [*conditions, outcome], fewest, calibrated, names or {})
    if refusal:
        return refusal
    data = take_memberships(frame, outcome, conditions, levels=calibrated.levels if calibrated else None)
    if len(conditions) > MANY_CONDITIONS and len(data.cases) <= SMALL and not insisted:
        return _too_many(data, cut)
    wanted = tuple(expected)
    present = _solved(build_truth_table(data, cut), wanted)
    absent = _solved(build_truth_table(data.negated(), cut), _opposite(wanted, data))
    return Conditions(
        present=present,
        absent=absent,
        necessity=_necessity(data),
        noise=noise_of(data, cut),
        contradictory=contradictory_assumptions(present.found, absent.found),
        expected=wanted,
        ruled=tuple(case for case in ruled if case in data.cases),
        n=len(data.cases),
        left_out=data.left_out,
        against=simultaneous_rows(present.table, absent.table),
    )


def _cutoffs(asked: Mapping[str, Any], conditions: Sequence[str]) -> Cutoffs:
    if len(conditions) > MOST_CONDITIONS:
        raise EctError(
            "{n} conditions : {conditions}. Il en faut {most} au plus ; avec quelques dizaines de cas, trois ou quatre.",
            n=len(conditions),
            conditions=", ".join(conditions),
            most=MOST_CONDITIONS,
        )
    known = [field.name for field in fields(Cutoffs)]
    unknown = [name for name in asked if name not in known]
    if unknown:
        raise EctError("Seuil « {name} » inconnu : choisir parmi {known}.", name=unknown[0], known=", ".join(known))
    return Cutoffs(**asked)


def _solved(table: TruthTable, expected: tuple[str, ...]) -> Solved:
    return Solved(table, minimise(table, expected=expected), bool(expected))


def _opposite(expected: Iterable[str], data: Memberships) -> tuple[str, ...]:
    """What is expected of the absence of the outcome: each single condition turned round; nothing where levels are several."""
    if any(level > 2 for level in data.levels):
        return ()
    return tuple(word[1:] if word.startswith("~") else f"~{word}" for word in expected if "*" not in word)


def _necessity(data: Memberships) -> pd.DataFrame:
    parts = []
    for told, said in ((data, "oui"), (data.negated(), "non")):
        longer = combined_necessity(told, relevance=RELEVANT, longest=LONGEST)
        several = longer["expression"].str.contains("[*+]")
        parts += [single_necessity(told).assign(forme="seule", resultat=said), longer[several].assign(resultat=said)]
    return pd.concat(parts, ignore_index=True)


def _too_few(
    frame: pd.DataFrame, asked: Sequence[str], fewest: int, calibrated: Calibrated | None, names: Mapping[str, Sentence]
) -> Refusal | None:
    """A refusal when too few cases are complete, or when something does not vary; None also when a column is unknown."""
    columns = [name for word in asked if (name := word.removeprefix("~").split("[")[0]) in frame]
    if len(columns) < len(asked) or len(set(columns)) < len(columns):
        return None
    known = frame[columns].notna()
    complete = int(known.all(axis=1).sum())
    numbers = frame[columns].apply(pd.to_numeric, errors="coerce")
    flat = [name for name in columns if len(set(numbers[name].dropna())) == 1]
    compared = numbers[known.all(axis=1)]
    alike = [name for name in columns if complete >= fewest and name not in flat and len(set(compared[name])) == 1]
    if complete >= fewest and not flat and not alike:
        return None
    filled = {name: int(known[name].sum()) for name in columns}
    counts = tuple(tell("{name} {count}", name=names.get(name, name), count=count) for name, count in filled.items())
    reasons = [
        tell_n(
            "{n} cas sur {total} est complet sur les {columns} colonnes (renseignés : {counts}) ; il en faut {fewest}.",
            "{n} cas sur {total} sont complets sur les {columns} colonnes (renseignés : {counts}) ; il en faut {fewest}.",
            complete,
            total=len(frame),
            columns=len(columns),
            counts=counts,
            fewest=fewest,
        )
    ]
    reasons += [_always(names.get(name, name), float(numbers[name].dropna().iloc[0])) for name in flat]
    reasons += [
        tell("« {name} » ne varie pas entre les cas complets : rien à comparer.", name=names.get(name, name))
        for name in alike
    ]
    sources = {name: one.column for name, one in calibrated.sets.items()} if calibrated else {}
    least = sorted(columns, key=lambda name: (filled[name], name))[:2]
    first = tuple(
        tell("{name} (colonne {column})", name=names.get(name, name), column=_headed(sources[name]))
        if name in sources
        else names.get(name, name)
        for name in least
    )
    remedy = tell(
        "remplir d’abord {columns}, et documenter des cas où le résultat ou la condition manque.", columns=first
    )
    return Refusal(
        tell("les conditions d’émergence"),
        reduce(lambda said, more: tell("{first} {second}", first=said, second=more), reasons),
        remedy,
    )


def _headed(column: str) -> Sentence:
    """A column of projects as the header of its sheet names it; one of one's own table, by its name."""
    known = load_codebook().variables.get(("projets", column))
    return tell("« {column} »", column=labelled(known.labels) if known else column)


def _always(name: Sentence | str, value: float) -> Sentence:
    """What never varies tells nothing apart."""
    if value == 1:
        return tell("« {name} » est vrai de tous les cas connus : rien à comparer.", name=name)
    if value == 0:
        return tell("« {name} » n’est vrai d’aucun cas connu : rien à comparer.", name=name)
    return tell("« {name} » vaut {value} dans tous les cas connus.", name=name, value=f"{value:g}")


def _too_many(data: Memberships, cutoffs: Cutoffs) -> Refusal:
    n, k = len(data.cases), len(data.conditions)
    shares = [0.5] * k
    rate = measure_noise(n, shares, float((data.outcome > 0.5).mean()), cutoffs=cutoffs, draws=200)
    fewer = measure_noise(n, shares[:3], float((data.outcome > 0.5).mean()), cutoffs=cutoffs, draws=200)
    return Refusal(
        tell("les conditions d’émergence"),
        tell(
            "{n} cas, {k} conditions : des données tirées au hasard donnent une solution publiable dans {rate} % des cas.",
            n=n,
            k=k,
            rate=round(100 * rate.passing.estimate),
        ),
        tell("garder trois ou quatre conditions ({fewer} % à trois), ou insister en le disant (insisted=True).",
             fewer=round(100 * fewer.passing.estimate)),
    )  # fmt: skip
