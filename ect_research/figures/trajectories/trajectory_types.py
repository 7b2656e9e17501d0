"""Types of trajectories: each shown by the real project that represents it, with the evidence beside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ect_research.analysis.chance import Refusal
from ect_research.analysis.trajectories.sequences.coded_sequences import VOID
from ect_research.figures.exhibit.sourced_caption import sourced_caption
from ect_research.figures.page.canvas import add_box, add_line, add_text, mm_canvas, shorten
from ect_research.figures.page.formats import format_count, format_number
from ect_research.figures.page.legends import draw_legend, legend_height_mm
from ect_research.figures.page.theme import HAIRLINE, INK, MUTED
from ect_research.figures.signs.stage_signs import stage_signs, stages_met

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ect_research.analysis.trajectories.sequences.coded_sequences import CodedSequences
    from ect_research.analysis.trajectories.types.trajectory_types import TrajectoryTypes
    from ect_research.corpus.checked.corpus import Corpus
    from ect_research.figures.page.caption import Caption
    from ect_research.figures.page.theme import Theme
    from ect_research.figures.signs.stage_signs import StageSign

_WORDS = {
    "fr": {
        "type": "Type {} : {}", "like": "comme {}", "width": "silhouette {}", "hold": "stabilité {}",
        "age": "Pas de temps depuis le premier fait daté",
        "title": "Types de trajectoires, montrés par un projet réel",
        "chance": "Types de trajectoires : le hasard fait aussi bien",
        "fragile": "Types de trajectoires : des groupes fragiles",
        "n": "n = {} en {} types",
        "missing": "silhouette moyenne {} ; sur des suites sans types tirées au hasard, {} en médiane et {} au 95e centile",
        "reading": "{} ressemblent à {} ; une stabilité de 1 retrouve le même groupe à chaque rééchantillonnage, "
        "sous 0,75 il ne tient pas.",
    },
    "en": {
        "type": "Type {}: {}", "like": "such as {}", "width": "silhouette {}", "hold": "stability {}",
        "age": "Units of time since the first dated fact",
        "title": "Types of trajectories, each shown by a real project",
        "chance": "Types of trajectories: chance does as well",
        "fragile": "Types of trajectories: groups that do not hold",
        "n": "n = {} in {} types",
        "missing": "mean silhouette {}; on sequences without types drawn at random, {} in the median and {} at the 95th "
        "percentile",
        "reading": "{} are alike {}; a stability of 1 finds the same group in each resample, under 0.75 it does not hold.",
    },
}  # fmt: skip
_ROW, _NAMES, _EVIDENCE = 13.0, 48.0, 30.0


def draw_types(
    types: TrajectoryTypes | Refusal, sequences: CodedSequences, corpus: Corpus, theme: Theme
) -> Figure | Refusal:
    """One line per type: its representative's stages, the number of projects, silhouette and stability.

    Args:
        types: from ``build_trajectory_types``; a refusal is handed back.
        sequences: what the types were built from.
        corpus: names, labels and colours.
        theme: the reader's preset.
    """
    if isinstance(types, Refusal):
        return types
    signs = stage_signs(corpus.codebook, theme)
    codes = sequences.compact()[list(types.partition.medoids)]
    met = stages_met(signs, [sequences.alphabet[code] for code in codes.ravel() if code != VOID])
    entries = [sign.entry() for sign in met]
    top = legend_height_mm(entries, theme.base_pt - 1, theme.width_mm - 4) + 5
    longest = int((codes != VOID).sum(axis=1).max())
    pitch = (theme.width_mm - 4 - _NAMES - _EVIDENCE) / longest
    with theme.applied():
        figure = theme.new_figure(top + _ROW * types.k + 12)
        canvas = mm_canvas(figure)
        draw_legend(canvas, entries, (2, 1), theme.width_mm - 4, theme.base_pt - 1)
        for row in range(types.k):
            states = [sequences.alphabet[code] for code in codes[row] if code != VOID]
            _draw_type(canvas, types, row, (top + row * _ROW, pitch), (corpus, theme))
            _draw_line(canvas, states, (top + row * _ROW + _ROW / 2, pitch), signs, theme)
        _draw_ages(canvas, longest, (top + _ROW * types.k, pitch), theme)
    return figure


def _draw_type(
    canvas: Axes, types: TrajectoryTypes, row: int, place: tuple[float, float], context: tuple[Corpus, Theme]
) -> None:
    (top, _), (corpus, theme) = place, context
    line, words, language = types.types.iloc[row], _WORDS[theme.language], theme.language
    middle, right = top + _ROW / 2, theme.width_mm - _EVIDENCE + 1
    count = format_count(int(line["n"]), "projet" if language == "fr" else "project", "", language)
    name = corpus.names().get(str(line["representant"]), str(line["representant"]))
    add_text(canvas, 2, middle - 2, words["type"].format(int(line["type"]), count), theme.base_pt, fontweight="bold")
    like = shorten(words["like"].format(name), theme.base_pt - 1, _NAMES - 4)
    add_text(canvas, 2, middle + 2, like, theme.base_pt - 1, color=MUTED)
    width = words["width"].format(format_number(float(line["silhouette"]), 2, language))
    held = words["hold"].format(format_number(float(line["stabilite"]), 2, language))
    add_text(canvas, right, middle - 2, width, theme.base_pt - 1)
    add_text(canvas, right, middle + 2, held, theme.base_pt - 1)
    add_line(canvas, ((2, top + _ROW), (theme.width_mm - 2, top + _ROW)), color=HAIRLINE, linewidth=0.3)


def _draw_line(
    canvas: Axes, states: list[str], place: tuple[float, float], signs: dict[str, StageSign], theme: Theme
) -> None:
    middle, pitch = place
    start = 0
    for end in range(1, len(states) + 1):
        if end < len(states) and states[end] == states[start]:
            continue
        sign = signs[states[start]]
        box = (_NAMES + start * pitch, middle - 2.4, (end - start) * pitch, 4.8)
        add_box(canvas, box, facecolor=sign.face, edgecolor=MUTED, linewidth=0.4, hatch=sign.hatch or None)
        if (end - start) * pitch > 3:
            ink = INK if sign.hatch else sign.ink
            if sign.hatch:
                add_box(canvas, (box[0] + box[2] / 2 - 1.3, middle - 1.6, 2.6, 3.2), facecolor="#ffffff", zorder=3)
            add_text(canvas, box[0] + box[2] / 2, middle, sign.sign, theme.base_pt - 1, ha="center", color=ink)
        start = end


def _draw_ages(canvas: Axes, longest: int, place: tuple[float, float], theme: Theme) -> None:
    bottom, pitch = place
    every = next(step for step in (1, 2, 4, 6, 12, 24, 60, longest + 1) if step * pitch >= 7)
    for unit in range(0, longest + 1, every):
        add_text(canvas, _NAMES + unit * pitch, bottom + 3, str(unit), theme.base_pt - 1, ha="center", color=MUTED)
    middle, words = _NAMES + longest * pitch / 2, _WORDS[theme.language]["age"]
    add_text(canvas, middle, bottom + 7.5, words, theme.base_pt - 1, ha="center", color=MUTED)


def caption_types(types: TrajectoryTypes | Refusal, corpus: Corpus, theme: Theme) -> Caption | Refusal:
    """The words around the types; the title says it when chance does as well, or when groups do not hold."""
    if isinstance(types, Refusal):
        return types
    words, language = _WORDS[theme.language], theme.language
    line = types.range[types.range["k"] == types.k].to_dict("records")[0]
    numbers = [format_number(float(line[name]), 2, language) for name in ("silhouette", "nul_median", "nul_95")]
    title = "title" if types.supported else "fragile" if line["silhouette"] > line["nul_95"] else "chance"
    noun = "projet" if language == "fr" else "project"
    first = types.types.iloc[0]
    name = corpus.names().get(str(first["representant"]), str(first["representant"]))
    return sourced_caption(
        corpus,
        theme,
        title=words[title],
        n=words["n"].format(format_count(types.n, noun, "", language), types.k),
        missing=words["missing"].format(*numbers),
        reading=words["reading"].format(format_count(int(first["n"]), noun, "", language), name),
    )
