"""What the entry workbook says to the person who fills it, in the language of that person."""

from __future__ import annotations

from ect_research.codebook.codebook import Codebook, Language, Variable
from ect_research.words import catalogue, mark

_TEXTS = {
    "readme": mark("Lisez-moi"),
    "title": mark("Classeur de saisie"),
    "intro": mark("Une feuille par sorte de fait, une ligne par fait. Laisser vide ce que personne n’a dit."),
    "steps": mark("En quatre gestes"),
    "step1": mark(
        "Répondre aux questions de la feuille « étude » ; inscrire vos dispositifs dans la feuille « listes »."
    ),
    "step2": mark(
        "Inscrire les documents et entretiens dans la feuille « sources » : chaque fait en cite au moins un."
    ),
    "step3": mark(
        "Inscrire les projets, puis leurs évènements datés. Les étapes, les durées et les issues en sont calculées."
    ),
    "step4": mark(
        "Enregistrer, puis taper : ect check. Les autres feuilles se remplissent selon les besoins : chacune ouvre de "
        "nouvelles analyses."
    ),
    "study_question": mark("Question"),
    "study_answer": mark("Votre réponse"),
    "study_help": mark("Aide"),
    "about_study": mark("Ce qu’est l’étude : son titre, son territoire, le dernier jour observé, ce qu’elle protège"),
    "about_lists": mark(
        "Vos dispositifs et vos thématiques : une ligne ajoutée est aussitôt dans les listes déroulantes"
    ),
    "list_help": mark(
        "Ajouter vos réponses sous les autres, une par ligne : elles sont aussitôt dans les listes déroulantes. Le signe + "
        "au-dessus des colonnes montre les codes et l’autre langue, qui peuvent rester vides."
    ),
    "sheets": mark("Les feuilles"),
    "rows": mark("ligne(s)"),
    "needed": mark("indispensable"),
    "colours": mark("Les couleurs des en-têtes"),
    "column": mark("En-tête de colonne"),
    "required": mark("à remplir toujours"),
    "conditional": mark("à remplir dans certains cas (le commentaire de l’en-tête dit lesquels)"),
    "optional": mark("quand on le sait"),
    "provenance": mark("d’où vient le fait, et avec quelle certitude"),
    "orange": mark("case obligatoire encore vide sur une ligne commencée"),
    "red": mark("code déjà donné à une autre ligne"),
    "dates": mark("Les dates s’écrivent comme on les connaît"),
    "answers": mark("Les réponses"),
    "answer1": mark("Une liste déroulante donne les réponses possibles ; la feuille « codes » les donne toutes."),
    "answer2": mark("Plusieurs réponses dans une case : les séparer par un point-virgule."),
    "answer3": mark("Plusieurs codes de sources, d’acteurs ou de projets : les séparer par une espace."),
    "folded": mark("Dix colonnes au plus sont dépliées ; le signe + au-dessus des autres les montre."),
    "answer4": mark(
        "Ni total, ni titre, ni cellule fusionnée dans les feuilles de faits ; les formules sont lues d’après leur "
        "dernière valeur."
    ),
    "people": mark("Les personnes"),
    "people1": mark(
        "Aucun nom de personne dans les textes libres. Une personne entre sous pseudonyme, avec son accord."
    ),
    "people2": mark(
        "Une source « diffusable : non » n’est nommée que par son code. Ses faits comptent dans les figures, et restent "
        "hors de l’extrait et de l’archive."
    ),
    "prefilled": mark("Rempli d’après le corpus « {name} ». {aside}"),
    "aside": mark(
        "{count} ligne(s) ou nom(s) protégés n’y sont pas : ce classeur ne remplace pas le fichier d’origine."
    ),
    "codes": mark("codes"),
    "list": mark("Liste"),
    "code": mark("Code"),
    "label": mark("Libellé"),
    "other_label": mark("Libellé anglais"),
    "used_in": mark("Colonnes"),
    "column_code": mark("Code de la colonne"),
    "is_required": mark("À remplir toujours."),
    "is_conditional": mark("À remplir si"),
    "only_if": mark("Seulement si"),
    "example": mark("Exemple"),
    "list_error": mark(
        "Cette réponse n’est pas dans la liste. Choisir dans la liste déroulante, ou voir la feuille « codes »."
    ),
    "several": mark(
        "Plusieurs réponses possibles, séparées par « ; ». La liste n’en propose qu’une : compléter à la main."
    ),
    "references": mark("Codes de la feuille « {table} », séparés par une espace."),
    "named": mark("Choisir le nom dans la liste, ou taper le code de la feuille « {table} »."),
    "blank": mark("Vide : lu"),
    "reference": mark("Un code de la feuille « {table} »."),
    "reference_error": mark("Ce code n’est pas encore dans la feuille « {table} ». Le garder quand même ?"),
    "date": mark("Comme on la connaît : 12/03/2025, mars 2025, 2025 T2, automne 2024, 2025, avant 2016."),
    "date_error": mark("L’année s’écrit sur quatre chiffres : 12/03/2025 et non 12/03/25. Garder quand même ?"),
    "number": mark("Un nombre, comme 12 ou 12,5."),
    "whole": mark("Un nombre entier, comme 12."),
    "number_error": mark("Ce n’est pas le nombre attendu. {rule} Garder quand même ?"),
}
_DATES = (
    (mark("12/03/2025"), mark("le jour")),
    (mark("03/2025 ou mars 2025"), mark("le mois")),
    (mark("2025 T2, 2025 S1"), mark("le trimestre, le semestre")),
    (mark("printemps 2021, automne 2024"), mark("la saison (« hiver » est refusé : à cheval sur deux années)")),
    (mark("2025"), mark("l’année")),
    (mark("avant 2016, après 03/2018"), mark("une borne seulement")),
    (mark("entre 2018 et 2021"), mark("une période")),
    (mark("(vide)"), mark("la source ne le dit pas")),
)


def texts(language: Language) -> dict[str, str]:
    """Every sentence of the workbook, by its name, in the language of the person who fills it.

    >>> texts("en")["column"]
    'Column header'
    """
    return {name: catalogue(language).gettext(text) for name, text in _TEXTS.items()}


def dates(language: Language) -> list[tuple[str, str]]:
    """Ways to write a date, and what each says."""
    said = catalogue(language).gettext
    return [(said(typed), said(means)) for typed, means in _DATES]


def header_comment(
    codebook: Codebook, variable: Variable, answers: list[str], language: Language, default: str = ""
) -> str:
    """What the comment of a header cell says: hint, when to fill it, example, answers, code of the column.

    ``default``: the label that a blank cell is read as.
    """
    said = texts(language)
    colon = catalogue(language).gettext(" : ")
    hint = variable.hint if language == "fr" else variable.hint_en
    lines = [hint] if hint else []
    if variable.required == "oui":
        lines.append(said["is_required"])
    elif variable.required:
        lines.append(
            f"{said['is_conditional']} {codebook.condition_said(variable.table, variable.required, language)}."
        )
    if default:
        lines.append(f"{said['blank']} « {default} »." if language == "fr" else f"{said['blank']} “{default}”.")
    if variable.relevant:
        lines.append(f"{said['only_if']} {codebook.condition_said(variable.table, variable.relevant, language)}.")
    if variable.unit:
        lines.append(variable.unit)
    if variable.example:
        lines.append(f"{said['example']}{colon}{codebook.example(variable, language)}")
    if answers:
        shown = answers[:10]
        lines.append("\n".join(f"• {label}" for label in shown) + ("\n• …" if len(answers) > 10 else ""))
    lines.append(f"{said['column_code']}{colon}{variable.name}")
    return "\n".join(lines)
