"""What ``ect run``, ``ect status`` and ``ect diff`` do and say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ect_research.errors import EctError
from ect_research.study.commands.command_line import short_path, stoppable, study_here
from ect_research.study.engine.engine import StudyReport, run_study
from ect_research.study.engine.plan import Plan, plan_study
from ect_research.study.engine.study_products import Products
from ect_research.study.outputs.output_folder import output_folder_of
from ect_research.study.outputs.own_files import CHANGES, about_strangers
from ect_research.study.outputs.owner import left_behind
from ect_research.study.running.parallel import Here, Workers
from ect_research.study.running.progress import Terminal, print_to_read
from ect_research.words import Told, joined, tell, tell_n

if TYPE_CHECKING:
    from ect_research.corpus.reporting.plain_console import PlainConsole
    from ect_research.study.definition.study_file import Study
    from ect_research.study.documents.compare_outputs import Difference
    from ect_research.study.outputs.output_folder import OutputFolder
    from ect_research.study.running.parallel import Executor

DONE, FAILED = 0, 1
_MOST_CELLS = 8


@dataclass(frozen=True)
class Asked:
    """What a person asks of ``ect run``."""

    study: str | None = None  # name or file of the study, None for the only one
    only: Sequence[str] = ()  # ids of the runs to consider, all when empty
    folder: Path | None = None  # where to write, ``outputs/<study>`` when None
    force: bool = False  # execute even what is up to date
    explain: bool = False  # say why each run is executed or not
    dry_run: bool = False  # say it, and execute nothing
    # what executes: how many at once, from what kernels, on what machines
    workers: Executor = field(default_factory=Workers)


def run_command(asked: Asked, console: PlainConsole) -> int:
    """Execute what is due and say how it went; 1 when a run failed or when a person is named in the outputs."""
    study = study_here(asked.study)
    if asked.dry_run or asked.explain:
        place = output_folder_of(study.name, study.root, asked.folder)
        planned = plan_study(study, place, only=asked.only, force=asked.force)
        _print_plan(planned, console)
        if asked.dry_run:
            return DONE
    with Terminal(console).watching() as watcher, stoppable():
        report = run_study(
            study, only=asked.only, folder=asked.folder, watcher=watcher, executor=asked.workers, force=asked.force
        )
    _print_outcome(report, console)
    watcher.leaks_found(report.leaks)
    _print_given_back(report.given_back, console)
    leaks = any(leak.fails for leak in report.leaks)
    return DONE if report.succeeded and not leaks and not report.given_back else FAILED


def status_command(name: str | None, folder: Path | None, console: PlainConsole) -> int:
    """Say what is up to date, what is not and why; 1 when something is not."""
    study = study_here(name)
    planned = plan_study(study, output_folder_of(study.name, study.root, folder))
    _print_plan(planned, console)
    _print_strangers(study, planned.place, console)
    for left in left_behind(study.path, study.root):
        console.say("- outputs/{name} — sorties d’une étude qui n’est plus là, ou qui a changé de nom : les supprimer si "
                    "elles ne servent plus.", style="dim", name=left)  # fmt: skip
    due = len(planned.due)
    console.say("{due} à exécuter, {fresh} à jour.", due=due, fresh=len(planned.runs) - due)
    if due or not Products(planned, Here()).are_outdated(planned):
        return FAILED if due else DONE
    console.say(
        "La page, le rapport ou les fiches ne sont pas ceux de ces résultats : ect run les refera, sans rien exécuter.",
        style="yellow",
    )
    return FAILED


def diff_command(old: Path, new: Path, console: PlainConsole) -> int:
    """Say what changes from one folder of outputs to another; 1 when something does."""
    from ect_research.study.documents.compare_outputs import compare_outputs

    found = compare_outputs(old, new)
    _print_difference(found, console)
    count = len(found.changes)
    console.say(tell_n("{n} changement.", "{n} changements.", count) if count else tell("Rien ne change."))
    return FAILED if count else DONE


def _print_difference(found: Difference, console: PlainConsole) -> None:
    for run in dict.fromkeys(change.run for change in found.changes):
        console.print(run, style="bold", markup=False)
        for cause in found.causes.get(run, ()):
            console.say("  cause : {cause}", style="dim", cause=cause)
        alike = dict[str, list[str]]()
        for change in found.changes:
            if change.run == run:
                alike.setdefault(change.what, []).append(change.result)
        for what, results in alike.items():
            console.say("  {result} — {what}", result=", ".join(filter(None, results)) or tell("exécution"), what=what)


def extract_command(
    corpus: str, folder: Path | None, k: int | None, console: PlainConsole, *, to_review: bool = False
) -> int:
    """Write the extract of a corpus, or the list of what must be read first, and say what was done."""
    from ect_research.study.engine.extract import REMOVED, save_extract, save_to_review

    if to_review:
        path, count = save_to_review(corpus)
        console.say("{n} textes libres à relire : {path}", n=count, path=short_path(path))
        console.say(
            "Lire chaque texte, remplir « par » et « le », puis recopier les lignes dans relectures.csv, sans la colonne "
            "« texte ». Un texte modifié ensuite devra être relu."
        )
        return DONE
    if folder is None:
        raise EctError("Où écrire l’extrait ? Donner un dossier vide ou nouveau : ect extract CORPUS DOSSIER.")
    extract = save_extract(corpus, folder.resolve(), k=k)
    for table, frame in extract.tables.items():
        console.say("  {table} : {n} lignes, {columns} colonnes", table=table, n=len(frame), columns=frame.shape[1])
    console.say("Retiré ou généralisé : {n} lignes dans {file}, avec la raison.", n=len(extract.removed), file=REMOVED)
    print_to_read(extract.to_read, console)
    console.say("Extrait écrit : {path}", path=short_path(folder))
    return DONE


def _print_plan(planned: Plan, console: PlainConsole) -> None:
    from rich.markup import escape

    for one in planned:
        sign, said = ("[yellow]•[/]", Told("à exécuter")) if one.is_due else ("[green]=[/]", Told("à jour"))
        if one.causes and not one.chosen:
            sign, said = "[dim]-[/]", Told("pas demandé")
        why = Told(" : ") + joined(Told(" ; "), map(Told, one.causes)) if one.causes else ""
        console.print(f"{sign} {escape(one.run.id)} — {escape(console.said(said + why))}", soft_wrap=True)
        if one.gaps:
            console.say("  autre version depuis : {gaps}", style="dim", gaps=joined(Told(" ; "), map(Told, one.gaps)))
        if one.after:
            console.say("  relit les résultats de « {names} » : exécuté après", style="dim",
                        names=" », « ".join(sorted(one.after)))  # fmt: skip
        for remark in one.remarks:
            console.say("  {remark}", style="yellow", remark=remark)
    for name in planned.gone:
        console.say("- {name} — n’est plus dans l’étude : ect run en retirera les résultats.", style="dim", name=name)


def _print_outcome(report: StudyReport, console: PlainConsole) -> None:
    for name in report.planned.gone:
        console.say("- {name} — n’est plus dans l’étude : ses résultats sont retirés.", style="yellow", name=name)
    failed = sum(one.status != "reussi" for one in report.reports)
    kept = sum(one.chosen and not one.is_due for one in report.planned)
    if kept:
        console.say(tell_n("{n} carnet déjà à jour (--explain dit pourquoi, --force refait).",
                           "{n} carnets déjà à jour (--explain dit pourquoi, --force refait).", kept))  # fmt: skip
    for one in report.planned.due:
        for remark in one.run.notebook.remarks:
            console.say("! {title} — {remark}.", style="yellow", title=one.run.title, remark=remark)
    kinds = [output.kind for record in report.records.values() for output in record.outputs]
    figures = tell_n("{n} figure", "{n} figures", kinds.count("figure"))
    tables = tell_n("{n} tableau", "{n} tableaux", kinds.count("table"))
    console.say("{figures}, {tables}, {refusals} refus.", figures=figures, tables=tables, refusals=kinds.count("refus"))
    if report.difference is not None and report.difference.cells:
        _print_cells(report.difference, console)
    if report.difference is not None and report.difference.changes:
        console.say("Depuis l’exécution précédente ({path}) :", path=short_path(report.folder / CHANGES))
        _print_difference(report.difference, console)
    _print_strangers(report.planned.study, report.planned.place, console)
    console.say("Page à ouvrir : {path}", path=short_path(report.page))
    if failed:
        told = tell_n("{n} carnet en échec : la copie exécutée jusqu’à l’erreur est dans {path}/*.echec.ipynb.",
                      "{n} carnets en échec : la copie exécutée jusqu’à l’erreur est dans {path}/*.echec.ipynb.", failed,
                      path=short_path(report.folder / "notebooks"))  # fmt: skip
        console.say(told, style="red")


def _print_strangers(study: Study, place: OutputFolder, console: PlainConsole) -> None:
    if found := place.strangers(study):
        console.say(about_strangers(found), style="yellow")


def _print_cells(found: Difference, console: PlainConsole) -> None:
    """What was changed in the corpus, and that it changes nothing where it does not."""
    n = len(found.cells)
    moves = "" if found.changes else tell(", aucun résultat ne bouge")
    console.say(tell_n("{n} cellule changée{moves} :", "{n} cellules changées{moves} :", n, moves=moves))
    for said in found.cells[:_MOST_CELLS]:
        console.say("  " + Told(said))
    if n > _MOST_CELLS:
        console.say("  et {n} de plus", n=n - _MOST_CELLS)


def _print_given_back(cells: Sequence[str], console: PlainConsole) -> None:
    if not cells:
        return
    console.say("Des tableaux de carnets différents, mis côte à côte, rendent ce que l’un masque :", style="red")
    for cell in cells:
        console.say("  " + Told(cell), style="red")
    console.say("Enregistrer ces tableaux dans un même carnet, qui les protège ensemble, ou regrouper des catégories.")


def archive_command(study: str | None, target: Path | None, folder: Path | None, console: PlainConsole) -> int:
    """Write the archive of a study and check what was written; 0 when it reads back whole."""
    from ect_research.study.engine.archive import write_archive

    read = study_here(study)
    path = target or Path(f"{read.name}.zip")
    print_to_read(write_archive(read, path, folder), console)
    _print_strangers(read, output_folder_of(read.name, read.root, folder), console)
    console.say("Archive écrite : {path}", path=path)
    return verify_command(path, console)


def verify_command(path: Path, console: PlainConsole) -> int:
    """Read an archive again and say what differs from what it declares; 0 when it is whole."""
    from ect_research.study.engine.archive import check_archive

    found = check_archive(path)
    for fault in found.faults:
        console.say("• " + Told(fault))
    whole = tell_n("{n} défaut", "{n} défauts", len(found.faults)) if found.faults else tell("toutes conformes")
    console.say("{files} pièces, {whole}. Empreinte de la description : {digest}", files=found.files, whole=whole,
                digest=found.digest)  # fmt: skip
    return FAILED if found.faults else DONE
