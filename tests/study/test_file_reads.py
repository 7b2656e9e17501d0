"""What a kernel says of itself: the files it read without saying so count from then on."""

import json

import pytest

from ect_research.errors import StudyError
from ect_research.study.definition.study_file import read_study
from ect_research.study.engine.engine import run_study
from ect_research.study.engine.plan import plan_study
from ect_research.study.outputs.output_folder import output_folder_of
from ect_research.study.running.parallel import Workers
from ect_research.study.running.progress import Terminal

HEAD = 'titre = "Essai"\ncorpus = "essai"\n'
READS = [
    (
        "code",
        'import pandas as pd\nfrom pathlib import Path\nimport ect_research as ect\netude = ect.open_study("essai")',
    ),
    (
        "code",
        'points = pd.read_csv("points.csv")\nPath("ecrit.txt").write_text("x")\nnote = open("../note.txt").read()',
    ),
    ("code", 'etude.publish("points", ect.show_table(points, title="Points", n="n = 1"))'),
]


def why(path) -> list[str]:
    study = read_study(path)
    return [
        str(cause) for one in plan_study(study, output_folder_of(study.name, study.root, None)) for cause in one.causes
    ]


@pytest.mark.croisement
@pytest.mark.study
def test_a_file_read_without_saying_so_is_told_counted_and_followed(make_project, capsys):
    from ect_research.corpus.reporting.plain_console import PlainConsole

    study = make_project(HEAD + '[[execution]]\nid = "un"\ncarnet = "un.ipynb"\nlit = ["note.txt"]\n', un=READS)
    root = study.parent.parent
    (study.parent / "points.csv").write_text("a\n1\n", encoding="utf-8")
    (root / "note.txt").write_text("note", encoding="utf-8")
    with Terminal(PlainConsole(soft_wrap=True)).watching() as watcher:
        report = run_study(study, watcher=watcher, executor=Workers(jobs=1))
    assert report.succeeded and set(report.reports[0].seen.reads) == {"notebooks/points.csv"}
    said = capsys.readouterr().out
    assert "lit notebooks/points.csv sans que l’étude le dise" in said and "lit = ['notebooks/points.csv']" in said
    told = json.loads((report.folder / "journal.json").read_text("utf-8"))["runs"]["un"]
    assert 30 < told["memory_mb"] < 2000 and {"pandas", "numpy", "python"} <= set(told["packages"])
    assert set(report.records["un"].key["lectures"]) == {"note.txt", "notebooks/points.csv"} and why(study) == []
    (study.parent / "points.csv").write_text("a\n2\n", encoding="utf-8")
    assert list(map(str, why(study))) == ["un fichier lu a changé (notebooks/points.csv)"]
    (study.parent / "points.csv").write_text("a\n1\n", encoding="utf-8")
    (root / "note.txt").write_text("autre", encoding="utf-8")
    assert list(map(str, why(study))) == ["un fichier lu a changé (note.txt)"]
    (study.parent / "points.csv").unlink()
    assert list(map(str, why(study))) == ["un fichier lu a changé (note.txt, notebooks/points.csv)"]


@pytest.mark.croisement
@pytest.mark.study
@pytest.mark.parametrize("plain", [False, True])
def test_a_layer_that_gdal_opens_is_seen_too(make_project, plain):
    import geopandas
    from shapely import Point

    reads = [
        ("code", "from geopandas import read_file"),
        ("code", 'n = len(read_file("../points.gpkg"))'),
        (
            "code",
            (
                "import ect_research as ect\n"
                'refus = ect.Refusal(ect.tell("un compte"), ect.tell("{n} point.", n=n))\n'
                'ect.open_study(source="Essai").publish("t", ect.show_table(refus, title="T", n="n = 1"))'
            ),
        ),
    ]
    study = make_project(HEAD + '[[execution]]\nid = "un"\ncarnet = "un.ipynb"\n', un=reads)
    layer = geopandas.GeoDataFrame({"a": [1]}, geometry=[Point(0, 0)], crs=2154)
    layer.to_file(study.parent.parent / "points.gpkg")
    report = run_study(study, executor=Workers(jobs=1, plain_kernels=plain))
    assert report.reports[0].cause is None and set(report.reports[0].seen.reads) == {"points.gpkg"}


@pytest.mark.parametrize("given", ["absent.txt", "../../etc/passwd", "notebooks"])
def test_only_a_file_of_the_project_can_be_declared(make_project, given):
    study = make_project(HEAD + f'[[execution]]\nid = "un"\ncarnet = "un.ipynb"\nlit = ["{given}"]\n', un=READS)
    with pytest.raises(StudyError, match="n’est pas un fichier du projet"):
        read_study(study)


def test_a_policy_that_does_not_exist_is_refused(make_project):
    study = make_project(
        HEAD + '[versions]\necart = "ignorer"\n[[execution]]\nid = "un"\ncarnet = "un.ipynb"\n', un=READS
    )
    with pytest.raises(StudyError, match="relancer"):
        read_study(study)
