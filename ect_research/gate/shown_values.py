"""What a notebook shows when it saves; and what a cell shows without saving, held to the protection of the corpora read.

Results, exhibits and refusals show themselves under the gate. A table or a number that a cell ends with passes it here;
anything else (a list, a text, a drawing of one's own, what is printed) cannot be judged: where a corpus read protects
somebody, a sentence takes its place.
"""

from __future__ import annotations

import re
import sys
from base64 import b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any, ClassVar, TextIO

_MM_TO_PX = 96 / 25.4
_LEFT = ' style="text-align:left"'
_REFUSAL_STYLE = (
    "border-left:4px solid #d55e00;background:#fdf3ec;color:#1a1a1a;padding:.7em 1em;margin:.5em 0;max-width:46em"
)
_READER = "ect_research.corpus.checked.corpus"
_ROWS_SHOWN = 20
_WITHHELD = (
    "Sortie non montrée : un corpus lu ici protège quelqu’un, et rien ne peut juger cette sortie. "
    "La montrer par un résultat (`etude.publish`), ou comme un tableau."
)
_ERROR = "message non montré, un corpus lu ici protège quelqu’un : exécuter la cellule dans JupyterLab pour le lire."
_CELL = re.compile(r"Cell In\W*\[\d+\]\W*, line \d+")


@dataclass(frozen=True)
class ShownFigure:
    """A saved figure, shown by Jupyter at its printed size."""

    passes_the_gate: ClassVar[bool] = True

    png: Path
    width_mm: float
    text: str

    def _repr_mimebundle_(self, **_kinds: object) -> tuple[dict[str, str], dict[str, Any]]:
        picture = b64encode(self.png.read_bytes()).decode("ascii")
        width = {"image/png": {"width": round(self.width_mm * _MM_TO_PX), "alt": self.text}}
        return {"image/png": picture, "text/plain": self.text}, width

    def __repr__(self) -> str:
        return self.text


@dataclass(frozen=True)
class ShownTable:
    """A saved table, its note below."""

    passes_the_gate: ClassVar[bool] = True

    html: str
    text: str
    note: str = ""

    def _repr_html_(self) -> str:
        """JupyterLab sets every cell to the right and the caption in the middle."""
        left = self.html.replace("<td>", f"<td{_LEFT}>").replace('<th scope="col">', f'<th scope="col"{_LEFT}>')
        table = left.replace("<caption>", '<caption style="text-align:left;font-weight:bold">')
        return f'{table}<p style="max-width:46em">{escape(self.note)}</p>' if self.note else table

    def __repr__(self) -> str:
        return self.text


@dataclass(frozen=True)
class ShownRefusal:
    """A refusal, in the place of what the data cannot bear."""

    passes_the_gate: ClassVar[bool] = True

    sentence: str

    def _repr_html_(self) -> str:
        return f'<div role="note" style="{_REFUSAL_STYLE}">{escape(self.sentence)}</div>'

    def __repr__(self) -> str:
        return self.sentence


def guard_display(shell: Any) -> None:  # noqa: ANN401 - IPython has no types for it
    """Put the gate before what an IPython shell shows: values, drawings, raw messages. Once is enough."""
    formatter = shell.display_formatter
    if getattr(formatter, "is_guarded", False):
        return
    plain, publish = formatter.format, shell.display_pub.publish
    passed: list[dict[str, Any]] = []

    def guarded(value: Any, *arguments: Any, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:  # noqa: ANN401
        shown = (
            value if (getattr(type(value), "passes_the_gate", False) is True) or not _protects() else shown_value(value)
        )
        formats, metadata = plain(shown, *arguments, **options)
        passed[:] = [formats]
        return formats, metadata

    def published(data: dict[str, Any], *arguments: Any, **options: Any) -> None:  # noqa: ANN401
        known = any(one is data for one in passed) or not _protects()
        publish(data if known else plain(ShownRefusal(_WITHHELD))[0], *arguments, **options)

    formatter.format, shell.display_pub.publish = guarded, published
    formatter.is_guarded = True


def hold_errors(shell: Any) -> None:  # noqa: ANN401
    """Let no message of an error into an executed notebook where somebody is protected: its cell and its kind alone."""
    tell_error = shell._showtraceback

    def told(kind: type[BaseException], error: BaseException, lines: list[str]) -> None:
        from ect_research.errors import EctError

        if _protects() and not issubclass(kind, EctError):
            place = _CELL.findall("\n".join(lines))[:1]
            error, lines = kind(_ERROR), [" ".join([*place, f"{kind.__name__}: {_ERROR}"])]
        tell_error(kind, error, lines)

    shell._showtraceback = told


def hold_prints() -> None:
    """Let nothing that is printed into an executed notebook where somebody is protected."""
    sys.stdout, sys.stderr = _Held(sys.stdout), _Held(sys.stderr)


def shown_value(value: object) -> object:
    """What may be seen of a value, at the end of a cell.

    >>> print(shown_value(["un nom"]))
    Sortie non montrée : un corpus lu ici protège quelqu’un, et rien ne peut juger cette sortie. ...
    """
    import pandas as pd

    from ect_research.analysis.chance import Refusal
    from ect_research.errors import EctError
    from ect_research.gate.gate import pass_frame

    if value is None or isinstance(value, (bool, Refusal)):
        return value
    if isinstance(value, (int, float)):
        frame = pd.DataFrame({"valeur": [value]})
    elif isinstance(value, pd.DataFrame):
        frame = value
    elif isinstance(value, pd.Series):
        frame = value.to_frame()
    else:
        return ShownRefusal(_WITHHELD)
    try:
        passed = pass_frame(frame, "apercu", None, [], printed=False)
    except EctError as error:
        return ShownRefusal(str(error))
    if isinstance(passed, Refusal):
        return ShownRefusal(passed.sentence())
    return passed.frame.head(_ROWS_SHOWN)


def _protects() -> bool:
    """Whether a corpus read in this process protects somebody; nothing is imported to know it."""
    reader = sys.modules.get(_READER)
    corpora: Callable[[], list[Any]] = getattr(reader, "loaded_corpora", list)
    return any(corpus.protection.protected for corpus in corpora())


class _Held:
    """A stream that says once that what is printed is not shown."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._told = False

    def write(self, text: str) -> int:
        if not _protects():
            return self._stream.write(text)
        if text.strip() and not self._told:
            self._told = True
            self._stream.write(f"{_WITHHELD}\n")
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the stream has
        return getattr(self._stream, name)
