"""Whoever types a command: the study and the project they stand in, their console, how they stop."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from ect_research.corpus.folder.project_paths import project_root
from ect_research.errors import EctError
from ect_research.study.definition.study_file import Study, find_study, read_study

if TYPE_CHECKING:
    from ect_research.codebook.codebook import Language

_LANGUAGE = re.compile(r'^langue\s*=\s*"(fr|en)"', re.MULTILINE)
_ASKED = re.compile(r"--langue[= ](fr|en)\b")


def language_here(words: Sequence[str]) -> Language:
    """The language of the terminal: that of the study named, else of the studies of the project when they speak one alone.

    Outside a project, that of ``--langue``, else of the variable ``ECT_LANGUE``, else French.

    >>> language_here(["nouveau", "my-study", "--langue", "en"])
    'en'
    """
    studies, asked = list[Path](), _ASKED.search(" ".join(words))
    if words[:1] != ["nouveau"] or not asked:
        above = (Path.cwd(), *Path.cwd().parents)
        roots = (one for one in above if (one / "surveys").is_dir() and (one / "notebooks").is_dir())
        studies = [study for root in islice(roots, 1) for study in root.glob("notebooks/*.toml")]
        named = [one for one in studies if one.stem in words or str(one) in map(os.path.abspath, words)]
        studies = named or studies or [Path(word) for word in words if word.endswith(".toml") and Path(word).is_file()]
    said = {found[1] if (found := _LANGUAGE.search(one.read_text("utf-8", "replace"))) else "fr" for one in studies}
    if not studies:
        said = {asked[1] if asked else os.environ.get("ECT_LANGUE", "fr")}
    return "en" if said == {"en"} else "fr"


def study_here(given: str | None) -> Study:
    """The study a person names, of the project they stand in; of another one only by the path of its file."""
    if given is not None and Path(given).is_file():
        return read_study(Path(given))
    return read_study(find_study(given, project_here()))


def project_here() -> Path:
    """The project a person stands in: never that of the library."""
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
