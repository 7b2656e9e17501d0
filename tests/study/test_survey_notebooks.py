"""The notebooks of surveys, on two waves of 24 persons and on sixty young people: told, with no small number in any file."""

import csv
from pathlib import Path

import nbformat
import pytest

from ect_research.study.base.result_record import read_outputs
from tests import invented_surveys

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"


@pytest.mark.croisement
@pytest.mark.parametrize(
    ("stem", "kind", "more", "least"),
    [
        ("13_maturite", "deux_vagues", {}, 4),
        ("14_enquete", "deux_vagues", {}, 2),
        ("14_enquete", "jeunes", {"table": invented_surveys.YOUNG, "croisements": [["accord_1", "filiere_1"]]}, 7),
    ],
)
def test_a_survey_is_told_without_a_number_to_hide(stem, kind, more, least, tmp_path, monkeypatch):
    monkeypatch.setenv("ECT_SORTIES", str(tmp_path / "sorties"))
    monkeypatch.setattr("ect_research.study.publishing.publish.image_bytes", lambda *_, **__: {})
    known: dict[str, object] = {}
    for cell in nbformat.read(NOTEBOOKS / f"{stem}.ipynb", as_version=nbformat.NO_CONVERT).cells:
        if cell.cell_type == "code":
            exec(cell.source, known)  # noqa: S102 - our own notebook
            if "parameters" in cell.metadata.get("tags", []):
                known |= {"corpus": str(invented_surveys.write(tmp_path, kind)), "tirages": 99, **more}
    told = read_outputs(tmp_path / "sorties")
    assert sum(output.kind != "refus" for output in told) >= least
    for table in (tmp_path / "sorties").rglob("*.machine.csv"):
        assert not {"s", "1", "2", "3", "4"} & set(persons_of(table))


def persons_of(path: Path) -> list[str]:
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    return [row["personnes"] for row in rows if "personnes" in row]
