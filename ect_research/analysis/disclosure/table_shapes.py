"""How a table about to leave is read: which of its columns name the rows, which count, and which do neither."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from unicodedata import normalize

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ect_research.analysis.chance import Refusal
from ect_research.words import tell

SHARE_OF_FIRST = "part_du_premier"
TOTALS = {"total", "ensemble", "tous", "toutes", "all"}
_LABELS = {
    "annee",
    "an",
    "periode",
    "rang",
    "ordre",
    "age",
    "mois",
    "trimestre",
    "seuil",
    "temps",
    "time",
    "numero",
    "cog_millesime",
    "year",
}
PUBLIC = {"communes", "habitants"}
"""Numbers of public geography: they count nobody whom a corpus protects."""
_WRITTEN = re.compile(r"\d{1,4}([.,]\d+)?\s*(%|\(.*\))?")
_IN_WORDS = (
    r"(?:une?|deux|trois|quatre) (?:personne|élu|habitant|répond|réponse|projet|organisation|structure|entretien|femme|homme|"
    r"agent|salarié|bénévole|citoyen|jeune|adhérent|membre)"
)
_COUNTED = re.compile(
    rf"(?:dont |soit )?(?:\d{{1,4}}(?:[.,]\d+)?(?:\s+\D.*|\s?/\s?\d+)?|{_IN_WORDS}.*)|aucune?|néant|-|–|—",
    re.IGNORECASE,
)
_STARTS = re.compile(rf"(?:dont |soit )?(?:\d|{_IN_WORDS})", re.IGNORECASE)
_SAID_N = re.compile(r"\bn\s*=\s*(\d+)", re.IGNORECASE)
_SHARE = re.compile(r"(?:^|[\W_])(?:parts?|taux|pourcentages?|pct|shares?|rates?)(?:$|[\W_])|%")
_DATED = re.compile(r".*(19|20)\d\d")
_YEAR = re.compile(r"(19|20)\d\d")


@dataclass(frozen=True)
class Shape:
    """How a table is read: positions of the columns that name the rows, that count, and that do neither."""

    categories: list[int]
    counts: list[int]
    others: list[int]
    total: int | None
    crossed: str


def flatten(frame: pd.DataFrame) -> pd.DataFrame:
    """The same table with its index as columns, unless the index says nothing."""
    if isinstance(frame.index, pd.RangeIndex) and frame.index.name is None:
        return frame.reset_index(drop=True).infer_objects()
    return frame.reset_index().infer_objects()


def read_shape(frame: pd.DataFrame, flat: pd.DataFrame) -> Shape:
    """Sort the columns of a table; ``flat`` is the same with its index as columns."""
    categories, counts, others = [], [], []
    for at in range(flat.shape[1]):
        column = flat.iloc[:, at]
        if fold_label(flat.columns[at]) in PUBLIC and _is_number(column):
            continue
        if fold_label(flat.columns[at]) in _LABELS or not _is_number(column):
            categories.append(at)
        elif not _SHARE.search(fold_label(flat.columns[at])) and _is_count(column):
            counts.append(at)
        else:
            others.append(at)
    total = _total_column(flat, counts)
    name = frame.columns.name
    return Shape(categories, [at for at in counts if at != total], others, total, str(name) if name else "")


def _is_number(column: pd.Series[Any]) -> bool:
    if pd.api.types.is_bool_dtype(column.dtype):
        return False
    return bool(pd.api.types.is_numeric_dtype(column.dtype))


def _is_count(column: pd.Series[Any]) -> bool:
    known = column.dropna().astype("float64")
    return bool(len(known)) and bool(((known >= 0) & (known == known.round())).all())


def row_names(flat: pd.DataFrame, categories: list[int]) -> list[int]:
    """The fewest first categories that tell the rows apart."""
    for size in range(1, len(categories) + 1):
        if not flat.iloc[:, categories[:size]].astype(str).duplicated().any():
            return categories[:size]
    return categories


def hides_numbers(column: pd.Series[Any], *, names_rows: bool, threshold: int = 0) -> bool:
    """Whether a column of text holds numbers (``12``, ``3,5 %``, ``4 (20 %)``) that are neither codes nor years.

    Whole numbers are codes in a column that names the rows; « n = 2 » says a count wherever it stands.
    """
    if pd.api.types.is_bool_dtype(column.dtype) or pd.api.types.is_numeric_dtype(column.dtype):
        return False
    known = [str(value).strip() for value in column.dropna()]
    if any(0 < int(said) < threshold for text in known for said in _SAID_N.findall(text)):
        return True
    written = bool(known) and all(_WRITTEN.fullmatch(text) and not _YEAR.fullmatch(text) for text in known)
    if written:
        return not (names_rows and all(text.isdecimal() for text in known))
    counted = any(map(_STARTS.match, known)) and all(map(_COUNTED.fullmatch, known))
    return counted and not names_rows and not all(map(_DATED.fullmatch, known))


def is_running(name: str) -> bool:
    """Whether a column counts those still followed, or those met so far, at each age: its steps are counts.

    >>> is_running("À risque"), is_running("a_risque"), is_running("risque"), is_running("Cumul")
    (True, True, False, True)
    """
    said = fold_label(name).replace("_", " ")
    return said.startswith(("a risque", "n a risque", "encore suivi", "at risk", "still followed", "cumul"))


def find_parts(flat: pd.DataFrame, shape: Shape) -> list[tuple[int, int, list[float]]]:
    """The counts that other columns give away: ``(column, column of its whole, count of each row)``.

    A share beside its n is the count it reveals; a column beside the column of all (« tous », « dont … ») is two counts.

    >>> frame = pd.DataFrame({"avis": ["oui", "non"], "n": [6, 8], "part": [0.1667, 0.0]})
    >>> find_parts(frame, read_shape(frame, frame))
    [(2, 1, [1.0, 0.0])]
    """
    found = []
    wholes = shape.counts if shape.total is None else [*shape.counts, shape.total]
    numbers: dict[int, NDArray[np.float64]] = {
        at: flat.iloc[:, at].to_numpy(dtype=np.float64, na_value=np.nan) for at in {*wholes, *shape.others}
    }
    for at in shape.others:
        for whole in wholes:
            revealed = _revealed(numbers[at], numbers[whole])
            if revealed is not None:
                found.append((at, whole, revealed))
                break
    if shape.crossed or shape.total is not None:
        return found
    for whole in wholes:
        for at in wholes:
            name, all_ = fold_label(flat.columns[at]), fold_label(flat.columns[whole]) in TOTALS
            nested = at != whole and (all_ or name.startswith("dont "))
            if nested and bool(np.nan_to_num(numbers[at] <= numbers[whole]).all()):
                found.append((at, whole, numbers[at].tolist()))
    return found


def _revealed(shares: NDArray[np.float64], counts: NDArray[np.float64]) -> list[float] | None:
    """The counts of which a column of shares (of 1, 10, 100 or 1,000) are the shares, when every row has one."""
    known = ~np.isnan(shares) & ~np.isnan(counts) & (counts > 0)
    if not known.any() or (shares[known] < 0).any():
        return None
    decimals = next((size for size in range(10) if np.allclose(shares[known], shares[known].round(size), 0, 1e-12)), 9)
    for scale in (scale for scale in (1.0, 10.0, 100.0, 1000.0) if shares[known].max() <= scale):
        step = 0.5 * 10.0**-decimals / scale + 1e-9
        part = shares / scale
        revealed = np.where(known, (part * counts).round(), np.nan)
        gap = np.abs(part[known] - revealed[known] / counts[known])
        if (gap <= step).all() and (counts[known] * step < 0.5).any():
            return [float(count) for count in revealed]
    return None


def _total_column(flat: pd.DataFrame, counts: list[int]) -> int | None:
    """The count column that is the sum of all the others, or that is named so."""
    if len(counts) < 3:
        return None
    inside = flat.iloc[:, counts].astype("float64").to_numpy()
    for rank, at in reversed(list(enumerate(counts))):
        rest = np.delete(inside, rank, axis=1).sum(axis=1)
        if np.array_equal(rest, inside[:, rank]):
            return at
    return None


def fold_label(text: object) -> str:
    """A label without case, accents or doubled spaces, for comparing."""
    plain = normalize("NFKD", str(text)).encode("ascii", "ignore").decode()
    return " ".join(plain.casefold().split())


def no_count(written: list[str]) -> Refusal:
    """Nothing tells on how many units the numbers rest; ``written``: columns whose numbers are text."""
    if written:
        names = ", ".join(f"« {name} »" for name in written)
        return Refusal(
            tell("des nombres écrits comme du texte"),
            tell("Aucun seuil ne peut leur être appliqué (colonne {names}).", names=names),
            tell("donner les nombres comme des nombres."),
        )
    return Refusal(
        tell("un tableau sans effectif"),
        tell(
            "Rien ne dit sur combien de personnes ou d’organisations il repose, ni qu’une ligne n’est pas l’une "
            "d’elles."
        ),
        tell(
            "ajouter la colonne des effectifs, ou dire dans la feuille « étude » du classeur ce qui n’est pas à protéger ; "
            'dans un carnet à soi dont le tableau ne parle de personne : unit="aucune".'
        ),
    )


def unprotectable(threshold: int) -> Refusal:
    """No hiding protects a table this small."""
    return Refusal(
        tell("un tableau de trop petits effectifs"),
        tell(
            "Un effectif de moins de {threshold} se retrouverait par soustraction, quoi qu’on masque.",
            threshold=threshold,
        ),
        tell("regrouper des catégories, ou inscrire une dérogation dans derogations.csv."),
    )
