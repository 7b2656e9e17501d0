"""``ect archive``: one zip of a study that can be cited, kept and checked, and the check itself."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from ect_research.codebook.load_codebook import CODEBOOK
from ect_research.corpus.checked.side_by_side import load_corpora
from ect_research.corpus.checked.side_files import REVIEWS
from ect_research.corpus.folder.project_paths import WAIVERS
from ect_research.corpus.text.raw_table import WORKBOOKS, decode, fold
from ect_research.errors import EctError, StudyError
from ect_research.study.engine.crate import METADATA, Entry, crate_json
from ect_research.study.engine.plan import plan_study
from ect_research.study.engine.study_products import corpus_of
from ect_research.study.outputs.output_folder import output_folder_of
from ect_research.study.outputs.own_files import CHANGES, JOURNAL, LITTER, PRODUCTS
from ect_research.study.outputs.owner import MANIFEST
from ect_research.words import Told, quoted

if TYPE_CHECKING:
    from ect_research.corpus.checked.corpus import Corpus
    from ect_research.gate.leaks import Leak
    from ect_research.study.definition.study_file import Study

_EPOCH = (1980, 1, 1, 0, 0, 0)
_ABOUT = ("CITATION.cff", "LICENSE", "constraints.txt", "README.md")
# What tells of one machine and one day, not of the study.
_NOT_KEPT = {JOURNAL, PRODUCTS, CHANGES}
_WHO = Told("non dit dans cette archive")
# Where a person may be named, in the files beside the tables.
_NAMING = {"corrections.csv": ("qui",), WAIVERS: ("qui", "pourquoi"), REVIEWS: ("par",)}
_KEPT_BESIDE = ("source.toml", "LISEZMOI.md", "README.md")
# Where a workbook says who made it, saved it or commented it.
_SIGNING = re.compile(r"docProps/|^meta\.xml$|xl/(?:comments|threadedComments|persons)")
_SIGNED = re.compile(
    rb"(<(?:\w+:)?(?:creator|initial-creator|lastModifiedBy|printed-by|[mM]anager|[cC]ompany|author)\b[^>]*>)[^<]+(?=</)"
    rb"|(\b(?:displayName|userId)=[\"'])[^\"']+"
)
# Far above what any study weighs: a few megabytes may promise terabytes.
_LARGEST, _LARGEST_DESCRIPTION, _MOST = 4 * 2**30, 64 * 2**20, 100_000
_UNREADABLE = (OSError, zipfile.BadZipFile, zlib.error, EOFError, LookupError, ValueError, TypeError, AttributeError,
               NotImplementedError, RuntimeError)  # fmt: skip


@dataclass(frozen=True)
class Checked:
    """What reading an archive again found."""

    files: int  # number of files that it declares
    faults: tuple[str, ...]  # one French sentence per missing, changed or undeclared file
    digest: str  # sha256 of its description, to be cited with it


def write_archive(study: Study, target: Path, folder: Path | None = None) -> list[Leak]:
    """Write the archive of a study up to date into a new ``.zip``; the family names alone, to be read.

    The same study gives the same bytes; nothing is written when something that must not leave is in it.
    """
    if target.suffix != ".zip" or target.exists():
        raise StudyError("« {target} » doit être un nouveau fichier .zip : il n’est jamais écrasé.", target=target)
    place = output_folder_of(study.name, study.root, folder)
    due = [one.run.id for one in plan_study(study, place) if one.causes]
    if due or not (place.path / MANIFEST).is_file():
        raise StudyError("L’étude n’est pas à jour ({due}) : lancer « ect run » d’abord.", due=due or MANIFEST)
    corpus = corpus_of(study)
    files = {**_about(study), **_outputs(place.path, place.strangers(study))}
    withheld = []
    for one in load_corpora(study.corpora_of()):
        inputs, why = _inputs(one, study.root)
        files |= inputs
        withheld += [why] * bool(why)
    to_read = _refuse_leaks(study, files)
    said = {
        f"surveys/{folder.name}/{name}": Told(
            "Vidé, une personne peut y être nommée : {names}.", names=", ".join(columns)
        )
        for folder in study.corpora_of()
        for name, columns in _NAMING.items()
    }
    entries = [
        Entry(name, hashlib.sha256(data).hexdigest(), len(data), said.get(name, ""))
        for name, data in sorted(files.items())
    ]
    manifest = json.loads((place.path / MANIFEST).read_text(encoding="utf-8"))
    files[METADATA] = crate_json(study, corpus.source, entries, manifest, " ".join(dict.fromkeys(withheld)))
    whole = target.with_name(f".{target.name}.partiel")
    whole.write_bytes(_zipped(files))
    whole.replace(target)
    return to_read


def check_archive(path: Path) -> Checked:
    """Read an archive again: every declared file is there with its hash, and no other."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _check(archive)
    except FileNotFoundError:
        raise EctError("« {path} » n’existe pas.", path=path) from None
    except _UNREADABLE:
        raise EctError(
            "« {path} » n’est pas une archive d’étude lisible (pas de {metadata}).", path=path, metadata=METADATA
        ) from None


def _check(archive: zipfile.ZipFile) -> Checked:
    held = [member.filename for member in archive.infolist() if member.filename != METADATA]
    if sum(member.file_size for member in archive.infolist()) > _LARGEST or len(held) > _MOST:
        return Checked(len(held), (Told("l’archive est démesurée : aucune étude n’en fait de telle, rien n’en a été lu"),),
            "")  # fmt: skip
    with archive.open(METADATA) as file:
        description = file.read(_LARGEST_DESCRIPTION + 1)
    if len(description) > _LARGEST_DESCRIPTION:
        return Checked(len(held), (Told("{METADATA} : description démesurée, rien n’a été lu", METADATA=METADATA),), "")
    graph = json.loads(description)["@graph"]
    declared = {unquote(one["@id"]): one["sha256"] for one in graph if one.get("@type") == "File"}
    cited = {link for one in graph for link in _links(one) if not link.startswith(("#", "http", "./"))}
    faults = [
        Told("{name} : absent de l’archive", name=name) for name in sorted({*declared, *cited} - {*held, METADATA})
    ]
    faults += [Told("{name} : non déclaré", name=name) for name in sorted(set(held) - set(declared))]
    faults += [
        Told("{name} : deux fois dans l’archive", name=name)
        for name, times in sorted(Counter(held).items())
        if times > 1
    ]
    faults += [
        Told("{name} : nom qui sortirait du dossier où l’on décompresse", name=name)
        for name in sorted(set(held))
        if _leaves(name)
    ]
    faults += [
        Told("{name} : contenu changé depuis l’archivage", name=name)
        for name in sorted(set(held) & set(declared))
        if _unlike(archive, name, declared[name])
    ]
    return Checked(len(declared), tuple(faults), hashlib.sha256(description).hexdigest())


def _leaves(name: str) -> bool:
    """Whether a member would be written elsewhere than under the folder where an archive is unpacked."""
    parts = name.replace("\\", "/").split("/")
    return ".." in parts or parts[0] == "" or ":" in parts[0]


def _unlike(archive: zipfile.ZipFile, name: str, digest: str) -> bool:
    try:
        with archive.open(name) as file:
            return hashlib.file_digest(file, "sha256").hexdigest() != digest  # type: ignore[arg-type]
    except _UNREADABLE:
        return True


def _links(entity: Any) -> Iterable[str]:  # noqa: ANN401 - JSON
    """Every entity that another one refers to."""
    for key, value in entity.items():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict) and key != "conformsTo":
                yield unquote(one["@id"])


def _about(study: Study) -> dict[str, bytes]:
    """The study file, its notebooks, what says how to cite and under which licence."""
    notebooks = {run.notebook.path for run in study.runs}
    kept = [study.path, *notebooks]
    found = {f"notebooks/{path.name}": path for path in kept if path.is_file()}
    found |= {name: study.root / name for name in _ABOUT if (study.root / name).is_file()}
    return {name: path.read_bytes() for name, path in found.items()}


def _outputs(folder: Path, strange: Sequence[str]) -> dict[str, bytes]:
    """What a study wrote, by name; what a person put beside it stays with them."""
    left, within = {*_NOT_KEPT, *strange}, tuple(name for name in strange if name.endswith("/"))
    return {
        f"outputs/{name}": path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and path.name.lower() not in LITTER
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
        and (name := path.relative_to(folder).as_posix()) not in left
        and not name.startswith(within)
    }


def _inputs(corpus: Corpus, root: Path) -> tuple[dict[str, bytes], str]:
    """The files of the corpus, unless they hold what does not leave; never those of ``private/``."""
    sources = corpus.tables["sources"]
    kept_back = "diffusable" in sources and (sources["diffusable"] == "non").any()
    if corpus.protection.protected or kept_back:
        why = Told("des sources ne sont pas diffusables") if kept_back else Told("le corpus protège ceux dont il parle")
        return {}, Told(
            "Les tables du corpus ne sortent pas ({why}) ; leur empreinte est dans outputs/{MANIFEST}.",
            why=why,
            MANIFEST=MANIFEST,
        )
    tables = {f"{table}{ending}" for table in corpus.codebook.tables["table"] for ending in (".csv", ".tsv")}
    tables |= {path.name for path in CODEBOOK.glob("*.csv")}
    held = {}
    for path in sorted(corpus.folder.iterdir()):
        name = f"surveys/{corpus.name}/{path.name}"
        workbook = path.suffix.lower() in WORKBOOKS and not path.name.startswith(("~", "."))
        if path.is_file() and (workbook or path.name in {*tables, *_KEPT_BESIDE}):
            held[name] = _unsigned(path.read_bytes()) if workbook else path.read_bytes()
        elif path.is_file() and path.name in _NAMING:
            held[name] = _nameless(path, _NAMING[path.name])
    maps = [path for path in sorted((root / "maps").rglob("*")) if path.suffix in (".toml", ".md")]
    held |= {path.relative_to(root).as_posix(): path.read_bytes() for path in maps}
    return held, ""


def _unsigned(data: bytes) -> bytes:
    """A workbook without the names of those who made, saved or commented it; the very bytes when it bears none."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        parts = [(member, book.read(member)) for member in book.infolist()]
    kept = [_SIGNED.sub(rb"\1\2", part) if _SIGNING.search(member.filename) else part for member, part in parts]
    if kept == [part for _, part in parts]:
        return data
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as book:
        for (member, _), part in zip(parts, kept, strict=True):
            book.writestr(member, part)
    return memory.getvalue()


def _nameless(path: Path, columns: tuple[str, ...]) -> bytes:
    """A file without who is named in these columns; its encoding, separator and other cells are those it had."""
    decoded = decode(path.read_bytes())
    text = decoded if isinstance(decoded, str) else decoded.text
    head = text.partition("\n")[0]
    delimiter = max(";\t,", key=head.count)
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    header = [fold(cell) for cell in rows[0]] if rows else []
    if isinstance(decoded, str) or decoded.foreign or not set(columns) <= set(header):
        raise EctError(
            "« {fichier} » n’est pas archivé : ses noms de personnes n’y sont pas retrouvés. Attendu : un texte d’un "
            "seul codage, avec les colonnes {colonnes}.",
            fichier=path.name,
            colonnes=columns,
        )
    hidden = {header.index(name) for name in columns}
    written = io.StringIO()
    ending = "\r\n" if head.endswith("\r") else "\n"
    writer = csv.writer(written, delimiter=delimiter, lineterminator=ending)
    kept = ([_WHO if at in hidden and cell else cell for at, cell in enumerate(row)] for row in rows[1:])
    writer.writerows([rows[0], *kept])
    return written.getvalue().encode(decoded.encoding)


def _refuse_leaks(study: Study, files: dict[str, bytes]) -> list[Leak]:
    """The family names alone, to be read; anything else that must not leave is refused, masked."""
    from ect_research.gate.leaks import search_files

    leaks = search_files(study.corpora(), sorted(files.items()))
    if found := [leak.sentence() for leak in leaks if leak.fails]:
        raise EctError(
            "Rien n’est archivé, ceci ne doit pas sortir :\n{found}",
            found=quoted("\n".join(f"  – {one}" for one in found)),
        )
    return leaks


def _zipped(files: dict[str, bytes]) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        for name, data in sorted(files.items()):
            member = zipfile.ZipInfo(name, _EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 3
            member.external_attr = 0o644 << 16
            archive.writestr(member, data, compresslevel=6)
    return memory.getvalue()
