"""The funnel drawn: counts of one chain as bars, their rates as intervals, every other unit apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ect_research.analysis.chance import Refusal
from ect_research.figures.exhibit.sourced_caption import sourced_caption, title_for
from ect_research.figures.page.canvas import (
    add_box,
    add_line,
    add_text,
    mm_canvas,
    shorten_inside,
    text_width_mm,
    wrap_text,
)
from ect_research.figures.page.formats import (
    format_count,
    format_number,
    format_percent,
    format_percent_range,
)
from ect_research.figures.page.theme import HAIRLINE, MUTED
from ect_research.figures.signs.date_words import say_typed_date
from ect_research.figures.signs.share_scale import RateColumn, draw_rate, draw_scale, draw_scale_labels

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ect_research.analysis.corpus.funnel import PublishedFunnel
    from ect_research.corpus.checked.corpus import Corpus
    from ect_research.figures.page.caption import Caption
    from ect_research.figures.page.theme import Theme

_ABOUT = {
    "fr": {"exact": "{}", "au_moins": "au moins {}", "presque": "près de {}", "environ": "environ {}"},
    "en": {"exact": "{}", "au_moins": "at least {}", "presque": "nearly {}", "environ": "about {}"},
}
_BOUNDS = {
    "fr": {"exact": "{}", "plafond": "{} au plus", "plancher": "{} au moins", "approche": "environ {}"},
    "en": {"exact": "{}", "plafond": "{} at most", "plancher": "{} at least", "approche": "about {}"},
}
_WORDS = {
    "fr": {
        "counts": "Chiffre publié",
        "rate": "Part de l’étape précédente",
        "apart": "Autres unités, sans taux possible",
        "likely": "lecture probable",
        "title": "Des idées aux créations : ce que publient les documents",
        "missing": "{} de lecture concurrente, perdus ou prévus, listés dans le tableau et non tracés",
        "n": "n = {} reliés en {}",
        "reading": "{} pour {}, soit {} (intervalle de Wilson à 95 % : {}).",
        "at_most": " Le total étant donné « au moins », le vrai taux est plus bas ou égal.",
        "finding": "{} pour {} : {}",
    },
    "en": {
        "counts": "Published count",
        "rate": "Share of the step before",
        "apart": "Other units, no rate possible",
        "likely": "likely reading",
        "title": "From ideas to creations: what documents publish",
        "missing": "{} with competing, lost or planned readings, listed in the table and not drawn",
        "n": "n = {} linked in {}",
        "reading": "{} for {}, i.e. {} (95% Wilson interval: {}).",
        "at_most": " As the total is given as “at least”, the true rate is that or lower.",
        "finding": "{} for {}: {}",
    },
}
_ROW, _HEAD, _LABEL, _BAR, _APART = 7.0, 8.5, 42.0, 34.0, 4.4
# How much wider a bold text is.
_BOLD = 1.15


@dataclass(frozen=True)
class _Apart:
    """Counts of one subject, reach and document that no rate links."""

    titles: list[str]
    lines: list[tuple[str, str]]

    @property
    def height(self) -> float:
        return _APART * (len(self.lines) + len(self.titles)) + 2.5


def draw_published_funnel(funnel: PublishedFunnel | Refusal, corpus: Corpus, theme: Theme) -> Figure | Refusal:
    """Each chain of published counts with its rates; jobs, workshops and actors below, as plain counts.

    Args:
        funnel: from ``build_published_funnel``; a refusal is handed back.
        corpus: names and labels.
        theme: the reader's preset.

    >>> from ect_research import build_published_funnel, get_theme, load_corpus
    >>> corpus = load_corpus("pays-ledonien")
    >>> result = build_published_funnel(corpus.tables["indicateurs"])
    >>> figure = draw_published_funnel(result, corpus, get_theme("ademe"))
    >>> round(figure.get_size_inches()[0] * 25.4)
    170
    """
    if isinstance(funnel, Refusal):
        return funnel
    chains = [chain for _, chain in funnel.steps.groupby("chaine", sort=True)]
    aside = _in_two(_aside(funnel, corpus, theme))
    top = 5.0
    below = top + sum(_HEAD + _ROW * len(chain) for chain in chains) + 8
    height = below + 6 + max((sum(block.height for block in column) for column in aside), default=-6)
    left = _LABEL + _BAR + 26
    column = RateColumn(left=left, width=theme.width_mm - left - 38)
    with theme.applied():
        figure = theme.new_figure(height)
        canvas = mm_canvas(figure)
        words = _WORDS[theme.language]
        add_text(canvas, _LABEL, 3, words["counts"], theme.base_pt - 0.5, color=MUTED)
        add_text(canvas, column.left, 3, words["rate"], theme.base_pt - 0.5, color=MUTED)
        y = top
        for chain in chains:
            y = _draw_chain(canvas, chain, y, column, corpus, theme)
        draw_scale_labels(canvas, column, y, theme)
        _draw_aside(canvas, aside, below, theme)
    return figure


def caption_published_funnel(funnel: PublishedFunnel | Refusal, corpus: Corpus, theme: Theme) -> Caption | Refusal:
    """The words around the funnel, with the numbers of the funnel."""
    if isinstance(funnel, Refusal):
        return funnel
    language, words = theme.language, _WORDS[theme.language]
    counts = format_count(funnel.n, *(("chiffre", "") if language == "fr" else ("count", "")), language)
    chains = int(funnel.steps["chaine"].max())
    chain_word = format_count(chains, "chaîne" if language == "fr" else "chain", "", language)
    left_out = len(funnel.excluded)
    noun = ("chiffre", "") if language == "fr" else ("figure", "")
    return sourced_caption(
        corpus,
        theme,
        title=title_for(theme, words["title"], _finding(funnel, corpus, theme)),
        n=words["n"].format(counts, chain_word),
        missing=words["missing"].format(format_count(left_out, *noun, language)) if left_out else "",
        reading=_reading(funnel, corpus, theme),
    )


def tabulate_published_funnel(
    funnel: PublishedFunnel | Refusal, corpus: Corpus, theme: Theme
) -> pd.DataFrame | Refusal:
    """Every published count with its fate: linked, apart, or left out and why."""
    if isinstance(funnel, Refusal):
        return funnel
    import pandas as pd

    linked, apart = ("relié", "autre unité") if theme.language == "fr" else ("linked", "other unit")
    parts = [
        funnel.steps.assign(usage=linked, raison=""),
        funnel.aside.assign(usage=apart, raison=""),
        funnel.excluded.assign(usage="non tracé" if theme.language == "fr" else "not drawn"),
    ]
    table = pd.concat([part for part in parts if len(part)], ignore_index=True)
    names = subject_names(corpus, theme)
    table["sujet"] = table["sujet"].map(lambda code: names.get(code, code))
    for column in ("indicateur", "cumul", "approximation", "lecture"):
        labels = corpus.codebook.labels(column, theme.language)
        table[column] = table[column].map(lambda code, labels=labels: labels.get(code, code))
    columns = ["usage", "sujet", "indicateur", "valeur", "approximation", "cumul", "date", "lecture", "raison"]
    return table[[*columns, "denominateur", "taux", "bas", "haut", "borne", "indicateur_id", "source_id"]]


def subject_names(corpus: Corpus, theme: Theme) -> dict[str, str]:
    """What to call a programme, an actor or a project a count is about."""
    names = dict(corpus.codebook.labels("dispositif", theme.language))
    if "acteurs" in corpus.tables:
        actors = corpus.tables["acteurs"]
        names |= dict(zip(actors["acteur_id"], actors["nom"], strict=True))
    return names | corpus.names()


def _draw_chain(canvas: Axes, chain: pd.DataFrame, y: float, column: RateColumn, corpus: Corpus, theme: Theme) -> float:
    size, largest = theme.base_pt, float(chain["valeur"].max())
    title = shorten_inside(_chain_title(chain, corpus, theme), size, (theme.width_mm - 4) / _BOLD)
    add_text(canvas, 2, y + _HEAD - 3.4, title, size, fontweight="bold")
    line = y + _HEAD - 0.6
    add_line(canvas, ((2, line), (theme.width_mm - 2, line)), color=HAIRLINE)
    y += _HEAD
    draw_scale(canvas, column, (y, y + _ROW * len(chain)))
    for _, step in chain.iterrows():
        middle = y + _ROW / 2
        label = corpus.codebook.label("indicateur", str(step["indicateur"]), theme.language)
        add_text(canvas, _LABEL - 2, middle, label, size, ha="right")
        length = _BAR * float(step["valeur"]) / largest
        tone = "#4a4a4a" if theme.greyscale else "#0072b2"
        add_box(canvas, (_LABEL, middle - 1.8, length, 3.6), facecolor=tone)
        add_text(canvas, _LABEL + length + 1, middle, _value(step, theme), size, fontweight="bold")
        if step["taux"] == step["taux"]:
            said = _BOUNDS[theme.language][str(step["borne"])].format(format_percent(step["taux"], 0, theme.language))
            draw_rate(canvas, column, middle, (step["taux"], step["bas"], step["haut"]), said, theme)
        y += _ROW
    return y


def _chain_title(chain: pd.DataFrame, corpus: Corpus, theme: Theme) -> str:
    first = chain.iloc[0]
    subject = subject_names(corpus, theme).get(first["sujet"], first["sujet"])
    reach = corpus.codebook.label("cumul", str(first["cumul"]), theme.language).lower()
    date = f", {say_typed_date(first['date'], theme.language)}" if first["date"] else ""
    return f"{subject}, {reach}{date} ({', '.join(first['source_id'])})"


def _value(step: pd.Series, theme: Theme) -> str:
    number = format_number(float(step["valeur"]), 0, theme.language)
    said = _ABOUT[theme.language][str(step["approximation"])].format(number)
    likely = f" ({_WORDS[theme.language]['likely']})" if step["lecture"] == "probable" else ""
    return said + likely


def _aside(funnel: PublishedFunnel, corpus: Corpus, theme: Theme) -> list[_Apart]:
    """Counts in other units of the subjects that have a chain: one block per subject, reach in time and document."""
    rows = funnel.aside[funnel.aside["sujet"].isin(funnel.steps["sujet"]) & (funnel.aside["cumul"] != "instant")]
    blocks = []
    for _, group in rows.groupby(["sujet", "cumul", "date", "source_id"], sort=False):
        lines = [
            (_value(step, theme), corpus.codebook.label("indicateur", str(step["indicateur"]), theme.language))
            for _, step in group.iterrows()
        ]
        title = _chain_title(group, corpus, theme)
        blocks.append(_Apart(wrap_text(title, theme.base_pt - 0.5, theme.width_mm / 2 - 6), lines))
    return blocks


def _in_two(blocks: list[_Apart]) -> list[list[_Apart]]:
    """Two columns of near-equal height, blocks whole and in order."""
    heights = [block.height for block in blocks]
    cuts = range(1, len(blocks) + 1)
    cut = min(cuts, key=lambda place: max(sum(heights[:place]), sum(heights[place:])), default=0)
    return [column for column in (blocks[:cut], blocks[cut:]) if column]


def _draw_aside(canvas: Axes, columns: list[list[_Apart]], top: float, theme: Theme) -> None:
    if not columns:
        return
    size = theme.base_pt - 0.5
    add_text(canvas, 2, top, _WORDS[theme.language]["apart"], theme.base_pt, fontweight="bold")
    add_line(canvas, ((2, top + 2.8), (theme.width_mm - 2, top + 2.8)), color=HAIRLINE)
    width = (theme.width_mm - 4) / 2
    for number, blocks in enumerate(columns):
        left, y = 2 + number * width, top + 6.5
        numbers = max(text_width_mm(value, size, "bold") for block in blocks for value, _ in block.lines)
        for block in blocks:
            for row, title in enumerate(block.titles):
                add_text(canvas, left, y + _APART * row, title, size, color=MUTED)
            for row, (value, label) in enumerate(block.lines, start=len(block.titles)):
                add_text(canvas, left + numbers, y + _APART * row, value, size, ha="right", fontweight="bold")
                add_text(canvas, left + numbers + 2, y + _APART * row, label, size)
            y += block.height


def _finding(funnel: PublishedFunnel, corpus: Corpus, theme: Theme) -> str:
    """« 22 projets amorcés pour au moins 130 idées captées : 17 % au plus »."""
    parts = _first_rate(funnel, corpus, theme)
    return "" if parts is None else _WORDS[theme.language]["finding"].format(*parts[:3])


def _reading(funnel: PublishedFunnel, corpus: Corpus, theme: Theme) -> str:
    parts = _first_rate(funnel, corpus, theme)
    if parts is None:
        return ""
    text = _WORDS[theme.language]["reading"].format(*parts[:4])
    return text + (_WORDS[theme.language]["at_most"] if parts[4] == "plafond" else "")


def _first_rate(funnel: PublishedFunnel, corpus: Corpus, theme: Theme) -> tuple[str, str, str, str, str] | None:
    """The first rate in words: count, total, rate, interval, and the kind of bound."""
    rated = funnel.steps[funnel.steps["taux"].notna()]
    if rated.empty:
        return None
    step, language = rated.iloc[0], theme.language
    chain = funnel.steps[funnel.steps["chaine"] == step["chaine"]]
    before = chain[chain["indicateur"] == step["sur"]].iloc[0]
    labels = corpus.codebook.labels("indicateur", language)
    count, total = (f"{_value(line, theme)} {labels[str(line['indicateur'])].lower()}" for line in (step, before))
    rate = _BOUNDS[language][str(step["borne"])].format(format_percent(step["taux"], 0, language))
    return count, total, rate, format_percent_range(step["bas"], step["haut"], language), str(step["borne"])
