"""The words of the trajectory figures, in both languages, and the families of facts that get a sign."""

from __future__ import annotations

from ect_research.codebook.roles import families

WORDS: dict[str, dict[str, str]] = {
    "fr": {
        "pale": "au-delà du dernier fait connu",
        "doubt": "date d’ouverture connue à un intervalle près",
        "open": "fin de l’observation, issue non connue",
        "soutien": "appui reçu",
        "public": "moment public",
        "autre": "autre fait daté",
        "seen": "étapes attestées",
        "undated": "Sans fait daté ({}) : seul l’ordre des étapes est connu, s’il est dit",
        "silent": "Ni date ni étape ({}) : {}.",
        "age_axis": "Années depuis le premier fait daté",
        "title_calendar": "Trajectoires des projets au calendrier",
        "title_age": "Trajectoires des projets depuis leur premier fait daté",
        "finding": "Au moins un fait daté pour {} sur {} ; au-delà du dernier, on ne sait pas",
        "window": ", depuis {}",
        "since": "Ce qui précède {} n’est pas montré",
        "order": "début non daté : ordre seul",
        "n": "n = {}",
        "missing": "{} sans fait daté ({})",
        "reading": "{} : étape « {} » ouverte {} ; dernier fait connu {}. Une bande pâle ne dit pas que l’étape dure "
        "encore : aucun document ne dit plus rien du projet.",
    },
    "en": {
        "pale": "beyond the last known fact",
        "doubt": "opening date known within an interval",
        "open": "end of observation, outcome unknown",
        "soutien": "support received",
        "public": "public moment",
        "autre": "other dated fact",
        "seen": "stages attested",
        "undated": "No dated fact ({}): only the order of stages is known, where told",
        "silent": "Neither date nor stage ({}): {}.",
        "age_axis": "Years since the first dated fact",
        "title_calendar": "Trajectories of the projects on the calendar",
        "title_age": "Trajectories of the projects since their first dated fact",
        "finding": "At least one dated fact for {} out of {}; beyond the last one, nobody knows",
        "window": ", since {}",
        "since": "What came before {} is not shown",
        "order": "start not dated: order only",
        "n": "n = {}",
        "missing": "{} without a dated fact ({})",
        "reading": "{}: stage “{}” opened {}; last known fact {}. A pale band does not say that the stage still "
        "lasts: no document says anything more of the project.",
    },
}


def marker_family(event: str) -> str:
    """``soutien``, ``public`` or ``autre``.

    >>> marker_family("soutien_financier"), marker_family("demenagement")
    ('soutien', 'autre')
    """
    return families("type_evenement").get(event, "autre")
