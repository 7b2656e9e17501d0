"""Whoever types a command: argparse in their language, the study and the project they stand in, what they do next."""

from __future__ import annotations

import argparse
import os
import re
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, NoReturn

from ect_research.codebook.codebook import Language
from ect_research.corpus.folder.project_paths import project_root
from ect_research.errors import LANGUAGE_VARIABLE, EctError
from ect_research.study.definition.study_file import Study, find_study, read_study
from ect_research.words import Told, in_language, mark

_LANGUAGE = re.compile(r'^langue\s*=\s*"(fr|en)"', re.MULTILINE)
_LANGUAGE_ASKED = re.compile(r"--langue[= ](fr|en)\b")


def language_here(words: Sequence[str]) -> Language:
    """The language of the terminal: that of the study named, else of the studies of the project when they speak one alone.

    Outside a project, that of ``--langue``, else of the variable ``ECT_LANGUE``, else French.

    >>> language_here(["nouveau", "my-study", "--langue", "en"])
    'en'
    """
    studies, asked = list[Path](), _LANGUAGE_ASKED.search(" ".join(words))
    if words[:1] != ["nouveau"] or not asked:
        above = (Path.cwd(), *Path.cwd().parents)
        roots = (one for one in above if (one / "surveys").is_dir() and (one / "notebooks").is_dir())
        studies = [study for root in islice(roots, 1) for study in root.glob("notebooks/[!.~]*.toml")]
        named = [one for one in studies if one.stem in words or str(one) in map(os.path.abspath, words)]
        studies = named or studies or [Path(word) for word in words if word.endswith(".toml") and Path(word).is_file()]
    said = {found[1] if (found := _LANGUAGE.search(one.read_text("utf-8", "replace"))) else "fr" for one in studies}
    if not studies:
        said = {asked[1] if asked else os.environ.get(LANGUAGE_VARIABLE, "fr")}
    return "en" if said == {"en"} else "fr"


def study_here(given: str | None) -> Study:
    """The study a person names, of the project they stand in; of another one only by the path of its file."""
    if given is not None and Path(given).is_file():
        return read_study(Path(given))
    return read_study(find_study(given, project_here()))


def project_here() -> Path:
    """The project a person stands in: never that of the library."""
    here = Path.cwd().resolve()
    root = project_root(here)
    if root not in (here, *here.parents):
        raise EctError(
            "Aucun dossier « surveys » et « notebooks » dans « {here} » ni au-dessus : se placer dans le dossier du "
            "projet, ou donner le chemin du fichier de l’étude.",
            here=here,
        )
    return root


def only_corpus() -> str:
    """The only corpus of ``surveys/``, else that of the only study."""
    surveys = project_here() / "surveys"
    found = [one.name for one in surveys.iterdir() if one.is_dir() and one.name != "private" and one.name[0] != "."]
    return found[0] if len(found) == 1 else study_here(None).corpus


def short_path(path: Path) -> str:
    """A path as one types it from here."""
    whole = path.absolute()
    return str(whole.relative_to(Path.cwd()) if whole.is_relative_to(Path.cwd()) else whole)


@contextmanager
def stoppable() -> Iterator[None]:
    """A polite end asked by the system (SIGTERM), or a terminal that closes (SIGHUP), is a Ctrl-C."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    asked = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = [signal.signal(number, stop) for number in asked]
    try:
        yield
    finally:
        for number, handler in zip(asked, before, strict=True):
            signal.signal(number, handler)


_MISUSED = 2
_FRENCH = (
    (r"the following arguments are required: (.*)", r"il manque : \1"),
    (r"one of the arguments (.*) is required", r"il manque l’une des options \1"),
    (r"unrecognized arguments: (.*)", r"argument inconnu : \1"),
    (r"ambiguous option: (\S+) could match (.*)", r"\1 est trop court : \2 ?"),
    (r"argument (\S+): invalid choice: (.+) \(choose from (.*)\)", r"\1 : \2 n’existe pas (choisir parmi \3)"),
    (r"argument (\S+): expected (?:one argument|at least one argument)", r"\1 attend une valeur"),
    (r"argument (\S+): expected (\d+) arguments", r"\1 attend \2 valeurs"),
    (r"argument (\S+): invalid int value: '(.*)'", r"\1 attend un nombre entier, et non « \2 »"),
    (r"argument (\S+): invalid float value: '(.*)'", r"\1 attend un nombre, et non « \2 »"),
    (r"argument (\S+): not allowed with argument (\S+)", r"\1 et \2 ne vont pas ensemble"),
)


class _Help(argparse.RawDescriptionHelpFormatter):
    def add_usage(self, usage, actions, groups, prefix=None) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 - argparse's signature
        super().add_usage(usage, actions, groups, SpeakingParser.told(mark("Usage : ")) if prefix is None else prefix)

    def _get_help_string(self, action: argparse.Action) -> str | None:
        return SpeakingParser.told(action.help)  # type: ignore[no-any-return]

    def _metavar_formatter(self, action: argparse.Action, default_metavar: str) -> Any:  # noqa: ANN401 - argparse's
        action.metavar = SpeakingParser.told(action.metavar)
        return super()._metavar_formatter(action, default_metavar)


class _Commands(argparse._SubParsersAction):  # type: ignore[type-arg]
    def add_parser(self, name: str, *, about: str, do: Any = None, **options: Any) -> argparse.ArgumentParser:  # type: ignore[override]  # noqa: ANN401 - argparse's
        """A command, and what does it: what it is about heads its own help, and stands in that of all."""
        said = SpeakingParser.told(about)
        made: argparse.ArgumentParser = super().add_parser(
            name, help=said, description=f"{said[:1].upper()}{said[1:]}.", **options
        )
        made.set_defaults(do=do)
        return made


class SpeakingParser(argparse.ArgumentParser):
    """A parser that says in one language what it takes and what is wrong; argparse has no French of its own."""

    language: Language = "fr"

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - argparse's
        told = {
            name: self.told(value) if name in ("description", "epilog") else value for name, value in options.items()
        }
        super().__init__(add_help=False, formatter_class=_Help, **told)
        self.register("action", "parsers", _Commands)
        self._positionals.title, self._optionals.title = self.told(mark("Arguments ")), self.told(mark("Options "))
        self.add_argument("-h", "--help", "--aide", action="help", help="montrer cette aide")

    @classmethod
    def told(cls, said: Any) -> Any:  # noqa: ANN401 - argparse's own signs pass
        """A text in the language of the terminal."""
        return in_language(said, cls.language) if isinstance(said, str) else said

    def error(self, message: str) -> NoReturn:
        """Say what is wrong on the command line, and stop with code 2."""
        for english, french in _FRENCH if self.language == "fr" else ():
            message = re.sub(english, french, message)
        sys.stderr.write(f"{self.format_usage()}{self.told(mark('Erreur : '))}{message}\n")
        raise SystemExit(_MISUSED)


_SOUND = {
    "check": mark("ect run"),
    "workbook": mark("remplir {classeur}, le ranger dans surveys/mon-etude/, puis ect check mon-etude"),
    "form": mark("déposer {fichier} dans KoboToolbox ou ODK ; les réponses reviennent par ect reponses"),
    "answers": mark("ranger {fichier} dans le dossier du corpus, puis ect check"),
    "check_maps": mark("ect run"),
    "export_maps": mark("ouvrir {gpkg} dans QGIS, Magrit ou R"),
    "build_maps": mark("ect maps check, puis ect run"),
    "run": mark("ouvrir cette page ; pour faire relire chaque projet, ect fiches --formulaire a-remplir.xlsx"),
    "status": mark("tout est à jour : ouvrir la page"),
    "diff": mark("rien à faire"),
    "extract": mark("confier ce dossier avec son LISEZMOI, après l’avoir lu"),
    "archive": mark("déposer ce fichier, et citer son empreinte"),
    "new_study": mark("ect run {nom}"),
    "new_folder": mark("cd {dossier}, remplir surveys/{nom}/{nom}.xlsx, puis ect check {nom}"),
    "lab": mark("ect lab le rouvre ; ect run fait l’étude sans lui"),
}
_FAULTY = {
    "check": mark("corriger ces cellules dans le classeur, enregistrer, puis ect check {dossier}"),
    "check_maps": mark("ect maps build (voir maps/fond/SOURCES.md)"),
    "run": mark("corriger ce qui est dit plus haut, puis ect run : ce qui a réussi n’est pas refait"),
    "status": mark("ect run"),
    "diff": mark("ect run --explain dit pourquoi un résultat est refait"),
    "archive": mark("ne pas s’en servir : ect archive en écrit une autre"),
}
_AGAIN = mark("corriger ce qui est dit plus haut, puis relancer la même commande")
# By what was asked of a command that does several things.
_ASKED = {
    ("sheets", "formulaire"): mark("l’envoyer, puis ect fiches{named} --corrections {formulaire}"),
    ("sheets", "corrections"): mark("ect run dira ce qu’elles changent, figure par figure"),
    ("sheets", "dossier"): mark(
        "les envoyer à relire, avec le formulaire d’ect fiches{named} --formulaire a-remplir.xlsx"
    ),
    ("codings", "formulaire"): mark("le remplir à deux, puis ect codages{named} --arbitrages {formulaire}"),
    ("codings", "arbitrages"): mark("ect run dira ce qu’ils changent, figure par figure"),
    ("codings", "textes"): mark(
        "le garder dans private/brut/ ; les lignes codées vont dans codages.csv, puis ect check"
    ),
    ("run", "dry_run"): mark("ect run"),
    ("new_folder", "exemple"): mark("cd {dossier}, ect run"),
    ("check", "vide"): mark(
        "remplir le classeur, d’abord les feuilles sources, projets et evenements, puis ect check {dossier}"
    ),
    ("extract", "a_relire"): mark("relire ces textes, puis ect extract {corpus} DOSSIER"),
}


def what_next(command: str, asked: Mapping[str, Any], code: int) -> Told:
    """What a person does after a command.

    >>> print(what_next("check", {"dossier": "drome"}, 1))
    corriger ces cellules dans le classeur, enregistrer, puis ect check drome
    >>> print(what_next("sheets", {"formulaire": "f.xlsx", "corpus": None}, 0))
    l’envoyer, puis ect fiches --corrections f.xlsx
    """
    done = next((said for (name, what), said in _ASKED.items() if name == command and asked.get(what)), "")
    named = f" --corpus {asked['corpus']}" if asked.get("corpus") else ""
    return Told(_FAULTY.get(command, _AGAIN) if code else done or _SOUND[command], **{**asked, "named": named})
