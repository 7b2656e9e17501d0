"""Étudier les projets d'entrepreneuriat coopératif de territoire (ECT), honnêtement, à petit effectif.

Every public function is reachable from here (``import ect_research as ect``) and is imported on first use only, so
that ``ect check`` answers at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOME_OF = {
    # codebook
    "Codebook": "codebook.model",
    "load_codebook": "codebook.load",
    # corpus
    "Corpus": "corpus.model",
    "load_corpus": "corpus.load",
    "check_corpus": "corpus.load",
    "list_analyses": "corpus.unlock",
    "derive_episodes": "corpus.stages",
    "derive_sequences": "corpus.clocks",
    "derive_outcomes": "corpus.outcomes",
    # analysis
    "Refusal": "analysis.chance",
    "wilson_interval": "analysis.chance",
    # figures
    "Caption": "figures.caption",
    "get_theme": "figures.theme",
    # study
    "run_study": "study.engine",
    "save_figure": "study.publish",
    "save_table": "study.publish",
}

__all__ = ["__version__", *_HOME_OF]  # noqa: PLE0604 - names served on demand by __getattr__


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the module holds
    if name not in _HOME_OF:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
