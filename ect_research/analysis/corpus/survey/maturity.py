"""Cooperative maturity, one wave at a time: what persons answer to each statement, and who moved since the wave before."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ect_research.analysis.chance import Refusal, holm
from ect_research.analysis.corpus.survey.coarse_counts import (
    PERSON,
    WAVE,
    Group,
    Question,
    group_scale,
    last_answers,
    read_questions,
)
from ect_research.analysis.corpus.survey.members import design_effect
from ect_research.analysis.readable import Readable
from ect_research.codebook.codebook import Codebook
from ect_research.errors import EctError
from ect_research.words import tell, tell_n

TABLE = "maturite"
DOWN, SAME, UP = "descend", "meme", "monte"
MOVES = (DOWN, SAME, UP)
_LEVEL = 0.05
_STATEMENT = re.compile(r"(.+)_\d+")
Statements = list[tuple[str, Question]]


@dataclass(frozen=True)
class Maturity(Readable):
    """Answers of one wave.

    Attributes:
        counts: one row per group of answers of a statement: ``composante, enonce, reponses`` (codes counted together),
            ``cote`` (−1, 0, 1; missing for those that take no side), ``personnes`` (missing for « nearly all »: all but
            fewer than ``least``), ``n`` (who answered the statement).
        withheld: statements of which no grouping protects persons.
        unanswered: statements that nobody answered in this wave, asked or not.
        groups: persons by statement, side of the scale and group of persons: ``enonce, accord`` (whether on the upper side),
            one column a group large enough; the statements alone of which no number is too small.
        small: groups of persons too small to be compared.
        unsafe: number of statements that are not compared.
        moves: the same for those who answered both waves, one row per component and group of moves: ``composante, reponses``
            (``descend, meme, monte``), ``cote, personnes, n``.
        tests: one row per component: ``composante, n, p, p_holm``, the greatest probability that the moves shown allow: exact
            when all are, and nothing hidden can be worked out from it; ``tient``: whether they still move together (5 %) when
            the members of a project are not taken to move each on their own.
        wave: code of the wave.
        before: code of the wave before; blank when there is none.
        n: persons who answered the wave.
        n_before: persons who answered the wave before.
        both: persons who answered both.
        twice: answers of the wave set aside because the same person gave a later one.
        least: fewest persons of a number.
        sources: documents read.
    """

    exhibits = ("show_maturity",)

    counts: pd.DataFrame
    withheld: tuple[str, ...]
    unanswered: tuple[str, ...]
    groups: pd.DataFrame
    small: tuple[str, ...]
    unsafe: int
    moves: pd.DataFrame
    tests: pd.DataFrame
    wave: str
    before: str
    n: int
    n_before: int
    both: int
    twice: int
    least: int
    sources: tuple[object, ...]


def build_maturity(
    answers: pd.DataFrame, codebook: Codebook, *, wave: str = "", by: str = "", least: int = 5
) -> Maturity | Refusal:
    """Count the answers of a wave, statement by statement, and the moves since the wave before.

    Nothing is averaged: the answers are in order, no more. A person who answered a wave twice counts with her last answer.
    Moves: for each component, whether a person went up on more statements than she went down.

    Args:
        answers: table ``maturite``.
        codebook: statements, and the order of their answers.
        wave: code of the wave; the last one answered when blank.
        by: column whose groups of persons are to be compared; none when blank. A group is compared when each side of a
            statement could hold ``least`` persons.
        least: fewest persons of a number; smaller ones are counted with neighbouring answers (`group_scale`).

    Returns:
        the wave, or a refusal when fewer than ``2 * least`` persons answered it.

    Raises:
        EctError: no such wave or column.

    Source:
        Moves: exact sign test, Dixon & Mood (1946), *JASA* 41, 557–566 (with two answers, the exact test of McNemar, 1947,
        *Psychometrika* 12, 153–157), Holm's correction over the components (1979, *Scandinavian Journal of Statistics* 6).
        Members of a project: counts divided by the design effect, Rao & Scott (1992), *Biometrics* 48, 577–585.

    >>> import ect_research as ect
    >>> study = ect.open_study("pays-ledonien")
    >>> print(build_maturity(study.table("maturite"), study.context.codebook).sentence()[:32])
    Refus : la maturité coopérative.
    """
    asked = tell("la maturité coopérative")
    remedy = tell(
        "faire répondre {n} personnes au moins (« ect questionnaire {table} formulaire.xlsx », puis « ect reponses »).",
        n=max(2 * least, 2),
        table="maturite",
    )
    if not len(answers):
        return Refusal(asked, tell("La table « {table} » est vide.", table="maturite"), remedy)
    waves = [code for code in codebook.codes("vague") if code in set(answers[WAVE])]
    now = wave or waves[-1]
    if now not in waves:
        raise EctError("Personne n’a répondu à la vague « {wave} » : choisir parmi {waves}.", wave=wave, waves=waves)
    if by and by not in answers:
        raise EctError("« {name} » n’est pas une colonne de la table maturite.", name=by)
    last = last_answers(answers)
    own = last[last[WAVE] == now].set_index(PERSON)
    if len(own) < max(2 * least, 1):
        reason = tell_n(
            "{n} personne a répondu à la vague {wave} ; il en faut {least}.",
            "{n} personnes ont répondu à la vague {wave} ; il en faut {least}.",
            len(own),
            wave=now,
            least=2 * least,
        )
        return Refusal(asked, reason, remedy)
    before = next((code for code in reversed(waves[: waves.index(now)])), "")
    past = last[last[WAVE] == before].set_index(PERSON)
    statements = [(found[1], one) for one in read_questions(codebook, TABLE)
                  if one.kind == "echelle" and (found := _STATEMENT.fullmatch(one.name))]  # fmt: skip
    unanswered = tuple(one.name for _, one in statements if own[one.name].isna().all())
    statements = [(component, one) for component, one in statements if one.name not in unanswered]
    if not statements:
        return Refusal(asked, tell("Personne n’a répondu à un énoncé à la vague {wave}.", wave=now), remedy)
    counts, withheld = _counts(own, statements, least)
    compared, small = _compared(own, by, least)
    groups = _by_group(own, compared, statements, least)
    moves, tests = _moved(past, own, statements, least)
    return Maturity(
        counts,
        withheld,
        unanswered,
        groups,
        small,
        len(statements) - len(groups) // 2 if by else 0,
        moves,
        tests,
        now,
        before,
        len(own),
        len(past),
        len(own.index.intersection(past.index)),
        int((answers[WAVE] == now).sum()) - len(own),
        least,
        tuple(own["source_id"]) if "source_id" in own else (),
    )


def _counts(own: pd.DataFrame, statements: Statements, least: int) -> tuple[pd.DataFrame, tuple[str, ...]]:
    rows: list[dict[str, Any]] = []
    withheld = []
    for component, one in statements:
        given = Counter(own[one.name].dropna().astype("str"))
        groups = group_scale(given, one.scale, one.silent, least=least)
        withheld += [] if groups else [one.name]
        said = {"composante": component, "enonce": one.name, "n": sum(given.values())}
        rows += [said | _line(group) for group in groups]
    columns = ["composante", "enonce", "reponses", "cote", "personnes", "n"]
    return _frame(rows, columns), tuple(withheld)


def _frame(rows: list[dict[str, Any]], columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns).astype({"cote": "Int64", "personnes": "Int64"})


def _line(group: Group) -> dict[str, Any]:
    return {"reponses": group.codes, "cote": group.side, "personnes": group.persons}


def _compared(own: pd.DataFrame, by: str, least: int) -> tuple[pd.Series, tuple[str, ...]]:
    """The group of each person, blank where it is too small to hold enough persons on both sides, and those groups."""
    if not by:
        return pd.Series("", index=own.index), ()
    named = own[by].astype("str").where(own[by].notna(), "")
    sizes = named[named != ""].value_counts()
    kept = sizes.index[sizes >= max(2 * least, 2)]
    return named.where(named.isin(kept), ""), tuple(sorted(set(sizes.index) - set(kept)))


def _by_group(own: pd.DataFrame, compared: pd.Series, statements: Statements, least: int) -> pd.DataFrame:
    """Persons on the upper side of each statement and elsewhere, one column a group, where no number is too small."""
    names = sorted(set(compared) - {""})
    rows = []
    for _, one in statements if len(names) > 1 else ():
        said = own[one.name].astype("str").where(own[one.name].notna())
        high = said.isin(one.scale[(len(one.scale) + 1) // 2 :])
        counted = {side: compared[said.notna() & (high == side)].value_counts() for side in (True, False)}
        own_rows = [{name: int(counted[side].get(name, 0)) for name in names} for side in (True, False)]
        if not any(0 < n < least for row in own_rows for n in row.values()):
            rows += [{"enonce": one.name, "accord": not at, **row} for at, row in enumerate(own_rows)]
    return pd.DataFrame(rows, columns=["enonce", "accord", *names])


def _moved(
    past: pd.DataFrame, own: pd.DataFrame, statements: Statements, least: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    rows: list[dict[str, Any]] = []
    tests: list[dict[str, Any]] = []
    every: dict[str, pd.Series[int]] = {}
    for component in dict.fromkeys(component for component, _ in statements):
        moved = dict(_net_moves(past, own, [one for of, one in statements if of == component]))
        given = Counter(moved.values())
        groups = group_scale(given, MOVES, least=least) if len(moved) >= max(2 * least, 1) else ()
        rows += [{"composante": component, **_line(group), "n": len(moved)} for group in groups]
        if groups:
            tests.append({"composante": component, "n": len(moved), "p": _greatest(groups, len(moved), least)})
            every[component] = pd.Series(moved).map(MOVES.index) - 1
    columns = ["composante", "reponses", "cote", "personnes", "n"]
    tested = pd.DataFrame(tests, columns=["composante", "n", "p"])
    alike = design_effect(([of] for of in every.values()), own["projet_id"]) if "projet_id" in own else 1.0
    fewer = [sign_test(*(round(int((of == way).sum()) / alike) for way in (1, -1))) for of in every.values()]
    tested = tested.assign(p_holm=holm(tested["p"]), tient=[p < _LEVEL for p in holm(fewer)])
    return _frame(rows, columns), tested


def _greatest(groups: tuple[Group, ...], n: int, least: int) -> float:
    """The greatest probability of the sign test among all that the moves shown leave possible."""
    shown = {group.codes: group.persons for group in groups}
    if all(len(codes) == 1 for codes in shown) and None not in shown.values():
        return sign_test(shown[UP,] or 0, shown[DOWN,] or 0)
    (codes, persons) = next((codes, persons) for codes, persons in shown.items() if len(codes) == 1)
    if codes == (SAME,):
        return 1.0
    told = n - least + 1 if persons is None else persons
    return max(sign_test(told, other) for other in range(n - told + 1))


def _net_moves(past: pd.DataFrame, own: pd.DataFrame, several: list[Question]) -> Iterator[tuple[Any, str]]:
    """Each person who took side on one statement twice: which way she went on most of them."""
    ranks = [{code: rank for rank, code in enumerate(one.scale)} for one in several]
    then, now = (
        [frame[one.name].astype("str").map(of).to_dict() for one, of in zip(several, ranks, strict=True)]
        for frame in (past, own)
    )
    for person in own.index.intersection(past.index):
        pairs = [(first[person], second[person]) for first, second in zip(then, now, strict=True)]
        signs = [(second > first) - (second < first) for first, second in pairs if first == first and second == second]  # noqa: PLR0124 - NaN
        if signs:
            net = sum(signs)
            yield person, UP if net > 0 else DOWN if net < 0 else SAME


def sign_test(up: int, down: int) -> float:
    """Chance of moves as one-sided as these or more, when going up and going down are as likely; those who stayed tell nothing.

    Source:
        Dixon & Mood (1946), *JASA* 41, 557–566; ``binom.test(8, 10)$p.value`` in R.

    >>> round(sign_test(8, 2), 6), sign_test(0, 0)
    (0.109375, 1.0)
    """
    from scipy.stats import binomtest

    return float(binomtest(up, up + down).pvalue) if up + down else 1.0
