"""How far coders agree, variable by variable and in all, with what chance gives, and what is left to discuss."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ect_research.analysis.chance import Refusal, demand_draws
from ect_research.analysis.corpus.agreement.coefficients import Disagreement, agreement_interval, counts_of
from ect_research.analysis.corpus.agreement.double_codings import SETTLED, DoubleCoding, read_double_codings
from ect_research.analysis.readable import Readable
from ect_research.codebook.codebook import Codebook
from ect_research.words import tell

FEWEST = 5
"""Fewest units coded twice under which a variable has no coefficient."""
_HIGH, _APART = 0.8, 0.2
_GRADED = ("ordinal", "multiple")
_SAID = {"codeur": "codeur", "code": "valeur", "passage": "passage"}


@dataclass(frozen=True)
class CodingAgreement(Readable):
    """Agreement between coders.

    Attributes:
        variables: one row per variable coded twice: ``unite_table, variable, nature, n`` (units coded by two at least),
            ``seuls`` (units that one coder alone coded), ``accord, bas, haut`` (share of pairs of coders that agree),
            ``hasard, hasard_bas, hasard_haut`` (the same when the codes of each coder are shuffled among units: mean, 95 %
            of the draws), ``dominant, part_dominant`` (most given answer, its share), ``paradoxe`` (they agree, and κ is low
            because one answer dominates).
        coefficients: one row per variable and coefficient: ``unite_table, variable, coefficient`` (``accord, cohen, fleiss,
            ac1, alpha``), ``n, valeur, bas, haut``; the rows without a variable hold all of them together.
        confusion: pairs of answers: ``unite_table, variable, codeur_a, codeur_b, code_a, code_b, n``.
        disagreements: pairs that differ: ``unite_table, unite_id, variable, codeur_a, code_a, passage_a, codeur_b, code_b,
            passage_b, regle`` (who settled it; blank when nobody has).
        left_out: variables with too few units coded twice, and how many they have.
        whole_chance: the same ``hasard, hasard_bas, hasard_haut`` for all variables together.
        coders: codes of the coders.
        draws: shuffles.
        seed: of the shuffles.
        sources: documents read.
        n: units coded twice.
    """

    exhibits = ("show_agreement",)

    variables: pd.DataFrame
    coefficients: pd.DataFrame
    confusion: pd.DataFrame
    disagreements: pd.DataFrame
    left_out: dict[str, int]
    whole_chance: dict[str, float]
    coders: tuple[str, ...]
    draws: int
    seed: int
    sources: tuple[object, ...]
    n: int

    @property
    def beyond(self) -> bool:
        """Whether coders agree on the whole more than in 97.5 % of the draws."""
        rows = self.coefficients
        whole = rows[(rows["variable"] == "") & (rows["coefficient"] == "accord")]["valeur"].iloc[0]
        return bool(whole > self.whole_chance["hasard_haut"])


def build_agreement(
    codings: pd.DataFrame, codebook: Codebook, *, log: pd.DataFrame | None = None, draws: int = 999, seed: int = 20260
) -> CodingAgreement | Refusal:
    """Compare what coders said of the same units.

    Args:
        codings: table ``codages``.
        codebook: which variables are ordered, which hold several codes.
        log: what was corrected in the corpus (``corpus.log``), to know what is settled.
        draws: shuffles of the codes of each coder among the units.
        seed: of the shuffles.

    Returns:
        the agreement, or a refusal when fewer than five units of any variable were coded twice.

    Raises:
        EctError: less than one draw.

    >>> import ect_research as ect
    >>> study = ect.open_study("pays-ledonien")
    >>> print(build_agreement(study.table("codages"), study.context.codebook).sentence()[:30])
    Refus : l’accord entre codeurs
    """
    demand_draws(draws)
    read = read_double_codings(codings, codebook)
    twice = [one for one in read if int(one.paired.sum()) >= FEWEST]
    if not twice:
        return _too_few(codings, read)
    chance = np.random.default_rng(seed)
    shuffled = [_shuffled(one, draws, chance) for one in twice]
    weights = np.array([one.paired.sum() for one in twice], dtype=float)
    coefficients = [row for one in twice for row in _coefficients(one)] + _together(twice)
    pairs = pd.concat([_pairs(one) for one in twice], ignore_index=True)
    apart = pairs[pairs["code_a"] != pairs["code_b"]]
    return CodingAgreement(
        pd.DataFrame([_line(one, draw, coefficients) for one, draw in zip(twice, shuffled, strict=True)]),
        pd.DataFrame(coefficients),
        _confusion(pairs),
        apart.assign(regle=_settled(apart, codings, log)).reset_index(drop=True),
        {one.variable: int(one.paired.sum()) for one in read if int(one.paired.sum()) < FEWEST},
        _chance(np.average(shuffled, axis=0, weights=weights)),
        tuple(sorted({coder for one in twice for coder in one.coders})),
        draws,
        seed,
        tuple(dict.fromkeys(source for one in twice for source in one.rows["source_id"])),
        len({(one.table, unit) for one in twice for unit in np.array(one.units)[one.paired]}),
    )


def _too_few(codings: pd.DataFrame, read: Sequence[DoubleCoding]) -> Refusal:
    asked = tell("l’accord entre codeurs")
    coders = sorted(set(codings["codeur"]))
    units = len({(table, unit) for table, unit in zip(codings["unite_table"], codings["unite_id"], strict=True)})
    remedy = tell(
        "faire coder les mêmes lignes par un second codeur, sans qu’il voie le premier codage (tour 2, son code dans la "
        "colonne « Codeur ») : {wanted} au moins par variable, mieux toutes.",
        wanted=FEWEST,
    )
    if not len(codings):
        return Refusal(asked, tell("La table « codages » est vide."), remedy)
    if len(coders) < 2:
        reason = tell(
            "Les codages de la table ({n}, sur {units} projets ou autres lignes et {variables} variables) viennent d’un seul "
            "codeur.",
            n=len(codings),
            units=units,
            variables=len(read),
        )
        return Refusal(asked, reason, remedy)
    most = max((int(one.paired.sum()) for one in read), default=0)
    reason = tell(
        "{n} codeurs, et la variable la plus codée deux fois ne l’est que sur {most} lignes ; il en faut {wanted}.",
        n=len(coders),
        most=most,
        wanted=FEWEST,
    )
    return Refusal(asked, reason, remedy)


def _coefficients(one: DoubleCoding) -> list[dict[str, Any]]:
    ratings = one.ratings[one.paired]
    rows = []
    for name, way in one.ways().items():
        graded = name == "alpha" and one.kind in _GRADED
        rows.append(_bounded(way(ratings), _left_out(way, ratings), one, name, graded=graded))
    return rows


def _left_out(way: Callable[[NDArray[np.intp]], Disagreement], ratings: NDArray[np.intp]) -> list[Disagreement]:
    return [way(np.delete(ratings, unit, axis=0)) for unit in range(len(ratings))]


def _bounded(
    whole: Disagreement, without: list[Disagreement], one: DoubleCoding | None, name: str, *, graded: bool
) -> dict[str, Any]:
    low, high = agreement_interval(whole, without, graded=graded)
    where = {"unite_table": one.table if one else "", "variable": one.variable if one else ""}
    return where | {"coefficient": name, "n": len(without), "valeur": whole.coefficient, "bas": low, "haut": high}


def _together(twice: list[DoubleCoding]) -> list[dict[str, Any]]:
    """All variables as one, each pair of codes counting for one; a project left out takes all its codes with it."""
    units = sorted({(one.table, unit) for one in twice for unit in np.array(one.units)[one.paired]})
    rows = []
    for name in (name for name in twice[0].ways() if all(name in one.ways() for one in twice)):
        without = [_pooled(twice, name, leave=unit) for unit in units]
        rows.append(_bounded(_pooled(twice, name), without, None, name, graded=name == "alpha"))
    return rows


def _pooled(twice: list[DoubleCoding], name: str, leave: tuple[str, str] | None = None) -> Disagreement:
    seen, given, total = 0.0, 0.0, 0
    for one in twice:
        kept = one.paired & np.array([(one.table, unit) != leave for unit in one.units])
        told = one.ways()[name](one.ratings[kept])
        n = int(kept.sum())
        seen, given, total = seen + n * told.observed, given + n * told.expected, total + n
    return Disagreement(seen / total, given / total)


def _shuffled(one: DoubleCoding, draws: int, chance: np.random.Generator) -> NDArray[np.float64]:
    """Share of pairs of coders that agree when each coder's answers are dealt again among the units, shape (draws,)."""
    same, pairs = np.zeros(draws), 0
    for a, b in combinations(range(len(one.coders)), 2):
        both = one.ratings[(one.ratings[:, [a, b]] >= 0).all(axis=1)]
        dealt = chance.permuted(np.tile(both[:, b], (draws, 1)), axis=1)
        same += (dealt == both[:, a]).sum(axis=1)
        pairs += len(both)
    return np.asarray(same / max(pairs, 1))


def _chance(shares: NDArray[np.float64]) -> dict[str, float]:
    low, high = np.quantile(shares, [0.025, 0.975])
    return {"hasard": float(shares.mean()), "hasard_bas": float(low), "hasard_haut": float(high)}


def _line(one: DoubleCoding, shuffled: NDArray[np.float64], coefficients: list[dict[str, Any]]) -> dict[str, Any]:
    told = {
        row["coefficient"]: row
        for row in coefficients
        if (row["unite_table"], row["variable"]) == (one.table, one.variable)
    }
    share = told["accord"]
    given = counts_of(one.ratings[one.paired], len(one.codes)).sum(axis=0)
    kappa = told["fleiss"]["valeur"]
    hidden = share["valeur"] >= _HIGH and not told["ac1"]["valeur"] - kappa < _APART
    return {
        "unite_table": one.table, "variable": one.variable, "nature": one.kind, "n": int(one.paired.sum()),
        "seuls": int((~one.paired).sum()), "accord": share["valeur"], "bas": share["bas"], "haut": share["haut"],
        **_chance(shuffled), "dominant": one.codes[int(given.argmax())],
        "part_dominant": float(given.max() / given.sum()), "paradoxe": bool(hidden),
    }  # fmt: skip


def _pairs(one: DoubleCoding) -> pd.DataFrame:
    """One row per unit and pair of coders who coded it."""
    told = {(row["unite_id"], row["codeur"]): row for row in one.rows.to_dict("records")}
    rows = []
    for at, unit in enumerate(one.units):
        for a, b in combinations(range(len(one.coders)), 2):
            if min(one.ratings[at, [a, b]]) >= 0:
                first, second = (told[unit, one.coders[coder]] for coder in (a, b))
                rows.append(
                    {"unite_table": one.table, "unite_id": unit, "variable": one.variable}
                    | {f"{name}_a": first[read] for name, read in _SAID.items()}
                    | {f"{name}_b": second[read] for name, read in _SAID.items()}
                )
    return pd.DataFrame(rows)


def _confusion(pairs: pd.DataFrame) -> pd.DataFrame:
    keys = ["unite_table", "variable", "codeur_a", "codeur_b", "code_a", "code_b"]
    return pairs.groupby(keys, sort=False).size().rename("n").reset_index()


def _settled(apart: pd.DataFrame, codings: pd.DataFrame, log: pd.DataFrame | None) -> list[str]:
    """Who settled each disagreement: a coding after discussion, or a correction of the corpus."""
    after = codings[codings["tour"].astype("str") == SETTLED]
    keys = zip(after["unite_table"], after["unite_id"], after["variable"], strict=True)
    done = dict(zip(keys, after["codeur"], strict=True))
    if log is not None and len(log):
        fixed = log[log["nature"] == "correction"]
        done |= dict(zip(zip(fixed["table"], fixed["cle"], fixed["colonne"], strict=True), fixed["qui"], strict=True))
    places = zip(apart["unite_table"], apart["unite_id"], apart["variable"], strict=True)
    return [str(done.get(place, "")) for place in places]
