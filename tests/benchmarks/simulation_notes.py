"""What the simulations share: their options, runs added to a file, shares with their intervals, and the table of a note."""

import argparse
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pandas as pd

from ect_research.analysis.chance import wilson_interval

TABLE = "## Les mesures"


def options(doc: str | None, **asked: object) -> argparse.ArgumentParser:
    """A parser of ``--write`` and of one option per default given, of its type: ``options(__doc__, draws=1000)``."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="store the tables, and rewrite that of the note")
    for name, default in asked.items():
        parser.add_argument(f"--{name}", type=type(default), default=default)
    return parser


def add_runs(
    runs: Path,
    done: set[tuple[object, ...]],
    rounds: Iterable[tuple[int, Sequence[tuple]]],
    minutes: float,
    run: Callable,
) -> None:
    """Add to a file the runs that are not in it, ``run(*cell, repeat)``, one round of cells after the other."""
    started = time.monotonic()
    for repeat, cells in rounds:
        for cell in cells:
            if time.monotonic() - started > 60 * minutes:
                print(f"{repeat} rounds in {minutes:g} minutes")
                return
            if (*cell, repeat) not in done:
                pd.DataFrame([run(*cell, repeat)]).to_csv(runs, mode="a", header=not runs.is_file(), index=False)
        print(repeat, f"{time.process_time():.0f} s", flush=True)


def share(found: float, of: int, decimals: int = 0) -> str:
    """A share and its Wilson interval, in %: ``5 [1–16]``; a dash where it was not measured."""
    if not of or pd.isna(found):
        return "–"
    told = wilson_interval(round(found), of)
    low, middle, high = (f"{100 * part:.{decimals}f}" for part in (told.low, told.estimate, told.high))
    return f"{middle} [{low}–{high}]".replace(".", ",")


def table(heads: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    """A table in Markdown."""
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    return "\n".join([*lines, *(f"| {' | '.join(map(str, row))} |" for row in rows)])


def rewrite(note: Path, *tables: str, title: str = TABLE) -> None:
    """Put the tables under the last title of a note, in place of those there."""
    head = note.read_text(encoding="utf-8").split(title)[0]
    note.write_text(head + "\n\n".join([title, *tables]) + "\n", encoding="utf-8")
