"""A notebook before its run: what it asks, its parameters, what it is made of. Read without the Jupyter stack.

And what a person should know of it that its results do not show: what is undone, left out, or followed by nobody.
"""

from __future__ import annotations

import ast
import hashlib
import json
import re
import symtable
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any

from ect_research.errors import StudyError
from ect_research.figures.exhibit.missing_fonts import about_font
from ect_research.study.definition.parameters import Parameter, read_parameters
from ect_research.words import Sentence, Told, tell

SKIPPED = "skip-execution"
_CLOCKS = {"now", "today", "utcnow", "localtime", "gmtime", "ctime"}


_KNOWN = {
    "programme": tell("ce carnet lance un programme : rien ne le suit"),
    "reseau": tell("ce carnet va sur le réseau : rien ne le suit"),
    "heure": tell("ce carnet lit l’heure : rien ne la suit"),
    "relit": tell("ce carnet relit les sorties de l’étude, que chaque exécution refait : lire plutôt le corpus"),
    "ecrit": tell("ce carnet écrit lui-même dans les sorties de l’étude : seul compte ce qu’il donne à etude.publish"),
}


FONT = "police:"


def unfollowed(what: str) -> Sentence:
    """What is said of what nobody can follow: ``programme, reseau, heure, relit, ecrit``, a package that reads in C, a font."""
    if what.startswith(FONT):
        return about_font(what.removeprefix(FONT))
    package = tell(
        "ce carnet emploie {name}, qui ouvre des fichiers sans qu’on le voie : les déclarer par lit", name=what
    )
    return _KNOWN.get(what, package)


def python_of(cell: str) -> str:
    """The code of a cell without Jupyter's own lines."""
    return "\n".join("" if line.lstrip().startswith(("%", "!", "?")) else line for line in cell.splitlines())


def remarks_on(cells: Iterable[tuple[str, tuple[str, ...]]], parameters: Iterable[str], tag: str) -> Iterator[Sentence]:
    """What a notebook's code calls for, from the source and tags of each code cell that is not empty, in order."""
    known, given, clock = set(parameters), False, False
    for number, (source, tags) in enumerate(cells, 1):
        if SKIPPED in tags:
            yield tell(
                "la cellule de code n° {number} porte l’étiquette « {tag} » : elle n’est pas exécutée",
                number=number,
                tag=SKIPPED,
            )
            continue
        for name in sorted(known & _assigned(source)) if given else ():
            yield tell(
                "la cellule de code n° {number} change le paramètre {name} : la valeur donnée par l’étude n’y sert plus",
                number=number,
                name=name,
            )
        given = given or tag in tags
        clock = clock or _reads_the_clock(source)
    if clock:
        yield _KNOWN["heure"]


def _assigned(cell: str) -> set[str]:
    """Names that a cell gives a value to, those of its functions left out."""
    with suppress(SyntaxError, ValueError):
        return {
            one.get_name() for one in symtable.symtable(python_of(cell), "", "exec").get_symbols() if one.is_assigned()
        }
    return set()


def _reads_the_clock(cell: str) -> bool:
    with suppress(SyntaxError, ValueError):
        for node in ast.walk(ast.parse(python_of(cell))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                owner = node.func.value
                module = owner.id if isinstance(owner, ast.Name) else ""
                if node.func.attr in _CLOCKS or (node.func.attr, module) == ("time", "time"):
                    return True
    return False


# Optional for jsonschema, which imports them where they are installed, to check addresses and durations. The first
# compiles the grammar of internationalised addresses: 5.6 of the 6.3 seconds that `import nbformat` takes.
_FORMATS = ("rfc3987_syntax", "rfc3986_validator", "isoduration")


@contextmanager
def lean_imports() -> Iterator[None]:
    """Import jsonschema, and what stands on it, as if these readers were not installed."""
    absent = [name for name in _FORMATS if name not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in absent:
            sys.modules.pop(name, None)


PARAMETERS_TAG = "parameters"
INJECTED_TAG = "injected-parameters"
_FORMAT = 4
# « 04 · Où sont les projets ? »: the study numbers its parts itself.
_NUMBER = re.compile(r"^\s*\d+\s*[·.:–—-]\s*")


@dataclass(frozen=True)
class Notebook:
    """What can be known of a notebook without running it."""

    path: Path  # its file
    title: str  # text of its first heading, else its file name
    question: str  # first paragraph under that heading, plain text
    parameters: dict[str, Parameter]  # its parameters by name
    cells: int  # number of cells that hold code
    code: tuple[str, ...]  # source of its code cells
    digests: tuple[str, ...]  # sha256 of each cell (type, tags, source), blind to what Jupyter changes when it saves
    remarks: tuple[Sentence, ...] = ()  # what a person should know of it that its results do not show

    @property
    def digest(self) -> str:
        """sha256 of all its cells together."""
        return hashlib.sha256("".join(self.digests).encode()).hexdigest()


@dataclass(frozen=True)
class _Cell:
    kind: str
    tags: tuple[str, ...]
    source: str

    @property
    def digest(self) -> str:
        tags = ",".join(sorted(self.tags))
        return hashlib.sha256("\0".join((self.kind, tags, self.source)).encode()).hexdigest()[:16]


def notebooks_of(folder: Path) -> list[Path]:
    """The notebooks a study may run, in order: those of the folder but its home page (``00_…``)."""
    return sorted(path for path in folder.glob("[!.~]*.ipynb") if not path.stem.startswith("00_"))


def read_notebook(path: Path) -> Notebook:
    """Read what a notebook asks.

    Raises:
        StudyError: not a notebook, or a parameters cell that cannot be read.
    """
    cells = _cells(path)
    tagged = [cell for cell in cells if PARAMETERS_TAG in cell.tags]
    if len(tagged) > 1:
        raise StudyError("plus d’une cellule porte l’étiquette « parameters » : n’en garder qu’une.")
    title, question = _heading(cells)
    code = [(cell.source, cell.tags) for cell in cells if cell.kind == "code" and cell.source.strip()]
    parameters = read_parameters(tagged[0].source) if tagged else {}
    return Notebook(
        path=path,
        title=title or path.stem,
        question=question,
        parameters=parameters,
        cells=len(code),
        code=tuple(source for source, _ in code),
        digests=tuple(cell.digest for cell in cells),
        remarks=tuple(remarks_on(code, parameters, PARAMETERS_TAG)),
    )


def _cells(path: Path) -> list[_Cell]:
    try:
        node = json.loads(path.read_text(encoding="utf-8"))
        if node["nbformat"] != _FORMAT:
            node = _converted(path)
        cells = [_cell(cell) for cell in node["cells"]]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        if "BOM" in str(error):
            raise StudyError("« {name} » commence par une marque d’ordre (BOM), que Jupyter ne lit pas : l’enregistrer en "
                "UTF-8 sans BOM.", name=path.name) from None  # fmt: skip
        raise StudyError("« {name} » n’est pas un carnet Jupyter lisible.", name=path.name) from None
    # What an executed copy taken back as a notebook still holds of its execution is given again, or not, by the study.
    return [cell for cell in cells if INJECTED_TAG not in cell.tags]


def _cell(cell: dict[str, Any]) -> _Cell:
    source = cell["source"]
    text = source if isinstance(source, str) else "".join(source)
    return _Cell(cell["cell_type"], tuple(cell.get("metadata", {}).get("tags", ())), text)


def _converted(path: Path) -> Any:  # noqa: ANN401 - nbformat has no types
    """A notebook of an older format, as the newest."""
    from ect_research.study.definition.notebook import lean_imports

    with lean_imports():
        import nbformat

    return nbformat.read(path, as_version=_FORMAT)  # type: ignore[no-untyped-call]


def _heading(cells: list[_Cell]) -> tuple[str, str]:
    """First ``# title`` and the paragraph under it."""
    for cell in cells:
        head, _, rest = cell.source.strip().partition("\n")
        if cell.kind == "markdown" and head.startswith("# "):
            paragraph = rest.strip().split("\n\n")[0]
            return plain_text(_NUMBER.sub("", head[2:])), plain_text(paragraph)
    return "", ""


def plain_text(markdown: str) -> str:
    """A paragraph without its links and emphasis."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", markdown)
    return " ".join(re.sub(r"\*\*|__|`|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)", "", text).split())


def shadowing(folder: Path) -> Iterator[str]:
    """One French sentence per file or folder that hides a module of Python or of an installed package."""
    elsewhere = [
        place for place in sys.path if place and folder not in (Path(place).resolve(), *Path(place).resolve().parents)
    ]
    for path in sorted(folder.iterdir()):
        module = path.suffix == ".py" or (path / "__init__.py").is_file()
        if module and (path.stem in sys.stdlib_module_names or _is_installed(path.stem, elsewhere)):
            yield Told("« {place} » porte le nom d’un module de Python (« {name} ») et le cacherait aux carnets : le renommer.",
                place=f"{folder.name}/{path.name}", name=path.stem)  # fmt: skip


def _is_installed(name: str, places: list[str]) -> bool:
    """Whether a module of this name is found; a folder without a program is not one."""
    found = PathFinder.find_spec(name, places)
    return found is not None and found.origin is not None
