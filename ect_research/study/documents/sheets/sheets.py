"""``fiches/``: one page per project, to hand back to those who carry it, so that they say what is wrong or missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ect_research.study.definition.variants import slug
from ect_research.study.documents.pdf import make_pdf
from ect_research.study.documents.sheets.sheet_content import SheetContent
from ect_research.study.documents.sheets.sheet_page import sheet_index, sheet_page
from ect_research.study.documents.telling.document_words import Words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ect_research.corpus.checked.corpus import Corpus
    from ect_research.figures.page.formats import Language

INDEX = "index.html"


def build_sheets(corpus: Corpus, language: Language = "fr") -> Iterator[tuple[str, bytes]]:
    """The sheet of each project in its two forms, in the order of the corpus, then the list of them all.

    Args:
        corpus: a checked corpus.
        language: ``fr`` or ``en``; names and free texts stay as the corpus has them.

    Yields:
        file name and bytes: ``p03.pdf`` (PDF/A of one page), ``p03.html`` (one printed page up to some 70 facts), ``index.html``.
    """
    words = Words(language)
    projects = corpus.tables["projets"]
    episodes = corpus.episodes()
    listed = []
    for row in projects.to_dict("records"):
        project = {str(key): value for key, value in row.items()}
        data = SheetContent(corpus, episodes, project, words).data()
        name = slug(str(row["projet_id"]))
        listed.append((name, data))
        yield f"{name}.pdf", make_pdf("fiche.typ", data)
        yield f"{name}.html", sheet_page(data, words).encode()
    yield INDEX, sheet_index(listed, words).encode()
