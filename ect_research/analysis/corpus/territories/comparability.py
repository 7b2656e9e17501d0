"""What two registers do not share: how long they look, how dates and facts are told, which projects they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ect_research.codebook.load_codebook import load_codebook
from ect_research.codebook.roles import roles
from ect_research.words import Sentence, labelled, mark, tell

if TYPE_CHECKING:
    from ect_research.analysis.durations.durations import Durations
    from ect_research.corpus.checked.corpus import Corpus

APART = 0.25
"""Two shares that differ by more make a reserve."""
_PRECISE = ("jour", "mois")
_COMPARED = ("type_evenement", "certitude", "accompagne")
_DOUBTFUL = frozenset(code for code, role in roles("certitude").items() if role in ("deduit", "incertain"))
SHARES = {
    "duree_connue": mark("durée connue"),
    "suivi_connu": mark("début de suivi dit"),
    "dates_precises": mark("dates au mois ou mieux"),
    "faits_incertains": mark("faits déduits ou incertains"),
    "temoins": mark("projets non accompagnés"),
}


def describe_register(corpus: Corpus, durations: Durations) -> dict[str, object]:
    """One row of the table of what is comparable.

    Returns:
        ``observe, premier_fait`` (days), ``projets``, the shares of `SHARES` (0–1; NaN without a case), the projects behind
        three of them (``n_duree_connue, n_suivi_connu, n_temoins``), ``codes_propres``
        (codes, stages or labels that the package does not have), ``protege`` (what the corpus protects).
    """
    facts, projects = corpus.tables["evenements"], corpus.tables["projets"]
    dated = facts["date_debut_precision"].dropna().astype("str")
    supported = projects["accompagne"].dropna().astype("str")
    return {
        "observe": corpus.observed_on,
        "premier_fait": facts["date_debut_min"].min(),
        "projets": len(projects),
        "duree_connue": durations.n / len(projects) if len(projects) else float("nan"),
        "suivi_connu": 1 - durations.supposed / durations.n if durations.n else float("nan"),
        "dates_precises": dated.isin(_PRECISE).mean(),
        "faits_incertains": facts["certitude"].dropna().astype("str").isin(_DOUBTFUL).mean(),
        "temoins": (supported == "non").mean(),
        "n_duree_connue": durations.n,
        "n_suivi_connu": durations.n - durations.supposed,
        "n_temoins": int((supported == "non").sum()),
        "codes_propres": own_codes(corpus),
        "protege": corpus.protection.protected,
    }


def own_codes(corpus: Corpus) -> int:
    """Stages, and codes of what is compared, that the package does not have or means otherwise; a programme is always local."""
    shipped = load_codebook()
    keys = ["list_name", "name", "label::fr", "family", "role"]
    said = set(map(tuple, corpus.codebook.choices_table[keys].to_numpy().tolist()))
    said -= set(map(tuple, shipped.choices_table[keys].to_numpy().tolist()))
    said = {row for row in said if row[0] in _COMPARED}
    rules = ["name", "opens", "closes", "reopens", "role"]
    stages = set(map(tuple, corpus.codebook.stages[rules].to_numpy().tolist()))
    return len(said) + len(stages - set(map(tuple, shipped.stages[rules].to_numpy().tolist())))


def reserves(table: pd.DataFrame, names: dict[str, dict[str, str]]) -> tuple[Sentence, ...]:
    """What forbids to compare without a reserve, one sentence each.

    Args:
        table: rows of `describe_register`, and ``territoire``.
        names: ``{territory: {language: name}}``.
    """
    found = []
    days = table["observe"]
    if (days.max() - days.min()).days > 366:
        found.append(tell("dernier jour observé à plus d’un an d’écart"))
    for column, said in SHARES.items():
        values = table.set_index("territoire")[column].dropna()
        if len(values) > 1 and values.max() - values.min() > APART:
            low, high = str(values.idxmin()), str(values.idxmax())
            found.append(
                tell(
                    "{what} : {low} % dans « {here} », {high} % dans « {there} »",
                    what=tell(said),
                    low=round(100 * values[low]),
                    high=round(100 * values[high]),
                    here=labelled(names[low]),
                    there=labelled(names[high]),
                )
            )
    if table["codes_propres"].max() > 0:
        found.append(tell("codes ou étapes que l’un seul définit ainsi"))
    if len(set(table["protege"])) > 1:
        found.append(tell("protections différentes"))
    return tuple(found)
