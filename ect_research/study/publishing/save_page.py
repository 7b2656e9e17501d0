"""Let an interactive page out of a notebook, with its data, under the same rules as a figure."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

from ect_research.analysis.chance import Refusal
from ect_research.errors import EctError
from ect_research.gate.display import ShownRefusal, ShownTable
from ect_research.gate.gate import Passed, pass_frame, undrawable
from ect_research.gate.leaks import markup_texts
from ect_research.study.base.result_record import OutputFile, check_name, output_folder, read_outputs, sha256_of
from ect_research.study.publishing.publish import save_table, source_ids

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from ect_research.figures.maps.web.html_map import HtmlMap


_FRAME = "width:100%;height:640px;border:1px solid #c9c9c9"


def save_page(
    page: HtmlMap | Refusal, name: str, *, sources: Iterable[object] = (), unit: str | None = None
) -> ShownTable | ShownRefusal:
    """Save an offline page, and its data as the two CSV files of a table.

    Args:
        page: from `build_html_map`; a `Refusal` is recorded and shown in its place.
        name: slug, unique in the notebook; the page is ``tables/<name>.html``.
        sources: identifiers of the documents used.
        unit: what it counts, as for `save_table`; a page whose data would have to be hidden becomes a refusal.

    Returns:
        an object that Jupyter displays: the page, in a frame.

    Raises:
        EctError: no title, n or source, a name that is not a slug or was already used, a person named in it.
    """
    if isinstance(page, Refusal):
        shown = save_table(page, name, title=page.asked, n="n = 0")
        return shown if isinstance(shown, ShownRefusal) else ShownRefusal(page.sentence())
    caption = page.caption
    said = {"un titre": caption.title, "n": caption.n, "une source": caption.source}
    if missing := [word for word, value in said.items() if not value.strip()]:
        raise EctError(f"Carte « {name} » : il manque {', '.join(missing)}. Rien n’est enregistré sans cela.")
    check_name(name)
    passed = pass_frame(page.table, name, unit, [caption.title, caption.n, caption.reading, *markup_texts(page.html)])
    if isinstance(passed, Passed) and passed.hides:
        passed = undrawable(passed)
    if isinstance(passed, Refusal):
        save_table(passed, name, title=caption.title, n=caption.n)
        return ShownRefusal(passed.sentence())
    save_table(page.table, name, title=caption.title, n=caption.n, sources=sources, note=caption.reading, unit=unit)
    folder = output_folder()
    content = page.html.encode("utf-8")
    path = folder / "tables" / f"{name}.html"
    path.write_bytes(content)
    _attach(name, OutputFile("html", f"tables/{name}.html", sha256_of(content)), source_ids(sources))
    return ShownTable(_framed(caption.title, page.html, path), f"{caption.title} : tables/{name}.html")


def _framed(title: str, html: str, path: Path) -> str:
    """The page itself: JupyterLab serves only the folder of notebooks, a link to the file would lead nowhere."""
    said = f"{title} (carte interactive : {path.parent.name}/{path.name}, {len(html.encode()) // 1000} ko)"
    frame = (
        f'<iframe title="{escape(title)}" style="{_FRAME}" sandbox="allow-scripts" srcdoc="{escape(html)}"></iframe>'
    )
    return f"<p>{escape(said)}</p>{frame}"


def _attach(name: str, file: OutputFile, sources: tuple[str, ...]) -> None:
    """Add the page to the record of its table, which stays where it was."""
    import json

    from ect_research.study.base.result_record import RECORDS

    folder = output_folder()
    kept = [
        replace(old, files=(*old.files, file), sources=sources) if old.name == name else old
        for old in read_outputs(folder)
    ]
    lines = [json.dumps(item.to_json(), ensure_ascii=False, sort_keys=True) for item in kept]
    (folder / RECORDS).write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
