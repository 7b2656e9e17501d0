"""The house: data flows one way through the rooms, and each room keeps to its trade."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "ect_research"
ROOMS = ["codebook", "corpus", "analysis", "figures", "study", "cli"]
TRADES = {"matplotlib": {"figures", "study"}, "papermill": {"study"}, "python_calamine": {"corpus"}}


def imports(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


MODULES = sorted(path for path in PACKAGE.rglob("*.py") if room_of(path) in ROOMS)


def test_every_room_holds_modules():
    assert {room_of(path) for path in MODULES} == set(ROOMS)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_left_only(path: Path):
    room = room_of(path)
    for name in imports(path):
        parts = name.split(".")
        if parts[0] == "ect_research" and len(parts) > 1 and parts[1] in ROOMS:
            assert ROOMS.index(parts[1]) <= ROOMS.index(room), f"{room} imports {name}"
            if room == parts[1] == "analysis" and len(parts) > 2:
                own = path.relative_to(PACKAGE / "analysis").parts[0].removesuffix(".py")
                shared = ("chance", "disclosure", "partition", own)
                assert parts[2] in shared, f"analyses share `chance`, `disclosure` and `partition` only, not {name}"
        for library, rooms in TRADES.items():
            assert parts[0] != library or room in rooms, f"{room} may not import {library}"


@pytest.mark.parametrize("path", [p for p in MODULES if room_of(p) == "analysis"], ids=lambda path: path.stem)
def test_analysis_touches_no_path(path: Path):
    assert not imports(path) & {"pathlib", "os", "io", "pathlib.Path"}
    called = {node.func.id for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
              if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}  # fmt: skip
    assert "open" not in called


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_file_is_longer_than_350_lines(path: Path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 350


def test_importing_the_package_imports_no_heavy_library():
    code = "import ect_research, sys; print([m for m in ('pandas', 'matplotlib', 'papermill', 'geopandas') if m in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.strip() == "[]"


def test_every_name_served_by_the_package_exists():
    import ect_research

    missing = [name for name in ect_research.__all__ if getattr(ect_research, name, None) is None]
    assert missing == []
