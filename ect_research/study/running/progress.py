"""What a person sees while a study runs: one bar on a terminal, one line per run everywhere."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ect_research.gate.leaks import Leak
from ect_research.study.definition.notebook import unfollowed
from ect_research.study.kernels.task import TaskReport
from ect_research.words import Sentence, mark, tell, tell_n

if TYPE_CHECKING:
    from rich.progress import Progress

    from ect_research.corpus.reporting.plain_console import PlainConsole

_TO_READ = 40
_LONGEST = 50


class Watcher:
    """Told of each step of a study, from the threads that make it; says nothing of it."""

    def planned(self, cells: int) -> None:
        """So many code cells are about to be executed."""

    def run_started(self, title: str) -> None:
        """A run starts."""

    def cell_done(self) -> None:
        """A code cell completed."""

    def run_done(self, title: str, report: TaskReport, results: int) -> None:
        """A run ended, well or not."""

    def leaks_found(self, leaks: Sequence[Leak]) -> None:
        """The study was stopped, and this must not leave."""


class Terminal(Watcher):
    """One line per run, and a bar of all cells when a person is there to look at it."""

    def __init__(self, console: PlainConsole) -> None:
        self._console = console
        self._bar: Progress | None = None
        self._task: Any = 0
        self._running: list[str] = []
        self._readers: dict[str, list[str]] = {}

    @contextmanager
    def watching(self) -> Iterator[Terminal]:
        """Show the bar for as long as the study runs."""
        try:
            yield self
        finally:
            if self._bar:
                self._bar.stop()
            self._say_readers()

    def planned(self, cells: int) -> None:
        """Show a bar of this size; none for nothing."""
        if cells:
            self._bar = _bar(self._console)
            self._task = self._bar.add_task("", total=cells)
            self._bar.start()

    def run_started(self, title: str) -> None:
        """Name the run beside the bar."""
        self._running.append(title)
        self._name_running()

    def cell_done(self) -> None:
        """Move the bar."""
        if self._bar:
            self._bar.advance(self._task)

    def run_done(self, title: str, report: TaskReport, results: int) -> None:
        """Print how the run went."""
        if title in self._running:
            self._running.remove(title)
        self._name_running()
        if report.status == "reussi":
            told = tell_n("{title} — {n} résultat, {seconds:.1f} s", "{title} — {n} résultats, {seconds:.1f} s", results,
                          title=title, seconds=report.total_s)  # fmt: skip
            self._signed("[green]✓[/]", told)
        else:
            self._signed("[red]✗[/]", tell("{title} — échec : {cause}", title=title, cause=report.cause))
        for name in report.seen.reads:
            self._readers.setdefault(name, []).append(title)
        for what in report.seen.unfollowed:
            self._signed("[yellow]![/]", tell("{title} — {what}.", title=title, what=unfollowed(what)))

    def _say_readers(self) -> None:
        """The files that runs read and the study does not declare, each once, with all who read it."""
        for name, titles in self._readers.items():
            told = tell_n(
                "{titles} lit {name} sans que l’étude le dise : le fichier compte désormais parmi les causes de relance ; "
                "le déclarer par lit = [{name!r}].",
                "{titles} lisent {name} sans que l’étude le dise : le fichier compte désormais parmi les causes de relance ; "
                "le déclarer par lit = [{name!r}].",
                len(titles), titles=" ; ".join(titles), name=name,
            )  # fmt: skip
            if name.startswith(".."):
                told = tell_n(
                    "{titles} lit {name} sans que l’étude le dise : le fichier compte désormais parmi les causes de "
                    "relance ; il est hors du projet, et ne le suivra pas ailleurs.",
                    "{titles} lisent {name} sans que l’étude le dise : le fichier compte désormais parmi les causes de "
                    "relance ; il est hors du projet, et ne le suivra pas ailleurs.",
                    len(titles), titles=" ; ".join(titles), name=name,
                )  # fmt: skip
            self._signed("[yellow]![/]", told)
        self._readers.clear()

    def _signed(self, sign: str, told: Sentence) -> None:
        from rich.markup import escape

        self._console.print(f"{sign} {escape(self._console.said(told))}", soft_wrap=True)

    def leaks_found(self, leaks: Sequence[Leak]) -> None:
        """Name each; those that fail nothing are told apart, to be read."""
        failing, to_read = [leak for leak in leaks if leak.fails], [leak for leak in leaks if not leak.fails]
        if failing:
            told = tell_n("{n} fuite dans les sorties, à ne pas diffuser :",
                          "{n} fuites dans les sorties, à ne pas diffuser :", len(failing))  # fmt: skip
            self._console.say(told, style="red")
            for leak in failing:
                self._console.say("  " + leak.sentence(), style="red")
            self._console.say(
                "Rien n’est effacé. Retirer le nom à sa source (carnet, corpus) et relancer, ou inscrire le texte permis "
                "dans derogations.csv (resultat = *)."
            )
        print_to_read(to_read, self._console)

    def _name_running(self) -> None:
        from rich.markup import escape

        names = [title if len(title) <= _LONGEST else f"{title[: _LONGEST - 1]}…" for title in self._running]
        if self._bar:
            self._bar.update(self._task, description=escape("\n".join(names)))


def print_to_read(leaks: Sequence[Leak], console: PlainConsole) -> None:
    """The family names alone, with their lines: a person reads them, they fail nothing."""
    if leaks:
        console.say("À lire : un nom de famille connu y est seul, peut-être un lieu ou un mot.")
    for leak in leaks[:_TO_READ]:
        console.say("  " + leak.sentence())
    if len(leaks) > _TO_READ:
        console.say("  … et {n} autres.", n=len(leaks) - _TO_READ)


def _bar(console: PlainConsole) -> Progress:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    return Progress(
        TextColumn("{task.description}", table_column=None),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TextColumn(console.said(mark("cellules"))),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal or os.environ.get("CI", "").lower() in ("1", "true"),
    )
