"""What the figures of one qualitative comparative analysis share: outcome, model, words, and the signs of a condition."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from matplotlib.axes import Axes
from matplotlib.patches import Circle

from ect_research.analysis.conditions.condition_chance import OutcomePermutation
from ect_research.analysis.conditions.condition_robustness import ConditionRobustness
from ect_research.analysis.conditions.condition_study import Conditions, Solved
from ect_research.analysis.conditions.solving.terms import Model, Term
from ect_research.figures.exhibit.exhibit import Exhibit, Finding, Strength
from ect_research.figures.page.canvas import add_line, add_text
from ect_research.figures.page.caption import Caption
from ect_research.figures.page.theme import INK, PAPER, Theme
from ect_research.words import Sentence, mark

BEYOND = 0.05
NO_POSITIVE = mark(
    "aucune configuration observée n’atteint les seuils, il n’y a rien à expliquer et donc aucun chemin."
)
NO_NEGATIVE = mark(
    "toutes les configurations observées atteignent les seuils, toute condition suffirait et aucune n’est donc nommée."
)
_CROSS = 0.62


@dataclass(frozen=True)
class ConditionView:
    """One side of an analysis, as it is shown.

    Attributes:
        study: the analysis.
        absent: is it the absence of the outcome that is shown?
        rank: which of the models is shown, from 0.
        chance: the permutation of the outcome, when it was done.
        robustness: what the solution owes to its choices, when it was measured.
        labels: ``{condition: words}``.
    """

    study: Conditions
    absent: bool = False
    rank: int = 0
    chance: OutcomePermutation | None = None
    robustness: ConditionRobustness | None = None
    labels: Mapping[str, str | Sentence] = field(default_factory=dict)

    @property
    def solved(self) -> Solved:
        """The truth table and the solutions of the side shown."""
        return self.study.absent if self.absent else self.study.present

    @property
    def models(self) -> tuple[Model, ...]:
        """Models of the side shown; none when there is nothing to explain, or everything."""
        return () if self.solved.found.empty else self.solved.models

    @property
    def model(self) -> Model:
        """The model shown."""
        return self.models[min(self.rank, len(self.models) - 1)] if self.models else ()

    def name(self, condition: str, theme: Theme) -> str:
        """The words of a condition, in the reader's language where they were told in both."""
        said = self.labels.get(condition, condition)
        return said.sentence(theme.language) if isinstance(said, Sentence) else str(said)

    @property
    def is_core(self) -> frozenset[tuple[int, int, int]]:
        """Literals of the model that a parsimonious term inside it holds too: (position of the term, condition, level)."""
        short = {term for model in self.solved.found.parsimonious.models for term in model}
        return frozenset(
            (place, *literal)
            for place, term in enumerate(self.model)
            for core in short
            if set(core) <= set(term)
            for literal in core
        )


def outcome_words(shown: Exhibit[ConditionView]) -> str:
    """The outcome, or its absence."""
    view = shown.told
    name = view.solved.table.data.outcome_name
    plain = shown.theme.say("« {name} »", name=view.name(name.removeprefix("~"), shown.theme))
    return shown.theme.say("absence de {name}", name=plain) if name.startswith("~") else plain


def term_words(shown: Exhibit[ConditionView], term: Term) -> str:
    """« DEV et URB, sans IND »."""
    view, theme = shown.told, shown.theme
    space = view.solved.table.space
    if any(space.levels[place] > 2 for place, _ in term):
        return theme.join([f"{view.name(space.names[place], theme)} = {level}" for place, level in term])
    present = [view.name(space.names[place], theme) for place, level in term if level]
    missing = [view.name(space.names[place], theme) for place, level in term if not level]
    said = theme.join(present)
    without = theme.say("sans {names}", names=theme.say(" ni ").join(missing)) if missing else ""
    return ", ".join(part for part in (said, without) if part)


def case_names(shown: Exhibit[ConditionView]) -> dict[str, str]:
    """The name to print of each case."""
    known = shown.names
    return {case: known.get(case, case) for case in (*shown.told.study.data.cases, *shown.told.study.left_out)}


def n_words(shown: Exhibit[ConditionView]) -> str:
    """How many cases, and how many conditions."""
    study, theme = shown.told.study, shown.theme
    cases = theme.say_n("{n} cas", "{n} cas", study.n)
    return theme.say("n = {cases}, {k} conditions", cases=cases, k=len(study.data.conditions))


def missing_words(shown: Exhibit[ConditionView]) -> str:
    """Cases left out, and those that are in no row."""
    study, theme = shown.told.study, shown.theme
    left, half = len(study.left_out), int(study.data.at_half().sum())
    said = [
        theme.say_some("{n} cas incomplet laissé de côté", "{n} cas incomplets laissés de côté", left),
        theme.say_some("{n} cas à 0,5 dans une condition, donc dans aucune ligne",
                       "{n} cas à 0,5 dans une condition, donc dans aucune ligne", half),
    ]  # fmt: skip
    return theme.say(" ; ").join(part for part in said if part)


def condition_caption(shown: Exhibit[ConditionView], title: str, reading: str, **words: str) -> Caption:
    """The caption of a figure of the analysis: the question names the outcome."""
    asked = shown.theme.say(title, outcome=outcome_words(shown))
    said = {"n": n_words(shown), "missing": missing_words(shown), **words}
    return shown.context.caption(title=asked, reading=reading, **said)


def words_of(title: str, reading: str) -> Callable[[Exhibit[ConditionView]], Caption]:
    """The words of a figure that adds nothing to its question and to how a mark of it is read."""
    return lambda shown: condition_caption(shown, title, shown.theme.say(reading))


def noise_rate_words(shown: Exhibit[ConditionView]) -> str:
    """How often pure noise passes, before any analysis."""
    study, theme = shown.told.study, shown.theme
    return theme.say(
        "À {n} cas et {k} conditions, {rate} de jeux de données tirés au hasard donnent une solution publiable.",
        n=study.noise.n,
        k=study.noise.conditions,
        rate=theme.percent(study.noise.passing.estimate),
    )


def noise_words(shown: Exhibit[ConditionView]) -> str:
    """What chance does, before the analysis and after it, for a report."""
    theme, chance = shown.theme, shown.told.chance
    said = noise_rate_words(shown)
    if chance is None or shown.told.absent:
        return said
    searched = theme.say_n("{n} analyse essayée", "{n} analyses essayées", chance.searched)
    again = theme.say(
        "Quand le résultat est rebattu entre les cas ({draws} fois, {searched} à chaque fois), la recherche fait aussi bien dans "
        "{share} des tirages (p = {p}).",
        draws=chance.draws,
        searched=searched,
        share=_share(shown),
        p=theme.number(chance.p_value, 3),
    )
    return f"{said} {again}"


def _share(shown: Exhibit[ConditionView]) -> str:
    chance = shown.told.chance
    as_good = float((chance.drawn >= chance.observed - 1e-9).mean()) if chance is not None else float("nan")
    return shown.theme.percent(as_good)


def _chance_clause(shown: Exhibit[ConditionView]) -> str:
    """What chance does, at the end of a finding."""
    view, theme = shown.told, shown.theme
    if view.chance is not None and not view.absent:
        return theme.say(
            "rebattu au hasard, le résultat donne aussi bien dans {share} des tirages", share=_share(shown)
        )
    rate = theme.percent(view.study.noise.passing.estimate)
    return theme.say("le hasard seul donnerait une solution dans {rate} des cas", rate=rate)


def strength_of(view: ConditionView) -> Strength:
    """Beyond chance only where the outcome was shuffled and did worse; never when noise passes and nothing was shuffled."""
    if view.chance is not None and not view.absent:
        return Strength.BEYOND_CHANCE if view.chance.p_value <= BEYOND else Strength.AS_CHANCE
    return Strength.AS_CHANCE if view.study.noise.passing.estimate > BEYOND else Strength.COUNTED


def find_paths(shown: Exhibit[ConditionView]) -> Finding:
    """How many paths, how well they fit, and what chance does."""
    view, theme = shown.told, shown.theme
    if not view.models:
        empty = NO_POSITIVE if view.solved.found.empty == "aucune_positive" else NO_NEGATIVE
        outcome = outcome_words(shown)
        return Finding(f"{outcome[:1].upper()}{outcome[1:]}{theme.say(' : ')}{theme.say(empty)}", Strength.COUNTED)
    _, whole = view.solved.fit(view.model)
    said = theme.say_n(
        "{n} chemin va avec {outcome} ({cases}, cohérence {consistency}, couverture {coverage})",
        "{n} chemins vont avec {outcome} ({cases}, cohérence {consistency}, couverture {coverage})",
        len(view.model),
        cases=theme.say_n("{n} cas", "{n} cas", view.study.n),
        outcome=outcome_words(shown),
        consistency=theme.number(whole.consistency, 2),
        coverage=theme.number(whole.coverage, 2),
    )
    count = (
        mark("{n} modèles le disent aussi bien")
        if view.solved.exact
        else mark("au moins {n} modèles le disent aussi bien")
    )
    several = theme.say(count, n=len(view.models)) if len(view.models) > 1 else ""
    chance, strength = _chance_clause(shown), strength_of(view)
    first = [chance[:1].upper() + chance[1:], said, several]
    parts = first if strength == Strength.AS_CHANCE else [said, several, chance]
    return Finding(theme.say(" ; ").join(part for part in parts if part) + ".", strength)


def say_paths(shown: Exhibit[ConditionView]) -> str:
    """The paths one by one, in words."""
    view, theme = shown.told, shown.theme
    return " ".join(
        theme.say("Chemin {n} : {path}.", n=place + 1, path=term_words(shown, term))
        for place, term in enumerate(view.model)
    )


def draw_present(canvas: Axes, centre: tuple[float, float], radius: float) -> None:
    """A full disc."""
    _disc(canvas, centre, radius, INK)


def draw_absent(canvas: Axes, centre: tuple[float, float], radius: float) -> None:
    """A crossed circle."""
    _disc(canvas, centre, radius, PAPER)
    x, y = centre
    arm = radius * _CROSS
    for slope in (1, -1):
        add_line(canvas, ((x - arm, y - slope * arm), (x + arm, y + slope * arm)), color=INK, linewidth=0.7, zorder=4)


def draw_level(canvas: Axes, centre: tuple[float, float], radius: float, level: int, size_pt: float) -> None:
    """A circle with the level inside."""
    _disc(canvas, centre, radius, PAPER)
    add_text(canvas, *centre, str(level), size_pt - 1, ha="center")


def _disc(canvas: Axes, centre: tuple[float, float], radius: float, face: str) -> None:
    canvas.add_patch(Circle(centre, radius, facecolor=face, edgecolor=INK, linewidth=0.7, zorder=3))
