"""Registers of which one knows what was planted: types, gradients, variables tied by construction, or nothing.

Each generator gives ``p`` coded variables of ``n`` projects; all but ``types`` and ``types_moyens`` hold no types of projects.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from ect_research.analysis.typologies.tables.answer_table import ProjectTable, prepare_table

SHARES = (0.5, 0.3, 0.2)
DOCUMENTS, BY_DEFAULT = 4, 0.35
Codes = np.ndarray
Chance = np.random.Generator


def noise(n: int, chance: Chance, levels: int | None = None) -> Codes:
    """Codes drawn from uneven margins."""
    count = levels or int(chance.integers(2, 6))
    drawn = chance.choice(count, n, p=chance.dirichlet(np.full(count, 3.0)))
    return drawn if len(np.unique(drawn)) > 1 else noise(n, chance, levels)


def noises(n: int, p: int, chance: Chance) -> list[Codes]:
    return [noise(n, chance) for _ in range(p)]


def altered(codes: Codes, errors: float, chance: Chance) -> Codes:
    """A copy, a share of its codes drawn again."""
    return np.where(chance.random(len(codes)) < errors, chance.permutation(codes), codes)


def members(n: int, chance: Chance) -> Codes:
    sizes = np.round(np.array(SHARES[:2]) * n).astype(int)
    return chance.permutation(np.repeat([0, 1, 2], [*sizes, n - sizes.sum()]))


def clear_types(n: int, p: int, chance: Chance, strength: float = 0.75) -> list[Codes]:
    """Three types, each with a code of its own or shared with another in each variable; other answers are drawn for all."""
    types = members(n, chance)
    found: list[Codes] = []
    while len(found) < p:
        levels = int(chance.integers(2, 6))
        usual = chance.integers(0, levels, 3)
        chances = np.tile((1 - strength) * chance.dirichlet(np.full(levels, 3.0)), (3, 1))
        chances[np.arange(3), usual] += strength
        drawn = chances_drawn(chances[types], chance)
        found += [drawn] if len(np.unique(drawn)) > 1 and len(set(usual.tolist())) > 1 else []
    return found


def medium_types(n: int, p: int, chance: Chance) -> list[Codes]:
    return clear_types(n, p, chance, 0.55)


def chances_drawn(chances: np.ndarray, chance: Chance) -> Codes:
    return (chances.cumsum(axis=1) < chance.random(len(chances))[:, None]).sum(axis=1).clip(0, chances.shape[1] - 1)


def gradient(scores: Callable[[int, Chance], np.ndarray]) -> Callable[[int, int, Chance], list[Codes]]:
    """Codes by a multinomial logit of scores without types."""

    def drawn(n: int, p: int, chance: Chance) -> list[Codes]:
        places, found = scores(n, chance), []
        while len(found) < p:
            levels = int(chance.integers(3, 6))
            pull = np.exp(places @ chance.normal(size=(places.shape[1], levels)) * 2.2)
            chances = chance.dirichlet(np.full(levels, 3.0)) * pull
            codes = chances_drawn(chances / chances.sum(axis=1, keepdims=True), chance)
            found += [codes] if len(np.unique(codes)) > 1 else []
        return found

    return drawn


def standardised(values: np.ndarray) -> np.ndarray:
    return (values - values.mean(axis=0)) / values.std(axis=0)


def a_copy(n: int, p: int, chance: Chance) -> list[Codes]:
    """A variable and its copy with 5 % of errors."""
    first = noise(n, chance, 4)
    return [first, altered(first, 0.05, chance), *noises(n, p - 2, chance)]


def a_triple(n: int, p: int, chance: Chance) -> list[Codes]:
    """A variable, its copy and its regrouping."""
    first = noise(n, chance, 4)
    return [first, altered(first, 0.05, chance), first // 2, *noises(n, p - 3, chance)]


def a_filter(n: int, p: int, chance: Chance) -> list[Codes]:
    """A yes/no and three follow-ups (two among four variables) that are « sans objet » (code 9) for the no."""
    yes = noise(n, chance, 2)
    told = 3 if p > 4 else 2
    return [yes, *(np.where(yes == 1, noise(n, chance, 3), 9) for _ in range(told)), *noises(n, p - 1 - told, chance)]


def a_scale(n: int, p: int, chance: Chance) -> list[Codes]:
    """Yes/no on one scale of maturity, at most seven steps, without errors."""
    steps = min(p, 7)
    place = chance.uniform(0, steps + 1, n)
    items = [(place > step + 1).astype(int) for step in range(steps)]
    items = [item if 0 < item.sum() < n else noise(n, chance, 2) for item in items]
    return [*items, *noises(n, p - steps, chance)]


def tied_pair(n: int, p: int, chance: Chance) -> list[Codes]:
    """Two variables tied at 85 %, among three (four at least are left as they are)."""
    first = noise(n, chance, 4)
    other = np.where(chance.random(n) < 0.85, first, chance.integers(0, 4, n))
    return [first, other, *noises(n, (3 if p == 4 else p) - 2, chance)]


def nested(n: int, p: int, chance: Chance) -> list[Codes]:
    """A nomenclature at three levels: eight codes, four, two."""
    fine = noise(n, chance, 8)
    return [fine, fine // 2, fine // 4, *noises(n, p - 3, chance)]


def documents(n: int, p: int, chance: Chance) -> list[Codes]:
    """Four documents, each with its own answer by default, given to 35 % of its questions."""
    source = chance.integers(0, DOCUMENTS, n)
    found = []
    for codes in noises(n, p, chance):
        default = chance.integers(0, codes.max() + 1, DOCUMENTS)[source]
        found.append(np.where(chance.random(n) < BY_DEFAULT, default, codes))
    return found


def twins(n: int, p: int, chance: Chance) -> list[Codes]:
    """One project in five entered twice."""
    rows = np.arange(n)
    copied = chance.permutation(n)[: 2 * (n // 5)]
    rows[copied[1::2]] = copied[::2]
    return [codes[rows] for codes in noises(n, p, chance)]


def interviewers(n: int, p: int, chance: Chance) -> list[Codes]:
    """Three interviewers, each with its own answer to half of what it asks; who asked is known, in one more column."""
    who, found = chance.integers(0, 3, n), []
    while len(found) < p:
        codes = noise(n, chance)
        usual = chance.integers(0, codes.max() + 1, 3)[who]
        drawn = np.where(chance.random(n) < 0.5, usual, codes)
        found += [drawn] if len(np.unique(drawn)) > 1 else []
    return [*found, who]


def computed(n: int, p: int, chance: Chance) -> list[Codes]:
    """Yes/no items, and their total in classes."""
    items = [noise(n, chance, 2) for _ in range(min(4, p - 1))]
    total = np.minimum(np.sum(items, axis=0) // 2, 2)
    total = total if len(np.unique(total)) > 1 else noise(n, chance, 2)
    return [*items, total, *noises(n, p - 1 - len(items), chance)]


def thresholds(n: int, p: int, chance: Chance) -> list[Codes]:
    """One score in classes, three times, at thresholds of their own."""
    score, found = chance.normal(size=n), []
    while len(found) < 3:
        classes = np.searchsorted(np.sort(chance.normal(size=int(chance.integers(1, 5)))), score)
        found += [classes] if len(np.unique(classes)) > 1 else []
    return [*found, *noises(n, p - 3, chance)]


def two_scales(n: int, p: int, chance: Chance) -> list[Codes]:
    """Two scales of three yes/no (of one among four variables) that a common cause moves, and a filter with its follow-up."""
    cause, found = chance.normal(size=n), []
    for _ in range(2):
        place = 0.7 * (cause + chance.normal(size=n))
        for step in (-0.7, 0.0, 0.7) if p > 4 else (0.0,):
            item = (place > step).astype(int)
            found.append(item if 0 < item.sum() < n else noise(n, chance, 2))
    yes = (cause + chance.normal(size=n) > 0).astype(int)
    yes = yes if 0 < yes.sum() < n else noise(n, chance, 2)
    return [*found, yes, np.where(yes == 1, noise(n, chance, 3), 9), *noises(n, p - len(found) - 2, chance)]


def nearly_constant(n: int, p: int, chance: Chance) -> list[Codes]:
    """Variables of which nine projects in ten have the same code."""
    found: list[Codes] = []
    while len(found) < p:
        codes = chance.choice(3, n, p=[0.9, 0.06, 0.04])
        found += [codes] if len(np.unique(codes)) > 1 else []
    return found


def shared_other(n: int, p: int, chance: Chance) -> list[Codes]:
    """« Autre » (code 9) for six answers in ten of three projects in ten, whatever is asked."""
    vague = chance.random(n) < 0.3
    return [np.where(vague & (chance.random(n) < 0.6), 9, codes) for codes in noises(n, p, chance)]


def several_choices(n: int, p: int, chance: Chance) -> list[Codes]:
    """A question of which two answers in five (in four among four variables) are ticked, as yes/no columns."""
    asked = min(5, p)
    ticked = np.array([chance.permutation(np.arange(asked) < 2) for _ in range(n)]).astype(int)
    items = [item if 0 < item.sum() < n else noise(n, chance, 2) for item in ticked.T]
    return [*items, *noises(n, p - asked, chance)]


def one_commands(n: int, p: int, chance: Chance) -> list[Codes]:
    """Six answers in ten to each variable follow from the code of the first."""
    first = noise(n, chance, 3)
    found = [first]
    while len(found) < p:
        levels = int(chance.integers(2, 5))
        drawn = np.where(chance.random(n) < 0.6, chance.integers(0, levels, 3)[first], chance.integers(0, levels, n))
        found += [drawn] if len(np.unique(drawn)) > 1 else []
    return found


TRUTHS: dict[str, Callable[[int, int, Chance], list[Codes]]] = {
    "types": clear_types,
    "types_moyens": medium_types,
    "rien": noises,
    "gradient_1": gradient(lambda n, chance: chance.normal(size=(n, 1))),
    "gradient_2": gradient(lambda n, chance: chance.normal(size=(n, 2))),
    "gradient_3": gradient(lambda n, chance: chance.normal(size=(n, 3))),
    "exponentiel": gradient(lambda n, chance: standardised(chance.exponential(size=(n, 1)))),
    "lognormal": gradient(lambda n, chance: standardised(chance.lognormal(size=(n, 1)))),
    "copie": a_copy,
    "triple": a_triple,
    "filtre": a_filter,
    "echelle": a_scale,
    "portage_statut": tied_pair,
    "emboitement": nested,
    "documents": documents,
    "jumeaux": twins,
    "enqueteurs": interviewers,
    "total": computed,
    "seuils": thresholds,
    "deux_echelles": two_scales,
    "constantes": nearly_constant,
    "autre": shared_other,
    "choix": several_choices,
    "commande": one_commands,
}
SOURCED, OWN_CODES = ("enqueteurs",), ("autre",)
HOLES = {"": 0.0, "trous_20": 0.2, "trous_40": 0.4, "trous_groupes": 0.5, "vide": 0.0}


def plant(truth: str, n: int, p: int, chance: Chance, holes: str = "") -> ProjectTable:
    """A table of planted answers; a project left without any is out of play.

    Args:
        truth: one of `TRUTHS`.
        n: projects.
        p: variables.
        chance: generator.
        holes: ``trous_20``, ``trous_40`` (at random), ``trous_groupes`` (half of the answers of a third of the projects) or
            ``vide`` (« sans objet » left empty).
    """
    columns = TRUTHS[truth](n, p, chance)
    who = columns.pop() if truth in SOURCED else None
    frame = pd.DataFrame({f"v{place}": codes.astype(str) for place, codes in enumerate(columns)}, dtype=object)
    if truth in OWN_CODES:
        frame = frame.where(frame == "9", frame.apply(lambda column: f"{column.name}_" + column))
    frame.index = pd.Index([f"p{row:03d}" for row in range(n)])
    lost = chance.random(frame.shape) < HOLES[holes]
    if holes == "trous_groupes":
        lost &= (chance.random(n) < 1 / 3)[:, None]
    frame = frame.mask(lost)
    if holes == "vide":
        frame = frame.mask(frame == "9")
    keep = [name for name in frame if len(frame[name].dropna().unique()) > 1]
    nothing = frame.index[frame[keep].isna().all(axis=1)]
    if who is not None:
        frame["source_id"] = [(f"S{code}",) for code in who]
    return prepare_table(frame, keep, passive_projects=nothing)
