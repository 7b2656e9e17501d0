"""The line that ends every command: what to do now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ect_research.words import Told, mark

if TYPE_CHECKING:
    from collections.abc import Mapping

_SOUND = {
    "check": mark("ect run"),
    "workbook": mark("remplir {classeur}, le ranger dans surveys/mon-etude/, puis ect check mon-etude"),
    "form": mark("déposer {fichier} dans KoboToolbox ou ODK ; les réponses reviennent par ect reponses"),
    "answers": mark("ranger {fichier} dans le dossier du corpus, puis ect check"),
    "check_maps": mark("ect run"),
    "export_maps": mark("ouvrir {gpkg} dans QGIS, Magrit ou R"),
    "build_maps": mark("ect maps check, puis ect run"),
    "run": mark("ouvrir cette page ; pour faire relire chaque projet, ect fiches --formulaire a-remplir.xlsx"),
    "status": mark("tout est à jour : ouvrir la page"),
    "diff": mark("rien à faire"),
    "extract": mark("confier ce dossier avec son LISEZMOI, après l’avoir lu"),
    "archive": mark("déposer ce fichier, et citer son empreinte"),
    "new_study": mark("ect run {nom}"),
    "new_folder": mark("cd {dossier}, remplir surveys/{nom}/{nom}.xlsx, puis ect check {nom}"),
    "lab": mark("ect lab le rouvre ; ect run fait l’étude sans lui"),
}
_FAULTY = {
    "check": mark("corriger ces cellules dans le classeur, enregistrer, puis ect check {dossier}"),
    "check_maps": mark("ect maps build (voir maps/fond/SOURCES.md)"),
    "run": mark("corriger ce qui est dit plus haut, puis ect run : ce qui a réussi n’est pas refait"),
    "status": mark("ect run"),
    "diff": mark("ect run --explain dit pourquoi un résultat est refait"),
    "archive": mark("ne pas s’en servir : ect archive en écrit une autre"),
}
_AGAIN = mark("corriger ce qui est dit plus haut, puis relancer la même commande")
# By what was asked of a command that does several things.
_ASKED = {
    ("sheets", "formulaire"): mark("l’envoyer, puis ect fiches{named} --corrections {formulaire}"),
    ("sheets", "corrections"): mark("ect run dira ce qu’elles changent, figure par figure"),
    ("sheets", "dossier"): mark(
        "les envoyer à relire, avec le formulaire d’ect fiches{named} --formulaire a-remplir.xlsx"
    ),
    ("codings", "formulaire"): mark("le remplir à deux, puis ect codages{named} --arbitrages {formulaire}"),
    ("codings", "arbitrages"): mark("ect run dira ce qu’ils changent, figure par figure"),
    ("codings", "textes"): mark(
        "le garder dans private/brut/ ; les lignes codées vont dans codages.csv, puis ect check"
    ),
    ("run", "dry_run"): mark("ect run"),
    ("new_folder", "exemple"): mark("cd {dossier}, ect run"),
    ("extract", "a_relire"): mark("relire ces textes, puis ect extract {corpus} DOSSIER"),
}


def what_next(command: str, asked: Mapping[str, Any], code: int) -> Told:
    """What a person does after a command.

    >>> print(what_next("check", {"dossier": "drome"}, 1))
    corriger ces cellules dans le classeur, enregistrer, puis ect check drome
    >>> print(what_next("sheets", {"formulaire": "f.xlsx", "corpus": None}, 0))
    l’envoyer, puis ect fiches --corrections f.xlsx
    """
    done = next((said for (name, what), said in _ASKED.items() if name == command and asked.get(what)), "")
    named = f" --corpus {asked['corpus']}" if asked.get("corpus") else ""
    return Told(_FAULTY.get(command, _AGAIN) if code else done or _SOUND[command], **{**asked, "named": named})
