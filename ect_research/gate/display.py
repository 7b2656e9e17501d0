"""What a notebook shows when it saves: the picture, the table, or the sentence of a refusal."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any, ClassVar

_MM_TO_PX = 96 / 25.4
_LEFT = ' style="text-align:left"'
_REFUSAL_STYLE = (
    "border-left:4px solid #d55e00;background:#fdf3ec;color:#1a1a1a;padding:.7em 1em;margin:.5em 0;max-width:46em"
)


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
