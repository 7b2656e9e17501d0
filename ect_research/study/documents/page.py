"""``index.html``: the whole study on one page that opens offline and asks nothing of the network."""

from __future__ import annotations

from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

from ect_research.study.documents.page_parts import Numbering, anchor, held, made_with, result_html, run_facts, title_of
from ect_research.study.documents.phrases import Words, study_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ect_research.corpus.folder.source_toml import CorpusSource
    from ect_research.study.definition.study_file import Run, Study
    from ect_research.study.outputs.output_folder import RunRecord


def build_page(
    study: Study,
    source: CorpusSource,
    corpus_digest: str,
    records: dict[str, RunRecord],
    folder: Path,
    stale: Mapping[str, Sequence[str]],
) -> str:
    """The page of a study.

    Args:
        study: the study.
        source: what its corpus is.
        corpus_digest: sha256 of the corpus as it is now.
        records: last execution of each run.
        folder: folder of outputs, where pictures and data tables are read.
        stale: why the results of a run are no longer those of now, by run.

    Returns:
        HTML with its style and its pictures inside.
    """
    words = study_words(study)
    numbers = Numbering(study, records, words)
    sections = [
        _section(
            words("part", number=number), run, records.get(run.id), stale.get(run.id, ()), (numbers, folder, words)
        )
        for number, run in enumerate(study.runs, 1)
    ]
    style = (files("ect_research.study") / "assets" / "page.css").read_text(encoding="utf-8")
    return f"""<!doctype html>
<html lang="{words.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="ect_research">
<title>{escape(study.title)}</title>
<style>
{style}</style>
</head>
<body>
<a class="skip" href="#contenu">{words("page.skip")}</a>
<div class="column {escape(study.reader)}">
{_header(study, source, records, words)}
{_summary(study, records, numbers, words)}
<main id="contenu">
{"".join(sections)}</main>
{_footer(corpus_digest, words)}
</div>
</body>
</html>
"""


def _header(study: Study, source: CorpusSource, records: dict[str, RunRecord], words: Words) -> str:
    failed = sum(record.status != "reussi" for record in records.values())
    counts = [*held(records.values(), words), *([words.count(failed, "n.failed")] if failed else [])]
    facts = {
        "corpus": source.said("title", words.language),
        "territory": source.said("territory", words.language),
        "observed": words.day(source.observed_on),
        "licence": source.licence,
        "cite": source.said("citation", words.language),
        "page_holds": ", ".join(counts),
    }
    written = "".join(
        f"<div><dt>{words(f'fact.{key}')}</dt><dd>{words.html(said)}</dd></div>\n" for key, said in facts.items()
    )
    return f"""<header>
<p class="kicker">{words("page.study")}</p>
<h1>{words.html(study.title)}</h1>
<p class="lead">{escape(words("nature", what=source.said("nature", words.language)))}</p>
<dl class="facts">
{written}{_documents(study, words)}</dl>
</header>"""


def _documents(study: Study, words: Words) -> str:
    """Where the documents to print are, when the study makes some."""
    links = [
        f'<a href="{place}">{words(key)}</a>'
        for made, place, key in (
            (study.has_report, "rapport.pdf", "page.report"),
            (study.has_sheets, "fiches/index.html", "page.sheets"),
        )
        if made
    ]
    return f"<div><dt>{words('fact.to_print')}</dt><dd>{', '.join(links)}</dd></div>\n" if links else ""


def _summary(study: Study, records: dict[str, RunRecord], numbers: Numbering, words: Words) -> str:
    items = []
    for run in study.runs:
        record = records.get(run.id)
        links = "".join(
            f'<li><span class="label">{numbers[run.id, output.name]}</span> '
            f'<a href="#{anchor(run.id, output.name)}">{words.html(title_of(output, words))}</a></li>'
            for output in (record.outputs if record else ())
        )
        state = "" if record and record.status == "reussi" else words("page.failed" if record else "page.not_yet")
        inner = f"<ul>{links}</ul>" if links else ""
        items.append(f'<li><a href="#{run.id}">{words.html(words.told(run.title))}</a>{state}{inner}</li>\n')
    head = f'<nav class="summary" aria-labelledby="sommaire"><h2 id="sommaire">{words("contents")}</h2>'
    return f"{head}\n<ol>{''.join(items)}</ol></nav>"


def _section(
    part: str, run: Run, record: RunRecord | None, stale: Sequence[str], around: tuple[Numbering, Path, Words]
) -> str:
    numbers, folder, words = around
    question = words.told(run.notebook.question)
    asked = f'<p class="question">{words.html(question)}</p>\n' if question else ""
    if record is None:
        body = f'<div class="stale"><p>{words("page.no_run")}</p></div>\n'
    elif record.status != "reussi":
        body = _failure(record, words)
    else:
        body = _stale(run, stale, words) + "".join(
            result_html(run.id, output, numbers[run.id, output.name], folder, words) for output in record.outputs
        )
        body = body or f"<p>{words('page.no_result')}</p>\n"
    return f"""<section class="run" id="{run.id}" aria-labelledby="{run.id}-titre">
<p class="number">{part}</p>
<h2 id="{run.id}-titre">{words.html(words.told(run.title))}</h2>
{asked}{body}{run_facts(run, record, words)}</section>
"""


def _failure(record: RunRecord, words: Words) -> str:
    return f"""<div class="failure" role="note"><p class="number">{words("page.failure")}</p>
<p>{words("page.stopped")} {words.said_html(record.cause)}.</p>
<p><a href="{escape(record.notebook)}">{words("page.partial")}</a></p></div>
"""


def _stale(run: Run, causes: Sequence[str], words: Words) -> str:
    """Say that results are older than what they should come from."""
    if not causes:
        return ""
    separator = words.set(" ; ") if words.language == "fr" else "; "
    why = separator.join(words.said_html(cause) for cause in causes)
    return (
        f'<div class="stale" role="note"><p>{words("page.stale")} {why}. '
        f"<code>ect run --only {run.id}</code> {words('page.refresh')}</p></div>\n"
    )


def _footer(corpus_digest: str, words: Words) -> str:
    return f"""<footer>
<p>{escape(words("page.made", **made_with()))}</p>
<p>{words("page.digest")} <code>{corpus_digest}</code>.
{words("page.hashes")} <a href="manifest.json">manifest.json</a>.</p>
</footer>"""
