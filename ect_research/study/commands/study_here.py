"""Whoever types a command: the study and the project they stand in, their console, how they stop."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.segment import Segment

from ect_research.corpus.folder.project_paths import project_root
from ect_research.errors import EctError
from ect_research.study.base.faults import visible
from ect_research.study.definition.study_file import Study, find_study, read_study

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.console import ConsoleOptions, RenderableType


def study_here(given: str | None) -> Study:
    """The study a person names, of the project they stand in; of another one only by the path of its file.

    Raises:
        StudyError: no such study, or one with faults.
        EctError: they stand in no project.
    """
    if given is not None and Path(given).is_file():
        return read_study(Path(given))
    return read_study(find_study(given, project_here()))


def project_here() -> Path:
    """The project a person stands in: never that of the library.

    Raises:
        EctError: they stand in none.
    """
    here = Path.cwd().resolve()
    root = project_root(here)
    if root not in (here, *here.parents):
        raise EctError(
            "Aucun dossier « surveys » et « notebooks » dans « {here} » ni au-dessus : se placer dans le dossier du "
            "projet, ou donner le chemin du fichier de l’étude.",
            here=here,
        )
    return root


def only_corpus() -> str:
    """The corpus of the only study."""
    return study_here(None).corpus


def short_path(path: Path) -> str:
    """A path as one types it from here."""
    whole = path.absolute()
    return str(whole.relative_to(Path.cwd()) if whole.is_relative_to(Path.cwd()) else whole)


class PlainConsole(Console):
    """rich's console, for texts that are not our own."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """The pieces of what is shown, their control signs made visible; those of rich itself stay."""
        for piece in super().render(renderable, options):
            yield piece if piece.control else Segment(visible(piece.text), piece.style)


@contextmanager
def stoppable() -> Iterator[None]:
    """A polite end asked by the system (SIGTERM), or a terminal that closes (SIGHUP), is a Ctrl-C."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    asked = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = [signal.signal(number, stop) for number in asked]
    try:
        yield
    finally:
        for number, handler in zip(asked, before, strict=True):
            signal.signal(number, handler)
