"""The line that ends every command: what to do now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_SOUND = {
    "check": "ect run",
    "workbook": "remplir {classeur}, le ranger dans surveys/mon-etude/, puis ect check mon-etude",
    "form": "déposer {fichier} dans KoboToolbox ou ODK ; les réponses reviennent par ect reponses",
    "answers": "ranger {fichier} dans le dossier du corpus, puis ect check",
    "check_maps": "ect run",
    "export_maps": "ouvrir {gpkg} dans QGIS, Magrit ou R",
    "build_maps": "ect maps check, puis ect run",
    "run": "ouvrir cette page ; pour faire relire chaque projet, ect fiches --formulaire a-remplir.xlsx",
    "status": "tout est à jour : ouvrir la page",
    "diff": "rien à faire",
    "extract": "confier ce dossier avec son LISEZMOI, après l’avoir lu",
    "archive": "déposer ce fichier, et citer son empreinte",
    "new_study": "ect run {nom}",
}
_FAULTY = {
    "check": "corriger ces cellules dans le classeur, enregistrer, puis ect check {dossier}",
    "check_maps": "ect maps build (voir maps/fond/SOURCES.md)",
    "run": "corriger ce qui est dit plus haut, puis ect run : ce qui a réussi n’est pas refait",
    "status": "ect run",
    "diff": "ect run --explain dit pourquoi un résultat est refait",
    "archive": "ne pas s’en servir : ect archive en écrit une autre",
}
_SHEETS = {
    "formulaire": "l’envoyer, puis ect fiches{corpus} --corrections {form}",
    "corrections": "ect run dira ce qu’elles changent, figure par figure",
    "dossier": "les envoyer à relire, avec le formulaire d’ect fiches{corpus} --formulaire a-remplir.xlsx",
}


def what_next(command: str, asked: Mapping[str, Any], code: int) -> str:
    """What a person does after a command; ``""`` when the command says it itself.

    >>> what_next("check", {"dossier": "drome"}, 1)
    'corriger ces cellules dans le classeur, enregistrer, puis ect check drome'
    >>> what_next("sheets", {"formulaire": "f.xlsx", "corrections": None, "dossier": None, "corpus": None}, 0)
    'l’envoyer, puis ect fiches --corrections f.xlsx'
    """
    if command == "sheets":
        done = next((name for name in _SHEETS if asked[name] is not None), "")
        corpus = f" --corpus {asked['corpus']}" if asked["corpus"] else ""
        return _SHEETS.get(done, "").format(corpus=corpus, form=asked["formulaire"])
    if command == "run" and asked["dry_run"]:
        return "ect run"
    return (_FAULTY if code else _SOUND).get(command, "").format(**asked)
