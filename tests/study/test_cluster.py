"""The same study on a dask cluster of this machine's loopback: same bytes, failures told, a killed worker replaced."""

import pytest

from ect_research.study.engine.engine import StudyReport, run_study
from ect_research.study.running.cluster import Cluster
from ect_research.study.running.parallel import Workers
from tests.common import files_of

pytest.importorskip("distributed", reason="dask is not installed: python -m pip install -e '.[cluster]'")
pytestmark = [
    pytest.mark.study,
    pytest.mark.xdist_group("dask"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

SECTIONS = "".join(f'[[execution]]\nid = "{name}"\ncarnet = "{name}.ipynb"\n' for name in ("bon", "faute", "tueur"))
HEAD = 'titre = "Essai"\ncorpus = "essai"\n'
KILLS_ITS_WORKER_ONCE = """import os
from pathlib import Path
done = Path("{marker}")
first = not done.exists()
done.touch()
first and os.environ.get("ECT_DASK_PARENT") and os.kill(os.getppid(), 9)
x = 1"""


@pytest.fixture(scope="module")
def two_ways(new_project, all_good_cells, tmp_path_factory) -> tuple[StudyReport, StudyReport]:
    """The same study on this machine's kernels, then on a cluster where one notebook kills its worker."""
    marker = tmp_path_factory.mktemp("marque") / ".deja"  # hidden: no read of the notebook
    killer = KILLS_ITS_WORKER_ONCE.replace("{marker}", str(marker))
    path = new_project(
        HEAD + SECTIONS, bon=all_good_cells, faute=[("code", "x = 1"), ("code", "1 / 0")], tueur=[("code", killer)]
    )
    marker.touch()  # there for the run that counts, here as on the cluster: what a notebook looks for is witnessed
    here = run_study(path, folder=path.parent.parent / "ici", executor=Workers(jobs=2))
    marker.unlink()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ECT_DASK_PARENT", "1")
        there = run_study(path, folder=path.parent.parent / "la-bas", executor=Cluster(jobs=2))
    return here, there


def test_a_killed_worker_is_replaced_and_a_failure_is_told_as_here(two_ways):
    told = [{report.id: (report.status, report.cause) for report in way.reports} for way in two_ways]
    assert told[0] == told[1] and told[1]["tueur"] == ("reussi", None)
    assert str(told[1]["faute"][1]) == "cellule de code n° 2 (« 1 / 0 ») : ZeroDivisionError : division by zero"


def test_a_cluster_gives_the_same_bytes(two_ways):
    here, there = (files_of(way.folder) for way in two_ways)
    for name in ("journal.json", ".fuites.json"):  # when it ran, and the hash of that
        del here[name], there[name]
    assert set(here) == set(there)
    assert [name for name in here if here[name] != there[name]] == []


def test_nobody_at_the_address_is_said_in_one_sentence(new_project, all_good_cells, monkeypatch):
    from ect_research.errors import StudyError
    from ect_research.study.running import cluster

    monkeypatch.setattr(cluster, "_PATIENCE_S", 1)
    path = new_project(HEAD + SECTIONS.split('[[execution]]\nid = "faute"')[0], bon=all_good_cells)
    with pytest.raises(StudyError, match="Aucun ordonnanceur dask ne répond"):
        run_study(path, executor=Cluster("tcp://127.0.0.1:9"))
