"""``ect nouveau``: a folder of one's own in which everything works, from the installed package alone."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ect_research.codebook.codebook import Language
from ect_research.codebook.load_codebook import load_codebook
from ect_research.corpus.basemap.perimeters import DEPARTEMENT_NAMES
from ect_research.errors import StudyError
from ect_research.study.base.result_record import is_slug
from ect_research.study.commands.new_study import StudyPlace, departement_place, write_new_study
from ect_research.study.definition.notebook import plain_text, read_notebook
from ect_research.study.definition.variants import slug
from ect_research.words import mark, say

_EXAMPLE = "pays-ledonien"
_READ_ME = mark("""# {title}

1. Remplir `surveys/{name}/{name}.xlsx` : les questions de la feuille « étude », vos dispositifs dans la feuille
   « listes », une ligne par projet, puis un évènement daté par fait, chacun avec sa source. La feuille « Lisez-moi » dit
   tout ; ce que l’on ne sait pas reste vide.
2. `ect check {name}` dit ce qui est à corriger, cellule par cellule, et ce que le corpus permet déjà.
3. `ect run` exécute les carnets et écrit `outputs/{name}/index.html`, la page à ouvrir.
4. `ect lab` ouvre les carnets pour changer un réglage.

Rien d’autre n’est à écrire. `notebooks/{name}.toml` dit quels carnets sont exécutés et pour quel lecteur, pour qui veut
le changer. Tout est protégé jusqu’à ce que la feuille « étude » dise le contraire.
""")


@dataclass(frozen=True)
class NewFolder:
    """What was written."""

    name: str  # of the study and of its corpus
    written: list[str]  # files and folders, from the new folder
    # name of the département that the base map does not cover; ``""`` when it does or none was given
    off_the_map: str = ""


def write_new_folder(
    folder: Path, shipped: Path, study: Mapping[str, str], *, departement: str = "", language: str = "fr"
) -> NewFolder:
    """Write a folder with a blank workbook, the notebooks, a base map, a study file and a page that says what next.

    ``study`` answers the sheet « étude » (``titre, date_observation``, ``territoire`` unless a département is given);
    ``shipped`` holds the ``notebooks`` and ``maps`` to copy. Nothing is written when something does not suit.
    """
    from ect_research.corpus.forms.entry_workbook import save_workbook

    name = _free(folder)
    if departement and departement not in DEPARTEMENT_NAMES:
        raise StudyError("« {code} » n’est pas un département : écrire son numéro, 26, 2A ou 974.", code=departement)
    told = "README.md" if language == "en" else "LISEZMOI.md"
    _copy(shipped, folder, told)
    if language == "en":
        for notebook in sorted((folder / "notebooks").glob("*.ipynb")):
            _in_english(notebook)
    place = departement_place(folder / "maps" / "fond", departement) if departement else None
    where = DEPARTEMENT_NAMES.get(departement, study["titre"])
    (folder / "surveys" / name).mkdir()
    spoken: Language = "en" if language == "en" else "fr"
    answers = {"territoire": where, **study}
    save_workbook(folder / "surveys" / name / f"{name}.xlsx", load_codebook(), language=spoken, study=answers)
    nowhere = StudyPlace() if departement else None
    write_new_study(folder, name, name, language=language, place=place or nowhere)
    _write(folder / told, say(_READ_ME, language).format(name=name, title=study["titre"]))
    off = where if departement and place is None else ""
    return NewFolder(name, [f"surveys/{name}/{name}.xlsx", f"notebooks/{name}.toml", told], off)


def write_example(folder: Path, shipped: Path) -> NewFolder:
    """Write a folder with the public register, its study and the lessons, to read and to try things on."""
    _free(folder)
    _copy(shipped, folder, "LISEZMOI.md")
    own = shutil.ignore_patterns("__pycache__", "controles", ".ipynb_checkpoints")
    shutil.copytree(shipped / "surveys" / _EXAMPLE, folder / "surveys" / _EXAMPLE, ignore=own)
    shutil.copy(shipped / "notebooks" / f"{_EXAMPLE}.toml", folder / "notebooks")
    shutil.copytree(shipped / "notebooks" / "lecons", folder / "notebooks" / "lecons", ignore=own)
    return NewFolder(_EXAMPLE, [f"surveys/{_EXAMPLE}/", f"notebooks/{_EXAMPLE}.toml", "notebooks/lecons/"])


def _free(folder: Path) -> str:
    name = folder.resolve().name
    if not is_slug(name):
        raise StudyError(
            "Le nom « {name} » doit être fait de minuscules, chiffres et tirets : « {proposed} » ?",
            name=name,
            proposed=slug(name),
        )
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise StudyError("« {folder} » existe déjà et n’est jamais écrasé : choisir un autre nom.", folder=folder)
    return name


def _copy(shipped: Path, folder: Path, told: str) -> None:
    (folder / "notebooks").mkdir(parents=True)
    (folder / "surveys").mkdir()
    for notebook in sorted((shipped / "notebooks").glob("*.ipynb")):
        shutil.copy(notebook, folder / "notebooks")
    shutil.copytree(shipped / "maps" / "fond", folder / "maps" / "fond")
    shutil.copy(shipped / "surveys" / told, folder / "surveys")


def _in_english(path: Path) -> None:
    """Put a notebook in English, paragraph by paragraph: its text, and what its settings mean."""
    node, known = json.loads(path.read_text(encoding="utf-8")), read_notebook(path)
    settings = [one.description for one in known.parameters.values() if one.description]
    for cell in node["cells"]:
        text = "".join(cell["source"])
        if "parameters" in cell["metadata"].get("tags", ()):
            for said in settings:
                text = re.sub(rf"# {re.escape(said)}$", f"# {say(said, 'en')}", text, flags=re.MULTILINE)
            cell["source"] = text.replace('langue = "fr"', 'langue = "en"')
        elif cell["cell_type"] == "markdown":
            told = text.replace(known.title, say(known.title, "en")) if text.startswith("# ") else text
            parts = told.split("\n\n")
            cell["source"] = "\n\n".join(
                say(known.question if plain_text(part) == known.question else part, "en") if part.strip() else part
                for part in parts
            )
    _write(path, json.dumps(node, ensure_ascii=False, indent=1) + "\n")


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
