"""What the figures of a typology say, in four presets and two languages, without two texts on each other."""

from dataclasses import replace
from itertools import combinations

import pytest

from ect_research.analysis.chance import Refusal
from ect_research.analysis.typologies.evidence.dossier import build_dossier
from ect_research.analysis.typologies.evidence.error_rates import measured_rates
from ect_research.analysis.typologies.evidence.error_rates_quoted import quote_rates
from ect_research.analysis.typologies.evidence.stability import assess_stability
from ect_research.analysis.typologies.evidence.verdicts import judge_structure
from ect_research.analysis.typologies.factors.mca import build_mca
from ect_research.analysis.typologies.tables.answer_table import prepare_table
from ect_research.analysis.typologies.tables.missing_answers import choose_documented
from ect_research.analysis.typologies.type_study import build_type_study
from ect_research.analysis.typologies.type_words import Wording, wording_of
from ect_research.analysis.typologies.types.hierarchy import build_hierarchy, cut_types, project_points
from ect_research.corpus.checked.load_corpus import load_corpus
from ect_research.figures.page.theme import PRESETS, get_theme
from ect_research.figures.typologies.axes import code_name, draw_code_plane, draw_scree
from ect_research.figures.typologies.type_captions import caption_type_study
from ect_research.figures.typologies.type_evidence import draw_dossier, draw_stability, draw_verdict
from ect_research.figures.typologies.type_plane import draw_project_plane, draw_tree
from ect_research.figures.typologies.type_views import (
    draw_type_study,
    tabulate_type_checks,
    tabulate_type_study,
    tabulate_type_words,
)
from tests.analysis.typologies.registers import planted

WORDING = Wording(
    {"v0": "Portage", "themes": "Thématique"}, {("themes", "tri"): "tri des déchets"}, {"p03": "Recyclerie"}
)
READERS = [(reader, "fr") for reader in PRESETS] + [("revue", "en")]


class Results:
    def __init__(self):
        frame, _ = planted(n=24, noise=0.3, holes=0.1)
        frame["carte"] = (["rural", "urbain", "littoral"] * 8)[:24]
        table = prepare_table(frame, ["v0", "v1", "v2", "themes"], illustrative=["carte"])
        self.analysis = build_mca(table)
        self.tree = build_hierarchy(project_points(table, route="acm"))
        self.types = cut_types(self.tree, 3)
        self.stability = assess_stability(table, 3, route="acm", draws=10, shuffles=9)
        self.verdict = judge_structure(table, route="acm", shuffles=9)
        self.dossier = build_dossier(table, route="acm", numbers=(2, 3))

    def drawn(self, theme):
        rates = self.analysis.eigenvalues.set_index("axe")["taux"]
        return {
            "scree": draw_scree(self.analysis, theme),
            "codes": draw_code_plane(self.analysis, WORDING, theme),
            "projects": draw_project_plane(self.types, WORDING, theme, rates=rates, stability=self.stability),
            "tree": draw_tree(self.tree, self.types, WORDING, theme),
            "stability": draw_stability(self.stability, WORDING, theme),
            "verdict": draw_verdict(self.verdict, theme),
            "dossier": draw_dossier(self.dossier, theme),
        }


@pytest.fixture(scope="module")
def results():
    return Results()


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


@pytest.mark.parametrize(("reader", "language"), READERS)
def test_no_text_leaves_the_page_or_covers_another(results, reader, language):
    theme = get_theme(reader, language)
    for name, figure in results.drawn(theme).items():
        with theme.applied():
            figure.canvas.draw()
            boxes = [(text.get_text(), text.get_window_extent()) for text in texts_of(figure)]
        page = figure.bbox
        inside = [
            box for _, box in boxes if box.x0 >= -1 and box.y0 >= -1 and box.x1 <= page.x1 + 1 and box.y1 <= page.y1 + 1
        ]
        assert len(inside) == len(boxes), f"{name}, {reader}"
        for (first, one), (second, other) in combinations(boxes, 2):
            wide = min(one.x1, other.x1) - max(one.x0, other.x0)
            tall = min(one.y1, other.y1) - max(one.y0, other.y0)
            assert wide <= 1 or tall <= 0.35 * min(one.height, other.height), f"{name}, {reader}: {first} / {second}"


def test_axes_have_equal_units_and_say_their_rate(results):
    figure = results.drawn(get_theme())["codes"]
    axes = figure.axes[0]
    box = axes.get_window_extent()
    across, up = (abs(high - low) for low, high in (axes.get_xlim(), axes.get_ylim()))
    assert box.width / across == pytest.approx(box.height / up, rel=1e-6)
    assert axes.get_xlabel().startswith("Axe\u00a01 (")
    assert axes.get_xlabel().endswith("\u202f%)")


def test_only_codes_above_the_mean_contribution_are_named(results):
    words = said(results.drawn(get_theme())["codes"])
    contributions = results.analysis.codes.contributions[[1, 2]].dropna()
    for (variable, code), row in contributions.iterrows():
        assert (code_name(WORDING, (variable, code)) in words) == bool((row > 100 / len(contributions)).any())


def test_every_project_is_in_the_tree_and_in_the_stability_panel(results):
    figures = results.drawn(get_theme())
    for name in ("tree", "stability"):
        words = said(figures[name])
        assert "Recyclerie" in words
        assert all(project in words for project in results.types.types.index if project != "p03")


@pytest.mark.parametrize("reader", PRESETS)
def test_a_long_name_is_whole_in_the_tree_and_in_the_stability_panel(results, reader):
    told = "Plateforme territoriale de réemploi, de réparation et de formation inter-entreprises"
    wording, theme = Wording(WORDING.variables, WORDING.codes, {"p03": told}), get_theme(reader)
    for figure in (
        draw_tree(results.tree, results.types, wording, theme),
        draw_stability(results.stability, wording, theme),
    ):
        assert told in said(figure).replace("\n", " ")
        assert "…" not in said(figure)


def test_badges_are_written_in_the_language_of_the_reader(results):
    badges = results.stability.types["badge"].tolist()
    french, english = (said(results.drawn(get_theme("ademe", language))["stability"]) for language in ("fr", "en"))
    assert french.count("non distinguable du hasard") == badges.count("hasard")
    assert english.count("not to be told from chance") == badges.count("hasard")


def test_the_dossier_has_one_line_per_number_of_types(results):
    words = said(results.drawn(get_theme())["dossier"])
    assert all(" + ".join(map(str, sizes)) in words for sizes in results.dossier.numbers["effectifs"])


def test_a_refusal_is_handed_back():
    refused = Refusal("la typologie", "trop peu.", "too few.")
    theme = get_theme()
    for found in (
        draw_scree(refused, theme),
        draw_code_plane(refused, WORDING, theme),
        draw_project_plane(refused, WORDING, theme),
        draw_stability(refused, WORDING, theme),
        draw_verdict(refused, theme),
        draw_dossier(refused, theme),
    ):
        assert found is refused


VIEWS = ("inertie", "modalites", "projets", "arbre", "stabilite", "verdict", "dossier")


@pytest.fixture(scope="module")
def study(results):
    frame, _ = planted(n=24, noise=0.3, holes=0.1)
    return build_type_study(choose_documented(frame, ["v0", "v1", "v2", "themes"]), 3, numbers=(2, 3))


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_has_a_figure_a_caption_and_its_rows(study, view, language):
    theme, corpus = get_theme("ademe", language), load_corpus("pays-ledonien")
    figure, caption = draw_type_study(study, view, WORDING, theme), caption_type_study(study, view, corpus, theme)
    assert said(figure)
    assert caption.n.replace("\u00a0", " ").startswith("n = 24 proje")
    assert len(tabulate_type_study(study, view, WORDING)) > 0


def test_the_note_of_the_verdict_quotes_measured_error_rates(study):
    note = caption_type_study(study, "verdict", load_corpus("pays-ledonien"), get_theme()).reading
    assert "registres simulés de 15 projets" in note
    rows = measured_rates().set_index(["route", "variables", "n", "truth"]).sort_index()["types"]
    wrong = rows.loc["acm", 4, 15][["rien", "gradient_1", "gradient_2"]].mean()
    assert "4 variables, projets placés par l’ACM" in note
    assert "ordre de grandeur" not in note
    assert f"à tort dans {100 * wrong:.0f}\u202f% [0 à " in note


@pytest.mark.parametrize("view", ["verdict", "stabilite"])
def test_rates_measured_in_another_setting_are_said_to_be_orders_of_magnitude(study, view):
    mixed = replace(study, route="afdm")
    assert "ordre de grandeur" in caption_type_study(mixed, view, load_corpus("pays-ledonien"), get_theme()).reading
    assert quote_rates(60, "gower", 12).same_setting and quote_rates(60, "acm", 6).same_setting
    assert not quote_rates(60, "acm", 9).same_setting and not quote_rates(60, "gower", 4).same_setting


def test_only_the_verdict_of_types_makes_a_type_solid(study):
    for verdict in ("aucune_structure", "continuum"):
        settled = build_dossier(study.table, route="acm", numbers=(2, 3), verdict=verdict).numbers
        assert settled["solides"].sum() == 0
    types = build_dossier(study.table, route="acm", numbers=(2, 3), verdict="types").numbers
    assert types["solides"].sum() > 0 and types["stables"].sum() == 0


@pytest.mark.parametrize(("n", "size"), [(9, 15), (15, 15), (29, 15), (30, 30), (150, 60)])
def test_the_rates_quoted_are_those_of_the_nearest_smaller_size(n, size):
    quoted = quote_rates(n, "gower", 12)
    assert quoted.n == size
    assert quoted.false_types.low <= quoted.false_types.estimate <= quoted.false_types.high


def test_no_project_name_is_cut_on_the_plane(study):
    names = {f"p{row:02d}": f"Plateforme territoriale de réemploi inter-entreprises n° {row}" for row in range(24)}
    shown = said(draw_type_study(study, "projets", replace(WORDING, projects=names), get_theme()))
    assert any(name in shown.split("\n") for name in names.values())
    assert "…" not in shown


def test_names_without_room_are_listed_with_their_place(study):
    names = {f"p{row:02d}": f"Plateforme territoriale de réemploi inter-entreprises n° {row}" for row in range(24)}
    shown = said(draw_type_study(study, "projets", replace(WORDING, projects=names), get_theme()))
    assert "Sans place sur la figure" in shown
    assert all(name in shown for name in names.values())


def test_projects_placed_afterwards_are_hollow_and_in_italics():
    frame, _ = planted(n=24, noise=0.3)
    frame.loc[3, ["v0", "v1", "v2"]] = None
    placed = build_type_study(choose_documented(frame, ["v0", "v1", "v2", "themes"]), 3, numbers=(2,))
    assert placed.passive.index.tolist() == ["p03"]
    figure = draw_type_study(placed, "projets", WORDING, get_theme())
    assert "projet placé après coup" in said(figure)
    assert [text.get_text() for text in texts_of(figure) if text.get_fontstyle() == "italic"] == ["Recyclerie"]


def test_checks_name_what_changed(study):
    checks = tabulate_type_checks(study, WORDING, get_theme()).set_index("epreuve")
    assert "Sans la variable « Portage »" in checks.index
    assert (checks["resultat"] == "autres projets déplacés").sum() == 3
    assert len(tabulate_type_words(study, WORDING, get_theme())) == 3


def test_a_refused_study_is_refused_everywhere():
    refused, theme = Refusal("la typologie", "trop peu.", "too few."), get_theme()
    assert build_type_study(refused, 3) is refused
    for view in VIEWS:
        assert draw_type_study(refused, view, WORDING, theme) is refused
        assert caption_type_study(refused, view, None, theme) is refused
        assert tabulate_type_study(refused, view, WORDING) is refused
    assert tabulate_type_words(refused, WORDING, theme) is refused
    assert tabulate_type_checks(refused, WORDING, theme) is refused


def test_a_register_cut_down_is_refused_with_what_to_fill_for_how_many_projects():
    corpus = load_corpus("pays-ledonien")
    projects = corpus.tables["projets"].head(12)
    active = ["thematique", "objet", "dispositif"]
    words = wording_of(corpus.codebook, active, projects=projects)
    refused = build_type_study(choose_documented(projects, active, names=words.variables), 3)
    assert isinstance(refused, Refusal)
    told = str(refused).replace("\u00a0", " ").replace("\u202f", " ")
    assert "il en faut 15" in told
    known = int(projects["thematique"].notna().sum())
    assert f"{words.variables['thematique']} (connu pour {known} projets sur 12" in told
