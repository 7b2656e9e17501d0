"""The study file ``notebooks/<study>.toml``: read whole, every fault said at once, before any kernel starts."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unicodedata import normalize

from ect_research.errors import StudyError
from ect_research.figures.page.formats import Language
from ect_research.study.base.result_record import is_slug
from ect_research.study.definition.notebook import Notebook, notebooks_of, read_notebook, shadowing
from ect_research.study.definition.parameters import check_values, did_you_mean, plain
from ect_research.study.definition.variants import Variant, corpus_faults, expand, misfit
from ect_research.words import Told, joined, tell_n

_STUDY_KEYS: dict[str, type] = {
    "titre": str,
    "langue": str,
    "lecteur": str,
    "parametres": dict,
    "execution": list,
    "rapport": bool,
    "fiches": bool,
    "delai": int,
    "delai_cellule": int,
    "versions": dict,
}
_RUN_KEYS: dict[str, type] = {
    "id": str, "carnet": str, "titre": str, "parametres": dict, "variantes": dict, "sauf": list, "lit": list, "delai": int,
    "delai_cellule": int,
}  # fmt: skip
_KINDS: dict[type, str] = {
    str: Told("un texte entre guillemets"), dict: Told("un tableau { clé = valeur }"), list: Told("une liste"),
    bool: Told("true ou false"), int: Told("un nombre entier de secondes"),
}  # fmt: skip
_RERUN, _WARN = "relancer", "avertir"
_SHAPES = {name: Told("une section [{name}]", name=name) for name in ("parametres", "versions")}
_SHAPES["execution"] = Told("des sections [[execution]]")
_CHOICES = {"langue": ("fr", "en"), "lecteur": ("horizons", "ademe", "revue", "fiche")}
_GIVEN_TO_NOTEBOOKS = ("corpus", "langue", "lecteur")


@dataclass(frozen=True)
class Run:
    """One execution of one notebook."""

    id: str  # slug, unique in the study; names its folders
    section: str  # ``id`` of the ``[[execution]]`` it comes from; the same unless it is a variant
    title: str  # title shown, the notebook's own unless the study gives one
    notebook: Notebook  # the notebook, read but not run
    parameters: dict[str, Any]  # values the study gives, checked; the notebook's defaults hold for the others
    limit: int = 0  # seconds it may take, 0 for no limit
    cell_limit: int = 0  # seconds a cell of it may take, 0 for no limit
    # files of the project that it reads besides its corpus and the base map, relative to the root
    reads: tuple[str, ...] = ()

    def all_parameters(self) -> dict[str, Any]:
        """Every parameter of the notebook with the value it takes in this run."""
        return {name: self.parameters.get(name, known.default) for name, known in self.notebook.parameters.items()}


@dataclass(frozen=True)
class Study:
    """A study file without a fault."""

    name: str  # slug, the name of the file
    title: str  # title of the page
    corpus: str  # name of the corpus under ``surveys/``; the first of them when several are compared
    path: Path  # the file
    root: Path  # folder of the project
    runs: tuple[Run, ...]  # what to execute, in order
    has_report: bool = False  # whether it makes ``rapport.pdf``
    has_sheets: bool = False  # whether it makes one sheet per project
    reruns_on_versions: bool = True  # whether another version of a package makes a run stale; else it is only told
    language: Language = "fr"  # ``fr`` or ``en``, of its page, report and sheets
    reader: str = "ademe"  # preset of its figures and report (``horizons, ademe, revue, fiche``)
    beside: tuple[str, ...] = ()  # names of the other corpora compared

    def corpora_of(self, run: Run | None = None) -> list[Path]:
        """The folders of the corpora of a run, of the study's without one; those that exist."""
        own = run.all_parameters().get("corpus") if run else None
        names = [own] if isinstance(own, str) and own else own or [self.corpus, *self.beside]
        places = [(self.root / "surveys" / name, self.root / name) for name in names]
        return [
            next(place.resolve() for place in two if place.is_dir()) for two in places if any(p.is_dir() for p in two)
        ]

    def corpora(self) -> list[Path]:
        """The folders of the corpora that the study and its runs read, each once."""
        return list(dict.fromkeys(folder for run in (None, *self.runs) for folder in self.corpora_of(run)))


def find_study(given: str | None, root: Path) -> Path:
    """The file of a study given by path or by name; the only one of ``notebooks/`` when nothing is given."""
    folder = root / "notebooks"
    files = {path.stem: path for path in sorted(folder.glob("[!.~]*.toml"))}
    if given is None:
        if len(files) == 1:
            return next(iter(files.values()))
        if files:
            raise StudyError("Quelle étude exécuter ? choisir parmi : {known}.", known=list(files))
        raise StudyError("Quelle étude exécuter ? il n’y a aucun fichier notebooks/*.toml.")
    for path in (Path(given), root / given, folder / given, folder / f"{given}.toml"):
        if path.is_file():
            return path.resolve()
    close = did_you_mean(given, files)
    raise StudyError("L’étude « {given} » n’existe pas dans notebooks/{close}", given=given, close=close)


def read_study(path: Path) -> Study:
    """Read a study file, in which nothing can then fail before the first kernel; every fault is told at once."""
    path = path.resolve()
    said = _parsed(path)
    root = path.parent.parent
    faults = [*_wrong_keys({key: value for key, value in said.items() if key != "corpus"}, _STUDY_KEYS, "")]
    if not is_slug(path.stem):
        faults.append(
            Told("le nom du fichier, « {name} », doit être fait de minuscules, chiffres et tirets.", name=path.stem)
        )
    if not said.get("titre"):
        faults.append(Told('il manque « titre », par exemple : titre = "Pays Lédonien".'))
    corpora = said["corpus"] if isinstance(said.get("corpus"), list) else [said.get("corpus", "")]
    faults += [*corpus_faults(said, corpora, root), *_choice_faults(said)]
    sections = said.get("execution")
    sections = [section for section in sections if isinstance(section, dict)] if isinstance(sections, list) else []
    if not sections:
        faults.append(Told("il n’y a rien à exécuter : ajouter au moins une section [[execution]]."))
    runs = [_read_runs(section, number, said, path.parent, faults) for number, section in enumerate(sections, 1)]
    flat = [run for part in runs for run in part]
    faults += _policy_faults(said.get("versions", {}))
    faults += [*_duplicates(sections, flat), *_shared_by_none(said, runs), *shadowing(path.parent)]
    if faults:
        head = tell_n("{name} : {n} faute à corriger, rien n’a été exécuté.",
                      "{name} : {n} fautes à corriger, rien n’a été exécuté.", len(faults), name=path.name)  # fmt: skip
        raise StudyError(joined("\n  – ", [Told(head), *faults]).told, faults)
    return Study(
        name=path.stem,
        title=said["titre"],
        corpus=corpora[0],
        path=path,
        root=root,
        runs=tuple(flat),
        has_report=said.get("rapport", False),
        has_sheets=said.get("fiches", False),
        reruns_on_versions=said.get("versions") != {"ecart": _WARN},
        language=said.get("langue", "fr"),
        reader=said.get("lecteur", "ademe"),
        beside=tuple(corpora[1:]),
    )


def _parsed(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise StudyError("{name} n’est pas en UTF-8 : l’enregistrer dans cet encodage.", name=path.name) from None
    except OSError:
        raise StudyError("Le fichier d’étude {name} est introuvable ou illisible.", name=path.name) from None
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+), column (\d+)", str(error))
        number = int(place[1]) if place else len(text.splitlines())
        line = ([*text.splitlines(), ""])[min(number, len(text.splitlines())) - 1].strip() if text else ""
        said: dict[str, Any] = {"name": path.name, "number": number, "line": line}
        raise StudyError(
            "{name}, ligne {number} : « {line} » n’est pas du TOML. Un texte s’écrit entre guillemets droits "
            '(clé = "valeur"), et une clé ne s’écrit qu’une fois.',
            **said,
        ) from None


def _wrong_keys(said: dict[str, Any], known: dict[str, type], where: str) -> Iterator[str]:
    for key, value in said.items():
        if key not in known:
            yield where + Told("clé inconnue « {key} »", key=key) + did_you_mean(key, known)
        elif type(value) is not known[key]:
            shape = _SHAPES.get(key, _KINDS[known[key]])
            yield where + Told("« {key} » doit être {shape}, pas « {value} ».", key=key, shape=shape, value=value)
        elif isinstance(value, int) and known[key] is int and value <= 0:
            yield where + Told("« {key} » doit être un nombre de secondes plus grand que 0.", key=key)


def _choice_faults(said: dict[str, Any]) -> Iterator[str]:
    for key, known in _CHOICES.items():
        value = said.get(key)
        if isinstance(value, str) and value not in known:
            yield Told(
                "« {key} » ne peut pas être « {value} » : choisir parmi {names}.", key=key, value=value, names=known
            )


def _policy_faults(said: object) -> Iterator[str]:
    if isinstance(said, dict) and said not in ({"ecart": _RERUN}, {"ecart": _WARN}, {}):
        yield Told(
            '[versions] attend ecart = "relancer" (par défaut) ou ecart = "avertir", pas « {value} ».', value=said
        )


def _reads(given: object, where: str, root: Path, faults: list[str]) -> tuple[str, ...]:
    """The files of ``lit``, relative to the root of the project."""
    names = given if isinstance(given, list) else []
    for name in names:
        path = (root / str(name)).resolve()
        if not path.is_relative_to(root) or not path.is_file():
            faults.append(
                where
                + Told("« lit » : « {name} » n’est pas un fichier du projet (chemin depuis sa racine).", name=name)
            )
    return tuple((root / str(name)).resolve().relative_to(root).as_posix() for name in names if not faults)


def _read_runs(
    section: dict[str, Any], number: int, said: dict[str, Any], folder: Path, faults: list[str]
) -> list[Run]:
    """The runs of one ``[[execution]]``; its faults are added to ``faults``."""
    name = section.get("id")
    where = Told("exécution « {name} » : ", name=name) if name else Told("exécution n° {number} : ", number=number)
    faults += _wrong_keys(section, _RUN_KEYS, where)
    if not isinstance(name, str) or not is_slug(name):
        faults.append(where + Told('« id » doit être un nom court en minuscules, chiffres et tirets (id = "carte").'))
    notebook = _find_notebook(section.get("carnet"), where, folder, faults)
    found: list[str] = []
    variants = expand(section, found)
    faults += [where + fault for fault in found]
    if notebook is None:
        return []
    title = section.get("titre")
    title = title if isinstance(title, str) else notebook.title
    limits = [section.get(key, said.get(key, 0)) for key in ("delai", "delai_cellule")]
    reads = _reads(section.get("lit"), where, folder.parent, faults)
    runs = []
    for variant in variants:
        values = _values(section, said, notebook, variant)
        told = where + Told("variante {title} : ", title=variant.title) if variant.title else where
        found = misfit(notebook, values) or check_values(notebook.parameters, values)
        faults += [told + fault for fault in found]
        shown = f"{title} ({variant.title})" if variant.title else title
        runs.append(Run(variant.id, str(name), shown, notebook, values, limits[0], limits[1], reads))
    return runs


def _values(section: dict[str, Any], said: dict[str, Any], notebook: Notebook, variant: Variant) -> dict[str, Any]:
    """The study's values that the notebook knows, then the section's, then the variant's."""
    shared = {key: said[key] for key in _GIVEN_TO_NOTEBOOKS if isinstance(said.get(key), (str, list))}
    if isinstance(said.get("parametres"), dict):
        shared |= said["parametres"]
    given = section.get("parametres")
    given = given if isinstance(given, dict) else {}
    values = {key: value for key, value in shared.items() if key in notebook.parameters} | given | variant.values
    return {key: _plain_or_itself(value) for key, value in values.items()}


def _plain_or_itself(value: Any) -> Any:  # noqa: ANN401 - whatever TOML holds
    """TOML's dates as texts; a value that no literal can hold is refused with the others."""
    try:
        return plain(value)
    except ValueError:
        return value


def _find_notebook(given: object, where: str, folder: Path, faults: list[str]) -> Notebook | None:
    known = [path.name for path in notebooks_of(folder)]
    if not isinstance(given, str) or not given:
        faults.append(where + Told("il manque « carnet »") + did_you_mean("", known))
        return None
    alike = {normalize("NFC", name): name for name in known}  # a Mac writes é as e and its accent
    path = (folder / alike.get(normalize("NFC", given), given)).resolve()
    if not path.is_relative_to(folder):
        faults.append(where + Told("le carnet « {given} » sort du dossier notebooks/.", given=given))
    elif not path.is_file():
        faults.append(where + Told("carnet inconnu « {given} »", given=given) + did_you_mean(given, known))
    else:
        try:
            return read_notebook(path)
        except StudyError as error:
            faults += [where + f"{given}, " + fault for fault in error.faults]
    return None


def _duplicates(sections: list[dict[str, Any]], runs: list[Run]) -> list[str]:
    names = [str(section["id"]) for section in sections if "id" in section]
    names += [run.id for run in runs if run.id != run.section]
    twice = sorted({name for name in names if names.count(name) > 1})
    return [
        Told("deux exécutions portent le même id « {name} » : chacune doit avoir le sien.", name=name) for name in twice
    ]


def _shared_by_none(said: dict[str, Any], runs: list[list[Run]]) -> list[str]:
    """A shared parameter that no notebook takes is a misspelling; not judged while a notebook cannot be read."""
    shared = said.get("parametres")
    if not isinstance(shared, dict) or not runs or [] in runs:
        return []
    known = {name for part in runs for run in part for name in run.notebook.parameters}
    return [
        Told("[parametres] : paramètre inconnu « {name} », aucun carnet ne le déclare", name=name)
        + did_you_mean(name, known)
        for name in shared
        if name not in known
    ]
