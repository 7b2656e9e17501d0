"""Gather the French sentences of the code and the notebooks into ``<language>.po``; compile them.

``python .ci/words.py gather`` keeps every translation, marks as fuzzy what changed by a few letters, drops what is gone.
``python .ci/words.py compile`` writes the ``.mo`` that the package reads; a test checks that both were done.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / "ect_research" / "words"
CALLS = {"say": None, "say_n": (1, 2), "mark": None}


def from_notebook(file: IO[bytes], *_: object, **__: object) -> Iterator[tuple[int, str, str, list[str]]]:
    """The question of a notebook, its first paragraph, the comments of its parameters: what the documents print."""
    for number, cell in enumerate(json.load(file)["cells"], 1):
        text = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            if number == 1:
                head, _, rest = text.partition("\n\n")
                yield number, "say", head.lstrip("# "), []
                yield number, "say", rest.split("\n\n")[0].replace("**", ""), []
        elif "parameters" in cell["metadata"].get("tags", []):
            for line in text.splitlines():
                if "  # " in line:
                    yield number, "say", line.partition("  # ")[2], []


def gather() -> Catalog:
    """Every sentence to translate, with where it is said."""
    found = Catalog(project="ect_research", charset="utf-8")
    methods = [("ect_research/**.py", "python"), ("notebooks/**.ipynb", from_notebook)]
    for path, line, said, comments, _ in extract_from_dir(ROOT, methods, {}, CALLS, ("Pour traduire :",)):
        if path.startswith(("ect_research", "notebooks")):
            found.add(said, locations=[(path, line)], auto_comments=comments)
    return found


def update(path: Path) -> Catalog:
    """The catalogue of one language with every sentence of today."""
    kept = read_po(path.open("rb"), locale=path.stem) if path.is_file() else Catalog(locale=path.stem, charset="utf-8")
    kept.update(gather())
    return kept


if __name__ == "__main__":
    for po in [HOME / "en.po"] if sys.argv[1] == "gather" else HOME.glob("*.po"):
        catalogue = update(po) if sys.argv[1] == "gather" else read_po(po.open("rb"), locale=po.stem)
        if sys.argv[1] == "gather":
            write_po(po.open("wb"), catalogue, width=0, ignore_obsolete=True, sort_by_file=True)
        else:
            write_mo(po.with_suffix(".mo").open("wb"), catalogue)
