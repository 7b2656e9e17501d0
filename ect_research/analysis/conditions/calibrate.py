"""Calibration: what each column must be for a project to be in the set, what coders judged, and what is doubtful."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from ect_research.analysis.conditions.memberships import (
    HALF,
    TOLERANCE,
    Vector,
    direct_membership,
    gap_thresholds,
    indirect_membership,
    level_of,
)
from ect_research.analysis.readable import Readable
from ect_research.errors import EctError
from ect_research.words import Sentence, mark

Kind = Literal["codes", "seuils", "directe", "indirecte", "codages"]
NEAR_HALF = 0.05
SKEWED = 0.2
AT_HALF = mark("ni dedans ni dehors (0,5) : ne compte dans aucune ligne")
CLOSE_TO_HALF = mark("à moins de 0,05 de la bascule")
FEW_IN = mark("moins d’un cas sur cinq est dans l’ensemble")
FEW_OUT = mark("plus de quatre cas sur cinq sont dans l’ensemble")
CODERS_DIFFER = mark("des codeurs l’ont calé autrement")
PREFIX = "appartenance_"


@dataclass(frozen=True)
class Calibration:
    """How a column becomes a set, and why.

    Args:
        column: column read; for ``codages``, the name of the set in ``appartenance_<name>``.
        kind: ``codes`` (in when the answer is one of ``codes``), ``seuils`` (how many of ``anchors`` are reached: one gives
            0 or 1, more give levels), ``directe`` (three anchors: out, crossover, in), ``indirecte`` (bounds of the groups),
            ``codages`` (the degree is a coder's, row by row).
        anchors: numbers on the column's scale.
        codes: codes that are in; a code starting with a digit may stand for itself and all above it: ``"3+"``.
        why: reason, printed in the calibration table; a `tell` has its English.

    >>> Calibration("emplois", "directe", (0, 5, 20)).degrees(pd.Series([5.0, 20.0])).round(2).tolist()
    [0.5, 0.95]
    """

    column: str
    kind: Kind = "codes"
    anchors: tuple[float, ...] = ()
    codes: tuple[str, ...] = ()
    why: str | Sentence = ""

    @property
    def level_count(self) -> int:
        """Levels of the set: 2 unless several thresholds cut the column."""
        return max(2, len(self.anchors) + 1) if self.kind == "seuils" else 2

    def degrees(self, values: pd.Series) -> Vector:
        """Membership of each value, or its level; NaN stays NaN.

        Raises:
            EctError: values that are not numbers, anchors out of order.
        """
        if self.kind == "codes":
            return self._coded(values)
        numbers = read_numbers(values)
        if np.isnan(numbers[values.notna().to_numpy()]).any():
            wrong = values[values.notna().to_numpy() & np.isnan(numbers)].iloc[0]
            raise EctError(
                "Colonne « {column} » : « {value} » n’est pas un nombre ; un calage « {kind} » en demande. Pour des codes, "
                'dire lesquels sont dans l’ensemble (kind="codes").',
                column=self.column,
                value=wrong,
                kind=self.kind,
            )
        if not self.anchors:
            raise EctError(
                "Colonne « {column} » : un calage « {kind} » demande des ancres. Le plus grand creux des données est à {gap} : "
                "un point de départ, pas une raison.",
                column=self.column,
                kind=self.kind,
                gap=", ".join(f"{gap:g}" for gap in gap_thresholds(numbers)) or "–",
            )
        if self.kind == "directe":
            return direct_membership(numbers, self.anchors)
        return (indirect_membership if self.kind == "indirecte" else level_of)(numbers, self.anchors)

    def _coded(self, values: pd.Series) -> Vector:
        least = [float(code[:-1]) for code in self.codes if code.endswith("+") and code[:-1].isdigit()]
        exact = {code for code in self.codes if not code.endswith("+")}

        def inside(value: object) -> float:
            codes = set(value) if isinstance(value, (tuple, list, frozenset)) else {str(value)}
            rank = [float(code.split("_")[0]) for code in codes if code.split("_")[0].isdigit()]
            return float(bool(codes & exact) or any(own >= floor for own in rank for floor in least))

        return np.array([np.nan if _blank(value) else inside(value) for value in values], dtype=float)


def read_numbers(values: pd.Series) -> Vector:
    """Numbers, or the rank that an ordered code begins with (``3_financeur``); NaN where there is none."""
    text = values.astype("str").where(values.notna())
    return pd.to_numeric(text.str.extract(r"^(-?[\d.]+)")[0]).to_numpy(float)


def _blank(value: object) -> bool:
    return not value if isinstance(value, (tuple, list, frozenset)) else bool(value is None or value != value)  # noqa: PLR0124 - NaN


@dataclass(frozen=True)
class Calibrated(Readable):
    """Projects in sets.

    Attributes:
        table: one row per project, one column per set: degrees between 0 and 1, or levels; NaN where nothing is known.
        raw: the columns they come from.
        sets: how each was calibrated.
        warnings: ``ensemble, cas, alerte``: memberships at or near 0.5, sets nearly all in or out, coders who differ.
        n: projects.
    """

    exhibits = ("show_conditions",)

    table: pd.DataFrame
    raw: pd.DataFrame
    sets: Mapping[str, Calibration]
    warnings: pd.DataFrame
    n: int

    @property
    def levels(self) -> dict[str, int]:
        """Number of levels of each set, from its calibration and not from what the cases show."""
        return {name: calibration.level_count for name, calibration in self.sets.items()}

    def codings(self, *, coder: str, tour: str, source: str) -> pd.DataFrame:
        """The calibration as rows of ``codages``: a judgement that has an author, a round and a reason.

        ``coder``: code of who judged; ``tour``: code of the round; ``source``: identifier of the document it rests
        on.
        """
        rows = [
            {
                "codage_id": f"APP-{name}-{case}-{coder}-{tour}",
                "unite_table": "projets",
                "unite_id": case,
                "variable": f"appartenance_{name}",
                "valeur": f"{degree:g}",
                "codeur": coder,
                "tour": tour,
                "justification": str(self.sets[name].why),
                "source_id": source,
                "certitude": "0_deduit",
            }
            for name in self.sets
            for case, degree in self.table[name].dropna().round(4).items()
        ]
        return pd.DataFrame(rows)


def calibrate(
    facts: pd.DataFrame,
    sets: Mapping[str, Calibration | Mapping[str, Any]],
    *,
    case: str = "projet_id",
    codings: pd.DataFrame | None = None,
    coder: str | None = None,
) -> Calibrated:
    """Calibrate columns of a table, one project a row.

    Args:
        facts: table ``projets``, or the facts derived from it (``case_facts``).
        sets: ``{name of the set: its calibration}``, or the arguments of ``Calibration`` as a dict.
        case: column that names the cases; the index when there is no such column.
        codings: table ``codages``, for the sets whose degrees are coded there.
        coder: whose degrees to take where several coded; the last round of the only coder otherwise.

    Raises:
        EctError: an unknown column, a coded set without ``codings``, a value that cannot be calibrated.

    >>> told = pd.DataFrame({"projet_id": ["P", "Q"], "implication_collectivite": ["3_financeur", "0_aucune"]})
    >>> sets = {"elus": {"column": "implication_collectivite", "codes": ("3+",)}}
    >>> calibrate(told, sets).table["elus"].to_dict()
    {'P': 1.0, 'Q': 0.0}
    """
    own = facts.set_index(case) if case in facts else facts
    own.index = own.index.astype("str")
    table, raw, alerts = pd.DataFrame(index=own.index), pd.DataFrame(index=own.index), []
    asked = {name: one if isinstance(one, Calibration) else _read(name, one) for name, one in sets.items()}
    for name, calibration in asked.items():
        if calibration.kind == "codages":
            values, differing = read_memberships(codings, calibration.column, own.index, coder)
            table[name] = raw[name] = values
            alerts += [(name, one, CODERS_DIFFER) for one in differing]
            continue
        if calibration.column not in own:
            raise EctError(
                "Ensemble « {name} » : la colonne « {column} » n’existe pas. Colonnes connues : {known}.",
                name=name,
                column=calibration.column,
                known=", ".join(map(str, own.columns)),
            )
        raw[name] = own[calibration.column]
        table[name] = calibration.degrees(own[calibration.column])
    for name, calibration in asked.items():
        alerts += _alerts(name, table[name].dropna(), calibration.level_count)
    warnings = pd.DataFrame(alerts, columns=["ensemble", "cas", "alerte"], dtype="str")
    return Calibrated(table, raw, asked, warnings, len(table))


def _read(name: str, told: Mapping[str, Any]) -> Calibration:
    known = [one.name for one in fields(Calibration)]
    unknown = [key for key in told if key not in known]
    if unknown or "column" not in told or told.get("kind", "codes") not in get_args(Kind):
        raise EctError(
            "Ensemble « {name} » : {told}. Attendu : column, et s’il le faut kind ({kinds}), anchors, codes, why.",
            name=name,
            told=", ".join(f"{key} = {value}" for key, value in told.items()),
            kinds=", ".join(get_args(Kind)),
        )
    return Calibration(**told)


def _alerts(name: str, degrees: pd.Series, levels: int) -> list[tuple[str, str, str]]:
    if levels > 2 or degrees.empty:
        return []
    away = (degrees - HALF).abs()
    found = [(name, str(case), AT_HALF) for case in degrees.index[away <= TOLERANCE]]
    near = (away > TOLERANCE) & (away < NEAR_HALF)
    found += [(name, str(case), CLOSE_TO_HALF) for case in degrees.index[near]]
    share = float((degrees > HALF).mean())
    if share < SKEWED or share > 1 - SKEWED:
        found.append((name, "", FEW_IN if share < SKEWED else FEW_OUT))
    return found


def read_memberships(
    codings: pd.DataFrame | None, name: str, cases: pd.Index, coder: str | None = None
) -> tuple[pd.Series, tuple[str, ...]]:
    """Degrees of each case in a set, as coded: the last round of each coder; and the cases whose coders differ.

    ``name``: of the set; the variable coded is ``appartenance_<name>``. ``coder``: whose degrees to take; needed when
    several coders judged the set.

    Raises:
        EctError: no coding of that set, several coders and none chosen, a value that is not a number.

    >>> rows = pd.DataFrame({"unite_id": ["P", "P"], "variable": ["appartenance_elus"] * 2, "valeur": ["0,8", "1"],
    ...                      "codeur": ["a", "b"], "tour": ["1", "1"]})
    >>> read_memberships(rows, "elus", pd.Index(["P"]), "a")[0].tolist(), read_memberships(rows, "elus", pd.Index(["P"]), "a")[1]
    ([0.8], ('P',))
    """
    wanted = PREFIX + name
    rows = pd.DataFrame() if codings is None or "variable" not in codings else codings[codings["variable"] == wanted]
    if rows.empty:
        raise EctError(
            "Aucune ligne de la table « codages » n’a pour variable « {variable} ». L’écrire, une ligne par projet, ou caler "
            "l’ensemble depuis une colonne.",
            variable=wanted,
        )
    degrees = pd.to_numeric(rows["valeur"].astype("str").str.replace(",", "."), errors="coerce")
    if degrees.isna().any():
        wrong = rows[degrees.isna()].iloc[0]
        raise EctError(
            "Table « codages », {variable} de {case} : « {value} » n’est pas un degré ; attendu : un nombre entre 0 et 1.",
            variable=wanted,
            case=wrong["unite_id"],
            value=wrong["valeur"],
        )
    rounds = rows["tour"] if "tour" in rows else pd.Series("", index=rows.index)
    told = rows.assign(degre=degrees, rang=rounds.fillna("").astype("str"))
    last = told.sort_values("rang", kind="stable").groupby(["unite_id", "codeur"], as_index=False).tail(1)
    coders = sorted(last["codeur"].unique())
    if coder is None and len(coders) > 1:
        raise EctError(
            "« {variable} » est codé par {coders} : dire lequel garder (coder=…), une moyenne de jugements n’en est pas un.",
            variable=wanted,
            coders=", ".join(coders),
        )
    spread = last.groupby("unite_id")["degre"].nunique()
    own = last[last["codeur"] == (coder or coders[0])].set_index("unite_id")["degre"]
    return own.reindex(cases), tuple(sorted(map(str, spread.index[spread > 1])))
