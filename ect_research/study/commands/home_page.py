"""The page of buttons of ``00_accueil.ipynb``."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from ect_research.errors import EctError, typeset
from ect_research.study.base.files_on_disk import system_fault
from ect_research.study.commands.command_line import language_here, project_here
from ect_research.study.commands.home_actions import (
    changes_of,
    check_study,
    corpora_of,
    create_study,
    documents_of,
    open_outside,
    studies_of,
)
from ect_research.study.commands.run_aside import Progress, RunAside
from ect_research.study.definition.study_file import read_study
from ect_research.study.outputs.output_folder import output_folder_of
from ect_research.words import Sentence, in_language, tell

if TYPE_CHECKING:
    from ipywidgets import VBox

_COLUMNS = {
    "niveau": tell("gravité"), "feuille": tell("feuille"), "ligne": tell("ligne"), "colonne": tell("colonne"),
    "valeur": tell("valeur"), "probleme": tell("problème"), "attendu": tell("attendu"), "suggestion": tell("que faire"),
}  # fmt: skip
_MOST_ROWS, _MINUTE = 300, 60
_CLOSE = {"description_width": "initial"}


class HomePage:
    """The buttons, and what they show; every action says a sentence, never a traceback.

    Attributes:
        shown: what Jupyter displays.
    """

    def __init__(self, root: Path, language: Literal["fr", "en"] = "fr") -> None:
        import ipywidgets as widgets

        self._root, self._language = root, language
        self._run: RunAside | None = None
        self._problems: pd.DataFrame | None = None
        button = self._button
        self.study = widgets.Dropdown(options=studies_of(root), description=self._say(tell("Étude")))
        self.sheet = widgets.Dropdown(
            options=[], description=self._say(tell("Fiche")), layout=widgets.Layout(width="12em"), style=_CLOSE
        )
        self.sort = widgets.Dropdown(
            options=[(self._say(said), name) for name, said in _COLUMNS.items()],
            description=self._say(tell("Trier par")),
        )
        self.name = widgets.Text(placeholder="mon-etude", description=self._say(tell("Nom")))
        own = (self._say(tell("un classeur vide à remplir")), "")
        self.corpus = widgets.Dropdown(
            options=[own, *((name, name) for name in corpora_of(root))], description=self._say(tell("Corpus"))
        )
        self.check = button(tell("Vérifier"), self.do_check, icon="check")
        self.start = button(tell("Lancer l’étude"), self.do_run, icon="play")
        self.stop = button(tell("Arrêter"), self.do_stop, icon="stop")
        self.stop.disabled = True
        self.changes = button(tell("Ce qui a changé"), self.do_changes, icon="exchange")
        self.folder = button(tell("Dossier du classeur"), self.do_open_folder, icon="folder-open")
        self.page = button(tell("Ouvrir la page"), lambda: self._open("index"), icon="file-text")
        self.report = button(tell("Ouvrir le rapport"), lambda: self._open("rapport"), icon="file-pdf-o")
        self.one_sheet = button(tell("Ouvrir la fiche"), lambda: self._open(self.sheet.value or ""), icon="id-card")
        self.create = button(tell("Créer cette étude"), self.do_create, icon="plus")
        self.bar = widgets.FloatProgress(min=0, max=1, layout=widgets.Layout(width="60%"))
        self.left, self.message, self.table = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.sort.layout.display = "none"
        self.sort.observe(lambda _: self._show_problems(), names="value")
        self.study.observe(lambda _: self._refresh(), names="value")
        made = widgets.Accordion(
            children=[widgets.VBox([self.name, self.corpus, self.create])],
            titles=[self._say(tell("Créer une étude"))],
            selected_index=None if self.study.options else 0,
        )
        steps = (
            (tell("1. Remplir"), [self.study, self.folder]),
            (tell("2. Vérifier"), [self.check, self.sort]),
            (tell("3. Lancer"), [self.start, self.stop, self.changes]),
            (tell("4. Lire"), [self.page, self.report, self.sheet, self.one_sheet]),
        )
        wrapped = widgets.Layout(flex_flow="row wrap", align_items="center")
        rows = [
            widgets.HBox([widgets.HTML(f"<b>{self._say(title)}</b>", layout=widgets.Layout(width="7em")), *parts],
                         layout=wrapped)
            for title, parts in steps
        ]  # fmt: skip
        self.shown: VBox = widgets.VBox([*rows, widgets.HBox([self.bar, self.left]), self.message, self.table, made])
        self._refresh()

    def _say(self, said: Sentence) -> str:
        text = said.sentence(self._language)
        return typeset(text) if self._language == "fr" else text

    def _button(self, said: Sentence, act: Callable[[], None], *, icon: str) -> Any:  # noqa: ANN401 - a widget
        import ipywidgets as widgets

        made = widgets.Button(description=self._say(said), icon=icon, layout=widgets.Layout(width="auto"))
        made.on_click(lambda _: self._safely(act))
        return made

    def _safely(self, act: Callable[[], None]) -> None:
        try:
            act()
        except EctError as error:
            self._tell(error.spoken(self._language), fine=False)
        except OSError as error:
            self._tell(in_language(system_fault(error), self._language), fine=False)

    def _tell(self, text: str, *, fine: bool = True) -> None:
        """A message read aloud by a screen reader."""
        colour = "#1b7837" if fine else "#b2182b"
        lines = "<br>".join(escape(line) for line in text.splitlines())
        self.message.value = (
            f'<div role="status" style="border-left:4px solid {colour};padding-left:.6em">{lines}</div>'
        )

    def _outputs(self) -> Path:
        study = read_study(self._root / "notebooks" / f"{self._chosen()}.toml")
        return output_folder_of(study.name, study.root, None).path

    def _chosen(self) -> str:
        if not self.study.value:
            raise EctError("Aucune étude : en créer une, plus bas.")
        return str(self.study.value)

    def _refresh(self) -> None:
        """What exists for the study chosen."""
        found: dict[str, Path] = {}
        if self.study.value:
            self._safely(lambda: found.update(documents_of(self._outputs())))
        self.sheet.options = [name for name in found if name not in ("index", "rapport")]
        self.sheet.value = next(iter(self.sheet.options), None)
        self.page.disabled, self.report.disabled = "index" not in found, "rapport" not in found
        self.one_sheet.disabled = not self.sheet.options

    def do_check(self) -> None:
        """Check the corpus of the study; show what is to be mended."""
        checked = check_study(self._root, self._chosen(), self._language)
        self._problems = checked.problems
        self._show_problems()
        self._tell(self._say(checked.said), fine="erreur" not in set(checked.problems["niveau"]))

    def _show_problems(self) -> None:
        problems = self._problems
        if problems is None:
            return
        self.sort.layout.display = "" if len(problems) else "none"
        if problems.empty:
            self.table.value = ""
            return
        order = problems.sort_values(self.sort.value, kind="stable", ascending=self.sort.value != "niveau")
        heads = "".join(f'<th scope="col" style="text-align:left">{self._say(said)}</th>' for said in _COLUMNS.values())
        cells = "".join(
            "<tr>"
            + "".join(f"<td style='vertical-align:top'>{escape(str(row[name]))}</td>" for name in _COLUMNS)
            + "</tr>"
            for row in order.head(_MOST_ROWS).to_dict("records")
        )
        self.table.value = f"<table><thead><tr>{heads}</tr></thead><tbody>{cells}</tbody></table>"

    def do_run(self) -> None:
        """Make the study in a process of its own."""
        self._run = RunAside(self._root, self._chosen(), self._follow)
        self.start.disabled, self.stop.disabled, self.table.value = True, False, ""
        self._tell(self._say(tell("L’étude est en cours ; fermer JupyterLab l’arrêterait.")))

    def do_stop(self) -> None:
        """Stop it; complete results are kept."""
        if self._run:
            self._run.stop()
            self._tell(self._say(tell("Arrêt demandé : les résultats complets sont gardés.")))

    def _follow(self, progress: Progress) -> None:
        self.bar.value = progress.share
        left = progress.seconds_left()
        self.left.value = "" if left is None else self._say(_time_left(left))
        if not progress.over:
            return
        self.start.disabled, self.stop.disabled = False, True
        said = (
            tell("L’étude est à jour.")
            if progress.succeeded
            else tell("Étude arrêtée : les résultats complets sont gardés.")
            if progress.stopped
            else tell("L’étude n’est pas complète :")
        )
        self._tell("\n".join([self._say(said), *progress.lines]), fine=progress.succeeded)
        self._refresh()

    def do_changes(self) -> None:
        """What the last execution changed."""
        found = changes_of(outputs := self._outputs())
        made = "index" in documents_of(outputs)
        none = (
            tell("Rien n’a changé depuis la fois précédente.")
            if made
            else tell("Cette étude n’a pas encore été lancée.")
        )
        self._tell("\n".join(found) or self._say(none))

    def do_open_folder(self) -> None:
        """The folder of the workbook, in the file manager."""
        study = read_study(self._root / "notebooks" / f"{self._chosen()}.toml")
        self._tell(self._say(open_outside(self._root / "surveys" / study.corpus)))

    def _open(self, document: str) -> None:
        path = documents_of(self._outputs()).get(document)
        if path is None:
            raise EctError("Ce document n’existe pas encore : lancer l’étude.")
        self._tell(self._say(open_outside(path)))

    def do_create(self) -> None:
        """Write a study and choose it."""
        made = create_study(self._root, self.name.value.strip(), self.corpus.value)
        self.study.options = studies_of(self._root)
        self.study.value = made
        self._tell(self._say(tell("Étude « {name} » créée. Remplir son classeur, puis vérifier.", name=made)))


def _time_left(seconds: float) -> Sentence:
    if seconds < _MINUTE:
        return tell("moins d’une minute encore")
    return tell("environ {minutes} min encore", minutes=round(seconds / _MINUTE))


def open_home(language: Literal["fr", "en"] | None = None) -> VBox:
    """The home page of a project: choose a study, check its workbook, make it, read it; nothing to type.

    Args:
        language: of the buttons; that of the studies of the project when None.

    Raises:
        EctError: there is no project here.

    >>> open_home().children[0].children[1].description
    'Étude'
    """
    return HomePage(project_here(), language or language_here([])).shown
