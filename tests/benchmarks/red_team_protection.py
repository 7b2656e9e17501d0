"""Red team: planted leaks found, missed, and false alarms: the table of ``ect_research/gate/fuites.md``.

``python tests/benchmarks/red_team_protection.py [--write]`` plants each leak of ``planted_leaks.py`` alone (or holds
each table alone, threshold 5), and asks the search of ``ect run`` and the gate what they say of it.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import planted_leaks

import ect_research
from ect_research.analysis.chance import Refusal
from ect_research.analysis.disclosure.protected_frames import Ledger, hold_frame
from ect_research.gate.known_names import KnownNames
from ect_research.gate.leaks import leaks_of

if TYPE_CHECKING:
    import pandas as pd

NOTE = Path(ect_research.__file__).parent / "gate" / "fuites.md"
HEAD = "## Ce qui a été trouvé"
FOUND, TO_READ, MISSED = "trouvée", "à lire", "manquée"


def search(files: dict[str, bytes], known: KnownNames) -> str:
    """What the search says of some files alone in a folder."""
    leaks = [leak for name, data in files.items() for leak in leaks_of(data, known, shown=name)]
    return FOUND if any(leak.fails for leak in leaks) else TO_READ if leaks else MISSED


def hold(*frames: pd.DataFrame) -> str:
    """What the gate says of a table, after others."""
    ledger = Ledger()
    for frame in frames:
        held = hold_frame(frame, threshold=5, ledger=ledger)
    return FOUND if isinstance(held, Refusal) or held.hidden else MISSED


def measured() -> tuple[list[tuple[str, list[tuple[str, str]]]], list[str]]:
    """For each kind, what was planted and what was said of it; then the innocents told as leaks."""
    known = KnownNames.of(planted_leaks.NAMES, pseudonyms=[planted_leaks.PSEUDONYM])
    kinds = [(kind, [(_shown(one), search(one, known)) for one in several])
             for kind, several in planted_leaks.leaks().items()]  # fmt: skip
    kinds += [
        (f"tableau : {kind}", [(_table(one[-1]), hold(*one)) for one in several])
        for kind, several in planted_leaks.tables().items()
    ]
    innocents = [_shown(one) for one in planted_leaks.innocents() if search(one, known) != MISSED]
    innocents += [_table(one) for one in planted_leaks.innocent_tables() if hold(one) != MISSED]
    return kinds, innocents


def _shown(files: dict[str, bytes]) -> str:
    name, data = next(iter(files.items()))
    text = data.decode("utf-8", "replace")
    plain = text if text.isprintable() or name == "t.txt" else ""
    return f"{name} `{' '.join(plain.split())[:70]}`" if plain else name


def _table(frame: pd.DataFrame) -> str:
    return " · ".join(f"{name} {', '.join(map(str, frame[name]))}" for name in frame)


def written(kinds: list[tuple[str, list[tuple[str, str]]]], alarms: list[str]) -> str:
    """The table of the note, what was missed, the false alarms."""
    lines = ["| ce qui est planté | plantées | trouvées | à lire | manquées |", "|---|---|---|---|---|"]
    for kind, said in kinds:
        lines.append(f"| {kind} | {len(said)} | " + " | ".join(_counts(said)) + " |")
    every = [one for _, said in kinds for one in said]
    lines.append(f"| **en tout** | {len(every)} | " + " | ".join(_counts(every)) + " |")
    innocents = len(planted_leaks.innocents()) + len(planted_leaks.innocent_tables())
    lines += ["", f"{len(kinds)} sortes. Fausses alarmes : {len(alarms)} sur {innocents} innocents."]
    lines += [f"- {one}" for one in alarms]
    lines += ["", "Ce qui est manqué :", ""]
    lines += [f"- {kind} : {told}" for kind, said in kinds for told, verdict in said if verdict == MISSED]
    return "\n".join(lines) + "\n"


def _counts(said: list[tuple[str, str]]) -> list[str]:
    return [str(sum(verdict == wanted for _, verdict in said)) for wanted in (FOUND, TO_READ, MISSED)]


def main() -> None:
    """Plant, count, print; with ``--write``, rewrite the table of the note."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    told = written(*measured())
    print(told)
    if asked.write:
        head = NOTE.read_text(encoding="utf-8").partition(HEAD)[0]
        NOTE.write_text(f"{head}{HEAD}\n\n{told}", encoding="utf-8")


if __name__ == "__main__":
    main()
