"""What a study file may ask: one corpus or several, and one ``[[execution]]`` for every combination of values."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from ect_research.study.definition.notebook import Notebook
from ect_research.study.definition.parameters import did_you_mean
from ect_research.words import Told

_LONGEST = 60


@dataclass(frozen=True)
class Variant:
    """One combination."""

    id: str  # slug of the run: that of its section, then its values
    title: str  # what tells it from the others, for a person; empty without variants
    values: dict[str, Any]  # its parameters


def expand(section: Mapping[str, Any], faults: list[str]) -> list[Variant]:
    """The combinations that a section asks for, in the order of its lists; itself alone without ``variantes``.

    Args:
        section: ``id``, ``variantes`` (lists of values by parameter) and ``sauf`` (combinations to leave out).
        faults: receives one French sentence per fault.

    >>> [one.id for one in expand({"id": "carte", "variantes": {"annee": [2014, 2024], "lieu": ["Corrèze"]}}, [])]
    ['carte-2014-correze', 'carte-2024-correze']
    """
    name, lists = str(section.get("id")), section.get("variantes")
    if not isinstance(lists, dict):
        return [Variant(name, "", {})]
    empty = [key for key, values in lists.items() if not isinstance(values, list) or not values]
    if empty or not lists:
        faults.append(Told("« variantes » attend une liste de valeurs pour {names}.",
            names=", ".join(empty) or Told("au moins un paramètre")))  # fmt: skip
        return []
    left_out = [case for case in section.get("sauf", []) if isinstance(case, dict)]
    faults += _wrong_exceptions(left_out, lists)
    combinations = [dict(zip(lists, values, strict=True)) for values in product(*lists.values())]
    kept = [one for one in combinations if not any(_matches(case, one) for case in left_out)]
    faults += [
        Told("« sauf » : aucune variante n’a {shown}.", shown=_shown(case))
        for case in left_out
        if case.keys() <= lists.keys() and not any(_matches(case, one) for one in combinations)
    ]
    if not kept:
        faults.append(Told("« sauf » écarte toutes les variantes."))
    return [Variant(variant_id(name, one), ", ".join(_text(value) for value in one.values()), one) for one in kept]


def variant_id(section: str, values: Mapping[str, Any]) -> str:
    """A slug that stays in its folder; one too long is cut and ends with a hash of what it was.

    >>> variant_id("carte", {"lieu": "../Pays de Tulle", "annee": 2024})
    'carte-pays-de-tulle-2024'
    """
    words = [slug(_text(value)) or "vide" for value in values.values()]
    whole = "-".join((section, *words))
    if len(whole) <= _LONGEST:
        return whole
    return f"{whole[: _LONGEST - 9].rstrip('-')}-{hashlib.sha256(whole.encode()).hexdigest()[:8]}"


def slug(text: str) -> str:
    """Lower-case ASCII letters, digits and single hyphens.

    >>> slug("Haut-Jura, Saint-Claude (39)"), slug("0.5")
    ('haut-jura-saint-claude-39', '0-5')
    """
    bare = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "OE")).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", bare.lower()))


def _wrong_exceptions(left_out: list[dict[str, Any]], lists: Mapping[str, Any]) -> Iterator[str]:
    for case in left_out:
        for key in case:
            if key not in lists:
                yield Told("« sauf » : « {key} » ne varie pas", key=key) + did_you_mean(key, lists)


def _matches(case: Mapping[str, Any], one: Mapping[str, Any]) -> bool:
    return all(key in one and type(one[key]) is type(value) and one[key] == value for key, value in case.items())


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    return str(value)


def _shown(case: Mapping[str, Any]) -> str:
    return " et ".join(f"{key} = {_text(value)}" for key, value in case.items())


def corpus_faults(said: Mapping[str, Any], corpora: list[Any], root: Path) -> Iterator[str]:
    """What is wrong with ``corpus`` in a study file, in French, one sentence each."""
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
