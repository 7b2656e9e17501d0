"""The home page pressed by keyboard in a real browser; skipped, with the reason, where there is none."""

import json
import os
import re
import shutil
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

from ect_research.study.commands.lab import HOME, lab_arguments, lab_environment

ROOT = Path(__file__).resolve().parents[2]
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
STUDY = 'titre = "Essai"\ncorpus = "essai"\n[[execution]]\nid = "un"\ncarnet = "a.ipynb"\n'
KEYS = {"Enter": (13, "\r"), " ": (32, " "), "Escape": (27, "")}

pytestmark = [
    pytest.mark.croisement,
    pytest.mark.study,
    pytest.mark.skipif(BROWSER is None, reason="pas de Chromium sur cette machine"),
]


class Page:
    """One page of a headless browser, through its debugging port."""

    def __init__(self, address: str, folder: Path):
        import websocket

        options = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--remote-debugging-port=0",
            "--window-size=1200,900",
        ]
        self.browser = subprocess.Popen(
            [BROWSER, *options, f"--user-data-dir={folder}", "about:blank"], stderr=subprocess.PIPE, text=True
        )
        port = next(found[1] for line in self.browser.stderr if (found := re.search(r"ws://[^:]+:(\d+)/", line)))
        with urllib.request.urlopen(f"http://localhost:{port}/json") as told:
            target = next(one for one in json.load(told) if one["type"] == "page")
        self.socket = websocket.create_connection(target["webSocketDebuggerUrl"], suppress_origin=True, timeout=120)
        self.sent = 0
        self.ask("Page.navigate", url=address)

    def ask(self, method: str, **params):
        self.sent += 1
        self.socket.send(json.dumps({"id": self.sent, "method": method, "params": params}))
        while (told := json.loads(self.socket.recv())).get("id") != self.sent:
            pass
        return told.get("result", {})

    def see(self, script: str):
        return self.ask("Runtime.evaluate", expression=script, returnByValue=True)["result"].get("value")

    def wait(self, script: str, seconds: int = 90):
        for _ in range(seconds * 4):
            if found := self.see(script):
                return found
            time.sleep(0.25)
        pytest.fail(f"jamais vu : {script} ; la page dit : {self.see('document.body.innerText')[-600:]}")

    def press(self, key: str, *, shift: bool = False):
        code, text = KEYS[key]
        for kind in ("keyDown", "keyUp"):
            held = {"text": text} if text and kind == "keyDown" else {}
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, code={" ": "Space"}.get(key, key),
                     windowsVirtualKeyCode=code, modifiers=8 * shift, **held)  # fmt: skip

    def close(self):
        self.socket.close()
        self.browser.terminate()
        self.browser.wait(20)
        self.browser.stderr.close()


BUTTON = "[...document.querySelectorAll('button')].find(one => one.innerText.includes({!r}))"


@pytest.fixture
def page(make_project, good_cells, tmp_path):
    path = make_project(STUDY, a=good_cells)
    shutil.copy(ROOT / "notebooks" / HOME, path.parent)
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    (tmp_path / "lab").mkdir()
    allowed = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    lab = subprocess.Popen(
        [*lab_arguments(path.parent, port, browser=False), *allowed],
        env=lab_environment(tmp_path / "lab", french=True, key="essai") | {"PYTHONPATH": str(ROOT)},
        stderr=subprocess.DEVNULL,
    )
    for _ in range(400):
        with socket.socket() as tried:
            if tried.connect_ex(("localhost", port)) == 0:
                break
        time.sleep(0.1)
    opened = Page(f"http://localhost:{port}/lab/tree/{HOME}?token=essai", tmp_path / "browser")
    yield opened, path
    opened.close()
    lab.terminate()
    assert lab.wait(30) is not None


def test_a_study_is_checked_and_made_by_keyboard_alone(page):
    seen, path = page
    seen.wait(
        "!!document.querySelector('.jp-Notebook .jp-Cell') && document.body.innerText.includes('Que voulez-vous')"
    )
    seen.see("document.querySelectorAll('.jp-Notebook .jp-CodeCell')[0].click()")
    for _ in range(60):  # until its kernel is there
        seen.press("Escape")
        seen.press("Enter", shift=True)
        time.sleep(2)
        if seen.see(f"!!{BUTTON.format('Vérifier')}"):
            break
        seen.see("document.querySelectorAll('.jp-Notebook .jp-CodeCell')[0].click()")
    seen.wait(f"!!{BUTTON.format('Vérifier')}")
    for name, key, told in (("Vérifier", "Enter", "Rien ne bloque"), ("Lancer", " ", "à jour")):
        seen.see(f"{BUTTON.format(name)}.focus()")
        seen.wait(f"document.activeElement === {BUTTON.format(name)}")
        seen.press(key)
        seen.wait(f"document.querySelector('[role=status]').innerText.includes({told!r})")
    assert (path.parents[1] / "outputs" / path.stem / "index.html").is_file()
    reached = (
        "[...document.querySelectorAll('.jp-OutputArea button, .jp-OutputArea select')].every(one => one.tabIndex >= 0)"
    )
    assert seen.see(reached)
