"""What every layer of a map can do, so that any of them can be laid on another."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

from ect_research.analysis.territory.map_limits import refuse_elsewhere

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from matplotlib.axes import Axes

    from ect_research.analysis.chance import Refusal
    from ect_research.analysis.territory.map_variables import MapVariable
    from ect_research.figures.labelling.point_labels import Box
    from ect_research.figures.maps.ground.map_page import MapPage, ShownZones
    from ect_research.figures.maps.ground.naming import Spot
    from ect_research.figures.maps.ground.panel import Column


class Layer(ABC):
    """A theme drawn over the ground.

    Attributes:
        fills: whether it colours areas; a map bears one such layer only.
        label: what it shows, as the legend titles it.
        source: of its data.
        date: of its data.
    """

    label: str
    source: str
    date: str
    fills: ClassVar[bool] = False

    def refusal(self) -> Refusal | None:
        """Why it must not be drawn, ``None`` when it may."""
        return None

    def located(self, zones: ShownZones) -> Self | Refusal:  # noqa: ARG002 - for the layers that depend on it
        """The same layer, knowing only what the map shows; a refusal when that is nothing."""
        return self

    def over_fills(self) -> Self:
        """The same layer where areas are already coloured: no veil over their colours."""
        return self

    @abstractmethod
    def rows(self, page: MapPage) -> pd.DataFrame:
        """The rows behind its marks."""

    @abstractmethod
    def counted(self, page: MapPage) -> str:
        """How many zones, signs or ties it shows, with their noun."""

    @property
    def cites(self) -> list[str]:
        """Its data, with their date."""
        return [f"{self.source.rstrip('. ')}, {self.date}"]

    @abstractmethod
    def draw(self, axes: Axes, page: MapPage) -> None:
        """Draw in millimetres; fills under the borders (zorder 4.5), symbols over them (10)."""

    @abstractmethod
    def write_legend(self, column: Column, page: MapPage) -> None:
        """Its part of the legend."""

    def spots(self, page: MapPage) -> Sequence[Spot]:  # noqa: ARG002 - for the layers that have some
        """Symbols that names must not hide, those to be named among them."""
        return ()

    def kept_clear(self, page: MapPage) -> Sequence[Box]:  # noqa: ARG002 - for the layers that have some
        """Boxes that no name may touch."""
        return ()

    def covered(self, page: MapPage) -> Sequence[Box]:  # noqa: ARG002 - for the layers that have some
        """Boxes along lines, that names strike only where they have no better place."""
        return ()


class VariableLayer(Layer):
    """A layer that shows one `MapVariable`."""

    variable: MapVariable

    @property
    def label(self) -> str:  # type: ignore[override]
        """That of the variable."""
        return self.variable.label

    @property
    def source(self) -> str:  # type: ignore[override]
        """That of the variable."""
        return self.variable.source

    @property
    def date(self) -> str:  # type: ignore[override]
        """That of the variable."""
        return self.variable.date

    def located(self, zones: ShownZones) -> Self | Refusal:
        """Classes and scales are those of the zones shown: values elsewhere would leave classes empty."""
        level = self.variable.zone
        found = self.variable.located(zones.today[level], zones.shown[level])
        placed: Any = refuse_elsewhere(self.variable) if found is None else replace(self, variable=found)  # type: ignore[type-var]
        return placed  # type: ignore[no-any-return]

    def rows(self, page: MapPage) -> pd.DataFrame:
        """``couche, code, zone, valeur``, one row per zone known."""
        known, names = self.variable.known, page.zone_names(self.variable.zone)
        zones = [names.get(str(code), "") for code in known.index]
        return pd.DataFrame({"couche": self.label, "code": known.index, "zone": zones, "valeur": known.to_numpy()})

    def counted(self, page: MapPage) -> str:
        """Zones with a value."""
        shown, theme = len(self.variable.known), page.theme
        if self.variable.zone == "commune":
            return theme.say_n("{n} commune", "{n} communes", shown)
        return theme.say_n("{n} intercommunalité", "{n} intercommunalités", shown)
