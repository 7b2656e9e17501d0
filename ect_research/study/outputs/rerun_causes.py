"""Why a run must be done again: the key of its last execution against the key of now."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from ect_research.corpus.checked.asked_tables import CITED
from ect_research.study.definition.run_key import Key
from ect_research.study.outputs.output_folder import OutputFolder, RunRecord
from ect_research.words import Sentence, mark, tell, tell_n

_SHOWN = 4


def causes(record: RunRecord | None, key: Key, place: OutputFolder, *, versions: bool = True) -> list[Sentence]:
    """Every reason why a run's results cannot be trusted to be those of now; none when they can."""
    if record is None:
        return [tell("jamais exécuté")]
    if record.status != "reussi":
        return [tell("la dernière exécution a échoué")]
    before = record.key if versions else {**record.key, "versions": key["versions"]}
    return [*key_changes(before, key), *_retouched(record, place)]


def version_gaps(record: RunRecord | None, key: Key) -> list[Sentence]:
    """Versions that are no longer those of a run's last execution."""
    return _versions(record.key, key) if record else []


def key_changes(before: Key, now: Key) -> list[Sentence]:
    """What changed between two keys, part by part.

    >>> [str(cause) for cause in key_changes({"parametres": {"annee": 2024}}, {"parametres": {"annee": 2026}})]
    ['le paramètre annee est passé de 2024 à 2026']
    """
    said: list[Sentence] = []
    if before.get("carnet") != now.get("carnet"):
        said.append(
            tell("le carnet a changé ({part})", part=_cells(before.get("carnet") or [], now.get("carnet") or []))
        )
    said += _parameters(before.get("parametres") or {}, now.get("parametres") or {})
    for part, what in (
        ("corpus", mark("le corpus a changé ({part})")),
        ("carte", mark("le fond de carte a changé ({part})")),
        ("bibliotheque", mark("la bibliothèque a changé ({part})")),
        ("lectures", mark("un fichier lu a changé ({part})")),
    ):
        compare = _corpus if part == "corpus" else _files
        if differing := compare(before, now, part):
            said.append(tell(what, part=_listed(differing)))
    variables = _differing(before.get("variables") or {}, now.get("variables") or {})
    if variables:
        said.append(tell_n(
            "la variable d’environnement {names} a changé", "les variables d’environnement {names} ont changé",
            len(variables), names=_listed(variables)))  # fmt: skip
    said += _versions(before, now)
    if before.get("reglages") != now.get("reglages"):
        said.append(tell("les réglages de l’exécution ont changé"))
    return said


def _files(before: Key, now: Key, part: str) -> list[str]:
    return _differing(before.get(part) or {}, now.get(part) or {})


def _corpus(before: Key, now: Key, part: str) -> list[str]:
    """The tables asked that changed, where both keys know them; else the files."""
    files = _files(before, now, part)
    old, new = before.get("tables"), now.get("tables")
    if not files or old is None or new is None:
        return files
    changed = [name for name in old if old[name] != new.get(name, "")]
    tables = [name.rstrip("/") for name in changed if not name.endswith(f"/{CITED}")]
    return tables or changed


def _versions(before: Key, now: Key) -> list[Sentence]:
    old, new = before.get("versions") or {}, now.get("versions") or {}
    moved = mark("{name} est passé de {old} à {new}")
    rien = tell("rien")
    return [tell(moved, name=name, old=old.get(name, rien), new=new.get(name, rien)) for name in _differing(old, new)]


def _cells(before: list[str], now: list[str]) -> Sentence:
    if len(before) != len(now):
        return tell("{old} cellules, puis {new}", old=len(before), new=len(now))
    changed = [str(n) for n, (old, new) in enumerate(zip(before, now, strict=True), 1) if old != new]
    return tell_n("cellule {cells}", "cellules {cells}", len(changed), cells=_listed(changed))


def _parameters(before: dict[str, Any], now: dict[str, Any]) -> Iterator[Sentence]:
    for name in _differing(before, now):
        if name not in before:
            yield tell("le paramètre {name} est nouveau", name=name)
        elif name not in now:
            yield tell("le paramètre {name} n’existe plus", name=name)
        else:
            # As text: a parameter is written as Python writes it, whatever the language.
            old, new = str(before[name]), str(now[name])
            yield tell("le paramètre {name} est passé de {old} à {new}", name=name, old=old, new=new)


def _differing(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    # As Python writes them: 1 is no 1.0, nor true, for a notebook.
    return [name for name in sorted(before.keys() | now.keys()) if repr(before.get(name)) != repr(now.get(name))]


def _retouched(record: RunRecord, place: OutputFolder) -> Iterator[Sentence]:
    """What a person did to the files of a run since it wrote them."""
    for name, digest in record.files():
        try:
            found = hashlib.sha256((place.path / name).read_bytes()).hexdigest()
        except OSError:
            yield tell("{name} a disparu", name=name)
            continue
        if found != digest:
            yield tell("{name} a été retouché", name=name)


def _listed(names: list[str]) -> Sentence | str:
    said, more = ", ".join(names[:_SHOWN]), len(names) - _SHOWN
    return tell_n("{names} et {n} autre", "{names} et {n} autres", more, names=said) if more > 0 else said
