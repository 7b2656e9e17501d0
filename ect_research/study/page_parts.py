"""The parts of the page: one figure, one table, one refusal, the parameters of a run."""

from __future__ import annotations

import base64
from html import escape
from typing import TYPE_CHECKING, Any

from ect_research.figures.formats import typeset
from ect_research.study.csv_tables import read_machine
from ect_research.study.html_table import french_number, html_table

if TYPE_CHECKING:
    from pathlib import Path

    from ect_research.study.file import Run, Study
    from ect_research.study.folder import RunRecord
    from ect_research.study.record import Output

_WORDS = {"figure": "Figure", "table": "Tableau", "refus": "Refus"}
_ROLES = {
    "svg": "SVG",
    "pdf": "PDF",
    "png": "PNG",
    "csv": "CSV (tableur français)",
    "machine": "CSV (machines)",
    "html": "carte interactive (HTML)",
}
_ROWS = 200
_PRINTED_ROWS, _PRINTED_COLUMNS = 40, 8
# Above this size a vector picture slows the browser down more than it sharpens the drawing.
_HEAVY_SVG = 3_000_000


class Numbering:
    """« Figure 3 », « Tableau 1 »: numbers that run through the whole study, kind by kind."""

    def __init__(self, study: Study, records: dict[str, RunRecord]) -> None:
        self._names: dict[tuple[str, str], str] = {}
        counts = dict.fromkeys(_WORDS, 0)
        for run in study.runs:
            for output in records[run.id].outputs if run.id in records else ():
                counts[output.kind] += 1
                self._names[run.id, output.name] = f"{_WORDS[output.kind]} {counts[output.kind]}"

    def __getitem__(self, key: tuple[str, str]) -> str:
        return self._names[key]


def anchor(run: str, name: str) -> str:
    """Identifier of a result in the page."""
    return f"{run}--{name}"


def plural(count: int, one: str, many: str = "") -> str:
    """A counted noun.

    >>> plural(1, "figure"), plural(3, "tableau", "tableaux"), plural(0, "figure")
    ('1 figure', '3 tableaux', '0 figure')
    """
    return f"{count} {one if count < 2 else many or f'{one}s'}"


def words(text: str) -> str:
    """A text made safe for HTML, with the no-break spaces that French wants.

    >>> words("a < b ?") == "a &lt; b\u202f?"
    True
    """
    return escape(typeset(text))


def result_html(run: str, output: Output, number: str, folder: Path) -> str:
    """One result as an ``<article>``."""
    name = anchor(run, output.name)
    if output.kind == "refus":
        body = _refusal(output)
    elif output.kind == "figure":
        body = _figure(output, folder)
    else:
        body = _table(output, folder)
    heading = f'<p class="number">{number}</p>\n<h3 id="{name}-titre">{words(output.title)}</h3>\n'
    style = ' class="refusal"' if output.kind == "refus" else ""
    language = "" if output.language == "fr" else f' lang="{escape(output.language)}"'
    return f'<article id="{name}" aria-labelledby="{name}-titre"{style}{language}>\n{heading}{body}</article>\n'


def run_facts(run: Run, record: RunRecord | None) -> str:
    """The parameters of a run and its executed notebook, folded."""
    values = record.parameters if record else run.all_parameters()
    rows = "".join(
        f"<tr><td><code>{escape(name)}</code></td><td><code>{escape(parameter_text(value))}</code></td>"
        f"<td>{words(_described(run, name))}</td></tr>\n"
        for name, value in values.items()
    )
    table = (
        '<div class="scroll"><table><thead><tr><th scope="col">Paramètre</th><th scope="col">Valeur</th>'
        f'<th scope="col">Sens</th></tr></thead><tbody>\n{rows}</tbody></table></div>'
        if rows
        else "<p>Ce carnet n’a pas de paramètre.</p>"
    )
    executed = record if record and record.status == "reussi" else None
    link = f', <a href="{escape(executed.notebook)}">exécuté</a>' if executed else ""
    return f"""<details><summary>Paramètres de cette partie</summary>
{table}</details>
<p class="downloads">Carnet : {escape(run.notebook.path.name)}{link}</p>
"""


def _figure(output: Output, folder: Path) -> str:
    subtitle = f'<p class="subtitle">{words(output.subtitle)}</p>\n' if output.subtitle else ""
    return f"""{subtitle}<figure>
<div class="picture" tabindex="0" role="group" aria-label="Image">{_image(output, folder)}</div>
<figcaption>{_notes(output)}</figcaption>
</figure>
{_data(output, folder)}{_downloads(output)}"""


def _image(output: Output, folder: Path) -> str:
    """The drawing alone: the page prints the title and the notes itself, larger and for every reader."""
    kind, mime = "svg", "image/svg+xml"
    data = (folder / output.file("svg").path).read_bytes()
    if len(data) > _HEAVY_SVG:
        kind, mime = "png", "image/png"
        data = (folder / output.file(kind).path).read_bytes()
    source = f"data:{mime};base64,{base64.b64encode(data).decode('ascii')}"
    return f'<img alt="{escape(alternative_text(output))}"{_crop(output.layout)} src="{source}">'


def _crop(layout: tuple[float, ...]) -> str:
    if len(layout) != 4:
        return ""
    width, head, body, foot = layout
    down = 100 * head / (head + foot) if head + foot else 0
    shape = f"--ratio:{width / body:.4f};aspect-ratio:var(--ratio)"
    return f' style="{shape};object-fit:cover;object-position:0 {down:.3f}%"'


def _table(output: Output, folder: Path) -> str:
    return f"{_scrolled(output, folder)}{_notes(output)}{_downloads(output)}"


def _refusal(output: Output) -> str:
    return f"<p>{words(output.refusal_fr)}</p>\n"


def alternative_text(output: Output) -> str:
    """What a picture shows, for whoever does not see it."""
    parts = (output.title, output.subtitle, output.reading, output.n)
    return ". ".join(part.rstrip(".") for part in parts if part) + "."


def notes_of(output: Output) -> list[tuple[str, str]]:
    """What must be read with a result: ``(word, text)``, in order."""
    said = {
        "Effectif": output.n,
        "Non montré": output.missing,
        "Champ": output.scope,
        "Source": ", ".join(part for part in (output.source, output.date) if part),
        "Documents": ", ".join(output.sources),
        "Lecture" if output.kind == "figure" else "Note": output.reading,
    }
    return [(word, text) for word, text in said.items() if text]


def _notes(output: Output) -> str:
    rows = "".join(f"<dt>{word}</dt><dd>{words(text)}</dd>\n" for word, text in notes_of(output))
    return f'<dl class="notes">\n{rows}</dl>\n'


def _data(output: Output, folder: Path) -> str:
    size = plural(output.rows, "ligne").replace(str(output.rows), french_number(str(output.rows)), 1)
    return f"<details><summary>Données ({size})</summary>\n{_scrolled(output, folder)}</details>\n"


def _scrolled(output: Output, folder: Path) -> str:
    """The first rows of the data table in a box that scrolls by itself."""
    table = read_machine((folder / output.file("machine").path).read_bytes())
    label = escape(f"Données : {output.title}")
    written = html_table(table, numeric=output.numeric, limit=_ROWS)
    large = len(table.rows) > _PRINTED_ROWS or len(table.header) > _PRINTED_COLUMNS
    note = f'<p class="print-only">Tableau trop grand pour le papier : {output.file("csv").path}</p>\n' if large else ""
    return f"""<div class="scroll{" large" if large else ""}" tabindex="0" role="region" aria-label="{label}">{written}</div>
{note}"""


def _downloads(output: Output) -> str:
    links = ", ".join(f'<a href="{escape(file.path)}">{_ROLES[file.role]}</a>' for file in output.files)
    return f'<p class="downloads">Télécharger : {links}</p>\n'


def parameter_text(value: Any) -> str:  # noqa: ANN401 - any literal
    """The value of a parameter, for a person."""
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "oui" if value else "non"
    return ", ".join(parameter_text(part) for part in value) if isinstance(value, (list, tuple)) else str(value)


def _described(run: Run, name: str) -> str:
    known = run.notebook.parameters.get(name)
    return known.description if known else ""
