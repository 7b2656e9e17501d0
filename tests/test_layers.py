"""The house: data flows one way through the rooms, no level is a heap, and each room keeps to its trade."""

import ast
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "ect_research"
ROOMS = ["words", "errors", "codebook", "corpus", "analysis", "gate", "figures", "study", "cli", "__main__"]
TRADES = {"matplotlib": {"gate", "figures", "study"}, "papermill": {"study"}, "python_calamine": {"codebook", "corpus"}}
MOST = 12

MODULES = {path.relative_to(PACKAGE).with_suffix("").parts: path for path in PACKAGE.rglob("*.py")}
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in MODULES.items()}
LEVELS = sorted({name[:depth] for name in MODULES for depth in range(len(name))})
HEAVY = ("pandas", "matplotlib", "papermill", "geopandas")


def imports(tree: ast.Module) -> set[tuple[str, ...]]:
    """Dotted names, with what is taken from each: ``from a.b import c`` is ``a.b.c``."""
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {tuple(name.split(".")) for name in names}


def own_module(name: tuple[str, ...]) -> tuple[str, ...] | None:
    """The module of the package that an imported name stands for; None for other packages and for `ect_research` itself."""
    found = name[1:] if name[0] == "ect_research" else ()
    while found and found not in MODULES and (*found, "__init__") not in MODULES:
        found = found[:-1]
    return found or None


ARROWS = {name: {target for target in map(own_module, imports(tree)) if target} for name, tree in TREES.items()}


def declared(level: tuple[str, ...]) -> list[str]:
    """The order that a room declares for its inner rooms."""
    for statement in TREES.get((*level, "__init__"), ast.Module([], [])).body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "ROOMS":
            return list(ast.literal_eval(statement.value))
    return []


def arrows_within(level: tuple[str, ...]) -> dict[str, set[str]]:
    """Which entry of a level imports which other."""
    found: dict[str, set[str]] = defaultdict(set)
    depth = len(level)
    for name, targets in ARROWS.items():
        for target in targets:
            if name[:depth] == target[:depth] == level and len(name) > depth and len(target) > depth:
                here, there = name[depth], target[depth]
                if here != there and "__init__" not in (here, there):
                    found[here].add(there)
    return found


def test_no_level_has_more_than_twelve_entries():
    ours = ("__init__.py", "__main__.py", "__pycache__")
    counts = {
        "/".join(level): len([e for e in PACKAGE.joinpath(*level).iterdir() if e.name not in ours]) for level in LEVELS
    }
    assert {level: n for level, n in counts.items() if n > MOST} == {}


def test_a_module_that_the_library_names_in_a_text_is_there():
    quoted = r'"(?:import )?(ect_research(?:\.[a-z_0-9]+)+|(?:[a-z_]+/)+[a-z_]+\.py)"'
    named = {
        text
        for path in PACKAGE.rglob("*.py")
        for text in re.findall(quoted, path.read_text("utf-8"))
        if "__" not in text
    }
    files = {text: text.removeprefix("ect_research.").removesuffix(".py").replace(".", "/") for text in named}
    assert len(files) >= 5
    gone = [text for text, file in files.items() if not any((PACKAGE / f"{file}{end}").exists() for end in (".py", ""))]
    assert gone == []


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: "/".join(level) or "package")
def test_entries_of_a_level_import_one_way_in_the_order_declared(level: tuple[str, ...]):
    arrows = arrows_within(level)
    entries = {name[len(level)] for name in MODULES if name[: len(level)] == level and len(name) > len(level)} - {
        "__init__"
    }
    inner = sorted(entry for entry in entries if PACKAGE.joinpath(*level, entry).is_dir())
    order = ROOMS if level == () else declared(level)
    assert sorted(order if level else set(ROOMS) & set(inner)) == inner, "ROOMS names every inner room, once"
    backward = {(a, b) for a in order for b in arrows[a] if b in order and order.index(b) > order.index(a)}
    assert backward == set()
    left = set(entries)
    while free := {entry for entry in left if not arrows[entry] & left}:
        left -= free
    assert left == set(), "a circle of imports"


def test_analyses_share_only_what_is_meant_to_be_shared():
    shared = ("chance", "readable", "disclosure", "partition", "durations")
    found = {(a, b) for a, targets in arrows_within(("analysis",)).items() for b in targets if b not in shared}
    assert found == set()


def test_each_library_stays_in_its_rooms():
    found = {(name[0], target[0]) for name, tree in TREES.items() for target in imports(tree) if target[0] in TRADES}
    assert {(room, library) for room, library in found if room not in TRADES[library]} == set()


def test_the_slowest_library_to_import_is_imported_by_who_asks_for_it_only():
    tops = {
        name: [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        for name, tree in TREES.items()
    }
    named = {(name, ".".join(target)) for name, top in tops.items() for target in imports(ast.Module(top, []))}
    assert [name for name, target in named if target.startswith(("scipy.stats", "statsmodels"))] == []


def test_no_name_of_a_file_stands_twice_in_a_room():
    """An analysis and its figure may be twins; two files of one name in one room are told apart by nobody."""
    seen: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name in MODULES:
        if name[-1] not in ("__init__", "__main__"):
            seen[name[0], name[-1]].append("/".join(name))
    assert [names for names in seen.values() if len(names) > 1] == []


def called(tree: ast.Module) -> set[str]:
    return {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}


def test_analysis_touches_no_path():
    trees = {name: tree for name, tree in TREES.items() if name[0] == "analysis"}
    doors = {name: {target[0] for target in imports(tree)} & {"pathlib", "os", "io"} for name, tree in trees.items()}
    assert {name: found for name, found in doors.items() if found or "open" in called(trees[name])} == {}


def test_no_file_is_longer_than_350_lines():
    lengths = {"/".join(name): len(path.read_text(encoding="utf-8").splitlines()) for name, path in MODULES.items()}
    assert {name: length for name, length in lengths.items() if length > 350} == {}


def test_no_function_is_written_twice_with_other_words_and_numbers():
    written = defaultdict(set)
    for module, tree in TREES.items():
        for node in (one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            if body and node.end_lineno - body[0].lineno >= 4:
                parts = [(type(one).__name__, *(getattr(one, name, "") for name in ("id", "attr", "arg")))
                         for statement in body for one in ast.walk(statement)]  # fmt: skip
                written[tuple(parts)].add(f"{'.'.join(module)}.{node.name}")
    assert [names for names in written.values() if len(names) > 1] == []


def test_importing_the_package_imports_no_heavy_library():
    code = f"import ect_research, sys; print([m for m in {HEAVY} if m in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.strip() == "[]"


def test_every_name_served_by_the_package_exists():
    import ect_research
    from ect_research.codebook.load_codebook import load_codebook

    missing = [name for name in ect_research.__all__ if getattr(ect_research, name, None) is None]
    assert missing == []
    most = 80 + 2 * len(
        load_codebook().analyses
    )  # an analysis brings its build_… and its show_…, and nothing else does
    assert len(ect_research.__all__) <= most, (
        "un nom de plus : une vue d’un résultat déjà montré, plutôt (CONTRIBUTING)"
    )
