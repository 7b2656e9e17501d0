"""Alluvial of the stages at chosen moments: what is not yet, or no longer, observed is drawn as such."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ect_research.analysis.chance import Refusal
from ect_research.analysis.trajectories.sequences.coded_sequences import UNKNOWN
from ect_research.analysis.trajectories.sequences.flows import NO_MORE, NOT_YET
from ect_research.figures.exhibit.sourced_caption import sourced_caption
from ect_research.figures.page.canvas import add_box, add_line, add_text, mm_canvas
from ect_research.figures.page.formats import format_count, join_words
from ect_research.figures.page.legends import draw_legend, legend_height_mm
from ect_research.figures.page.theme import INK, MUTED, PAPER
from ect_research.figures.signs.stage_signs import StageSign, stage_signs

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ect_research.analysis.trajectories.sequences.flows import Flows
    from ect_research.corpus.checked.corpus import Corpus
    from ect_research.figures.page.caption import Caption
    from ect_research.figures.page.theme import Theme

_WORDS = {
    "fr": {
        NOT_YET: "Pas encore observé", NO_MORE: "Fin de l’observation", UNKNOWN: "Étape inconnue",
        "title_age": "Où vont les projets : étape à quelques âges",
        "title_calendar": "Où vont les projets : étape à quelques dates",
        "start": "premier mois", "mois": "à {} mois", "year": "à 1 an", "years": "à {} ans",
        "trimestre": "trimestre {}", "annee": "année {}",
        "axis": "Âge du projet depuis son premier fait daté", "observed": "observés : {}",
        "n": "n = {}", "project": "projet",
        "missing": "observés à chaque moment : {} ; les autres restent comptés dans la figure",
        "reading": "entre « {} » et « {} », {} vers « {} » depuis « {} ».", "goes": "passe", "go": "passent",
    },
    "en": {
        NOT_YET: "Not yet observed", NO_MORE: "End of observation", UNKNOWN: "Stage unknown",
        "title_age": "Where projects go: stage at a few ages",
        "title_calendar": "Where projects go: stage at a few dates",
        "start": "month 1", "mois": "at {} months", "year": "at 1 year", "years": "at {} years",
        "trimestre": "quarter {}", "annee": "year {}",
        "axis": "Age of the project since its first dated fact", "observed": "observed: {}",
        "n": "n = {}", "project": "project",
        "missing": "observed at each moment: {}; the others stay counted in the figure",
        "reading": "between “{}” and “{}”, {} to “{}” from “{}”.", "goes": "goes", "go": "go",
    },
}  # fmt: skip
_BAR, _GAP, _SLOT, _FLOW = 11.0, 1.4, 3.6, 84.0
_OPEN = (NOT_YET, NO_MORE, UNKNOWN)


@dataclass(frozen=True)
class _Bar:
    """One state at one moment, in millimetres; ``scale`` is the height of a project."""

    left: float
    top: float
    height: float
    scale: float


def draw_alluvial(
    flows: Flows | Refusal, corpus: Corpus, theme: Theme, *, clock: str = "age", unit: str = "mois"
) -> Figure | Refusal:
    """One bar per moment, each as high as all the projects; a band per move, as high as the projects that make it.

    Args:
        flows: from ``build_flows``; a refusal is handed back.
        corpus: labels and colours of the stages.
        theme: the reader's preset.
        clock: ``age`` or ``calendrier``.
        unit: ``mois, trimestre`` or ``annee``: what the ages count.

    >>> import ect_research as ect
    >>> corpus = ect.load_corpus("pays-ledonien")
    >>> episodes = ect.derive_episodes(
    ...     corpus.tables["evenements"], corpus.codebook.stages, observed_on=corpus.observed_on)
    >>> told = ect.derive_sequences(episodes, clock="age", unit="mois")
    >>> flows = ect.build_flows(ect.code_sequences(told.frame, told.alphabet), [0, 12, 24])
    >>> round(draw_alluvial(flows, corpus, ect.get_theme("fiche")).get_size_inches()[0] * 25.4)
    180
    """
    if isinstance(flows, Refusal):
        return flows
    signs = _signs(flows, corpus, theme)
    entries = [sign.entry() for sign in signs.values()]
    legend = legend_height_mm(entries, theme.base_pt - 1, theme.width_mm - 4)
    bars, bottom = _place_bars(flows, theme, legend + 10)
    foot = 13.0 if clock == "age" else 8.0
    with theme.applied():
        figure = theme.new_figure(bottom + foot)
        canvas = mm_canvas(figure)
        draw_legend(canvas, entries, (2, 1), theme.width_mm - 4, theme.base_pt - 1)
        _draw_links(canvas, flows, bars, signs)
        _draw_bars(canvas, flows, bars, signs, theme)
        for moment, seen in zip(flows.moments, flows.observed, strict=True):
            middle = next(bar.left for (when, _), bar in bars.items() if when == moment) + _BAR / 2
            shift = {flows.moments[0]: ("left", 2.0), flows.moments[-1]: ("right", theme.width_mm - 2)}
            side, x = shift.get(moment, ("center", middle))
            text = _moment(moment, clock, unit, theme)
            add_text(canvas, x, legend + 6, text, theme.base_pt, ha=side, fontweight="bold")
            words = _WORDS[theme.language]["observed"].format(seen)
            add_text(canvas, x, bottom + 3.5, words, theme.base_pt - 1, ha=side, color=MUTED)
        if clock == "age":
            words = _WORDS[theme.language]["axis"]
            add_text(canvas, theme.width_mm / 2, bottom + 9, words, theme.base_pt - 1, ha="center", color=MUTED)
    return figure


def _signs(flows: Flows, corpus: Corpus, theme: Theme) -> dict[str, StageSign]:
    """The sign of every state met, in order; what is not observed has no colour."""
    met, known = set(flows.nodes["etat"]), stage_signs(corpus.codebook, theme)
    letters = {NOT_YET: "…", NO_MORE: "⊣", UNKNOWN: "?"}
    signs = {}
    for code in flows.order:
        if code in met and code in known:
            signs[code] = known[code]
        elif code in met:
            label = _WORDS[theme.language].get(code, code)
            signs[code] = StageSign(code, label, letters.get(code, ""), PAPER, "", MUTED, "#f2f2f2")
    return signs


def _place_bars(flows: Flows, theme: Theme, top: float) -> tuple[dict[tuple[str, str], _Bar], float]:
    """The first state lies at the bottom; a state of few projects keeps the room that its numbers need."""
    scale = max(_FLOW / flows.n, 0.5)
    columns = {moment: flows.nodes[flows.nodes["moment"] == moment] for moment in flows.moments}
    tall = {
        moment: sum(max(_SLOT, count * scale) + _GAP for count in column["effectif"])
        for moment, column in columns.items()
    }
    bottom = top + max(tall.values())
    step = (theme.width_mm - 4 - _BAR) / (len(flows.moments) - 1)
    bars = {}
    for number, (moment, column) in enumerate(columns.items()):
        floor = bottom - (max(tall.values()) - tall[moment]) / 2
        for state, count in zip(column["etat"], column["effectif"], strict=True):
            slot = max(_SLOT, count * scale)
            height = count * scale
            bars[moment, str(state)] = _Bar(2 + number * step, floor - (slot + height) / 2, height, scale)
            floor -= slot + _GAP
    return bars, bottom


def _draw_links(canvas: Axes, flows: Flows, bars: dict[tuple[str, str], _Bar], signs: dict[str, StageSign]) -> None:
    """Bands leave and arrive in the order of the states, so that they cross as little as they can."""
    left, arrived = dict.fromkeys(bars, 0.0), dict.fromkeys(bars, 0.0)
    turn = np.linspace(0, 1, 40)
    ease = turn**2 * (3 - 2 * turn)
    for link in flows.links.to_dict("records"):
        one, other = (link["de_moment"], link["de"]), (link["vers_moment"], link["vers"])
        start, end = bars[one], bars[other]
        thick = link["effectif"] * start.scale
        low = start.top + start.height - left[one]
        high = end.top + end.height - arrived[other]
        left[one] += thick
        arrived[other] += thick
        x = start.left + _BAR + (end.left - start.left - _BAR) * turn
        floor = low + (high - low) * ease
        unseen = link["de"] in _OPEN or link["vers"] in _OPEN
        face = "#f4f4f4" if unseen else signs[link["de"]].ghost
        edge = "#c4c4c4" if unseen else MUTED
        canvas.fill_between(x, floor - thick, floor, facecolor=face, edgecolor="none", zorder=0.8 if unseen else 1)
        for side in (floor, floor - thick):
            canvas.plot(x, side, color=edge, linewidth=0.35, zorder=1.5, linestyle=(0, (3, 2)) if unseen else "-")


def _draw_bars(
    canvas: Axes, flows: Flows, bars: dict[tuple[str, str], _Bar], signs: dict[str, StageSign], theme: Theme
) -> None:
    counts = flows.nodes.set_index(["moment", "etat"])["effectif"]
    size = theme.base_pt - 1
    for (moment, state), bar in bars.items():
        sign, middle = signs[state], bar.top + bar.height / 2
        dashed = (0, (2, 1.5)) if state in _OPEN else "-"
        box = (bar.left, bar.top, _BAR, bar.height)
        add_box(canvas, box, facecolor=sign.face, edgecolor=MUTED, hatch=sign.hatch or None, linestyle=dashed, zorder=2)
        # The number is written on paper of its own where the bar is too thin or hatched.
        plain = bar.height >= size * 0.4 and not sign.hatch
        if not plain:
            add_box(canvas, (bar.left + 0.8, middle - size * 0.2, _BAR - 1.6, size * 0.4), facecolor=PAPER, zorder=3)
        ink = sign.ink if plain else INK
        add_text(canvas, bar.left + 2.8, middle, sign.sign, size, ha="center", color=ink)
        number = str(int(counts[moment, state]))
        add_text(canvas, bar.left + 7.6, middle, number, size, ha="center", color=ink, fontweight="bold")
        if plain:
            add_line(canvas, ((bar.left + 4.8, middle - 1.1), (bar.left + 4.8, middle + 1.1)), color=ink, linewidth=0.4)


def _moment(moment: str, clock: str, unit: str, theme: Theme) -> str:
    words = _WORDS[theme.language]
    if clock != "age":
        return moment
    age = int(moment)
    if unit != "mois":
        return words[unit].format(age + 1)
    if age == 0:
        return words["start"]
    if age % 12:
        return words["mois"].format(age)
    return str(words["year"] if age == 12 else words["years"]).format(age // 12)


def caption_alluvial(
    flows: Flows | Refusal, corpus: Corpus, theme: Theme, *, clock: str = "age", unit: str = "mois"
) -> Caption | Refusal:
    """The words around the alluvial."""
    if isinstance(flows, Refusal):
        return flows
    words, language = _WORDS[theme.language], theme.language
    seen = [str(count) for count in flows.observed]
    return sourced_caption(
        corpus,
        theme,
        title=words["title_age" if clock == "age" else "title_calendar"],
        n=words["n"].format(format_count(flows.n, words["project"], "", language)),
        missing=words["missing"].format(join_words(seen, language)),
        reading=_reading(flows, corpus, theme, (clock, unit)),
    )


def _reading(flows: Flows, corpus: Corpus, theme: Theme, clock: tuple[str, str]) -> str:
    """The largest band between two different states that are both observed."""
    words, signs = _WORDS[theme.language], _signs(flows, corpus, theme)
    moved = flows.links[(flows.links["de"] != flows.links["vers"]) & ~flows.links["de"].isin(_OPEN)]
    observed = moved[~moved["vers"].isin(_OPEN)]
    if moved.empty:
        return ""
    row = (observed if len(observed) else moved).sort_values("effectif", ascending=False, kind="stable").iloc[0]
    size = int(row["effectif"])
    alone = size < 2
    goes = words["goes" if alone else "go"]
    return words["reading"].format(
        _moment(row["de_moment"], *clock, theme),
        _moment(row["vers_moment"], *clock, theme),
        f"{format_count(size, str(words['project']), '', theme.language)} {goes}",
        signs[row["vers"]].label,
        signs[row["de"]].label,
    )


def tabulate_alluvial(flows: Flows | Refusal, corpus: Corpus, theme: Theme) -> pd.DataFrame | Refusal:
    """The data behind the bands: from where to where, how many, and which projects."""
    if isinstance(flows, Refusal):
        return flows
    labels = {code: sign.label for code, sign in _signs(flows, corpus, theme).items()}
    links = flows.links
    return links.assign(
        de=links["de"].map(labels), vers=links["vers"].map(labels), projets=links["projets"].map(" ".join)
    )
