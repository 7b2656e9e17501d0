"""What ``ect fiches`` and ``ect codages`` do and say: forms go out, what people correct or settle comes back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ect_research.analysis.chance import Refusal
from ect_research.corpus.checked.corpus import Corpus
from ect_research.errors import EctError, StudyError
from ect_research.figures.page.formats import Language
from ect_research.study.commands.command_line import only_corpus, short_path
from ect_research.words import Told, tell_n

if TYPE_CHECKING:
    from ect_research.analysis.corpus.agreement.double_codings import DoubleCoding
    from ect_research.corpus.forms.correction_intake import Taken
    from ect_research.corpus.reporting.plain_console import PlainConsole

DONE = 0


def sheets_command(
    corpus: str | None,
    form: Path | None,
    corrections: Path | None,
    sheets: tuple[Path | None, Language, str | None],
    console: PlainConsole,
) -> int:
    """Write a correction form or the sheets of a corpus, or take corrections back: all of them, or none.

    ``sheets``: the folder to write them in, their language, and the only project to speak of; all when None.
    """
    named = corpus or only_corpus()
    if form is not None:
        from ect_research.corpus.forms.correction_form import save_correction_form

        console.say("Formulaire écrit : {path}", path=save_correction_form(form, named, sheets[2], sheets[1]))
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
    from ect_research.study.documents.sheet_page import build_sheets

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


FAILED = 1
_HELP = (
    Told("Une ligne par désaccord : relire les deux passages, puis écrire le code retenu, qui l’a retenu et pourquoi."),
    Told(
        "« qui » est un code de codeur (A1, A1+A2, ARB1), jamais le nom d’une personne : le fichier voyage avec le corpus."
    ),
    Told(
        "Les lignes déjà remplies sont les codes que tous ont donnés et que le corpus n’a pas encore : les garder ou les vider."
    ),
    Told("Puis, dans le dossier du projet : ect codages --arbitrages ce-fichier.xlsx"),
)
Line = tuple[str, ...]


def codings_command(corpus: str | None, form: Path | None, settled: Path | None, console: PlainConsole) -> int:
    """Write the form of the disagreements, or take what was settled; 1 when nothing was coded twice."""
    from ect_research.corpus.checked.load_corpus import load_corpus

    read = load_corpus(corpus or only_corpus())
    if settled is not None:
        from ect_research.corpus.forms.correction_intake import take_corrections

        known = frozenset(str(who) for who in read.table("codages")["codeur"])
        say_taken(take_corrections(read.folder, settled, coders=known), console)
    return DONE if form is None else _write_disagreements(read, form, console)


def texts_command(corpus: str | None, table: str, target: Path, console: PlainConsole) -> int:
    """List the open answers of a table as rows of ``codages`` to be filled; 1 when nobody wrote anything."""
    from ect_research.analysis.corpus.survey.coarse_counts import last_answers, read_questions
    from ect_research.corpus.checked.load_corpus import load_corpus
    from ect_research.corpus.text.raw_table import csv_text, neutralise_text

    read = load_corpus(corpus or only_corpus())
    key, answers = read.codebook.key_of(table), last_answers(read.table(table))
    asked = [one.name for one in read_questions(read.codebook, table) if one.kind == "texte"]
    rows = [
        {"codage_id": f"{row[key]}-{name}", "unite_table": table, "unite_id": str(row[key]), "variable": name, "valeur": "",
         "codeur": "", "tour": "1", "citation": neutralise_text(str(row[name])),
         "source_id": " ".join(row.get("source_id") or ()), "certitude": ""}
        for name in asked for row in answers[answers[name].notna()].to_dict("records")
    ]  # fmt: skip
    if not rows:
        console.say("La table {table} n’a aucune réponse libre.", table=table)
        return FAILED
    if target.exists():
        raise EctError("« {target} » existe déjà et n’est jamais écrasé : choisir un autre nom.", target=target)
    target.write_text(csv_text(rows), encoding="utf-8-sig", newline="")
    console.say(
        "{n} réponses libres à coder : {path}. Ce sont des paroles de personnes : garder ce fichier dans private/brut/. Chaque "
        "codeur remplit valeur (un thème), codeur (un code, jamais un nom) et certitude, puis ses lignes vont dans codages.csv.",
        n=len(rows), path=short_path(target),
    )  # fmt: skip
    return DONE


def _write_disagreements(corpus: Corpus, form: Path, console: PlainConsole) -> int:
    from ect_research.analysis.corpus.agreement.coding_agreement import build_agreement
    from ect_research.corpus.forms.correction_form import form_bytes, new_form

    told = build_agreement(corpus.table("codages"), corpus.codebook, log=corpus.log, draws=1)
    if isinstance(told, Refusal):
        console.say(told.sentence(console.language))
        return FAILED
    target = new_form(form)
    apart, alike = coding_lines(corpus, console.language)
    target.write_bytes(form_bytes([*apart, *alike], _HELP, language=console.language))
    console.say(
        "Formulaire écrit : {path} ({apart} désaccords à discuter, {alike} codes donnés par tous et absents du corpus).",
        path=short_path(target), apart=len(apart), alike=len(alike),
    )  # fmt: skip
    return DONE


def coding_lines(corpus: Corpus, language: Language = "fr") -> tuple[list[Line], list[Line]]:
    """Lines of the correction form: what coders say otherwise, then what they all say and the corpus does not.

    What was settled already, and what is no column of the corpus (degrees of membership), is left out.
    """
    from ect_research.analysis.corpus.agreement.double_codings import read_double_codings
    from ect_research.corpus.checked.load_corpus import read_text

    rows = read_text(corpus.folder, corpus.codebook)
    known = {
        (table, row.text.get(corpus.codebook.key_of(table), ""), name): text
        for table, several in rows.items()
        for row in several
        for name, text in row.text.items()
    }
    log = corpus.log[corpus.log["nature"] == "correction"]
    for line in log.astype("str").to_dict("records"):
        known[line["table"], line["cle"], line["colonne"]] = line["nouvelle"]
    done = set(zip(log["table"], log["cle"], log["colonne"], strict=True))
    apart: list[Line] = []
    alike: list[Line] = []
    for one in read_double_codings(corpus.table("codages"), corpus.codebook):
        if (one.table, one.variable) not in corpus.codebook.variables:
            continue
        for unit, codes, said in _units(one, corpus, language):
            place = (one.table, unit, one.variable)
            present = known.get(place, "")
            if place in done:
                continue
            if len(codes) > 1:
                apart.append((*place, said, present, "", "", ""))
            elif not present:
                who = "+".join(one.coders)
                alike.append((*place, said, present, codes.pop(), who, "même code donné par tous, sans discussion"))
    return apart, alike


def _units(one: DoubleCoding, corpus: Corpus, language: Language) -> Iterator[tuple[str, set[str], str]]:
    """Each unit coded twice: its codes, and what each coder read."""
    from ect_research.corpus.forms.correction_form import meaning_of

    variable = corpus.codebook.variables[one.table, one.variable]
    for at, unit in enumerate(one.units):
        if not one.paired[at]:
            continue
        own = one.rows[one.rows["unite_id"] == unit].sort_values("codeur").to_dict("records")
        parts = []
        for row in own:
            why = [
                str(row[name])
                for name in ("passage", "citation", "justification")
                if row[name] == row[name] and row[name]
            ]
            meaning = meaning_of(str(row["valeur"]), variable, corpus.codebook, language)
            parts.append(f"{row['codeur']} : {meaning} [{row['valeur']}]"
                         + (f" ({' ; '.join(why)})" if why else ""))  # fmt: skip
        yield unit, {str(row["valeur"]) for row in own}, f"{variable.labels[language]}\n" + "\n".join(parts)
