"""The sorted case × variable matrix (Bertin): an order of projects and codes, and what chance would give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ect_research.analysis.chance import Refusal, demand_draws
from ect_research.analysis.readable import Readable
from ect_research.analysis.typologies.evidence.dependence import Dependence, find_dependence
from ect_research.analysis.typologies.tables.answer_table import codes_of, prepare_table
from ect_research.codebook.codebook import Codebook
from ect_research.errors import EctError
from ect_research.words import tell, tell_n

Floats = NDArray[np.float64]
FEWEST_PROJECTS = 4
ACTIVE_FROM = 2
"""A code borne by fewer projects is drawn but does not take part in the order: it would pull one project
aside."""


@dataclass(frozen=True)
class BertinMatrix(Readable):
    """Projects × codes, in an order that puts alike projects side by side.

    Attributes:
        cells: one row per project, variable and code: ``projet_id, variable, code`` (``""`` when unknown),
            ``certitude`` (code, ``""`` when not said).
        rows: projects, in order.
        columns: one row per code, in order: ``variable, code, effectif``; the codes of a variable stay
            together.
        unknown: variables that no project has: named, not drawn.
        likeness: share of the codings that two neighbours of the order have in common, out of those known for
            both (0–1).
        null: the same share after shuffling the known values of each variable between projects and sorting
            anew: ``(2.5 %, 50 %, 97.5 %)``.
        p_value: share of the shuffles at least as ordered: one-sided, for an order is sought, and none is found below chance.
        p_between: same when tied variables count once.
        dependence: variables that command one another: what they owe to each other is order too, and no type.
        permutations: number of shuffles.
        seed: seed of the shuffles.
        n: projects.
    """

    exhibits = ("show_bertin",)

    cells: pd.DataFrame
    rows: tuple[str, ...]
    columns: pd.DataFrame
    unknown: tuple[str, ...]
    likeness: float
    null: tuple[float, float, float]
    p_value: float
    p_between: float
    dependence: Dependence
    permutations: int
    seed: int
    n: int


def build_bertin_matrix(
    projects: pd.DataFrame,
    variables: Sequence[str],
    codebook: Codebook,
    *,
    codings: pd.DataFrame | None = None,
    permutations: int = 499,
    seed: int = 20160,
) -> BertinMatrix | Refusal:
    """Order projects and codes by reciprocal averaging, and set what chance gives beside the order.

    Unknown values are passive: two poorly documented projects are not alike for that.
    The order is the first axis of the correspondence analysis of the project × code table, computed apart in
    each group of projects that share codes; several codes in one cell share its weight. It depends neither on
    the order of the input nor on the sign an eigenvector happens to have. Ordinal codes keep the codebook's
    order.

    Args:
        projects: table ``projets``: ``projet_id`` and the variables (one code, or a tuple of codes).
        variables: columns to compare.
        codebook: order of the codes.
        codings: table ``codages``, for the certainty of each value; the certainty of the project's row
            otherwise.
        permutations: shuffles behind the benchmark.
        seed: seed of the shuffles.

    Raises:
        EctError: a variable that the table or the codebook does not hold (all of them are named), or no shuffle.

    Source:
        Bertin (1977), *La graphique et le traitement graphique de l'information*; reciprocal averaging: Hill
        (1974), *Applied Statistics* 23, 340–354.

    >>> from ect_research import load_corpus
    >>> corpus = load_corpus("pays-ledonien")
    >>> matrix = build_bertin_matrix(corpus.tables["projets"], ["objet"], corpus.codebook, permutations=9)
    >>> matrix.n == len(matrix.rows), matrix.unknown
    (True, ())
    """
    demand_draws(permutations)
    absent = [name for name in variables if name not in projects or ("projets", name) not in codebook.variables]
    if absent:
        raise EctError(
            "Variables absentes de la table projets ou du livre de codes : {absent}.",
            absent=", ".join(map(str, absent)),
        )
    frame = projects.sort_values("projet_id", kind="stable").reset_index(drop=True)
    values = {name: [_codes(cell) for cell in frame[name]] for name in variables}
    known = [name for name in variables if any(values[name])]
    unknown = tuple(name for name in variables if name not in known)
    described = sum(any(values[name][row] for name in known) for row in range(len(frame)))
    if described < FEWEST_PROJECTS or not known:
        return Refusal(
            tell("la matrice ordonnée des projets"),
            tell_n(
                "{n} projet a au moins un codage ; il en faut {fewest}.",
                "{n} projets ont au moins un codage ; il en faut {fewest}.",
                described,
                fewest=FEWEST_PROJECTS,
            ),
            tell("coder la thématique, l’objet ou le portage d’autres projets."),
        )
    coded = [values[name] for name in known]
    order, likeness, null, p_value = _against_chance(coded, permutations, seed)
    dependence = _dependence(frame, known, values)
    once = [cells for name, cells in zip(known, coded, strict=True) if name in dependence.kept]
    return BertinMatrix(
        cells=_cells(frame, values, known, codings),
        rows=tuple(str(frame["projet_id"].iloc[row]) for row in order),
        columns=_order_columns(values, known, order, codebook),
        unknown=unknown,
        likeness=likeness,
        null=null,
        p_value=p_value,
        p_between=_against_chance(once, permutations, seed)[3] if dependence.blocks else p_value,
        dependence=dependence,
        permutations=permutations,
        seed=seed,
        n=len(frame),
    )


def _dependence(frame: pd.DataFrame, known: Sequence[str], values: Mapping[str, list[tuple[str, ...]]]) -> Dependence:
    """Among the variables that vary."""
    varied = [name for name in known if len(set(filter(None, values[name]))) > 1]
    if not varied:
        return Dependence(pd.DataFrame(columns=["premiere", "seconde", "v", "lien"]), (), tuple(known))
    return find_dependence(prepare_table(frame, varied))


def _codes(cell: object) -> tuple[str, ...]:
    return () if isinstance(cell, str) and not cell else codes_of(cell)


def _indicator(variable: list[tuple[str, ...]]) -> Floats:
    """Projects × active codes, a cell of k codes giving 1/k to each; unknown values are rows of zeros."""
    codes = sorted({code for cell in variable for code in cell})
    place = {code: index for index, code in enumerate(codes)}
    block = np.zeros((len(variable), len(codes)))
    for row, cell in enumerate(variable):
        for code in cell:
            block[row, place[code]] = 1 / len(cell)
    return block[:, (block > 0).sum(axis=0) >= ACTIVE_FROM]


def _order_rows(table: Floats) -> list[int]:
    """Rows group by group (largest first), by score inside, then by identifier; rows without code last."""
    groups = sorted(_groups(table), key=lambda rows: (-len(rows), rows[0]))
    order: list[int] = []
    for rows in groups:
        scores = _scores(table[rows]) if len(rows) > 2 else np.zeros(len(rows))
        order += [rows[place] for place in np.lexsort((np.arange(len(rows)), scores))]
    placed = set(order)
    return order + [row for row in range(len(table)) if row not in placed]


def _groups(table: Floats) -> list[list[int]]:
    """Rows connected through shared codes."""
    bears = table > 0
    left, groups = bears.any(axis=1), list[list[int]]()
    while left.any():
        rows, more = np.arange(len(bears)) == left.argmax(), True
        while more:
            reached = bears[:, bears[rows].any(axis=0)].any(axis=1)
            rows, more = reached, bool((reached != rows).any())
        groups.append(np.flatnonzero(rows).tolist())
        left = left & ~rows
    return groups


def _scores(table: Floats) -> Floats:
    """First axis of the correspondence analysis, rounded so that a machine's last bits change no order."""
    table = table[:, table.sum(axis=0) > 0]
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    scaled = table / np.sqrt(np.outer(rows, columns))
    values, vectors = np.linalg.eigh(scaled @ scaled.T)
    trivial = np.sqrt(rows / rows.sum())
    values, vectors = values[::-1], vectors[:, ::-1]
    space = vectors[:, values > values[1] - 1e-9]
    space = space - np.outer(trivial, trivial @ space)
    axis = _canonical(space) / np.sqrt(rows)
    axis = np.round(axis / max(np.abs(axis).max(), 1e-300), 9)
    furthest = axis[int(np.argmax(np.abs(axis)))]
    return np.asarray(-np.sign(furthest) * axis, dtype="float64")


def _canonical(space: Floats) -> Floats:
    """One direction of a space of equal eigenvalues that does not depend on the basis the solver returned."""
    n = len(space)
    basis, lengths, _ = np.linalg.svd(space, full_matrices=False)
    basis = basis[:, lengths > 1e-6]
    for reference in (np.arange(1.0, n + 1), *np.eye(n)):
        shadow = basis @ (basis.T @ reference)
        if np.linalg.norm(shadow) > 1e-6:
            return np.asarray(shadow, dtype="float64")
    return np.zeros(n)


def _agreements(variable: list[tuple[str, ...]]) -> Floats:
    """Projects × projects, what two codings have in common (Jaccard for several codes); NaN where one is not known."""
    cells = [set(cell) for cell in variable]
    return np.array([[len(a & b) / len(a | b) if a and b else np.nan for b in cells] for a in cells])


def _likeness(agreements: Sequence[Floats], orders: Sequence[NDArray[np.intp]]) -> float:
    """Share of the codings known for both of two neighbours that agree, from who stands where for each variable."""
    pairs = zip(agreements, orders, strict=True)
    found = np.array([agreed[order[:-1], order[1:]] for agreed, order in pairs]).T.ravel()
    known = found[~np.isnan(found)]
    return float(known.cumsum()[-1] / len(known)) if len(known) else 0.0


def _against_chance(
    coded: list[list[tuple[str, ...]]], permutations: int, seed: int
) -> tuple[list[int], float, tuple[float, float, float], float]:
    """The order, how alike its neighbours are, 2.5, 50 and 97.5 % of the shuffles, and the share of them as ordered."""
    order = _order_rows(np.hstack([_indicator(variable) for variable in coded]))
    likeness = _likeness([_agreements(variable) for variable in coded], [np.array(order)] * len(coded))
    shuffled = _null(coded, permutations, seed)
    low, middle, high = (float(bound) for bound in np.quantile(shuffled, [0.025, 0.5, 0.975]))
    return order, likeness, (low, middle, high), float((1 + np.sum(shuffled >= likeness - 1e-12)) / (1 + permutations))


def _null(coded: list[list[tuple[str, ...]]], permutations: int, seed: int) -> Floats:
    """Likeness after shuffling the known values of each variable between the projects that have one."""
    random = np.random.default_rng(seed)
    tables, agreements = [_indicator(variable) for variable in coded], [_agreements(variable) for variable in coded]
    known = [np.flatnonzero([bool(cell) for cell in variable]) for variable in coded]
    found = np.empty(permutations)
    for draw in range(permutations):
        sources = []
        for places in known:
            source = np.arange(len(coded[0]))
            source[places] = random.permutation(places)
            sources.append(source)
        order = _order_rows(np.hstack([table[source] for table, source in zip(tables, sources, strict=True)]))
        found[draw] = _likeness(agreements, [source[order] for source in sources])
    return found


def _order_columns(
    values: Mapping[str, list[tuple[str, ...]]], known: list[str], order: list[int], codebook: Codebook
) -> pd.DataFrame:
    """Variables most in tune with the order first; their codes by mean place, or the codebook's rank."""
    place = {row: rank for rank, row in enumerate(order)}
    blocks = []
    for name in known:
        list_name = codebook.variables["projets", name].list_name
        ranks: dict[str, list[int]] = {code: [] for code in codebook.codes(list_name)}
        for row, cell in enumerate(values[name]):
            for code in cell:
                ranks.setdefault(code, []).append(place[row])
        means = {code: float(np.mean(found)) for code, found in ranks.items() if found}
        codes = list(means) if codebook.is_ordinal(list_name) else sorted(means, key=lambda code: round(means[code], 9))
        lines = [(name, code, len(ranks[code])) for code in codes]
        blocks.append((_tune(ranks), lines))
    blocks.sort(key=lambda block: -round(block[0], 9))
    return pd.DataFrame([line for _, lines in blocks for line in lines], columns=["variable", "code", "effectif"])


def _tune(ranks: Mapping[str, list[int]]) -> float:
    """Share of the variance of the places that the codes explain (correlation ratio)."""
    every = np.concatenate([np.asarray(found, dtype="float64") for found in ranks.values()])
    total = float(((every - every.mean()) ** 2).sum())
    within = sum(float(((np.asarray(found) - np.mean(found)) ** 2).sum()) for found in ranks.values() if found)
    return 1 - within / total if total else 0.0


def _cells(
    frame: pd.DataFrame, values: Mapping[str, list[tuple[str, ...]]], known: list[str], codings: pd.DataFrame | None
) -> pd.DataFrame:
    judged: dict[tuple[str, str, str], str] = {}
    if codings is not None:
        about = codings[codings["unite_table"] == "projets"]
        for line in about[["unite_id", "variable", "valeur", "certitude"]].itertuples(index=False):
            for code in str(line.valeur).split():
                judged[str(line.unite_id), str(line.variable), code] = "".join(_codes(line.certitude))
    whole = [_codes(cell) for cell in frame["certitude"]] if "certitude" in frame else [()] * len(frame)
    lines = [
        (project, name, code, judged.get((project, name, code), "".join(whole[row])) if code else "")
        for row, project in enumerate(frame["projet_id"].astype("str"))
        for name in known
        for code in values[name][row] or ("",)
    ]
    return pd.DataFrame(lines, columns=["projet_id", "variable", "code", "certitude"])
