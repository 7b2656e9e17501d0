"""What the program does with some codes, said by the columns ``family`` and ``role`` of the codebook, never by the code."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

ENDS = ("creation", "abandon", "absorption")
"""The roles of stages that end the clock of a project, in the order in which they are told."""
STAGE_ROLES = ("experimentation", *ENDS, "entre_deux", "sommeil", "cessation")


@cache
def _shipped(list_name: str) -> tuple[dict[str, str], ...]:
    name = "stages" if list_name == "etape" else "choices"
    with (Path(__file__).parent / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(row for row in csv.DictReader(file) if list_name == "etape" or row["list_name"] == list_name)


@cache
def shipped_tables() -> frozenset[str]:
    """The tables of the package's own codebook: a corpus that has others declares them.

    >>> "maturite" in shipped_tables()
    True
    """
    with (Path(__file__).parent / "tables.csv").open(encoding="utf-8", newline="") as file:
        return frozenset(row["table"] for row in csv.DictReader(file))


def families(list_name: str) -> dict[str, str]:
    """``{code: family}`` of the codes of the package's own list that have one.

    >>> families("type_evenement")["soutien_financier"]
    'soutien'
    """
    return {row["name"]: row["family"] for row in _shipped(list_name) if row["family"]}


def roles(list_name: str) -> dict[str, str]:
    """``{code: role}`` of the codes of the package's own list that have one.

    >>> roles("cumul")
    {'prevu': 'prevue'}
    """
    return {row["name"]: row["role"] for row in _shipped(list_name) if row["role"]}


def code_for(list_name: str, role: str) -> str:
    """The first code of the package's own list that plays a role.

    >>> code_for("certitude", "deduit")
    '0_deduit'
    """
    return next(code for code, played in roles(list_name).items() if played == role)


def stages_playing(stages: pd.DataFrame, *wanted: str) -> dict[str, str]:
    """``{stage: role}`` of the stages of a corpus that play one of these roles, in the order of the roles.

    >>> from ect_research.codebook.load_codebook import load_codebook
    >>> stages_playing(load_codebook().stages, "abandon", "creation")
    {'t_abandon': 'abandon', 'e5_creation': 'creation'}
    """
    told = list(zip(stages["name"], stages["role"], strict=True))
    return {str(name): role for role in wanted for name, played in told if played == role}
