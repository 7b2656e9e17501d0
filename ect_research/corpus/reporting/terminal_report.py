"""What ``ect check`` says on the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from rich import box

from ect_research.codebook.codebook import Language
from ect_research.codebook.load_codebook import load_codebook
from ect_research.corpus.checked.corpus import Corpus
from ect_research.corpus.checked.load_corpus import load_corpus
from ect_research.corpus.folder.project_paths import corpus_folder
from ect_research.corpus.people.consent import find_expired
from ect_research.corpus.reading.header_rows import Words
from ect_research.corpus.reporting.plain_console import PlainConsole
from ect_research.corpus.reporting.possible_analyses import list_analyses
from ect_research.corpus.text.raw_table import spoken
from ect_research.errors import CorpusError, typeset
from ect_research.words import Sentence, mark, tell, tell_n
from ect_research.words.carried_text import carried

if TYPE_CHECKING:
    from rich.table import Table


_HEADS = {"fichier": mark("Fichier"), "feuille": mark("Feuille"), "ligne": mark("Ligne"), "colonne": mark("Colonne"),
          "valeur": mark("Valeur"), "probleme": mark("Problème"), "attendu": mark("Attendu"),
          "suggestion": mark("Suggestion")}  # fmt: skip
_DONE: dict[str, Callable[[int], Sentence]] = {
    "reparation": lambda n: tell_n(
        "Journal : {n} cellule lue comme un code de la liste (libellé choisi, majuscules, séparateur)",
        "Journal : {n} cellules lues comme des codes de la liste (libellé choisi, majuscules, séparateur)", n),
    "defaut": lambda n: tell_n(
        "Journal : {n} cellule vide lue comme sa réponse la plus courante (certitude, lecture, portée d’un chiffre)",
        "Journal : {n} cellules vides lues comme leur réponse la plus courante (certitude, lecture, portée d’un chiffre)", n),
    "correction": lambda n: tell_n(
        "Journal : {n} correction déclarée, appliquée", "Journal : {n} corrections déclarées, appliquées", n),
    "protection": lambda n: tell_n(
        "Journal : {n} ligne écartée, ou nom retiré, par la protection",
        "Journal : {n} lignes écartées, ou noms retirés, par la protection", n),
}  # fmt: skip
_UNSAID = mark(
    "Protection : rien ne dit ce que ce corpus protège. Personnes, organisations et projets le sont donc, et « ect run » "
    "refusera ce qui montre un projet. À dire dans la feuille « étude » du classeur, question « Qu’est-ce qui est protégé ? »."
)
_LONGEST, _ROOMY, _LINES_SHOWN = 160, 140, 5
_NAME_ROOM, _NARROW = 31, 24  # signs of the name of an analysis on a line; the least that what it lacks has
_BESIDE = _NAME_ROOM + 18  # all that stands beside what an analysis lacks


def check_command(
    corpus: Path | str, console: PlainConsole | None = None, *, report: Path | None = None, marked: Path | None = None
) -> int | None:
    """Print every problem of a corpus, or what it holds and what it unlocks; 1 when it has errors, None when it is blank.

    ``report``: a workbook of the problems; ``marked``: a copy of the corpus, its faulty cells coloured and commented.
    """
    screen = console or PlainConsole()
    try:
        checked = load_corpus(corpus)
    except CorpusError as error:
        print_problems(error, screen)
        _save(corpus, error.problems, screen, report, marked)
        return 1
    _print_content(checked, screen)
    _save(corpus, checked.warnings, screen, report, marked)
    return 0 if any(map(len, checked.tables.values())) else None


def _save(
    corpus: Path | str, problems: pd.DataFrame, screen: PlainConsole, report: Path | None, marked: Path | None
) -> None:
    if report is None and marked is None:
        return
    from ect_research.corpus.reporting.problem_workbook import marked_copy_bytes, report_bytes, save_checked

    folder = corpus_folder(corpus)
    if report is not None:
        save_checked(report, report_bytes(_as_headed(problems, screen.language)), folder)
        screen.say("Rapport écrit : {path}", path=report)
    if marked is not None:
        save_checked(marked, marked_copy_bytes(folder, load_codebook(folder), problems), folder)
        screen.say("Copie annotée écrite : {path}", path=marked)


def print_problems(error: CorpusError, screen: PlainConsole) -> None:
    """Print a refused corpus: errors first, then warnings, as readable tables."""
    screen.say(error.spoken(screen.language), style="bold red")
    problems = spoken(error.problems, screen.language)
    _print_list(problems[problems["niveau"] == "erreur"], mark("Erreurs : {n}"), screen)
    _print_warnings(problems[problems["niveau"] == "alerte"], screen)


def _print_warnings(warnings: pd.DataFrame, screen: PlainConsole) -> None:
    if len(warnings):
        _print_list(warnings, mark("Alertes (à regarder, rien n’est bloqué) : {n}"), screen)


def _print_list(problems: pd.DataFrame, title: str, screen: PlainConsole) -> None:
    """A table where it has room; on a narrow screen, a paragraph for each cause."""
    title = screen.said(title, n=len(problems))
    problems = by_cause(problems, screen.language)
    if screen.width >= _ROOMY:
        screen.print(_problem_table(problems, title, screen))
        return
    screen.print(f"\n[bold]{title}[/]")
    for row in _as_headed(problems, screen.language).to_dict("records"):
        alone = str(row["fichier"]).startswith(f"{row['feuille']}.")
        sheet = "" if alone else row["feuille"] and screen.said("feuille {name}", name=row["feuille"])
        line = row["ligne"] and screen.said("ligne {n}" if row["ligne"].isdecimal() else "lignes {n}", n=row["ligne"])
        place = ", ".join(filter(None, (row["fichier"], sheet, line, row["colonne"])))
        value = screen.said(" « {value} »", value=row["valeur"]) if row["valeur"] else ""
        value = "" if value.strip() in row["probleme"] else value
        screen.print(f"\n[bold]{_shorten(place)}[/]\n{_folded(row['probleme'] + value, screen.width)}", soft_wrap=True)
        for head, name in ((mark("attendu : "), "attendu"), (mark("que faire : "), "suggestion")):
            if row[name]:
                word = screen.said(head)
                said = _folded(f"{word}{row[name]}", screen.width)
                screen.print(
                    said.replace(typeset(word.rstrip()), f"[dim]{typeset(word.rstrip())}[/]", 1), soft_wrap=True
                )


def by_cause(problems: pd.DataFrame, language: str = "fr") -> pd.DataFrame:
    """One row per cause: what is said of several lines in the same words is said once, ``ligne`` being a text.

    >>> import pandas as pd
    >>> lines = pd.DataFrame({"ligne": [3, 8, 5], "valeur": ["fabrique", "fabrique", ""]})
    >>> by_cause(lines)["ligne"].tolist()
    ['3, 8 (2 lignes)', '5']
    """
    words = [name for name in problems.columns if name != "ligne"]
    groups = problems.groupby(words, sort=False)["ligne"].agg(list).reset_index()
    return groups.assign(ligne=[_lines_said(sorted(set(lines) - {0}), language) for lines in groups["ligne"]])[
        list(problems.columns)
    ]


def _lines_said(lines: list[int], language: str) -> str:
    shown = ", ".join(map(str, lines[:_LINES_SHOWN])) + ("…" if len(lines) > _LINES_SHOWN else "")
    return tell("{shown} ({n} lignes)", shown=shown, n=len(lines)).sentence(language) if len(lines) > 1 else shown


def _problem_table(problems: pd.DataFrame, title: str, screen: PlainConsole) -> Table:
    """Columns that say nothing in any row are left out, so that the others have room."""
    from rich.table import Table

    shown = [name for name in _HEADS if (problems[name] != "").any()]
    table = Table(title=title, box=box.SIMPLE_HEAD, title_justify="left", show_lines=True)
    for name in shown:
        table.add_column(screen.said(_HEADS[name]), overflow="fold", justify="right" if name == "ligne" else "left")
    for row in _as_headed(problems, screen.language).to_dict("records"):
        table.add_row(*(_shorten(str(row[name])) for name in shown))
    return table


def _folded(text: str, width: int) -> str:
    """A sentence on lines that never begin or end inside « … »: rich breaks a line at a no-break space."""
    return textwrap.fill(_shorten(text), width - 1, initial_indent="  ", subsequent_indent="  ", break_long_words=False)


def _as_headed(problems: pd.DataFrame, language: Language) -> pd.DataFrame:
    """The same problems; beside the name of a column, what the header of the entry workbook calls it."""
    codebook = load_codebook()
    words = Words(codebook)

    def headed(row: pd.Series) -> str:
        table, name = words.table(row["feuille"]) or "", row["colonne"]
        label = codebook.variable_label(table, name, language) if (table, name) in codebook.variables else name
        return tell("« {label} » ({code})", label=label, code=name).sentence(language) if label != name else name

    return problems.assign(colonne=[headed(row) for _, row in problems.iterrows()])


def _shorten(text: str) -> str:
    from rich.markup import escape

    text = carried(text)
    return escape(typeset(text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"))


def _print_content(corpus: Corpus, screen: PlainConsole) -> None:
    from rich.markup import escape
    from rich.table import Table

    source = corpus.source
    language = screen.language
    screen.print(f"[bold]{escape(source.said('title', language))}[/] — " + escape(screen.said(
        "{territory}, observé jusqu’au {day:%d/%m/%Y}", territory=source.said("territory", language), day=source.observed_on)
    ))  # fmt: skip
    screen.say(source.said("nature", language))
    content = Table(title=screen.said(mark("Contenu")), box=box.SIMPLE_HEAD, title_justify="left")
    content.add_column("Table")
    content.add_column(screen.said(mark("Lignes")), justify="right")
    for name, frame in corpus.tables.items():
        content.add_row(corpus.codebook.table_label(name, language), str(len(frame)))
    screen.print(content)
    for nature, count in corpus.log["nature"].value_counts().sort_index().items():
        screen.say(_DONE[str(nature)](int(count)))
    _print_warnings(spoken(corpus.warnings, language), screen)
    _print_expired(corpus, screen)
    if "protection" not in source.more:
        screen.print(typeset(screen.said(_UNSAID)), style="bold yellow", markup=False)
    analyses = Table(title="Analyses", box=box.SIMPLE_HEAD, title_justify="left")
    for head in (mark("Analyse"), mark("Possible"), mark("Ce qui manque")):
        analyses.add_column(screen.said(head), overflow="fold")
    room = max(screen.width - _BESIDE, _NARROW)
    for row in list_analyses(corpus, language).to_dict("records"):
        sign, said = ("green", mark("oui")) if row["ouverte"] else ("yellow", mark("non"))
        lacks = row["manque"].replace(screen.said(" ; "), "\n")
        folded = "\n".join(textwrap.fill(typeset(lack), room) for lack in lacks.split("\n"))
        analyses.add_row(textwrap.fill(row["libelle"], _NAME_ROOM), f"[{sign}]{screen.said(said)}[/]", escape(folded))
    screen.print(analyses)


def _print_expired(corpus: Corpus, screen: PlainConsole) -> None:
    expired = find_expired(corpus.tables, datetime.now(tz=UTC).date())
    if expired:
        screen.say(
            "{n} entretien(s) à effacer ou à rendre anonymes : la durée de conservation promise est passée ({names}).",
            style="bold red", n=len(expired), names=expired,
        )  # fmt: skip
