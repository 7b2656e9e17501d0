"""What every layer of a map can do, so that any of them can be laid on another."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from matplotlib.axes import Axes

    from ect_research.analysis.chance import Refusal
    from ect_research.figures.labelling.point_labels import Box
    from ect_research.figures.maps.ground.map_page import MapPage
    from ect_research.figures.maps.ground.naming import Spot
    from ect_research.figures.maps.ground.panel import Column
    from ect_research.figures.page.theme import Language


class Layer(ABC):
    """A theme drawn over the ground.

    Attributes:
        fills: whether it colours areas; a map bears one such layer only.
        faint_ground: whether the ground is only a silhouette under it, without names.
    """

    fills: ClassVar[bool] = False
    faint_ground: ClassVar[bool] = False

    @abstractmethod
    def refusal(self) -> Refusal | None:
        """Why it must not be drawn, ``None`` when it may."""

    def seen_on(self, page: MapPage) -> Self:  # noqa: ARG002 - for the layers that depend on it
        """The same layer, knowing only what the map shows."""
        return self

    @abstractmethod
    def sources(self, language: Language) -> Sequence[str]:
        """Sentences that cite the data, with their date."""

    @abstractmethod
    def draw(self, axes: Axes, page: MapPage) -> None:
        """Draw in millimetres; fills under the borders (zorder 4.5), symbols over them (10)."""

    @abstractmethod
    def write_legend(self, column: Column, page: MapPage) -> None:
        """Its part of the legend."""

    def spots(self, page: MapPage) -> Sequence[Spot]:  # noqa: ARG002 - for the layers that have some
        """Symbols that names must not hide, those to be named among them."""
        return ()

    def covered(self, page: MapPage) -> Sequence[Box]:  # noqa: ARG002 - for the layers that have some
        """Boxes that names of areas leave free."""
        return ()
