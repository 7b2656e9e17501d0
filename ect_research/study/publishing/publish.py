"""The one door by which a notebook lets a result out: nothing leaves without n, a source and its data."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from ect_research.analysis.chance import Refusal
from ect_research.errors import EctError
from ect_research.figures.page.caption import Caption, add_caption
from ect_research.figures.page.csv_tables import csv_bytes, write_text
from ect_research.figures.page.figure_bytes import image_bytes
from ect_research.figures.page.html_table import html_table
from ect_research.figures.page.theme import Theme, get_theme
from ect_research.gate.display import ShownFigure, ShownRefusal, ShownTable
from ect_research.gate.gate import Passed, pass_frame, undrawable
from ect_research.gate.leaks import texts_of_figure
from ect_research.study.base.result_record import (
    Output,
    OutputFile,
    append_output,
    check_name,
    output_folder,
    refuse_twice,
    sha256_of,
)

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from matplotlib.figure import Figure

    from ect_research.analysis.disclosure.linked_tables import PrintedTable

_CAPTIONED: WeakKeyDictionary[Any, tuple[Caption, tuple[float, ...]]] = WeakKeyDictionary()
_ROWS_SHOWN = 20


def save_figure(  # noqa: PLR0913 - one door, where a result says all it must
    figure: Figure | Refusal,
    name: str,
    caption: Caption | Refusal | None,
    *,
    data: pd.DataFrame | Refusal | None,
    sources: Iterable[object] = (),
    theme: Theme | None = None,
    unit: str | None = None,
) -> ShownFigure | ShownRefusal:
    """Caption a figure and save it as SVG, PDF and PNG, with the data behind it as two CSV files.

    What the corpora read protect does not leave (`ect_research.gate.gate`): a figure whose data would have to be
    hidden becomes a refusal.

    Args:
        figure: from a ``draw_*`` function; a `Refusal` is recorded and shown in its place, whatever the
            caption and the data are.
        name: slug, unique in the notebook (``"temps-par-etape"``).
        caption: title, n and source are required.
        data: the rows behind the marks.
        sources: identifiers of the documents used: strings, or a ``source_id`` column of tuples.
        theme: the reader's preset; ``ademe`` in French by default.
        unit: what it counts: ``personnes, organisations, projets``, or ``aucune`` when it speaks of nobody; the
            strictest of what the corpora protect when None.

    Returns:
        an object that Jupyter displays: the picture, or the sentence of the refusal.

    Raises:
        EctError: no n, no source, no data, a name that is not a slug or was already used, a person named on it.
    """
    theme = theme or get_theme()
    folder = _opened(name)
    if isinstance(figure, Refusal):
        title = caption.title if isinstance(caption, Caption) else ""
        return _save_refusal(folder, name, figure, title, theme)
    caption, data = _demanded(name, caption, data)
    words = [*caption.lines_below(theme), caption.title, caption.subtitle, caption.reading, *texts_of_figure(figure)]
    passed = pass_frame(data, name, unit, words)
    if isinstance(passed, Passed) and passed.hides:
        passed = undrawable(passed)
    if isinstance(passed, Refusal):
        return _save_refusal(folder, name, passed, caption.title, theme)
    if passed.notes:
        caption = replace(caption, missing=" ; ".join(part for part in (caption.missing, *passed.notes) if part))
    layout = _caption_once(figure, caption, theme, name)
    images = image_bytes(figure, theme, title=caption.title, description=_description(caption))
    files = [_write(folder, f"figures/{name}.{kind}", kind, image) for kind, image in images.items()]
    files += _write_data(folder, f"figures/{name}", data)
    if passed.printed is not None:
        files.append(_write(folder, f"figures/{name}.masque.json", "masque", _as_json(passed.printed)))
    output = _captioned_output(name, caption, theme, source_ids(sources))
    numeric = write_text(data, "machine").numeric
    append_output(folder, replace(output, numeric=numeric, rows=len(data), layout=layout, files=tuple(files)))
    text = f"{caption.title} ({caption.n}) : figures/{name}.svg"
    return ShownFigure(folder / "figures" / f"{name}.png", theme.width_mm, text)


def save_table(  # noqa: PLR0913 - the same
    frame: pd.DataFrame | Refusal,
    name: str,
    *,
    title: str,
    n: str | int,
    sources: Iterable[object] = (),
    note: str = "",
    unit: str | None = None,
) -> ShownTable | ShownRefusal:
    """Save a table as two CSV files, one for a French spreadsheet and one for machines.

    Numbers that the corpora read protect are hidden (``s``) with those that would give them away, or the table becomes
    a refusal (`ect_research.gate.gate`).

    Args:
        frame: one row per line of the table; a `Refusal` is recorded and shown in its place.
        name: slug, unique in the notebook.
        title: what the table says.
        n: number of cases it speaks of, in words (``"n = 31 projets"``).
        sources: identifiers of the documents used: strings, or a ``source_id`` column of tuples.
        note: how to read it, what it leaves out.
        unit: what it counts: ``personnes, organisations, projets``, or ``aucune`` when it speaks of nobody; the
            strictest of what the corpora protect when None.

    Returns:
        an object that Jupyter displays.

    Raises:
        EctError: no title, no n, a name that is not a slug or was already used, a person named in it.
    """
    folder = _opened(name)
    if isinstance(frame, Refusal):
        return _save_refusal(folder, name, frame, title, get_theme())
    n = f"n = {n}" if isinstance(n, int) else n
    missing = [word for word, value in (("un titre", title), ("n", n)) if not value.strip()]
    if missing:
        raise EctError(f"Tableau « {name} » : il manque {' et '.join(missing)}. Rien n’est enregistré sans cela.")
    passed = pass_frame(frame, name, unit, [title, n, note])
    if isinstance(passed, Refusal):
        return _save_refusal(folder, name, passed, title, get_theme())
    # A column of numbers stays one for a reader where some are hidden.
    numeric = write_text(frame, "machine").numeric
    frame = passed.frame
    if passed.notes:
        note = " ".join(f"{part.rstrip('.')}." for part in (note, *passed.notes) if part)
    files = _write_data(folder, f"tables/{name}", frame)
    if passed.printed is not None:
        files.append(_write(folder, f"tables/{name}.masque.json", "masque", _as_json(passed.printed)))
    table = write_text(frame, "machine")
    output = Output(name, "table", title, n=n, sources=source_ids(sources), reading=note)
    append_output(folder, replace(output, numeric=numeric, rows=len(frame), files=tuple(files)))
    html = html_table(table, numeric=numeric, caption=f"{title} ({n})", limit=_ROWS_SHOWN)
    return ShownTable(html, f"{title} ({n}) : tables/{name}.csv", note)


def source_ids(sources: Iterable[object]) -> tuple[str, ...]:
    """Identifiers out of strings, tuples of strings, or a column of either: sorted, each once.

    >>> source_ids([("R25", "INT"), None, "AG"])
    ('AG', 'INT', 'R25')
    """
    found: set[str] = set()
    for item in [sources] if isinstance(sources, str) else sources:
        if isinstance(item, str):
            found.add(item)
        elif isinstance(item, Iterable):
            found.update(source_ids(item))
    return tuple(sorted(found - {""}))


def _opened(name: str) -> Path:
    folder = output_folder()
    check_name(name)
    refuse_twice(folder, name)
    return folder


def _demanded(name: str, caption: object, data: object) -> tuple[Caption, pd.DataFrame]:
    """The caption and the data, or one sentence that names all that is missing."""
    import pandas as pd

    written = caption if isinstance(caption, Caption) else Caption("", "", "")
    missing = [
        word
        for word, value in (("un titre", written.title), ("n", written.n), ("une source", written.source))
        if not value.strip()
    ]
    if not isinstance(data, pd.DataFrame):
        missing.append("les données tracées (data=…)")
    if missing or not isinstance(data, pd.DataFrame):
        raise EctError(
            f"Figure « {name} » : il manque {', '.join(missing)}. Rien n’est enregistré sans cela.",
            f"Figure “{name}” lacks its title, n, source or data: nothing is saved without them.",
        )
    return written, data


def _caption_once(figure: Figure, caption: Caption, theme: Theme, name: str) -> tuple[float, ...]:
    """Caption a figure the first time it is saved, so that a cell executed twice changes nothing.

    Returns:
        width, head, body and foot of the page, in inches.
    """
    if figure not in _CAPTIONED:
        width, body = figure.get_size_inches()
        # The caption grows the page: a mark on the lower edge of the drawing tells by how much on each side.
        lower_edge = figure.text(0, 0, "")
        add_caption(figure, caption, theme)
        total = figure.get_size_inches()[1]
        foot = lower_edge.get_position()[1] * total
        lower_edge.remove()
        sides = (width, total - body - foot, body, foot)
        _CAPTIONED[figure] = caption, tuple(round(float(side), 4) for side in sides)
    before, layout = _CAPTIONED[figure]
    if before != caption:
        raise EctError(
            f"Figure « {name} » : elle porte déjà une autre légende ; la redessiner avant de l’enregistrer de nouveau."
        )
    return layout


def _description(caption: Caption) -> str:
    parts = (caption.subtitle, caption.reading, caption.n, caption.missing, f"Source : {caption.source}")
    return " ".join(f"{part.rstrip('.')}." for part in parts if part)


def _captioned_output(name: str, caption: Caption, theme: Theme, sources: tuple[str, ...]) -> Output:
    return Output(
        name,
        "figure",
        caption.title,
        n=caption.n,
        missing=caption.missing,
        source=caption.source,
        sources=sources,
        reading=caption.reading,
        subtitle=caption.subtitle,
        scope=caption.scope,
        date=caption.date,
        reader=theme.name,
        language=theme.language,
    )


def _save_refusal(folder: Path, name: str, refusal: Refusal, title: str, theme: Theme) -> ShownRefusal:
    output = Output(
        name,
        "refus",
        title or refusal.asked,
        reader=theme.name,
        language=theme.language,
        refusal_fr=refusal.sentence("fr"),
        refusal_en=refusal.sentence("en"),
    )
    append_output(folder, output)
    return ShownRefusal(refusal.sentence(theme.language))


def _write_data(folder: Path, stem: str, data: pd.DataFrame) -> list[OutputFile]:
    return [
        _write(folder, f"{stem}.csv", "csv", csv_bytes(data, "fr")),
        _write(folder, f"{stem}.machine.csv", "machine", csv_bytes(data, "machine")),
    ]


def _as_json(printed: PrintedTable) -> bytes:
    """What a reader knows of the table: the check across notebooks needs no more (`ect_research.study.engine.leak_checks`)."""
    return f"{json.dumps(printed.to_json(), ensure_ascii=False)}\n".encode()


def _write(folder: Path, path: str, role: str, data: bytes) -> OutputFile:
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
    return OutputFile(role, path, sha256_of(data))
