"""The one door by which a notebook lets a result out: nothing leaves without n, a source and its data."""

from __future__ import annotations

import json
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ect_research.analysis.chance import Refusal
from ect_research.errors import EctError
from ect_research.figures.page.caption import Caption, add_caption
from ect_research.figures.page.csv_tables import csv_bytes, html_table, write_text
from ect_research.figures.page.figure_bytes import image_bytes
from ect_research.gate.file_texts import markup_texts
from ect_research.gate.gate import Passed, pass_frame
from ect_research.gate.leaks import texts_of_figure
from ect_research.gate.shown_values import ShownFigure, ShownRefusal, ShownTable
from ect_research.study.base.result_record import (
    Output,
    OutputFile,
    append_output,
    check_name,
    output_folder,
    refuse_twice,
    sha256_of,
)
from ect_research.words import mark, tell

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ect_research.figures.exhibit.exhibit import Exhibit
    from ect_research.figures.maps.web.html_map import HtmlMap
    from ect_research.figures.page.theme import Theme

_ROWS_SHOWN = 20
_FRAME = "width:100%;height:640px;border:1px solid #c9c9c9"


def save_exhibit(told: Exhibit[Any], name: str) -> ShownFigure | ShownTable | ShownRefusal:
    """Save an exhibit with its rows, its words and its documents.

    A figure becomes SVG, PDF and PNG with the data behind it as two CSV files (one for a French spreadsheet, one for
    machines); a table its two CSV files; an interactive page its HTML beside them. What the corpora read protect does not
    leave (`ect_research.gate.gate`): numbers of a table are hidden (``s``) with those that would give them away; a figure
    or a page whose data would have to be hidden becomes a refusal. A refusal is recorded in the place of the result.

    Args:
        told: in the context of its reader.
        name: slug, unique in the notebook (``"temps-par-etape"``).

    Returns:
        an object that Jupyter displays: the picture, the table, the page or the sentence of the refusal.

    Raises:
        EctError: no title, n, source or data, a name that is not a slug or was already used, a person named on it.
    """
    folder = _opened(name)
    if told.refused:
        return _save_refusal(folder, name, told.refused, told)
    page: HtmlMap | Refusal | None = told.page(told) if told.page else None
    drawn = told.figure() if told.draw else None
    if isinstance(page, Refusal) or isinstance(drawn, Refusal):
        return _save_refusal(folder, name, page if isinstance(page, Refusal) else drawn, told)  # type: ignore[arg-type]
    rows = told.rows() if page is None else page.table
    if isinstance(rows, Refusal):
        return _save_refusal(folder, name, rows, told)
    words = told.words() if page is None else page.caption
    _demand(name, told, words, rows)
    said = [*_texts(words, told.theme, drawn, page), told.finding().sentence]
    passed = pass_frame(rows, name, told.counts, said, drawn=bool(drawn or page))
    if isinstance(passed, Refusal):
        return _save_refusal(folder, name, passed, told)
    if drawn is not None:
        return _save_figure(
            folder, name, told, replace(words, missing=_joined(words.missing, passed, told.theme)), drawn, passed
        )
    return _save_table(
        folder, name, told, replace(words, reading=_noted(words.reading, passed, told.theme)), page, passed
    )


def _save_figure(
    folder: Path, name: str, told: Exhibit[Any], words: Caption, figure: Figure, passed: Passed
) -> ShownFigure:
    theme, words = told.theme, told.headed(words)
    layout = _captioned(figure, words, theme)
    described = _description(words)
    images = image_bytes(figure, theme, title=words.title, description=described, day=told.context.known_day)
    files = [_write(folder, f"figures/{name}.{kind}", kind, image) for kind, image in images.items()]
    files += _write_data(folder, f"figures/{name}", passed)
    said = {part: getattr(words, part) for part in ("missing", "source", "scope", "date")}
    output = replace(_output(name, "figure", told, words), **said, reader=theme.name)
    append_output(folder, replace(output, rows=len(passed.frame), layout=layout, files=tuple(files),
                                  numeric=write_text(passed.frame, "machine").numeric))  # fmt: skip
    text = f"{words.title} ({words.n}) : figures/{name}.svg"
    return ShownFigure(folder / "figures" / f"{name}.png", theme.width_mm, text)


def _save_table(
    folder: Path, name: str, told: Exhibit[Any], words: Caption, page: HtmlMap | None, passed: Passed
) -> ShownTable:
    files = _write_data(folder, f"tables/{name}", passed)
    if page is not None:
        files.append(_write(folder, f"tables/{name}.html", "html", page.html.encode("utf-8")))
    # A column of numbers stays one for a reader where some are hidden.
    table, numeric = write_text(passed.frame, "machine"), write_text(passed.asked, "machine").numeric
    # A finding made from the true numbers would say what the table hides.
    words = words if passed.hides else told.headed(words)
    output = _output(name, "table", told, words)
    if passed.hides:
        output = replace(output, finding="", strength="")
    append_output(folder, replace(output, numeric=numeric, rows=len(passed.frame), files=tuple(files)))
    if page is not None:
        path = folder / "tables" / f"{name}.html"
        return ShownTable(_framed(words.title, page.html, path), f"{words.title} : tables/{name}.html")
    html = html_table(table, numeric=numeric, caption=f"{words.title} ({words.n})", limit=_ROWS_SHOWN)
    return ShownTable(html, f"{words.title} ({words.n}) : tables/{name}.csv", words.reading)


def _save_refusal(folder: Path, name: str, refusal: Refusal, told: Exhibit[Any]) -> ShownRefusal:
    theme = told.theme
    title = told.heading()
    output = Output(
        name,
        "refus",
        title or refusal.asked.sentence(theme.language),
        reader=theme.name,
        language=theme.language,
        refusal_fr=refusal.sentence("fr"),
        refusal_en=refusal.sentence("en"),
        cause_fr=refusal.cause("fr"),
        cause_en=refusal.cause("en"),
    )
    append_output(folder, output)
    return ShownRefusal(refusal.sentence(theme.language))


def _output(name: str, kind: Any, told: Exhibit[Any], words: Caption) -> Output:  # noqa: ANN401 - a literal
    finding = told.finding()
    return Output(name, kind, words.title, n=words.n, reading=words.reading, sources=told.cited(),
                  subtitle=words.subtitle, documents=words.documents, finding=finding.sentence if told.finding_of else "",
                  strength=str(finding.strength), place=told.place, language=told.theme.language)  # fmt: skip


def _texts(words: Caption, theme: Theme, figure: Figure | None, page: HtmlMap | None) -> list[str]:
    """Everything that is written on a result."""
    said = [words.title, words.n, words.reading]
    if figure is not None:
        said += [words.subtitle, *words.lines_below(theme), *texts_of_figure(figure)]
    return said if page is None else [*said, *markup_texts(page.html)]


def _demand(name: str, shown: Exhibit[Any], words: Caption, rows: object) -> None:
    """One sentence that names all that is missing."""
    import pandas as pd

    kind = "figure" if shown.draw else "carte" if shown.page else "tableau"
    missing = [tell(what) for what, text in ((mark("un titre"), words.title), (mark("n"), words.n)) if not text.strip()]
    if kind != "tableau" and not words.source.strip():
        missing.append(tell("une source"))
    if not isinstance(rows, pd.DataFrame):
        missing.append(tell("les données (un DataFrame)"))
    if missing:
        said = {
            "figure": mark("Figure « {name} » : il manque {missing}. Rien n’est enregistré sans cela."),
            "carte": mark("Carte « {name} » : il manque {missing}. Rien n’est enregistré sans cela."),
            "tableau": mark("Tableau « {name} » : il manque {missing}. Rien n’est enregistré sans cela."),
        }[kind]
        raise EctError(tell(said, name=name, missing=missing))


def _joined(missing: str, passed: Passed, theme: Theme) -> str:
    return theme.say(" ; ").join(part for part in (missing, *_notes(passed, theme)) if part)


def _noted(note: str, passed: Passed, theme: Theme) -> str:
    told_too = _notes(passed, theme)
    return " ".join(f"{part.rstrip('.')}." for part in (note, *told_too) if part) if told_too else note


def _notes(passed: Passed, theme: Theme) -> list[str]:
    return [note.sentence(theme.language) for note in passed.notes]


def _framed(title: str, html: str, path: Path) -> str:
    """The page itself: JupyterLab serves only the folder of notebooks, a link to the file would lead nowhere."""
    said = f"{title} (carte interactive : {path.parent.name}/{path.name}, {len(html.encode()) // 1000} ko)"
    frame = (
        f'<iframe title="{escape(title)}" style="{_FRAME}" sandbox="allow-scripts" srcdoc="{escape(html)}"></iframe>'
    )
    return f"<p>{escape(said)}</p>{frame}"


def _opened(name: str) -> Path:
    folder = output_folder()
    check_name(name)
    refuse_twice(folder, name)
    return folder


def _captioned(figure: Figure, caption: Caption, theme: Theme) -> tuple[float, ...]:
    """Put the words around a new drawing; width, head, body and foot of the page, in inches."""
    width, body = figure.get_size_inches()
    # The caption grows the page: a mark on the lower edge of the drawing tells by how much on each side.
    lower_edge = figure.text(0, 0, "")
    add_caption(figure, caption, theme)
    total = figure.get_size_inches()[1]
    foot = lower_edge.get_position()[1] * total
    lower_edge.remove()
    return tuple(round(float(side), 4) for side in (width, total - body - foot, body, foot))


def _description(caption: Caption) -> str:
    parts = (caption.subtitle, caption.reading, caption.n, caption.missing, f"Source : {caption.source}")
    return " ".join(f"{part.rstrip('.')}." for part in parts if part)


def _write_data(folder: Path, stem: str, passed: Passed) -> list[OutputFile]:
    files = [
        _write(folder, f"{stem}.csv", "csv", csv_bytes(passed.frame, "fr")),
        _write(folder, f"{stem}.machine.csv", "machine", csv_bytes(passed.frame, "machine")),
    ]
    if passed.printed is not None:
        files.append(
            _write(
                folder,
                f"{stem}.masque.json",
                "masque",
                f"{json.dumps(passed.printed.to_json(), ensure_ascii=False)}\n".encode(),
            )
        )
    return files


def _write(folder: Path, path: str, role: str, data: bytes) -> OutputFile:
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
    return OutputFile(role, path, sha256_of(data))
