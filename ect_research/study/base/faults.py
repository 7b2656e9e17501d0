"""What goes wrong, as one French sentence with what to do: a refusal of the system, a name mistyped."""

from __future__ import annotations

import errno
from collections.abc import Iterable
from difflib import get_close_matches

from ect_research.words import Told, mark

_RIGHT = Told("le droit de le lire, ou d’écrire à cet endroit, manque : se le donner, ou choisir un autre endroit")
_WHAT = {
    errno.ENOSPC: Told("le disque est plein : libérer de la place, puis relancer"),
    errno.EDQUOT: Told("la place accordée sur ce disque est épuisée : en libérer, puis relancer"),
    errno.EFBIG: Told(
        "le fichier dépasse la taille permise : la limite se lève avec ulimit -f, ou écrire ailleurs (--dossier)"
    ),
    errno.EROFS: Told("le disque est en lecture seule : écrire ailleurs (--dossier)"),
    errno.EACCES: _RIGHT,
    errno.EPERM: _RIGHT,
    errno.ENOLCK: Told(
        "ce disque (réseau ?) ne sait pas réserver un fichier : écrire sur un disque de cette machine (--dossier)"
    ),
    errno.EXDEV: Told("un lien mène à un autre disque : remplacer le lien par un dossier, puis relancer"),
    errno.ENAMETOOLONG: Told("le nom est trop long pour ce disque : raccourcir les dossiers qui y mènent"),
    errno.EMFILE: Told(
        "trop de fichiers sont ouverts : fermer des programmes, ou lancer moins de carnets à la fois (-j 1)"
    ),
    errno.ENOMEM: Told("la mémoire est épuisée : fermer des programmes, ou lancer moins de carnets à la fois (-j 1)"),
    errno.EIO: Told("le disque ne répond pas : vérifier qu’il est branché et sain, puis relancer"),
    errno.ENOENT: Told("ce fichier n’est plus là : vérifier son nom, puis relancer"),
    errno.EISDIR: Told("c’est un dossier, là où un fichier est attendu : le déplacer, puis relancer"),
    errno.ENOTDIR: Told("c’est un fichier, là où un dossier est attendu : le déplacer, puis relancer"),
}
_REST = mark("le système refuse ({why}) : vérifier ce fichier et son disque, puis relancer")


def system_fault(error: OSError) -> str:
    """One sentence for a refusal of the system.

    >>> system_fault(OSError(28, "No space left on device", "outputs/a.csv"))
    '« outputs/a.csv » : le disque est plein : libérer de la place, puis relancer.'
    """
    said = _WHAT.get(error.errno or 0) or Told(_REST, why=error.strerror or str(error) or type(error).__name__)
    where = f"« {error.filename} » : " if error.filename else ""
    return (where + said + ".").capital()


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """The end of a French sentence: the nearest known name, else all of them.

    >>> did_you_mean("teritoire", ["corpus", "territoire"])
    ', vouliez-vous « territoire » ?'
    >>> did_you_mean("xyz", ["corpus", "territoire"])
    ' (possibles : corpus, territoire).'
    """
    names = sorted(known)
    near = get_close_matches(given, names, n=1, cutoff=0.6)
    if near:
        return Told(", vouliez-vous « {near} » ?", near=near[0])
    return Told(" (possibles : {names}).", names=names) if names else Told(" (aucun n’est attendu).")
