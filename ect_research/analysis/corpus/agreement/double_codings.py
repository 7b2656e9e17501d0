"""Table ``codages`` as units × coders, one matrix a variable, with what each coder read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ect_research.analysis.corpus.agreement.coefficients import (
    Disagreement,
    cohen,
    fleiss,
    gwet,
    krippendorff,
    masi,
    nominal,
    ordinal,
    percent,
)
from ect_research.codebook.codebook import Codebook, code_for

Kind = Literal["nominal", "ordinal", "multiple"]
SETTLED = code_for("tour_codage", "arbitrage")
_DEGREE = "appartenance_"


@dataclass(frozen=True)
class DoubleCoding:
    """One variable, coded by several.

    Attributes:
        table: table of the units coded.
        variable: its column.
        kind: ``nominal``, ``ordinal`` (codes in order, degrees) or ``multiple`` (a set of codes a unit).
        codes: the answers given, in the order of the codebook; a set is written as its codes in order.
        units: identifiers, in the order of the rows of ``ratings``.
        coders: codes of the coders, in the order of its columns.
        ratings: place of each answer in ``codes``, −1 for none, shape (units, coders).
        rows: the rows of the table behind, with ``codeur`` as in ``coders``.
    """

    table: str
    variable: str
    kind: Kind
    codes: tuple[str, ...]
    units: tuple[str, ...]
    coders: tuple[str, ...]
    ratings: NDArray[np.intp]
    rows: pd.DataFrame

    @property
    def paired(self) -> NDArray[np.bool_]:
        """Units that two coders coded at least."""
        return np.asarray((self.ratings >= 0).sum(axis=1) > 1)

    def alpha(self, ratings: NDArray[np.intp]) -> Disagreement:
        """Krippendorff's α with the distance of its kind."""
        if self.kind == "multiple":
            return krippendorff(ratings, len(self.codes), masi([frozenset(said.split()) for said in self.codes]))
        return krippendorff(ratings, len(self.codes), ordinal if self.kind == "ordinal" else nominal)

    def ways(self) -> dict[str, Callable[[NDArray[np.intp]], Disagreement]]:
        """Every coefficient that this variable bears, as a function of ratings."""
        both = {"cohen": cohen} if len(self.coders) == 2 else {}
        asked = {"accord": percent, **both, "fleiss": fleiss, "ac1": gwet}
        return {name: partial(way, codes=len(self.codes)) for name, way in asked.items()} | {"alpha": self.alpha}


def read_double_codings(codings: pd.DataFrame, codebook: Codebook) -> list[DoubleCoding]:
    """The variables of a table ``codages``, in the order of the codebook; what was settled after discussion is left out.

    A coder who coded the same unit in both rounds stands as two: ``A1·1`` and ``A1·2``.

    ``codebook``: types and order of the codes.
    """
    kept = codings[(codings["tour"].astype("str") != SETTLED) & codings["valeur"].notna()].copy()
    kept["tour"] = kept["tour"].astype("str").replace({"nan": "", "<NA>": ""})
    twice = kept.duplicated(["unite_table", "unite_id", "variable", "codeur"], keep=False)
    again = set(kept.loc[twice, "codeur"])
    kept["codeur"] = [
        f"{who}·{tour}" if who in again else who for who, tour in zip(kept["codeur"], kept["tour"], strict=True)
    ]
    known = list(codebook.variables)
    found = [
        _read(str(table), str(name), rows, codebook)
        for (table, name), rows in kept.groupby(["unite_table", "variable"])
    ]
    place = {key: rank for rank, key in enumerate(known)}
    return sorted(found, key=lambda one: (place.get((one.table, one.variable), len(known)), one.table, one.variable))


def _read(table: str, name: str, rows: pd.DataFrame, codebook: Codebook) -> DoubleCoding:
    kind, order = _kind_of(table, name, codebook)
    rows = rows.assign(valeur=[_answer(str(value), kind, order) for value in rows["valeur"]])
    rows = rows.drop_duplicates(["unite_id", "codeur"], keep="last")
    met = set(rows["valeur"])
    known = [code for code in order if code in met]
    codes = (*known, *sorted(met - set(known), key=_rank))
    units, coders = tuple(sorted(set(rows["unite_id"]))), tuple(sorted(set(rows["codeur"])))
    ratings = np.full((len(units), len(coders)), -1, dtype=np.intp)
    for unit, coder, value in zip(rows["unite_id"], rows["codeur"], rows["valeur"], strict=True):
        ratings[units.index(unit), coders.index(coder)] = codes.index(value)
    return DoubleCoding(table, name, kind, codes, units, coders, ratings, rows)


def _kind_of(table: str, name: str, codebook: Codebook) -> tuple[Kind, list[str]]:
    variable = codebook.variables.get((table, name))
    if variable is None or not variable.list_name:
        counted = name.startswith(_DEGREE) or (variable is not None and variable.type in ("integer", "decimal"))
        return ("ordinal" if counted else "nominal"), []
    order = codebook.codes(variable.list_name)
    if variable.type == "select_multiple":
        return "multiple", order
    return ("ordinal" if codebook.is_ordinal(variable.list_name) else "nominal"), order


def _answer(text: str, kind: Kind, order: list[str]) -> str:
    if kind != "multiple":
        return text.strip()
    said = set(text.replace(";", " ").split())
    return " ".join([*(code for code in order if code in said), *sorted(said - set(order))])


def _rank(text: str) -> tuple[float, str]:
    try:
        return float(text.replace(",", ".")), text
    except ValueError:
        return float("inf"), text
