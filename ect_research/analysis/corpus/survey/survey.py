"""Any questionnaire: what persons answered to each question, as its type allows, with intervals; nobody left to guess."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from ect_research.analysis.chance import Refusal, demand_draws, wilson_bounds
from ect_research.analysis.corpus.survey.coarse_counts import (
    WAVE,
    Group,
    Question,
    answer_groups,
    last_answers,
    numbers_of,
    place_of,
    read_questions,
)
from ect_research.analysis.corpus.survey.crossings import CROSSED, TESTED, cross_answers
from ect_research.analysis.corpus.survey.members import design_effect
from ect_research.analysis.readable import Readable
from ect_research.codebook.codebook import Codebook
from ect_research.errors import EctError
from ect_research.words import tell, tell_n

_NONE = (np.nan,) * 3
_ANSWERS = ["question", "nature", "reponses", "cote", "personnes", "n", "part", "bas", "haut"]

_PAIR = 2  # columns of a crossing


@dataclass(frozen=True)
class Survey(Readable):
    """Answers to a questionnaire.

    Attributes:
        table: table of the corpus.
        answers: one row per group of answers of a question: ``question, nature`` (`Question.kind`), ``reponses`` (codes counted
            together; the ends of a class of numbers or years), ``cote`` (side of a scale), ``personnes`` (missing where it must
            not be told), ``n`` (who answered the question), ``part, bas, haut`` (Wilson, 95 %, on so many times fewer persons
            as ``alike`` says).
        withheld: questions of which nothing can be shown, and their kind.
        unanswered: questions that nobody answered, asked or not, and their kind.
        texts: open questions: ``question, personnes`` (who wrote something), ``codees`` (of whom the text was coded).
        crossings: tests asked for (`cross_answers`): ``question, groupe, n, force, hasard, p, p_holm, tient``; missing if hidden.
        crossed: persons by group and answer, for the crossings shown: ``question, groupe, modalite, reponses, personnes``.
        n: persons.
        twice: answers set aside because the same person gave a later one.
        unwaved: answers set aside because they name no wave, where others name theirs.
        least: fewest persons of a number.
        why_weights: why answers are weighted; blank when they are not. Persons are never weighted, shares are.
        draws: shuffles.
        seed: of the shuffles.
        within: column of the project, or actor, that several persons are members of; blank when none is told.
        alike: how many persons of one project, or actor, tell what one would on her own (`design_effect`).
        sources: documents read.
    """

    exhibits = ("show_survey",)

    table: str
    answers: pd.DataFrame
    withheld: dict[str, str]
    unanswered: dict[str, str]
    texts: pd.DataFrame
    crossings: pd.DataFrame
    crossed: pd.DataFrame
    n: int
    twice: int
    unwaved: int
    least: int
    why_weights: str
    draws: int
    seed: int
    within: str
    alike: float
    sources: tuple[object, ...]


def build_survey(  # noqa: PLR0913 - each has a default
    answers: pd.DataFrame,
    codebook: Codebook,
    table: str,
    *,
    questions: Sequence[str] = (),
    crossings: Sequence[Sequence[str]] = (),
    codings: pd.DataFrame | None = None,
    weights: tuple[str, str] = ("", ""),
    least: int = 5,
    draws: int = 999,
    seed: int = 20260,
) -> Survey | Refusal:
    """Count what persons answered, question by question.

    Args:
        answers: the table; the last wave alone where there are several, and the last answer of each person.
        codebook: which columns are questions, of what type.
        table: name of the table.
        questions: columns to keep; all when empty.
        crossings: pairs of columns, a question and the groups of persons to compare.
        codings: table ``codages``: themes given to open answers (``unite_table`` is the table, ``variable`` the question).
        weights: a column, and why it is right to weight by it; refused without a reason.
        least: fewest persons of a number; smaller ones are counted together or withheld.
        draws: shuffles of the groups among persons, for each crossing.
        seed: of the shuffles.

    Returns:
        the survey, or a refusal: fewer than ``2 * least`` persons, or weights that nobody explains.

    Raises:
        EctError: no such column, or less than one draw.

    Source:
        Shares: Wilson (1927), on the effective number of persons of Kish (1965), *Survey Sampling*, § 8.2 (members of a
        project answer together: `design_effect`) and § 11.7 (weights).
        Members of a project: restricted permutation, Anderson & ter Braak (2003), *J. Stat. Comput. Simul.* 73, 85–113.

    >>> import ect_research as ect
    >>> study = ect.open_study("pays-ledonien")
    >>> print(build_survey(study.table("maturite"), study.context.codebook, "maturite").sentence()[:54])
    Refus : le dépouillement de la table maturite. La tabl
    """
    demand_draws(draws)
    column, why = weights
    asked = [one for one in read_questions(codebook, table) if one.name != column]
    odd = [
        repr(pair)
        for pair in crossings
        if isinstance(pair, str) or not isinstance(pair, Sequence) or len(pair) != _PAIR
    ]
    if odd:
        raise EctError(
            'Un croisement est une paire de colonnes, ["question", "groupe"] ; reçu : {odd}.', odd=", ".join(odd)
        )
    _demand(answers, [*questions, *(name for pair in crossings for name in pair), *filter(None, [column])])
    waved = answers[WAVE].notna().any() if WAVE in answers else False
    own = answers[answers[WAVE] == answers[WAVE].cat.categories[answers[WAVE].cat.codes.max()]] if waved else answers
    # By key: equals, and what is drawn by lot, owe nothing to the order of the file.
    last = last_answers(own).sort_values(codebook.key_of(table), kind="stable")
    refused = _refused(table, len(last), least, explained=bool(why.strip()) or not column)
    weight = last[column].astype("float64") if column else pd.Series(1.0, index=last.index)
    if refused or (refused := _unweighted(table, int((~(weight >= 0)).sum()))):
        return refused
    kept = [one for one in asked if not questions or one.name in questions]
    closed = [one for one in kept if one.kind != "texte"]
    told = {one: answer_groups(one, last, least) for one in closed if last[one.name].notna().any()}
    within = _shared(last, table, codebook)
    alike = design_effect(_indicators(told, last), last[within]) if within else 1.0
    opened = [one for one in kept if one.kind == "texte"]
    themes, texts = _open_answers(opened, (last, table, codebook), codings, (least, alike))
    rows = [row for one, groups in told.items() for row in _rows(one, groups, last, (weight, alike))]
    tested, crossed = cross_answers(last, asked, crossings, (draws, seed), least=least, within=within)
    return Survey(
        table,
        pd.DataFrame([*rows, *themes], columns=_ANSWERS).astype({"cote": "Int64", "personnes": "Int64"}),
        {one.name: one.kind for one, groups in told.items() if not groups},
        {one.name: one.kind for one in closed if one not in told},
        texts,
        pd.DataFrame(tested, columns=TESTED),
        pd.DataFrame(crossed, columns=CROSSED),
        len(last),
        len(own) - len(last),
        int(answers[WAVE].isna().sum()) if waved else 0,
        least,
        why.strip() if column else "",
        draws,
        seed,
        within,
        alike,
        tuple(last["source_id"]) if "source_id" in last else (),
    )


def _shared(own: pd.DataFrame, table: str, codebook: Codebook) -> str:
    """The first column that names a project, or an actor, and the same one for several persons."""
    owners = (("projets", "projet_id"), ("acteurs", "acteur_id"))
    named = (one.name for one in codebook.columns(table) if one.target in owners)
    return next((name for name in named if name in own and own[name].dropna().duplicated().any()), "")


def _demand(answers: pd.DataFrame, names: Sequence[str]) -> None:
    strange = [name for name in dict.fromkeys(names) if name not in answers]
    if strange:
        raise EctError("Le questionnaire n’a pas de colonne {names}.", names=strange)


def _refused(table: str, n: int, least: int, *, explained: bool) -> Refusal | None:
    asked = tell("le dépouillement de la table {table}", table=table)
    if n < max(2 * least, 1):
        few = tell_n("{n} personne a répondu ; il en faut {least}.", "{n} personnes ont répondu ; il en faut {least}.",
                     n, least=2 * least)  # fmt: skip
        remedy = tell(
            "faire répondre {n} personnes au moins (« ect questionnaire {table} formulaire.xlsx », puis « ect reponses »).",
            n=max(2 * least, 2),
            table=table,
        )
        return Refusal(asked, few if n else tell("La table « {table} » est vide.", table=table), remedy)
    if explained:
        return None
    return Refusal(
        asked,
        tell(
            "Des poids sont demandés sans dire pourquoi : ils changent les parts, et rien ne dit de quelle population."
        ),
        tell(
            "écrire, dans poids_pourquoi, d’où viennent les poids et quelle population ils redressent ; ou s’en passer."
        ),
    )


def _unweighted(table: str, n: int) -> Refusal | None:
    if not n:
        return None
    return Refusal(
        tell("le dépouillement de la table {table}", table=table),
        tell_n("{n} personne n’a pas de poids, ou un poids négatif : elle sortirait des parts sans être dite.",
               "{n} personnes n’ont pas de poids, ou un poids négatif : elles sortiraient des parts sans être dites.", n),
        tell("donner un poids à chacune (0 pour qui ne doit pas compter), ou se passer de poids."),
    )  # fmt: skip


def _rows(
    one: Question, groups: tuple[Group, ...], own: pd.DataFrame, counting: tuple[pd.Series[float], float]
) -> list[dict[str, Any]]:
    (weight, alike), rows = counting, []
    for group, said in zip(groups, _said(one, groups, own), strict=True):
        weighed = weight[said.index].to_numpy()
        shares = _NONE if group.persons is None else _share(said.to_numpy(), weighed, alike)
        rows.append(_line(one.name, one.kind, group, len(said), shares))
    return rows


def _said(one: Question, groups: tuple[Group, ...], own: pd.DataFrame) -> Iterator[pd.Series[bool]]:
    """Who, of those who answered, gave each group of answers."""
    known = own[one.name].notna() if one.kind not in ("nombre", "date") else numbers_of(one, own).notna()
    where = None if one.kind == "codes" else place_of(one, groups, own)
    for at, group in enumerate(groups):
        said = own[one.name].map(partial(_ticks, group.codes[0])) if where is None else where == at
        yield said[known].astype("bool")


def _indicators(told: Mapping[Question, tuple[Group, ...]], own: pd.DataFrame) -> Iterator[list[pd.Series[bool]]]:
    """By question, who gave each answer told; the last answer follows from the others, where one alone is given."""
    for one, groups in told.items():
        yield list(_said(one, groups if one.kind == "codes" else groups[:-1], own))


def _ticks(code: str, several: object) -> bool:
    return isinstance(several, tuple) and code in several


def _line(question: str, nature: str, group: Group, n: int, shares: Sequence[float]) -> dict[str, Any]:
    values = (question, nature, group.codes, group.side, group.persons, n, *shares)
    return dict(zip(_ANSWERS, values, strict=True))


def _share(said: np.ndarray[Any, Any], weight: np.ndarray[Any, Any], alike: float) -> tuple[float, float, float]:
    """A share and its Wilson bounds, on the effective number of persons where they are weighted, or answer together."""
    total = float(weight.sum())
    if not total:
        return _NONE
    effective = total**2 / float((weight**2).sum()) / alike
    share = float(weight[said].sum()) / total
    return share, *wilson_bounds(share, effective)


def _open_answers(
    asked: list[Question],
    read: tuple[pd.DataFrame, str, Codebook],
    codings: pd.DataFrame | None,
    counting: tuple[int, float],
) -> tuple[list[dict[str, Any]], pd.DataFrame]:
    """Themes of the open answers that were coded, and how many persons wrote and were coded."""
    (own, table, codebook), (least, alike) = read, counting
    key = codebook.key_of(table)
    rows: list[dict[str, Any]] = []
    lines = []
    for one in asked:
        wrote = own.loc[own[one.name].notna(), key]
        coded = pd.DataFrame(columns=["unite_id", "valeur"])
        if codings is not None and len(codings):
            about = (
                (codings["unite_table"] == table) & (codings["variable"] == one.name) & codings["unite_id"].isin(wrote)
            )
            coded = codings.loc[about & codings["valeur"].notna(), ["unite_id", "valeur"]].drop_duplicates()
        n = coded["unite_id"].nunique()
        lines.append((one.name, len(wrote) if len(wrote) >= least else None, n if n >= least or not n else None))
        for theme, persons in coded.groupby("valeur", sort=False)["unite_id"].nunique().items() if n >= least else ():
            told = None if 0 < min(persons, n - persons) < least else int(persons)
            told_share = np.arange(n) < persons
            shares = _NONE if told is None else _share(told_share, np.ones(n), alike)
            rows.append(_line(one.name, "texte", Group((str(theme),), None, told), n, shares))
    texts = pd.DataFrame(lines, columns=["question", "personnes", "codees"])
    return rows, texts.astype({"personnes": "Int64", "codees": "Int64"})
