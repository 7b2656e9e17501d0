"""``ect archive``: one zip of a study that can be cited, kept and checked, and the check itself."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from ect_research.errors import EctError, StudyError
from ect_research.study.engine.crate import METADATA, Entry, crate_json
from ect_research.study.engine.plan import plan_study
from ect_research.study.engine.study_products import corpus_of
from ect_research.study.outputs.output_folder import output_folder_of
from ect_research.study.outputs.owner import MANIFEST
from ect_research.words import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ect_research.corpus.checked.corpus import Corpus
    from ect_research.study.definition.study_file import Study

_EPOCH = (1980, 1, 1, 0, 0, 0)
_ABOUT = ("CITATION.cff", "LICENSE", "constraints.txt", "README.md")
# What tells of one machine and one day, not of the study.
_NOT_KEPT = {"journal.json", "produits.json", "changements.csv"}
_WHO = "non dit dans l’archive"
# Far above what any study weighs: a few megabytes may promise terabytes.
_LARGEST, _LARGEST_DESCRIPTION, _MOST = 4 * 2**30, 64 * 2**20, 100_000
_UNREADABLE = (OSError, zipfile.BadZipFile, zlib.error, EOFError, LookupError, ValueError, TypeError, AttributeError,
               NotImplementedError, RuntimeError)  # fmt: skip


@dataclass(frozen=True)
class Checked:
    """What reading an archive again found.

    Attributes:
        files: number of files that it declares.
        faults: one French sentence per missing, changed or undeclared file.
        digest: sha256 of its description, to be cited with it.
    """

    files: int
    faults: tuple[str, ...]
    digest: str


def write_archive(study: Study, target: Path, folder: Path | None = None) -> int:
    """Write the archive of a study whose results are those of now.

    Args:
        study: the study.
        target: a new ``.zip`` file.
        folder: its outputs; ``outputs/<study>`` when None.

    Returns:
        number of files in it; the same study gives the same bytes.

    Raises:
        StudyError: the study is not up to date, or the file exists or is no ``.zip``.
        EctError: something that must not leave is in it; nothing was written.
    """
    if target.suffix != ".zip" or target.exists():
        raise StudyError("« {target} » doit être un nouveau fichier .zip : il n’est jamais écrasé.", target=target)
    place = output_folder_of(study.name, study.root, folder)
    due = [one.run.id for one in plan_study(study, place) if one.causes]
    if due or not (place.path / MANIFEST).is_file():
        raise StudyError("L’étude n’est pas à jour ({due}) : lancer « ect run » d’abord.", due=due or MANIFEST)
    corpus = corpus_of(study)
    files = {**_about(study), **_outputs(place.path)}
    inputs, withheld = _inputs(corpus, study.root)
    files |= inputs
    _refuse_leaks(study, files)
    said = {f"surveys/{corpus.name}/corrections.csv": "La colonne « qui » est vidée : une personne peut y être nommée."}
    entries = [
        Entry(name, hashlib.sha256(data).hexdigest(), len(data), said.get(name, ""))
        for name, data in sorted(files.items())
    ]
    manifest = json.loads((place.path / MANIFEST).read_text(encoding="utf-8"))
    files[METADATA] = crate_json(study, corpus.source, entries, manifest, withheld)
    whole = target.with_name(f".{target.name}.partiel")
    whole.write_bytes(_zipped(files))
    whole.replace(target)
    return len(files)


def check_archive(path: Path) -> Checked:
    """Read an archive again: every declared file is there with its hash, and no other.

    Args:
        path: a ``.zip`` that `write_archive` wrote.

    Raises:
        EctError: not an archive, or without a readable description.
    """
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
        return Checked(
            len(held), ("l’archive est démesurée : aucune étude n’en fait de telle, rien n’en a été lu",), ""
        )
    with archive.open(METADATA) as file:
        description = file.read(_LARGEST_DESCRIPTION + 1)
    if len(description) > _LARGEST_DESCRIPTION:
        return Checked(len(held), (f"{METADATA} : description démesurée, rien n’a été lu",), "")
    graph = json.loads(description)["@graph"]
    declared = {unquote(one["@id"]): one["sha256"] for one in graph if one.get("@type") == "File"}
    cited = {link for one in graph for link in _links(one) if not link.startswith(("#", "http", "./"))}
    faults = [f"{name} : absent de l’archive" for name in sorted({*declared, *cited} - {*held, METADATA})]
    faults += [f"{name} : non déclaré" for name in sorted(set(held) - set(declared))]
    faults += [f"{name} : deux fois dans l’archive" for name, times in sorted(Counter(held).items()) if times > 1]
    faults += [
        f"{name} : nom qui sortirait du dossier où l’on décompresse" for name in sorted(set(held)) if _leaves(name)
    ]
    faults += [
        f"{name} : contenu changé depuis l’archivage"
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


def _outputs(folder: Path) -> dict[str, bytes]:
    return {
        f"outputs/{name}": path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
        and (name := path.relative_to(folder).as_posix()) not in _NOT_KEPT
    }


def _inputs(corpus: Corpus, root: Path) -> tuple[dict[str, bytes], str]:
    """The files of the corpus, unless they hold what does not leave; never those of ``private/``."""
    sources = corpus.tables["sources"]
    kept_back = "diffusable" in sources and (sources["diffusable"] == "non").any()
    if corpus.protection.protected or kept_back:
        why = "des sources ne sont pas diffusables" if kept_back else "le corpus protège ceux dont il parle"
        return {}, f"Les tables du corpus ne sortent pas ({why}) ; leur empreinte est dans outputs/{MANIFEST}."
    names = [
        path for path in sorted(corpus.folder.iterdir()) if path.is_file() and not path.name.startswith((".", "~"))
    ]
    held = {f"surveys/{corpus.name}/{path.name}": path.read_bytes() for path in names}
    corrections = f"surveys/{corpus.name}/corrections.csv"
    if corrections in held:
        held[corrections] = _nameless(held[corrections])
    maps = [path for path in sorted((root / "maps").rglob("*")) if path.suffix in (".toml", ".md")]
    held |= {path.relative_to(root).as_posix(): path.read_bytes() for path in maps}
    return held, ""


def _nameless(data: bytes) -> bytes:
    """Corrections without who asked for them."""
    text = data.decode("utf-8-sig", errors="replace")
    rows = list(csv.DictReader(text.splitlines(), delimiter=";" if ";" in text.split("\n", 1)[0] else ","))
    written = io.StringIO()
    writer = csv.DictWriter(written, list(rows[0]) if rows else ["qui"], delimiter=";", lineterminator="\n")
    writer.writeheader()
    writer.writerows({**row, "qui": _WHO} for row in rows)
    return written.getvalue().encode("utf-8-sig")


def _refuse_leaks(study: Study, files: dict[str, bytes]) -> None:
    from tempfile import TemporaryDirectory

    from ect_research.corpus.people.direct_names import direct_names
    from ect_research.corpus.people.waivers_csv import ANYWHERE, read_waivers
    from ect_research.gate.leaks import KnownNames, leaks_of
    from ect_research.study.running.found import Leak

    corpora = study.corpora()
    allowed = tuple(one.cell for corpus in corpora for one in read_waivers(corpus)[0] if one.result == ANYWHERE)
    known = KnownNames.of([name for corpus in corpora for name in direct_names(corpus)], allowed)
    with TemporaryDirectory() as aside:
        found = []
        for number, (name, data) in enumerate(sorted(files.items())):
            copy = Path(aside) / f"{number}{Path(name).suffix}"
            copy.write_bytes(data)
            found += [Leak(name, *leak).sentence() for leak in leaks_of(copy, known, allowed, shown=name)]
    if found:
        raise EctError(
            "Rien n’est archivé, ceci ne doit pas sortir :\n{found}",
            found=quoted("\n".join(f"  – {one}" for one in found)),
        )


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
