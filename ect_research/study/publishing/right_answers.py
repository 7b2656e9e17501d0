"""What each exercise expects, worked out from the same data as the reader has: no answer is stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

import ect_research as ect
from ect_research.analysis.ecosystem.two_mode import pairs_of, pairs_reached, two_mode
from ect_research.analysis.typologies.evidence.verdicts import StructureVerdict, judge_structure
from ect_research.corpus.basemap.load_basemap import load_basemap
from ect_research.corpus.checked.load_corpus import load_corpus
from ect_research.study.publishing.lesson_data import lesson_data
from ect_research.words import Sentence, tell

if TYPE_CHECKING:
    import pandas as pd

    from ect_research.corpus.checked.corpus import Corpus
    from ect_research.corpus.stages.episodes import Episodes

Answer = int | float | str | frozenset[str] | tuple[float, ...]
CORPUS = "pays-ledonien"


@dataclass(frozen=True)
class Exercise:
    """One question of a lesson."""

    right: Callable[[], Answer]  # works the right answer out
    advice: Sentence  # said to any answer that is not right
    slips: tuple[tuple[Callable[[], Answer], Sentence], ...] = ()  # answers that forget something, and what they forget
    within: float = 0.0  # how far a number may be from the right one


@cache
def _corpus() -> Corpus:
    return load_corpus(CORPUS)


@cache
def _episodes() -> Episodes:
    return _corpus().episodes()


def _undated() -> int:
    tables = _corpus().tables
    return len(ect.build_timelines(_episodes(), tables["evenements"], tables["projets"]).undated)


def _stages(project: str) -> pd.Series[str]:
    frame = _episodes().frame
    return frame.loc[frame["projet_id"] == project, "etape"]


def _created() -> frozenset[str]:
    frame = _episodes().frame
    return frozenset(frame.loc[frame["etape"] == "e5_creation", "projet_id"])


def _with_duration() -> frozenset[str]:
    """Those of the created whose duration is known: fewer than the created."""
    told = ect.build_durations(ect.derive_outcomes(_episodes(), _corpus().tables["projets"]), _episodes())
    return _created() & set(told.names)


def _order_kept() -> float:
    """Percent of the draws in which P10 takes less time than P05, and P05 less than P06."""
    drawn = ect.sample_durations(ect.sample_stories(_episodes(), draws=1000, seed=20160))
    p10, p05, p06 = (drawn.months[:, drawn.names.index(name)] for name in ("P10", "P05", "P06"))
    return float(((p10 < p05) & (p05 < p06)).mean() * 100)


@cache
def _verdict(name: str) -> StructureVerdict:
    table = lesson_data(name)
    return judge_structure(ect.prepare_table(table, list(table)), route="acm")


def _beyond(bound: str) -> int:
    curve = _verdict("bruit").curve
    return int((curve["silhouette"] > curve[bound]).sum())


def _tied() -> frozenset[str]:
    return frozenset(name for block in _verdict("copies").dependence.blocks for name in block.variables)


def _with_types() -> str:
    return next(name for name in ("bruit", "copies", "types") if _verdict(name).verdict == "types")


def _days(told: str) -> tuple[date, date]:
    """First and last day of a date that has both."""
    read = ect.parse_date(told)
    return read.low, read.high


def _last_of_semester() -> str:
    return _days("2021 S1")[1].isoformat()


def _longest_and_shortest() -> tuple[float, ...]:
    """Days between an idea of « 2021 S1 » and a creation of « 2022 »."""
    (idea_first, idea_last), (first, last) = _days("2021 S1"), _days("2022")
    return (float((first - idea_last).days), float((last - idea_first).days))


def _people() -> pd.Series[int]:
    basemap = load_basemap()
    return basemap.people().loc[list(basemap.perimeter("pays-ledonien-2020").members)]


def _share_reached(*, without: tuple[str, ...] = ()) -> float:
    """Percent of the pairs of projects that reach one another."""
    rows = lesson_data("reseau").rename(columns={"projet": "projet_id", "acteur": "acteur_id"})
    network = two_mode(rows, rows["projet_id"].unique()).without(without)
    return 100 * float(pairs_reached(network.table)) / pairs_of(len(network.projects))


def _spread_of_definitions() -> float:
    told = ect.build_ecosystem(_corpus().tables, _episodes().frame, draws=1)
    without = 100 * told.definitions["sans"]
    return float(without.max() - without.min())


def _ends() -> int:
    told = ect.build_durations(ect.derive_outcomes(_episodes(), _corpus().tables["projets"]), _episodes())
    return int(sum(told.ends.values()))


def _observed_agreement(variable: str) -> float:
    told = lesson_data("codages")
    return float((told[f"{variable}_codeur1"] == told[f"{variable}_codeur2"]).mean())


def _agreement_by_chance(variable: str) -> float:
    """Cohen's: both coders keep how often they give each code, and give them at random."""
    told = lesson_data("codages")
    first, second = (told[f"{variable}_{coder}"].value_counts(normalize=True) for coder in ("codeur1", "codeur2"))
    return float(first.mul(second, fill_value=0).sum())


def _kappa(variable: str) -> float:
    chance = _agreement_by_chance(variable)
    return (_observed_agreement(variable) - chance) / (1 - chance)


EXERCISES = {
    "lecon1-1": Exercise(
        _undated, tell("Les projets sans ligne ne sont pas oubliés : le résultat les garde dans `lignes.undated`.")
    ),
    "lecon1-2": Exercise(
        lambda: int(_stages("P03").nunique()),
        tell("Comptez les étapes (`etape`) des lignes de P03."),
        (
            (
                lambda: len(_stages("P03")),
                tell("Vous avez compté les lignes : une étape qui revient (`rang` 2) n’est pas une étape de plus."),
            ),
        ),
    ),
    "lecon1-3": Exercise(
        _created,
        tell("Cherchez les lignes dont l’étape est `e5_creation`."),
        (
            (
                _with_duration,
                tell(
                    "Ce sont ceux dont la durée est connue. Un projet dont on ne sait que la création a "
                    "créé, lui aussi : c’est sa durée qui manque."
                ),
            ),
        ),
    ),
    "lecon2-1": Exercise(_last_of_semester, tell("Un semestre a six mois : lesquels ? Le dernier jour du dernier.")),
    "lecon2-2": Exercise(
        _longest_and_shortest,
        tell(
            "La plus courte : l’idée le plus tard possible, la création le plus tôt. La plus longue "
            ": l’inverse. En jours, la courte d’abord."
        ),
    ),
    "lecon2-3": Exercise(
        _order_kept,
        tell(
            "Comptez les tirages où les deux inégalités sont vraies à la fois, puis rapportez-les "
            "aux 1 000 tirages, en pour cent."
        ),
        within=2.0,
    ),
    "lecon3-1": Exercise(
        lambda: _beyond("hasard_haut"),
        tell("Comparez, ligne par ligne, la silhouette et la borne haute du hasard."),
        (
            (
                lambda: _beyond("hasard_bas"),
                tell(
                    "Vous avez compté ce qui dépasse le bas de la bande : le hasard fait aussi bien, tant "
                    "que l’on n’en sort pas par le haut."
                ),
            ),
            (
                lambda: _beyond("hasard_median"),
                tell("Dépasser la médiane du hasard arrive une fois sur deux : c’est la borne haute qui compte."),
            ),
        ),
    ),
    "lecon3-2": Exercise(
        _tied,
        tell(
            "Deux colonnes se commandent quand l’une se devine d’après l’autre : croisez-les deux à "
            "deux (`pd.crosstab`)."
        ),
    ),
    "lecon3-3": Exercise(
        _with_types,
        tell("Lisez les trois verdicts : un seul dit « types »."),
        (
            (
                lambda: "copies",
                tell("Ses colonnes se répètent : elles font les mêmes groupes parce qu’elles disent le même fait."),
            ),
        ),
    ),
    "lecon4-1": Exercise(
        lambda: int((_people() > _people().mean()).sum()),
        tell("Comparez chaque commune à `habitants.mean()`, puis comptez les vrais."),
        (
            (
                lambda: int((_people() > _people().median()).sum()),
                tell(
                    "C’est la médiane qui partage en deux moitiés. La moyenne est tirée vers le haut par "
                    "quelques communes."
                ),
            ),
        ),
    ),
    "lecon4-3": Exercise(
        lambda: ect.wilson_interval(2, 150).low * 1000,
        tell("La borne basse de l’intervalle de Wilson de 2 sur 150 (`.low`), pour mille."),
        (
            (
                lambda: 2 / 150 * 1000,
                tell(
                    "C’est le taux lui-même. Deux projets de plus ou de moins le changeraient du tout au "
                    "tout : donnez sa borne basse."
                ),
            ),
        ),
        within=0.06,
    ),
    "lecon4-2": Exercise(
        lambda: "Circles",
        tell("Un nombre s’additionne : deux communes réunies en ont la somme. Quelle forme grandit avec lui ?"),
        (
            (
                lambda: "Choropleth",
                tell(
                    "Une surface teintée dit une part, un taux, une densité. Teinter un nombre fait paraître "
                    "grand ce qui est étendu."
                ),
            ),
        ),
    ),
    "lecon5-1": Exercise(
        _share_reached, tell("Un seul acteur est dans tous les projets : combien de paires se rejoignent par lui ?")
    ),
    "lecon5-2": Exercise(
        lambda: _share_reached(without=("intermédiaire",)),
        tell(
            "Sans l’intermédiaire, comptez les paires de chaque groupe qui se tient, puis "
            "rapportez-les aux 15 paires, en pour cent."
        ),
        (
            (
                lambda: 20.0,
                tell("Vous avez compté les paires qui ont un acteur en commun. C et E se rejoignent aussi, par D."),
            ),
        ),
        within=0.5,
    ),
    "lecon5-3": Exercise(
        _spread_of_definitions,
        tell("La plus grande part « sans », moins la plus petite, en points de pour cent."),
        within=0.6,
    ),
    "lecon6-1": Exercise(lambda: max(0, 10 - _ends()), tell("Le refus dit combien il en faut, et combien il y en a.")),
    "lecon6-2": Exercise(
        lambda: ect.wilson_interval(0, 12).high * 100,
        tell("`ect.wilson_interval(0, 12).high`, en pour cent."),
        (
            (
                lambda: 0,
                tell("Aucun sur douze n’est pas « jamais » : jusqu’à quelle part ne le verrait-on quand même pas ?"),
            ),
        ),
        within=0.6,
    ),
    "lecon7-1": Exercise(
        lambda: _observed_agreement("benevoles"),
        tell("La part des 20 projets auxquels les deux donnent le même code, entre 0 et 1."),
        within=0.006,
    ),
    "lecon7-2": Exercise(
        lambda: _agreement_by_chance("benevoles"),
        tell(
            "Chacun donne « non » à une certaine part des projets. Par hasard, tous deux « non » : "
            "le produit ; tous deux « oui » : le produit ; additionnez."
        ),
        (
            (
                lambda: 0.5,
                tell(
                    "Une chance sur deux supposerait que « oui » et « non » soient donnés aussi souvent l’un "
                    "que l’autre."
                ),
            ),
        ),
        within=0.006,
    ),
    "lecon7-3": Exercise(
        lambda: _kappa("benevoles"),
        tell("(accord observé − accord du hasard) / (1 − accord du hasard)."),
        (
            (
                lambda: _observed_agreement("benevoles"),
                tell("C’est l’accord observé : il compte aussi ce que le hasard aurait donné."),
            ),
        ),
        within=0.006,
    ),
}
