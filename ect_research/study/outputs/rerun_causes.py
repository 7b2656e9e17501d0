"""Why a run must be done again: the key of its last execution against the key of now, in French."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ect_research.study.freshness.run_key import Key
    from ect_research.study.outputs.output_folder import OutputFolder, RunRecord

_SHOWN = 4


def causes(record: RunRecord | None, key: Key, place: OutputFolder, *, versions: bool = True) -> list[str]:
    """Every reason why a run's results cannot be trusted to be those of now; none when they can.

    Args:
        record: its last execution.
        key: what its results depend on, now.
        place: where its results are.
        versions: whether another version of a package is a reason.

    Returns:
        French sentences without a full stop.
    """
    if record is None:
        return ["jamais exécuté"]
    if record.status != "reussi":
        return ["la dernière exécution a échoué"]
    before = record.key if versions else {**record.key, "versions": key["versions"]}
    return [*key_changes(before, key), *_retouched(record, place)]


def version_gaps(record: RunRecord | None, key: Key) -> list[str]:
    """Versions that are no longer those of a run's last execution, in French."""
    return _versions(record.key, key) if record else []


def key_changes(before: Key, now: Key) -> list[str]:
    """What changed between two keys, part by part, in French.

    >>> key_changes({"parametres": {"annee": 2024}}, {"parametres": {"annee": 2026}})
    ['le paramètre annee est passé de 2024 à 2026']
    """
    said: list[str] = []
    if before.get("carnet") != now.get("carnet"):
        said.append(f"le carnet a changé ({_cells(before.get('carnet') or [], now.get('carnet') or [])})")
    said += _parameters(before.get("parametres") or {}, now.get("parametres") or {})
    for part, what in (
        ("corpus", "le corpus a changé"),
        ("carte", "le fond de carte a changé"),
        ("bibliotheque", "la bibliothèque a changé"),
        ("lectures", "un fichier lu a changé"),
    ):
        if differing := _differing(before.get(part) or {}, now.get(part) or {}):
            said.append(f"{what} ({_listed(differing)})")
    said += _versions(before, now)
    if before.get("reglages") != now.get("reglages"):
        said.append("les réglages de l’exécution ont changé")
    return said


def _versions(before: Key, now: Key) -> list[str]:
    old, new = before.get("versions") or {}, now.get("versions") or {}
    return [f"{name} est passé de {old.get(name, 'rien')} à {new.get(name, 'rien')}" for name in _differing(old, new)]


def _cells(before: list[str], now: list[str]) -> str:
    if len(before) != len(now):
        return f"{len(before)} cellules, puis {len(now)}"
    changed = [str(n) for n, (old, new) in enumerate(zip(before, now, strict=True), 1) if old != new]
    return f"cellule{'s' if len(changed) > 1 else ''} {_listed(changed)}"


def _parameters(before: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    for name in _differing(before, now):
        if name not in before:
            yield f"le paramètre {name} est nouveau"
        elif name not in now:
            yield f"le paramètre {name} n’existe plus"
        else:
            yield f"le paramètre {name} est passé de {before[name]} à {now[name]}"


def _differing(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    return [name for name in sorted(before.keys() | now.keys()) if before.get(name) != now.get(name)]


def _retouched(record: RunRecord, place: OutputFolder) -> Iterator[str]:
    """What a person did to the files of a run since it wrote them."""
    expected = dict(record.files())
    for name, digest in expected.items():
        try:
            found = hashlib.sha256((place.path / name).read_bytes()).hexdigest()
        except OSError:
            yield f"{name} a disparu"
            continue
        if found != digest:
            yield f"{name} a été retouché"
    for name in place.found(record.id):
        if name not in expected:
            yield f"{name} ne vient pas de cette exécution"


def _listed(names: list[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" et {more} autre{'s' if more > 1 else ''}" if more > 0 else "")
