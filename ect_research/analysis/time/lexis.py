"""Calendar and age at once: the life line of each project, what it went through, and the shocks it met."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.analysis.readable import Readable
from ect_research.corpus.stages.episodes import Episodes
from ect_research.corpus.stages.project_story import ANNOUNCED
from ect_research.corpus.text.dates import decimal_years, middles
from ect_research.words import tell, tell_n

MOST_LINES = 10


@dataclass(frozen=True)
class Lexis(Readable):
    """Life lines; ``x`` are decimal years on the calendar, ages are years since the first dated stage.

    Attributes:
        lines: one row per project, first born first: ``projet_id, x_debut, x_min, x_max`` (interval of the start; NaN when
            open-ended), ``x_connu`` (last dated fact: beyond it nothing is known), ``x_fin`` (end of observation).
        spells: one row per spell: ``projet_id, etape, x_debut, x_fin, age_debut, age_fin``.
        shocks: facts that a source ascribes to an external shock: ``projet_id, evenement_id, x, age``.
        births: index the years, from the first start to the last day observed: projects whose line starts then.
        undated: projects with a stage but without a dated start.
        n: projects dated.
        shortest: lines of fewer years would cover one another: they are counted, not drawn.
        sources: documents of the facts behind it.
    """

    exhibits = ("show_lexis",)

    lines: pd.DataFrame
    spells: pd.DataFrame
    shocks: pd.DataFrame
    births: pd.Series
    undated: tuple[str, ...]
    n: int
    shortest: float = 1.0
    sources: tuple[object, ...] = ()


def build_lexis(episodes: Episodes, events: pd.DataFrame, *, shortest: float = 1.0) -> Lexis | Refusal:
    """Lay each project on the calendar and on its age; a project without a dated stage has no line.

    Args:
        episodes: from ``derive_episodes``.
        events: table ``evenements``, for ``choc_externe``.
        shortest: lines of fewer years are counted, not drawn; more years where more than ten lines would be.

    Source:
        Lexis (1875); Keiding (1990), *Phil. Trans. R. Soc. A* 332, 487–509.

    >>> import ect_research as ect
    >>> corpus = ect.load_corpus("pays-ledonien")
    >>> facts = corpus.tables["evenements"]
    >>> told = ect.derive_episodes(facts, corpus.codebook.stages, observed_on=corpus.observed_on)
    >>> lexis = build_lexis(told, facts)
    >>> lexis.n == int(lexis.births.sum()) == len(lexis.lines)
    True
    """
    states = episodes.states[episodes.states["debut"].notna()]
    dated = [str(name) for name in states["projet_id"].unique()]
    everyone = {str(name) for name in episodes.states["projet_id"]} | {
        str(name) for name in episodes.frame["projet_id"]
    }
    if not dated:
        return Refusal(
            tell("les lignes de vie"),
            tell_n("Aucune étape datée ({n} projet).", "Aucune étape datée ({n} projets).", len(everyone)),
            tell("dater une étape, même à l’année près."),
        )
    start = states.groupby("projet_id")["debut"].min()
    origin = decimal_years(start)
    lines = _lines(episodes, states, start)
    ages = lines["x_fin"] - lines["x_debut"]
    if not (ages >= shortest).any():
        return _too_young(len(lines), shortest)
    while (ages >= shortest).sum() > MOST_LINES:
        shortest += 1
    if not (ages >= shortest).any():
        return _too_alike(len(lines))
    spells = pd.DataFrame(
        {
            "projet_id": states["projet_id"],
            "etape": states["etape"],
            "x_debut": decimal_years(states["debut"]),
            "x_fin": decimal_years(states["fin"]),
        }
    ).reset_index(drop=True)
    for side in ("debut", "fin"):
        spells[f"age_{side}"] = spells[f"x_{side}"] - spells["projet_id"].map(origin)
    years = range(int(lines["x_debut"].min()), int(lines["x_fin"].max()) + 1)
    births = lines["x_debut"].astype("int64").value_counts().reindex(years, fill_value=0)
    return Lexis(
        lines, spells, _shocks(events, lines, origin), births, tuple(sorted(everyone - set(dated))), len(lines), shortest,
        episodes.sources,
    )  # fmt: skip


def _too_young(n: int, shortest: float) -> Refusal:
    return Refusal(
        tell("le diagramme de Lexis"),
        tell_n(
            "Aucun des {projects} projets datés n’est suivi depuis {n} an.",
            "Aucun des {projects} projets datés n’est suivi depuis {n} ans.",
            math.ceil(shortest),
            projects=n,
        ),
        tell("dater des faits plus anciens."),
    )


def _too_alike(n: int) -> Refusal:
    return Refusal(
        tell("le diagramme de Lexis"),
        tell(
            "Plus de {most} des {n} projets datés sont suivis depuis aussi longtemps : leurs lignes se couvriraient.",
            most=MOST_LINES,
            n=n,
        ),
        tell("lire la frise au calendrier."),
    )


def _lines(episodes: Episodes, states: pd.DataFrame, start: pd.Series) -> pd.DataFrame:
    names = pd.Series(start.index, index=start.index)
    horizon = names.map(episodes.horizons)
    frame = episodes.frame[episodes.frame["ouverture"].notna()].drop_duplicates("projet_id").set_index("projet_id")
    happened = ~episodes.markers["type_evenement"].isin(ANNOUNCED)
    markers = episodes.markers.loc[happened, ["projet_id", "date"]].dropna()
    facts = [states[["projet_id", "debut"]].set_axis(["projet_id", "date"], axis=1), markers]
    facts += [states.loc[~states["censure"], ["projet_id", "fin"]].set_axis(["projet_id", "date"], axis=1)]
    known = pd.concat(facts).groupby("projet_id")["date"].max().reindex(start.index)
    lines = pd.DataFrame(
        {
            "projet_id": names,
            "x_debut": decimal_years(start),
            "x_min": decimal_years(frame["ouverture_min"].reindex(start.index)),
            "x_max": decimal_years(frame["ouverture_max"].reindex(start.index)),
            "x_connu": decimal_years(known.clip(upper=horizon)),
            "x_fin": decimal_years(horizon),
        }
    )
    return lines.reset_index(drop=True).sort_values(["x_debut", "projet_id"], ignore_index=True)


def _shocks(events: pd.DataFrame, lines: pd.DataFrame, origin: pd.Series) -> pd.DataFrame:
    middle = middles(events["date_debut_min"], events["date_debut_max"])
    if "choc_externe" not in events:
        events = events.assign(choc_externe="")
    flagged = (events["choc_externe"].astype("str") == "oui") & middle.notna()
    told = events[flagged & events["projet_id"].isin(lines["projet_id"])]
    x = decimal_years(middle[told.index])
    shocks = pd.DataFrame(
        {
            "projet_id": told["projet_id"],
            "evenement_id": told["evenement_id"],
            "x": x,
            "age": x - told["projet_id"].map(origin),
        }
    )
    ends = shocks["projet_id"].map(lines.set_index("projet_id")["x_fin"])
    return shocks[(shocks["age"] >= 0) & (shocks["x"] <= ends)].reset_index(drop=True)
