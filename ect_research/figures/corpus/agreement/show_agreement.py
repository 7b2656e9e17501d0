"""The views of the agreement of coders, by name."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Literal

from ect_research.analysis.chance import Refusal
from ect_research.errors import EctError
from ect_research.figures.corpus.agreement.agreement_figure import draw_agreement
from ect_research.figures.corpus.agreement.agreement_words import (
    COEFFICIENTS,
    KINDS,
    code_said,
    coefficient_said,
    interval_said,
    number_said,
    rows_told,
    variable_said,
)
from ect_research.figures.exhibit.exhibit import Exhibit, Finding, Strength
from ect_research.figures.exhibit.sourced_caption import sourced_caption
from ect_research.figures.page.formats import format_percent, format_percent_range, join_words
from ect_research.words import mark, tell

if TYPE_CHECKING:
    import pandas as pd

    from ect_research.analysis.corpus.agreement.coding_agreement import CodingAgreement
    from ect_research.figures.page.caption import Caption
    from ect_research.figures.page.theme import Theme

View = Literal["variables", "coefficients", "confusion", "desaccords"]
_TITLES: dict[str, str] = {
    "variables": mark("Les codeurs donnent-ils le même code, et plus que par hasard ?"),
    "coefficients": mark("Les coefficients d’accord, variable par variable"),
    "confusion": mark("Quel code l’un donne quand l’autre en donne un autre"),
    "desaccords": mark("Les désaccords à discuter"),
}
_READINGS: dict[str, str] = {
    "variables": mark(
        "Point : part des paires de codeurs qui donnent le même code. Bande : la même part quand les codes de chacun sont "
        "rebattus entre les projets. α : 1 est l’accord parfait, 0 le hasard. * : accord élevé et coefficient bas, parce "
        "qu’un code domine ; lire l’AC1."
    ),
    "coefficients": mark(
        "α tient compte de l’ordre des codes, et des codes communs quand il y en a plusieurs ; κ et AC1 comptent tout code "
        "différent pour un désaccord. Intervalles à 95 %, un projet ôté à son tour."
    ),
    "confusion": mark("Une ligne par paire de codes, la plus fréquente d’abord ; les mêmes codes compris."),
    "desaccords": mark(
        "Relire les deux passages, se mettre d’accord, écrire le code retenu, qui l’a retenu (un code, jamais un nom) et "
        "pourquoi : « ect codages --formulaire », puis « ect codages --arbitrages »."
    ),
}


def show_agreement(agreement: CodingAgreement | Refusal, view: View = "variables") -> Exhibit[CodingAgreement]:
    """One view of the agreement of coders.

    Args:
        agreement: from `build_agreement`.
        view: ``variables`` (the figure), ``coefficients``, ``confusion`` or ``desaccords``.

    Raises:
        EctError: no such view.
    """
    if view not in _TITLES:
        raise EctError("Vue « {view} » inconnue : choisir parmi {views}.", view=view, views=", ".join(_TITLES))
    rows = {"variables": _variables, "coefficients": _coefficients, "confusion": _confusion, "desaccords": _apart}[view]
    return Exhibit(
        _nothing_apart(agreement) if view == "desaccords" else agreement,
        rows,
        partial(_words, view=view),
        draw_agreement if view == "variables" else None,
        finding_of=_find_apart if view == "desaccords" else _find,
        title=_TITLES[view],
        reads=("codages",),
        place="annexe" if view in ("confusion", "coefficients") else "corps",
    )


def _nothing_apart(agreement: CodingAgreement | Refusal) -> CodingAgreement | Refusal:
    if isinstance(agreement, Refusal) or len(agreement.disagreements):
        return agreement
    return Refusal(tell("la liste des désaccords"), tell("Les codeurs sont d’accord partout : il n’y en a aucun."))


def _variables(shown: Exhibit[CodingAgreement]) -> pd.DataFrame:
    import pandas as pd

    lines = rows_told(shown.told)
    said = [variable_said(shown, line["unite_table"], line["variable"]) for line in lines]
    keep = ["n", "accord", "bas", "haut", "hasard", "hasard_bas", "hasard_haut"]
    return pd.DataFrame(
        [{"variable": name, **{key: line[key] for key in keep}} for name, line in zip(said, lines, strict=True)]
    )


def _coefficients(shown: Exhibit[CodingAgreement]) -> pd.DataFrame:
    import pandas as pd

    theme, told = shown.theme, shown.told
    kinds = {(row["unite_table"], row["variable"]): row["nature"] for row in told.variables.to_dict("records")}
    rows = []
    for place, group in told.coefficients.groupby(["unite_table", "variable"], sort=False):
        table, name = map(str, place)
        kind = theme.say(KINDS[kinds[table, name]]) if name else ""
        line = {"variable": variable_said(shown, table, name), "nature": kind, "n": int(group["n"].iloc[0])}
        for row in group.to_dict("records"):
            said = f"{number_said(row['valeur'], theme)} {interval_said(row, theme)}".strip()
            line[theme.say(COEFFICIENTS[row["coefficient"]])] = said
        rows.append(line)
    return pd.DataFrame(rows).fillna("–")


def _confusion(shown: Exhibit[CodingAgreement]) -> pd.DataFrame:
    counts = shown.told.confusion.sort_values(
        ["unite_table", "variable", "n"], ascending=[True, True, False], kind="stable"
    )
    places = list(zip(counts["unite_table"], counts["variable"], strict=True))
    return counts.assign(
        variable=[variable_said(shown, *place) for place in places],
        code_a=[code_said(shown, *place, code) for place, code in zip(places, counts["code_a"], strict=True)],
        code_b=[code_said(shown, *place, code) for place, code in zip(places, counts["code_b"], strict=True)],
    )[["variable", "codeur_a", "code_a", "codeur_b", "code_b", "n"]].reset_index(drop=True)


def _apart(shown: Exhibit[CodingAgreement]) -> pd.DataFrame:
    apart, names = shown.told.disagreements, shown.context.names()
    places = list(zip(apart["unite_table"], apart["variable"], strict=True))
    return apart.assign(
        projet=[names.get(unit, unit) for unit in apart["unite_id"]],
        variable=[variable_said(shown, *place) for place in places],
        code_a=[code_said(shown, *place, code) for place, code in zip(places, apart["code_a"], strict=True)],
        code_b=[code_said(shown, *place, code) for place, code in zip(places, apart["code_b"], strict=True)],
        unite_id=apart["unite_id"],
    )[["projet", "variable", "codeur_a", "code_a", "passage_a", "codeur_b", "code_b", "passage_b", "regle", "unite_id"]]


def _words(shown: Exhibit[CodingAgreement], view: str) -> Caption:
    told, theme = shown.told, shown.theme
    return sourced_caption(
        shown.context,
        theme,
        title=theme.say(_TITLES[view]),
        n=theme.say(
            "n = {units} codés par {coders}", units=_units(told, theme), coders=join_words(told.coders, theme.language)
        ),
        missing=_left_out(shown),
        reading=theme.say(_READINGS[view]),
    )


def _units(told: CodingAgreement, theme: Theme) -> str:
    if set(told.variables["unite_table"]) == {"projets"}:
        return theme.say_n("{n} projet", "{n} projets", told.n)
    return theme.say_n("{n} ligne", "{n} lignes", told.n)


def _left_out(shown: Exhibit[CodingAgreement]) -> str:
    if not shown.told.left_out:
        return ""
    table = str(shown.told.variables["unite_table"].iloc[0])
    names = [variable_said(shown, table, name) for name in shown.told.left_out]
    return shown.theme.say("trop peu codées deux fois : {names}", names=join_words(names, shown.theme.language))


def _find(shown: Exhibit[CodingAgreement]) -> Finding:
    told, theme = shown.told, shown.theme
    lines = rows_told(told)
    whole, worst = lines[-1], lines[0]
    parts = [
        theme.say(
            "Deux codeurs donnent le même code {share} du temps [{interval}], contre {chance} par hasard (n = {n})",
            share=format_percent(whole["accord"], 0, theme.language),
            interval=format_percent_range(whole["bas"], whole["haut"], theme.language),
            chance=format_percent(whole["hasard"], 0, theme.language),
            n=told.n,
        )
    ]
    if len(lines) > 2:
        parts.append(
            theme.say(
                "le moins sûr : {name} ({said})",
                name=variable_said(shown, worst["unite_table"], worst["variable"]),
                said=coefficient_said(told, worst, theme),
            )
        )
    hidden = [variable_said(shown, line["unite_table"], line["variable"]) for line in lines if line["paradoxe"]]
    if hidden:
        parts.append(
            theme.say(
                "pour {names}, κ est bas bien que les codeurs soient d’accord, parce qu’un code domine",
                names=join_words(hidden, theme.language),
            )
        )
    return Finding(theme.say(" ; ").join(parts) + ".", Strength.BEYOND_CHANCE if told.beyond else Strength.AS_CHANCE)


def _find_apart(shown: Exhibit[CodingAgreement]) -> Finding:
    apart, theme = shown.told.disagreements, shown.theme
    open_ = int((apart["regle"] == "").sum())
    said = theme.say_n("{n} désaccord entre codeurs", "{n} désaccords entre codeurs", len(apart))
    rest = theme.say_n("{n} reste à discuter", "{n} restent à discuter", open_)
    return Finding(theme.say("{said} ; {rest}.", said=said, rest=rest), Strength.COUNTED)
