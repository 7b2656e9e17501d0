"""What the intermediary does, by the stage that projects have reached: projects counted in each case."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ect_research.analysis.chance import Refusal
from ect_research.analysis.ecosystem.ecosystem import Ecosystem
from ect_research.figures.ecosystem.network_words import hub_names, network_caption
from ect_research.figures.exhibit.exhibit import Exhibit
from ect_research.figures.page.canvas import add_box, add_line, add_text, shorten, text_width_mm, wrap_text
from ect_research.figures.page.caption import Caption
from ect_research.figures.page.legends import new_page
from ect_research.figures.page.theme import HAIRLINE, MUTED, PAPER, Theme
from ect_research.figures.signs.stage_signs import ink_on
from ect_research.words import mark, tell

_LABEL, _ROW, _TITLE = 45.0, 6.0, 7.0
ORIGINS = {
    "role_intermediaire": mark("Ce qu’il fait, projet par projet"),
    "role": mark("La place qu’il y tient (participations)"),
}


def show_intermediary_roles(ecosystem: Ecosystem | Refusal) -> Exhibit[Ecosystem]:
    """Projects by role of the intermediary and last stage that a fact opens.

    >>> import ect_research as ect
    >>> study = ect.open_study("pays-ledonien")
    >>> told = ect.build_ecosystem(study.corpus.tables, study.episodes().frame, draws=19)
    >>> show_intermediary_roles(told).in_context(study.context).rows().columns.tolist()[:3]
    ['origine', 'role', 'etape']
    """
    told: Ecosystem | Refusal = ecosystem
    if not isinstance(ecosystem, Refusal) and ecosystem.roles.empty:
        told = Refusal(
            tell("ce que fait l’intermédiaire, étape par étape"),
            tell("Aucun projet ne dit ce qu’y fait l’intermédiaire."),
            tell(
                "remplir « Rôles de l’intermédiaire » dans la feuille « projets », ou ses lignes dans « participations »."
            ),
        )
    return Exhibit(told, _rows, _words, _draw, finding_of=_finding, reads=("projets", "participations"))


def _stages(shown: Exhibit[Ecosystem]) -> list[str]:
    met = set(shown.told.roles["etape"])
    order = [str(code) for code in shown.context.codebook.stages["name"] if code in met]
    return [*order, *([""] if "" in met else [])]


def _draw(shown: Exhibit[Ecosystem]) -> Figure:
    told, theme = shown.told, shown.theme
    stages, blocks = _stages(shown), [part for part in ORIGINS if part in set(told.roles["origine"])]
    cell = (theme.width_mm - _LABEL - 4) / len(stages)
    size = _head_pt([_stage(shown, code) for code in stages], cell - 0.6, theme)
    heads = [wrap_text(_stage(shown, code), size, cell - 0.6) for code in stages]
    head = 3.1 * max(len(lines) for lines in heads) + 2
    lines = sum(told.roles.loc[told.roles["origine"] == part, "code"].nunique() for part in blocks)
    with new_page(theme, head + _TITLE * len(blocks) + _ROW * lines + 3) as (figure, canvas):
        for number, words in enumerate(heads):
            for line, text in enumerate(words):
                y = head - 1.5 - 3.1 * (len(words) - 1 - line)
                add_text(canvas, _LABEL + (number + 0.5) * cell, y, text, size, ha="center")
        top = head
        for part in blocks:
            add_text(canvas, 2, top + 4, theme.say(ORIGINS[part]), theme.base_pt, fontweight="bold")
            top = _draw_block(canvas, shown, part, (top + _TITLE, cell))
    return figure


def _head_pt(labels: list[str], width: float, theme: Theme) -> float:
    """The largest size at which no word of a head is wider than its column."""
    size = theme.base_pt - 2
    widest = max(text_width_mm(word, size) for label in labels for word in label.split(" "))
    return size * min(1.0, width / widest)


def _draw_block(canvas: Axes, shown: Exhibit[Ecosystem], part: str, place: tuple[float, float]) -> float:
    told, theme, stages = shown.told, shown.theme, _stages(shown)
    top, cell = place
    rows = told.roles[told.roles["origine"] == part]
    largest = int(told.roles["n"].max())
    labels = shown.labels(part)
    codes = [code for code in labels if code in set(rows["code"])]
    counts = {(row["code"], row["etape"]): int(row["n"]) for row in rows.to_dict("records")}
    for number, code in enumerate(codes):
        y = top + number * _ROW
        add_line(canvas, ((2, y), (theme.width_mm - 2, y)), color=HAIRLINE, linewidth=0.3)
        label = shorten(labels[code], theme.base_pt - 0.5, _LABEL - 4)
        add_text(canvas, _LABEL - 2, y + _ROW / 2, label, theme.base_pt - 0.5, ha="right")
        for column, stage in enumerate(stages):
            n = counts.get((code, stage), 0)
            face = "#" + 3 * f"{round(255 - 165 * n / largest):02x}" if n else PAPER
            add_box(canvas, (_LABEL + column * cell + 0.5, y + 0.4, cell - 1, _ROW - 0.8), facecolor=face)
            add_text(canvas, _LABEL + (column + 0.5) * cell, y + _ROW / 2, str(n) if n else "·", theme.base_pt - 0.5,
                     ha="center", color=ink_on(face) if n else MUTED)  # fmt: skip
    return top + len(codes) * _ROW


def _stage(shown: Exhibit[Ecosystem], code: str) -> str:
    return shown.label("etape", code) if code else shown.theme.say("aucune étape datée")


def _told(shown: Exhibit[Ecosystem], origin: str) -> set[str]:
    rows = shown.told.roles
    return {project for names in rows.loc[rows["origine"] == origin, "projets"] for project in names}


def _words(shown: Exhibit[Ecosystem]) -> Caption:
    told, theme = shown.told, shown.theme
    silent = told.n - len(_told(shown, "role_intermediaire"))
    return network_caption(
        shown,
        theme.say("Que fait l’intermédiaire, à quelle étape ?"),
        missing=[
            theme.say_some(
                "{n} projet dont aucune source ne dit ce qu’y fait l’intermédiaire",
                "{n} projets dont aucune source ne dit ce qu’y fait l’intermédiaire",
                silent,
            )
        ],
        reading=theme.say(
            "Une case compte les projets ; un projet où il tient deux rôles compte dans deux lignes. L’étape est la dernière "
            "qu’un fait ouvre, non celle où le rôle a été tenu."
        ),
    )


def _finding(shown: Exhibit[Ecosystem]) -> str:
    told, theme = shown.told, shown.theme
    held = _told(shown, "role")
    rows = told.roles[told.roles["origine"] == "role_intermediaire"]
    labels = shown.labels("role_intermediaire")
    most = rows.groupby("code")["n"].sum().sort_values(ascending=False, kind="stable") if len(rows) else None
    said = theme.say_n(
        "{hub} est dans {n} projet sur {total}",
        "{hub} est dans {n} projets sur {total}",
        len(held),
        hub=hub_names(shown),
        total=told.n,
    )
    if most is not None:
        said += theme.say(
            " ; son rôle le plus dit est « {role} » ({count}{tied})",
            role=labels[str(most.index[0])].lower(),
            count=theme.number(int(most.iloc[0])),
            tied=theme.tied(most),
        )
    return f"{said}."


def _rows(shown: Exhibit[Ecosystem]) -> pd.DataFrame:
    told, theme, names = shown.told, shown.theme, shown.names
    frame = told.roles.assign(
        role=[shown.label(part, code)
              for part, code in zip(told.roles["origine"], told.roles["code"], strict=True)],
        etape=[_stage(shown, code) for code in told.roles["etape"]],
        origine=[theme.say(ORIGINS[part]) for part in told.roles["origine"]],
        projets=[", ".join(names.get(project, project) for project in known) for known in told.roles["projets"]],
    )  # fmt: skip
    return frame[["origine", "role", "etape", "n", "projets"]]
