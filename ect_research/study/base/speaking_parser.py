"""argparse in the language of the study."""

from __future__ import annotations

import argparse
import re
import sys
from typing import TYPE_CHECKING, Any, NoReturn

from ect_research.words import in_language, mark

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
