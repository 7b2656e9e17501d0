"""``index.html``: the whole study on one page that opens offline and asks nothing of the network."""

from __future__ import annotations

from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

from ect_research.figures.page.html_table import page_policy
from ect_research.figures.page.svg_text import FACE_OF, font_face
from ect_research.study.documents.page_parts import held, made_with, source_facts
from ect_research.study.documents.page_sections import Around, annex_html, body_html, listed_documents, pictures_inside
from ect_research.study.documents.telling.document_words import Words
from ect_research.study.documents.telling.essentials import essentials_html, gather_essentials
from ect_research.study.documents.telling.named_results import Numbering, anchor, title_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ect_research.corpus.checked.corpus import Corpus
    from ect_research.corpus.folder.corpus_source import CorpusSource
    from ect_research.study.definition.study_file import Study
    from ect_research.study.outputs.output_folder import RunRecord
    from ect_research.words import Sentence


def build_page(
    study: Study,
    corpus: Corpus,
    corpus_digest: str,
    records: dict[str, RunRecord],
    folder: Path,
    stale: Mapping[str, Sequence[Sentence]],
) -> str:
    """The page of a study.

    Args:
        study: the study.
        corpus: its corpus.
        corpus_digest: sha256 of the corpus as it is now.
        records: last execution of each run.
        folder: folder of outputs, where pictures and data tables are read.
        stale: why the results of a run are no longer those of now, by run.

    Returns:
        HTML with its style and its pictures inside.
    """
    words = Words(study.language)
    numbers = Numbering(study, records, words)
    around = Around(numbers, folder, words, pictures_inside(records, numbers, folder))
    essential = essentials_html(gather_essentials(study, corpus, records, stale), words)
    style = (files("ect_research.study") / "assets" / "page.css").read_text(encoding="utf-8")
    faces = "\n".join(map(font_face, FACE_OF.values()))
    skip = words.say("Aller au contenu")
    return f"""<!doctype html>
<html lang="{words.language}">
<head>
<meta charset="utf-8">
{page_policy()}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="ect_research">
<title>{escape(study.title)}</title>
<style>
{faces}
{style}</style>
</head>
<body>
<a class="skip" href="#contenu">{skip}</a>
<div class="column {escape(study.reader)}">
{_header(study, corpus.source, words)}
{essential}{_summary(study, records, numbers, words)}
<main id="contenu">
{body_html(study, records, stale, around)}{annex_html(study, records, around)}{listed_documents(corpus, words)}</main>
{_footer(study, corpus.source, records, corpus_digest, words)}
</div>
</body>
</html>
"""


def _header(study: Study, source: CorpusSource, words: Words) -> str:
    day = words.say("observé jusqu’au {day}", day=words.day(source.observed_on))
    lead = f"{words.set(source.said('nature', words.language))}, {day}"
    return f"""<header>
<p class="kicker">{words.html(source.said("territory", words.language))}</p>
<h1>{words.html(study.title)}</h1>
<p class="lead">{escape(lead[:1].upper() + lead[1:])}.</p>
</header>"""


def _documents(study: Study, words: Words) -> str:
    """Where the documents to print are, when the study makes some."""
    links = [
        f'<a href="{place}">{word}</a>'
        for made, place, word in (
            (study.has_report, "rapport.pdf", words.say("rapport (PDF)")),
            (study.has_sheets, "fiches/index.html", words.say("une fiche par projet (HTML et PDF)")),
        )
        if made
    ]
    head = words.say("À imprimer")
    return f"<div><dt>{head}</dt><dd>{', '.join(links)}</dd></div>\n" if links else ""


def _summary(study: Study, records: dict[str, RunRecord], numbers: Numbering, words: Words) -> str:
    """Contents, folded: what was found, part by part, then the annex."""
    items = []
    for run in study.runs:
        links = "".join(
            f'<li><span class="label">{numbers[run.id, output.name]}</span> '
            f'<a href="#{anchor(run.id, output.name)}">{words.html(title_of(output, words))}</a></li>'
            for output in (records[run.id].outputs if run.id in records else ())
            if (run.id, output.name) in numbers.body
        )
        inner = f"<ul>{links}</ul>" if links else ""
        place = run.id if links or _stopped(records.get(run.id)) else f"annexe-{run.id}"
        state = words.say(" — échec") if run.id in records else words.say(" — pas encore exécutée")
        state = state if _stopped(records.get(run.id)) else ""
        items.append(f'<li><a href="#{place}">{escape(words.title(run))}</a>{state}{inner}</li>\n')
    items.append(f'<li><a href="#pour-verifier">{words.say("Annexe : pour vérifier")}</a></li>\n')
    return f"""<details class="summary"><summary>{words.say("Sommaire")}</summary>
<nav aria-label="{words.say("Sommaire")}"><ol>{"".join(items)}</ol></nav></details>"""


def _stopped(record: RunRecord | None) -> bool:
    return record is None or record.status != "reussi"


def _footer(study: Study, source: CorpusSource, records: dict[str, RunRecord], corpus_digest: str, words: Words) -> str:
    failed = sum(record.status != "reussi" for record in records.values())
    counts = [
        *held(records.values(), words),
        *([words.say_n("{n} exécution en échec", "{n} exécutions en échec", failed)] if failed else []),
    ]
    facts = [*source_facts(source, words), (words.say("Cette page contient"), ", ".join(counts))]
    written = "".join(f"<div><dt>{word}</dt><dd>{words.html(said)}</dd></div>\n" for word, said in facts)
    made = words.say(
        "Page produite par ect_research {library} avec Python {python} ({packages}). Les mêmes données et le même "
        "code redonnent les mêmes octets.",
        **made_with(),
    )
    digest, hashes = (
        words.say("Empreinte du corpus (SHA-256) :"),
        words.say("Empreintes et sources de chaque fichier :"),
    )
    return f"""<footer>
<dl class="facts">
{written}{_documents(study, words)}</dl>
<p>{escape(made)}</p>
<p>{digest} <code>{corpus_digest}</code>.
{hashes} <a href="manifest.json">manifest.json</a>.</p>
</footer>"""
