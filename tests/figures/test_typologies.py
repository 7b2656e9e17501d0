"""What the figures of a typology say, in four presets and two languages, without two texts on each other."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest

import ect_research as ect
from ect_research.analysis.chance import Refusal
from ect_research.analysis.typologies.evidence.dependence import Block
from ect_research.analysis.typologies.evidence.error_rates import measured_rates, quote_rates
from ect_research.analysis.typologies.tables.missing_answers import choose_documented
from ect_research.analysis.typologies.type_study import build_dossier, build_type_study
from ect_research.corpus.checked.load_corpus import load_corpus
from ect_research.figures.exhibit.context import Context
from ect_research.figures.exhibit.exhibit import Strength
from ect_research.figures.page.theme import PRESETS, get_theme
from ect_research.figures.typologies.type_plane import code_name
from ect_research.figures.typologies.type_style import type_colour
from ect_research.figures.typologies.type_views import show_type_study
from ect_research.figures.typologies.type_words import Wording
from ect_research.study.publishing.open_study import Study
from tests.analysis.typologies.registers import planted
from tests.benchmarks.planted_registers import plant

VIEWS = ("inertie", "modalites", "projets", "arbre", "stabilite", "verdict")
ACTIVE = ["v0", "v1", "v2", "themes"]
READERS = [(reader, "fr") for reader in PRESETS if reader != "ademe"] + [("revue", "en")]
LONG = {f"p{row:02d}": f"Plateforme territoriale de réemploi inter-entreprises n° {row}" for row in range(24)}


def made(n=24, holes=0.1, active=ACTIVE, route="acm"):
    frame, _ = planted(n=n, noise=0.3, holes=holes)
    frame["carte"] = (["rural", "urbain", "littoral"] * n)[:n]
    return build_type_study(choose_documented(frame, active, illustrative=["carte"]), 3, route=route, numbers=(2, 3))


@pytest.fixture(scope="module")
def study():
    return made()


def shown(study, view="verdict", reader="ademe", language="fr", names=None):
    told = show_type_study(study, view)
    return told.in_context(Context(get_theme(reader, language), given=names or {"p03": "Recyclerie"}))


def between(value, limits):
    return min(limits) <= value <= max(limits)


def texts_of(figure):
    found = list(figure.texts)
    for axes in figure.axes:
        found += [*axes.texts, axes.xaxis.label, axes.yaxis.label, axes.title, axes._left_title]
        if axes.axison:
            found += [text for text in axes.get_xticklabels() if between(text.get_position()[0], axes.get_xlim())]
            found += [text for text in axes.get_yticklabels() if between(text.get_position()[1], axes.get_ylim())]
    return [text for text in found if text.get_text().strip() and text.get_visible()]


def said(figure):
    return "\n".join(text.get_text() for text in texts_of(figure))


def check_texts(told, name):
    figure, theme = told.figure(), told.theme
    with theme.applied():
        figure.canvas.draw()
        boxes = [(text.get_text(), text.get_window_extent()) for text in texts_of(figure)]
    page = figure.bbox
    for text, box in boxes:
        assert box.x0 >= -1 and box.y0 >= -1 and box.x1 <= page.x1 + 1 and box.y1 <= page.y1 + 1, f"{name}: {text}"
    for (first, one), (second, other) in combinations(boxes, 2):
        wide = min(one.x1, other.x1) - max(one.x0, other.x0)
        tall = min(one.y1, other.y1) - max(one.y0, other.y0)
        assert wide <= 1 or tall <= 0.35 * min(one.height, other.height), f"{name}: {first} / {second}"


@pytest.mark.croisement
@pytest.mark.parametrize("view", VIEWS)
def test_no_text_leaves_the_page_or_covers_another(study, view):
    check_texts(shown(study, view), view)


@pytest.mark.croisement
@pytest.mark.parametrize(("reader", "language"), READERS)
@pytest.mark.parametrize("view", VIEWS)
def test_no_text_leaves_the_page_or_covers_another_for_any_reader(study, view, reader, language):
    check_texts(shown(study, view, reader, language), view)


def test_axes_have_equal_units_and_say_their_rate(study):
    figure = shown(study, "modalites").figure()
    axes = figure.axes[0]
    box = axes.get_window_extent()
    across, up = (abs(high - low) for low, high in (axes.get_xlim(), axes.get_ylim()))
    assert box.width / across == pytest.approx(box.height / up, rel=1e-6)
    assert axes.get_xlabel().startswith("Axe\u00a01 (")
    assert axes.get_xlabel().endswith("\u202f%)")


def test_only_codes_above_the_mean_contribution_are_named(study):
    words = said(shown(study, "modalites").figure())
    contributions = study.analysis.codes.contributions[[1, 2]].dropna()
    for (variable, code), row in contributions.iterrows():
        named = code_name(Wording({}, {}, {}), (variable, code)) in words
        assert named == bool((row > 100 / len(contributions)).any())


@pytest.mark.parametrize("view", ["arbre", "stabilite"])
def test_every_project_is_in_the_tree_and_in_the_stability_panel(study, view):
    words = said(shown(study, view).figure())
    assert "Recyclerie" in words
    assert all(project in words for project in study.typology.types.index if project != "p03")


@pytest.mark.parametrize("view", ["arbre", "stabilite"])
@pytest.mark.parametrize("reader", ["ademe", *(pytest.param(name, marks=pytest.mark.croisement) for name in PRESETS)])
def test_a_long_name_is_whole_in_the_tree_and_in_the_stability_panel(study, reader, view):
    told = "Plateforme territoriale de réemploi, de réparation et de formation inter-entreprises"
    words = said(shown(study, view, reader, names={"p03": told}).figure())
    assert told in words.replace("\n", " ")
    assert "…" not in words


@pytest.mark.croisement
def test_badges_are_written_in_the_language_of_the_reader(study):
    badges = study.stability.types["badge"].tolist()
    french, english = (said(shown(study, "stabilite", language=language).figure()) for language in ("fr", "en"))
    assert french.count("non distinguable du hasard") == badges.count("hasard")
    assert english.count("not to be told from chance") == badges.count("hasard")


def test_the_dossier_has_one_line_per_number_of_types(study):
    rows = shown(study, "dossier").rows()
    assert rows["effectifs"].tolist() == [" + ".join(map(str, sizes)) for sizes in study.dossier.numbers["effectifs"]]


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_has_a_figure_a_caption_its_rows_and_the_verdict(study, view):
    for language, n in (("fr", "n = 24 projets"), ("en", "n = 24 projects")):
        told = shown(study, view, language=language)
        assert said(told.figure())
        assert told.words().n.replace("\u00a0", " ").startswith(n)
        assert len(told.rows()) > 0
        assert told.finding() == shown(study, language=language).finding()


def judged_as(study, verdict, strength="au_dela", said="Dit ainsi", **more):
    return replace(
        study, verdict=replace(study.verdict, verdict=verdict, strength=strength, said=ect.tell(said, **more))
    )


@pytest.mark.parametrize("view", ["arbre", "mots", "controles"])
@pytest.mark.parametrize(
    ("strength", "bears"),
    [("au_dela", Strength.BEYOND_CHANCE), ("compte", Strength.COUNTED), ("hasard", Strength.AS_CHANCE)],
)
def test_the_finding_is_what_the_verdict_says_with_its_n(study, strength, bears, view):
    found = shown(judged_as(study, "continuum", strength), view).finding()
    assert (found.sentence, found.strength) == ("Dit ainsi (n = 24 projets).", bears)


def test_the_verdict_names_the_variables_that_command_one_another_and_those_that_only_describe(study):
    tied = replace(study.verdict.dependence, blocks=(Block(("v0", "v1"), "v0", ("v1",)),))
    free = replace(study, verdict=replace(study.verdict, dependence=replace(tied, blocks=())))
    held = replace(study, verdict=replace(study.verdict, dependence=tied), followups=("v1",))
    told = "2 variables se commandent : filtre « v0 », suites v1."
    only = "Les suites d’un filtre décrivent les types sans les faire : v1."
    reading, without = (shown(one).words().reading.replace("\u00a0", " ") for one in (held, free))
    assert told in reading and only in reading
    assert "se commandent" not in without and "suites d’un filtre" not in without
    about = judged_as(held, "continuum", "compte", "Portée par des liens ({tied})", tied=tied.told())
    about = replace(about, verdict=replace(about.verdict, dependence=tied))
    assert about.verdict.told({"v0": "Aide"}).sentence().endswith("filtre « Aide », suites v1)")
    headed = shown(about).headed(shown(about).words())
    assert f"{headed.title} {headed.reading}".count("se commandent") == 1


@pytest.mark.croisement
@pytest.mark.parametrize("view", ["projets", "arbre", "stabilite"])
def test_without_structure_types_are_neither_coloured_nor_named(study, view):
    theme = get_theme("ademe", "fr")
    colours = {type_colour(label, theme) for label in (1, 2, 3)}
    for verdict, some in (("aucune_structure", False), ("continuum", True)):
        told = shown(judged_as(study, verdict, "hasard"), view)
        figure = told.figure()
        drawn = {line.get_color() for axes in figure.axes for line in axes.lines}
        assert bool(drawn & colours) is some
        assert ("Type 1" in said(figure)) is some
        assert ("type" in told.rows().columns) is some
        assert told.place == "annexe"


def test_without_structure_no_type_is_told_in_words(study):
    told = shown(judged_as(study, "aucune_structure", "hasard"), "mots")
    assert told.place == "annexe"
    assert isinstance(told.rows(), Refusal)
    assert "Dit ainsi." in told.finding().sentence


def test_trees_planes_and_words_stand_in_the_body_only_where_there_are_types(study):
    for verdict, place in (("types", "corps"), ("continuum", "annexe"), ("aucune_structure", "annexe")):
        judged = replace(study, verdict=replace(study.verdict, verdict=verdict))
        assert {shown(judged, view).place for view in ("arbre", "projets")} == {place}
        assert shown(judged, "mots").place == place
        assert shown(judged).place == "corps"
        assert {shown(judged, view).place for view in ("dossier", "inertie", "modalites", "stabilite")} == {"annexe"}


def test_the_note_of_the_verdict_quotes_measured_error_rates(study):
    note = shown(study).words().reading
    assert "registres simulés de 15 projets" in note
    assert "4 variables, projets placés par l’ACM" in note
    rows = measured_rates().query("route == 'acm' and variables == 4 and n == 15 and holes == 'trous_20'")
    wrong = rows[~rows["truth"].isin(["types", "types_moyens"])]
    share = 100 * wrong["types"].sum() / wrong["registres"].sum()
    assert f"à tort dans {share:.0f}\u202f% [0 à " in note


@pytest.mark.parametrize("view", ["verdict", "stabilite"])
def test_nothing_is_quoted_from_another_regime(study, view):
    assert "registres simulés" in shown(study, view).words().reading
    assert "registres simulés" not in shown(replace(study, route="afdm"), view).words().reading
    assert quote_rates(60, "acm", 3) is None and quote_rates(14, "acm", 8) is None
    assert quote_rates(60, "acm", 8, holes=0.5) is None and quote_rates(60, "acm", 9).variables == 8


@pytest.mark.croisement
def test_only_the_verdict_of_types_makes_a_type_solid():
    table = plant("types", 60, 8, np.random.default_rng(5))
    for verdict in ("aucune_structure", "continuum"):
        settled = build_dossier(table, route="acm", numbers=(3,), verdict=verdict).numbers
        assert settled["solides"].sum() == 0
    types = build_dossier(table, route="acm", numbers=(3,), verdict="types").numbers
    assert types["solides"].sum() == 3 and types["stables"].sum() == 0


def test_what_is_quoted_was_measured_on_two_hundred_registers_a_cell_and_seldom_wrong():
    rates = measured_rates()
    assert rates["registres"].min() >= 200
    wrong = rates[~rates["truth"].isin(["types", "types_moyens"])]
    assert (wrong["types"] / wrong["registres"]).max() <= 0.08


@pytest.mark.parametrize(("n", "size"), [(15, 15), (29, 15), (30, 30), (150, 60)])
def test_the_rates_quoted_are_those_of_the_nearest_smaller_size(n, size):
    quoted = quote_rates(n, "acm", 8)
    assert quoted.n == size
    assert quoted.false_types.low <= quoted.false_types.estimate <= quoted.false_types.high


def test_no_project_name_is_cut_on_the_plane(study):
    words = said(shown(study, "projets", names=LONG).figure())
    assert any(name in words.split("\n") for name in LONG.values())
    assert "…" not in words


def test_names_without_room_are_listed_with_their_place(study):
    words = said(shown(study, "projets", names=LONG).figure())
    assert "Sans place sur la figure" in words
    assert all(name in words for name in LONG.values())


@pytest.mark.croisement
def test_projects_placed_afterwards_are_hollow_and_in_italics():
    frame, _ = planted(n=24, noise=0.3)
    frame.loc[3, ["v0", "v1", "v2"]] = None
    placed = build_type_study(choose_documented(frame, ACTIVE), 3, numbers=(2,))
    assert placed.passive.index.tolist() == ["p03"]
    figure = shown(placed, "projets").figure()
    assert "projet placé après coup" in said(figure)
    assert [text.get_text() for text in texts_of(figure) if text.get_fontstyle() == "italic"] == ["Recyclerie"]


def test_checks_name_what_changed(study):
    checks = shown(study, "controles")
    rows = checks.rows().set_index("epreuve")
    assert "Sans la variable « v0 »" in rows.index
    assert (rows["resultat"] == "autres projets déplacés").sum() == 3
    assert checks.words().n == "n = 24 projets"


def test_under_thirty_projects_words_are_counts(study):
    words = shown(study, "mots").rows()["texte"]
    assert len(words) == 3
    assert words.str.contains(r"sur 24\.").all()
    assert words.str.contains(r"v\d = \w+ \(\d+ sur \d+, contre \d+ sur \d+\)").any()
    assert not words.str.contains("valeur-test").any()
    assert words.str.contains("il ne teste pas").all()


@pytest.mark.croisement
def test_from_thirty_projects_on_words_are_shares_with_test_values():
    larger = made(n=36, holes=0.0, active=[*ACTIVE, "age"], route="afdm")
    french, english = (shown(larger, "mots", language=language).rows()["texte"] for language in ("fr", "en"))
    assert french.str.contains(r"carte = \w+ \(\d+\u202f%, contre \d+\u202f%\u202f; valeur-test −?\d,\d\)").all()
    assert english.str.contains(r"carte = \w+ \(\d+%, against \d+%; test-value −?\d\.\d\)").all()
    assert french.str.contains(
        r"Valeurs plus fortes : age \(moyenne \d+,\d, contre \d+,\d\)".replace(" :", "\u00a0:")
    ).any()
    assert french.str.contains("ne sont pas corrigées du nombre de modalités").all()


@pytest.mark.croisement
def test_no_test_value_is_printed_for_a_variable_that_made_the_types():
    texts = shown(made(n=36, holes=0.0), "mots").rows()["texte"]
    quotes = texts.str.findall(r"(\w+) = \w+ \(([^)]*)\)").explode().tolist()
    tested = {variable: "valeur-test" in told for variable, told in quotes}
    assert tested.pop("carte") is True
    assert set(tested) >= {"v0", "v1", "v2"} and not any(tested.values())


def test_a_refused_study_is_refused_in_every_view():
    refused = Refusal(ect.tell("la typologie"), ect.tell("trop peu."))
    assert build_type_study(refused, 3) is refused
    for view in VIEWS:
        told = shown(refused, view)
        assert told.figure() is told.rows() is refused
        assert told.place == "corps"


@pytest.mark.croisement
def test_projects_bear_the_name_to_print_and_not_the_internal_one():
    corpus = load_corpus("pays-ledonien")
    projects = corpus.tables["projets"].assign(nom_public=pd.Series("Projet public", corpus.tables["projets"].index))
    corpus = replace(corpus, tables={**corpus.tables, "projets": projects})
    active = ["thematique", "objet", "dispositif", "acteurs_presents"]
    told = build_type_study(choose_documented(projects, active), 3, numbers=(2,))
    context, internal = Context(get_theme(), corpus), projects["nom"].tolist()
    for part in (show_type_study(told, "arbre"), show_type_study(told, "projets"), show_type_study(told, "stabilite")):
        words = said(part.in_context(context).figure())
        assert "Projet public" in words
        assert not [name for name in internal if name in words]
    texts = " ".join(show_type_study(told, "mots").in_context(context).rows()["texte"])
    checks = " ".join(show_type_study(told, "controles").in_context(context).rows()["epreuve"])
    for words in (texts, checks):
        assert "Projet public" in words
        assert not [name for name in internal if name in words]


WANTED = ["portage_actuel", "statut_juridique", "modele_economique"]


@pytest.mark.croisement
def test_the_typology_one_would_like_is_published_where_its_variables_are_filled(tmp_path, monkeypatch):
    known = load_corpus("pays-ledonien")
    codes = {name: known.codebook.codes(known.codebook.variables["projets", name].list_name)[:3] for name in WANTED}
    frame, truth = planted(n=18, noise=0.1)
    filled = {name: [codes[name][(kind + place) % 3] for kind in truth] for place, name in enumerate(WANTED)}
    source = [("R25",)] * 18
    names = [f"Projet {row}" for row in range(18)]
    projects = pd.DataFrame({"projet_id": frame["projet_id"], "nom": names, "source_id": source, **filled})
    study = Study(Context(get_theme(), replace(known, tables={**known.tables, "projets": projects})))
    asked = choose_documented(study.table("projets"), WANTED, names=study.labels(WANTED))
    monkeypatch.setenv("ECT_SORTIES", str(tmp_path))
    study.publish("types-portage-statut-modele", show_type_study(build_type_study(asked, 3, numbers=(2,)), "projets"))
    rows = pd.read_csv(tmp_path / "figures" / "types-portage-statut-modele.machine.csv")
    assert sorted(rows["projet"]) == sorted(names)
    assert {path.suffix for path in (tmp_path / "figures").iterdir()} == {".svg", ".pdf", ".png", ".csv"}


def test_a_register_cut_down_is_refused_with_what_to_fill_for_how_many_projects():
    study = ect.open_study("pays-ledonien")
    projects = study.table("projets").head(12)
    active = ["thematique", "objet", "dispositif"]
    labels = study.labels(active)
    refused = build_type_study(choose_documented(projects, active, names=labels), 3)
    assert isinstance(refused, Refusal)
    told = str(refused).replace("\u00a0", " ").replace("\u202f", " ")
    assert "il en faut 15" in told
    known = int(projects["thematique"].notna().sum())
    assert f"{labels['thematique']} (connu pour {known} projets sur 12" in told
