"""``index.html``: the whole study on one page that opens offline and asks nothing of the network."""

from __future__ import annotations

from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

from ect_research.figures.page.svg_text import FACE_OF, font_face
from ect_research.study.documents.document_words import Words
from ect_research.study.documents.essentials import essentials_html, gather_essentials
from ect_research.study.documents.page_parts import (
    Numbering,
    anchor,
    held,
    made_with,
    result_html,
    run_facts,
    source_facts,
    title_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ect_research.corpus.checked.corpus import Corpus
    from ect_research.corpus.folder.source_toml import CorpusSource
    from ect_research.study.definition.study_file import Run, Study
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
    sections = [
        _section(
            words.say("Partie {number}", number=number),
            run,
            records.get(run.id),
            stale.get(run.id, ()),
            (numbers, folder, words),
        )
        for number, run in enumerate(study.runs, 1)
    ]
    style = (files("ect_research.study") / "assets" / "page.css").read_text(encoding="utf-8")
    faces = "\n".join(map(font_face, FACE_OF.values()))
    skip = words.say("Aller au contenu")
    return f"""<!doctype html>
<html lang="{words.language}">
<head>
<meta charset="utf-8">
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
{_header(study, corpus.source, records, words)}
{essentials_html(gather_essentials(study, corpus, records, stale), words)}{_summary(study, records, numbers, words)}
<main id="contenu">
{"".join(sections)}</main>
{_footer(corpus_digest, words)}
</div>
</body>
</html>
"""


def _header(study: Study, source: CorpusSource, records: dict[str, RunRecord], words: Words) -> str:
    failed = sum(record.status != "reussi" for record in records.values())
    counts = [
        *held(records.values(), words),
        *([words.say_n("{n} exécution en échec", "{n} exécutions en échec", failed)] if failed else []),
    ]
    facts = [*source_facts(source, words), (words.say("Cette page contient"), ", ".join(counts))]
    written = "".join(f"<div><dt>{word}</dt><dd>{words.html(said)}</dd></div>\n" for word, said in facts)
    kicker, nature = words.say("Étude"), source.said("nature", words.language)
    lead = words.say("Nature des données : {what}.", what=nature)
    return f"""<header>
<p class="kicker">{kicker}</p>
<h1>{words.html(study.title)}</h1>
<p class="lead">{escape(lead)}</p>
<dl class="facts">
{written}{_documents(study, words)}</dl>
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
    items = []
    for run in study.runs:
        record = records.get(run.id)
        links = "".join(
            f'<li><span class="label">{numbers[run.id, output.name]}</span> '
            f'<a href="#{anchor(run.id, output.name)}">{words.html(title_of(output, words))}</a></li>'
            for output in (record.outputs if record else ())
        )
        state = words.say(" — échec") if record else words.say(" — pas encore exécutée")
        state = "" if record and record.status == "reussi" else state
        inner = f"<ul>{links}</ul>" if links else ""
        items.append(f'<li><a href="#{run.id}">{escape(words.title(run))}</a>{state}{inner}</li>\n')
    contents = words.say("Sommaire")
    head = f'<nav class="summary" aria-labelledby="sommaire"><h2 id="sommaire">{contents}</h2>'
    return f"{head}\n<ol>{''.join(items)}</ol></nav>"


def _section(
    part: str, run: Run, record: RunRecord | None, stale: Sequence[Sentence], around: tuple[Numbering, Path, Words]
) -> str:
    numbers, folder, words = around
    question = words.told(run.notebook.question)
    asked = f'<p class="question">{words.html(question)}</p>\n' if question else ""
    if record is None:
        not_yet = words.say("Cette exécution n’a pas encore eu lieu.")
        body = f'<div class="stale"><p>{not_yet}</p></div>\n'
    elif record.status != "reussi":
        body = _failure(record, words)
    else:
        body = _stale(run, stale, words) + "".join(
            result_html(run.id, output, numbers[run.id, output.name], folder, words) for output in record.outputs
        )
        nothing = words.say("Ce carnet n’enregistre ni figure ni tableau.")
        body = body or f"<p>{nothing}</p>\n"
    return f"""<section class="run" id="{run.id}" aria-labelledby="{run.id}-titre">
<p class="number">{part}</p>
<h2 id="{run.id}-titre">{escape(words.title(run))}</h2>
{asked}{body}{run_facts(run, record, words)}</section>
"""


def _failure(record: RunRecord, words: Words) -> str:
    failure, partial = words.say("Échec"), words.say("Carnet exécuté jusqu’à l’erreur")
    stopped = words.say("Ce carnet s’est arrêté avant sa fin et ne donne aucun résultat :")
    cause = words.said_html(record.cause) if record.cause else ""
    return f"""<div class="failure" role="note"><p class="number">{failure}</p>
<p>{stopped} {cause}.</p>
<p><a href="{escape(record.notebook)}">{partial}</a></p></div>
"""


def _stale(run: Run, causes: Sequence[Sentence], words: Words) -> str:
    """Say that results are older than what they should come from."""
    if not causes:
        return ""
    why = words.say(" ; ").join(words.said_html(cause) for cause in causes)
    since, refresh = words.say("Résultats d’une exécution antérieure : depuis,"), words.say("les remet à jour.")
    return (
        f'<div class="stale" role="note"><p>{since} {why}. <code>ect run --only {run.id}</code> {refresh}</p></div>\n'
    )


def _footer(corpus_digest: str, words: Words) -> str:
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
<p>{escape(made)}</p>
<p>{digest} <code>{corpus_digest}</code>.
{hashes} <a href="manifest.json">manifest.json</a>.</p>
</footer>"""
