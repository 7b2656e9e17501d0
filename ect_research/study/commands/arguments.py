"""The words of the command line that concern a study: ``ect run``, ``status``, ``diff``, ``fiches``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ect_research.study.running.parallel import Executor

    Commands = argparse._SubParsersAction[Any]


def add_study_commands(commands: Commands) -> None:
    """Add the commands of a study to those of ``ect``."""
    _add_run(commands)
    _add_status(commands)
    _add_diff(commands)
    _add_sheets(commands)
    _add_codings(commands)
    _add_extract(commands)
    _add_archive(commands)
    _add_lab(commands)
    _add_new_folder(commands)
    _add_new_study(commands)


def _add_run(commands: Commands) -> None:
    run = commands.add_parser("run", do=_run,
        about="exécuter les carnets d’une étude qui ne sont pas à jour et écrire figures, tableaux et page")  # fmt: skip
    run.add_argument(
        "etude", nargs="?", metavar="ETUDE", help="nom ou fichier .toml ; la seule étude s’il n’y en a qu’une"
    )
    run.add_argument(
        "--only", "--seulement", action="append", default=[], metavar="ID", help="cette exécution seulement (répétable)"
    )
    run.add_argument("--force", action="store_true", help="exécuter même ce qui est à jour")
    run.add_argument(
        "--explain", "--expliquer", action="store_true", help="dire pourquoi chaque carnet est exécuté ou non"
    )
    run.add_argument(
        "--dry-run", "--essai", action="store_true", help="dire ce qui serait exécuté, et ne rien exécuter"
    )
    run.add_argument(
        "-j",
        "--jobs",
        type=_count,
        default=0,
        metavar="N",
        help="carnets à la fois ; un de plus que de processeurs sans cela",
    )
    run.add_argument(
        "--plain-kernels",
        "--noyaux-simples",
        action="store_true",
        help="démarrer chaque noyau à part au lieu de le dédoubler (plus lent, mêmes résultats)",
    )
    run.add_argument(
        "--cluster",
        metavar="ADRESSE",
        help="exécuter sur un ordonnanceur dask (tcp://machine:8786), ou « local » pour des processus de cette machine",
    )
    _add_folder(run)


def _add_status(commands: Commands) -> None:
    status = commands.add_parser("status", do=_status,
        about="dire ce qui est à jour dans une étude, ce qui ne l’est pas et pourquoi")  # fmt: skip
    status.add_argument("etude", nargs="?", metavar="ETUDE", help="nom ou fichier .toml de l’étude")
    _add_folder(status)


def _add_diff(commands: Commands) -> None:
    diff = commands.add_parser("diff", do=_diff,
        about="dire ce qui change entre deux dossiers de sorties, de combien et pourquoi")  # fmt: skip
    diff.add_argument("ancien", type=Path, metavar="ANCIEN", help="dossier de sorties d’avant")
    diff.add_argument("nouveau", type=Path, metavar="NOUVEAU", help="dossier de sorties d’après")


def _add_sheets(commands: Commands) -> None:
    sheets = commands.add_parser(
        "fiches",
        do=_sheets,
        about="faire relire les fiches : les écrire, écrire leur formulaire de correction, reprendre les corrections",
        epilog="Exemples :\n  ect fiches --formulaire corrections-a-remplir.xlsx\n"
        "  ect fiches --projet P08 --formulaire p08.xlsx\n  ect fiches --corrections corrections-remplies.xlsx\n"
        "  ect run        dit ce que cela change, figure par figure",
    )
    sheets.add_argument("--projet", metavar="CODE", help="ce projet seulement : son formulaire, sa fiche (P08)")
    sheets.add_argument("--corpus", metavar="NOM", help="corpus concerné ; celui de la seule étude sans cela")
    sheets.add_argument(
        "--langue",
        choices=("fr", "en"),
        help="langue des fiches et du formulaire (fr ou en) ; sans cela, celle du projet",
    )
    what = sheets.add_mutually_exclusive_group(required=True)
    what.add_argument("--formulaire", type=Path, metavar="NOUVEAU.xlsx", help="écrire le formulaire à remplir")
    what.add_argument(
        "--corrections",
        type=Path,
        metavar="FICHIER",
        help="prendre les corrections d’un CSV ou d’un classeur : table, cle, colonne, ancienne, nouvelle, qui, pourquoi",
    )
    what.add_argument("--dossier", type=Path, metavar="NOUVEAU", help="écrire les fiches (PDF et HTML) dans un dossier")


def _add_codings(commands: Commands) -> None:
    codings = commands.add_parser(
        "codages",
        do=_codings,
        about="mettre d’accord deux codeurs : écrire leurs désaccords dans un formulaire, reprendre ce qui est arbitré",
        epilog="Exemples :\n  ect codages --corpus mon-corpus --formulaire desaccords.xlsx\n"
        "  ect codages --corpus mon-corpus --arbitrages desaccords-remplis.xlsx",
    )
    codings.add_argument("--corpus", metavar="NOM", help="corpus concerné ; celui de la seule étude sans cela")
    what = codings.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--formulaire", type=Path, metavar="NOUVEAU.xlsx", help="écrire les désaccords, et les accords à saisir"
    )
    what.add_argument(
        "--arbitrages", type=Path, metavar="FICHIER", help="prendre les codes retenus, avec qui et pourquoi"
    )
    what.add_argument(
        "--textes", nargs=2, metavar=("TABLE", "NOUVEAU.csv"), help="lister les réponses libres d’une enquête, à coder"
    )


def _codings(asked: argparse.Namespace) -> int:
    from ect_research.study.commands.form_commands import codings_command, texts_command

    if asked.textes:
        return texts_command(asked.corpus, asked.textes[0], Path(asked.textes[1]), asked.console())

    return codings_command(asked.corpus, asked.formulaire, asked.arbitrages, asked.console())


def _add_extract(commands: Commands) -> None:
    extract = commands.add_parser("extract", aliases=["extrait"], do=_extract,
        about="écrire un extrait pour un étudiant : sans identité, généralisé, avec la liste de ce qui est retiré")  # fmt: skip
    extract.add_argument("corpus", metavar="CORPUS", help="nom d’un dossier de surveys/, ou chemin")
    extract.add_argument("dossier", nargs="?", type=Path, metavar="DOSSIER", help="dossier à écrire, vide ou nouveau")
    extract.add_argument(
        "--k",
        type=int,
        metavar="N",
        help="personnes entre lesquelles chacune se confond ; jamais moins que le seuil du corpus",
    )
    extract.add_argument(
        "--a-relire",
        action="store_true",
        help="lister dans private/a_relire.csv les textes libres que personne n’a relus, et ne rien extraire",
    )


def _add_folder(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--dossier", type=Path, metavar="DOSSIER", help="dossier des sorties, à la place de outputs/<étude>"
    )


def _count(word: str) -> int:
    """A number of notebooks, 0 for as many as there are processors."""
    if not word.isdecimal():
        raise argparse.ArgumentTypeError(f"attend un nombre de carnets, et non « {word} »")
    return int(word)


def _run(asked: argparse.Namespace) -> int:
    from ect_research.study.commands.run_commands import Asked, run_command
    from ect_research.study.running.parallel import Workers

    workers: Executor = Workers(asked.jobs, asked.plain_kernels)
    if asked.cluster:
        from ect_research.study.running.cluster import Cluster

        workers = Cluster(asked.cluster, asked.jobs)
    return run_command(
        Asked(asked.etude, asked.only, asked.dossier, asked.force, asked.explain, asked.dry_run, workers),
        asked.console(),
    )


def _status(asked: argparse.Namespace) -> int:
    from ect_research.study.commands.run_commands import status_command

    return status_command(asked.etude, asked.dossier, asked.console())


def _diff(asked: argparse.Namespace) -> int:
    from ect_research.study.commands.run_commands import diff_command

    return diff_command(asked.ancien, asked.nouveau, asked.console())


def _add_new_folder(commands: Commands) -> None:
    new = commands.add_parser("nouveau", do=_new_folder,
        about="écrire un dossier à soi : classeur vide, carnets, fond de carte, étude prête à exécuter")  # fmt: skip
    new.add_argument("dossier", type=Path, metavar="DOSSIER", help="minuscules, chiffres et tirets : mon-etude")
    new.add_argument("--titre", default="", metavar="TEXTE", help="titre de l’étude ; le nom du dossier sans cela")
    new.add_argument("--territoire", default="", metavar="TEXTE", help="le territoire étudié, en quelques mots")
    new.add_argument(
        "--departement", default="", metavar="CODE", help="le département étudié (26), que montrent les cartes"
    )
    new.add_argument("--date", default="", metavar="AAAA-MM-JJ", help="dernier jour observé ; aujourd’hui sans cela")
    new.add_argument("--exemple", action="store_true", help="le registre public au lieu d’un classeur vide")
    new.add_argument("--langue", choices=("fr", "en"), help="langue des figures et du classeur")


def _new_folder(asked: argparse.Namespace) -> int:
    from datetime import date

    from ect_research.corpus.folder.project_paths import shipped_folder
    from ect_research.errors import StudyError
    from ect_research.study.commands.new_folder import write_example, write_new_folder

    folder: Path = asked.dossier
    try:
        day = date.fromisoformat(asked.date) if asked.date else date.today()  # noqa: DTZ011 - the day of whoever types
    except ValueError:
        raise StudyError("« {day} » n’est pas une date : écrire année-mois-jour, 2026-12-31.", day=asked.date) from None
    if asked.exemple:
        new = write_example(folder, shipped_folder())
    else:
        told = {"titre": asked.titre or folder.resolve().name.replace("-", " ").capitalize()}
        told |= {"date_observation": f"{day:%d/%m/%Y}"} | ({"territoire": asked.territoire} if asked.territoire else {})
        where = asked.departement.upper()
        new = write_new_folder(folder, shipped_folder(), told, departement=where, language=asked.langue)
    console = asked.console()
    console.say("Dossier écrit : {folder} ({names}, carnets, fond de carte).", folder=folder, names=new.written)
    if new.off_the_map:
        console.say(
            "Le fond de carte livré ne couvre pas ce département ({name}) : tout s’exécute, sauf les cartes. "
            "maps/fond/SOURCES.md dit comment l’y ajouter.",
            name=new.off_the_map,
        )
    asked.nom = new.name
    return 0


def _add_new_study(commands: Commands) -> None:
    new = commands.add_parser(
        "nouvelle-etude", do=_new_study, about="écrire le fichier d’une nouvelle étude, prêt à exécuter"
    )
    new.add_argument("nom", metavar="NOM", help="minuscules, chiffres et tirets : bilan-2026")
    said = "nom d’un dossier de surveys/ ; plusieurs pour les comparer"
    new.add_argument("--corpus", required=True, nargs="+", metavar="CORPUS", help=said)
    new.add_argument(
        "--lecteur", choices=("horizons", "ademe", "revue", "fiche"), default="ademe", help="mise en forme"
    )
    new.add_argument(
        "--langue", choices=("fr", "en"), help="langue des figures et des documents ; sans cela, celle du projet"
    )


def _new_study(asked: argparse.Namespace) -> int:
    from ect_research.study.commands.command_line import project_here
    from ect_research.study.commands.new_study import write_new_study

    study = write_new_study(project_here(), asked.nom, *asked.corpus, reader=asked.lecteur, language=asked.langue)
    asked.console().say("Étude écrite : notebooks/{file} ({n} carnets, à choisir et à régler).", file=study.path.name,
                        n=len(study.runs))  # fmt: skip
    return 0


def _add_lab(commands: Commands) -> None:
    lab = commands.add_parser("lab", do=_lab,
        about="ouvrir JupyterLab sur les carnets, en français si son paquet de langue est installé")  # fmt: skip
    lab.add_argument("--sans-navigateur", action="store_true", help="ne pas ouvrir le navigateur")


def _lab(asked: argparse.Namespace) -> int:
    from ect_research.study.commands.lab import lab_command

    return lab_command(asked.console(), browser=not asked.sans_navigateur)


def _add_archive(commands: Commands) -> None:
    archive = commands.add_parser("archive", do=_archive,
        about="archiver une étude à jour (données qui peuvent sortir, carnets, résultats), ou relire une archive")  # fmt: skip
    archive.add_argument("etude", nargs="?", metavar="ETUDE", help="nom ou fichier .toml de l’étude")
    archive.add_argument("--vers", type=Path, metavar="NOUVEAU.zip", help="fichier à écrire ; <étude>.zip sans cela")
    archive.add_argument("--verifier", type=Path, metavar="FICHIER.zip", help="relire une archive : absents, changés")
    _add_folder(archive)


def _archive(asked: argparse.Namespace) -> int:
    from ect_research.study.commands.run_commands import archive_command, verify_command

    if asked.verifier is not None:
        return verify_command(asked.verifier, asked.console())
    return archive_command(asked.etude, asked.vers, asked.dossier, asked.console())


def _sheets(asked: argparse.Namespace) -> int:
    from ect_research.study.commands.form_commands import sheets_command

    sheets = (asked.dossier, asked.langue, asked.projet)
    return sheets_command(asked.corpus, asked.formulaire, asked.corrections, sheets, asked.console())


def _extract(asked: argparse.Namespace) -> int:
    from ect_research.study.commands.run_commands import extract_command

    return extract_command(asked.corpus, asked.dossier, asked.k, asked.console(), to_review=asked.a_relire)
