"""Types of trajectories: each shown by the real project that represents it, with the evidence beside."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ect_research.analysis.chance import Refusal
from ect_research.analysis.trajectories.coded_sequences import VOID
from ect_research.analysis.trajectories.trajectory_evidence import quote_trajectory_rates
from ect_research.analysis.trajectories.trajectory_types import TrajectoryTypes
from ect_research.figures.exhibit.context import Context
from ect_research.figures.exhibit.exhibit import STRENGTHS, Exhibit, Finding, place_for
from ect_research.figures.page.canvas import add_box, add_line, add_text, shorten
from ect_research.figures.page.caption import Caption
from ect_research.figures.page.legends import legend_height_mm, new_page
from ect_research.figures.page.theme import HAIRLINE, INK, MUTED, Theme
from ect_research.figures.signs.stage_signs import StageSign, stage_signs, stages_met
from ect_research.figures.signs.time_axis import SINCE_FIRST_FACT

_ROW, _NAMES, _EVIDENCE = 13.0, 48.0, 30.0


def show_types(types: TrajectoryTypes | Refusal) -> Exhibit[TrajectoryTypes]:
    """Types of trajectories, each shown by the real project that represents it; the title says it when chance does as well."""
    place = place_for(types, lambda told: told.supported)
    return Exhibit(types, _rows, _words, _draw, finding_of=_finding, reads=("evenements",), place=place)


def _draw(shown: Exhibit[TrajectoryTypes]) -> Figure:
    types, corpus, theme = shown.told, shown.context, shown.theme
    sequences = types.sequences
    signs = stage_signs(corpus.codebook, theme)
    codes = sequences.compact()[list(types.partition.medoids)]
    met = stages_met(signs, [sequences.alphabet[code] for code in codes.ravel() if code != VOID])
    entries = [sign.entry() for sign in met]
    top = legend_height_mm(entries, theme.base_pt - 1, theme.width_mm - 4) + 5
    longest = int((codes != VOID).sum(axis=1).max())
    pitch = (theme.width_mm - 4 - _NAMES - _EVIDENCE) / longest
    with new_page(theme, top + _ROW * types.k + 12, entries, theme.base_pt - 1) as (figure, canvas):
        for row in range(types.k):
            states = [sequences.alphabet[code] for code in codes[row] if code != VOID]
            _draw_type(canvas, types, row, (top + row * _ROW, pitch), (corpus, theme))
            _draw_line(canvas, states, (top + row * _ROW + _ROW / 2, pitch), signs, theme)
        _draw_ages(canvas, sequences.unit, longest, (top + _ROW * types.k, pitch), theme)
    return figure


def _draw_type(
    canvas: Axes, types: TrajectoryTypes, row: int, place: tuple[float, float], context: tuple[Context, Theme]
) -> None:
    (top, _), (corpus, theme) = place, context
    line = types.types.iloc[row]
    middle, right = top + _ROW / 2, theme.width_mm - _EVIDENCE + 1
    count = theme.say_n("{n} projet", "{n} projets", int(line["n"]))
    name = corpus.names().get(str(line["representant"]), str(line["representant"]))
    said = theme.say("Type {type} : {projects}", type=int(line["type"]), projects=count)
    add_text(canvas, 2, middle - 2, said, theme.base_pt, fontweight="bold")
    like = shorten(theme.say("comme {project}", project=name), theme.base_pt - 1, _NAMES - 4)
    add_text(canvas, 2, middle + 2, like, theme.base_pt - 1, color=MUTED)
    width = theme.say("silhouette {width}", width=theme.number(float(line["silhouette"]), 2))
    held = theme.say("stabilité {held}", held=theme.number(float(line["stabilite"]), 2))
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


def _draw_ages(canvas: Axes, unit_name: str, longest: int, place: tuple[float, float], theme: Theme) -> None:
    bottom, pitch = place
    every = next(step for step in (1, 2, 4, 6, 12, 24, 60, longest + 1) if step * pitch >= 7)
    for unit in range(0, longest + 1, every):
        add_text(canvas, _NAMES + unit * pitch, bottom + 3, str(unit), theme.base_pt - 1, ha="center", color=MUTED)
    middle, said = _NAMES + longest * pitch / 2, theme.say(SINCE_FIRST_FACT[unit_name])
    add_text(canvas, middle, bottom + 7.5, said, theme.base_pt - 1, ha="center", color=MUTED)


def _finding(shown: Exhibit[TrajectoryTypes]) -> Finding:
    told, theme = shown.told, shown.theme
    said = theme.say(
        "{title} (face aux passages, p = {p} ; face aux vitesses, p = {speed} ; {projects}).",
        title=told.said.sentence(theme.language),
        p=theme.number(told.p_value, 2),
        speed=theme.number(told.p_speed, 2),
        projects=theme.say_n("{n} projet", "{n} projets", told.n),
    )
    return Finding(said, STRENGTHS[told.strength])


def _words(shown: Exhibit[TrajectoryTypes]) -> Caption:
    """The words around the types; the title is what the evidence bears."""
    told, corpus, theme = shown.told, shown.context, shown.theme
    line, first = told.range[told.range["k"] == told.k].iloc[0], told.types.iloc[0]
    columns = {"seen": "silhouette", "middle": "nul_median", "high": "nul_95"}
    columns |= {"speed": "vitesse_median", "speed_high": "vitesse_95"}
    values = {name: theme.number(float(line[column]), 2) for name, column in columns.items()}
    name = str(first["representant"])
    return corpus.caption(
        title=told.said.sentence(theme.language),
        n=theme.say("n = {projects} en {k} types", projects=theme.say_n("{n} projet", "{n} projets", told.n), k=told.k),
        missing=theme.say(
            "silhouette moyenne {seen} ; sur des suites sans types tirées au hasard, {middle} en médiane et {high} au 95e "
            "centile ; à chacune sa vitesse, {speed} et {speed_high}",
            **values,
        ),
        reading=theme.say(
            "{projects} ressemblent à {project} ; une stabilité de 1 retrouve le même groupe à chaque rééchantillonnage, "
            "sous 0,75 il ne tient pas.",
            projects=theme.say_n("{n} projet", "{n} projets", int(first["n"])),
            project=corpus.names().get(name, name),
        )
        + _wrong_types(told, theme),
    )


def _wrong_types(told: TrajectoryTypes, theme: Theme) -> str:
    """How often such a finding is wrong, on simulated registers of the same size."""
    quoted = quote_trajectory_rates(told.n)
    if quoted is None:
        return ""
    shares = {"false": quoted.false_types, "true": quoted.true_types, "medium": quoted.medium_types}
    return " " + theme.say(
        "Sur des registres simulés de {n} projets, des types sont annoncés à tort dans {false} des {without} registres sans "
        "types, et reconnus dans {true} de ceux où trois chemins sont nets, {medium} de ceux où ils sont moyens.",
        n=theme.number(quoted.n),
        without=quoted.false_types.n,
        **{name: theme.rate(found) for name, found in shares.items()},
    )


def _rows(shown: Exhibit[TrajectoryTypes]) -> pd.DataFrame:
    """The type of each project, by name, with its silhouette and whether it hesitates."""
    types = shown.told
    members = types.members.sort_values(["type", "silhouette"], ascending=[True, False], kind="stable")
    told = members.assign(
        projet=list(map(shown.named, members["projet_id"])),
        representant=list(map(shown.named, members["representant"])),
    )
    columns = ["type", "projet", "representant", "silhouette", "hesitation", "deplaces", "projet_id"]
    return told[columns].reset_index(drop=True)
