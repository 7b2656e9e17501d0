"""The description of an archive: RO-Crate 1.1, written here as plain JSON-LD.

The package ``rocrate`` would add two dependencies and 1.2 s of import to write the same forty lines, with a date of
today in them; the format is a list of entities, and the same study must give the same bytes.
Source: P. Sefton et al., RO-Crate Metadata Specification 1.1 (2020), and its Process Run Crate profile.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from ect_research.corpus.folder.corpus_source import CorpusSource
    from ect_research.study.definition.study_file import Study

METADATA = "ro-crate-metadata.json"
_CONTEXT = "https://w3id.org/ro/crate/1.1/context"
_FORMATS = {
    "csv": "text/csv", "html": "text/html", "ipynb": "application/x-ipynb+json", "json": "application/json",
    "pdf": "application/pdf", "png": "image/png", "svg": "image/svg+xml", "toml": "application/toml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One file of an archive."""

    path: str  # its place in the archive, with ``/``
    sha256: str  # hash of its bytes
    size: int  # number of bytes
    said: str = ""  # what it is, in one sentence


def crate_json(
    study: Study, source: CorpusSource, entries: Sequence[Entry], manifest: dict[str, Any], withheld: str
) -> bytes:
    """The metadata file of an archive, JSON-LD; ``withheld`` says which inputs do not leave, and why."""
    graph = [
        {"@id": METADATA, "@type": "CreativeWork", "about": {"@id": "./"},
         "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"}},
        _root(study, source, entries, manifest, withheld),
        *(_file(entry) for entry in entries),
        *_licences(source),
        *_software(manifest),
        *_actions(manifest, {entry.path for entry in entries}),
    ]  # fmt: skip
    text = json.dumps({"@context": _CONTEXT, "@graph": graph}, ensure_ascii=False, indent=1, sort_keys=True)
    return f"{text}\n".encode()


def _root(
    study: Study, source: CorpusSource, entries: Sequence[Entry], manifest: dict[str, Any], withheld: str
) -> dict[str, Any]:
    said = f"Étude « {study.name} » : données autorisées à sortir, carnets, paramètres et résultats. {source.nature}."
    return {
        "@id": "./",
        "@type": "Dataset",
        "name": study.title,
        "description": " ".join(part for part in (said, withheld) if part),
        "citation": source.citation,
        # The last day observed, not today: the same study gives the same archive.
        "datePublished": source.observed_on.isoformat(),
        "temporalCoverage": f"../{source.observed_on.isoformat()}",
        "spatialCoverage": source.territory,
        "inLanguage": study.language,
        "license": {"@id": "#licence-donnees"},
        "identifier": manifest["corpus"]["sha256"],
        "hasPart": [{"@id": _uri(entry.path)} for entry in entries],
        "mentions": [{"@id": _uri(f"#execution-{run['id']}")} for run in manifest["runs"]],
    }


def _uri(path: str) -> str:
    """A path as the URI reference that the specification asks for (RFC 3986): spaces and accents percent-encoded.

    >>> _uri("surveys/été 2025/à lire.csv"), _uri("#execution-un")
    ('surveys/%C3%A9t%C3%A9%202025/%C3%A0%20lire.csv', '#execution-un')
    """
    fragment, path = ("#", path[1:]) if path.startswith("#") else ("", path)
    return fragment + quote(path)


def _file(entry: Entry) -> dict[str, Any]:
    known = _FORMATS.get(entry.path.rpartition(".")[2])
    found = {
        "@id": _uri(entry.path),
        "@type": "File",
        "name": entry.path,
        "contentSize": entry.size,
        "sha256": entry.sha256,
    }
    return {
        **found,
        **({"encodingFormat": known} if known else {}),
        **({"description": entry.said} if entry.said else {}),
    }


def _licences(source: CorpusSource) -> list[dict[str, Any]]:
    return [
        {"@id": "#licence-donnees", "@type": "CreativeWork", "name": source.licence},
        {"@id": "#licence-code", "@type": "CreativeWork", "name": "EUPL-1.2"},
    ]


def _software(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"@id": _uri(f"#logiciel-{name}"), "@type": "SoftwareApplication", "name": name, "version": version,
         **({"license": {"@id": "#licence-code"}} if name == "ect_research" else {})}
        for name, version in manifest["versions"].items()
    ]  # fmt: skip


def _actions(manifest: dict[str, Any], paths: set[str]) -> list[dict[str, Any]]:
    """One ``CreateAction`` per run: its notebook, inputs and parameters, what it made."""
    inputs = sorted(path for path in paths if path.startswith("surveys/"))
    actions: list[dict[str, Any]] = []
    for run in manifest["runs"]:
        made = [file["path"] for result in run["results"] for file in result["files"]]
        values = [
            {"@id": _uri(f"#parametre-{run['id']}-{name}"), "@type": "PropertyValue", "name": name,
             "value": json.dumps(value, ensure_ascii=False)}
            for name, value in {**run["parameters"], "graine de l’exécution": run["seed"]}.items()
        ]  # fmt: skip
        actions.append({
            "@id": _uri(f"#execution-{run['id']}"),
            "@type": "CreateAction",
            "name": run["title"],
            "instrument": [{"@id": _uri(f"notebooks/{run['notebook']}")}, {"@id": "#logiciel-ect_research"}],
            "object": [{"@id": _uri(path)} for path in inputs] + [{"@id": value["@id"]} for value in values],
            "result": [{"@id": _uri(f"outputs/{path}")} for path in made],
        })  # fmt: skip
        actions += values
    return actions
