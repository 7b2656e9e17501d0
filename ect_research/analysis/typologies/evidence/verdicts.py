"""Three verdicts: no structure, structure that needs no types, or types beyond gradients and beyond variables in pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ect_research.analysis.chance import demand_draws
from ect_research.analysis.partition.ward import parts_of
from ect_research.analysis.typologies.coordinates import Route, squared_of
from ect_research.analysis.typologies.evidence.dependence import Dependence, find_dependence
from ect_research.analysis.typologies.evidence.null_tests import (
    against_gradients,
    p_of,
    p_pairs,
    p_together,
    silhouettes,
)
from ect_research.analysis.typologies.evidence.shuffles import shuffler_of
from ect_research.analysis.typologies.hierarchy import project_points
from ect_research.analysis.typologies.tables.answer_table import ProjectTable, name_some
from ect_research.analysis.typologies.tables.answers import answers_of, told_of
from ect_research.errors import EctError
from ect_research.words import Sentence, mark, tell

Floats = NDArray[np.float64]
Verdict = Literal["aucune_structure", "continuum", "types"]
Strength = Literal["compte", "au_dela", "hasard"]
NUMBERS_OF_TYPES = (2, 3, 4, 5, 6)
LEVEL = 0.05
LEVEL_GRADIENTS = 0.06
LEVEL_TIED = 0.02
_SAID = {
    "aucune_structure": mark("Aucune structure : des réponses battues au hasard font aussi bien"),
    "continuum": mark(
        "Les projets se ressemblent plus que par hasard, sans former de types démontrés : un continuum suffit"
    ),
    "lies": mark("Une structure portée par des variables qui se commandent, pas des types ({tied})"),
    "paires": mark("Une structure que les liens de variables deux à deux suffisent à donner : pas de types démontrés"),
    "types": mark("Des types, au-delà d’un continuum"),
}


@dataclass(frozen=True)
class StructureVerdict:
    """What the answers of the projects say against shuffled answers, against gradients and against variables in pairs.

    Attributes:
        verdict: ``aucune_structure`` (shuffled answers go together as well), ``continuum`` (they go together, but tied
            variables, or gradients, do as well) or ``types`` (more than all of them).
        strength: ``hasard``, ``compte`` (the structure is that of variables that command one another) or ``au_dela``.
        said: the verdict in one sentence.
        dependence: variables that command one another; the follow-ups of a filter have no part in what follows.
        curve: one row per number of types: ``k, silhouette`` (mean width, −1 to 1), ``hasard_bas, hasard_median,
            hasard_haut`` (2.5, 50, 97.5 % of shuffled answers); NaN from the number of different profiles on.
        plane_curve: same on the two gradients, against ``continuum_bas, continuum_median, continuum_haut``.
        p_structure: share of the shuffles whose variables go together as much, the observed one included.
        p_between: same between the blocks: what is left once tied variables count once.
        p_types: share of the gradients whose best silhouette on the plane is as large, the observed one included: the
            larger of two, for normal and for uniform scores.
        p_pairs: share of the registers dealt with their ties in pairs whose types foretell as well an answer that did not
            make them.
        horseshoe: share of axis 2 that the square of axis 1 explains, 0–1: above 0.5, an effet Guttman.
        shuffles: shuffled data sets; half as many gradients of each law, and registers dealt in pairs.
    """

    verdict: Verdict
    strength: Strength
    said: Sentence
    dependence: Dependence
    curve: pd.DataFrame
    plane_curve: pd.DataFrame
    p_structure: float
    p_between: float
    p_types: float
    p_pairs: float
    horseshoe: float
    shuffles: int
    seed: int
    n: int

    @property
    def shows_types(self) -> bool:
        """Whether types may be coloured and named: not where there is no structure."""
        return self.verdict != "aucune_structure"

    def told(self, names: Mapping[str, str]) -> Sentence:
        """What is said, with words for the variables that command one another."""
        return replace(self.said, blanks=(("tied", self.dependence.told(names)),)) if self.said.blanks else self.said


def judge_structure(
    table: ProjectTable,
    *,
    route: Route = "gower",
    numbers: Sequence[int] = NUMBERS_OF_TYPES,
    insisted: Sequence[str] = (),
    shuffles: int = 99,
    seed: int = 20160,
) -> StructureVerdict:
    """Set the projects against shuffled answers, gradients as strong, and answers tied in pairs only.

    The follow-ups of a filter have no part in it (`find_dependence`). Three questions, types only when all say so:

    - do the variables go together more than shuffled ones, and still do when one per block of tied ones is kept?
    - is the best mean silhouette on the first two axes more than that of gradients calibrated on these axes?
    - do the types made without a variable foretell it better than where variables are tied in pairs only, however closely?
      Types that foretell nothing are codes. Where nothing goes together between blocks, this is asked at 2 %, not 5 %. How
      the projects were documented counts among these ties (`told_of`): an interviewer's habits are not types.

    A rejection of the first null says that variables go together, not that there are types.

    Args:
        table: from `prepare_table`, weights all equal.
        route: how projects are placed, as in `project_points`.
        numbers: numbers of types looked at; those above n − 1, and those that reach the number of different profiles, are
            left out.
        insisted: variables held to be facts of their own although another commands them.
        shuffles: shuffled data sets; half as many gradients of each law, and registers dealt in pairs.
        seed: of everything drawn.

    Raises:
        EctError: as `project_points`, no shuffle, a project of which nothing is known but follow-ups of a filter, or no
            number of types that the projects allow.

    Source:
        This package; error rates in `measured_rates`. Silhouette: Rousseeuw (1987).
    """
    demand_draws(shuffles)
    dependence = find_dependence(table, insisted=insisted)
    unknown = table.active.index[table.in_play & ~knows_something(table, dependence.followups)]
    if len(unknown):
        raise EctError(
            "Aucune variable active, hors suites d’un filtre, n’est connue pour : {unknown}. Un projet dont on ne sait rien "
            "ne se compare à aucun : le placer ensuite (passive_projects), ou laisser choose_documented choisir.",
            unknown=name_some(unknown),
        )
    points = project_points(table, route=route).to_numpy()
    ks = [k for k in numbers if 2 <= k < len(points)]
    if not ks:
        raise EctError(
            "Aucun nombre de types possible pour {n_points} projets : en donner entre 2 et {n_points2}.",
            n_points=len(points),
            n_points2=len(points) - 1,
        )
    chance = np.random.default_rng(seed)
    answers = answers_of(table)
    whole = shuffler_of(answers, route)
    deals = np.array([whole.deal(chance) for _ in range(shuffles)])
    null = np.vstack([silhouettes(whole.squared(deals[part]), ks) for part in parts_of(shuffles, len(points))])
    kept = [place for place, answer in enumerate(answers) if answer.name in dependence.kept]
    once = shuffler_of(tuple(answers[place] for place in kept), route)
    asked = shuffler_of(tuple(answer for answer in answers if answer.name not in dependence.followups), route)
    observed, drawn = against_gradients(asked, ks, (shuffles + 1) // 2, chance)
    found = StructureVerdict(
        verdict="continuum",
        strength="au_dela",
        said=Sentence(_SAID["continuum"]),
        dependence=dependence,
        curve=_curve(ks, silhouettes(squared_of(answers, route)[None], ks)[0], null, "hasard"),
        plane_curve=_curve(ks, observed, np.vstack(drawn), "continuum"),
        p_structure=p_together(whole, deals),
        p_between=p_together(once, deals[:, kept]),
        p_types=max(p_of(observed, one) for one in drawn),
        p_pairs=p_pairs(asked, told_of(table), (shuffles + 1) // 2, chance),
        horseshoe=_horseshoe(points),
        shuffles=shuffles,
        seed=seed,
        n=len(points),
    )
    return _said(found)


def knows_something(table: ProjectTable, followups: Sequence[str]) -> NDArray[np.bool_]:
    """Whether each project knows an active variable that is no follow-up of a filter, shape (projects,)."""
    return np.asarray(table.known.drop(columns=list(followups)).any(axis=1))


def verdict_of(p_structure: float, p_between: float, p_types: float, p_pairs: float) -> Verdict:
    """The verdict that four shares of draws lead to.

    Each at 5 %, 6 % against gradients (the larger share of two laws).

    >>> verdict_of(0.01, 0.01, 0.4, 0.01), verdict_of(0.2, 0.2, 0.01, 0.01), verdict_of(0.01, 0.01, 0.01, 0.02)
    ('continuum', 'aucune_structure', 'types')
    """
    if p_structure > LEVEL:
        return "aucune_structure"
    strict = LEVEL if p_between <= LEVEL else LEVEL_TIED
    return "types" if p_types <= LEVEL_GRADIENTS and p_pairs <= strict else "continuum"


def _said(found: StructureVerdict) -> StructureVerdict:
    """The verdict, its strength and its sentence."""
    dependence = found.dependence
    verdict = verdict_of(found.p_structure, found.p_between, found.p_types, found.p_pairs)
    tied = verdict == "continuum" and found.p_between > LEVEL and bool(dependence.blocks)
    key = "lies" if tied else "paires" if verdict == "continuum" and found.p_types <= LEVEL_GRADIENTS else verdict
    strength: Strength = "hasard" if verdict == "aucune_structure" else "compte" if tied else "au_dela"
    said = tell(_SAID[key], tied=dependence.told()) if tied else tell(_SAID[key])
    return replace(found, verdict=verdict, strength=strength, said=said)


def _curve(numbers: Sequence[int], observed: Floats, null: Floats, name: str) -> pd.DataFrame:
    some = ~np.isnan(null).all(axis=0)
    low, middle, high = np.full((3, len(numbers)), np.nan)
    low[some], middle[some], high[some] = np.nanquantile(null[:, some], [0.025, 0.5, 0.975], axis=0)
    return pd.DataFrame(
        {"k": list(numbers), "silhouette": observed, f"{name}_bas": low, f"{name}_median": middle, f"{name}_haut": high}
    )


def _horseshoe(points: Floats) -> float:
    if points.shape[1] < 2 or len(points) < 4:
        return 0.0
    bent = (points[:, 0] - points[:, 0].mean()) ** 2
    if bent.std() == 0 or points[:, 1].std() == 0:
        return 0.0
    return float(np.corrcoef(bent, points[:, 1])[0, 1] ** 2)
