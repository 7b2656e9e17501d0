"""The offline map: what the file holds, and what it does in a browser without a network."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
import time
from itertools import combinations
from pathlib import Path

import pandas as pd
import pytest

import ect_research as ect
from ect_research.errors import EctError
from ect_research.figures.exhibit.context import Context, Source
from ect_research.figures.labelling.point_labels import Box, overlaps
from ect_research.figures.maps.layers.links import Links
from ect_research.study.base.result_record import read_outputs

BASEMAP = ect.load_basemap()
TITLE = "Où vit-on serré ?"
CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)


def _layers():
    jura = BASEMAP.communes[BASEMAP.communes["dep"] == "39"].set_index("code")
    density = jura["pop"] / BASEMAP.areas_km2[jura.index]
    density["39016"] = float("nan")
    return [
        ect.Choropleth(ect.MapVariable(density, "taux", "Densité", "Insee", "2023", "hab./km²")),
        ect.Circles(ect.MapVariable(jura["pop"], "stock", "Population", "Insee", "2023", "habitants")),
    ]


def _page(layers, perimeter="jura", **how):
    shown = ect.show_map_page(layers, BASEMAP, perimeter, title=TITLE, n="n = 492 communes", **how)
    return shown.refused or shown.page(shown)


@pytest.fixture(scope="module")
def page():
    return _page(_layers())


def test_the_page_asks_nothing_of_the_network(page):
    assert re.findall(r"(?:src|href)=\"(?!#)|url\((?!#)|@import|https?://", page.html) == []


def test_every_zone_has_a_title_and_a_row(page):
    zones = re.findall(r'<path class="z" role="img" id="z-(\d{5})"[^>]*><title>([^<]+)</title>', page.html)
    assert len(zones) == 492
    assert dict(zones)["39300"].startswith("Lons-le-Saunier\nDensité : 2\u202f171 hab./km²\nPopulation : ")
    assert "Arinthod\nDensité : donnée absente" in dict(zones)["39016"]
    assert page.html.count("<tr data-row=") == len(page.table) == 492


def test_the_page_bears_its_source_and_the_credits_of_the_base_map(page):
    for needed in (
        "Source\u00a0: Insee, 2023",
        "Données\u00a0: Insee, 2023.",
        "IGN",
        "Licence Ouverte",
        "1ᵉʳ\u00a0janvier",
    ):
        assert needed in page.html


def test_every_shape_that_speaks_has_a_role_and_a_name(page, marked):
    for html_text in (page.html, marked.html):
        shapes = re.findall(r"<(?:path|circle|g) [^>]*data-code=[^>]*>(<title>)?", html_text)
        roles = re.findall(r'<(?:path|circle|g) [^>]*role="img"[^>]*data-code=', html_text)
        assert len(shapes) == len(roles) > 0
        assert all(shapes)


def test_a_commune_without_a_project_is_not_a_missing_value_and_names_are_told():
    places = ect.place_projects(PROJECTS, BASEMAP.gazetteer("pays-ledonien-2020"))
    plain = Context(plain=Source("Registre fictif", "Jura", "2026-06-30"))
    told = ect.show_places(places, BASEMAP, "page").in_context(plain)
    made = told.page(told).html
    titles = dict(re.findall(r'id="z-(\d{5})"[^>]*><title>([^<]+)</title>', made))
    assert titles["39016"].endswith("Projets placés : aucun projet placé")
    assert "Projets placés : 2\nAtelier &lt;partagé&gt;\u202f; Épicerie" in titles["39300"]
    assert "donnée absente" not in made


def test_the_page_has_a_scale_and_leaves_the_wheel_to_the_reader(page):
    bar = re.search(r'<g id="echelle" data-km="([\d.]+)" data-point=","[^>]*><rect[^>]*width="([\d.]+)"', page.html)
    length = int(re.search(r">(\d+)\xa0km</text></g></svg>", page.html)[1])
    assert float(bar[2]) == pytest.approx(length * float(bar[1]), rel=0.01)
    assert "if(document.activeElement!==map&&!e.ctrlKey)return" in page.html
    assert "touch-action:pan-x pan-y" in page.html


def test_no_name_of_a_town_leaves_the_map_on_the_right():
    whole = _page(_layers(), "pays-ledonien-2020", closeup=True).html
    width = float(re.search(r'<svg[^>]*viewBox="0 0 (\d+)', whole)[1])
    names = re.findall(r'<text class="name" x="(\d+)"( text-anchor="end")? y="\d+">([^<]+)<', whole)
    assert any(anchored for _, anchored, _ in names)
    assert all(anchored or int(x) + 20 * len(name) <= width for x, anchored, name in names)


def test_a_refusal_takes_the_place_of_the_page():
    counts = ect.MapVariable(pd.Series({"39300": 3.0}), "stock", "Projets", "registre", "2025", "projets")
    refusal = _page(ect.Choropleth(counts))
    assert isinstance(refusal, ect.Refusal)


def test_a_layer_that_the_page_cannot_show_is_refused_with_the_reason():
    areas = ect.ServiceAreas(["39300"], 15, "Lieux", "registre", "2025")
    with pytest.raises(EctError, match="au plus un aplat"):
        _page(areas)


PROJECTS = pd.DataFrame(
    {
        "projet_id": ["P1", "P2", "P3", "P4"],
        "nom": ["Atelier <partagé>", "Épicerie", "Garage solidaire", "Sans lieu"],
        "commune_insee": pd.Series(["39300", "39300", "39056", None], dtype="str"),
    }
)


def _marks():
    places = ect.place_projects(PROJECTS, BASEMAP.gazetteer("pays-ledonien-2020"))
    kinds = pd.Series({"P1": "Scic", "P2": "association"})
    ties = pd.DataFrame(
        [("39300", "39056", 3), ("39056", "39300", 1), ("39300", "39300", 2)],
        columns=["origine", "destination", "valeur"],
    )
    return [
        ect.Dots(places, kinds, "Statut", "registre", "2025"),
        Links(ties, "Partenariats", "projets communs", "registre", "2025"),
    ]


@pytest.fixture(scope="module")
def marked():
    return _page(_marks(), "pays-ledonien-2020")


def test_each_project_is_a_sign_with_a_title_and_a_row(marked):
    titles = dict(re.findall(r'<g class="sign" role="img" id="z-p-(P\d)"[^>]*><title>([^<]+)</title>', marked.html))
    assert titles["P1"] == "Atelier &lt;partagé&gt;\nCommune\xa0: Lons-le-Saunier\nStatut\xa0: Scic"
    assert titles["P3"].endswith("Statut\xa0: non renseigné")
    assert set(titles) == {"P1", "P2", "P3"}
    assert all(f'data-row="p-{code}"' in marked.html for code in titles)
    for said in ("Scic (1)", "association (1)", "non renseigné (1)", "1 projet sans lieu connu", "anonymise pas"):
        assert said in marked.html.replace("\xa0", " ")


def test_each_tie_is_a_curve_as_wide_as_its_value_with_a_title_and_a_row(marked):
    found = re.findall(
        r'<g class="tie" role="img"[^>]*><title>([^<]+)</title><path stroke-width="([\d.]+)"', marked.html
    )
    widths = {title.split("\n")[0]: float(width) for title, width in found}
    assert widths["Lons-le-Saunier → Bletterans"] == pytest.approx(3 * widths["Bletterans → Lons-le-Saunier"], rel=0.02)
    assert "Partenariats (projets communs)\xa0: 3" in found[0][0]
    assert 'data-row="l-39300-39056"' in marked.html
    assert "1 lien interne à une commune" in marked.html


def _flows():
    ways = [("39300", "39198", 40), ("39198", "39300", 12), ("39056", "39300", None), ("39056", "39300", 3)]
    frame = pd.DataFrame(ways, columns=["origine", "destination", "valeur"])
    return ect.Flows(frame, "Matières reprises", "tonnes par an", "fictif", "2026")


def _tinted():
    people = BASEMAP.people()[list(BASEMAP.perimeter("pays-ledonien-2020").members)].astype("float64")
    stock = ect.MapVariable(people, "stock", "Population", "Insee", "2023", "habitants")
    rate = ect.MapVariable(people - people.median(), "taux", "Écart", "Insee", "2023", "% par an")
    return ect.Circles(stock, tint=rate)


def test_a_flow_is_an_arrow_and_what_has_no_quantity_a_hollow_one():
    made = _page(_flows(), "pays-ledonien-2020").html
    arrows = re.findall(r'data-code="l-([\d-]+)"[^>]*><title>[^<]+</title><path class="arrow" d="M([^"]+)z"', made)
    assert {code for code, _ in arrows} == {"39300-39198", "39198-39300", "39056-39300"}
    assert made.count('class="head"') == 1 and "quantité inconnue (1)" in made
    assert len(re.findall(r'id="z-l-39056-39300"', made)) == 1


def test_circles_take_the_colour_of_their_rate_in_the_page_its_key_and_its_table():
    made = _page(_tinted(), "pays-ledonien-2020", closeup=True)
    fills = dict(re.findall(r'<circle class="c" role="img" data-code="(\d+)"[^>]*style="fill:(#\w+)', made.html))
    low, high = made.table["Écart"].idxmin(), made.table["Écart"].idxmax()
    assert len(fills) == 199 and fills[made.table["code"][low]] != fills[made.table["code"][high]]
    assert all(f'fill="{fill}"' in made.html for fill in fills.values())
    assert "Quantiles de part et d’autre de 0" in made.html
    assert re.search(r"Lons-le-Saunier\nPopulation : [^\n]+ habitants\nÉcart : [^\n<]+ % par an", made.html)


def test_the_data_beside_the_page_hold_zones_projects_and_ties(marked):
    table = marked.table
    assert list(table.columns) == ["code", "zone", "nom", "Partenariats", "Statut"]
    assert len(table) == 199 + 3 + 2
    assert table.set_index("code").loc["l-39300-39056", "Partenariats"] == 3


def test_a_typology_is_shown_with_its_categories():
    held = BASEMAP.perimeter("pays-ledonien-2020").members
    names = BASEMAP.epci_names.set_index("siren")["nom"]
    kinds = ect.MapVariable(pd.Series(held).map(names), "categorie", "Groupe", "DGCL", "2020")
    made = _page(ect.Typology(kinds), "pays-ledonien-2020")
    assert "Lons-le-Saunier\nGroupe : ECLA" in made.html.replace("\xa0", " ")
    assert "<span>ECLA</span>" in made.html


def test_two_builds_give_the_same_page(page):
    assert _page(_layers()).html == page.html


@pytest.mark.croisement
def test_a_published_page_leaves_its_file_its_data_and_one_record(page, tmp_path, monkeypatch):
    monkeypatch.setenv("ECT_SORTIES", str(tmp_path))
    exhibit = ect.show_map_page(_layers(), BASEMAP, "jura", title=TITLE, n="n = 492 communes")
    shown = ect.open_study().publish("densite", exhibit)
    assert "densite.html" in shown._repr_html_() and str(tmp_path) not in shown._repr_html_()
    assert html.unescape(shown._repr_html_().partition('srcdoc="')[2].partition('"')[0]) == page.html
    assert (tmp_path / "tables" / "densite.html").read_text("utf-8") == page.html
    (record,) = read_outputs(tmp_path)
    assert [file.role for file in record.files] == ["csv", "machine", "html"]
    with pytest.raises(EctError, match="a déjà servi"):
        ect.open_study().publish("densite", exhibit)


class Browser:
    """Chromium without a window, driven through its pipe: JSON messages that end with a zero byte."""

    def __init__(self, folder):
        there, self.write = os.pipe()
        self.read, back = os.pipe()
        # The browser wants its ends of the pipes as descriptors 3 (it reads) and 4 (it writes).
        command = f"exec 3<&{there} 4>&{back}; exec '{CHROMIUM}' --headless --no-sandbox --disable-gpu"
        command += f" --remote-debugging-pipe --window-size=1200,1000 --user-data-dir='{folder}' about:blank"
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(["bash", "-c", command], pass_fds=(there, back), **quiet)
        os.close(there)
        os.close(back)
        self.number, self.rest, self.session = 0, b"", None

    def send(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        message |= {"sessionId": self.session} if self.session else {}
        os.write(self.write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self.number:
                assert "error" not in answer, answer
                return answer["result"]

    def open(self, path):
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.send("Network.enable")
        self.send("Network.emulateNetworkConditions", offline=True, latency=0, downloadThroughput=0, uploadThroughput=0)
        self.send("Page.navigate", url=path.as_uri())
        self.wait_for("document.readyState === 'complete' && !!document.getElementById('carte')")

    def wait_for(self, condition):
        """Wait until a condition of the page holds; only a fault makes it wait so long that it gives up."""
        for _ in range(6000):
            if self.value(condition):
                return
            time.sleep(0.05)
        pytest.fail(f"never true: {condition}")

    def value(self, expression):
        answer = self.send("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def mouse(self, kind, x, y, **more):
        self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, **more)

    def press(self, key):
        for kind in ("keyDown", "keyUp"):
            self.send("Input.dispatchKeyEvent", type=kind, key=key, **({"text": key} if len(key) == 1 else {}))

    def middle(self, code):
        """Where the label point of a zone is in the window."""
        return self.value(MIDDLE % code)

    def close(self):
        self.process.terminate()
        self.process.wait()
        os.close(self.read)
        os.close(self.write)

    def _next(self):
        while b"\0" not in self.rest:
            chunk = os.read(self.read, 1 << 16)
            assert chunk, "the browser stopped"
            self.rest += chunk
        message, self.rest = self.rest.split(b"\0", 1)
        return json.loads(message)


@pytest.fixture(scope="module")
def browser(page, tmp_path_factory):
    if CHROMIUM is None:
        pytest.skip("no Chromium here: the page is not tried in a browser")
    folder = tmp_path_factory.mktemp("navigateur")
    path = folder / "carte.html"
    path.write_text(page.html, encoding="utf-8")
    driven = Browser(folder / "profil")
    driven.open(path)
    yield driven
    driven.close()


@pytest.fixture
def marked_browser(marked, tmp_path):
    if CHROMIUM is None:
        pytest.skip("no Chromium here: the page is not tried in a browser")
    path = tmp_path / "points.html"
    path.write_text(marked.html, encoding="utf-8")
    driven = Browser(tmp_path / "profil")
    driven.open(path)
    yield driven
    driven.close()


MIDDLE = """(()=>{const z=document.getElementById('z-%s'),m=document.getElementById('vue').getScreenCTM();
const p=new DOMPoint(+z.dataset.x,+z.dataset.y).matrixTransform(m);return [p.x,p.y]})()"""
TIP = "document.getElementById('bulle').textContent"
SCALE = "+getComputedStyle(document.getElementById('carte')).getPropertyValue('--k')"


def test_hovering_a_commune_says_its_value(browser):
    x, y = browser.middle("39013")
    browser.mouse("mouseMoved", x + 12, y + 2)
    browser.mouse("mouseMoved", x + 13, y + 2)
    assert "Densité" in browser.value(TIP)


def test_clicking_a_commune_keeps_its_value_and_marks_its_row(browser):
    browser.value("document.querySelector('details').open=true")
    x, y = browser.middle("39300")
    for kind in ("mousePressed", "mouseReleased"):
        browser.mouse(kind, x, y, button="left", clickCount=1)
    assert browser.value(TIP).startswith("Lons-le-Saunier\n")
    assert browser.value("document.querySelector('[data-row=\"39300\"]').classList.contains('on')")
    browser.mouse("mouseMoved", x + 150, y + 150)
    assert browser.value(TIP).startswith("Lons-le-Saunier\n")
    browser.press("Escape")


def test_the_wheel_zooms_where_the_pointer_is(browser):
    browser.value("document.querySelector('button[data-by=\"0\"]').click()")
    browser.value("document.getElementById('carte').focus()")
    x, y = browser.middle("39300")
    browser.mouse("mouseWheel", x, y, deltaX=0, deltaY=-600)
    browser.wait_for(f"{SCALE} > 1.5")
    assert browser.middle("39300") == pytest.approx([x, y], abs=3)


def test_dragging_moves_the_map_once_it_is_larger_than_its_frame(browser):
    browser.value("document.querySelector('button[data-by=\"0\"]').click()")
    browser.value("document.getElementById('carte').focus()")
    browser.mouse("mouseWheel", *browser.middle("39300"), deltaX=0, deltaY=-600)
    browser.wait_for(f"{SCALE} > 1.5")
    x, y = browser.middle("39300")
    browser.mouse("mousePressed", x, y, button="left", clickCount=1)
    for step in (20, 40, 60):
        browser.mouse("mouseMoved", x + step, y, button="left", buttons=1)
    browser.mouse("mouseReleased", x + 60, y, button="left", clickCount=1)
    browser.wait_for(f"{MIDDLE % '39300'}[0] - {x} >= 54")
    assert browser.middle("39300")[0] - x == pytest.approx(60, abs=6)


def test_the_keyboard_walks_from_a_zone_to_the_next_and_zooms(browser):
    browser.value("document.querySelector('button[data-by=\"0\"]').click()")
    browser.value("document.querySelector('[data-go=\"39300\"]').click()")
    assert browser.value("document.activeElement.id") == "carte"
    assert browser.value(TIP).startswith("Lons-le-Saunier")
    browser.press("ArrowRight")
    assert browser.value(TIP) and not browser.value(TIP).startswith("Lons-le-Saunier")
    browser.mouse("mouseMoved", 2, 2)
    browser.press("+")
    assert browser.value(SCALE) == pytest.approx(1.5)
    browser.press("Escape")
    assert browser.value(TIP) == ""


@pytest.fixture(scope="module")
def coloured_browser(tmp_path_factory):
    """Circles coloured by a rate, and arrows over them."""
    if CHROMIUM is None:
        pytest.skip("no Chromium here: the page is not tried in a browser")
    folder = tmp_path_factory.mktemp("couleurs")
    (folder / "carte.html").write_text(_page([_tinted(), _flows()], "pays-ledonien-2020").html, "utf-8")
    driven = Browser(folder / "profil")
    driven.open(folder / "carte.html")
    yield driven
    driven.close()


@pytest.mark.parametrize("width", [1200, 400])
@pytest.mark.parametrize("opened", ["browser", "coloured_browser"])
def test_axe_finds_no_rule_broken(request, opened, width):
    """``ECT_AXE`` names the file axe.min.js of the package axe-core."""
    axe = Path(os.environ.get("ECT_AXE", ""))
    if not axe.is_file():
        pytest.skip("no axe-core here (ECT_AXE): the page is not judged by it")
    browser = request.getfixturevalue(opened)
    browser.send("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
    browser.value("document.querySelectorAll('details').forEach(one=>one.open=true)")
    browser.send("Runtime.evaluate", expression=axe.read_text(encoding="utf-8"))
    asked = "axe.run(document,{resultTypes:['violations']}).then(found=>found.violations.map(rule=>rule.id))"
    told = browser.send("Runtime.evaluate", expression=asked, awaitPromise=True, returnByValue=True)
    browser.send("Emulation.clearDeviceMetricsOverride")
    assert told["result"]["value"] == []


@pytest.mark.parametrize("width", [1200, 400])
def test_the_key_is_at_the_scale_of_the_map_and_names_are_legible_however_narrow_the_screen(coloured_browser, width):
    browser = coloured_browser
    browser.send("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
    drawn = "new Promise(done=>requestAnimationFrame(()=>requestAnimationFrame(()=>done())))"
    browser.send("Runtime.evaluate", expression=drawn, awaitPromise=True)
    scale = "document.querySelector('{}').getScreenCTM().a"
    here = browser.value(scale.format("#carte"))
    assert browser.value(scale.format(".key svg[data-share]")) == pytest.approx(here, rel=0.01)
    names = "[...document.querySelectorAll('.name')].filter(one=>one.style.visibility!=='hidden')"
    sizes = browser.value(f"{names}.map(one=>parseFloat(getComputedStyle(one).fontSize)*{here})")
    assert len(sizes) > 2
    assert min(sizes) > 10.5
    boxes = browser.value(f"{names}.map(o=>o.getBoundingClientRect()).map(o=>[o.left,o.top,o.right,o.bottom])")
    assert not any(overlaps(Box(*one), Box(*other)) for one, other in combinations(boxes, 2))
    browser.send("Emulation.clearDeviceMetricsOverride")


@pytest.mark.croisement
def test_no_name_is_cut_by_the_edge_of_a_narrow_screen(tmp_path):
    if CHROMIUM is None:
        pytest.skip("no Chromium here: the page is not tried in a browser")
    whole = _page(_layers()[:1], "pays-ledonien-2020", closeup=True).html
    (tmp_path / "carte.html").write_text(whole, "utf-8")
    driven = Browser(tmp_path / "profil")
    driven.open(tmp_path / "carte.html")
    driven.send("Emulation.setDeviceMetricsOverride", width=400, height=900, deviceScaleFactor=1, mobile=False)
    drawn = "new Promise(done=>requestAnimationFrame(()=>requestAnimationFrame(()=>done())))"
    driven.send("Runtime.evaluate", expression=drawn, awaitPromise=True)
    sides = "(o=>[o.left,o.right])(({}).getBoundingClientRect())"
    left, right = driven.value(sides.format("document.getElementById('carte')"))
    names = "[...document.querySelectorAll('.name')].filter(one=>one.style.visibility!=='hidden')"
    boxes = driven.value(f"{names}.map(one=>{sides.format('one')})")
    raised = driven.value(f"{names}.filter(one=>one.hasAttribute('dy')).length")
    driven.close()
    assert raised and all(left <= one and other <= right for one, other in boxes)


@pytest.mark.croisement
def test_projects_and_ties_answer_the_pointer_and_the_table(marked_browser):
    browser = marked_browser
    x, y = browser.middle("p-P3")
    browser.mouse("mouseMoved", x + 3, y)
    browser.mouse("mouseMoved", x, y)
    assert browser.value(TIP).startswith("Garage solidaire\n")
    for kind in ("mousePressed", "mouseReleased"):
        browser.mouse(kind, x, y, button="left", clickCount=1)
    assert browser.value("document.querySelector('[data-row=\"p-P3\"]').classList.contains('on')")
    browser.value("document.querySelector('[data-go=\"l-39300-39056\"]').click()")
    assert browser.value(TIP).startswith("Lons-le-Saunier → Bletterans\n")
    browser.mouse("mouseMoved", 2, 2)
    browser.press("+")
    assert browser.value(SCALE) == pytest.approx(1.5)
