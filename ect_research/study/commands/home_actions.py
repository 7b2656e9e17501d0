"""What each button does, without a button: tested without a browser."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ect_research.corpus.folder.project_paths import corpus_folder
from ect_research.corpus.reporting.terminal_report import by_cause
from ect_research.corpus.text.raw_table import spoken
from ect_research.errors import CorpusError, EctError
from ect_research.study.base.result_record import is_slug
from ect_research.study.commands.new_study import write_new_study
from ect_research.study.definition.study_file import read_study
from ect_research.study.definition.variants import slug
from ect_research.study.outputs.own_files import CHANGES, PAGE, REPORT, SHEETS
from ect_research.words import Sentence, tell, tell_n


@dataclass(frozen=True)
class Checked:
    """A corpus that was checked."""

    said: Sentence  # whether it can be used, and how much is to be looked at
    # one row per cause: ``niveau, fichier, feuille, ligne, colonne, valeur, probleme, attendu, suggestion``
    problems: pd.DataFrame


def studies_of(root: Path) -> list[str]:
    """Names of the study files of a project."""
    return sorted(path.stem for path in (root / "notebooks").glob("[!.~]*.toml"))


def corpora_of(root: Path) -> list[str]:
    """Names of the folders of ``surveys/``, but the one that is private."""
    folders = (path for path in (root / "surveys").iterdir() if path.is_dir())
    return sorted(path.name for path in folders if path.name != "private" and not path.name.startswith("."))


def create_study(root: Path, name: str, corpus: str = "") -> str:
    """Write a study, with a blank workbook of its own when no corpus is named; its name."""
    if not name:
        raise EctError("Donner un nom à l’étude, fait de minuscules, chiffres et tirets : « bilan-2026 ».")
    if not corpus:
        if not is_slug(name):
            raise EctError(
                "Le nom « {name} » doit être fait de minuscules, chiffres et tirets : « {proposed} » ?",
                name=name, proposed=slug(name),
            )  # fmt: skip
        folder = root / "surveys" / name
        if folder.exists():
            raise EctError(
                "« {folder} » existe déjà : choisir ce corpus dans la liste, ou un autre nom.", folder=folder
            )
        from ect_research.codebook.load_codebook import load_codebook
        from ect_research.corpus.forms.entry_workbook import save_workbook

        folder.mkdir(parents=True)
        save_workbook(folder / f"{name}.xlsx", load_codebook(), study={})
    return write_new_study(root, name, corpus or name).name


def check_study(root: Path, name: str, language: str = "fr") -> Checked:
    """Check the corpus of a study, as ``ect check`` does."""
    from ect_research.corpus.checked.load_corpus import load_corpus

    folder = corpus_folder(root / "surveys" / read_study(root / "notebooks" / f"{name}.toml").corpus)
    blank = False
    try:
        read = load_corpus(folder)
        problems, blank = read.warnings, not any(map(len, read.tables.values()))
    except CorpusError as error:
        problems = error.problems
    faulty = int((problems["niveau"] == "erreur").sum())
    watched = len(problems) - faulty
    said = (
        tell_n("{n} erreur à corriger avant de lancer.", "{n} erreurs à corriger avant de lancer.", faulty)
        if faulty
        else tell_n("Rien ne bloque ; {n} alerte à regarder.", "Rien ne bloque ; {n} alertes à regarder.", watched)
        if watched
        else tell(
            "Le classeur n’a encore aucune ligne : le remplir, d’abord les feuilles sources, projets et evenements."
        )
        if blank
        else tell("Rien ne bloque, et rien n’est à regarder.")
    )
    return Checked(said, by_cause(spoken(problems, language), language))


def changes_of(outputs: Path) -> list[str]:
    """What the last execution changed, one sentence each; nothing when nothing was compared."""
    path = outputs / CHANGES
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    return [
        f"{row['execution']}, {row['resultat']} : {row['changement']}" + (f" ({row['cause']})" if row["cause"] else "")
        for row in rows
    ]


def documents_of(outputs: Path) -> dict[str, Path]:
    """The documents of a study that exist: the page, the report, the sheets of its projects."""
    found = {"index": outputs / PAGE, "rapport": outputs / REPORT}
    sheets = sorted(path for path in (outputs / SHEETS).glob("*.pdf") if path.is_file())
    return {
        name: path for name, path in (*found.items(), *((path.stem.upper(), path) for path in sheets)) if path.is_file()
    }


def open_outside(path: Path) -> Sentence:
    """Open a file or a folder with what the system opens it with; its place is told in any case."""
    if not path.exists():
        return tell("« {path} » n’existe pas encore : lancer l’étude.", path=path)
    if sys.platform == "win32":
        os.startfile(path)  # noqa: S606 - it opens a document
        return tell("Ouvert : {path}", path=path)
    opener = shutil.which("open" if sys.platform == "darwin" else "xdg-open")
    if opener is None:
        return tell("À ouvrir dans cet ordinateur : {path}", path=path)
    quiet = subprocess.DEVNULL
    subprocess.Popen([opener, str(path)], stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)
    return tell("Ouvert : {path}", path=path)
