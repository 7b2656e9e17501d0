"""Every notebook, on corpora of every kind: filled, a young cohort, nothing dated, and pure noise."""

from pathlib import Path

import nbformat
import pytest

import ect_research as ect
from ect_research.corpus.reporting.possible_analyses import list_analyses
from ect_research.study.base.result_record import Output, read_outputs
from tests import invented

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
KINDS = ("rempli", "cohorte", "sans_date", "bruit", "gisements")


@pytest.fixture(scope="session")
def corpora(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    for kind in KINDS:
        invented.write(folder, kind)
    return folder


def results(path: Path, corpus: Path, outputs: Path, monkeypatch) -> list[Output]:
    monkeypatch.setenv("ECT_SORTIES", str(outputs))
    monkeypatch.setattr("ect_research.study.publishing.publish.image_bytes", lambda *_, **__: {})
    known: dict[str, object] = {}
    for cell in nbformat.read(path, as_version=nbformat.NO_CONVERT).cells:
        if cell.cell_type == "code":
            exec(cell.source, known)  # noqa: S102 - our own notebook
            if "parameters" in cell.metadata.get("tags", []):
                given = {"corpus": str(corpus), "tirages": 20, "perimetre": "bfc"}
                known |= {name: value for name, value in given.items() if name in known}
    return read_outputs(outputs)


@pytest.mark.croisement
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_says_something_of_everything(path, kind, corpora, tmp_path, monkeypatch):
    told = results(path, corpora / kind, tmp_path / "sorties", monkeypatch)
    asked = sum(cell.source.count(".publish(") for cell in nbformat.read(path, as_version=4).cells)
    assert len(told) == asked
    for output in told:
        assert output.title and (output.kind == "refus") == bool(output.refusal_fr)
        assert "nan" not in f"{output.title} {output.n} {output.reading} {output.finding}".lower().split()


@pytest.mark.croisement
def test_noise_is_never_said_to_have_types_nor_paths(corpora, tmp_path, monkeypatch):
    for path in NOTEBOOKS:
        for output in results(path, corpora / "bruit", tmp_path / path.stem, monkeypatch):
            if output.name.startswith(("types-", "matrice", "traits", "chemins", "table-de-verite", "seuils")):
                assert output.strength != "au-delà du hasard", (path.stem, output.name, output.finding)


@pytest.mark.croisement
@pytest.mark.parametrize("kind", KINDS)
def test_the_control_and_the_notebook_agree_on_whether_durations_can_be_told(kind, corpora):
    corpus = ect.load_corpus(str(corpora / kind))
    open_ = list_analyses(corpus).set_index("analyse").loc["durees", "ouverte"]
    told = corpus.episodes()
    curves = ect.build_incidence(ect.build_durations(ect.derive_outcomes(told, corpus.tables["projets"]), told))
    assert bool(open_) is not isinstance(curves, ect.Refusal)


@pytest.mark.croisement
@pytest.mark.parametrize("kind", KINDS)
def test_stages_outcomes_durations_and_sequences_of_a_project_tell_one_story(kind, corpora):
    """What the sheets (episodes), the tables (outcomes, durations) and the figures (sequences, curves) are made from."""
    corpus = ect.load_corpus(str(corpora / kind))
    told = corpus.episodes()
    outcomes = ect.derive_outcomes(told, corpus.tables["projets"]).set_index("projet_id")
    durations = ect.build_durations(outcomes.reset_index(), told)
    drawn = ect.derive_sequences(told, clock="calendrier", unit="mois").frame
    stages = set(corpus.codebook.stages["name"])
    ends = dict(zip(durations.names, durations.cause, strict=True))
    for project, story in told.frame.groupby("projet_id"):
        outcome = outcomes.loc[project]
        created = story[story["etape"] == "e5_creation"]["ouverture"].notna().any()
        assert (outcome["evenement"] == "creation") <= created
        if created and project in ends:
            assert ends[project] > 0
        if project in drawn.index:
            assert set(drawn.loc[project].dropna()) & stages <= set(story["etape"])
            last = drawn.loc[project].dropna()
            if len(last) and last.iloc[-1] in stages:
                assert last.iloc[-1] == outcome["etape_courante"]
    assert set(outcomes.index) == set(durations.names) | set(durations.excluded["projet_id"])
