"""A study as a Snakefile: one rule per run, so that SLURM, Kubernetes or any scheduler Snakemake knows can drive it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ect_research.study.freshness.reached_modules import installed_library
from ect_research.study.freshness.run_key import KeyMaker
from ect_research.study.outputs.output_folder import MANIFEST

if TYPE_CHECKING:
    from pathlib import Path

    from ect_research.study.definition.study_file import Run, Study

STEPS = ".etapes"
_HEAD = """# Écrit par « ect export --snakemake » : le refaire quand l’étude gagne ou perd une exécution.
# Depuis la racine du projet :  snakemake -s {name} -j 4
# SLURM, Kubernetes : snakemake -s {name} --executor slurm (ou kubernetes), sur un disque partagé.
# Une autre commande que « ect » :  --config ect="python -m ect_research"
ECT = config.get("ect", "ect")

rule tout:
    default_target: True
    input: "{manifest}"
"""
_RULE = """
rule {rule}:
    input: {inputs}
    output: "{record}"
    params: parametres={parameters}
    threads: 1
    resources: mem_mb=1500{runtime}
    shell: "{{ECT}} step {study} {run} --dossier {folder}"
"""
_LAST = """
rule assemble:
    input: {records}
    output: "{manifest}"
    shell: "{{ECT}} run {study} --etapes {steps}"
"""


def snakefile(study: Study, name: str) -> str:
    """The text of the Snakefile of a study.

    Args:
        study: the study.
        name: of the file, shown in its first lines.

    Returns:
        a rule per run (its notebook, corpus, base map and declared files as inputs, its parameters, its record as
        output), and one that puts the results together in ``outputs/<study>``. Paths are relative to the project.
    """
    keys = KeyMaker(study, installed_library())
    steps, manifest = f"outputs/{STEPS}/{study.name}", f"outputs/{study.name}/{MANIFEST}"
    file = _relative(study.path, study.root)
    rules = [
        _RULE.format(
            rule=f"execution_{run.id.replace('-', '_')}",
            inputs=_texts(_inputs(run, study, keys)),
            record=_record(steps, run),
            parameters=json.dumps(
                json.dumps(run.all_parameters(), sort_keys=True, ensure_ascii=False), ensure_ascii=False
            ),
            runtime=f", runtime={-(-run.limit // 60)}" if run.limit else "",
            study=file,
            run=run.id,
            folder=f"{steps}/{run.id}",
        )
        for run in study.runs
    ]
    records = _texts([_record(steps, run) for run in study.runs])
    last = _LAST.format(records=records, manifest=manifest, study=file, steps=steps)
    return "".join([_HEAD.format(name=name, manifest=manifest), *rules, last])


def _inputs(run: Run, study: Study, keys: KeyMaker) -> list[str]:
    key = keys.key(run)
    corpus = keys.corpus_folder(str(run.all_parameters().get("corpus") or study.corpus))
    files = [study.path, run.notebook.path, *(study.root / name for name in key["lectures"])]
    files += [corpus.parent / name for name in key["corpus"] if corpus]
    files += [study.root / "maps" / name for name in key["carte"]]
    return [_relative(path, study.root) for path in files]


def _record(steps: str, run: Run) -> str:
    return f"{steps}/{run.id}/resultats/{run.id}.json"


def _relative(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()


def _texts(names: list[str]) -> str:
    return ", ".join(json.dumps(name, ensure_ascii=False) for name in names)
