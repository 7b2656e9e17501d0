"""The parts of the page: one figure, one table, one refusal, the parameters of a run."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Any

from ect_research.corpus.folder.corpus_source import CorpusSource
from ect_research.figures.page.csv_tables import html_table, read_machine
from ect_research.figures.page.svg_text import inside_page
from ect_research.study.base.result_record import Output
from ect_research.study.definition.study_file import Run
from ect_research.study.documents.document_words import Words
from ect_research.study.documents.named_results import Line, anchor, notes_of, title_of
from ect_research.study.outputs.output_folder import RunRecord, versions

_KINDS = ("figure", "table", "refus")
_ROWS = 60
_PRINTED_ROWS, _PRINTED_COLUMNS = 40, 8
# Above this size a vector picture slows the browser down more than it sharpens the drawing.
_HEAVY_SVG = 3_000_000


def plural(count: int, one: str, many: str = "") -> str:
    """A counted noun.

    >>> plural(1, "figure"), plural(3, "tableau", "tableaux"), plural(0, "figure")
    ('1 figure', '3 tableaux', '0 figure')
    """
    return f"{count} {one if count < 2 else many or f'{one}s'}"


def held(records: Iterable[RunRecord], words: Words) -> list[str]:
    """How many figures, tables and refusals, in words."""
    kinds: list[str] = [output.kind for record in records for output in record.outputs]
    figures, tables, refusals = (kinds.count(kind) for kind in _KINDS)
    return [
        words.say_n("{n} figure", "{n} figures", figures),
        words.say_n("{n} tableau", "{n} tableaux", tables),
        words.say_n("{n} refus", "{n} refus", refusals),
    ]


def source_facts(source: CorpusSource, words: Words) -> list[tuple[str, str]]:
    """What heads the page and the report."""
    return [
        (words.say("Corpus"), source.said("title", words.language)),
        (words.say("Territoire"), source.said("territory", words.language)),
        (words.say("Observé jusqu’au"), words.day(source.observed_on)),
        (words.say("Licence"), words.told(source.licence)),
        (words.say("Citer"), source.said("citation", words.language)),
    ]


def made_with() -> dict[str, str]:
    """Versions of this library, of Python and of the packages, for a sentence."""
    known = versions()
    others = ", ".join(f"{name} {known[name]}" for name in known if name not in ("python", "ect_research"))
    return {"library": known["ect_research"], "python": known["python"], "packages": others}


def result_html(run: str, output: Output, number: str, folder: Path, words: Words, *, inside: bool = True) -> str:
    """One result as an ``<article>``; its picture inside the page, or read from the folder beside it."""
    name = anchor(run, output.name)
    body = (
        _figure(name, output, folder, words, inside=inside)
        if output.kind == "figure"
        else f"{_scrolled(output, folder, words)}{_notes(output, words)}{_downloads(output, words)}"
    )
    heading = f'<p class="number">{number}</p>\n<h3 id="{name}-titre">{words.html(title_of(output, words))}</h3>\n'
    heading += f'<p class="subtitle">{words.html(words.told(output.subtitle))}</p>\n' if output.subtitle else ""
    drawn_in = output.language if output.kind == "figure" else words.language
    language = "" if drawn_in == words.language else f' lang="{escape(drawn_in)}"'
    return f'<article id="{name}" aria-labelledby="{name}-titre"{language}>\n{heading}{body}</article>\n'


def run_facts(run: Run, record: RunRecord | None, words: Words) -> str:
    """The parameters of a run and its executed notebook, folded."""
    values = record.parameters if record else run.all_parameters()
    rows = "".join(
        f"<tr><td><code>{escape(name)}</code></td><td><code>{escape(parameter_text(value, words))}</code></td>"
        f"<td>{words.html(words.told(_described(run, name)))}</td></tr>\n"
        for name, value in values.items()
    )
    heads = "".join(
        f'<th scope="col">{word}</th>' for word in (words.say("Paramètre"), words.say("Valeur"), words.say("Sens"))
    )
    none = words.say("Ce carnet n’a pas de paramètre.")
    table = (
        f'<div class="scroll"><table><thead><tr>{heads}</tr></thead><tbody>\n{rows}</tbody></table></div>'
        if rows
        else f"<p>{none}</p>"
    )
    executed = record if record and record.status == "reussi" else None
    done, title, notebook = words.say("exécuté"), words.say("Paramètres de cette partie"), words.say("Carnet :")
    link = f', <a href="{escape(executed.notebook)}">{done}</a>' if executed else ""
    return f"""<details><summary>{title}</summary>
{table}</details>
<p class="downloads">{notebook} {escape(run.notebook.path.name)}{link}</p>
"""


def _figure(name: str, output: Output, folder: Path, words: Words, *, inside: bool) -> str:
    slide = words.say("Faire glisser la figure pour la voir entière.")
    picture = _image(name, output, folder, words, inside=inside)
    return f"""<figure>
<p class="slide" aria-hidden="true">{slide}</p>
<div class="picture" tabindex="0" role="group" aria-labelledby="{name}-titre">{picture}</div>
<figcaption>{_notes(output, words)}</figcaption>
</figure>
{_data(output, folder, words)}{_downloads(output, words)}"""


def _image(name: str, output: Output, folder: Path, words: Words, *, inside: bool) -> str:
    """The drawing alone: the page prints the title and the notes itself, larger and for every reader."""
    alternative, source = alternative_text(output, words), escape(output.file("svg").path)
    if inside:
        svg = (folder / output.file("svg").path).read_text(encoding="utf-8")
        if len(svg) <= _HEAVY_SVG:
            return inside_page(svg, name, output.layout, alternative)
        data = (folder / output.file("png").path).read_bytes()
        source = f"data:image/png;base64,{base64.b64encode(data).decode('ascii')}"
    later = "" if inside else ' loading="lazy"'
    return f'<img alt="{escape(alternative)}"{_crop(output.layout)}{later} src="{source}">'


def _crop(layout: tuple[float, ...]) -> str:
    if len(layout) != 4:
        return ""
    width, head, body, foot = layout
    down = 100 * head / (head + foot) if head + foot else 0
    shape = f"--ratio:{width / body:.4f};aspect-ratio:var(--ratio)"
    return f' style="{shape};object-fit:cover;object-position:0 {down:.3f}%"'


def alternative_text(output: Output, words: Words) -> str:
    """What a picture shows, for whoever does not see it."""
    parts = (output.title, output.subtitle, output.reading, output.n)
    said = [words.told(part).strip() for part in parts if part]
    return words.set(" ".join(part if part.endswith((".", "?", "!")) else f"{part}." for part in said))


def _notes(output: Output, words: Words) -> str:
    notes = notes_of(output, words)
    method = (*notes.longer, *notes.about)
    folded = f"<details><summary>{words.say('Méthode')}</summary>\n{_listed(method)}</details>\n"
    said = " ".join(f"<b>{word}</b> {escape(text)}" for word, text in notes.short)
    return f'<p class="notes">{said}</p>\n' + (folded if method else "")


def _listed(lines: Iterable[Line]) -> str:
    rows = "".join(f"<dt>{word}</dt><dd>{escape(text)}</dd>\n" for word, text in lines)
    return f'<dl class="notes">\n{rows}</dl>\n'


def _data(output: Output, folder: Path, words: Words) -> str:
    size = words.say_n("{n} ligne", "{n} lignes", output.rows)
    data = words.say("Données")
    return f"<details><summary>{data} ({size})</summary>\n{_scrolled(output, folder, words)}</details>\n"


def _scrolled(output: Output, folder: Path, words: Words) -> str:
    """The first rows of the data table in a box that scrolls by itself."""
    table = read_machine((folder / output.file("machine").path).read_bytes())
    label = escape(words.say("Données : {title}", title=words.told(output.title)))
    written = html_table(words.table(table), numeric=words.heads(output.numeric), limit=_ROWS, language=words.language)
    large = len(table.rows) > _PRINTED_ROWS or len(table.header) > _PRINTED_COLUMNS
    too_large = words.say("Tableau trop grand pour le papier : {path}", path=output.file("csv").path)
    note = f'<p class="print-only">{too_large}</p>\n' if large else ""
    return f"""<div class="scroll{" large" if large else ""}" tabindex="0" role="region" aria-label="{label}">{written}</div>
{note}"""


def _downloads(output: Output, words: Words) -> str:
    roles = {
        "csv": words.say("CSV (tableur français)"),
        "machine": words.say("CSV (machines)"),
        "html": words.say("carte interactive (HTML)"),
        "masque": words.say("ce qui est masqué"),
    }
    links = ", ".join(
        f'<a href="{escape(file.path)}">{roles.get(file.role, file.role.upper())}</a>' for file in output.files
    )
    download = words.say("Télécharger :")
    return f'<p class="downloads">{download} {links}</p>\n'


def parameter_text(value: Any, words: Words) -> str:  # noqa: ANN401 - any literal
    """The value of a parameter, for a person."""
    if value is None:
        return "—"
    if isinstance(value, bool):
        return words.say("oui") if value else words.say("non")
    return ", ".join(parameter_text(part, words) for part in value) if isinstance(value, (list, tuple)) else str(value)


def _described(run: Run, name: str) -> str:
    known = run.notebook.parameters.get(name)
    return known.description if known else ""
