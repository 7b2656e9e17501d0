"""The runner against papermill as it comes, on the same notebooks: seconds of wall and of processor, and their ratios.

    python tests/benchmarks/bench_study.py [public|light] [--rounds 1] [--short] [--avant CLONE] [--csv FILE]

``public`` is the public study; ``light`` is eight notebooks that read the corpus and save one table, whose cost is
starting and importing. Papermill runs the notebooks one after the other twice: with each figure drawn three times by
matplotlib, as SVG, PDF and PNG, which is what papermill did when the speed of the study was asked (`THREE_TIMES` is the
code of that day, and this way is what ratios are against); and with the library as it is, which is faster too.
``--avant`` adds papermill on the public study of another checkout, with the library of that
checkout: what the same job cost then (`git worktree add ../avant cb22f14` is the runner before its speed was asked,
seven notebooks instead of fourteen). Each round runs every way in turn; times move with the machine's load, ratios
less. Memory is the highest sum, over the processes of a run, of the pages each holds (a shared page is counted once,
in parts).
"""

import argparse
import compileall
import csv
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[2]
ECT = "import sys; from ect_research.cli import main; sys.exit(main(sys.argv[1:]))"
PAPERMILL = """
import os, sys, tempfile, papermill, tomllib
from pathlib import Path
study = Path(sys.argv[1])
for run in tomllib.loads(study.read_text("utf-8"))["execution"]:
    os.environ["ECT_SORTIES"] = tempfile.mkdtemp()
    papermill.execute_notebook(str(study.parent / run["carnet"]), os.environ["ECT_SORTIES"] + "/n.ipynb",
                               run.get("parametres", {}), kernel_name="python3", progress_bar=False, cwd=study.parent)
"""
THREE_TIMES = """

def image_bytes(figure, theme, *, title, description, day=None):
    from fontTools.subset import Options
    from matplotlib import rc_context

    before = Options._drop_tables_default
    with theme.applied(), rc_context({"svg.fonttype": "path"}):
        svg = _saved(figure, "svg", metadata={"Date": None, "Creator": "ect_research", "Title": title})
        Options._drop_tables_default = [*before, "BASE", "GDEF", "GPOS", "GSUB", "kern"]
        named = {"CreationDate": None, "ModDate": None, "Producer": None, "Title": title, "Subject": description}
        pdf = _saved(figure, "pdf", metadata=named)
        Options._drop_tables_default = before
        png = _saved(figure, "png", metadata={"Software": None}, pil_kwargs={"compress_level": 3})
    return {"svg": svg, "pdf": pdf, "png": png}


def _saved(figure, kind, **options):
    written = io.BytesIO()
    figure.savefig(written, format=kind, dpi=DPI, **options)
    return written.getvalue()
"""
LIGHT = (
    'corpus = "pays-ledonien"\nnumero = 0  # rang',
    "import geopandas\nimport ect_research as ect",
    "etude = ect.open_study(corpus)\nfigure = etude.theme.new_figure(60)\nprojets = etude.table('projets').head(numero + 1)",
    'etude.publish("projets", ect.show_table(projets, title="Projets", n=f"n = {len(projets)}"))',
)


def light_project(folder: Path) -> Path:
    for name in ("surveys", "maps"):
        (folder / name).symlink_to(ROOT / name)
    (folder / "notebooks").mkdir()
    cells = [nbformat.v4.new_code_cell(text, id=f"c{i}") for i, text in enumerate(LIGHT)]
    cells[0].metadata["tags"] = ["parameters"]
    spec = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=spec), folder / "notebooks/a.ipynb")
    runs = [f'[[execution]]\nid = "r{i}"\ncarnet = "a.ipynb"\nparametres = {{ numero = {i} }}\n' for i in range(8)]
    study = folder / "notebooks/leger.toml"
    study.write_text('titre = "Essai"\ncorpus = "pays-ledonien"\n' + "".join(runs), encoding="utf-8")
    return study


def family_mb(root: int) -> float:
    """Proportional set size of a process and its descendants, megabytes."""
    parents, total = {}, 0
    for place in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(place.name)] = int((place / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    family = {root}
    while more := {child for child, parent in parents.items() if parent in family} - family:
        family |= more
    for process in family:
        try:
            lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
            total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        except (OSError, StopIteration):
            continue
    return round(total / 1024, 1)


def timed(words: list[str], folder: Path, library: Path = ROOT) -> dict[str, float]:
    """Wall and processor seconds of a command and of all its children, and their peak of memory."""
    environment = {**os.environ, "PYTHONPATH": str(library), "CI": "1"}
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    running = subprocess.Popen(
        [sys.executable, "-P", "-c", *words], cwd=folder, env=environment, stdout=subprocess.DEVNULL
    )
    peak, ended = [0.0], threading.Event()

    def look() -> None:
        while not ended.wait(0.5):
            peak.append(family_mb(running.pid))

    looking = threading.Thread(target=look)
    looking.start()
    code = running.wait()
    ended.set()
    looking.join()
    if code:
        raise SystemExit(f"{words[1:]} : code {code}")
    wall, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"mur": round(wall, 2), "processeur": round(used, 2), "memoire_mo": max(peak)}


def library_that_draws_three_times(folder: Path) -> Path:
    shutil.copytree(ROOT / "ect_research", folder / "ect_research", ignore=shutil.ignore_patterns("__pycache__"))
    with (folder / "ect_research/figures/page/figure_bytes.py").open("a", encoding="utf-8") as module:
        module.write(THREE_TIMES)
    return folder


def one_round(
    study: Path, outputs: Path, thrice: Path, *, short: bool, before: Path | None
) -> dict[str, dict[str, float]]:
    folder, run = study.parent.parent, [ECT, "run", str(study), "--dossier"]
    ways = {
        "papermill, l’un après l’autre": [PAPERMILL, str(study)],
        "ect, noyaux simples, 1 à la fois": [*run, str(outputs / "a"), "--plain-kernels", "-j", "1"],
        "ect, noyaux simples, 2 à la fois": [*run, str(outputs / "b"), "--plain-kernels", "-j", "2"],
        "ect, 1 à la fois": [*run, str(outputs / "c"), "-j", "1"],
        "ect, noyaux simples, 3 à la fois": [*run, str(outputs / "e"), "--plain-kernels", "-j", "3"],
        "ect, 3 à la fois": [*run, str(outputs / "f"), "-j", "3"],
        "ect, 2 à la fois": [*run, str(outputs / "d"), "-j", "2"],
        "ect, rien de changé": [*run, str(outputs / "d")],
    }
    kept = list(ways) if not short else [next(iter(ways)), *list(ways)[-2:]]
    first = "papermill, l’un après l’autre, trois dessins par figure"
    past = {first: timed([PAPERMILL, str(study)], folder, thrice)}
    if before:
        then = "papermill, l’un après l’autre, la version d’avant"
        past[then] = timed([PAPERMILL, str(before / "notebooks/pays-ledonien.toml")], before, before)
    return past | {name: timed(ways[name], folder) for name in kept}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("etude", nargs="?", choices=("public", "light"), default="light")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--short", action="store_true", help="papermill, two at a time, nothing changed")
    parser.add_argument("--avant", type=Path, help="a checkout whose library and public study papermill runs first")
    parser.add_argument("--csv", type=Path, help="add the medians to this file")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        root = Path(made).resolve()
        (root / "projet").mkdir()
        study = light_project(root / "projet") if asked.etude == "light" else ROOT / "notebooks/pays-ledonien.toml"
        thrice = library_that_draws_three_times(root / "trois")
        for library in (ROOT, thrice, *([asked.avant] if asked.avant else [])):  # as an installed package is
            compileall.compile_dir(library / "ect_research", quiet=1)
        rounds = []
        for _ in range(asked.rounds):
            rounds.append(one_round(study, root / "sorties", thrice, short=asked.short, before=asked.avant))
            shutil.rmtree(root / "sorties")
    reference = next(iter(rounds[0]))
    for name in rounds[0]:
        ratios = {
            kind: round(statistics.median(one[reference][kind] / one[name][kind] for one in rounds), 2)
            for kind in ("mur", "processeur")
        }
        print(
            json.dumps(
                {"facon": name, "rapports": ratios, "secondes": [one[name] for one in rounds]}, ensure_ascii=False
            )
        )
    if asked.csv:
        write_csv(asked.csv, asked.etude, rounds)
    return 0


def write_csv(path: Path, study: str, rounds: list[dict[str, dict[str, float]]]) -> None:
    new, reference = not path.exists(), next(iter(rounds[0]))
    with path.open("a", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        if new:
            writer.writerow(["etude", "facon", "tours", "mur_s", "processeur_s", "memoire_mo", "x_mur", "x_processeur"])
        for name in rounds[0]:
            middle = {kind: statistics.median(one[name][kind] for one in rounds) for kind in rounds[0][name]}
            times = [
                round(statistics.median(one[reference][kind] / one[name][kind] for one in rounds), 2)
                for kind in ("mur", "processeur")
            ]
            writer.writerow([study, name, len(rounds), *(round(value, 2) for value in middle.values()), *times])


if __name__ == "__main__":
    sys.exit(main())
