"""How far the registered projects went, drawn: dated facts, undated facts, and the share with its interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ect_research.analysis.chance import Refusal
from ect_research.figures.exhibit.sourced_caption import sourced_caption, title_for
from ect_research.figures.page.canvas import add_box, add_line, add_text, mm_canvas, wrap_text
from ect_research.figures.page.formats import format_count, format_percent, format_percent_range
from ect_research.figures.page.legends import LegendEntry, draw_legend
from ect_research.figures.page.theme import HAIRLINE, MUTED, PAPER
from ect_research.figures.signs.share_scale import RateColumn, draw_rate, draw_scale, draw_scale_labels

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ect_research.analysis.corpus.register_funnel import RegisterFunnel
    from ect_research.corpus.checked.corpus import Corpus
    from ect_research.figures.page.caption import Caption
    from ect_research.figures.page.theme import Theme

_WORDS = {
    "fr": {
        "dated": "fait daté",
        "undated": "fait sans date",
        "none": "rien de constaté",
        "step": "Un fait ouvre l’étape…",
        "share": "Part des projets du registre",
        "least": "{} au moins",
        "title": "Jusqu’où vont les projets du registre, d’après les documents",
        "finding": "Une création attestée pour {} sur {}, au moins",
        "n": "n = {}",
        "deduced": "étapes déduites par le codeur et non dites par la source : {}",
        "reading": "pour {} sur {}, un document établit l’étape « {} », soit {} au moins (intervalle de Wilson à "
        "95 % : {}). Ce qu’aucun document ne dit n’est pas compté : c’est un plancher.",
        "survivors": "les {} idées enregistrées n’en comptent aucune sans suite : elles ne peuvent servir de dénominateur",
        "ideas": "Devenir des idées enregistrées",
    },
    "en": {
        "dated": "dated fact",
        "undated": "undated fact",
        "none": "nothing established",
        "step": "A fact opens the stage…",
        "share": "Share of registered projects",
        "least": "{} at least",
        "title": "How far the registered projects went, as documents say",
        "finding": "A creation is attested for at least {} out of {}",
        "n": "n = {}",
        "deduced": "stages inferred by the coder, not stated by the source: {}",
        "reading": "for {} out of {}, a document establishes the stage “{}”, i.e. at least {} (95% Wilson interval: "
        "{}). What no document says is not counted: this is a lower bound.",
        "survivors": "none of the {} registered ideas is said to have been dropped: they cannot be a denominator",
        "ideas": "What became of the registered ideas",
    },
}
_ROW, _LABEL, _BAR, _TOP = 9.0, 46.0, 46.0, 15.0


def draw_register_funnel(funnel: RegisterFunnel | Refusal, corpus: Corpus, theme: Theme) -> Figure | Refusal:
    """One row per step, each out of all registered projects; the ideas, where registered, in rows of their own.

    Args:
        funnel: from ``build_register_funnel``; a refusal is handed back.
        corpus: labels.
        theme: the reader's preset.

    >>> from ect_research import build_register_funnel, get_theme, load_corpus
    >>> corpus = load_corpus("pays-ledonien")
    >>> result = build_register_funnel(corpus.tables, corpus.codebook.stages)
    >>> figure = draw_register_funnel(result, corpus, get_theme("ademe"))
    >>> round(figure.get_size_inches()[0] * 25.4)
    170
    """
    if isinstance(funnel, Refusal):
        return funnel
    words = _WORDS[theme.language]
    bottom = _TOP + _ROW * len(funnel.steps)
    extra = 12 + _ROW * len(funnel.ideas) if len(funnel.ideas) else 0
    column = RateColumn(left=_LABEL + _BAR + 12, width=theme.width_mm - _LABEL - _BAR - 12 - 44)
    with theme.applied():
        figure = theme.new_figure(bottom + extra + 6)
        canvas = mm_canvas(figure)
        draw_legend(canvas, _entries(theme), (2, 1), theme.width_mm - 4, theme.base_pt - 0.5)
        for x, text in ((2.0, words["step"]), (column.left, words["share"])):
            add_text(canvas, x, 9.5, text, theme.base_pt - 0.5, color=MUTED)
        draw_scale(canvas, column, (_TOP, bottom))
        for row, (_, step) in enumerate(funnel.steps.iterrows()):
            _draw_step(canvas, step, _TOP + _ROW * (row + 0.5), column, corpus, theme)
        if len(funnel.ideas):
            bottom = _draw_ideas(canvas, funnel.ideas, bottom, column, corpus, theme)
        draw_scale_labels(canvas, column, bottom, theme)
    return figure


def caption_register_funnel(funnel: RegisterFunnel | Refusal, corpus: Corpus, theme: Theme) -> Caption | Refusal:
    """The words around it, with its numbers."""
    if isinstance(funnel, Refusal):
        return funnel
    language, words = theme.language, _WORDS[theme.language]
    noun = "projet" if language == "fr" else "project"
    step = funnel.steps.iloc[-1]
    attested = format_count(int(step["constate"]), noun, "", language)
    deduced = int(funnel.steps["deduit"].sum())
    missing = [words["deduced"].format(deduced)] if deduced else []
    if funnel.n_ideas and funnel.ideas.empty:
        missing.append(words["survivors"].format(funnel.n_ideas))
    return sourced_caption(
        corpus,
        theme,
        title=title_for(
            theme,
            words["title"],
            words["finding"].format(format_count(int(step["constate"]), noun, "", language), funnel.n),
        ),
        n=words["n"].format(format_count(funnel.n, noun, "", language)),
        missing=(" ; " if language == "fr" else "; ").join(missing),
        reading=words["reading"].format(
            attested,
            funnel.n,
            corpus.codebook.label("etape", str(step["etape"]), language),
            format_percent(step["taux"], 0, language),
            format_percent_range(step["bas"], step["haut"], language),
        ),
    )


def tabulate_register_funnel(funnel: RegisterFunnel | Refusal, corpus: Corpus, theme: Theme) -> pd.DataFrame | Refusal:
    """The projects behind each step: who, and whether the fact is dated or inferred."""
    if isinstance(funnel, Refusal):
        return funnel
    labels = corpus.codebook.labels("etape", theme.language)
    flags = {True: "oui", False: "non"} if theme.language == "fr" else {True: "yes", False: "no"}
    projects = funnel.projects
    return projects.assign(
        projet=projects["projet_id"].map(corpus.names()),
        libelle=projects["etape"].map(labels),
        datee=projects["datee"].map(flags),
        deduite=projects["deduite"].map(flags),
        n=funnel.n,
    )[["etape", "libelle", "projet_id", "projet", "datee", "deduite", "n"]]


def _draw_step(canvas: Axes, step: pd.Series, y: float, column: RateColumn, corpus: Corpus, theme: Theme) -> None:
    label = corpus.codebook.label("etape", str(step["etape"]), theme.language)
    _draw_label(canvas, label, y, theme)
    dated, undated = (_BAR * int(step[part]) / int(step["n"]) for part in ("date", "sans_date"))
    add_box(canvas, (_LABEL, y - 2, _BAR, 4), facecolor=PAPER, edgecolor=MUTED)
    if undated:
        add_box(canvas, (_LABEL + dated, y - 2, undated, 4), facecolor=PAPER, edgecolor=_tone(theme), hatch="//////")
    if dated:
        add_box(canvas, (_LABEL, y - 2, dated, 4), facecolor=_tone(theme), zorder=3)
    add_text(canvas, _LABEL + _BAR + 1, y, f"{step['constate']} / {step['n']}", theme.base_pt - 0.5)
    said = _WORDS[theme.language]["least"].format(format_percent(step["taux"], 0, theme.language))
    draw_rate(canvas, column, y, (step["taux"], step["bas"], step["haut"]), said, theme)


def _draw_ideas(
    canvas: Axes, ideas: pd.DataFrame, top: float, column: RateColumn, corpus: Corpus, theme: Theme
) -> float:
    add_text(canvas, 2, top + 7, _WORDS[theme.language]["ideas"], theme.base_pt, fontweight="bold")
    add_line(canvas, ((2, top + 10), (theme.width_mm - 2, top + 10)), color=HAIRLINE)
    draw_scale(canvas, column, (top + 12, top + 12 + _ROW * len(ideas)))
    for row, (_, line) in enumerate(ideas.iterrows()):
        y = top + 12 + _ROW * (row + 0.5)
        _draw_label(canvas, corpus.codebook.label("devenir_idee", str(line["devenir"]), theme.language), y, theme)
        add_box(canvas, (_LABEL, y - 2, _BAR, 4), facecolor=PAPER, edgecolor=MUTED)
        add_box(canvas, (_LABEL, y - 2, _BAR * float(line["taux"]), 4), facecolor=_tone(theme), zorder=3)
        add_text(canvas, _LABEL + _BAR + 1, y, f"{line['effectif']} / {line['n']}", theme.base_pt - 0.5)
        said = format_percent(line["taux"], 0, theme.language)
        draw_rate(canvas, column, y, (line["taux"], line["bas"], line["haut"]), said, theme)
    return top + 12 + _ROW * len(ideas)


def _draw_label(canvas: Axes, label: str, y: float, theme: Theme) -> None:
    lines = wrap_text(label, theme.base_pt, _LABEL - 5)
    for row, line in enumerate(lines):
        add_text(canvas, _LABEL - 2, y + 3.4 * (row - (len(lines) - 1) / 2), line, theme.base_pt, ha="right")


def _tone(theme: Theme) -> str:
    return "#4a4a4a" if theme.greyscale else "#0072b2"


def _entries(theme: Theme) -> list[LegendEntry]:
    words, tone = _WORDS[theme.language], _tone(theme)
    return [
        LegendEntry(words["dated"], face=tone, edge=tone),
        LegendEntry(words["undated"], edge=tone, hatch="//////"),
        LegendEntry(words["none"], edge=MUTED),
    ]
