"""The study of the public register: the same bytes twice, and the tables that git keeps."""

import csv
import math
import subprocess
from pathlib import Path

import pytest

from ect_research.study.definition.study_file import read_study
from ect_research.study.engine.engine import StudyReport, run_study
from tests.common import files_of

ROOT = Path(__file__).resolve().parents[2]
KEPT = "outputs/pays-ledonien/tables"
TOLERANCE = 1e-9

# Several processes of tests: the study is executed once for this whole file.
pytestmark = [pytest.mark.study, pytest.mark.croisement, pytest.mark.xdist_group("etude-publique")]


@pytest.fixture(scope="module")
def first(tmp_path_factory) -> StudyReport:
    study = read_study(ROOT / "notebooks" / "pays-ledonien.toml")
    return run_study(study, folder=tmp_path_factory.mktemp("premiere") / "sorties")


def git(*words: str) -> str:
    run = subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, text=True, encoding="utf-8", check=True)
    return run.stdout


def tables_in_git() -> dict[str, str]:
    """The tables of the last commit: those on disk may have just been regenerated."""
    names = git("ls-tree", "-r", "--name-only", "HEAD", KEPT).splitlines()
    return {
        name.removeprefix(f"{KEPT}/"): git("show", f"HEAD:{name}") for name in names if name.endswith(".machine.csv")
    }


def same_cell(left: str, right: str) -> bool:
    try:
        return left == right or math.isclose(float(left), float(right), rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    except ValueError:
        return False


def test_every_notebook_of_the_public_study_succeeds_and_shows_something(first):
    assert [(report.id, report.cause) for report in first.reports if report.status != "reussi"] == []
    assert all(record.outputs for record in first.records.values())


def test_the_public_study_gives_the_same_bytes_twice(first, tmp_path):
    again = run_study(ROOT / "notebooks" / "pays-ledonien.toml", folder=tmp_path / "sorties")
    one, two = files_of(first.folder), files_of(again.folder)
    for name in ("journal.json", ".fuites.json"):  # when it ran, and the hash of that
        del one[name], two[name]
    assert set(one) == set(two)
    assert [name for name in one if one[name] != two[name]] == []


@pytest.mark.skipif(
    not (ROOT / ".git").exists(), reason="the kept tables are those of the last commit, and this is no checkout"
)
def test_the_tables_kept_in_git_are_those_the_study_gives(first):
    folder = first.folder / "tables"
    made = {p.relative_to(folder).as_posix(): p.read_text("utf-8") for p in folder.rglob("*.machine.csv")}
    kept = tables_in_git()
    assert set(kept) == set(made), "exécuter « ect run », relire les tables, puis les committer"
    for name, text in kept.items():
        old, new = (list(csv.reader(part.splitlines(keepends=True))) for part in (text, made[name]))
        assert [len(row) for row in old] == [len(row) for row in new], name
        changed = [(row, cell) for row, (a, b) in enumerate(zip(old, new, strict=True), 1)
                   for cell, (x, y) in enumerate(zip(a, b, strict=True), 1) if not same_cell(x, y)]  # fmt: skip
        assert changed == [], f"{name} : (ligne, colonne) qui changent"
