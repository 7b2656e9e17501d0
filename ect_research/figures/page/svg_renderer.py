"""Matplotlib's own writer of SVG, which writes only what is seen: no group without a use, no clip that cuts nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib._path import convert_to_string  # type: ignore[attr-defined]
from matplotlib.backends.backend_svg import RendererSVG

from ect_research.figures.page.letter_widths import LineSize, line_size
from ect_research.figures.page.svg_text import CAPTION
from ect_research.words.carried_text import carried

if TYPE_CHECKING:
    from matplotlib.backend_bases import GraphicsContextBase
    from matplotlib.font_manager import FontProperties
    from matplotlib.path import Path
    from matplotlib.transforms import BboxBase, Transform

# A hundredth of a point is a tenth of what the finest screen shows; matplotlib writes a millionth.
_DECIMALS = 2
_COMMANDS = [b"M", b"L", b"Q", b"C", b"z"]


class Page(RendererSVG):
    """A page on which a figure is drawn."""

    def __init__(self, width: float, height: float, *given: Any, **named: Any) -> None:  # noqa: ANN401 - its own
        self._groups: list[bool] = []
        super().__init__(width, height, *given, **named)  # type: ignore[no-untyped-call]

    def get_text_width_height_descent(self, s: str, prop: FontProperties, ismath: object) -> LineSize:  # noqa: ARG002
        """Width, height and descent of a text, points."""
        return line_size(carried(s), prop)

    def draw_text(self, gc: GraphicsContextBase, x: float, y: float, s: str, *given: Any, **named: Any) -> None:  # noqa: ANN401 - its own
        """Write what a page can carry: an axis makes its labels as it is drawn, after whoever drew it has left."""
        super().draw_text(gc, x, y, carried(s), *given, **named)  # type: ignore[no-untyped-call]

    def open_group(self, s: str, gid: str | None = None) -> None:
        """Begin a part of the drawing, if a page will look for it."""
        self._groups.append(bool(gid and gid.startswith(CAPTION)))
        if self._groups[-1]:
            super().open_group(s, gid)  # type: ignore[no-untyped-call]

    def close_group(self, s: str) -> None:
        """End it."""
        if self._groups.pop():
            super().close_group(s)  # type: ignore[no-untyped-call]

    def _get_clip_attrs(self, gc: GraphicsContextBase) -> dict[str, str]:
        """No clip where the whole page is let through."""
        frame = gc.get_clip_rectangle()
        if frame is not None and gc.get_clip_path()[0] is None and self._is_whole(frame):
            return {}
        attributes: dict[str, str] = super()._get_clip_attrs(gc)  # type: ignore[no-untyped-call]
        return attributes

    def _is_whole(self, frame: BboxBase) -> bool:
        return frame.x0 <= 0 and frame.y0 <= 0 and frame.x1 >= self.width and frame.y1 >= self.height

    def _convert_path(self, path: Path, transform: Transform | None = None, clip: object = None,
                      simplify: object = None, sketch: object = None) -> str:  # fmt: skip
        box = (0.0, 0.0, self.width, self.height) if clip else None
        after = False  # the letter of a command stands before its numbers
        written: bytes = convert_to_string(path, transform, box, simplify, sketch, _DECIMALS, _COMMANDS, after)
        return written.decode("ascii").replace("\n", "").rstrip()
