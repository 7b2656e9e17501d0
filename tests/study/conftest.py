"""A tiny project written for one test: a corpus of invented projects, notebooks given as lists of cells, a study."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import nbformat
import pytest

from ect_research.study.base.result_record import EXECUTED
from ect_research.study.definition.study_file import Study
from ect_research.study.engine.engine import StudyReport, run_study
from ect_research.study.kernels.task import Task, TaskReport

CORPUS = {
    "source.toml": """titre = "Corpus d'essai"
citation = "Corpus d'essai, données inventées"
nature = "projets inventés"
territoire = "Valfleuri"
date_observation = 2024-12-31
licence = "Licence Ouverte 2.0"
[protection]
protege = []
pourquoi = "Projets inventés."
""",
    "sources.csv": "source_id;type_source;reference;date;url;diffusable\nS1;rapport_activite;Rapport annuel;2024;;oui\n",
    "projets.csv": "projet_id;nom;source_id;certitude\nP1;Le Four commun;S1;2_declare\n",
    "evenements.csv": "evenement_id;projet_id;type_evenement;date_debut;source_id;certitude\n"
    "E1;P1;idee_captee;automne 2022;S1;2_declare\n",
}
GOOD_CELL = """import pandas as pd
import ect_research as ect
etude = ect.open_study(None, lecteur, langue, source="Rapport annuel")
def dessine(theme):
    figure = theme.new_figure(60)
    axes = figure.add_axes((0.1, 0.15, 0.85, 0.8))
    axes.plot([2020, 2022, 2024], [1, 2, hauteur], marker="o")
    return figure
donnees = pd.DataFrame({"annee": [2020, 2022, 2024], "projets": [1.0, 2.0, hauteur]})
legende = ect.Caption("Combien de projets ?", "n = 3 années", "Rapport annuel", reading="en 2020, un projet.")"""
GOOD = [
    ("markdown", "# Combien ?\n\nCombien de projets **chaque** année ?"),
    (
        "parameters",
        'lecteur = "ademe"  # horizons, ademe, revue, fiche\nlangue = "fr"\nhauteur = 3.5  # dernière année',
    ),
    ("code", GOOD_CELL),
    ("code", 'etude.publish("projets", ect.show_figure(dessine, donnees, legende, sources=["S1"]))'),
    (
        "code",
        (
            'annees = ect.show_table(donnees, title="Projets par année", n="n = 3 années", sources=["S1"])\n'
            'etude.publish("annees", annees)'
        ),
    ),
    (
        "code",
        (
            'refus = ect.Refusal(ect.tell("la courbe"), ect.tell("3 points, il en faut 10."))\n'
            'etude.publish("courbe", ect.show_figure(dessine, refus, legende))'
        ),
    ),
]


@pytest.fixture(autouse=True)
def _nobody_is_running_a_study(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("ECT_SORTIES", raising=False)
    yield


@pytest.fixture
def outputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that a runner would give to a notebook."""
    monkeypatch.setenv("ECT_SORTIES", str(tmp_path / "sorties"))
    return tmp_path / "sorties"


@pytest.fixture
def make_project(tmp_path: Path) -> Callable[..., Path]:
    """Write a project; return its study file."""
    return partial(write_project, tmp_path / "projet")


@pytest.fixture(scope="module")
def all_good_cells() -> list[tuple[str, str]]:
    """The same as `good_cells`, for a study that several tests look at."""
    return list(GOOD)


@pytest.fixture
def good_cells() -> list[tuple[str, str]]:
    """A notebook that saves a figure, a table and a refusal."""
    return list(GOOD)


@pytest.fixture
def run_saving(monkeypatch: pytest.MonkeyPatch) -> Callable[..., StudyReport]:
    """Run a study without a kernel: what each of its notebooks would save is saved by a function of its task."""

    def run(study: Path | Study, save: Callable[[Task], object], **options: object) -> StudyReport:
        def executor(tasks: list[Task], _watcher: object) -> Iterator[TaskReport]:
            for task in tasks:
                staging = Path(task.staging)
                staging.mkdir(parents=True)
                monkeypatch.setenv("ECT_SORTIES", str(staging))
                save(task)
                (staging / EXECUTED).write_text("{}", encoding="utf-8")
                yield TaskReport(task.id, "reussi")

        return run_study(study, executor=executor, **options)

    return run


def write_project(root: Path, study: str, **notebooks: list[tuple[str, str]]) -> Path:
    corpus = root / "surveys" / "essai"
    corpus.mkdir(parents=True, exist_ok=True)
    for name, text in CORPUS.items():
        (corpus / name).write_text(text, encoding="utf-8")
    folder = root / "notebooks"
    folder.mkdir(exist_ok=True)
    for name, cells in notebooks.items():
        write_notebook(folder / f"{name}.ipynb", cells)
    (folder / "etude.toml").write_text(study, encoding="utf-8")
    return folder / "etude.toml"


def write_notebook(path: Path, cells: list[tuple[str, str]]) -> None:
    node = nbformat.v4.new_notebook()
    node.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    for number, (kind, source) in enumerate(cells):
        new = nbformat.v4.new_markdown_cell if kind == "markdown" else nbformat.v4.new_code_cell
        cell = new(source, id=f"c{number}")
        if kind == "parameters":
            cell.metadata["tags"] = ["parameters"]
        node.cells.append(cell)
    nbformat.write(node, path)


@pytest.fixture(scope="module")
def new_project(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """The same as `make_project`, for a study that several tests look at."""
    return lambda study, **notebooks: write_project(tmp_path_factory.mktemp("etude"), study, **notebooks)
