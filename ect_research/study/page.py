"""``index.html``: the whole study on one page that opens offline and asks nothing of the network."""

from __future__ import annotations

from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

from ect_research.study.manifest import versions
from ect_research.study.page_parts import Numbering, anchor, plural, result_html, run_facts, words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from ect_research.corpus.source import CorpusSource
    from ect_research.study.file import Run, Study
    from ect_research.study.folder import RunRecord

_MONTHS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
           "novembre", "décembre")  # fmt: skip


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
    numbers = Numbering(study, records)
    sections = [
        _section(f"Partie {number}", run, records.get(run.id), stale.get(run.id, ()), numbers, folder)
        for number, run in enumerate(study.runs, 1)
    ]
    style = (files("ect_research.study") / "assets" / "page.css").read_text(encoding="utf-8")
    return f"""<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="ect_research">
<title>{escape(study.title)}</title>
<style>
{style}</style>
</head>
<body>
<a class="skip" href="#contenu">Aller au contenu</a>
<div class="column">
{_header(study, source, records)}
{_summary(study, records, numbers)}
<main id="contenu">
{"".join(sections)}</main>
{_footer(corpus_digest)}
</div>
</body>
</html>
"""


def _header(study: Study, source: CorpusSource, records: dict[str, RunRecord]) -> str:
    kinds = [output.kind for record in records.values() for output in record.outputs]
    counts = [
        plural(kinds.count("figure"), "figure"),
        plural(kinds.count("table"), "tableau", "tableaux"),
        plural(kinds.count("refus"), "refus", "refus"),
    ]
    failed = sum(record.status != "reussi" for record in records.values())
    if failed:
        counts.append(plural(failed, "exécution en échec", "exécutions en échec"))
    facts = {
        "Corpus": source.title,
        "Territoire": source.territory,
        "Observé jusqu’au": french_date(source.observed_on),
        "Licence": source.licence,
        "Citer": source.citation,
        "Cette page contient": ", ".join(counts),
    }
    written = "".join(f"<div><dt>{words(k)}</dt><dd>{words(v)}</dd></div>\n" for k, v in facts.items())
    return f"""<header>
<p class="kicker">Étude</p>
<h1>{words(study.title)}</h1>
<p class="lead">Nature des données : {words(source.nature)}.</p>
<dl class="facts">
{written}{_documents(study)}</dl>
</header>"""


def _documents(study: Study) -> str:
    """Where the documents to print are, when the study makes some."""
    links = [
        link
        for made, link in (
            (study.has_report, '<a href="rapport.pdf">rapport (PDF)</a>'),
            (study.has_sheets, '<a href="fiches/index.html">une fiche par projet (PDF)</a>'),
        )
        if made
    ]
    return f"<div><dt>À imprimer</dt><dd>{', '.join(links)}</dd></div>\n" if links else ""


def _summary(study: Study, records: dict[str, RunRecord], numbers: Numbering) -> str:
    items = []
    for run in study.runs:
        record = records.get(run.id)
        links = "".join(
            f'<li><span class="label">{numbers[run.id, output.name]}</span> '
            f'<a href="#{anchor(run.id, output.name)}">{words(output.title)}</a></li>'
            for output in (record.outputs if record else ())
        )
        state = "" if record and record.status == "reussi" else " — échec" if record else " — pas encore exécutée"
        inner = f"<ul>{links}</ul>" if links else ""
        items.append(f'<li><a href="#{run.id}">{words(run.title)}</a>{state}{inner}</li>\n')
    return f'<nav class="summary" aria-labelledby="sommaire"><h2 id="sommaire">Sommaire</h2>\n<ol>{"".join(items)}</ol></nav>'


def _section(
    part: str, run: Run, record: RunRecord | None, stale: Sequence[str], numbers: Numbering, folder: Path
) -> str:
    question = f'<p class="question">{words(run.notebook.question)}</p>\n' if run.notebook.question else ""
    if record is None:
        body = '<div class="stale"><p>Cette exécution n’a pas encore eu lieu.</p></div>\n'
    elif record.status != "reussi":
        body = _failure(record)
    else:
        body = _stale(run, stale) + "".join(
            result_html(run.id, output, numbers[run.id, output.name], folder) for output in record.outputs
        )
        body = body or "<p>Ce carnet n’enregistre ni figure ni tableau.</p>\n"
    return f"""<section class="run" id="{run.id}" aria-labelledby="{run.id}-titre">
<p class="number">{part}</p>
<h2 id="{run.id}-titre">{words(run.title)}</h2>
{question}{body}{run_facts(run, record)}</section>
"""


def _failure(record: RunRecord) -> str:
    return f"""<div class="failure" role="note"><p class="number">Échec</p>
<p>Ce carnet s’est arrêté avant sa fin et ne donne aucun résultat : {words(record.cause)}.</p>
<p><a href="{escape(record.notebook)}">Carnet exécuté jusqu’à l’erreur</a></p></div>
"""


def _stale(run: Run, causes: Sequence[str]) -> str:
    """Say that results are older than what they should come from."""
    if not causes:
        return ""
    return (
        f'<div class="stale" role="note"><p>Résultats d’une exécution antérieure : depuis, {words(" ; ".join(causes))}. '
        f"<code>ect run --only {run.id}</code> les remet à jour.</p></div>\n"
    )


def _footer(corpus_digest: str) -> str:
    known = versions()
    made = ", ".join(f"{name} {known[name]}" for name in known if name not in ("python", "ect_research"))
    return f"""<footer>
<p>Page produite par ect_research {known["ect_research"]} avec Python {known["python"]} ({made}).
Les mêmes données et le même code redonnent les mêmes octets.</p>
<p>Empreinte du corpus (SHA-256) : <code>{corpus_digest}</code>.
Empreintes et sources de chaque fichier : <a href="manifest.json">manifest.json</a>.</p>
</footer>"""


def french_date(day: date) -> str:
    """A date as it is read aloud.

    >>> from datetime import date
    >>> french_date(date(2025, 12, 31)), french_date(date(2026, 1, 1))
    ('31 décembre 2025', '1er janvier 2026')
    """
    return f"{'1er' if day.day == 1 else day.day} {_MONTHS[day.month - 1]} {day.year}"
