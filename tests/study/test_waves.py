"""A notebook that reads the results of another: executed after it, again if it came too early, and stale when they change."""

import itertools

import nbformat
import pytest

from ect_research import cli
from ect_research.study.definition.study_file import read_study
from ect_research.study.engine.engine import run_study
from ect_research.study.engine.plan import plan_study, waves
from ect_research.study.outputs.output_folder import output_folder_of
from ect_research.study.outputs.reread import named_in
from ect_research.study.running.parallel import Workers
from tests.common import plain

pytestmark = [pytest.mark.study, pytest.mark.xdist_group("vagues")]
SAVE = "import pandas as pd\nimport ect_research as ect\netude = ect.open_study(source='Essai')\n"
MAKES = (
    SAVE + "etude.publish('t', ect.show_table(pd.DataFrame({'n': [%s]}), title='T {valeur}', n='n = 1'))  # valeur = 1"
)
# The order of the study file is the wrong one, on purpose.
ORDER = ("lit-la-suite", "lit", "fait")
HEAD = 'titre = "Essai"\ncorpus = "essai"\n'
SECTIONS = "".join(f'[[execution]]\nid = "{name}"\ncarnet = "{name}.ipynb"\n' for name in ORDER)
NAMED = "pd.read_csv('../outputs/etude/tables/%s/t.machine.csv')['n'].iloc[0] + 1"
BUILT = "pd.read_csv('../outputs/etude/' + '/'.join(['tab' + 'les', '%s', 't.machine.csv']))['n'].iloc[0] + 1"


def planned(path, **options):
    study = read_study(path)
    return plan_study(study, output_folder_of(study.name, study.root, None), **options)


def causes(path) -> dict[str, str]:
    return {one.run.id: " ; ".join(map(str, one.causes)) for one in planned(path) if one.causes}


def change(path, cell: int, old: str, new: str) -> None:
    node = nbformat.read(path, as_version=4)
    assert old in node.cells[cell].source
    node.cells[cell].source = node.cells[cell].source.replace(old, new)
    nbformat.write(node, path)


def value(path, run: str) -> str:
    return (path.parents[1] / f"outputs/etude/tables/{run}/t.machine.csv").read_text("utf-8").split()[-1]


@pytest.mark.croisement
@pytest.mark.parametrize("how", [NAMED, BUILT], ids=["named", "built"])
def test_who_reads_the_results_of_another_is_executed_after_it_and_is_true_at_once(make_project, how, capsys):
    cells = {"fait": MAKES % 1, "lit": MAKES % (how % "fait"), "lit-la-suite": MAKES % (how % "lit")}
    path = make_project(HEAD + SECTIONS, **{name: [("code", code)] for name, code in cells.items()})
    report = run_study(path, executor=Workers(plain_kernels=True))
    assert report.succeeded and causes(path) == {} and run_study(path).reports == ()
    assert [value(path, run) for run in reversed(ORDER)] == ["1", "2", "3"]
    assert not any(record.unfollowed for record in report.records.values())
    change(path.parent / "fait.ipynb", 0, "[1]", "[10]")
    said = causes(path)
    assert said["lit"] == "« fait », dont il relit les résultats, est à exécuter" and "« lit »" in said["lit-la-suite"]
    assert cli.main(["status", str(path)]) == 1
    assert "relit les résultats de « fait » : exécuté après" in plain(capsys.readouterr().out)
    again = run_study(path, executor=Workers(plain_kernels=True))
    assert [one.id for one in again.reports] == ["fait", "lit", "lit-la-suite"] and causes(path) == {}
    assert [value(path, run) for run in reversed(ORDER)] == ["10", "11", "12"]
    change(path.parent / "fait.ipynb", 0, "valeur = 1", "rien n’y change")
    assert [one.id for one in run_study(path, executor=Workers(plain_kernels=True)).reports] == ["fait"]
    assert causes(path) == {}
    forced = run_study(path, executor=Workers(plain_kernels=True), force=True, only=["lit", "fait"])
    assert [one.id for one in forced.reports] == ["fait", "lit"]


@pytest.mark.croisement
def test_two_notebooks_that_read_each_other_end(make_project):
    there = "sum(1 for _ in open('../outputs/etude/tables/%s/t.csv')) if Path('../outputs/etude/tables/%s/t.csv').exists() else 0"
    cells = {name: "from pathlib import Path\n" + MAKES % (there % (other, other)) for name, other in ("ab", "ba")}
    sections = "".join(f'[[execution]]\nid = "{name}"\ncarnet = "{name}.ipynb"\n' for name in "ab")
    path = make_project(HEAD + sections, **{name: [("code", code)] for name, code in cells.items()})
    assert run_study(path, executor=Workers(plain_kernels=True)).succeeded
    for _ in range(2):
        run_study(path, executor=Workers(plain_kernels=True))
    assert causes(path) == {}


def test_each_wave_holds_whom_nobody_due_precedes(make_project):
    runs = ("d", "c", "b", "a")
    reads = {"d": "bc", "c": "a", "b": "a", "a": ""}
    cells = {
        run: [("code", "\n".join(f"open('../outputs/etude/tables/{one}/t.csv')" for one in reads[run]) or "1")]
        for run in runs
    }
    sections = "".join(f'[[execution]]\nid = "{name}"\ncarnet = "{name}.ipynb"\n' for name in runs)
    plan = planned(make_project(HEAD + sections, **cells))
    # Nothing is executed, and all stay due: who was given is not given again.
    given = [[one.run.id for one in wave.due] for wave in itertools.islice(waves(plan), 9)]
    assert given == [["a"], ["c", "b"], ["d"]]
    assert all(len(wave.tasks()) == len(wave.due) for wave in waves(plan))


@pytest.mark.parametrize(("code", "named"), [
    ("x = open('outputs/e/tables/un/t.csv')", {"un"}), (r"open('outputs\\e\\figures\\un\\t.csv')", {"un"}),
    ('Path("outputs") / "e" / "tables" / "un" / "t.csv"', {"un"}), ("open(f'{d}/notebooks/un.ipynb')", {"un"}),
    ('os.path.join("tables", "un")', {"un"}), ("'un'; 'tables/une'; 'tables/un-autre'; 'un/tables'", set()),
])  # fmt: skip
def test_the_runs_that_a_program_names_are_found_however_the_path_is_written(code, named):
    assert named_in([code], ["un", "deux"]) == named
