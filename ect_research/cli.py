"""The command ``ect``: ``ect run`` makes a study, ``ect check`` checks a corpus. It speaks the language of the study."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ect_research import __version__
from ect_research.codebook.codebook import Language
from ect_research.errors import CorpusError, EctError, StudyError
from ect_research.study.base.files_on_disk import system_fault
from ect_research.study.commands.arguments import add_study_commands
from ect_research.study.commands.command_line import SpeakingParser, language_here, only_corpus, what_next
from ect_research.words import Told, in_language, mark
from ect_research.words.carried_text import PLAIN_SIGNS, carried

if TYPE_CHECKING:
    from ect_research.corpus.forms.survey_answers import Answers
    from ect_research.corpus.reporting.plain_console import PlainConsole

DONE, FAILED, MISUSED, INTERRUPTED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: words after ``ect``; those of the command line when None.

    Returns:
        0 when all went well, 1 when a run failed or the corpus has errors, 2 when the study file or the command
        line is faulty (nothing was executed), 130 after Ctrl-C.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=PLAIN_SIGNS)  # a console that has not every sign
    words = sys.argv[1:] if arguments is None else list(arguments)
    SpeakingParser.language = language_here(words)
    asked = _parser().parse_args(words)
    if getattr(asked, "langue", "") is None:
        asked.langue = SpeakingParser.language
    asked.console = partial(_console, SpeakingParser.language)
    try:
        return _done(asked)
    except KeyboardInterrupt:
        _say(Told("Interrompu : les résultats complets sont gardés, rien n’est écrit à moitié."))
        return INTERRUPTED
    except CorpusError as error:
        from ect_research.corpus.reporting.terminal_report import print_problems

        print_problems(error, asked.console(stderr=True))
        return _told_next(asked, FAILED)
    except EctError as error:
        _say(error.spoken(SpeakingParser.language))
        return MISUSED if isinstance(error, StudyError) else FAILED
    except BrokenPipeError:
        # Whoever read what is said has left (ect check | head).
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except OSError as error:
        _say(system_fault(error))
        return FAILED
    except MemoryError:
        _say(Told("La mémoire est épuisée : fermer des programmes, ou lancer moins de carnets à la fois (-j 1)."))
        return FAILED


def _done(asked: argparse.Namespace) -> int:
    """Do what is asked, and end with what comes next."""
    return _told_next(asked, int(asked.do(asked)))


def _told_next(asked: argparse.Namespace, code: int) -> int:
    asked.console().say("Et maintenant : {told}", told=what_next(asked.do.__name__.strip("_"), vars(asked), code))
    return code


def _console(language: Language, **options: bool) -> PlainConsole:
    from ect_research.corpus.reporting.plain_console import PlainConsole

    return PlainConsole(language, **options)


def _parser() -> argparse.ArgumentParser:
    parser = SpeakingParser(
        prog="ect",
        description="Étudier les projets d’entrepreneuriat coopératif de territoire : un corpus de faits datés,\n"
        "des figures honnêtes à petit effectif.",
        epilog="Exemples :\n  ect run                        la seule étude de notebooks/\n"
        "  ect run pays-ledonien --only territoire\n"
        "  ect run --dry-run              ce qui serait exécuté, et pourquoi\n  ect check surveys/pays-ledonien "
        "--rapport rapport-verification.xlsx\n  ect workbook mon-classeur.xlsx",
    )
    parser.add_argument("--version", action="version", version=f"ect_research {__version__}", help="montrer la version")
    commands = parser.add_subparsers(
        title=parser.told(mark("Commandes ")),
        metavar=parser.told(mark("COMMANDE")),
        required=True,
        parser_class=SpeakingParser,
    )
    add_study_commands(commands)
    _add_check(commands)
    _add_workbook(commands)
    _add_form(commands)
    _add_answers(commands)
    _add_maps(commands)
    return parser


def _add_check(commands: argparse._SubParsersAction[SpeakingParser]) -> None:
    check = commands.add_parser("check", do=_check, about="vérifier un corpus, dire ce qu’il permet et ce qui manque")
    check.add_argument(
        "dossier", nargs="?", metavar="DOSSIER", help="dossier du corpus, ou son nom dans surveys/ ; le seul sans cela"
    )
    check.add_argument(
        "--rapport", type=Path, metavar="FICHIER.xlsx", help="écrire aussi les problèmes, feuille par feuille"
    )
    check.add_argument(
        "--copie",
        type=Path,
        metavar="FICHIER.xlsx",
        help="écrire une copie aux cellules fautives coloriées et commentées",
    )


def _add_workbook(commands: argparse._SubParsersAction[SpeakingParser]) -> None:
    workbook = commands.add_parser(
        "workbook", do=_workbook, about="écrire un classeur de saisie, vide ou rempli d’après un corpus"
    )
    workbook.add_argument("classeur", type=Path, metavar="NOUVEAU.xlsx", help="fichier à écrire, jamais écrasé")
    workbook.add_argument(
        "--corpus",
        metavar="NOM",
        help="le remplir avec ce corpus (nom dans surveys/, ou dossier), ses codes dans les listes",
    )
    workbook.add_argument(
        "--langue", choices=("fr", "en"), help="langue des libellés (fr ou en) ; sans cela, celle du projet"
    )
    workbook.add_argument(
        "--incubateur",
        action="store_true",
        help="les seules feuilles d’un incubateur : sources, candidats (idées), projets, évènements, chiffres",
    )


def _add_form(commands: argparse._SubParsersAction[SpeakingParser]) -> None:
    form = commands.add_parser(
        "questionnaire",
        do=_form,
        about="écrire un questionnaire pour KoboToolbox ou ODK (XLSForm), en français et en anglais",
    )
    form.add_argument(
        "table", metavar="TABLE", help="maturite (enquête), projets (fiche), ou une table que déclare --corpus"
    )
    form.add_argument("fichier", type=Path, metavar="NOUVEAU.xlsx", help="fichier à écrire, jamais écrasé")
    form.add_argument(
        "--corpus", metavar="NOM", help="corpus qui déclare la table (tables.csv, variables.csv, choices.csv)"
    )


def _add_answers(commands: argparse._SubParsersAction[SpeakingParser]) -> None:
    answers = commands.add_parser(
        "reponses",
        do=_answers,
        about="changer un export CSV de KoboToolbox ou LimeSurvey en table du corpus ; sans accord, pas de ligne",
    )
    answers.add_argument("export", type=Path, metavar="EXPORT.csv", help="fichier téléchargé, tel quel")
    answers.add_argument("table", metavar="TABLE", help="table que les réponses remplissent (maturite, projets)")
    answers.add_argument("fichier", type=Path, metavar="NOUVEAU.csv", help="fichier à écrire, jamais écrasé")
    answers.add_argument("--source", default="", metavar="CODE", help="source que citera chaque ligne (table sources)")
    answers.add_argument("--corpus", metavar="NOM", help="corpus qui déclare la table")
    answers.add_argument(
        "--repetition", nargs=3, action="append", default=[], metavar=("TABLE", "EXPORT.csv", "NOUVEAU.csv"),
        help="fichier d’une répétition du questionnaire, et la table qu’elle remplit (evenements)",
    )  # fmt: skip


def _add_maps(commands: argparse._SubParsersAction[SpeakingParser]) -> None:
    maps = commands.add_parser("maps", about="vérifier, exporter ou reconstruire le fond de carte")
    does = maps.add_subparsers(title="Actions ", metavar="ACTION", required=True, parser_class=SpeakingParser)
    check = does.add_parser("check", do=_check_maps, about="contrôler couverture, effectifs et populations")
    check.add_argument("--fond", type=Path, metavar="DOSSIER", help="maps/fond par défaut")
    export = does.add_parser("export", do=_export_maps, about="écrire le fond pour QGIS, Magrit ou R")
    export.add_argument("--gpkg", type=Path, required=True, metavar="FICHIER", help="GeoPackage à écrire")
    build = does.add_parser("build", do=_build_maps, about="reconstruire maps/fond (maps/fond/SOURCES.md)")
    build.add_argument(
        "--packages", type=Path, default=Path(), metavar="DOSSIER", help="paquets téléchargés (ce dossier par défaut)"
    )
    several: dict[str, Any] = {"action": "append", "default": [], "metavar": "CODE"}
    build.add_argument("--region", **several, help="région (27), plusieurs fois au besoin")
    build.add_argument("--departement", **several, help="département (39), de même")
    build.add_argument("--france", action="store_true", help="toute la métropole")
    build.add_argument("--source", type=Path, metavar="FICHIER", help="GPKG de l’IGN ou GeoJSON d’Etalab")
    build.add_argument("--edition", default="", metavar="TEXTE", help="mention que porteront les cartes, avec --source")
    build.add_argument("--tolerance", type=float, metavar="MÈTRES", help="généralisation (50 m avec --source)")
    build.add_argument("--output", type=Path, default=Path("maps/fond"), metavar="DOSSIER", help="maps/fond par défaut")


def _check_maps(asked: argparse.Namespace) -> int:
    from ect_research.corpus.basemap.load_basemap import check_basemap, load_basemap
    from ect_research.corpus.text.raw_table import spoken

    checks = check_basemap(load_basemap(asked.fond))
    console, failed = asked.console(), int((~checks["conforme"]).sum())
    for row in spoken(checks, console.language).itertuples():
        verdict = "ok " if row.conforme else Told("NON")
        console.say("{verdict}  {check} : {found} (attendu : {expected})", verdict=verdict, check=row.controle, found=row.trouve,
                    expected=row.attendu)  # fmt: skip
    console.say("{n} contrôles, {failed} en défaut.", n=len(checks), failed=failed)
    return FAILED if failed else DONE


def _export_maps(asked: argparse.Namespace) -> int:
    from ect_research.corpus.basemap.load_basemap import load_basemap
    from ect_research.corpus.basemap.write_basemap import export_geopackage
    from ect_research.study.commands.command_line import short_path

    basemap, console = load_basemap(), asked.console()
    for told in export_geopackage(basemap, asked.gpkg):
        console.say(told)
    console.say("{file} écrit. À citer : {source}", file=short_path(asked.gpkg), source=basemap.mentions.line())
    return DONE


def _build_maps(asked: argparse.Namespace) -> int:
    from ect_research.corpus.basemap.build_basemap import build_maps

    build_maps(asked)
    return DONE


def _check(asked: argparse.Namespace) -> int:
    from ect_research.corpus.reporting.terminal_report import check_command

    asked.dossier = asked.dossier or only_corpus()
    found = check_command(asked.dossier, report=asked.rapport, marked=asked.copie, console=asked.console())
    asked.vide = found is None
    return found or DONE


def _workbook(asked: argparse.Namespace) -> int:
    from ect_research.codebook.load_codebook import load_codebook
    from ect_research.corpus.forms.entry_workbook import save_workbook

    corpus, codebook = None, load_codebook()
    if asked.corpus:
        from ect_research.corpus.checked.load_corpus import load_corpus
        from ect_research.corpus.folder.project_paths import corpus_folder
        from ect_research.corpus.reading.sheet_to_table import read_folder

        codebook = load_codebook(corpus_folder(asked.corpus))
        if read_folder(corpus_folder(asked.corpus), codebook).tables:
            corpus = load_corpus(asked.corpus)
    if asked.incubateur:
        codebook = codebook.keep("sources", "idees", "projets", "evenements", "indicateurs")
    written = save_workbook(asked.classeur, codebook, corpus=corpus, language=asked.langue)
    asked.console().say("Classeur écrit : {path}", path=written)
    return DONE


def _form(asked: argparse.Namespace) -> int:
    from ect_research.codebook.load_codebook import load_codebook
    from ect_research.codebook.xlsform import build_form
    from ect_research.corpus.forms.entry_workbook import save_form

    path = save_form(asked.fichier, build_form(load_codebook(_declared(asked)), asked.table))
    console = asked.console()
    console.say("Questionnaire écrit : {path} (et son double .md, pour suivre ses changements)", path=path)
    console.say("Pour LimeSurvey, les noms et codes courts à saisir : {path}", path=path.with_suffix(".codes.csv"))
    return DONE


def _declared(asked: argparse.Namespace) -> Path | None:
    """The folder whose codebook completes the package's."""
    from ect_research.corpus.folder.project_paths import corpus_folder

    return corpus_folder(asked.corpus) if asked.corpus else None


def _answers(asked: argparse.Namespace) -> int:
    from ect_research.codebook.load_codebook import load_codebook
    from ect_research.corpus.forms.survey_answers import read_answers
    from ect_research.corpus.forms.survey_repeats import read_repeats

    repeats = [(table, Path(export), Path(new)) for table, export, new in asked.repetition]
    for target in (asked.fichier, *(new for _, _, new in repeats)):
        if target.exists():
            raise EctError("« {target} » existe déjà et n’est jamais écrasé : choisir un autre nom.", target=target)
    codebook = load_codebook(_declared(asked))
    answers = read_answers(asked.export, codebook, asked.table, source=asked.source)
    read = [(asked.table, asked.fichier, answers)]
    for table, export, new in repeats:
        hung = read_repeats(export, codebook, table, answers, parent=asked.table, source=asked.source)
        read.append((table, new, hung))
    for table, target, found in read:
        _save_answers(table, target, found, asked.console())
    return DONE


def _save_answers(table: str, target: Path, answers: Answers, console: PlainConsole) -> None:
    from ect_research.corpus.forms.survey_answers import answers_csv, count_answers
    from ect_research.corpus.text.raw_table import spoken

    target.write_text(answers_csv(answers), encoding="utf-8")
    console.say(
        "{table} : {received} réponses reçues, {refused} écartées faute d’accord, {rejected} rejetées à la relecture, {kept} "
        "gardées.", table=table, received=answers.received, refused=answers.refused, rejected=answers.rejected,
        kept=len(answers.rows),
    )  # fmt: skip
    for line in count_answers(answers).itertuples():
        if line.manquantes or line.sans_objet:
            console.say("  {column} : {filled} remplies, {missing} manquantes, {void} sans objet", column=line.colonne,
                        filled=line.remplies, missing=line.manquantes, void=line.sans_objet)  # fmt: skip
    ignored = ", ".join(answers.ignored) or Told("aucune")
    console.say("Colonnes non reprises : {names}.", names=ignored)
    for one in spoken(answers.warnings, console.language).itertuples():
        value = Told(" « {value} »", value=one.valeur) if one.valeur else ""
        console.say("Ligne {line}, {column}{value} : {problem} ({remedy}).", line=one.ligne, column=one.colonne, value=value,
                    problem=one.probleme, remedy=one.suggestion)  # fmt: skip
    console.say("Table écrite : {path}", path=target)


def _say(sentence: str) -> None:
    """A sentence for a person, in red on a terminal, on the error stream."""
    red, plain = ("\033[31m", "\033[0m") if sys.stderr.isatty() else ("", "")
    sys.stderr.write(f"{red}{carried(in_language(sentence, SpeakingParser.language))}{plain}\n")


if __name__ == "__main__":
    raise SystemExit(main())
