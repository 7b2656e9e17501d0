"""What is unknown: refuse a typology of holes, and check that types are not groups of badly documented projects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.analysis.partition.partition_stability import adjusted_rand
from ect_research.analysis.typologies.tables.answer_table import ProjectTable, codes_of, prepare_table
from ect_research.words import Sentence, tell, tell_n

FEWEST_PROJECTS, FEWEST_VARIABLES, _TOLD = 15, 2, 3
LEAST_KNOWN = 0.7
LEAST_KNOWN_PER_PROJECT = 0.5


@dataclass(frozen=True)
class MissingAudit:
    """Types against emptiness.

    Attributes:
        variables: ``variable, connus, n, part`` known (0–1).
        types: ``type, effectif, part_inconnue`` mean share of unknown answers of its projects.
        agreement: adjusted Rand index between the types and the two groups "more unknown than the mean" and others:
            about 0 when the types owe nothing to the holes, near 1 when they are groups of badly documented projects.
        comparable: lowest and median share of the variables that two projects both know, 0–1.
    """

    variables: pd.DataFrame
    types: pd.DataFrame
    agreement: float
    comparable: tuple[float, float]


def choose_documented(  # noqa: PLR0913 - each has a default
    projects: pd.DataFrame,
    active: Sequence[str],
    *,
    illustrative: Sequence[str] = (),
    least_known: float = LEAST_KNOWN,
    names: Mapping[str, str] | None = None,
    drop: bool = False,
    codings: pd.DataFrame | None = None,
) -> ProjectTable | Refusal:
    """The table of a typology, or what must be filled before there can be one.

    At least 15 projects must know half of the active variables, and each active variable be known for a share
    ``least_known`` of them; projects that know less are placed afterwards (passive) or, when they know nothing, left
    out of ``in_play`` too.

    Args:
        projects: one row per project (``projet_id`` column or index).
        active: variables that would make the types.
        illustrative: variables that would only describe them.
        least_known: share of the projects that must know each active variable, 0–1.
        names: words for the variables in the refusal.
        drop: leave out the active variables that too few projects know, instead of refusing, while two are left.
        codings: table ``codages``, so that the refusal says which blank cells a coder has read already.

    Raises:
        EctError: as `prepare_table`.

    >>> empty = pd.DataFrame({"projet_id": ["a", "b"], "portage": ["x", None]})
    >>> print(choose_documented(empty, ["portage"]))
    Refus : la typologie des projets. Sur 2 projets, 1 connaît au moins la moitié ... il en faut 15 ...
    """
    frame = projects.set_index("projet_id") if "projet_id" in projects.columns else projects
    present = [name for name in active if name in frame.columns]
    asked = pd.DataFrame({name: [bool(codes_of(cell)) for cell in frame[name]] for name in present}, index=frame.index)
    known = asked
    described, needed, lacking = _documentation(known, least_known)
    while drop and lacking and known.shape[1] > FEWEST_VARIABLES:
        known = known.drop(columns=known.sum().idxmin())
        described, needed, lacking = _documentation(known, least_known)
    if drop and not lacking:
        active = [str(name) for name in known]
        illustrative = [name for name in illustrative if name not in active]
    elif len(present) == len(active) and lacking:
        if drop:  # what is nearest to be known
            asked = asked[asked.sum().sort_values(ascending=False, kind="stable").index[:_TOLD]]
        described, needed, _ = _documentation(asked, least_known)
        return _refusal(asked, int(described.sum()), needed, dict(names or {}), codings)
    passive = [str(name) for name in frame.index[~described]]
    return prepare_table(frame, active, illustrative=illustrative, passive_projects=passive)


def _documentation(known: pd.DataFrame, least_known: float) -> tuple[pd.Series, int, bool]:
    """Projects that know half of the variables, how many must know each, and whether that is not so."""
    described = (
        known.mean(axis=1) >= LEAST_KNOWN_PER_PROJECT if known.shape[1] else pd.Series(data=False, index=known.index)
    )
    needed = ceil(least_known * max(int(described.sum()), FEWEST_PROJECTS))
    lacking = bool(described.sum() < FEWEST_PROJECTS or (known[described].sum() < needed).any())
    return described, needed, lacking


def audit_missing(table: ProjectTable, types: pd.Series) -> MissingAudit:
    """How far the types follow the holes of the table."""
    known = table.known.loc[types.index]
    unknown = 1 - known.mean(axis=1)
    worse = (unknown > unknown.mean() + 1e-12).to_numpy().astype(np.intp)
    labels = pd.factorize(types, sort=True)[0].astype(np.intp)
    bits = known.to_numpy(dtype=float)
    shared = (bits @ bits.T / bits.shape[1])[np.triu_indices(len(bits), 1)]
    grouped = unknown.groupby(types)
    return MissingAudit(
        variables=pd.DataFrame(
            {
                "variable": known.columns.astype(str),
                "connus": known.sum().to_numpy(),
                "n": len(known),
                "part": known.mean().to_numpy(),
            }
        ),
        types=pd.DataFrame({"effectif": grouped.size(), "part_inconnue": grouped.mean()})
        .rename_axis("type")
        .reset_index(),
        agreement=adjusted_rand(labels, worse) if worse.any() else 0.0,
        comparable=(float(shared.min()), float(np.median(shared))),
    )


def _refusal(
    known: pd.DataFrame, described: int, needed: int, names: dict[str, str], codings: pd.DataFrame | None
) -> Refusal:
    counts = known.sum().sort_values(kind="stable")
    n = len(known)
    lacking = []
    for name, count in counts.items():
        label, more = names.get(str(name), str(name)), max(needed - int(count), 0)
        if more or described < FEWEST_PROJECTS:
            said = {"label": label, "known": tell_n("{n} projet", "{n} projets", int(count)), "total": n, "more": more}
            lacking.append(
                tell("{label} (connu pour {known} sur {total}, {more} de plus)", **said)
                if more
                else tell("{label} (connu pour {known} sur {total})", **said)
            )
    return Refusal(
        tell("la typologie des projets"),
        tell_n(
            "Sur {projects}, {n} connaît au moins la moitié des variables actives, il en faut {fewest} ; et chaque "
            "variable doit être connue pour {needed} d’entre eux.",
            "Sur {projects}, {n} connaissent au moins la moitié des variables actives, il en faut {fewest} ; et chaque "
            "variable doit être connue pour {needed} d’entre eux.",
            described,
            projects=tell_n("{n} projet", "{n} projets", n),
            fewest=FEWEST_PROJECTS,
            needed=needed,
        ),
        _remedy(known, lacking, codings) if lacking else tell("documenter les mêmes projets."),
    )


def _remedy(known: pd.DataFrame, lacking: list[Sentence], codings: pd.DataFrame | None) -> Sentence:
    """Which cells are blank, and how many a second coder would fill."""
    told = tell("renseigner, pour les mêmes projets : {lacking}.", lacking=lacking)
    if codings is None or known.empty:
        return told
    blank = {(str(name), str(project)) for name in known for project in known.index[~known[name].astype(bool)]}
    own = codings[codings["unite_table"] == "projets"]
    once = blank & set(zip(own["variable"].astype("str"), own["unite_id"].astype("str"), strict=True))
    cells = tell_n("{n} case est vide", "{n} cases sont vides", len(blank))
    if not once:
        return tell(
            "{told} {cells}, et aucun codeur ne les a lues : les coder à deux dans la table codages (12_codages), puis « ect "
            "codages --arbitrages ».",
            told=told,
            cells=cells,
        )
    return tell(
        "{told} {cells} ; {once} ont un code dans la table codages : un second codeur et un arbitrage les rempliraient "
        "(12_codages).",
        told=told,
        cells=cells,
        once=len(once),
    )
