"""Red team: a private corpus of invented persons goes through the public notebooks; what of them comes out is counted.

``python tests/benchmarks/red_team_notebooks.py [FOLDER]`` writes a copy of the project in a temporary folder with the
register of the public study made private (the projects stay nameable), twelve invented persons as actors, respondents and
members of networks, their names written in notes, quotations and aliases, and runs ``ect run`` on it. The result
is ``tests/benchmarks/results/red_team_notebooks.csv``: for each run, its end, its results, its refusals, and for each
place the names found in the outputs, by an own reading of the bytes that owes nothing to the search of ``ect run``.
"""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata
import zipfile
import zlib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RESULT = Path(__file__).parent / "results" / "red_team_notebooks.csv"
FIRST = ("Lubin", "Isaure", "Théodule", "Célimène", "Onésime", "Philiberte", "Anicet", "Zénaïde", "Fulbert", "Ermeline",
         "Gontran", "Aglaé")  # fmt: skip
LAST = ("Pommerol-Fictif", "Vantefable", "d’Imaginaire", "Inventès", "Nulpart", "Chimèrel", "Fablevent", "Songedor",
        "Mirageot", "Utopiac", "Contefleur", "Légendaz")  # fmt: skip
PEOPLE = [f"{first} {last}" for first, last in zip(FIRST, LAST, strict=True)]
PROTECTION = '\n[protection]\nprotege = ["personnes"]\npourquoi = "Essai : les projets sont nommables."\n'
RUN = "import sys; from ect_research.cli import main; sys.exit(main(sys.argv[1:]))"


def write_project(root: Path) -> Path:
    """The public study with a private folder; returns its study file."""
    for part in ("notebooks", "maps"):
        shutil.copytree(ROOT / part, root / part)
    corpus = root / "surveys" / "pays-ledonien"
    shutil.copytree(ROOT / "surveys" / "pays-ledonien", corpus)
    source = corpus / "source.toml"
    source.write_text(source.read_text("utf-8").partition("[protection]")[0] + PROTECTION, encoding="utf-8")
    private = corpus / "private"
    private.mkdir()
    projects = [row["projet_id"] for row in _rows(corpus / "projets.csv")][:6]
    actor = [f"PX{n};{name};;personne;INT" for n, name in enumerate(PEOPLE)]
    _write(private / "acteurs.csv", "acteur_id;nom;alias;nature;source_id", actor)
    answers = [f"M{n};{name};t0;2024;{projects[n % 2]};3;Dit par {name}" for n, name in enumerate(PEOPLE)]
    _write(private / "maturite.csv", "reponse_id;repondant_id;vague;date;projet_id;vitalite_1;verbatim", answers)
    talks = [f"N{n};PX{n};{projects[n % 6]};2024;{'ecrit' if n % 3 else 'refuse'};2099;{PEOPLE[n]}" for n in range(12)]
    _write(
        private / "entretiens.csv",
        "entretien_id;acteur_id;projet_ids;date;consentement;conservation_jusqu_au;note",
        talks,
    )
    ties = [f"LX{n};PX{n};PX{(n + 1) % 12};INT;{PEOPLE[n]}" for n in range(12)]
    _write(private / "liens.csv", "lien_id;acteur_a;acteur_b;source_id;note", ties)
    parts = [f"TX{n};PX{n};{projects[n % 6]};porteur;INT;{PEOPLE[n]}" for n in range(12)]
    _write(private / "participations.csv", "participation_id;acteur_id;projet_id;role;source_id;citation", parts)
    return root / "notebooks" / "pays-ledonien.toml"


def plant(root: Path, place: str) -> None:
    """Write a name in a public place of the corpus or of the study, as people do by mistake."""
    corpus, study = root / "surveys" / "pays-ledonien", root / "notebooks" / "pays-ledonien.toml"
    name = PEOPLE[0]
    if place == "nom d’un projet":
        _change(corpus / "projets.csv", "nom", f"La ferme de {name}")
    elif place == "libellé d’une ressource":
        _change(corpus / "ressources.csv", "libelle", f"Le hangar de {name}")
    elif place == "citation du corpus":
        source = corpus / "source.toml"
        text = source.read_text("utf-8").replace(
            'citation = "Registre public', f'citation = "{name}, Registre public', 1
        )
        source.write_text(text, encoding="utf-8")
    elif place == "paramètre du carnet":
        text = study.read_text("utf-8")
        given = f'carnet = "04_territoire.ipynb"\nparametres = {{ hypothese = "idée de {name}" }}'
        study.write_text(text.replace('carnet = "04_territoire.ipynb"', given), encoding="utf-8")
    elif place == "prénom seul":
        _change(corpus / "projets.csv", "nom", f"Chez {FIRST[0]}")
    elif place == "initiales":
        _change(corpus / "projets.csv", "nom", "La ferme de L. Pommerol-F.")


def found_names(folder: Path, also: str = "") -> list[str]:
    """Files of the outputs that hold a surname (or another text), read without the help of the library."""
    wanted = [_plain(last.replace("’", "'")) for last in LAST] + [_plain(also)] * bool(also)
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and any(word in text for text in _readings(path.read_bytes()) for word in wanted)
    )


def _readings(data: bytes) -> list[str]:
    texts = [data.decode("utf-8", "ignore")]
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            texts += [archive.read(name).decode("utf-8", "ignore") for name in archive.namelist()]
    for part in re.findall(rb"stream\r?\n(.*?)endstream", data, re.DOTALL):
        try:
            texts.append(zlib.decompressobj().decompress(part).decode("latin-1"))
        except zlib.error:
            continue
    return [_plain(text.replace("\\u2019", "'").replace("’", "'")) for text in texts]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()


def _rows(path: Path) -> list[dict[str, str]]:
    text = path.read_text("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";" if ";" in text.splitlines()[0] else ","))


def _write(path: Path, head: str, lines: list[str]) -> None:
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")


def _change(path: Path, column: str, value: str) -> None:
    rows = _rows(path)
    rows[0][column] = value
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=";", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8")


# What the exact search cannot know: it is measured, not stopped.
ESCAPES = {"prénom seul": f"Chez {FIRST[0]}", "initiales": "L. Pommerol-F."}
PLACES = ("aucun", "nom d’un projet", "libellé d’une ressource", "citation du corpus", "paramètre du carnet", "prénom seul",
          "initiales")  # fmt: skip


def _told(files: list[str]) -> str:
    more = f" et {len(files) - 4} autres" if len(files) > 4 else ""
    return " | ".join(files[:4]) + more


def main(where: str | None = None) -> None:
    """Run every place, one after the other, and write the table."""
    lines = []
    base = Path(where) if where else Path(tempfile.mkdtemp())
    environment = {**os.environ, "ECT_CLE": "une cle d'essai assez longue", "PYTHONPATH": str(ROOT)}
    for number, place in enumerate(PLACES):
        root = base / f"essai-{number}"
        study = write_project(root)
        plant(root, place)
        only = [] if number == 0 else ["--only", "ressources", "--only", "territoire"]
        asked = [sys.executable, "-c", RUN, "run", str(study), "-j", "1", *only]
        done = subprocess.run(asked, cwd=root, env=environment, capture_output=True, text=True, check=False)
        outputs = root / "outputs" / "pays-ledonien"
        told = re.search(r"(\d+) figures?, (\d+) tableaux?, (\d+) refus", done.stdout)
        leaks = len(re.findall(r"^  \S.* : (?:nom de personne|courriel|téléphone)", done.stdout, re.MULTILINE))
        failed = len(re.findall(r"nomme une personne", done.stdout + done.stderr))
        lines.append([place, done.returncode, *(told.groups() if told else ("", "", "")), failed, leaks,
                      _told(found_names(outputs, ESCAPES.get(place, "")))])  # fmt: skip
        print(lines[-1], flush=True)
        if os.environ.get("ECT_BAVARD"):
            print(done.stdout[-3000:], done.stderr[-1500:])
    heads = ["nom_cache_dans", "code_de_sortie", "figures", "tableaux", "refus", "enregistrements_arretes", "fuites_dites",
             "fichiers_qui_nomment"]  # fmt: skip
    with RESULT.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([heads, *lines])


if __name__ == "__main__":
    main(*sys.argv[1:])
