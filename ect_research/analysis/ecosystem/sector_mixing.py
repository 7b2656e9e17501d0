"""Do sectors meet? Ties between actors of the same projects, by sector, beside the same sectors dealt at random."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ect_research.analysis.chance import Refusal, demand_draws
from ect_research.analysis.ecosystem.brokerage import newman_weights
from ect_research.analysis.ecosystem.two_mode import TwoMode
from ect_research.codebook.codebook import code_for
from ect_research.words import tell

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
            tell(
                "{n} acteurs d’un secteur connu sont avec un autre dans un projet, de {sectors} secteurs ; il en faut {least}, "
                "de deux secteurs au moins.",
                n=len(kept),
                sectors=len(names),
                least=FEWEST,
            ),
            tell("remplir `secteur` et `secteur_source` dans la feuille « acteurs »."),
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
