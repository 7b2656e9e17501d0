"""What ``ect fiches`` does and says: sheets go out, corrections come back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ect_research.errors import StudyError
from ect_research.study.commands.study_here import only_corpus, short_path
from ect_research.words import tell_n

if TYPE_CHECKING:
    from ect_research.corpus.forms.correction_intake import Taken
    from ect_research.corpus.reporting.plain_console import PlainConsole
    from ect_research.figures.page.formats import Language

DONE = 0


def sheets_command(
    corpus: str | None,
    form: Path | None,
    corrections: Path | None,
    sheets: tuple[Path | None, Language, str | None],
    console: PlainConsole,
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

        console.say("Formulaire écrit : {path}", path=save_correction_form(form, named, sheets[2]))
    elif corrections is not None:
        _take(named, corrections, console)
    elif sheets[0] is not None:
        _write(named, (sheets[0], *sheets[1:]), console)
    return DONE


def _take(corpus: str, corrections: Path, console: PlainConsole) -> None:
    from ect_research.corpus.forms.correction_intake import take_corrections

    say_taken(take_corrections(corpus, corrections), console)


def say_taken(taken: Taken, console: PlainConsole) -> None:
    """How many corrections were taken, and what to do next."""
    told = [tell_n("{n} correction ajoutée à {path}", "{n} corrections ajoutées à {path}", taken.added,
                   path=short_path(taken.path))]  # fmt: skip
    told += [tell_n("{n} déjà connue", "{n} déjà connues", taken.known)] * bool(taken.known)
    told += [tell_n("{n} ligne sans rien à corriger", "{n} lignes sans rien à corriger", taken.blank)] * bool(
        taken.blank
    )
    console.say("{told}.", told=told)


def _write(corpus: str, sheets: tuple[Path, Language, str | None], console: PlainConsole) -> None:
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
    told = tell_n(
        "{n} fiche (PDF et HTML) : {path}", "{n} fiches (PDF et HTML) : {path}", count, path=short_path(folder)
    )
    console.say(told)
