"""Two folders of outputs of a study: which results changed, by how much, and which cause the manifests know."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

from ect_research.errors import StudyError
from ect_research.figures.page.csv_tables import TextTable, french_number, read_machine
from ect_research.study.base.result_record import Output, output_from_json
from ect_research.study.documents.page_parts import plural
from ect_research.study.outputs.owner import MANIFEST
from ect_research.study.outputs.rerun_causes import key_changes
from ect_research.words import Sentence, Told, joined, tell

_SAME = 1e-9
_LONGEST, _BEFORE = 70, 20
# A number with its thin spaces, a word, or a sign.
_WORD = re.compile(r"\d+(?:[\u202f\u00a0,.]\d+)*|[^\W\d]+|\W")
_WORDS: dict[str, str] = {"figure": Told("figure"), "table": Told("tableau"), "refus": Told("refus")}


@dataclass(frozen=True)
class Change:
    """One difference."""

    run: str  # id of the run
    result: str  # name of the result; empty when it concerns the whole run
    what: str  # in French, what changed and by how much


@dataclass(frozen=True)
class Difference:
    """What separates two folders of outputs."""

    changes: tuple[Change, ...]  # every result that is not the same, in the order of the newer study
    causes: dict[str, tuple[Sentence, ...]]  # causes by run, for the runs that have a change
    cells: tuple[str, ...] = ()  # what changed in the corpus, one French sentence a cell or a row


def compare_outputs(old: Path, new: Path) -> Difference:
    """Compare two folders of outputs by their manifests and their data tables; numbers equal to 1e-9 are the same."""
    before, after = _runs(old), _runs(new)
    changes: list[Change] = []
    for run in [*after, *(run for run in before if run not in after)]:
        if run not in before or run not in after:
            changes.append(Change(run, "", Told("exécution nouvelle") if run in after else Told("exécution disparue")))
            continue
        if before[run]["status"] != after[run]["status"]:
            said = Told("échoue désormais") if after[run]["status"] == "echec" else Told("n’échoue plus")
            changes.append(Change(run, "", f"{said} {after[run]['cause']}".strip()))
        changes += _results(run, before[run], after[run], old, new)
    touched = dict.fromkeys(change.run for change in changes)
    causes = {run: tuple(_causes(before[run], after[run])) for run in touched if run in before and run in after}
    return Difference(tuple(changes), causes)


def compare_findings(before: str, after: str) -> str:
    """How what a result says changed: the sentence of now, each number that moved after that of before.

    >>> compare_findings("70 % des projets sont créés à 3 ans", "66 % des projets sont créés à 3 ans")
    '70 → 66 % des projets sont créés à 3 ans'
    >>> compare_findings("aucun projet", "deux projets")
    '« aucun projet » devient « deux projets »'
    """
    if before == after:
        return ""
    old, new = _WORD.findall(before), _WORD.findall(after)
    moved = [(one, other) for one, other in zip(old, new, strict=False) if one != other]
    if len(old) != len(new) or any(not (a[:1].isdigit() and b[:1].isdigit()) for a, b in moved):
        return Told("« {before} » devient « {after} »", before=before, after=after)
    return "".join(other if one == other else f"{one} → {other}" for one, other in zip(old, new, strict=True))


def compare_tables(before: TextTable, after: TextTable) -> str:
    """How one table differs from another, in French; empty when they hold the same.

    >>> old, new = TextTable(("a", "n"), (("x", "1"),), ()), TextTable(("a", "n"), (("x", "3"),), ())
    >>> compare_tables(old, new)
    '1 cellule change, écart le plus grand : 2 (colonne n, 1 → 3)'
    """
    if before.header != after.header:
        gone = [name for name in before.header if name not in after.header]
        come = [name for name in after.header if name not in before.header]
        parts = [Told("colonnes disparues : {names}", names=", ".join(gone))] * bool(gone)
        parts += [Told("colonnes nouvelles : {names}", names=", ".join(come))] * bool(come)
        return joined(" ; ", parts) or Told("les colonnes ont changé d’ordre")
    if len(before.rows) != len(after.rows):
        lost, added = Counter(before.rows) - Counter(after.rows), Counter(after.rows) - Counter(before.rows)
        return (
            f"{len(before.rows)} lignes, puis {len(after.rows)} "
            f"({plural(added.total(), 'nouvelle')}, {plural(lost.total(), 'disparue')})"
        )
    return _cells(before, after)


def where_they_part(old: str, new: str) -> tuple[str, str]:
    """Two texts on one line, the long ones from shortly before they differ.

    >>> where_they_part("a" * 90 + "b", "a" * 90 + "c")
    ('…aaaaaaaaaaaaaaaaaaaab', '…aaaaaaaaaaaaaaaaaaaac')
    """
    lines = [" ".join(text.split()) for text in (old, new)]
    if max(map(len, lines)) <= _LONGEST:
        return lines[0], lines[1]
    alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(*lines, strict=False)))
    start = max(alike - _BEFORE, 0)
    cut = [f"{'…' * bool(start)}{line[start : start + _LONGEST]}" for line in lines]
    ends = ["…" * (len(line) > start + _LONGEST) for line in lines]
    return cut[0] + ends[0], cut[1] + ends[1]


def _cells(before: TextTable, after: TextTable) -> str:
    changed = [
        (name, old, new)
        for row, other in zip(before.rows, after.rows, strict=True)
        for name, old, new in zip(before.header, row, other, strict=True)
        if not _same(old, new)
    ]
    if not changed:
        return ""
    said = f"{plural(len(changed), 'cellule')} {'change' if len(changed) == 1 else 'changent'}"
    gaps = [(gap, *cell) for cell in changed if (gap := _gap(cell[1], cell[2])) is not None]
    if gaps:
        gap, name, old, new = max(gaps, key=lambda one: one[0])
        told = [french_number(one) for one in (f"{gap:.6g}", old, new)]
        return Told("{told}, écart le plus grand : {told2} (colonne {name}, {told3} → {told4})", told=said, told2=told[0],
            name=name, told3=told[1], told4=told[2])  # fmt: skip
    name, old, new = changed[0][0], *where_they_part(*changed[0][1:])
    return Told("{told}, d’abord colonne {name} : « {x} » → « {x2} »", told=said, name=name, x=old or "vide",
        x2=new or "vide")  # fmt: skip


def _runs(folder: Path) -> dict[str, dict[str, Any]]:
    if not folder.is_dir():
        raise StudyError("Le dossier « {folder} » n’existe pas.", folder=folder)
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return {run["id"]: run for run in manifest["runs"]}
    except (OSError, ValueError, KeyError, TypeError):
        raise StudyError(
            "« {folder} » n’a pas de {manifest} lisible : ce n’est pas un dossier de sorties.",
            folder=folder,
            manifest=MANIFEST,
        ) from None


def _results(run: str, before: dict[str, Any], after: dict[str, Any], old: Path, new: Path) -> list[Change]:
    olds = {output.name: output for output in map(output_from_json, before["results"])}
    news = {output.name: output for output in map(output_from_json, after["results"])}
    changes = []
    for name in [*news, *(name for name in olds if name not in news)]:
        if name not in olds or name not in news:
            kind = _WORDS[(news.get(name) or olds[name]).kind]
            what: str = Told("{kind} en plus", kind=kind) if name in news else Told("{kind} en moins", kind=kind)
        else:
            what = _result(olds[name], news[name], old, new)
        if what:
            changes.append(Change(run, name, what))
    return changes


def _result(before: Output, after: Output, old: Path, new: Path) -> str:
    if before.kind != after.kind:
        return Told("{old} devenu {new}", old=_WORDS[before.kind], new=_WORDS[after.kind])
    if before.kind == "refus":
        same = before.refusal_fr == after.refusal_fr
        return "" if same else Told("autre refus : {why}", why=after.cause_fr or after.refusal_fr)
    if before.file("machine").sha256 != after.file("machine").sha256:
        tables = [
            read_machine((folder / one.file("machine").path).read_bytes())
            for folder, one in ((old, before), (new, after))
        ]
        if said := compare_tables(tables[0], tables[1]):
            return " ; ".join(filter(None, (compare_findings(before.finding, after.finding), said)))
    if [file.sha256 for file in before.files] != [file.sha256 for file in after.files]:
        return (
            Told("le dessin change, les données sont les mêmes")
            if before.kind == "figure"
            else Told("même contenu, écrit autrement")
        )
    words = [(one.title, one.n, one.missing, one.source, one.reading) for one in (before, after)]
    return "" if words[0] == words[1] else Told("le titre ou les notes changent")


def _causes(before: dict[str, Any], after: dict[str, Any]) -> list[Sentence]:
    return key_changes(before.get("key", {}), after.get("key", {})) or [tell("aucune que les manifestes connaissent")]


def _same(old: str, new: str) -> bool:
    gap = _gap(old, new)
    return old == new or (gap is not None and math.isclose(float(old), float(new), rel_tol=_SAME, abs_tol=_SAME))


def _gap(old: str, new: str) -> float | None:
    try:
        return abs(float(new) - float(old))
    except ValueError:
        return None
