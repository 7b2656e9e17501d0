"""The lessons run from a clean kernel; each exercise takes its own solution, and no hint gives it away."""

import re
from pathlib import Path

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell

import ect_research as ect
from ect_research.errors import EctError
from ect_research.study.publishing.right_answers import EXERCISES
from ect_research.study.publishing.verifier import REFUSAL

LESSONS = sorted((Path(__file__).resolve().parents[2] / "notebooks" / "lecons").glob("*.ipynb"))
KEYS = [*EXERCISES, REFUSAL]
SOLUTION = re.compile(r"```python\n(.*?)\n```", re.DOTALL)
ASKED = re.compile(r'ect\.verifier\("([\w-]+)"')


def cells(path: Path) -> list:
    return nbformat.read(path, as_version=nbformat.NO_CONVERT).cells


@pytest.mark.croisement
@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_runs_and_its_solutions_are_right(path, monkeypatch):
    monkeypatch.chdir(path.parents[2])
    shell, asked = InteractiveShell(), ""
    for cell in cells(path):
        if cell.cell_type == "code":
            told = shell.run_cell(cell.source)
            assert told.success, cell.source
            if found := ASKED.search(cell.source):
                asked = found[1]
                assert not told.result.right and "à la place des points" in str(told.result)
        elif found := SOLUTION.search(cell.source):
            told = shell.run_cell(f'{found[1]}\nect.verifier("{asked}", reponse)')
            assert told.success and told.result.right, (asked, str(told.result))


def test_every_exercise_is_asked_once_and_every_lesson_asks_three():
    asked = [found for path in LESSONS for cell in cells(path) for found in ASKED.findall(cell.source)]
    assert sorted(asked) == sorted(KEYS)
    assert len(asked) == 3 * len(LESSONS)


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_is_stored_blank_and_says_what_each_result_shows(path):
    code = [cell for cell in cells(path) if cell.cell_type == "code"]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)
    shown = [cell for cell in cells(path) if cell.source.startswith("**Ce qu’on voit ici.**")]
    assert len(shown) >= 2
    assert sum("<details>" in cell.source for cell in cells(path)) == 3


def test_words_in_italics_are_in_the_glossary():
    glossary = (LESSONS[0].parent / "glossaire.md").read_text(encoding="utf-8").lower()
    told = {
        word.lower().rstrip(".")
        for path in LESSONS
        for cell in cells(path)
        for word in re.findall(r"(?<![*\w])\*([^*\n]+)\*(?!\*)", cell.source)
        if not word.startswith(("Vingt minutes", "Pour continuer", "pas"))
    }
    assert {word for word in told if word not in glossary} == set()
    for word in ("inertie", "silhouette", "jaccard", "gower", "censure", "valeur p", "permutation", "bootstrap"):
        assert f"**{word}" in glossary, word


@pytest.mark.croisement
@pytest.mark.parametrize("key", sorted(set(EXERCISES) - {"lecon3-1", "lecon3-2", "lecon3-3"}))
def test_a_wrong_answer_is_told_what_it_lacks_and_never_the_answer(key):
    exercise = EXERCISES[key]
    right = exercise.right()
    assert ect.verifier(key, right).right
    known = {str(right)} | ({f"{right:.2f}".replace(".", ",")} if isinstance(right, float) else set())
    wrong = [answer() for answer, _ in exercise.slips]
    for answer in (*wrong, "mauvais", ["mauvais"], 987654, -1.5, None, ..., True):
        told = ect.verifier(key, answer)
        assert not told.right and len(str(told)) > 20
        words = set(re.findall(r"[\w,-]+", str(told)))
        assert not (known & words) or str(right) in {"1", "3"}, (key, str(told))
    for (_, said), answer in zip(exercise.slips, wrong, strict=True):
        assert str(said) in str(ect.verifier(key, answer))


def test_the_list_of_an_answer_is_taken_in_any_form():
    right = sorted(EXERCISES["lecon1-3"].right())
    for form in (right, tuple(right), set(right), ", ".join(right)):
        assert ect.verifier("lecon1-3", form).right
    assert "Il en manque 1 ; 0 de trop." in str(ect.verifier("lecon1-3", right[1:]))


def test_a_date_is_taken_in_any_form():
    for form in ("2021-06-30", "30/06/2021", "30 juin 2021", ect.parse_date("2021 S1").high):
        assert ect.verifier("lecon2-1", form).right
    assert not ect.verifier("lecon2-1", "juin 2021").right


def test_a_decimal_comma_which_python_takes_for_a_pair_is_told_as_such():
    assert "est un point" in str(ect.verifier("lecon5-2", (26, 7))) and ect.verifier("lecon5-2", 26.7).right


@pytest.mark.parametrize(
    ("sentence", "lacks"),
    [
        ("Il faut dater 10 fins.", "combien de fins datées on connaît"),
        ("3 fins datées : trop peu, il faut en dater d’autres.", "combien il en faudrait"),
        ("3 fins datées, il en faut 10.", "ce qui lèverait"),
        ("3 fins datées sur 10 qu’il faut dater, mais la courbe semble monter.", "affirme à demi"),
        (12, "une phrase"),
    ],
)
def test_a_refusal_is_told_the_part_it_lacks(sentence, lacks):
    told = ect.verifier("lecon6-3", sentence)
    assert not told.right and lacks in str(told)


def test_unknown_names_are_told_with_those_there_are():
    with pytest.raises(EctError, match="lecon1-1"):
        ect.verifier("lecon9-9", 1)
    with pytest.raises(EctError, match="bruit"):
        ect.lesson_data("inconnu")


@pytest.mark.croisement
def test_the_ten_lines_of_the_readme_work():
    readme = (LESSONS[0].parents[2] / "README.md").read_text(encoding="utf-8")
    code = SOLUTION.search(readme)[1]
    exec(code, {})  # noqa: S102 - the README is ours
    assert [int(number) for number in re.findall(r"# (\d+)", code)] == list(range(1, 11))
