"""Location quotients of groups of communes, with the intervals that their counts bear."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ect_research.analysis.chance import Refusal
from ect_research.analysis.readable import Readable
from ect_research.analysis.territory.project_places import INSIDE, ProjectPlaces
from ect_research.errors import EctError
from ect_research.words import Sentence, tell, tell_n

LEAST_EVENTS = 10
_FRAGILE = 5.0


@dataclass(frozen=True)
class Rates(Readable):
    """Counts compared with what holds them.

    Attributes:
        frame: one row per group: ``groupe, n, reference, part, part_reference, attendu, quotient, bas, haut, fragile`` (fewer
            than five expected).
        n: events counted.
        confidence: of all the intervals at once.
        repeats: how many projects of one commune go together, as seen by one of them; intervals are widened accordingly.
    """

    exhibits = ("show_places", "quotients")

    frame: pd.DataFrame
    n: int
    confidence: float
    repeats: float = 1.0


def build_quotients(
    counts: pd.Series[int], reference: pd.Series[int], *, confidence: float = 0.95, repeats: float = 1.0
) -> Rates | Refusal:
    """Location quotients: the share of a group in the events over its share in the reference.

    Exact binomial intervals (Clopper–Pearson), corrected for the number of groups (Bonferroni): with four groups at
    95 % each, chance alone would raise a false « over-represented » nearly once in five.

    ``counts``: events by group; a group absent from it counts none. ``reference``: inhabitants or establishments by
    group; its index gives the groups and their order. ``confidence``: level of all the intervals together;
    ``repeats``: how many events go together on average, as seen by one of them (the design effect): intervals are
    those of so many times fewer events. 1 when events are independent.

    Raises:
        EctError: counts that are no counts, groups counted twice or without a reference, a confidence out of 0–1, repeats
            below 1.

    >>> people = pd.Series({"ECLA": 40_000, "ailleurs": 60_000})
    >>> rates = build_quotients(pd.Series({"ECLA": 16, "ailleurs": 4}), people).frame
    >>> rates[["quotient", "bas", "haut"]].round(2).values.tolist()[0]
    [2.0, 1.33, 2.38]
    """
    from scipy.stats import beta

    _check(counts, reference, confidence)
    found = counts.reindex(reference.index, fill_value=0).astype("int64")
    n = int(found.sum())
    if n < LEAST_EVENTS:
        return _too_few(tell("les quotients de localisation"), n)
    if not repeats >= 1:
        raise EctError("repeats : un nombre d’au moins 1.")
    tail, size = (1 - confidence) / 2 / len(reference), n / repeats
    fewer = [x / repeats for x in found]
    low = [float(beta.ppf(tail, x, size - x + 1)) if x else 0.0 for x in fewer]
    high = [float(beta.ppf(1 - tail, x + 1, size - x)) if x < size else 1.0 for x in fewer]
    share = reference / reference.sum()
    frame = pd.DataFrame({"groupe": reference.index, "n": found.to_numpy(), "reference": reference.to_numpy()})
    expected = share.to_numpy()
    frame = frame.assign(
        part=frame["n"] / n,
        part_reference=expected,
        attendu=n * expected,
        quotient=frame["n"] / n / expected,
        bas=low / expected,
        haut=high / expected,
        fragile=size * expected < _FRAGILE,
    )
    return Rates(frame, n, confidence, repeats)


def build_project_quotients(places: ProjectPlaces | Refusal) -> Rates | Refusal:
    """`build_quotients` of the groups of a perimeter, inhabitants being the reference.

    Projects of one commune are not independent: intervals are those of as many projects as would be if each stood alone
    (Kish's design effect, Σ m² / Σ m over communes of m projects).
    """
    if isinstance(places, Refusal):
        return places
    groups = places.groups.set_index("groupe")
    held = places.communes.loc[places.communes["situation"] == INSIDE, "n"]
    repeats = float((held**2).sum() / held.sum()) if len(held) else 1.0
    return build_quotients(groups["n"], groups["population"], repeats=repeats)


def _check(counts: pd.Series[int], reference: pd.Series[int], confidence: float) -> None:
    unknown = sorted(set(counts.index) - set(reference.index))
    if unknown:
        raise EctError("Groupes comptés sans référence : {unknown}.", unknown=", ".join(map(str, unknown[:5])))
    if not (reference > 0).all():
        raise EctError("La référence (habitants, établissements) doit être positive dans chaque groupe.")
    if not (counts.index.is_unique and reference.index.is_unique):
        raise EctError("Un groupe est compté deux fois : une ligne par groupe.")
    if not ((counts >= 0) & (counts == counts.round())).all():
        raise EctError("Les effectifs sont des nombres entiers, positifs ou nuls, tous connus.")
    if not 0 < confidence < 1:
        raise EctError(
            "Niveau de confiance {confidence:g} : un nombre entre 0 et 1, comme 0.95.", confidence=confidence
        )


def _too_few(asked: Sentence, n: int) -> Refusal:
    return Refusal(
        asked,
        tell_n(
            "{n} projet placé : il en faut {fewest}, sans quoi chaque intervalle irait de presque rien au triple.",
            "{n} projets placés : il en faut {fewest}, sans quoi chaque intervalle irait de presque rien au triple.",
            n,
            fewest=LEAST_EVENTS,
        ),
        tell_n(
            "renseigner la commune d’au moins {n} projet de plus.",
            "renseigner la commune d’au moins {n} projets de plus.",
            LEAST_EVENTS - n,
        ),
    )
