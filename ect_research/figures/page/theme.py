"""Four reader presets: one drawing, styled for a journal of public action, a funder, a reviewer or a partner."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from ect_research.errors import EctError
from ect_research.figures.page.formats import (
    format_number,
    format_percent,
    format_percent_range,
    format_share,
    join_words,
)
from ect_research.words import say, say_n

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from matplotlib.figure import Figure

    from ect_research.analysis.chance import Proportion

Language = Literal["fr", "en"]

FAMILY = "DejaVu Sans"
INK = "#1a1a1a"
MUTED = "#5f5f5f"
HAIRLINE = "#c9c9c9"
MISSING = "#e9e9e9"
PAPER = "#ffffff"
# Okabe & Ito (2008): distinguishable under the common colour-vision deficiencies.
OKABE_ITO = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#000000")
MM = 1 / 25.4


@dataclass(frozen=True)
class Theme:
    """How a figure looks for one reader.

    Attributes:
        name: ``horizons``, ``ademe``, ``revue`` or ``fiche``.
        language: ``fr`` or ``en``.
        width_mm: width of the page that receives the figure.
        base_pt: size of ordinary text, in points.
        title_pt: size of the title, in points.
        greyscale: whether categories must be told apart without colour.
        shows_reading: whether the reading note is printed under the figure.
    """

    name: str
    language: Language
    width_mm: float
    base_pt: float
    title_pt: float
    greyscale: bool
    shows_reading: bool

    def say(self, sentence: str, **values: object) -> str:
        """A French sentence of the code in the reader's language, its blanks filled.

        >>> get_theme("ademe", "en").say("{share} au moins", share="17%")
        '17% at least'
        """
        said = say(sentence, self.language)
        return said.format(**values) if values else said

    def say_n(self, one: str, many: str, n: int, **values: object) -> str:
        """A counted noun, or a sentence around it, in the reader's language, by the plural rule of that language.

        >>> get_theme("ademe", "fr").say_n("{n} ressource", "{n} ressources", 0)
        '0 ressource'
        """
        said = say_n(one, many, n, self.language)
        return said.format(n=format_number(n, 0, self.language), **values)

    def say_some(self, one: str, many: str, n: int, **values: object) -> str:
        """The same; nothing where there is none.

        >>> get_theme().say_some("{n} projet sans date", "{n} projets sans date", 0)
        ''
        """
        return self.say_n(one, many, n, **values) if n else ""

    def tied(self, values: Iterable[float]) -> str:
        """What follows « the most » where the largest of some values is met more than once.

        >>> get_theme().tied([3, 1, 3]), get_theme().tied([3, 1])
        (', à égalité avec 1 autre', '')
        """
        known = list(values)
        more = known.count(max(known)) - 1
        return self.say_some(", à égalité avec {n} autre", ", à égalité avec {n} autres", more)

    def number(self, value: float, decimals: int = 0) -> str:
        """A number as the reader writes it (`format_number`)."""
        return format_number(value, decimals, self.language)

    def percent(self, share: float, decimals: int = 0) -> str:
        """A share as the reader writes it (`format_percent`)."""
        return format_percent(share, decimals, self.language)

    def share(self, count: float, n: float, bounds: tuple[float, float] | None = None) -> str:
        """A share of a number as the reader writes it, its interval if given; two counts under five (`format_share`)."""
        return format_share(count, n, self.language, bounds)

    def rate(self, measured: Proportion) -> str:
        """A share with its interval: ``22 % [12 à 38 %]``."""
        return self.share(measured.count, measured.n, (measured.low, measured.high))

    def percents(self, low: float, high: float) -> str:
        """An interval of shares as the reader writes it (`format_percent_range`)."""
        return format_percent_range(low, high, self.language)

    def join(self, words: Sequence[str], most: int = 0, comma: str = ", ") -> str:
        """A list as a sentence of the reader says it (`join_words`)."""
        return join_words(words, self.language, most, comma)

    def say_unit(self, unit: str) -> str:
        """A unit of time as the reader writes it.

        >>> get_theme("ademe", "en").say_unit("2020-T2")
        '2020-Q2'
        """
        return unit.replace("-T", self.say("-T"))

    @property
    def tone(self) -> str:
        """The colour of what has no category."""
        return "#4a4a4a" if self.greyscale else OKABE_ITO[0]

    def new_figure(self, height_mm: float) -> Figure:
        """An empty figure as wide as the preset and ``height_mm`` high, on which nothing is global."""
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        figure = Figure(figsize=(self.width_mm * MM, height_mm * MM), facecolor=PAPER)
        FigureCanvasAgg(figure)
        return figure

    def rc(self) -> dict[Any, Any]:
        """The matplotlib settings of this preset; fonts are those that matplotlib ships, so bytes travel."""
        return {
            "font.family": FAMILY,
            "font.size": self.base_pt,
            "axes.edgecolor": MUTED,
            "axes.labelcolor": INK,
            "axes.linewidth": 0.6,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.titlesize": self.base_pt + 1,
            "axes.titleweight": "bold",
            "axes.titlelocation": "left",
            "axes.unicode_minus": True,
            "text.color": INK,
            "xtick.color": MUTED,
            "ytick.color": MUTED,
            "xtick.labelcolor": INK,
            "ytick.labelcolor": INK,
            "xtick.major.width": 0.6,
            "ytick.major.width": 0.6,
            "legend.frameon": False,
            "legend.fontsize": self.base_pt,
            "hatch.linewidth": 0.5,
            "text.hinting": "none",
            "svg.hashsalt": "ect_research",
            "svg.fonttype": "none",
            "text.parse_math": False,
            "path.simplify": True,
        }

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Draw or save under this preset, from matplotlib's own defaults: a user's matplotlibrc changes no byte."""
        import matplotlib as mpl

        with mpl.rc_context():
            mpl.rcParams.update({key: value for key, value in mpl.rcParamsDefault.items() if key != "backend"})
            mpl.rcParams.update(self.rc())
            yield


PRESETS = {
    "horizons": Theme("horizons", "fr", 170, 9.0, 14.0, greyscale=False, shows_reading=False),
    "ademe": Theme("ademe", "fr", 170, 8.0, 11.5, greyscale=False, shows_reading=True),
    "revue": Theme("revue", "fr", 175, 7.5, 9.5, greyscale=True, shows_reading=True),
    "fiche": Theme("fiche", "fr", 180, 9.0, 12.0, greyscale=False, shows_reading=False),
}


def get_theme(reader: str = "ademe", language: Language = "fr") -> Theme:
    """The preset of one reader in one language.

    Raises:
        EctError: no such reader or language.

    >>> get_theme("revue").greyscale
    True
    """
    if reader not in PRESETS:
        raise EctError(
            "Lecteur « {reader} » inconnu : choisir parmi {presets}.", reader=reader, presets=", ".join(PRESETS)
        )
    if language not in ("fr", "en"):
        raise EctError("Langue « {language} » inconnue : choisir « fr » ou « en ».", language=language)
    return replace(PRESETS[reader], language=language)
