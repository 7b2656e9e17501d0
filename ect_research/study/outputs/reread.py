"""Which runs read the results of others: by what they read at their last execution, or by what their code names."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from ect_research.study.base.result_record import KINDS, NOTEBOOKS, run_of

# As one path, or as parts of one: « tables/corpus », « "tables" / "corpus" ».
_BETWEEN, _END = r"""["']?\s*[/\\,]+\s*["']?""", r"(?![\w-])"


def reread(reads: Mapping[str, str], root: Path, folder: Path, run: str) -> dict[str, str]:
    """Of the files that a run read, those that stand among the results of others: the run that made each, by name.

    Args:
        reads: names, relative to the root of the project.
        root: folder of the project.
        folder: folder of the outputs.
        run: who read.

    >>> reads = {"outputs/etude/tables/a/t.csv": "0", "notebooks/b.csv": "1"}
    >>> reread(reads, Path("/p"), Path("/p/outputs/etude"), "b")
    {'outputs/etude/tables/a/t.csv': 'a'}
    """
    start = f"{folder}{os.sep}"
    places = {name: os.path.normpath(root / name) for name in reads}
    made = {name: run_of(place.removeprefix(start)) for name, place in places.items() if place.startswith(start)}
    return {name: maker for name, maker in made.items() if maker not in ("", run)}


def named_in(code: Iterable[str], runs: Iterable[str]) -> frozenset[str]:
    """The runs whose results a program names: before a first execution, nothing else tells what it will read.

    >>> sorted(named_in(['pd.read_csv(f"../outputs/{etude}/tables/corpus/annees.csv")'], ["corpus", "carte"]))
    ['corpus']
    """
    text = "\n".join(code)
    where = f"(?:{'|'.join((*KINDS, NOTEBOOKS))})" + _BETWEEN
    return frozenset(run for run in runs if run in text and re.search(where + re.escape(run) + _END, text))
