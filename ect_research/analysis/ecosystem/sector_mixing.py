"""Do sectors meet? Ties between actors of the same projects, by sector, beside the same sectors dealt at random."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ect_research.analysis.chance import Refusal, demand_draws
from ect_research.analysis.ecosystem.two_mode import TwoMode
from ect_research.codebook.codebook import code_for
from ect_research.words import tell, tell_n

Matrix = NDArray[np.float64]


ROLES = ("w_I", "w_O", "b_IO", "b_OI", "b_O")
"""Coordinator, itinerant (consultant), representative, gatekeeper, liaison: the names of R's sna."""


def newman_weights(table: NDArray[np.bool_]) -> Matrix:
    """Actors × actors: the sum, over the projects they share, of 1 / (actors of the project − 1); no self tie.

    A plain projection counts a project of twelve actors as sixty-six ties, one of two as a single tie; here each actor
    brings one in all to each project.

    ``table``: (projects, actors), whether the actor is in the project.

    Source:
        Newman (2001), *Physical Review E* 64, 016132.

    >>> newman_weights(np.array([[1, 1, 1], [1, 1, 0]], dtype=bool)).tolist()
    [[0.0, 1.5, 0.5], [1.5, 0.0, 0.5], [0.5, 0.5, 0.0]]
    """
    numbers = table.astype(np.float64)
    size = numbers.sum(axis=1, keepdims=True)
    shared = numbers.T @ (numbers / np.maximum(size - 1, 1))
    np.fill_diagonal(shared, 0.0)
    return np.asarray(shared)


def gould_fernandez(ties: NDArray[np.bool_], groups: Sequence[object]) -> pd.DataFrame:
    """How often each actor stands between two others that have no tie, by their groups.

    Actor b brokers from a to c when a → b and b → c and not a → c. ``w_I``: all of one group (coordinator); ``w_O``: a and
    c of one group, b of another (itinerant); ``b_IO``: a of the group of b, c of another (representative); ``b_OI``: c of
    the group of b, a of another (gatekeeper); ``b_O``: three groups (liaison).

    ``ties``: (actors, actors), whether there is a tie from the row to the column; the diagonal is not read.

    Returns:
        one row per actor, counts: ``w_I, w_O, b_IO, b_OI, b_O, t`` (their sum), as R's ``sna::brokerage`` gives them.

    Source:
        Gould & Fernandez (1989), *Sociological Methodology* 19, 89–126.

    >>> chain = np.array([[0, 1, 0], [0, 0, 1], [0, 0, 0]], dtype=bool)
    >>> gould_fernandez(chain, ["public", "ess", "public"]).loc[1].to_dict()
    {'w_I': 0, 'w_O': 1, 'b_IO': 0, 'b_OI': 0, 'b_O': 0, 't': 1}
    """
    plain = ties.copy()
    np.fill_diagonal(plain, val=False)
    codes = pd.factorize(pd.Series(list(groups), dtype="object"))[0]
    counts = np.zeros((len(codes), len(ROLES)), dtype=np.int64)
    for broker in range(len(codes)):
        sources, targets = np.flatnonzero(plain[:, broker]), np.flatnonzero(plain[broker])
        open_pairs = ~plain[np.ix_(sources, targets)] & (sources[:, None] != targets[None, :])
        mine = codes[broker]
        a, c = codes[sources][:, None], codes[targets][None, :]
        inside, outside = a == mine, c == mine
        kinds = (
            inside & outside,
            (a == c) & ~inside,
            inside & ~outside,
            ~inside & outside,
            ~inside & ~outside & (a != c),
        )
        counts[broker] = [int((kind & open_pairs).sum()) for kind in kinds]
    return pd.DataFrame(counts, columns=list(ROLES)).assign(t=counts.sum(axis=1))


def burt_constraint(ties: Matrix) -> Matrix:
    """How much of an actor's relations go back to the same ones, shape (actors,); NaN for an isolate.

    ``ties``: (actors, actors) weights; only their sum in both directions counts.

    Source:
        Burt (1992), *Structural Holes*, ch. 2: Σⱼ (pᵢⱼ + Σq pᵢq pqⱼ)² over the actors j tied to i.

    >>> star = np.array([[0, 1, 1], [1, 0, 0], [1, 0, 0]], dtype=float)
    >>> burt_constraint(star).round(2).tolist()
    [0.5, 1.0, 1.0]
    """
    both = ties + ties.T
    np.fill_diagonal(both, 0.0)
    total = both.sum(axis=1, keepdims=True)
    shares = np.divide(both, total, out=np.zeros_like(both), where=total > 0)
    through = shares + shares @ shares
    constraint = np.where(both > 0, through**2, 0.0).sum(axis=1)
    return np.where(total[:, 0] > 0, constraint, np.nan)


def betweenness(ties: NDArray[np.bool_]) -> Matrix:
    """Share of the shortest paths between two others that pass by each actor, shape (actors,), between 0 and 1.

    ``ties``: (actors, actors), symmetric.

    Source:
        Brandes (2001), *Journal of Mathematical Sociology* 25, 163–177.

    >>> path = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], dtype=bool)
    >>> betweenness(path).tolist()
    [0.0, 1.0, 0.0]
    """
    n = len(ties)
    near = ties.astype(np.float64)
    np.fill_diagonal(near, 0.0)
    total = np.zeros(n)
    for source in range(n):
        total += _dependencies(near, source)
    return total / ((n - 1) * (n - 2)) if n > 2 else total


def _dependencies(near: Matrix, source: int) -> Matrix:
    """What each node is worth to the shortest paths from one source, ring by ring."""
    paths = np.zeros(len(near))
    paths[source] = 1.0
    rings, seen = [paths.copy()], paths > 0
    while True:
        ahead = np.where(seen, 0.0, rings[-1] @ near)
        if not ahead.any():
            break
        seen |= ahead > 0
        rings.append(ahead)
    worth = np.zeros(len(near))
    for before, ring in zip(reversed(rings[:-1]), reversed(rings[1:]), strict=True):
        given = np.divide(1 + worth, ring, out=np.zeros_like(ring), where=ring > 0)
        worth += before * (near @ given)
    worth[source] = 0.0
    return worth


FEWEST = 10


@dataclass(frozen=True)
class SectorMixing:
    """Pairs of actors of the same project, the intermediary removed, by sector.

    Attributes:
        table: one row per pair of sectors: ``de, vers, paires`` (pairs of actors with a project in common), ``poids``
            (Newman's weights: each actor brings one to each project), ``bas, haut`` (2.5 and 97.5 % of the pairs, sectors
            dealt again among the same actors).
        index: one row per way of counting: ``compte`` (``paires, poids``), ``e_i`` ((across − within) / all, −1 to 1),
            ``bas, milieu, haut`` (sectors dealt again), ``p`` (two-sided).
        sectors: actors of each sector that meet somebody, and ``dit`` (of which a source says it).
        unknown: actors that meet somebody, without a sector.
        largest: share of the pairs that one project makes, the project that makes most.
        largest_project: its identifier.
    """

    table: pd.DataFrame
    index: pd.DataFrame
    sectors: pd.DataFrame
    unknown: int
    largest: float
    largest_project: str
    draws: int


def build_sector_mixing(
    network: TwoMode, actors: pd.DataFrame, *, draws: int = 999, seed: int = 0
) -> SectorMixing | Refusal:
    """Count ties within and across sectors; the ties stay, sectors are dealt again among the actors that have one.

    ``network``: the two-mode table, the intermediary removed; ``actors``: table ``acteurs``: ``acteur_id, secteur,
    secteur_source``.

    Raises:
        EctError: no draw.

    Source:
        Krackhardt & Stern (1988), *Social Psychology Quarterly* 51, 123–140 (E–I and its permutation test).
    """
    demand_draws(draws)
    known = actors.set_index("acteur_id").reindex(list(network.actors))
    sector = known["secteur"].astype("str").fillna("").to_numpy() if "secteur" in known else np.array([""] * len(known))
    plain = newman_weights(network.table)
    meets = plain.sum(axis=1) > 0
    kept = np.flatnonzero(meets & (sector != ""))
    names = sorted(set(sector[kept]))
    if len(kept) < FEWEST or len(names) < 2:
        return Refusal(
            tell("les relations entre secteurs"),
            tell_n(
                "{n} acteur d’un secteur connu est avec un autre dans un projet ; il en faut {least}, de deux secteurs au moins.",
                "{n} acteurs d’un secteur connu sont avec un autre dans un projet, de {sectors} ; il en faut {least}, de deux "
                "secteurs au moins.",
                len(kept),
                sectors=tell_n("{n} secteur", "{n} secteurs", len(names)),
                least=FEWEST,
            ),
            tell("remplir « Secteur » et « D’où vient le secteur » dans la feuille « acteurs »."),
        )
    codes = np.array([names.index(name) for name in sector[kept]])
    weights = plain[np.ix_(kept, kept)]
    ties = {"paires": (weights > 0).astype(float), "poids": weights}
    chance = np.random.default_rng(seed)
    deals = [chance.permutation(codes) for _ in range(draws)]
    observed = {kind: _mixing(tie, codes, len(names)) for kind, tie in ties.items()}
    null = {kind: np.array([_mixing(tie, deal, len(names)) for deal in deals]) for kind, tie in ties.items()}
    said = known["secteur_source"] == code_for("secteur_source", "dit")
    here = pd.DataFrame({"secteur": sector[kept], "dit": said.fillna(value=False).to_numpy()[kept]})
    made = network.table[:, kept].sum(axis=1)
    pairs = made * (made - 1) / 2
    return SectorMixing(
        table=_pairs_by_sector(names, observed, null["paires"]),
        index=pd.DataFrame([_tested(kind, observed[kind], null[kind]) for kind in ties]),
        sectors=here.groupby("secteur")["dit"].agg(acteurs="size", dit="sum").astype("int64").reset_index(),
        unknown=int((meets & (sector == "")).sum()),
        largest=float(pairs.max() / max(1.0, ties["paires"].sum() / 2)),
        largest_project=network.projects[int(pairs.argmax())],
        draws=draws,
    )


def _pairs_by_sector(
    names: list[str], observed: dict[str, NDArray[np.float64]], null: NDArray[np.float64]
) -> pd.DataFrame:
    low, high = np.quantile(null, [0.025, 0.975], axis=0)
    lines = [
        (names[a], names[b], int(observed["paires"][a, b]), float(observed["poids"][a, b]), low[a, b], high[a, b])
        for a in range(len(names))
        for b in range(a, len(names))
    ]
    return pd.DataFrame(lines, columns=["de", "vers", "paires", "poids", "bas", "haut"])


def _mixing(ties: NDArray[np.float64], codes: NDArray[np.intp], n: int) -> NDArray[np.float64]:
    """Sectors × sectors, each pair of actors once: half of the sum within a sector."""
    member = np.eye(n)[codes]
    whole = member.T @ ties @ member
    np.fill_diagonal(whole, np.diag(whole) / 2)
    return whole


def _ei(mixing: NDArray[np.float64]) -> NDArray[np.float64]:
    """(Across − within) / all, for one table or a stack of them."""
    within = np.trace(mixing, axis1=-2, axis2=-1)
    across = np.triu(mixing, 1).sum(axis=(-2, -1))
    return np.asarray((across - within) / np.maximum(across + within, 1e-12))


def _tested(kind: str, observed: NDArray[np.float64], null: NDArray[np.float64]) -> dict[str, object]:
    found, dealt = float(_ei(observed)), _ei(null)
    low, middle, high = np.quantile(dealt, [0.025, 0.5, 0.975])
    tails = [(1 + int((dealt <= found + 1e-12).sum())), (1 + int((dealt >= found - 1e-12).sum()))]
    return {"compte": kind, "e_i": found, "bas": low, "milieu": middle, "haut": high,
            "p": min(1.0, 2 * min(tails) / (len(dealt) + 1))}  # fmt: skip
