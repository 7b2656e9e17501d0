"""``rapport.pdf``: the study as a document to print, archive and read aloud. Every number in it is read from the results."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from ect_research.corpus.checked.corpus import Corpus
from ect_research.figures.page.csv_tables import read_cell, read_machine, written_number
from ect_research.figures.page.svg_text import without_caption
from ect_research.study.base.result_record import Output
from ect_research.study.base.run_settings import seed_of
from ect_research.study.definition.study_file import Run, Study
from ect_research.study.documents.document_words import Words, make_pdf
from ect_research.study.documents.essentials import Part, gather_essentials
from ect_research.study.documents.named_results import Numbering, cause_of, notes_of, title_of
from ect_research.study.documents.page_parts import alternative_text, held, made_with, parameter_text, source_facts
from ect_research.study.documents.report_pages import LAYOUTS, Drawing, Layout, drawing_of, planned_pages, well_filled
from ect_research.study.outputs.output_folder import RunRecord

# A wider or longer table is read on a screen, not on paper.
_ROWS, _COLUMNS = 40, 8
# In letters: what is never wrapped, the most that a column weighs, a table that fits a page unwrapped, one set smaller.
_SHORT, _MOST, _NARROW, _WIDE = 16, 34, 85, 120
_COUNTS_SHOWN = 3


def build_report(study: Study, corpus: Corpus, records: dict[str, RunRecord], folder: Path) -> bytes:
    """The report of a study as PDF/A-2a, in its language, for its reader; the same bytes for the same results."""
    pictures = dict[str, bytes]()
    maker = _Report(study, corpus, records, folder)
    data = maker.data(pictures)
    data["pages"] = planned_pages(data, maker.drawings, LAYOUTS[study.reader])
    return make_pdf("rapport.typ", data, {**pictures, **well_filled(data, pictures)})


class _Report:
    """What the report says."""

    def __init__(self, study: Study, corpus: Corpus, records: dict[str, RunRecord], folder: Path) -> None:
        self._study = study
        self._corpus = corpus
        self._folder = folder
        self._records = records
        self._words: Words = Words(study.language)
        self._layout: Layout = LAYOUTS[study.reader]
        self._numbers = Numbering(study, records, self._words)
        self.drawings: dict[str, Drawing] = {}
        self._done = [(run, records[run.id]) for run in study.runs if run.id in records]

    def data(self, pictures: dict[str, bytes]) -> dict[str, Any]:
        """Plain data for the template; the pictures are added to ``pictures``."""
        words, source, day = self._words, self._corpus.source, self._corpus.observed_on
        parts = [self._part(words.say("Résultats"), pictures, body=True)]
        parts += [self._part(words.say("Annexe : pour vérifier"), pictures, body=False)] if self._layout.annex else []
        everything = [one for part in parts for one in part["results"]]
        essentials = gather_essentials(self._study, self._corpus, self._records, {})
        failed = [(run, record) for run, record in self._done if record.status != "reussi"]
        nature = source.said("nature", words.language)
        return {
            "language": words.language,
            "reader": self._study.reader,
            "layout": self._layout.data(),
            "w": _labels(words),
            "title": words.set(self._study.title),
            # The day observed, not the day made: the same results give the same bytes.
            "date": [day.year, day.month, day.day],
            "nature": words.say("Nature des données : {what}.", what=nature),
            "essentials": [_told_part(part) for part in essentials],
            "facts": self._facts(),
            "failures": [
                {"title": words.title(run), "cause": words.said(record.cause) if record.cause else ""}
                for run, record in failed
            ],
            "parts": [part for part in map(_printed, parts) if part["results"]],
            "tables": [one for one in everything if one["kind"] == "table" and one["cells"] is None],
            "refusals": self._refusals(),
            "notes": [[one["number"], one["method"]] for one in everything if one["method"]],
            "methods": list(self._methods()),
            "runs": [self._run(run, record) for run, record in self._done],
            "documents": self._documents(),
        }

    def _part(self, title: str, pictures: dict[str, bytes], *, body: bool) -> dict[str, Any]:
        """The body, or what is there to verify."""
        results = [
            self._result(run, output, pictures)
            for run, record in self._done
            for output in record.outputs
            if output.kind != "refus" and ((run.id, output.name) in self._numbers.body) == body
        ]
        return {"title": title, "results": results}

    def _refusals(self) -> list[dict[str, str]]:
        """One per cause, with all that it stops."""
        words, stopped = self._words, dict[str, list[str]]()
        for run, record in self._done:
            for output in record.outputs:
                if output.kind == "refus":
                    named = f"{self._numbers[run.id, output.name]}, {title_of(output, words)}"
                    stopped.setdefault(cause_of(output, words), []).append(words.set(named))
        return [{"number": " ; ".join(names), "sentence": words.set(cause)} for cause, names in stopped.items()]

    def _result(self, run: Run, output: Output, pictures: dict[str, bytes]) -> dict[str, Any]:
        words = self._words
        said: dict[str, Any] = {
            "kind": output.kind,
            "number": self._numbers[run.id, output.name],
            "title": words.set(title_of(output, words)),
        }
        notes = notes_of(output, words)
        said |= {"notes": [notes.short], "method": notes.longer if self._layout.annex else ()}
        said["subtitle"] = words.set(words.told(output.subtitle))
        if output.kind == "table":
            return {**said, **self._table(output)}
        name = f"{run.id}--{output.name}.svg"
        drawn = (self._folder / output.file("svg").path).read_text(encoding="utf-8")
        pictures[name] = without_caption(drawn).encode()
        self.drawings[name] = drawing_of(output.layout, pictures[name])
        return {**said, "picture": name, "layout": output.layout, "alt": alternative_text(output, words)}

    def _table(self, output: Output) -> dict[str, Any]:
        words = self._words
        table = words.table(read_machine((self._folder / output.file("machine").path).read_bytes()))
        rows, columns = len(table.rows), len(table.header)
        if not self._layout.annex or rows > _ROWS or columns > _COLUMNS:
            return {"cells": None, "path": output.file("csv").path}
        numeric = [name in words.heads(output.numeric) for name in table.header]
        cells = [
            [words.set(written_number(cell, words.language) if number else read_cell(cell, words.language))
             for cell, number in zip(row, numeric, strict=True)]
            for row in table.rows
        ]  # fmt: skip
        longest = [max(len(cell) for cell in column) for column in zip(table.header, *cells, strict=True)]
        return {
            "header": list(table.header),
            "cells": cells,
            "weights": _weights(longest),
            "numeric": numeric,
            "size": 8.5 if sum(longest) < _WIDE else 7.5,
        }

    def _facts(self) -> list[list[str]]:
        words = self._words
        holds = words.say("Ce rapport contient"), ", ".join(held(self._records.values(), words))
        return [[word, words.set(text)] for word, text in (*source_facts(self._corpus.source, words), holds)]

    def _methods(self) -> Iterable[str]:
        """What was read and done, told from the corpus, the records and the versions."""
        corpus, words = self._corpus, self._words
        tables = ", ".join(
            f"{len(frame)} {corpus.codebook.table_label(name, words.language).lower()}"
            for name, frame in corpus.tables.items()
            if len(frame)
        )
        yield words.say(
            "Le corpus « {name} » tient en tables de faits datés et sourcés : {tables}. Il est observé jusqu’au {day} "
            "; ce qui dure encore à cette date est censuré, jamais supprimé. {corrections} à la lecture. Ce que les "
            "sources ne disent pas reste vide.",
            name=corpus.name,
            tables=tables,
            day=words.day(corpus.source.observed_on),
            corrections=words.say_n(
                "{n} correction déclarée ou réparation sûre",
                "{n} corrections déclarées ou réparations sûres",
                len(corpus.log),
            ),
        )
        yield words.say(
            "{runs} de carnets Jupyter par papermill, avec ect_research {library} et Python {python} ({packages}). "
            "Chaque exécution a son noyau et sa graine, donnés ci-dessous avec ses paramètres et ses effectifs ; "
            "figures et tableaux sont identiques à l’octet près d’une exécution à l’autre. Étapes, issues et durées "
            "ne sont pas saisies : elles se déduisent des évènements datés, dont les dates imprécises restent des "
            "intervalles.",
            runs=words.say_n("{n} exécution", "{n} exécutions", len(self._done)),
            **made_with(),
        )
        yield words.say(
            "Empreinte du corpus (SHA-256) : {digest}. Celle de chaque fichier, ses paramètres et ses sources sont "
            "dans manifest.json, à côté de ce rapport.",
            digest=corpus.digest,
        )

    def _run(self, run: Run, record: RunRecord) -> dict[str, str]:
        words = self._words
        given = [f"{name} = {parameter_text(value, words)}" for name, value in record.parameters.items()]
        values = words.say(" ; ").join([*given, f"{words.say('Graine').lower()} {seed_of(run.id)}"])
        counts = dict.fromkeys(words.told(output.n) for output in record.outputs if output.n)
        return {
            "title": words.title(run),
            "notebook": run.notebook.path.name,
            "parameters": words.set(values),
            "counts": words.set(", ".join(list(counts)[:_COUNTS_SHOWN])),
            "results": words.say("échec") if record.status != "reussi" else ", ".join(held([record], words)),
        }

    def _documents(self) -> list[dict[str, str]]:
        rows = self._corpus.tables["sources"].to_dict("records")
        return [
            {
                "id": str(row["source_id"]),
                "said": self._words.set(
                    ", ".join(_text(row.get(key)) for key in ("reference", "date") if _text(row.get(key)))
                ),
                "url": _text(row.get("url")),
                "shown": _text(row.get("url")).removeprefix("https://").removeprefix("http://"),
            }
            for row in rows
            if row.get("diffusable") != "non"
        ]


def _labels(words: Words) -> dict[str, str]:
    """The words of the template."""
    return {
        "colon": words.say(" : "),
        "kicker": words.say("Rapport d’étude"),
        "contents": words.say("Sommaire"),
        "incomplete": words.say("Ce rapport est incomplet."),
        "refusals": words.say("Ce que ces données ne permettent pas encore de dire"),
        "refusals_lead": words.say(
            "Un refus n’est pas un échec : l’analyse a été demandée, et les données ne la portent pas. Chaque ligne "
            "dit ce "
            "qui manque et ce qui la rendrait possible."
        ),
        "method": words.say("Méthode"),
        "run": words.say("Exécution"),
        "parameters": words.say("Paramètres"),
        "counts": words.say("Effectifs"),
        "results": words.say("Résultats"),
        "tables": words.say("Tableaux à lire sur écran"),
        "tables_lead": words.say(
            "Ces tableaux sont à côté de ce rapport, dans le dossier de l’étude, et dans la page index.html."
        ),
        "notes": words.say("Notes de méthode, résultat par résultat"),
        "stops": words.say("Arrête :"),
        "documents": words.say("Documents"),
        "documents_lead": words.say("Les codes que citent figures et tableaux renvoient à ces documents."),
    }


def _weights(longest: list[int]) -> list[int]:
    """What each column weighs against the others, by its longest cell; 0 for as wide as it needs."""
    if sum(longest) < _NARROW:
        return [0] * len(longest)
    weights = [0 if length <= _SHORT else min(length, _MOST) for length in longest]
    return weights if sum(length for length in longest if length <= _SHORT) < _NARROW else longest


def _printed(part: dict[str, Any]) -> dict[str, Any]:
    """A part without its tables to read on a screen, or without rows."""
    return {**part, "results": [one for one in part["results"] if one["kind"] == "figure" or one["cells"]]}


def _told_part(part: Part) -> dict[str, Any]:
    heading, lines = part
    return {
        "heading": heading,
        "lines": [
            {"text": one.text, "sign": one.sign, "strength": one.strength, "links": [link.said for link in one.links]}
            for one in lines
        ],
    }


def _text(value: Any) -> str:  # noqa: ANN401 - a cell of a frame
    return "" if value is None or pd.isna(value) else str(value)
