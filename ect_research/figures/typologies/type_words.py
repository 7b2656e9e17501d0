"""Each type in one paragraph: how many, what it has more and less than the others, who stands for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from ect_research.analysis.typologies.catdes import FEWEST_FOR_P, TypeDescription
from ect_research.analysis.typologies.type_study import TypeStudy
from ect_research.figures.exhibit.exhibit import Exhibit
from ect_research.figures.page.canvas import add_box, add_line, add_text, mm_canvas, text_width_mm
from ect_research.figures.page.formats import typeset
from ect_research.figures.page.legends import LegendEntry, draw_legend, legend_height_mm
from ect_research.figures.page.theme import HAIRLINE, INK, MUTED, PAPER, Theme
from ect_research.figures.typologies.type_style import NameColumn, draw_type, set_names
from ect_research.words import mark

NOTABLE_V = 2.0
NOTABLE_GAP = 0.2
MOST_CODES = 5


@dataclass(frozen=True)
class Wording:
    """Words for what a typology names.

    Attributes:
        variables: ``{column: label}``.
        codes: ``{(column, code): label}``.
        projects: ``{projet_id: name to print}``.
    """

    variables: Mapping[str, str]
    codes: Mapping[tuple[str, str], str]
    projects: Mapping[str, str]

    def code(self, variable: str, code: str) -> str:
        """``Variable = code`` in words; the codes themselves when nothing better is known."""
        return f"{self.variable(variable)} = {self.codes.get((variable, code), code)}"

    def variable(self, name: str) -> str:
        """The label of a column."""
        return self.variables.get(name, name)

    def project(self, name: str) -> str:
        """The name of a project."""
        return self.projects.get(name, name)


# What is made from facts has codes in the codebook, and no column (`derive_paths`).
_DERIVED, _DERIVED_SAID = "trajectoire", mark("Trajectoire")


def wording_of(shown: Exhibit[TypeStudy]) -> Wording:
    """Labels of the codebook for the variables of a study, names to print for its projects; the codes for plain data."""
    table, codebook, language = shown.told.table, shown.context.codebook, shown.theme.language
    told = [*table.active.columns, *table.illustrative.columns]
    variables = {name: codebook.variables["projets", name] for name in told if ("projets", name) in codebook.variables}
    codes = {
        (name, code): label
        for name, variable in variables.items()
        if variable.list_name
        for code, label in codebook.labels(variable.list_name, language).items()
    }
    labels = {name: codebook.variable_label("projets", name, language) for name in variables}
    if _DERIVED in told:
        codes |= {(_DERIVED, code): label for code, label in codebook.labels(_DERIVED, language).items()}
        labels[_DERIVED] = shown.theme.say(_DERIVED_SAID)
    return Wording(labels, codes, shown.names)


def word_rows(shown: Exhibit[TypeStudy]) -> pd.DataFrame:
    """One paragraph per type: ``type, effectif, badge, texte``.

    From 30 projects on, codes are quoted with shares (test-values of at least 2 in absolute value); under 30, as "x sur n",
    when their share is 20 points from that of all projects. No test-value is quoted there, nor for an active variable: it
    made the types.
    """
    study, theme = shown.told, shown.theme
    description, wording = study.description, wording_of(shown)
    last = [
        theme.say("Ce paragraphe décrit, il ne teste pas : les variables actives ont servi à construire les types.")
    ]
    if description.n >= FEWEST_FOR_P and (description.codes["role"] == "illustratif").any():
        last.append(theme.say("Les valeurs-tests ne sont pas corrigées du nombre de modalités."))
    rows = []
    for label, size in description.sizes.items():
        head = theme.say_n(
            "Type {type} : {n} projet sur {total}.",
            "Type {type} : {n} projets sur {total}.",
            int(size),
            type=label,
            total=description.n,
        )
        traits = _code_sentences(description, label, wording, theme) + _number_sentences(
            description, label, wording, theme
        )
        body = traits or [theme.say("Aucune modalité ne le distingue nettement.")]
        text = " ".join([head, *body, *_people(shown, label, wording), *last])
        rows.append((label, int(size), typeset(text, theme.language)))
    texts = pd.DataFrame(rows, columns=["type", "effectif", "texte"])
    return texts.merge(study.stability.types[["type", "badge"]], on="type")[["type", "effectif", "badge", "texte"]]


def _code_sentences(description: TypeDescription, label: object, wording: Wording, theme: Theme) -> list[str]:
    codes = description.codes[description.codes["type"] == label]
    if description.n >= FEWEST_FOR_P:
        notable = codes[codes["valeur_test"].abs() >= NOTABLE_V]
    else:
        notable = codes[(codes["part"] - codes["ensemble"]).abs() >= NOTABLE_GAP - 1e-9]
        notable = notable[(notable["effectif"] >= 2) | (notable["part"] < notable["ensemble"])]
    more = notable[notable["part"] > notable["ensemble"]].sort_values("valeur_test", ascending=False)
    less = notable[notable["part"] < notable["ensemble"]].sort_values("valeur_test")
    quotes = [
        [_quote(row, description.n, wording, theme) for _, row in chosen.head(MOST_CODES).iterrows()]
        for chosen in (more, less)
    ]
    return [
        *_around(mark("Plus souvent que l’ensemble : {told}."), quotes[0], theme),
        *_around(mark("Moins souvent : {told}."), quotes[1], theme),
    ]


def _around(sentence: str, told: list[str], theme: Theme) -> list[str]:
    """A sentence around a list; none around nothing."""
    return [theme.say(sentence, told=theme.say(" ; ").join(told))] if told else []


def _quote(row: pd.Series, n: int, wording: Wording, theme: Theme) -> str:
    label = wording.code(str(row["variable"]), str(row["code"]))
    if n < FEWEST_FOR_P:
        return theme.say(
            "{label} ({count} sur {size}, contre {total} sur {n})",
            label=label,
            count=row["effectif"],
            size=row["n_type"],
            total=row["n_code"],
            n=row["n"],
        )
    shares = {"share": theme.percent(row["part"])}
    shares["all"] = theme.percent(row["ensemble"])
    if row["role"] == "actif":
        return theme.say("{label} ({share}, contre {all})", label=label, **shares)
    return theme.say(
        "{label} ({share}, contre {all} ; valeur-test {v})",
        label=label,
        **shares,
        v=theme.number(row["valeur_test"], 1),
    )


def _number_sentences(description: TypeDescription, label: object, wording: Wording, theme: Theme) -> list[str]:
    """Numbers whose mean is far from that of all projects: 2 test-values, or half a standard deviation under 30."""
    numbers = description.numbers[description.numbers["type"] == label].dropna(subset=["moyenne"])
    if description.n >= FEWEST_FOR_P:
        numbers = numbers[numbers["valeur_test"].abs() >= NOTABLE_V]
    else:
        gap = (numbers["moyenne"] - numbers["moyenne_ensemble"]).abs()
        numbers = numbers[gap >= numbers["ecart_type_ensemble"] / 2]
    quotes = [
        [_quote_mean(row, wording, theme) for _, row in chosen.iterrows()]
        for chosen in (numbers[numbers["valeur_test"] > 0], numbers[numbers["valeur_test"] < 0])
    ]
    return [
        *_around(mark("Valeurs plus fortes : {told}."), quotes[0], theme),
        *_around(mark("Valeurs plus faibles : {told}."), quotes[1], theme),
    ]


def _quote_mean(row: pd.Series, wording: Wording, theme: Theme) -> str:
    return theme.say(
        "{label} (moyenne {mean}, contre {all})",
        label=wording.variable(str(row["variable"])),
        mean=theme.number(row["moyenne"], 1),
        all=theme.number(row["moyenne_ensemble"], 1),
    )


def _people(shown: Exhibit[TypeStudy], label: object, wording: Wording) -> list[str]:
    """Who stands for a type, and who is furthest from the others."""
    typology, theme = shown.told.typology, shown.theme
    said = []
    for sentence, frame in (
        (mark("Parangon : {project}."), typology.paragons),
        (mark("Le plus à part : {project}."), typology.specifics),
    ):
        first = frame[(frame["type"] == label) & (frame["rang"] == 1)]
        if len(first):
            said.append(theme.say(sentence, project=wording.project(str(first["projet_id"].iloc[0]))))
    return said


_NAMES_MM = 58.0
_BADGES = {
    "solide": mark("solide"),
    "stable": mark("stable (type ou continuum)"),
    "fragile": mark("fragile"),
    "hasard": mark("non distinguable du hasard"),
}


def draw_stability(shown: Exhibit[TypeStudy]) -> Figure:
    """Each type's stability against what chance gives, with its badge; below, the certainty of each project."""
    stability, theme, wording = shown.told.stability, shown.theme, wording_of(shown)
    size = theme.base_pt - 1
    entries = [
        LegendEntry(theme.say("stabilité (indice de Jaccard moyen)"), kind="mark", face=INK),
        LegendEntry(
            theme.say("ce que donnent des liens de variables deux à deux, même n, même k : médiane et 95 %"),
            face=HAIRLINE,
            edge=HAIRLINE,
        ),
        LegendEntry(theme.say("certitude du projet"), kind="mark", face=PAPER, marker="s"),
        LegendEntry(theme.say("certitude moyenne dans ces registres"), kind="mark", face=MUTED, edge=MUTED, marker="|"),
    ]
    with theme.applied():
        head = legend_height_mm(entries, size, theme.width_mm - 4) + 3
        told = [wording.project(str(name)) for name in stability.projects["projet_id"]]
        column = set_names(told, size - 0.5, _NAMES_MM - 6)
        heights = [column.row_mm * (count + 2.0) for count in stability.types["effectif"].tolist()]
        figure = theme.new_figure(head + sum(heights) + 8)
        canvas = mm_canvas(figure)
        draw_legend(canvas, entries, (2, 1), theme.width_mm - 4, size)
        top = head
        for (_, row), height in zip(stability.types.iterrows(), heights, strict=True):
            _type_block(canvas, shown.told, row, (top, wording, column), theme)
            top += height
        _scale(canvas, head, top, theme)
    return figure


def draw_verdict(shown: Exhibit[TypeStudy]) -> Figure:
    """Silhouettes by number of types, against shuffled answers and against gradients without types."""
    verdict, theme = shown.told.verdict, shown.theme
    size = theme.base_pt - 1
    entries = [
        LegendEntry(theme.say("observée"), kind="mark", face=INK),
        LegendEntry(
            theme.say("ce que donne chaque modèle : médiane et 95 % des tirages"), face=HAIRLINE, edge=HAIRLINE
        ),
    ]
    with theme.applied():
        height = 70.0
        figure = theme.new_figure(height)
        draw_legend(mm_canvas(figure), entries, (2, 1), theme.width_mm - 4, size)
        width = (theme.width_mm - 44) / 2
        whole, plane = theme.say("Face au hasard"), theme.say("Face à un continuum (plan 1–2)")
        for place, (curve, name, title) in enumerate(
            ((verdict.curve, "hasard", whole), (verdict.plane_curve, "continuum", plane))
        ):
            left = 17 + place * (width + 22)
            axes = figure.add_axes(
                (left / theme.width_mm, 12 / height, width / theme.width_mm, (height - 12 - 14) / height)
            )
            _silhouettes(axes, curve, name, theme)
            axes.set_title(title)
    return figure


def _type_block(
    canvas: Axes, study: TypeStudy, row: pd.Series, place: tuple[float, Wording, NameColumn], theme: Theme
) -> None:
    top, wording, column = place
    stability, size, label = study.stability, theme.base_pt - 1, int(row["type"])
    shown = label if study.verdict.shows_types else 0
    y = top + column.row_mm * 0.7
    head = theme.say("Type {type} (n = {n})", type=label, n=row["effectif"]) if shown else f"n = {row['effectif']}"
    add_text(canvas, 2, y, head, size, fontweight="bold")
    add_box(canvas, (_x(0, theme), y - 1.5, _x(row["hasard_95"], theme) - _x(0, theme), 3.0), facecolor=HAIRLINE)
    middle = _x(row["hasard_median"], theme)
    add_line(canvas, ((middle, y - 1.5), (middle, y + 1.5)), color=MUTED, linewidth=0.9)
    canvas.plot([_x(row["jaccard"], theme)], [y], "o", color=INK, markersize=5, zorder=6)
    add_text(canvas, _x(1, theme) + 3, y, theme.say(_BADGES[str(row["badge"])]), size, fontweight="bold")
    own = stability.projects[stability.projects["type"] == label].sort_values(
        ["certitude", "projet_id"], ascending=[False, True]
    )
    names = [wording.project(str(name)) for name in own["projet_id"]]
    for line, (name, (sure, expected)) in enumerate(
        zip(names, own[["certitude", "certitude_hasard"]].to_numpy(), strict=True)
    ):
        y = top + column.row_mm * (line + 1.9)
        column.write(canvas, _NAMES_MM, y, name)
        add_line(canvas, ((_x(0, theme), y), (_x(1, theme), y)), color=HAIRLINE, linewidth=0.4)
        add_line(canvas, ((_x(expected, theme), y - 1.2), (_x(expected, theme), y + 1.2)), color=MUTED, linewidth=0.7)
        draw_type(canvas, (_x(sure, theme), y), shown, theme, markersize=4.5, zorder=6)


def _x(value: float, theme: Theme) -> float:
    badge = max(text_width_mm(theme.say(name), theme.base_pt - 1, "bold") for name in _BADGES.values())
    return _NAMES_MM + 4 + value * (theme.width_mm - _NAMES_MM - 4 - badge - 6)


def _scale(canvas: Axes, head: float, foot: float, theme: Theme) -> None:
    for value in (0, 0.25, 0.5, 0.75, 1):
        x = _x(value, theme)
        add_line(canvas, ((x, head), (x, foot)), color=HAIRLINE, linewidth=0.4, zorder=0)
        decimals = 0 if value in (0, 1) else 2
        add_text(canvas, x, foot + 3, theme.number(value, decimals), theme.base_pt - 1.5, ha="center")


def _silhouettes(axes: Axes, curve: pd.DataFrame, name: str, theme: Theme) -> None:
    axes.fill_between(curve["k"], curve[f"{name}_bas"], curve[f"{name}_haut"], color=HAIRLINE, linewidth=0)
    axes.plot(curve["k"], curve[f"{name}_median"], color=MUTED, linewidth=0.9)
    axes.plot(curve["k"], curve["silhouette"], "o-", color=INK, linewidth=1.2, markersize=4.5)
    axes.set_xticks(curve["k"])
    axes.set_xlabel(theme.say("nombre de types"))
    axes.set_ylabel(theme.say("silhouette moyenne"))
    axes.set_ylim(min(0.0, float(curve[[f"{name}_bas", "silhouette"]].to_numpy().min())), None)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: theme.number(value, 2)))
