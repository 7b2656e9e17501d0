"""The projects and the variables that make, or illustrate, a typology: chosen, typed and checked once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ect_research.corpus.checked.asked_tables import CITED
from ect_research.errors import EctError
from ect_research.words import tell

Floats = NDArray[np.float64]
Kind = Literal["nominal", "ordinal", "asymmetric", "numeric", "multiple"]
KINDS: tuple[Kind, ...] = get_args(Kind)
CODED = ("nominal", "ordinal", "asymmetric", "multiple")
MOST_NAMED = 5
_ABSENCES = ("non", "no", "false", "faux")


@dataclass(frozen=True)
class ProjectTable:
    """Projects × variables, ready for a typology.

    Attributes:
        active: variables that make the types, one row per project; the index names the projects. Coded columns
            are Categorical, several-codes columns hold tuples (None when unknown), numbers are float64.
        illustrative: variables that only describe the types, same rows.
        kinds: kind of every variable of both frames.
        weights: weight of each project, shape (n,), above 0.
        in_play: whether each project takes part (True) or is only placed afterwards (False), shape (n,).
        sources: documents and interviews that tell each project (tuples, named ``source_id``), None when it is not said: types
            must tell more than who told them.
    """

    active: pd.DataFrame
    illustrative: pd.DataFrame
    kinds: Mapping[str, Kind]
    weights: Floats
    in_play: NDArray[np.bool_]
    sources: pd.Series | None = None

    @property
    def n(self) -> int:
        """Number of projects that take part."""
        return int(self.in_play.sum())

    @property
    def known(self) -> pd.DataFrame:
        """Whether each active cell is known: booleans, same rows and columns as ``active``."""
        return self.active.notna()


def prepare_table(
    projects: pd.DataFrame,
    active: Sequence[str],
    *,
    illustrative: Sequence[str] = (),
    kinds: Mapping[str, Kind] | None = None,
    weights: Sequence[float] | None = None,
    passive_projects: Iterable[str] = (),
) -> ProjectTable:
    """Choose the variables of a typology and give each its kind.

    Kinds follow the columns: ordered Categorical → ordinal; text, bool or Categorical → nominal; tuples → multiple
    (several codes per project); numbers → numeric. ``kinds`` overrides, e.g. ``{"subvention": "asymmetric"}`` for a
    yes/no whose shared absence says nothing. Of such a pair the absence is the lower number, or « non » or « false », or the
    first of an ordered Categorical. The codes of a scale are ordered as numbers, or by the Categorical that gives their order.

    Args:
        projects: one row per project, named by a column ``projet_id`` or by the index.
        active: columns that make the types.
        illustrative: columns that only describe them (supplementary variables).
        kinds: kinds that the columns do not tell.
        weights: one weight above 0 per row; all 1 when omitted.
        passive_projects: projects placed afterwards, without a part in the making (supplementary individuals).

    Raises:
        EctError: duplicate project, unknown column or project, weight not above 0, active variable that does not
            vary among the projects in play, kind that does not fit, scale of words whose order is not given, presence
            and absence that are not two codes or of which nothing tells which is the absence.

    >>> frame = pd.DataFrame({"projet_id": ["a", "b"], "portage": ["association", "collectivite"], "age": [1, 4]})
    >>> prepare_table(frame, ["portage", "age"]).kinds
    {'portage': 'nominal', 'age': 'numeric'}
    """
    frame = projects.set_index("projet_id") if "projet_id" in projects.columns else projects
    frame = frame.set_axis(pd.Index(frame.index.astype(str), name="projet_id"))
    chosen = [*active, *illustrative]
    _check_names(frame, chosen, active)
    in_play = _in_play(frame, passive_projects)
    asked = dict(kinds or {})
    found = {name: asked.get(name, _kind_of(frame[name])) for name in chosen}
    columns = {name: _typed(frame[name], found[name]) for name in chosen}
    table = ProjectTable(
        active=pd.DataFrame({name: columns[name] for name in active}, index=frame.index),
        illustrative=pd.DataFrame({name: columns[name] for name in illustrative}, index=frame.index),
        kinds=found,
        weights=weights_of(frame.index, weights),
        in_play=in_play,
        sources=_typed(frame[CITED], "multiple") if CITED in frame.columns else None,
    )
    for name in active:
        _check_varies(table, name)
    return table


def codes_of(cell: object) -> tuple[str, ...]:
    """The codes of one cell of a coded column: none when unknown, several for a tuple.

    >>> codes_of(("eau", "bois")), codes_of("eau"), codes_of(None)
    (('eau', 'bois'), ('eau',), ())
    """
    if isinstance(cell, tuple | list):
        return tuple(dict.fromkeys(str(code) for code in cell))
    return () if bool(pd.isna(cell)) else (str(cell),)  # type: ignore[call-overload]


def levels_of(column: pd.Series, kind: Kind) -> list[str]:
    """The codes seen in a column, in the codebook's order when it has one, else sorted."""
    if isinstance(column.dtype, pd.CategoricalDtype) and kind != "multiple":
        categories = column.array.categories
        borne = np.bincount(column.array.codes + np.int64(1), minlength=len(categories) + 1)[1:]
        return [str(code) for code, count in zip(categories.tolist(), borne.tolist(), strict=True) if count]
    return sorted({code for cell in column for code in codes_of(cell)})


def name_some(names: Iterable[object]) -> str:
    """A list for a sentence, cut after a few names.

    >>> name_some(["a", "b"]), name_some("abcdefg")
    ('a, b', 'a, b, c, d, e et 2 autres')
    """
    listed = [str(name) for name in names]
    rest = len(listed) - MOST_NAMED
    return ", ".join(listed[:MOST_NAMED]) + (f" et {rest} autre{'s' if rest > 1 else ''}" if rest > 0 else "")


def _check_names(frame: pd.DataFrame, chosen: Sequence[str], active: Sequence[str]) -> None:
    doubled = frame.index[frame.index.duplicated()].unique()
    if len(doubled):
        raise EctError(
            "Projets en double : {doubled}. Chaque projet doit avoir une seule ligne.", doubled=name_some(doubled)
        )
    unknown = [name for name in chosen if name not in frame.columns]
    if unknown:
        raise EctError(
            "Variables inconnues : {unknown}. Colonnes disponibles : {columns}.",
            unknown=name_some(unknown),
            columns=", ".join(map(str, frame.columns)),
        )
    twice = sorted({name for name in chosen if list(chosen).count(name) > 1})
    if twice or not active:
        what = (
            tell("variables citées deux fois : {names}", names=name_some(twice))
            if twice
            else tell("aucune variable active")
        )
        raise EctError("Choix des variables impossible : {what}.", what=what)


def _in_play(frame: pd.DataFrame, passive_projects: Iterable[str]) -> NDArray[np.bool_]:
    passive = [str(name) for name in passive_projects]
    strangers = [name for name in passive if name not in frame.index]
    if strangers:
        raise EctError("Projets inconnus : {strangers}.", strangers=name_some(strangers))
    return ~np.asarray(frame.index.isin(passive))


def weights_of(projects: pd.Index, weights: Sequence[float] | None) -> Floats:
    """One weight above 0 per project, 1 when None.

    Raises:
        EctError: weights in another number, or not above 0.
    """
    given = np.ones(len(projects)) if weights is None else np.asarray(weights, dtype=float)
    if given.shape != (len(projects),):
        raise EctError(
            "{size} poids pour {n_frame} projets : il en faut un par projet.", size=given.size, n_frame=len(projects)
        )
    wrong = projects[~(np.isfinite(given) & (given > 0))]
    if len(wrong):
        raise EctError(
            "Poids nul, négatif ou manquant pour : {wrong}. Un poids est un nombre supérieur à 0.",
            wrong=name_some(wrong),
        )
    return given


def _kind_of(column: pd.Series) -> Kind:
    if any(isinstance(cell, tuple | list) for cell in column):
        return "multiple"
    if isinstance(column.dtype, pd.CategoricalDtype):
        return "ordinal" if column.cat.ordered else "nominal"
    if pd.api.types.is_bool_dtype(column) or not pd.api.types.is_numeric_dtype(column):
        return "nominal"
    return "numeric"


def _typed(column: pd.Series, kind: Kind) -> pd.Series:
    """The column in the one form that the analyses read."""
    if kind not in KINDS:
        raise EctError(
            "Nature « {kind} » inconnue pour « {name} » : choisir parmi {kinds}.",
            kind=kind,
            name=column.name,
            kinds=", ".join(KINDS),
        )
    if kind == "numeric":
        try:
            numbers = column.astype("float64")
        except (TypeError, ValueError) as error:
            raise EctError(
                "La variable « {name} » est déclarée numérique mais contient du texte.", name=column.name
            ) from error
        if np.isinf(numbers).any():
            raise EctError(
                "La variable « {name} » contient un nombre infini : le corriger ou le vider.", name=column.name
            )
        return numbers
    if kind == "multiple":
        cells = [codes_of(cell) or None for cell in column]
        return pd.Series(cells, index=column.index, name=column.name, dtype=object)
    single = [codes[0] if (codes := codes_of(cell)) else None for cell in column]
    given = [str(code) for code in column.cat.categories] if isinstance(column.dtype, pd.CategoricalDtype) else []
    levels = given or sorted({code for code in single if code})
    if kind in ("ordinal", "asymmetric") and not (given and column.cat.ordered):
        levels = _scaled(levels, str(column.name)) if kind == "ordinal" else _absence_first(levels, str(column.name))
    if kind == "asymmetric" and len(levels) > 2:
        raise EctError(
            "« {name} » a {n} codes ({levels}) : présence et absence n’en font que deux. La déclarer nominale, ou réunir "
            "des codes.",
            name=str(column.name),
            n=len(levels),
            levels=name_some(levels),
        )
    return pd.Series(pd.Categorical(single, levels, ordered=kind == "ordinal"), index=column.index, name=column.name)


def _scaled(levels: Sequence[str], name: str) -> list[str]:
    """Numbers as numbers; words in the order given, which the alphabet is not."""
    if _are_numbers(levels):
        return sorted(levels, key=_number)
    if list(levels) != sorted(levels):
        return list(levels)
    raise EctError(
        "Dans quel ordre vont les réponses de « {name} » ({levels}) ? Le donner par pd.Categorical(colonne, "
        "categories=[de la plus basse à la plus haute], ordered=True).",
        name=name,
        levels=name_some(levels),
    )


def _absence_first(levels: Sequence[str], name: str) -> list[str]:
    if _are_numbers(levels):
        return sorted(levels, key=_number)
    absent = [code for code in levels if code.casefold() in _ABSENCES]
    if len(levels) > 2 or len(absent) == 1:
        return [*absent, *(code for code in levels if code not in absent)]
    raise EctError(
        "Laquelle des réponses de « {name} » ({levels}) est l’absence ? Le dire par pd.Categorical(colonne, "
        "categories=[absence, présence], ordered=True).",
        name=name,
        levels=name_some(levels),
    )


def _are_numbers(levels: Sequence[str]) -> bool:
    try:
        return all(np.isfinite(_number(code)) for code in levels)
    except ValueError:
        return False


def _number(code: str) -> float:
    return float(code.replace(",", "."))


def _check_varies(table: ProjectTable, name: str) -> None:
    column = table.active.loc[table.in_play, name]
    known = column.dropna()
    cells = known if table.kinds[name] == "multiple" else known.unique()
    values = {codes_of(cell) for cell in cells} if table.kinds[name] in CODED else set(cells)
    if len(values) > 1:
        return
    if not values:
        raise EctError(
            "La variable active « {name} » n’est renseignée pour aucun des {n_column} projets : la retirer des "
            "variables actives, ou la renseigner.",
            name=name,
            n_column=len(column),
        )
    only = next(iter(values))
    shown = ", ".join(only) if isinstance(only, tuple) else f"{only:g}"
    raise EctError(
        "La variable active « {name} » vaut « {shown} » pour tous les projets renseignés ({index}) : une variable qui "
        "ne varie pas ne fait pas de types, la retirer.",
        name=name,
        shown=shown,
        index=name_some(known.index),
    )
