from pathlib import Path

import pandas as pd
import pytest

from ect_research.codebook.load_codebook import load_codebook
from ect_research.errors import CodebookError
from ect_research.study.engine.extract import build_dictionary

DOMAIN_TABLES = ["sources", "idees", "projets", "evenements", "acteurs", "participations", "liens", "ressources",
                 "indicateurs", "entretiens", "codages", "maturite"]  # fmt: skip


@pytest.fixture(scope="module")
def codebook():
    return load_codebook()


def test_the_twelve_tables_of_the_domain_are_described(codebook):
    assert codebook.table_names == DOMAIN_TABLES
    assert all(codebook.key_of(table) for table in DOMAIN_TABLES)


def test_every_code_has_a_french_and_an_english_label(codebook):
    for part in ("label::fr", "label::en"):
        assert (codebook.choices_table[part].str.strip() != "").all()
        assert (codebook.stages[part].str.strip() != "").all()


def test_every_stage_has_a_colour_and_every_event_type_is_a_choice(codebook):
    events = set(codebook.codes("type_evenement"))
    used = " ".join([*codebook.stages["opens"], *codebook.stages["opens_with"], *codebook.stages["closes"]]).split()
    assert set(used) <= events
    assert codebook.stages["colour"].str.fullmatch("#[0-9a-f]{6}").all()


def test_the_order_of_an_ordinal_list_is_told_from_a_nominal_one(codebook):
    assert codebook.is_ordinal("certitude")
    assert not codebook.is_ordinal("thematique")


def test_an_unknown_code_list_table_or_column_is_an_error_with_its_name(codebook):
    for ask in (
        lambda: codebook.label("thematique", "inconnu"),
        lambda: codebook.choices("inconnu"),
        lambda: codebook.columns("inconnu"),
        lambda: codebook.variable_label("projets", "inconnu"),
    ):
        with pytest.raises(CodebookError, match="inconnu"):
            ask()


def test_a_corpus_may_add_a_code_and_change_a_label(tmp_path: Path):
    (tmp_path / "choices.csv").write_text(
        "list_name;name;label::fr;label::en;order;colour\n"
        "thematique;eau;Eau et rivières;Water;;#123456\n"
        "thematique;mobilite;Se déplacer;Getting around;;\n",
        encoding="utf-8",
    )
    own = load_codebook(tmp_path)
    assert own.label("thematique", "eau", "en") == "Water"
    assert own.label("thematique", "mobilite") == "Se déplacer"
    assert own.colours("thematique")["eau"] == "#123456"
    assert "eau" not in load_codebook().codes("thematique")


def test_every_contradiction_of_a_codebook_is_told_at_once(tmp_path: Path):
    (tmp_path / "choices.csv").write_text(
        "list_name;name;label::fr;label::en;order;colour\nthematique;Eau;Eau;;;bleu\nobjet;copie;Service;Copy;;\n",
        encoding="utf-8",
    )
    (tmp_path / "variables.csv").write_text(
        "table;name;type;list;label::fr;label::en;constraint;required;ect_key\n"
        "projets;x;select_one;absente;X;X;;;\n"
        "projets;y;integer;;Y;Y;. >= 2014 and;;\n"
        "projets;z;nombre;;Z;;;${absent} = '';ref:rien.id\n",
        encoding="utf-8",
    )
    (tmp_path / "stages.csv").write_text(
        "name;order;label::fr;label::en;kind;opens;opens_with;closes;colour\ne7;sept;E;E;phase;rien;;;\n",
        encoding="utf-8",
    )
    with pytest.raises(CodebookError) as caught:
        load_codebook(tmp_path)
    said = str(caught.value).replace("\u00a0", " ")
    for word in ("minuscules", "libellé « en » manquant", "bleu", "Service", "absente", "incomprise", "« absent »",
                 "nombre", "rien.id", "« rien »", "sept", "phase", "sans message"):  # fmt: skip
        assert word in said


def test_the_dictionary_lists_every_column_and_every_code(codebook):
    dictionary = build_dictionary(codebook)
    assert len(dictionary) == len(codebook.variables)
    assert "scic (SCIC)" in dictionary.set_index(["table", "colonne"]).loc[("projets", "statut_juridique"), "valeurs"]


def test_the_english_dictionary_holds_no_french_hint(codebook):
    french, english = (build_dictionary(codebook, language) for language in ("fr", "en"))
    assert set(english["obligatoire"]) & {"oui", "yes"} == {"yes"}
    hinted = english["aide"] != ""
    assert hinted.sum() > 20
    assert (french.loc[hinted, "aide"] != english.loc[hinted, "aide"]).mean() > 0.9


HEAD = "list_name;name;label::fr;label::en"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (f"{HEAD}\nthematique;eau;Économie;Water\n".encode("cp1252"), "n’est pas en UTF-8"),
        (f"{HEAD};couleur\nthematique;eau;Eau;Water;#123456\n".encode(), "colonne inconnue : couleur"),
        (b"liste;name;label::fr\nthematique;eau;Eau\n", "colonne absente : list_name"),
        (f"{HEAD}\nthematique;eau;Eau; douce;Water\n".encode(), "ligne 1 après l’en-tête"),
    ],
)
def test_a_codebook_file_that_a_spreadsheet_spoilt_is_refused_with_a_remedy(tmp_path: Path, content, words):
    (tmp_path / "choices.csv").write_bytes(content)
    with pytest.raises(CodebookError) as caught:
        load_codebook(tmp_path)
    assert words in str(caught.value).replace("\u00a0", " ").replace("\u202f", " ")


def test_blank_cells_lines_and_a_label_on_two_lines_are_read_as_they_are(tmp_path: Path):
    (tmp_path / "choices.csv").write_text(
        f'{HEAD}\n\nthematique;eau;"Eau\net rivières";Water;;\n;;;\n', encoding="utf-8"
    )
    assert load_codebook(tmp_path).label("thematique", "eau") == "Eau\net rivières"


def test_a_stage_that_a_corpus_adds_draws_and_counts_like_the_others(tmp_path: Path):
    from ect_research.corpus.stages.episodes import derive_episodes
    from ect_research.corpus.stages.outcomes import derive_outcomes
    from ect_research.figures.page.theme import get_theme
    from ect_research.figures.signs.stage_signs import stage_signs

    (tmp_path / "stages.csv").write_text(
        "name;order;label::fr;label::en;kind;opens;colour;sign;hatch;role\n"
        "t_fusion;94;Fusion;Merged;fin;changement_statut;#336699;F;xx;absorption\n",
        encoding="utf-8",
    )
    own = load_codebook(tmp_path)
    sign = stage_signs(own, get_theme("revue"))["t_fusion"]
    assert (sign.sign, sign.label) == ("F", "Fusion") and sign.face.startswith("#")
    days = pd.to_datetime(["2024-01-01", "2024-07-01"])
    facts = pd.DataFrame(
        {"evenement_id": ["a", "b"], "projet_id": "P", "type_evenement": ["idee_captee", "changement_statut"],
         "date_debut_min": days, "date_debut_max": days}
    )  # fmt: skip
    told = derive_episodes(facts, own.stages, observed_on=pd.Timestamp("2025-12-31"))
    outcome = derive_outcomes(told, pd.DataFrame({"projet_id": ["P"]})).iloc[0]
    assert (outcome["issue"], outcome["evenement"], outcome["duree_mois"]) == ("absorbe", "absorption", 6)


def test_a_role_or_a_hatch_that_nobody_knows_is_told(tmp_path: Path):
    (tmp_path / "stages.csv").write_text("name;role;hatch;grey\nt_abandon;abandonne;~;gris\n", encoding="utf-8")
    with pytest.raises(CodebookError, match=r"abandonne(.|\n)*gris(.|\n)*hachure"):
        load_codebook(tmp_path)
