"""``rapport.pdf``: the study as a document to print, archive and read aloud. Every number in it is read from the results."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pandas as pd

from ect_research.figures.formats import typeset
from ect_research.study.manifest import versions
from ect_research.study.page import french_date
from ect_research.study.page_parts import Numbering, alternative_text, notes_of, parameter_text, plural
from ect_research.study.pdf import make_pdf

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from ect_research.corpus.model import Corpus
    from ect_research.study.file import Run, Study
    from ect_research.study.folder import RunRecord
    from ect_research.study.record import Output

# A wider or longer table is read on a screen, not on paper.
_ROWS, _COLUMNS = 40, 8
_LEAST, _MOST = 5, 34


def build_report(study: Study, corpus: Corpus, records: dict[str, RunRecord], folder: Path) -> bytes:
    """The report of a study.

    Args:
        study: the study.
        corpus: its corpus.
        records: last execution of each run.
        folder: folder of outputs, where pictures and tables are read.

    Returns:
        a PDF/A-2a: the same bytes for the same results.
    """
    numbers, pictures = Numbering(study, records), dict[str, bytes]()
    done = [(run, records[run.id]) for run in study.runs if run.id in records]
    parts = [_part(run, record, numbers, folder, pictures) for run, record in done]
    refusals = [one for part in parts for one in part["results"] if one["kind"] == "refus"]
    failed = [(run, record) for run, record in done if record.status != "reussi"]
    data = {
        "title": typeset(study.title),
        # The day observed, not the day made: the same results give the same bytes.
        "date": [corpus.observed_on.year, corpus.observed_on.month, corpus.observed_on.day],
        "nature": typeset(corpus.source.nature),
        "facts": _facts(corpus, parts),
        "failures": [{"title": typeset(run.title), "cause": typeset(record.cause)} for run, record in failed],
        "parts": [part for part in parts if part["results"]],
        "refusals": refusals,
        "methods": [typeset(text) for text in _methods(corpus, done)],
        "runs": [_run(run, record) for run, record in done],
        "documents": _documents(corpus),
    }
    return make_pdf("rapport.typ", data, pictures)


def _part(run: Run, record: RunRecord, numbers: Numbering, folder: Path, pictures: dict[str, bytes]) -> dict[str, Any]:
    results: list[dict[str, Any]] = []
    for output in record.outputs:
        said: dict[str, Any] = {
            "kind": output.kind,
            "number": numbers[run.id, output.name],
            "title": typeset(_capital(output.title)),
        }
        if output.kind == "refus":
            results.append({**said, "sentence": _capital(typeset(output.refusal_fr.removeprefix("Refus : ")))})
            continue
        said["notes"] = [[word, typeset(text)] for word, text in notes_of(output)]
        if output.kind == "figure":
            name = f"{run.id}--{output.name}.svg"
            pictures[name] = (folder / output.file("svg").path).read_bytes()
            results.append({**said, "subtitle": typeset(output.subtitle), "picture": name, "layout": output.layout,
                            "alt": typeset(alternative_text(output))})  # fmt: skip
        else:
            results.append({**said, **_table(output, folder)})
    return {"title": typeset(run.title), "question": typeset(run.notebook.question), "results": results}


def _table(output: Output, folder: Path) -> dict[str, Any]:
    text = (folder / output.file("csv").path).read_text(encoding="utf-8-sig")
    header, *rows = csv.reader(io.StringIO(text), delimiter=";")
    if len(rows) > _ROWS or len(header) > _COLUMNS:
        size = f"{plural(len(rows), 'ligne')} et {plural(len(header), 'colonne')}"
        return {"cells": None, "instead": typeset(f"Tableau de {size}, à lire dans {output.file('csv').path}.")}
    longest = [max(len(cell) for cell in column) for column in zip(header, *rows, strict=True)]
    return {
        "header": [name.replace("_", " ") for name in header],
        "cells": [[typeset(cell) for cell in row] for row in rows],
        "weights": [min(max(length, _LEAST), _MOST) for length in longest],
        "numeric": [name in output.numeric for name in header],
        "size": 8.5 if sum(longest) < 120 else 7.5,
    }


def _facts(corpus: Corpus, parts: list[dict[str, Any]]) -> list[list[str]]:
    kinds = [one["kind"] for part in parts for one in part["results"]]
    source = corpus.source
    held = ", ".join((plural(kinds.count("figure"), "figure"), plural(kinds.count("table"), "tableau", "tableaux"),
                      plural(kinds.count("refus"), "refus", "refus")))  # fmt: skip
    pairs = {
        "Corpus": source.title,
        "Territoire": source.territory,
        "Observé jusqu’au": french_date(source.observed_on),
        "Licence": source.licence,
        "Citer": source.citation,
        "Ce rapport contient": held,
    }
    return [[word, typeset(text)] for word, text in pairs.items()]


def _methods(corpus: Corpus, done: list[tuple[Run, RunRecord]]) -> Iterable[str]:
    tables = ", ".join(
        f"{len(frame)} {corpus.codebook.table_label(name).lower()}"
        for name, frame in corpus.tables.items()
        if len(frame)
    )
    yield (
        f"Le corpus « {corpus.name} » tient en tables de faits datés et sourcés : {tables}. Il est observé jusqu’au "
        f"{french_date(corpus.source.observed_on)} ; ce qui dure encore à cette date est censuré, jamais supprimé. "
        f"{plural(len(corpus.log), 'correction déclarée ou réparation sûre', 'corrections déclarées ou réparations sûres')} "
        "à la lecture. Ce que les sources ne disent pas reste vide."
    )
    known = versions()
    made = ", ".join(f"{name} {known[name]}" for name in known if name not in ("python", "ect_research"))
    yield (
        f"{plural(len(done), 'exécution')} de carnets Jupyter par papermill, avec ect_research {known['ect_research']} "
        f"et Python {known['python']} ({made}). Chaque exécution a son noyau et sa graine ; figures et tableaux sont "
        "identiques à l’octet près d’une exécution à l’autre. Étapes, issues et durées ne sont pas saisies : elles se "
        "déduisent des évènements datés, dont les dates imprécises restent des intervalles."
    )
    yield (
        f"Empreinte du corpus (SHA-256) : {corpus.digest}. Celle de chaque fichier, ses paramètres et ses sources sont "
        "dans manifest.json, à côté de ce rapport."
    )


def _run(run: Run, record: RunRecord) -> dict[str, str]:
    values = " ; ".join(f"{name} = {parameter_text(value)}" for name, value in record.parameters.items())
    results = "échec" if record.status != "reussi" else str(len(record.outputs))
    return {"id": run.id, "notebook": run.notebook.path.name, "parameters": typeset(values), "results": results}


def _documents(corpus: Corpus) -> list[dict[str, str]]:
    rows = corpus.tables["sources"].to_dict("records")
    return [
        {
            "id": str(row["source_id"]),
            "said": typeset(", ".join(_text(row.get(key)) for key in ("reference", "date") if _text(row.get(key)))),
            "url": _text(row.get("url")),
            "shown": _text(row.get("url")).removeprefix("https://").removeprefix("http://"),
        }
        for row in rows
        if row.get("diffusable") != "non"
    ]


def _text(value: Any) -> str:  # noqa: ANN401 - a cell of a frame
    return "" if value is None or pd.isna(value) else str(value)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
