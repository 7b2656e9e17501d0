"""The files that lie beside the tables of a corpus: corrections, withdrawals, waivers, reviews."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ect_research.corpus.reading.csv_file import read_csv
from ect_research.corpus.text.problems import Problem
from ect_research.words import Told

if TYPE_CHECKING:
    from pathlib import Path

    from ect_research.corpus.text.problems import Place


def read_side_file(path: Path, columns: tuple[str, ...]) -> tuple[list[tuple[Place, dict[str, str]]], list[Problem]]:
    """Each line with its place, and what is wrong with the file; nothing when there is no such file.

    Args:
        path: a CSV.
        columns: those that it must have.
    """
    if not path.is_file():
        return [], []
    reading = read_csv(path)
    lines = []
    for raw in reading.tables:
        if missing := [name for name in columns if name not in raw.header]:
            expected = ";".join(columns)
            reading.problems.append(Problem(raw.place, ", ".join(missing), "", Told("colonne absente de {name}",
                name=path.name), expected))  # fmt: skip
        else:
            lines += [(replace(raw.place, ligne=at), dict(zip(raw.header, row, strict=True))) for at, row in raw.rows]
    return lines, reading.problems
