"""Project sheets: each an HTML page without any outside resource and a PDF of one page, and the list of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from html import escape, unescape
from importlib.resources import files
from typing import Any

from ect_research.corpus.checked.corpus import Corpus
from ect_research.corpus.forms.correction_form import known_project, refuse_others
from ect_research.figures.page.csv_tables import page_policy
from ect_research.figures.page.formats import Language
from ect_research.study.definition.variants import slug
from ect_research.study.documents.document_words import Words, make_pdf
from ect_research.study.documents.sheet_content import SheetContent, file_rows, labels
from ect_research.words.carried_text import breakable, carried

_LINES_TO_CORRECT = 3
# Lines that a printed page holds at full size, and signs that a line holds.
_PAGE_LINES, _LINE_SIGNS = 46, 105
_SMALLEST = 0.5
INDEX = "index.html"


def sheet_page(data: dict[str, Any], words: Words, *, alone: bool = False) -> str:
    """The HTML page of one project, from `SheetContent.data`; ``alone``: without the list of the others."""
    w = data["w"]
    lists = "".join(_list(w[name], data[name], name) for name in ("actors", "resources", "figures") if data[name])
    summary = f'<p class="summary">{escape(data["summary"])}</p>\n' if data["summary"] else ""
    questions = "".join(f"<li>{escape(question)}</li>\n" for question in data["open"])
    asked = f"<section><h2>{w['open']}</h2>\n<ul>\n{questions}</ul></section>\n" if questions else ""
    nav = "" if alone else f'<nav class="screen-only"><a href="index.html">{w["list"]}</a></nav>\n'
    title = f"{w['kicker']}{w['title_separator']}{data['name']}"
    return f"""{_head(title, words, _print_size(data))}
<main>
<p class="kicker">{w["kicker"]} {escape(data["id"])} · {escape(data["corpus"])}</p>
<h1>{escape(data["name"])}</h1>
{summary}<p class="where"><strong>{w["where"]}{w["title_separator"].rstrip()}</strong> {escape(data["stage"])} \
({w["observed"]} {escape(data["observed"])}).</p>
{_facts(data["identity"], "identity")}<section><h2>{w["history"]}</h2>
{_history(data)}</section>
{lists}{asked}<section><h2>{w["documents"]}</h2>
{_facts(data["sources"], "documents")}</section>
{_to_correct(w)}
<p class="small">{escape(data["citation"])}. {w["only"]}</p>
</main>
{nav}</body>
</html>
"""


def sheet_index(sheets: Iterable[tuple[str, dict[str, Any]]], words: Words) -> str:
    """The list of the sheets: name of each file without its extension, and what the sheet says."""
    listed = list(sheets)
    w = labels(words)
    rows = "".join(
        f'<tr><td>{escape(data["id"])}</td><th scope="row"><a href="{name}.html">{escape(data["name"])}</a></th>'
        f'<td>{escape(data["stage"])}</td><td><a href="{name}.pdf">PDF<span class="hidden"> '
        f"({escape(data['name'])})</span></a></td></tr>\n"
        for name, data in listed
    )
    corpus = f'<p class="kicker">{escape(listed[0][1]["corpus"])}</p>\n' if listed else ""
    return f"""{_head(w["list"], words, 1.0)}
<main>
{corpus}<h1>{w["list"]}</h1>
<p class="summary">{w["list_lead"]}</p>
<table class="history list"><thead><tr><th scope="col">{w["number"]}</th><th scope="col">{w["project"]}</th>\
<th scope="col">{w["where"]}</th><th scope="col">{w["print"]}</th></tr></thead>
<tbody>
{rows}</tbody></table>
</main>
</body>
</html>
"""


def _head(title: str, words: Words, size: float) -> str:
    style = (files("ect_research.study") / "assets" / "fiche.css").read_text(encoding="utf-8")
    return f"""<!doctype html>
<html lang="{words.language}" style="--print:{size:.3f}">
<head>
<meta charset="utf-8">
{page_policy()}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="ect_research">
<title>{escape(title)}</title>
<style>
{style}</style>
</head>
<body>"""


def _facts(pairs: Iterable[list[str]], kind: str) -> str:
    rows = "".join(f"<div><dt>{escape(word)}</dt><dd>{escape(said)}</dd></div>\n" for word, said in pairs)
    return f'<dl class="facts {kind}">\n{rows}</dl>\n' if rows else ""


def _list(title: str, pairs: list[list[str]], kind: str) -> str:
    return f"<section><h2>{title}</h2>\n{_facts(pairs, kind)}</section>\n"


def _history(data: dict[str, Any]) -> str:
    w = data["w"]
    course = "".join(
        f'<tr class="course"><th scope="row" colspan="2">{escape(row["word"])}</th><td class="line">{_strip(row)}</td>'
        f'<td colspan="2">{escape(row["text"])}</td></tr>\n'
        for row in data["course"]
    )
    events = "".join(
        f'<tr><td class="id">{escape(row["id"])}</td><td class="when">{escape(row["when"])}</td>'
        f'<td class="line">{_strip(row)}</td><td>{escape(row["what"])}{_more(row["more"])}</td>'
        f'<td class="id">{escape(row["sources"])}</td></tr>\n'
        for row in data["events"]
    )
    if not events:
        return f"<p>{w['no_event']}</p>"
    years = "".join(f'<span style="left:{100 * place:.1f}%">{year}</span>' for place, year in data["years"])
    return f"""<div class="scroll" tabindex="0" role="region" aria-label="{w["history"]}"><table class="history">
<thead><tr><th scope="col">{w["number"]}</th><th scope="col">{w["when"]}</th>\
<td class="line"><div class="years" aria-hidden="true">{years}</div></td>\
<th scope="col">{w["what"]}</th><th scope="col">{w["sources"]}</th></tr></thead>
<tbody>
{course}{events}</tbody></table></div>
<p class="small signs">{w["signs"]}</p>"""


def _more(text: str) -> str:
    return f' <span class="more">— {escape(text)}</span>' if text else ""


def _strip(row: dict[str, Any]) -> str:
    """The line of years of one row: what it draws is said in words beside it."""
    if not row.get("segments") and not row.get("mark"):
        return ""
    drawn = [_segment(one) for one in row.get("segments", ())]
    mark = row.get("mark")
    if mark:
        wide = mark["to"] - mark["from"]
        kind = " hollow" if row.get("doubt") else ""
        drawn.append(
            f'<span class="mark{"" if wide > 0.02 else " day"}{kind}" '
            f'style="left:{100 * mark["from"]:.2f}%;width:{100 * wide:.2f}%"></span>'
        )
        for is_open, sign, place in zip(mark["open"], "◂▸", (mark["from"], mark["to"]), strict=True):
            if is_open:
                drawn.append(f'<span class="open" style="left:{100 * place:.2f}%">{sign}</span>')
    return f'<div class="strip" aria-hidden="true">{"".join(drawn)}</div>'


def _segment(one: dict[str, Any]) -> str:
    place = f"left:{100 * one['from']:.2f}%;width:{100 * (one['to'] - one['from']):.2f}%"
    style = f"{place};background:{one['colour']};color:{one['ink']}"
    return f'<span class="spell{" between" if one["between"] else ""}" style="{style}">{one["number"]}</span>'


def _to_correct(w: dict[str, str]) -> str:
    heads = "".join(f'<th scope="col">{w[name]}</th>' for name in ("item", "should", "known_from", "who"))
    blank = "<tr><td></td><td></td><td></td><td></td></tr>\n" * _LINES_TO_CORRECT
    return f"""<section class="correct"><h2>{w["correct"]}</h2>
<p class="small">{w["how"][:1].upper()}{w["how"][1:]}</p>
<table><thead><tr>{heads}</tr></thead>
<tbody>
{blank}</tbody></table></section>"""


def _print_size(data: dict[str, Any]) -> float:
    """By how much the text is set smaller on paper, so that a long story holds on one page."""
    lists = [pair for name in ("actors", "resources", "figures", "sources") for pair in data[name]]
    lines = 0.0
    lines += sum(1 + len(said) // _LINE_SIGNS for _, said in lists)
    lines += sum(1 + len(row["what"] + row["more"]) // 62 for row in data["events"]) * 1.3
    lines += sum(1 + len(row["text"]) // 75 for row in data["course"]) * 1.3
    lines += sum(1 + len(question) // _LINE_SIGNS for question in data["open"])
    lines += len(data["identity"]) / 2 + len(data["summary"]) / _LINE_SIGNS
    lines += 26 + 2 * sum(bool(data[name]) for name in ("actors", "resources", "figures", "open"))
    return max(_SMALLEST, min(1.0, math.sqrt(_PAGE_LINES / lines)))


def build_sheets(corpus: Corpus, language: Language = "fr", only: str | None = None) -> Iterator[tuple[str, bytes]]:
    """The sheet of each project in its two forms, in the order of the corpus, then the list of them all.

    File name and bytes: ``p03.pdf`` (PDF/A of one page), ``p03.html`` (one printed page up to some 70 facts),
    ``index.html``; ``only``: that project without the list of the others, refused if its sheet names another one.
    """
    words = Words(language)
    projects = corpus.tables["projets"]
    if only is not None:
        projects = projects[projects["projet_id"] == known_project(only, projects["projet_id"].tolist())]
    episodes = corpus.episodes()
    listed, filed = [], file_rows(corpus)
    for row in projects.to_dict("records"):
        project = {str(key): value for key, value in row.items()}
        data = SheetContent(corpus, episodes, project, words, filed).data()
        name = slug(str(row["projet_id"]))
        listed.append((name, data))
        page = sheet_page(data, words, alone=only is not None)
        if only is not None:
            names = dict(zip(corpus.tables["projets"]["projet_id"], corpus.tables["projets"]["nom"], strict=True))
            refuse_others(only, names, [(f"fiche {only}", unescape(page))])
        yield f"{name}.pdf", make_pdf("fiche.typ", data)
        yield f"{name}.html", breakable(carried(page)).encode()
    if only is None:
        yield INDEX, breakable(carried(sheet_index(listed, words))).encode()
