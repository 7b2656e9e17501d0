"""How far the registered projects went, drawn: dated facts, undated facts, and the share with its interval."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ect_research.analysis.chance import Refusal
from ect_research.analysis.corpus.funnel import RegisterFunnel
from ect_research.figures.exhibit.exhibit import Exhibit
from ect_research.figures.page.canvas import add_box, add_line, add_lines, add_text, wrap_text
from ect_research.figures.page.caption import Caption
from ect_research.figures.page.legends import LegendEntry, draw_legend, new_page
from ect_research.figures.page.theme import HAIRLINE, MUTED, PAPER, Theme
from ect_research.figures.signs.share_scale import RateColumn, draw_rate, draw_scale, draw_scale_labels
from ect_research.words import mark

_ROW, _LABEL, _BAR, _TOP = 9.0, 46.0, 46.0, 15.0


def show_register_funnel(funnel: RegisterFunnel | Refusal) -> Exhibit[RegisterFunnel]:
    """One row per step, each out of all registered projects; the ideas, where registered, in rows of their own.

    >>> import ect_research as ect
    >>> study = ect.open_study("pays-ledonien")
    >>> reached = ect.build_register_funnel(study.corpus.tables, study.corpus.codebook.stages)
    >>> round(show_register_funnel(reached).in_context(study.context).figure().get_size_inches()[0] * 25.4)
    170
    """
    return Exhibit(funnel, _rows, _words, _draw, finding_of=_finding, reads=("evenements",))


def _draw(shown: Exhibit[RegisterFunnel]) -> Figure:
    funnel, theme = shown.told, shown.theme
    bottom = _TOP + _ROW * len(funnel.steps)
    extra = 12 + _ROW * len(funnel.ideas) if len(funnel.ideas) else 0
    column = RateColumn(left=_LABEL + _BAR + 12, width=theme.width_mm - _LABEL - _BAR - 12 - 44)
    heads = ((2.0, theme.say("Un fait ouvre l’étape…")), (column.left, theme.say("Part des projets du registre")))
    with new_page(theme, bottom + extra + 6) as (figure, canvas):
        draw_legend(canvas, _entries(theme), (2, 1), theme.width_mm - 4, theme.base_pt - 0.5)
        for x, text in heads:
            add_text(canvas, x, 9.5, text, theme.base_pt - 0.5, color=MUTED)
        draw_scale(canvas, column, (_TOP, bottom))
        for row, (_, step) in enumerate(funnel.steps.iterrows()):
            _draw_step(canvas, shown, step, _TOP + _ROW * (row + 0.5), column)
        if len(funnel.ideas):
            bottom = _draw_ideas(canvas, shown, bottom, column)
        draw_scale_labels(canvas, column, bottom, theme)
    return figure


def _words(shown: Exhibit[RegisterFunnel]) -> Caption:
    funnel, theme = shown.told, shown.theme
    step = funnel.steps.iloc[-1]
    deduced = int(funnel.steps["deduit"].sum())
    missing = []
    if deduced:
        missing.append(theme.say("étapes déduites par le codeur et non dites par la source : {n}", n=deduced))
    if funnel.n_ideas and funnel.ideas.empty:
        said = mark(
            "les {n} idées enregistrées n’en comptent aucune sans suite : elles ne peuvent servir de dénominateur"
        )
        missing.append(theme.say(said, n=funnel.n_ideas))
    question = theme.say("Jusqu’où vont les projets du registre, d’après les documents")
    return shown.context.caption(
        title=question,
        n=theme.say_n("n = {n} projet", "n = {n} projets", funnel.n),
        missing=missing,
        reading=theme.say(
            "pour {projects} sur {n}, un document établit l’étape « {stage} » ; entre crochets, l’intervalle de Wilson à "
            "95 %. Ce qu’aucun document ne dit n’est pas compté : c’est un plancher.",
            projects=theme.say_n("{n} projet", "{n} projets", int(step["constate"])),
            n=funnel.n,
            stage=shown.label("etape", str(step["etape"])),
        ),
    )


def _finding(shown: Exhibit[RegisterFunnel]) -> str:
    funnel, theme = shown.told, shown.theme
    step = funnel.steps.iloc[-1]
    attested = theme.say_n("{n} projet", "{n} projets", int(step["constate"]))
    return theme.say(
        "{headline} : {share}.",
        headline=theme.say("Une création attestée pour {projects} sur {n}, au moins", projects=attested, n=funnel.n),
        share=theme.share(step["constate"], step["n"], (step["bas"], step["haut"])),
    )


def _rows(shown: Exhibit[RegisterFunnel]) -> pd.DataFrame:
    """The projects behind each step: who, and whether the fact is dated or inferred."""
    funnel, theme = shown.told, shown.theme
    flags, projects = {True: theme.say("oui"), False: theme.say("non")}, funnel.projects
    return projects.assign(
        projet=projects["projet_id"].map(shown.names),
        libelle=projects["etape"].map(shown.labels("etape")),
        datee=projects["datee"].map(flags),
        deduite=projects["deduite"].map(flags),
        n=funnel.n,
    )[["etape", "libelle", "projet_id", "projet", "datee", "deduite", "n"]]


def _draw_step(canvas: Axes, shown: Exhibit[RegisterFunnel], step: pd.Series, y: float, column: RateColumn) -> None:
    theme = shown.theme
    label = shown.label("etape", str(step["etape"]))
    _draw_label(canvas, label, y, theme)
    dated, undated = (_BAR * int(step[part]) / int(step["n"]) for part in ("date", "sans_date"))
    add_box(canvas, (_LABEL, y - 2, _BAR, 4), facecolor=PAPER, edgecolor=MUTED)
    if undated:
        add_box(canvas, (_LABEL + dated, y - 2, undated, 4), facecolor=PAPER, edgecolor=theme.tone, hatch="//////")
    if dated:
        add_box(canvas, (_LABEL, y - 2, dated, 4), facecolor=theme.tone, zorder=3)
    add_text(canvas, _LABEL + _BAR + 1, y, f"{step['constate']} / {step['n']}", theme.base_pt - 0.5)
    said = theme.say("{share} au moins", share=theme.share(step["constate"], step["n"]))
    draw_rate(canvas, column, y, (step["taux"], step["bas"], step["haut"], step["n"]), said, theme)


def _draw_ideas(canvas: Axes, shown: Exhibit[RegisterFunnel], top: float, column: RateColumn) -> float:
    ideas, codebook, theme = shown.told.ideas, shown.context.codebook, shown.theme
    add_text(canvas, 2, top + 7, theme.say("Devenir des idées enregistrées"), theme.base_pt, fontweight="bold")
    add_line(canvas, ((2, top + 10), (theme.width_mm - 2, top + 10)), color=HAIRLINE)
    draw_scale(canvas, column, (top + 12, top + 12 + _ROW * len(ideas)))
    for row, (_, line) in enumerate(ideas.iterrows()):
        y = top + 12 + _ROW * (row + 0.5)
        _draw_label(canvas, codebook.label("devenir_idee", str(line["devenir"]), theme.language), y, theme)
        add_box(canvas, (_LABEL, y - 2, _BAR, 4), facecolor=PAPER, edgecolor=MUTED)
        add_box(canvas, (_LABEL, y - 2, _BAR * float(line["taux"]), 4), facecolor=theme.tone, zorder=3)
        add_text(canvas, _LABEL + _BAR + 1, y, f"{line['effectif']} / {line['n']}", theme.base_pt - 0.5)
        said = theme.share(line["effectif"], line["n"])
        draw_rate(canvas, column, y, (line["taux"], line["bas"], line["haut"], line["n"]), said, theme)
    return top + 12 + _ROW * len(ideas)


def _draw_label(canvas: Axes, label: str, y: float, theme: Theme) -> None:
    lines = wrap_text(label, theme.base_pt, _LABEL - 5)
    add_lines(canvas, _LABEL - 2, y, lines, size_pt=theme.base_pt, pitch=3.4, ha="right")


def _entries(theme: Theme) -> list[LegendEntry]:
    tone = theme.tone
    return [
        LegendEntry(theme.say("fait daté"), face=tone, edge=tone),
        LegendEntry(theme.say("fait sans date"), edge=tone, hatch="//////"),
        LegendEntry(theme.say("rien de constaté"), edge=MUTED),
    ]
