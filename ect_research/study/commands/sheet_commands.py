"""What ``ect fiches`` does and says: sheets go out, corrections come back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ect_research.errors import StudyError
from ect_research.study.commands.study_here import only_corpus, short_path

if TYPE_CHECKING:
    from rich.console import Console

    from ect_research.corpus.forms.correction_intake import Taken
    from ect_research.figures.page.formats import Language

DONE = 0


def sheets_command(
    corpus: str | None,
    form: Path | None,
    corrections: Path | None,
    sheets: tuple[Path | None, Language, str | None],
    console: Console,
) -> int:
    """Write a correction form or the sheets of a corpus, or take corrections back.

    Args:
        corpus: its name or folder; that of the only study when None.
        form: workbook to write.
        corrections: file to take.
        sheets: folder to write the sheets in, their language, and the only project to speak of; all when None.
        console: where to say it.

    Returns:
        0.

    Raises:
        CorpusError: corrections that cannot be taken; none was.
        EctError: no such corpus or file, or a place that is taken.
    """
    named = corpus or only_corpus()
    if form is not None:
        from ect_research.corpus.forms.correction_form import save_correction_form

        console.print(f"Formulaire écrit : {save_correction_form(form, named, sheets[2])}", markup=False)
    elif corrections is not None:
        _take(named, corrections, console)
    elif sheets[0] is not None:
        _write(named, (sheets[0], *sheets[1:]), console)
    return DONE


def _take(corpus: str, corrections: Path, console: Console) -> None:
    from ect_research.corpus.forms.correction_intake import take_corrections

    say_taken(take_corrections(corpus, corrections), console)


def say_taken(taken: Taken, console: Console) -> None:
    """How many corrections were taken, and what to do next."""
    many = taken.added > 1
    told = f"{taken.added} correction{'s' if many else ''} ajoutée{'s' if many else ''} à {short_path(taken.path)}"
    if taken.known:
        told += f", {taken.known} déjà connue{'s' if taken.known > 1 else ''}"
    if taken.blank:
        told += f", {taken.blank} ligne{'s' if taken.blank > 1 else ''} sans rien à corriger"
    console.print(f"{told}.", markup=False)


def _write(corpus: str, sheets: tuple[Path, Language, str | None], console: Console) -> None:
    from ect_research.corpus.checked.load_corpus import load_corpus
    from ect_research.study.documents.sheets.sheet_page import build_sheets

    folder, language, project = sheets
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StudyError("« {folder} » n’est pas vide : choisir un dossier vide ou nouveau.", folder=folder)
    made = dict(build_sheets(load_corpus(corpus), language, project))
    folder.mkdir(parents=True, exist_ok=True)
    for name, sheet in made.items():
        (folder / name).write_bytes(sheet)
    count = sum(name.endswith(".pdf") for name in made)
    console.print(f"{count} fiche{'s' if count > 1 else ''} (PDF et HTML) : {short_path(folder)}", markup=False)
