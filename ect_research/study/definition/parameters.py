"""The parameters cell of a notebook, read without running it: names, types, allowed values, defaults, comments."""

from __future__ import annotations

import ast
import io
import keyword
import math
import re
import tokenize
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, time
from difflib import get_close_matches
from pathlib import PurePath
from typing import Any

from ect_research.errors import StudyError
from ect_research.figures.page.theme import PRESETS
from ect_research.words import Told, joined

_TYPES: dict[str, type] = {"str": str, "int": int, "float": float, "bool": bool, "list": list, "dict": dict}
_WORDS = {
    "str": Told('un texte entre guillemets ("…")'),
    "int": Told("un nombre entier (2024)"),
    "float": Told("un nombre (0.5)"),
    "bool": "true ou false",
    "list": Told('une liste (["a", "b"])'),
    "dict": Told("un tableau clé = valeur"),
    "None": "rien",
}
# The two parameters whose values the library itself limits, in whatever notebook they stand.
_KNOWN_CHOICES: dict[str, tuple[Any, ...]] = {"lecteur": tuple(PRESETS), "langue": ("fr", "en")}
_SECRET = re.compile(
    r"(?:^|_)(?:mdp|mot_?de_?passe|password|passwd|secret|token|jeton|api_?key|cle_?api|credentials?)(?:_|$)",
    re.IGNORECASE,
)


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """The end of a French sentence: the nearest known name, else all of them.

    >>> did_you_mean("teritoire", ["corpus", "territoire"])
    ', vouliez-vous « territoire » ?'
    >>> did_you_mean("xyz", ["corpus", "territoire"])
    ' (possibles : corpus, territoire).'
    """
    names = sorted(known)
    near = get_close_matches(given, names, n=1, cutoff=0.6)
    if near:
        return Told(", vouliez-vous « {near} » ?", near=near[0])
    return Told(" (possibles : {names}).", names=names) if names else Told(" (aucun n’est attendu).")


def plain(value: Any) -> Any:  # noqa: ANN401 - whatever is given
    """A value as text, number, truth value, None, list or dictionary of these.

    A numpy scalar gives its Python value, a date its ISO text, a path its text with ``/``, a tuple a list.

    Raises:
        ValueError: any other type, a number that is not finite, a key that is no text.

    >>> from datetime import date
    >>> plain({"depuis": date(2025, 3, 1), "seuils": (0.5, 1)})
    {'depuis': '2025-03-01', 'seuils': [0.5, 1]}
    """
    if type(value).__module__ == "numpy" and getattr(value, "ndim", None) == 0:
        value = value.item()
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, PurePath):
        return value.as_posix()
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {key: plain(item) for key, item in value.items()}
    raise ValueError(type(value).__name__)


def names_a_secret(name: str) -> bool:
    """Whether a parameter of this name would hold a secret, which every output would then show.

    >>> names_a_secret("mot_de_passe"), names_a_secret("api_key"), names_a_secret("secretariat")
    (True, True, False)
    """
    return _SECRET.search(name) is not None


@dataclass(frozen=True)
class Parameter:
    """One line of a parameters cell."""

    name: str  # name of the variable
    default: Any  # value written in the notebook
    # names of the accepted types among ``str, int, float, bool, list, dict, None``; empty when any is
    types: tuple[str, ...] = ()
    choices: tuple[Any, ...] = ()  # the only accepted values; empty when there is no list
    description: str = ""  # comment at the end of the line, or on the lines just above it
    advanced: bool = False  # whether it stands below the line « # Réglages avancés » of the cell

    def fault(self, value: Any) -> str:  # noqa: ANN401 - whatever the study file holds
        """Why a value cannot be given to this parameter; empty when it can.

        >>> Parameter("annee", 2024, ("int",)).fault("2024")
        'paramètre « annee » : "2024" ne convient pas, il faut un nombre entier (2024).'
        """
        if any(type(value) is type(choice) and value == choice for choice in self.choices):
            return ""
        if self.choices:
            near = did_you_mean(str(value), [str(choice) for choice in self.choices])
            named = Told(
                "paramètre « {name} » : {shown} n’est pas une valeur possible", name=self.name, shown=_shown(value)
            )
            return named + near
        if not self.types or any(_is_a(value, kind) for kind in self.types):
            return ""
        expected = joined(Told(" ou "), (_WORDS[kind] for kind in self.types))
        several = isinstance(value, list) and value and not any(self.fault(one) for one in value)
        hint = Told(" Une exécution par valeur : variantes = {{ {name} = […] }}.", name=self.name) if several else ""
        return Told("paramètre « {name} » : {shown} ne convient pas, il faut {expected}.{hint}", name=self.name,
            shown=_shown(value), expected=expected, hint=hint)  # fmt: skip


def read_parameters(source: str) -> dict[str, Parameter]:
    """Read a parameters cell: ``name = literal`` and ``name: annotation = literal`` alone, all else told at once.

    >>> read_parameters('annee: int | None = None  # millésime des communes')["annee"].types
    ('int', 'None')
    """
    try:
        statements = ast.parse(source).body
    except SyntaxError as error:
        raise StudyError(
            "cellule des paramètres, ligne {lineno} : ce n’est pas du Python.", lineno=error.lineno
        ) from None
    comments = _comments(source)
    start = next((line for line, (said, _) in comments.items() if said.startswith("Réglages avancés")), len(source))
    read: dict[str, Parameter] = {}
    faults: list[str] = []
    for statement in statements:
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            continue
        try:
            parameter = _parameter(statement, _description(statement, comments))
            parameter = replace(parameter, advanced=statement.lineno > start)
        except (ValueError, TypeError):
            faults.append(Told("cellule des paramètres, ligne {line} : « {code} » n’est pas de la forme « nom = valeur » où la "
                "valeur est un texte, un nombre, true/false, une liste ou None.", line=statement.lineno,
                code=ast.unparse(statement)))  # fmt: skip
        else:
            read[parameter.name] = parameter
            faults += _secret(parameter.name)
    if faults:
        raise StudyError(joined("\n", faults).told, faults)
    return read


def check_values(known: Mapping[str, Parameter], given: Mapping[str, Any]) -> list[str]:
    """One French sentence per given parameter that the notebook does not know or cannot take.

    >>> check_values(read_parameters('territoire = "jura"'), {"teritoire": "bfc"})
    ['paramètre inconnu « teritoire », vouliez-vous « territoire » ?']
    """
    faults = []
    for name, value in given.items():
        if secret := _secret(name):
            faults += secret
        elif name not in known:
            faults.append(Told("paramètre inconnu « {name} »", name=name) + did_you_mean(name, known))
        elif fault := known[name].fault(value):
            faults.append(fault)
    return faults


def write_parameters(values: Mapping[str, Any]) -> str:
    """The code that gives their values to checked parameters; accents stay readable.

    >>> print(write_parameters({"territoire": "Corrèze", "annee": 2024}))
    territoire = 'Corrèze'
    annee = 2024
    """
    lines = []
    for name, value in values.items():
        try:
            written = repr(plain(value))
        except ValueError as error:
            raise StudyError(
                "paramètre « {name} » : une valeur de type {error} ne s’écrit pas dans un carnet. Donner un texte, un "
                "nombre fini, vrai ou faux, une liste ou un dictionnaire.",
                name=name,
                error=error,
            ) from None
        if not name.isidentifier() or keyword.iskeyword(name):
            raise StudyError("paramètre « {name} » : ce n’est pas un nom de variable.", name=name)
        lines.append(f"{name} = {written}")
    return "\n".join(lines)


def _secret(name: str) -> list[str]:
    if not names_a_secret(name):
        return []
    why = Told("un secret ne se donne pas en paramètre, toutes les sorties le montreraient")
    return [Told("paramètre « {name} » : {why} ; le lire dans une variable d’environnement ECT_….", name=name, why=why)]


def _parameter(statement: ast.stmt, description: str) -> Parameter:
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target, value, annotation = statement.targets[0], statement.value, None
    elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
        target, value, annotation = statement.target, statement.value, statement.annotation
    else:
        raise TypeError
    if not isinstance(target, ast.Name):
        raise TypeError
    default = ast.literal_eval(value)
    plain(default)
    types, choices = _annotated(annotation) if annotation else (_type_of(default), ())
    return Parameter(target.id, default, types, choices or _KNOWN_CHOICES.get(target.id, ()), description)


def _type_of(default: object) -> tuple[str, ...]:
    if default is None:
        return ()
    name = type(default).__name__
    return ("list" if name == "tuple" else name,)


def _annotated(annotation: ast.expr) -> tuple[tuple[str, ...], tuple[Any, ...]]:
    """Types and choices of ``int``, ``list[str]``, ``Literal["a", "b"]``, ``X | None``, ``Optional[X]``."""
    if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
        left, right = _annotated(annotation.left), _annotated(annotation.right)
        choices = (*left[1], *right[1])
        return (*left[0], *right[0]), (*choices, None) if choices and "None" in (*left[0], *right[0]) else choices
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return _annotated(ast.parse(annotation.value, mode="eval").body)
    if isinstance(annotation, ast.Constant) and annotation.value is None:
        return ("None",), ()
    if isinstance(annotation, ast.Subscript):
        return _subscripted(annotation)
    name = ast.unparse(annotation).removeprefix("typing.")
    if name == "tuple":
        return ("list",), ()
    if name not in _TYPES:
        raise ValueError(name)
    return (name,), ()


def _subscripted(annotation: ast.Subscript) -> tuple[tuple[str, ...], tuple[Any, ...]]:
    name = ast.unparse(annotation.value).removeprefix("typing.")
    if name == "Literal":
        value = ast.literal_eval(annotation.slice)
        return (), value if isinstance(value, tuple) else (value,)
    if name == "Optional":
        types, choices = _annotated(annotation.slice)
        return (*types, "None"), (*choices, None) if choices else ()
    return _annotated(annotation.value)


def _is_a(value: object, kind: str) -> bool:
    if kind == "None":
        return value is None
    if isinstance(value, bool):
        return kind == "bool"
    return isinstance(value, (int, float) if kind == "float" else _TYPES[kind])


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


def _comments(source: str) -> dict[int, tuple[str, bool]]:
    """Comments by line number, and whether they have the line for themselves."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    found = [token for token in tokens if token.type == tokenize.COMMENT]
    return {t.start[0]: (t.string.lstrip("# ").strip(), t.line.lstrip().startswith("#")) for t in found}


def _description(statement: ast.stmt, comments: dict[int, tuple[str, bool]]) -> str:
    for line in (statement.end_lineno or statement.lineno, statement.lineno):
        if line in comments:
            return comments[line][0]
    above: list[str] = []
    line = statement.lineno - 1
    while line in comments and comments[line][1]:
        above.insert(0, comments[line][0])
        line -= 1
    return " ".join(above)
