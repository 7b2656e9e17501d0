"""The codebook checks itself: every contradiction is found before a corpus is read with it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterator
from typing import TYPE_CHECKING, Any

from ect_research.codebook.codebook import STAGE_ROLES
from ect_research.codebook.expressions import parse_expression
from ect_research.errors import CodebookError
from ect_research.words import Told

if TYPE_CHECKING:
    import pandas as pd

TYPES = ("text", "integer", "decimal", "date", "select_one", "select_multiple")
PII = ("", "direct", "quasi", "org", "texte_libre", "consent")
_CODE = re.compile(r"[a-z0-9][a-z0-9_]*")
_HATCHES = "/\\|-+xoO.*"
_COLOUR = re.compile(r"(#[0-9a-f]{6})?")


def find_contradictions(parts: dict[str, pd.DataFrame]) -> list[str]:
    """One French sentence per contradiction, in the order of the files; empty when the codebook is sound."""
    parts = {name: frame.astype("object") for name, frame in parts.items()}  # whose rows are read six times as fast
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
            yield Told(
                "{name}.csv : « {names} » est défini deux fois.",
                name=name,
                names=".".join(str(row[key]) for key in keys),
            )


def _entry(parts: dict[str, pd.DataFrame]) -> Iterator[str]:
    """What the entry workbook is told of each table: the columns to show, and what a blank is read as."""
    lists = {(row["table"], row["name"]): row["list"] for row in parts["variables"].to_dict("records")}
    codes = set(parts["choices"]["list_name"] + "." + parts["choices"]["name"])
    for row in parts["tables"].to_dict("records"):
        for name in row["shown"].split():
            if (row["table"], name) not in lists:
                yield Told("tables.csv, {table}, shown : la colonne « {name} » n’existe pas.", table=row["table"],
                    name=name)  # fmt: skip
        for said in row["defaults"].split():
            name, _, code = said.partition("=")
            if f"{lists.get((row['table'], name), '')}.{code}" not in codes:
                yield Told("tables.csv, {table}, defaults : « {told} » n’est pas une colonne et un code de sa liste.",
                    table=row["table"], told=said)  # fmt: skip


def _choices(choices: pd.DataFrame) -> Iterator[str]:
    lists: dict[str, list[dict[Hashable, Any]]] = {}
    for row in choices.to_dict("records"):
        lists.setdefault(row["list_name"], []).append(row)
        where = f"choices.csv, {row['list_name']}.{row['name']}"
        if not _CODE.fullmatch(row["name"]):
            yield Told("{where} : un code est en minuscules sans accent ni espace.", where=where)
        yield from _unlabelled(row, where)
        if not _COLOUR.fullmatch(row["colour"]):
            yield Told("{where} : couleur « {colour} » incomprise (attendu : #rrggbb).", where=where,
                colour=row["colour"])  # fmt: skip
    for name, rows in lists.items():
        yield from _list(name, rows)


def _unlabelled(row: dict[Hashable, Any], where: str) -> Iterator[str]:
    for language in ("fr", "en"):
        if not row[f"label::{language}"].strip():
            yield Told("{where} : libellé « {language} » manquant.", where=where, language=language)


def _list(name: str, rows: list[dict[Hashable, Any]]) -> Iterator[str]:
    for language in ("fr", "en"):
        for label, times in Counter(row[f"label::{language}"] for row in rows).items():
            if times > 1:
                yield Told("choices.csv, {name} : le libellé « {label} » désigne plusieurs codes ({times}).", name=name,
                    label=label, times=times)  # fmt: skip
    filled = sum(row["order"] != "" for row in rows)
    if filled not in (0, len(rows)):
        yield Told("choices.csv, {name} : l’ordre est rempli pour {filled} codes sur {n} ; tous ou aucun.", name=name,
            filled=filled, n=len(rows))  # fmt: skip


def _variables(parts: dict[str, pd.DataFrame]) -> Iterator[str]:
    variables = parts["variables"]
    lists = set(parts["choices"]["list_name"]) | {"etape"}
    tables = set(parts["tables"]["table"])
    names = {table: set(group["name"]) for table, group in variables.groupby("table")}
    for row in variables.to_dict("records"):
        where = f"variables.csv, {row['table']}.{row['name']}"
        if row["table"] not in tables:
            yield Told("{where} : la table « {table} » n’est pas dans tables.csv.", where=where, table=row["table"])
        if row["type"] not in TYPES:
            yield Told("{where} : type « {type} » inconnu (attendu : {names}).", where=where, type=row["type"],
                names=", ".join(TYPES))  # fmt: skip
        if row["type"].startswith("select") != bool(row["list"]):
            yield Told("{where} : une liste va avec le type select_one ou select_multiple, et avec lui seul.",
                where=where)  # fmt: skip
        if row["list"] and row["list"] not in lists:
            yield Told("{where} : la liste « {list} » n’est pas dans choices.csv.", where=where, list=row["list"])
        yield from _unlabelled(row, where)
        if row["ect_pii"] not in PII:
            yield Told("{where} : ect_pii « {ect_pii} » inconnu (attendu : {names}).", where=where, ect_pii=row["ect_pii"],
                names=", ".join(PII[1:]))  # fmt: skip
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
                yield Told("{where}, {part} : la colonne « {name} » n’existe pas dans cette table.", where=where, part=part,
                    name=name)  # fmt: skip
    if row["constraint"] and not row["constraint_message::fr"]:
        yield Told("{where} : une contrainte sans message laisse l’utilisateur sans remède.", where=where)


def _keys(variables: pd.DataFrame, tables: set[str]) -> Iterator[str]:
    keys = variables[variables["ect_key"] == "cle"]
    for table in sorted(tables):
        count = int((keys["table"] == table).sum())
        if count != 1:
            yield Told("variables.csv, {table} : {count} colonne(s) « cle », il en faut une.", table=table, count=count)
    known = set(zip(keys["table"], keys["name"], strict=True))
    for row in variables.to_dict("records"):
        kind, _, target = row["ect_key"].partition(":")
        if kind in ("ref", "refs"):
            table, _, column = target.partition(".")
            if (table, column) not in known:
                yield Told("variables.csv, {table}.{name} : « {target} » n’est pas la clé d’une table.", table=row["table"],
                    name=row["name"], target=target)  # fmt: skip
        elif row["ect_key"] not in ("", "cle", "unite"):
            yield Told("variables.csv, {table}.{name} : ect_key « {ect_key} » incompris.", table=row["table"],
                name=row["name"], ect_key=row["ect_key"])  # fmt: skip


def _stages(stages: pd.DataFrame, choices: pd.DataFrame) -> Iterator[str]:
    events = set(choices.loc[choices["list_name"] == "type_evenement", "name"])
    names = set(stages["name"])
    for row in stages.to_dict("records"):
        parts = {"opens": events, "opens_with": events, "after": names, "closes": events, "reopens": events}
        for part, known in parts.items():
            for code in set(row[part].split()) - known:
                kind = Told("une étape") if part == "after" else Told("un type d’évènement")
                yield Told("stages.csv, {name}, {part} : « {code} » n’est pas {kind}.", name=row["name"], part=part,
                    code=code, kind=kind)  # fmt: skip
        if row["kind"] not in ("etape", "attente", "fin"):
            yield Told("stages.csv, {name} : kind « {kind} » inconnu (attendu : etape, attente, fin).", name=row["name"],
                kind=row["kind"])  # fmt: skip
        if not row["order"].isdigit():
            yield Told("stages.csv, {name} : l’ordre « {order} » n’est pas un entier.", name=row["name"],
                order=row["order"])  # fmt: skip
        yield from _stage_signs(row)
        yield from _unlabelled(row, f"stages.csv, {row['name']}")


def _stage_signs(row: dict[Hashable, Any]) -> Iterator[str]:
    if row["role"] not in ("", *STAGE_ROLES):
        yield Told("stages.csv, {name} : rôle « {role} » inconnu (attendu : {names}).", name=row["name"], role=row["role"],
            names=", ".join(STAGE_ROLES))  # fmt: skip
    for part in ("colour", "grey"):
        if not _COLOUR.fullmatch(row[part]):
            yield Told("stages.csv, {name} : {part} « {row} » incompris (attendu : #rrggbb).", name=row["name"], part=part,
                row=row[part])  # fmt: skip
    if set(row["hatch"]) - set(_HATCHES):
        yield Told("stages.csv, {name} : hachure « {hatch} » incomprise (signes possibles : {HATCHES}).", name=row["name"],
            hatch=row["hatch"], HATCHES=_HATCHES)  # fmt: skip


def _analyses(analyses: pd.DataFrame, variables: pd.DataFrame) -> Iterator[str]:
    known = set(variables["table"] + "." + variables["name"])
    for row in analyses.to_dict("records"):
        for need in row["needs"].split():
            if need not in known:
                yield Told("analyses.csv, {name} : la colonne « {need} » n’existe pas.", name=row["name"], need=need)
        if row["joint"] not in ("", "lignes", "issue", "fins"):
            yield Told("analyses.csv, {name} : joint « {joint} » incompris (attendu : lignes, issue, fins ou rien).",
                name=row["name"], joint=row["joint"])  # fmt: skip
