"""The two CSV flavours."""

import csv
import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ect_research.figures.page.csv_tables import csv_bytes, write_text


def french_rows(frame: pd.DataFrame) -> list[list[str]]:
    return list(csv.reader(io.StringIO(csv_bytes(frame, "fr").decode("utf-8-sig")), delimiter=";"))


def test_a_french_spreadsheet_and_a_machine_each_get_their_numbers():
    frame = pd.DataFrame({"part": [0.25, None], "n": pd.array([1234567, None], dtype="Int64"), "vu": [True, False]})
    assert csv_bytes(frame, "fr").startswith(b"\xef\xbb\xbf")
    assert french_rows(frame) == [["part", "n", "vu"], ["0,25", "1234567", "oui"], ["", "", "non"]]
    assert csv_bytes(frame, "machine") == b"part,n,vu\n0.25,1234567,true\n,,false\n"


def test_text_that_a_spreadsheet_would_run_is_neutralised_and_numbers_are_not():
    frame = pd.DataFrame({"=titre": ["=1+1", "+33", "-x", "@a", "libre"], "ecart": [-1.5, 2, 3, 4, 5]})
    rows = french_rows(frame)
    assert [row[0] for row in rows] == ["'=titre", "'=1+1", "'+33", "'-x", "'@a", "libre"]
    assert rows[1][1] == "-1,5"
    assert csv_bytes(frame, "machine").decode().splitlines()[1] == "=1+1,-1.5"


def test_codes_dates_and_lists_keep_their_writing():
    frame = pd.DataFrame(
        {
            "commune": pd.Series(["01004", "39300"], dtype="str"),
            "jour": pd.to_datetime(["2025-03-12", None]),
            "sources": [("R25", "INT"), None],
            "etape": pd.Categorical(["idee", None]),
        }
    )
    assert write_text(frame, "fr").rows == (("01004", "12/03/2025", "R25 | INT", "idee"), ("39300", "", "", ""))
    assert write_text(frame, "machine").rows[0][1] == "2025-03-12"
    assert write_text(frame, "machine").numeric == ()


def test_a_meaningful_index_becomes_columns():
    counts = pd.DataFrame({"thematique": ["a", "a", "b"]}).groupby("thematique").size().to_frame("n")
    assert write_text(counts, "machine").header == ("thematique", "n")


def test_minus_zero_and_infinite_values_are_written_plainly():
    assert write_text(pd.DataFrame({"x": [-0.0, np.inf]}), "machine").rows == (("0",), ("inf",))


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False, width=32), min_size=1, max_size=5))
def test_a_machine_reads_back_the_numbers_to_twelve_digits(values):
    read = pd.read_csv(io.BytesIO(csv_bytes(pd.DataFrame({"x": values}), "machine")))["x"]
    np.testing.assert_allclose(read, values, rtol=1e-11)


@pytest.mark.croisement
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\x00"), min_size=1), min_size=1, max_size=4))
def test_text_survives_both_files(values):
    frame = pd.DataFrame({"a": pd.Series(values, dtype="str"), "b": "x"})
    machine = list(csv.reader(io.StringIO(csv_bytes(frame, "machine").decode(), newline="")))
    assert [row[0] for row in machine[1:]] == values
    assert [row[0].lstrip("'") for row in french_rows(frame)[1:]] == [value.lstrip("'") for value in values]
