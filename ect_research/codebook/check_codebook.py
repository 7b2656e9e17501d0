"""The codebook checks itself: every contradiction is found before a corpus is read with it."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from ect_research.codebook.expressions import parse_expression
from ect_research.codebook.roles import STAGE_ROLES
from ect_research.errors import CodebookError

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    import pandas as pd

TYPES = ("text", "integer", "decimal", "date", "select_one", "select_multiple")
PII = ("", "direct", "quasi", "org", "texte_libre", "consent")
_CODE = re.compile(r"[a-z0-9][a-z0-9_]*")
_HATCHES = "/\\|-+xoO.*"
_COLOUR = re.compile(r"(#[0-9a-f]{6})?")


def find_contradictions(parts: dict[str, pd.DataFrame]) -> list[str]:
    """One French sentence per contradiction, in the order of the files; empty when the codebook is sound.

    Args:
        parts: the frames ``tables, variables, choices, stages, analyses``, all text, as `load_codebook` reads them.
    """
    return [
        *_duplicates(parts),
        *_entry(parts),
        *_choices(parts["choices"]),
        *_variables(parts),
        *_keys(parts["variables"], set(parts["tables"]["table"])),
        *_stages(parts["stages"], parts["choices"]),
        *_analyses(parts["analyses"], parts["variables"]),
    ]


def _duplicates(parts: dict[str, pd.DataFrame]) -> Iterator[str]:
    for name, keys in (
        ("tables", ["table"]),
        ("variables", ["table", "name"]),
        ("choices", ["list_name", "name"]),
        ("stages", ["name"]),
        ("analyses", ["name"]),
    ):
        frame = parts[name]
        for row in frame[frame.duplicated(keys)].to_dict("records"):
            yield f"{name}.csv : « {'.'.join(str(row[key]) for key in keys)} » est défini deux fois."


def _entry(parts: dict[str, pd.DataFrame]) -> Iterator[str]:
    """What the entry workbook is told of each table: the columns to show, and what a blank is read as."""
    lists = {(row["table"], row["name"]): row["list"] for row in parts["variables"].to_dict("records")}
    codes = set(parts["choices"]["list_name"] + "." + parts["choices"]["name"])
    for row in parts["tables"].to_dict("records"):
        for name in row["shown"].split():
            if (row["table"], name) not in lists:
                yield f"tables.csv, {row['table']}, shown : la colonne « {name} » n’existe pas."
        for said in row["defaults"].split():
            name, _, code = said.partition("=")
            if f"{lists.get((row['table'], name), '')}.{code}" not in codes:
                yield f"tables.csv, {row['table']}, defaults : « {said} » n’est pas une colonne et un code de sa liste."


def _choices(choices: pd.DataFrame) -> Iterator[str]:
    lists: dict[str, list[dict[Hashable, Any]]] = {}
    for row in choices.to_dict("records"):
        lists.setdefault(row["list_name"], []).append(row)
        where = f"choices.csv, {row['list_name']}.{row['name']}"
        if not _CODE.fullmatch(row["name"]):
            yield f"{where} : un code est en minuscules sans accent ni espace."
        for language in ("fr", "en"):
            if not row[f"label::{language}"].strip():
                yield f"{where} : libellé « {language} » manquant."
        if not _COLOUR.fullmatch(row["colour"]):
            yield f"{where} : couleur « {row['colour']} » incomprise (attendu : #rrggbb)."
    for name, rows in lists.items():
        yield from _list(name, rows)


def _list(name: str, rows: list[dict[Hashable, Any]]) -> Iterator[str]:
    for language in ("fr", "en"):
        for label, times in Counter(row[f"label::{language}"] for row in rows).items():
            if times > 1:
                yield f"choices.csv, {name} : le libellé « {label} » désigne plusieurs codes ({times})."
    filled = sum(row["order"] != "" for row in rows)
    if filled not in (0, len(rows)):
        yield f"choices.csv, {name} : l’ordre est rempli pour {filled} codes sur {len(rows)} ; tous ou aucun."


def _variables(parts: dict[str, pd.DataFrame]) -> Iterator[str]:
    variables = parts["variables"]
    lists = set(parts["choices"]["list_name"]) | {"etape"}
    tables = set(parts["tables"]["table"])
    names = {table: set(group["name"]) for table, group in variables.groupby("table")}
    for row in variables.to_dict("records"):
        where = f"variables.csv, {row['table']}.{row['name']}"
        if row["table"] not in tables:
            yield f"{where} : la table « {row['table']} » n’est pas dans tables.csv."
        if row["type"] not in TYPES:
            yield f"{where} : type « {row['type']} » inconnu (attendu : {', '.join(TYPES)})."
        if row["type"].startswith("select") != bool(row["list"]):
            yield f"{where} : une liste va avec le type select_one ou select_multiple, et avec lui seul."
        if row["list"] and row["list"] not in lists:
            yield f"{where} : la liste « {row['list']} » n’est pas dans choices.csv."
        for language in ("fr", "en"):
            if not row[f"label::{language}"].strip():
                yield f"{where} : libellé « {language} » manquant."
        if row["ect_pii"] not in PII:
            yield f"{where} : ect_pii « {row['ect_pii']} » inconnu (attendu : {', '.join(PII[1:])})."
        yield from _expressions(row, where, names[row["table"]])


def _expressions(row: dict[Hashable, Any], where: str, columns: set[str]) -> Iterator[str]:
    for part in ("constraint", "relevant", "required"):
        text = row[part]
        if not text or (part == "required" and text == "oui"):
            continue
        try:
            expression = parse_expression(text)
        except CodebookError as error:
            yield f"{where}, {part} : {error}"
            continue
        for name in expression.names:
            if name not in columns:
                yield f"{where}, {part} : la colonne « {name} » n’existe pas dans cette table."
    if row["constraint"] and not row["constraint_message::fr"]:
        yield f"{where} : une contrainte sans message laisse l’utilisateur sans remède."


def _keys(variables: pd.DataFrame, tables: set[str]) -> Iterator[str]:
    keys = variables[variables["ect_key"] == "cle"]
    for table in sorted(tables):
        count = int((keys["table"] == table).sum())
        if count != 1:
            yield f"variables.csv, {table} : {count} colonne(s) « cle », il en faut une."
    known = set(zip(keys["table"], keys["name"], strict=True))
    for row in variables.to_dict("records"):
        kind, _, target = row["ect_key"].partition(":")
        if kind in ("ref", "refs"):
            table, _, column = target.partition(".")
            if (table, column) not in known:
                yield f"variables.csv, {row['table']}.{row['name']} : « {target} » n’est pas la clé d’une table."
        elif row["ect_key"] not in ("", "cle", "unite"):
            yield f"variables.csv, {row['table']}.{row['name']} : ect_key « {row['ect_key']} » incompris."


def _stages(stages: pd.DataFrame, choices: pd.DataFrame) -> Iterator[str]:
    events = set(choices.loc[choices["list_name"] == "type_evenement", "name"])
    names = set(stages["name"])
    for row in stages.to_dict("records"):
        parts = {"opens": events, "opens_with": events, "after": names, "closes": events, "reopens": events}
        for part, known in parts.items():
            for code in set(row[part].split()) - known:
                kind = "une étape" if part == "after" else "un type d’évènement"
                yield f"stages.csv, {row['name']}, {part} : « {code} » n’est pas {kind}."
        if row["kind"] not in ("etape", "attente", "fin"):
            yield f"stages.csv, {row['name']} : kind « {row['kind']} » inconnu (attendu : etape, attente, fin)."
        if not row["order"].isdigit():
            yield f"stages.csv, {row['name']} : l’ordre « {row['order']} » n’est pas un entier."
        yield from _stage_signs(row)
        for language in ("fr", "en"):
            if not row[f"label::{language}"].strip():
                yield f"stages.csv, {row['name']} : libellé « {language} » manquant."


def _stage_signs(row: dict[Hashable, Any]) -> Iterator[str]:
    if row["role"] not in ("", *STAGE_ROLES):
        yield f"stages.csv, {row['name']} : rôle « {row['role']} » inconnu (attendu : {', '.join(STAGE_ROLES)})."
    for part in ("colour", "grey"):
        if not _COLOUR.fullmatch(row[part]):
            yield f"stages.csv, {row['name']} : {part} « {row[part]} » incompris (attendu : #rrggbb)."
    if set(row["hatch"]) - set(_HATCHES):
        yield f"stages.csv, {row['name']} : hachure « {row['hatch']} » incomprise (signes possibles : {_HATCHES})."


def _analyses(analyses: pd.DataFrame, variables: pd.DataFrame) -> Iterator[str]:
    known = set(variables["table"] + "." + variables["name"])
    for row in analyses.to_dict("records"):
        for need in row["needs"].split():
            if need not in known:
                yield f"analyses.csv, {row['name']} : la colonne « {need} » n’existe pas."
        if row["joint"] not in ("", "lignes", "issue", "fins"):
            yield f"analyses.csv, {row['name']} : joint « {row['joint']} » incompris (attendu : lignes, issue, fins ou rien)."
