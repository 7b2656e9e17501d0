"""Members, staff and board of a cooperative: what documents publish at each date, and who can be named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.analysis.readable import Readable
from ect_research.codebook.roles import roles
from ect_research.words import tell

if TYPE_CHECKING:
    from collections.abc import Mapping

_TOLD = tuple(code for code, role in roles("indicateur").items() if role in ("gouvernance", "equipe_etp"))
_TIES = roles("nature_lien")


@dataclass(frozen=True)
class Membership(Readable):
    """Members, staff and board, as published.

    Attributes:
        table: one row per published value: ``acteur_id, indicateur, valeur, approximation, unite, cumul, date`` with its
            ``_min, _max``, ``indicateur_id, source_id``; undated values last.
        named: organisations that a tie of membership or administration names: ``nature_lien, categorie, n``.
        colleges: the same by college, of those whose college is coded: ``nature_lien, college_scic, n``.
        totals: ``{nature_lien: organisations named}``.
        sources: documents.
        n: published values.
    """

    exhibits = ("show_membership",)

    table: pd.DataFrame
    named: pd.DataFrame
    colleges: pd.DataFrame
    totals: dict[str, int]
    sources: tuple[object, ...]
    n: int


def build_membership(tables: Mapping[str, pd.DataFrame]) -> Membership | Refusal:
    """Put the published values side by side, never joined when their reach differs.

    Args:
        tables: ``indicateurs, liens, acteurs``.
    """
    rows = tables["indicateurs"]
    kept = rows[rows["indicateur"].astype("str").isin(_TOLD) & rows["acteur_id"].notna() & rows["valeur"].notna()]
    if kept.empty:
        return Refusal(
            tell("la vie coopérative"),
            tell("Aucun nombre de sociétaires, de salariés ou d’administrateurs n’est saisi."),
            tell("saisir dans indicateurs le nombre de sociétaires, avec sa date."),
        )
    columns = ["acteur_id", "indicateur", "valeur", "approximation", "unite", "cumul", "date", "date_min", "date_max",
               "indicateur_id", "source_id"]  # fmt: skip
    order = {code: place for place, code in enumerate(_TOLD)}
    table = kept[columns].assign(rang=kept["indicateur"].astype("str").map(order))
    table = table.sort_values(["acteur_id", "rang", "date_max"], kind="stable").drop(columns="rang")
    tied = _tied(tables["liens"], tables["acteurs"])
    named, colleges = (_counted(tied, tables["acteurs"], column) for column in ("categorie", "college_scic"))
    colleges = colleges[colleges["college_scic"] != ""].reset_index(drop=True)
    totals = {str(nature): int(group["n"].sum()) for nature, group in named.groupby("nature_lien")}
    sources = tuple(dict.fromkeys(table["source_id"]))
    return Membership(table.reset_index(drop=True), named, colleges, totals, sources, len(table))


def _tied(ties: pd.DataFrame, actors: pd.DataFrame) -> pd.DataFrame:
    """Organisations tied to the intermediary by membership or administration."""
    hubs = set(actors.loc[actors["est_intermediaire"].astype("str") == "oui", "acteur_id"])
    pairs = {
        (str(tie["nature_lien"]), other)
        for tie in ties.to_dict("records")
        for hub, other in ((tie["acteur_a"], tie["acteur_b"]), (tie["acteur_b"], tie["acteur_a"]))
        if hub in hubs and other not in hubs and _TIES.get(str(tie["nature_lien"])) == "gouvernance"
    }
    return pd.DataFrame(sorted(pairs), columns=["nature_lien", "acteur_id"])


def _counted(tied: pd.DataFrame, actors: pd.DataFrame, column: str) -> pd.DataFrame:
    """Them by one column of the actors; blank where it is not coded."""
    said = actors[["acteur_id"]].assign(dit=actors[column].astype("str").fillna("") if column in actors else "")
    told = tied.merge(said, on="acteur_id", how="left").rename(columns={"dit": column}).fillna({column: ""})
    counts = told.groupby(["nature_lien", column]).size().reset_index(name="n")
    return counts.sort_values(["nature_lien", "n"], ascending=[True, False], kind="stable").reset_index(drop=True)
