"""One corpus or several: what a study file may say of them, and which notebooks take them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ect_research.study.base.did_you_mean import did_you_mean
from ect_research.words import Told

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from ect_research.study.definition.notebook import Notebook


def corpus_faults(said: Mapping[str, Any], corpora: list[Any], root: Path) -> Iterator[str]:
    """What is wrong with ``corpus``, in French, one sentence each.

    Args:
        said: the study file.
        corpora: what it gives as ``corpus``, as a list.
        root: folder of the project.
    """
    known = sorted(folder.name for folder in (root / "surveys").glob("*") if folder.is_dir())
    if not corpora or corpora == [""]:
        yield Told('il manque « corpus », par exemple : corpus = "{known}".', known=known[0] if known else "mon-corpus")
    elif not all(isinstance(name, str) and name for name in corpora):
        yield Told('« corpus » doit être un texte entre guillemets, ou une liste de textes (["a", "b"]), pas « {corpus} ».',
            corpus=said["corpus"])  # fmt: skip
    else:
        for name in dict.fromkeys(corpora):
            if not any((root / place).is_dir() for place in (f"surveys/{name}", name)):
                yield Told("le corpus « {name} » n’existe pas dans surveys/", name=name) + did_you_mean(name, known)
            if corpora.count(name) > 1:
                yield Told("le corpus « {name} » est nommé deux fois : chaque corpus se compare une fois.", name=name)
        if said["corpus"] == corpora[:1]:
            yield Told('un seul corpus ne se compare à rien : en nommer un autre, ou écrire corpus = "{corpora}".',
                corpora=corpora[0])  # fmt: skip
        if len(corpora) > 1 and said.get("fiches") is True:
            yield Told(
                "« fiches » est l’affaire de l’étude de chaque corpus : écrire fiches = false quand on en compare."
            )


def reads_several(notebook: Notebook) -> bool:
    """Whether a notebook compares corpora: its parameter ``corpus`` is a list."""
    known = notebook.parameters.get("corpus")
    return known is not None and "list" in known.types


def misfit(notebook: Notebook, values: Mapping[str, Any]) -> list[str]:
    """Why a notebook cannot take the corpora that a study gives it."""
    if reads_several(notebook) and isinstance(values.get("corpus"), str):
        return [
            Told(
                'ce carnet compare des corpus, l’étude n’en a qu’un : parametres = { corpus = ["a", "b"] }, ou le retirer.'
            )
        ]
    if not reads_several(notebook) and isinstance(values.get("corpus"), list):
        said = Told(
            "ce carnet étudie un corpus, l’étude en compare plusieurs : le laisser à l’étude de chacun, ou dire lequel"
        )
        return [Told("{told} (parametres = {{ corpus = … }}, ou variantes = {{ corpus = […] }}).", told=said)]
    return []
