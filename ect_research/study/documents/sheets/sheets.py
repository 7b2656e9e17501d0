"""``fiches/``: one page per project, to hand back to those who carry it, so that they say what is wrong or missing."""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING

from ect_research.corpus.forms.correction_form import known_project, refuse_others
from ect_research.study.definition.variants import slug
from ect_research.study.documents.pdf import make_pdf
from ect_research.study.documents.sheets.sheet_content import SheetContent
from ect_research.study.documents.sheets.sheet_page import sheet_index, sheet_page
from ect_research.study.documents.telling.document_words import Words
from ect_research.words.carried_text import carried

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ect_research.corpus.checked.corpus import Corpus
    from ect_research.figures.page.formats import Language

INDEX = "index.html"


def build_sheets(corpus: Corpus, language: Language = "fr", only: str | None = None) -> Iterator[tuple[str, bytes]]:
    """The sheet of each project in its two forms, in the order of the corpus, then the list of them all.

    Args:
        corpus: a checked corpus.
        language: ``fr`` or ``en``; names and free texts stay as the corpus has them.
        only: code of the only project to write, without the list of the others.

    Raises:
        EctError: no project has this code, or its sheet would name another one.

    Yields:
        file name and bytes: ``p03.pdf`` (PDF/A of one page), ``p03.html`` (one printed page up to some 70 facts), ``index.html``.
    """
    words = Words(language)
    projects = corpus.tables["projets"]
    if only is not None:
        projects = projects[projects["projet_id"] == known_project(only, projects["projet_id"].tolist())]
    episodes = corpus.episodes()
    listed = []
    for row in projects.to_dict("records"):
        project = {str(key): value for key, value in row.items()}
        data = SheetContent(corpus, episodes, project, words).data()
        name = slug(str(row["projet_id"]))
        listed.append((name, data))
        page = sheet_page(data, words, alone=only is not None)
        if only is not None:
            names = dict(zip(corpus.tables["projets"]["projet_id"], corpus.tables["projets"]["nom"], strict=True))
            refuse_others(only, names, [(f"fiche {only}", unescape(page))])
        yield f"{name}.pdf", make_pdf("fiche.typ", data)
        yield f"{name}.html", carried(page).encode()
    if only is None:
        yield INDEX, carried(sheet_index(listed, words)).encode()
