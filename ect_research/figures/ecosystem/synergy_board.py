"""The board of the synergies: one line each, how far it went, who gives, who takes, how much."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Literal

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ect_research.analysis.chance import Refusal
from ect_research.analysis.ecosystem.synergies import STEPS, Synergies
from ect_research.figures.ecosystem import synergy_tables as synergy
from ect_research.figures.ecosystem.network_words import actor_names
from ect_research.figures.ecosystem.synergy_flows import show_synergy_flows, show_synergy_map
from ect_research.figures.ecosystem.synergy_tables import converted_units, show_met_firms
from ect_research.figures.exhibit.exhibit import Exhibit, place_for, view_of
from ect_research.figures.page.canvas import add_box, add_line, add_text, shorten, shorten_apart, text_width_mm
from ect_research.figures.page.caption import Caption
from ect_research.figures.page.legends import new_page
from ect_research.figures.page.theme import HAIRLINE, INK, MUTED, PAPER
from ect_research.figures.signs.stage_signs import ink_on

_NAMES, _CELL, _ROW, _GROUP, _MOST = 48.0, 13.5, 7.4, 6.4, 30


def show_synergy_board(synergies: Synergies | Refusal, *, by: Literal["epci", "flux"] = "epci") -> Exhibit[Synergies]:
    """One line per synergy, from the step at which it was detected to the last told, by place or by material.

    Args:
        synergies: from ``build_synergies``.
        by: what its lines are grouped by: the EPCI, or the material.
    """
    words, draw = partial(_words, by=by), partial(_draw, by=by)
    find = partial(_by_group, by=by) if by == "flux" else _by_step
    place = place_for(
        synergies, lambda told: bool(told.table[["detenteur_id", "preneur_id", "quantite"]].notna().any(axis=None))
    )
    return Exhibit(
        synergies,
        synergy.synergy_rows,
        words,
        draw,
        finding_of=find,
        reads=synergy.READS,
        counts="organisations",
        place=place,
    )


def _groups(shown: Exhibit[Synergies], by: str) -> list[tuple[str, list[dict[Any, Any]]]]:
    """Groups with their lines, the largest first; what nobody tells last."""
    table, theme = shown.told.table, shown.theme
    labels = shown.labels("flux")
    untold = theme.say("intercommunalité non dite") if by == "epci" else theme.say("matière non dite")
    found: dict[str, list[dict[Any, Any]]] = {}
    for row in table.to_dict("records"):
        code = row[by]
        found.setdefault(labels.get(code, code) if isinstance(code, str) else untold, []).append(row)
    return sorted(found.items(), key=lambda group: (group[0] == untold, -len(group[1]), group[0]))


def _draw(shown: Exhibit[Synergies], by: str) -> Figure:
    told, theme = shown.told, shown.theme
    size, groups = theme.base_pt - 0.5, _groups(shown, by)
    short = shorten_apart([str(name) for name in told.table["libelle"]], size, _NAMES - 4)
    rows = min(told.n, _MOST)
    top, right = 7.0, _NAMES + _CELL * len(STEPS) + 3
    with new_page(theme, top + rows * _ROW + len(groups) * _GROUP + 3) as (figure, canvas):
        for place, step in enumerate(STEPS):
            x = _NAMES + _CELL * (place + 0.5)
            said = theme.say(synergy.STEP_NAMES[step])
            small = min(size, size * (_CELL - 1) / text_width_mm(said, size))
            add_text(canvas, x, top - 3.5, said, small, ha="center", color=MUTED)
        add_text(canvas, right, top - 3.5, theme.say("de qui à qui, combien"), size, color=MUTED)
        y, drawn = top, 0
        for label, lines in groups:
            if drawn == rows:
                break
            head = theme.say("{label} : {n}", label=label[:1].upper() + label[1:], n=len(lines))
            add_text(canvas, 2, y + _GROUP / 2, head, size, fontweight="bold")
            y += _GROUP
            for row in lines[: rows - drawn]:
                _draw_row(canvas, row, y + _ROW / 2, short, (shown, by))
                y += _ROW
                drawn += 1
                add_line(canvas, ((2, y), (theme.width_mm - 2, y)), color=HAIRLINE, linewidth=0.3, zorder=0.5)
    return figure


def _draw_row(canvas: Axes, row: dict[Any, Any], y: float, short: dict[str, str], told: tuple[Any, str]) -> None:
    shown, by = told
    theme, colours = shown.theme, synergy.step_colours(shown.context, shown.theme)
    size = theme.base_pt - 0.5
    beside = _beside(row, shown, by)
    name = str(row["libelle"])
    add_text(canvas, 4, y - (1.5 if beside else 0), short.get(name, name), size)
    add_text(canvas, 4, y + 1.9, shorten(beside, size - 1, _NAMES - 6), size - 1, color=MUTED)
    last = STEPS.index(row["plus_loin"]) if row["plus_loin"] != "arretee" else -1
    for place in range(len(STEPS) - 1):
        face = colours[row["plus_loin"]] if place <= last else PAPER
        box = (_NAMES + _CELL * place + 0.5, y - 2.0, _CELL - 1, 4.0)
        add_box(canvas, box, facecolor=face, edgecolor=MUTED if place == last else HAIRLINE, linewidth=0.4)
    if row["pas"] == "arretee":
        box = (_NAMES + _CELL * (len(STEPS) - 1) + 0.5, y - 2.0, _CELL - 1, 4.0)
        add_box(canvas, box, facecolor=colours["arretee"], edgecolor=INK, linewidth=0.6)
        add_text(canvas, box[0] + box[2] / 2, y, "×", size, ha="center", color=ink_on(colours["arretee"]))
    _draw_ends(canvas, row, y, shown)


def _beside(row: dict[Any, Any], shown: Exhibit[Synergies], by: str) -> str:
    """Its material or its EPCI; its project where that is not told."""
    known = shown.labels("flux") | shown.names
    told = [row["flux"] if by == "epci" else row["epci"], row["projet_id"]]
    return next((known.get(one, one) for one in told if isinstance(one, str)), "")


def _draw_ends(canvas: Axes, row: dict[Any, Any], y: float, shown: Exhibit[Synergies]) -> None:
    """Who gives, who takes, how much; what nobody tells is to be asked."""
    theme, names = shown.theme, actor_names(shown.context)
    size, left = theme.base_pt - 0.5, _NAMES + _CELL * len(STEPS) + 3
    room, quantity = theme.width_mm - left - 2, synergy.said_quantity(row, shown)
    ends = [row[end] for end in ("detenteur_id", "preneur_id")]
    if not quantity and not any(isinstance(end, str) for end in ends):
        add_text(canvas, left, y, theme.say("à demander"), size, color=MUTED)
        return
    said = " → ".join(synergy.said_actor(end, names) for end in ends)
    if text_width_mm(said, size) > room:
        said = " → ".join(shorten(synergy.said_actor(end, names), size, room / 2 - 3) for end in ends)
    add_text(canvas, left, y - 1.5, said, size)
    told = shorten(quantity or theme.say("quantité non dite"), size - 1, room)
    add_text(canvas, left, y + 1.9, told, size - 1, color=MUTED)


def _words(shown: Exhibit[Synergies], by: str) -> Caption:
    told, theme = shown.told, shown.theme
    left = max(told.n - _MOST, 0)
    unplaced = int(told.table[by].isna().sum())
    return shown.context.caption(
        title=theme.say("Les gisements, du repérage à la marche, par intercommunalité") if by == "epci"
        else theme.say("Les gisements, du repérage à la marche, par matière"),
        n=theme.say_n("n = {n} gisement", "n = {n} gisements", told.n),
        missing=(
            theme.say_some("{n} autre dans le tableau", "{n} autres dans le tableau", left),
            theme.say_some("{n} sans lieu codé", "{n} sans lieu codé", unplaced) if by == "epci"
            else theme.say_some("{n} sans matière codée", "{n} sans matière codée", unplaced),
            converted_units(shown),
        ),
        reading=theme.say(
            "La case cernée est le pas le plus avancé qu’un document dise. Une quantité non dite n’est pas zéro ; deux "
            "unités ne s’additionnent jamais. Matières : nomenclature européenne des déchets (CED-Stat, règlement (UE) "
            "nº 849/2010)."
        ),
    )  # fmt: skip


def _by_step(shown: Exhibit[Synergies]) -> str:
    told, theme = shown.told, shown.theme
    counts = told.table["pas"].value_counts()
    steps = [synergy.said_step(step, int(counts[step]), theme) for step in reversed(STEPS[:-1]) if counts.get(step)]
    steps += [synergy.said_step("arretee", int(counts["arretee"]), theme)] if counts.get("arretee") else []
    silent = int(told.table["quantite"].isna().sum())
    parts = [
        theme.say_n("{n} gisement : {steps}", "{n} gisements : {steps}", told.n, steps=theme.join(steps)),
        "" if counts.get("active") else theme.say("aucun document n’en dit un en marche"),
        theme.say_some("{n} sans quantité dite", "{n} sans quantité dite", silent),
    ]
    return theme.say(" ; ").join(part for part in parts if part) + "."


def _by_group(shown: Exhibit[Synergies], by: str) -> str:
    told, theme = shown.told, shown.theme
    coded = int(told.table[by].notna().sum())
    if not coded:
        return theme.say_n(
            "La matière du seul gisement n’est pas codée.", "La matière d’aucun des {n} gisements n’est codée.", told.n
        )
    (label, rows), *others = _groups(shown, by)
    materials = theme.say_n("{n} matière", "{n} matières", int(told.table[by].nunique()))
    said = theme.say_n("{n} gisement d’une matière codée, en {materials}", "{n} gisements d’une matière codée, en {materials}",
                       coded, materials=materials)  # fmt: skip
    first = told.table[by].nunique() == 1 or len(rows) > max((len(more) for _, more in others[:1]), default=0)
    if first and len(rows) > 1:
        said = theme.say("{said} ; d’abord {label} ({n})", said=said, label=label, n=len(rows))
    return f"{said}."


_VIEWS: dict[str, Callable[..., Exhibit[Any]]] = {
    "epci": show_synergy_board,
    "flux": partial(show_synergy_board, by="flux"),
    "echanges": show_synergy_flows,
    "carte": show_synergy_map,
    "entreprises": show_met_firms,
}


def show_synergies(synergies: Synergies | Refusal, view: str = "epci", *where: Any, unit: str = "") -> Exhibit[Any]:  # noqa: ANN401 - what a map asks
    """One view of the flows of materials between firms.

    Args:
        synergies: from ``build_synergies``.
        view: ``epci`` or ``flux`` (one line a synergy, by place or by material, from detected to running), ``echanges`` (giver
            to taker, a panel for each unit), ``carte`` (the same between communes), ``entreprises`` (firms met).
        where: for ``carte``: the base map, the name of the perimeter, the ``context`` of the study.
        unit: for ``carte``: code of the only unit drawn; blank for that of most flows.

    Raises:
        EctError: no such view.
        BasemapError: no such perimeter.
    """
    return view_of(view, _VIEWS)(synergies, *where, **({"unit": unit} if unit else {}))
