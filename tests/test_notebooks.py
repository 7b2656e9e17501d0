"""Notebooks stay thin: they ask, call the library, and say how to read. What they compute is tested elsewhere."""

import ast
from pathlib import Path

import nbformat
import pytest

from ect_research.study.base.result_record import read_outputs
from ect_research.study.definition.notebook import notebooks_of, read_notebook
from ect_research.study.definition.parameters import Parameter
from ect_research.study.definition.study_file import find_study, read_study
from ect_research.study.definition.variants import reads_several

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = notebooks_of(ROOT / "notebooks")
MOST_LINES = 20
FAT = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While, ast.If, ast.Try, ast.With,
       ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)  # fmt: skip
FILE_ACCESS = {
    "open",
    "read_csv",
    "read_excel",
    "to_csv",
    "to_excel",
    "savefig",
    "Path",
    "read_text",
    "write_text",
    "read_file",
}

pytestmark = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def cells(path: Path, kind: str = "code") -> list:
    return [cell for cell in nbformat.read(path, as_version=nbformat.NO_CONVERT).cells if cell.cell_type == kind]


def results_of(cell) -> int:
    """How many results a cell lets out."""
    return cell.source.count(".publish(")


def names_called(tree: ast.AST) -> set[str]:
    called = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {function.id if isinstance(function, ast.Name) else getattr(function, "attr", "") for function in called}


def test_a_notebook_is_stored_without_outputs(path):
    assert all(cell.outputs == [] and cell.execution_count is None for cell in cells(path))


def test_a_notebook_opens_with_a_french_question(path):
    first = nbformat.read(path, as_version=4).cells[0]
    assert first.cell_type == "markdown" and first.source.startswith("# ") and "?" in first.source
    words = first.source.lower().split()
    assert {"le", "la", "les", "de", "des", "que", "et"} & set(words) and not {"the", "and", "of"} & set(words)


def test_a_notebook_has_one_parameters_cell_of_explained_literals(path):
    tagged = [cell for cell in cells(path) if "parameters" in cell.metadata.get("tags", [])]
    assert len(tagged) == 1
    parameters: dict[str, Parameter] = read_notebook(path).parameters
    assert {"corpus", "lecteur", "langue"} <= set(parameters)
    assert [name for name, known in parameters.items() if not known.description] == []


def test_a_notebook_imports_the_library_and_nothing_else(path):
    imported = [node for cell in cells(path) for node in ast.walk(ast.parse(cell.source))
                if isinstance(node, (ast.Import, ast.ImportFrom))]  # fmt: skip
    assert [ast.unparse(node) for node in imported] == ["import ect_research as ect"]


def test_a_notebook_holds_no_logic_and_touches_no_file(path):
    for cell in cells(path):
        tree = ast.parse(cell.source)
        assert [type(node).__name__ for node in ast.walk(tree) if isinstance(node, FAT)] == []
        assert names_called(tree) & FILE_ACCESS == set()
        assert len(cell.source.splitlines()) <= MOST_LINES


def test_a_notebook_has_unique_cell_ids_and_the_common_kernel(path):
    node = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    names = [cell["id"] for cell in node.cells]
    assert len(set(names)) == len(names)
    assert node.metadata["kernelspec"]["name"] == "python3"


def test_a_notebook_says_how_to_read_what_it_shows(path):
    assert sum(map(results_of, cells(path))) >= 1 and len(cells(path, "markdown")) >= 2


def test_a_notebook_belongs_to_the_study_unless_it_compares_corpora(path):
    study = read_study(find_study("pays-ledonien", ROOT))
    assert (path in {run.notebook.path for run in study.runs}) is not reads_several(read_notebook(path))


def test_every_result_says_what_it_counts(path: Path):
    for cell in cells(path):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "").startswith("save_"):
                assert "unit" in {keyword.arg for keyword in node.keywords}, ast.unparse(node)[:80]


@pytest.fixture
def bare_corpus(tmp_path: Path) -> Path:
    """The least a corpus may hold: two projects, one of them told by one undated fact, and nothing coded."""
    folder = tmp_path / "peu"
    folder.mkdir()
    (folder / "source.toml").write_text(
        'titre = "Peu"\ncitation = "Peu"\nnature = "essai"\nterritoire = "Jura"\ndate_observation = 2025-12-31\n'
        'licence = "aucune"\n[protection]\nprotege = []\npourquoi = "Invention."\n',
        encoding="utf-8",
    )
    tables = {
        "sources": "source_id;type_source;reference;diffusable\nS1;presse;Un article;oui\n",
        "projets": "projet_id;nom;source_id\nP1;Four à pain;S1\nP2;Moulin;S1\n",
        "evenements": "evenement_id;projet_id;type_evenement;source_id;certitude\nE1;P1;atelier_tenu;S1;2_declare\n",
    }
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def test_a_notebook_runs_to_its_end_on_a_corpus_that_says_almost_nothing(path, bare_corpus, tmp_path, monkeypatch):
    monkeypatch.setenv("ECT_SORTIES", str(tmp_path / "sorties"))
    monkeypatch.setattr(
        "ect_research.study.publishing.publish.image_bytes", lambda *_, **__: {}
    )  # pictures take the time
    known: dict[str, object] = {}
    for cell in cells(path):
        exec(cell.source, known)  # noqa: S102 - our own notebook
        if "parameters" in cell.metadata.get("tags", []):
            known |= {"corpus": str(bare_corpus), "tirages": 9}
    asked = sum(map(results_of, cells(path)))
    assert len(read_outputs(tmp_path / "sorties")) == asked
