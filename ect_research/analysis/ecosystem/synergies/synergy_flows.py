"""Flows from giver to taker, one panel a unit: quantities of two units are never added up."""

from __future__ import annotations

import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.words import tell

OTHERS, UNTOLD = "+", ""
"""In place of the code of an actor: those that are not named, and one that nobody tells."""
MOST_NAMED = 12


def find_flows(synergies: pd.DataFrame) -> pd.DataFrame | Refusal:
    """Flows that are not stopped and of which an end is told; at most twelve ends keep their name.

    Returns:
        one row per flow, the widest unit first, then the largest quantity: ``unite`` (blank when no quantity is told),
        ``de, vers`` (code of an actor, `OTHERS` or `UNTOLD`), ``quantite, pas, ressource_id``; or a refusal when no
        synergy tells both its ends.

    >>> told = pd.DataFrame({"ressource_id": ["R"], "detenteur_id": ["A"], "preneur_id": ["B"], "quantite": [3.0],
    ...     "unite": ["t_an"], "pas": ["active"], "libelle": ["Palettes"]})
    >>> find_flows(told)[["unite", "de", "vers", "quantite"]].to_numpy().tolist()
    [['t_an', 'A', 'B', 3.0]]
    """
    ends = synergies[["detenteur_id", "preneur_id"]].notna()
    live = synergies["pas"] != "arretee"
    if not (ends.all(axis=1) & live).any():
        some = synergies.loc[live, "libelle"].tolist()
        more = "…" if len(some) > _SHOWN else ""
        return Refusal(
            tell("les flux du détenteur au preneur"),
            tell("Aucun gisement ne dit à la fois qui le détient et qui le reprend."),
            tell("remplir detenteur_id et preneur_id dans ressources, puis quantite et unite : {names}.",
                 names=", ".join(some[:_SHOWN]) + more),
        )  # fmt: skip
    drawn = synergies[ends.any(axis=1) & live]
    known = drawn["quantite"].notna() & drawn["unite"].notna()
    flows = pd.DataFrame(
        {
            "unite": drawn["unite"].where(known, "").astype("str"),
            "de": drawn["detenteur_id"].fillna(UNTOLD).astype("str"),
            "vers": drawn["preneur_id"].fillna(UNTOLD).astype("str"),
            "quantite": drawn["quantite"].where(known),
            "pas": drawn["pas"],
            "ressource_id": drawn["ressource_id"],
        }
    )
    flows["rang"] = flows["unite"].map(flows["unite"].value_counts()) * (flows["unite"] != "")
    order = flows.sort_values(["rang", "unite", "quantite", "ressource_id"], ascending=[False, True, False, True])
    return _named(order.drop(columns="rang").reset_index(drop=True))


_SHOWN = 5


def _named(flows: pd.DataFrame) -> pd.DataFrame:
    """Ends beyond the twelve that weigh most in their panel are told together."""
    weight = flows["quantite"] / flows.groupby("unite")["quantite"].transform("sum")
    weight = weight.fillna(1 / flows.groupby("unite")["unite"].transform("size"))
    ends = pd.concat([
        pd.DataFrame({"unite": flows["unite"], "bout": end, "acteur": flows[end], "part": weight}) for end in ("de", "vers")
    ])  # fmt: skip
    heavy = ends[ends["acteur"] != UNTOLD].groupby(["unite", "bout", "acteur"])["part"].sum()
    kept = set(heavy.sort_values(ascending=False, kind="stable").index[:MOST_NAMED])
    for end in ("de", "vers"):
        flows[end] = [
            actor if actor == UNTOLD or (unit, end, actor) in kept else OTHERS
            for unit, actor in zip(flows["unite"], flows[end], strict=True)
        ]
    return flows
