"""``index.html``: the whole study on one page that opens offline and asks nothing of the network.

Its body is what to read; its annex, what to verify, is folded part by part.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from itertools import accumulate
from pathlib import Path

import pandas as pd

from ect_research.corpus.checked.corpus import Corpus
from ect_research.corpus.folder.corpus_source import CorpusSource
from ect_research.figures.page.csv_tables import page_policy
from ect_research.figures.page.svg_text import FACE_OF, font_face
from ect_research.study.base.result_record import Output
from ect_research.study.definition.study_file import Run, Study
from ect_research.study.documents.document_words import Words
from ect_research.study.documents.essentials import essentials_html, gather_essentials
from ect_research.study.documents.named_results import Numbering, anchor, cause_of, title_of
from ect_research.study.documents.page_parts import held, made_with, result_html, run_facts, source_facts
from ect_research.study.outputs.output_folder import RunRecord
from ect_research.words import Sentence

# Bytes of pictures that the page holds; what is beyond is read from the folder beside it.
_HELD = 2_300_000


@dataclass(frozen=True)
class Around:
    """What every section is told with."""

    numbers: Numbering  # of the results, and which stand in the body
    folder: Path  # of outputs
    words: Words  # of the reader
    inside: frozenset[tuple[str, str]]  # results whose picture is inside the page


def pictures_inside(records: Mapping[str, RunRecord], numbers: Numbering, folder: Path) -> frozenset[tuple[str, str]]:
    """The pictures of the body that the page can hold, the lightest first."""
    sizes = sorted(
        ((folder / output.file("svg").path).stat().st_size, run, output.name)
        for run, record in records.items()
        for output in record.outputs
        if output.kind == "figure" and (run, output.name) in numbers.body
    )
    return frozenset(
        (run, name)
        for (_, run, name), total in zip(sizes, accumulate(one[0] for one in sizes), strict=True)
        if total <= _HELD
    )


def body_html(
    study: Study, records: Mapping[str, RunRecord], stale: Mapping[str, Sequence[Sentence]], around: Around
) -> str:
    """One section per notebook that has something to say, or that stopped."""
    return "".join(_section(run, records.get(run.id), stale.get(run.id, ()), around) for run in study.runs)


def _section(run: Run, record: RunRecord | None, causes: Sequence[Sentence], around: Around) -> str:
    numbers, words = around.numbers, around.words
    if record is None:
        not_yet = words.say("Cette exécution n’a pas encore eu lieu.")
        told = f'<div class="stale"><p>{not_yet}</p></div>\n'
    elif record.status != "reussi":
        told = _failure(record, words)
    else:
        shown = [output for output in record.outputs if (run.id, output.name) in numbers.body]
        told = _stale(run, causes, words) + _results(run, shown, around)
    if not told:
        return ""
    question = words.told(run.notebook.question)
    asked = f'<p class="question">{words.html(question)}</p>\n' if question else ""
    return f"""<section class="run" id="{run.id}" aria-labelledby="{run.id}-titre">
<h2 id="{run.id}-titre">{escape(words.title(run))}</h2>
{asked}{told}</section>
"""


def annex_html(study: Study, records: Mapping[str, RunRecord], around: Around) -> str:
    """Refusals in sight; the rest folded, with the parameters of each notebook."""
    words = around.words
    done = [(run, records.get(run.id)) for run in study.runs]
    refusals = _refusals(
        [(run, one) for run, record in done for one in _others(run, record, around, refused=True)], around
    )
    parts = "".join(_annexed(run, record, around) for run, record in done)
    head = words.say("Refus")
    refused = f"<h3>{head}</h3>\n{refusals}" if refusals else ""
    return f"""<section class="run annex" id="pour-verifier" aria-labelledby="pour-verifier-titre">
<h2 id="pour-verifier-titre">{words.say("Annexe : pour vérifier")}</h2>
{refused}{parts}</section>
"""


def _refusals(refused: list[tuple[Run, Output]], around: Around) -> str:
    """One box per cause, with all that it stops."""
    numbers, words = around.numbers, around.words
    causes: dict[str, list[tuple[Run, Output]]] = {}
    for run, output in refused:
        causes.setdefault(cause_of(output, words), []).append((run, output))
    return "".join(
        '<article class="refusal">'
        + "".join(
            f'<h4 id="{anchor(run.id, one.name)}"><span class="number">{numbers[run.id, one.name]}</span> '
            f"{words.html(title_of(one, words))}</h4>\n"
            for run, one in stopped
        )
        + f"<p>{words.html(cause)}</p></article>\n"
        for cause, stopped in causes.items()
    )


def _annexed(run: Run, record: RunRecord | None, around: Around) -> str:
    words = around.words
    others = _others(run, record, around, refused=False)
    results = words.say_n("{n} résultat", "{n} résultats", len(others)) if others else words.say("paramètres")
    return f"""<details class="part" id="annexe-{run.id}"><summary>{escape(words.title(run))} ({results})</summary>
{_results(run, others, around)}{run_facts(run, record, words)}</details>
"""


def _others(run: Run, record: RunRecord | None, around: Around, *, refused: bool) -> list[Output]:
    if record is None or record.status != "reussi":
        return []
    body = around.numbers.body
    return [one for one in record.outputs if (one.kind == "refus") is refused and (run.id, one.name) not in body]


def _results(run: Run, shown: Iterable[Output], around: Around) -> str:
    return "".join(
        result_html(
            run.id, one, around.numbers[run.id, one.name], around.folder, around.words,
            inside=(run.id, one.name) in around.inside,
        )
        for one in shown
    )  # fmt: skip


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


def listed_documents(corpus: Corpus, words: Words) -> str:
    """The documents that the codes under results lead to, once."""
    rows = corpus.tables["sources"]
    shown = rows[rows["diffusable"] != "non"] if "diffusable" in rows else rows
    items = "".join(
        f"<dt>{escape(str(row['source_id']))}</dt><dd>{_reference(row, words)}</dd>\n" for _, row in shown.iterrows()
    )
    return f"""<section class="run" id="liste-des-documents" aria-labelledby="liste-des-documents-titre">
<h2 id="liste-des-documents-titre">{words.say("Documents")}</h2>
<details class="part"><summary>{words.say_n("{n} document", "{n} documents", len(shown))}</summary>
<dl class="notes">
{items}</dl></details></section>
"""


def _reference(row: pd.Series, words: Words) -> str:
    said = [str(row[key]) for key in ("reference", "date") if key in row and pd.notna(row[key]) and str(row[key])]
    return words.html(", ".join(said))


def build_page(
    study: Study,
    corpus: Corpus,
    corpus_digest: str,
    records: dict[str, RunRecord],
    folder: Path,
    stale: Mapping[str, Sequence[Sentence]],
) -> str:
    """The page of a study: HTML with its style and its pictures inside.

    ``stale`` says why the results of a run are no longer those of now; ``folder`` is that of the outputs.
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
