"""What is executed again, and why: one test per cause, on a fake executor that writes a table instead of a kernel."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest

import ect_research
from ect_research.corpus.reporting.plain_console import PlainConsole
from ect_research.errors import StudyError
from ect_research.study.base import run_settings
from ect_research.study.base.result_record import EXECUTED, Output, OutputFile, append_output, sha256_of
from ect_research.study.commands.run_commands import _print_outcome, _print_plan
from ect_research.study.definition import reached_modules as closure
from ect_research.study.definition import run_key as key
from ect_research.study.definition.study_file import read_study
from ect_research.study.engine import plan
from ect_research.study.engine.engine import run_study
from ect_research.study.engine.plan import plan_study
from ect_research.study.kernels.task import TaskReport
from ect_research.study.outputs.output_folder import output_folder_of
from ect_research.words import tell

STUDY = """titre = "Essai"
corpus = "essai"
[parametres]
hauteur = 2
[[execution]]
id = "theme"
carnet = "theme.ipynb"
[[execution]]
id = "carte"
carnet = "carte.ipynb"
"""
PARAMETERS = ("parameters", "hauteur = 1  # en mètres")
THEME = [PARAMETERS, ("code", "from ect_research.figures.page.theme import get_theme"), ("code", "get_theme()")]
MAP = [PARAMETERS, ("code", "import ect_research as ect"), ("code", "ect.load_basemap()")]


def fake(tasks, watcher) -> Iterator[TaskReport]:
    """Write what a notebook would: a table and an executed copy."""
    for task in tasks:
        staging = Path(task.staging)
        data = f"{task.id} {sorted(task.parameters.items())}\n".encode()
        (staging / "tables").mkdir(parents=True)
        for name in ("t.csv", "t.machine.csv"):
            (staging / "tables" / name).write_bytes(data)
        files = [OutputFile(role, f"tables/{name}", sha256_of(data))
                 for role, name in (("csv", "t.csv"), ("machine", "t.machine.csv"))]  # fmt: skip
        append_output(staging, Output("t", "table", "T", n="n = 1", rows=0, files=tuple(files)))
        (staging / EXECUTED).write_text("{}", encoding="utf-8")
        yield TaskReport(task.id, "reussi")


@pytest.fixture(scope="module")
def parsed(tmp_path_factory) -> Path:
    """The whole library parsed once, for all these tests; each source is there with its own digest."""
    memory = tmp_path_factory.mktemp("memoire") / "memoire.json"
    library = closure.Library(Path(ect_research.__file__).parent, memory)
    library.closure(["import ect_research as ect", "ect", "import ect_research.cli"])
    library.remember()
    return memory


@pytest.fixture
def library(tmp_path, monkeypatch, parsed) -> Path:
    """A copy of the library, which a test may edit."""
    copy = tmp_path / "bibliotheque" / "ect_research"
    shutil.copytree(Path(ect_research.__file__).parent, copy, ignore=shutil.ignore_patterns("__pycache__"))
    memory = Path(shutil.copy(parsed, tmp_path / "memoire.json"))
    monkeypatch.setattr(plan, "installed_library", lambda: closure.Library(copy, memory))
    return copy


@pytest.fixture(scope="module")
def executed(new_project, parsed) -> Path:
    """A project whose study was made: each test works on a copy."""
    path = new_project(STUDY, theme=THEME, carte=MAP)
    maps = path.parents[1] / "maps"
    maps.mkdir()
    (maps / "communes.gpkg").write_bytes(b"contours")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(plan, "installed_library", lambda: closure.Library(Path(ect_research.__file__).parent, parsed))
        run_study(path, executor=fake)
    return path.parents[1]


@pytest.fixture
def study(executed, library, tmp_path) -> Path:
    return shutil.copytree(executed, tmp_path / "projet") / "notebooks/etude.toml"


def again(path: Path, **options) -> list[str]:
    return sorted(report.id for report in run_study(path, executor=fake, **options).reports)


def why(path: Path) -> dict[str, str]:
    study = read_study(path)
    planned = plan_study(study, output_folder_of(study.name, study.root, None))
    return {one.run.id: " ; ".join(map(str, one.causes)) for one in planned if one.causes}


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def save_as_jupyter_does(path: Path, change: Callable[[nbformat.NotebookNode], None]) -> None:
    node = nbformat.read(path, as_version=4)
    change(node)
    nbformat.write(node, path)


def test_a_second_run_executes_nothing_and_writes_nothing(study):
    folder = study.parent.parent / "outputs/etude"
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.rglob("*") if path.is_file()}
    assert again(study) == [] and why(study) == {}
    assert before == {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in folder.rglob("*") if p.is_file()}


def test_a_new_date_on_every_input_makes_nothing_stale(study):
    for path in study.parent.parent.rglob("*"):
        os.utime(path, (1, 1))
    assert again(study) == []


def test_a_run_that_never_took_place_is_due(make_project, library):
    path = make_project(STUDY, theme=THEME, carte=MAP)
    assert why(path) == {"theme": "jamais exécuté", "carte": "jamais exécuté"}


@pytest.mark.parametrize("change", [lambda node: node.cells[1].update(execution_count=7),
                                    lambda node: node.metadata.update(language_info={"name": "python"}),
                                    lambda node: node.cells[1].metadata.update(collapsed=True)])  # fmt: skip
def test_what_jupyter_changes_when_it_saves_makes_nothing_stale(study, change):
    save_as_jupyter_does(study.parent / "carte.ipynb", change)
    assert again(study) == []


@pytest.mark.parametrize("change", [lambda node: node.cells[2].update(source="ect.load_basemap(2024)"),
                                    lambda node: node.cells[2].metadata.update(tags=["masquer"])])  # fmt: skip
def test_a_changed_cell_makes_its_notebook_stale_and_is_named(study, change):
    save_as_jupyter_does(study.parent / "carte.ipynb", change)
    assert why(study) == {"carte": "le carnet a changé (cellule 3)"}
    assert again(study) == ["carte"] and again(study) == []


def test_a_parameter_of_the_study_makes_its_runs_stale_and_tells_both_values(study):
    edit(study, 'carnet = "carte.ipynb"', 'carnet = "carte.ipynb"\nparametres = { hauteur = 9 }')
    assert why(study) == {"carte": "le paramètre hauteur est passé de 2 à 9"}
    assert again(study) == ["carte"]


@pytest.mark.parametrize(
    ("before", "now"),
    [("1.0", "1"), ("[1.0]", "[1]"), ("{ a = 1, b = 2 }", "{ b = 2, a = 1 }"), ("[{ a = 1 }]", "[{ a = 1.0 }]")],
)
def test_another_type_or_order_of_a_parameter_makes_stale_and_the_same_value_does_not(make_project, before, now):
    head = 'titre = "Essai"\ncorpus = "essai"\n[[execution]]\nid = "a"\ncarnet = "a.ipynb"\nparametres = { x = %s }\n'
    path = make_project(head % before, a=[("parameters", "x = None")])
    run_study(path, executor=fake)
    assert not why(path)
    path.write_text((head % before).replace("1,", "1 ,"), encoding="utf-8")
    assert not why(path)
    path.write_text(head % now, encoding="utf-8")
    assert "le paramètre x est passé de" in why(path)["a"]


def test_what_left_the_study_is_said_before_and_after_its_results_are_removed(study, capsys):
    run_study(study, executor=fake)
    study.write_text(STUDY.rpartition("[[execution]]")[0], encoding="utf-8")
    read = read_study(study)
    planned = plan_study(read, output_folder_of(read.name, read.root, None))
    assert planned.gone == ("carte",)
    _print_plan(planned, PlainConsole(soft_wrap=True))
    assert "carte — n’est plus dans l’étude" in capsys.readouterr().out
    _print_outcome(run_study(study, executor=fake), PlainConsole(soft_wrap=True))
    assert "carte — n’est plus dans l’étude : ses résultats sont retirés" in capsys.readouterr().out
    assert not plan_study(read, output_folder_of(read.name, read.root, None)).gone


def test_a_default_that_the_study_overrides_counts_through_its_cell_only(study):
    edit(study.parent / "theme.ipynb", "hauteur = 1  #", "hauteur = 5  #")
    assert why(study) == {"theme": "le carnet a changé (cellule 1)"}


@pytest.mark.croisement
def test_a_corrected_fact_makes_every_run_of_the_corpus_stale_and_the_file_is_named(study):
    edit(study.parent.parent / "surveys/essai/projets.csv", "Le Four commun", "Le Four")
    assert set(why(study).values()) == {"le corpus a changé (essai/projets.csv)"}
    assert again(study) == ["carte", "theme"]


def test_a_note_left_beside_the_corpus_makes_nothing_stale(study):
    (study.parent.parent / "surveys/essai/LISEZ-MOI.md").write_text("note", encoding="utf-8")
    assert again(study) == []


def test_a_new_base_map_makes_only_the_maps_stale(study):
    (study.parent.parent / "maps/communes.gpkg").write_bytes(b"autres contours")
    assert why(study) == {"carte": "le fond de carte a changé (communes.gpkg)"}


def test_a_function_makes_stale_the_notebooks_that_reach_it_and_no_other(study, library):
    edit(library / "corpus/basemap/load_basemap.py", "import", "import math\nimport")
    assert why(study) == {"carte": "la bibliothèque a changé (corpus/basemap/load_basemap.py)"}
    assert again(study) == ["carte"]


@pytest.mark.parametrize("name", ["corpus/basemap/load_basemap.py", "figures/page/theme.py"])
def test_a_comment_or_a_docstring_makes_nothing_stale(study, library, name):
    path = library / name
    text = path.read_text("utf-8")
    assert text.startswith('"""')
    path.write_text(text.replace('"""', '"""Autrement dit : ', 1) + "\n# un commentaire\n", encoding="utf-8")
    assert again(study) == []


@pytest.mark.croisement
def test_an_answer_added_to_the_codebook_makes_stale_what_reads_it(study, library):
    reads = STUDY.replace('"theme.ipynb"', '"livre.ipynb"')
    cells = [PARAMETERS, ("code", "from ect_research.codebook.load_codebook import load_codebook\nload_codebook()")]
    shutil.copy(study.parent / "theme.ipynb", study.parent / "livre.ipynb")
    save_as_jupyter_does(study.parent / "livre.ipynb", lambda node: node.cells[2].update(source=cells[1][1]))
    study.write_text(reads, encoding="utf-8")
    run_study(study, executor=fake)
    edit(library / "codebook/choices.csv", "\n", "\n\n")
    assert "codebook/choices.csv" in why(study)["theme"]


def test_a_version_makes_stale_what_imports_it(study, monkeypatch):
    known = run_settings.version
    monkeypatch.setattr(run_settings, "version", lambda name: "99.1" if name == "shapely" else known(name))
    assert list(why(study)) == ["carte"] and "shapely est passé de" in why(study)["carte"]


def test_another_version_is_only_told_where_the_study_says_so(study, monkeypatch):
    known = run_settings.version
    monkeypatch.setattr(run_settings, "version", lambda name: "99.1" if name == "shapely" else known(name))
    study.write_text(STUDY.replace("[parametres]", '[versions]\necart = "avertir"\n[parametres]'), encoding="utf-8")
    read = read_study(study)
    gaps = {one.run.id: one.gaps for one in plan_study(read, output_folder_of(read.name, read.root, None))}
    assert why(study) == {} and gaps["theme"] == () and str(gaps["carte"][0]).startswith("shapely est passé de")
    assert again(study) == []


def test_the_settings_of_the_runner_make_everything_stale(study, monkeypatch):
    monkeypatch.setattr(key, "SETTINGS", {**key.SETTINGS, "format": 99})
    assert set(why(study).values()) == {"les réglages de l’exécution ont changé"}


@pytest.mark.croisement
def test_a_retouched_or_a_deleted_output_is_seen(study):
    tables = study.parent.parent / "outputs/etude/tables/carte"
    (tables / "t.csv").write_bytes(b"retouche")
    assert why(study) == {"carte": "tables/carte/t.csv a été retouché"}
    assert again(study) == ["carte"] and again(study) == []
    (tables / "t.machine.csv").unlink()
    assert why(study) == {"carte": "tables/carte/t.machine.csv a disparu"}
    run_study(study, executor=fake)


@pytest.mark.croisement
def test_a_retouched_page_is_written_again_without_executing_anything(study):
    page = study.parent.parent / "outputs/etude/index.html"
    good = page.read_bytes()
    page.write_text("retouche", encoding="utf-8")
    assert again(study) == [] and page.read_bytes() == good
    page.unlink()
    assert again(study) == [] and page.read_bytes() == good


def test_what_is_written_of_a_renamed_notebook_says_its_name(study):
    (study.parent / "carte.ipynb").rename(study.parent / "lieux.ipynb")
    edit(study, 'carnet = "carte.ipynb"', 'carnet = "lieux.ipynb"')
    assert again(study) == [] and again(study) == []
    page = (study.parent.parent / "outputs/etude/index.html").read_text(encoding="utf-8")
    assert "lieux.ipynb" in page


@pytest.mark.croisement
def test_the_program_that_makes_a_document_makes_it_again(study, library):
    edit(study, "[parametres]", "rapport = true\nfiches = true\n[parametres]")
    run_study(study, executor=fake)
    record = study.parent.parent / "outputs/etude/produits.json"
    for name in ("documents/page.py", "documents/report.py", "documents/sheet_page.py", "outputs/output_folder.py"):
        before = record.read_bytes()
        edit(library / "study" / name, "import", "import math\nimport")
        assert again(study) == [] and record.read_bytes() != before, name


@pytest.mark.croisement
def test_a_failed_run_is_tried_again(study):
    def fails(tasks, watcher):
        for report in fake(tasks, watcher):
            yield TaskReport(report.id, "echec", tell("l’étude a été interrompue"))

    run_study(study, executor=fails, only=["carte"], force=True)
    assert why(study) == {"carte": "la dernière exécution a échoué"}
    assert again(study) == ["carte"]


@pytest.mark.croisement
@pytest.mark.parametrize("text", ["", "{", "[]", '{"id": "carte"}'])
def test_a_damaged_record_is_that_of_a_run_to_do_again(study, text):
    (study.parent.parent / "outputs/etude/resultats/carte.json").write_text(text, encoding="utf-8")
    assert again(study) == ["carte"]


@pytest.mark.croisement
def test_only_restricts_and_force_insists(study):
    assert again(study, only=["carte"]) == []
    assert again(study, only=["carte"], force=True) == ["carte"]
    edit(study.parent.parent / "surveys/essai/projets.csv", "Le Four commun", "Le Four")
    assert again(study, only=["theme"]) == ["theme"]
    assert list(why(study)) == ["carte"]


def test_the_page_says_which_results_are_older_and_why(study):
    edit(study.parent.parent / "surveys/essai/projets.csv", "Le Four commun", "Le Four")
    run_study(study, executor=fake, only=["theme"])
    page = (study.parent.parent / "outputs/etude/index.html").read_text("utf-8")
    assert page.count("exécution antérieure") == 1 and "essai/projets.csv" in page


def test_two_processes_cannot_write_the_same_study(study):
    def meanwhile(tasks, watcher):
        with pytest.raises(StudyError, match="en cours"):
            run_study(study, executor=fake, force=True)
        yield from fake(tasks, watcher)

    assert run_study(study, executor=meanwhile, force=True).succeeded


def test_the_digest_of_the_corpus_is_the_one_it_gives_itself(study):
    folder = study.parent.parent / "surveys/essai"
    assert key.corpus_digest(key.corpus_files(folder)) == ect_research.load_corpus(folder).digest


def test_every_reason_is_kept_in_the_manifest(study):
    manifest = json.loads((study.parent.parent / "outputs/etude/manifest.json").read_text("utf-8"))
    parts = {"carnet", "parametres", "corpus", "carte", "bibliotheque", "lectures", "tables", "versions", "reglages",
             "variables"}  # fmt: skip
    assert all(set(run["key"]) == parts for run in manifest["runs"])


@pytest.mark.croisement
def test_what_the_communes_of_a_corpus_are_checked_against_makes_its_runs_stale(make_project, library):
    load = [PARAMETERS, ("code", "import ect_research as ect"), ("code", 'ect.load_corpus("essai")')]
    path = make_project(STUDY, theme=THEME, carte=load)
    base_map = path.parent.parent / "maps" / "fond"
    base_map.mkdir(parents=True)
    for name in ("populations.csv", "autre.csv"):
        (base_map / name).write_text("code\n39300\n", encoding="utf-8")
    run_study(path, executor=fake)
    edit(base_map / "autre.csv", "39300", "39301")
    assert why(path) == {}
    edit(base_map / "populations.csv", "39300", "39301")
    assert list(why(path)) == ["carte"] and "populations.csv" in why(path)["carte"]


@pytest.mark.croisement
def test_a_run_that_was_not_asked_for_is_not_said_to_be_up_to_date(make_project, library, capsys):
    path = make_project(STUDY, theme=THEME, carte=MAP)
    for asked, already in ((["theme"], 0), (["theme"], 1), ([], 1)):
        report = run_study(path, executor=fake, only=asked)
        assert sum(one.chosen and not one.is_due for one in report.planned) == already
        _print_outcome(report, PlainConsole(soft_wrap=True))
        assert ("déjà à jour" in capsys.readouterr().out) == bool(already)
