"""Each type in one paragraph, French or English: how many, what it has more and less than the others, who stands for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pandas as pd

from ect_research.analysis.typologies.types.catdes import FEWEST_FOR_P
from ect_research.errors import typeset

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ect_research.analysis.typologies.types.catdes import TypeDescription
    from ect_research.analysis.typologies.types.hierarchy import Typology
    from ect_research.codebook.codebook import Codebook

Language = Literal["fr", "en"]

NOTABLE_V = 2.0
NOTABLE_GAP = 0.2
MOST_CODES = 5
_WORDS = {
    "fr": {
        "head": "Type {type} : {count} {projects} sur {n}.",
        "project": "projet",
        "projects": "projets",
        "more": "Plus souvent que l’ensemble : {}.",
        "less": "Moins souvent : {}.",
        "high": "Valeurs plus fortes : {}.",
        "low": "Valeurs plus faibles : {}.",
        "nothing": "Aucune modalité ne le distingue nettement.",
        "paragon": "Parangon : {}.",
        "specific": "Le plus à part : {}.",
        "few": "{label} ({count} sur {size}, contre {total} sur {n})",
        "many": "{label} ({share} %, contre {all} % ; valeur-test {v})",
        "mean": "{label} (moyenne {mean}, contre {all})",
        "caution": "Ce paragraphe décrit, il ne teste pas : les variables actives ont servi à construire les types.",
        "unadjusted": "Les valeurs-tests ne sont pas corrigées du nombre de modalités.",
    },
    "en": {
        "head": "Type {type}: {count} {projects} out of {n}.",
        "project": "project",
        "projects": "projects",
        "more": "More often than all projects: {}.",
        "less": "Less often: {}.",
        "high": "Higher values: {}.",
        "low": "Lower values: {}.",
        "nothing": "No code clearly sets it apart.",
        "paragon": "Paragon: {}.",
        "specific": "Furthest from the other types: {}.",
        "few": "{label} ({count} of {size}, against {total} of {n})",
        "many": "{label} ({share}%, against {all}%; test-value {v})",
        "mean": "{label} (mean {mean}, against {all})",
        "caution": "This describes, it does not test: the active variables made the types.",
        "unadjusted": "Test-values are not adjusted for the number of codes.",
    },
}


@dataclass(frozen=True)
class Wording:
    """Words for what a typology names.

    Attributes:
        variables: ``{column: label}``.
        codes: ``{(column, code): label}``.
        projects: ``{projet_id: name}``.
    """

    variables: Mapping[str, str]
    codes: Mapping[tuple[str, str], str]
    projects: Mapping[str, str]

    def code(self, variable: str, code: str) -> str:
        """``Variable = code`` in words; the codes themselves when nothing better is known."""
        return f"{self.variable(variable)} = {self.codes.get((variable, code), code)}"

    def variable(self, name: str) -> str:
        """The label of a column."""
        return self.variables.get(name, name)

    def project(self, name: str) -> str:
        """The name of a project."""
        return self.projects.get(name, name)


def wording_of(
    codebook: Codebook,
    variables: Sequence[str],
    *,
    projects: pd.DataFrame | None = None,
    language: Language = "fr",
) -> Wording:
    """The words of the codebook for some columns of the table ``projets``.

    Args:
        codebook: labels.
        variables: columns.
        projects: table ``projets``, for the names of the projects.
        language: ``fr`` or ``en``.
    """
    codes = {
        (name, code): label
        for name in variables
        if codebook.variables["projets", name].list_name
        for code, label in codebook.labels(codebook.variables["projets", name].list_name, language).items()
    }
    labels = {name: codebook.variable_label("projets", name, language) for name in variables}
    named = {} if projects is None else dict(zip(projects["projet_id"].astype(str), projects["nom"], strict=True))
    return Wording(labels, codes, {key: str(name) for key, name in named.items() if isinstance(name, str)})


def word_types(
    description: TypeDescription, typology: Typology, wording: Wording | None = None, language: Language = "fr"
) -> pd.DataFrame:
    """One paragraph per type.

    From 30 projects on, codes are quoted with shares and test-values (at least 2 in absolute value); under 30, as
    "x sur n", when their share is 20 points from that of all projects, and no test is quoted.

    Args:
        description: from `describe_types`.
        typology: same types.
        wording: words; the codes themselves when omitted.
        language: ``fr`` or ``en``.

    Returns:
        ``type, effectif, texte``.

    >>> from ect_research.analysis.typologies.types.catdes import describe_types
    >>> from ect_research.analysis.typologies.tables.answer_table import prepare_table
    >>> from ect_research.analysis.typologies.types.hierarchy import build_hierarchy, cut_types, project_points
    >>> table = prepare_table(pd.DataFrame({"objet": list("xxxyyy")}, index=list("ABCDEF")), ["objet"])
    >>> found = cut_types(build_hierarchy(project_points(table)), 2)
    >>> print(word_types(describe_types(table, found.types), found, language="en")["texte"][0])
    Type 1: 3 projects out of 6. More often than all projects: objet = x (3 of 3, against 3 of 6)...
    """
    spoken = wording or Wording({}, {}, {})
    words = _WORDS[language]
    rows = []
    for label, size in description.sizes.items():
        count = words["projects" if size > 1 else "project"]
        parts = [words["head"].format(type=label, count=size, projects=count, n=description.n)]
        body = [
            *_code_sentences(description, label, spoken, language),
            *_number_sentences(description, label, spoken, language),
        ]
        sentences = [words[key].format(told) for key, told in body] or [words["nothing"]]
        parts += sentences + _people(typology, label, spoken, words) + [words["caution"]]
        if description.n >= FEWEST_FOR_P:
            parts.append(words["unadjusted"])
        text = " ".join(parts)
        rows.append((label, int(size), typeset(text) if language == "fr" else text))
    return pd.DataFrame(rows, columns=["type", "effectif", "texte"])


def _code_sentences(
    description: TypeDescription, label: object, wording: Wording, language: Language
) -> list[tuple[str, str]]:
    codes = description.codes[description.codes["type"] == label]
    if description.n >= FEWEST_FOR_P:
        notable = codes[codes["valeur_test"].abs() >= NOTABLE_V]
    else:
        notable = codes[(codes["part"] - codes["ensemble"]).abs() >= NOTABLE_GAP - 1e-9]
        notable = notable[(notable["effectif"] >= 2) | (notable["part"] < notable["ensemble"])]
    told = []
    for key, chosen in (
        ("more", notable[notable["part"] > notable["ensemble"]].sort_values("valeur_test", ascending=False)),
        ("less", notable[notable["part"] < notable["ensemble"]].sort_values("valeur_test")),
    ):
        if len(chosen):
            rows = [_quote(row, description.n, wording, language) for _, row in chosen.head(MOST_CODES).iterrows()]
            told.append((key, " ; ".join(rows) if language == "fr" else "; ".join(rows)))
    return told


def _quote(row: pd.Series, n: int, wording: Wording, language: Language) -> str:
    words = _WORDS[language]
    label = wording.code(str(row["variable"]), str(row["code"]))
    if n < FEWEST_FOR_P:
        return words["few"].format(
            label=label, count=row["effectif"], size=row["n_type"], total=row["n_code"], n=row["n"]
        )
    share, everyone = round(100 * row["part"]), round(100 * row["ensemble"])
    return words["many"].format(label=label, share=share, all=everyone, v=_decimal(row["valeur_test"], language))


def _number_sentences(
    description: TypeDescription, label: object, wording: Wording, language: Language
) -> list[tuple[str, str]]:
    """Numbers whose mean is far from that of all projects: 2 test-values, or half a standard deviation under 30."""
    numbers = description.numbers[description.numbers["type"] == label].dropna(subset=["moyenne"])
    if description.n >= FEWEST_FOR_P:
        numbers = numbers[numbers["valeur_test"].abs() >= NOTABLE_V]
    else:
        gap = (numbers["moyenne"] - numbers["moyenne_ensemble"]).abs()
        numbers = numbers[gap >= numbers["ecart_type_ensemble"] / 2]
    told = []
    for key, chosen in (("high", numbers[numbers["valeur_test"] > 0]), ("low", numbers[numbers["valeur_test"] < 0])):
        quotes = [
            _WORDS[language]["mean"].format(
                label=wording.variable(str(row["variable"])),
                mean=_decimal(row["moyenne"], language),
                all=_decimal(row["moyenne_ensemble"], language),
            )
            for _, row in chosen.iterrows()
        ]
        if quotes:
            told.append((key, " ; ".join(quotes) if language == "fr" else "; ".join(quotes)))
    return told


def _people(typology: Typology, label: object, wording: Wording, words: dict[str, str]) -> list[str]:
    told = []
    for key, frame in (("paragon", typology.paragons), ("specific", typology.specifics)):
        first = frame[(frame["type"] == label) & (frame["rang"] == 1)]
        if len(first):
            told.append(words[key].format(wording.project(str(first["projet_id"].iloc[0]))))
    return told


def _decimal(value: float, language: Language) -> str:
    written = f"{value:.1f}".replace("-", "\u2212")
    return written.replace(".", ",") if language == "fr" else written
