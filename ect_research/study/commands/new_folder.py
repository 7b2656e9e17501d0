"""``ect nouveau``: a folder of one's own in which everything works, from the installed package alone."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from ect_research.errors import StudyError
from ect_research.study.base.result_record import is_slug
from ect_research.study.commands.new_study import write_new_study
from ect_research.study.definition.variants import slug

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

_EXAMPLE = "pays-ledonien"
_READ_ME = """# {title}

1. Remplir `surveys/{name}/{name}.xlsx` : les questions de la feuille « étude », vos dispositifs dans la feuille
   « listes », une ligne par projet, puis un évènement daté par fait, chacun avec sa source. La feuille « Lisez-moi » dit
   tout ; ce que l’on ne sait pas reste vide.
2. `ect check {name}` dit ce qui est à corriger, cellule par cellule, et ce que le corpus permet déjà.
3. `ect run` exécute les carnets et écrit `outputs/{name}/index.html`, la page à ouvrir.
4. `ect lab` ouvre les carnets pour changer un réglage.

Rien d’autre n’est à écrire. `notebooks/{name}.toml` dit quels carnets sont exécutés et pour quel lecteur, pour qui veut
le changer. Tout est protégé jusqu’à ce que la feuille « étude » dise le contraire.
"""


def write_new_folder(
    folder: Path, shipped: Path, *, title: str, territory: str, day: date, language: str = "fr"
) -> tuple[str, list[str]]:
    """Write a folder with a blank workbook, the notebooks, a base map, a study file and a page that says what next.

    Args:
        folder: to be made; its name is that of the corpus and of the study.
        shipped: folder that holds the ``notebooks`` and ``maps`` to copy.
        title: of the study.
        territory: studied, in words.
        day: last day observed.
        language: of the figures and of the workbook, ``fr`` or ``en``.

    Returns:
        name of the study, and what was written.

    Raises:
        StudyError: the name does not suit, or the folder holds something: nothing was written.
    """
    from ect_research.codebook.load_codebook import load_codebook
    from ect_research.corpus.forms.entry_workbook import save_workbook

    name = _free(folder)
    _copy(shipped, folder)
    corpus = folder / "surveys" / name
    corpus.mkdir()
    study = {"titre": title, "territoire": territory, "date_observation": f"{day:%d/%m/%Y}"}
    save_workbook(corpus / f"{name}.xlsx", load_codebook(), language="en" if language == "en" else "fr", study=study)
    write_new_study(folder, name, name, language=language)
    _write(folder / "LISEZMOI.md", _READ_ME.format(name=name, title=title))
    return name, [f"surveys/{name}/{name}.xlsx", f"notebooks/{name}.toml", "LISEZMOI.md"]


def write_example(folder: Path, shipped: Path) -> tuple[str, list[str]]:
    """Write a folder with the public register, its study and the lessons, to read and to try things on.

    Args:
        folder: to be made.
        shipped: folder that holds the ``notebooks``, ``maps`` and ``surveys`` to copy.

    Returns:
        name of the study, and what was written.

    Raises:
        StudyError: the folder holds something: nothing was written.
    """
    _free(folder)
    _copy(shipped, folder)
    own = shutil.ignore_patterns("__pycache__", "controles", ".ipynb_checkpoints")
    shutil.copytree(shipped / "surveys" / _EXAMPLE, folder / "surveys" / _EXAMPLE, ignore=own)
    shutil.copy(shipped / "notebooks" / f"{_EXAMPLE}.toml", folder / "notebooks")
    shutil.copytree(shipped / "notebooks" / "lecons", folder / "notebooks" / "lecons", ignore=own)
    return _EXAMPLE, [f"surveys/{_EXAMPLE}/", f"notebooks/{_EXAMPLE}.toml", "notebooks/lecons/"]


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


def _copy(shipped: Path, folder: Path) -> None:
    (folder / "notebooks").mkdir(parents=True)
    (folder / "surveys").mkdir()
    for notebook in sorted((shipped / "notebooks").glob("*.ipynb")):
        shutil.copy(notebook, folder / "notebooks")
    shutil.copytree(shipped / "maps" / "fond", folder / "maps" / "fond")
    shutil.copy(shipped / "surveys" / "LISEZMOI.md", folder / "surveys")


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
