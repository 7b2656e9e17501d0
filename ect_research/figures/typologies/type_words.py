"""Each type in one paragraph: how many, what it has more and less than the others, who stands for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from ect_research.analysis.typologies.types.catdes import FEWEST_FOR_P
from ect_research.figures.page.formats import typeset
from ect_research.words import mark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ect_research.analysis.typologies.type_study import TypeStudy
    from ect_research.analysis.typologies.types.catdes import TypeDescription
    from ect_research.figures.exhibit.exhibit import Exhibit
    from ect_research.figures.page.theme import Theme

NOTABLE_V = 2.0
NOTABLE_GAP = 0.2
MOST_CODES = 5


@dataclass(frozen=True)
class Wording:
    """Words for what a typology names.

    Attributes:
        variables: ``{column: label}``.
        codes: ``{(column, code): label}``.
        projects: ``{projet_id: name to print}``.
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


# What is made from facts has codes in the codebook, and no column (`derive_paths`).
_DERIVED, _DERIVED_SAID = "trajectoire", mark("Trajectoire")


def wording_of(shown: Exhibit[TypeStudy]) -> Wording:
    """Labels of the codebook for the variables of a study, names to print for its projects; the codes for plain data."""
    table, codebook, language = shown.told.table, shown.context.codebook, shown.theme.language
    told = [*table.active.columns, *table.illustrative.columns]
    variables = {name: codebook.variables["projets", name] for name in told if ("projets", name) in codebook.variables}
    codes = {
        (name, code): label
        for name, variable in variables.items()
        if variable.list_name
        for code, label in codebook.labels(variable.list_name, language).items()
    }
    labels = {name: codebook.variable_label("projets", name, language) for name in variables}
    if _DERIVED in told:
        codes |= {(_DERIVED, code): label for code, label in codebook.labels(_DERIVED, language).items()}
        labels[_DERIVED] = shown.theme.say(_DERIVED_SAID)
    return Wording(labels, codes, shown.names)


def word_rows(shown: Exhibit[TypeStudy]) -> pd.DataFrame:
    """One paragraph per type: ``type, effectif, badge, texte``.

    From 30 projects on, codes are quoted with shares (test-values of at least 2 in absolute value); under 30, as "x sur n",
    when their share is 20 points from that of all projects. No test-value is quoted there, nor for an active variable: it
    made the types.
    """
    study, theme = shown.told, shown.theme
    description, wording = study.description, wording_of(shown)
    last = [
        theme.say("Ce paragraphe décrit, il ne teste pas : les variables actives ont servi à construire les types.")
    ]
    if description.n >= FEWEST_FOR_P and (description.codes["role"] == "illustratif").any():
        last.append(theme.say("Les valeurs-tests ne sont pas corrigées du nombre de modalités."))
    rows = []
    for label, size in description.sizes.items():
        head = theme.say_n(
            "Type {type} : {n} projet sur {total}.",
            "Type {type} : {n} projets sur {total}.",
            int(size),
            type=label,
            total=description.n,
        )
        traits = _code_sentences(description, label, wording, theme) + _number_sentences(
            description, label, wording, theme
        )
        body = traits or [theme.say("Aucune modalité ne le distingue nettement.")]
        text = " ".join([head, *body, *_people(shown, label, wording), *last])
        rows.append((label, int(size), typeset(text, theme.language)))
    texts = pd.DataFrame(rows, columns=["type", "effectif", "texte"])
    return texts.merge(study.stability.types[["type", "badge"]], on="type")[["type", "effectif", "badge", "texte"]]


def _code_sentences(description: TypeDescription, label: object, wording: Wording, theme: Theme) -> list[str]:
    codes = description.codes[description.codes["type"] == label]
    if description.n >= FEWEST_FOR_P:
        notable = codes[codes["valeur_test"].abs() >= NOTABLE_V]
    else:
        notable = codes[(codes["part"] - codes["ensemble"]).abs() >= NOTABLE_GAP - 1e-9]
        notable = notable[(notable["effectif"] >= 2) | (notable["part"] < notable["ensemble"])]
    more = notable[notable["part"] > notable["ensemble"]].sort_values("valeur_test", ascending=False)
    less = notable[notable["part"] < notable["ensemble"]].sort_values("valeur_test")
    quotes = [
        [_quote(row, description.n, wording, theme) for _, row in chosen.head(MOST_CODES).iterrows()]
        for chosen in (more, less)
    ]
    return [
        *_around(mark("Plus souvent que l’ensemble : {told}."), quotes[0], theme),
        *_around(mark("Moins souvent : {told}."), quotes[1], theme),
    ]


def _around(sentence: str, told: list[str], theme: Theme) -> list[str]:
    """A sentence around a list; none around nothing."""
    return [theme.say(sentence, told=theme.say(" ; ").join(told))] if told else []


def _quote(row: pd.Series, n: int, wording: Wording, theme: Theme) -> str:
    label = wording.code(str(row["variable"]), str(row["code"]))
    if n < FEWEST_FOR_P:
        return theme.say(
            "{label} ({count} sur {size}, contre {total} sur {n})",
            label=label,
            count=row["effectif"],
            size=row["n_type"],
            total=row["n_code"],
            n=row["n"],
        )
    shares = {"share": theme.percent(row["part"])}
    shares["all"] = theme.percent(row["ensemble"])
    if row["role"] == "actif":
        return theme.say("{label} ({share}, contre {all})", label=label, **shares)
    return theme.say(
        "{label} ({share}, contre {all} ; valeur-test {v})",
        label=label,
        **shares,
        v=theme.number(row["valeur_test"], 1),
    )


def _number_sentences(description: TypeDescription, label: object, wording: Wording, theme: Theme) -> list[str]:
    """Numbers whose mean is far from that of all projects: 2 test-values, or half a standard deviation under 30."""
    numbers = description.numbers[description.numbers["type"] == label].dropna(subset=["moyenne"])
    if description.n >= FEWEST_FOR_P:
        numbers = numbers[numbers["valeur_test"].abs() >= NOTABLE_V]
    else:
        gap = (numbers["moyenne"] - numbers["moyenne_ensemble"]).abs()
        numbers = numbers[gap >= numbers["ecart_type_ensemble"] / 2]
    quotes = [
        [_quote_mean(row, wording, theme) for _, row in chosen.iterrows()]
        for chosen in (numbers[numbers["valeur_test"] > 0], numbers[numbers["valeur_test"] < 0])
    ]
    return [
        *_around(mark("Valeurs plus fortes : {told}."), quotes[0], theme),
        *_around(mark("Valeurs plus faibles : {told}."), quotes[1], theme),
    ]


def _quote_mean(row: pd.Series, wording: Wording, theme: Theme) -> str:
    return theme.say(
        "{label} (moyenne {mean}, contre {all})",
        label=wording.variable(str(row["variable"])),
        mean=theme.number(row["moyenne"], 1),
        all=theme.number(row["moyenne_ensemble"], 1),
    )


def _people(shown: Exhibit[TypeStudy], label: object, wording: Wording) -> list[str]:
    """Who stands for a type, and who is furthest from the others."""
    typology, theme = shown.told.typology, shown.theme
    said = []
    for sentence, frame in (
        (mark("Parangon : {project}."), typology.paragons),
        (mark("Le plus à part : {project}."), typology.specifics),
    ):
        first = frame[(frame["type"] == label) & (frame["rang"] == 1)]
        if len(first):
            said.append(theme.say(sentence, project=wording.project(str(first["projet_id"].iloc[0]))))
    return said
