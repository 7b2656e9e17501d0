"""Stop a small study at random moments, in every way: what it leaves must be true, and the next run must end it.

    python tests/benchmarks/kill_runner.py --moments 20

The moments are random, and shared out: before the first result, after each of them, and after the last, while the
page is written and the outputs are searched. The ways, in turn: kill -9, SIGHUP, a limit on the size of files (EFBIG,
as a disk that fills up), a second run of the same study at the same time, and a folder that becomes read-only where
permissions bind (for root: under ``setpriv --bounding-set=-dac_override,-dac_read_search,-fowner,-chown``). After
each: no process of the study survives, every result that claims to be complete is, and after a last run that nobody
kills, every byte is that of a run that was never killed. What that run says it changed (``changements.csv``) has no
such byte to be compared with: it must be the difference between what the stopped run left and what there is at the
end, neither more nor less. Exits 1 at the first lie.
"""

import argparse
import csv
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat

import ect_research
from ect_research.study.definition.study_file import read_study
from ect_research.study.documents.compare_outputs import compare_outputs
from ect_research.study.engine.changes import BEFORE, CHANGES
from ect_research.study.engine.plan import plan_study
from ect_research.study.outputs.output_folder import OutputFolder
from ect_research.study.outputs.owner import MANIFEST

CORPUS = {
    "source.toml": 'titre = "Essai"\ncitation = "Essai"\nnature = "inventée"\nterritoire = "Valfleuri"\n'
    'date_observation = 2024-12-31\nlicence = "Licence Ouverte 2.0"\n[protection]\nprotege = []\npourquoi = "projets inventés"\n',
    "sources.csv": "source_id;type_source;reference;date;url;diffusable\nS1;rapport_activite;Rapport annuel;2024;;oui\n",
    "projets.csv": "projet_id;nom;source_id;certitude\nP1;Le Four commun;S1;2_declare\n",
    "evenements.csv": "evenement_id;projet_id;type_evenement;date_debut;source_id;certitude\n"
    "E1;P1;idee_captee;automne 2022;S1;2_declare\n",
}
SAVES = """etude = ect.open_study(source='Essai')
for i in range(12):
    etude.publish(f't{i}', ect.show_table(pd.DataFrame({'n': [numero, i]}), title='T', n='n = 1'))
    time.sleep(0.02)"""
CELLS = ["numero = 0", "import time\nimport pandas as pd\nimport ect_research as ect", SAVES]
COMMAND = "import sys; from ect_research.cli import main; sys.exit(main(sys.argv[1:]))"
RUNS = 4
MARK = "ECT_ESSAI"


def permissions_bind() -> bool:
    with tempfile.TemporaryDirectory() as made:
        Path(made).chmod(0o500)
        return not os.access(made, os.W_OK, effective_ids=True)


WAYS = ("kill", "hup", "taille", "deux", *(("lecture",) if permissions_bind() else ()))


def write_project(root: Path) -> Path:
    for name, text in CORPUS.items():
        (root / "surveys/essai").mkdir(parents=True, exist_ok=True)
        (root / "surveys/essai" / name).write_text(text, encoding="utf-8")
    (root / "notebooks").mkdir()
    node = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text, id=f"c{i}") for i, text in enumerate(CELLS)])
    node.cells[0].metadata["tags"] = ["parameters"]
    nbformat.write(node, root / "notebooks/a.ipynb")
    sections = [
        f'[[execution]]\nid = "r{i}"\ncarnet = "a.ipynb"\nparametres = {{ numero = {i} }}\n' for i in range(RUNS)
    ]
    study = root / "notebooks/etude.toml"
    study.write_text('titre = "Essai"\ncorpus = "essai"\n' + "".join(sections), encoding="utf-8")
    return study


def start(root: Path, folder: Path, largest: int = 0) -> subprocess.Popen[bytes]:
    library = str(Path(ect_research.__file__).resolve().parent.parent)
    environment = {**os.environ, "PYTHONPATH": library, "CI": "1", MARK: str(folder)}
    words = [sys.executable, "-P", "-c", COMMAND, "run", "--dossier", str(folder), "-j", "2"]
    with (root / f"dit-{time.monotonic_ns()}.txt").open("wb") as said:
        running = subprocess.Popen(words, cwd=root, env=environment, stdout=said, stderr=said)
    if largest:
        resource.prlimit(running.pid, resource.RLIMIT_FSIZE, (largest, resource.RLIM_INFINITY))
    return running


def survivors(folder: Path, patience: float = 5) -> list[int]:
    """Processes of this study that still live: they all inherit the same variable."""
    limit, mark = time.monotonic() + patience, f"{MARK}={folder}\0".encode()
    while True:
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (process / "environ").read_bytes():
                    found.append(int(process.name))
            except OSError:
                continue
        if not found or time.monotonic() > limit:
            return found
        time.sleep(0.1)


def allow(folder: Path, mode: int) -> None:
    for one in [folder, *(path for path in folder.rglob("*") if path.is_dir() and not path.is_symlink())]:
        one.chmod(mode)


def results(folder: Path) -> int:
    return len(list((folder / "resultats").glob("r*.json")))


def stop_after(root: Path, folder: Path, way: str, kept: int, delay: float) -> bool:
    """Stop a study in one way some seconds after so many results are complete; whether it was still running."""
    running = start(root, folder, largest=int(4096 * (1 + 8 * delay)) if way == "taille" else 0)
    while results(folder) < kept and running.poll() is None:
        time.sleep(0.005)
    try:
        running.wait(delay)
    except subprocess.TimeoutExpired:
        if way == "deux":
            start(root, folder).wait()
        elif way == "lecture":
            allow(folder, 0o500)
        elif way != "taille":
            running.send_signal(signal.SIGKILL if way == "kill" else signal.SIGHUP)
        running.wait()
        if way == "lecture":
            allow(folder, 0o755)
        return True
    return running.returncode != 0


def lies(root: Path, folder: Path) -> list[str]:
    """Runs that claim to be complete and are not."""
    if not folder.is_dir():
        return []
    place = OutputFolder(folder)
    planned = plan_study(read_study(root / "notebooks/etude.toml"), place)
    wrong = [f"{one.run.id} : {one.causes}" for one in planned if one.run.id in place.records() and one.causes]
    wrong += [
        f"{run} : {len(record.outputs)} tables" for run, record in place.records().items() if len(record.outputs) != 12
    ]
    return wrong


def contents(folder: Path) -> dict[str, bytes]:
    files = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    # Dates and durations; the memory of what was searched for leaks, the journal included; and what changed since the run
    # that was stopped, which `untrue_changes` judges.
    left = ("journal.json", ".fuites.json", "changements.csv")
    return {name: data for name, data in files.items() if name not in left}


def untrue_changes(left: Path, folder: Path) -> set[tuple[str, str]]:
    """What the last run says of its changes and what changed since what was left, where they differ."""
    before = left / BEFORE if (left / BEFORE).is_dir() else left
    true, said = set(), set()
    if (before / MANIFEST).is_file():
        true = {(one.run, one.result or "exécution") for one in compare_outputs(before, folder).changes}
    if (folder / CHANGES).is_file():
        with (folder / CHANGES).open(encoding="utf-8-sig", newline="") as file:
            said = {(row["execution"], row["resultat"]) for row in csv.DictReader(file, delimiter=";")}
    return true ^ said


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moments", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--results", type=Path, help="CSV to which each moment is added as it ends")
    asked = parser.parse_args()
    moments = random.Random(asked.seed)  # noqa: S311 - moments, not secrets
    with tempfile.TemporaryDirectory() as made:
        root = Path(made).resolve() / "projet"
        write_project(root)
        began = time.monotonic()
        first = start(root, root / "reference")
        while results(root / "reference") < 1 and first.poll() is None:
            time.sleep(0.005)
        before = time.monotonic() - began
        if first.wait() != 0:
            return 1
        whole = time.monotonic() - began
        reference, done = contents(root / "reference"), []
        for number in range(asked.moments):
            folder = root / f"essai-{number}"
            wanted = number % (RUNS + 1)
            delay = moments.uniform(0.05, before) if wanted == 0 else moments.uniform(0, (whole - before) / RUNS)
            way = WAYS[number % len(WAYS)]
            stopped = stop_after(root, folder, way, wanted, delay)
            left, wrong, kept = survivors(folder), lies(root, folder), results(folder)
            aside = root / f"laisse-{number}"
            if folder.is_dir():
                shutil.copytree(folder, aside)
            code, ended = start(root, folder).wait(), contents(folder)
            wrong += map(str, untrue_changes(aside, folder))
            differ = [name for name in sorted(ended.keys() | reference) if ended.get(name) != reference.get(name)]
            if code or left or wrong or differ:
                print(
                    json.dumps(
                        {
                            "facon": way,
                            "apres": wanted,
                            "delai_s": delay,
                            "survivants": left,
                            "mensonges": wrong,
                            "octets": differ,
                        }
                    )
                )
                return 1
            told = "".join(path.read_text("utf-8", "replace") for path in root.glob("dit-*.txt"))
            if "Traceback" in told:
                print(told[-3000:])
                return 1
            done.append(
                {"facon": way, "apres": wanted, "delai_s": round(delay, 2), "arrete": stopped, "resultats": kept}
            )
            if asked.results:
                with asked.results.open("a", encoding="utf-8", newline="") as file:
                    csv.writer(file, delimiter=";").writerow([number, *done[-1].values(), "vrai"])
    print(json.dumps({"duree_s": round(whole, 1), "premier_resultat_s": round(before, 1), "arrets": done}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
