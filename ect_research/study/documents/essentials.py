"""« L’essentiel »: what a study found, what its data do not allow, and what to fill first, before anything else is read."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from ect_research.analysis.territory.focused import LEVEL
from ect_research.corpus.checked.corpus import Corpus
from ect_research.corpus.reporting.possible_analyses import ToFill, list_to_fill
from ect_research.figures.exhibit.exhibit import Strength
from ect_research.figures.page.csv_tables import page_policy
from ect_research.figures.page.formats import format_percent
from ect_research.study.base.result_record import Output
from ect_research.study.definition.study_file import Run, Study
from ect_research.study.documents.document_words import Words
from ect_research.study.documents.named_results import Numbering, anchor, cause_of, title_of
from ect_research.study.outputs.output_folder import RunRecord
from ect_research.words import Sentence, mark

MOST_FINDINGS, MOST_OF_A_NOTEBOOK, MOST_CAUSES, MOST_LINKS, MOST_TO_FILL = 7, 2, 5, 4, 3
# Strongest first; the sign says it where colour does not.
_STRENGTHS = {
    Strength.BEYOND_CHANCE: ("▲", mark("au-delà du hasard")),
    Strength.COUNTED: ("■", mark("compté")),
    Strength.AS_CHANCE: ("≈", mark("le hasard fait aussi bien")),
}


@dataclass(frozen=True)
class Link:
    """A result in the page: its anchor, and the words that lead there."""

    target: str
    said: str


@dataclass(frozen=True)
class Line:
    """One line of the essentials."""

    text: str  # what it says
    links: tuple[Link, ...] = ()  # results it is about
    sign: str = ""  # sign of its strength, empty when it has none
    strength: str = ""  # the same in words
    language: str = ""  # language of the text, where it is not the reader's


Part = tuple[str, list[Line]]


def gather_essentials(
    study: Study, corpus: Corpus, records: Mapping[str, RunRecord], stale: Mapping[str, Sequence[Sentence]]
) -> list[Part]:
    """The parts that have something to say, each a heading and its lines: findings, refusals, what to fill.

    ``stale`` says why the results of a run are no longer those of now.
    """
    words = Words(study.language)
    numbers = Numbering(study, dict(records), words)
    shown = [
        (run, output)
        for run in study.runs
        if run.id in records and records[run.id].status == "reussi"
        for output in records[run.id].outputs
    ]

    def found(run: Run, output: Output) -> Line:
        sign, strength = _STRENGTHS[Strength(output.strength)]
        said = words.say(strength)
        said = words.say("{strength}, exécution antérieure", strength=said) if stale.get(run.id) else said
        language = output.language if output.kind == "figure" and output.language != words.language else ""
        link = Link(anchor(run.id, output.name), numbers[run.id, output.name])
        return Line(words.set(output.finding), (link,), sign, said, language)

    body = [(run, output) for run, output in shown if (run.id, output.name) in numbers.body]
    parts = [
        (words.say("L’essentiel"), [*(found(run, output) for run, output in _strongest(body)), *_tested(shown, words)]),
        (words.say("Ce que ces données ne permettent pas"), list(_barred(shown, words))),
        (
            words.say("À remplir d’abord"),
            [_to_fill(one, corpus, words) for one in list_to_fill(corpus, words.language)[:MOST_TO_FILL]],
        ),
    ]
    if not parts[0][1]:
        parts[0][1].append(Line(words.say("Aucun résultat ne donne de constat pour l’instant.")))
    return [part for part in parts if part[1]]


def _strongest(body: list[tuple[Run, Output]]) -> list[tuple[Run, Output]]:
    """The findings of the body to tell: strongest first, then the first of each notebook before the second of any."""
    order = [str(strength) for strength in _STRENGTHS]
    telling = [one for one in body if one[1].strength in order and one[1].finding]
    told: dict[str, tuple[int, int, Run, Output]] = {}
    of_notebook: Counter[Path] = Counter()
    for run, output in sorted(telling, key=lambda one: order.index(one[1].strength)):
        rank = of_notebook[run.notebook.path]
        if output.finding not in told and rank < MOST_OF_A_NOTEBOOK:
            told[output.finding] = order.index(output.strength), rank, run, output
            of_notebook[run.notebook.path] += 1
    ranked = sorted(told.values(), key=lambda one: one[:2])
    return [(run, output) for _, _, run, output in ranked[:MOST_FINDINGS]]


def _tested(shown: list[tuple[Run, Output]], words: Words) -> Iterator[Line]:
    """How often a study without anything to find would find something too, as many tests as this one makes.

    Several views of a test are one: two of a run at most. What another run of the notebook (a variant) says in the same words
    is the same test.
    """
    told: dict[str, dict[str, str]] = defaultdict(dict)
    first: dict[tuple[Path, str], str] = {}
    for run, output in shown:
        tested = output.strength in (Strength.BEYOND_CHANCE, Strength.AS_CHANCE) and output.finding
        if tested and first.setdefault((run.notebook.path, output.finding), run.id) == run.id:
            told[run.id][output.finding] = output.strength
    tests = [one for found in told.values() for one in sorted(found.values())[:MOST_OF_A_NOTEBOOK]]
    if (beyond := tests.count(Strength.BEYOND_CHANCE)) and len(tests) > 1:
        share = format_percent(1 - (1 - LEVEL) ** len(tests), 0, words.language)
        said = mark("Épreuves du hasard dans cette étude : {n}, dont {beyond} au-delà. Sans rien à trouver, une au moins "
                    "le serait dans {share} des études qui en font autant.")  # fmt: skip
        yield Line(words.say(said, n=len(tests), beyond=beyond, share=share))


def _barred(shown: list[tuple[Run, Output]], words: Words) -> Iterator[Line]:
    """Each cause of refusal once, with all that it stops; the cause that stops most first."""
    stopped: dict[str, list[Link]] = defaultdict(list)
    for run, output in shown:
        if output.kind == "refus" or output.strength == Strength.REFUSED:
            title = title_of(output, words) if output.kind == "refus" else words.told(output.subtitle)
            stopped[cause_of(output, words)].append(Link(anchor(run.id, output.name), words.set(title)))
    causes = sorted(stopped.items(), key=lambda one: -len(one[1]))
    for cause, links in causes[:MOST_CAUSES]:
        yield Line(words.set(cause), _by_title(links, words))
    if left := len(causes) - MOST_CAUSES:
        more = words.say_n("{n} autre cause de refus, en annexe.", "{n} autres causes de refus, en annexe.", left)
        yield from [Line(more)] if left > 0 else []


def _by_title(links: list[Link], words: Words) -> tuple[Link, ...]:
    """One link per title, with how many results it stands for; four at most, then how many more."""
    counts = Counter(link.said for link in links)
    first = {link.said: link for link in reversed(links)}
    named = [
        Link(first[said].target, said if count == 1 else words.say("{title} ({n} résultats)", title=said, n=count))
        for said, count in counts.items()
    ]
    left = named[MOST_LINKS:]
    more = [Link(left[0].target, words.say_n("{n} autre résultat", "{n} autres résultats", len(left)))] if left else []
    return (*named[:MOST_LINKS], *more)


def _to_fill(one: ToFill, corpus: Corpus, words: Words) -> Line:
    table = corpus.codebook.table_label(one.table, words.language)
    what = words.say("Des lignes dans « {table} »", table=table)
    if one.column:
        column = corpus.codebook.variable_label(one.table, one.column, words.language)
        what = words.say("La colonne « {column} » de « {table} »", column=column, table=table)
    opens, helps = (", ".join(names) for names in (one.opens, one.helps))
    use = []
    if opens and one.column:
        use.append(words.say("suffit pour : {analyses}", analyses=opens))
    elif opens:
        use.append(words.say("suffisent pour : {analyses}", analyses=opens))
    if helps and opens and one.column:
        use.append(words.say("et sert, avec d’autres, à : {analyses}", analyses=helps))
    elif helps and opens:
        use.append(words.say("et servent, avec d’autres, à : {analyses}", analyses=helps))
    elif helps and one.column:
        use.append(words.say("manque, avec d’autres, à : {analyses}", analyses=helps))
    elif helps:
        use.append(words.say("manquent, avec d’autres, à : {analyses}", analyses=helps))
    said = words.say(" ; ").join(use)
    return Line(f"{what} {said}.")


def essentials_html(parts: list[Part], words: Words) -> str:
    """The first section of the page."""
    return f"""<section class="essential" aria-labelledby="essentiel">
{"".join(_part_html(number, part, words) for number, part in enumerate(parts))}</section>
"""


_CLASSES = ("findings", "causes", "gaps")


def _part_html(number: int, part: Part, words: Words) -> str:
    heading, lines = part
    head = f"<h3>{escape(heading)}</h3>" if number else f'<h2 id="essentiel">{escape(heading)}</h2>'
    rows = "".join(f"<li>{_line_html(line, words)}</li>\n" for line in lines)
    return f'{head}\n<ul class="{_CLASSES[number]}">\n{rows}</ul>\n'


def _line_html(line: Line, words: Words) -> str:
    language = f' lang="{escape(line.language)}"' if line.language else ""
    text = f"<span{language}>{escape(line.text)}</span>"
    links = _linked(line, words, lambda link: f'<a href="#{link.target}">{escape(link.said)}</a>')
    if not line.sign:
        return f"{text}{links}"
    strength = f'<span class="strength"><span aria-hidden="true">{line.sign}</span> {escape(line.strength)}</span>'
    return f'{text}<span class="borne">{strength}{links}</span>'


def essentials_markdown(
    study: Study, corpus: Corpus, records: Mapping[str, RunRecord], stale: Mapping[str, Sequence[Sentence]]
) -> str:
    """The same as ``essentiel.md``, to paste elsewhere; its links lead into the page beside it."""
    words = Words(study.language)
    said = [f"# {_plain(words.set(study.title))}\n"]
    for heading, lines in gather_essentials(study, corpus, records, stale):
        said.append(f"## {_plain(heading)}\n")
        said.append("".join(f"- {_line_markdown(line, words)}\n" for line in lines))
    return "\n".join(said)


def essentials_to_paste(
    study: Study, corpus: Corpus, records: Mapping[str, RunRecord], stale: Mapping[str, Sequence[Sentence]]
) -> str:
    """The same as ``essentiel.html``: headings and lists alone, which a word processor takes as its own."""
    words = Words(study.language)
    said = [f"<h1>{escape(words.set(study.title))}</h1>"]
    for heading, lines in gather_essentials(study, corpus, records, stale):
        said.append(f"<h2>{escape(heading)}</h2>\n<ul>")
        said += [f"<li>{_line_to_paste(line, words)}</li>" for line in lines]
        said.append("</ul>")
    head = f'<meta charset="utf-8">\n{page_policy()}\n<title>{escape(study.title)}</title>'
    body = "\n".join(said)
    return (
        f'<!doctype html>\n<html lang="{words.language}">\n<head>\n{head}\n</head>\n<body>\n{body}\n</body>\n</html>\n'
    )


def _line_to_paste(line: Line, words: Words) -> str:
    links = _linked(line, words, lambda link: f'<a href="index.html#{link.target}">{escape(link.said)}</a>')
    strength = f" <strong>{line.sign} {escape(line.strength)}</strong>" if line.sign else ""
    return f"{escape(line.text)}{strength}{links}"


def _line_markdown(line: Line, words: Words) -> str:
    links = _linked(line, words, lambda link: f"[{_plain(link.said)}](index.html#{link.target})")
    strength = f" **{line.sign} {_plain(line.strength)}**" if line.sign else ""
    return f"{_plain(line.text)}{strength}{links}"


def _linked(line: Line, words: Words, write: Callable[[Link], str]) -> str:
    """The results of a line: after its strength, or as what its cause stops."""
    if not line.links:
        return ""
    links = ", ".join(map(write, line.links))
    stops = words.say("Arrête :")
    return f" · {links}" if line.sign else f" {stops} {links}"


def _plain(text: str) -> str:
    """A text in which Markdown reads no mark."""
    return re.sub(r"([\\`*_\[\]<>#])", r"\\\1", text.replace("\n", " "))
