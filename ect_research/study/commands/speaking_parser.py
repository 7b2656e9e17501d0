"""argparse in the language of the study, and what a person does after a command."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NoReturn

from ect_research.words import Told, in_language, mark

if TYPE_CHECKING:
    from ect_research.codebook.codebook import Language

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
