"""What the entry workbook says to the person who fills it, in French and in English."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ect_research.codebook.codebook import Language, Variable

TEXTS: dict[str, dict[str, str]] = {
    "fr": {
        "readme": "Lisez-moi",
        "title": "Classeur de saisie",
        "intro": "Une feuille par sorte de fait, une ligne par fait. Laisser vide ce que personne n’a dit.",
        "steps": "En quatre gestes",
        "step1": "Inscrire les documents et entretiens dans la feuille « sources » : chaque fait en cite au moins un.",
        "step2": "Inscrire les projets, puis leurs évènements datés. Les étapes, les durées et les issues en sont calculées.",
        "step3": "Compléter les autres feuilles selon les besoins : chacune ouvre de nouvelles analyses.",
        "step4": "Enregistrer sous surveys/mon-corpus/corpus.xlsx (ou .ods), puis taper : ect check mon-corpus",
        "sheets": "Les feuilles",
        "sheet": "Feuille",
        "content": "Ce qu’on y met",
        "rows": "ligne(s)",
        "needed": "indispensable",
        "colours": "Les couleurs des en-têtes",
        "column": "En-tête de colonne",
        "required": "à remplir toujours",
        "conditional": "à remplir dans certains cas (le commentaire de l’en-tête dit lesquels)",
        "optional": "quand on le sait",
        "provenance": "d’où vient le fait, et avec quelle certitude",
        "orange": "case obligatoire encore vide sur une ligne commencée",
        "red": "code déjà donné à une autre ligne",
        "dates": "Les dates s’écrivent comme on les connaît",
        "typed": "On écrit",
        "means": "On sait",
        "answers": "Les réponses",
        "answer1": "Une liste déroulante donne les réponses possibles ; la feuille « codes » les donne toutes.",
        "answer2": "Plusieurs réponses dans une case : les séparer par un point-virgule.",
        "answer3": "Plusieurs codes de sources, d’acteurs ou de projets : les séparer par une espace.",
        "answer4": "Ni total, ni titre, ni cellule fusionnée dans les feuilles de faits ; les formules sont lues d’après leur "
        "dernière valeur.",
        "people": "Les personnes",
        "people1": "Aucun nom de personne dans les textes libres. Une personne entre sous pseudonyme, avec son accord.",
        "people2": "Une source « diffusable : non » garde ses faits hors de toute sortie publique.",
        "prefilled": "Rempli d’après le corpus « {name} ». {aside}",
        "aside": "{count} ligne(s) ou nom(s) protégés n’y sont pas : ce classeur ne remplace pas le fichier d’origine.",
        "codes": "codes",
        "list": "Liste",
        "code": "Code",
        "label": "Libellé",
        "other_label": "Libellé anglais",
        "used_in": "Colonnes",
        "column_code": "Code de la colonne",
        "is_required": "À remplir toujours.",
        "is_conditional": "À remplir si",
        "only_if": "Seulement si",
        "example": "Exemple",
        "list_error": "Cette réponse n’est pas dans la liste. Choisir dans la liste déroulante, ou voir la feuille « codes ».",
        "several": "Plusieurs réponses possibles, séparées par « ; ». La liste n’en propose qu’une : compléter à la main.",
        "references": "Codes de la feuille « {table} », séparés par une espace.",
        "reference": "Un code de la feuille « {table} ».",
        "reference_error": "Ce code n’est pas encore dans la feuille « {table} ». Le garder quand même ?",
        "date": "Comme on la connaît : 12/03/2025, mars 2025, 2025 T2, automne 2024, 2025, avant 2016.",
        "date_error": "L’année s’écrit sur quatre chiffres : 12/03/2025 et non 12/03/25. Garder quand même ?",
        "number": "Un nombre, comme 12 ou 12,5.",
        "whole": "Un nombre entier, comme 12.",
        "number_error": "Ce n’est pas le nombre attendu. {rule} Garder quand même ?",
    },
    "en": {
        "readme": "Read me",
        "title": "Entry workbook",
        "intro": "One sheet per kind of fact, one row per fact. Leave blank what nobody said.",
        "steps": "In four steps",
        "step1": "Enter documents and interviews in sheet “sources”: every fact cites at least one.",
        "step2": "Enter projects, then their dated events. Stages, durations and outcomes are computed from them.",
        "step3": "Fill the other sheets as needed: each one opens new analyses.",
        "step4": "Save as surveys/my-corpus/corpus.xlsx (or .ods), then type: ect check my-corpus",
        "sheets": "The sheets",
        "sheet": "Sheet",
        "content": "What it holds",
        "rows": "row(s)",
        "needed": "required",
        "colours": "Colours of the headers",
        "column": "Column header",
        "required": "always to be filled",
        "conditional": "to be filled in some cases (the comment of the header says which)",
        "optional": "when known",
        "provenance": "where the fact comes from, and how certain it is",
        "orange": "required cell still blank on a row that was started",
        "red": "code already given to another row",
        "dates": "Write dates as they are known (in French)",
        "typed": "Written",
        "means": "Known",
        "answers": "Answers",
        "answer1": "A drop-down list gives the possible answers; sheet “codes” gives all of them.",
        "answer2": "Several answers in one cell: separate them with a semicolon.",
        "answer3": "Several codes of sources, actors or projects: separate them with a space.",
        "answer4": "No total, no title, no merged cell in the sheets of facts; formulas are read from their last value.",
        "people": "People",
        "people1": "No person’s name in free text. A person enters under a pseudonym, with their consent.",
        "people2": "A source marked “May be published: No” keeps its facts out of every public output.",
        "prefilled": "Filled from corpus “{name}”. {aside}",
        "aside": "{count} protected row(s) or name(s) are not in it: this workbook does not replace the original file.",
        "codes": "codes",
        "list": "List",
        "code": "Code",
        "label": "Label",
        "other_label": "French label",
        "used_in": "Columns",
        "column_code": "Column code",
        "is_required": "Always to be filled.",
        "is_conditional": "To be filled if",
        "only_if": "Only if",
        "example": "Example",
        "list_error": "This answer is not in the list. Choose from the drop-down list, or see sheet “codes”.",
        "several": "Several answers allowed, separated by “;”. The list offers one at a time: complete by hand.",
        "references": "Codes of sheet “{table}”, separated by a space.",
        "reference": "A code of sheet “{table}”.",
        "reference_error": "This code is not in sheet “{table}” yet. Keep it anyway?",
        "date": "As known, in French: 12/03/2025, mars 2025, 2025 T2, automne 2024, 2025, avant 2016.",
        "date_error": "Write the year with four digits: 12/03/2025, not 12/03/25. Keep it anyway?",
        "number": "A number, such as 12 or 12.5.",
        "whole": "A whole number, such as 12.",
        "number_error": "This is not the number expected. {rule} Keep it anyway?",
    },
}
DATES: dict[str, tuple[tuple[str, str], ...]] = {
    "fr": (
        ("12/03/2025", "le jour"),
        ("03/2025 ou mars 2025", "le mois"),
        ("2025 T2, 2025 S1", "le trimestre, le semestre"),
        ("printemps 2021, automne 2024", "la saison (« hiver » est refusé : à cheval sur deux années)"),
        ("2025", "l’année"),
        ("avant 2016, après 03/2018", "une borne seulement"),
        ("entre 2018 et 2021", "une période"),
        ("(vide)", "la source ne le dit pas"),
    ),
    "en": (
        ("12/03/2025", "the day (12 March)"),
        ("03/2025 or mars 2025", "the month"),
        ("2025 T2, 2025 S1", "the quarter, the half-year"),
        ("printemps 2021, automne 2024", "the season (winter is refused: it straddles two years)"),
        ("2025", "the year"),
        ("avant 2016, après 03/2018", "one bound only: before, after"),
        ("entre 2018 et 2021", "a period: between … and …"),
        ("(blank)", "the source does not say"),
    ),
}


def header_comment(variable: Variable, answers: list[str], language: Language) -> str:
    """What the comment of a header cell says: hint, when to fill it, example, answers, code of the column.

    Args:
        variable: the column.
        answers: labels of its list, ``[]`` when it has none.
        language: of the sentences.
    """
    said = TEXTS[language]
    colon = " : " if language == "fr" else ": "
    hint = variable.hint if language == "fr" else variable.hint_en
    lines = [hint] if hint else []
    if variable.required == "oui":
        lines.append(said["is_required"])
    elif variable.required:
        lines.append(f"{said['is_conditional']} {_plain(variable.required, language)}.")
    if variable.relevant:
        lines.append(f"{said['only_if']} {_plain(variable.relevant, language)}.")
    if variable.unit:
        lines.append(variable.unit)
    if variable.example:
        lines.append(f"{said['example']}{colon}{variable.example}")
    if answers:
        shown = answers[:10]
        lines.append("\n".join(f"• {label}" for label in shown) + ("\n• …" if len(answers) > 10 else ""))
    lines.append(f"{said['column_code']}{colon}{variable.name}")
    return "\n".join(lines)


def _plain(condition: str, language: Language) -> str:
    """An XLSForm condition as a person reads it.

    >>> _plain("${dispositif} = '' and ${acteur_id} = ''", "fr")
    'dispositif est vide et acteur_id est vide'
    """
    text = condition.replace("${", "").replace("}", "")
    words = (
        (" est rempli", " est vide", " et ", " ou ")
        if language == "fr"
        else (" is filled", " is blank", " and ", " or ")
    )
    for sign, word in zip((" != ''", " = ''", " and ", " or "), words, strict=True):
        text = text.replace(sign, word)
    return text
