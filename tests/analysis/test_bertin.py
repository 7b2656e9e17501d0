import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ect_research.analysis.chance import Refusal
from ect_research.analysis.corpus.completeness import build_cross_table
from ect_research.analysis.typologies.bertin import build_bertin_matrix
from ect_research.codebook.load_codebook import load_codebook
from ect_research.errors import EctError
from ect_research.figures.corpus.corpus_tables import show_cross_table
from ect_research.figures.exhibit.context import Context
from ect_research.figures.exhibit.exhibit import Strength
from ect_research.figures.page.theme import get_theme
from ect_research.figures.typologies.bertin import show_bertin

CODEBOOK = load_codebook()
VARIABLES = ["thematique", "objet", "portage_actuel", "statut_juridique"]
LISTS = [CODEBOOK.variables["projets", name].list_name for name in VARIABLES]


def projects(rows: list[list[int | None]]) -> pd.DataFrame:
    frame = pd.DataFrame({"projet_id": [f"P{row:03d}" for row in range(len(rows))]})
    for place, (name, list_name) in enumerate(zip(VARIABLES, LISTS, strict=True)):
        codes = CODEBOOK.codes(list_name)
        values = [None if row[place] is None else codes[row[place] % len(codes)] for row in rows]
        frame[name] = pd.Series(values, dtype=pd.CategoricalDtype(codes))
    return frame


def planted(n: int, seed: int, strength: float) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    kinds = np.arange(n) * 4 // n
    noise = random.integers(0, 4, size=(n, 4))
    kept = random.random((n, 4)) < strength
    return projects(np.where(kept, kinds[:, None], noise).tolist())


CELLS = st.one_of(st.none(), st.integers(0, 3))
ROWS = st.lists(st.lists(CELLS, min_size=4, max_size=4), min_size=5, max_size=12)


@pytest.mark.croisement
@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_the_order_of_the_file(rows, random):
    frame = projects(rows)
    places = list(range(len(frame)))
    random.shuffle(places)
    first = build_bertin_matrix(frame, VARIABLES, CODEBOOK, permutations=3)
    second = build_bertin_matrix(frame.iloc[places], VARIABLES, CODEBOOK, permutations=3)
    if isinstance(first, Refusal):
        assert first == second
        return
    assert first.rows == second.rows
    pd.testing.assert_frame_equal(first.columns, second.columns)
    assert (first.likeness, first.null, first.p_value) == (second.likeness, second.null, second.p_value)


@given(ROWS)
@example([[None] * 4, [None, None, None, 0], [None, None, None, 1], [None, None, 0, None], [None, None, 1, None]])
def test_every_project_and_every_code_is_drawn_once(rows):
    frame = projects(rows)
    matrix = build_bertin_matrix(frame, VARIABLES, CODEBOOK, permutations=1)
    if isinstance(matrix, Refusal):
        return
    assert sorted(matrix.rows) == sorted(frame["projet_id"])
    known = {(name, code) for name in VARIABLES for code in frame[name].dropna()}
    assert {(row.variable, row.code) for row in matrix.columns.itertuples()} == known
    assert matrix.columns["effectif"].sum() == int(frame[VARIABLES].notna().sum().sum())


def test_a_planted_gradient_is_put_back_in_order_and_told_apart_from_chance():
    matrix = build_bertin_matrix(planted(32, seed=3, strength=0.85), VARIABLES, CODEBOOK, permutations=199)
    kinds = np.array([int(code[1:]) * 4 // 32 for code in matrix.rows])
    changes = int((np.diff(kinds) != 0).sum())
    assert changes < 12, "the shuffled kinds would change about 24 times"
    assert matrix.likeness > matrix.null[2]
    assert matrix.p_value < 0.01


def test_a_variable_and_its_copy_order_projects_without_any_type():
    codes = np.random.default_rng(2).integers(0, 4, size=(40, 3))
    frame = projects(np.column_stack([codes[:, 0], codes]).tolist())
    matrix = build_bertin_matrix(frame, VARIABLES, CODEBOOK, permutations=99)
    assert matrix.p_value <= 0.025 < matrix.p_between
    found = show_bertin(matrix).in_context(Context(get_theme("ademe", "fr"))).finding()
    assert found.strength is Strength.COUNTED
    assert str(found).startswith("Des variables qui se commandent suffisent à ranger les projets")


@pytest.mark.croisement
def test_noise_is_rarely_taken_for_an_order():
    values = [
        build_bertin_matrix(planted(24, seed, strength=0.0), VARIABLES, CODEBOOK, permutations=39).p_value
        for seed in range(30)
    ]
    assert np.mean(np.array(values) <= 0.05) <= 0.15
    assert np.mean(values) > 0.3


def test_projects_that_nobody_describes_do_not_look_alike():
    rows = [[0, 0, 0, 0], [0, 0, 0, 0], [3, 3, 3, 3], [3, 3, 3, 3], [0, None, None, None], [3, None, None, None]]
    matrix = build_bertin_matrix(projects(rows), VARIABLES, CODEBOOK, permutations=9)
    halves = {frozenset(matrix.rows[:3]), frozenset(matrix.rows[3:])}
    assert halves == {frozenset({"P000", "P001", "P004"}), frozenset({"P002", "P003", "P005"})}


def test_a_code_of_one_project_is_drawn_but_pulls_nobody_aside():
    rows = [[0, 0, 0, 0]] * 4 + [[3, 3, 3, 3]] * 4
    alone = build_bertin_matrix(projects([*rows, [0, 0, 0, 5]]), VARIABLES, CODEBOOK, permutations=1)
    place = alone.rows.index("P008")
    neighbours = {alone.rows[near] for near in (place - 1, place + 1) if 0 <= near < 9}
    assert neighbours & {"P000", "P001", "P002", "P003"}
    assert 1 in alone.columns["effectif"].tolist()


def test_variables_without_any_value_are_named_and_not_drawn():
    frame = projects([[0, 1, 2, None], [1, 1, 2, None], [0, 2, 2, None], [1, 2, 3, None]])
    matrix = build_bertin_matrix(frame, VARIABLES, CODEBOOK, permutations=1)
    assert matrix.unknown == ("statut_juridique",)
    assert "statut_juridique" not in set(matrix.columns["variable"])


def test_the_certainty_of_a_coding_is_that_of_its_own_line():
    frame = projects([[0, 1, 2, 0], [1, 1, 2, 1], [0, 2, 2, 0], [1, 2, 3, 1]]).assign(certitude="2_declare")
    theme = CODEBOOK.codes("thematique")[0]
    codings = pd.DataFrame(
        {
            "unite_table": "projets",
            "unite_id": ["P000"],
            "variable": "thematique",
            "valeur": theme,
            "certitude": "0_deduit",
        }
    )
    cells = build_bertin_matrix(frame, VARIABLES, CODEBOOK, codings=codings, permutations=1).cells
    certainty = cells.set_index(["projet_id", "variable"])["certitude"]
    assert certainty["P000", "thematique"] == "0_deduit"
    assert certainty["P002", "thematique"] == "2_declare"


def test_too_few_described_projects_are_refused_with_their_number():
    refusal = build_bertin_matrix(projects([[0, 0, 0, 0]] * 3), VARIABLES, CODEBOOK)
    assert isinstance(refusal, Refusal)
    assert "3 projets" in str(refusal)


@pytest.mark.parametrize(("language", "unknown"), [("fr", "Non renseigné"), ("en", "Unknown")])
def test_a_cross_table_counts_everybody_known_or_not(language, unknown):
    frame = projects([[0, 0, 1, None], [0, 0, None, 2], [0, 0, 1, 2]])
    crossed = build_cross_table(frame, "portage_actuel", "statut_juridique", CODEBOOK)
    shown = show_cross_table(crossed).in_context(Context(get_theme("ademe", language)))
    label = CODEBOOK.variable_label("projets", "portage_actuel", language)
    counts = shown.rows().set_index(label)
    assert crossed.known == 1
    assert " 1 " in shown.finding().sentence
    assert counts.loc["Total", "Total"] == 3
    assert counts.loc[unknown].sum() == 2  # one project, in its column and in the total
    assert counts[unknown]["Total"] == 1


def test_an_unknown_variable_is_named():
    with pytest.raises(EctError, match="thematiqe"):
        build_bertin_matrix(projects([[0, 0, 0, 0]] * 5), ["thematiqe"], CODEBOOK)


def test_a_column_that_no_codebook_knows_is_named():
    with pytest.raises(EctError, match="maison"):
        build_bertin_matrix(projects([[0, 0, 0, 0]] * 5).assign(maison="a"), ["maison"], CODEBOOK)


def test_a_cross_table_asks_for_single_answers_of_the_table():
    with pytest.raises(EctError, match="dispositif"):
        build_cross_table(projects([[0, 0, 0, 0]]), "dispositif", "objet", CODEBOOK)
    with pytest.raises(EctError, match="objet"):
        build_cross_table(projects([[0, 0, 0, 0]]).drop(columns="objet", errors="ignore"), "objet", "objet", CODEBOOK)


def test_a_cross_table_of_nobody_counts_nobody():
    nobody = projects([[0, 0, 0, 0]]).iloc[:0]
    table = show_cross_table(build_cross_table(nobody, "portage_actuel", "statut_juridique", CODEBOOK)).rows()
    assert table["Total"].tolist() == [0]
    assert str(table["Total"].dtype) == "Int64"


def test_a_variable_that_is_no_name_is_refused_by_what_was_given():
    with pytest.raises(EctError, match=r"livre de codes.: 0\."):
        build_bertin_matrix(planted(8, seed=1, strength=0.5), [0], CODEBOOK, permutations=1)
