"""Typst, offline and in memory: a template of the package and plain data give the bytes of a PDF/A, always the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from ect_research.figures.page import figure_bytes
from ect_research.words.carried_text import carried


def make_pdf(template: str, data: Mapping[str, Any], pictures: Mapping[str, bytes] | None = None) -> bytes:
    """Typeset a template of ``study/assets``, which reads ``donnees.json`` and the pictures, as PDF/A-2a.

    Fonts are those that typst and matplotlib carry, none of the machine's.
    """
    return figure_bytes.make_pdf(_sources(template, data, pictures or {}))


def measure_pdf(template: str, data: Mapping[str, Any], pictures: Mapping[str, bytes] | None = None) -> Any:  # noqa: ANN401 - what the template measures
    """What a template says of its own sizes, in the metadata that it labels ``tailles``."""
    return json.loads(figure_bytes.query(_sources(template, data, pictures or {}), "<tailles>"))


def _sources(template: str, data: Mapping[str, Any], pictures: Mapping[str, bytes]) -> dict[str, bytes]:
    assets = files("ect_research.study") / "assets"
    return {
        "main": (assets / template).read_bytes(),
        "commun.typ": (assets / "commun.typ").read_bytes(),
        "donnees.json": json.dumps(_carried(data), ensure_ascii=False, sort_keys=True).encode(),
        **pictures,
    }


def _carried(data: Any) -> Any:  # noqa: ANN401 - plain data
    if isinstance(data, dict):
        return {name: _carried(one) for name, one in data.items()}
    if isinstance(data, (list, tuple)):
        return [_carried(one) for one in data]
    return carried(data) if isinstance(data, str) else data
