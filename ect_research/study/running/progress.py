"""What a person sees while a study runs: one bar on a terminal, one line per run everywhere."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ect_research.study.definition.remarks import unfollowed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console
    from rich.progress import Progress

    from ect_research.study.kernels.task import TaskReport

_TO_READ = 40
_LONGEST = 50
ALONE = "nom de famille seul"


@dataclass(frozen=True)
class Leak:
    """Something that must not have left.

    Attributes:
        file: where, relative to the folder of outputs.
        nature: ``nom de personne, pseudonyme d’une personne, courriel, téléphone, dossier personnel`` or `ALONE`.
        extract: what, masked.
        line: where in the file, 0 when it has no lines or the whole is meant.
    """

    file: str
    nature: str
    extract: str
    line: int = 0

    @property
    def fails(self) -> bool:
        """Whether nothing may be published with it; what does not fail is to be read by a person."""
        return self.nature != ALONE

    def sentence(self) -> str:
        """What a person is told.

        >>> Leak("tables/a.csv", "nom de personne", "L… D…").sentence()
        'tables/a.csv : nom de personne (L… D…)'
        """
        place = f"{self.file}, ligne {self.line}" if self.line else self.file
        return f"{place} : {self.nature} ({self.extract})"


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

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bar: Progress | None = None
        self._task: Any = 0
        self._running: list[str] = []

    @contextmanager
    def watching(self) -> Iterator[Terminal]:
        """Show the bar for as long as the study runs."""
        try:
            yield self
        finally:
            if self._bar:
                self._bar.stop()

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
        from rich.markup import escape

        if title in self._running:
            self._running.remove(title)
        self._name_running()
        seconds = f"{report.total_s:.1f}".replace(".", ",")
        if report.status == "reussi":
            plural = "s" if results > 1 else ""
            self._console.print(f"[green]✓[/] {escape(title)} — {results} résultat{plural}, {seconds} s")
        else:
            self._console.print(f"[red]✗[/] {escape(title)} — échec : {escape(str(report.cause))}")
        outside = " ; il est hors du projet, et ne le suivra pas ailleurs"
        for name in report.seen.reads:
            said = f" ; le déclarer par lit = [{escape(repr(name))}]"
            self._console.print(
                f"[yellow]![/] {escape(title)} lit {escape(name)} sans que l’étude le dise : le fichier compte désormais "
                f"parmi les causes de relance{outside if name.startswith('..') else said}."
            )
        for what in report.seen.unfollowed:
            self._console.print(f"[yellow]![/] {escape(title)} — {escape(str(unfollowed(what)))}.")

    def leaks_found(self, leaks: Sequence[Leak]) -> None:
        """Name each; those that fail nothing are told apart, to be read."""
        failing, to_read = [leak for leak in leaks if leak.fails], [leak for leak in leaks if not leak.fails]
        if failing:
            count = f"{len(failing)} fuites" if len(failing) > 1 else "1 fuite"
            self._console.print(f"{count} dans les sorties, à ne pas diffuser :", style="red")
            for leak in failing:
                self._console.print(f"  {leak.sentence()}", style="red", markup=False)
            self._console.print(
                "Rien n’est effacé. Retirer le nom à sa source (carnet, corpus) et relancer, ou inscrire le texte permis "
                "dans derogations.csv (resultat = *).",
                markup=False,
            )
        if to_read:
            self._console.print(
                "À lire : un nom de famille connu y est seul, peut-être un lieu ou un mot.", markup=False
            )
            for leak in to_read[:_TO_READ]:
                self._console.print(f"  {leak.sentence()}", markup=False)
            if len(to_read) > _TO_READ:
                self._console.print(f"  … et {len(to_read) - _TO_READ} autres.", markup=False)

    def _name_running(self) -> None:
        from rich.markup import escape

        names = [title if len(title) <= _LONGEST else f"{title[: _LONGEST - 1]}…" for title in self._running]
        if self._bar:
            self._bar.update(self._task, description=escape("\n".join(names)))


def _bar(console: Console) -> Progress:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    return Progress(
        TextColumn("{task.description}", table_column=None),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TextColumn("cellules"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal or os.environ.get("CI", "").lower() in ("1", "true"),
    )
