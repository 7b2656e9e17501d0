"""What the figures of the first three notebooks contain, in three presets, on the register and on long French names."""

import re
from dataclasses import replace

import pytest
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

import ect_research as ect
from ect_research.figures.exhibit.context import Context
from ect_research.figures.page.caption import add_caption
from ect_research.figures.page.figure_bytes import image_bytes
from ect_research.figures.page.theme import get_theme
from ect_research.figures.signs.stage_signs import stage_signs
from tests.common import plain
from tests.figures.legible import check_texts, texts

READERS = [("revue", "fr"), ("horizons", "en"), ("fiche", "fr")]
VARIABLES = ["thematique", "objet", "portage_actuel", "statut_juridique", "declencheur", "accompagne", "dispositif"]
SHOWS = {
    "completeness": ect.show_corpus,
    "published_funnel": lambda told: ect.show_funnel(told, "publie"),
    "register_funnel": lambda told: ect.show_funnel(told, "registre"),
    "bertin": ect.show_bertin,
}


@pytest.fixture(scope="module")
def results(corpus):
    tables, stages = corpus.tables, corpus.codebook.stages
    completeness = ect.build_completeness(tables, corpus.codebook)
    return {
        "completeness": completeness,
        "published_funnel": ect.build_published_funnel(tables["indicateurs"]),
        "register_funnel": ect.build_register_funnel(tables, stages),
        "bertin": ect.build_bertin_matrix(
            tables["projets"], VARIABLES, corpus.codebook, codings=tables["codages"], permutations=19
        ),
    }


@pytest.fixture(scope="module")
def show(results, corpus):
    def shown(kind, reader="ademe", language="fr", **options):
        context = Context(get_theme(reader, language), corpus)
        return SHOWS[kind](results[kind], **options).in_context(context)

    return shown


def drawn(shown):
    return add_caption(shown.figure(), shown.words(), shown.theme)


def words(figure) -> str:
    return plain(" ".join(text.get_text() for text in texts(figure)))


@pytest.mark.croisement
@pytest.mark.parametrize("kind", SHOWS)
def test_no_text_covers_another_or_leaves_the_page(kind, show):
    check_texts(show(kind))


@pytest.mark.croisement
@pytest.mark.parametrize(("reader", "language"), READERS)
@pytest.mark.parametrize("kind", SHOWS)
def test_no_text_covers_another_or_leaves_the_page_for_any_reader(kind, reader, language, show):
    check_texts(show(kind, reader, language))


@pytest.mark.parametrize("kind", ["published_funnel"])
def test_the_same_input_gives_the_same_bytes(kind, show):
    first, second = (image_bytes(drawn(show(kind)), show(kind).theme, title="t", description="d") for _ in range(2))
    assert first == second


@pytest.mark.parametrize("kind", SHOWS)
def test_a_caption_gives_n_the_source_and_the_day_of_observation(kind, show):
    caption = show(kind).words()
    assert caption.n.startswith("n = ")
    assert caption.source.startswith("Registre public du Pays Lédonien")
    assert caption.date.replace("\xa0", " ") == "état au 31 décembre 2025"
    assert caption.reading


@pytest.mark.croisement
@pytest.mark.parametrize("kind", SHOWS)
def test_an_english_figure_has_no_french_label(kind, show, corpus):
    seen = words(drawn(show(kind, "revue", "en")))
    french = ["renseigné", "manquant", "étape", "Expérimentation", "projets ", "Source :", "Champ", "au moins", "fait "]
    names = " ".join(corpus.names().values())
    assert [word for word in french if word in seen and word not in names] == []


@pytest.mark.croisement
@pytest.mark.parametrize("kind", SHOWS)
def test_a_greyscale_reader_gets_greys_only(kind, show):
    for patch in show(kind, "revue").figure().findobj(Rectangle):
        red, green, blue = patch.get_facecolor()[:3]
        assert max(red, green, blue) - min(red, green, blue) < 0.01


def test_stages_differ_without_colour(corpus):
    signs = stage_signs(corpus.codebook, get_theme("revue")).values()
    assert len({sign.sign for sign in signs}) == len(signs)
    stages = [sign for sign in signs if sign.code.startswith("e")]
    assert len({(sign.face, sign.hatch) for sign in stages}) == len(stages)
    assert all(max(to_rgb(sign.face)) == min(to_rgb(sign.face)) for sign in signs)


def test_the_published_rate_is_said_to_be_a_ceiling(results, show):
    shown = show("published_funnel")
    seen = words(drawn(shown))
    assert "au moins 130" in seen
    assert "17 % au plus" in seen
    assert len(re.findall(r"\[\d+ à \d+ %\]", seen)) == int(results["published_funnel"].steps["taux"].notna().sum())
    assert "Emplois créés (personnes)" in seen


def found(shown) -> str:
    return plain(shown.finding())


def test_findings_are_sentences_made_from_the_numbers(results, show):
    cells = results["completeness"].cells[~results["completeness"].cells["provenance"]]
    filled, asked = int(cells["renseigne"].sum()), int(cells["renseigne"].sum() + cells["manquant"].sum())
    said = f"{100 * filled / asked:.0f} % de ce que l’on demande aux documents, ils le disent : "
    assert found(show("completeness")) == said + f"{filled:,} cases sur {asked:,}. [compté]".replace(",", " ")
    step = results["register_funnel"].steps.iloc[-1]
    attested = f"Une création attestée pour {step['constate']} projets sur {step['n']}, au moins : "
    rate = f"{100 * step['taux']:.0f} % [{100 * step['bas']:.0f} à {100 * step['haut']:.0f} %]. [compté]"
    assert found(show("register_funnel")) == attested + rate
    assert "idées captées : 17 % [11 à 24 %] au plus" in found(show("published_funnel"))
    matrix = results["bertin"]
    beaten = matrix.likeness > matrix.null[2]
    assert found(show("bertin")).endswith("[au-delà du hasard]" if beaten else "[le hasard fait aussi bien]")
    assert f"(n = {matrix.n} projets)" in found(show("bertin"))


def test_the_title_is_what_was_found_and_the_question_stands_below_it_but_for_a_reviewer(show):
    for kind in ("completeness", "published_funnel", "register_funnel", "bertin"):
        for reader in ("horizons", "ademe", "fiche"):
            shown = show(kind, reader)
            headed = shown.headed(shown.words())
            assert found(shown).startswith(plain(headed.title))
            assert headed.subtitle.startswith(shown.words().title)
        neutral = show(kind, "revue")
        assert neutral.headed(neutral.words()).title == neutral.words().title


def test_the_completeness_shows_every_column_and_its_count(results, show):
    figure = drawn(show("completeness"))
    seen, cells = words(figure), results["completeness"].cells
    line = cells[(cells["table"] == "projets") & (cells["variable"] == "objet")].iloc[0]
    assert f"{line['renseigne']} / {line['n']}" in seen
    assert f"Projets (n = {line['n']})" in seen
    counted = sum(" / " in text.get_text() or text.get_text() == "–" for text in texts(figure))
    assert counted == int((~cells["provenance"]).sum())


@pytest.mark.croisement
def test_the_matrix_holds_one_mark_per_coding_and_says_what_chance_gives(results, show):
    matrix, shown = results["bertin"], show("bertin")
    inked = [box for box in drawn(shown).findobj(Rectangle) if box.get_zorder() == 2 and box.get_height() < 5]
    full = sum(box.get_facecolor()[:3] == to_rgb("#1a1a1a") for box in inked)
    hollow = sum(box.get_linewidth() == 1.0 for box in inked)
    legend = 1
    codings = matrix.cells[matrix.cells["code"] != ""]
    deduced = int((codings["certitude"] == "0_deduit").sum())
    assert (full, hollow) == (len(codings) - deduced + legend, deduced)
    assert "hasard" in shown.words().reading


@pytest.mark.parametrize("reader", ["ademe", pytest.param("horizons", marks=pytest.mark.croisement),
                                    pytest.param("revue", marks=pytest.mark.croisement),
                                    pytest.param("fiche", marks=pytest.mark.croisement)])  # fmt: skip
def test_the_bars_of_the_whole_codebook_fit_on_a_printed_page_with_their_caption(show, reader):
    assert drawn(show("completeness", reader)).get_size_inches()[1] * 25.4 <= 297


def test_every_source_table_names_documents_and_projects(corpus):
    study = ect.open_study("pays-ledonien")
    support = ect.build_source_support(corpus.tables, corpus.codebook)
    by_source, by_project = (
        ect.show_corpus(support, view).in_context(study.context) for view in ("documents", "projets")
    )
    rows = by_source.rows()
    assert rows["reference"].notna().all()
    assert (rows["total"] >= rows["seule_source"]).all()
    most = rows.iloc[0]
    assert by_source.finding().sentence.startswith(f"Un document, {most['source_id']}, soutient {most['total']} ")
    alone = f"{len(support.single_source)} projets sur {support.n} connus par un seul document : "
    assert by_project.words().reading.startswith(alone)
    assert by_project.words().n == f"n = {support.n} projets"
    only = f"{len(support.single_source)} projets sur {support.n} ne sont connus que par un seul document."
    assert by_project.finding().sentence == only
    known_twice = replace(support, by_project=support.by_project.assign(n_sources=2))
    none = ect.show_corpus(known_twice, "projets").in_context(study.context)
    assert none.words().reading == none.finding().sentence
    assert none.finding().sentence.startswith(f"Aucun des {support.n} projets ")


def test_the_tables_of_a_corpus_say_what_they_count(corpus):
    context = ect.open_study("pays-ledonien").context
    opened = ect.show_corpus(corpus, "analyses").in_context(context)
    rows = opened.rows()
    assert opened.words().n == f"n = {len(rows)} analyses"
    assert opened.finding().sentence == f"Le corpus ouvre {rows['ouverte'].sum()} analyses sur {len(rows)}."
    counts = ect.show_corpus(ect.build_completeness(corpus.tables, corpus.codebook), "lignes").in_context(context)
    filled = int((counts.rows()["lignes"] > 0).sum())
    assert f" lignes dans {filled} tables sur {len(counts.rows())} ; " in counts.finding().sentence
    assert counts.finding().sentence.endswith(" citent au moins un document.")
    assert all(shown.place == "annexe" for shown in (opened, counts))
