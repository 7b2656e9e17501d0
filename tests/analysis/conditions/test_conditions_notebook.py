"""The notebook on an invented corpus of 28 projects in which two paths were planted, as a user would run it."""

import csv
from pathlib import Path

import nbformat
import pytest

from ect_research.study.base.result_record import read_outputs
from tests.invented import write

NOTEBOOK = Path(__file__).resolve().parents[3] / "notebooks" / "15_conditions.ipynb"

pytestmark = pytest.mark.croisement


def planted(folder: Path) -> Path:
    """28 projects: created within two years where a collective meets the local authority, or a need meets support."""
    here = write(folder, "rempli")
    with (here / "projets.csv").open(encoding="utf-8") as file:
        projects = list(csv.DictReader(file, delimiter=";"))
    facts = []
    for rank, row in enumerate(projects):
        bits = [rank >> place & 1 for place in range(4)]
        row |= {
            "portage_initial": ("individuel", "consortium")[bits[0]],
            "declencheur": ("ressource", "besoin")[bits[1]],
            "implication_collectivite": ("0_aucune", "3_financeur")[bits[2]],
            "accompagne": ("non", "oui")[bits[3]],
            "suivi_debut": "2015",
        }
        created = (bits[0] and bits[2]) or (bits[1] and bits[3])
        days = [("idee_captee", "03/2018"), *([("statuts_deposes", "06/2019")] if created else [])]
        facts += [
            {"evenement_id": f"E{rank}-{place}", "projet_id": row["projet_id"], "type_evenement": kind, "date_debut": day,
             "source_id": "RA", "certitude": "2_declare"}
            for place, (kind, day) in enumerate(days)
        ]  # fmt: skip
    for name, rows in (("projets", projects), ("evenements", facts)):
        with (here / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), delimiter=";")
            writer.writeheader()
            writer.writerows(rows)
    return here


def test_the_planted_paths_are_found_said_and_beyond_chance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ECT_SORTIES", str(tmp_path / "sorties"))
    corpus, known = planted(tmp_path), {}
    for cell in nbformat.read(NOTEBOOK, as_version=4).cells:
        if cell.cell_type == "code":
            exec(cell.source, known)  # noqa: S102 - our own notebook
            if "parameters" in cell.metadata.get("tags", []):
                known |= {"corpus": str(corpus)}
    told = {output.name: output for output in read_outputs(tmp_path / "sorties")}
    paths = told["chemins-vers-la-creation"]
    assert paths.kind == "figure"
    assert paths.finding.startswith("2 chemins vont avec « créé à temps » (28 cas, cohérence 1,00, couverture 1,00)")
    assert paths.strength == "au-delà du hasard"
    assert [name for name, output in told.items() if output.kind == "refus"] == []
    table = known["analyse"].present
    assert table.table.space.write_model(table.models[0]) == "collectif*elus + besoin*accompagne"
