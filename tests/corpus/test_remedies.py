"""What a message of ``ect check`` says to do is right when it is followed to the letter."""

import pytest

from ect_research import load_corpus
from ect_research.codebook.load_codebook import load_codebook
from ect_research.corpus.checked.load_corpus import check_corpus
from ect_research.corpus.forms.entry_words import header_comment
from ect_research.corpus.reporting.possible_analyses import list_analyses
from ect_research.corpus.text.parse_cell import Bad, Known, parse_cell

BOOK = load_codebook()
TIES = "lien_id;acteur_a;acteur_b;projet_id;mise_en_relation;mediateur_id;source_id\n"
ACTORS = (
    "acteur_id;nom;nature;est_intermediaire;source_id\nA1;Le Four;organisation;;S1\nA2;Le Pôle;organisation;oui;S1\n"
)


def test_a_condition_is_said_in_the_words_of_the_workbook():
    said = BOOK.condition_said("liens", BOOK.variables["liens", "mediateur_id"].relevant)
    assert said.startswith(
        "« Mise en relation » est « Mise en relation par un intermédiaire » ou « Mise en relation » est"
    )
    conditional = [one for one in BOOK.variables.values() if one.relevant or one.required not in ("", "oui")]
    for variable in conditional:
        for language in ("fr", "en"):
            comment = header_comment(BOOK, variable, [], language)
            assert "${" not in comment and " = '" not in comment, comment
            assert not any(one in comment for one in ("acteur_id est", "acteur_id is", "commune_insee est"))


def test_what_depends_on_a_cell_that_could_not_be_read_is_not_called_void(make_corpus):
    rows = TIES + "L1;A1;A2;;Un intermédiaire territorial;A2;S1\nL2;A1;A2;;relation_pro;A2;S1\n"
    problems = check_corpus(make_corpus(acteurs=ACTORS, liens=rows))
    void = problems[problems["probleme"].str.startswith("valeur sans objet")]
    assert void["ligne"].tolist() == [3] and "« Mise en relation » est" in void["attendu"].iloc[0]


def test_a_source_that_is_missing_or_unknown_is_looked_for_among_those_of_the_corpus(make_corpus):
    problems = check_corpus(make_corpus(projets="projet_id;nom;source_id\nP1;Le Four;\nP2;La Scierie;RA 2024\n"))
    missing = problems[problems["probleme"].str.startswith("valeur obligatoire")].iloc[0]
    assert "par exemple" not in missing["suggestion"] and "feuille « sources »" in missing["suggestion"]
    unknown = problems[problems["probleme"].str.contains("n’existe pas")]
    assert len(unknown) == 2 and unknown["attendu"].str.endswith(": S1, S2").all()


@pytest.mark.parametrize(
    ("column", "typed", "remedy"),
    [
        (("projets", "acteurs_presents"), "Citoyen, Entreprise", "écrire « Citoyens ; Entreprises »"),
        (("projets", "portage_actuel"), "citoyens", "vouliez-vous dire « Collectif citoyen » (collectif_citoyen) ?"),
        (("projets", "portage_actuel"), "Groupe xyz", "choisir dans la liste"),
    ],
)
def test_a_remedy_loses_no_part_of_an_answer(column, typed, remedy):
    variable = BOOK.variables[column]
    bad = parse_cell(typed, variable, Known(BOOK, variable.list_name))
    assert isinstance(bad, Bad) and str(bad.suggestion) == remedy


def test_an_analysis_says_what_it_lacks_in_the_words_of_the_workbook():
    corpus = load_corpus("pays-ledonien")
    lacks = " ".join(list_analyses(corpus, "fr")["manque"])
    assert lacks and "`" not in lacks and not any(f"« {name} »" in lacks for _, name in BOOK.variables if "_" in name)
