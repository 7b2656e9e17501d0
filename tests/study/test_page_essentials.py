"""« L’essentiel »: which findings head the page, in which order, what is refused and why, and that its links lead there."""

import re
from dataclasses import replace
from html import unescape

import pytest

import ect_research as ect
from ect_research.corpus.reporting.possible_analyses import list_to_fill
from ect_research.study.base.result_record import Output
from ect_research.study.definition.study_file import Study, read_study
from ect_research.study.documents import report
from ect_research.study.documents.document_words import Words
from ect_research.study.documents.essentials import (
    MOST_FINDINGS,
    Part,
    essentials_html,
    essentials_markdown,
    essentials_to_paste,
    gather_essentials,
)
from ect_research.study.documents.named_results import MOST_IN_BODY, Numbering, in_body
from ect_research.study.engine import study_products
from ect_research.study.outputs.output_folder import RunRecord
from ect_research.words import labelled, tell

NOTEBOOKS = "abcdefg"
BEYOND, COUNTED, CHANCE = "au-delà du hasard", "compté", "le hasard fait aussi bien"
WHY = labelled({"fr": "8 projets créés, il en faut 10.", "en": "8 projects created, 10 are needed."})
FEW = ect.Refusal(tell("la courbe"), WHY, labelled({"fr": "Dater 2 créations.", "en": "Date 2 creations."}))


def told(name: str, strength: str, place: str = "corps", finding: str = "") -> Output:
    return Output(name, "table", name, finding=finding or f"Constat {name}.", strength=strength, place=place)


def refused(name: str, why: ect.Refusal = FEW) -> Output:
    causes = {"cause_fr": why.cause("fr"), "cause_en": why.cause("en")}
    return Output(
        name, "refus", f"Titre {name}", refusal_fr=why.sentence("fr"), refusal_en=why.sentence("en"), **causes
    )


@pytest.fixture
def study(make_project, good_cells) -> Study:
    runs = "".join(f'[[execution]]\nid = "{name}"\ncarnet = "{name}.ipynb"\n' for name in NOTEBOOKS)
    return read_study(
        make_project(f'titre = "Essai"\ncorpus = "essai"\n{runs}', **dict.fromkeys(NOTEBOOKS, good_cells))
    )


def test_the_report_and_the_page_are_told_from_the_same_corpus(monkeypatch, tmp_path):
    seen = []
    monkeypatch.setattr(study_products, "corpus_of", lambda _: "every table, persons too")
    monkeypatch.setattr(report, "build_report", lambda _study, corpus, *_: seen.append(corpus) or b"")
    study_products.write_report(None, tmp_path, {})
    assert seen == ["every table, persons too"]


@pytest.fixture
def corpus(study):
    return ect.load_corpus(study.root / "surveys/essai")


def records_of(study: Study, **outputs: list[Output]) -> dict[str, RunRecord]:
    runs = {run.id: run for run in study.runs}
    return {
        name: RunRecord(name, "reussi", None, runs[name].all_parameters(), {}, "", "", tuple(saved))
        for name, saved in outputs.items()
    }


def named(part: Part) -> list[str]:
    return [line.links[0].target for line in part[1] if line.links]


def test_many_tests_say_how_often_chance_alone_would_be_told(study, corpus):
    nothing = records_of(study, a=[told("hasard", CHANCE), told("compte", COUNTED)])
    assert all(line.links for line in gather_essentials(study, corpus, nothing, {})[0][1])
    views = [told(f"vue-{n}", CHANCE) for n in range(6)]
    several = records_of(
        study, a=views, b=[told("fort", BEYOND), told("egal", CHANCE)], c=[told("annexe", CHANCE, "annexe")]
    )
    said = gather_essentials(study, corpus, several, {})[0][1][-1].text
    assert "5, dont 1 au-delà" in said and "dans 23" in said


def test_each_variant_of_a_notebook_is_a_test_unless_it_says_the_same(make_project, good_cells):
    """A focus sought at four radii was counted as two tests."""
    runs = "".join(f'[[execution]]\nid = "v{n}"\ncarnet = "a.ipynb"\n' for n in range(5))
    study = read_study(make_project(f'titre = "Essai"\ncorpus = "essai"\n{runs}', a=good_cells))
    found = {f"v{n}": [told("foyer", BEYOND if n == 0 else CHANCE, finding=f"Rayon {min(n, 3)}.")] for n in range(5)}
    lines = gather_essentials(study, ect.load_corpus(study.root / "surveys/essai"), records_of(study, **found), {})[0][
        1
    ]
    assert "4, dont 1 au-delà" in lines[-1].text


def test_the_strongest_come_first_then_the_order_of_the_study(study, corpus):
    records = records_of(
        study,
        a=[told("hasard", CHANCE), told("compte-a", COUNTED)],
        b=[told("fort-b", BEYOND), told("annexe", BEYOND, "annexe"), told("compte-b", COUNTED)],
        c=[told("muet", ""), replace(told("titre", BEYOND), finding=""), told("fort-c", BEYOND)],
    )
    found = gather_essentials(study, corpus, records, {})[0]
    assert named(found) == ["b--fort-b", "c--fort-c", "a--compte-a", "b--compte-b", "a--hasard"]
    assert [line.sign for line in found[1] if line.links] == ["▲", "▲", "■", "■", "≈"]


def test_at_most_seven_one_of_each_notebook_before_a_second_and_a_sentence_once(study, corpus):
    same = told("vue-2", BEYOND, finding="Constat vue-1.")
    records = records_of(
        study,
        a=[told("vue-1", BEYOND), same, *(told(f"a{n}", BEYOND) for n in range(3))],
        **{name: [told(f"{name}{n}", COUNTED) for n in range(3)] for name in NOTEBOOKS[1:]},
    )
    found = named(gather_essentials(study, corpus, records, {})[0])
    assert found == ["a--vue-1", "a--a0", "b--b0", "c--c0", "d--d0", "e--e0", "f--f0"]
    assert len(found) == MOST_FINDINGS


def test_a_cause_is_told_once_with_all_that_it_stops(study, corpus):
    other = ect.Refusal(tell("la courbe"), tell("Aucun projet à compter."))
    records = records_of(study, a=[refused("seul", other), refused("un")], b=[refused("deux")])
    (heading, lines) = gather_essentials(study, corpus, records, {})[1]
    assert heading == "Ce que ces données ne permettent pas"
    assert [[link.target for link in line.links] for line in lines] == [["a--un", "b--deux"], ["a--seul"]]
    assert lines[0].text.replace("\xa0", " ").endswith("Pour lever ce refus : Dater 2 créations.")
    assert "la courbe" not in lines[0].text
    english = gather_essentials(replace(study, language="en"), corpus, records, {})[1]
    assert english[0] == "What these data do not allow" and len(english[1]) == 2
    assert english[1][0].text == "8 projects created, 10 are needed. To lift this refusal: Date 2 creations."


def test_a_run_that_failed_tells_nothing_and_an_older_one_says_so(study, corpus):
    records = records_of(study, a=[told("vieux", COUNTED)], b=[told("perdu", BEYOND)])
    records["b"] = replace(records["b"], status="echec")
    found = gather_essentials(study, corpus, records, {"a": (tell("la bibliothèque a changé"),)})[0]
    assert named(found) == ["a--vieux"] and found[1][0].strength == "compté, exécution antérieure"
    nothing = gather_essentials(study, corpus, {}, {})[0]
    assert [line.text for line in nothing[1]] == ["Aucun résultat ne donne de constat pour l’instant."]


def test_what_to_fill_first_is_what_most_analyses_wait_for(study, corpus):
    waiting = list_to_fill(corpus)
    assert len(waiting) > 3 and waiting[0].opens
    keys = [(-len(one.opens), -len(one.helps)) for one in waiting]
    assert keys == sorted(keys)
    heading, lines = gather_essentials(study, corpus, {}, {})[-1]
    assert heading == "À remplir d’abord" and len(lines) == 3
    assert all(name in line.text for one, line in zip(waiting, lines, strict=False) for name in one.opens)


def test_the_page_and_the_markdown_say_the_same_with_links_to_the_same_results(study, corpus):
    odd = told("signes", COUNTED, finding="Plus de <3> *projets* [10 à 20 %] & d’autres.")
    records = records_of(study, a=[odd, refused("un")], b=[refused("deux")])
    page = essentials_html(gather_essentials(study, corpus, records, {}), Words("fr"))
    markdown = essentials_markdown(study, corpus, records, {})
    assert re.findall(r'href="#([^"]+)"', page) == re.findall(r"\(index\.html#([^)]+)\)", markdown)
    assert "<3>" not in page and "&lt;3&gt; *projets*" in page and r"\<3\> \*projets\* \[10" in markdown
    in_page = re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", page)))
    plain = re.sub(r"\]\(index[^)]+\)|(?<!\\)[\[*]|^#+ |^- |\\", "", markdown.partition("\n")[2], flags=re.MULTILINE)
    assert re.sub(r"\s+", "", in_page) == re.sub(r"\s+", "", plain)
    assert markdown == essentials_markdown(study, corpus, records, {})
    pasted = essentials_to_paste(study, corpus, records, {})
    assert re.findall(r'href="index\.html#([^"]+)"', pasted) == re.findall(r'href="#([^"]+)"', page)
    assert "class=" not in pasted and "<3>" not in pasted


def test_the_body_holds_twelve_results_the_strongest_of_each_notebook_first(study):
    long = replace(told("long", BEYOND), rows=31)
    records = records_of(
        study,
        **{name: [told(f"{name}{n}", COUNTED) for n in range(3)] for name in NOTEBOOKS[1:]},
        a=[told("foule", COUNTED), told("fort", BEYOND), told("annexe", BEYOND, "annexe"), refused("non"), long],
    )
    body = in_body(study, records)
    assert len(body) == MOST_IN_BODY
    assert {("a", "fort"), ("a", "foule"), *((name, f"{name}0") for name in NOTEBOOKS)} - {("a", "a0")} <= body
    assert not body & {("a", "annexe"), ("a", "non"), ("a", "long")}
    numbers = Numbering(study, records, Words("fr"))
    assert (numbers["a", "fort"], numbers["a", "long"]) == ("Tableau 2", "Tableau A2")


def test_a_finding_stands_once_in_the_body(study):
    again = replace(told("encore", COUNTED, finding="Constat un."), kind="table")
    records = records_of(study, a=[told("un", COUNTED), again, told("autre", COUNTED)])
    assert in_body(study, records) == {("a", "un"), ("a", "autre")}
