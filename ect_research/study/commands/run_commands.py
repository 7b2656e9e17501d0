"""What ``ect run``, ``ect status`` and ``ect diff`` do and say."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ect_research.errors import EctError
from ect_research.study.commands.study_here import short_path, stoppable, study_here
from ect_research.study.engine.changes import CHANGES
from ect_research.study.engine.engine import StudyReport, run_study
from ect_research.study.engine.plan import Plan, plan_study
from ect_research.study.outputs.output_folder import output_folder_of
from ect_research.study.running.parallel import Workers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from ect_research.study.documents.compare_outputs import Difference
    from ect_research.study.running.parallel import Executor

DONE, FAILED = 0, 1
_MOST_CELLS = 8


@dataclass(frozen=True)
class Asked:
    """What a person asks of ``ect run``.

    Attributes:
        study: name or file of the study, None for the only one.
        only: ids of the runs to consider, all when empty.
        folder: where to write, ``outputs/<study>`` when None.
        force: execute even what is up to date.
        explain: say why each run is executed or not.
        dry_run: say it, and execute nothing.
        workers: what executes: how many at once, from what kernels, on what machines.
    """

    study: str | None = None
    only: Sequence[str] = ()
    folder: Path | None = None
    force: bool = False
    explain: bool = False
    dry_run: bool = False
    workers: Executor = field(default_factory=Workers)


def run_command(asked: Asked, console: Console) -> int:
    """Execute what is due and say how it went.

    Returns:
        0 when all went well, 1 when a run failed or when a person is named in the outputs.

    Raises:
        EctError: a waiver is over, or an interview is kept past its date; nothing was executed.
    """
    study = study_here(asked.study)
    if asked.dry_run or asked.explain:
        place = output_folder_of(study.name, study.root, asked.folder)
        planned = plan_study(study, place, only=asked.only, force=asked.force)
        _print_plan(planned, console)
        if asked.dry_run:
            return DONE
    from ect_research.study.running.progress import Terminal

    with Terminal(console).watching() as watcher, stoppable():
        report = run_study(
            study, only=asked.only, folder=asked.folder, watcher=watcher, executor=asked.workers, force=asked.force
        )
    _print_outcome(report, console)
    watcher.leaks_found(report.leaks)
    _print_given_back(report.given_back, console)
    leaks = any(leak.fails for leak in report.leaks)
    return DONE if report.succeeded and not leaks and not report.given_back else FAILED


def status_command(name: str | None, folder: Path | None, console: Console) -> int:
    """Say what is up to date, what is not and why.

    Returns:
        0 when everything is up to date, 1 otherwise.
    """
    study = study_here(name)
    planned = plan_study(study, output_folder_of(study.name, study.root, folder))
    _print_plan(planned, console)
    due = len(planned.due)
    console.print(f"{due} à exécuter, {len(planned.runs) - due} à jour.")
    return FAILED if due else DONE


def diff_command(old: Path, new: Path, console: Console) -> int:
    """Say what changes from one folder of outputs to another.

    Returns:
        0 when nothing changes, 1 otherwise.
    """
    from ect_research.study.documents.compare_outputs import compare_outputs

    found = compare_outputs(old, new)
    _print_difference(found, console)
    count = len(found.changes)
    console.print(f"{count} changement{'s' if count > 1 else ''}." if count else "Rien ne change.")
    return FAILED if count else DONE


def _print_difference(found: Difference, console: Console) -> None:
    for run in dict.fromkeys(change.run for change in found.changes):
        console.print(run, style="bold", markup=False)
        for cause in found.causes.get(run, ()):
            console.print(f"  cause : {cause}", style="dim", markup=False)
        for change in found.changes:
            if change.run == run:
                console.print(f"  {change.result or 'exécution'} — {change.what}", markup=False)


def extract_command(
    corpus: str, folder: Path | None, k: int | None, console: Console, *, to_review: bool = False
) -> int:
    """Write the extract of a corpus, or the list of what must be read first, and say what was done.

    Returns:
        0.

    Raises:
        EctError: no folder, or nothing can be handed over (`ect_research.study.safety.extract.save_extract`).
    """
    from ect_research.study.safety.extract import REMOVED, save_extract, save_to_review

    if to_review:
        path, count = save_to_review(corpus)
        console.print(f"{count} textes libres à relire : {short_path(path)}", markup=False)
        console.print(
            "Lire chaque texte, remplir « par » et « le », puis recopier les lignes dans relectures.csv, sans la "
            "colonne "
            "« texte ». Un texte modifié ensuite devra être relu.",
            markup=False,
        )
        return DONE
    if folder is None:
        raise EctError("Où écrire l’extrait ? Donner un dossier vide ou nouveau : ect extract CORPUS DOSSIER.")
    extract = save_extract(corpus, folder.resolve(), k=k)
    for table, frame in extract.tables.items():
        console.print(f"  {table} : {len(frame)} lignes, {frame.shape[1]} colonnes", markup=False)
    console.print(f"Retiré ou généralisé : {len(extract.removed)} lignes dans {REMOVED}, avec la raison.", markup=False)
    console.print(f"Extrait écrit : {short_path(folder)}", markup=False)
    return DONE


def _print_plan(planned: Plan, console: Console) -> None:
    from rich.markup import escape

    for one in planned:
        sign, said = ("[yellow]•[/]", "à exécuter") if one.is_due else ("[green]=[/]", "à jour")
        if one.causes and not one.chosen:
            sign, said = "[dim]-[/]", "pas demandé"
        why = f" : {' ; '.join(map(str, one.causes))}" if one.causes else ""
        console.print(f"{sign} {escape(one.run.id)} — {said}{escape(why)}")
        if one.gaps:
            console.print(f"  autre version depuis : {' ; '.join(map(str, one.gaps))}", style="dim", markup=False)
        for remark in one.remarks:
            console.print(f"  {remark}", style="yellow", markup=False)


def _print_outcome(report: StudyReport, console: Console) -> None:
    failed = sum(one.status != "reussi" for one in report.reports)
    kept = sum(one.chosen and not one.is_due for one in report.planned)
    if kept:
        console.print(f"{kept} carnet{'s' if kept > 1 else ''} déjà à jour (--explain dit pourquoi, --force refait).")
    for one in report.planned.due:
        for remark in one.run.notebook.remarks:
            console.print(f"! {one.run.title} — {remark}.", style="yellow", markup=False)
    kinds = [output.kind for record in report.records.values() for output in record.outputs]
    console.print(f"{kinds.count('figure')} figures, {kinds.count('table')} tableaux, {kinds.count('refus')} refus.")
    if report.difference is not None and report.difference.cells:
        _print_cells(report.difference, console)
    if report.difference is not None and report.difference.changes:
        console.print(f"Depuis l’exécution précédente ({short_path(report.folder / CHANGES)}) :", markup=False)
        _print_difference(report.difference, console)
    console.print(f"Page à ouvrir : {short_path(report.page)}", markup=False)
    if failed:
        console.print(
            f"{failed} carnet{'s' if failed > 1 else ''} en échec : la copie exécutée jusqu’à l’erreur est dans "
            f"{short_path(report.folder / 'notebooks')}/*.echec.ipynb.",
            style="red",
            markup=False,
        )


def _print_cells(found: Difference, console: Console) -> None:
    """What was changed in the corpus, and that it changes nothing where it does not."""
    n = len(found.cells)
    moves = "" if found.changes else ", aucun résultat ne bouge"
    console.print(f"{n} cellule{'s' if n > 1 else ''} changée{'s' if n > 1 else ''}{moves} :", markup=False)
    for said in found.cells[:_MOST_CELLS]:
        console.print(f"  {said}", markup=False)
    if n > _MOST_CELLS:
        console.print(f"  et {n - _MOST_CELLS} de plus", markup=False)


def _print_given_back(cells: Sequence[str], console: Console) -> None:
    if not cells:
        return
    console.print("Des tableaux de carnets différents, mis côte à côte, rendent ce que l’un masque :", style="red")
    for cell in cells:
        console.print(f"  {cell}", style="red", markup=False)
    console.print(
        "Enregistrer ces tableaux dans un même carnet, qui les protège ensemble, ou regrouper des catégories."
    )


def archive_command(study: str | None, target: Path | None, folder: Path | None, console: Console) -> int:
    """Write the archive of a study and check what was written.

    Returns:
        0 when the archive reads back whole.
    """
    from ect_research.study.commands.study_here import study_here
    from ect_research.study.engine.archive import write_archive

    read = study_here(study)
    path = target or Path(f"{read.name}.zip")
    write_archive(read, path, folder)
    console.print(f"Archive écrite : {path}", markup=False)
    return verify_command(path, console)


def verify_command(path: Path, console: Console) -> int:
    """Read an archive again and say what differs from what it declares.

    Returns:
        0 when it is whole, 1 otherwise.
    """
    from ect_research.study.engine.archive import check_archive

    found = check_archive(path)
    for fault in found.faults:
        console.print(f"• {fault}", markup=False)
    count = len(found.faults)
    whole = "toutes conformes" if not count else f"{count} défaut{'s' if count > 1 else ''}"
    console.print(f"{found.files} pièces, {whole}. Empreinte de la description : {found.digest}", markup=False)
    return FAILED if count else DONE
