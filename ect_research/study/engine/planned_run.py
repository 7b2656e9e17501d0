"""What is to be done of one run of a study."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from ect_research.study.definition.study_file import Run
    from ect_research.study.freshness.run_key import Key


@dataclass(frozen=True)
class PlannedRun:
    """A run of a study and what is to be done of it.

    Attributes:
        run: the run.
        key: what its results depend on, now.
        causes: French reasons to execute it; none when its results are those of now.
        chosen: whether it is among the runs asked for.
        imports: what may be imported ahead of it.
        corpus: folder of its corpus, which may be read ahead of it.
        gaps: versions that changed since, where the study only wants to be told.
    """

    run: Run
    key: Key
    causes: tuple[str, ...]
    chosen: bool
    imports: tuple[str, ...]
    corpus: Path | None = None
    gaps: tuple[str, ...] = ()

    @property
    def is_due(self) -> bool:
        """Whether it will be executed."""
        return self.chosen and bool(self.causes)
