import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from ect_research.analysis.chance import Refusal
from ect_research.analysis.corpus.completeness import build_completeness, build_source_support
from ect_research.codebook.load_codebook import load_codebook

CODEBOOK = load_codebook()


def cells_of(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    found = build_completeness({table: frame}, CODEBOOK).cells
    return found[found["table"] == table].set_index("variable")


@given(st.lists(st.tuples(st.sampled_from([None, "39300"]), st.sampled_from([None, 2026])), min_size=1, max_size=8))
def test_filled_missing_and_not_applicable_add_up_to_the_rows(rows):
    frame = pd.DataFrame(rows, columns=["commune_insee", "cog_millesime"]).astype(
        {"commune_insee": "str", "cog_millesime": "Int64"}
    )
    cells = cells_of("projets", frame)
    assert (cells[["renseigne", "manquant", "sans_objet"]].sum(axis=1) == len(rows)).all()
    assert cells.loc["commune_insee", "sans_objet"] == 0
    asked = [town is not None or year is not None for town, year in rows]
    assert cells.loc["cog_millesime", "sans_objet"] == asked.count(False)


def test_the_pseudonym_of_an_organisation_is_not_missing():
    actors = pd.DataFrame({"nature": ["organisation", "personne", "personne"], "pseudonyme": [None, "Pe1", None]})
    line = cells_of("acteurs", actors).loc["pseudonyme"]
    assert line[["renseigne", "manquant", "sans_objet"]].tolist() == [1, 1, 1]
    assert line["part"] == 0.5


def test_a_column_absent_from_the_file_is_missing_everywhere():
    assert cells_of("projets", pd.DataFrame({"nom": ["A", "B"]})).loc["objet", "manquant"] == 2


def test_a_remark_that_nobody_wrote_is_not_a_gap():
    assert "note" not in cells_of("projets", pd.DataFrame({"nom": ["A"], "note": [None]})).index


def test_an_empty_corpus_is_refused():
    assert isinstance(build_completeness({"projets": pd.DataFrame({"nom": []})}, CODEBOOK), Refusal)


def test_a_project_is_supported_by_every_row_that_names_it():
    tables = {
        "sources": pd.DataFrame({"source_id": ["A", "B"]}),
        "projets": pd.DataFrame({"projet_id": ["P1", "P2"], "source_id": [("A",), ("A",)]}),
        "evenements": pd.DataFrame({"projet_id": ["P2", None], "source_id": [("A", "B"), ("B",)]}),
    }
    support = build_source_support(tables, CODEBOOK)
    assert support.single_source == ("P1",)
    assert support.by_project.set_index("projet_id").loc["P2", "sources"] == ("A", "B")
    lines = support.by_table.set_index(["source_id", "table"])
    assert lines.loc[("B", "evenements")].tolist() == [2, 1]
    assert support.unsourced.empty


def test_rows_without_a_source_are_reported():
    tables = {"projets": pd.DataFrame({"projet_id": ["P1", "P2"], "source_id": [("A",), None]})}
    assert build_source_support(tables, CODEBOOK).unsourced.to_dict("records") == [{"table": "projets", "lignes": 1}]
