"""Reading and checking against the usual tools: python tests/benchmarks/bench_intake.py [RESULTS.csv].

A workbook of 20 000 rows and 40 columns (events with their keys, lists, dates, numbers and texts) is read and checked by
`check_corpus` and by `pandas.read_excel` (openpyxl) then pandera with the same rules; `ect check` of the public register
is weighed against a bare `import pandas`. Each measure runs in its own process, CPU time (user + system) of that process,
best of several rounds taken in turn. Needs pandera and openpyxl, which the project itself does not use.
"""

from __future__ import annotations

import csv
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

ROWS, COLUMNS, ROUNDS, LIGHT_ROUNDS = 20_000, 40, 5, 9
ROOT = Path(__file__).parents[2]
LISTS = {f"liste{n}": [f"code{n}_{k}" for k in range(6)] for n in range(12)}

OURS = """
from ect_research.corpus.checked.load_corpus import check_corpus
problems = check_corpus({folder!r})
assert len(problems) == 2, problems.head(5).to_string()
"""
RIVAL = """
import pandas as pd
import pandera.pandas as pa
lists = {lists!r}
columns = {{"fait_id": pa.Column(str, [pa.Check.str_matches(r"^[A-Za-z0-9][A-Za-z0-9_-]*$")], unique=True)}}
for name, kind in {kinds!r}.items():
    if kind in lists:
        columns[name] = pa.Column(str, pa.Check.isin(lists[kind]), nullable=True)
    elif kind == "decimal":
        columns[name] = pa.Column(float, pa.Check.in_range(0, 100), nullable=True, coerce=True)
    elif kind == "integer":
        columns[name] = pa.Column("Int64", pa.Check.ge(0), nullable=True, coerce=True)
    elif kind == "date":
        columns[name] = pa.Column("datetime64[ns]", nullable=True, coerce=True)
    elif name != "fait_id":
        columns[name] = pa.Column(str, nullable=True, coerce=False)
frame = pd.read_excel({path!r}, sheet_name="faits", engine="openpyxl", dtype={texts!r})
for name, kind in {kinds!r}.items():
    if kind == "date":
        frame[name] = pd.to_datetime(frame[name], format="%d/%m/%Y")
try:
    pa.DataFrameSchema(columns).validate(frame, lazy=True)
except pa.errors.SchemaErrors as error:
    assert len(error.failure_cases) == 2, error.failure_cases
else:
    raise AssertionError("two faults are planted")
"""


def kinds() -> dict[str, str]:
    """Forty columns: a key, twelve lists, eight dates, ten numbers, nine texts."""
    found = {"fait_id": "text"} | {f"c_{name}": name for name in LISTS}
    found |= {f"jour{n}": "date" for n in range(8)} | {f"part{n}": "decimal" for n in range(6)}
    return found | {f"nombre{n}": "integer" for n in range(4)} | {f"texte{n}": "text" for n in range(9)}


def write_corpus(folder: Path) -> Path:
    """The small corpus around the big table, its codebook and its workbook; two faults are planted."""
    import xlsxwriter

    folder.mkdir()
    chance = random.Random(1)  # noqa: S311 - invented data
    head = (
        "table,name,type,list,required,label::fr,label::en,hint::fr,hint::en,example,constraint,"
        "constraint_message::fr,constraint_message::en,relevant,ect_key,ect_pii,ect_unit,ect_source"
    )
    lines = [head]
    for name, kind in kinds().items():
        rule = {"decimal": ". >= 0 and . <= 100,Entre 0 et 100.,0 to 100.", "integer": ". >= 0,Positif.,Positive."}.get(
            kind, ",,"
        )
        rule = "\"regex(., '^[A-Za-z0-9][A-Za-z0-9_-]*$')\",Un code.,A code." if name == "fait_id" else rule
        shape = f"select_one,{kind}" if kind in LISTS else f"{kind},"
        key = "cle" if name == "fait_id" else ""
        lines.append(f"faits,{name},{shape},{'oui' if key else ''},{name},{name},,,,{rule},,{key},,,")
    (folder / "variables.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    choices = [f"{name},{code},{code},{code},,\n" for name, codes in LISTS.items() for code in codes]
    (folder / "choices.csv").write_text(
        "list_name,name,label::fr,label::en,order,colour\n" + "".join(choices), encoding="utf-8"
    )
    (folder / "tables.csv").write_text(
        "table,label::fr,label::en,required,hint::fr,constraint,constraint_message::fr\nfaits,Faits,Facts,,Inventés.,,\n",
        encoding="utf-8",
    )
    (folder / "source.toml").write_text(
        'titre = "Essai"\ncitation = "Essai"\nnature = "Inventé."\nterritoire = "Nulle part"\n'
        'date_observation = 2025-12-31\nlicence = "Licence Ouverte 2.0"\n',
        encoding="utf-8",
    )
    for name, text in (
        ("sources", "source_id,type_source,reference,diffusable\nS1,presse,Un journal,oui\n"),
        ("projets", "projet_id,nom,source_id\nP1,Four,S1\n"),
        ("evenements", "evenement_id,projet_id,type_evenement,source_id,certitude\nE1,P1,idee_captee,S1,2_declare\n"),
    ):
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    book = xlsxwriter.Workbook(str(folder / "faits.xlsx"), {"constant_memory": True})
    sheet = book.add_worksheet("faits")
    sheet.write_row(0, 0, list(kinds()))
    for line in range(1, ROWS + 1):
        for column, (name, kind) in enumerate(kinds().items()):
            if name == "fait_id":
                sheet.write_string(line, column, f"F{line}")
            elif chance.random() < 0.1:
                continue
            elif kind in LISTS:
                sheet.write_string(
                    line, column, "faute" if (line, name) == (77, "c_liste3") else chance.choice(LISTS[kind])
                )
            elif kind == "date":
                sheet.write_string(
                    line,
                    column,
                    f"{chance.randint(1, 28):02d}/{chance.randint(1, 12):02d}/{chance.randint(2000, 2025)}",
                )
            elif kind == "text":
                sheet.write_string(line, column, f"remarque {line % 997} sur {name}")
            else:
                sheet.write_number(line, column, 400 if (line, name) == (99, "part2") else chance.randint(0, 100))
    book.close()
    return folder / "faits.xlsx"


def cpu_and_memory(words: list[str]) -> tuple[float, float]:
    """CPU seconds and peak memory (MB) of a process that must succeed."""
    compiled_once = {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": ""}
    process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL, env={**os.environ, **compiled_once})
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"a measured process failed: {words[-1][:200]}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main() -> None:
    """Measure, print and save."""
    with tempfile.TemporaryDirectory() as temporary:
        path = write_corpus(Path(temporary) / "essai")
        texts = {name: "str" for name, kind in kinds().items() if kind not in ("decimal", "integer")}
        python = [sys.executable, "-c"]
        heavy = {
            "lecture et contrôle, 20 000 × 40": [*python, OURS.format(folder=str(path.parent))],
            "pandas.read_excel + pandera, mêmes règles": [
                *python, RIVAL.format(path=str(path), kinds=kinds(), lists=LISTS, texts=texts)
            ],
        }  # fmt: skip
        light = {
            "import pandas": [*python, "import pandas"],
            "ect check pays-ledonien": [sys.executable, "-m", "ect_research.cli", "check", "surveys/pays-ledonien"],
        }
        best: dict[str, tuple[float, float]] = {}
        for rounds, measures in ((ROUNDS, heavy), (LIGHT_ROUNDS, light)):
            for _ in range(rounds):
                for name, words in measures.items():
                    found = cpu_and_memory(words)
                    best[name] = min(best.get(name, found), found)
    rows = [(name, round(seconds, 2), round(memory)) for name, (seconds, memory) in best.items()]
    ours, rival, pandas, check = (seconds for seconds, _ in best.values())
    rows += [
        ("rapport pandera / nous (≥ 5)", round(rival / ours, 2), ""),
        ("rapport ect check / import pandas (≤ 2,5)", round(check / pandas, 2), ""),
    ]
    for row in rows:
        print(*row, sep=" ; ")
    if len(sys.argv) > 1:
        with Path(sys.argv[1]).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("mesure", "cpu_s", "memoire_mo"), *rows])


if __name__ == "__main__":
    main()
