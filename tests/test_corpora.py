"""Every notebook, on corpora of every kind: filled, a young cohort, nothing dated, and pure noise."""

import re
import shutil
from html import unescape
from pathlib import Path

import nbformat
import pandas as pd
import pytest

import ect_research as ect
from ect_research.corpus.reporting.possible_analyses import list_analyses
from ect_research.study.base.result_record import Output, read_outputs
from ect_research.study.definition.notebook import notebooks_of
from ect_research.study.documents.document_words import Words
from ect_research.study.documents.sheet_content import SheetContent
from ect_research.study.documents.sheet_page import sheet_page
from tests import invented, invented_surveys

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = notebooks_of(ROOT / "notebooks")
KINDS = ("rempli", "cohorte", "sans_date", "bruit", "gisements")


@pytest.fixture(scope="session")
def corpora(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    for kind in KINDS:
        invented.write(folder, kind)
    return folder


def results(path: Path, corpus: Path, outputs: Path, monkeypatch) -> list[Output]:
    monkeypatch.setenv("ECT_SORTIES", str(outputs))
    monkeypatch.setattr("ect_research.study.publishing.publish.image_bytes", lambda *_, **__: {})
    known: dict[str, object] = {}
    for cell in nbformat.read(path, as_version=nbformat.NO_CONVERT).cells:
        if cell.cell_type == "code":
            exec(cell.source, known)  # noqa: S102 - our own notebook
            if "parameters" in cell.metadata.get("tags", []):
                given = {"corpus": str(corpus), "tirages": 40, "perimetre": "bfc"}
                known |= {name: value for name, value in given.items() if name in known}
    return read_outputs(outputs)


@pytest.mark.croisement
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_says_something_of_everything(path, kind, corpora, tmp_path, monkeypatch):
    told = results(path, corpora / kind, tmp_path / "sorties", monkeypatch)
    asked = sum(cell.source.count(".publish(") for cell in nbformat.read(path, as_version=4).cells)
    assert len(told) == asked
    for output in told:
        assert output.title and (output.kind == "refus") == bool(output.refusal_fr)
        assert "nan" not in f"{output.title} {output.n} {output.reading} {output.finding}".lower().split()


FILLS = {"10_cohorte": "cohorte", "11_gisements": "gisements", "12_codages": "double", "13_maturite": "deux_vagues",
         "14_enquete": "deux_vagues"}  # fmt: skip
"""The corpus that fills a notebook, where the filled one does not."""


@pytest.mark.croisement
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_what_is_published_owes_nothing_to_the_order_of_rows_and_columns(path, tmp_path, monkeypatch):
    """The words of every result, and the bytes of every table (or of the data behind a figure)."""
    kind = FILLS.get(path.stem, "rempli")
    module = invented_surveys if kind in ("double", "deux_vagues") else invented
    typed, turned = module.write(tmp_path, kind), tmp_path / "rebattu" / kind
    shutil.copytree(typed, turned)
    for sheet in turned.glob("*.csv"):
        rows = pd.read_csv(sheet, sep=";", dtype="str", keep_default_na=False)
        rows = rows.sample(frac=1, random_state=3).sample(frac=1, axis=1, random_state=3)
        rows.to_csv(sheet, sep=";", index=False)
    plain, other = (results(path, at, tmp_path / name, monkeypatch) for name, at in (("un", typed), ("deux", turned)))
    assert plain
    assert not [pair for pair in zip(plain, other, strict=True) if pair[0] != pair[1]]


@pytest.fixture(scope="module")
def noise(corpora, tmp_path_factory) -> dict[str, tuple[Output, pd.DataFrame | None]]:
    """What every notebook says of the noise, and the numbers behind it."""
    told, folder = {}, tmp_path_factory.mktemp("bruit")
    with pytest.MonkeyPatch.context() as patch:
        for path in NOTEBOOKS:
            for output in results(path, corpora / "bruit", folder / path.stem, patch):
                files = [folder / path.stem / file.path for file in output.files if file.role == "machine"]
                told[output.name] = (output, pd.read_csv(files[0]) if files else None)
    return told


@pytest.mark.croisement
def test_nothing_in_noise_is_said_to_be_beyond_chance(noise):
    tested = {output.name for output, _ in noise.values() if output.strength == "le hasard fait aussi bien"}
    assert {"types-verdict", "matrice-projets", "foyer", "quotients-de-localisation", "chemins-vers-la-creation",
            "modele-de-duree"} <= tested  # fmt: skip
    assert not [(output.name, output.finding) for output, _ in noise.values() if output.strength == "au-delà du hasard"]


@pytest.mark.croisement
def test_every_share_of_a_sentence_on_noise_is_in_the_interval_that_it_gives(noise):
    found = 0
    for output, _ in noise.values():
        said = output.finding.replace("\u202f", "").replace("\u00a0", " ")
        as_chance = output.strength == "le hasard fait aussi bien"
        beside = re.findall(r"(\d+) ?%[^%;]*?(\d+) à (\d+) ?% au hasard", said) if as_chance else []
        for share, low, high in beside + re.findall(r"(\d+) ?%[^%;\[]*\[(\d+) à (\d+) ?%\]", said):
            found += 1
            assert int(low) <= int(share) <= int(high), (output.name, said)
    assert found >= 5


@pytest.mark.croisement
def test_the_counts_of_the_sentences_on_noise_are_those_of_their_tables(noise):
    def numbers(name: str) -> list[int]:
        return [int(one) for one in re.findall(r"\d+", noise[name][0].finding)]

    durations = noise["durees-par-projet"][1]
    known = durations[durations["duree_mois"].notna()]
    ended = int((known["fin"] != "encore en cours").sum())
    assert numbers("durees-par-projet")[:3] == [len(known), len(durations), ended]
    assert {len(known), ended} <= set(numbers("incidence-cumulee"))
    hazard = noise["modele-de-duree"][1].set_index("terme").loc["periode"]
    assert hazard["bas"] < 1 < hazard["haut"]
    focus = noise["foyer"][1].iloc[0]
    assert {int(focus["dans_le_foyer"]), int(focus["projets_places"])} <= set(numbers("foyer"))
    assert min(focus[["p_exact", "p_par_lieu", "p_borne"]]) > 0.05
    quotients = noise["quotients-de-localisation"][1]
    assert ((quotients["bas"] <= 1) & (quotients["haut"] >= 1)).all()
    reached = noise["crees-a-temps"][1]["resultat"].fillna("")
    said = noise["crees-a-temps"][0].finding
    assert f"{(reached == 'oui').sum()} projets" in said.replace("\u00a0", " ")
    assert int((reached == "non").sum()) in numbers("crees-a-temps")
    band = noise["ecosysteme-ou-juxtaposition"][1].iloc[0:4]
    within = (band["bas"] <= band["observe"]) & (band["observe"] <= band["haut"])
    as_chance = noise["ecosysteme-ou-juxtaposition"][0].strength == "le hasard fait aussi bien"
    assert bool(within[band["mesure"].str.contains("rejoignent")].all()) >= as_chance


@pytest.mark.croisement
@pytest.mark.parametrize("kind", KINDS)
def test_the_control_and_the_notebook_agree_on_whether_durations_can_be_told(kind, corpora):
    corpus = ect.load_corpus(str(corpora / kind))
    open_ = list_analyses(corpus).set_index("analyse").loc["durees", "ouverte"]
    told = corpus.episodes()
    curves = ect.build_incidence(ect.build_durations(ect.derive_outcomes(told, corpus.tables["projets"]), told))
    assert bool(open_) is not isinstance(curves, ect.Refusal)


@pytest.mark.croisement
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_four_projects_make_no_share_with_an_interval(path, tmp_path, monkeypatch):
    told = results(path, invented.write(tmp_path, "quatre"), tmp_path / "sorties", monkeypatch)
    said = {one.name: f"{one.title} {one.finding} {one.reading}" for one in told}
    assert not [(name, words) for name, words in said.items() if re.search(r"%\s\[\d", words)]


def sheets_of(corpus):
    """Where each project is, and its course, as its rendered sheet says them."""
    words, told = Words("fr"), corpus.episodes()
    for row in corpus.tables["projets"].to_dict("records"):
        page = unescape(sheet_page(SheetContent(corpus, told, row, words).data(), words))
        where = re.search(r'class="where"><strong>[^<]*</strong>\s*([^<]*)<', page)
        yield row["projet_id"], (where.group(1), re.sub(r"<[^>]+>", " ", page.split("Histoire datée", 1)[1]))


@pytest.mark.croisement
@pytest.mark.parametrize("kind", KINDS)
def test_stages_outcomes_durations_and_sequences_of_a_project_tell_one_story(kind, corpora):
    """The sheets as they are read, the tables (outcomes, durations) and what the figures (sequences, curves) are made from."""
    corpus = ect.load_corpus(str(corpora / kind))
    told = corpus.episodes()
    outcomes = ect.derive_outcomes(told, corpus.tables["projets"]).set_index("projet_id")
    durations = ect.build_durations(outcomes.reset_index(), told)
    drawn = ect.derive_sequences(told, clock="calendrier", unit="mois").frame
    stages = set(corpus.codebook.stages["name"])
    ends = dict(zip(durations.names, durations.cause, strict=True))
    sheets = dict(sheets_of(corpus))
    for project, story in told.frame.groupby("projet_id"):
        outcome = outcomes.loc[project]
        created = story[story["etape"] == "e5_creation"]["ouverture"].notna().any()
        where, course = sheets[project]
        assert where.startswith(corpus.codebook.label("etape", outcome["etape_courante"], "fr"))
        for stage in set(story["etape"]) & set(told.states.loc[told.states["projet_id"] == project, "etape"]):
            assert corpus.codebook.label("etape", stage, "fr") in course, (project, stage)
        creation = story.loc[story["etape"] == "e5_creation", "ouverture"].dropna()
        if ends.get(project) == 1:
            assert f"{corpus.codebook.label('etape', 'e5_creation', 'fr')} (" in course
            assert str(creation.iloc[0].year) in course
        assert (outcome["evenement"] == "creation") <= created
        if created and project in ends:
            assert ends[project] > 0
        if project in drawn.index:
            assert set(drawn.loc[project].dropna()) & stages <= set(story["etape"])
            last = drawn.loc[project].dropna()
            if len(last) and last.iloc[-1] in stages:
                assert last.iloc[-1] == outcome["etape_courante"]
    assert set(outcomes.index) == set(durations.names) | set(durations.excluded["projet_id"])
