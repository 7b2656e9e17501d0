"""The two halves of the page: the body, what to read; the annex, what to verify, folded part by part."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from itertools import accumulate
from typing import TYPE_CHECKING

import pandas as pd

from ect_research.study.documents.page_parts import result_html, run_facts
from ect_research.study.documents.telling.named_results import anchor, cause_of, title_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from ect_research.corpus.checked.corpus import Corpus
    from ect_research.study.base.result_record import Output
    from ect_research.study.definition.study_file import Run, Study
    from ect_research.study.documents.telling.document_words import Words
    from ect_research.study.documents.telling.named_results import Numbering
    from ect_research.study.outputs.output_folder import RunRecord
    from ect_research.words import Sentence

# Bytes of pictures that the page holds; what is beyond is read from the folder beside it.
_HELD = 2_300_000


@dataclass(frozen=True)
class Around:
    """What every section is told with.

    Attributes:
        numbers: of the results, and which stand in the body.
        folder: of outputs.
        words: of the reader.
        inside: results whose picture is inside the page.
    """

    numbers: Numbering
    folder: Path
    words: Words
    inside: frozenset[tuple[str, str]]


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
