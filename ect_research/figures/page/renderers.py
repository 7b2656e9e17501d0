"""One drawing, written as SVG and laid down in pixels at once, by matplotlib's own renderers.

The SVG holds only what is seen: no group without a use, no clip that cuts nothing. Letters are laid down by their
outlines, as a reader of the SVG does: matplotlib takes half a millisecond to set a word.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

import numpy as np
from matplotlib._path import convert_to_string  # type: ignore[attr-defined]
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.path import Path
from matplotlib.textpath import TextToPath
from matplotlib.transforms import Affine2D, Bbox, TransformedPath

from ect_research.figures.page.letter_widths import FONT_SCALE, LineSize, face_of_font, line_size
from ect_research.figures.page.svg_text import CAPTION
from ect_research.words.carried_text import carried

if TYPE_CHECKING:
    from matplotlib.backend_bases import GraphicsContextBase
    from matplotlib.font_manager import FontProperties
    from matplotlib.transforms import BboxBase, Transform
    from numpy.typing import NDArray

# A hundredth of a point is a tenth of what the finest screen shows; matplotlib writes a millionth.
_DECIMALS = 2
_COMMANDS = [b"M", b"L", b"Q", b"C", b"z"]
_PACKING, _MOST_COLOURS, _SAMPLED = 2, 256, 61
_Given = Any  # what matplotlib's renderers pass on to one another: colours, lists of paths, of widths, of dashes


class _Outlines(TextToPath):
    """Whoever draws a text by its outline, as a halo is, asks for it here."""

    def get_text_path(self, prop: FontProperties, s: str, *_: _Given, **__: _Given) -> _Given:
        """The corners of a line at `FONT_SCALE`, and what joins them."""
        outline = face_of_font(prop).outline(carried(s))
        return outline.vertices, outline.codes


class Pixels(RendererAgg):
    """A white picture on which a figure is drawn.

    Args:
        width: inches.
        height: inches.
        dots_per_inch: of the picture, whose sides are whole.
    """

    def __init__(self, width: float, height: float, dots_per_inch: int) -> None:
        across, down = round(width * dots_per_inch), round(height * dots_per_inch)
        super().__init__(across, down, dots_per_inch)  # type: ignore[no-untyped-call]
        self._text2path = _Outlines()
        nothing: _Given = self.new_gc()
        nothing.set_linewidth(0)
        self.draw_path(nothing, Path.unit_rectangle(), Affine2D().scale(across, down), (1.0, 1.0, 1.0))  # type: ignore[no-untyped-call]

    def draw_text(self, gc: GraphicsContextBase, x: float, y: float, s: str, prop: FontProperties, angle: float,
                  *_: _Given, **__: _Given) -> None:  # fmt: skip
        """Lay down a line of text from its left on its base line; ``y`` goes down the page."""
        size = prop.get_size_in_points() * self.dpi / 72 / FONT_SCALE
        place = Affine2D().scale(size).rotate_deg(angle).translate(x, self.height - y)
        filled: _Given = self.new_gc()
        filled.copy_properties(gc)
        filled.set_linewidth(0)
        self.draw_path(filled, face_of_font(prop).outline(carried(s)), place, gc.get_rgb())  # type: ignore[no-untyped-call]

    def get_text_width_height_descent(self, s: str, prop: FontProperties, ismath: object) -> LineSize:  # noqa: ARG002
        """Width, height and descent of a text, pixels."""
        width, height, descent = line_size(carried(s), prop)
        return width * self.dpi / 72, height * self.dpi / 72, descent * self.dpi / 72

    def png(self, title: str) -> bytes:
        """The picture as a PNG that knows its title and its scale; of at most 256 colours, with their list."""
        drawn: _Given = self.buffer_rgba()  # type: ignore[no-untyped-call]
        shades = np.ascontiguousarray(drawn)
        down, across, _ = shades.shape
        colours = shades.view(np.uint32).ravel()
        listed = _few_colours(colours)
        rows = np.zeros((down, 1 + (across if listed else 3 * across)), np.uint8)
        if listed:
            rows[:, 1:] = listed[1].reshape(down, across)
        for shade in range(0 if listed else 3):
            rows[:, 1 + shade :: 3] = shades[:, :, shade]
        per_metre = round(self.dpi / 0.0254)
        return b"".join(
            (
                b"\x89PNG\r\n\x1a\n",
                _chunk(b"IHDR", struct.pack(">IIBBBBB", across, down, 8, 3 if listed else 2, 0, 0, 0)),
                # Without a scale a word processor places it at the size of a screen.
                _chunk(b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1)),
                _chunk(b"iTXt", b"Title\0\0\0\0\0" + title.encode("utf-8")),
                _chunk(b"PLTE", listed[0]) if listed else b"",
                _chunk(b"IDAT", zlib.compress(rows.data, _PACKING)),
                _chunk(b"IEND", b""),
            )
        )


def _few_colours(colours: NDArray[np.uint32]) -> tuple[bytes, NDArray[np.uint8]] | None:
    """The list of the colours of a picture, and the rank of that of each pixel; None when they are too many."""
    if len(np.unique(colours[::_SAMPLED])) > _MOST_COLOURS:
        return None
    starts = np.flatnonzero(np.concatenate(([True], colours[1:] != colours[:-1])))
    met, which = np.unique(colours[starts], return_inverse=True)
    if len(met) > _MOST_COLOURS:
        return None
    ranks = np.repeat(which.astype(np.uint8), np.diff(np.append(starts, colours.size)))
    return met.view(np.uint8).reshape(-1, 4)[:, :3].tobytes(), ranks


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


class Page(RendererSVG):
    """A page on which a figure is drawn at 72 dots per inch, and its picture.

    Args:
        width: inches.
        height: inches.
        written: takes the SVG.
        dots_per_inch: of its picture, `pixels`.
    """

    def __init__(self, width: float, height: float, written: IO[str], dots_per_inch: int) -> None:
        self._groups: list[bool] = []
        self._alone = False
        self.pixels: _Given = Pixels(width, height, dots_per_inch)
        self._scale = Affine2D().scale(dots_per_inch / 72)
        super().__init__(72 * width, 72 * height, written, image_dpi=dots_per_inch, metadata={"Date": None})  # type: ignore[no-untyped-call]
        self._text2path = _Outlines()

    def draw_path(self, gc: GraphicsContextBase, path: Path, transform: Transform, rgbFace: _Given = None) -> None:  # noqa: N803 - its own
        """Draw a line or a shape."""
        super().draw_path(gc, path, transform, rgbFace)  # type: ignore[no-untyped-call]
        if not self._alone:
            self.pixels.draw_path(self._scaled(gc), path, self._larger(transform), rgbFace)

    def draw_markers(self, gc: GraphicsContextBase, marker_path: Path, marker_trans: Transform, path: Path,
                     trans: Transform, rgbFace: _Given = None) -> None:  # noqa: N803 - its own  # fmt: skip
        """Draw one sign at each place of a path."""
        with self._once():
            super().draw_markers(gc, marker_path, marker_trans, path, trans, rgbFace)  # type: ignore[no-untyped-call]
        sign, places = self._larger(marker_trans), self._larger(trans)
        self.pixels.draw_markers(self._scaled(gc), marker_path, sign, path, places, rgbFace)

    def draw_path_collection(self, gc: GraphicsContextBase, master_transform: Transform, paths: _Given, all_transforms: _Given,
                             offsets: _Given, offset_trans: Transform, *looks: _Given, **named: _Given) -> None:  # fmt: skip
        """Draw many shapes."""
        with self._once():
            super().draw_path_collection(  # type: ignore[no-untyped-call]
                gc, master_transform, paths, all_transforms, offsets, offset_trans, *looks, **named
            )
        larger, moved = self._larger(master_transform), self._larger(offset_trans)
        self.pixels.draw_path_collection(
            self._scaled(gc), larger, paths, all_transforms, offsets, moved, *looks, **named
        )

    def draw_image(self, gc: GraphicsContextBase, x: float, y: float, im: _Given,
                   transform: Transform | None = None) -> None:  # fmt: skip
        """Draw a picture; ``y`` goes up the page."""
        super().draw_image(gc, x, y, im, transform)  # type: ignore[no-untyped-call]
        left, low = self._scale.transform((x, y))
        self.pixels.draw_image(self._scaled(gc), round(left), round(low), im)

    def option_scale_image(self) -> bool:
        """No: a picture is given as fine as the page is."""
        return False

    def draw_text(self, gc: GraphicsContextBase, x: float, y: float, s: str, prop: FontProperties, angle: float,
                  *given: _Given, **named: _Given) -> None:  # fmt: skip
        """Write what a page can carry: an axis makes its labels as it is drawn, after whoever drew it has left."""
        line = carried(s)
        super().draw_text(gc, x, y, line, prop, angle, *given, **named)  # type: ignore[no-untyped-call]
        right, up = self._scale.transform((x, self.height - y))
        self.pixels.draw_text(self._scaled(gc), right, self.pixels.height - up, line, prop, angle)

    def get_text_width_height_descent(self, s: str, prop: FontProperties, ismath: object) -> LineSize:  # noqa: ARG002
        """Width, height and descent of a text, points."""
        return line_size(carried(s), prop)

    def open_group(self, s: str, gid: str | None = None) -> None:
        """Begin a part of the drawing, if a page will look for it."""
        self._groups.append(bool(gid and gid.startswith(CAPTION)))
        if self._groups[-1]:
            super().open_group(s, gid)  # type: ignore[no-untyped-call]

    def close_group(self, s: str) -> None:
        """End it."""
        if self._groups.pop():
            super().close_group(s)  # type: ignore[no-untyped-call]

    @contextmanager
    def _once(self) -> Iterator[None]:
        """What the SVG draws piece by piece is laid down whole."""
        self._alone = True
        try:
            yield
        finally:
            self._alone = False

    def _larger(self, transform: Transform) -> NDArray[np.float64]:
        matrix: NDArray[np.float64] = self._scale.get_matrix() @ transform.get_affine().get_matrix()
        return matrix

    def _scaled(self, gc: GraphicsContextBase) -> _Given:
        """The same pen, whose clips are in pixels."""
        made = self.pixels.new_gc()
        made.copy_properties(gc)
        if (frame := gc.get_clip_rectangle()) is not None:
            made.set_clip_rectangle(Bbox(self._scale.transform(frame.get_points())))
        path, transform = gc.get_clip_path()
        if path is not None and transform is not None:
            made.set_clip_path(TransformedPath(path, transform + self._scale))  # type: ignore[arg-type]
        return made

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
